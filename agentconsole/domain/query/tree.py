"""What a query means: a tree of frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import Final, TypeAlias

from agentconsole.domain.errors import Phrase, UsageError


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


@dataclass(frozen=True, slots=True)
class All:
    """Everything: what an empty text asks for."""


@dataclass(frozen=True, slots=True)
class Text:
    """The words as typed, to be found in subject or messages."""

    phrase: str


@dataclass(frozen=True, slots=True)
class NumberOrText:
    """A bare integer (`10234`, `#10234`): the ticket of that number, or the phrase in its text."""

    number: int
    phrase: str


@dataclass(frozen=True, slots=True)
class Compare:
    """One field against values. Instants are aware, in UTC, in whole seconds.

    Args:
        field: the name of an entry of `fields()`, or `field.KEY` for a desk's own field.
        op: only `EQ` takes several values (any of them); `WITHIN` takes two.
        values: integers for `tier` and `number`, instants for times, else strings; `NONE` and `ME` where meant.
    """

    field: str
    op: Op
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Every ticket that the item does not name: `-due:<30m` names those without a deadline as well."""

    item: Query


@dataclass(frozen=True, slots=True)
class And:
    """At least two items, none of them an `And` or `All`; build it with `all_of`."""

    items: tuple[Query, ...]


@dataclass(frozen=True, slots=True)
class Or:
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

    def __init__(self, problem: Phrase, index: int, hint: str = "") -> None:
        self.position = index + 1
        super().__init__(Phrase("{problem} at position {position}", problem=problem, position=self.position), hint)
