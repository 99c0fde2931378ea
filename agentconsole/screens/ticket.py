"""One ticket: what was said, who asks, what helps to answer, and the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Container

from agentconsole.commands import Context, Scope
from agentconsole.config import AfterSend
from agentconsole.domain.desk import Desk
from agentconsole.domain.errors import ConsoleError
from agentconsole.domain.playbook import progress
from agentconsole.domain.sla import Clock
from agentconsole.domain.text import safe_text
from agentconsole.domain.ticket import Conversation as Thread
from agentconsole.domain.ticket import Ticket
from agentconsole.domain.timer import NO_TIMER, Timer, due_timer
from agentconsole.locale import _
from agentconsole.screens.bindings import console
from agentconsole.screens.lookup import Lookup
from agentconsole.screens.thread import Case, customer_of, read_case
from agentconsole.screens.ticket_facts import facts
from agentconsole.screens.writing import WritingScreen
from agentconsole.services import tickets as deeds
from agentconsole.store import windows
from agentconsole.widgets.article_view import ArticleView
from agentconsole.widgets.bars import Bar, KeyBar, Part, cells_of
from agentconsole.widgets.clock_line import ClockLine
from agentconsole.widgets.composer import Composer, Mode
from agentconsole.widgets.conflict_lines import ConflictLines
from agentconsole.widgets.conversation import Conversation
from agentconsole.widgets.customer_pane import CustomerPane
from agentconsole.widgets.playbook_lines import PlaybookLines
from agentconsole.widgets.wrapped_lines import WrappedLines

TICK_SECONDS: Final = 10.0


class TicketScreen(WritingScreen):
    """Shows a ticket and lets one answer it.

    Args:
        number: which.
        view: the list that it was opened from, for the next ticket.
        desks: every edition by its name and by key, for the open hours that its clocks count in.
        first: a command to begin with, such as `reply`.
        words: what was said with it.
    """

    scope = Scope.TICKET
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium"), (140, "-wide"), (170, "-broad")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-high")]

    def __init__(
        self, number: int, view: windows.View, desks: Mapping[str, Desk], first: str = "", words: str = ""
    ) -> None:
        super().__init__()
        self.number = number
        """Which: in the end the one that the list goes on with."""
        self._view = view
        self._desks = desks
        self._first, self._words = first, words
        self._case: Case | None = None

    def compose(self) -> ComposeResult:
        yield Bar(id="top")
        yield WrappedLines(id="subject")
        yield ClockLine(glyphs=self.glyphs, id="clocks")
        yield PlaybookLines()
        yield ConflictLines()
        with Container(id="body"):
            with Container(id="talk"):
                yield Conversation(glyphs=self.glyphs, unfold=self.key("quotes"), id="conversation")
                yield Composer(id="composer")
            with Container(id="side"):
                yield Lookup(id="lookup")
                yield CustomerPane(id="customer")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        self.conversation.focus()
        self.watch_store()
        self.set_interval(TICK_SECONDS, self._tick)
        self.show_keys()
        self._open()

    def ticket(self) -> Ticket | None:
        return self._case.thread.ticket if self._case else None

    def thread(self) -> Thread | None:
        return self._case.thread if self._case else None

    def context(self) -> Context:
        known = super().context()
        return replace(known, screen=Scope.COMPOSER) if self.is_writing else known

    def changed(self, done: Sequence[deeds.Done]) -> None:
        self.reload()

    def show_ticket(self, number: int) -> None:
        self.app.push_screen(TicketScreen(number, self._view, self._desks))

    # --- reading

    def _open(self) -> None:
        """Reads at once: that takes less time than painting a screen without the ticket."""
        try:
            self._show(read_case(self.session, self.number, self._view))
        except ConsoleError as error:
            self.refuse(error)

    def reload(self) -> None:
        session, number, view = self.session, self.number, self._view
        self.ask("case", lambda: read_case(session, number, view), self._show)

    def _show(self, case: Case) -> None:
        opened = self._case is None
        self._case = case if self._case is None else replace(case, next=self._case.next)
        self._drafts = case.drafts
        now, ticket = self.now(), case.thread.ticket
        self.conversation.set_messages(case.thread.messages, self.zone, now)
        self.query_one(CustomerPane).set_customer(customer_of(case.thread, case.earlier), self.zone, now)
        self.query_one(ClockLine).set_clocks(
            case.thread.clocks, self.zone, now, status=ticket.status, timer=self._timer
        )
        self._show_steps(case.thread, now)
        choose = self.key("ours"), self.key("theirs")
        self.query_one(ConflictLines).set_conflicts(case.conflicts, self.zone, now, choose)
        self._show_top(case.thread)
        if opened:
            self.call_after_refresh(self._begin, case)  # what is not laid out yet takes no focus
        elif self.is_writing:
            self.tell_newer(case.thread)

    def holds(self, event: events.Key) -> bool:
        """What is typed behind the key that opened the ticket for writing, before there is anything to write in."""
        typed = "\n" if event.key == "enter" else event.character if event.is_printable else None
        if not self._first or typed is None:
            return False
        self._words += typed
        return True

    def _begin(self, case: Case) -> None:
        """Goes on with what the ticket was opened for; or shows a draft, whose text no key changes yet."""
        first, words, self._first, self._words = self._first, self._words, "", ""
        if first in ("reply", "note"):
            self.begin("reply" if first == "reply" else "note", words)
        elif first == "canned":
            self.do_canned(words)
        elif first == "knowledge":
            self.do_knowledge(words)
        elif case.drafts:
            newest = max(case.drafts.values(), key=lambda draft: draft.updated_at)
            self.begin("note" if newest.kind == "note" else "reply")
            self.conversation.focus()

    def _timer(self, clock: Clock, now: datetime) -> Timer:
        desk = self._desks.get(clock.edition(self._case.thread.ticket.desk)) if self._case else None
        if clock.due_at is None:
            return NO_TIMER
        return due_timer(clock.due_at, desk.calendar(clock.calendar_id) if desk else None, now)

    def _show_steps(self, thread: Thread, now: datetime) -> None:
        desk = self._desks.get(thread.ticket.desk)
        steps = progress(desk.playbook(thread.ticket.category), thread.events) if desk else ()
        self.query_one(PlaybookLines).set_steps(steps, self.zone, now, self.key("step"))

    def _tick(self) -> None:
        self.query_one(ClockLine).tick(self.now())

    def _show_top(self, thread: Thread) -> None:
        """The subject has lines of its own where it would be cut even without the first of the facts."""
        ticket = thread.ticket
        number, subject = Part(str(ticket.number), "title"), Part(ticket.subject, cut=True)
        known = facts(thread, self._desks, self.now().astimezone(self.zone))
        short = next((k for k in (known, known[1:]) if cells_of([number, subject, *k]) <= self.size.width), None)
        self.query_one("#top", Bar).show([number, subject] if short else [number], short or known)
        self.query_one("#subject", WrappedLines).show([] if short else [safe_text(ticket.subject, single_line=True)])

    def on_resize(self) -> None:
        if self._case is not None:
            self._show_top(self._case.thread)

    def on_descendant_focus(self) -> None:
        self.show_keys()

    def on_descendant_blur(self) -> None:
        self.show_keys()

    def show_keys(self) -> None:
        """The keys of the pane that hears them."""
        keys = self.query_one(KeyBar)
        if self.has_class("-looking"):
            looking = [("↑↓", _("choose")), ("Enter", _("insert")), ("PgDn", _("scroll")), ("Esc", _("close"))]
            keys.show_keys([*looking, *self.hints([("help", _("help"))], writing=True)])
        elif self.is_writing and self.composer.has_focus_within:
            keys.show_keys(self.hints(self._writing_keys(), writing=True))
        elif self.query_one(CustomerPane).has_focus:
            leave = self.hints([("back", _("back")), ("help", _("help"))])
            keys.show_keys([("↑↓", _("choose")), ("Enter", _("open")), *leave])
        else:
            keys.show_keys(self.hints(self._usual_keys()))

    def _usual_keys(self) -> list[tuple[str, str]]:
        return [
            ("reply", _("reply")),
            ("note", _("note")),
            ("escalate", _("escalate")),
            ("solve", _("solve")),
            ("customer", _("customer")),
            ("explain", _("explain")),
            ("canned", _("canned answer")),
            ("knowledge", _("look up")),
            ("verify", _("verify")),
            ("next_ticket", _("next")),
            ("back", _("back")),
            ("help", _("help")),
        ]

    def _writing_keys(self) -> list[tuple[str, str]]:
        is_reply = self.composer.mode == "reply"
        return [
            ("send", _("send") if is_reply else _("keep it")),
            *([("send_solve", _("send & solve"))] if is_reply else []),
            ("canned", _("canned")),
            ("knowledge", _("look up")),
            ("back", _("leave")),
            *([("send_pending", _("send & wait"))] if is_reply else []),
            *([] if console(self).settings.locked else [("editor", _("editor"))]),
            ("command_line", _("command")),
            ("help", _("help")),
        ]

    # --- what helps to answer

    def make_room(self) -> None:
        self.remove_class("-side", "-looking")

    def do_canned(self, words: str = "") -> None:
        self._open_lookup("canned", words)

    def do_knowledge(self, words: str = "") -> None:
        self._open_lookup("knowledge", words)

    def _open_lookup(self, shelf: str, words: str) -> None:
        if self._case is not None:
            self.add_class("-side", "-looking")
            lookup = self.query_one(Lookup)
            lookup.open(shelf, self.session, self._case.thread.ticket, words)
            self.focus_now(lookup.field)
            self.show_keys()

    @on(Lookup.Insert)
    def _insert(self, event: Lookup.Insert) -> None:
        self._close_lookup()
        self.begin(self.composer.mode if self.is_writing else "reply")
        self.composer.insert_passage(event.text, event.canned)

    @on(Lookup.Closed)
    def _close_lookup(self) -> None:
        self.remove_class("-looking", "-side")
        if self.is_writing:
            self.focus_now(self.composer.field)
        else:
            self.focus_now(self.conversation)
        self.show_keys()

    def do_customer(self) -> None:
        """On a narrow screen the customer has the whole of it, until the key is pressed again."""
        self.remove_class("-looking")
        self.toggle_class("-side")
        self.focus_now(self.query_one(CustomerPane) if self.has_class("-side") else self.conversation)

    def do_quotes(self) -> None:
        if not self.conversation.fold():
            self.tell(_("Nothing is quoted here."))

    @on(CustomerPane.TicketChosen)
    def _earlier_chosen(self, event: CustomerPane.TicketChosen) -> None:
        self.show_ticket(event.number)

    # --- going on

    def do_back(self) -> None:
        if self.is_sending:
            return
        if self.has_class("-looking"):
            self._close_lookup()
        elif self.has_class("-side"):
            self.do_customer()
        elif self.is_writing:
            self.leave_composer()
        else:
            self.dismiss(None)

    def do_next_ticket(self) -> None:
        if self.is_sending:
            return
        if self._case is None or self._case.next is None:
            self.tell(_("This was the last of the list."))
            return
        self._keep_draft()
        self.number, self._case = self._case.next, None
        self.make_room()
        self._close_composer()
        self.reload()

    def go_on(self, sent: Mode) -> None:
        """After a note one stays; after a reply the next ticket comes, or one is back, as configured."""
        if sent == "note":
            self.reload()
        elif console(self).settings.after_send is AfterSend.NEXT and self._case and self._case.next is not None:
            self.do_next_ticket()
        else:
            self.number = self._case.next if self._case and self._case.next is not None else self.number
            self.dismiss(None)

    def do_refresh(self) -> None:
        self.reload()

    def pane(self) -> Conversation | CustomerPane | ArticleView:
        if self.has_class("-looking"):
            return self.query_one("#lookup ArticleView", ArticleView)
        pane = self.query_one(CustomerPane)
        return pane if pane.has_focus else self.conversation
