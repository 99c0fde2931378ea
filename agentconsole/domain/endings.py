"""Tickets that end without being dealt with: what the word of a helpdesk for it means to their clocks."""

from __future__ import annotations

from typing import Final

from agentconsole.domain.promises import CancelReason
from agentconsole.domain.values import Status

_REASONS: Final = {
    "merged": CancelReason.MERGED,
    "spam": CancelReason.SPAM,
    "suspended": CancelReason.SPAM,
    "deleted": CancelReason.DELETED,
    "removed": CancelReason.DELETED,
    "scrubbed": CancelReason.DELETED,
}


def cancel_reason(status: Status, source_status: str | None) -> CancelReason | None:
    """Why the clocks of a ticket that stands so are stopped; None if it goes on, or ended in the usual way."""
    if status is not Status.CLOSED or not source_status:
        return None
    return _REASONS.get(source_status.casefold())
