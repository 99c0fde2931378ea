"""One row of a table becomes one record."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from agentconsole.domain.errors import Phrase
from agentconsole.domain.instants import from_seconds
from agentconsole.sync.formats.base import ReadOptions, RejectError, Tally, digest, instant, required_id
from agentconsole.sync.formats.csv_columns import Columns
from agentconsole.sync.records import (
    CommentRecord,
    GroupRecord,
    OrganizationRecord,
    PersonRecord,
    Place,
    Record,
    TicketRecord,
)

_NOTHING: Final = frozenset(("", "\\N", "NULL", "null"))
_YES: Final = frozenset(("true", "t", "yes", "y", "1", "はい", "公開", "是"))
_NO: Final = frozenset(("false", "f", "no", "n", "0", "いいえ", "非公開", "否"))
_AS_NUMBER: Final = re.compile(r'(\d{1,15})\.0|="(.*)"')
"""An id as programs write it that take it for a number, and as a formula that keeps spreadsheets from doing so."""
_ROUNDED: Final = re.compile(r"\d(\.\d+)?E\+\d+", re.IGNORECASE)
_SINCE_1970: Final = re.compile(r"(1\d{9})(?:\d{3})?(?:\.\d+)?")
"""From 2001 to 2033: no date without signs between its numbers begins like that."""
_LISTED: Final = re.compile(r"[,;、\s]+")


def moment(text: str | None, field: str, options: ReadOptions) -> datetime:
    """A date and time in UTC, also from seconds or milliseconds since 1970, as numbers of ten or thirteen digits.

    Raises:
        RejectError: there is none, or it cannot be read.
    """
    counted = _SINCE_1970.fullmatch(text or "")
    return from_seconds(int(counted[1])) if counted else instant(text, field, options)


class Cells:
    """The cells of one row, by our names of the columns."""

    def __init__(self, cells: list[str], columns: Columns, name: str, options: ReadOptions, tally: Tally) -> None:
        self._cells = cells
        self._columns = columns
        self._object = name
        self._options = options
        self._tally = tally

    @property
    def digest(self) -> bytes:
        """Of all cells."""
        return digest("\x1f".join(self._cells).encode("utf-8", "surrogatepass"))

    def long(self, field: str) -> str | None:
        """A text just as it stands."""
        number = self._columns.placed.get(field)
        if number is None or self._cells[number] in _NOTHING:
            return None
        return self._cells[number]

    def short(self, field: str) -> str | None:
        """A text without the blanks around it."""
        text = self.long(field)
        return text.strip() or None if text else None

    def id(self, field: str) -> str | None:
        """An id.

        Raises:
            RejectError: it holds control characters, or a spreadsheet has rounded it.
        """
        text = self.short(field)
        if text is None:
            return None
        if _ROUNDED.fullmatch(text):
            raise RejectError(Phrase("{field} {text} was rounded by a spreadsheet", field=field, text=text))
        if as_number := _AS_NUMBER.fullmatch(text):
            text = as_number[1] or as_number[2]
        return required_id(text, field)

    def own_id(self) -> str:
        """The id of the row's own object.

        Raises:
            RejectError: there is none.
        """
        return required_id(self.id("id"))

    def instant(self, field: str) -> datetime:
        """A date and time in UTC.

        Raises:
            RejectError: there is none, or it cannot be read.
        """
        return moment(self.short(field), field, self._options)

    def flag(self, field: str) -> bool | None:
        """Yes, no, or nothing said.

        Raises:
            RejectError: it is another word.
        """
        text = self.short(field)
        if text is None:
            return None
        word = text.casefold()
        if word not in _YES and word not in _NO:
            raise RejectError(Phrase("{field} is {text}, neither yes nor no", field=field, text=repr(text[:40])))
        return word in _YES

    def tags(self) -> tuple[str, ...]:
        """Tags, between blanks or commas, or as a list in brackets."""
        text = (self.short("tags") or "").strip("[]")
        return tuple(tag for tag in (part.strip("\"'") for part in _LISTED.split(text)) if tag)

    def beside(self) -> dict[str, str]:
        """Known columns that have no place."""
        return self._filled(self._columns.beside)

    def custom(self) -> dict[str, str]:
        """All other columns by their headers; those not known as fields are counted."""
        found = self._filled(self._columns.custom)
        for name in self._columns.unknown:
            if name in found:
                self._tally.count_unknown(f"{self._object}.{name}")
        for name in self._filled(self._columns.dropped):
            self._tally.count_dropped(f"{self._object}.{name}")
        return found

    def _filled(self, columns: Mapping[str, int]) -> dict[str, str]:
        return {name: cell for name, number in columns.items() if (cell := self._cells[number]) not in _NOTHING}

    def extra(self) -> dict[str, str]:
        """All that has no place, of an object that has no fields of its own."""
        return self.custom() | self.beside()


def _ticket(cells: Cells, place: Place) -> TicketRecord:
    created_at = cells.instant("created_at")
    return TicketRecord(
        place=place,
        digest=cells.digest,
        external_id=cells.own_id(),
        subject=cells.long("subject") or "",
        description=cells.long("description"),
        status=cells.short("status") or "open",
        priority=cells.short("priority"),
        via=cells.short("via"),
        created_at=created_at,
        updated_at=cells.instant("updated_at") if cells.short("updated_at") else created_at,
        requester_id=cells.id("requester_id"),
        requester_name=cells.short("requester_name"),
        requester_email=cells.short("requester_email"),
        assignee_id=cells.id("assignee_id"),
        assignee_name=cells.short("assignee_name"),
        group_id=cells.id("group_id"),
        group_name=cells.short("group_name"),
        organization_id=cells.id("organization_id"),
        locale=cells.short("locale"),
        category=cells.short("category"),
        tags=cells.tags(),
        custom_fields=cells.custom(),
        extra=cells.beside(),
    )


def _comment(cells: Cells, place: Place) -> CommentRecord:
    ticket_id = cells.id("ticket_id")
    if ticket_id is None:
        raise RejectError(Phrase("its ticket cannot be known: no ticket_id"))
    return CommentRecord(
        place=place,
        digest=cells.digest,
        external_id=cells.id("id"),
        ticket_external_id=ticket_id,
        at=cells.instant("created_at"),
        author_id=cells.id("author_id"),
        author_name=cells.short("author_name"),
        public=cells.flag("public") is not False and cells.flag("private") is not True,
        via=cells.short("via"),
        body=cells.long("body") or "",
        extra=cells.extra(),
    )


def _person(cells: Cells, place: Place) -> PersonRecord:
    return PersonRecord(
        place=place,
        digest=cells.digest,
        external_id=cells.own_id(),
        name=cells.short("name"),
        email=cells.short("email"),
        phone=cells.short("phone"),
        role=cells.short("role") or "end-user",
        locale=cells.short("locale"),
        time_zone=cells.short("time_zone"),
        organization_id=cells.id("organization_id"),
        notes=cells.long("notes"),
        extra=cells.extra(),
    )


def _organization(cells: Cells, place: Place) -> OrganizationRecord:
    return OrganizationRecord(
        place=place, digest=cells.digest, external_id=cells.own_id(), name=cells.short("name"), extra=cells.extra()
    )


def _group(cells: Cells, place: Place) -> GroupRecord:
    return GroupRecord(
        place=place, digest=cells.digest, external_id=cells.own_id(), name=cells.short("name"), extra=cells.extra()
    )


TAKERS: Final[Mapping[str, Callable[[Cells, Place], Record]]] = {
    "tickets": _ticket,
    "comments": _comment,
    "users": _person,
    "organizations": _organization,
    "groups": _group,
}
