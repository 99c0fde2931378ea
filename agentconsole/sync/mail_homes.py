"""Where conversations of mails go on: on which ticket, and which tickets turn out to be one.

A mail that says of two conversations that they are one makes them one: the later ticket goes into the earlier, as when
somebody merges them in a helpdesk, and its number stays and says where it went. Not if people have worked on both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Final

from agentconsole.domain.errors import Phrase
from agentconsole.store import intake, mail_people, mails, search
from agentconsole.sync.conditions import end_merged
from agentconsole.sync.conversation import in_order, people_of
from agentconsole.sync.formats.mail_threads import plain_subject
from agentconsole.sync.mail_rows import stored_mails
from agentconsole.sync.outbox import mark_of
from agentconsole.sync.outgoing.mail import event_of
from agentconsole.sync.records import CommentRecord, TicketRecord
from agentconsole.sync.run import Run

WINDOW: Final = timedelta(days=90)
"""After a conversation's last mail, in which a subject alone may continue it."""
_EXPLAINED: Final = 50
"""Mails of a ticket that are looked at for who takes part."""
_NAMED: Final = 5
"""Pairs of tickets that cannot be joined and are told by their numbers; further ones are only counted."""


def by_home(run: Run, tickets: Iterable[TicketRecord]) -> dict[str, list[TicketRecord]]:
    """Conversations that came, by the external id of the ticket on which each goes on; its own if nothing is known."""
    homes = [(_home(run, each), each) for each in tickets]
    found: dict[str, list[TicketRecord]] = {}
    for home, each in homes:
        found.setdefault(run.home(home), []).append(each)
        run.goes_on(each.external_id, run.home(home))
    return found


def _home(run: Run, ticket: TicketRecord) -> str:
    found = list(dict.fromkeys([*_holding(run, ticket), *_told_by_us(run, ticket)]))
    found = found or _under_its_id(run, ticket) or _of_same_subject(run, ticket) or [ticket.external_id]
    return found[0] if len(found) == 1 else _made_one(run, found)


# --- by what mails answer


def _holding(run: Run, ticket: TicketRecord) -> list[str]:
    """The tickets that hold its mails or the nearest that these answer, or that answer the same; such first as hold."""
    assert ticket.ties is not None
    names = {*ticket.ties.ids, *(name for chain in ticket.ties.answers for name in chain)}
    mark = mark_of(run.store)
    places = mails.places(run.store, run.source, (each for each in names if event_of(each, mark) is None))
    standing = mails.homes(run.store, run.source, (each.external_id for each in ticket.comments if each.external_id))
    spoken = [places[each] for each in ticket.ties.ids if each in places and not places[each].is_here]
    answered = [place for chain in ticket.ties.answers for place in _as_far_as_here(chain, places)]
    others = sorted((*answered, *spoken), key=lambda place: not place.is_here)
    return [*standing.values(), *(place.ticket for place in others)]


def _as_far_as_here(chain: Sequence[str], places: Mapping[str, mails.Place]) -> list[mails.Place]:
    """What is known of mails that one answers: what the nearest that is here answers, that one says itself."""
    known = [places[each] for each in chain if each in places]
    here = next((number for number, place in enumerate(known) if place.is_here), len(known))
    return known[: here + 1]


def _told_by_us(run: Run, ticket: TicketRecord) -> list[str]:
    """The tickets of ours whose replies it answers, or is. Ids can be guessed: who asks must be among its people."""
    assert ticket.ties is not None
    people = {name for each in ticket.comments for name in people_of(each)}
    mark = mark_of(run.store)
    names = (*ticket.ties.ids, *(name for chain in ticket.ties.answers for name in chain))
    events = (event_of(name, mark) for name in names)
    homes = (mails.home_of_event(run.store, run.source, each) for each in events if each is not None)
    return [home.ticket for home in homes if home is not None and home.requester in people]


def _under_its_id(run: Run, ticket: TicketRecord) -> list[str]:
    """Where another mail of the same id is, or that answers ours and nobody knows whether it may."""
    assert ticket.ties is not None
    names = [*ticket.ties.ids, *(name for chain in ticket.ties.answers for name in chain)]
    places = mails.places(run.store, run.source, names)
    return [places[each].ticket for each in names if each in places and places[each].is_here][:1]


# --- tickets that turn out to be one


def _made_one(run: Run, names: Sequence[str]) -> str:
    """The ticket, of several that are one conversation, on which it goes on; the others go into it."""
    standing = mails.by_begin(run.store, run.source, names)
    worked = [each.ticket for each in standing if each.is_worked_on]
    home = min(worked, key=list(names).index) if worked else standing[0].ticket
    for other in worked:
        if other != home:
            _tell_apart(run, *sorted(each.number for each in standing if each.ticket in (home, other)))
    merged = {each.ticket: home for each in standing if each.ticket != home and not each.is_worked_on}
    if merged:
        _join(run, standing, merged)
    return home


def _tell_apart(run: Run, first: int, second: int) -> None:
    apart = Phrase("joining of tickets {first} and {second}: both were worked on", first=first, second=second)
    named = {each for each in run.summary.skipped if isinstance(each, Phrase) and each.msgid == apart.msgid}
    if len(named) == _NAMED and apart not in named:
        apart = Phrase("joining of further tickets: both were worked on")
    run.summary.skipped[apart] += 1


def _join(run: Run, standing: Sequence[mails.Standing], merged: Mapping[str, str]) -> None:
    """Takes what is on tickets to those into which they go. Who asks on one may turn out to be no customer."""
    tickets = (each.ticket for each in standing)
    mail_people.doubt(run.store, run.source, mail_people.requesters_of(run.store, run.source, tickets))
    with search.reindexed(run.store, [each.number for each in standing]):
        for each, home in merged.items():
            mails.move(run.store, run.id, run.source, each, home)
            run.goes_on(each, home)
    intake.derive_clocks(run.store, end_merged(run, merged), run.now)


# --- by what mails are about


def _of_same_subject(run: Run, ticket: TicketRecord) -> list[str]:
    """Of an answer to nobody knows what: the latest conversation of that subject; of what is none: such an answer.

    A guess: it joins no two tickets that stand.
    """
    first = ticket.comments[0]
    subject, is_reply = plain_subject(first.extra.get("subject", ""))
    for name, other in mails.asked_by(run.store, run.source, people_of(first)) if subject else ():
        other_subject, is_answer = plain_subject(other)
        if other_subject == subject and (is_reply or is_answer):
            stored = in_order(stored_mails(run.store, run.source, name))
            if stored and (_goes_on(stored, first) if is_reply else _goes_on(ticket.comments, stored[0])):
                return [name]
    return []


def _goes_on(conversation: Sequence[CommentRecord], first: CommentRecord) -> bool:
    """Whether an answer may be one in that conversation: its beginner is among the answer's people."""
    before = [each for each in conversation if each.at <= first.at]
    if not before or first.at - before[-1].at > WINDOW:
        return False
    people = {name for each in before[:_EXPLAINED] for name in people_of(each)}
    return first.author_id in people and before[0].author_id in people_of(first)
