"""Typed words: folded, looked up among the fields and their values, quoted back when they are wrong."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from difflib import SequenceMatcher
from typing import Final

from agentconsole.domain.errors import Phrase, nearest
from agentconsole.domain.fields import QUERIED, Field
from agentconsole.domain.query.tree import ME, NONE, NumberOrText, Query, QueryError, Text


def fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


_BY_NAME: Final = {name: entry for entry in QUERIED for name in (entry.name, entry.alias)}
_CUSTOM: Final = _BY_NAME["field."]
_MEANT: Final = {
    entry.name: {fold(word): value for value, word in entry.words.items()} for entry in QUERIED if entry.words
}
"""Values by their Japanese words, for each field that has any."""
SYMBOLS: Final = {"none": NONE, "なし": NONE, "me": ME, "自分": ME}
INTEGER: Final = re.compile(r"#?(\d{1,18})", re.ASCII)
_KEY_NAME: Final = re.compile(r"[\w.-]+")


@dataclass(frozen=True, slots=True)
class Raw:
    """A value as it was typed."""

    op: str
    text: str
    quoted: bool
    index: int


@dataclass(frozen=True, slots=True)
class Clock:
    """When a query is asked, and where its days begin."""

    now: datetime
    zone: tzinfo


def fields() -> tuple[Field, ...]:
    """What may be asked for, for the help screen and the docs; the last one stands for a desk's own fields."""
    return QUERIED


def field_named(name: str) -> tuple[Field, str] | None:
    """The entry that `name` (as typed) means, and the name that `Compare.field` gets."""
    folded = fold(name)
    if entry := _BY_NAME.get(folded):
        return (entry, entry.name) if entry is not _CUSTOM else None
    prefix, dot, key = unicodedata.normalize("NFKC", name).partition(".")
    if dot and _KEY_NAME.fullmatch(key) and f"{prefix.casefold()}." in (_CUSTOM.name, _CUSTOM.alias):
        return _CUSTOM, f"{_CUSTOM.name}{key}"
    return None


def value_named(entry: Field, word: str) -> str | None:
    """The listed value of a field that a folded word means, in English or in Japanese."""
    value = _MEANT.get(entry.name, {}).get(word, word)
    return value if value in entry.values else None


def bare_word(word: str) -> Query:
    """What a word means that stands for itself."""
    match = INTEGER.fullmatch(unicodedata.normalize("NFKC", word))
    return NumberOrText(int(match[1]), word) if match else Text(word)


def clip(text: str) -> str:
    """A foreign text, short enough for an error."""
    return text if len(text) <= 40 else f"{text[:39]}…"


def unknown_field(name: str, index: int) -> QueryError:
    known = [f"{known}:" for known in _BY_NAME if not known.endswith(".")]
    hint = did_you_mean(name, known, Phrase('In quotes it is text: "{name}:…"', name=clip(name)))
    return QueryError(Phrase('unknown field "{name}"', name=clip(name)), index, hint)


def did_you_mean(word: str, known: Iterable[str], otherwise: Phrase) -> Phrase:
    """A hint: the nearest right word, if it is near, and what else can be done."""
    folded = fold(word)
    close = nearest(folded, known)
    if close is None or SequenceMatcher(None, folded, close.rstrip(":")).ratio() <= 0.5:
        return otherwise
    return Phrase('did you mean "{word}"? {otherwise}', word=close, otherwise=otherwise)
