"""People who were taken for customers and turn out to be none: the desk's own boxes, and who answers for it.

What was said under their names may be anywhere in the store. It is looked for and written anew a few tickets at a time
once a run has taken everything else; who is in doubt is noted in the store, so that the next run goes on where one was
cut off.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from typing import Final

from agentconsole.store import mail_people
from agentconsole.sync.conversation import INSIDE, Roles, in_order, people_of
from agentconsole.sync.mail_boxes import Boxes
from agentconsole.sync.mail_conversations import whole_again
from agentconsole.sync.mail_rows import as_comment, stored_mails
from agentconsole.sync.records import Record
from agentconsole.sync.run import Run
from agentconsole.sync.steps import Steps

_WINDOW: Final = 500
"""Tickets, by their numbers, in which is looked at once for who has spoken."""


def settle(run: Run, steps: Steps, write: Callable[[Sequence[Record]], None]) -> None:
    """Makes good what was thought of such people, in pieces each of which leaves every ticket right."""
    for names in _asked_by_the_desk(run, steps):
        with steps.step(len(names)):
            write(whole_again(run, names))
    doubted = mail_people.doubted(run.store, run.source)
    if not doubted:
        return
    if strangers := _no_customers(run, doubted):
        with steps.step(len(strangers)):
            mail_people.forget(run.store, run.id, run.source, strangers)
        for said in _said_as_customers(run, strangers, steps):
            with steps.step(len(said)):
                write(said)
    with steps.step(len(doubted)):
        mail_people.doubt_no_more(run.store, run.source, doubted)


def _asked_by_the_desk(run: Run, steps: Steps) -> Iterator[Collection[str]]:
    """Tickets for whose requester one of the desk's own boxes was taken."""
    for box in Boxes.of(run.store, run.source).own():
        last = 0
        while found := mail_people.tickets_asked_by(run.store, run.source, box, last, steps.size()):
            last = max(found)
            yield found.values()


def _no_customers(run: Run, doubted: Collection[str]) -> list[str]:
    """Those who ask nothing, and whom no mail tells to be a customer."""
    found = {each for each in doubted if not mail_people.tickets_asked_by(run.store, run.source, each, 0, 1)}
    own = Boxes.of(run.store, run.source).own()
    for after, until in _windows(run) if found else ():
        for ticket, author in mail_people.spoken_on(run.store, run.source, found, after, until):
            if author in found and _is_customer(run, ticket, author, own):
                found.remove(author)
    return sorted(found)


def _is_customer(run: Run, ticket: str, author: str, own: Collection[str]) -> bool:
    every = in_order(stored_mails(run.store, run.source, ticket))
    everybody = {name for each in every for name in people_of(each)}
    desk = {*own, *mail_people.own_among(run.store, run.source, everybody)}
    cast = Roles(every[:INSIDE], desk).cast(every)
    return any(each.author_id == author and each.author_kind == "customer" for each in cast)


def _said_as_customers(run: Run, people: Collection[str], steps: Steps) -> Iterator[Sequence[Record]]:
    """What they have said as customers, as what staff has said."""
    for after, until in _windows(run):
        found = mail_people.as_customers(run.store, run.source, people, after, until)
        while found:
            size = steps.size()
            part, found = found[:size], found[size:]
            yield [replace(as_comment(row), author_kind="agent") for row in part]


def _windows(run: Run) -> Iterator[tuple[int, int]]:
    """From one number (exclusive) to another, until all tickets have been."""
    numbers = mail_people.numbers(run.store)
    for at in numbers[::_WINDOW]:
        yield at - 1, at - 1 + _WINDOW
