"""One widget in an app of its own: what it painted, what it posted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar
from zoneinfo import ZoneInfo

from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import TextArea

NOW: Final = datetime(2026, 11, 22, 1, 42, tzinfo=UTC)
TOKYO: Final = ZoneInfo("Asia/Tokyo")
FIXTURES: Final = Path(__file__).parent.parent.parent / "fixtures"
_OBEYED: Final = frozenset(map(chr, (*range(0x20), *range(0x7F, 0xA0), 0x200E, 0x200F, 0x061C))) | frozenset(
    map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
)
"""What a terminal obeys, and what turns the direction of text."""
_M = TypeVar("_M", bound=Message)


class PaneApp(App[None]):
    """Shows one widget on the whole screen and keeps what it posts."""

    animation_level = "none"

    def __init__(self, widget: Widget) -> None:
        super().__init__()
        self.widget = widget
        self.posted: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.widget

    def of(self, kind: type[_M]) -> list[_M]:
        """The messages of a kind so far, each once."""
        seen = {id(message): message for message in self.posted if isinstance(message, kind)}
        return list(seen.values())


@asynccontextmanager
async def shown(widget: Widget, size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[PaneApp, Pilot[Any]]]:
    app = PaneApp(widget)
    async with app.run_test(size=size, message_hook=app.posted.append) as pilot:
        yield app, pilot


def lines(widget: Widget) -> list[str]:
    """What stands on the widget's lines, without the blanks at their ends."""
    return [strip.text.rstrip() for strip in _strips(widget)]


def _strips(widget: Widget) -> list[Strip]:
    return widget.render_lines(Region(0, 0, *widget.outer_size))


def wild(app: App[Any]) -> list[str]:
    """The lines of all widgets that are not as wide as they claim, or hold what a terminal obeys or a click runs."""
    return [ascii(strip.text) for widget, strip in _all_strips(app) if _is_wild(widget, strip)]


def _is_wild(widget: Widget, strip: Strip) -> bool:
    measured = isinstance(widget, TextArea) or cell_len(strip.text) == strip.cell_length == widget.outer_size.width
    acts = (
        segment.style.link or "@click" in segment.style.meta for segment in strip if segment.style
    )  # the library's own wrapping may part what a joiner joins, so a text area is not measured
    return not measured or bool(_OBEYED & set(strip.text)) or any(acts)


def _all_strips(app: App[Any]) -> Iterator[tuple[Widget, Strip]]:
    for widget in app.screen.walk_children(Widget):
        for strip in _strips(widget) if widget.outer_size.width and widget.display else []:
            yield widget, strip
