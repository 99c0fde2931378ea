"""A table for people, or for a helpdesk that takes nothing else: a line for each thing that changed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from agentconsole.domain.instants import iso
from agentconsole.sync.outgoing.base import Group, Person, Update

_COLUMNS: Final = ("mark", "ticket", "number", "subject", "change", "value", "agent", "at")
_FORMULA: Final = frozenset("=+-@\t\r\n＝＋－＠")
"""What makes a spreadsheet compute a cell."""


class Table:
    name = "csv"
    takes = frozenset(("create", "reply", "note", "status", "priority", "tags", "assignee", "group"))
    heard_as: Mapping[str, Mapping[str, str]] = {}

    def payload(self, update: Update) -> dict[str, Any]:
        return {"changes": [dict(zip(_COLUMNS, line, strict=True)) for line in _lines(update)]}

    def document(self, updates: Sequence[Update], file: str) -> bytes:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(_COLUMNS)
        for update in updates:
            writer.writerows([_cell(value) for value in line] for line in _lines(update))
        return text.getvalue().encode("utf-8-sig", "backslashreplace")


def _lines(update: Update) -> Iterator[tuple[Any, ...]]:
    ticket = (update.external_id or "", update.number, update.subject)
    for at, said in enumerate(update.said):
        kind = "new ticket" if update.is_new and at == 0 else "reply" if said.public else "note"
        yield (update.mark([said.event]), *ticket, kind, said.body, said.author.login, iso(said.at))
    for name, value in update.fields.items():
        yield (update.mark(), *ticket, name, _word(value), "", "")


def _word(value: Any) -> str:
    match value:
        case None:
            return ""
        case Person():
            return value.email or value.login or ""
        case Group():
            return value.name
        case list() | tuple():
            return " ".join(value)
    return str(value)


def _cell(value: Any) -> Any:
    """A text that no spreadsheet takes for a formula: an apostrophe says that it is text."""
    return f"'{value}" if isinstance(value, str) and value[:1] in _FORMULA and value else value
