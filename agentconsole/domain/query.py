"""The one query language: `tier:2 status:new,open due:<30m 入金` to a tree, and back.

The same text means the same in the inbox, on the command line, in a saved view and behind a tile of the board. Here it
is only read; the store turns the tree into bound SQL. Words side by side mean and, `OR` means or, `-` means not,
brackets group, quotes keep words together. A view is saved as it was typed: in the tree the times are already fixed.

Everything may be typed with an input method left on: colon, quotes, brackets, spaces, letters and digits of full width
count like their ASCII forms, and each field has a Japanese name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from difflib import SequenceMatcher
from enum import Enum, StrEnum
from typing import Final, TypeAlias

from agentconsole.domain.answer import normalise_language
from agentconsole.domain.errors import UsageError, nearest
from agentconsole.domain.values import Category, Channel, Priority, Status, Team, Tier

MAX_LENGTH: Final = 2_000
"""Characters of a query."""
MAX_DEPTH: Final = 50
"""Brackets inside brackets."""
MAX_TERMS: Final = 300
"""Leaves of a tree: SQLite refuses expressions deeper than 1,000."""


# --- the tree ---------------------------------------------------------------------------------------------------------


class Symbol(Enum):
    """Values that only the one who asks can fill in."""

    ME = "me"
    """The agent who asks: `assignee:me`, `is:mine`."""
    NONE = "none"
    """No value stands in the field: `due:none`."""


ME: Final = Symbol.ME
NONE: Final = Symbol.NONE

Value: TypeAlias = str | int | datetime | Symbol


class Op(StrEnum):
    """How a field is compared."""

    EQ = "="
    """It has one of the values."""
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    WITHIN = ".."
    """From the first value on and before the second one."""


class _Node:
    """`str(node)` is the text of the query, see `unparse`."""

    __slots__ = ()

    def __str__(self) -> str:
        return unparse(self)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class All(_Node):
    """Everything: what an empty text asks for."""


@dataclass(frozen=True, slots=True)
class Text(_Node):
    """The words as typed, to be found in subject or messages."""

    phrase: str


@dataclass(frozen=True, slots=True)
class NumberOrText(_Node):
    """A bare integer (`10234`, `#10234`): the ticket of that number, or the phrase in its text."""

    number: int
    phrase: str


@dataclass(frozen=True, slots=True)
class Compare(_Node):
    """One field against values. Instants are aware, in UTC, in whole seconds.

    Args:
        field: an entry of `fields()`, or `field.KEY` for a desk's own field.
        op: only `EQ` takes several values (any of them); `WITHIN` takes two.
        values: integers for `tier` and `number`, instants for times, else strings; `NONE` and `ME` where meant.
    """

    field: str
    op: Op
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Not(_Node):
    """Every ticket that the item does not name: `-due:<30m` names those without a deadline as well."""

    item: Query


@dataclass(frozen=True, slots=True)
class And(_Node):
    """At least two items, none of them an `And` or `All`; build it with `all_of`."""

    items: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or(_Node):
    """At least two items, none of them an `Or` or `All`; build it with `any_of`."""

    items: tuple[Query, ...]


Query: TypeAlias = All | Text | NumberOrText | Compare | Not | And | Or


def all_of(*queries: Query) -> Query:
    """What every one of the queries names: a queue's own query and what was typed above it."""
    flat = [item for query in queries for item in (query.items if isinstance(query, And) else (query,))]
    kept = tuple(item for item in flat if not isinstance(item, All))
    return And(kept) if len(kept) > 1 else kept[0] if kept else All()


def any_of(first: Query, *others: Query) -> Query:
    """What at least one of the queries names."""
    flat = [item for query in (first, *others) for item in (query.items if isinstance(query, Or) else (query,))]
    if any(isinstance(item, All) for item in flat):
        return All()
    return Or(tuple(flat)) if len(flat) > 1 else flat[0]


