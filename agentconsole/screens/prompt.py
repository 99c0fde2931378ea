"""The `:` line at the bottom of the screen, with the commands that fit above it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Label, Static

from agentconsole.commands.line import Completion, Request, complete, parse
from agentconsole.domain.errors import UsageError
from agentconsole.domain.text import cell_width, pad, safe_text
from agentconsole.locale import _, told

SHOWN: Final = 6
_LEAST_WORD_CELLS: Final = 18


class CommandPrompt(ModalScreen[Request | None]):
    """Asks for a command; answers with it, or with nothing.

    Args:
        moment: reads a time as a person types it.
    """

    DEFAULT_CSS = """
    CommandPrompt {
        align: left bottom; background: transparent;
        & > Vertical { height: auto; background: $panel; }
        #completions { height: auto; padding: 0 1; display: none; &.-some { display: block; } }
        #problem { height: auto; padding: 0 1; color: $text-error; display: none; &.-some { display: block; } }
        Horizontal { height: 1; padding: 0 1; background: $surface; }
        Label { width: 1; color: $accent; text-style: bold; }
        Input { width: 1fr; }
        #how { width: auto; padding-left: 1; color: $text-muted; text-style: none; }
    }
    """
    BINDINGS = [
        Binding("escape", "leave", show=False, priority=True),
        Binding("tab", "take", show=False, priority=True),
        Binding("down", "move(1)", show=False, priority=True),
        Binding("up,shift+tab", "move(-1)", show=False, priority=True),
    ]

    def __init__(self, moment: Callable[[str], datetime] | None = None) -> None:
        super().__init__()
        self._moment = moment
        self._found: list[Completion] = []
        self._cursor = -1

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(id="problem", markup=False)
            yield Static(id="completions", markup=False)
            with Horizontal():
                yield Label(":", markup=False)
                yield Input(compact=True, select_on_focus=False)
                yield Label(_("↑↓ choose · Tab take · Enter do it · Esc"), id="how", markup=False)

    def on_mount(self) -> None:
        self._look_up("")

    def on_input_changed(self, event: Input.Changed) -> None:
        self.query_one("#how").display = not event.value
        self._look_up(event.value)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        chosen = self._found[self._cursor].line if self._cursor >= 0 else event.value
        if not chosen.strip(" :："):
            self.dismiss(None)
            return
        try:
            self.dismiss(parse(chosen, self._moment))
        except UsageError as error:
            self._say(safe_text(told(error, " · "), single_line=True))

    def action_leave(self) -> None:
        self.dismiss(None)

    def action_take(self) -> None:
        """The chosen completion, or the first, becomes the line."""
        if self._found:
            field = self.query_one(Input)
            field.value = self._found[max(self._cursor, 0)].line + " "
            field.cursor_position = len(field.value)

    def action_move(self, by: int) -> None:
        self._cursor = min(max(self._cursor + by, -1), len(self._found) - 1)
        self._show()

    def _look_up(self, line: str) -> None:
        self._found = complete(line)
        self._cursor = -1
        self._say("")
        self._show()

    def _say(self, problem: str) -> None:
        line = self.query_one("#problem", Static)
        line.update(Content(problem))
        line.set_class(bool(problem), "-some")

    def _show(self) -> None:
        first = max(0, self._cursor - SHOWN + 1)
        found = self._found[first : first + SHOWN]
        cells = max([_LEAST_WORD_CELLS, *(cell_width(completion.line) + 2 for completion in found)])
        lines = [_line(completion, cells, at == self._cursor) for at, completion in enumerate(found, first)]
        area = self.query_one("#completions", Static)
        area.update(Content("\n").join(lines))
        area.set_class(bool(lines), "-some")


def _line(completion: Completion, cells: int, chosen: bool) -> Content:
    sign = "> " if chosen else "  "
    word = pad(safe_text(completion.line, single_line=True), cells)
    return Content.assemble((sign + word, "bold" if chosen else ""), (completion.meaning, "dim"))
