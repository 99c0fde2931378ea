"""Rows of a CSV or TSV file: encoding and delimiter found out, and a broken row never costs the ones behind it."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import BinaryIO, Final

from agentconsole.domain.errors import ConsoleError, Phrase
from agentconsole.sync import charsets
from agentconsole.sync.files import SourceFile

DELIMITERS: Final = (",", "\t", ";", "|")
CELL_LIMIT: Final = 4 << 20
"""Characters of one cell."""
ROW_LINES: Final = 10_000
"""Lines of one row; more is an unclosed quote."""
_LINE_LIMIT: Final = 8 << 20
_SAMPLE_ROWS: Final = 20
_DECLARED: Final = re.compile(r'\ufeff?"?sep=([^"\r\n])"?[ \t]*\r?\n', re.IGNORECASE)
"""The line before the header by which a table tells Excel its delimiter."""
_ESCAPED: Final = re.compile("[\udc80-\udcff]")
_BEYOND_ASCII: Final = re.compile("[^\\x00-\\x7f]")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a file is written."""

    encoding: str
    delimiter: str
    spaced: bool = False
    """Whether blanks stand between delimiter and quote."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row that could be read; `line` is its first."""

    line: int
    cells: list[str]
    raw: str


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be read, and why."""

    line: int
    reason: str
    raw: str


def find_encoding(file: SourceFile) -> str:
    """UTF-8, with or without a mark, UTF-16 with one, else what makes everyday words of it (CP932, EUC, GB18030, Big5);
    the whole file is looked at.

    UTF-8 with few damaged places stays UTF-8: what is damaged comes out as lone surrogates.

    Raises:
        ConsoleError: it is none of them; says at which line and byte each breaks.
    """
    with file.open() as stream:
        mark = stream.read(4)
    if mark.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    name = "utf-8-sig" if mark.startswith(codecs.BOM_UTF8) else "utf-8"
    offset = _first_foreign_byte(file, "utf-8")
    if offset is None or _is_damaged_utf8(file):
        return name
    for encoding in (charsets.likely(_from(file, offset)), "cp932"):
        if encoding and _first_foreign_byte(file, encoding) is None:
            return encoding
    raise _unknown_encoding(file)


def _unknown_encoding(file: SourceFile) -> ConsoleError:
    breaks = {name: _first_foreign_byte(file, name) for name in ("utf-8", *charsets.FOUND_OUT)}
    places = ", ".join(f"{name} {_place(file, at)}" for name, at in breaks.items() if at is not None)
    words = Phrase(
        "{file} is in no encoding that can be found out; line:byte where each breaks: {places}",
        file=file.name,
        places=places,
    )
    if others := ", ".join(name for name, at in breaks.items() if at is None):
        words = Phrase("{words}; no everyday words in {others}", words=words, others=others)
    return ConsoleError(
        words, Phrase("name its encoding in a profile, such as {example}", example='encoding = "latin-1"')
    )


def _place(file: SourceFile, offset: int) -> str:
    """A byte as `line:byte (value)`, both from 1."""
    line, begin = 1, 0
    with file.open() as stream:
        passed = 0
        while chunk := stream.read(min(1 << 20, offset - passed)):
            line += chunk.count(b"\n")
            if b"\n" in chunk:
                begin = passed + chunk.rindex(b"\n") + 1
            passed += len(chunk)
        value = stream.read(1)
    return f"{line}:{offset - begin + 1} (0x{value.hex()})"


def _from(file: SourceFile, offset: int) -> bytes:
    """A sample from the line on in which something is not UTF-8."""
    with file.open() as stream:
        passed = b""
        while offset and (passed := stream.read(min(offset, 1 << 20))):
            offset -= len(passed)
        return passed[passed.rfind(b"\n") + 1 :] + stream.read(1 << 15)


def _chunks(file: SourceFile) -> Iterator[bytes]:
    with file.open() as stream:
        while chunk := stream.read(1 << 20):
            yield chunk


def _first_foreign_byte(file: SourceFile, encoding: str) -> int | None:
    """The offset of the first byte that is not of this encoding, or None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    done = 0
    for chunk in chain(_chunks(file), (b"",)):
        waiting = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk, not chunk)
        except UnicodeDecodeError as error:
            return done - waiting + error.start
        done += len(chunk)
    return None


