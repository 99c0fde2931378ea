"""Conversations of mails that go on: each becomes what it would be had all its mails come at once.

A mail stands where it stands: none moves another one to another ticket.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

from agentconsole.domain.instants import from_seconds, to_seconds
from agentconsole.store import intake_people, mails, rows
from agentconsole.sync.acknowledging import says
from agentconsole.sync.conversation import INSIDE, OPEN, Roles, in_order, people, people_of, ticket_of
from agentconsole.sync.formats.mail_threads import plain_subject
from agentconsole.sync.mail_boxes import Boxes
from agentconsole.sync.outbox import mark_of
from agentconsole.sync.outgoing.mail import event_of
from agentconsole.sync.records import AttachmentRecord, CommentRecord, Place, Record, TicketRecord, Ties
from agentconsole.sync.run import Run

WINDOW: Final = timedelta(days=90)
"""After a conversation's last mail, in which a subject alone may continue it."""
_EXPLAINED: Final = 50
"""Mails of a ticket that are looked at for who takes part."""


def whole_conversations(run: Run, batch: Sequence[Record]) -> Sequence[Record]:
    """A batch with its conversations whole, as far as their tickets are known."""
    tickets = [each for each in batch if isinstance(each, TicketRecord) and each.ties]
    if not tickets and not run.homes:
        return batch
    homes: dict[str, list[TicketRecord]] = {}
    for each in tickets:
        homes.setdefault(_home(run, each), []).append(each)
    own, found = _own_boxes(run, tickets)
    for name in (name for box in found for name in mails.tickets_asked_by(run.store, run.source, box)):
        homes.setdefault(name, [])  # the desk was taken for who asks
    others = [_rehomed(run, each) for each in batch if not (isinstance(each, TicketRecord) and each.ties)]
    talks = {home: _Talk(run, home, its, own) for home, its in homes.items()}
    recast = _no_customers(run, talks)
    return [*others, *(record for talk in talks.values() for record in talk.records()), *recast]


def _own_boxes(run: Run, tickets: Iterable[TicketRecord]) -> tuple[Set[str], Set[str]]:
    """The desk's own addresses by all mails so far, and those among them that were not known as such before."""
    said = [(each, ticket.ties) for ticket in tickets for each in ticket.comments if ticket.ties]
    standing = mails.homes(run.store, run.source, (each.external_id for each, _ in said if each.external_id))
    boxes = Boxes.of(run.store, run.source)
    before = boxes.own()
    for each, ties in said:
        if each.external_id not in standing:
            boxes.note(ties.boxes.get(each.external_id or "", ()), each.author_id)
    boxes.keep(run.store, run.source)
    return boxes.own(), boxes.own() - before


def _rehomed(run: Run, record: Record) -> Record:
    """A comment behind its conversation goes where that went."""
    if isinstance(record, CommentRecord) and record.ticket_external_id in run.homes:
        return replace(record, ticket_external_id=run.homes[record.ticket_external_id])
    return record


def settle(run: Run, tickets: Iterable[TicketRecord], numbers: Mapping[str, int]) -> None:
    """Notes of conversations that were written which mails they hold, and since when they are there."""
    talks = [(numbers[each.external_id], each, each.ties) for each in tickets if each.ties]
    mails.begin_earlier(run.store, {number: to_seconds(each.created_at) for number, each, _ in talks})
    for number, _, ties in talks:
        mails.keep_names(run.store, run.source, number, ties.ids, ties.answers)


# --- where a conversation goes on


def _home(run: Run, ticket: TicketRecord) -> str:
    """The ticket's external id under which it goes on; its own if nothing of it is known."""
    assert ticket.ties is not None
    places = mails.places(run.store, run.source, (*ticket.ties.ids, *ticket.ties.answers))
    home = _standing(ticket, places) or _told_by_us(run, ticket) or _spoken_of(ticket, places)
    home = home or _of_same_subject(run, ticket) or ticket.external_id
    if home in ticket.ties.ids and home != ticket.external_id and ticket.external_id not in places:
        mails.rename(run.store, run.id, run.source, home, ticket.external_id)
        home = ticket.external_id
    if home != ticket.external_id:
        run.homes[ticket.external_id] = home
    return home


def _standing(ticket: TicketRecord, places: Mapping[str, mails.Place]) -> str | None:
    """Where its mails are already, else the nearest that it answers."""
    assert ticket.ties is not None
    here = [places[each].ticket for each in ticket.ties.ids if each in places and places[each].is_here]
    if ticket.external_id in here:
        return ticket.external_id
    answered = (places[each].ticket for each in ticket.ties.answers if each in places and places[each].is_here)
    return next(iter(here), None) or next(answered, None)


