"""The lines at the top and the bottom of a screen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from agentconsole.domain.text import cell_width, safe_text, truncate

MIN_CELLS: Final = 8
"""Less of a part than this is not worth showing."""
KEYS_SHOWN: Final = 6
"""How many keys a narrow screen shows: more of them nobody reads."""
NARROW: Final = 100


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar. `look` is a component class's ending: plain, title, active, late, soon, muted, key."""

    text: str
    look: str = "plain"
    cut: bool = False
    """Whether the beginning alone is worth showing."""


def cells_of(parts: Iterable[Part]) -> int:
    """How many cells a bar needs for all of them, uncut."""
    return sum(cell_width(_padded(part)) for part in parts)


def _padded(part: Part) -> str:
    return f" {safe_text(part.text, single_line=True)} "


class Bar(Widget):
    """One line of parts. What does not fit is left out: first from the right edge's inner side, then from the left's.

    Parts that may be cut stand at the end of the left side and take the room that is left.
    """

    DEFAULT_CSS = """
    Bar { height: 1; background: $panel; color: $foreground; }
    Bar .bar--title { text-style: bold; }
    Bar .bar--active { background: $primary; color: $text; text-style: $block-cursor-text-style; }
    Bar:ansi .bar--active { background: transparent; color: $primary; text-style: bold reverse; }
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
        width, wanted = self.size.width, self._wanted()
        last = self._fitting(self._right[-1:], width // 2)
        left = self._fitting((part for part in wanted if not part.cut), width - _cells(last))
        others = self._fitting(self._right[-2::-1], width - _cells(left) - _cells(last))
        right = [*reversed(others), *last]
        left += self._fitting((part for part in wanted if part.cut), width - _cells(left) - _cells(right))
        blank = Segment(" " * (width - _cells(right) - _cells(left)), self.rich_style)
        return Strip([*left, blank, *right]).adjust_cell_length(width, self.rich_style)

    def _wanted(self) -> Sequence[Part]:
        """What is to stand at the left, if there is room."""
        return self._left

    def _fitting(self, parts: Iterable[Part], room: int) -> list[Segment]:
        """The first of the parts as far as they fit; one that may be cut ends them cut."""
        segments: list[Segment] = []
        for part in parts:
            text = _padded(part)
            if cell_width(text) > room:
                if part.cut and room >= MIN_CELLS:
                    segments.append(self._segment(f"{truncate(text, room - 1)} ", part.look))
                break
            segments.append(self._segment(text, part.look))
            room -= cell_width(text)
        return segments

    def _segment(self, text: str, look: str) -> Segment:
        return Segment(text, self.get_component_rich_style(f"bar--{look}"))


def _cells(segments: Iterable[Segment]) -> int:
    return sum(cell_width(segment.text) for segment in segments)


class KeyBar(Bar):
    """What one can do next: keys and their words, the likeliest first, help always last."""

    def show_keys(self, keys: Sequence[tuple[str, str]]) -> None:
        """Shows as many as fit, on a narrow screen six at most; the last of them always."""
        items = [Part(f"{key} {label}") for key, label in keys]
        self.show(items[:-1], items[-1:])

    def _wanted(self) -> Sequence[Part]:
        return self._left[: KEYS_SHOWN - 1] if self.size.width < NARROW else self._left
