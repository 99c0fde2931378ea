"""Conversations of mails that go on: each becomes what it would be had all its mails come at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace

from agentconsole.domain.instants import to_seconds
from agentconsole.store import intake_people, mail_people, mails
from agentconsole.sync.acknowledging import is_same, says
from agentconsole.sync.conversation import INSIDE, OPEN, Roles, called, in_order, people, people_of, ticket_of
from agentconsole.sync.mail_boxes import Boxes
from agentconsole.sync.mail_homes import by_home
from agentconsole.sync.mail_rows import stored_mails
from agentconsole.sync.outbox import mark_of
from agentconsole.sync.outgoing.mail import event_of
from agentconsole.sync.records import CommentRecord, Record, TicketRecord, Ties
from agentconsole.sync.run import Run


def whole_conversations(run: Run, batch: Sequence[Record]) -> Sequence[Record]:
    """A batch with its conversations whole, as far as their tickets are known."""
    tickets = [each for each in batch if isinstance(each, TicketRecord) and each.ties]
    if not tickets and not run.homes:
        return batch
    own = _own_boxes(run, tickets)
    talks = [_Talk(run, home, parts, own) for home, parts in by_home(run, tickets).items()]
    others = [_rehomed(run, each) for each in batch if not (isinstance(each, TicketRecord) and each.ties)]
    return [*others, *_records(run, talks)]


def whole_again(run: Run, tickets: Iterable[str]) -> list[Record]:
    """Conversations of which no mails have come, for who takes part in them is seen otherwise now."""
    own = Boxes.of(run.store, run.source).own()
    return _records(run, [_Talk(run, name, (), own) for name in tickets])


def _records(run: Run, talks: Sequence[_Talk]) -> list[Record]:
    mail_people.doubt(run.store, run.source, (person for talk in talks for person in talk.were_asking()))
    return [record for talk in talks for record in talk.records()]


def _own_boxes(run: Run, tickets: Iterable[TicketRecord]) -> Set[str]:
    """The desk's own addresses by all mails so far."""
    said = [(each, ticket.ties) for ticket in tickets for each in ticket.comments if ticket.ties]
    standing = mails.homes(run.store, run.source, (each.external_id for each, _ in said if each.external_id))
    boxes = Boxes.of(run.store, run.source)
    for each, ties in said:
        if each.external_id not in standing:
            boxes.note(ties.boxes.get(each.external_id or "", ()), each.author_id)
    boxes.keep(run.store, run.source)
    return boxes.own()


def _rehomed(run: Run, record: Record) -> Record:
    """A comment behind its conversation goes where that went."""
    if isinstance(record, CommentRecord) and record.ticket_external_id in run.homes:
        return replace(record, ticket_external_id=run.home(record.ticket_external_id))
    return record


def settle(run: Run, tickets: Iterable[TicketRecord], numbers: Mapping[str, int]) -> None:
    """Notes of conversations that were written which mails they hold, and since when they are there."""
    talks = [(numbers[each.external_id], each, each.ties) for each in tickets if each.ties]
    mails.begin_earlier(run.store, {number: to_seconds(each.created_at) for number, each, _ in talks})
    for number, _, ties in talks:
        answered = (name for chain in ties.answers for name in chain)
        mails.keep_names(run.store, run.source, number, ties.ids, answered)


