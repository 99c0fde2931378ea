"""What people read in tables: times, deadlines, who has a ticket."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Final

from agentconsole.cli.output import line_of, table
from agentconsole.domain.ticket import Ticket
from agentconsole.locale import _, pgettext, words

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR


def word(kind: str, value: str) -> str:
    """The interface's word for a value of the contract, such as `word("status", "new")`; else itself."""
    return _TABLES[kind]().get(value, value) if kind in _TABLES else words.word(kind, value)


def _status() -> Mapping[str, str]:
    return {
        "new": pgettext("status", "new"),
        "open": pgettext("status", "open"),
        "pending": pgettext("status", "pending"),
        "hold": pgettext("status", "on hold"),
        "solved": pgettext("status", "solved"),
        "closed": pgettext("status", "closed"),
    }


def _channel() -> Mapping[str, str]:
    return {
        "form": pgettext("channel", "form"),
        "chat": pgettext("channel", "chat"),
        "phone": pgettext("channel", "phone"),
        "mail": pgettext("channel", "mail"),
        "social": pgettext("channel", "social"),
        "forum": pgettext("channel", "forum"),
        "other": pgettext("channel", "other"),
    }


def _clock() -> Mapping[str, str]:
    return {
        "first_response": _("First response"),
        "next_response": _("Next response"),
        "update": _("Progress update"),
        "resolution": _("Resolution"),
    }


def _clock_state() -> Mapping[str, str]:
    return {
        "running": pgettext("clock", "running"),
        "paused": pgettext("clock", "paused"),
        "fulfilled": pgettext("clock", "kept"),
        "late": pgettext("clock", "done late"),
        "breached": pgettext("clock", "missed"),
        "cancelled": pgettext("clock", "cancelled"),
    }


def _author() -> Mapping[str, str]:
    return {
        "customer": pgettext("author", "customer"),
        "agent": pgettext("author", "agent"),
        "bot": pgettext("author", "bot"),
        "system": pgettext("author", "system"),
    }


def _kyc() -> Mapping[str, str]:
    return {
        "none": pgettext("kyc", "not submitted"),
        "submitted": pgettext("kyc", "in review"),
        "verified": pgettext("kyc", "complete"),
        "rejected": pgettext("kyc", "rejected"),
    }


def _account() -> Mapping[str, str]:
    return {
        "active": pgettext("account", "active"),
        "locked": pgettext("account", "LOCKED"),
        "frozen": pgettext("account", "FROZEN"),
        "closed": pgettext("account", "CLOSED"),
    }


_TABLES: Final[Mapping[str, Callable[[], Mapping[str, str]]]] = {
    "status": _status,
    "channel": _channel,
    "clock": _clock,
    "clock_state": _clock_state,
    "author": _author,
    "kyc": _kyc,
    "account": _account,
}


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
