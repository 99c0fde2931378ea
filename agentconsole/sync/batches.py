"""Records by the batch: as many as fit into memory, whatever their size."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from agentconsole.sync.records import CommentRecord, Record, RejectedRecord, TicketRecord

LARGE: Final = 4 << 20
"""Characters that are in memory at once, or one record."""


def batches(records: Iterable[Record], size: Callable[[], int]) -> Iterator[list[Record]]:
    """Lists of `size()` records; of fewer, where these are large."""
    batch: list[Record] = []
    weight = 0
    for record in records:
        batch.append(record)
        weight += _weight(record)
        if len(batch) >= size() or weight >= LARGE:
            yield batch
            batch, weight = [], 0
    if batch:
        yield batch


def _weight(record: Record) -> int:
    """Characters of its texts, about."""
    if isinstance(record, TicketRecord):
        return len(record.description or "") + sum([len(each.body) for each in record.comments])
    if isinstance(record, CommentRecord):
        return len(record.body)
    return len(record.raw) if isinstance(record, RejectedRecord) else 0
