"""What is sent to the terminal, and when: each screen once, when it stands (docs/decisions/0018)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from rich.console import RenderableType
from textual.app import App
from textual.filter import LineFilter, Monochrome, NoColor
from textual.screen import Screen

from agentconsole.screens.safe_lines import SafeLines

SETTLING_SECONDS: Final = 0.015
"""How long what changes is gathered before it is laid out, and again after each layout before it is painted."""
LAYOUTS: Final = 5
"""How often a change may need to be laid out before it is painted as it stands."""


class PaintedApp(App[None]):
    """An app whose screens come to the terminal whole, without controls, and without colours for `NO_COLOR`."""

    def __init__(self) -> None:
        super().__init__()
        self._wall = SafeLines()
        self._no_color = NoColor()
        self._first_is_there = False

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Colours go where somebody said `NO_COLOR`, all of them; controls never pass."""
        filters = [known for known in super().get_line_filters() if not isinstance(known, Monochrome | NoColor)]
        return [*filters, *([self._no_color] if self.no_color else []), self._wall]

    def on_ready(self) -> None:
        """The first screen is there and was not waited for; those after it are painted when they stand."""
        self._first_is_there = True
        self.screen_change_signal.subscribe(self, lambda _screen: self.settle(), immediate=True)

    def settle(self) -> None:
        """Has what changes in the next moment painted at its end, all at once."""
        if not self.is_headless:
            self._begin_batch()
            self.set_timer(SETTLING_SECONDS, partial(self._lay_out, LAYOUTS))

    def _lay_out(self, left: int) -> None:
        """Paints when no widget moves any more: a layout shows scroll bars, say, which asks for another layout."""
        screen = self.screen
        if left and screen._layout_required:
            screen._layout_required = False
            screen._refresh_layout()
            self.set_timer(SETTLING_SECONDS, partial(self._lay_out, left - 1))
            return
        self._end_batch()
        if not self._batch_count:
            screen.refresh()

    @property
    def _background_screens(self) -> list[Screen[Any]]:
        """None behind one that hides them: for a cell that changes there the library paints all of that in front."""
        hidden = any(screen.styles.background.a == 1 for screen in self._screen_stack[-1:])
        return [] if hidden else super()._background_screens

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Nothing of a screen of which all is sent right after; but the first rows at once."""
        if not (self._first_is_there and screen._repaint_required and screen is self.screen):
            super()._display(screen, renderable)
