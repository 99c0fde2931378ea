"""Zendesk's full JSON export, and what scripts save of its API: lines, pages, single objects, in any mixture."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Final, TypeAlias

from agentconsole.domain.errors import Phrase
from agentconsole.locale import deferred
from agentconsole.sync.files import SourceFile
from agentconsole.sync.formats import json_input
from agentconsole.sync.formats import zendesk_kinds as known
from agentconsole.sync.formats.base import (
    KINDS,
    OBJECTS,
    ReadOptions,
    RejectError,
    Tally,
    describe,
    digest,
    unknown_kind,
    words,
)
from agentconsole.sync.formats.json_documents import declared, documents, first_value, ticket_in_name
from agentconsole.sync.formats.json_pieces import Pages
from agentconsole.sync.formats.zendesk_conditions import LOGS, SUSPENDED, redactions, ticket_of_suspended
from agentconsole.sync.formats.zendesk_objects import Objects
from agentconsole.sync.records import Place, Record, RejectedRecord, SkippedRecord

Json: TypeAlias = Mapping[str, Any]

_KEYS: Final = re.compile(rb'"([a-z_-]{2,40})"\s*:')
_LISTS: Final = re.compile(rb'"([a-z_-]{2,40})"\s*:\s*[\[{]')
_OWN_KEYS: Final = frozenset(
    key.encode()
    for key in (*known.COLLECTIONS, *known.SINGLES, "raw_subject", "submitter_id", "result_type", "end_of_stream")
    if key not in ("item", "items", "policy", "post", "posts", "job", "jobs", "tag", "app", "apps", "queue", "article")
)
_OTHER_KEYS: Final = frozenset(
    key.encode()
    for key in words("""
    responder_id company_id customer_id helpdesk_ticket body_text incoming ticket_scope scoreboard_level_id seo_data
    article_count sender_id follow_up_possible create_article_type_id out_of_office knowledge_base_id
    conversation_parts part_type admin_assignee_id has_inbox_seat admin_ids workspace_id
    """)
)
"""What other helpdesks' objects have and Zendesk's never."""
_LEVELS: Final = 4
"""Lists and pages inside each other."""


@dataclass(frozen=True, slots=True)
class _Hints:
    """What a file's name says, for objects that do not say it themselves."""

    kind: str | None
    ticket_id: str | None


class Zendesk:
    """Reads all that Zendesk's API and exports give as JSON."""

    name = "zendesk"
    looks_for = deferred("Zendesk's tickets, users, comments ... as JSON: one object a line, or pages of the API")

    def __init__(self) -> None:
        self.tally = Tally()

    def sniff(self, head: bytes, name: str) -> bool:
        """Whether the file begins as JSON with Zendesk's keys in it, in its first or second line."""
        body = head.removeprefix(json_input.BOM).lstrip()
        if body[:1] not in (b"{", b"["):
            body = body.partition(b"\n")[2].lstrip()
            if body[:1] != b"{":
                return False
        keys = set(_KEYS.findall(body))
        if keys & _OTHER_KEYS and not keys & {b"raw_subject", b"submitter_id"}:
            return False
        return bool(keys & _OWN_KEYS) or b"/api/v2/" in body or _first_kind(body) is not None

    def read(self, files: Sequence[SourceFile], options: ReadOptions) -> Iterator[Record]:
        """The records of `files`; those that others refer to come first."""
        for file in sorted(declared(files, options.encoding), key=_rank):
            yield from _Reading(file, options, self.tally).records()


def _rank(file: SourceFile) -> int:
    """When a file is read: after those that its objects refer to."""
    kind = _first_kind(file.head()) or known.kind_in_name(PurePath(file.name).stem)
    return KINDS.index(kind) if kind in KINDS else len(KINDS)


