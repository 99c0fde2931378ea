"""What Zendesk says of tickets and comments besides their status: deleted for good, merged, held back, redacted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from agentconsole.domain.redaction import REDACTED_FILE, is_redacted
from agentconsole.domain.values import Condition
from agentconsole.sync.formats.base import required_id, words
from agentconsole.sync.formats.zendesk_fields import Json
from agentconsole.sync.records import AttachmentRecord, CommentRecord, Merge, Place, RedactionRecord

SUSPENDED: Final = "suspended_tickets"
LOGS: Final = words("audits ticket_events")
_FILE_REDACTED: Final = "AttachmentRedactionEvent"
_REDACTIONS: Final = ("CommentRedactionEvent", _FILE_REDACTED)
_SCRUBBED: Final = "SCRUBBED"
_CLOSED_BY_MERGE: Final = "closed_by_merge"
_NUMBER: Final = re.compile(r"#([0-9]{1,20})\b")
_KEPT: Final = words("subject via created_at updated_at recipient brand_id")


def conditions(raw: Json) -> frozenset[Condition]:
    """What a ticket's own fields say; a deletion's status says the rest."""
    found = set()
    if raw.get("status") == "deleted" and str(raw.get("subject")).strip().upper() == _SCRUBBED:
        found.add(Condition.SCRUBBED)
    if _is_merged(raw):
        found.add(Condition.MERGED)
    return frozenset(found)


def _is_merged(raw: Json) -> bool:
    tags = raw.get("tags")
    return raw.get("status") == "closed" and type(tags) is list and _CLOSED_BY_MERGE in tags


def merge_of(raw: Json, external_id: str, comments: tuple[CommentRecord, ...]) -> tuple[Merge, ...]:
    """Where a ticket that was merged went: its last comment names the target."""
    named = _NUMBER.search(comments[-1].body) if comments and _is_merged(raw) else None
    return (Merge(external_id, named[1]),) if named else ()


def merges_into(via: object, ticket_id: str) -> tuple[Merge, ...]:
    """The tickets that went into the one on which a comment with this `via` stands."""
    source = via.get("source") if type(via) is dict else None
    if type(source) is not dict or source.get("rel") != "merge":
        return ()
    start = source.get("from")
    return tuple(Merge(each, ticket_id) for each in _ids(start)) if type(start) is dict else ()


def _ids(start: Json) -> Iterator[str]:
    several = start.get("ticket_ids")
    for each in several if type(several) is list else (start.get("ticket_id"),):
        if _is_id(each):
            yield str(each)


def is_redacted_comment(body: str, attachments: tuple[AttachmentRecord, ...]) -> bool:
    """Whether words or files were taken out of a comment."""
    return is_redacted(body) or any(file.name == REDACTED_FILE for file in attachments)


def redactions(raw: Json, place: Place) -> Iterator[RedactionRecord]:
    """What an audit, or an event of an incremental export, tells of words and files that were taken out of comments."""
    ticket = raw.get("ticket_id")
    events = raw.get("events") or raw.get("child_events")
    for at, event in enumerate(events if type(events) is list else ()):
        kind = (event.get("type") or event.get("event_type")) if type(event) is dict else None
        comment = event.get("comment_id") if kind in _REDACTIONS else None
        if _is_id(comment) and _is_id(ticket):
            name = event.get("id") or f"{raw.get('id')}~{at}"
            yield RedactionRecord(place, str(name), str(comment), str(ticket), kind == _FILE_REDACTED)


def _is_id(value: object) -> bool:
    return type(value) in (int, str) and str(value).isdecimal()


def ticket_of_suspended(raw: Json) -> dict[str, Any]:
    """A mail that was held back, as the ticket it would have become. Its ids are others than those of tickets.

    Raises:
        RejectError: it has no id.
    """
    name = f"suspended-{required_id(raw.get('id'))}"
    author = raw.get("author")
    comment = {
        "id": name,
        "author": author,
        "body": raw.get("content"),
        "created_at": raw.get("created_at"),
        "attachments": raw.get("attachments"),
        "public": True,
    }
    return {
        **{key: raw[key] for key in raw.keys() & _KEPT},
        "id": name,
        "status": "suspended",
        "description": raw.get("content"),
        "requester": author,
        "comments": [comment],
    }
