"""The desk's playbook for a ticket: how far it is, what comes next, and each step with who did it and when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo
from typing import ClassVar

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from agentconsole.domain.playbook import Progress
from agentconsole.domain.text import safe_text, truncate
from agentconsole.locale import _, language
from agentconsole.locale.words import staff
from agentconsole.widgets.local_time import local_time


class PlaybookLines(Widget):
    """Takes no room where there is no playbook; its first line says what is to be done, alone where it is low."""

    DEFAULT_CSS = """
    PlaybookLines { display: none; height: auto; max-height: 9; padding: 0 1; }
    PlaybookLines.-some { display: block; }
    PlaybookLines .playbook-lines--next { color: $text-accent; text-style: bold; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"playbook-lines--next"}

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._lines: tuple[str, ...] = ()

    def set_steps(self, steps: Sequence[Progress], zone: tzinfo, now: datetime, key: str) -> None:
        """Shows how far a ticket is.

        Args:
            zone: of the times shown.
            key: which notes the next step.
        """
        lines = tuple(safe_text(line, single_line=True) for line in _lines(steps, zone, now, key))
        if lines != self._lines:
            self._lines = lines
            self.set_class(bool(lines), "-some")
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines)

    def render(self) -> Content:
        width, look = max(self.content_size.width, 1), self.get_visual_style("playbook-lines--next")
        first = (Content.styled(truncate(line, width), look) for line in self._lines[:1])
        return Content("\n").join([*first, *(Content(truncate(line, width)) for line in self._lines[1:])])


def _lines(steps: Sequence[Progress], zone: tzinfo, now: datetime, key: str) -> Iterator[str]:
    if not steps:
        return
    left = [each.step.label(language()) for each in steps if each.at is None]
    done = _("Playbook {done}/{all}").format(done=len(steps) - len(left), all=len(steps))
    yield f"{done} · " + (_("{key} notes: {step}").format(key=key, step=left[0]) if left else _("all is done"))
    for each in steps:
        when = f"  ({staff(each.by or '')} {local_time(each.at, zone, now)})" if each.at else ""
        yield f"{'✓' if each.at else '·'} {each.step.label(language())}{when}"
