"""Mails of a ticket as the store has them, as records again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agentconsole.domain.instants import from_seconds
from agentconsole.store import mails, rows
from agentconsole.store.store import Store
from agentconsole.sync.records import AttachmentRecord, CommentRecord, Place


def stored_mails(store: Store, source: str, ticket: str) -> list[CommentRecord]:
    """What the source has told of a ticket."""
    return [as_comment(row) for row in mails.said_on(store, source, ticket)]


def as_comment(row: Mapping[str, Any]) -> CommentRecord:
    """A mail as the store has it."""
    return CommentRecord(
        place=Place("", None),
        digest=bytes.fromhex(row["hash"]),
        external_id=row["external_id"],
        ticket_external_id=row["ticket_name"],
        at=from_seconds(row["at"]),
        author_id=row["author"],
        author_name=row["author_name"],
        author_kind=row["author_kind"],
        automatic=bool(row["automatic"]),
        public=bool(row["public"]),
        via=row["channel"],
        body=row["body"],
        attachments=tuple(AttachmentRecord(**each) for each in rows.parsed(row["attachments"])),
        extra=rows.parsed(row["extra"]),
    )
