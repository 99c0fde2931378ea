"""What the objects of different helpdesks have in common once they are told apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from agentconsole.sync.formats.base import RejectError, digest, object_of, optional_text, required_id
from agentconsole.sync.formats.json_fields import Beside, Json
from agentconsole.sync.formats.json_format import Around, Take
from agentconsole.sync.formats.json_input import encode, printable
from agentconsole.sync.records import GroupRecord, OrganizationRecord, Record, RejectedRecord, SkippedRecord


class Named:
    """Objects that are an id and a name, with whatever stands beside it."""

    def __init__(self, beside: Beside) -> None:
        self._beside = beside

    def organization(self, raw: Json, around: Around) -> Iterator[Record]:
        """A company that customers belong to."""
        yield OrganizationRecord(
            place=around.place,
            digest=around.digest,
            external_id=required_id(raw.get("id")),
            name=optional_text(raw.get("name"), "name"),
            extra=self._beside.of("organizations", raw),
        )

    def group(self, raw: Json, around: Around) -> Iterator[Record]:
        """A group of agents."""
        yield GroupRecord(
            place=around.place,
            digest=around.digest,
            external_id=required_id(raw.get("id")),
            name=optional_text(raw.get("name"), "name"),
            extra=self._beside.of("groups", raw),
        )


def embedded(items: Iterable[object], name: str, take: Take, around: Around, aside: list[Record]) -> Iterator[Any]:
    """The records of objects inside another one.

    Args:
        name: what each is: comment, user ...
        take: what makes the records of one.
        aside: gets what is recognised and not stored, and a bad object, which does not spoil the one around it.
    """
    for item in items:
        try:
            raw = object_of(item, f"a {name}")
            for record in take(raw, around._replace(digest=digest(encode(raw)))):
                if isinstance(record, SkippedRecord):
                    aside.append(record)
                else:
                    yield record
        except RejectError as error:
            ticket = around.ticket_id if name == "comment" else None
            aside.append(RejectedRecord(around.place, name, error.reason, printable(item), ticket=ticket))
