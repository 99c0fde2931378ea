"""What the helpdesk and we both changed on a ticket: each field with both values, who and when; the keys to choose."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import ClassVar

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from agentconsole.domain.conflict import Conflict
from agentconsole.domain.text import safe_text, truncate
from agentconsole.locale import _
from agentconsole.locale.words import field_name, field_value
from agentconsole.widgets.local_time import local_time


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
        self._lines: tuple[str, ...] = ()
        self._keys = ""

    def set_conflicts(self, conflicts: Sequence[Conflict], zone: tzinfo, now: datetime, keys: tuple[str, str]) -> None:
        """Shows the conflicts of a ticket.

        Args:
            zone: of the times shown.
            keys: to keep ours, to take theirs.
        """
        lines = tuple(conflict_line(each, zone, now) for each in conflicts)
        choice = _("{ours} keeps ours, {theirs} takes theirs").format(ours=keys[0], theirs=keys[1])
        if (lines, choice) != (self._lines, self._keys):
            self._lines, self._keys = lines, choice
            self.set_class(bool(lines), "-some")
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines) + 1

    def render(self) -> Content:
        width = max(self.content_size.width, 1)
        keys = Content.styled(truncate(self._keys, width), self.get_visual_style("conflict-lines--keys"))
        return Content("\n").join([*(Content(truncate(line, width)) for line in self._lines), keys])


def conflict_line(conflict: Conflict, zone: tzinfo, now: datetime) -> str:
    """The field, both values, who set them and when."""
    words = _("! {field}: ours {ours} ({ours_by}) / theirs {theirs} ({theirs_by})")
    return safe_text(
        words.format(
            field=field_name(conflict.field),
            ours=field_value(conflict.field, conflict.ours),
            ours_by=_who(conflict.ours_by, conflict.ours_at, zone, now),
            theirs=field_value(conflict.field, conflict.theirs),
            theirs_by=_who(conflict.theirs_by, conflict.theirs_at, zone, now),
        ),
        single_line=True,
    )


def _who(name: str | None, at: datetime | None, zone: tzinfo, now: datetime) -> str:
    return " ".join([*([name] if name else []), *([local_time(at, zone, now)] if at else [])])
