"""The characters of a query: where a word, a quote and a bracket end."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from agentconsole.domain.errors import Phrase
from agentconsole.domain.query.tree import QueryError

OPEN: Final = "(（"
CLOSE: Final = ")）"
COMMA: Final = ",，、"
MINUS: Final = "-－−"
QUOTES: Final = {'"': '"＂', "＂": '"＂', "“": "“”", "”": "“”"}
"""Every quote that opens, and those that close it: Japanese input methods type ” on either side."""
_BETWEEN: Final = re.compile(r"\S{2,3}(?=\s+[^\s)）])")


class Scanner:
    """A place in a text, which only moves to the right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.index = 0

    def char(self) -> str:
        """The character here, or an empty string at the end."""
        return self.text[self.index : self.index + 1]

    def skip(self) -> None:
        while self.char().isspace():
            self.index += 1

    def at_end(self) -> bool:
        self.skip()
        return not self.char() or self.char() in CLOSE

    def at_boundary(self) -> bool:
        char = self.char()
        return not char or char.isspace() or char in CLOSE or char in COMMA

    def negates(self) -> bool:
        after = self.text[self.index + 1 : self.index + 2]
        return bool(after) and not after.isspace() and after not in MINUS and after not in CLOSE

    def peek_operator(self) -> str:
        """`or` or `and` if that word stands between two terms here, else nothing."""
        match = _BETWEEN.match(self.text, self.index)
        word = unicodedata.normalize("NFKC", match[0]) if match else ""
        if word.casefold() == "or":
            return "or"
        return "and" if word == "AND" else ""

    def operator(self, name: str) -> bool:
        """Steps over the operator if it stands here."""
        if self.at_end() or self.peek_operator() != name:
            return False
        while not self.char().isspace():
            self.index += 1
        self.skip()
        return True

    def quoted(self) -> str:
        start = self.index
        end = closing(self.text, start)
        if end is None:
            raise QueryError(Phrase("a quote is not closed, opened"), start)
        self.index = end + 1
        phrase = re.sub(r'\\([\\"＂“”])', r"\1", self.text[start + 1 : end])
        if not phrase.strip():
            raise QueryError(Phrase("nothing stands in the quotes"), start)
        return phrase

    def bare(self, stops: str) -> str:
        """A word: up to a space, a bracket that it did not open itself, or one of `stops`."""
        start, inner = self.index, 0
        while (char := self.char()) and not char.isspace() and char not in (stops or " "):
            if char in CLOSE and not inner:
                break
            inner += (char in OPEN) - (char in CLOSE)
            self.index += 1
        return self.text[start : self.index]


def closing(text: str, start: int) -> int | None:
    """Where the quote that opens at `start` is closed."""
    closers = QUOTES[text[start]]
    index = start + 1
    while index < len(text):
        if text[index] in closers:
            return index
        index += 2 if text[index] == "\\" else 1
    return None