class QueryError(UsageError):
    """A query that cannot be read. `position` counts characters from 1."""

    def __init__(self, message: str, index: int, hint: str = "") -> None:
        super().__init__(f"{message} at position {index + 1}", hint)
        self.position = index + 1


# --- the fields -------------------------------------------------------------------------------------------------------


class Kind(StrEnum):
    """What a field takes after its colon."""

    CHOICE = "one of"
    """Only the listed words."""
    RANK = "one of, in order"
    """Only the listed words, and `<` `<=` `>` `>=` compare them."""
    KEY = "key"
    """A short name, compared without regard to case."""
    TEXT = "text"
    LANGUAGE = "language"
    NUMBER = "number"
    FUTURE = "time ahead"
    """A duration counts from now on: `<30m` is within 30 minutes, what is late included."""
    PAST = "time ago"
    """A duration is an age: `<7d` is within the last seven days."""


@dataclass(frozen=True, slots=True)
class Field:
    """One row of the table of fields.

    Args:
        name: what is typed before the colon.
        alias: the same in Japanese.
        kind: what it takes.
        example: a term that means something on every desk.
        values: all values of `CHOICE` and `RANK`, lowest first; else some to offer.
        optional: `none` asks for tickets without a value.
    """

    name: str
    alias: str
    kind: Kind
    example: str
    values: tuple[str, ...] = ()
    optional: bool = False


def _words(choices: type[StrEnum]) -> tuple[str, ...]:
    return tuple(choice.value for choice in choices)


_DAYS: Final = ("today", "yesterday")
_FIELDS: Final = (
    Field("tier", "階層", Kind.RANK, "tier:2", tuple(str(int(tier)) for tier in Tier)),
    Field("team", "チーム", Kind.KEY, "team:tax", _words(Team), optional=True),
    Field("desk", "デスク", Kind.KEY, "desk:default"),
    Field("status", "状態", Kind.CHOICE, "status:new,open", _words(Status)),
    Field("is", "条件", Kind.CHOICE, "is:unassigned", ("open", "unassigned", "mine", "breached", "closed")),
    Field("priority", "優先度", Kind.RANK, "priority:>=high", _words(Priority), optional=True),
    Field("assignee", "担当", Kind.KEY, "assignee:me", ("me",), optional=True),
    Field("channel", "チャネル", Kind.CHOICE, "channel:phone", _words(Channel)),
    Field("lang", "言語", Kind.LANGUAGE, "lang:ja", ("ja", "en", "zh", "zh-Hans", "zh-Hant"), optional=True),
    Field("customer", "顧客", Kind.TEXT, 'customer:"佐藤 花子"', optional=True),
    Field("tag", "タグ", Kind.TEXT, "tag:vip", optional=True),
    Field("due", "期限", Kind.FUTURE, "due:<30m", ("<30m", "<2h", "today", "tomorrow"), optional=True),
    Field("created", "作成", Kind.PAST, "created:>2026-11-01", _DAYS),
    Field("updated", "更新", Kind.PAST, "updated:<7d", _DAYS),
    Field("category", "分類", Kind.KEY, "category:withdrawal", _words(Category), optional=True),
    Field("source", "取込元", Kind.KEY, "source:zendesk"),
    Field("number", "番号", Kind.NUMBER, "number:10001,10005"),
    Field("field.", "項目.", Kind.TEXT, "field.txid:0x5f3a", optional=True),
)
_BY_NAME: Final = {name: entry for entry in _FIELDS for name in (entry.name, entry.alias)}
_CUSTOM: Final = _BY_NAME["field."]

_SYMBOLS: Final = {"none": NONE, "なし": NONE, "me": ME, "自分": ME}
_DAY_WORDS: Final = {"yesterday": -1, "昨日": -1, "today": 0, "今日": 0, "tomorrow": 1, "明日": 1}
_UNITS: Final = {
    **dict.fromkeys(("m", "min", "分"), timedelta(minutes=1)),
    **dict.fromkeys(("h", "時間"), timedelta(hours=1)),
    **dict.fromkeys(("d", "日"), timedelta(days=1)),
    **dict.fromkeys(("w", "週間"), timedelta(weeks=1)),
}


