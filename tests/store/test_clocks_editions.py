"""A new edition of a desk, applied to a store with tickets: what was promised before stays promised."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from agentconsole.cli.timers import Timers
from agentconsole.domain.desk_file import default_desk, load_desk
from agentconsole.services import tickets as deeds
from agentconsole.services.explain import case
from agentconsole.services.session import Session
from agentconsole.store import desks, histories, tickets
from tests.conftest import FrozenClock

HOUR = timedelta(hours=1)


def open_call(session: Session) -> int:
    return deeds.open_ticket(
        session, desk="default", channel="phone", subject="出金", body="出金が届きません。", name="見本 太郎"
    ).ticket.number


def apply_twice_as_quick(session: Session) -> None:
    text = default_desk().source_text
    assert 'first_response = "8h"' in text
    quicker = replace(default_desk(), source_text=text.replace('first_response = "8h"', 'first_response = "4h"'))
    with session.store.writing():
        assert desks.save_desk(session.store, quicker, session.now())


def test_deadlines_given_before_stay_and_new_tickets_get_the_new_ones(session: Session, clock: FrozenClock) -> None:
    old = open_call(session)
    due = tickets.get(session.store, old).due_at
    assert due == session.now() + 8 * HOUR
    clock.tick(HOUR)
    apply_twice_as_quick(session)
    with session.store.writing():
        histories.derive_clocks(session.store, [old], session.now())
    assert tickets.get(session.store, old).due_at == due
    assert tickets.get(session.store, open_call(session)).due_at == session.now() + 4 * HOUR


def test_a_deed_after_the_change_does_not_move_a_deadline_either(session: Session, clock: FrozenClock) -> None:
    number = open_call(session)
    due = tickets.get(session.store, number).due_at
    apply_twice_as_quick(session)
    clock.tick(HOUR)
    deeds.perform(session, "claim", [number])
    assert tickets.get(session.store, number).due_at == due


def test_what_is_left_is_counted_as_the_explanation_counts_it(session: Session, clock: FrozenClock) -> None:
    """By the hours that set the deadline, not by those of an edition that came since."""
    number = open_call(session)
    clock.tick(HOUR)
    text = default_desk().source_text.replace('"00:00-24:00"', '"09:00-10:00"')
    with session.store.writing():
        assert desks.save_desk(session.store, load_desk(text, "default"), session.now())
    row = tickets.get(session.store, number)
    edition, calendar_id = row.due_by
    explained = case(session.store, number, clock()).clocks[0]
    assert desks.every_edition(session.store)[edition].calendar(calendar_id) == explained.calendar
    timers = Timers(session.store, clock(), ZoneInfo("Asia/Tokyo"))
    assert [timers.of(row), timers.of_clock(explained.clock, row)] == ["7h00m", "7h00m"]
    later = Timers(session.store, clock(), ZoneInfo("Asia/Tokyo"))
    assert later.of(tickets.get(session.store, open_call(session))).startswith("opens")
