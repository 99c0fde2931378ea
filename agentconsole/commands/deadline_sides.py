"""What is kept beside what is supposed: each promise that would be another one, as it is and as it would be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Final

from agentconsole.commands.deadline_strip import Line
from agentconsole.commands.deadline_words import verdict
from agentconsole.commands.time_spans import moment_of, span_of
from agentconsole.domain.sla import Clock
from agentconsole.domain.text import cell_width, pad, safe_text, wrap
from agentconsole.domain.values import ClockKind
from agentconsole.locale import _
from agentconsole.locale.words import word
from agentconsole.services.explain import Case, Explained

_GAP: Final = " "
_WIDEST: Final = 48
"""Cells of a column: what belongs together stands together on a wide screen, too."""
_Promise = tuple[ClockKind, int]


def sides(case: Case, width: int) -> Iterator[Line]:
    """Two columns, in lines of at most `width` cells; one line if nothing would be otherwise."""
    kept, supposed = _by_promise(case.as_it_is), _by_promise(case.clocks)
    others = [
        promise for promise in dict.fromkeys((*supposed, *kept)) if _differ(kept.get(promise), supposed.get(promise))
    ]
    if not others:
        yield (("text", _("No promise would be otherwise.")),)
        return
    names = max(cell_width(word("clock", kind)) for kind, _instance in others)
    room = min(max((width - names - 2 * len(_GAP)) // 2, 8), _WIDEST)
    yield _line("", _("as it is"), _("what if"), names, room, ("muted", "soon"))
    for promise in others:
        name = word("clock", promise[0])
        cells = _cells(kept.get(promise), room), _cells(supposed.get(promise), room)
        for left, right in zip_longest(*cells, fillvalue=""):
            yield _line(name, left, right, names, room, ("text", "soon"))
            name = ""


def _by_promise(told: Sequence[Explained]) -> Mapping[_Promise, Explained]:
    return {(each.clock.kind, each.clock.instance): each for each in told}


def _differ(one: Explained | None, other: Explained | None) -> bool:
    if one is None or other is None:
        return True
    return _shown(one) != _shown(other)


def _shown(told: Explained) -> tuple[str, ...]:
    """When it is due, how it stands, and by which promise."""
    clock = told.clock
    due = _("due {at}").format(at=moment_of(clock.due_at, told.zone)) if clock.due_at else ""
    return due, verdict(told), _promised(clock)


def _promised(clock: Clock) -> str:
    return _("“{policy}”: {target}, {priority}").format(
        policy=clock.policy_name,
        target=span_of(clock.target_seconds),
        priority=word("priority", clock.priority_applied),
    )


def _cells(told: Explained | None, room: int) -> list[str]:
    if told is None:
        return [_("none")]
    return [part for text in _shown(told) if text for part in wrap(safe_text(text, single_line=True), room)]


def _line(name: str, left: str, right: str, names: int, room: int, looks: tuple[str, str]) -> Line:
    return (
        ("heading", pad(name, names) + _GAP),
        (looks[0], pad(left, room) + _GAP),
        (looks[1], right),
    )
