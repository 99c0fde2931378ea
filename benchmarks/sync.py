"""Taking in an export, beside two floors: the very same rows by raw executemany, without an index or a check, and with
the full-text index alone."""

from __future__ import annotations

import resource
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from agentconsole.services import syncing
from agentconsole.store.store import Store
from benchmarks import data
from benchmarks.results import Limit, Result, median, seconds_of
from benchmarks.stages import OTHER, Stages

TICKETS: Final = 20_000
RUNS: Final = 3
CHANGED: Final = 100
"""Of so many tickets, one has changed."""
_RAW: Final = "the same rows by raw executemany"
_INDEXED: Final = "the same rows and the same index by raw executemany"
_FIRST: Final = "its first sync"

_STAGE_OF: Final = {
    "domain.calendar": "clocks",
    "domain.clock_transitions": "clocks",
    "domain.intervals": "clocks",
    "domain.open_time": "clocks",
    "domain.promises": "clocks",
    "domain.sla": "clocks",
    "domain.text.search": "index",
    "store.clock_rows": "clocks",
    "store.clocks": "clocks",
    "store.connection": "commit",
    "store.histories": "clocks",
    "store.intake": "rows",
    "store.intake_people": "rows",
    "store.people": "rows",
    "store.rows": "rows",
    "store.search": "index",
    "sync.reader_process": "receive",
    "sync.batch": "rows",
    "sync.comments": "rows",
    "sync.merge": "rows",
    "sync.people": "rows",
    "sync.ticket_mapping": "rows",
    "sync.tickets": "rows",
}
"""The helper's part, decoding and cutting into words, runs beside and is waited for in `receive`."""
_STAGES: Final = {
    "receive": "waiting for the helper, and taking over its records",
    "rows": "rows and events",
    "index": "full-text index",
    "clocks": "deadlines",
    "commit": "commits",
    OTHER: "anything else",
}


@dataclass(slots=True)
class _Runs:
    """Tickets a second, run by run; of the helper, its share of all CPU time in percent."""

    first: list[float] = field(default_factory=list)
    again: list[float] = field(default_factory=list)
    little: list[float] = field(default_factory=list)
    raw: list[float] = field(default_factory=list)
    indexed: list[float] = field(default_factory=list)
    helper: list[float] = field(default_factory=list)


def measure(folder: Path) -> list[Result]:
    """Tickets a second at first, with nothing new, with little new, and with the comments in a file of their own."""
    source, stages, runs = data.export(TICKETS), Stages(_STAGE_OF), _Runs()
    changed = data.changed(source, folder / "changed", CHANGED)
    for run in range(RUNS):
        _measure_once(folder / f"{run}", source, changed, stages, runs)
    raw, ours = median(runs.raw), median(runs.first)
    what = f"sync of {TICKETS:,} tickets with {TICKETS * data.COMMENTS:,} comments"
    return [
        Result("sync.first", what, "tickets/s", ours, _RAW, raw, _at_least(0.25)),
        Result("sync.indexed", "the same", "tickets/s", ours, _INDEXED, median(runs.indexed), _at_least(0.5)),
        *(
            Result(f"sync.share.{stage}", f"of which {what}", "%", 100 * stages.shares().get(stage, 0.0))
            for stage, what in _STAGES.items()
        ),
        Result("sync.helper", "CPU time of the helper, of that of both", "%", median(runs.helper)),
        Result("sync.again", "sync of the same once more", "tickets/s", median(runs.again), _FIRST, ours, _at_least(8)),
        Result("sync.little", "sync of it, 1 % changed", "tickets/s", median(runs.little), _FIRST, ours, _at_least(5)),
        Result("sync.apart", "sync with the comments in a file apart", "tickets/s", _apart(folder), _RAW, raw),
    ]  # fmt: skip


def _measure_once(folder: Path, source: data.Export, changed: Path, stages: Stages, runs: _Runs) -> None:
    folder.mkdir()
    now = datetime.now(UTC)
    with data.empty(folder / "sync.db", now) as store:
        ours, beside = _cpu(resource.RUSAGE_SELF), _cpu(resource.RUSAGE_CHILDREN)
        with stages.watching():
            runs.first.append(TICKETS / _sync(store, source.folder, now))
        ours, beside = _cpu(resource.RUSAGE_SELF) - ours, _cpu(resource.RUSAGE_CHILDREN) - beside
        runs.helper.append(100 * beside / (ours + beside))
        runs.again.append(TICKETS / _sync(store, source.folder, now))
        runs.raw.append(TICKETS / _floor(store, folder / "raw.db"))
        runs.indexed.append(TICKETS / _floor(store, folder / "indexed.db", with_index=True))
        runs.little.append(TICKETS / _sync(store, changed, now))


def _at_least(ratio: float) -> Limit:
    return Limit(ratio, ratio=True, at_least=True)


def _cpu(who: int) -> float:
    used = resource.getrusage(who)
    return used.ru_utime + used.ru_stime


def _sync(store: Store, folder: Path, now: datetime) -> float:
    return seconds_of(lambda: syncing.sync(store, syncing.Request([folder]), now))


def _apart(folder: Path) -> float:
    now = datetime.now(UTC)
    with data.empty(folder / "apart.db", now) as store:
        return TICKETS / _sync(store, data.export(TICKETS, apart=True).folder, now)


def _floor(store: Store, path: Path, *, with_index: bool = False) -> float:
    """Seconds of the floor, in a process of its own: what we do to sqlite3 to be quick is not done to it."""
    arguments = [str(store.path), str(path), *(["--index"] if with_index else [])]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.floor", *arguments], capture_output=True, check=True, text=True
    )
    return float(done.stdout)