def fields() -> tuple[Field, ...]:
    """The table of fields, for the help screen and the docs; the last one stands for a desk's own fields."""
    return _FIELDS


def _fold(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _field(name: str) -> tuple[Field, str] | None:
    """The entry that `name` (as typed) means, and the name that `Compare.field` gets."""
    folded = _fold(name)
    if entry := _BY_NAME.get(folded):
        return (entry, entry.name) if entry is not _CUSTOM else None
    prefix, dot, key = unicodedata.normalize("NFKC", name).partition(".")
    if dot and _KEY_NAME.fullmatch(key) and f"{prefix.casefold()}." in (_CUSTOM.name, _CUSTOM.alias):
        return _CUSTOM, f"{_CUSTOM.name}{key}"
    return None


# --- reading ----------------------------------------------------------------------------------------------------------

_OPEN: Final = "(（"
_CLOSE: Final = ")）"
_COMMA: Final = ",，、"
_MINUS: Final = "-－−"
_QUOTES: Final = {'"': '"＂', "＂": '"＂', "“": "“”", "”": "“”"}
"""Every quote that opens, and those that close it: Japanese input methods type ” on either side."""

_NAME: Final = re.compile(r'([^\s:：()（）"＂“”,，、]*)[:：]')
_IDENTIFIER: Final = re.compile(r"[^\W\d_][\w.-]*")
_KEY_NAME: Final = re.compile(r"[\w.-]+")
_SCHEMES: Final = ("mailto", "tel", "bitcoin", "ethereum", "lightning")
_COMPARE: Final = re.compile(r"[<＜>＞][=＝]?")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_INTEGER: Final = re.compile(r"#?(\d{1,18})", re.ASCII)
_BETWEEN: Final = re.compile(r"\S{2,3}(?=\s+[^\s)）])")


@dataclass(frozen=True, slots=True)
class _Raw:
    """A value as it was typed."""

    op: str
    text: str
    quoted: bool
    index: int


@dataclass(frozen=True, slots=True)
class _Clock:
    now: datetime
    zone: tzinfo


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
        raise QueryError(f"the query is too long ({len(text)} characters)", MAX_LENGTH, f"at most {MAX_LENGTH}")
    if found := _SURROGATE.search(text):
        raise QueryError("a character that is not valid Unicode", found.start())
    return _Reader(text, _Clock(now.astimezone(UTC).replace(microsecond=0), zone)).query()


class _Reader:
    """One walk over the text, from left to right."""

    def __init__(self, text: str, clock: _Clock) -> None:
        self.text = text
        self.clock = clock
        self.index = 0
        self.open: list[int] = []
        self.terms = 0

    def query(self) -> Query:
        self._skip()
        if self.index == len(self.text):
            return All()
        query = self._any()
        if self.index < len(self.text):
            raise self._stray()
        return query

    def _any(self) -> Query:
        branches = [self._every()]
        while self._operator("or"):
            branches.append(self._every())
        return any_of(branches[0], *branches[1:])

    def _every(self) -> Query:
        items = [self._term()]
        while not self._at_end() and self._peek_operator() != "or":
            self._operator("and")
            items.append(self._term())
        return all_of(*items)

    def _term(self) -> Query:
        self._skip()
        if self._char() in _MINUS and self._negates():
            self.index += 1
            return Not(self._positive())
        return self._positive()

    def _positive(self) -> Query:
        char = self._char()
        if not char or char in _CLOSE:
            raise self._stray()
        if char in _OPEN:
            return self._group()
        if char in _QUOTES:
            return self._counted(Text(self._quoted()))
        return self._named() or self._counted(_word(self._bare("")))

    def _group(self) -> Query:
        if len(self.open) >= MAX_DEPTH:
            raise QueryError("too many brackets inside each other", self.index, f"at most {MAX_DEPTH}")
        self.open.append(self.index)
        self.index += 1
        query = self._any()
        if not self._char():
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
        found = _field(match[1])
        if not found and not self._unknown(match[1], match.end()):
            return None
        if not found:
            raise _unknown_field(match[1], start)
        self.index = match.end()
        entry, key = found
        return self._compare(entry, key, self._values(entry, key))

    def _unknown(self, name: str, end: int) -> bool:
        """Whether the word, whose first colon ends at `end`, was meant as a field, unlike URLs, times, addresses."""
        after = unicodedata.normalize("NFKC", self.text[end : end + 2])
        folded = _fold(name)
        return bool(_IDENTIFIER.fullmatch(folded)) and after != "//" and after[:1] != ":" and folded not in _SCHEMES

    def _compare(self, entry: Field, key: str, raws: list[_Raw]) -> Query:
        """Values without a comparison become one leaf, which stands first; each other one is a leaf of its own."""
        equal: dict[Value, None] = {}
        others: list[Query] = []
        for raw in raws:
            leaf = _leaf(entry, key, raw, self.clock)
            if leaf.op is Op.EQ:
                equal.update(dict.fromkeys(leaf.values))
            else:
                others.append(leaf)
        first = [Compare(key, Op.EQ, tuple(equal))] if equal else []
        leaves = [self._counted(leaf) for leaf in (*first, *others)]
        return any_of(leaves[0], *leaves[1:])

    def _values(self, entry: Field, key: str) -> list[_Raw]:
        raws = [self._value(entry, key)]
        while self._char() and self._char() in _COMMA:
            self.index += 1
            raws.append(self._value(entry, key))
        if raws[-1].quoted and not self._at_boundary():
            raise QueryError("a quoted value goes on without a space or comma", self.index)
        return raws

    def _value(self, entry: Field, key: str) -> _Raw:
        begin = self.index
        match = _COMPARE.match(self.text, begin)
        op = _fold(match[0]) if match else ""
        self.index = match.end() if match else begin
        quoted = bool(self._char()) and self._char() in _QUOTES
        text = self._quoted() if quoted else self._bare(_COMMA)
        if not text:
            hint = f"write it right after the colon, such as {entry.example}"
            raise QueryError(f'the field "{_clip(key)}" lacks a value', self.index, hint)
        return _Raw(op, text, quoted, begin)

    # characters

    def _char(self) -> str:
        """The character here, or an empty string at the end."""
        return self.text[self.index : self.index + 1]

    def _skip(self) -> None:
        while self._char().isspace():
            self.index += 1

    def _at_end(self) -> bool:
        self._skip()
        return not self._char() or self._char() in _CLOSE

    def _at_boundary(self) -> bool:
        char = self._char()
        return not char or char.isspace() or char in _CLOSE or char in _COMMA

    def _negates(self) -> bool:
        after = self.text[self.index + 1 : self.index + 2]
        return bool(after) and not after.isspace() and after not in _MINUS and after not in _CLOSE

    def _peek_operator(self) -> str:
        """`or` or `and` if that word stands between two terms here, else nothing."""
        match = _BETWEEN.match(self.text, self.index)
        word = unicodedata.normalize("NFKC", match[0]) if match else ""
        if word.casefold() == "or":
            return "or"
        return "and" if word == "AND" else ""

    def _operator(self, name: str) -> bool:
        """Steps over the operator if it stands here."""
        if self._at_end() or self._peek_operator() != name:
            return False
        while not self._char().isspace():
            self.index += 1
        self._skip()
        return True

    def _quoted(self) -> str:
        start = self.index
        end = _closing(self.text, start)
        if end is None:
            raise QueryError("a quote is not closed, opened", start)
        self.index = end + 1
        phrase = re.sub(r'\\([\\"＂“”])', r"\1", self.text[start + 1 : end])
        if not phrase.strip():
            raise QueryError("nothing stands in the quotes", start)
        return phrase

    def _bare(self, stops: str) -> str:
        """A word: up to a space, a bracket that it did not open itself, or one of `stops`."""
        start, inner = self.index, 0
        while (char := self._char()) and not char.isspace() and char not in (stops or " "):
            if char in _CLOSE and not inner:
                break
            inner += (char in _OPEN) - (char in _CLOSE)
            self.index += 1
        return self.text[start : self.index]

    def _counted(self, leaf: Query) -> Query:
        self.terms += 1
        if self.terms > MAX_TERMS:
            raise QueryError("too many words", self.index, f"at most {MAX_TERMS}; quotes make a phrase one")
        return leaf

    def _stray(self) -> QueryError:
        """The error for a bracket, or the end, where a term should stand."""
        if not self._char():
            return QueryError("a bracket is not closed, opened", self.open[-1])
        if self.open:
            return QueryError("nothing stands in the brackets", self.open[-1])
        return QueryError("a bracket closes nothing", self.index, 'in quotes ")" is text')


def _closing(text: str, start: int) -> int | None:
    """Where the quote that opens at `start` is closed."""
    closers = _QUOTES[text[start]]
    index = start + 1
    while index < len(text):
        if text[index] in closers:
            return index
        index += 2 if text[index] == "\\" else 1
    return None


def _word(word: str) -> Query:
    match = _INTEGER.fullmatch(unicodedata.normalize("NFKC", word))
    return NumberOrText(int(match[1]), word) if match else Text(word)


def _clip(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:39]}…"


