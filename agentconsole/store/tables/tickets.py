"""Tickets: rows, messages, the one log, clocks, and how many stand where."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from agentconsole.store.sql import IN_CONFLICT, LIVE, MARKED, OUTBOX_ON_ITS_WAY, OUTBOX_WAITING, SORT_DUE


class Ticket(SQLModel, table=True):
    """One inquiry. `source_state` holds the fields as last seen in the source: what a merge compares with."""

    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        CheckConstraint("tier BETWEEN 1 AND 3"),
        Index(
            "ticket_by_due", text(SORT_DUE), "number", "tier", "status", "desk", "assignee_id", sqlite_where=text(LIVE)
        ),
        # Wider than the one before, so that SQLite, which knows no numbers of rows, takes that one where both would do.
        Index(
            "ticket_by_due_of_all",
            text(SORT_DUE),
            "number",
            "tier",
            "status",
            "desk",
            "assignee_id",
            "requester_id",
        ),
        Index("ticket_by_external_id", "external_id"),
        Index("ticket_by_created", "created_at", "number"),
        Index("ticket_by_updated", "updated_at", "number"),
        Index("ticket_by_requester", "requester_id", "created_at"),
        Index("ticket_by_assignee", "assignee_id", sqlite_where=text(LIVE)),
        Index("ticket_by_condition", "number", sqlite_where=text(MARKED)),
        Index("ticket_by_conflict", "number", sqlite_where=text(IN_CONFLICT)),
        Index("ticket_by_pending_until", "pending_until", sqlite_where=text("pending_until IS NOT NULL")),
        {"sqlite_autoincrement": True},
    )

    number: int | None = Field(default=None, primary_key=True)
    desk: str
    source: str
    external_id: str | None = None
    subject: str
    description: str | None = None
    channel: str
    language: str | None = None
    category: str | None = None
    priority: str | None = None
    status: str
    source_status: str | None = None
    tier: int
    team: str | None = None
    assignee_id: int | None = Field(default=None, foreign_key="agent.id")
    requester_id: int | None = Field(default=None, foreign_key="customer.id")
    organization_id: int | None = Field(default=None, foreign_key="organization.id")
    created_at: int
    updated_at: int
    due_at: int | None = None
    due_kind: str | None = None
    due_calendar: str | None = None
    verified_at: int | None = None
    verified_how: str | None = None
    pending_until: int | None = None
    tags: str = "[]"
    fields: str = "{}"
    version: int = 1
    hash: str | None = None
    source_state: str = "{}"
    extra: str = "{}"
    conditions: str = "[]"
    taken_line: str | None = None
    in_conflict: bool = Field(default=False, sa_column_kwargs={"server_default": "0"})


class TicketMerge(SQLModel, table=True):
    """Which ticket of a source went into which; either may not have come yet."""

    __tablename__ = "ticket_merge"
    __table_args__ = (Index("ticket_merge_by_target", "source", "into_id"), {"sqlite_with_rowid": False})

    source: str = Field(primary_key=True)
    external_id: str = Field(primary_key=True)
    into_id: str


class TicketTag(SQLModel, table=True):
    __tablename__ = "ticket_tag"
    __table_args__ = (Index("ticket_tag_by_tag", "tag", "ticket"), {"sqlite_with_rowid": False})

    ticket: int = Field(primary_key=True, foreign_key="ticket.number")
    tag: str = Field(primary_key=True)


class TicketField(SQLModel, table=True):
    """The form's own fields (transaction id, order id ...), found by exact value."""

    __tablename__ = "ticket_field"
    __table_args__ = (Index("ticket_field_by_value", "key", "value"), {"sqlite_with_rowid": False})

    ticket: int = Field(primary_key=True, foreign_key="ticket.number")
    key: str = Field(primary_key=True)
    value: str


