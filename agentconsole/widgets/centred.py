"""A text in the middle of a view that has nothing else to show."""

from __future__ import annotations

from rich.segment import Segment
from textual.content import Content
from textual.geometry import Size
from textual.strip import Strip
from textual.style import Style


def centred(text: Content, y: int, size: Size, style: Style) -> Strip:
    """One line of a view of that size, with the text in the middle of it."""
    lines = text.wrap(size.width)
    index = y - max(size.height - len(lines), 0) // 2
    if not 0 <= index < len(lines):
        return Strip.blank(size.width, style.rich_style)
    left = Segment(" " * ((size.width - lines[index].cell_length) // 2), style.rich_style)
    return Strip([left, *lines[index].render_segments(style)]).adjust_cell_length(size.width, style.rich_style)
