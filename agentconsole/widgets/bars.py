"""The lines at the top and the bottom of a screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from agentconsole.domain.text import cell_width, safe_text, truncate


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar. `look` is a component class's ending: plain, title, active, late, soon, muted, key."""

    text: str
    look: str = "plain"


class Bar(Widget):
    """One line of parts; what does not fit is left out from the end, so the most important stand first."""

    DEFAULT_CSS = """
    Bar { height: 1; background: $panel; color: $foreground; }
    Bar .bar--title { text-style: bold; }
    Bar .bar--active { background: $primary; color: $text; text-style: bold; }
    Bar .bar--late { color: $text-error; text-style: bold; }
    Bar .bar--soon { color: $text-warning; }
    Bar .bar--muted { color: $text-muted; }
    Bar .bar--key { color: $text-accent; text-style: bold; }
    """
    LOOKS: ClassVar = ("plain", "title", "active", "late", "soon", "muted", "key")
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"bar--{look}" for look in LOOKS}

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 -- Textual's word
        super().__init__(id=id, classes=classes)
        self._left: tuple[Part, ...] = ()
        self._right: tuple[Part, ...] = ()

    def show(self, left: Sequence[Part], right: Sequence[Part] = ()) -> None:
        """Shows these parts, the second ones at the right edge; nothing is painted if nothing changed."""
        if (tuple(left), tuple(right)) != (self._left, self._right):
            self._left, self._right = tuple(left), tuple(right)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        right = list(self._fitting(self._right, self.size.width // 2))
        room = self.size.width - _cells(right)
        left = list(self._fitting(self._left, room))
        blank = Segment(" " * (room - _cells(left)), self.rich_style)
        return Strip([*left, blank, *right]).adjust_cell_length(self.size.width, self.rich_style)

    def _fitting(self, parts: Sequence[Part], room: int) -> Sequence[Segment]:
        segments: list[Segment] = []
        for part in parts:
            text = f" {safe_text(part.text, single_line=True)} "
            if cell_width(text) > room:
                return segments or [self._segment(truncate(text, room), part.look)] if room > 0 else segments
            segments.append(self._segment(text, part.look))
            room -= cell_width(text)
        return segments

    def _segment(self, text: str, look: str) -> Segment:
        return Segment(text, self.get_component_rich_style(f"bar--{look}"))


def _cells(segments: Sequence[Segment]) -> int:
    return sum(cell_width(segment.text) for segment in segments)


class KeyBar(Bar):
    """What one can do next: keys and their words, the likeliest first, help always last."""

    def show_keys(self, keys: Sequence[tuple[str, str]]) -> None:
        """Shows as many as fit; the last of them always."""
        if not keys:
            self.show([])
            return
        items = [Part(f"{key} {label}", "plain") for key, label in keys]
        self.show(items[:-1], items[-1:])
