"""From the start of the process to the first row of a store that is there, beside a bare app of the screen library."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from agentconsole.services import setup
from benchmarks import data
from benchmarks.bare_app import READY
from benchmarks.pty import TimedApp, bare, console, first_number
from benchmarks.results import Limit, Result, median, seconds_of

RUNS: Final = 11
DEMO_RUNS: Final = 3


def measure(folder: Path) -> list[Result]:
    """Milliseconds to the first painted row, with few tickets and with many, and of making the fixtures' store."""
    small, large = folder / "fixtures.db", data.copy_of_large_store(folder)
    making = [seconds_of(lambda n=n: _make(folder / f"demo-{n}.db")) * 1000 for n in range(DEMO_RUNS)]  # type: ignore[misc]
    setup.make_store(small, at=datetime.now(UTC), fixtures=True).close()
    starts: dict[str, tuple[str, Callable[[], TimedApp]]] = {
        "bare": (READY, lambda: bare(folder)),
        "small": (first_number(small), lambda: console(small, folder)),
        "large": (first_number(large), lambda: console(large, folder)),
    }
    times: dict[str, list[float]] = {name: [] for name in starts}
    for run in range(RUNS + 1):
        for name, (marker, start) in starts.items():
            with start() as app:
                taken = app.milliseconds_to(marker)
            if run:  # the first warms the caches of the machine, and notices what came due
                times[name].append(taken)
    yardstick, beside = "a bare Textual app to its line of text", median(times["bare"])
    return [
        Result(
            "start.fixtures", "start to first ticket row, existing store with the fixtures", "ms",
            median(times["small"]), yardstick, beside, Limit(2.0, ratio=True),
        ),
        Result(
            "start.large", f"start to first ticket row, {data.LARGE:,} tickets", "ms",
            median(times["large"]), yardstick, beside,
        ),
        Result("start.demo", "making the demo's store", "ms", median(making)),
    ]  # fmt: skip


def _make(path: Path) -> None:
    script = Path(sys.executable).parent / "agentconsole"
    subprocess.run([sys.executable, script, "--store", path, "init", "--fixtures"], check=True, capture_output=True)
