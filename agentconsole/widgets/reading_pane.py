"""What the panes of a screen have in common: one column of lines, moved in by the same eight actions."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.widget import Widget


class ReadingPane(ScrollView, can_focus=True):
    """Lines that are looked at in steps and in pages. A pane with a cursor says itself what they are."""

    DEFAULT_CSS = """
    ReadingPane {
        overflow-x: hidden; overflow-y: scroll; scrollbar-size-vertical: 1;
        scrollbar-background: $surface; scrollbar-color: $panel;
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "cursor_down", show=False),
        Binding("up", "cursor_up", show=False),
        Binding("pagedown", "page_down", show=False),
        Binding("pageup", "page_up", show=False),
        Binding("home", "top", show=False),
        Binding("end", "bottom", show=False),
    ]
    ALLOW_SELECT = False

    @property
    def page_height(self) -> int:
        """How many lines are in sight."""
        return self.scrollable_content_region.height

    def set_height(self, lines: int) -> None:
        """So many lines there are. The scroll bar always has its place: a new layout would repaint the whole screen."""
        self.set_reactive(Widget.virtual_size, Size(self.scrollable_content_region.width, lines))
        self.vertical_scrollbar.window_virtual_size = lines

    def go(self, top: int) -> None:
        """Brings a line to the top, or as near to it as the end allows."""
        self.scroll_to(y=top, animate=False, force=True)

    def leap(self, lines: int) -> None:
        """So many lines on, or back: a page, or all of them."""
        self.go(self.scroll_offset.y + lines)

    def step(self, lines: int) -> None:
        """One line on or back."""
        self.leap(lines)

    def action_cursor_down(self) -> None:
        self.step(1)

    def action_cursor_up(self) -> None:
        self.step(-1)

    def action_page_down(self) -> None:
        self.leap(max(self.page_height - 1, 1))

    def action_page_up(self) -> None:
        self.leap(-max(self.page_height - 1, 1))

    def action_half_page_down(self) -> None:
        self.leap(max(self.page_height // 2, 1))

    def action_half_page_up(self) -> None:
        self.leap(-max(self.page_height // 2, 1))

    def action_top(self) -> None:
        self.leap(-self.virtual_size.height)

    def action_bottom(self) -> None:
        self.leap(self.virtual_size.height)
