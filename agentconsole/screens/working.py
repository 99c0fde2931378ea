"""What the screens with tickets on them share beside their verbs: moving, and looking closer."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol

from agentconsole.domain.text import safe_text
from agentconsole.locale import _
from agentconsole.screens.clipboard import into_tmux
from agentconsole.screens.doing import DoingScreen
from agentconsole.store import tickets


class Pane(Protocol):
    """A widget that can be moved in."""

    def action_cursor_down(self) -> None: ...
    def action_cursor_up(self) -> None: ...
    def action_page_down(self) -> None: ...
    def action_page_up(self) -> None: ...
    def action_half_page_down(self) -> None: ...
    def action_half_page_up(self) -> None: ...
    def action_top(self) -> None: ...
    def action_bottom(self) -> None: ...


class WorkScreen(DoingScreen):
    """A screen that shows tickets and lets one work on them."""

    @abstractmethod
    def pane(self) -> Pane:
        """What the keys for rows and pages move in."""

    # --- moving

    def do_next_row(self) -> None:
        self.pane().action_cursor_down()

    def do_prev_row(self) -> None:
        self.pane().action_cursor_up()

    def do_page_down(self) -> None:
        self.pane().action_page_down()

    def do_page_up(self) -> None:
        self.pane().action_page_up()

    def do_half_page_down(self) -> None:
        self.pane().action_half_page_down()

    def do_half_page_up(self) -> None:
        self.pane().action_half_page_up()

    def do_top(self) -> None:
        self.pane().action_top()

    def do_bottom(self) -> None:
        self.pane().action_bottom()

    # --- looking closer

    def do_open(self, ref: str | None = None) -> None:
        """By its number a ticket is opened from anywhere."""
        if ref:
            store = self.session.store
            self.ask("open", lambda: tickets.resolve(store, ref), self.show_ticket)
        else:
            self.tell(_("Which one? Its number opens it, such as :10234"))

    def do_explain(self) -> None:
        self._explain(None)

    def do_what_if(self, **words: Any) -> None:
        self._explain(words)

    def _explain(self, supposing: Mapping[str, Any] | None) -> None:
        from agentconsole.screens.explain import ExplainScreen
        from agentconsole.services import explain

        def show(case: explain.Case) -> None:
            self.app.push_screen(ExplainScreen(case, supposing))

        ticket, session = self.ticket(), self.session
        if ticket is not None:
            self.ask("explain", partial(explain.case, session.store, ticket.number, session.now()), show)

    def do_log(self) -> None:
        """The newest notice first."""
        from agentconsole.screens.texts import TextScreen

        lines = [
            f"{at.astimezone(self.zone):%H:%M:%S}  {' · '.join(text.splitlines())}"
            for at, text in reversed(self.bench.notices)
        ]
        self.app.push_screen(TextScreen(_("Notices"), "\n".join(lines) or _("There were none so far.")))

    def do_copy(self) -> None:
        ticket = self.ticket()
        if ticket is not None:
            text = safe_text(ticket.reference, single_line=True)
            self.app.copy_to_clipboard(text)
            self.ask("copy", partial(into_tmux, text), partial(self._copied, text))

    def _copied(self, what: str, in_tmux: bool) -> None:
        words = (
            _("{what} is in tmux's buffer and was sent to the terminal's clipboard")
            if in_tmux
            else _("{what} sent to the terminal's clipboard")
        )
        self.tell(words.format(what=what))
