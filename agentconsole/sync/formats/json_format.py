"""What the JSON of different helpdesks has in common: objects alone, in lines, lists, pages and pages of pages.

A format brings a `Vocabulary` (how its objects and pages are told apart) and what makes a record of each kind.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any, ClassVar, Final, NamedTuple, TypeAlias

from agentconsole.domain.errors import Phrase
from agentconsole.sync.files import SourceFile
from agentconsole.sync.formats import json_input
from agentconsole.sync.formats.base import (
    KINDS,
    OBJECTS,
    ReadOptions,
    RejectError,
    Tally,
    describe,
    digest,
    unknown_kind,
)
from agentconsole.sync.formats.json_documents import declared, documents, first_value, ticket_in_name
from agentconsole.sync.formats.json_pieces import Pages
from agentconsole.sync.records import Place, Record, RejectedRecord, SkippedRecord

Json: TypeAlias = Mapping[str, Any]

LABELS: Final = "labels"
"""The kind of objects that say what numbers mean: read before all others."""
ORDER: Final = (LABELS, *KINDS)
_LEVELS: Final = 5
"""Lists and pages inside each other."""
_ZENDESK: Final = frozenset((b"raw_subject", b"submitter_id", b"user_fields", b"organization_fields"))
_KEYS: Final = re.compile(rb'"([A-Za-z_-]{2,40})"\s*:')


class Around(NamedTuple):
    """Where an object stands, and what is said around it."""

    place: Place
    digest: bytes
    page: Json
    """What is said on the pages that hold it; nothing if none does."""
    ticket_id: str | None
    """The ticket that the page, or the file's name, speaks of."""


Take: TypeAlias = Callable[[Json, Around], Iterable[Record]]
"""Makes the records of one object; raises RejectError if it cannot be taken."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How a helpdesk's objects are told apart."""

    kind_of: Callable[[Json], str | None]
    """The kind of an object by its own fields."""
    collections: Mapping[str, str]
    """A page's key -> the kind of what stands under it, one object or many."""
    inside: frozenset[str]
    """A page's keys under which stand documents of any kind."""
    envelope: frozenset[str]
    """What else stands on a page."""
    ticket_around: Callable[[Json], str | None] = lambda page: None
    """The ticket that a page's objects belong to."""
    weak: frozenset[str] = field(default_factory=frozenset)
    """Kinds that look like others: a file's name that speaks of one that is not stored goes before."""


def signs(text: str) -> tuple[frozenset[bytes], ...]:
    """Keys that give a format away: those of a line together."""
    return tuple(frozenset(line.encode().split()) for line in text.splitlines() if line.strip())


def keys_in(head: bytes) -> set[bytes]:
    """All keys in the beginning of a file that may be JSON; none if it is something else."""
    body = head.removeprefix(json_input.BOM).lstrip()
    if body[:1] not in (b"{", b"["):
        body = body.partition(b"\n")[2].lstrip()
        if body[:1] != b"{":
            return set()
    return set(_KEYS.findall(body))


def has_signs(head: bytes, known: Iterable[frozenset[bytes]]) -> bool:
    """Whether all keys of one of `known` are in the beginning of a file, and Zendesk's own are not."""
    keys = keys_in(head)
    if b".zendesk.com/" in head or keys & _ZENDESK:
        return False
    return any(keys >= sign for sign in known)


def in_order(files: Sequence[SourceFile], kind_in: Callable[[SourceFile], str | None]) -> list[SourceFile]:
    """The files, those first that others refer to; what nobody knows comes last."""

    def rank(file: SourceFile) -> int:
        kind = kind_in(file)
        return ORDER.index(kind) if kind in ORDER else len(ORDER)

    return sorted(files, key=rank)


