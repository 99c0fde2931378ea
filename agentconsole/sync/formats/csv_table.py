"""CSV and TSV tables of tickets, comments, users, organizations and groups, whoever wrote them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC
from itertools import islice
from pathlib import PurePath
from typing import Final

from agentconsole.domain.errors import ConsoleError, Phrase, UsageError
from agentconsole.locale import deferred
from agentconsole.sync import charsets
from agentconsole.sync.files import SourceFile, foreign_kind
from agentconsole.sync.formats import csv_columns, csv_rows
from agentconsole.sync.formats.base import KINDS, OBJECTS, ReadOptions, RejectError, Tally, names_zone
from agentconsole.sync.formats.csv_objects import TAKERS, Cells
from agentconsole.sync.formats.csv_rows import BadRow, Dialect, Row
from agentconsole.sync.records import Place, Record, RejectedRecord, SkippedRecord

ANY_ZONE: Final = UTC
"""Stands for the zone that a profile will name."""
_PEEKED: Final = 50
"""Rows that are looked at for dates without a zone before anything is read."""


@dataclass(frozen=True, slots=True)
class _Table:
    """One file that could be read as a table."""

    file: SourceFile
    dialect: Dialect
    header: Row
    kind: str | None
    columns: csv_columns.Columns | None


class CsvTable:
    """Reads tables whose header says what they are."""

    name = "csv"
    looks_for = deferred("a CSV or TSV table with a header such as id, subject, status, created_at")

    def __init__(self) -> None:
        self.tally = Tally()

    def sniff(self, head: bytes, name: str) -> bool:
        """Whether the file is text in columns: a header with known names, or rows that are all alike."""
        if foreign_kind(head) or not head.strip() or head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[", b"<"):
            return False
        text = _decoded(head)
        if text is None or sum(char < " " and char not in "\t\r\n\v\f" for char in text) * 10 > len(text):
            return False
        delimiter, spaced = csv_rows.find_delimiter(text, _no_score)
        rows = csv_rows.read_rows(io.StringIO(text, newline=""), Dialect("utf-8", delimiter, spaced))
        found = list(islice(rows, 10))
        if not found or not isinstance(found[0], Row) or len(found[0].cells) < 2:
            return False
        whole = sum(isinstance(row, Row) for row in found)
        return csv_columns.known_headers(found[0].cells, {}) > 0 or whole * 2 > len(found)

    def read(self, files: Sequence[SourceFile], options: ReadOptions) -> Iterator[Record]:
        """The records of `files`, groups first and tickets last.

        Raises:
            UsageError: a date names no zone, and none is declared.
            ConsoleError: no file is a table of anything that is stored, or one cannot be read as text.
        """
        tables = [table for file in files if (table := _open_table(file, options)) is not None]
        if not any(table.kind for table in tables):
            raise _nothing_known(files, tables)
        for table in tables:
            _demand_zone(table, options)
        for table in sorted(tables, key=lambda table: KINDS.index(table.kind) if table.kind else len(KINDS)):
            yield from _records(table, options, self.tally)


def _decoded(head: bytes) -> str | None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head[: len(head) & ~1].decode("utf-16", "replace")
    text = _whole_characters(head, "utf-8-sig")
    if text is None:
        text = _whole_characters(head, charsets.likely(head) or "cp932")
    return head.decode("latin-1") if text is None else text


def _whole_characters(head: bytes, encoding: str) -> str | None:
    try:
        return head.decode(encoding)
    except UnicodeDecodeError as error:
        if error.end == len(head) and len(head) - error.start < 4:
            return head[: error.start].decode(encoding)
    return None


def _no_score(header: list[str]) -> int:
    return csv_columns.known_headers(header, {})


def rows_of(file: SourceFile, options: ReadOptions) -> Iterator[Row | BadRow]:
    """All rows of a table, its header first, without regard to what they mean."""
    return _rows(file, _dialect(file, options))


def _open_table(file: SourceFile, options: ReadOptions) -> _Table | None:
    """The file with its header understood; None if it is empty.

    Raises:
        ConsoleError: it is not text, or not in an encoding that can be found out.
    """
    head = file.head()
    if not head.strip():
        return None
    if what := foreign_kind(head):
        raise ConsoleError(Phrase("{file} is {kind}, not a table in text", file=file.name, kind=what))
    dialect = _dialect(file, options)
    header = next(_rows(file, dialect), None)
    if header is None:
        return None
    if isinstance(header, BadRow):
        return _Table(file, dialect, Row(header.line, [header.raw.strip()], header.raw), None, None)
    if len(header.cells) > csv_columns.COLUMNS:
        words = Phrase("{file}: {count} columns are no table of tickets", file=file.name, count=len(header.cells))
        raise ConsoleError(words, Phrase("at most {count}", count=csv_columns.COLUMNS))
    stem = PurePath(file.name).stem
    kind = options.kind or csv_columns.table_kind(header.cells, stem, options.columns)
    columns = csv_columns.map_columns(kind, header.cells, options.columns) if kind else None
    return _Table(file, dialect, header, kind, columns)


def _dialect(file: SourceFile, options: ReadOptions) -> Dialect:
    encoding = options.encoding or csv_rows.find_encoding(file)
    with file.open() as stream, csv_rows.open_text(stream, encoding) as text:
        sample = text.read(1 << 16)

    def score(header: list[str]) -> int:
        return csv_columns.known_headers(header, options.columns)

    delimiter, spaced = csv_rows.find_delimiter(sample, score)
    return Dialect(encoding, options.delimiter or delimiter, spaced)


def _rows(file: SourceFile, dialect: Dialect) -> Iterator[Row | BadRow]:
    with file.open() as stream, csv_rows.open_text(stream, dialect.encoding) as text:
        yield from csv_rows.read_rows(text, dialect)


def _nothing_known(files: Sequence[SourceFile], tables: Sequence[_Table]) -> ConsoleError:
    if not tables:
        return ConsoleError(Phrase("{file}: no table in it", file=", ".join(file.name for file in files[:3]) or "-"))
    table = tables[0]
    header = ", ".join(table.header.cells[:8])[:200]
    return ConsoleError(
        Phrase(
            "{file}: no table of {kinds} has the header {header}",
            file=table.file.name,
            kinds=", ".join(KINDS),
            header=repr(header),
        ),
        Phrase(
            "map its columns in a profile: {example}, and so on for subject, status, created_at",
            example='kind = "tickets", [columns] "its header" = "id"',
        ),
    )


def _demand_zone(table: _Table, options: ReadOptions) -> None:
    """Refuses a table whose dates name no zone, before anything of it is read.

    Raises:
        UsageError: no zone is declared.
    """
    if options.zone is not None or table.columns is None or table.kind not in ("tickets", "comments"):
        return
    dates = [table.columns.placed[field] for field in ("created_at", "updated_at") if field in table.columns.placed]
    for row in islice(_rows(table.file, table.dialect), 1, _PEEKED):
        if isinstance(row, BadRow):
            continue
        for number in dates:
            text = row.cells[number].strip()
            if text and not names_zone(text, options):
                raise UsageError(
                    Phrase(
                        "{place}: {text} names no time zone", place=f"{table.file.name}:{row.line}", text=repr(text)
                    ),
                    Phrase(
                        "say which one it is in a profile: --profile FILE with the line {example}",
                        example='zone = "Asia/Tokyo"',
                    ),
                )


def _records(table: _Table, options: ReadOptions, tally: Tally) -> Iterator[Record]:
    rows = _rows(table.file, table.dialect)
    next(rows, None)
    if table.kind is None and not CsvTable().sniff(table.file.head(), table.file.name):
        yield RejectedRecord(Place(table.file.name), "record", Phrase("not a table"), "")
        return
    if table.kind is None or table.columns is None:
        skipped = SkippedRecord(csv_columns.table_name(PurePath(table.file.name).stem))
        yield from (skipped for _ in rows)
        return
    take = TAKERS[table.kind]
    for row in rows:
        place = Place(table.file.name, row.line)
        if isinstance(row, BadRow):
            yield RejectedRecord(place, OBJECTS[table.kind], row.reason, row.raw, head=table.header.raw)
            continue
        try:
            yield take(Cells(row.cells, table.columns, OBJECTS[table.kind], options, tally), place)
        except RejectError as error:
            yield RejectedRecord(place, OBJECTS[table.kind], error.reason, _kept(row, table), head=table.header.raw)


def _kept(row: Row, table: _Table) -> str:
    """The row in its own words, without cells that are never kept."""
    dropped = set(table.columns.dropped.values()) if table.columns else set()
    if not dropped:
        return row.raw
    text = io.StringIO()
    cells = ("" if number in dropped else cell for number, cell in enumerate(row.cells))
    csv.writer(text, delimiter=table.dialect.delimiter, lineterminator="\n").writerow(cells)
    return text.getvalue()
