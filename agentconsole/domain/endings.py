"""Tickets that end without being dealt with: what that means to their clocks."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from agentconsole.domain.promises import CancelReason
from agentconsole.domain.values import Condition, Status

_REASONS: Final = {
    Condition.MERGED: CancelReason.MERGED,
    Condition.SPAM: CancelReason.SPAM,
    Condition.SUSPENDED: CancelReason.SPAM,
    Condition.DELETED: CancelReason.DELETED,
    Condition.SCRUBBED: CancelReason.DELETED,
}
"""Of several conditions the first says why: what was merged may be deleted afterwards."""


def cancel_reason(status: Status, conditions: Collection[str]) -> CancelReason | None:
    """Why the clocks of a ticket that stands so are stopped; None if it goes on, or ended in the usual way."""
    if status is not Status.CLOSED or not conditions:
        return None
    return next((reason for condition, reason in _REASONS.items() if condition in conditions), None)
