"""A ticket and what hangs on it, as values that nobody can change behind another's back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from agentconsole.domain.values import AuthorKind, Channel, ClockKind, Condition, Priority, Status, Team

if TYPE_CHECKING:
    from agentconsole.domain.customer import Profile
    from agentconsole.domain.sla import Clock

_WEIGHTS: Final = (
    Condition.MERGED, Condition.SUSPENDED, Condition.SPAM, Condition.DELETED, Condition.SCRUBBED, Condition.REDACTED
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ticket:
    """The ticket's own row: what a list shows. Instants are aware, in UTC."""

    number: int
    desk: str
    source: str
    external_id: str | None
    subject: str
    channel: Channel
    language: str | None
    category: str | None
    priority: Priority | None
    status: Status
    source_status: str | None
    tier: int
    team: Team | None
    assignee: str | None
    """The login of the agent who has it."""
    requester_id: int | None
    requester_name: str | None
    tags: tuple[str, ...]
    fields: Mapping[str, str]
    created_at: datetime
    updated_at: datetime
    due_at: datetime | None
    due_kind: ClockKind | None
    due_calendar: str | None
    """The calendar in whose open time the deadline was counted: its id, behind the edition as in `tsubame@2/phone`."""
    verified_at: datetime | None
    verified_how: str | None
    pending_until: datetime | None
    version: int
    conditions: tuple[Condition, ...] = ()
    """What the source says of it besides its status."""
    in_conflict: bool = False
    """Whether the source and we have changed the same, and nobody has chosen."""

    @property
    def ending(self) -> Condition | None:
        """The condition that ended it at its source, the weightiest if there are several."""
        return max((each for each in self.conditions if each.ends_it), key=_WEIGHTS.index, default=None)

    @property
    def due_by(self) -> tuple[str, str]:
        """The edition that set the deadline (its desk's key where that is not known), and the calendar's id."""
        edition, _slash, calendar_id = (self.due_calendar or "").rpartition("/")
        return edition or self.desk, calendar_id

    def is_late(self, now: datetime) -> bool:
        """Whether its next deadline has passed."""
        return self.due_at is not None and self.due_at <= now

    @property
    def reference(self) -> str:
        """How the source calls it, or how we do."""
        return f"{self.source}:{self.external_id}" if self.external_id else str(self.number)


@dataclass(frozen=True, slots=True)
class Attachment:
    name: str
    type: str | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """One thing somebody said. Without an id it is the description, standing in for comments that have not come."""

    id: int | None
    at: datetime
    author_kind: AuthorKind
    author_name: str | None
    public: bool
    body: str
    attachments: tuple[Attachment, ...] = ()
    redacted: bool = False
    """Whether the source took words out of it."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the one log."""

    id: int
    at: datetime
    actor: str
    verb: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    undone: bool = False
    exported: bool = False


@dataclass(frozen=True, slots=True)
class Related:
    """A ticket that one was merged into, or that went into it; without a number it has not come yet."""

    number: int | None
    source: str
    external_id: str

    @property
    def reference(self) -> str:
        return str(self.number) if self.number else f"{self.source}:{self.external_id}"


@dataclass(frozen=True, slots=True)
class Conversation:
    """A ticket with all that an agent reads before answering."""

    ticket: Ticket
    messages: tuple[Message, ...]
    events: tuple[Event, ...]
    clocks: tuple[Clock, ...]
    customer: Profile | None
    merged_into: Related | None = None
    merged_from: tuple[Related, ...] = ()
