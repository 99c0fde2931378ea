"""A few lines of a screen that come and go, wrapped."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from agentconsole.domain.text import wrap


class WrappedLines(Widget):
    """Lines that are not there while there are none."""

    DEFAULT_CSS = "WrappedLines { height: auto; padding: 0 1; display: none; }"

    def __init__(self, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._lines: list[str] = []

    def show(self, lines: Sequence[str]) -> None:
        shown = [line for line in lines if line]
        if shown != self._lines:
            self._lines = shown
            self.display = bool(shown)
            self.refresh(layout=True)

    def _wrapped(self, width: int) -> list[str]:
        return [part for line in self._lines for part in wrap(line, max(width, 1))]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._wrapped(width))

    def render(self) -> Content:
        return Content("\n".join(self._wrapped(self.content_size.width)))
