"""A power cut at any moment: the store is as of the last batch, and the next run goes on from there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest

from agentconsole.store import health, runs
from agentconsole.store.store import Store
from agentconsole.sync import steps
from agentconsole.sync.records import Record
from tests.support.dump import by_names, table
from tests.support.killing import killed
from tests.support.records import ago, comment, outcomes, person, take, ticket

BATCH: Final = 4
POINTS: Final = 12
OLD: Final = [ticket(str(number)) for number in range(3)]
EXPORT: Final[list[Record]] = [
    person("c1", name="見本 花子"),
    *(ticket(str(number), status="solved", updated_at=ago(hours=1)) for number in range(3)),
    *(ticket(str(number), requester_id=f"c{number}") for number in range(3, 9)),
    *(comment(str(number), f"m{number}", body=f"入金 {number}") for number in range(9)),
]


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "BATCH", BATCH)


def statements(store: Store) -> int:
    """How many statements the whole run takes."""
    said: list[str] = []
    store.connection.set_trace_callback(said.append)
    take(store, EXPORT)
    store.connection.set_trace_callback(None)
    return len(said)


def test_a_power_cut_leaves_whole_batches_and_the_next_run_goes_on(
    new_store: Callable[[], Store], small_batches: None
) -> None:
    whole = new_store()
    take(whole, OLD)
    count = statements(whole)
    for point in range(1, count, max(count // POINTS, 1)):
        store = new_store()
        take(store, OLD)
        assert killed(store.path, lambda copy: take(copy, EXPORT), point)
        assert health.examine(store.path).problems == ()
        _holds_whole_batches(store)
        again = take(store, EXPORT)
        done = outcomes(again, "tickets")
        assert sum(done.values()) == 9
        assert done.get("new", 0) + done.get("changed", 0) + done.get("unchanged", 0) == 9
        assert by_names(store) == by_names(whole), point


def _holds_whole_batches(store: Store) -> None:
    """Each ticket has its event, its clocks and its place in the queues; a batch is there whole or not at all."""
    numbers = {row["number"] for row in table(store, "ticket")}
    assert {row["ticket"] for row in table(store, "event") if row["verb"] == "imported"} == numbers
    assert {row["ticket"] for row in table(store, "clock")} == numbers
    assert sum(row["tickets"] for row in table(store, "queue_count")) == len(numbers)
    # The first batch is a person and the three tickets that stood; the others hold four new records each.
    assert (len(numbers) - 3) % BATCH in (0, 2)
    assert [each.ending for each in runs.history(store)][-1] == "done"


def test_a_run_that_was_cut_off_is_listed_so(store: Store, small_batches: None) -> None:
    assert killed(store.path, lambda copy: take(copy, EXPORT), 3, "COMMIT")
    assert [each.ending for each in runs.history(store)] == ["cut off"]
    take(store, EXPORT)
    assert [each.ending for each in runs.history(store)] == ["done", "cut off"]
