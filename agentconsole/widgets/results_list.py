"""A short list to choose from: articles found, canned answers, anything with a title and a line of detail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from agentconsole.domain.text import cell_width, pad, safe_text, truncate, wrap
from agentconsole.widgets.reading_pane import ReadingPane

ROWS: Final = 2
"""Lines of one item: its title with its badge, its detail."""


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that can be chosen. The texts may be foreign; the detail may be empty."""

    key: str
    title: str
    detail: str = ""
    badge: str = ""


class ResultsList(ReadingPane):
    """Items with a cursor that stays on its key when the items are set anew."""

    DEFAULT_CSS = """
    ResultsList .results-list--detail, ResultsList .results-list--empty { color: $text-muted; }
    ResultsList .results-list--badge { color: $text-accent; }
    ResultsList .results-list--cursor {
        background: $block-cursor-blurred-background; color: $block-cursor-blurred-foreground; text-style: bold;
    }
    ResultsList:focus .results-list--cursor {
        background: $block-cursor-background; color: $block-cursor-foreground;
        text-style: $block-cursor-text-style;
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"results-list--{part}" for part in ("title", "detail", "badge", "empty", "cursor")
    }
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "choose", show=False)]

    @dataclass
    class Highlighted(Message):
        """The cursor came to another item."""

        key: str

    @dataclass
    class Chosen(Message):
        """The person took an item."""

        key: str

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._results: tuple[Result, ...] = ()
        self._empty = ""
        self._cursor = 0

    def set_results(self, results: Sequence[Result], *, empty: str = "") -> None:
        """Shows items, with the cursor on the key it was on, or on the first.

        Args:
            empty: what is said when there are none.
        """
        before = self.highlighted
        self._results, self._empty = tuple(results), empty
        keys = [result.key for result in self._results]
        self._cursor = keys.index(before) if before in keys else 0
        self._fit()
        if self.highlighted is not None and self.highlighted != before:
            self.post_message(self.Highlighted(self.highlighted))

    @property
    def highlighted(self) -> str | None:
        """The key under the cursor."""
        return self._results[self._cursor].key if self._results else None

    def move_to(self, index: int) -> None:
        """Puts the cursor on an item; beyond the ends it stays at the end."""
        index = max(min(index, len(self._results) - 1), 0)
        if self._results and index != self._cursor:
            self.refresh_lines(self._cursor * ROWS, ROWS)
            self._cursor = index
            self.refresh_lines(index * ROWS, ROWS)
            self._show_cursor()
            self.post_message(self.Highlighted(self._results[index].key))

    def _fit(self) -> None:
        if self.is_mounted:
            self.set_height(len(self._results) * ROWS)
            self._show_cursor()
            self.refresh()

    def _show_cursor(self) -> None:
        top, height, first = self.scroll_offset.y, self.scrollable_content_region.height, self._cursor * ROWS
        if first < top or height < ROWS:
            self.go(first)
        elif first + ROWS > top + height:
            self.go(first + ROWS - height)

    def on_resize(self) -> None:
        self._fit()

    def render_line(self, y: int) -> Strip:
        width, base = self.scrollable_content_region.width, self.rich_style
        index, row = divmod(self.scroll_offset.y + y, ROWS)
        if not self._results:
            lines = wrap(safe_text(self._empty), max(width - 2, 1))
            text = f"  {lines[y]}" if y < len(lines) else ""
            return Strip([self._segment(text, "empty")]).adjust_cell_length(width, base)
        if index >= len(self._results):
            return Strip.blank(width, base)
        segments = self._title(index, width) if row == 0 else self._detail(index, width)
        return Strip(segments).adjust_cell_length(width, base)

    def _title(self, index: int, width: int) -> list[Segment]:
        result, at_cursor = self._results[index], index == self._cursor
        badge = truncate(safe_text(result.badge, single_line=True), max(width // 3, 0))
        room = max(width - cell_width(badge) - 4, 0)
        title = f"{'>' if at_cursor else ' '} {pad(safe_text(result.title, single_line=True), room)} "
        if at_cursor:
            return [self._segment(f"{title}{badge} ", "cursor")]
        return [self._segment(title, "title"), self._segment(badge, "badge")]

    def _detail(self, index: int, width: int) -> list[Segment]:
        detail = truncate(safe_text(self._results[index].detail, single_line=True), max(width - 3, 0))
        return [self._segment(f"  {detail}", "detail")]

    def _segment(self, text: str, part: str) -> Segment:
        return Segment(text, self.get_component_rich_style(f"results-list--{part}"))

    def on_click(self, event: events.Click) -> None:
        index = (self.scroll_offset.y + event.y) // ROWS
        if index < len(self._results):
            self.move_to(index)
            if event.chain > 1:
                self.action_choose()

    @property
    def page_height(self) -> int:
        """How many items are in sight."""
        return self.scrollable_content_region.height // ROWS

    def leap(self, lines: int) -> None:
        self.move_to(self._cursor + lines)

    def action_choose(self) -> None:
        if self.highlighted is not None:
            self.post_message(self.Chosen(self.highlighted))
