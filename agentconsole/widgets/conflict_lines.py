"""What the helpdesk and we both changed on a ticket: each field with both values, who and when; the keys to choose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo
from functools import partial
from typing import ClassVar, Final

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from agentconsole.domain.conflict import Conflict
from agentconsole.domain.text import cell_width, safe_text, truncate
from agentconsole.locale import _
from agentconsole.locale.words import field_name, field_value
from agentconsole.widgets.local_time import local_time

_LEAST: Final = 6
"""Cells of a value."""
_WHOLE: Final = 10_000
"""Cells that no line needs."""


class ConflictLines(Widget):
    """Takes no room where there is no conflict."""

    DEFAULT_CSS = """
    ConflictLines { display: none; height: auto; max-height: 7; padding: 0 1; color: $text-warning; }
    ConflictLines.-some { display: block; }
    ConflictLines .conflict-lines--keys { color: $text-accent; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"conflict-lines--keys"}

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._lines: Sequence[Callable[[int], str]] = ()
        self._whole: Sequence[str] = ("",)
        """The lines and the keys as they are where there is room."""

    def set_conflicts(self, conflicts: Sequence[Conflict], zone: tzinfo, now: datetime, keys: tuple[str, str]) -> None:
        """Shows the conflicts of a ticket.

        Args:
            zone: of the times shown.
            keys: to keep ours, to take theirs.
        """
        choice = (
            _("{ours} keeps ours, {theirs} takes theirs")
            if len(conflicts) < 2
            else _("{ours} keeps ours, {theirs} takes theirs, in all of them")
        ).format(ours=keys[0], theirs=keys[1])
        lines = [partial(conflict_line, each, zone, now) for each in conflicts]
        whole = [*(line(_WHOLE) for line in lines), choice]
        if whole != self._whole:
            self._lines, self._whole = lines, whole
            self.set_class(bool(conflicts), "-some")
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._whole)

    def render(self) -> Content:
        width = max(self.content_size.width, 1)
        choice = truncate(self._whole[-1], width)
        keys = Content.styled(choice, self.get_visual_style("conflict-lines--keys"))
        return Content("\n").join([*(Content(truncate(f"! {line(width - 2)}", width)) for line in self._lines), keys])


def conflict_line(conflict: Conflict, zone: tzinfo, now: datetime, width: int) -> str:
    """The field, both values as far as they differ, who set them and when.

    Args:
        width: cells; the values give way, never who and when.
    """
    ours, theirs = (safe_text(field_value(conflict.field, each), single_line=True) for each in conflict.apart)
    words = (
        _("{field}: only here {ours} ({ours_by}) / only there {theirs} ({theirs_by})")
        if conflict.field == "tags"
        else _("{field}: ours {ours} ({ours_by}) / theirs {theirs} ({theirs_by})")
    )
    line = partial(
        words.format,
        field=field_name(conflict.field),
        ours_by=safe_text(_who(conflict.ours_by, conflict.ours_at, zone, now), single_line=True),
        theirs_by=safe_text(_who(conflict.theirs_by, conflict.theirs_at, zone, now), single_line=True),
    )
    room = width - cell_width(line(ours="", theirs=""))
    half = max(room // 2, _LEAST)
    shown = truncate(ours, max(half, room - cell_width(theirs)))
    return line(ours=shown, theirs=truncate(theirs, max(half, room - cell_width(shown))))


def _who(name: str | None, at: datetime | None, zone: tzinfo, now: datetime) -> str:
    return " ".join([*([name] if name else []), *([local_time(at, zone, now)] if at else [])])
