"""The console's yardstick, the screen library with one widget: `python -m benchmarks.bare_app [line|table|text]`."""

from __future__ import annotations

import sys
from typing import Final

from textual.app import App, ComposeResult
from textual.widget import Widget

READY: Final = "bare-and-ready"
ROWS: Final = 1000


class Line(Widget):
    """One line of text."""

    def render(self) -> str:
        return READY


def _table() -> Widget:
    from textual.widgets import DataTable

    table: DataTable[str] = DataTable(cursor_type="row")
    table.add_columns("Left", "Number", "Priority", "Subject", "Requester", "Status")
    for row in range(ROWS):
        table.add_row("-12m", str(10001 + row), "normal", f"{READY} {row}: a deposit is missing", "A. Sample", "open")
    return table


def _text() -> Widget:
    from textual.widgets import TextArea

    area = TextArea(f"\n{READY}", compact=True)
    area.styles.height = 8
    area.cursor_blink = False
    return area


class BareApp(App[None]):
    """Shows it. Its animations are off, as the console's are."""

    animation_level = "none"
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, widget: str) -> None:
        super().__init__()
        self._widget = widget

    def compose(self) -> ComposeResult:
        yield {"line": Line, "table": _table, "text": _text}[self._widget]()


if __name__ == "__main__":
    BareApp(sys.argv[1] if len(sys.argv) > 1 else "line").run()
