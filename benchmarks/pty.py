"""Programs in a pseudo terminal, with a stopwatch: what the tests' `PtyApp` counts in bytes is timed here as well."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from agentconsole.domain import query
from agentconsole.services import stores
from agentconsole.store import tickets
from agentconsole.store.query_sql import Viewer
from agentconsole.store.store import Store
from tests.support.pty_app import PtyApp

QUIET: Final = 0.08
"""Seconds without a byte after which a key counts as answered."""
AGENT: Final = "bench"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a program wrote after keys: so many bytes, the last of them so many milliseconds after the first key."""

    size: int
    milliseconds: float


class TimedApp(PtyApp):
    """Runs `python ARGUMENTS` at 80x24, away from this person's own configuration.

    Whatever the environment says, byte code is kept, in `home`: an installed program has it from its second start on.
    """

    def __init__(self, arguments: Sequence[str], home: Path) -> None:
        self._began = time.perf_counter()
        self._last_byte = self._began
        bytecode = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(home / "bytecode")}
        super().__init__(arguments, environ={"XDG_CONFIG_HOME": str(home), **bytecode})

    def milliseconds_to(self, marker: str) -> float:
        """From the start of the process to the read that brought the marker."""
        self.wait_for(marker)
        return (self._last_byte - self._began) * 1000

    def press(self, keys: str) -> Answer:
        began = time.perf_counter()
        written = self.send(keys, QUIET)
        return Answer(len(written), (self._last_byte - began) * 1000)

    def bytes_during(self, seconds: float) -> int:
        """What it writes by itself."""
        size = 0
        deadline = time.perf_counter() + seconds
        while (left := deadline - time.perf_counter()) > 0:
            size += len(self._read(left))
        return size

    def _read(self, seconds: float) -> bytes:
        read = super()._read(seconds)
        if read:
            self._last_byte = time.perf_counter()
        return read


def bare(home: Path, widget: str = "line") -> TimedApp:
    """The screen library with next to nothing on it; see `bare_app`."""
    return TimedApp(["-m", "benchmarks.bare_app", widget], home)


def console(store: Path, home: Path) -> TimedApp:
    """The console as it is installed, on a store."""
    script = Path(sys.executable).parent / "agentconsole"
    return TimedApp([str(script), "--store", str(store), "--as", AGENT, "--lang", "en"], home)


def first_number(path: Path) -> str:
    """The number of the ticket that the console shows on top; what came due meanwhile is noticed now, not there."""
    now = datetime.now(UTC)
    with Store(path) as store:
        stores.notice(store, now)
        open_first_line = query.parse("is:open tier:1", now=now, zone=UTC)
        return str(tickets.page(store, open_first_line, Viewer(AGENT, now), limit=1)[0].number)
