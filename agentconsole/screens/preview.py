"""What the ticket under the cursor says, beside the list. Loaded when first shown: the rows do not wait for it."""

from __future__ import annotations

from datetime import datetime, tzinfo

from textual.containers import Container
from textual.content import Content

from agentconsole.config import Glyphs
from agentconsole.domain.text import safe_text
from agentconsole.domain.ticket import Conversation as Thread
from agentconsole.domain.ticket import Ticket
from agentconsole.screens.thread import customer_of
from agentconsole.widgets.conversation import Conversation
from agentconsole.widgets.customer_pane import CustomerPane


def show_preview(
    room: Container, thread: Thread, earlier: tuple[Ticket, ...], zone: tzinfo, now: datetime, *, glyphs: Glyphs
) -> None:
    """Shows a conversation and its customer in a room for both."""
    if not room.children:
        room.mount(Conversation(glyphs=glyphs, id="conversation"), CustomerPane(id="customer"))
    ticket = thread.ticket
    room.border_title = Content(f" {ticket.number}  {safe_text(ticket.subject, single_line=True)} ")
    room.query_one(Conversation).set_messages(thread.messages, zone, now)
    room.query_one(CustomerPane).set_customer(customer_of(thread, earlier), zone, now)
