"""A large export taken in: how much memory that takes, and how long others wait for the store meanwhile.

On request only: `python -m benchmarks bulk`, or `python -m benchmarks.bulk 1000000` for an export of that size.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

from agentconsole.services import syncing
from agentconsole.store.store import Store
from benchmarks import claims, data
from benchmarks.results import Limit, Result, percentile, seconds_of

TICKETS: Final = 100_000
_BESIDE: Final = 20_000
"""Tickets that come while others are claimed."""
_CLAIMABLE: Final = 8_000
"""Tickets that were there before; about every eighth waits for somebody."""


def measure(folder: Path, tickets: int = TICKETS) -> list[Result]:
    """Peak memory of the whole and of a tenth of it, in both processes; speed and waits beside claims."""
    tenth, whole = _memory(folder / "tenth.db", tickets // 10), _memory(folder / "whole.db", tickets)
    alone, _ = _beside(folder / "alone.db", claimed=False)
    busy, waits = _beside(folder / "busy.db", claimed=True)
    what, ours = f"sync of {tickets:,} tickets: peak memory", "a tenth as many"
    keeps_pace = Limit(0.75, ratio=True, at_least=True)
    return [
        Result("bulk.memory", what, "MB", whole[0], ours, tenth[0], Limit(400)),
        Result("bulk.memory.helper", f"{what} of the helper", "MB", whole[1], ours, tenth[1], Limit(400)),
        Result("bulk.busy", "sync while tickets are claimed", "tickets/s", busy, "nobody claiming", alone, keeps_pace),
        Result("bulk.claim", "a claim meanwhile", "ms", 1000 * percentile(waits, 50)),
        Result("bulk.claim.p99", "the same, 99 of 100", "ms", 1000 * percentile(waits, 99), limit=Limit(60)),
    ]


def _memory(path: Path, tickets: int) -> tuple[float, float]:
    """Megabytes of a process that does nothing but sync, and of its helper."""
    source = data.export(tickets)
    context = get_context("spawn")
    answers = context.Queue()
    process = context.Process(target=_sync_apart, args=(path, source.folder, answers))
    process.start()
    found: tuple[float, float] = answers.get()
    process.join()
    return found


def _sync_apart(path: Path, folder: Path, answers: Any) -> None:
    now = datetime.now(UTC)
    with data.empty(path, now) as store:
        syncing.sync(store, syncing.Request([folder]), now)
    answers.put(
        tuple(resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )


def _beside(path: Path, *, claimed: bool) -> tuple[float, list[float]]:
    """Tickets a second, and the seconds that claims of another process took."""
    now = datetime.now(UTC)
    with data.synced(path, data.export(_CLAIMABLE), now) as store:
        request = syncing.Request([data.export(_BESIDE).folder], source="another")
        if not claimed:
            return _BESIDE / seconds_of(lambda: syncing.sync(store, request, now)), []
        with claims.beside(path, _unclaimed(store)) as waits:
            rate = _BESIDE / seconds_of(lambda: syncing.sync(store, request, now))
        return rate, waits


def _unclaimed(store: Store) -> list[int]:
    sql = "SELECT number FROM ticket WHERE assignee_id IS NULL AND status IN ('new', 'open')"
    return [row[0] for row in store.connection.execute(sql)]


def main(tickets: int) -> None:
    with tempfile.TemporaryDirectory(prefix="agentconsole-benchmarks-") as folder:
        for part, found in zip(("main", "helper"), _memory(Path(folder) / "bulk.db", tickets), strict=True):
            print(f"sync of {tickets:,} tickets: peak memory, {part}: {found:,.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TICKETS)
