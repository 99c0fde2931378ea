"""Zendesk: entries for `tickets/update_many` and, where they have no id, for `tickets/create_many`.

An entry carries the stamp of the ticket as we know it (`safe_update`), so that Zendesk refuses it if somebody changed
the ticket since; and our mark in the metadata, which comes back with the comment. One entry takes one comment, so
further ones follow behind the first entries of all tickets; they add and overwrite nothing, and carry no stamp: our own
first entry has moved it.

Tags are told whole, under the stamp: Zendesk's own pages disagree on whether `additional_tags` and `remove_tags` are
heeded in such entries, or only in updates that name their tickets in the address (decision 0015).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, zip_longest
from typing import Any, Final

from agentconsole.domain.instants import iso
from agentconsole.domain.values import Status
from agentconsole.sync.outgoing.base import PRODUCT, Group, Person, Said, Update, as_document, id_of, known

_SAME_NAME: Final = ("status", "priority", "tags")


class Zendesk:
    name = "zendesk"
    takes = frozenset(("create", "reply", "note", "assignee", "group", *_SAME_NAME))
    heard_as: Mapping[str, Mapping[str, str]] = {"status": {"new": "open"}}

    def payload(self, update: Update) -> dict[str, Any]:
        return next(iter(_entries(update)), {})

    def document(self, updates: Sequence[Update], file: str) -> bytes:
        rounds = zip_longest(*map(_entries, updates))
        return as_document({"tickets": [entry for entry in chain.from_iterable(rounds) if entry is not None]})


def _entries(update: Update) -> Iterator[dict[str, Any]]:
    first, *others = update.said or (None,)
    told = {each.event for each in others if each}
    events = [event for event in update.events if event not in told]
    made = _created(update) if update.is_new else _safe(update)
    comment = _comment(first, update.requester if update.is_new else first.author) if first else {}
    yield _which(update) | made | comment | _fields(update) | _marked(update, events)
    for each in others:
        if each:
            yield _which(update) | _comment(each, each.author) | _marked(update, [each.event])


def _which(update: Update) -> dict[str, Any]:
    if update.external_id:
        return {"id": id_of(update.external_id)}
    return {"external_id": f"{PRODUCT}:{update.store}:{update.number}"}


def _marked(update: Update, events: Sequence[int]) -> dict[str, Any]:
    return {"metadata": {PRODUCT: update.mark(events)}}


def _safe(update: Update) -> dict[str, Any]:
    return {"safe_update": True, "updated_stamp": iso(update.stamp)} if update.stamp else {}


def _created(update: Update) -> dict[str, Any]:
    asks = update.requester
    if asks.external_id:
        return {"subject": update.subject, "requester_id": id_of(asks.external_id)}
    return {"subject": update.subject, "requester": known({"name": asks.name, "email": asks.email})}


def _comment(said: Said, author: Person) -> dict[str, Any]:
    by = {"author_id": id_of(author.external_id)} if author.external_id else {}
    return {"comment": {"body": said.body, "public": said.public, **by}}


def _fields(update: Update) -> dict[str, Any]:
    fields = {name: update.fields[name] for name in _SAME_NAME if name in update.fields}
    if fields.get("status") == Status.NEW and not update.is_new:
        fields["status"] = Status.OPEN
    if "assignee" in update.fields:
        fields |= _assignee(update.fields["assignee"])
    if "group" in update.fields:
        group: Group = update.fields["group"]
        fields |= {"group_id": id_of(group.external_id)} if group.external_id else {"group": group.name}
    return fields


def _assignee(agent: Person | None) -> dict[str, Any]:
    """Zendesk's own id, or the mail address, or at least our login for whoever reads it; or nobody."""
    if agent is None:
        return {"assignee_id": None}
    if agent.external_id:
        return {"assignee_id": id_of(agent.external_id)}
    return {"assignee_email": agent.email} if agent.email else {"assignee": agent.login}
