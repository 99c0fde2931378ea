"""Who wrote, whether they proved it on this contact, what happened to their account, what they asked before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import ClassVar

from rich.segment import Segment
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.strip import Strip

from agentconsole.widgets.customer_lines import Customer, Line, Sheet
from agentconsole.widgets.reading_pane import ReadingPane


class CustomerPane(ReadingPane):
    """One customer. The cursor goes over the earlier tickets; where the next one is not in sight the pane scrolls."""

    DEFAULT_CSS = """
    CustomerPane .customer-pane--verified { background: $success-muted; color: $text-success; text-style: bold; }
    CustomerPane .customer-pane--unverified { background: $warning; color: auto 90%; text-style: bold; }
    CustomerPane:ansi .customer-pane--verified {
        background: transparent; color: $success; text-style: bold reverse;
    }
    CustomerPane:ansi .customer-pane--unverified {
        background: transparent; color: $warning; text-style: bold reverse;
    }
    CustomerPane .customer-pane--name { text-style: bold; }
    CustomerPane .customer-pane--label { color: $text-muted; }
    CustomerPane .customer-pane--alert { color: $text-error; text-style: bold; }
    CustomerPane .customer-pane--heading { color: $text-primary; text-style: bold; }
    CustomerPane .customer-pane--cursor {
        background: $block-cursor-blurred-background; color: $block-cursor-blurred-foreground; text-style: bold;
    }
    CustomerPane:focus .customer-pane--cursor {
        background: $block-cursor-background; color: $block-cursor-foreground;
        text-style: $block-cursor-text-style;
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"customer-pane--{part}"
        for part in ("verified", "unverified", "name", "label", "value", "alert", "heading", "cursor")
    }
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "open", show=False)]

    @dataclass
    class TicketChosen(Message):
        """The person wants to see an earlier ticket."""

        number: int

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._shown: tuple[Customer, tzinfo, datetime] | None = None
        self._lines: list[Line] = []
        self._cursor = 0
        """The place of a ticket among the earlier ones."""

    def set_customer(self, customer: Customer, zone: tzinfo, now: datetime) -> None:
        """Shows a customer: another one from the top, the same one where it was, with the cursor on its ticket."""
        known, number = self._shown[0] if self._shown else None, self._number
        self._shown = customer, zone, now
        numbers = [ticket.number for ticket in customer.tickets]
        self._cursor = numbers.index(number) if number in numbers else 0
        self._lay_out()
        if known is None or _id(known) != _id(customer):
            self._cursor = 0
            self.go(0)

    @property
    def _number(self) -> int | None:
        tickets = self._shown[0].tickets if self._shown else ()
        return tickets[self._cursor].number if self._cursor < len(tickets) else None

    def _lay_out(self) -> None:
        if not self.is_mounted or self._shown is None:
            return
        width = self.scrollable_content_region.width
        self._lines = list(Sheet(*self._shown, width - 2).lines())
        self.set_height(len(self._lines))
        self.refresh()

    def on_resize(self) -> None:
        self._lay_out()

    def render_line(self, y: int) -> Strip:
        width, base = self.scrollable_content_region.width, self.rich_style
        index = self.scroll_offset.y + y
        if index >= len(self._lines):
            return Strip.blank(width, base)
        line = self._lines[index]
        if line.ticket is not None and line.ticket == self._cursor:
            text = ">" + "".join(text for _part, text in line.pieces)
            return Strip([self._segment(text, "cursor")]).adjust_cell_length(width, self._segment("", "cursor").style)
        if line.pieces and line.pieces[0][0] in ("verified", "unverified"):
            part, text = line.pieces[0]
            return Strip([self._segment(text, part)]).adjust_cell_length(width, self._segment("", part).style)
        segments = [Segment(" ", base), *(self._segment(text, part) for part, text in line.pieces)]
        return Strip(segments).adjust_cell_length(width, base)

    def _segment(self, text: str, part: str) -> Segment:
        return Segment(text, self.get_component_rich_style(f"customer-pane--{part}"))

    def _row(self, ticket: int) -> int | None:
        """The line of an earlier ticket."""
        return next((row for row, line in enumerate(self._lines) if line.ticket == ticket), None)

    def step(self, lines: int) -> None:
        """To the next ticket if it is in sight, else one line on."""
        top = self.scroll_offset.y
        row = self._row(self._cursor + lines)
        if row is not None and top <= row < top + self.page_height:
            self._put_cursor(self._cursor + lines)
        else:
            self.go(top + lines)

    def _put_cursor(self, ticket: int) -> None:
        for row in (self._row(self._cursor), self._row(ticket)):
            if row is not None:
                self.refresh_line(row)
        self._cursor = ticket

    def leap(self, lines: int) -> None:
        """A page on, and the cursor to a ticket in sight."""
        self.go(self.scroll_offset.y + lines)
        seen = range(self.scroll_offset.y, self.scroll_offset.y + self.page_height)
        tickets = [line.ticket for row, line in enumerate(self._lines) if row in seen and line.ticket is not None]
        if tickets and self._cursor not in tickets:
            self._put_cursor(tickets[0] if lines > 0 else tickets[-1])

    def on_click(self, event: events.Click) -> None:
        row = self.scroll_offset.y + event.y
        ticket = self._lines[row].ticket if row < len(self._lines) else None
        if ticket is not None:
            self._put_cursor(ticket)
            if event.chain > 1:
                self.action_open()

    def action_open(self) -> None:
        row = self._row(self._cursor)
        if row is None or self._number is None:
            return
        if self.scroll_offset.y <= row < self.scroll_offset.y + self.page_height:
            self.post_message(self.TicketChosen(self._number))
        else:
            self.go(row)


def _id(customer: Customer) -> int | None:
    return customer.profile.id if customer.profile else None
