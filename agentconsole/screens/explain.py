"""Why a ticket is due when it is: the reckoning of each of its clocks, with the strip of its days."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.screen import Screen

from agentconsole.commands import deadline_strip
from agentconsole.commands.deadline_page import page
from agentconsole.locale import _
from agentconsole.services.explain import Case
from agentconsole.widgets.bars import KeyBar
from agentconsole.widgets.marked_lines import MarkedLines


class ExplainScreen(Screen[None]):
    """Shows one case; Esc goes back to where it was asked for."""

    DEFAULT_CSS = """
    ExplainScreen MarkedLines { height: 1fr; }
    """
    BINDINGS = [("escape", "dismiss(None)", ""), ("q", "dismiss(None)", ""), ("i", "dismiss(None)", "")]

    def __init__(self, case: Case, *, ascii_only: bool = False) -> None:
        super().__init__()
        self._case = case
        self._marks = deadline_strip.ASCII if ascii_only else deadline_strip.UNICODE

    def compose(self) -> ComposeResult:
        yield MarkedLines()
        yield KeyBar()

    def on_mount(self) -> None:
        lines = self.query_one(MarkedLines)
        lines.set_layout(lambda width: page(self._case, width, self._marks))
        lines.focus()
        self.query_one(KeyBar).show_keys([("↑↓", _("scroll")), ("Esc", _("back"))])