def _first_kind(head: bytes) -> str | None:
    """What kind of objects a file holds, from its beginning."""
    first = first_value(head)
    first = first[0] if type(first) is list and first else first
    kind = known.kind_of(first) if type(first) is dict else None
    if kind:
        return kind
    lists = map(bytes.decode, _LISTS.findall(head))
    keys = [known.COLLECTIONS.get(key) or known.SINGLES.get(key) for key in lists]
    return next((kind for kind in ("tickets", *reversed(KINDS), *keys) if kind in keys), None)


class _Reading:
    """One file on its way into records."""

    def __init__(self, file: SourceFile, options: ReadOptions, tally: Tally) -> None:
        path = PurePath(file.name)
        self._file = file
        self._tally = tally
        self._objects = Objects(options, tally)
        self._hints = _Hints(known.kind_in_name(path.stem), ticket_in_name(path.stem, path.parent.name))
        self._skipped: dict[str, SkippedRecord] = {}
        self._take: dict[str, Callable[[Json, Place, bytes], Record]] = {
            "groups": self._objects.group,
            "organizations": self._objects.organization,
            "users": self._objects.person,
            "tickets": self._objects.ticket,
        }

    def records(self) -> Iterator[Record]:
        """All of the file, streamed where it stands in lines."""
        for found in documents(self._file, Pages(self._object_in, _is_page, _rank_of_key, _said_around)):
            if isinstance(found, RejectedRecord):
                yield found
            else:
                yield from self._document(found.value, found.place, found.line)

    def _object_in(self, value: Any) -> str:
        """What a value that cannot be taken was meant to be."""
        kind = (known.kind_of(value) if type(value) is dict else None) or self._hints.kind
        return OBJECTS.get(kind or "", "record")

    # Documents

    def _document(
        self, item: Any, place: Place, line: bytes | None, ticket_id: str | None = None, level: int = 0
    ) -> Iterator[Record]:
        """A decoded value: an object of ours, a page of them, a list, or objects by their ticket's id."""
        if type(item) is list and level < _LEVELS:
            for inner in item:
                yield from self._document(inner, place, None, ticket_id, level + 1)
        elif type(item) is not dict or level >= _LEVELS:
            yield RejectedRecord(
                place, "record", Phrase("{found}, not a record", found=describe(item)), json_input.printable(item)
            )
        elif kind := known.kind_of(item):
            yield from self._object(kind, item, place, line, ticket_id)
        elif item and all(map(str.isdecimal, item)):
            for key, inner in item.items():
                yield from self._by_ticket(key, inner, place, level)
        elif _is_envelope(item):
            yield from self._envelope(item, place, ticket_id, level)
        elif not known.ENVELOPE.issuperset(item):
            yield from self._object(self._hints.kind, item, place, line, ticket_id)

    def _by_ticket(self, ticket_id: str, value: Any, place: Place, level: int) -> Iterator[Record]:
        if type(value) is dict and known.kind_of(value) == "tickets":
            yield from self._object("tickets", value, place, None)
        elif type(value) is list and self._hints.kind in (None, "comments", "tickets"):
            for inner in value:
                yield from self._object("comments", inner, place, None, ticket_id)
        else:
            yield from self._document(value, place, None, ticket_id, level + 1)

    def _envelope(self, page: Json, place: Place, ticket_id: str | None, level: int) -> Iterator[Record]:
        """A page, in the order in which its collections refer to each other."""
        ticket_id = _ticket_around(page) or ticket_id
        order = {kind: at for at, kind in enumerate(KINDS)}
        found = [(key, known.COLLECTIONS.get(key) or known.SINGLES.get(key)) for key in page]
        for key, kind in sorted(found, key=lambda entry: order.get(entry[1] or "tickets", len(order))):
            if key == "results":
                yield from self._document(page[key], place, None, None, level + 1)
            elif kind is not None:
                yield from self._collection(kind, page[key], place, ticket_id)
            elif key not in known.ENVELOPE and key != "id":
                self._tally.count_unknown(f"page.{key}")

    def _collection(self, kind: str, value: Any, place: Place, ticket_id: str | None) -> Iterator[Record]:
        if type(value) is list:
            for item in value:
                yield from self._object(kind, item, place, None, ticket_id)
        elif type(value) is dict and value and all(map(str.isdecimal, value)):
            for key, inner in value.items():
                items = inner if type(inner) is list else [inner]
                yield from self._collection(kind, items, place, key if kind == "comments" else None)
        elif type(value) is dict:
            yield from self._object(kind, value, place, None, ticket_id)

    def _object(
        self, kind: str | None, item: Any, place: Place, line: bytes | None, ticket_id: str | None = None
    ) -> Iterator[Record]:
        """One object of a known kind, taken, skipped, or set aside with the reason."""
        if kind == SUSPENDED and type(item) is dict:
            yield from self._suspended(item, place)
            return
        if kind is not None and kind not in OBJECTS:
            if kind in LOGS and type(item) is dict:
                yield from redactions(item, place)
            yield self._skipped.setdefault(kind, SkippedRecord(kind))
            return
        name = OBJECTS.get(kind or "", "record")
        try:
            yield self._record(kind, item, place, digest(line or json_input.encode(item)), ticket_id)
        except RejectError as error:
            ticket = ticket_id or self._hints.ticket_id if kind == "comments" else None
            yield RejectedRecord(place, name, error.reason, json_input.printable(line or item), ticket=ticket)
        yield from self._set_aside()

    def _suspended(self, item: Json, place: Place) -> Iterator[Record]:
        """A mail that was held back: a ticket in a state of its own."""
        try:
            yield self._objects.ticket(ticket_of_suspended(item), place, digest(json_input.encode(item)))
        except RejectError as error:
            yield RejectedRecord(place, "ticket", error.reason, json_input.printable(item))
        yield from self._set_aside()

    def _record(self, kind: str | None, item: Any, place: Place, content: bytes, ticket_id: str | None) -> Record:
        if type(item) is not dict:
            raise RejectError(Phrase("{found}, not an object", found=describe(item)))
        if kind is None:
            raise RejectError(unknown_kind(item))
        if kind == "comments":
            return self._objects.comment(item, place, content, ticket_id or self._hints.ticket_id)
        return self._take[kind](item, place, content)

    def _set_aside(self) -> list[RejectedRecord]:
        """What was wrong inside the object just taken."""
        aside, self._objects.rejected = self._objects.rejected, []
        return aside