class _Talk:
    """The ticket `home` with what has come of it now.

    Args:
        parts: conversations of the batch; several, if only mails that came before join them.
        own: the desk's own addresses, by all mails so far.
    """

    def __init__(self, run: Run, home: str, parts: Sequence[TicketRecord], own: Set[str]) -> None:
        self._run, self._parts = run, parts
        came = {each.external_id: each for part in parts for each in part.comments}
        standing = mails.homes(run.store, run.source, filter(None, came))
        self._elsewhere = [
            replace(each, ticket_external_id=standing[name], author_kind=None)
            for name, each in came.items()
            if name in standing and standing[name] != home
        ]
        away = {each.external_id for each in self._elsewhere}
        self._stored = {each.external_id: each for each in stored_mails(run.store, run.source, home)}
        here = {name: self._kept(each) for name, each in came.items() if name not in away}
        self._every = in_order((self._stored | here).values())
        self._home = self._renamed(home)
        ours = self._find_ours(came.values())
        self._came = here.keys()
        self._every = [self._at_home(each, ours) for each in self._every]
        self.own = self._find_own(own)
        self._roles = Roles(self._every[:INSIDE], self.own)
        self.said = [
            replace(each, author_kind="agent") if each.external_id in ours else each
            for each in self._roles.cast(self._every)
        ]
        """All mails; who speaks, where they tell it."""

    def _renamed(self, home: str) -> str:
        """What the ticket is called by all its mails."""
        name = called(self._every[0]) if self._stored else home
        if name == home or mails.is_ticket(self._run.store, self._run.source, name):
            return home
        mails.rename(self._run.store, self._run.id, self._run.source, home, name)
        self._run.goes_on(home, name)
        return name

    def _at_home(self, mail: CommentRecord, ours: Set[str | None]) -> CommentRecord:
        is_by_us = mail.external_id in ours and mail.external_id in self._came
        return replace(mail, ticket_external_id=self._home, author_id=None if is_by_us else mail.author_id)

    def _kept(self, mail: CommentRecord) -> CommentRecord:
        """A mail that came; of ours that has come before, what we wrote: anybody may have put words behind it since."""
        stored = self._stored.get(mail.external_id)
        return stored if stored is not None and _is_by_us(stored) else mail

    def _find_ours(self, came: Iterable[CommentRecord]) -> set[str | None]:
        """What was written here, whatever address a mailing list has put above it on the way back."""
        return {each.external_id for each in came if self._is_ours(each)} | {
            name for name, each in self._stored.items() if _is_by_us(each)
        }

    def _is_ours(self, mail: CommentRecord) -> bool:
        """Whether it has the id of a reply of ours on this ticket, and says what that said: ids can be guessed.

        Once ours has come back, another copy of it says nothing else.
        """
        event = event_of(mail.extra.get("message_id", ""), mark_of(self._run.store))
        reply = None if event is None else mails.reply(self._run.store, self._run.source, self._home, event)
        if reply is None:
            return False
        is_first = reply.external_id in (None, mail.external_id)
        return says(mail.body, reply.body) if is_first else is_same(mail.body, reply.body)

    def were_asking(self) -> set[str]:
        """Who was taken for the one who asks, and is not."""
        before = mail_people.requesters_of(self._run.store, self._run.source, [self._home]) if self._stored else set()
        return before - {self._roles.requester}

    def records(self) -> list[Record]:
        """The ticket as it is now, with the mails that came, and those in which others speak than was thought."""
        if not self._every:
            return list(self._elsewhere)
        if not self._stored and not self._elsewhere and len(self._parts) == 1 and self.own <= self._own_as_read():
            return list(self._parts)
        cast = self._judged()
        last = max([self._every[-1].at, *(each.updated_at for each in self._going_on())])
        ticket = ticket_of(self._home, cast[:INSIDE], self._roles, last, is_answered=self._is_answered(cast[INSIDE:]))
        comments = tuple(each for each in cast if each.external_id in self._came or self._is_other(each))
        persons = tuple(people(self.said, self._roles.requester))
        return [replace(ticket, comments=comments, people=persons, ties=self._ties()), *self._elsewhere]

    def _is_answered(self, behind: Iterable[CommentRecord]) -> bool:
        """Whether somebody else than who asks speaks in mails beyond the first ones, here or still to come."""
        others = any(each.author_id != self._roles.requester for each in behind if not each.automatic)
        return others or any(part.status == OPEN for part in self._going_on())

    def _going_on(self) -> list[TicketRecord]:
        """Of the parts, those of which more mails come behind."""
        return [part for part in self._parts if len(part.comments) >= INSIDE]

    def _judged(self) -> list[CommentRecord]:
        """Who speaks in those that stand, also where the mails do not tell; of new ones the merge finds out."""
        authors = [each.author_id for each in self._stored.values() if each.author_id]
        customers = intake_people.customers_among(self._run.store, self._run.source, authors)
        customers.update(filter(None, (self._roles.requester,)))
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
        return found | (own & everybody) | mail_people.own_among(self._run.store, self._run.source, everybody)

    def _ties(self) -> Ties:
        ties = [each.ties for each in self._parts if each.ties]
        ids = dict.fromkeys(name for each in ties for name in each.ids)
        return Ties(tuple(ids), tuple(dict.fromkeys(chain for each in ties for chain in each.answers)), {})


def _is_by_us(stored: CommentRecord) -> bool:
    return stored.author_id is None and stored.author_kind == "agent"
