"""JSON and NDJSON of any helpdesk as a table: each object a row, each path to a value a header."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from pathlib import PurePath
from typing import Any, Final

from agentconsole.domain.errors import ConsoleError, Phrase
from agentconsole.locale import deferred
from agentconsole.sync.files import SourceFile
from agentconsole.sync.formats import csv_columns
from agentconsole.sync.formats.base import KINDS, OBJECTS, ReadOptions, RejectError, Tally, words
from agentconsole.sync.formats.csv_objects import TAKERS, Cells
from agentconsole.sync.formats.json_documents import Document, declared, documents, first_value
from agentconsole.sync.formats.json_input import lenient_text, printable
from agentconsole.sync.formats.json_pieces import lists
from agentconsole.sync.formats.personal import cleared
from agentconsole.sync.records import Record, RejectedRecord

_LEVELS: Final = 4
"""Objects inside each other whose values get headers of their own; what is deeper stays JSON."""


_AROUND: Final = words("data result results response payload body content records hits embedded _embedded")
"""Keys under which a page may stand in another object."""


class JsonTable:
    """Reads objects, alone in lines, in a list, or in a page's list, by their names for fields or a profile's."""

    name = "json"
    looks_for = deferred("JSON objects with fields such as id, subject, status, created_at")

    def __init__(self) -> None:
        self.tally = Tally()

    def sniff(self, head: bytes, name: str) -> bool:
        """Whether the first object says what it is."""
        item = next(_objects(first_value(head)), None)
        return item is not None and csv_columns.table_kind(list(flat(item)), PurePath(name).stem, {}) is not None

    def read(self, files: Sequence[SourceFile], options: ReadOptions) -> Iterator[Record]:
        """The records of `files`, groups first and tickets last.

        Raises:
            ConsoleError: no file holds anything that is stored.
        """
        files = declared(files, options.encoding)
        kinds = {file.name: kind_in(file, options) for file in files}
        if not any(kinds.values()):
            raise ConsoleError(
                Phrase("{file}: its objects have no known fields", file=files[0].name),
                Phrase(
                    "agentconsole sync --learn FILE drafts a profile that maps them: {example}",
                    example='[columns] "its name" = "id"',
                ),
            )
        for file in sorted(files, key=lambda file: KINDS.index(kinds[file.name] or KINDS[-1])):
            yield from self._records(file, kinds[file.name], options)

    def _records(self, file: SourceFile, kind: str | None, options: ReadOptions) -> Iterator[Record]:
        name = OBJECTS.get(kind or "", "record")
        shapes: dict[tuple[str, ...], csv_columns.Columns] = {}
        for found in documents(file, lists(name, _AROUND)):
            if isinstance(found, RejectedRecord):
                yield found
                continue
            for item in _objects(found.value, options.columns):
                try:
                    if kind is None:
                        raise RejectError(Phrase("an object of no known kind; say kind = ... in a profile"))
                    row = flat(item)
                    headers = tuple(row)
                    columns = shapes.get(headers) or csv_columns.map_columns(kind, headers, options.columns)
                    shapes[headers] = columns
                    yield TAKERS[kind](Cells(list(row.values()), columns, name, options, self.tally), found.place)
                except RejectError as error:
                    yield RejectedRecord(found.place, name, error.reason, printable(item))


def kind_in(file: SourceFile, options: ReadOptions) -> str | None:
    """What a file's objects are, from the profile or the first of them."""
    item = next(_objects(first_value(file.head()), options.columns), None)
    if options.kind or item is None:
        return options.kind
    return csv_columns.table_kind(list(flat(item)), PurePath(file.name).stem, options.columns)


def sample(file: SourceFile, count: int) -> list[dict[str, str]]:
    """The first objects of a file as rows."""
    rows: list[dict[str, str]] = []
    for found in documents(file, lists("record", _AROUND)):
        rows += (flat(item) for item in _objects(found.value)) if isinstance(found, Document) else ()
        if len(rows) >= count:
            break
    return rows[:count]


def _objects(value: Any, declared: Container[str] = ()) -> Iterator[Mapping[str, Any]]:
    """The objects of a value: itself, those of a list, or those of the one list of objects in a page.

    Args:
        declared: headers that a profile names.
    """
    if type(value) is list:
        yield from (item for item in value if type(item) is dict)
    elif type(value) is dict:
        found = list(_lists(value))
        yield from _objects(found[0]) if len(found) == 1 and not _is_row(value, declared) else (value,)


def _is_row(value: Mapping[str, Any], declared: Container[str]) -> bool:
    """Whether an object with a list of objects in it is one itself, and the list perhaps what was said of it."""
    if "id" in value or any(key in declared for key in value):
        return True
    return {"subject", "status"} <= csv_columns.map_columns("tickets", list(value), {}).placed.keys()


def _lists(page: Mapping[str, Any], level: int = 0) -> Iterator[list[Any]]:
    """The lists of objects in a page, and in what stands around a page in it."""
    for key, value in page.items():
        if type(value) is list and value and type(value[0]) is dict:
            yield value
        elif type(value) is dict and key in _AROUND and level < _LEVELS:
            yield from _lists(value, level + 1)


def flat(item: Mapping[str, Any], before: str = "", level: int = 0) -> dict[str, str]:
    """Path -> text of each value: `{"customer": {"name": "x"}}` has the path `customer.name`."""
    found: dict[str, str] = {}
    for key, value in item.items():
        path = f"{before}{key}"
        if type(value) is dict and level < _LEVELS:
            found |= flat(value, f"{path}.", level + 1)
        else:
            found[path] = _text(cleared(value, inside=key))
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    if type(value) is list and all(type(each) in (str, int) for each in value):
        return ",".join(map(str, value))
    return value if type(value) is str else lenient_text(value)
