"""What the ticket under the cursor says, beside the list. What shows it is loaded when first needed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, cast

from textual.containers import Container
from textual.content import Content
from textual.timer import Timer

from agentconsole.domain.text import safe_text
from agentconsole.screens.asking import AskingScreen

if TYPE_CHECKING:
    from agentconsole.domain.ticket import Conversation as Thread
    from agentconsole.domain.ticket import Ticket

SETTLE_SECONDS: Final = 0.15
"""How long the cursor rests before the preview follows it."""


class Preview(Container):
    """A conversation and its customer. Where it is not displayed nothing is read."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 -- Textual's word
        super().__init__(id=id)
        self._resting: Timer | None = None

    def follow(self, number: int | None) -> None:
        """Shows a ticket as soon as the cursor has rested on it."""
        if self._resting is not None:
            self._resting.stop()
        if self.display:
            self._resting = self.set_timer(SETTLE_SECONDS, partial(self.read, number))

    def read(self, number: int | None) -> None:
        """Reads a ticket and shows it."""
        if number is None or not self.display:
            return
        from agentconsole.screens.thread import read_thread

        screen = self._screen
        screen.ask("preview", partial(read_thread, screen.session.store, number), self._show)

    @property
    def _screen(self) -> AskingScreen:
        return cast(AskingScreen, self.screen)

    def _show(self, found: tuple[Thread, tuple[Ticket, ...]]) -> None:
        if not self.display:
            return
        from agentconsole.screens.thread import customer_of
        from agentconsole.widgets.conversation import Conversation
        from agentconsole.widgets.customer_pane import CustomerPane

        screen, (thread, earlier) = self._screen, found
        zone, now, ticket = screen.zone, screen.now(), thread.ticket
        if not self.children:
            self.mount(Conversation(glyphs=screen.glyphs, id="conversation"), CustomerPane(id="customer"))
        self.border_title = Content(f" {ticket.number}  {safe_text(ticket.subject, single_line=True)} ")
        self.query_one(Conversation).set_messages(thread.messages, zone, now)
        self.query_one(CustomerPane).set_customer(customer_of(thread, earlier), zone, now)
