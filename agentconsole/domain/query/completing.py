"""What a piece of a word may become."""

from __future__ import annotations

from agentconsole.domain.fields import QUERIED, Field
from agentconsole.domain.query.scanning import CLOSE, COMMA, MINUS, OPEN, QUOTES, closing
from agentconsole.domain.query.words import begins, field_named, fold


def complete(text: str, cursor: int) -> list[str]:
    """What the piece of a word left of the cursor may become: field names with their colon, or values of the field.

    Args:
        cursor: characters from the start of the text; beyond its ends counts as at its ends.

    Returns:
        Replacements for `text[completion_start(text, cursor):cursor]`, in the order of the table; none inside quotes.
    """
    start, name = _piece(text, cursor)
    prefix = fold(text[start : _inside(text, cursor)])
    if name is None:
        return [] if start < 0 else _names(prefix)
    found = field_named(name)
    return _values(found[0], prefix) if found else []


def _names(prefix: str) -> list[str]:
    return [f"{entry.name}:".replace(".:", ".") for entry in QUERIED if _begins(entry, prefix)]


def _values(entry: Field, prefix: str) -> list[str]:
    offered = (*entry.values, "none") if entry.optional else entry.values
    return [value for value in offered if begins(entry, value, prefix)]


def completion_start(text: str, cursor: int) -> int:
    """Where the piece begins that a candidate of `complete` replaces, in characters."""
    start, _ = _piece(text, cursor)
    return start if start >= 0 else _inside(text, cursor)


def _inside(text: str, cursor: int) -> int:
    return max(0, min(cursor, len(text)))


def _begins(entry: Field, prefix: str) -> bool:
    return entry.name.startswith(prefix) or entry.alias.casefold().startswith(prefix)


def _piece(text: str, cursor: int) -> tuple[int, str | None]:
    """Where the piece left of the cursor begins and, if it is a value, the name of its field; -1 inside quotes."""
    head = text[: _inside(text, cursor)]
    start, name, index = 0, None, 0
    while index < len(head):
        char = head[index]
        if char in QUOTES and index == start:
            end = closing(head, index)
            if end is None:
                return -1, None
            index = end
        elif char.isspace() or char in OPEN or char in CLOSE or (char in MINUS and index == start and name is None):
            start, name = index + 1, None
        elif char in ":：" and name is None:
            start, name = index + 1, head[start:index]
        elif char in COMMA and name is not None:
            start = index + 1
        index += 1
    return start, name