def _spoken_of(ticket: TicketRecord, places: Mapping[str, mails.Place]) -> str | None:
    """Where others answer what it answers, or its mails."""
    assert ticket.ties is not None
    names = (ticket.external_id, *ticket.ties.ids, *ticket.ties.answers)
    return next((places[each].ticket for each in names if each in places), None)


def _told_by_us(run: Run, ticket: TicketRecord) -> str | None:
    """The ticket of ours whose reply it answers, or is. Ids can be guessed: the customer must be among its people."""
    assert ticket.ties is not None
    people = {name for each in ticket.comments for name in people_of(each)}
    mark = mark_of(run.store)
    for name in (*ticket.ties.ids, *ticket.ties.answers):
        event = event_of(name, mark)
        home = mails.home_of_event(run.store, run.source, event) if event is not None else None
        if home is not None and home[1] in people:
            return home[0]
    return None


def _of_same_subject(run: Run, ticket: TicketRecord) -> str | None:
    """Of an answer to nobody knows what: the latest conversation of that subject whose beginner is among its people."""
    first = ticket.comments[0]
    subject, is_reply = plain_subject(first.extra.get("subject", ""))
    if not is_reply or not subject:
        return None
    for name, other in mails.asked_by(run.store, run.source, people_of(first)):
        if plain_subject(other)[0] == subject and _goes_on(run, name, first):
            return name
    return None


def _goes_on(run: Run, ticket: str, first: CommentRecord) -> bool:
    before = [each for each in in_order(_stored(run, ticket)) if each.at <= first.at]
    if not before or first.at - before[-1].at > WINDOW:
        return False
    people = {name for each in before[:_EXPLAINED] for name in people_of(each)}
    return first.author_id in people and before[0].author_id in people_of(first)


# --- what it is then


def _stored(run: Run, ticket: str) -> list[CommentRecord]:
    return [_comment(row) for row in mails.said_on(run.store, run.source, ticket)]


def _comment(row: Mapping[str, Any]) -> CommentRecord:
    """A mail as the store has it."""
    return CommentRecord(
        place=Place("", None),
        digest=bytes.fromhex(row["hash"]),
        external_id=row["external_id"],
        ticket_external_id=row["ticket_name"],
        at=from_seconds(row["at"]),
        author_id=row["author"],
        author_name=row["author_name"],
        author_kind=row["author_kind"],
        automatic=bool(row["automatic"]),
        public=bool(row["public"]),
        via=row["channel"],
        body=row["body"],
        attachments=tuple(AttachmentRecord(**each) for each in rows.parsed(row["attachments"])),
        extra=rows.parsed(row["extra"]),
    )


