"""Days as rows of open and closed time, for a page: a cell for an hour, or for half of one where there is room."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from agentconsole.commands.time_spans import counted, short_day
from agentconsole.config import Glyphs
from agentconsole.domain.strip import Cell, Row, strip
from agentconsole.domain.text import cell_width, safe_text, truncate
from agentconsole.locale import _, ngettext
from agentconsole.services.explain import Explained

Piece = tuple[str, str]
"""How it looks, and the text."""
Line = tuple[Piece, ...]

WIDE: Final = 100
"""From so many cells of a line on, half hours are shown."""
_ALIKE: Final = 3
"""More days than this that look the same are counted instead."""
_SHOWN: Final = 60
"""Lines of one strip; of a longer one the middle is left out."""
_LABEL: Final = 11
_COUNTED: Final = 9


@dataclass(frozen=True, slots=True)
class Marks:
    """Signs for a strip's cells."""

    open: str
    closed: str
    pause: str
    holiday: str
    start: str = ">"
    due: str = "|"

    def of(self, cell: Cell) -> str:
        return {
            Cell.OPEN: self.open,
            Cell.CLOSED: self.closed,
            Cell.PAUSE: self.pause,
            Cell.HOLIDAY: self.holiday,
            Cell.OUTSIDE: " ",
        }[cell]


MARKS: Final = {
    Glyphs.UNICODE: Marks(open="▮", closed=".", pause="=", holiday="~"),
    Glyphs.ASCII: Marks(open="#", closed=".", pause="=", holiday="~"),
}


def strip_lines(told: Explained, width: int, marks: Marks) -> list[Line]:
    """The clock's days under hours of the day, and what the marks mean."""
    cells = 48 if width >= WIDE else 24
    rows = strip(told.explanation, cells, told.zone)
    if not rows:
        return []
    lines = list(_days(rows, width, marks))
    if (left_out := len(lines) - _SHOWN) > 0:
        half = _SHOWN // 2
        words = ngettext("{count} line left out", "{count} lines left out", left_out).format(count=left_out)
        lines = [*lines[:half], (("muted", f"  … {words}"),), *lines[-half:]]
    return [(("muted", _axis(cells)),), *lines, (("muted", f"  {_legend(rows, marks)}"),)]


def _axis(cells: int) -> str:
    """The hours over their cells."""
    line = " " * (2 + _LABEL)
    for hour in (0, 6, 12, 18):
        line = line.ljust(2 + _LABEL + hour * cells // 24) + str(hour)
    return line.ljust(2 + _LABEL + cells) + "24"


def _days(rows: Sequence[Row], width: int, marks: Marks) -> Iterator[Line]:
    for _look, same in groupby(rows, key=_likeness):
        alike = list(same)
        yield _day(alike[0], width, marks)
        if len(alike) > _ALIKE:
            more = len(alike) - 1
            words = ngettext("{count} more day like this", "{count} more days like this", more).format(count=more)
            yield (("muted", f"  … {words}"),)
        else:
            yield from (_day(row, width, marks) for row in alike[1:])


def _likeness(row: Row) -> object:
    """Days with something of their own are like no other."""
    own = row.day if row.names or row.start is not None or row.due is not None else None
    return row.cells, row.counted, own


def _day(row: Row, width: int, marks: Marks) -> Line:
    label = short_day(row.day)
    took = counted(row.counted) if row.counted else ""
    names = safe_text(_(", ").join(row.names), single_line=True)
    room = width - 2 - _LABEL - len(row.cells) - _COUNTED - 2
    return (
        ("text", "  " + label + " " * max(_LABEL - cell_width(label), 1)),
        *_cells(row, marks),
        ("text", f"{took:>{_COUNTED}}"),
        ("holiday", f"  {truncate(names, room)}" if names and room > 0 else ""),
    )


def _cells(row: Row, marks: Marks) -> Iterator[Piece]:
    signs = [(str(cell), marks.of(cell)) for cell in row.cells]
    if row.start is not None:
        signs[row.start] = ("mark", marks.start)
    if row.due is not None:
        signs[row.due] = ("mark", marks.due)
    for look, same in groupby(signs, key=lambda sign: sign[0]):
        yield look, "".join(text for _look, text in same)


def _legend(rows: Sequence[Row], marks: Marks) -> str:
    """Only what is there to see."""
    seen = {cell for row in rows for cell in row.cells}
    words = {
        Cell.OPEN: _("counted"),
        Cell.CLOSED: _("closed"),
        Cell.PAUSE: _("paused"),
        Cell.HOLIDAY: _("holiday"),
    }
    parts = [f"{marks.of(cell)} {text}" for cell, text in words.items() if cell in seen]
    parts += [f"{marks.start} {_('start')}", *([f"{marks.due} {_('due')}"] if rows[-1].due is not None else [])]
    return "  ".join(parts)
