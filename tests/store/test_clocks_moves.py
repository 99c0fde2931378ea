"""A ticket that goes to another desk: what it was promised at the first stays judged by the first's rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agentconsole.commands.deadline_words import sentences
from agentconsole.domain.desk_file import load_desk
from agentconsole.domain.sla import Clock
from agentconsole.domain.values import ClockKind, ClockState
from agentconsole.services import tickets as deeds
from agentconsole.services.explain import case
from agentconsole.services.session import Session
from agentconsole.store import desks, histories, tickets
from agentconsole.store.store import Store
from tests.support import desk
from tests.support.records import comment, person, take, ticket

FIRST, NEXT, RESOLUTION = ClockKind.FIRST_RESPONSE, ClockKind.NEXT_RESPONSE, ClockKind.RESOLUTION
TEN = datetime(2026, 11, 19, 10, tzinfo=ZoneInfo("Asia/Tokyo"))
"""A Thursday; the desk `office` is open from nine to six, the desk `night` from eight to midnight."""
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _two_desks(store: Store) -> None:
    night = desk.TEXT.replace('key = "office"', 'key = "night"').replace(
        'mon-fri = ["09:00-18:00"]', 'mon-sun = ["20:00-24:00"]'
    )
    night = night.replace("2h", "9h").replace('name = "Office"', 'name = "Night"')
    with store.writing():
        for text in (desk.TEXT, night):
            desks.save_desk(store, load_desk(text, "desk"), TEN - timedelta(days=30))
    take(store, person("900", role="agent"))


def clock(store: Store, kind: ClockKind) -> Clock:
    return next(each for each in tickets.clocks_of(store, 10001) if each.kind is kind)


def derived(store: Store, now: datetime) -> None:
    before = tickets.clocks_of(store, 10001)
    with store.writing():
        histories.derive_clocks(store, [10001], now)
    assert tickets.clocks_of(store, 10001) == before


@pytest.mark.parametrize("touched", [True, False], ids=["with a change", "by another --desk alone"])
def test_a_verdict_of_the_first_desk_stays_and_what_runs_is_promised_by_the_second(store: Store, touched: bool) -> None:
    """It was answered an hour late; the second desk would have had patience."""
    said = ticket("1", created_at=TEN, updated_at=TEN + 3 * HOUR)
    answer = comment("1", "a", at=TEN + 3 * HOUR, author_id="900")
    take(store, said, answer, at=TEN + 4 * HOUR, desk="office")
    missed = clock(store, FIRST)
    assert (missed.state, missed.breached_at) == (ClockState.FULFILLED, TEN + 2 * HOUR)
    again = ticket("1", created_at=TEN, updated_at=TEN + 5 * HOUR, subject="別件") if touched else said
    take(store, again, at=TEN + 6 * HOUR, desk="night")
    assert tickets.get(store, 10001).desk == "night"
    assert clock(store, FIRST) == missed
    running = clock(store, RESOLUTION)
    assert running.reason is not None
    assert running.reason.desk == "night"
    assert running.started_at == TEN
    derived(store, TEN + 6 * HOUR)


def test_each_clock_is_explained_by_the_desk_that_set_it(store: Store) -> None:
    take(store, ticket("1", created_at=TEN, updated_at=TEN), at=TEN + 3 * HOUR, desk="office")
    take(store, ticket("1", created_at=TEN, updated_at=TEN), at=TEN + 4 * HOUR, desk="night")
    told = {each.clock.kind: each for each in case(store, 10001, TEN + 4 * HOUR).clocks}
    assert (told[FIRST].calendar.name, told[FIRST].clock.breached_at) == ("Office", TEN + 2 * HOUR)
    assert told[RESOLUTION].calendar.name == "Night"
    said = "It was promised at the desk office, where the ticket was then."
    assert [said in sentences(told[kind]) for kind in (FIRST, RESOLUTION)] == [True, False]
    for each in told.values():
        assert each.explanation.steps[-1].end == each.clock.due_at


def test_it_moved_when_we_were_told_not_when_the_source_last_touched_it(store: Store) -> None:
    """The deadline came between the two; nobody at the second desk could have been given it."""
    take(store, ticket("1", created_at=TEN, updated_at=TEN), at=TEN + HOUR, desk="office")
    take(store, ticket("1", created_at=TEN, updated_at=TEN + HOUR, subject="別件"), at=TEN + 5 * HOUR, desk="night")
    assert (clock(store, FIRST).breached_at, clock(store, FIRST).desk) == (TEN + 2 * HOUR, "office")
    derived(store, TEN + 5 * HOUR)


def test_what_is_done_after_the_move_goes_on_from_there(session: Session, store: Store) -> None:
    """Deriving all anew comes to the same as going on from what is kept."""
    take(store, ticket("1", created_at=TEN, updated_at=TEN), at=TEN + 3 * HOUR, desk="office")
    take(store, ticket("1", created_at=TEN, updated_at=TEN), at=TEN + 4 * HOUR, desk="night")
    deeds.perform(session, "pending", [10001], {})
    assert clock(store, FIRST).breached_at == TEN + 2 * HOUR
    assert clock(store, RESOLUTION).is_paused
    derived(store, session.now())


def test_a_pause_earned_at_the_first_desk_is_kept_at_the_second(store: Store) -> None:
    """From noon to four it waited for the customer: four hours of the day's, though the second desk was closed then."""
    said = ticket("1", created_at=TEN, updated_at=TEN)
    take(store, said, at=TEN, desk="office")
    take(
        store, replace(said, status="pending", updated_at=TEN + 2 * HOUR, digest=b"2"), at=TEN + 2 * HOUR, desk="office"
    )
    take(store, replace(said, updated_at=TEN + 6 * HOUR, digest=b"3"), at=TEN + 6 * HOUR, desk="office")
    pauses = clock(store, RESOLUTION).pauses
    assert pauses == ((TEN + 2 * HOUR, TEN + 6 * HOUR),)
    take(store, replace(said, subject="別件", updated_at=TEN + 7 * HOUR, digest=b"4"), at=TEN + 7 * HOUR, desk="night")
    assert (clock(store, RESOLUTION).pauses, clock(store, RESOLUTION).desk) == (pauses, "night")


def test_what_counted_as_an_answer_at_the_first_desk_still_does(store: Store) -> None:
    """There a note after a call is the answer; the second desk says nothing of the kind."""
    answers = '[[answers]]\ncounts = "reply"\nauthors = ["agent"]\npublic = false\n\n[[fields]]\nkey = "txid"'
    with store.writing():
        changed = desk.TEXT.replace('[[fields]]\nkey = "txid"', answers)
        desks.save_desk(store, load_desk(changed, "desk"), TEN - timedelta(days=29))
    note = comment("1", "a", at=TEN + HOUR, author_id="900", public=False)
    take(store, ticket("1", created_at=TEN, updated_at=TEN + HOUR), note, at=TEN + HOUR, desk="office")
    assert clock(store, FIRST).fulfilled_at == TEN + HOUR
    take(store, ticket("1", created_at=TEN, updated_at=TEN + HOUR), at=TEN + 2 * HOUR, desk="night")
    assert clock(store, FIRST).fulfilled_at == TEN + HOUR
