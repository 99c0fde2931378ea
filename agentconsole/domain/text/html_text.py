"""HTML of a message or an article as plain text: what was said, in lines; nothing runs, nothing is fetched.

A tokenizer of its own, because the standard library's parser takes time in the square of a malformed message's length.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Final

_TAG: Final = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]*+)(?=[\s/>])((?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)>")
_ATTRIBUTE: Final = re.compile(
    r"(?<![\w-])([a-zA-Z][a-zA-Z0-9_-]*+)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))", re.ASCII
)
_LOOKS: Final = re.compile(
    r"</?(?:p|div|br|span|a|b|i|strong|em|ul|ol|li|table|html|body|blockquote|img)\b[^<>]*>", re.I
)
_SPACE: Final = re.compile(r"[ \t\r\n\f\xa0]+")

_SILENT: Final = frozenset((
    "script", "style", "head", "title", "template", "noscript", "iframe", "object", "svg", "textarea",
    "select",
))  # fmt: skip
"""Nothing inside of these was said."""
_PARAGRAPHS: Final = frozenset((
    "p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "pre", "dl", "hr",
))  # fmt: skip
"""With a blank line around."""
_BLOCKS: Final = frozenset((
    "div", "tr", "section", "article", "header", "footer", "address", "center", "form", "dt", "dd", "figure",
    "fieldset", "li", "body", "html",
))  # fmt: skip
"""On lines of their own."""
_HEADINGS: Final = {"h1": "## ", "h2": "## ", "h3": "### ", "h4": "#### ", "h5": "#### ", "h6": "#### "}
"""Markdown's marks; the one for a title is the article's own."""
_QUOTE_LIMIT: Final = 20
_URL_LIMIT: Final = 2000


def looks_html(text: str) -> bool:
    """Whether a text that may be either is HTML."""
    return "<" in text and _LOOKS.search(text) is not None


def plain_text(markup: str, *, headings: bool = False) -> str:
    """The text of HTML: paragraphs with a blank line between, quotations behind `>`, links' addresses.

    Args:
        headings: whether they keep their rank, as Markdown marks it: an article's do, a message's do not.
    """
    reader = _Reader(markup, _HEADINGS if headings else {})
    reader.read()
    return reader.text()


class _Lines:
    """Lines that grow; blank ones never stand together."""

    def __init__(self) -> None:
        self.depth = 0
        """Quotations inside each other."""
        self._done: list[str] = []
        self._open: list[str] = []
        self._gap: int | None = None
        """How deep a blank line stands that is still to come."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing is in the line in hand."""
        return not self._open

    def add(self, text: str) -> None:
        """Adds to the line in hand."""
        if self._open or text.strip():
            self._open.append(text)

    def end(self, gap: bool = False) -> None:
        """Ends the line in hand, if anything is in it; `gap`: a blank line goes before the next one."""
        line = "".join(self._open).rstrip()
        self._open.clear()
        if line:
            if self._gap is not None and self._done:
                self._done.append(("> " * min(self._gap, self.depth)).rstrip())
            self._done.append(f"{'> ' * self.depth}{line}")
            self._gap = None
        if gap:
            self._gap = self.depth if self._gap is None else min(self._gap, self.depth)

    def text(self) -> str:
        self.end()
        return "\n".join(self._done).strip("\n")


