"""Lines of marked text to scroll through, laid out anew for each width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import ClassVar, Final

from rich.segment import Segment
from textual.strip import Strip

from agentconsole.widgets.reading_pane import ReadingPane

Line = Sequence[tuple[str, str]]
"""Pieces, each with the look that it has and its text."""
LOOKS: Final = (
    "title", "detail", "heading", "subheading", "text", "quote", "code", "muted", "late", "soon",
    "open", "closed", "pause", "holiday", "outside", "mark",
)  # fmt: skip


class MarkedLines(ReadingPane):
    """Shows what a function lays out for a width. Texts must be safe and fit."""

    DEFAULT_CSS = """
    MarkedLines .marked-lines--title, MarkedLines .marked-lines--heading {
        text-style: bold; color: $text-primary;
    }
    MarkedLines .marked-lines--subheading { text-style: bold; }
    MarkedLines .marked-lines--code { color: $text-accent; }
    MarkedLines .marked-lines--detail, MarkedLines .marked-lines--quote, MarkedLines .marked-lines--muted,
    MarkedLines .marked-lines--closed { color: $text-muted; }
    MarkedLines .marked-lines--late { text-style: bold; color: $text-error; }
    MarkedLines .marked-lines--soon { text-style: bold; color: $text-warning; }
    MarkedLines .marked-lines--open { color: $text-success; }
    MarkedLines .marked-lines--pause { color: $text-warning; }
    MarkedLines .marked-lines--holiday { color: $text-accent; }
    MarkedLines .marked-lines--mark { text-style: bold reverse; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"marked-lines--{look}" for look in LOOKS}

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._layout: Callable[[int], Sequence[Line]] = _nothing
        self._lines: Sequence[Line] = ()

    def set_layout(self, layout: Callable[[int], Sequence[Line]]) -> None:
        """Shows from its first line on what `layout` makes for a number of cells."""
        self._layout = layout
        self._lay_out()
        self.go(0)

    def _lay_out(self) -> None:
        if not self.is_mounted:
            return
        width = self.scrollable_content_region.width
        self._lines = self._layout(max(width - 2, 1))
        self.set_height(len(self._lines))
        self.refresh()

    def on_resize(self) -> None:
        read = self.scroll_offset.y / max(len(self._lines), 1)
        self._lay_out()
        self.go(round(read * len(self._lines)))

    def render_line(self, y: int) -> Strip:
        width, base = self.scrollable_content_region.width, self.rich_style
        index = self.scroll_offset.y + y
        if index >= len(self._lines):
            return Strip.blank(width, base)
        pieces = (
            Segment(text, self.get_component_rich_style(f"marked-lines--{look}")) for look, text in self._lines[index]
        )
        return Strip([Segment(" ", base), *pieces]).adjust_cell_length(width, base)


def _nothing(_width: int) -> Sequence[Line]:
    return ()
