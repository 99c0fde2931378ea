"""Freshdesk and Zammad: no bulk import takes replies, so a file lists requests of their API, to be sent in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from html import escape
from typing import Any, Final

from agentconsole.domain.instants import iso
from agentconsole.domain.values import Priority, Status
from agentconsole.sync.outgoing.base import PRODUCT, Group, Person, Said, Update, as_document, id_of, known

_USUAL_WAIT: Final = timedelta(days=7)
_FIELDS: Final = ("status", "priority", "tags", "assignee", "group")


def _request(method: str, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
    return {"method": method, "path": path, "body": dict(body)}


class Freshdesk:
    """Bodies are HTML. Freshdesk knows no stamp and keeps no mark: a sync knows our comments by what they say."""

    name = "freshdesk"
    takes = frozenset(("create", "reply", "note", *_FIELDS))
    heard_as: Mapping[str, Mapping[str, str]] = {"status": {"new": "open", "hold": "pending"}}

    _STATUS: Final = {
        Status.NEW: 2, Status.OPEN: 2, Status.PENDING: 3, Status.HOLD: 3, Status.SOLVED: 4, Status.CLOSED: 5
    }  # fmt: skip
    _PRIORITY: Final = {Priority.LOW: 1, Priority.NORMAL: 2, Priority.HIGH: 3, Priority.URGENT: 4}

    def payload(self, update: Update) -> dict[str, Any]:
        return next(self._requests(update), {})

    def document(self, updates: Sequence[Update], file: str) -> bytes:
        return as_document({"requests": [each for update in updates for each in self._requests(update)]})

    def _requests(self, update: Update) -> Iterator[dict[str, Any]]:
        fields = self._fields(update.fields)
        said = update.said
        if update.is_new:
            made = {"subject": update.subject, "description": _html(said[0].body), "status": 2, "priority": 2}
            yield _request("POST", "/api/v2/tickets", made | _freshdesk_requester(update) | fields)
            return
        ticket = f"/api/v2/tickets/{update.external_id}"
        if fields:
            yield _request("PUT", ticket, fields)
        for each in said:
            yield self._said(ticket, each)

    def _said(self, ticket: str, said: Said) -> dict[str, Any]:
        author = {"user_id": id_of(said.author.external_id)} if said.author.external_id else {}
        if said.public:
            return _request("POST", f"{ticket}/reply", {"body": _html(said.body)} | author)
        return _request("POST", f"{ticket}/notes", {"body": _html(said.body), "private": True} | author)

    def _fields(self, fields: Mapping[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {}
        if "status" in fields:
            told["status"] = self._STATUS[Status(fields["status"])]
        if fields.get("priority"):
            told["priority"] = self._PRIORITY[Priority(fields["priority"])]
        if "tags" in fields:
            told["tags"] = fields["tags"]
        return told | _ids(fields, "responder_id")


def _freshdesk_requester(update: Update) -> dict[str, Any]:
    """Who asks. Freshdesk takes a name only with something that names one person."""
    asks = update.requester
    if asks.external_id:
        return {"requester_id": id_of(asks.external_id)}
    mark = None if asks.email else f"{PRODUCT}:{update.store}:{update.number}"
    return known({"email": asks.email, "name": asks.name, "unique_external_id": mark})


def _html(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")


def _ids(fields: Mapping[str, Any], assignee_name: str) -> dict[str, Any]:
    """Agent and group, by the helpdesk's own ids: it takes nothing else."""
    told: dict[str, Any] = {}
    if "assignee" in fields:
        agent: Person | None = fields["assignee"]
        if agent is None or agent.external_id:
            told[assignee_name] = id_of(agent.external_id) if agent and agent.external_id else None
    group: Group | None = fields.get("group")
    if group and group.external_id:
        told["group_id"] = id_of(group.external_id)
    return told


