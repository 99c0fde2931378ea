"""One article or answer to read: foreign text as plain lines, with its headings, lists and quotations told apart."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from rich.segment import Segment
from textual.geometry import Size
from textual.strip import Strip

from agentconsole.domain.text import cell_width, safe_text, wrap
from agentconsole.widgets.reading_pane import ReadingPane

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


class ArticleView(ReadingPane):
    """Title, a line of facts about the article, and its body."""

    DEFAULT_CSS = """
    ArticleView .article-view--title { text-style: bold; color: $text-primary; }
    ArticleView .article-view--heading { text-style: bold; color: $text-primary; }
    ArticleView .article-view--subheading { text-style: bold; }
    ArticleView .article-view--code { color: $text-accent; }
    ArticleView .article-view--detail, ArticleView .article-view--quote { color: $text-muted; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"article-view--{part}" for part in ("title", "detail", "heading", "subheading", "text", "quote", "code")
    }

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._article = ("", "", "")
        self._lines: list[_Line] = []

    def set_article(self, title: str, body: str, detail: str = "") -> None:
        """Shows an article from its first line; the same article again stays where it is.

        Args:
            detail: one line under the title, such as language, category and how often it was used.
        """
        if self._article != (title, body, detail):
            self._article = (title, body, detail)
            self._lay_out()
            self.go(0)

    def _lay_out(self) -> None:
        if not self.is_mounted:
            return
        region = self.scrollable_content_region
        width = max(min(region.width - 2, WIDEST), 1)
        title, body, detail = self._article
        lines = [("title", part) for part in wrap(safe_text(title, single_line=True), width)]
        if detail:
            lines += [("detail", part) for part in wrap(safe_text(detail, single_line=True), width)]
        self._lines = [*lines, ("text", ""), *article_lines(body, width)] if any(self._article) else []
        self.virtual_size = Size(region.width, len(self._lines))
        self.refresh()

    def on_resize(self) -> None:
        read = self.scroll_offset.y / max(len(self._lines), 1)
        self._lay_out()
        self.go(round(read * len(self._lines)))

    def render_line(self, y: int) -> Strip:
        width, base = self.scrollable_content_region.width, self.rich_style
        index = self.scroll_offset.y + y
        if index >= len(self._lines):
            return Strip.blank(width, base)
        part, text = self._lines[index]
        segments = [Segment(" ", base), Segment(text, self.get_component_rich_style(f"article-view--{part}"))]
        return Strip(segments).adjust_cell_length(width, base)
