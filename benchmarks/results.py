"""One measured figure, what it is measured beside, and whether it is good enough."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

__all__ = ["Limit", "Result", "median", "percentile", "seconds_of"]

PERCENT: Final = 100


@dataclass(frozen=True, slots=True)
class Limit:
    """What is aimed at.

    Args:
        value: the bound, in the result's unit, or as a ratio to the yardstick.
        ratio: whether it bounds the ratio.
        at_least: whether more is better.
    """

    value: float
    ratio: bool = False
    at_least: bool = False

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.value:g}{'x' if self.ratio else ''}"

    def holds(self, value: float) -> bool:
        return value >= self.value if self.at_least else value <= self.value


@dataclass(frozen=True, slots=True)
class Result:
    """Args:
    key: names the figure for good, such as `start.fixtures`.
    what: the same in words.
    ours: in `unit`.
    beside: the yardstick in the same unit, if there is one, and `yardstick` says what that is.
    """

    key: str
    what: str
    unit: str
    ours: float
    yardstick: str = ""
    beside: float | None = None
    limit: Limit | None = None

    @property
    def ratio(self) -> float | None:
        return self.ours / self.beside if self.beside else None

    @property
    def met(self) -> bool | None:
        """Nothing where there is nothing to meet."""
        if self.limit is None:
            return None
        value = self.ratio if self.limit.ratio else self.ours
        return value is not None and self.limit.holds(value)

    def as_json(self) -> dict[str, Any]:
        return {
            "key": self.key,
            "what": self.what,
            "unit": self.unit,
            "ours": round(self.ours, 3),
            "yardstick": self.yardstick or None,
            "beside": None if self.beside is None else round(self.beside, 3),
            "ratio": None if self.ratio is None else round(self.ratio, 3),
            "target": None if self.limit is None else str(self.limit),
            "met": self.met,
        }


def percentile(values: Sequence[float], percent: float) -> float:
    """The value that so many percent of all do not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / PERCENT) - 1)]


def seconds_of(work: Callable[[], object]) -> float:
    """How long `work` takes, by the wall's clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
