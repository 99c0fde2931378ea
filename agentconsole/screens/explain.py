"""Why a ticket is due when it is, and when it would be: the reckoning of each of its clocks, on a screen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from textual.app import ComposeResult

from agentconsole.commands import BY_ID, Scope
from agentconsole.commands import deadline_strip as strips
from agentconsole.commands.deadline_page import page, supposition
from agentconsole.domain.errors import UsageError
from agentconsole.domain.forecast import WhatIf
from agentconsole.domain.ticket import Ticket
from agentconsole.domain.values import Priority
from agentconsole.locale import _
from agentconsole.screens.working import WorkScreen
from agentconsole.services import explain
from agentconsole.services.explain import Case
from agentconsole.services.parameters import Asked, Kind, given
from agentconsole.services.tickets import Done
from agentconsole.widgets.bars import Bar, KeyBar, Part
from agentconsole.widgets.marked_lines import MarkedLines

_WHAT_IF: Final = BY_ID["what_if"].asked


class ExplainScreen(WorkScreen):
    """Shows one case, as it is or as it would be.

    Args:
        case: to begin with, as it is.
        supposing: values of the command `what_if` to go on with; an empty mapping asks for them.
    """

    scope = Scope.EXPLANATION
    DEFAULT_CSS = """
    ExplainScreen {
        #supposed { display: none; }
        &.-supposing #supposed { display: block; }
        MarkedLines { height: 1fr; }
    }
    """

    def __init__(self, case: Case, supposing: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        self._case = case
        self._supposing = supposing
        self._words: Mapping[str, Any] = {}

    def compose(self) -> ComposeResult:
        yield Bar(id="supposed")
        yield MarkedLines()
        yield KeyBar()

    def on_mount(self) -> None:
        self.pane().focus()
        self._show(self._case)
        self.watch_store()
        if self._supposing is not None:
            self.do_what_if(**self._supposing)

    def pane(self) -> MarkedLines:
        return self.query_one(MarkedLines)

    def ticket(self) -> Ticket:
        return self._case.ticket

    def changed(self, done: Sequence[Done]) -> None:
        self.reload()

    def show_ticket(self, number: int) -> None:
        """From where one came, which knows the list."""
        below = self.app.screen_stack[-2]
        self.dismiss(None)
        if isinstance(below, WorkScreen):
            below.show_ticket(number)

    def reload(self) -> None:
        """What is supposed stays supposed; where no time is said, it is now."""
        self._suppose(self._words)

    def do_refresh(self) -> None:
        self.reload()

    def do_back(self) -> None:
        """From a supposition to how it is, and from there to where one came from."""
        if self._words:
            self._suppose({})
        else:
            self.dismiss(None)

    def do_explain(self) -> None:
        self.do_back()

    def do_what_if(self, **words: Any) -> None:
        """Asks what shall be supposed, unless that was said."""
        if words:
            self._suppose(words)
        else:
            about = f"{self.ticket().number}  {self.ticket().subject}"
            self.ask_in_form(self._asked_here, about, self._words, lambda said, _failed: self._suppose(said))

    @property
    def _asked_here(self) -> Asked:
        """What is asked, with the policies that this desk has."""
        choices = {"policy": self._case.policies}
        parameters = (
            replace(each, kind=Kind.CHOICE, choices=choices[each.name]) if each.name in choices else each
            for each in _WHAT_IF.parameters
        )
        return replace(_WHAT_IF, parameters=tuple(parameters))

    def _suppose(self, words: Mapping[str, Any]) -> None:
        try:
            said = given(_WHAT_IF, words)
        except UsageError as error:
            self.refuse(error)
            return
        now, session, number = self.now(), self.session, self.ticket().number
        what_if = _what_if(said, WhatIf(now)) if said else None
        self.ask("explain", partial(explain.case, session.store, number, now, what_if), partial(self._shown, said))

    def _shown(self, words: Mapping[str, Any], case: Case) -> None:
        self._words = words
        self._show(case)

    def _show(self, case: Case) -> None:
        read = self.pane().scroll_offset.y if case.what_if == self._case.what_if else 0
        self._case = case
        marks = strips.MARKS[self.glyphs]
        self.pane().set_layout(lambda width: page(case, width, marks))
        self.pane().go(read)
        self.set_class(case.what_if is not None, "-supposing")
        supposed = [Part(_("What if"), "active"), Part(supposition(case), "soon", cut=True)]
        self.query_one("#supposed", Bar).show(supposed, [Part(_("nothing is changed"), "muted")])
        back = _("as it is") if case.what_if else _("back")
        keys = self.hints([("what_if", _("what if")), ("back", back), ("help", _("help"))])
        self.query_one(KeyBar).show_keys([("↑↓", _("scroll")), *keys])


def _what_if(said: Mapping[str, Any], now: WhatIf) -> WhatIf:
    priority = said.get("priority")
    return replace(
        now, at=said.get("at", now.at), priority=Priority(priority) if priority else None, policy=said.get("policy")
    )
