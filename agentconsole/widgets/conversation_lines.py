"""A thread of messages as lines for a window: laid out in blocks, each wrapped when it is first looked at."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import accumulate
from typing import Final

from agentconsole.domain.text import cell_width, safe_text, truncate, wrap
from agentconsole.domain.text.quotes import quoted_from
from agentconsole.domain.ticket import Attachment, Message
from agentconsole.domain.values import AuthorKind
from agentconsole.locale import _, ngettext
from agentconsole.locale.words import author, word
from agentconsole.widgets.local_time import local_time

BLOCK_LINES: Final = 64
FOLDED_FROM: Final = 4
"""Quoted lines at the end of a message that are worth folding away."""
LONGEST_LINE: Final = 4_000
"""Characters after which a line without an end is taken for several, so that no block is too big to wrap at once."""

Piece = tuple[str, str]
"""The part whose style it has, and the text."""
Line = tuple[Piece, ...]
Key = tuple[object, int]
Place = tuple[Key, int]


def look_of(message: Message) -> str:
    """Whatever the customer does not see looks internal, whoever wrote it."""
    if message.public or message.author_kind is AuthorKind.SYSTEM:
        return message.author_kind.value
    return "internal"


def _label(message: Message) -> str:
    return f"{_kind(message)} · {word('condition', 'redacted')}" if message.redacted else _kind(message)


def _kind(message: Message) -> str:
    words = {
        AuthorKind.CUSTOMER: _("Customer"),
        AuthorKind.AGENT: _("Reply"),
        AuthorKind.BOT: _("Bot"),
        AuthorKind.SYSTEM: _("System"),
    }
    if message.public or message.author_kind is AuthorKind.SYSTEM:
        return words[message.author_kind]
    internal = _("Internal")
    return internal if message.author_kind is AuthorKind.AGENT else f"{internal} · {words[message.author_kind]}"


def _size(size: int) -> str:
    for limit, unit in ((1_000_000, "MB"), (1_000, "kB")):
        if size >= limit:
            return f"{size / limit:.1f} {unit}" if size < 10 * limit else f"{size // limit} {unit}"
    return f"{size} B"


def _attachment(attachment: Attachment) -> str:
    facts = [safe_text(attachment.type, single_line=True)] if attachment.type else []
    if attachment.size is not None:
        facts.append(_size(attachment.size))
    name = safe_text(attachment.name, single_line=True)
    return _("Attachment: {name}").format(name=f"{name} ({', '.join(facts)})" if facts else name)


def _told(body: str, *, folded: bool) -> tuple[str, int]:
    """What is shown of a message, and how many lines of it are not: what it quotes at its end stands further up."""
    body = body.rstrip()
    if not folded:
        return body, 0
    lines = body.split("\n")
    begin = quoted_from(body)
    hidden = len(lines) - begin
    return (body, 0) if hidden < FOLDED_FROM else ("\n".join(lines[:begin]).rstrip(), hidden)


def _source_lines(body: str) -> Iterator[str]:
    for line in body.split("\n"):
        if len(line) <= LONGEST_LINE:
            yield line
        else:
            yield from (line[start : start + LONGEST_LINE] for start in range(0, len(line), LONGEST_LINE))


@dataclass(slots=True)
class Block:
    """Up to 64 lines of one message: what is wrapped at once, when it is first looked at."""

    message: Message
    part: int
    text: str
    last: bool
    hidden: int = 0
    """Quoted lines that are folded away behind it."""
    unfold: str = ""
    """The key that shows them, if one does here."""
    height: int = 0
    """Estimated until `lines` stand."""
    lines: list[Line] | None = None

    @property
    def key(self) -> Key:
        """What stays the same when the thread is loaded anew."""
        return self.message.id or self.message.at, self.part

    def estimate(self, width: int) -> None:
        self.lines = None
        ends = self.text.count("\n") + 1
        self.height = (
            max(ends, len(self.text) // width)
            + (self.part == 0)
            + bool(self.hidden)
            + self.last * (1 + len(self.message.attachments))
        )

    def measure(self, width: int, zone: tzinfo, now: datetime) -> None:
        self.lines = [*self._head(width, zone, now), *self._body(width), *self._foot(width)]
        self.height = len(self.lines)

    def _head(self, width: int, zone: tzinfo, now: datetime) -> Iterator[Line]:
        if self.part:
            return
        look, kind = look_of(self.message), _label(self.message)
        time = local_time(self.message.at, zone, now)
        name = safe_text(author(self.message.author_name, self.message.author_kind), single_line=True)
        room = width - cell_width(time) - cell_width(kind) - 5
        yield ("time", f"{time} "), (f"{look}-kind", f" {kind} "), ("author", f" {truncate(name, max(room, 0))}")

    def _body(self, width: int) -> Iterator[Line]:
        plain = "system" if self.message.author_kind is AuthorKind.SYSTEM else "text"
        for line in safe_text(self.text).split("\n"):
            part = "quote" if line.lstrip().startswith((">", "＞")) else plain
            yield from (((part, wrapped),) for wrapped in wrap(line, width))

    def _foot(self, width: int) -> Iterator[Line]:
        if self.hidden:
            words = ngettext("{count} quoted line", "{count} quoted lines", self.hidden).format(count=self.hidden)
            shows = " · " + _("{key} shows them").format(key=self.unfold) if self.unfold else ""
            yield (("quote", truncate(f"> … {words}{shows}", width)),)
        if self.last:
            for attachment in self.message.attachments:
                yield from ((("attachment", line),) for line in wrap(f"+ {_attachment(attachment)}", width))
            yield ()


class Marker(Block):
    """The line between what was there at the last visit and what is new."""

    __slots__ = ()

    @property
    def key(self) -> Key:
        return "marker", 0

    def estimate(self, width: int) -> None:
        words = _("New since your last visit")
        self.lines = [(("marker", f" {truncate(words, width)} "),), ()]
        self.height = 2

    def measure(self, width: int, zone: tzinfo, now: datetime) -> None:
        self.estimate(width)


def blocks_of(
    messages: Sequence[Message], seen_until: datetime | None, *, folded: bool = True, unfold: str = ""
) -> Iterator[Block]:
    """Args:
    folded: whether what messages quote at their end is left out.
    unfold: the key that shows it.
    """
    marked = seen_until is None or not messages or messages[0].at > seen_until
    for message in messages:
        if seen_until is not None and not marked and message.at > seen_until:
            marked = True
            yield Marker(message, 0, "", True)
        body, hidden = _told(message.body, folded=folded)
        lines = list(_source_lines(body))
        for start in range(0, len(lines), BLOCK_LINES):
            end = start + BLOCK_LINES
            last = end >= len(lines)
            yield Block(message, start // BLOCK_LINES, "\n".join(lines[start:end]), last, hidden if last else 0, unfold)


class Thread:
    """All blocks with the line each begins at; exact where it was looked at, estimated elsewhere."""

    def __init__(self, blocks: list[Block], zone: tzinfo, now: datetime) -> None:
        self.blocks, self.zone, self.now = blocks, zone, now
        self.width = 1
        self.tops = [0]

    @property
    def height(self) -> int:
        return self.tops[-1]

    def fit(self, width: int) -> None:
        self.width = max(width, 1)
        for block in self.blocks:
            block.estimate(self.width)
        self._stack()

    def _stack(self) -> None:
        self.tops = [0, *accumulate(block.height for block in self.blocks)]

    def index(self, y: int) -> int:
        """The block in which line `y` lies, or the nearest."""
        return max(min(bisect_right(self.tops, y) - 1, len(self.blocks) - 1), 0)

    def settle(self, top: int, height: int) -> int:
        """Wraps a window from `top` and as much on either side of it; returns where its first line went."""
        if not self.blocks:
            return 0
        anchor = self.index(top)
        offset = top - self.tops[anchor]
        while loose := self._loose(self.tops[anchor] + offset, height):
            for block in loose:
                block.measure(self.width, self.zone, self.now)
            self._stack()
        return self.tops[anchor] + min(offset, max(self.blocks[anchor].height - 1, 0))

    def end(self, height: int) -> int:
        """The first line of the last window."""
        while self._loose(max(self.height - height, 0), height):
            self.settle(max(self.height - height, 0), height)
        return max(self.height - height, 0)

    def _loose(self, top: int, height: int) -> list[Block]:
        first, last = self.index(top - height), self.index(top + 2 * height)
        return [block for block in self.blocks[first : last + 1] if block.lines is None]

    def place(self, y: int) -> Place:
        """Line `y` in words that outlive new messages and new widths."""
        index = self.index(y)
        return self.blocks[index].key, y - self.tops[index]

    def find(self, place: Place) -> int:
        key, offset = place
        return next((top + offset for top, block in zip(self.tops, self.blocks, strict=False) if block.key == key), 0)

    def line(self, y: int) -> tuple[Block, Line] | None:
        if not 0 <= y < self.height:
            return None
        index = self.index(y)
        block, offset = self.blocks[index], y - self.tops[index]
        return block, block.lines[offset] if block.lines and offset < len(block.lines) else ()
