"""A draft of a profile for a file that no format knows: what is guessed, and what somebody has to say."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import PurePath
from typing import Final, TypeAlias

from agentconsole.domain.errors import ConsoleError, Phrase, lines_of
from agentconsole.sync import charsets
from agentconsole.sync.files import SourceFile
from agentconsole.sync.formats import csv_columns, csv_table, json_table
from agentconsole.sync.formats.base import ReadOptions, RejectError, names_zone
from agentconsole.sync.formats.csv_objects import moment
from agentconsole.sync.formats.csv_rows import Row
from agentconsole.sync.formats.json_documents import declared
from agentconsole.sync.formats.json_input import BOM

_LOOKED_AT: Final = 50
_SHOWN: Final = 40
"""Characters of an example."""
_NEEDED: Final = {"tickets": ("id", "subject", "status", "created_at"), "comments": ("ticket_id", "body", "created_at")}
_GUESSED: Final = '{key} = "{field}"  # {example}'
_ANY_ENCODING: Final = "latin-1"
"""Of which every byte is a letter."""
_REMARK: Final = re.compile(r"\s*[(\[（［][^)\]）］]*[)\]）］]\s*$")
"""What stands behind a name in brackets: a unit, or a zone."""
_MAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def learn(file: SourceFile) -> Phrase:
    """The profile as TOML, with a comment on each guess in the language of whoever reads it.

    Raises:
        ConsoleError: it is neither a table nor JSON objects.
    """
    is_json = file.head().removeprefix(BOM).lstrip()[:1] in (b"{", b"[")
    rows, encoding = _json(file) if is_json else _table(file)
    if not rows:
        words = Phrase("{file}: no rows in it to learn from", file=file.name)
        raise ConsoleError(words, Phrase("a table with a header, or JSON objects"))
    headers = list(dict.fromkeys(header for row in rows for header in row))
    samples = {header: [row[header] for row in rows if row.get(header, "").strip()] for header in headers}
    kind = csv_columns.table_kind(headers, PurePath(file.name).stem, {}) or "tickets"
    guesses = _guesses(kind, headers, samples)
    said = [*_head(file, kind, rows, is_json), *encoding, *_dates(guesses, samples)]
    return lines_of([*said, *_columns(kind, guesses, samples)])


_Sample: TypeAlias = tuple[list[dict[str, str]], Sequence[str]]
"""Rows, and what has to be said of the encoding."""


def _json(file: SourceFile) -> _Sample:
    if (rows := json_table.sample(file, _LOOKED_AT)) or not (found := charsets.likely(file.head())):
        return rows, ()
    (read,) = declared([file], found)
    return json_table.sample(read, _LOOKED_AT), (f'encoding = "{found}"',)


def _table(file: SourceFile) -> _Sample:
    try:
        return _rows(file, ReadOptions()), ()
    except ConsoleError:
        rows = _rows(file, ReadOptions(encoding=_ANY_ENCODING))
        return rows, (
            Phrase("# Not guessed: its encoding; letters beyond ASCII may be others."),
            f'encoding = "{_ANY_ENCODING}"',
        )


def _rows(file: SourceFile, options: ReadOptions) -> list[dict[str, str]]:
    rows = (row.cells for row in csv_table.rows_of(file, options) if isinstance(row, Row))
    header = csv_columns.told_apart(next(rows, []))
    return [dict(zip(header, cells, strict=False)) for cells in islice(rows, _LOOKED_AT)]


def _guesses(kind: str, headers: Sequence[str], samples: Mapping[str, list[str]]) -> dict[str, str | None]:
    """Header -> our field, by its name or else by what stands under it; None: nobody can tell."""
    placed = {headers[at]: field for field, at in csv_columns.map_columns(kind, headers, {}).placed.items()}
    bare = [_REMARK.sub("", header) for header in headers]
    for name, at in csv_columns.map_columns(kind, bare, {}).placed.items():
        if name not in placed.values():
            placed.setdefault(headers[at], name)
    open_fields = [field for field in ("created_at", "updated_at", "requester_email") if field not in placed.values()]
    for header in headers:
        field = next((each for each in open_fields if header not in placed and _looks(each, samples[header])), None)
        if field is not None and field in csv_columns.FIELDS[kind]:
            placed[header] = field
            open_fields.remove(field)
    return {header: placed.get(header) for header in headers}


def _looks(field: str, values: Sequence[str]) -> bool:
    if not values:
        return False
    if field == "requester_email":
        return all(_MAIL.fullmatch(value.strip()) for value in values)
    return all(len(value) >= 8 and _is_date(value) for value in values)


def _is_date(value: str) -> bool:
    return _reads(value.strip(), ReadOptions(csv_table.ANY_ZONE, day_first=True))


def _head(file: SourceFile, kind: str, rows: Sequence[object], is_json: bool) -> list[str]:
    use = f"agentconsole sync {json.dumps(file.name, ensure_ascii=False)} --profile FILE"
    name = _comment(PurePath(file.name).name)
    return [
        Phrase("# Drafted from {file}, {count} rows looked at. Check every line, then:", file=name, count=len(rows)),
        f"#   {use}{' --format json' if is_json else ''}",
        Phrase('kind = "{kind}"  # one of {names}', kind=kind, names=", ".join(csv_columns.FIELDS)),
    ]


_ZONES: Final = {"UTC": "UTC", "GMT": "UTC", "JST": "Asia/Tokyo"}


def _dates(guesses: Mapping[str, str | None], samples: Mapping[str, list[str]]) -> list[str]:
    """What has to be said of dates, as far as the sample shows it."""
    dated = [header for header, field in guesses.items() if field in ("created_at", "updated_at")]
    dates = [value for header in dated for value in samples[header]]
    declared = ReadOptions(csv_table.ANY_ZONE)
    bare = next((value for value in dates if not names_zone(value, ReadOptions(day_first=True))), None)
    two_ways = next((value for value in dates if not _reads(value, declared) and _is_date(value)), None)
    lines: list[str] = []
    zones = {zone for header in dated for name, zone in _ZONES.items() if re.search(rf"\b{name}\b", header)}
    if bare is not None and len(zones) == 1:
        lines.append(Phrase('zone = "{zone}"  # as the column says', zone=zones.pop()))
    elif bare is not None:
        lines += [Phrase("# Not guessed: {date} names no zone.", date=_comment(bare)), '# zone = "Asia/Tokyo"']
    if two_ways is not None:
        lines += [
            Phrase("# Not guessed: {date} can be read two ways.", date=_comment(two_ways)),
            "# day_first = true",
        ]
    return lines


def _reads(value: str, options: ReadOptions) -> bool:
    try:
        moment(value, "date", options)
    except RejectError:
        return False
    return True


def _columns(kind: str, guesses: Mapping[str, str | None], samples: Mapping[str, list[str]]) -> list[str]:
    lines: list[str] = ["", "[columns]"]
    for header, field in guesses.items():
        example = _comment(samples[header][0]) if samples[header] else Phrase("always empty")
        lines.append(_column(json.dumps(header, ensure_ascii=False), field, example))
    missing = [field for field in _NEEDED.get(kind, ("id",)) if field not in guesses.values()]
    lines += [Phrase("# Not found: {field}. Name the column that holds it.", field=field) for field in missing]
    known = ", ".join(sorted(csv_columns.FIELDS[kind]))
    fields = Phrase("# Fields of {kind}: {names}.", kind=kind, names=known)
    return [*lines, fields, Phrase("# A column without a field is kept as a custom field."), ""]


def _column(key: str, field: str | None, example: str) -> Phrase:
    if field:
        return Phrase(_GUESSED, key=key, field=field, example=example)
    if example.startswith(("[{", "{")):
        return Phrase('# {key} = ""  # kept as JSON: {example}', key=key, example=example)
    return Phrase('# {key} = ""  # not guessed: {example}', key=key, example=example)


def _comment(text: str) -> str:
    """Foreign text in a comment: one line, nothing that a terminal would act upon."""
    line = " ".join("".join(char if char.isprintable() else " " for char in text).split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN]}…"
