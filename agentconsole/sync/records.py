"""What an export format yields: records of a source, still in the source's own words, each with the place it came from.

A format translates shape, not meaning: `status`, `priority` and `via` are the source's labels; `sync.merge` maps them.
Instants are aware, in UTC.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from agentconsole.domain.values import Condition


@dataclass(slots=True)
class Place:
    """Where a record stands: a file as the user named it, and a line of it from 1 (None where lines mean nothing)."""

    file: str
    line: int | None = None


@dataclass(slots=True)
class MovementRecord:
    """Money in, money out, or a trade, as the exchange's own books say it. The amount is decimal text."""

    at: datetime
    kind: str
    """deposit, withdrawal or trade."""
    asset: str
    amount: str
    state: str
    """credited, pending, review, sent or failed."""
    reference: str | None = None


@dataclass(slots=True)
class AccountEventRecord:
    """Something that happened to the account: a log-in, a freeze, a new withdrawal address."""

    at: datetime
    kind: str
    detail: str | None = None


@dataclass(slots=True, kw_only=True)
class PersonRecord:
    place: Place
    digest: bytes
    """Of the object's content: equal digests, nothing changed."""
    external_id: str
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    role: str = "end-user"
    """end-user, agent or admin."""
    locale: str | None = None
    time_zone: str | None = None
    organization_id: str | None = None
    notes: str | None = None
    language: str | None = None
    """A BCP 47 tag, where the source tells it apart from the locale."""
    reading: str | None = None
    """How a Japanese name is read, in kana."""
    kyc: str | None = None
    """A value of `Kyc`."""
    account: str | None = None
    """A value of `AccountState`."""
    two_factor: bool | None = None
    customer_class: str | None = None
    opened_on: str | None = None
    """An ISO date."""
    movements: tuple[MovementRecord, ...] = ()
    account_events: tuple[AccountEventRecord, ...] = ()
    at: datetime | None = None
    """When somebody inside a ticket was called so, if that is not as old as the ticket."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    """What came and has no place of its own; kept as it came."""


@dataclass(slots=True, kw_only=True)
class OrganizationRecord:
    place: Place
    digest: bytes
    external_id: str
    name: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class GroupRecord:
    place: Place
    digest: bytes
    external_id: str
    name: str | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class AttachmentRecord:
    name: str
    type: str | None = None
    size: int | None = None


@dataclass(slots=True)
class Merge:
    """One ticket went into another; both by their external ids."""

    external_id: str
    into_id: str


@dataclass(slots=True, kw_only=True)
class CommentRecord:
    place: Place
    digest: bytes
    external_id: str | None
    ticket_external_id: str
    at: datetime
    author_id: str | None
    author_name: str | None = None
    author_kind: str | None = None
    """A value of `AuthorKind` where the source says it itself: a bot or the system, which are no people."""
    automatic: bool = False
    """Sent by itself, whoever it is signed by: moves no clock."""
    public: bool = True
    via: str | int | None = None
    body: str = ""
    attachments: tuple[AttachmentRecord, ...] = ()
    redacted: bool = False
    """Whether words were taken out of it,"""
    withheld: bool = False
    """and which words nobody knows, so that all are gone."""
    merges: tuple[Merge, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Ties:
    """By what mails hang together: message ids.

    Args:
        ids: of the mails that came.
        answers: of mails elsewhere: for each mail that answers some, which, the nearest first.
        boxes: into which each came, by the comment's id.
    """

    ids: tuple[str, ...]
    answers: tuple[tuple[str, ...], ...]
    boxes: Mapping[str, tuple[str, ...]]


@dataclass(slots=True, kw_only=True)
class TicketRecord:
    place: Place
    digest: bytes
    external_id: str
    desk: str | None = None
    """The key of the desk it belongs to, where the source knows our desks."""
    subject: str
    description: str | None = None
    status: str
    """The source's label."""
    conditions: frozenset[Condition] = frozenset()
    """What the source says besides; labels that say it themselves need not."""
    priority: str | None = None
    via: str | int | None = None
    created_at: datetime
    updated_at: datetime
    requester_id: str | None = None
    requester_name: str | None = None
    """Where the source gives a name and no id (CSV)."""
    requester_email: str | None = None
    assignee_id: str | None = None
    assignee_name: str | None = None
    group_id: str | None = None
    group_name: str | None = None
    organization_id: str | None = None
    locale: str | None = None
    category: str | None = None
    tags: tuple[str, ...] = ()
    custom_fields: Mapping[str, Any] = field(default_factory=dict)
    """By the source's own field id or header."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Of the ticket form, already by the desk's own field keys."""
    comments: tuple[CommentRecord, ...] = ()
    merges: tuple[Merge, ...] = ()
    people: tuple[PersonRecord, ...] = ()
    """Embedded in the ticket, like organizations and groups: less than the whole, and mostly as old as the ticket."""
    organizations: tuple[OrganizationRecord, ...] = ()
    groups: tuple[GroupRecord, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)
    beside: tuple[CommentRecord, ...] = ()
    """Comments on it that came by themselves, and follow it."""
    words: str | None = None
    """Those of `text()` for the full-text index, where they have been cut already."""
    ties: Ties | None = None
    """Of a conversation of mails, which goes on one that is known; what it says follows from the mails of both."""
    alone: bool = False
    """Whether it has a line to itself, which says nothing else."""

    def text(self) -> str:
        """All that it says. A description is mostly the first comment over again, and then counts once."""
        return "\n".join(
            dict.fromkeys(
                (self.subject, self.description or "", *(each.body for each in (*self.comments, *self.beside)))
            )
        )


@dataclass(slots=True)
class RejectedRecord:
    """An object that cannot be taken, whole."""

    place: Place
    object: str
    """ticket, comment, user, organization, group, or record where not even that is known."""
    reason: str
    raw: str
    head: str | None = None
    """What stood over it in its file, and is needed to read it again: a table's header."""
    ticket: str | None = None
    """The external id of its ticket, where that is known from around it."""
    is_record: bool = False
    """Whether `raw` is what was made of the source's words, instead of these words."""


@dataclass(slots=True)
class SkippedRecord:
    """An object of a kind that is recognised and not stored, such as a trigger."""

    kind: str


@dataclass(slots=True)
class RedactionRecord:
    """Word that something was taken out of a comment: words, or a file."""

    place: Place
    external_id: str
    """Of this word itself."""
    comment: str
    ticket_external_id: str
    is_file: bool = False


@dataclass(slots=True)
class UnchangedRecord:
    """So many tickets and messages that were taken before, word for word, and were not read again."""

    tickets: int
    messages: int


Record: TypeAlias = (
    TicketRecord
    | CommentRecord
    | PersonRecord
    | OrganizationRecord
    | GroupRecord
    | RejectedRecord
    | RedactionRecord
    | SkippedRecord
    | UnchangedRecord
)
