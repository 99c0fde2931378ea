"""What was said on a ticket, oldest first, public and internal unmistakably different in word, edge and colour."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from agentconsole.config import Glyphs
from agentconsole.domain.text import cell_width
from agentconsole.domain.ticket import Message
from agentconsole.widgets.conversation_lines import Marker, Place, Thread, blocks_of, look_of
from agentconsole.widgets.reading_pane import ReadingPane

_EDGES: Final = {
    Glyphs.UNICODE: {"customer": "┃", "agent": "│", "internal": "▒", "bot": "┊", "system": "·", "marker": "─"},
    Glyphs.ASCII: {"customer": "|", "agent": ">", "internal": "#", "bot": ":", "system": ".", "marker": "-"},
}
WIDEST: Final = 100
"""Cells of a line: longer ones are hard to read."""


class Conversation(ReadingPane):
    """The messages of one ticket. Long threads are wrapped only where they are looked at.

    Args:
        unfold: the key that shows what is quoted, to be told where it is folded away.
    """

    DEFAULT_CSS = """
    Conversation .conversation--time, Conversation .conversation--bot, Conversation .conversation--system,
    Conversation .conversation--bot-kind, Conversation .conversation--system-kind { color: $text-muted; }
    Conversation .conversation--quote { color: $text-muted; text-style: italic; }
    Conversation .conversation--attachment { color: $text-accent; }
    Conversation .conversation--marker { color: $text-error; text-style: bold; }
    Conversation .conversation--customer { color: $primary; }
    Conversation .conversation--agent { color: $success; }
    Conversation .conversation--internal { color: $warning; }
    Conversation .conversation--author { text-style: bold; }
    Conversation .conversation--customer-kind { color: $text-primary; text-style: bold; }
    Conversation .conversation--agent-kind { color: $text-success; text-style: bold; }
    Conversation .conversation--internal-kind { background: $warning; color: auto 90%; text-style: bold; }
    Conversation .conversation--tinted { background: $warning 12%; }
    Conversation:ansi .conversation--internal-kind {
        background: transparent; color: $warning; text-style: bold reverse;
    }
    Conversation:ansi .conversation--tinted { background: transparent; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        *(f"conversation--{part}" for part in ("time", "author", "text", "quote", "attachment", "marker", "tinted")),
        *(f"conversation--{look}" for look in _EDGES[Glyphs.UNICODE]),
        *(f"conversation--{look}-kind" for look in _EDGES[Glyphs.UNICODE]),
    }

    def __init__(
        self,
        *,
        glyphs: Glyphs = Glyphs.UNICODE,
        unfold: str = "",
        id: str | None = None,  # noqa: A002
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self._unfold = unfold
        self._edges = _EDGES[glyphs]
        self._thread = Thread([], UTC, datetime.fromtimestamp(0, UTC))
        self._messages: Sequence[Message] = ()
        self._seen_until: datetime | None = None
        self._folded = True
        self._held: Place | None = None
        """The line at the top of the window; None while the reader is at the end."""

    def set_messages(
        self, messages: Sequence[Message], zone: tzinfo, now: datetime, *, seen_until: datetime | None = None
    ) -> None:
        """Shows a thread. If it was there before, the reader stays where they are, at its end too if they were there.

        Args:
            messages: in order of time.
            seen_until: the last visit; what came later stands below a line that says so, and a thread opens there.
        """
        known = {block.key[0] for block in self._thread.blocks[:2]}
        self._messages, self._seen_until = messages, seen_until
        blocks = blocks_of(messages, seen_until, folded=self._folded, unfold=self._unfold)
        self._thread = Thread(list(blocks), zone, now)
        self._thread.fit(self._width)
        if not any(block.key[0] in known for block in self._thread.blocks[:2]):
            self._held = next(((block.key, 0) for block in self._thread.blocks if isinstance(block, Marker)), None)
        self._return()

    def fold(self) -> bool:
        """Shows what is quoted, or folds it away again; the reader stays where they are. False: nothing is quoted."""
        was_hidden = self._hides_quotes
        self._folded = not self._folded
        self.set_messages(self._messages, self._thread.zone, self._thread.now, seen_until=self._seen_until)
        return was_hidden or self._hides_quotes

    @property
    def _hides_quotes(self) -> bool:
        return any(block.hidden for block in self._thread.blocks)

    @property
    def _width(self) -> int:
        return min(self.scrollable_content_region.width - 3, WIDEST)

    def _return(self) -> None:
        """Goes back to the held line, after everything else moved."""
        if not self.is_mounted:
            return
        thread = self._thread
        height = self.page_height
        top = thread.end(height) if self._held is None else thread.settle(thread.find(self._held), height)
        self.go(top)
        self.refresh()

    def go(self, top: int) -> None:
        self.set_height(self._thread.height)
        super().go(top)

    def on_resize(self) -> None:
        if self._width != self._thread.width:
            self._thread.fit(self._width)
        self._return()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        top, thread = round(new_value), self._thread
        settled = thread.settle(top, self.page_height)
        if thread.blocks:
            self._held = None if settled + self.page_height >= thread.height else thread.place(settled)
        self.go(settled)

    def render_line(self, y: int) -> Strip:
        width, base = self.scrollable_content_region.width, self.rich_style
        found = self._thread.line(self.scroll_offset.y + y)
        if found is None or not found[1]:
            return Strip.blank(width, base)
        block, line = found
        if isinstance(block, Marker):
            return self._rule(line[0][1], width)
        look = look_of(block.message)
        pieces = [(look, f"{self._edges[look]} "), *line]
        segments = [Segment(text, self._style(part, look)) for part, text in pieces]
        return Strip(segments).adjust_cell_length(width, self._style("text", look))

    def _style(self, part: str, look: str) -> Style:
        style = self.get_component_rich_style(f"conversation--{part}")
        if look != "internal" or part == "internal-kind":
            return style
        return style + Style(bgcolor=self.get_component_rich_style("conversation--tinted").bgcolor)

    def _rule(self, words: str, width: int) -> Strip:
        fill = self._edges["marker"]
        text = fill * 2 + words
        text += fill * (width - cell_width(text))
        return Strip([Segment(text, self.get_component_rich_style("conversation--marker"))]).adjust_cell_length(width)

    def action_bottom(self) -> None:
        self._held = None
        self._return()
