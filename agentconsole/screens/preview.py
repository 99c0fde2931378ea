"""What the ticket under the cursor says, beside the list."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from textual.containers import Container

from agentconsole.store import tickets

if TYPE_CHECKING:
    from agentconsole.domain.ticket import Conversation as Thread
    from agentconsole.domain.ticket import Ticket
    from agentconsole.store.store import Store


class Preview(Container):
    """A conversation and its customer. They are made when they are shown first: the rows do not wait for them."""

    def __init__(self, *, ascii_only: bool, id: str | None = None) -> None:  # noqa: A002 -- Textual's word
        super().__init__(id=id)
        self._ascii_only = ascii_only

    def show(self, thread: Thread, earlier: tuple[Ticket, ...], zone: tzinfo, now: datetime) -> None:
        from agentconsole.screens.ticket import customer_of
        from agentconsole.widgets.conversation import Conversation
        from agentconsole.widgets.customer_pane import CustomerPane

        if not self.children:
            self.mount(Conversation(ascii_only=self._ascii_only, id="conversation"), CustomerPane(id="customer"))
        self.query_one(Conversation).set_messages(thread.messages, zone, now)
        self.query_one(CustomerPane).set_customer(customer_of(thread, earlier), zone, now)


def read_preview(store: Store, number: int) -> tuple[Thread, tuple[Ticket, ...]]:
    """A ticket with all that was said, and the other tickets of its customer."""
    thread = tickets.conversation(store, number)
    of_customer = tickets.of_customer(store, thread.customer.id) if thread.customer else []
    return thread, tuple(each for each in of_customer if each.number != number)
