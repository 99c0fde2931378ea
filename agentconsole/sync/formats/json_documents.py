"""The JSON values of a file: each line, or the whole, or what is left of a damaged whole."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final, NamedTuple

from agentconsole.sync.files import SourceFile
from agentconsole.sync.formats import json_input
from agentconsole.sync.formats.base import RejectError
from agentconsole.sync.records import Place, RejectedRecord

_OPENERS: Final = b"[{,:"
"""With these a line ends that is the beginning of a document, not a whole one."""
_LONG: Final = f"longer than {json_input.LINE_LIMIT >> 20} MiB; only its beginning is kept"
_LOOKED_AT: Final = 20
"""Lines that are looked at to find out what a file is."""

Named = Callable[[Any], str]
"""What a value that cannot be taken was meant to be: `ticket`, `user` ..., or `record`."""


class Document(NamedTuple):
    """A decoded value, where it stands, and its line if it has one to itself."""

    value: Any
    place: Place
    line: bytes | None


def documents(file: SourceFile, named: Named) -> Iterator[Document | RejectedRecord]:
    """All of the file, streamed where it stands in lines."""
    shape = _shape(file)
    if shape == "page":
        yield from _page(file, named)
    elif shape == "lines":
        yield from _lines(file, named)
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
    found: list[bytes] = []
    with file.open() as stream:
        for _, line, whole in json_input.lines(stream):
            if not whole and not found and line[:1] in (b"{", b"["):
                return "page" if not stream.read(1) else "lines"
            found.append(line)
            if _is_object(line) or len(found) == _LOOKED_AT:
                break
    if not found:
        return ""
    if _is_object(found[-1]):
        return "page" if len(found) > 1 and found[0][-1:] in _OPENERS else "lines"
    return "page" if any(line[:1] in (b"{", b"[") for line in found[:2]) else "not JSON"


def _lines(file: SourceFile, named: Named) -> Iterator[Document | RejectedRecord]:
    with file.open() as stream:
        for number, line, whole in file.passing(json_input.lines(stream)):
            place = Place(file.name, number)
            try:
                if reason := _LONG if not whole else json_input.overflow(line):
                    line = line[: json_input.KEPT_OF_LONG]
                    raise RejectError(reason)
                yield Document(json_input.decode(line), place, line)
            except RejectError as error:
                name = named(_first_of_damaged(line))
                yield RejectedRecord(place, name, str(error), json_input.printable(line))


def _page(file: SourceFile, named: Named) -> Iterator[Document | RejectedRecord]:
    place = Place(file.name)
    with file.open() as stream:
        content = stream.read(json_input.PAGE_LIMIT + 1).removeprefix(json_input.BOM)
    if len(content) > json_input.PAGE_LIMIT:
        reason = f"one document of more than {json_input.PAGE_LIMIT >> 20} MiB; save it as one object a line"
        yield RejectedRecord(place, "record", reason, json_input.printable(content[: json_input.KEPT_OF_LONG]))
        return
    value = json_input.decode_page(content)
    if value is None:
        yield from _damaged(file, content, named)
    else:
        yield Document(value, place, None)


def _damaged(file: SourceFile, content: bytes, named: Named) -> Iterator[Document | RejectedRecord]:
    """Objects that can be read are taken, one by one; where nothing can be read as a document, lines are tried."""
    nothing, place = True, Place(file.name)
    try:
        for value in json_input.decode_damaged(content):
            yield Document(value, place, None)
            nothing = False
    except json_input.DamagedError as error:
        if nothing and any(map(_is_object, content.splitlines()[:_LOOKED_AT])):
            yield from _lines(file, named)
        else:
            yield RejectedRecord(place, named(None), str(error), error.rest)


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
