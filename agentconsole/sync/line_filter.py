"""Lines that were taken before, word for word: known by their digest, counted, and not decoded again.

A line of a ticket is left out if the ticket was last read from it, and would be read no otherwise now: by the same
edition of its desk, with the same names of its group and language of its requester. What has come in the same reading
and is perhaps not written yet counts as changed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final, NamedTuple

import orjson

from agentconsole.domain.desk import Desk
from agentconsole.store import intake_people, line_digests, rows
from agentconsole.store.store import Store
from agentconsole.sync.files import Line, SourceFile
from agentconsole.sync.fingerprint import kept
from agentconsole.sync.formats.base import digest
from agentconsole.sync.mapping_context import mapping_context
from agentconsole.sync.records import (
    GroupRecord,
    PersonRecord,
    Record,
    RejectedRecord,
    TicketRecord,
    UnchangedRecord,
)
from agentconsole.sync.versions import digests

LINES: Final = 200
"""Lines that are looked up at once,"""
BYTES: Final = 4 << 20
"""or so many bytes of them."""
_ID: Final = re.compile(rb'"id"\s*:\s*(?:"([^"\\]{1,200})"|(\d{1,40}))')


class _Taken(NamedTuple):
    """What is left of a ticket's record whose line was taken."""

    digest: bytes
    desk: str | None
    group_id: str | None
    requester_id: str | None
    messages: int
    group_name: None = None


def taken_line(ticket: TicketRecord) -> str | None:
    """What the store keeps of a ticket's line; None if the record does not stand for all of one."""
    if not ticket.alone:
        return None
    return rows.as_json((ticket.digest.hex(), ticket.desk, ticket.group_id, ticket.requester_id, len(ticket.comments)))


class LineFilter:
    """Serves one reading.

    Args:
        desks: by key.
        desk: of tickets that name none.
    """

    def __init__(self, store: Store, source: str, desks: Mapping[str, Desk], desk: Desk) -> None:
        self._store = store
        self._source = source
        self._desks = desks
        self._desk = desk
        self._passing: list[Record] = []
        self._changed: set[tuple[type[Record], str | None]] = set()
        self._counts: Counter[str] = Counter()

    def over(self, files: Iterable[SourceFile]) -> list[SourceFile]:
        """The files, whose lines pass this filter."""
        if not line_digests.any_of(self._store, self._source):
            return list(files)
        return [replace(file, passing=self._sifted) for file in files]

    def records(self, records: Iterable[Record]) -> Iterator[Record]:
        """What was read of them, and how much was left out; tickets that stand for their line say so."""
        for record in records:
            if len(self._passing) >= LINES:
                yield from self._let_pass(record)
            self._passing.append(record)
        yield from self._let_pass(None)

    def _let_pass(self, following: Record | None) -> Iterator[Record]:
        """The records that wait, which somebody may write now: whom they change must be found out before."""
        for each, behind in pairwise([*self._passing, following]):
            if isinstance(each, TicketRecord):
                each.alone = _is_alone(each, behind)
        self._note_changes()
        passing, self._passing = self._passing, []
        yield from passing
        if self._counts:
            yield UnchangedRecord(self._counts["tickets"], self._counts["messages"])
            self._counts.clear()

    def _note_changes(self) -> None:
        for kind, table in ((PersonRecord, "customer"), (GroupRecord, "source_group")):
            met = {each.external_id: each.digest.hex() for each in self._passing if isinstance(each, kind)}
            have = intake_people.hashes(self._store, table, self._source, met)
            self._changed |= {
                (kind, name) for name, mark in met.items() if name not in have or mark not in digests(have[name])
            }

    def _sifted(self, lines: Iterable[Line]) -> Iterator[Line]:
        for chunk in _chunks(lines):
            taken = self._taken([line.content if line.is_whole else b"" for line in chunk])
            yield from (line for at, line in enumerate(chunk) if at not in taken)

    def _taken(self, contents: Sequence[bytes]) -> set[int]:
        """Which of the lines are left out, counted."""
        self._note_changes()
        names = {at: name for at, content in enumerate(contents) if (name := _id_in(content))}
        standing = line_digests.of(self._store, self._source, names.values())
        same: dict[int, tuple[_Taken, str]] = {}
        for at, name in names.items():
            if name in standing:
                mark, (hashed, line) = digest(contents[at]), standing[name]
                known, *refers = orjson.loads(line)
                if known == mark.hex():
                    same[at] = _Taken(mark, *refers), hashed
        context = mapping_context(
            self._store, self._source, self._desks, self._desk, [line for line, _ in same.values()]
        )
        taken = {
            at: line
            for at, (line, hashed) in same.items()
            if kept(hashed).knows(context.fingerprint(line)) and not self._is_changed(line)
        }
        self._counts.update(tickets=len(taken), messages=sum(line.messages for line in taken.values()))
        return set(taken)

    def _is_changed(self, line: _Taken) -> bool:
        return (PersonRecord, line.requester_id) in self._changed or (GroupRecord, line.group_id) in self._changed


def _is_alone(ticket: TicketRecord, behind: Record | None) -> bool:
    """Whether a line says this ticket and nothing else: what was set aside of it comes right behind it."""
    embeds = ticket.people or ticket.organizations or ticket.groups or ticket.group_name or ticket.requester_email
    is_line = ticket.place.line is not None and not embeds
    return is_line and not (isinstance(behind, RejectedRecord) and behind.place == ticket.place)


def _id_in(content: bytes) -> str | None:
    """The first id in a line, which is mostly that of its object: of another one, the digest will be another."""
    found = _ID.search(content) if content.startswith(b"{") else None
    return (found[1] or found[2]).decode("utf-8", "replace") if found else None


def _chunks(lines: Iterable[Line]) -> Iterator[list[Line]]:
    chunk: list[Line] = []
    size = 0
    for line in lines:
        chunk.append(line)
        size += len(line.content)
        if len(chunk) == LINES or size >= BYTES:
            yield chunk
            chunk, size = [], 0
    yield chunk
