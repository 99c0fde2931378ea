"""However an export comes - shuffled, split, repeated, overlapping, undone - the store says the same of each ticket.

Versions of one ticket are told apart by the time of their last change, as every helpdesk does. Clocks follow from all
that was seen, so they may know more where more versions were seen; their order is looked at in `test_merge`.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from agentconsole.domain.change import Author
from agentconsole.services import setup
from agentconsole.store import health, runs, undoing
from agentconsole.store.store import Store
from agentconsole.sync.records import Record
from tests.conftest import NOW
from tests.support.dump import by_names, table
from tests.support.records import ago, comment, group, person, take, ticket

STATUSES: Final = ("new", "open", "pending", "solved")
PEOPLE: Final = [person(f"c{number}", name=f"見本 {number}") for number in range(3)]
VERSIONS: Final = [
    ticket(
        str(number), status=STATUSES[(number + age) % 4], updated_at=ago(hours=9 - age), tags=(f"t{age}",),
        requester_id=f"c{number % 3}", people=(person(f"e{number % 2}", name=f"同席 {number}-{age}"),),
        groups=(group(f"g{number % 2}", f"窓口 {number}-{age}"),),
    )
    for number in range(4)
    for age in range(3)
]  # fmt: skip
COMMENTS: Final = [
    comment(str(number), f"{number}-{index}", at=ago(hours=8 - index), author_id=f"c{number % 3}")
    for number in range(4)
    for index in range(2)
]
EVERY: Final[list[Record]] = [*PEOPLE, *VERSIONS, *COMMENTS]
SEEN: Final = ("hash", "clocks", "due_at", "due_kind", "due_calendar")
"""What depends on which versions came."""
LEAD: Final = Author("lead", "cli")


def contents(store: Store) -> dict[str, Any]:
    """The tickets and their people as people see them."""
    rows = {
        name: {key: value for key, value in row.items() if key not in SEEN} for name, row in by_names(store).items()
    }
    return rows | names(store)


def names(store: Store) -> dict[str, Any]:
    return {
        kind: sorted((row["external_id"], row["name"]) for row in table(store, kind))
        for kind in ("customer", "source_group")
    }


@cache
def template() -> Path:
    """A new store, made once."""
    path = Path(tempfile.mkdtemp(prefix="any-order-")) / "template.db"
    setup.make_store(path, at=NOW).close()
    atexit.register(shutil.rmtree, path.parent)
    return path


@cache
def whole() -> dict[str, Any]:
    """What one run over everything comes to."""
    folder = Path(tempfile.mkdtemp(prefix="any-order-"))
    try:
        shutil.copy(template(), folder / "whole.db")
        with Store(folder / "whole.db") as store:
            take(store, EVERY, at=NOW)
            return contents(store)
    finally:
        shutil.rmtree(folder)


class AnyOrder(RuleBasedStateMachine):
    """Runs that take some of the records, in any order; in the end each has come at least once."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="any-order-"))
        shutil.copy(template(), self.folder / "store.db")
        self.store = Store(self.folder / "store.db")
        self.at = NOW
        self.missing: list[Record] = list(EVERY)
        self.undoable: list[tuple[int, dict[str, Any]]] = []

    @rule(data=st.data())
    def take_some(self, data: st.DataObject) -> None:
        chosen = data.draw(st.lists(st.sampled_from(range(len(EVERY))), min_size=1, max_size=12, unique=True))
        records = [EVERY[index] for index in chosen]
        before = by_names(self.store) | names(self.store)
        summary = take(self.store, records, at=self.at)
        self.at += timedelta(minutes=1)
        # A comment waits for its ticket within a run only: what comes before is set aside, and has to come again.
        lost = [each for each in records if summary.rejected_total and each in COMMENTS]
        self.missing = [each for each in self.missing if each not in records or each in lost]
        self.undoable.append((summary.run, before))

    @rule()
    def undo_the_last(self) -> None:
        if self.undoable:
            number, before = self.undoable.pop()
            with self.store.writing():
                undoing.undo_run(self.store, number, LEAD, self.at)
            assert by_names(self.store) | names(self.store) == before
            self.missing = list(EVERY)

    @invariant()
    def is_sound(self) -> None:
        assert all(run.finished_at for run in runs.history(self.store))

    def teardown(self) -> None:
        try:
            take(self.store, self.missing, at=self.at)
            assert contents(self.store) == whole()
            assert health.examine(self.store.path).problems == ()
        finally:
            self.store.close()
            shutil.rmtree(self.folder)


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=8, stateful_step_count=6, deadline=None)
