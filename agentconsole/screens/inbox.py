"""The inbox: the most urgent ticket of one's tier on top, and what it says beside it."""

from __future__ import annotations

import gc
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.timer import Timer
from textual.widgets import Input, Label

from agentconsole.commands import BY_ID, Scope
from agentconsole.domain.ticket import Ticket
from agentconsole.locale import _
from agentconsole.screens import headings
from agentconsole.screens.known_desks import KnownDesks, read_desks
from agentconsole.screens.listing import ListingScreen
from agentconsole.screens.preview import Preview
from agentconsole.services import stores
from agentconsole.store import tickets, windows
from agentconsole.widgets.bars import Bar, KeyBar
from agentconsole.widgets.held_rows import WINDOW
from agentconsole.widgets.ticket_list import TicketList

if TYPE_CHECKING:
    from agentconsole.domain.desk import Desk
    from agentconsole.services import tickets as deeds

NOTICE_SECONDS: Final = 30.0
"""How soon it is noticed that something fell due or woke up while nobody wrote."""
NEIGHBOURS: Final = 20
"""How many rows around the cursor are tried when its ticket has left the list."""


class InboxScreen(ListingScreen):
    """Lists tickets by deadline; the keys are those of `commands`."""

    scope = Scope.LIST
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium"), (140, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (28, "-high")]

    def __init__(self) -> None:
        super().__init__()
        self._listed: windows.View | None = None
        """The list as it is on the screen, until a newer answer comes."""
        self._desks = KnownDesks(lambda: self.call_later(self._ask_for_desks))
        self._counts: headings.Counts | None = None
        self._ticking: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Bar(id="top")
        yield Bar(id="query")
        with Horizontal(id="ask"):
            yield Label("/", markup=False)
            yield Input(id="filter", compact=True, select_on_focus=False, placeholder=_("tier:2 due:<30m words"))
        with Container(id="body"):
            yield TicketList(
                now=self.now(), zone=self.zone, calendar_of=self._desks.calendar_of, glyphs=self.glyphs, id="tickets"
            )
            yield Preview(id="preview")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Reads the first page at once: that takes less time than painting a screen without it."""
        store = self.session.store
        self.listing = self.listing.of_tier(self.session.agent.tier if tickets.live_by_tier(store) else None)
        self.rows.focus()
        self._show_keys()
        view = self.view()
        self._show_window(view, windows.around(store, view, (), WINDOW))
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        """What the first rows do not wait for."""
        if not gc.isenabled():  # as the program is started; what it is made of by now stays, and is not looked through
            gc.freeze()
            gc.enable()
        self._recount()
        self._notice()
        self._ask_for_desks()
        self.watch_store()
        self.set_interval(NOTICE_SECONDS, self._notice)

    @property
    def rows(self) -> TicketList:
        return self.query_one("#tickets", TicketList)

    @property
    def _is_asking(self) -> bool:
        """Whether a query is being typed."""
        return self.has_class("-asking")

    @property
    def _preview(self) -> Preview:
        return self.query_one(Preview)

    def ticket(self) -> Ticket | None:
        return self.rows.held.current()

    def marked(self) -> Sequence[int]:
        return sorted(self.rows.marks)

    def changed(self, done: Sequence[deeds.Done]) -> None:
        self.rows.marks = ()
        self.reload()

    def show_ticket(self, number: int) -> None:
        self._open(number)

    def pane(self) -> TicketList:
        return self.rows

    # --- the list

    def reload(self) -> None:
        """Reads the list anew, around the ticket under the cursor or what is nearest to it."""
        view, near, store = self.view(), self.rows.held.near_cursor(NEIGHBOURS), self.session.store
        self.ask("list", lambda: windows.around(store, view, near, WINDOW), partial(self._show_window, view))
        self._recount()

    def _show_window(self, view: windows.View, window: windows.Window) -> None:
        self.forget("window")
        self._listed = view
        self.rows.empty = headings.empty(self._counts, self.listing)
        self.rows.replace(window.total, window.start, window.tickets, window.rank, self.listing.tier)
        self._preview.visible = bool(window.total)
        self._tick()

    @on(TicketList.WindowWanted)
    def _fetch(self, wanted: TicketList.WindowWanted) -> None:
        view, start, count = self._listed, wanted.start, wanted.count
        neighbour, store = self.rows.held.beside(start, count), self.session.store
        if view is not None:
            self.ask(
                "window",
                lambda: windows.rows(store, view, start, count, neighbour),
                lambda rows: self.rows.set_window(start, rows),
            )

    def show_listing(self) -> None:
        if self._is_asking:
            self._close_filter()
        self._show_top()
        self.reload()

    # --- the line at the top

    def _recount(self) -> None:
        read = partial(headings.read_counts, self.session.store, self.listing.tier, self.viewer(), self.zone)
        self.ask("counts", read, self._show_counts)

    def _show_counts(self, found: headings.Counts) -> None:
        self._counts = found
        self.rows.empty = headings.empty(self._counts, self.listing)
        self._show_top()

    def _show_top(self) -> None:
        found, now = self._counts, self.now()
        if found is None:
            return
        login, marked, short = self.session.agent.login, len(self.rows.marks), self.has_class("-narrow")
        parts = headings.top(found, self.listing.tier, marked, login, now.astimezone(self.zone), short=short)
        self.query_one("#top", Bar).show(*parts)
        self._show_query()

    def _show_query(self) -> None:
        """What narrows the list, and its order, have a line of their own: whoever forgets them misses tickets."""
        line = self.query_one("#query", Bar)
        line.set_class(not self.listing.is_usual, "-some")
        line.show(*headings.narrowed(self.listing, self.rows.held.total, self.key("clear_filter")))

    def _show_keys(self) -> None:
        """The keys of the list, or, while a query is typed, what such a query can say."""
        keys = self.query_one("#keys", KeyBar)
        if self._is_asking:
            keys.show_keys([*headings.query_words(), *self.hints([("clear_filter", _("leave it"))])])
        else:
            keys.show_keys(self.hints(headings.list_keys()))

    # --- time and other people

    def _ask_for_desks(self) -> None:
        self.ask("desks", partial(read_desks, self.session.store), self._know_desks)

    def _know_desks(self, editions: Mapping[str, Desk]) -> None:
        self._desks.learn(editions)
        self._tick()

    def on_screen_resume(self) -> None:
        self._tick()

    def _tick(self) -> None:
        """Repaints the timers that changed, and comes back when the next one will."""
        if not self.is_active:
            return
        seconds = self.rows.tick(self.now())
        self._show_top()
        if self._ticking is not None:
            self._ticking.stop()
        self._ticking = self.set_timer(seconds, self._tick)

    def _notice(self) -> None:
        """What fell due or woke up; without it a ticket that waits until ten would be seen at the next write."""
        store, now = self.session.store, self.now()
        self.write(lambda: stores.notice(store, now), self._noticed)

    def _noticed(self, moved: int) -> None:
        if self.is_active:
            (self.reload if moved else self._recount)()

    # --- the preview

    @on(TicketList.CursorMoved)
    def _follow(self) -> None:
        self._preview.follow(self.rows.held.number)

    @on(TicketList.MarksChanged)
    def _marks_changed(self) -> None:
        self._show_top()

    def on_resize(self) -> None:
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        self._show_top()
        self._read_preview()

    def _read_preview(self) -> None:
        self._preview.read(self.rows.held.number)

    def do_preview(self) -> None:
        """Where there is no room for it beside the list it is a drawer; where there is, it can be put away."""
        was_shown = self._preview.display
        self.set_class(not was_shown, "-drawer")
        self.set_class(was_shown, "-alone")
        self.call_after_refresh(self._read_preview)

    # --- commands

    def do_filter(self, query: str | None = None) -> None:
        box = self.query_one("#filter", Input)
        if query is not None:
            self.narrow(query)
            return
        box.value = self.listing.typed
        self.add_class("-asking")
        self.focus_now(box)
        self._show_keys()
        box.cursor_position = len(box.value)

    @on(Input.Submitted, "#filter")
    def _filter_typed(self, event: Input.Submitted) -> None:
        self.narrow(event.value)

    def _close_filter(self) -> None:
        self.remove_class("-asking")
        self.focus_now(self.rows)
        self._show_keys()

    def do_clear_filter(self) -> None:
        if self._is_asking:
            self._close_filter()
        elif self.rows.marks:
            self.rows.marks = ()
        else:
            self.widen()

    def do_refresh(self) -> None:
        store, now = self.session.store, self.now()
        self.write(lambda: stores.notice(store, now), lambda _moved: self.reload())

    def do_mark(self) -> None:
        self.rows.action_mark()

    def do_mark_all_visible(self) -> None:
        self.rows.action_mark_visible()

    # --- into a ticket

    def do_open(self, ref: str | None = None) -> None:
        if ref:
            super().do_open(ref)
        elif (ticket := self.ticket()) is not None:
            self._open(ticket.number)

    @on(TicketList.Opened)
    def _opened(self, event: TicketList.Opened) -> None:
        self._open(event.number)

    def _open(self, number: int, first: str = "", words: str = "") -> None:
        from agentconsole.screens.ticket import TicketScreen  # after the first rows: half of the screens hang on it

        screen = TicketScreen(number, self.view(), self._desks.editions, first, words)
        self.app.push_screen(screen, lambda _: self._go_on_at(screen.number))

    def _go_on_at(self, number: int) -> None:
        """Where one has read to: the ticket that one came with may be far down by now."""
        self.rows.held.number = number
        self.reload()

    def do_reply(self, body: str = "", **others: Any) -> None:
        self._open_to("reply", body)

    def do_note(self, body: str = "", **others: Any) -> None:
        """On one ticket it is written beside the conversation, on many in a form."""
        if len(self.rows.marks) > 1:
            self.do_verb(BY_ID["note"], {"body": body} if body else {})
        else:
            self._open_to("note", body)

    def do_canned(self, words: str = "") -> None:
        self._open_to("canned", words)

    def do_knowledge(self, words: str = "") -> None:
        self._open_to("knowledge", words)

    def _open_to(self, command: str, words: str) -> None:
        """To the marked ticket if it is one, else to that under the cursor."""
        numbers = [*self.rows.marks, *(ticket.number for ticket in [self.ticket()] if ticket)]
        if numbers:
            self._open(numbers[0], command, words)