class Zammad:
    """Tags are no part of a ticket: each is put and taken away by a request of its own. A state that waits needs a time
    to wake at, so that one without gets a week.
    """

    name = "zammad"
    takes = frozenset(("create", "reply", "note", *_FIELDS))
    heard_as: Mapping[str, Mapping[str, str]] = {
        "status": {"hold": "pending", "solved": "closed"},
        "priority": {"urgent": "high"},
    }

    _STATE: Final = {
        Status.NEW: "new", Status.OPEN: "open", Status.PENDING: "pending reminder", Status.HOLD: "pending reminder",
        Status.SOLVED: "closed", Status.CLOSED: "closed",
    }  # fmt: skip
    _PRIORITY: Final = {
        Priority.LOW: "1 low", Priority.NORMAL: "2 normal", Priority.HIGH: "3 high", Priority.URGENT: "3 high"
    }  # fmt: skip
    _NOBODY: Final = 1
    _FIRST_GROUP: Final = "Users"
    """Zammad makes no ticket without a group; it brings this one along."""

    def payload(self, update: Update) -> dict[str, Any]:
        return next(self._requests(update), {})

    def document(self, updates: Sequence[Update], file: str) -> bytes:
        return as_document({"requests": [each for update in updates for each in self._requests(update)]})

    def _requests(self, update: Update) -> Iterator[dict[str, Any]]:
        fields = self._fields(update)
        if update.is_new:
            group = {} if fields.keys() & {"group", "group_id"} else {"group": self._FIRST_GROUP}
            yield _request("POST", "/api/v1/tickets", self._created(update) | group | fields)
            return
        ticket = f"/api/v1/tickets/{update.external_id}"
        first, *others = update.said or (None,)
        article = {"article": _article(first, update.subject, update.requester.email)} if first else {}
        if fields or article:
            yield _request("PUT", ticket, fields | article)
        for each in others:
            if each:
                yield _request("PUT", ticket, {"article": _article(each, update.subject, update.requester.email)})
        yield from self._tags(update)

    def _tags(self, update: Update) -> Iterator[dict[str, Any]]:
        there, here = update.tags_there, update.fields.get("tags", update.tags_there)
        about = {"object": "Ticket", "o_id": id_of(update.external_id or "")}
        for tag in (each for each in here if each not in there):
            yield _request("POST", "/api/v1/tags/add", about | {"item": tag})
        for tag in (each for each in there if each not in here):
            yield _request("DELETE", "/api/v1/tags/remove", about | {"item": tag})

    def _created(self, update: Update) -> dict[str, Any]:
        asks = update.requester
        customer = id_of(asks.external_id) if asks.external_id else f"guess:{asks.email}" if asks.email else None
        article = _article(update.said[0], update.subject) | {"type": "phone", "sender": "Customer"}
        return {"title": update.subject, **known({"customer_id": customer}), "article": article}

    def _fields(self, update: Update) -> dict[str, Any]:
        fields, told = update.fields, self._state(update)
        if fields.get("priority"):
            told["priority"] = self._PRIORITY[Priority(fields["priority"])]
        told |= _ids(fields, "owner_id")
        if "owner_id" in told and told["owner_id"] is None:
            told["owner_id"] = self._NOBODY
        if "group" in fields and "group_id" not in told:
            told["group"] = fields["group"].name
        return told

    def _state(self, update: Update) -> dict[str, Any]:
        if "status" not in update.fields:
            return {}
        state = self._STATE[Status(update.fields["status"])]
        if not state.startswith("pending"):
            return {"state": state}
        return {"state": state, "pending_time": iso(update.pending_until or update.at + _USUAL_WAIT)}


def _article(said: Said, subject: str, address: str | None = None) -> dict[str, Any]:
    """A reply is mailed to whoever has an address; others read it in Zammad."""
    mailed = {"type": "email", "to": address} if said.public and address else {"type": "note"}
    return {
        **mailed,
        "internal": not said.public,
        "subject": subject,
        "content_type": "text/plain",
        "body": said.body,
    }
