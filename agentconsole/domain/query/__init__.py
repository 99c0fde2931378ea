"""The one query language: `tier:2 status:new,open due:<30m 入金` to a tree.

The same text means the same in the inbox, on the command line, in a saved view and behind a tile of the board. Here it
is only read; the store turns the tree into bound SQL. Words side by side mean and, `OR` means or, `-` means not,
brackets group, quotes keep words together. A view is saved as it was typed: in the tree the times are already fixed.

Everything may be typed with an input method left on: colon, quotes, brackets, spaces, letters and digits of full width
count like their ASCII forms, and each field has a Japanese name.
"""

from __future__ import annotations

from agentconsole.domain.fields import Field, Kind
from agentconsole.domain.query.reading import MAX_DEPTH, MAX_LENGTH, MAX_TERMS, parse
from agentconsole.domain.query.tree import (
    ME,
    NONE,
    All,
    And,
    Compare,
    Not,
    NumberOrText,
    Op,
    Or,
    Query,
    QueryError,
    Symbol,
    Text,
    Value,
    all_of,
    any_of,
)
from agentconsole.domain.query.words import fields

__all__ = [
    "MAX_DEPTH",
    "MAX_LENGTH",
    "MAX_TERMS",
    "ME",
    "NONE",
    "All",
    "And",
    "Compare",
    "Field",
    "Kind",
    "Not",
    "NumberOrText",
    "Op",
    "Or",
    "Query",
    "QueryError",
    "Symbol",
    "Text",
    "Value",
    "all_of",
    "any_of",
    "fields",
    "parse",
]
