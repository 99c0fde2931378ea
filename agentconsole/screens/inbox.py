"""The inbox: the most urgent ticket of one's tier on top, and what it says beside it."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.timer import Timer
from textual.widgets import Input

from agentconsole.commands import BY_ID, Scope
from agentconsole.domain import query
from agentconsole.domain.errors import UsageError
from agentconsole.domain.ticket import Ticket
from agentconsole.locale import _
from agentconsole.screens import counts
from agentconsole.screens.bindings import console
from agentconsole.screens.preview import Preview, read_preview
from agentconsole.screens.views import ViewedScreen
from agentconsole.services import stores
from agentconsole.store import tickets, windows
from agentconsole.store.query_sql import Viewer
from agentconsole.store.views import SavedView
from agentconsole.widgets.bars import Bar, KeyBar, Part
from agentconsole.widgets.ticket_list import WINDOW, TicketList
from agentconsole.widgets.timer import ASCII, UNICODE, Glyphs

if TYPE_CHECKING:
    from agentconsole.domain.calendar import Calendar
    from agentconsole.domain.desk import Desk
    from agentconsole.services import tickets as deeds
    from agentconsole.store.store import Store

POLL_SECONDS: Final = 1.0
"""How soon another process's write is seen."""
NOTICE_SECONDS: Final = 30.0
"""How soon it is noticed that something fell due or woke up while nobody wrote."""
SETTLE_SECONDS: Final = 0.15
"""How long the cursor rests before the preview follows it."""
NEIGHBOURS: Final = 20
"""How many rows around the cursor are tried when its ticket has left the list."""