def _is_page(item: Json) -> bool:
    return bool(item) and known.kind_of(item) is None and (all(map(str.isdecimal, item)) or _is_envelope(item))


def _rank_of_key(key: str, value: Any) -> int | None:
    """When what stands under a page's key is read: what others refer to comes first."""
    kind = "tickets" if key == "results" or key.isdecimal() else known.COLLECTIONS.get(key) or known.SINGLES.get(key)
    return (*KINDS, kind).index(kind) if kind else None


def _said_around(page: Json) -> Json:
    ticket_id = _ticket_around(page)
    return {"ticket_id": ticket_id} if ticket_id else {}


def _is_envelope(item: Json) -> bool:
    """Whether a decoded object stands around others; one with an id of its own only if it is a list of comments'."""
    if "id" in item and "comments" not in item:
        return False
    return "results" in item or any(key in known.COLLECTIONS or key in known.SINGLES for key in item)


def _ticket_around(page: Json) -> str | None:
    """The ticket to which a page's comments belong, where the page says so."""
    ticket = page.get("ticket")
    several = page.get("tickets")
    if type(several) is list and len(several) == 1:
        ticket = several[0]
    inside = ticket.get("id") if type(ticket) is dict else ticket
    links = page.get("links")
    for found in (page.get("ticket_id"), inside, page.get("id")):
        if type(found) in (int, str) and str(found).strip().isalnum():
            return str(found).strip()
    addresses = [page.get("url"), page.get("next_page"), page.get("previous_page")]
    addresses += list(links.values()) if type(links) is dict else []
    return next((found for found in map(known.ticket_in_address, addresses) if found), None)
