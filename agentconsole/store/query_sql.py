"""A query's tree as bound SQL over `ticket t`: fixed columns and parameters, never a word of the query in the SQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeAlias

from agentconsole.domain.instants import to_seconds
from agentconsole.domain.query import All, And, Compare, Not, NumberOrText, Op, Or, Query, Symbol, Text, Value
from agentconsole.domain.text import SearchQuery, query_tokens
from agentconsole.domain.values import LIVE_STATUSES, Condition
from agentconsole.store import references
from agentconsole.store.sql import IN_CONFLICT, LIVE, MARKED, SORT_DUE


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who asks, and when: what `me`, `mine` and `breached` mean."""

    login: str | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Where:
    """Args:
    finds_few: an index of its own leads to the few tickets that fulfil it, so none on the order need be walked along.
    """

    sql: str
    parameters: tuple[object, ...] = ()
    finds_few: bool = False

    def also(self, sql: str, parameters: Sequence[object]) -> Where:
        return Where(f"{self.sql} AND {sql}", (*self.parameters, *parameters), self.finds_few)


IsCommon: TypeAlias = Callable[[str], bool]
"""Whether so many tickets say an FTS5 expression that walking along the list finds a page sooner than the index."""


def compile_query(query: Query, viewer: Viewer, is_common: IsCommon = lambda match: False) -> Where:
    """The condition of a query, its top-level terms side by side, so that SQLite sees which index fits."""
    match query:
        case All():
            return Where("1")
        case And(items):
            parts = [compile_query(item, viewer, is_common) for item in items]
            return _joined(" AND ", parts, finds_few=any(part.finds_few for part in parts))
        case Or(items):
            parts = [compile_query(item, viewer, is_common) for item in items]
            inner = _joined(" OR ", parts, finds_few=all(part.finds_few for part in parts))
            return replace(inner, sql=f"({inner.sql})")
        case Not(item):
            inner = compile_query(item, viewer, is_common)
            return Where(f"NOT ifnull(({inner.sql}), 0)", inner.parameters)
        case Text(phrase):
            return _text(phrase, is_common)
        case NumberOrText(number, phrase):
            text = _text(phrase, is_common)
            either = f"(t.number = ? OR t.external_id = ? OR {text.sql})"
            return Where(either, (number, str(number), *text.parameters), text.finds_few)
        case Compare(field, op, values):
            return _compare(field, op, values, viewer)


def _joined(word: str, parts: Sequence[Where], *, finds_few: bool = False) -> Where:
    return Where(word.join(part.sql for part in parts), tuple(p for part in parts for p in part.parameters), finds_few)


def as_asked(phrase: str) -> SearchQuery:
    """A word may be the beginning of one, as it may still be typed; several words were quoted and stand together."""
    if len(phrase.split()) < 2:
        return query_tokens(phrase, prefix_last=True)
    return query_tokens(" ".join(f'"{part}"' for part in phrase.split('"')))


def _text(phrase: str, is_common: IsCommon) -> Where:
    """In what was said or in the requester's name: by the index, then by the text where pairs alone find too much."""
    found = as_asked(phrase)
    # The plus keeps SQLite from reading each of thousands of tickets that say a common word, only to sort them.
    common = is_common(found.match)
    walks = "+" if common else ""
    said = f"{walks}t.number IN (SELECT rowid FROM ticket_words WHERE ticket_words MATCH ?)"  # noqa: S608 - a sign
    said += _SAYS * len(found.verify)
    saying = (term for term in found.verify for _ in range(_SAYS.count("?")))
    named = _named(found)
    either = f"(({said}) OR {walks}t.requester_id IN ({named.sql}))"
    return Where(either, (found.match, *saying, *named.parameters), not common)


def _named(found: SearchQuery) -> Where:
    sql = "SELECT id FROM customer WHERE id IN (SELECT rowid FROM customer_words WHERE customer_words MATCH ?)"
    naming = (term for term in found.verify for _ in range(_IS_NAMED.count("?")))
    return Where(sql + _IS_NAMED * len(found.verify), (found.match, *naming))


_IS_NAMED: Final = " AND (says(name, ?) OR says(reading, ?))"
_SAYS: Final = """ AND (says(t.subject, ?) OR says(t.description, ?)
 OR EXISTS (SELECT 1 FROM ticket_field f WHERE f.ticket = t.number AND says(f.value, ?))
 OR EXISTS (SELECT 1 FROM message m WHERE m.ticket = t.number AND says(m.body, ?)))"""