def _unknown_field(name: str, index: int) -> QueryError:
    meant = _meant(name, [f"{known}:" for known in _BY_NAME if not known.endswith(".")])
    return QueryError(f'unknown field "{_clip(name)}"', index, f'{meant}In quotes it is text: "{_clip(name)}:…"')


def _meant(word: str, known: Iterable[str]) -> str:
    """The beginning of a hint: the nearest right word, if it is near."""
    folded = _fold(word)
    close = nearest(folded, known)
    near = close and SequenceMatcher(None, folded, close.rstrip(":")).ratio() > 0.5
    return f'did you mean "{close}"? ' if near else ""


# --- values -----------------------------------------------------------------------------------------------------------

_DURATION: Final = re.compile(rf"(-?)((?:\d{{1,6}}(?:{'|'.join(_UNITS)}))+)", re.ASCII)
_DURATION_PART: Final = re.compile(rf"(\d+)({'|'.join(sorted(_UNITS, key=len, reverse=True))})", re.ASCII)
_MOMENT: Final = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[t ](\d{1,2}):(\d{2})(?::(\d{2}))?(z|[+-]\d{2}:?\d{2})?)?", re.ASCII
)
_FLIPPED: Final = {Op.LT: Op.GT, Op.LE: Op.GE, Op.GT: Op.LT, Op.GE: Op.LE}


