"""What the screens of one run have in common: what was told and done so far, and one thread that writes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeVar

from agentconsole.store import drafts

Answer = TypeVar("Answer")

NOTICES_KEPT: Final = 500


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done here and can be taken back. `command` is the id of what was asked for."""

    command: str
    numbers: tuple[int, ...]
    said: drafts.Draft | None = None
    """What was said by it, as it was written."""


@dataclass(slots=True)
class Workbench:
    """What the screens of one run have in common: the notices so far, the deeds to take back, one thread that writes.

    Writes are done one after the other in the order they were asked for, whatever becomes of the screen that asked.
    """

    notices: deque[tuple[datetime, str]] = field(default_factory=lambda: deque(maxlen=NOTICES_KEPT))
    deeds: list[Deed] = field(default_factory=list)
    _writer: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "writer"))

    def write(self, work: Callable[[], Answer]) -> Future[Answer]:
        return self._writer.submit(work)

    def finish(self) -> None:
        """Waits for every write that was asked for."""
        self._writer.submit(int).result()
