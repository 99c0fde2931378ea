"""Which boxes are the desk's own: such as many mails of several people came into, of one reading or of all so far.

A run that is undone stays counted: what it said of boxes is true all the same.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Final, Self

from agentconsole.store import settings
from agentconsole.store.store import Store

_SHARE: Final = 0.05
"""The share of mails that a box of the desk's must have got, so that nobody can pretend to be one."""
_WRITERS: Final = 2
_KEPT: Final = 500
"""Boxes that are remembered: those that got most."""
_SETTING: Final = "mail_boxes"


class Boxes:
    """How many mails came, into which boxes, and from whom."""

    def __init__(self) -> None:
        self._mails = 0
        self._arrived: Counter[str] = Counter()
        self._writers: defaultdict[str, set[str]] = defaultdict(set)

    def note(self, boxes: Iterable[str], writer: str | None) -> None:
        """Counts a mail."""
        self._mails += 1
        for box in boxes:
            self._arrived[box] += 1
            if writer is not None and writer != box and len(self._writers[box]) < _WRITERS:
                self._writers[box].add(writer)

    def own(self) -> frozenset[str]:
        """The desk's own addresses."""
        needed = _SHARE * self._mails
        return frozenset(
            box for box, writers in self._writers.items() if len(writers) >= _WRITERS and self._arrived[box] >= needed
        )

    @classmethod
    def of(cls, store: Store, source: str) -> Self:
        """Those of all runs over a source so far."""
        boxes = cls()
        known = json.loads(settings.get(store, f"{_SETTING}:{source}") or "{}")
        boxes._mails = known.get("mails", 0)
        for box, (arrived, writers) in known.get("boxes", {}).items():
            boxes._arrived[box] = arrived
            boxes._writers[box] = set(writers)
        return boxes

    def keep(self, store: Store, source: str) -> None:
        """Inside a writing transaction."""
        kept = {box: (arrived, sorted(self._writers[box])) for box, arrived in self._arrived.most_common(_KEPT)}
        settings.put(store, f"{_SETTING}:{source}", json.dumps({"mails": self._mails, "boxes": kept}))