def _leaf(entry: Field, key: str, raw: _Raw, clock: _Clock) -> Compare:
    """One value of a field, with its comparison."""
    if symbol := _symbol(entry, raw):
        return Compare(key, Op.EQ, (symbol,))
    return _READERS[entry.kind](entry, key, raw, clock)


def _symbol(entry: Field, raw: _Raw) -> Symbol | None:
    """`none` and `me`, unless quoted; a comparison with them is refused by the field's reader."""
    symbol = _SYMBOLS.get(_fold(raw.text)) if not raw.quoted and not raw.op else None
    allowed = entry.optional if symbol is NONE else entry.name == "assignee"
    return symbol if allowed else None


def _choice(entry: Field, key: str, raw: _Raw, _clock: _Clock) -> Compare:
    _refuse_op(entry, raw)
    word = _listed(entry, raw)
    return Compare(key, Op.EQ, (ME if (key, word) == ("is", "mine") else word,))


def _rank(entry: Field, key: str, raw: _Raw, _clock: _Clock) -> Compare:
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
        raise QueryError(f"no {entry.name} is {raw.op} {entry.values[rank]}", raw.index)
    return Compare(key, Op.EQ, tuple(int(word) if key == "tier" else word for word in kept))


def _listed(entry: Field, raw: _Raw) -> str:
    word = _fold(raw.text)
    if word in entry.values:
        return word
    known = (*entry.values, "none") if entry.optional else entry.values
    hint = f"{_meant(word, known)}One of: {', '.join(known)}"
    raise QueryError(f'unknown {entry.name} "{_clip(raw.text)}"', raw.index, hint)


