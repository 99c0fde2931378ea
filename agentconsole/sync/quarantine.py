"""What was set aside, tried again: the source's words by the format that knows them, or the record made of them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any, Final

from agentconsole.domain.errors import ConsoleError
from agentconsole.store import rows
from agentconsole.store.quarantine import Rejected
from agentconsole.sync import formats
from agentconsole.sync.files import SourceFile
from agentconsole.sync.formats.base import Format, ReadOptions, digest
from agentconsole.sync.records import (
    AttachmentRecord,
    CommentRecord,
    Merge,
    Place,
    Record,
    RejectedRecord,
    SkippedRecord,
    UnchangedRecord,
)

_OURS: Final = tuple(field.name for field in fields(CommentRecord) if field.name not in ("place", "digest"))


def set_aside(comment: CommentRecord, reason: str, *, waits: bool) -> RejectedRecord:
    """A comment that cannot be written, with all that was made of it.

    Args:
        waits: whether it could be written if its ticket came.
    """
    whole = {**asdict(comment), "digest": comment.digest.hex()}
    del whole["place"]
    ticket = comment.ticket_external_id if waits else None
    return RejectedRecord(comment.place, "comment", reason, rows.as_json(whole), ticket=ticket, is_record=True)


def comment_of(rejected: Rejected) -> CommentRecord:
    """The comment that `set_aside` wrote down."""
    raw = json.loads(rejected.raw)
    said: dict[str, Any] = {name: raw[name] for name in _OURS if name in raw}
    said["at"] = datetime.fromisoformat(raw["at"])
    said["attachments"] = tuple(AttachmentRecord(**each) for each in raw["attachments"])
    said["merges"] = tuple(Merge(**each) for each in raw.get("merges", ()))
    content = bytes.fromhex(raw["digest"]) if "digest" in raw else digest(rejected.raw.encode())
    return CommentRecord(place=Place(rejected.file, rejected.line), digest=content, **said)


def read_again(rejected: Iterable[Rejected], options: ReadOptions) -> Iterator[Record]:
    """The records of what was set aside; what still cannot be read comes back with the reason of today."""
    readers: dict[str, type[Format]] = {}
    for each in rejected:
        if each.is_record:
            yield comment_of(each)
        else:
            yield from _in_its_place(each, _read(each, options, readers))


def _read(rejected: Rejected, options: ReadOptions, readers: dict[str, type[Format]]) -> Iterator[Record]:
    """One of them, by a new reader of its format; installed packages are asked for formats once, not for each."""
    content = f"{rejected.head or ''}{_with_ticket(rejected)}".encode("utf-8", "surrogateescape")
    file = SourceFile(rejected.file, None, lambda: io.BytesIO(content))
    try:
        # The raw text has been decoded already, whatever the file's encoding was.
        if rejected.format not in readers:
            readers[rejected.format] = type(formats.detect([file], rejected.format))
        yield from readers[rejected.format]().read(
            [file], replace(options, encoding="utf-8" if rejected.head else None)
        )
    except ConsoleError as error:
        yield RejectedRecord(Place(rejected.file), rejected.object, error.message, rejected.raw)


def _with_ticket(rejected: Rejected) -> str:
    """Its text; an object whose ticket only its surroundings told says it itself now."""
    if rejected.ticket is None:
        return rejected.raw
    try:
        value = json.loads(rejected.raw)
    except ValueError:
        return rejected.raw
    return json.dumps({"ticket_id": rejected.ticket, **value}) if isinstance(value, dict) else rejected.raw


def _in_its_place(rejected: Rejected, records: Iterable[Record]) -> Iterator[Record]:
    """The records as if they still stood in their file; what is rejected for itself stays what it was."""
    place = Place(rejected.file, rejected.line)
    for record in records:
        if isinstance(record, RejectedRecord) and record.object in (rejected.object, "record"):
            yield RejectedRecord(
                place, rejected.object, record.reason, rejected.raw, head=rejected.head, ticket=rejected.ticket
            )
        elif isinstance(record, SkippedRecord | UnchangedRecord):
            yield record
        else:
            yield replace(record, place=place)
