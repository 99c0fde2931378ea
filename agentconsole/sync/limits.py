"""What no conversation has: a record beyond these is set aside, whole, before it costs the store anything."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

import orjson

from agentconsole.domain.errors import Phrase
from agentconsole.sync.records import CommentRecord, Record, RejectedRecord, TicketRecord

ATTACHMENTS: Final = 1000
TAGS: Final = 1000
_OPTIONS: Final = orjson.OPT_NON_STR_KEYS


def within_limits(records: Iterable[Record]) -> Iterator[Record]:
    """The records, with a rejected one in place of each that is too large; a ticket is kept without such comments."""
    for record in records:
        if isinstance(record, CommentRecord) and _is_too_large(record):
            yield _set_aside(record)
        elif isinstance(record, TicketRecord) and len(record.tags) > TAGS:
            yield RejectedRecord(record.place, "ticket", Phrase("more than {count} tags", count=TAGS), _raw(record))
        elif isinstance(record, TicketRecord) and any(map(_is_too_large, record.comments)):
            yield from map(_set_aside, filter(_is_too_large, record.comments))
            kept = tuple(each for each in record.comments if not _is_too_large(each))
            yield replace(record, comments=kept, words=None, alone=False)
        else:
            yield record


def _is_too_large(comment: CommentRecord) -> bool:
    return len(comment.attachments) > ATTACHMENTS


def _set_aside(comment: CommentRecord) -> RejectedRecord:
    return RejectedRecord(
        comment.place, "comment", Phrase("more than {count} attachments", count=ATTACHMENTS), _raw(comment)
    )


def _raw(record: TicketRecord | CommentRecord) -> str:
    whole = {name: getattr(record, name) for name in record.__slots__ if name not in ("place", "digest", "beside")}
    return orjson.dumps(whole, option=_OPTIONS, default=str).decode()