def _key(entry: Field, key: str, raw: _Raw, _clock: _Clock) -> Compare:
    _refuse_op(entry, raw)
    return Compare(key, Op.EQ, (unicodedata.normalize("NFKC", raw.text),))


def _text(entry: Field, key: str, raw: _Raw, _clock: _Clock) -> Compare:
    _refuse_op(entry, raw)
    return Compare(key, Op.EQ, (raw.text,))


def _language(entry: Field, key: str, raw: _Raw, _clock: _Clock) -> Compare:
    """Bare `zh` asks for both ways of writing Chinese."""
    _refuse_op(entry, raw)
    tag = _fold(raw.text)
    if tag == "zh":
        return Compare(key, Op.EQ, ("zh-Hans", "zh-Hant"))
    language = normalise_language(tag)
    if language is None:
        raise QueryError(f'unknown language "{_clip(raw.text)}"', raw.index, f"such as {', '.join(entry.values)}")
    return Compare(key, Op.EQ, (language,))


def _number(entry: Field, key: str, raw: _Raw, _clock: _Clock) -> Compare:
    match = _INTEGER.fullmatch(unicodedata.normalize("NFKC", raw.text))
    if not match:
        raise QueryError(f'"{_clip(raw.text)}" is not a ticket number', raw.index, f"such as {entry.example}")
    return Compare(key, Op(raw.op or "="), (int(match[1]),))


def _refuse_op(entry: Field, raw: _Raw) -> None:
    if raw.op:
        hint = f'put "{raw.op}" in quotes if it belongs to the value'
        raise QueryError(f"{entry.name.rstrip('.')} cannot be compared with {raw.op}", raw.index, hint)


@dataclass(frozen=True, slots=True)
class _When:
    """A span of time: a day, a minute, or with `start == end` a moment counted from now."""

    start: datetime
    end: datetime
    whole: bool = False
    """A day counts as a whole in comparisons and at the end of a range; of a minute only its start counts."""


def _time(entry: Field, key: str, raw: _Raw, clock: _Clock) -> Compare:
    text = _fold(raw.text)
    try:
        if ".." in text and not raw.op:
            return _range(entry, key, raw, clock)
        when = _when(entry, text, clock)
    except (ValueError, OverflowError) as error:
        hint = "such as <30m, <2h, >7d, today, 2026-11-01, 2026-11-01T09:30, 2026-11-01..2026-11-05"
        raise QueryError(f'"{_clip(raw.text)}" is not a time', raw.index, hint) from error
    if when.start < when.end and not raw.op:
        return Compare(key, Op.WITHIN, (when.start, when.end))
    op = Op(raw.op or "<=")
    if when.start == when.end and entry.kind is Kind.PAST:
        op = _FLIPPED[op]
    if not when.whole:
        return Compare(key, op, (when.start,))
    after_or_before = {Op.GT: Op.GE, Op.LE: Op.LT}
    return Compare(key, after_or_before.get(op, op), (when.end if op in after_or_before else when.start,))


def _range(entry: Field, key: str, raw: _Raw, clock: _Clock) -> Compare:
    first, _, last = _fold(raw.text).partition("..")
    start, until = _when(entry, first, clock).start, _when(entry, last, clock)
    end = until.end if until.whole else until.start
    if start >= end:
        raise QueryError(f'"{_clip(raw.text)}" ends before it begins', raw.index)
    return Compare(key, Op.WITHIN, (start, end))


