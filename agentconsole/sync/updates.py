"""What a helpdesk has to be told of each ticket: the outbox's events, folded, in the helpdesk's own ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from agentconsole.domain.change import Outbox
from agentconsole.domain.desk import Desk, folded
from agentconsole.domain.fields import TOLD
from agentconsole.domain.ticket import Ticket
from agentconsole.store import desks, outbox, tickets
from agentconsole.store.outbox import Entry, KnownAgent
from agentconsole.store.rows import plain
from agentconsole.store.store import Store
from agentconsole.sync.outgoing.base import Group, Letter, Person, Said, Update

ROUTE: Final = ("tier", "team")
"""Where a ticket goes: our names of what a helpdesk calls its group."""


class Helpdesk:
    """A source with whom and what it knows of ours."""

    def __init__(self, store: Store, source: str, mark: str) -> None:
        self._store = store
        self._source = source
        self._mark = mark
        self._desks: dict[str, Desk] = {}

    @cached_property
    def agents(self) -> Mapping[str, KnownAgent]:
        return outbox.agents_at(self._store, self._source)

    @cached_property
    def _groups(self) -> Mapping[str, str]:
        """Ids by the name as desks fold it."""
        return {folded(name): known for name, known in outbox.groups_at(self._store, self._source).items()}

    def group(self, desk_key: str, tier: object, team: object) -> Group | None:
        """The group that the desk maps to tier and team, if there is one; best one whose id is known."""
        mapped = self._desk(desk_key).sources.get(self._source)
        names = [name for name, route in mapped.groups.items() if route == (tier, team)] if mapped else []
        known = next((name for name in names if name in self._groups), None)
        if known is not None:
            return Group(known, self._groups[known])
        return Group(names[0]) if names else None

    def _desk(self, key: str) -> Desk:
        if key not in self._desks:
            self._desks[key] = desks.desk(self._store, key)
        return self._desks[key]

    def update(
        self, entries: Sequence[Entry], values: Mapping[str, Any], spoken: Iterable[Entry], *, by_mail: bool = False
    ) -> Update:
        """One ticket's entries as one update.

        Args:
            values: the ticket's told fields, by our names, with what they shall be there.
            spoken: those of the entries whose words are told.
        """
        first, last = entries[0], entries[-1]
        asks = Person(first.requester_id, first.requester_name, first.requester_mail)
        return Update(
            number=first.number,
            external_id=first.external_id,
            is_new=first.kind is Outbox.CREATE,
            subject=first.subject,
            requester=asks,
            fields=self._fields(first.desk, values),
            said=tuple(map(self._said, spoken)),
            tags_there=first.tags_there,
            pending_until=first.pending_until,
            at=last.at,
            stamp=first.stamp,
            store=self._mark,
            events=tuple(each.id for each in entries),
            letter=self._letter(first.number) if by_mail else Letter(),
        )

    def _fields(self, desk: str, values: Mapping[str, Any]) -> dict[str, Any]:
        fields = {name: values[name] for name, theirs in TOLD.items() if theirs == name and name in values}
        if "assignee" in values:
            fields["assignee"] = self._person(values["assignee"]) if values["assignee"] else None
        if not values.keys().isdisjoint(ROUTE):
            group = self.group(desk, values.get("tier"), values.get("team"))
            fields |= {"group": group} if group else {}
        return fields

    def _said(self, entry: Entry) -> Said:
        author = Person(entry.author_id, login=entry.actor)
        return Said(entry.id, entry.body or "", entry.public, entry.at, author)

    def _person(self, login: str) -> Person:
        known = self.agents.get(login)
        return Person(known.external_id, email=known.email, login=login) if known else Person(login=login)

    def _letter(self, number: int) -> Letter:
        """What an answer by mail hangs on: the customer's last mail, and whom it was written to."""
        mails = outbox.mails(self._store, number)
        asked = [each for each in mails if each["author_kind"] == "customer"] or mails
        last = asked[-1] if asked else {}
        ids = tuple(each["message_id"] for each in mails if each.get("message_id"))
        own = next((address for each in reversed(asked) for address in each.get("to", ())), None)
        return Letter(own, last.get("subject"), ids)


def told_now(ticket: Ticket, entries: Sequence[Entry]) -> dict[str, Any]:
    """What these events changed, as it stands now; where the ticket goes is told whole, and with a new one."""
    names = {name for entry in entries for name in entry.changed if name in TOLD}
    if any(entry.kind is Outbox.CREATE for entry in entries):
        names |= {*ROUTE, *(("priority",) if ticket.priority else ())}
    if not names.isdisjoint(ROUTE):
        names.update(ROUTE)
    return {name: plain(getattr(ticket, name)) for name in sorted(names)}


def told_then(store: Store, entry: Entry) -> dict[str, Any]:
    """What one event changed, as it stood right after it: what it set, else what the next change of it found."""
    values = {name: value for name, value in entry.changed.items() if name in TOLD}
    if values.keys().isdisjoint(ROUTE):
        return values
    ticket = tickets.get(store, entry.number)
    later = [event.before for event in tickets.events(store, entry.number) if event.id > entry.id]
    for name in ROUTE:
        if name not in values:
            values[name] = next((before[name] for before in later if name in before), getattr(ticket, name))
    return values
