"""The JSON values of a file: each line, or the whole, in pieces if it is large or damaged."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from itertools import chain
from typing import Any, BinaryIO, Final, NamedTuple

from agentconsole.domain.errors import Phrase
from agentconsole.sync.files import SourceFile
from agentconsole.sync.formats import json_input
from agentconsole.sync.formats.base import RejectError
from agentconsole.sync.formats.json_pieces import PIECE, WHOLE, Pages, Refused, pieces
from agentconsole.sync.records import Place, RejectedRecord
from agentconsole.sync.transcoding import decoded

_OPENERS: Final = b"[{,:"
"""With these a line ends that is the beginning of a document, not a whole one."""
_LONG: Final = Phrase("longer than {size} MiB; only its beginning is kept", size=json_input.LINE_LIMIT >> 20)
_LOOKED_AT: Final = 20
"""Lines that are looked at to find out what a file is."""


def declared(files: Iterable[SourceFile], encoding: str | None) -> list[SourceFile]:
    """The files in UTF-8, if a profile names another encoding; UTF-16 and UTF-32 are known without it."""
    name = codecs.lookup(encoding or "utf-8").name
    if name.startswith("utf"):
        return list(files)
    return [replace(file, opener=partial(decoded, file.opener, name)) for file in files]


class Document(NamedTuple):
    """A decoded value, where it stands, and its line if it has one to itself."""

    value: Any
    place: Place
    line: bytes | None


def documents(file: SourceFile, pages: Pages) -> Iterator[Document | RejectedRecord]:
    """All of the file, streamed where it stands in lines."""
    shape = _shape(file)
    if shape == "page":
        yield from _page(file, pages)
    elif shape == "lines":
        yield from _lines(file, pages)
    elif shape:
        yield RejectedRecord(Place(file.name), "record", shape, "")


def first_value(head: bytes) -> Any:
    """The first object or list in the beginning of a file, or of a longer one that is cut off there, or None."""
    body = head.removeprefix(json_input.BOM).lstrip()
    for line in body.split(b"\n", 2)[:2]:
        value = _decoded(line.strip())
        if type(value) in (dict, list):
            return value
    return _first_of_damaged(body) if body[:1] in (b"{", b"[") else None


def _shape(file: SourceFile) -> str:
    """`lines`, `page`, nothing for an empty file, or the reason why it is neither."""
    with file.open() as stream:
        line = stream.readline(WHOLE + 1).removeprefix(json_input.BOM)
    if len(line) > WHOLE - len(json_input.BOM) and line[:1] in (b"{", b"[") and not line.endswith(b"\n"):
        return "page"
    found: list[bytes] = []
    with file.open() as stream:
        for _, line, _ in json_input.lines(stream):
            found.append(line)
            if _is_object(line) or len(found) == _LOOKED_AT:
                break
    if not found:
        return ""
    if _is_object(found[-1]):
        return "page" if len(found) > 1 and found[0][-1:] in _OPENERS else "lines"
    return "page" if any(line[:1] in (b"{", b"[") for line in found[:2]) else "not JSON"


def _lines(file: SourceFile, pages: Pages) -> Iterator[Document | RejectedRecord]:
    with file.open() as stream:
        for number, line, whole in file.passing(json_input.lines(stream)):
            place = Place(file.name, number)
            try:
                if not whole:
                    raise RejectError(_LONG)
                if json_input.overflow(line) is None:
                    yield from _line(line, place)
                else:
                    yield from _pieces(io.BytesIO(line), place, pages, min(PIECE, len(line) - 1))
            except RejectError as error:
                yield _rejected(Refused(error.reason, line[: None if whole else json_input.KEPT_OF_LONG]), place, pages)


def _line(line: bytes, place: Place) -> Iterator[Document]:
    """Its value; or several, where a file was put behind another one without a line end between them.

    Raises:
        RejectError: it is damaged.
    """
    try:
        yield Document(json_input.decode(line), place, line)
    except RejectError:
        objects = _objects(line)
        if len(objects) < 2:
            raise
        yield from (Document(each, place, None) for each in objects)


def _objects(line: bytes) -> list[Any]:
    """The objects of which a line consists; none if anything else is in it."""
    try:
        found = list(json_input.decode_damaged(line))
    except RejectError:
        return []
    return found if all(type(each) is dict for each in found) else []


def _page(file: SourceFile, pages: Pages) -> Iterator[Document | RejectedRecord]:
    place = Place(file.name)
    with file.open() as stream:
        content = stream.read(WHOLE + 1)
    if len(content) > WHOLE:
        content = content[: json_input.KEPT_OF_LONG]
        found = _pieces(file.open(), place, pages, PIECE)
    elif (value := json_input.decode_page(content.removeprefix(json_input.BOM))) is not None:
        found = iter((Document(value, place, None),))
    else:
        found = _pieces(io.BytesIO(content), place, pages, PIECE if json_input.overflow(content) else 0)
    first = next(found, None)
    if isinstance(first, Document) or not any(map(_is_object, content.splitlines()[:_LOOKED_AT])):
        yield from chain((first,) if first else (), found)
    else:
        yield from _lines(file, pages)


def _pieces(stream: BinaryIO, place: Place, pages: Pages, piece: int) -> Iterator[Document | RejectedRecord]:
    for each in pieces(stream, place.file, pages, piece):
        yield _rejected(each, place, pages) if isinstance(each, Refused) else Document(each, place, None)


def _rejected(refused: Refused, place: Place, pages: Pages) -> RejectedRecord:
    name = pages.named(_first_of_damaged(refused.raw))
    return RejectedRecord(place, name, refused.reason, json_input.printable(refused.raw))


def _first_of_damaged(content: bytes) -> Any:
    try:
        return next(json_input.decode_damaged(content), None)
    except RejectError:
        return None


def _decoded(line: bytes) -> Any:
    try:
        return json_input.decode(line)
    except RejectError:
        return None


def _is_object(line: bytes) -> bool:
    return line[:1] == b"{" and (json_input.overflow(line) is not None or type(_decoded(line)) is dict)


_NUMBER_AT_END: Final = re.compile(r"(?:^|[^0-9])([0-9]{1,20})$")
_TICKET_NUMBER: Final = re.compile(r"ticket[-_ .#]?([0-9]{1,20})(?![0-9])", re.IGNORECASE)
_NO_ID: Final = re.compile(
    r"(page|part|batch|chunk|file|vol|seq|p)[-_ .]?[0-9]+$|[0-9]{4}[-_.]?[0-9]{2}[-_.]?[0-9]{2}$", re.I
)


def ticket_in_name(stem: str, folder: str) -> str | None:
    """The ticket's id that a file's name ends in, or its folder's; a page's number or a date is none."""
    named = _TICKET_NUMBER.search(stem)
    if named:
        return named[1]
    ending = _NUMBER_AT_END.search(stem)
    if ending:
        return None if _NO_ID.search(stem) else ending[1]
    inside = re.fullmatch(r"(?:tickets?[-_ .#]?)?([0-9]{1,20})", folder, re.IGNORECASE)
    return inside[1] if inside else None
