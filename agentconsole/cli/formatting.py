"""What people read in tables: times, deadlines, who has a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from agentconsole.cli.output import line_of, say, table
from agentconsole.cli.timers import Timers
from agentconsole.domain.ticket import Ticket
from agentconsole.locale import _, ngettext
from agentconsole.locale.words import staff, word

_SUBJECT, _REQUESTER, _AGENT = 4, 5, 8
"""The columns of a list that hold names and words of any length."""


def local(at: datetime | None, zone: tzinfo) -> str:
    """`2026-11-20 18:00 JST`; nothing for None."""
    return "" if at is None else at.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")


def place_of(ticket: Ticket) -> str:
    """`T3 tax`."""
    return " ".join(filter(None, (f"T{ticket.tier}", ticket.team and word("team", ticket.team))))


def ticket_table(tickets: Sequence[Ticket], timers: Timers) -> None:
    titles = (
        _("Left"), _("Number"), _("Priority"), _("Channel"), _("Subject"), _("Requester"), _("Status"), _("Tier"),
        _("Agent"),
    )  # fmt: skip
    rows = [
        (
            timers.of(ticket),
            ticket.number,
            word("priority", ticket.priority) if ticket.priority else "-",
            word("channel", ticket.channel),
            ticket.subject,
            ticket.requester_name,
            " / ".join((word("status", ticket.status), *condition_words(ticket))),
            place_of(ticket),
            ticket.assignee and staff(ticket.assignee),
        )
        for ticket in tickets
    ]
    table(titles, rows, flexible=(_SUBJECT, _REQUESTER, _AGENT))


def print_share(shown: int, total: int) -> None:
    """Says that there are more; nothing if there are none."""
    if total > shown:
        words = ngettext("{shown} of {total} ticket", "{shown} of {total} tickets", total)
        say("", words.format(shown=shown, total=total))


def condition_words(ticket: Ticket) -> list[str]:
    """What else there is to say of its status, in words."""
    disputed = [_("conflict")] if ticket.in_conflict else []
    return [*disputed, *(word("condition", each) for each in ticket.conditions)]


def heading(ticket: Ticket) -> str:
    return f"{ticket.number}  {line_of(ticket.subject)}"