def _compare(field: str, op: Op, values: Sequence[Value], viewer: Viewer) -> Where:
    if field.startswith("field."):
        return _any([_form_field(field.removeprefix("field."), value) for value in values])
    if field == "is":
        return _any([_state(value, viewer) for value in values])
    if field in _LOOKUPS:
        return _any([_lookup(field, value, viewer) for value in values])
    found = _column(_COLUMNS[field], op, values)
    if field == "status" and set(values) <= set(LIVE_STATUSES):
        return found.also(LIVE, ())  # so that SQLite sees that the index of live tickets will do
    return found


_COLUMNS: Final = {
    "tier": "t.tier",
    "team": "t.team COLLATE NOCASE",
    "desk": "t.desk COLLATE NOCASE",
    "status": "t.status",
    "priority": "t.priority",
    "channel": "t.channel",
    "lang": "t.language",
    "source": "t.source COLLATE NOCASE",
    "number": "t.number",
    "due": "t.due_at",
    "created": "t.created_at",
    "updated": "t.updated_at",
}


def _column(column: str, op: Op, values: Sequence[Value]) -> Where:
    if op is Op.WITHIN:
        above, below = _column(column, Op.GE, values[:1]), _column(column, Op.LT, values[1:])
        return Where(f"({above.sql} AND {below.sql})", (*above.parameters, *below.parameters))
    if op is not Op.EQ:
        compared = SORT_DUE if column == "t.due_at" and op in (Op.LT, Op.LE) else column  # null is never below
        return Where(f"{compared} {op} ?", (_stored(values[0]),))
    known = [_stored(value) for value in values if value is not Symbol.NONE]
    parts = [Where(f"{column} IN ({', '.join('?' for _ in known)})", tuple(known))] if known else []
    if Symbol.NONE in values:
        parts.append(Where(f"{column} IS NULL"))
    return _any(parts)


def _stored(value: Value) -> object:
    return to_seconds(value) if isinstance(value, datetime) else value


def _state(value: Value, viewer: Viewer) -> Where:
    match value:
        case "open":
            return Where(LIVE)
        case "closed":
            return Where(f"NOT ({LIVE})")
        case "unassigned":
            return Where("t.assignee_id IS NULL")
        case str() if value in tuple(Condition):
            return Where(f"({MARKED} AND instr(t.conditions, ?))", (f'"{value}"',))
        case "conflict":
            return Where(f"t.{IN_CONFLICT}")
        case "breached":
            return Where(f"{SORT_DUE} <= ?", (to_seconds(viewer.now),))
        case _:
            return _lookup("assignee", Symbol.ME, viewer)


_Lookup: TypeAlias = Callable[[Value], Where]
_LOOKUPS: Final[dict[str, _Lookup]] = {
    "assignee": lambda value: Where("t.assignee_id IN (SELECT id FROM agent WHERE same(login, ?))", (value,)),
    "tag": lambda value: Where("t.number IN (SELECT ticket FROM ticket_tag WHERE tag = ?)", (value,)),
    "category": lambda value: Where("same(t.category, ?)", (value,)),
    "customer": lambda value: Where(
        "t.requester_id IN "
        "(SELECT id FROM customer WHERE says(name, ?) OR same(email, ?) OR external_id = ? OR id = ?)",
        (value, value, value, _id(value)),
    ),
}
_ABSENT: Final = {
    "assignee": "t.assignee_id IS NULL",
    "tag": "NOT EXISTS (SELECT 1 FROM ticket_tag g WHERE g.ticket = t.number)",
    "category": "t.category IS NULL",
    "customer": "t.requester_id IS NULL",
}


def _lookup(field: str, value: Value, viewer: Viewer) -> Where:
    if value is Symbol.NONE:
        return Where(_ABSENT[field])
    return _LOOKUPS[field](viewer.login or "" if value is Symbol.ME else value)


def _id(value: Value) -> int | None:
    meant = references.read(str(value))
    return None if meant is None else meant.number


def _form_field(key: str, value: Value) -> Where:
    if value is Symbol.NONE:
        return Where("NOT EXISTS (SELECT 1 FROM ticket_field f WHERE f.ticket = t.number AND f.key = ?)", (key,))
    return Where("t.number IN (SELECT ticket FROM ticket_field WHERE key = ? AND value = ?)", (key, value))


def _any(parts: Sequence[Where]) -> Where:
    if len(parts) == 1:
        return parts[0]
    inner = _joined(" OR ", parts)
    return replace(inner, sql=f"({inner.sql})")