class _Talk:
    """The ticket `home` with what has come of it now.

    Args:
        parts: conversations of the batch; several, if only mails that came before join them.
        own: the desk's own addresses, by all mails so far.
    """

    def __init__(self, run: Run, home: str, parts: Sequence[TicketRecord], own: Set[str]) -> None:
        self._run, self._home, self._parts = run, home, parts
        came = {each.external_id: each for part in parts for each in part.comments}
        standing = mails.homes(run.store, run.source, filter(None, came))
        self._elsewhere = [
            replace(each, ticket_external_id=standing[name], author_kind=None)
            for name, each in came.items()
            if name in standing and standing[name] != home
        ]
        away = {each.external_id for each in self._elsewhere}
        self._stored = {each.external_id: each for each in _stored(run, home)}
        ours = self._find_ours(came.values())
        self._here = {
            name: replace(each, ticket_external_id=home, author_id=None if name in ours else each.author_id)
            for name, each in came.items()
            if name not in away
        }
        self._every = in_order((self._stored | self._here).values())
        self.own = self._find_own(own)
        self._roles = Roles(self._every[:INSIDE], self.own)
        self.said = [
            replace(each, author_kind="agent") if each.external_id in ours else each
            for each in self._roles.cast(self._every)
        ]
        """All mails; who speaks, where they tell it."""

    def _find_ours(self, came: Iterable[CommentRecord]) -> set[str | None]:
        """What was written here, whatever address a mailing list has put above it on the way back."""
        return {each.external_id for each in came if self._is_ours(each)} | {
            name for name, each in self._stored.items() if each.author_id is None and each.author_kind == "agent"
        }

    def _is_ours(self, mail: CommentRecord) -> bool:
        """Whether it has the id of a reply of ours on this ticket, and says what that said: ids can be guessed."""
        event = event_of(mail.extra.get("message_id", ""), mark_of(self._run.store))
        if event is None:
            return False
        body = mails.body_of_event(self._run.store, self._run.source, self._home, event)
        return body is not None and says(mail.body, body)

    @property
    def requester(self) -> str | None:
        return self._roles.requester

    @property
    def is_known(self) -> bool:
        """Whether the store has some of it."""
        return bool(self._stored)

    def records(self) -> list[Record]:
        """The ticket as it is now, with the mails that came, and those in which others speak than was thought."""
        if not self._every:
            return list(self._elsewhere)
        if not self.is_known and not self._elsewhere and len(self._parts) == 1 and self.own <= self._own_as_read():
            return list(self._parts)
        cast = self._judged()
        last = max([self._every[-1].at, *(each.updated_at for each in self._going_on())])
        ticket = ticket_of(self._home, cast[:INSIDE], self._roles, last, is_answered=self._is_answered(cast[INSIDE:]))
        comments = tuple(each for each in cast if each.external_id in self._here or self._is_other(each))
        persons = tuple(people(self.said, self.requester, self._names()))
        return [replace(ticket, comments=comments, people=persons, ties=self._ties()), *self._elsewhere]

    def _is_answered(self, behind: Iterable[CommentRecord]) -> bool:
        """Whether somebody else than who asks speaks in mails beyond the first ones, here or still to come."""
        others = any(each.author_id != self.requester for each in behind if not each.automatic)
        return others or any(part.status == OPEN for part in self._going_on())

    def _going_on(self) -> list[TicketRecord]:
        """Of the parts, those of which more mails come behind."""
        return [part for part in self._parts if len(part.comments) >= INSIDE]

    def _judged(self) -> list[CommentRecord]:
        """Who speaks in those that stand, also where the mails do not tell; of new ones the merge finds out."""
        authors = [each.author_id for each in self._stored.values() if each.author_id]
        customers = {*intake_people.customers_among(self._run.store, self._run.source, authors), self.requester}
        return [
            each
            if each.author_kind or each.author_id is None or each.external_id not in self._stored
            else replace(each, author_kind="customer" if each.author_id in customers else "agent")
            for each in self.said
        ]

    def _is_other(self, comment: CommentRecord) -> bool:
        have = self._stored.get(comment.external_id)
        return have is not None and comment.author_kind not in (None, have.author_kind)

    def _own_as_read(self) -> set[str]:
        return {each.external_id for part in self._parts for each in part.people if each.role == "agent"}

    def _find_own(self, own: Set[str]) -> set[str]:
        """The desk's own addresses among the people, as far as this run or an earlier one has found them."""
        found = self._own_as_read()
        everybody = {name for each in self._every for name in people_of(each)}
        return found | (own & everybody) | mails.own_among(self._run.store, self._run.source, everybody)

    def _names(self) -> dict[str, str]:
        """What people call themselves last."""
        names = {each.external_id: each.name for part in self._parts for each in part.people if each.name}
        said = {each.author_id: each.author_name for each in self._every if each.author_id and each.author_name}
        return names | {address: name for address, name in said.items() if name != address}

    def _ties(self) -> Ties:
        ties = [each.ties for each in self._parts if each.ties]
        ids = dict.fromkeys(name for each in ties for name in each.ids)
        return Ties(tuple(ids), tuple(dict.fromkeys(name for each in ties for name in each.answers)), {})


def _no_customers(run: Run, talks: Mapping[str, _Talk]) -> list[CommentRecord]:
    """Of those who were taken for requesters and turn out to be no customers, what they said elsewhere: as staff."""
    before = {home: mails.requester_of(run.store, run.source, home) for home, talk in talks.items() if talk.is_known}
    moved = {asked for home, asked in before.items() if asked and asked != talks[home].requester}
    return [each for address in sorted(moved) for each in _no_customer(run, talks, address)]


def _no_customer(run: Run, talks: Mapping[str, _Talk], address: str) -> list[CommentRecord]:
    if any(talk.requester == address for talk in talks.values()):
        return []
    if any(name not in talks for name in mails.tickets_asked_by(run.store, run.source, address)):
        return []
    others = {row["ticket_name"] for row in mails.said_by(run.store, run.source, address)} - talks.keys()
    own = {name for talk in talks.values() for name in talk.own}
    said = [each for name in sorted(others) for each in _said_by(run, name, address, own)]
    spoken = [*said, *(each for talk in talks.values() for each in talk.said)]
    if any(each.author_id == address and each.author_kind == "customer" for each in spoken):
        return []
    mails.forget(run.store, run.id, run.source, address)
    return [replace(each, author_kind="agent") for each in said]


def _said_by(run: Run, ticket: str, address: str, own: Set[str]) -> list[CommentRecord]:
    every = in_order(_stored(run, ticket))
    return [each for each in Roles(every[:INSIDE], own).cast(every) if each.author_id == address]