class JsonReader:
    """Goes through files of one helpdesk and hands each object to whom it concerns."""

    def __init__(self, words: Vocabulary, take: Mapping[str, Take], tally: Tally) -> None:
        self._words = words
        self._take = take
        self._tally = tally
        self._skipped: dict[str, SkippedRecord] = {}
        self._named: dict[str, str | None] = {}

    def kind_in(self, file: SourceFile) -> str | None:
        """What kind of objects a file holds, from its beginning or else its name; of a mixed one, tickets."""
        value = first_value(file.head())
        for _ in range(_LEVELS):
            if type(value) is list and value:
                value = value[0]
            elif type(value) is dict and (kind := self._kind_of(value, file)):
                return kind
            elif type(value) is dict and (key := next((key for key in value if key in self._words.inside), None)):
                value = value[key]
        kinds = [self._words.collections.get(key) for key in value] if type(value) is dict else []
        named = self._kind_in_name(file)
        return next((kind for kind in ("tickets", *reversed(ORDER), named) if kind in kinds or kind == named), None)

    def records(self, file: SourceFile) -> Iterator[Record]:
        """All of the file."""

        def named(value: Any) -> str:
            kind = self._kind_of(value, file) if type(value) is dict else self._kind_in_name(file)
            return OBJECTS.get(kind or "", "record")

        path = PurePath(file.name)
        ticket_id = ticket_in_name(path.stem, path.parent.name)
        pages = Pages(named, lambda value: self._is_page(value, file), self._rank, self._said_around)
        for found in documents(file, pages):
            if isinstance(found, RejectedRecord):
                yield found
            else:
                around = Around(found.place, digest(found.line) if found.line else b"", {}, ticket_id)
                yield from self._document(found.value, around, file)

    def _is_page(self, value: Json, file: SourceFile) -> bool:
        words = self._words
        return bool(value) and (
            all(map(str.isdecimal, value))
            or (not words.inside.union(words.collections).isdisjoint(value) and not self._kind_of(value, file))
        )

    def _rank(self, key: str, value: Any) -> int | None:
        """When what stands under a page's key is read."""
        if key in self._words.envelope:
            return None
        kind = "tickets" if key in self._words.inside or key.isdecimal() else self._words.collections.get(key)
        return (*ORDER, kind).index(kind) if kind else None

    def _said_around(self, page: Json) -> Json:
        return {key: value for key, value in page.items() if key in self._words.envelope}

    def _kind_of(self, item: Json, file: SourceFile) -> str | None:
        kind = self._words.kind_of(item)
        if kind in self._words.weak:
            named = self._kind_in_name(file)
            return named if named and named not in self._take else kind
        return kind

    def _kind_in_name(self, file: SourceFile) -> str | None:
        """The kind that a file's name speaks of: `all_tickets`, `contact_1`. The last one named counts."""
        if file.name not in self._named:
            words = re.findall(r"[a-z]+", PurePath(file.name).stem.lower())
            spans = [(start, end) for end in range(len(words), 0, -1) for start in range(end)]
            names = ("_".join(words[start:end]) for start, end in spans)
            kinds = (self._words.collections.get(name) or self._words.collections.get(f"{name}s") for name in names)
            self._named[file.name] = next(filter(None, kinds), None)
        return self._named[file.name]

    def _document(self, item: Any, around: Around, file: SourceFile, level: int = 0) -> Iterator[Record]:
        """A decoded value: an object of ours, a page of them, or a list."""
        if type(item) is list and level < _LEVELS:
            for inner in item:
                yield from self._document(inner, around._replace(digest=b""), file, level + 1)
        elif type(item) is not dict or level >= _LEVELS:
            yield RejectedRecord(
                around.place,
                "record",
                Phrase("{found}, not a record", found=describe(item)),
                json_input.printable(item),
            )
        elif kind := self._kind_of(item, file):
            yield from self.taken(kind, item, around)
        elif not self._words.inside.union(self._words.collections).isdisjoint(item):
            yield from self._envelope(item, around, file, level)
        elif not self._words.envelope.issuperset(item):
            yield from self.taken(self._kind_in_name(file), item, around)

    def _envelope(self, page: Json, around: Around, file: SourceFile, level: int) -> Iterator[Record]:
        """A page, in the order in which its collections refer to each other."""
        words = self._words
        here = Around(around.place, b"", {**around.page, **page}, words.ticket_around(page) or around.ticket_id)
        order = {kind: at for at, kind in enumerate(ORDER)}
        found = [
            (key, "tickets" if key in words.inside else words.collections.get(key))
            for key in page
            if key not in words.envelope
        ]
        for key, kind in sorted(found, key=lambda entry: order.get(entry[1] or "", len(order))):
            if key in words.inside:
                yield from self._document(page[key], here, file, level + 1)
            elif kind is not None:
                yield from self._collection(kind, page[key], here)
            else:
                self._tally.count_unknown(f"page.{key}")

    def _collection(self, kind: str, value: Any, around: Around) -> Iterator[Record]:
        """What stands under a page's key: objects, objects by their ids, one object, or only ids."""
        if type(value) is dict and value and all(map(str.isdecimal, value)):
            value = list(value.values())
        items = value if type(value) is list else [value]
        for item in items:
            if type(item) is int or item is None or item == {}:
                continue
            yield from self.taken(kind, item, around)

    def taken(self, kind: str | None, item: Any, around: Around) -> Iterator[Record]:
        """One object of a known kind, taken, skipped, or set aside with the reason."""
        if kind is not None and kind not in self._take:
            yield self._skipped.setdefault(kind, SkippedRecord(kind))
            return
        try:
            if type(item) is not dict:
                raise RejectError(Phrase("{found}, not an object", found=describe(item)))
            if kind is None:
                raise RejectError(unknown_kind(item))
            yield from self._take[kind](item, around._replace(digest=around.digest or digest(json_input.encode(item))))
        except RejectError as error:
            name = OBJECTS.get(kind or "", "record")
            ticket = around.ticket_id if kind == "comments" else None
            yield RejectedRecord(around.place, name, error.reason, json_input.printable(item), ticket=ticket)


class JsonHelpdesk(ABC):
    """A format of a helpdesk whose files are all JSON: what a class of it has to bring are its words."""

    name: ClassVar[str]
    looks_for: ClassVar[str]
    signs: ClassVar[Iterable[frozenset[bytes]]]
    vocabulary: ClassVar[Vocabulary]

    def __init__(self) -> None:
        self.tally = Tally()

    @abstractmethod
    def takes(self, options: ReadOptions) -> Mapping[str, Take]:
        """What makes records of the objects of each kind."""

    def sniff(self, head: bytes, name: str) -> bool:
        """Whether the file begins as JSON with the helpdesk's keys in it."""
        return has_signs(head, self.signs)

    def read(self, files: Sequence[SourceFile], options: ReadOptions) -> Iterator[Record]:
        """The records of `files`; those that others refer to come first."""
        reader = JsonReader(self.vocabulary, self.takes(options), self.tally)
        for file in in_order(declared(files, options.encoding), reader.kind_in):
            yield from reader.records(file)
