"""What comes due while nobody looks: breaches and wake-ups, once each, dated when they happened."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agentconsole.domain.desk import Desk
from agentconsole.domain.values import ClockKind, ClockState, Status
from agentconsole.services import stores
from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.store import tickets
from agentconsole.store.store import Store
from tests.conftest import NOW, FrozenClock
from tests.support import racing
from tests.support.dump import everything
from tests.support.records import ago, comment, take, ticket

HOUR = timedelta(hours=1)


@pytest.fixture
def number(session: Session, office: Desk) -> int:
    """A chat that has just begun: 2 hours for the first response, 18 for all of it, round the clock."""
    words = {"subject": "チャット", "body": "ログインできません", "name": "見本 太郎"}
    return deeds.open_ticket(session, desk="office", channel="chat", priority="normal", **words).ticket.number


def breaches(store: Store, number: int) -> list[tuple[str, object]]:
    return [(event.after["clock"], event.at) for event in tickets.events(store, number) if event.verb == "breach"]


def test_nothing_is_noticed_before_its_time(session: Session, number: int) -> None:
    before = everything(session.store)
    assert stores.notice(session.store, NOW + 2 * HOUR - timedelta(seconds=1)) == 0
    assert everything(session.store) == before


def test_a_breach_is_told_once_dated_at_the_deadline(session: Session, number: int) -> None:
    late = NOW + 5 * HOUR
    assert stores.notice(session.store, late) == 1
    assert stores.notice(session.store, late) == 0
    assert breaches(session.store, number) == [("first_response", NOW + 2 * HOUR)]
    event = tickets.events(session.store, number)[-1]
    assert (event.actor, event.after) == ("console", {"clock": "first_response", "instance": 1})
    clocks = {clock.kind: clock for clock in tickets.clocks_of(session.store, number)}
    first = clocks[ClockKind.FIRST_RESPONSE]
    assert (first.state, first.breached_at, first.imported) == (ClockState.BREACHED, NOW + 2 * HOUR, False)
    row = tickets.get(session.store, number)
    assert (row.due_at, row.due_kind) == (NOW + 2 * HOUR, ClockKind.FIRST_RESPONSE)
    assert row.updated_at == NOW


def test_who_answers_late_finds_the_breach_told(session: Session, clock: FrozenClock, number: int) -> None:
    clock.tick(3 * HOUR)
    deeds.perform(session, "reply", [number], {"body": "お待たせしました。確認します。"})
    assert [event.verb for event in tickets.events(session.store, number)] == ["new", "breach", "reply"]
    assert breaches(session.store, number) == [("first_response", NOW + 2 * HOUR)]
    assert stores.notice(session.store, clock()) == 0


def test_each_breach_is_told_once_by_two_processes(session: Session, number: int) -> None:
    path, late = session.store.path, NOW + 30 * HOUR
    said = racing.race(racing.notice, (path, late), (path, late))
    assert sorted(said) == ["0", "1"]
    assert breaches(session.store, number) == [
        ("first_response", NOW + 2 * HOUR),
        ("resolution", NOW + 18 * HOUR),
    ]


def test_more_than_one_bite_is_noticed_in_one_go(store: Store, office: Desk) -> None:
    take(store, [ticket(str(index), via="chat", created_at=NOW, updated_at=NOW) for index in range(520)], desk="office")
    assert stores.notice(store, NOW + 3 * HOUR) == 520
    told = store.connection.execute(
        "SELECT count(*), count(DISTINCT ticket) FROM event WHERE verb = 'breach'"
    ).fetchone()
    assert tuple(told) == (520, 520)


def test_a_ticket_wakes_when_its_date_comes(session: Session, clock: FrozenClock, number: int) -> None:
    until = NOW + 10 * HOUR
    clock.tick(HOUR)
    deeds.perform(session, "pending", [number], {"until": until})
    assert tickets.get(session.store, number).due_at is None
    assert stores.notice(session.store, until - timedelta(seconds=1)) == 0
    assert stores.notice(session.store, until + timedelta(minutes=1)) == 1
    row = tickets.get(session.store, number)
    assert (row.status, row.pending_until) == (Status.OPEN, None)
    assert row.due_at == until + HOUR
    event = tickets.events(session.store, number)[-1]
    assert (event.verb, event.at, event.actor) == ("wake", until, "console")
    assert stores.notice(session.store, until + timedelta(minutes=1)) == 0


def test_what_wakes_long_ago_is_late_at_once(session: Session, number: int) -> None:
    deeds.perform(session, "pending", [number], {"until": NOW + HOUR})
    stores.notice(session.store, NOW + 9 * HOUR)
    assert [event.verb for event in tickets.events(session.store, number)] == ["new", "pending", "wake", "breach"]
    assert breaches(session.store, number) == [("first_response", NOW + 3 * HOUR)]


def test_a_deed_after_the_date_finds_the_ticket_awake(session: Session, clock: FrozenClock, number: int) -> None:
    until = NOW + HOUR
    deeds.perform(session, "pending", [number], {"until": until})
    clock.tick(2 * HOUR)
    deeds.perform(session, "note", [number], {"body": "連絡なし"})
    told = [(event.verb, event.at) for event in tickets.events(session.store, number)]
    assert told == [("new", NOW), ("pending", NOW), ("wake", until), ("note", clock())]
    assert tickets.get(session.store, number).due_at == until + 2 * HOUR


def test_who_only_reads_changes_nothing_and_what_came_due_is_noticed_when_asked(session: Session, number: int) -> None:
    path, late = session.store.path, NOW + 3 * HOUR
    before = everything(session.store)
    with stores.open_session(path, "mei", face="cli", now=lambda: late, writes=False).store as store:
        assert everything(session.store) == before
        stores.notice(store, late)
    assert breaches(session.store, number) == [("first_response", NOW + 2 * HOUR)]


def test_breaches_that_came_with_a_ticket_are_marked_and_told_to_nobody(store: Store, office: Desk) -> None:
    take(store, ticket("1", via="chat", created_at=ago(days=3)), desk="office")
    clocks = tickets.clocks_of(store, 10001)
    assert {(clock.kind, clock.imported) for clock in clocks if clock.breached_at} == {
        (ClockKind.FIRST_RESPONSE, True),
        (ClockKind.RESOLUTION, True),
    }
    assert stores.notice(store, NOW) == 0
    assert [event.verb for event in tickets.events(store, 10001)] == ["imported"]


def test_what_comments_tell_of_the_time_before_is_imported_as_well(store: Store, office: Desk) -> None:
    """Whether they come in the same file, in another one of the same run, or in a later run."""
    talk = [
        comment("1", "a", author_id="agent-7", at=ago(days=3, hours=-1)),
        comment("1", "b", author_id="c1", at=ago(days=2)),
    ]
    take(store, ticket("1", via="chat", created_at=ago(days=3)), desk="office")
    take(store, talk, at=NOW + HOUR, desk="office")
    clocks = {clock.kind: clock for clock in tickets.clocks_of(store, 10001)}
    assert clocks[ClockKind.FIRST_RESPONSE].breached_at is None
    next_response = clocks[ClockKind.NEXT_RESPONSE]
    assert (next_response.breached_at, next_response.imported) == (ago(days=2) + 4 * HOUR, True)
    assert breaches(store, 10001) == []


def test_breaches_since_it_came_are_told_whoever_finds_them(store: Store, office: Desk) -> None:
    take(store, ticket("1", via="chat", created_at=NOW, updated_at=NOW), desk="office")
    take(store, comment("1", "a", at=NOW + HOUR), at=NOW + 6 * HOUR, desk="office")
    assert breaches(store, 10001) == [("first_response", NOW + 2 * HOUR)]
    assert stores.notice(store, NOW + 6 * HOUR) == 0


def test_an_imported_breach_stays_one_when_the_ticket_goes_on(session: Session, office: Desk) -> None:
    take(session.store, ticket("1", via="chat", created_at=ago(days=3)), desk="office")
    deeds.perform(session, "reply", [10001], {"body": "お待たせしました。確認します。"})
    deeds.perform(session, "priority", [10001], {"priority": "high"})
    deeds.undo(session, [10001])
    clocks = tickets.clocks_of(session.store, 10001)
    assert all(clock.imported == (clock.breached_at is not None) for clock in clocks)
    assert breaches(session.store, 10001) == []
