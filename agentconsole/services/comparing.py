"""Our clocks beside those of the helpdesks that the tickets came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from agentconsole.domain.oracle import Cause, Oracle, difference
from agentconsole.domain.sla import Clock
from agentconsole.store import tickets
from agentconsole.store.store import Store
from agentconsole.sync import oracles
from agentconsole.sync.files import collect

ZENDESK: Final = "zendesk"
"""The source of metrics that come as files, unless another is named."""


@dataclass(frozen=True, slots=True)
class Difference:
    number: int
    cause: Cause
    ours: Clock | None
    theirs: Oracle


@dataclass(slots=True)
class Comparison:
    """Args:
    compared: clocks that both sides speak of, and those that only the helpdesk has.
    same: of them, those that say the same.
    unknown: clocks of tickets that are not in the store.
    """

    compared: int = 0
    same: int = 0
    unknown: int = 0
    differences: list[Difference] = field(default_factory=list)

    @property
    def causes(self) -> Counter[Cause]:
        return Counter(each.cause for each in self.differences)


def compare(store: Store, source: str | None = None, paths: Sequence[Path] = ()) -> Comparison:
    """Holds what helpdesks said of their clocks against ours. Nothing is changed.

    Args:
        source: only its tickets; without it those of every source, or Zendesk's where `paths` are given.
        paths: files with Zendesk's metrics; without them what the tickets' own fields said when they came.

    Raises:
        NotFoundError: a path is not there.
    """
    result = Comparison()
    with store.reading():
        said = _from_files(store, source or ZENDESK, paths, result) if paths else _from_fields(store, source)
        for number, theirs in said:
            _hold_against(result, number, tickets.clocks_of(store, number), theirs)
    return result


def _from_fields(store: Store, source: str | None) -> Iterator[tuple[int, list[Oracle]]]:
    for number, name, extra in tickets.kept_fields(store, source):
        if found := list(oracles.of_extra(name, extra)):
            yield number, found


def _from_files(
    store: Store, source: str, paths: Sequence[Path], result: Comparison
) -> Iterator[tuple[int, list[Oracle]]]:
    numbers: dict[str, int | None] = {}
    for each in oracles.of_files(collect(paths)):
        if each.ticket not in numbers:
            numbers[each.ticket] = tickets.number_of(store, source, each.ticket)
        number = numbers[each.ticket]
        if number is None:
            result.unknown += 1
        else:
            yield number, [each]


def _hold_against(result: Comparison, number: int, clocks: Iterable[Clock], said: Iterable[Oracle]) -> None:
    ours = {(clock.kind, clock.instance): clock for clock in clocks}
    for theirs in said:
        instance = theirs.instance or max((each for kind, each in ours if kind is theirs.kind), default=1)
        clock = ours.get((theirs.kind, instance))
        cause = difference(clock, theirs)
        result.compared += 1
        if cause is None:
            result.same += 1
        else:
            result.differences.append(Difference(number, cause, clock, theirs))
