"""What people read in tables: times, deadlines, who has a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final

from agentconsole.cli.output import line_of, table
from agentconsole.domain.ticket import Ticket
from agentconsole.locale import _
from agentconsole.locale.words import word

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR


def local(at: datetime | None, zone: tzinfo) -> str:
    """`2026-11-20 18:00 JST`; nothing for None."""
    return "" if at is None else at.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")


def left(at: datetime | None, now: datetime) -> str:
    """Plain time until then: `25m`, `3h05m`, `2d04h`; late is negative; nothing for None."""
    if at is None:
        return ""
    seconds = int((at - now).total_seconds())
    sign, seconds = ("-", -seconds) if seconds <= 0 else ("", seconds)
    if seconds < _HOUR:
        return f"{sign}{seconds // _MINUTE}m"
    if seconds < _DAY:
        return f"{sign}{seconds // _HOUR}h{seconds % _HOUR // _MINUTE:02}m"
    return f"{sign}{seconds // _DAY}d{seconds % _DAY // _HOUR:02}h"


def place_of(ticket: Ticket) -> str:
    """`T3 tax`."""
    return " ".join(filter(None, (f"T{ticket.tier}", ticket.team and word("team", ticket.team))))


def ticket_table(tickets: Sequence[Ticket], now: datetime) -> None:
    titles = (
        _("Left"), _("Number"), _("Priority"), _("Channel"), _("Subject"), _("Requester"), _("Status"), _("Tier"),
        _("Agent"),
    )  # fmt: skip
    rows = [
        (
            left(ticket.due_at, now),
            ticket.number,
            word("priority", ticket.priority) if ticket.priority else "-",
            word("channel", ticket.channel),
            ticket.subject,
            ticket.requester_name,
            word("status", ticket.status),
            place_of(ticket),
            ticket.assignee,
        )
        for ticket in tickets
    ]
    table(titles, rows, flexible=titles.index(_("Subject")))


def heading(ticket: Ticket) -> str:
    return f"{ticket.number}  {line_of(ticket.subject)}"
