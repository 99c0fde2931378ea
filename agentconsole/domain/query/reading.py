"""From text to tree."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, datetime, tzinfo
from typing import Final

from agentconsole.domain.errors import Phrase
from agentconsole.domain.fields import Field
from agentconsole.domain.query.scanning import CLOSE, COMMA, MINUS, OPEN, QUOTES, Scanner
from agentconsole.domain.query.tree import All, Compare, Not, Op, Query, QueryError, Text, Value, all_of, any_of
from agentconsole.domain.query.values import leaf_of
from agentconsole.domain.query.words import Clock, Raw, bare_word, clip, field_named, fold, unknown_field

MAX_LENGTH: Final = 2_000
"""Characters of a query."""
MAX_DEPTH: Final = 50
"""Brackets inside brackets."""
MAX_TERMS: Final = 300
"""Leaves of a tree: SQLite refuses expressions deeper than 1,000."""

_NAME: Final = re.compile(r'([^\s:：()（）"＂“”,，、]*)[:：]')
_IDENTIFIER: Final = re.compile(r"[^\W\d_][\w.-]*")
_SCHEMES: Final = ("mailto", "tel", "bitcoin", "ethereum", "lightning")
_COMPARE: Final = re.compile(r"[<＜>＞][=＝]?")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


def parse(text: str, *, now: datetime, zone: tzinfo) -> Query:
    """Reads a query.

    Args:
        text: at most `MAX_LENGTH` characters.
        now: an aware instant, from which durations and `today` are counted, in whole seconds.
        zone: where a day begins, and the zone of a time that names none.

    Raises:
        QueryError: unknown field or word, malformed value, unclosed bracket or quote, too long or too deep.
        ValueError: `now` has no time zone.
    """
    if now.tzinfo is None:
        raise ValueError(f"an instant needs a time zone: {now}")
    if len(text) > MAX_LENGTH:
        problem = Phrase("the query is too long ({count} characters)", count=len(text))
        raise QueryError(problem, MAX_LENGTH, Phrase("at most {count}", count=MAX_LENGTH))
    if found := _SURROGATE.search(text):
        raise QueryError(Phrase("a character that is not valid Unicode"), found.start())
    return _Reader(text, Clock(now.astimezone(UTC).replace(microsecond=0), zone)).query()


class _Reader(Scanner):
    """One walk over the text, from left to right."""

    def __init__(self, text: str, clock: Clock) -> None:
        super().__init__(text)
        self.clock = clock
        self.open: list[int] = []
        self.terms = 0

    def query(self) -> Query:
        self.skip()
        if self.index == len(self.text):
            return All()
        query = self._any()
        if self.index < len(self.text):
            raise self._stray()
        return query

    def _any(self) -> Query:
        branches = [self._every()]
        while self.operator("or"):
            branches.append(self._every())
        return any_of(branches[0], *branches[1:])

    def _every(self) -> Query:
        items = [self._term()]
        while not self.at_end() and self.peek_operator() != "or":
            self.operator("and")
            items.append(self._term())
        return all_of(*items)

    def _term(self) -> Query:
        self.skip()
        if self.char() in MINUS and self.negates():
            self.index += 1
            return Not(self._positive())
        return self._positive()

    def _positive(self) -> Query:
        char = self.char()
        if not char or char in CLOSE:
            raise self._stray()
        if char in OPEN:
            return self._group()
        if char in QUOTES:
            return self._counted(Text(self.quoted()))
        return self._named() or self._counted(bare_word(self.bare("")))

    def _group(self) -> Query:
        if len(self.open) >= MAX_DEPTH:
            problem = Phrase("too many brackets inside each other")
            raise QueryError(problem, self.index, Phrase("at most {count}", count=MAX_DEPTH))
        self.open.append(self.index)
        self.index += 1
        query = self._any()
        if not self.char():
            raise self._stray()
        self.index += 1
        self.open.pop()
        return query

    def _named(self) -> Query | None:
        """A field with its values, or nothing where the word is text that happens to hold a colon."""
        start = self.index
        match = _NAME.match(self.text, start)
        if not match:
            return None
        found = field_named(match[1])
        if not found and not self._unknown(match[1], match.end()):
            return None
        if not found:
            raise unknown_field(match[1], start)
        self.index = match.end()
        entry, key = found
        return self._compare(entry, key, self._values(entry, key))

    def _unknown(self, name: str, end: int) -> bool:
        """Whether the word, whose first colon ends at `end`, was meant as a field, unlike URLs, times, addresses."""
        after = unicodedata.normalize("NFKC", self.text[end : end + 2])
        folded = fold(name)
        return bool(_IDENTIFIER.fullmatch(folded)) and after != "//" and after[:1] != ":" and folded not in _SCHEMES

    def _compare(self, entry: Field, key: str, raws: list[Raw]) -> Query:
        """Values without a comparison become one leaf, which stands first; each other one is a leaf of its own."""
        equal: dict[Value, None] = {}
        others: list[Query] = []
        for raw in raws:
            leaf = leaf_of(entry, key, raw, self.clock)
            if leaf.op is Op.EQ:
                equal.update(dict.fromkeys(leaf.values))
            else:
                others.append(leaf)
        first = [Compare(key, Op.EQ, tuple(equal))] if equal else []
        leaves = [self._counted(leaf) for leaf in (*first, *others)]
        return any_of(leaves[0], *leaves[1:])

    def _values(self, entry: Field, key: str) -> list[Raw]:
        raws = [self._value(entry, key)]
        while self.char() and self.char() in COMMA:
            self.index += 1
            raws.append(self._value(entry, key))
        if raws[-1].quoted and not self.at_boundary():
            raise QueryError(Phrase("a quoted value goes on without a space or comma"), self.index)
        return raws

    def _value(self, entry: Field, key: str) -> Raw:
        begin = self.index
        match = _COMPARE.match(self.text, begin)
        op = fold(match[0]) if match else ""
        self.index = match.end() if match else begin
        quoted = bool(self.char()) and self.char() in QUOTES
        text = self.quoted() if quoted else self.bare(COMMA)
        if not text:
            hint = Phrase("write it right after the colon, such as {example}", example=entry.example)
            raise QueryError(Phrase('the field "{name}" lacks a value', name=clip(key)), self.index, hint)
        return Raw(op, text, quoted, begin)

    def _counted(self, leaf: Query) -> Query:
        self.terms += 1
        if self.terms > MAX_TERMS:
            hint = Phrase("at most {count}; quotes make a phrase one", count=MAX_TERMS)
            raise QueryError(Phrase("too many words"), self.index, hint)
        return leaf

    def _stray(self) -> QueryError:
        """The error for a bracket, or the end, where a term should stand."""
        if not self.char():
            return QueryError(Phrase("a bracket is not closed, opened"), self.open[-1])
        if self.open:
            return QueryError(Phrase("nothing stands in the brackets"), self.open[-1])
        return QueryError(Phrase("a bracket closes nothing"), self.index, Phrase('in quotes ")" is text'))
