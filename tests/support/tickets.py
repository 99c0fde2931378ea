"""Tickets for tests that need one and do not care which."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from agentconsole.domain.ticket import Ticket
from agentconsole.domain.values import Channel, Priority, Status


def a_ticket(**changes: Any) -> Ticket:
    """An open ticket of the first line, with whatever is said otherwise."""
    at = datetime(2026, 11, 20, 9, tzinfo=UTC)
    usual: dict[str, Any] = {
        "number": 10001,
        "desk": "default",
        "source": "demo",
        "external_id": "1",
        "subject": "入金が反映されません",
        "channel": Channel.FORM,
        "language": "ja",
        "category": "deposit",
        "priority": Priority.NORMAL,
        "status": Status.OPEN,
        "source_status": None,
        "tier": 1,
        "team": None,
        "assignee": None,
        "requester_id": 1,
        "requester_name": "見本 花子",
        "tags": (),
        "fields": {},
        "created_at": at,
        "updated_at": at,
        "due_at": None,
        "due_kind": None,
        "due_calendar": None,
        "verified_at": None,
        "verified_how": None,
        "pending_until": None,
        "version": 1,
    }
    return Ticket(**(usual | changes))
