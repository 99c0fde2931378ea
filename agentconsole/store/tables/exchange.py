"""What comes from helpdesks and goes to them: runs, what they set aside, exports."""

from __future__ import annotations

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel


class SourceGroup(SQLModel, table=True):
    """A group of the helpdesk; a desk maps its name to tier and team."""

    __tablename__ = "source_group"
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str
    external_id: str
    name: str | None = None
    hash: str | None = None
    extra: str = "{}"


class SyncRun(SQLModel, table=True):
    """One sync. `marks` holds the highest id of each table when it began: what has a higher one is newer. `desk` is a
    key, `profile` a TOML text: how it read its files.
    """

    __tablename__ = "sync_run"

    id: int | None = Field(default=None, primary_key=True)
    started_at: int
    finished_at: int | None = None
    source: str
    format: str
    files: str = "[]"
    summary: str = "{}"
    undone_at: int | None = None
    marks: str = Field(default="{}", sa_column_kwargs={"server_default": "{}"})
    desk: str | None = None
    profile: str | None = None


class RunBefore(SQLModel, table=True):
    """A row as it stood before a run changed it, so that the run can be undone."""

    __tablename__ = "run_before"

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="sync_run.id", index=True)
    object: str
    row_id: int
    before: str


class RejectedRecord(SQLModel, table=True):
    """A record that could not be taken, whole, so that nothing is lost; once, however often its file is read.

    `raw` is in the source's own words, with the table's header in `head`; or, if `is_record`, what was made of them.
    `taken_run` is the run that took it after all: until that is undone, it is not set aside any more.
    """

    __tablename__ = "rejected_record"
    __table_args__ = (
        Index("rejected_once", "source", "digest", unique=True),
        Index("rejected_by_ticket", "source", "ticket", sqlite_where=text("is_record")),
    )

    id: int | None = Field(default=None, primary_key=True)
    run_id: int = Field(foreign_key="sync_run.id", index=True)
    file: str
    line: int | None = None
    object: str
    reason: str
    """In English;"""
    phrase: str | None = None
    """what it is made of, where it can be told in other languages: JSON of its words and what is filled in."""
    raw: str
    source: str
    head: str | None = None
    ticket: str | None = None
    is_record: bool = False
    digest: str | None = None
    taken_run: int | None = Field(default=None, foreign_key="sync_run.id")


class OutboxExport(SQLModel, table=True):
    """A file that was made for a helpdesk, whole: `written` once it is known to stand at its place."""

    __tablename__ = "outbox_export"

    id: int | None = Field(default=None, primary_key=True)
    at: int
    source: str
    format: str
    file: str
    content: bytes
    written: bool