class Message(SQLModel, table=True):
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index("message_by_ticket", "ticket", "at", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    ticket: int = Field(foreign_key="ticket.number")
    source: str
    external_id: str | None = None
    at: int
    author_kind: str
    agent_id: int | None = Field(default=None, foreign_key="agent.id")
    customer_id: int | None = Field(default=None, foreign_key="customer.id")
    author_name: str | None = None
    public: bool
    automatic: bool = False
    channel: str | None = None
    body: str
    attachments: str = "[]"
    hash: str | None = None
    extra: str = "{}"
    redacted: bool = False


class MailName(SQLModel, table=True):
    """On which ticket a mail is, by its message id; or, unless `is_here`, on which one others speak of it."""

    __tablename__ = "mail_name"
    __table_args__ = (Index("mail_name_by_ticket", "ticket"), {"sqlite_with_rowid": False})

    source: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    ticket: int = Field(foreign_key="ticket.number")
    is_here: bool


class Redaction(SQLModel, table=True):
    """Something that a source's log says was taken out of a comment, which may not have come yet."""

    __table_args__ = (Index("redaction_by_ticket", "source", "ticket"), {"sqlite_with_rowid": False})

    source: str = Field(primary_key=True)
    comment: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    ticket: str
    is_file: bool


class Event(SQLModel, table=True):
    """The one log: timeline, audit, undo and outbox are readings of it.

    Nothing is ever changed in it but what became of it: the export that took it and the sync that brought it back, and
    `undone_by` with the message that went.
    """

    __table_args__ = (
        Index("event_by_ticket", "ticket", "id"),
        Index("event_in_outbox", "id", sqlite_where=text(OUTBOX_WAITING)),
        Index("event_on_its_way", "ticket", sqlite_where=text(OUTBOX_ON_ITS_WAY)),
        Index("event_of_conflict", "ticket", sqlite_where=text("verb = 'conflict'")),
    )

    id: int | None = Field(default=None, primary_key=True)
    ticket: int = Field(foreign_key="ticket.number")
    at: int
    actor: str
    agent_id: int | None = Field(default=None, foreign_key="agent.id")
    verb: str
    face: str
    before: str = "{}"
    after: str = "{}"
    message_id: int | None = Field(default=None, foreign_key="message.id")
    run_id: int | None = Field(default=None, foreign_key="sync_run.id")
    outbox: str | None = None
    exported_at: int | None = None
    undoes: int | None = Field(default=None, foreign_key="event.id")
    undone_by: int | None = Field(default=None, foreign_key="event.id")
    export_id: int | None = Field(default=None, foreign_key="outbox_export.id")
    acknowledged_at: int | None = None
    acknowledged_run: int | None = Field(default=None, foreign_key="sync_run.id")


class Clock(SQLModel, table=True):
    """One SLA promise of one ticket: its verdict, and just what is needed to explain it."""

    __table_args__ = (
        Index("clock_running", "due_at", sqlite_where=text("state = 'running'")),
        {"sqlite_with_rowid": False},
    )

    ticket: int = Field(primary_key=True, foreign_key="ticket.number")
    kind: str = Field(primary_key=True)
    instance: int = Field(primary_key=True)
    state: str
    started_at: int
    due_at: int | None = None
    fulfilled_at: int | None = None
    breached_at: int | None = None
    pauses: str = "[]"
    target_seconds: int
    policy_id: str
    policy_name: str
    policy_version: int
    priority_applied: str
    calendar_id: str | None = None
    business_seconds: int = 0
    imported: bool = False
    grace_seconds: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    warn_seconds: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    reason: str | None = None
    cancel_reason: str | None = None


class QueueCount(SQLModel, table=True):
    """How many tickets stand where; kept in the transaction of each change, by `store.counters` and triggers."""

    __tablename__ = "queue_count"
    __table_args__ = ({"sqlite_with_rowid": False},)

    desk: str = Field(primary_key=True)
    tier: int = Field(primary_key=True)
    team: str = Field(primary_key=True)
    status: str = Field(primary_key=True)
    tickets: int = 0
