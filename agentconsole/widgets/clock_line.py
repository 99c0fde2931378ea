"""The promises made to one ticket: each as a word, a sign and the time that is left, or how it ended."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, tzinfo
from typing import ClassVar, Final

from textual.content import Content
from textual.geometry import Size
from textual.style import Style
from textual.widget import Widget

from agentconsole.config import Glyphs
from agentconsole.domain.sla import Clock
from agentconsole.domain.text import cell_width, truncate
from agentconsole.domain.timer import NO_TIMER, Timer, TimerKind
from agentconsole.domain.values import ClockKind, ClockState, Status
from agentconsole.locale import _
from agentconsole.widgets.local_time import local_time
from agentconsole.widgets.timer import SIGNS, timer_text

_LOOKS: Final = {
    Glyphs.UNICODE: {"late": "!", "soon": "›", "running": "›", "paused": "‖", "kept": "✓", "kept-late": "!"},
    Glyphs.ASCII: {"late": "!", "soon": ">", "running": ">", "paused": "||", "kept": "+", "kept-late": "!"},
}
_SOON: Final = 30 * 60
"""Seconds left of a clock that has no warning of its own."""
_GAP: Final = "   "
TimerOf = Callable[[Clock, datetime], Timer]
_Item = tuple[str, str]
"""How it looks, and what it says."""


def plain_timer(clock: Clock, now: datetime) -> Timer:
    """A running clock read by plain time, whatever its calendar."""
    if clock.due_at is None:
        return NO_TIMER
    seconds = int((clock.due_at - now).total_seconds())
    kind = TimerKind.LEFT if seconds > 0 else TimerKind.LATE
    return Timer(kind, abs(seconds), clock.due_at)


def _name(kind: ClockKind) -> str:
    return {
        ClockKind.FIRST_RESPONSE: _("First response"),
        ClockKind.NEXT_RESPONSE: _("Next response"),
        ClockKind.UPDATE: _("Progress update"),
        ClockKind.RESOLUTION: _("Resolution"),
    }[kind]


def _shown(clocks: Sequence[Clock]) -> list[Clock]:
    """The last clock of each kind that was not given up: those that run first, the nearest deadline before all."""
    last = {clock.kind: clock for clock in clocks if clock.state is not ClockState.CANCELLED}
    never = datetime.max.replace(tzinfo=UTC)
    return sorted(last.values(), key=lambda clock: (not clock.is_live, clock.due_at or never))


class ClockLine(Widget):
    """As many lines as its clocks need at its width; usually one."""

    DEFAULT_CSS = """
    ClockLine { height: auto; min-height: 1; width: 1fr; padding: 0 1; }
    ClockLine .clock-line--late { color: $text-error; text-style: bold; }
    ClockLine .clock-line--soon { color: $text-warning; text-style: bold; }
    ClockLine .clock-line--kept-late { color: $text-error; }
    ClockLine .clock-line--paused, ClockLine .clock-line--kept { color: $text-muted; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"clock-line--{look}" for look in _LOOKS[Glyphs.UNICODE]}

    def __init__(self, *, glyphs: Glyphs = Glyphs.UNICODE, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._looks = _LOOKS[glyphs]
        self._signs = SIGNS[glyphs]
        self._clocks: list[Clock] = []
        self._zone: tzinfo = UTC
        self._status: Status | None = None
        self._timer: TimerOf = plain_timer
        self._items: list[_Item] = []

    def set_clocks(
        self,
        clocks: Sequence[Clock],
        zone: tzinfo,
        now: datetime,
        *,
        status: Status | None = None,
        timer: TimerOf = plain_timer,
    ) -> None:
        """Shows the clocks of a ticket.

        Args:
            zone: of the times shown.
            status: the ticket's, which says what a paused clock waits for.
            timer: reads a clock that is not paused and not over, in its calendar's open time if that is known.
        """
        self._clocks, self._zone, self._status, self._timer = _shown(clocks), zone, status, timer
        self._items = []
        self.tick(now)

    def tick(self, now: datetime) -> None:
        """Paints anew if a text is another one by now."""
        items = [self._item(clock, now) for clock in self._clocks]
        if items != self._items or not items:
            self._items = items
            self.refresh(layout=True)

    def _item(self, clock: Clock, now: datetime) -> _Item:
        look, text = self._paused(clock, now) if clock.is_paused else self._ended_or_runs(clock, now)
        return look, f"{self._looks[look]} {_name(clock.kind)} {text}"

    def _paused(self, clock: Clock, now: datetime) -> _Item:
        reason = {
            Status.PENDING: _("waiting for customer"),
            Status.HOLD: _("waiting inside"),
        }.get(self._status or Status.OPEN, "")
        since = local_time(clock.pauses[-1][0], self._zone, now)
        paused = _("paused {time}").format(time=since)
        if clock.breached_at is not None:
            paused = f"{_('overdue')}, {paused}"
        return "paused", f"{paused} ({reason})" if reason else paused

    def _ended_or_runs(self, clock: Clock, now: datetime) -> _Item:
        if clock.fulfilled_at is not None:
            at = local_time(clock.fulfilled_at, self._zone, now)
            if clock.breached_at is not None:
                return "kept-late", _("late, done {time}").format(time=at)
            return "kept", _("done {time}").format(time=at)
        timer = self._timer(clock, now)
        if timer.kind is TimerKind.OPENS and timer.at is not None:
            return "running", _("resumes {time}").format(time=local_time(timer.at, self._zone, now))
        left = timer_text(timer, self._zone, self._signs)
        if clock.state is ClockState.BREACHED or (clock.due_at is not None and clock.due_at <= now):
            return "late", f"{left} {_('overdue')}"
        soon = timer.kind is TimerKind.LEFT and (timer.seconds or 0) <= (clock.warn_seconds or _SOON)
        return "soon" if soon else "running", left

    def _lines(self, width: int) -> Iterator[list[_Item]]:
        """Items side by side, as many as a line of so many cells takes."""
        line: list[_Item] = []
        room = width
        for look, text in self._items:
            shown = truncate(text, width)
            if line and cell_width(shown) > room:
                yield line
                line, room = [], width
            line.append((look, shown))
            room -= cell_width(shown) + len(_GAP)
        if line:
            yield line

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return max(sum(1 for _line in self._lines(width)), 1)

    def render(self) -> Content:
        if not self._items:
            return Content.styled(_("No deadline"), self._style("kept"))
        width = max(self.content_size.width, 1)
        gap = Content(_GAP)
        lines = (
            gap.join(Content.styled(text, self._style(look)) for look, text in line) for line in self._lines(width)
        )
        return Content("\n").join(lines)

    def _style(self, look: str) -> Style:
        return self.get_visual_style(f"clock-line--{look}")
