"""Where the time of a run goes, by the module at work: a clock looks every few milliseconds, and nothing is wrapped."""

from __future__ import annotations

import signal
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Final

INTERVAL: Final = 0.002
OTHER: Final = "other"


class Stages:
    """Counts seconds by stage.

    Each look gives the time since the last one to the innermost function at work whose module has a stage. A signal is
    handled after a call into C returns, so a long one gets its whole time.

    Args:
        stage_of: the end of a module's name (`store.search`) or of a module and function (`store.search:add_tickets`),
            and its stage.
    """

    def __init__(self, stage_of: Mapping[str, str]) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._stage_of = stage_of
        self._last = 0.0

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watches what runs inside, in the main thread."""
        before = signal.signal(signal.SIGALRM, self._look)
        self._last = time.perf_counter()
        signal.setitimer(signal.ITIMER_REAL, INTERVAL, INTERVAL)
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def shares(self) -> dict[str, float]:
        """By stage, of 1."""
        total = sum(self.seconds.values()) or 1.0
        return {stage: seconds / total for stage, seconds in self.seconds.items()}

    def _look(self, _signal: int, frame: FrameType | None) -> None:
        now = time.perf_counter()
        self.seconds[self._stage(frame)] += now - self._last
        self._last = now

    def _stage(self, frame: FrameType | None) -> str:
        while frame is not None:
            module = frame.f_globals.get("__name__", "").removeprefix("agentconsole.")
            stage = self._stage_of.get(f"{module}:{frame.f_code.co_name}") or self._stage_of.get(module)
            if stage:
                return stage
            frame = frame.f_back
        return OTHER
