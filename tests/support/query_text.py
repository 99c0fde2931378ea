"""The text of a query from its tree: the way back from `parse`, for tests that hold the two against each other."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from agentconsole.domain.query.tree import And, Compare, Not, NumberOrText, Op, Or, Query, Symbol, Text, Value
from agentconsole.domain.query.words import SYMBOLS, bare_word, fold

_OR_LEVEL, _AND_LEVEL, _TERM_LEVEL, _ATOM_LEVEL = range(4)
_PLAIN: Final = re.compile(r"\w+(?:[.@+/-]\w+)*")


def unparse(query: Query) -> str:
    """The text of a query: `parse` makes the same tree of it, as long as it has no more than `MAX_LENGTH` characters.

    Times are written out as instants in UTC, so what was `today` stays that day.
    """
    return _write(query, _OR_LEVEL)


def _write(query: Query, level: int) -> str:
    match query:
        case Or(items):
            text, own = _write_or(items, level), _OR_LEVEL
            if level > _OR_LEVEL and (listed := _write_list(items)):
                return listed
        case And(items):
            text, own = " ".join(_write(item, _TERM_LEVEL) for item in items), _AND_LEVEL
        case Not(item):
            text, own = f"-{_write(item, _ATOM_LEVEL)}", _TERM_LEVEL
        case _:
            return _write_leaf(query)
    return text if level <= own else f"({text})"


def _write_or(items: Iterable[Query], level: int) -> str:
    return " OR ".join(_write(item, _AND_LEVEL) for item in items)


def _write_list(items: tuple[Query, ...]) -> str:
    """`field:value,value` where these leaves can only have come from that."""
    leaves = [item for item in items if isinstance(item, Compare)]
    same = len(leaves) == len(items) and len({leaf.field for leaf in leaves}) == 1
    if not same or any(leaf.op is Op.EQ for leaf in leaves[1:]):
        return ""
    return f"{leaves[0].field}:{','.join(_write_values(leaf) for leaf in leaves)}"


def _write_leaf(leaf: Query) -> str:
    match leaf:
        case Compare(field):
            return f"{field}:{_write_values(leaf)}"
        case NumberOrText(_, phrase):
            return phrase
        case Text(phrase):
            return phrase if _is_plain(phrase) else _quote(phrase)
        case _:
            return ""


def _write_values(leaf: Compare) -> str:
    values = [_write_value(leaf.field, value) for value in leaf.values]
    if leaf.op is Op.WITHIN:
        return "..".join(values)
    return f"{'' if leaf.op is Op.EQ else leaf.op.value}{','.join(values)}"


def _write_value(field: str, value: Value) -> str:
    match value:
        case Symbol():
            return "mine" if field == "is" else value.value
        case datetime():
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
        case int():
            return str(value)
        case _:
            return value if _PLAIN.fullmatch(value) and fold(value) not in SYMBOLS else _quote(value)


def _is_plain(phrase: str) -> bool:
    """Whether the phrase, bare, is read as just that text."""
    return bool(_PLAIN.fullmatch(phrase)) and fold(phrase) not in ("or", "and") and isinstance(bare_word(phrase), Text)


def _quote(text: str) -> str:
    escaped = re.sub(r'([\\"＂])', r"\\\1", text)
    return f'"{escaped}"'