def _when(entry: Field, text: str, clock: _Clock) -> _When:
    """Reads folded text; raises ValueError or OverflowError where that is no time."""
    if text in _DAY_WORDS:
        return _day(clock.now.astimezone(clock.zone).date() + timedelta(days=_DAY_WORDS[text]), clock)
    if match := _DURATION.fullmatch(text):
        return _ahead_or_ago(entry, match, clock)
    match = _MOMENT.fullmatch(text)
    if not match:
        raise ValueError(text)
    day = date(int(match[1]), int(match[2]), int(match[3]))
    return _minute(day, match, clock) if match[4] else _day(day, clock)


def _day(day: date, clock: _Clock) -> _When:
    """From local midnight to the next one: 23 or 25 hours where the clocks change."""
    start, end = (datetime.combine(at, time.min, clock.zone).astimezone(UTC) for at in (day, day + timedelta(days=1)))
    return _When(start, end, whole=True)


def _minute(day: date, match: re.Match[str], clock: _Clock) -> _When:
    at = datetime.combine(day, time(int(match[4]), int(match[5]), int(match[6] or 0)))
    offset = match[7]
    zone = clock.zone
    if offset:
        zone = UTC if offset == "z" else datetime.strptime(offset, "%z").tzinfo or UTC
    start = at.replace(tzinfo=zone).astimezone(UTC)
    return _When(start, start + timedelta(seconds=1 if match[6] else 60))


def _ahead_or_ago(entry: Field, match: re.Match[str], clock: _Clock) -> _When:
    sign, parts = match[1], _DURATION_PART.findall(match[2])
    length = sum((int(count) * _UNITS[unit] for count, unit in parts), timedelta())
    if sign and entry.kind is Kind.PAST:
        raise ValueError("an age is never negative")
    back = bool(sign) or entry.kind is Kind.PAST
    at = clock.now - length if back else clock.now + length
    return _When(at, at)


_Read: TypeAlias = Callable[[Field, str, _Raw, _Clock], Compare]
_READERS: Final[dict[Kind, _Read]] = {
    Kind.CHOICE: _choice,
    Kind.RANK: _rank,
    Kind.KEY: _key,
    Kind.TEXT: _text,
    Kind.LANGUAGE: _language,
    Kind.NUMBER: _number,
    Kind.FUTURE: _time,
    Kind.PAST: _time,
}


# --- writing ----------------------------------------------------------------------------------------------------------

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
            return value if _PLAIN.fullmatch(value) and _fold(value) not in _SYMBOLS else _quote(value)


def _is_plain(phrase: str) -> bool:
    """Whether the phrase, bare, is read as just that text."""
    return bool(_PLAIN.fullmatch(phrase)) and _fold(phrase) not in ("or", "and") and isinstance(_word(phrase), Text)


def _quote(text: str) -> str:
    escaped = re.sub(r'([\\"＂])', r"\\\1", text)
    return f'"{escaped}"'


# --- completing -------------------------------------------------------------------------------------------------------


def complete(text: str, cursor: int) -> list[str]:
    """What the piece of a word left of the cursor may become: field names with their colon, or values of the field.

    Args:
        cursor: characters from the start of the text; beyond its ends counts as at its ends.

    Returns:
        Replacements for `text[completion_start(text, cursor):cursor]`, in the order of the table; none inside quotes.
    """
    start, name = _piece(text, cursor)
    prefix = _fold(text[start : _inside(text, cursor)])
    if name is None:
        return [] if start < 0 else [f"{entry.name}:".replace(".:", ".") for entry in _FIELDS if _begins(entry, prefix)]
    found = _field(name)
    if not found:
        return []
    offered = (*found[0].values, "none") if found[0].optional else found[0].values
    return [value for value in offered if value.casefold().startswith(prefix)]


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
        if char in _QUOTES and index == start:
            end = _closing(head, index)
            if end is None:
                return -1, None
            index = end
        elif char.isspace() or char in _OPEN or char in _CLOSE or (char in _MINUS and index == start and name is None):
            start, name = index + 1, None
        elif char in ":：" and name is None:
            start, name = index + 1, head[start:index]
        elif char in _COMMA and name is not None:
            start = index + 1
        index += 1
    return start, name
