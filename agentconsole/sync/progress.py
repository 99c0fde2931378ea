"""How far a reading has come, from the records that it gives: nothing else is asked of formats."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from agentconsole.sync.files import SourceFile
from agentconsole.sync.records import Place, Record, SkippedRecord, UnchangedRecord

STEP: Final = 100
"""Records between two words about it."""


@dataclass(frozen=True, slots=True)
class Seen:
    """How much was read.

    Args:
        records: so many.
        share: of all bytes, from 0 to 1; a guess inside a file of lines, and for others as of its beginning.
    """

    records: int
    share: float


Follow = Callable[[Seen], None]


class _Way:
    """The files on the way, with their bytes and lines. What lies in an archive has its part of the archive's bytes."""

    def __init__(self, files: Sequence[SourceFile]) -> None:
        self._files = {file.name: file for file in files}
        beside = Counter(file.path for file in files)
        self._begins: dict[str, float] = {}
        self._sizes: dict[str, float] = {}
        self._lines: dict[str, float] = {}
        self._total = 0.0
        for file in files:
            self._begins[file.name] = self._total
            self._sizes[file.name] = file.path.stat().st_size / beside[file.path] if file.path else 0
            self._total += self._sizes[file.name]

    def share(self, place: Place) -> float:
        """Of all bytes, those in front of a place."""
        if not self._total or place.file not in self._begins:
            return 0.0
        within = min(place.line / self._lines_of(place.file), 1.0) if place.line else 0.0
        return (self._begins[place.file] + within * self._sizes[place.file]) / self._total

    def _lines_of(self, name: str) -> float:
        """How many lines a file has, if all are as long as its first."""
        if name not in self._lines:
            head = self._files[name].head()
            self._lines[name] = max(self._sizes[name] * head.count(b"\n") / max(len(head), 1), 1.0)
        return self._lines[name]


def followed(records: Iterable[Record], files: Sequence[SourceFile], tell: Follow) -> Iterator[Record]:
    """The records, and now and then a word of how far they have come."""
    way = _Way(files)
    share, count = 0.0, 0
    for count, record in enumerate(records, 1):
        if count % STEP == 0 and not isinstance(record, SkippedRecord | UnchangedRecord):
            share = max(share, way.share(record.place))
            tell(Seen(count, share))
        yield record
    tell(Seen(count, 1.0))
