"""One ticket: what was said, who asks, what helps to answer, and the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Container

from agentconsole.commands import Scope
from agentconsole.config import AfterSend
from agentconsole.domain.desk import Desk
from agentconsole.domain.errors import ConsoleError, RefusedError
from agentconsole.domain.sla import Clock
from agentconsole.domain.ticket import Conversation as Thread
from agentconsole.domain.ticket import Ticket
from agentconsole.domain.timer import NO_TIMER, Timer, due_timer
from agentconsole.locale import _
from agentconsole.screens.bindings import console
from agentconsole.screens.editor import edit
from agentconsole.screens.lookup import Lookup
from agentconsole.screens.working import WorkScreen
from agentconsole.services import tickets as deeds
from agentconsole.store import drafts, tickets, windows
from agentconsole.widgets.bars import Bar, KeyBar, Part
from agentconsole.widgets.clock_line import ClockLine
from agentconsole.widgets.composer import Composer, Mode
from agentconsole.widgets.conversation import Conversation
from agentconsole.widgets.customer_lines import Customer
from agentconsole.widgets.customer_pane import CustomerPane
from agentconsole.widgets.timer import priorities, statuses

POLL_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class Case:
    """All that the screen shows, read at one moment."""

    thread: Thread
    earlier: tuple[Ticket, ...]
    drafts: Mapping[str, drafts.Draft]
    next: int | None
    """The ticket that follows in the list one came from."""


def read_case(session: Any, number: int, view: windows.View) -> Case:
    store = session.store
    thread = tickets.conversation(store, number)
    earlier = tickets.of_customer(store, thread.customer.id) if thread.customer else []
    return Case(
        thread,
        tuple(each for each in earlier if each.number != number),
        drafts.drafts(store, number, session.agent.id),
        windows.next_of(store, view, number),
    )


class TicketScreen(WorkScreen):
    """Shows a ticket and lets one answer it.

    Args:
        number: which.
        view: the list that it was opened from, for the next ticket.
        desks: by key, for the open hours that its clocks count in.
        first: a command to begin with, such as `reply`.
    """

    scope = Scope.TICKET
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium"), (140, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-high")]

    def __init__(self, number: int, view: windows.View, desks: Mapping[str, Desk], first: str = "") -> None:
        super().__init__()
        self._number = number
        self._view = view
        self._desks = desks
        self._first = first
        self._case: Case | None = None
        self._data_version = -1
        self._unwatch: Callable[[], None] | None = None

    def compose(self) -> ComposeResult:
        plain = console(self).settings.glyphs.value == "ascii"
        yield Bar(id="top")
        yield ClockLine(ascii_only=plain, id="clocks")
        with Container(id="body"):
            with Container(id="talk"):
                yield Conversation(ascii_only=plain, id="conversation")
                yield Composer(id="composer")
            with Container(id="side"):
                yield Lookup(id="lookup")
                yield CustomerPane(id="customer")
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        super().on_mount()
        self.query_one(Conversation).focus()
        self._unwatch = console(self).before_leaving(self._save_draft_now)
        self.set_interval(POLL_SECONDS, self._look_for_changes)
        self.set_interval(10, self._tick)
        self._show_keys()
        self._load()

    def on_unmount(self) -> None:
        if self._unwatch is not None:
            self._unwatch()

    @property
    def composer(self) -> Composer:
        return self.query_one(Composer)

    def ticket(self) -> Ticket | None:
        return self._case.thread.ticket if self._case else None

    def changed(self, done: Sequence[deeds.Done]) -> None:
        self._load()

    # --- reading

    def _load(self) -> None:
        session, number, view = self.session, self._number, self._view
        self.ask("case", lambda: read_case(session, number, view), self._show)

    def _look_for_changes(self) -> None:
        version = self.session.store.data_version()
        if version != self._data_version:
            known, self._data_version = self._data_version, version
            if known != -1:
                self._load()

    def _show(self, case: Case) -> None:
        opened = self._case is None or self._case.thread.ticket.number != case.thread.ticket.number
        next_known = case.next if opened or self._case is None else self._case.next
        self._case = Case(case.thread, case.earlier, case.drafts, next_known)
        now, ticket = self.now(), case.thread.ticket
        self.query_one(Conversation).set_messages(case.thread.messages, self.zone, now)
        self.query_one(CustomerPane).set_customer(customer_of(case.thread, case.earlier), self.zone, now)
        self.query_one(ClockLine).set_clocks(
            case.thread.clocks, self.zone, now, status=ticket.status, timer=self._timer
        )
        self._show_top(ticket)
        if opened:
            self._begin(case)

    def _begin(self, case: Case) -> None:
        """Goes on with a draft, or with what the ticket was opened for."""
        first, self._first = self._first, ""
        if first in ("reply", "note"):
            self._write("reply" if first == "reply" else "note")
        elif first == "canned":
            self.do_canned()
        elif first == "knowledge":
            self.do_knowledge()
        elif case.drafts:
            newest = max(case.drafts.values(), key=lambda draft: draft.updated_at)
            self._write("note" if newest.kind == "note" else "reply")

    def _timer(self, clock: Clock, now: datetime) -> Timer:
        desk = self._desks.get(self._case.thread.ticket.desk) if self._case else None
        if clock.due_at is None:
            return NO_TIMER
        return due_timer(clock.due_at, desk.calendar(clock.calendar_id) if desk else None, now)

    def _tick(self) -> None:
        self.query_one(ClockLine).tick(self.now())

    def _show_top(self, ticket: Ticket) -> None:
        where = f"T{ticket.tier}" + (f" {ticket.team}" if ticket.team else "")
        right = [
            *(
                [Part(priorities()[ticket.priority], "late" if ticket.priority == "urgent" else "plain")]
                if ticket.priority
                else []
            ),
            Part(statuses()[ticket.status], "active"),
            Part(where),
            Part(ticket.assignee or _("nobody's"), "muted"),
        ]
        self.query_one("#top", Bar).show([Part(str(ticket.number), "title"), Part(ticket.subject)], right)

    def _show_keys(self) -> None:
        keys = [
            ("r", _("reply")),
            ("n", _("note")),
            ("c", _("canned answer")),
            ("k", _("look up")),
            ("e", _("escalate")),
            ("s", _("solve")),
            ("d", _("customer")),
            ("v", _("verify")),
            ("]", _("next")),
            ("Esc", _("back")),
            ("?", _("help")),
        ]
        if self.composer.has_class("-open"):
            keys = [
                ("Ctrl+S", _("send")),
                ("F6", _("canned answer")),
                ("F7", _("look up")),
                ("Ctrl+E", _("editor")),
                ("Esc", _("leave it")),
                ("F1", _("help")),
            ]
        if self.has_class("-looking"):
            keys = [("↑↓", _("choose")), ("Enter", _("insert")), ("Esc", _("close")), ("F1", _("help"))]
        self.query_one(KeyBar).show_keys(keys)

    # --- writing

    def do_reply(self, **words: Any) -> None:
        self._write("reply")

    def do_note(self, **words: Any) -> None:
        self._write("note")

    def _write(self, mode: Mode) -> None:
        """Opens the composer with what was written before."""
        case = self._case
        if case is None:
            return
        self.remove_class("-side")
        self.remove_class("-looking")
        self._keep_draft()
        draft = case.drafts.get(mode)
        self.composer.set_mode(mode, to=case.thread.ticket.requester_name or "")
        notice = (
            _("Recovered draft of {time}").format(time=f"{draft.updated_at.astimezone(self.zone):%m-%d %H:%M}")
            if draft
            else ""
        )
        self.composer.load(draft.body if draft else "", notice)
        self.composer.add_class("-open")
        self.composer.focus_text()
        self._show_keys()

    @on(Composer.DraftChanged)
    def _keep(self, event: Composer.DraftChanged) -> None:
        self._save_draft(self.composer.mode, event.text)

    def _keep_draft(self) -> None:
        if self.composer.has_class("-open") and (text := self.composer.flush()) is not None:
            self._save_draft(self.composer.mode, text)

    def _save_draft(self, kind: str, text: str) -> None:
        store, number, agent, now = self.session.store, self._number, self.session.agent.id, self.now()
        self._remember_draft(kind, text, now)
        self.ask(f"draft {kind}", lambda: drafts.save_draft(store, number, agent, kind, text, now), lambda _: None)

    def _remember_draft(self, kind: str, text: str, now: datetime) -> None:
        if self._case is not None:
            kept = {name: draft for name, draft in self._case.drafts.items() if name != kind}
            if text.strip():
                kept[kind] = drafts.Draft(kind, text, now)
            self._case = Case(self._case.thread, self._case.earlier, kept, self._case.next)

    def _save_draft_now(self) -> None:
        """Before the console ends, in whatever way: at once, on this thread."""
        if self.composer.has_class("-open"):
            drafts.save_draft(
                self.session.store,
                self._number,
                self.session.agent.id,
                self.composer.mode,
                self.composer.text,
                self.now(),
            )

    @on(Composer.SendRequested)
    def _send_requested(self) -> None:
        self.do_send()

    @on(Composer.Left)
    def _left(self) -> None:
        self.do_back()

    @on(Composer.EditorRequested)
    def _editor_requested(self) -> None:
        self.do_editor()

    def do_send(self, override: str = "") -> None:
        case, mode, text = self._case, self.composer.mode, self.composer.text
        if case is None or not self.composer.has_class("-open"):
            return
        words: dict[str, Any] = {"body": text}
        if mode == "reply":
            words |= {"seen": self._last_seen(case), "override": tuple(override.replace(",", " ").split())}
        session, number = self.session, self._number

        def send() -> list[deeds.Done] | RefusedError:
            try:
                return deeds.perform(session, mode, [number], words)
            except RefusedError as refusal:
                return refusal

        self.ask("send", send, self._sent)

    def _last_seen(self, case: Case) -> int | None:
        return max((message.id for message in case.thread.messages if message.id is not None), default=0)

    def _sent(self, result: list[deeds.Done] | RefusedError) -> None:
        if isinstance(result, RefusedError):
            hint = _(":send {check} (F3) sends it all the same").format(check=result.code)
            self.composer.show_problems([result.message, hint])
            self._load()
            return
        mode = self.composer.mode
        self._remember_draft(mode, "", self.now())
        self.composer.load("")
        self._close_composer()
        self.tell(_("Sent. u takes it back until it is exported.") if mode == "reply" else _("Noted. u takes it back."))
        if mode == "reply" and console(self).settings.after_send is AfterSend.NEXT and self._case and self._case.next:
            self._load()
        else:
            self._load()

    def _close_composer(self) -> None:
        self.composer.remove_class("-open")
        self.query_one(Conversation).focus()
        self._show_keys()

    def do_editor(self) -> None:
        try:
            self.composer.load(edit(self.app, self.composer.text))
        except ConsoleError as error:
            self.refuse(error)
        self.composer.focus_text()

    # --- what helps to answer

    def do_canned(self, words: str = "") -> None:
        self._open_lookup("canned", words)

    def do_knowledge(self, words: str = "") -> None:
        self._open_lookup("knowledge", words)

    def _open_lookup(self, shelf: str, words: str) -> None:
        if self._case is not None:
            self.add_class("-side", "-looking")
            self.query_one(Lookup).open(shelf, self.session, self._case.thread.ticket, words)
            self._show_keys()

    @on(Lookup.Insert)
    def _insert(self, event: Lookup.Insert) -> None:
        if not self.composer.has_class("-open"):
            self._write("reply")
        self._close_lookup()
        self.composer.insert(event.text)
        self.composer.focus_text()

    @on(Lookup.Closed)
    def _close_lookup(self) -> None:
        self.remove_class("-looking")
        self.remove_class("-side")
        if self.composer.has_class("-open"):
            self.composer.focus_text()
        else:
            self.query_one(Conversation).focus()
        self._show_keys()

    def do_customer(self) -> None:
        """On a narrow screen the customer has the whole of it, until the key is pressed again."""
        self.toggle_class("-side")
        (self.query_one(CustomerPane) if self.has_class("-side") else self.query_one(Conversation)).focus()

    @on(CustomerPane.TicketChosen)
    def _earlier_chosen(self, event: CustomerPane.TicketChosen) -> None:
        self.app.push_screen(TicketScreen(event.number, self._view, self._desks))

    # --- going on

    def do_back(self) -> None:
        if self.has_class("-looking"):
            self._close_lookup()
        elif self.composer.has_class("-open"):
            self._keep_draft()
            self._close_composer()
        elif self.has_class("-side"):
            self.do_customer()
        else:
            self.dismiss(None)

    def do_next_ticket(self) -> None:
        if self._case is None or self._case.next is None:
            self.tell(_("This was the last of the list."))
            return
        self._keep_draft()
        self._number, self._case = self._case.next, None
        self._close_composer()
        self._load()

    def do_refresh(self) -> None:
        self._load()

    def do_next_row(self) -> None:
        self.query_one(Conversation).action_cursor_down()

    def do_prev_row(self) -> None:
        self.query_one(Conversation).action_cursor_up()

    def do_page_down(self) -> None:
        self.query_one(Conversation).action_page_down()

    def do_page_up(self) -> None:
        self.query_one(Conversation).action_page_up()

    def do_half_page_down(self) -> None:
        self.query_one(Conversation).action_half_page_down()

    def do_half_page_up(self) -> None:
        self.query_one(Conversation).action_half_page_up()

    def do_top(self) -> None:
        self.query_one(Conversation).action_top()

    def do_bottom(self) -> None:
        self.query_one(Conversation).action_bottom()


def customer_of(thread: Thread, earlier: tuple[Ticket, ...]) -> Customer:
    """What the customer pane shows of a conversation."""
    ticket = thread.ticket
    return Customer(thread.customer, ticket.verified_at, ticket.verified_how, earlier, _contact(thread))


def _contact(thread: Thread) -> tuple[str, ...]:
    """How the customer can be reached, and what the form carries."""
    customer = thread.customer
    reached = [each for each in (customer.email, customer.phone) if each] if customer else []
    return (*reached, *(f"{key}: {value}" for key, value in thread.ticket.fields.items()))
