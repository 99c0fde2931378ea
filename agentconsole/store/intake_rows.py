"""What a source says, in our words, on its way into the tables; names are columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from agentconsole.domain.values import Condition


class TicketRow(NamedTuple):
    """Of `ticket`."""

    external_id: str
    subject: str
    description: str | None
    channel: str
    language: str | None
    category: str | None
    priority: str | None
    status: str
    source_status: str
    tier: int
    team: str | None
    assignee_id: int | None
    requester_id: int | None
    organization_id: int | None
    created_at: int
    updated_at: int
    hash: str
    taken_line: str | None
    extra: str
    desk: str
    tags: tuple[str, ...]
    fields: Mapping[str, str]
    conditions: tuple[Condition, ...]


class MessageRow(NamedTuple):
    """Of `message`."""

    ticket: int
    external_id: str
    at: int
    author_kind: str
    agent_id: int | None
    customer_id: int | None
    author_name: str | None
    public: bool
    automatic: bool
    channel: str | None
    body: str
    attachments: str
    hash: str
    extra: str
    redacted: bool


class SourceEvent(NamedTuple):
    """The one event of an imported or changed object."""

    ticket: int
    verb: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


class NewTicket(NamedTuple):
    """A ticket as it has just come, with all that was said on it.

    Args:
        state: the fields as the source has them now: what the next sync compares with.
        event: how it came.
        words: for the index; None if they must be cut from what is written.
    """

    number: int
    row: TicketRow
    state: str
    event: SourceEvent
    messages: Sequence[MessageRow]
    words: str | None
