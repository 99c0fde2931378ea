"""What is known of a ticket, as its screen says it in one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from agentconsole.domain.desk import Desk
from agentconsole.domain.ticket import Conversation as Thread
from agentconsole.locale import _
from agentconsole.locale.words import staff, word
from agentconsole.widgets.bars import Part
from agentconsole.widgets.timer import channels, priorities, statuses


def facts(thread: Thread, desks: Mapping[str, Desk], now: datetime) -> list[Part]:
    """Channel, priority, state, where it is and whose: what can best be missed first.

    Args:
        desks: every edition by its name and by key.
        now: by the clock on this wall, which is told where the desk has another.
    """
    ticket, desk = thread.ticket, desks.get(thread.ticket.desk)
    elsewhere = desk is not None and now.astimezone(ZoneInfo(desk.zone)).utcoffset() != now.utcoffset()
    of_many_desks = len({each.key for each in desks.values()}) > 1
    urgent = "late" if ticket.priority == "urgent" else "plain"
    return [
        *([Part(ticket.desk, "muted")] if of_many_desks else []),
        *([Part(_("times in {zone}").format(zone=f"{now:%Z}"), "muted")] if elsewhere else []),
        Part(channels()[ticket.channel]),
        *([Part(priorities()[ticket.priority], urgent)] if ticket.priority else []),
        Part(statuses()[ticket.status], "active"),
        *(Part(words, "late") for words in _conditions(thread)),
        Part(f"T{ticket.tier}" + (f" {word('team', ticket.team)}" if ticket.team else "")),
        Part(staff(ticket.assignee) if ticket.assignee else _("nobody's"), "muted"),
    ]


def _conditions(thread: Thread) -> Iterator[str]:
    """What the source says of the ticket, in words, and where its conversation goes on or came from."""
    yield from (word("condition", each) for each in thread.ticket.conditions)
    if thread.merged_into:
        yield _("goes on in {ticket}").format(ticket=thread.merged_into.reference)
    for each in thread.merged_from:
        yield _("holds {ticket}").format(ticket=each.reference)
