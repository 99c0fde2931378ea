"""Fields that the helpdesk and we both changed: listed with both values, ended by a verb, which can be taken back."""

from __future__ import annotations

from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest

from agentconsole.domain.conflict import Conflict
from agentconsole.domain.errors import RefusedError
from agentconsole.domain.query import parse
from agentconsole.domain.values import Priority, Status
from agentconsole.services import syncing
from agentconsole.services.session import Session
from agentconsole.services.tickets import perform, undo
from agentconsole.store import conflicts, people, tickets
from agentconsole.store.query_sql import Viewer
from agentconsole.sync import outbox
from tests.conftest import NOW, FrozenClock
from tests.support.outgoing import exported
from tests.support.records import person, take, ticket

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def disputed(session: Session, clock: FrozenClock) -> Session:
    """The priority is high here since nine, low there since five past."""
    take(session.store, ticket("1"))
    perform(session, "priority", [10001], {"priority": "high"})
    clock.tick(timedelta(minutes=10))
    take(session.store, ticket("1", priority="low", updated_at=LATER))
    return session


def open_ones(session: Session) -> list[tuple[str, Any, Any]]:
    """Those that are listed, which are also found by a query and told of the ticket."""
    found = conflicts.conflicts(session.store)
    viewer = Viewer("aoi", NOW)
    numbers = [each.number for each in tickets.page(session.store, parse("is:conflict", now=NOW, zone=UTC), viewer)]
    assert numbers == sorted({each.number for each in found}, reverse=True)
    assert tickets.get(session.store, 10001).in_conflict is bool(found)
    assert bool(conflicts.of_ticket(session.store, 10001)) is bool(found)
    return [(each.field, each.ours, each.theirs) for each in found]


def test_both_values_are_told_with_who_and_when(disputed: Session) -> None:
    [found] = conflicts.of_ticket(disputed.store, 10001)
    assert found == Conflict(10001, "priority", "high", "aoi", NOW, "low", "helpdesk", LATER)


def test_what_stands_here_is_kept_and_told_once_more(disputed: Session, tmp_path: Path) -> None:
    assert exported(disputed, tmp_path / "a.json")["tickets"] == []  # nothing goes out over somebody's head
    perform(disputed, "ours", [10001])
    assert open_ones(disputed) == []
    [entry] = exported(disputed, tmp_path / "b.json")["tickets"]
    assert (entry["priority"], entry["updated_stamp"]) == ("high", "2026-11-20T09:05:00Z")


def test_what_was_exported_and_then_overruled_there_goes_out_anew(session: Session, tmp_path: Path) -> None:
    take(session.store, ticket("1"))
    perform(session, "priority", [10001], {"priority": "high"})
    exported(session, tmp_path / "a.json")
    take(session.store, ticket("1", priority="low", updated_at=LATER))
    assert outbox.listed(session.store) == []
    perform(session, "ours", [10001])
    assert [each["priority"] for each in exported(session, tmp_path / "b.json")["tickets"]] == ["high"]


def test_what_stands_there_is_taken_and_ours_goes_nowhere(disputed: Session, tmp_path: Path) -> None:
    assert perform(disputed, "theirs", [10001])[0].ticket.priority is Priority.LOW
    assert open_ones(disputed) == []
    assert exported(disputed, tmp_path / "out.json")["tickets"] == []
    assert outbox.listed(disputed.store) == []


@pytest.mark.parametrize("verb", ["ours", "theirs"])
def test_a_choice_can_be_taken_back(disputed: Session, verb: str) -> None:
    perform(disputed, verb, [10001])
    undo(disputed, [10001])
    assert open_ones(disputed) == [("priority", "high", "low")]
    assert tickets.get(disputed.store, 10001).priority is Priority.HIGH


def test_it_is_over_when_both_say_the_same(disputed: Session) -> None:
    take(disputed.store, ticket("1", priority="high", updated_at=LATER + timedelta(minutes=1)))
    assert open_ones(disputed) == []


def test_it_is_over_when_somebody_does_here_what_they_did_and_back_when_that_is_taken_back(disputed: Session) -> None:
    perform(disputed, "priority", [10001], {"priority": "low"})
    assert open_ones(disputed) == []
    undo(disputed, [10001])
    assert open_ones(disputed) == [("priority", "high", "low")]


def test_it_is_over_when_the_run_is_undone_that_brought_it(disputed: Session) -> None:
    assert open_ones(disputed) == [("priority", "high", "low")]
    syncing.undo(disputed, 2)
    assert open_ones(disputed) == []


def test_a_new_word_from_there_opens_it_again(disputed: Session) -> None:
    perform(disputed, "ours", [10001])
    take(disputed.store, ticket("1", priority="urgent", updated_at=LATER + timedelta(minutes=1)))
    assert open_ones(disputed) == [("priority", "high", "urgent")]


def test_several_fields_are_ended_together(session: Session) -> None:
    take(session.store, person("m1", name="健", email="ken@example.jp", role="agent"), ticket("1", tags=("a",)))
    with session.store.writing():
        people.ensure_agent(session.store, "mio")
    perform(session, "assign", [10001], {"agent": "mio"})
    perform(session, "tag", [10001], {"tags": ("+b",)})
    perform(session, "pending", [10001], {"until": NOW + timedelta(days=1)})
    take(session.store, ticket("1", tags=("c", "a"), assignee_id="m1", status="solved", updated_at=LATER))
    assert open_ones(session) == [
        ("status", "pending", "solved"),
        ("assignee", "mio", "m1"),
        ("tags", ["a", "b"], ["c", "a"]),
    ]
    taken = perform(session, "theirs", [10001])[0].ticket
    assert (taken.assignee, taken.tags, taken.status) == ("m1", ("c", "a"), Status.SOLVED)
    assert taken.pending_until is None


def test_the_same_tags_in_another_order_are_no_conflict(session: Session) -> None:
    take(session.store, ticket("1", tags=()))
    perform(session, "tag", [10001], {"tags": ("+b", "+a")})
    take(session.store, ticket("1", tags=("a", "b"), updated_at=LATER))
    assert open_ones(session) == []


def test_where_nothing_is_disputed_there_is_nothing_to_choose(session: Session) -> None:
    take(session.store, ticket("1"))
    for verb in ("ours", "theirs"):
        with pytest.raises(RefusedError) as refused:
            perform(session, verb, [10001])
        assert refused.value.code == "no_conflict"
