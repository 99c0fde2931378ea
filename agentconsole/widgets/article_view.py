"""One article or answer to read: foreign text as plain lines, with its headings, lists and quotations told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from agentconsole.domain.text import cell_width, safe_text, wrap
from agentconsole.widgets.marked_lines import Line, MarkedLines

_HEADING: Final = re.compile(r"(#{1,6})\s+(.*?)\s*#*")
_ITEM: Final = re.compile(r"( {0,12})([-*+]|\d{1,3}[.)])\s+(.*)")
_FENCE: Final = re.compile(r"\s*(?:```|~~~)")
_QUOTE: Final = re.compile(r"\s*[>＞]")
_HANGING: Final = 8
"""The deepest indent of a list's text, in cells: a narrow pane must keep room for it."""
WIDEST: Final = 100
"""Cells of a line: longer ones are hard to read."""
_Line = tuple[str, str]
"""The part whose style it has, and the text."""


def article_lines(body: str, width: int) -> Iterator[_Line]:
    """The body as lines of at most `width` cells; its own line ends stay. Marks inside a line are left as they are."""
    in_code = False
    for line in safe_text(body).strip("\n").split("\n"):
        if _FENCE.match(line):
            in_code = not in_code
        elif in_code:
            yield from (("code", part) for part in wrap(line, width))
        else:
            yield from _prose(line, width)


def _prose(line: str, width: int) -> Iterator[_Line]:
    if heading := _HEADING.fullmatch(line):
        part = "heading" if len(heading[1]) <= 2 else "subheading"
        yield from ((part, words) for words in wrap(heading[2], width))
    elif item := _ITEM.fullmatch(line):
        yield from (("text", words) for words in _hung(item[1] + item[2] + " ", item[3], width))
    else:
        part = "quote" if _QUOTE.match(line) else "text"
        yield from ((part, words) for words in wrap(line.rstrip(), width))


def _hung(mark: str, text: str, width: int) -> Iterator[str]:
    """A list's item: its mark, and all lines of its text under one another."""
    mark = mark[-_HANGING:] if width > 2 * _HANGING else mark.lstrip()
    indent = cell_width(mark)
    for index, words in enumerate(wrap(text, max(width - indent, 1))):
        yield f"{' ' * indent if index else mark}{words}"


class ArticleView(MarkedLines):
    """Title, a line of facts about the article, and its body."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._article = ("", "", "")

    def set_article(self, title: str, body: str, detail: str = "") -> None:
        """Shows an article from its first line; the same article again stays where it is.

        Args:
            detail: one line under the title, such as language, category and how often it was used.
        """
        if self._article != (title, body, detail):
            self._article = (title, body, detail)
            self.set_layout(self._laid_out)

    def _laid_out(self, width: int) -> Sequence[Line]:
        title, body, detail = self._article
        width = min(width, WIDEST)
        head = [
            (look, safe_text(text, single_line=True)) for look, text in (("title", title), ("detail", detail)) if text
        ]
        lines = [(look, part) for look, text in head for part in wrap(text, width)]
        lines += [*([("text", "")] if head else []), *article_lines(body, width)]
        return [(line,) for line in lines] if any(self._article) else []