def _is_damaged_utf8(file: SourceFile) -> bool:
    """Whether there is far more beyond ASCII that is UTF-8 than is not."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    foreign = beyond = 0
    for chunk in chain(_chunks(file), (b"",)):
        text = decoder.decode(chunk, not chunk)
        foreign += len(_ESCAPED.findall(text))
        beyond += len(_BEYOND_ASCII.findall(text))
    return foreign * 10 <= beyond - foreign


def open_text(stream: BinaryIO, encoding: str) -> io.TextIOWrapper:
    """The stream as text, its line ends as they are; bytes that are not of the encoding come out as lone surrogates."""
    errors = "replace" if encoding.lower().startswith(("utf-16", "utf-32", "utf16", "utf32")) else "surrogateescape"
    return io.TextIOWrapper(stream, encoding, errors=errors, newline="")


def find_delimiter(sample: str, score: Callable[[list[str]], int]) -> tuple[str, bool]:
    """The delimiter that the file declares, or that under which most header names are known (`score`) and most rows are
    as long as the header; and whether blanks stand behind it."""
    declared = _DECLARED.match(sample)
    if declared:
        return declared[1], f'{declared[1]} "' in sample[declared.end() :].partition("\n")[0]
    spaced = ', "' in sample.partition("\n")[0]
    ratings = []
    for delimiter in DELIMITERS:
        rows = [row.cells for row in islice(_sample_rows(sample, delimiter, spaced), _SAMPLE_ROWS)]
        if rows:
            alike = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
            ratings.append((score(rows[0]), alike if len(rows[0]) > 1 else 0.0, len(rows[0]), delimiter))
    best = max(ratings, key=lambda rating: rating[:3], default=(0, 0.0, 1, ","))
    return best[3], spaced


def _sample_rows(sample: str, delimiter: str, spaced: bool) -> Iterator[Row]:
    dialect = Dialect("utf-8", delimiter, spaced)
    return (row for row in read_rows(io.StringIO(sample, newline=""), dialect, None) if isinstance(row, Row))


def read_rows(text: Iterable[str], dialect: Dialect, width: int | None = 0) -> Iterator[Row | BadRow]:
    """The rows that are not blank.

    Args:
        text: lines with their ends.
        dialect: how they are written.
        width: the number of cells that each row must have; 0: that of the first row; None: any.
    """
    lines = _Lines(text)
    declared = lines.declared()
    while lines.waits():
        lines.forget()
        start = lines.number + 1
        row = _next_row(lines, dialect)
        if isinstance(row, BadRow):
            lines.back_to(start + 1)
        elif any(row.cells) or row.raw.strip(dialect.delimiter + " \r\n\t"):
            width = len(row.cells) if width == 0 else width
            row = _fitted(row, width)
            if isinstance(row, BadRow) and lines.hides_row(width, dialect):
                row = BadRow(row.line, row.reason, lines.first())
                lines.back_to(start + 1)
        else:
            continue
        yield replace(row, raw=declared + row.raw) if declared else row
        declared = ""


class _Lines:
    """Lines that can be taken back: those of the row in hand."""

    def __init__(self, text: Iterable[str]) -> None:
        self.number = 0
        self._text = _bounded(text)
        self._taken: list[str] = []
        self._again: deque[str] = deque()

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self._taken) >= ROW_LINES:
            raise StopIteration
        line = self._again.popleft() if self._again else next(self._text)
        self.number += 1
        self._taken.append(line)
        return line

    def waits(self) -> bool:
        """Whether there is another line."""
        if not self._again:
            self._again.extend(islice(self._text, 1))
        return bool(self._again)

    def declared(self) -> str:
        """The first line, taken, if it only says the delimiter."""
        if self.waits() and _DECLARED.fullmatch(self._again[0]):
            return next(self)
        return ""

    def taken(self) -> str:
        """The lines of the row in hand."""
        return "".join(self._taken)

    def first(self) -> str:
        return self._taken[0]

    def hides_row(self, width: int | None, dialect: Dialect) -> bool:
        """Whether one of the lines behind the first could be a row by itself: then a quote was not closed."""
        return any(len(_cells(line, dialect)) == width for line in self._taken[1:])

    def back_to(self, number: int) -> None:
        """Gives back the lines from `number` on."""
        count = self.number - number + 1
        if count > 0:
            self._again.extendleft(reversed(self._taken[-count:]))
            self.number -= count

    def forget(self) -> None:
        self._taken.clear()


def _bounded(text: Iterable[str]) -> Iterator[str]:
    """Lines; one that is too long comes in pieces, each of which is refused as a row."""
    if isinstance(text, io.TextIOBase):
        while line := text.readline(_LINE_LIMIT):
            yield line
    else:
        yield from text


def _next_row(lines: _Lines, dialect: Dialect) -> Row | BadRow:
    line = lines.number + 1
    csv.field_size_limit(max(csv.field_size_limit(), CELL_LIMIT))
    reader = csv.reader(lines, delimiter=dialect.delimiter, skipinitialspace=dialect.spaced, strict=True)
    try:
        cells = next(reader)
    except csv.Error as error:
        return BadRow(line, _reason(str(error)), _printable(lines.first()))
    except StopIteration:
        return BadRow(line, Phrase("a quote is not closed"), _printable(lines.first()))
    return Row(line, cells, lines.taken())


def _cells(line: str, dialect: Dialect) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=dialect.delimiter, skipinitialspace=dialect.spaced, strict=True), [])
    except csv.Error:
        return []


def _reason(error: str) -> str:
    if "unexpected end of data" in error:
        return Phrase("a quote is not closed")
    if "field larger than" in error:
        return Phrase(
            "a cell of more than {count} million characters, or a quote is not closed", count=CELL_LIMIT >> 20
        )
    return Phrase("quotes gone wrong: {error}", error=error)


def _printable(raw: str) -> str:
    return raw.encode("utf-8", "backslashreplace").decode()


def _fitted(row: Row, width: int | None) -> Row | BadRow:
    """The row, if it has as many cells as it must; empty ones too many at its end are cut off."""
    if "\0" in row.raw:
        return BadRow(row.line, Phrase("it holds NUL characters"), row.raw)
    if not row.raw.isascii() and _ESCAPED.search(row.raw):
        return BadRow(row.line, Phrase("it holds bytes that are not of the file's encoding"), _printable(row.raw))
    if width is None or len(row.cells) == width:
        return row
    if len(row.cells) > width and not any(row.cells[width:]):
        return Row(row.line, row.cells[:width], row.raw)
    return BadRow(
        row.line, Phrase("{count} cells, and the header has {width}", count=len(row.cells), width=width), row.raw
    )
