"""The list of tickets: virtual, painted line by line, with its cursor and marks on ticket numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, ClassVar, Final

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.cache import LRUCache
from textual.content import Content
from textual.geometry import Region, Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

from agentconsole.config import Glyphs
from agentconsole.domain.ticket import Ticket
from agentconsole.domain.timer import MINUTE, Timer, TimerKind, next_change, timer
from agentconsole.locale import _
from agentconsole.widgets.centred import centred
from agentconsole.widgets.held_rows import ROWS_KEPT, HeldRows
from agentconsole.widgets.timer import LEAD_CELLS, SIGNS, Columns, Look, columns, pieces, timer_text

if TYPE_CHECKING:
    from agentconsole.domain.calendar import Calendar

SOON: Final = 30 * MINUTE
_KEYS: Final = {"down": "cursor_down", "up": "cursor_up", "pagedown": "page_down", "pageup": "page_up"} | {
    "home": "top", "end": "bottom", "enter": "open"
}  # fmt: skip
_PARTS: Final = ("cursor", "cursor-away", "late", "soon", "urgent", "marked", "muted")


class _Latest(Message):
    """Of several that wait in a queue only the last counts."""

    def can_replace(self, message: Message) -> bool:
        return type(message) is type(self)


class TicketList(ScrollView, can_focus=True):
    """Shows many tickets of which it holds a few windows, and asks for those it lacks.

    Which rows these are, and where its cursor stands, says `held`; only the list itself changes that. Until `replace`
    is called for the first time it says that it is loading. `calendar_of` names the calendar in whose open time a
    ticket's deadline is counted; `now` is the time until the first `tick`. Seconds are counted on the cursor's row
    alone: each costs eighty bytes on the wire.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [Binding(key, action, "", show=False) for key, action in _KEYS.items()]
    COMPONENT_CLASSES: ClassVar[set[str]] = {f"ticket-list--{part}" for part in _PARTS}
    DEFAULT_CSS = """
    TicketList {
        background: $background; color: $foreground; overflow-x: hidden; overflow-y: scroll;
        scrollbar-size-vertical: 1;
        scrollbar-background: $background;
        scrollbar-color: $panel;
        & > .ticket-list--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
        & > .ticket-list--cursor-away { background: $block-cursor-blurred-background; }
        & > .ticket-list--late, & > .ticket-list--urgent { color: $text-error; }
        & > .ticket-list--soon { color: $text-warning; }
        & > .ticket-list--marked { color: $text-accent; }
        & > .ticket-list--muted { color: $text-muted; }
    }
    .ticket-list--cursor { text-style: $block-cursor-text-style; }
    .ticket-list--late, .ticket-list--urgent, .ticket-list--marked { text-style: bold; }
    """

    @dataclass
    class CursorMoved(_Latest):
        """The cursor stands on another ticket; None: on none, the list is empty."""

        number: int | None

    @dataclass
    class Opened(Message):
        """Somebody wants to see the whole ticket."""

        number: int

    @dataclass
    class MarksChanged(_Latest):
        """The numbers that are marked now, those not in the list included."""

        numbers: frozenset[int]

    @dataclass
    class WindowWanted(_Latest):
        """Some of `count` rows from the rank `start` are in sight, or soon, and not held. Replaces the wish before."""

        start: int
        count: int

    empty: reactive[Content | str] = reactive[Content | str]("", repaint=False)
    """What an empty list says; a string is taken as it is."""

    def __init__(
        self,
        *,
        now: datetime,
        zone: tzinfo,
        calendar_of: Callable[[Ticket], Calendar | None] = lambda ticket: None,
        glyphs: Glyphs = Glyphs.UNICODE,
        id: str | None = None,  # noqa: A002 -- Textual's word
    ) -> None:
        super().__init__(id=id)
        self._now, self._zone, self._signs = now, zone, SIGNS[glyphs]
        self._calendar_of = calendar_of
        self.held = HeldRows()
        self._marks: frozenset[int] = frozenset()
        self._digits = 5
        self._tier: int | None = None
        self._columns: Columns | None = None
        self._shown: dict[int, Look | None] = {}
        self._strips: LRUCache[Look, Strip] = LRUCache(ROWS_KEPT)
        self._styles: dict[str, Style] = {}

    @property
    def marks(self) -> frozenset[int]:
        """The marked numbers. A ticket that leaves the list stays marked."""
        return self._marks

    @marks.setter
    def marks(self, numbers: Iterable[int]) -> None:
        marks = frozenset(numbers)
        if marks != self._marks:
            self._marks = marks
            self.post_message(self.MarksChanged(marks))
            self._repaint_changed()

    def replace(
        self, total: int, start: int, tickets: Sequence[Ticket], cursor_rank: int | None, tier: int | None = None
    ) -> None:
        """Shows a newer state of the list, of which `tickets` are the rows from the rank `start`.

        The cursor stays on its ticket and the ticket on its screen line; but a list that is shown from its top stays at
        the top, so that what comes in above is seen. `cursor_rank` says where that ticket is now, or would be; None:
        not known, the cursor keeps its place unless the ticket is among `tickets`. Only lines that differ are painted.
        A `tier` that is the only one has no column.
        """
        top, old_cursor, had_rows = self.scroll_offset.y, self.held.cursor, bool(self.held.total)
        cursor = self.held.replace(total, start, tickets, cursor_rank)
        # The scroll bar always has its place, so a new height needs no new layout, which would repaint everything.
        self.set_reactive(Widget.virtual_size, Size(self.size.width, total))
        self.vertical_scrollbar.window_virtual_size = total
        self._measure(tickets)
        if tier != self._tier or not had_rows or not total:
            self._tier = tier
            self._measure_anew()
        self._go(cursor, 0 if top == 0 and cursor < self._page else top + cursor - old_cursor)
        self._want()

    def set_window(self, start: int, tickets: Sequence[Ticket]) -> None:
        """Takes in the rows from the rank `start`, of the state last shown; rows far from sight are let go."""
        self.held.take(start, tickets, self.scroll_offset.y + self._page // 2)
        self._measure(tickets)
        self._settle()
        self._repaint_changed()
        self._want()

    def tick(self, now: datetime) -> int:
        """Sets the time and repaints the timers that say something new; returns the seconds to the next, at most 60."""
        self._now = now
        self._repaint_changed()
        changes = (next_change(self._timer(each), closely=each.number == self.held.number) for each in self._in_sight())
        return min(MINUTE, min(changes, default=MINUTE))

    def move(self, delta: int) -> None:
        """Moves the cursor by so many rows; at the edge the view by half a page, so that most moves cost two lines."""
        self.move_to(self.held.cursor + delta)

    def move_to(self, position: int) -> None:
        """Moves the cursor to the row of that rank, or the nearest."""
        self._go(self.held.within(position), self.scroll_offset.y)

    def action_cursor_down(self) -> None:
        self.move(1)

    def action_cursor_up(self) -> None:
        self.move(-1)

    def action_page_down(self) -> None:
        self._leap(self._page - 1)

    def action_page_up(self) -> None:
        self._leap(1 - self._page)

    def action_half_page_down(self) -> None:
        self._leap(self._page // 2)

    def action_half_page_up(self) -> None:
        self._leap(-(self._page // 2))

    def action_top(self) -> None:
        self.move_to(0)

    def action_bottom(self) -> None:
        self.move_to((self.held.total or 0) - 1)

    def action_open(self) -> None:
        if (ticket := self.held.current()) is not None:
            self.post_message(self.Opened(ticket.number))

    def action_mark(self) -> None:
        """Marks or unmarks the ticket and goes on to the next."""
        if (ticket := self.held.current()) is not None:
            self.marks = self._marks ^ {ticket.number}
            self.move(1)

    def action_mark_visible(self) -> None:
        """Marks every ticket in sight; if they are all marked, takes these marks away."""
        numbers = frozenset(ticket.number for ticket in self._in_sight())
        self.marks = self._marks - numbers if numbers <= self._marks else self._marks | numbers

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is not None and self.scroll_offset.y + offset.y < (self.held.total or 0):
            self.move_to(self.scroll_offset.y + offset.y)
            if event.chain == 2:
                self.action_open()

    def on_resize(self) -> None:
        self._measure_anew()
        self._go(self.held.cursor, self.scroll_offset.y)
        self._want()

    def notify_style_update(self) -> None:
        """Comes with every change of focus or hover too, which must not cost a painting of everything."""
        super().notify_style_update()
        plain = self.rich_style
        parts = {part: self.get_component_rich_style(f"ticket-list--{part}", default=plain) for part in _PARTS}
        styles = {"": plain} | parts
        if styles != self._styles:
            self._styles = styles
            self._forget()

    def watch_empty(self) -> None:
        if self.held.total == 0:
            self.refresh()

    def watch_has_focus(self, _has_focus: bool) -> None:
        super().watch_has_focus(_has_focus)
        self._repaint_changed()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._want()

    def render_line(self, y: int) -> Strip:
        """One line of the view, always of the widget's own width."""
        if not self.held.total:
            return self._notice(y)
        rank = self.scroll_offset.y + y
        look = self._shown[y] = self._look(rank)
        if look is None:
            return Strip.blank(self.size.width, self.rich_style)
        strip = self._strips.get(look)
        if strip is None:
            strip = self._strips[look] = self._painted(look, self.held.at(rank))
        return strip

    def _in_sight(self) -> Iterator[Ticket]:
        return self.held.between(self.scroll_offset.y, self.scroll_offset.y + self._page)

    @property
    def _page(self) -> int:
        return max(self.size.height, 1)

    def _leap(self, delta: int) -> None:
        """Moves cursor and view alike, so that the cursor keeps its line."""
        self._go(self.held.within(self.held.cursor + delta), self.scroll_offset.y + delta)

    def _go(self, cursor: int, top: int) -> None:
        """Puts the cursor on a rank and shows the list from `top`, or around the cursor if that would hide it."""
        self.held.cursor = cursor
        self._settle()
        if not top <= cursor < top + self._page:
            top = cursor - self._page // 2
        self.scroll_to(y=max(0, min(top, (self.held.total or 0) - self._page)), animate=False, force=True)
        self._repaint_changed()

    def _settle(self) -> None:
        if self.held.settle():
            self.post_message(self.CursorMoved(self.held.number))

    def _measure(self, tickets: Iterable[Ticket]) -> None:
        """Widens the column of the numbers for a longer one."""
        digits = max((len(str(ticket.number)) for ticket in tickets), default=0)
        if digits > self._digits:
            self._digits = digits
            self._measure_anew()

    def _measure_anew(self) -> None:
        self._columns = None
        self._forget()

    def _want(self) -> None:
        if wanted := self.held.wanted(self.scroll_offset.y, self._page):
            self.post_message(self.WindowWanted(*wanted))

    def _forget(self) -> None:
        self._strips.clear()
        self._shown.clear()
        self.refresh()

    def _repaint_changed(self) -> None:
        """Repaints what differs from the last painting: the whole line, or the lead alone if only its timer changed."""
        top, width = self.scroll_offset.y, self.scrollable_size.width
        for y in range(self._page if self.held.total else 0):
            new, old = self._look(top + y), self._shown.get(y)
            if new != old:
                only_timer = new is not None and old is not None and new[:4] == old[:4]
                self.refresh(Region(0, y, LEAD_CELLS if only_timer else width, 1))

    def _timer(self, ticket: Ticket) -> Timer:
        return timer(ticket, self._calendar_of(ticket), self._now)

    def _look(self, rank: int) -> Look | None:
        if rank >= (self.held.total or 0):
            return None
        cursor = "" if rank != self.held.cursor else "cursor" if self.has_focus else "cursor-away"
        ticket = self.held.at(rank)
        if ticket is None:
            return Look(None, 0, cursor, False, "", "")
        reading = self._timer(ticket)
        soon = reading.kind is TimerKind.LEFT and (reading.seconds or 0) < SOON
        tone = "late" if reading.kind is TimerKind.LATE else "soon" if soon else ""
        text = timer_text(reading, self._zone, self._signs, closely=bool(cursor))
        return Look(ticket.number, ticket.version, cursor, ticket.number in self._marks, text, tone)

    def _painted(self, look: Look, ticket: Ticket | None) -> Strip:
        if self._columns is None:
            self._columns = columns(self.size.width, self._digits, self._signs, self._tier)
        row = Strip(Segment(text, self._styles[part]) for part, text in pieces(look, ticket, self._columns))
        return row.simplify().adjust_cell_length(self.size.width, self.rich_style)

    def _notice(self, y: int) -> Strip:
        """A line of what an empty list says, or that it is loading, in the middle of the view."""
        text = self.empty if self.held.total == 0 else _("Loading") + self._signs.ellipsis
        style = self.get_visual_style(*(() if self.held.total == 0 else ("ticket-list--muted",)))
        return centred(Content(text) if isinstance(text, str) else text, y, self.size, style)