class _Reader:
    def __init__(self, markup: str, marks: Mapping[str, str]) -> None:
        self._markup = markup
        self._marks = marks
        self._lines = _Lines()
        self._missing: set[str] = set()
        """Ends that do not come any more, so that they are not looked for again and again."""
        self._preformatted = 0
        self._link: tuple[str, list[str]] | None = None

    def text(self) -> str:
        return self._lines.text()

    def read(self) -> None:
        at, markup = 0, self._markup
        while (start := markup.find("<", at)) >= 0:
            if start > at:
                self._say(markup[at:start])
            at = self._after(start)
        self._say(markup[at:])
        self._end_link()

    def _after(self, start: int) -> int:
        """Reads what begins with `<` here, and says where it ends."""
        if self._markup.startswith("<!--", start):
            return self._skipped(start, "-->")
        if self._markup.startswith(("<!", "<?"), start):
            return self._skipped(start, ">")
        tag = _TAG.match(self._markup, start)
        if tag is None:
            self._say("<")
            return start + 1
        name = tag[2].lower()
        if name in _SILENT:
            return tag.end() if tag[1] else self._after_silent(name, tag.end())
        if tag[1]:
            self._close(name)
        else:
            self._begin(name, tag[3])
        return tag.end()

    def _skipped(self, start: int, end: str) -> int:
        found = -1 if end in self._missing else self._markup.find(end, start + 2)
        if found >= 0:
            return found + len(end)
        self._missing.add(end)
        self._say("<")
        return start + 1

    def _after_silent(self, name: str, start: int) -> int:
        """Behind the end of a silent element; one that never ends is not believed."""
        if name not in self._missing:
            end = re.compile(rf"</{name}\b[^<>]*>", re.IGNORECASE).search(self._markup, start)
            if end:
                return end.end()
            self._missing.add(name)
        return start

    def _begin(self, name: str, attributes: str) -> None:
        if name == "br":
            self._break()
        elif name == "a":
            self._begin_link(attributes)
        elif name == "img":
            self._picture(attributes)
        elif name in ("td", "th"):
            self._lines.add(" ")
        elif name == "blockquote":
            self._lines.end(gap=True)
            self._lines.depth = min(self._lines.depth + 1, _QUOTE_LIMIT)
        elif name in _PARAGRAPHS or name in _BLOCKS:
            self._lines.end(gap=name in _PARAGRAPHS)
            self._preformatted += name == "pre"
            self._lines.add("- " if name == "li" else self._marks.get(name, ""))

    def _close(self, name: str) -> None:
        if name == "a":
            self._end_link()
        elif name == "blockquote":
            self._lines.end(gap=True)
            self._lines.depth = max(self._lines.depth - 1, 0)
        elif name in _PARAGRAPHS or name in _BLOCKS:
            self._lines.end(gap=name in _PARAGRAPHS)
            self._preformatted = max(self._preformatted - (name == "pre"), 0)

    def _break(self) -> None:
        """A line's end; the second in a row makes a blank line."""
        self._lines.end(gap=self._lines.is_blank)

    def _say(self, markup: str) -> None:
        text = html.unescape(markup)
        if self._preformatted:
            first, *others = text.split("\n")
            self._add(first)
            for line in others:
                self._lines.end()
                self._add(line)
        else:
            text = _SPACE.sub(" ", text)
            self._add(text.lstrip(" ") if self._lines.is_blank else text)

    def _add(self, text: str) -> None:
        self._lines.add(text)
        if self._link:
            self._link[1].append(text)

    def _begin_link(self, attributes: str) -> None:
        self._end_link()
        address = _attributes(attributes).get("href", "").strip()
        if address.lower().startswith(("http://", "https://", "mailto:")) and len(address) <= _URL_LIMIT:
            self._link = (address.removeprefix("mailto:"), [])

    def _end_link(self) -> None:
        """Where a link leads, unless its text says so: a text may lie."""
        if self._link is None:
            return
        address, said = self._link
        self._link = None
        text = "".join(said).strip()
        if text.rstrip("/") != address.rstrip("/"):
            self._add(f" ({address})" if text else address)

    def _picture(self, attributes: str) -> None:
        """What stands for a picture; those of one pixel only count who reads."""
        known = _attributes(attributes)
        if {known.get("width"), known.get("height")}.isdisjoint(("0", "1")):
            self._add(f"[{_SPACE.sub(' ', known.get('alt', '')).strip() or 'image'}]")


def _attributes(text: str) -> dict[str, str]:
    return {
        match[1].lower(): html.unescape(match[2] or match[3] or match[4] or "") for match in _ATTRIBUTE.finditer(text)
    }
