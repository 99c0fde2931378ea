"""Batches of records: by their number, and by what they weigh."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agentconsole.sync import batches as by
from agentconsole.sync.records import Record, RejectedRecord
from tests.support.records import HERE, comment, ticket


@pytest.mark.parametrize(("records", "sizes"), [(0, []), (2, [2]), (3, [3]), (7, [3, 3, 1])])
def test_so_many_are_taken_at_once(records: int, sizes: list[int]) -> None:
    every: list[Record] = [ticket(str(number)) for number in range(records)]
    found = list(by.batches(every, lambda: 3))
    assert [len(batch) for batch in found] == sizes
    assert [record for batch in found for record in batch] == every


@pytest.mark.parametrize(
    "large",
    [
        ticket("1", description="入" * by.LARGE),
        ticket("1", comments=(comment("1", "a", body="入" * by.LARGE),)),
        comment("1", "a", body="入" * by.LARGE),
        RejectedRecord(HERE, "ticket", "no id", "入" * by.LARGE),
    ],
)
def test_large_ones_are_taken_by_themselves(large: Record) -> None:
    met = 0

    def endless() -> Iterator[Record]:
        nonlocal met
        while True:
            met += 1
            yield large

    batches = by.batches(endless(), lambda: 100)
    assert [len(next(batches)) for _ in range(3)] == [1, 1, 1]
    assert met == 3
