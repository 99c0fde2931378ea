"""What stands behind a field's colon, by the kind of the field."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Final, TypeAlias

from agentconsole.domain.errors import Phrase
from agentconsole.domain.fields import Field, Kind
from agentconsole.domain.languages import normalise_language
from agentconsole.domain.query.times import compare_time
from agentconsole.domain.query.tree import ME, NONE, Compare, Op, QueryError, Symbol
from agentconsole.domain.query.words import INTEGER, SYMBOLS, Clock, Raw, clip, did_you_mean, fold, value_named


def leaf_of(entry: Field, key: str, raw: Raw, clock: Clock) -> Compare:
    """One value of a field, with its comparison."""
    if symbol := _symbol(entry, raw):
        return Compare(key, Op.EQ, (symbol,))
    return _READERS[entry.kind](entry, key, raw, clock)


def _symbol(entry: Field, raw: Raw) -> Symbol | None:
    """`none` and `me`, unless quoted; a comparison with them is refused by the field's reader."""
    symbol = SYMBOLS.get(fold(raw.text)) if not raw.quoted and not raw.op else None
    allowed = entry.optional if symbol is NONE else entry.name == "assignee"
    return symbol if allowed else None


def _choice(entry: Field, key: str, raw: Raw, _clock: Clock) -> Compare:
    _refuse_op(entry, raw)
    word = _listed(entry, raw)
    return Compare(key, Op.EQ, (ME if (key, word) == ("is", "mine") else word,))


def _rank(entry: Field, key: str, raw: Raw, _clock: Clock) -> Compare:
    """A comparison becomes the words it holds for."""
    rank = entry.values.index(_listed(entry, raw))
    kept = {
        "": entry.values[rank : rank + 1],
        "<": entry.values[:rank],
        "<=": entry.values[: rank + 1],
        ">": entry.values[rank + 1 :],
        ">=": entry.values[rank:],
    }[raw.op]
    if not kept:
        problem = Phrase("no {field} is {op} {value}", field=entry.name, op=raw.op, value=entry.values[rank])
        raise QueryError(problem, raw.index)
    return Compare(key, Op.EQ, tuple(int(word) if key == "tier" else word for word in kept))


def _listed(entry: Field, raw: Raw) -> str:
    word = fold(raw.text)
    value = value_named(entry, word)
    if value is not None:
        return value
    known = (*entry.values, "none") if entry.optional else entry.values
    hint = did_you_mean(word, (*known, *entry.words.values()), Phrase("One of: {words}", words=", ".join(known)))
    raise QueryError(Phrase('unknown {field} "{value}"', field=entry.name, value=clip(raw.text)), raw.index, hint)


def _key(entry: Field, key: str, raw: Raw, _clock: Clock) -> Compare:
    _refuse_op(entry, raw)
    return Compare(key, Op.EQ, (unicodedata.normalize("NFKC", raw.text),))


def _text(entry: Field, key: str, raw: Raw, _clock: Clock) -> Compare:
    _refuse_op(entry, raw)
    return Compare(key, Op.EQ, (raw.text,))


def _language(entry: Field, key: str, raw: Raw, _clock: Clock) -> Compare:
    """Bare `zh` asks for both ways of writing Chinese."""
    _refuse_op(entry, raw)
    tag = fold(raw.text)
    if tag == "zh":
        return Compare(key, Op.EQ, ("zh-Hans", "zh-Hant"))
    language = normalise_language(tag)
    if language is None:
        hint = Phrase("such as {example}", example=", ".join(entry.values))
        raise QueryError(Phrase('unknown language "{value}"', value=clip(raw.text)), raw.index, hint)
    return Compare(key, Op.EQ, (language,))


def _number(entry: Field, key: str, raw: Raw, _clock: Clock) -> Compare:
    match = INTEGER.fullmatch(unicodedata.normalize("NFKC", raw.text))
    if not match:
        hint = Phrase("such as {example}", example=entry.example)
        raise QueryError(Phrase('"{value}" is not a ticket number', value=clip(raw.text)), raw.index, hint)
    return Compare(key, Op(raw.op or "="), (int(match[1]),))


def _refuse_op(entry: Field, raw: Raw) -> None:
    if raw.op:
        hint = Phrase('put "{op}" in quotes if it belongs to the value', op=raw.op)
        problem = Phrase("{field} cannot be compared with {op}", field=entry.name.rstrip("."), op=raw.op)
        raise QueryError(problem, raw.index, hint)


_Read: TypeAlias = Callable[[Field, str, Raw, Clock], Compare]
_READERS: Final[dict[Kind, _Read]] = {
    Kind.CHOICE: _choice,
    Kind.RANK: _rank,
    Kind.KEY: _key,
    Kind.TEXT: _text,
    Kind.LANGUAGE: _language,
    Kind.NUMBER: _number,
    Kind.FUTURE: compare_time,
    Kind.PAST: compare_time,
}
