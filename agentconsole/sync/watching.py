"""A drop folder: which files have come to rest and were not read as they are now."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, NamedTuple

from agentconsole.domain.errors import ConsoleError
from agentconsole.sync.files import candidates, is_data

REST: Final = 2.0
"""Seconds for which a file must have stood still: whoever still writes to it has written by then."""
_HALF: Final = re.compile(r"~$|\.(part|partial|tmp|temp|crdownload|download|filepart|swp)$", re.IGNORECASE)
"""What programs call a file before it is whole; they rename it then."""


class _Trace(NamedTuple):
    size: int
    changed_at: int
    inode: int


class Watch:
    """Looks at files and folders again and again; nobody but the caller decides when.

    Args:
        paths: files and folders; what is not there may come yet.
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        self._paths = paths
        self._seen: dict[Path, tuple[_Trace, float]] = {}
        """How each file stands, and since when it has been seen so."""
        self._read: dict[Path, _Trace] = {}

    def look(self, now: float) -> list[Path]:
        """The files that are to be read, as of now: those that have been seen unchanged for `REST` seconds, or that
        nobody has touched for as long by their own time.

        Args:
            now: seconds since 1970, by the clock of the file system.
        """
        found = dict(self._traces())
        before = self._seen
        self._seen = {
            path: before[path] if path in before and before[path][0] == trace else (trace, now)
            for path, trace in found.items()
        }
        ready = [
            path
            for path, trace in found.items()
            if self._read.get(path) != trace and self._rests(path, now) and _can_be_read(path)
        ]
        self._read |= {path: found[path] for path in ready}
        self._read = {path: trace for path, trace in self._read.items() if path in found}
        return ready

    @property
    def files(self) -> int:
        """How many it has looked at last."""
        return len(self._seen)

    def forget(self, paths: Iterable[Path]) -> None:
        """Has files read again that could not be read now."""
        for path in paths:
            self._read.pop(path, None)

    def _rests(self, path: Path, now: float) -> bool:
        trace, since = self._seen[path]
        return now - min(since, trace.changed_at / 1e9) >= REST

    def _traces(self) -> Iterator[tuple[Path, _Trace]]:
        for path in self._each():
            with suppress(OSError):  # it may be gone by now
                facts = path.stat()
                yield path, _Trace(facts.st_size, facts.st_mtime_ns, facts.st_ino)

    def _each(self) -> Iterable[Path]:
        for path in self._paths:
            with suppress(ConsoleError):  # a folder that cannot be read now
                yield from (file for file in candidates(path) if not _HALF.search(file.name))


def _can_be_read(path: Path) -> bool:
    try:
        return is_data(path)
    except ConsoleError:
        return False