class InboxScreen(ViewedScreen):
    """Lists tickets by deadline; the keys are those of `commands`."""

    scope = Scope.LIST
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium"), (140, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (28, "-high")]

    def __init__(self) -> None:
        super().__init__()
        self._tier: int | None = None
        self._home: int | None = None
        """The tier to show when nothing is typed."""
        self._typed = ""
        self._named = ""
        """The saved list that is shown."""
        self._listed: windows.View | None = None
        """The list as it is on the screen, until a newer answer comes."""
        self._sort = "due"
        self._desks: dict[str, Desk] = {}
        self._counts: counts.Counts | None = None
        self._data_version = -1
        self._settling: Timer | None = None
        self._ticking: Timer | None = None

    def compose(self) -> ComposeResult:
        yield Bar(id="top")
        yield Bar(id="query")
        yield Input(id="filter", compact=True, select_on_focus=False, placeholder=_("tier:2 due:<30m words"))
        with Container(id="body"):
            yield TicketList(
                now=self.now(), zone=self.zone, calendar_of=self._calendar_of, glyphs=self._glyphs, id="tickets"
            )
            yield Preview(ascii_only=self._glyphs is ASCII, id="preview")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Reads the first page at once: that takes less time than painting a screen without it."""
        store = self.session.store
        self._home = self._tier = self.session.agent.tier if tickets.live_by_tier(store) else None
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
        self.ask("desks", partial(_desks, self.session.store), self._know_desks)
        self.set_interval(POLL_SECONDS, self._look_for_changes)
        self.set_interval(NOTICE_SECONDS, self._notice)

    @property
    def _glyphs(self) -> Glyphs:
        return ASCII if console(self).settings.glyphs.value == "ascii" else UNICODE

    @property
    def rows(self) -> TicketList:
        return self.query_one("#tickets", TicketList)

    def ticket(self) -> Ticket | None:
        return self.rows.cursor_ticket()

    def marked(self) -> Sequence[int]:
        return sorted(self.rows.marks)

    def changed(self, done: Sequence[deeds.Done]) -> None:
        self.rows.marks = ()
        self._load()

    def show_ticket(self, number: int) -> None:
        self._open(number)

    def pane(self) -> TicketList:
        return self.rows

    # --- the list

    def view(self) -> windows.View:
        """The list as it is asked for now: what is open, or what was typed, in the tier that is chosen."""
        now = self.now()
        asked = query.parse(self._typed or "is:open", now=now, zone=self.zone)
        tier = query.Compare("tier", query.Op.EQ, (self._tier,)) if self._tier else query.All()
        return windows.View(query.all_of(asked, tier), Viewer(self.session.agent.login, now), self._sort)

    def _load(self) -> None:
        """Reads the list anew, around the ticket under the cursor or what is nearest to it."""
        view, near, store = self.view(), self._near_cursor(), self.session.store
        self.ask("list", lambda: windows.around(store, view, near, WINDOW), partial(self._show_window, view))
        self._recount()

    def _near_cursor(self) -> list[int]:
        """The cursor's ticket, the following ones, then those before: where the cursor goes if its ticket leaves."""
        here = self.rows.position
        ranks = [*range(here, here + NEIGHBOURS), *range(here - 1, here - NEIGHBOURS, -1)]
        return [ticket.number for rank in ranks if (ticket := self.rows.ticket_at(rank)) is not None]

    def _show_window(self, view: windows.View, window: windows.Window) -> None:
        self.forget("window")
        self._listed = view
        self.rows.empty = self._empty_text()
        self.rows.replace(window.total, window.start, window.tickets, window.rank)
        self.query_one(Preview).visible = bool(window.total)
        self._tick()

    def _empty_text(self) -> str:
        if self._counts is not None and not self._counts.everything:
            return _(
                "No tickets yet.\n\nagentconsole sync PATH  takes in a helpdesk's export\n"
                "N  opens a ticket for a call\nagentconsole demo  shows a desk full of examples\n?  help"
            )
        if self._typed:
            return _("Nothing matches. Esc clears the filter.")
        return _("Nothing waits here. 0 shows all tiers.")

    @on(TicketList.WindowWanted)
    def _fetch(self, wanted: TicketList.WindowWanted) -> None:
        view, start, count = self._listed, wanted.start, wanted.count
        neighbour, store = self._neighbour(start, count), self.session.store
        if view is not None:
            self.ask(
                "window",
                lambda: windows.rows(store, view, start, count, neighbour),
                lambda rows: self.rows.set_window(start, rows),
            )

    def _neighbour(self, start: int, count: int) -> tuple[int, int] | None:
        for rank in (start - 1, start + count):
            if (ticket := self.rows.ticket_at(rank)) is not None:
                return rank, ticket.number
        return None

    # --- the line at the top

    def _recount(self) -> None:
        viewer = Viewer(self.session.agent.login, self.now())
        read = partial(counts.read_counts, self.session.store, self._tier, viewer, self.zone)
        self.ask("counts", read, self._show_counts)

    def _show_counts(self, found: counts.Counts) -> None:
        self._counts = found
        self.rows.empty = self._empty_text()
        self._show_top()

    def _show_top(self) -> None:
        found, now = self._counts, self.now()
        if found is None:
            return
        marked = [Part(_("marked {count}").format(count=len(self.rows.marks)), "key")] if self.rows.marks else []
        tiers = counts.tiers(found, self._tier, short=self.has_class("-narrow"))
        shown = "%H:%M %Z" if self.size.width >= 80 else "%H:%M"
        clock = Part(f"{self.session.agent.login} {now.astimezone(self.zone):{shown}}", "title")
        left = [*marked, *counts.urgency(found), *tiers]
        self.query_one("#top", Bar).show(left, [*counts.sync_age(found, now), clock])
        self._show_query()

    def _show_query(self) -> None:
        """What the list is narrowed to has a line of its own: whoever forgets it misses tickets."""
        line = self.query_one("#query", Bar)
        line.set_class(bool(self._typed), "-some")
        total = self.rows.total
        found = _("{count} found").format(count=total) if total is not None else ""
        clear = _("{key} clears").format(key=self.key("clear_filter"))
        name = [Part(self._named, "title")] if self._named else []
        line.show([Part("/", "key"), *name, Part(self._typed, "key", cut=True)], [Part(found), Part(clear, "muted")])

    def _show_keys(self) -> None:
        """The keys of the list, or, while a query is typed, what such a query can say."""
        keys = self.query_one("#keys", KeyBar)
        if self.query_one("#filter").has_class("-open"):
            says = [("tier:2", _("tier")), ("due:<30m", _("due")), ("tag:vip", _("tag"))]
            keys.show_keys([("Enter", _("show")), *says, *self.hints([("clear_filter", _("leave it"))])])
            return
        wanted = [
            ("open", _("open")),
            ("reply", _("reply")),
            ("claim", _("claim")),
            ("filter", _("filter")),
            ("command_line", _("command")),
            ("mark", _("mark")),
            ("escalate", _("escalate")),
            ("solve", _("solve")),
            ("undo", _("undo")),
            ("help", _("help")),
        ]
        keys.show_keys(self.hints(wanted))

    # --- time and other people

    def _know_desks(self, known: Sequence[Desk]) -> None:
        self._desks = {desk.key: desk for desk in known}
        self._tick()

    def _calendar_of(self, ticket: Ticket) -> Calendar | None:
        desk = self._desks.get(ticket.desk)
        return desk.calendar(ticket.due_calendar) if desk and ticket.due_calendar else None

    def on_screen_resume(self) -> None:
        self._tick()
        self._look_for_changes()

    def _tick(self) -> None:
        """Repaints the timers that changed, and comes back when the next one will.

        Not behind another screen, here and below: the library paints all of that one for a cell that changes in this.
        """
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
            (self._load if moved else self._recount)()

    def _look_for_changes(self) -> None:
        if not self.is_active:
            return
        version = self.session.store.data_version()
        if version != self._data_version:
            known, self._data_version = self._data_version, version
            if known != -1:
                self._load()

    # --- the preview

    @on(TicketList.CursorMoved)
    def _follow(self, moved: TicketList.CursorMoved) -> None:
        if self._settling is not None:
            self._settling.stop()
        if self.query_one(Preview).display:
            self._settling = self.set_timer(SETTLE_SECONDS, self._read_preview)

    @on(TicketList.MarksChanged)
    def _marks_changed(self) -> None:
        self._show_top()

    def on_resize(self) -> None:
        self.call_after_refresh(self._resized)

    def _resized(self) -> None:
        self._show_top()
        self._read_preview()

    def _read_preview(self) -> None:
        ticket, preview = self.ticket(), self.query_one(Preview)
        if ticket is not None and preview.display:
            read = partial(read_preview, self.session.store, ticket.number)
            self.ask("preview", read, lambda found: preview.show(*found, self.zone, self.now()))

    # --- commands

    def do_filter(self, query: str | None = None) -> None:
        box = self.query_one("#filter", Input)
        if query is not None:
            self._filter(query)
            return
        box.value = self._typed
        box.add_class("-open")
        self.focus_now(box)
        self._show_keys()
        box.cursor_position = len(box.value)

    @on(Input.Submitted, "#filter")
    def _filter_typed(self, event: Input.Submitted) -> None:
        self._filter(event.value)

    def _filter(self, typed: str, name: str = "") -> None:
        """A query means here what it means everywhere, so it finds in all tiers; a tier can be chosen after it."""
        before, self._typed = self._typed, typed.strip()
        try:
            self.view()
        except UsageError as error:
            self._typed = before
            self.refuse(error)
            return
        self._named = name
        self._tier = None if self._typed else self._home
        self._close_filter()
        self._show_top()
        self._load()

    def shown_as(self) -> tuple[str, str]:
        tier = f"tier:{self._tier}" if self._tier else ""
        typed = f"({self._typed})" if self._typed and tier else self._typed or "is:open"
        return f"{typed} {tier}".strip(), self._sort

    def show_view(self, view: SavedView) -> None:
        self._sort = view.sort
        self._filter(view.query, view.name)

    def _close_filter(self) -> None:
        self.query_one("#filter", Input).remove_class("-open")
        self.focus_now(self.rows)
        self._show_keys()

    def do_clear_filter(self) -> None:
        if self.query_one("#filter").has_class("-open"):
            self._close_filter()
        elif self.rows.marks:
            self.rows.marks = ()
        elif self._typed:
            self._filter("")

    def do_tier_1(self) -> None:
        self._choose_tier(1)

    def do_tier_2(self) -> None:
        self._choose_tier(2)

    def do_tier_3(self) -> None:
        self._choose_tier(3)

    def do_tier_all(self) -> None:
        self._choose_tier(None)

    def _choose_tier(self, tier: int | None) -> None:
        self._tier = self._home = tier
        self._show_top()
        self._load()

    def do_sort(self, order: str | None = None) -> None:
        names = [*tickets.SORTS]
        try:
            tickets.sort_named(order or self._sort)
        except UsageError as error:
            self.refuse(error)
            return
        self._sort = order or names[(names.index(self._sort) + 1) % len(names)]
        self.tell(_("sorted by {order}").format(order=self._sort))
        self._load()

    def do_refresh(self) -> None:
        store, now = self.session.store, self.now()
        self.write(lambda: stores.notice(store, now), lambda _moved: self._load())

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

        screen = TicketScreen(number, self.view(), self._desks, first, words)
        self.app.push_screen(screen, lambda _: self._load())

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


def _desks(store: Store) -> list[Desk]:
    from agentconsole.store import desks  # calendars take longer to read than rows

    return desks.desks(store)
