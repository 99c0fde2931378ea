"""One ticket: what was said, who asks, what helps to answer, and the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Container

from agentconsole.commands import BY_ID, Context, Scope
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
from agentconsole.screens.working import Deed, WorkScreen
from agentconsole.services import gate
from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.store import drafts, tickets, windows
from agentconsole.widgets.article_view import ArticleView
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


@dataclass(frozen=True, slots=True)
class Sending:
    """A reply or a note on its way."""

    mode: Mode
    number: int
    body: str
    seen: int = 0
    override: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why it was not sent: the rule, and for a reply everything else that speaks against it."""

    error: RefusedError
    stops: tuple[gate.Stop, ...] = ()
    newest: int = 0
    """The newest message by then, which the agent is told of."""


def read_case(session: Session, number: int, view: windows.View) -> Case:
    store = session.store
    thread = tickets.conversation(store, number)
    earlier = tickets.of_customer(store, thread.customer.id) if thread.customer else []
    return Case(
        thread,
        tuple(each for each in earlier if each.number != number),
        drafts.drafts(store, number, session.agent.id),
        windows.next_of(store, view, number),
    )


def last_message(thread: Thread) -> int:
    """The id of the newest message, 0 where none has one."""
    return max((message.id or 0 for message in thread.messages), default=0)


def send(session: Session, sending: Sending) -> Refusal | None:
    """Writes it, or says all that is wrong with it, so that nobody has to mend one thing to hear of the next."""
    words: dict[str, Any] = {"body": sending.body}
    is_reply = sending.mode == "reply"
    if is_reply:
        words |= {"seen": sending.seen, "override": sending.override}
    try:
        deeds.perform(session, sending.mode, [sending.number], words)
    except RefusedError as error:
        if not is_reply or error.code not in gate.CHECKS:
            return Refusal(error)
        thread = tickets.conversation(session.store, sending.number)
        stops = gate.check(session, thread.ticket, sending.body, seen=sending.seen)
        return Refusal(error, tuple(stops), last_message(thread))
    return None


class TicketScreen(WorkScreen):
    """Shows a ticket and lets one answer it.

    Args:
        number: which.
        view: the list that it was opened from, for the next ticket.
        desks: by key, for the open hours that its clocks count in.
        first: a command to begin with, such as `reply`.
        words: what was said with it.
    """

    scope = Scope.TICKET
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-medium"), (140, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-high")]

    def __init__(
        self, number: int, view: windows.View, desks: Mapping[str, Desk], first: str = "", words: str = ""
    ) -> None:
        super().__init__()
        self._number = number
        self._view = view
        self._desks = desks
        self._first, self._words = first, words
        self._case: Case | None = None
        self._seen = 0
        """The newest message when the answer was begun, or that the agent was told of since."""
        self._sending: Sending | None = None
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
        self.conversation.focus()
        self._unwatch = console(self).before_leaving(self._save_draft_now)
        self.set_interval(POLL_SECONDS, self._look_for_changes)
        self.set_interval(10, self._tick)
        self._show_keys()
        self._load()

    def on_unmount(self) -> None:
        if self._unwatch is not None:
            self._unwatch()

    @property
    def conversation(self) -> Conversation:
        return self.query_one(Conversation)

    @property
    def composer(self) -> Composer:
        return self.query_one(Composer)

    @property
    def is_writing(self) -> bool:
        return self.composer.has_class("-open")

    def ticket(self) -> Ticket | None:
        return self._case.thread.ticket if self._case else None

    def context(self) -> Context:
        known = super().context()
        return replace(known, screen=Scope.COMPOSER) if self.is_writing else known

    def changed(self, done: Sequence[deeds.Done]) -> None:
        self._load()

    def show_ticket(self, number: int) -> None:
        self.app.push_screen(TicketScreen(number, self._view, self._desks))

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
        opened = self._case is None
        self._case = case if self._case is None else replace(case, next=self._case.next)
        now, ticket = self.now(), case.thread.ticket
        self.conversation.set_messages(case.thread.messages, self.zone, now)
        self.query_one(CustomerPane).set_customer(customer_of(case.thread, case.earlier), self.zone, now)
        self.query_one(ClockLine).set_clocks(
            case.thread.clocks, self.zone, now, status=ticket.status, timer=self._timer
        )
        self._show_top(ticket)
        if opened:
            self._begin(case)
        elif self.is_writing:
            self._tell_newer(case)

    def _begin(self, case: Case) -> None:
        """Goes on with what the ticket was opened for; or shows a draft, whose text no key changes yet."""
        first, words, self._first, self._words = self._first, self._words, "", ""
        if first in ("reply", "note"):
            self._write("reply" if first == "reply" else "note", words)
        elif first == "canned":
            self.do_canned(words)
        elif first == "knowledge":
            self.do_knowledge(words)
        elif case.drafts:
            newest = max(case.drafts.values(), key=lambda draft: draft.updated_at)
            self._write("note" if newest.kind == "note" else "reply")
            self.conversation.focus()

    def _tell_newer(self, case: Case) -> None:
        newer = [message for message in case.thread.messages if (message.id or 0) > self._seen]
        if newer and self.composer.mode == "reply":
            author = newer[-1].author_name or newer[-1].author_kind
            self.composer.show_problems([_("{name} wrote meanwhile").format(name=author)])

    def _timer(self, clock: Clock, now: datetime) -> Timer:
        desk = self._desks.get(self._case.thread.ticket.desk) if self._case else None
        if clock.due_at is None:
            return NO_TIMER
        return due_timer(clock.due_at, desk.calendar(clock.calendar_id) if desk else None, now)

    def _tick(self) -> None:
        self.query_one(ClockLine).tick(self.now())

    def _show_top(self, ticket: Ticket) -> None:
        where = f"T{ticket.tier}" + (f" {ticket.team}" if ticket.team else "")
        urgent = "late" if ticket.priority == "urgent" else "plain"
        right = [
            *([Part(priorities()[ticket.priority], urgent)] if ticket.priority else []),
            Part(statuses()[ticket.status], "active"),
            Part(where),
            Part(ticket.assignee or _("nobody's"), "muted"),
        ]
        self.query_one("#top", Bar).show([Part(str(ticket.number), "title"), Part(ticket.subject, cut=True)], right)

    def on_descendant_focus(self) -> None:
        self._show_keys()

    def on_descendant_blur(self) -> None:
        self._show_keys()

    def _show_keys(self) -> None:
        """The keys of the pane that hears them."""
        keys = self.query_one(KeyBar)
        if self.has_class("-looking"):
            looking = [("↑↓", _("choose")), ("Enter", _("insert")), ("PgDn", _("scroll")), ("Esc", _("close"))]
            keys.show_keys([*looking, *self.hints([("help", _("help"))], writing=True)])
        elif self.is_writing and self.composer.has_focus_within:
            editor = [] if console(self).settings.locked else [("editor", _("editor"))]
            wanted = [("send", _("send")), ("canned", _("canned answer")), ("knowledge", _("look up")), *editor]
            wanted += [("back", _("leave it")), ("command_line", _("command")), ("help", _("help"))]
            keys.show_keys(self.hints(wanted, writing=True))
        elif self.query_one(CustomerPane).has_focus:
            leave = self.hints([("back", _("back")), ("help", _("help"))])
            keys.show_keys([("↑↓", _("choose")), ("Enter", _("open")), *leave])
        else:
            keys.show_keys(self.hints(self._usual_keys()))

    def _usual_keys(self) -> list[tuple[str, str]]:
        return [
            ("reply", _("reply")),
            ("note", _("note")),
            ("canned", _("canned answer")),
            ("knowledge", _("look up")),
            ("customer", _("customer")),
            ("escalate", _("escalate")),
            ("solve", _("solve")),
            ("verify", _("verify")),
            ("next_ticket", _("next")),
            ("back", _("back")),
            ("help", _("help")),
        ]

    # --- writing

    def do_reply(self, body: str = "", **others: Any) -> None:
        self._write("reply", body)

    def do_note(self, body: str = "", **others: Any) -> None:
        self._write("note", body)

    def _write(self, mode: Mode, words: str = "") -> None:
        """Opens the composer with what was written before, and these words behind it."""
        case = self._case
        if case is None:
            return
        self.remove_class("-side", "-looking")
        if not self.is_writing or self.composer.mode != mode:
            self._open_composer(mode)
        if words:
            self.composer.insert(words)
        self.composer.focus_text()
        self._show_keys()

    def _open_composer(self, mode: Mode) -> None:
        self._keep_draft()
        case = self._case
        assert case is not None
        draft = case.drafts.get(mode)
        self.composer.set_mode(mode, to=case.thread.ticket.requester_name or "")
        when = f"{draft.updated_at.astimezone(self.zone):%m-%d %H:%M}" if draft else ""
        notice = _("Recovered draft of {time}").format(time=when) if draft else ""
        self.composer.load(draft.body if draft else "", notice)
        self.composer.add_class("-open")
        self._seen = last_message(case.thread)

    @on(Composer.DraftChanged)
    def _keep(self) -> None:
        """The composer may hold another text by now, even another ticket's: what it holds counts, not what it said."""
        self._keep_draft()

    def _keep_draft(self) -> None:
        if self.is_writing and self._sending is None and self._case is not None:
            self.composer.flush()
            mode, text = self.composer.mode, self.composer.text
            known = self._case.drafts.get(mode)
            if text.strip() != (known.body.strip() if known else ""):
                self._save_draft(mode, text)

    def _save_draft(self, kind: str, text: str) -> None:
        store, number, agent, now = self.session.store, self._number, self.session.agent.id, self.now()
        self._remember_draft(kind, text, now)
        self.write(lambda: drafts.save_draft(store, number, agent, kind, text, now), lambda _: None)

    def _remember_draft(self, kind: str, text: str, now: datetime) -> None:
        if self._case is not None:
            kept = {name: draft for name, draft in self._case.drafts.items() if name != kind}
            if text.strip():
                kept[kind] = drafts.Draft(kind, text, now)
            self._case = replace(self._case, drafts=kept)

    def _save_draft_now(self) -> None:
        """Before the console ends, in whatever way: after all that is being written already."""
        if self.is_writing and self._sending is None:
            store, number, agent, now = self.session.store, self._number, self.session.agent.id, self.now()
            kind, text = self.composer.mode, self.composer.text
            self.bench.write(lambda: drafts.save_draft(store, number, agent, kind, text, now)).result()

    @on(Composer.SendRequested)
    def _send_requested(self) -> None:
        self.do_send()

    @on(Composer.Left)
    def _left(self) -> None:
        self.do_back()

    @on(Composer.EditorRequested)
    async def _editor_requested(self) -> None:
        """By way of the command, which is not there in a locked console."""
        await console(self).give(BY_ID["editor"])

    def do_send(self, override: str = "") -> None:
        if self._case is None or not self.is_writing or self._sending is not None:
            return
        if not self.composer.text.strip():
            self.composer.show_problems([_("Write something first.")])
            return
        checks = tuple(override.replace(",", " ").split())
        sending = Sending(self.composer.mode, self._number, self.composer.text, self._seen, checks)
        session, bench = self.session, self.bench

        def work() -> Refusal | None:
            refusal = send(session, sending)
            if refusal is None:
                bench.deeds.append(Deed(sending.mode, (sending.number,), sending.body))
            return refusal

        self._sending = sending
        self.write(work, self._sent, self._failed)

    def _failed(self, error: ConsoleError) -> None:
        self._sending = None
        self.refuse(error)

    def _sent(self, refusal: Refusal | None) -> None:
        sending, self._sending = self._sending, None
        if sending is None:
            return
        if refusal is not None:
            self._not_sent(refusal)
            return
        self._remember_draft(sending.mode, "", self.now())
        self.composer.load("")
        self._close_composer()
        self.tell_done(BY_ID[sending.mode].title, str(sending.number))
        if sending.mode == "note":
            self._load()
        elif console(self).settings.after_send is AfterSend.NEXT and self._case and self._case.next is not None:
            self.do_next_ticket()
        else:
            self.dismiss(None)

    def _not_sent(self, refusal: Refusal) -> None:
        """Says why, in the composer. Who was told of a newer message has seen it: the next time it goes through."""
        problems = [stop.detail for stop in refusal.stops] or [refusal.error.message, refusal.error.hint]
        if refusal.stops:
            codes = " ".join(dict.fromkeys(stop.code for stop in refusal.stops))
            line = self.key("command_line", writing=True)
            problems.append(_("{key} :send {checks} sends it all the same").format(key=line, checks=codes))
        self.composer.show_problems(problems)
        self._seen = max(self._seen, refusal.newest)
        self._load()

    def _close_composer(self) -> None:
        self.composer.remove_class("-open")
        self.conversation.focus()
        self._show_keys()

    def do_editor(self) -> None:
        try:
            text = edit(self.app, self.composer.text)
        except ConsoleError as error:
            self.refuse(error)
        else:
            self.composer.load(text)
            self._keep_draft()
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
        self._close_lookup()
        self._write(self.composer.mode if self.is_writing else "reply", event.text)

    @on(Lookup.Closed)
    def _close_lookup(self) -> None:
        self.remove_class("-looking", "-side")
        if self.is_writing:
            self.composer.focus_text()
        else:
            self.conversation.focus()
        self._show_keys()

    def do_customer(self) -> None:
        """On a narrow screen the customer has the whole of it, until the key is pressed again."""
        self.remove_class("-looking")
        self.toggle_class("-side")
        (self.query_one(CustomerPane) if self.has_class("-side") else self.conversation).focus()

    @on(CustomerPane.TicketChosen)
    def _earlier_chosen(self, event: CustomerPane.TicketChosen) -> None:
        self.show_ticket(event.number)

    # --- going on

    def do_back(self) -> None:
        if self._sending is not None:
            return
        if self.has_class("-looking"):
            self._close_lookup()
        elif self.has_class("-side"):
            self.do_customer()
        elif self.is_writing:
            self._keep_draft()
            self._close_composer()
        else:
            self.dismiss(None)

    def do_next_ticket(self) -> None:
        if self._sending is not None:
            return
        if self._case is None or self._case.next is None:
            self.tell(_("This was the last of the list."))
            return
        self._keep_draft()
        self._number, self._case = self._case.next, None
        self.remove_class("-side", "-looking")
        self._close_composer()
        self._load()

    def do_refresh(self) -> None:
        self._load()

    def pane(self) -> Conversation | CustomerPane | ArticleView:
        if self.has_class("-looking"):
            return self.query_one("#lookup ArticleView", ArticleView)
        pane = self.query_one(CustomerPane)
        return pane if pane.has_focus else self.conversation


def customer_of(thread: Thread, earlier: tuple[Ticket, ...]) -> Customer:
    """What the customer pane shows of a conversation."""
    ticket = thread.ticket
    return Customer(thread.customer, ticket.verified_at, ticket.verified_how, earlier, _contact(thread))


def _contact(thread: Thread) -> tuple[str, ...]:
    """How the customer can be reached, and what the form carries."""
    customer = thread.customer
    reached = [each for each in (customer.email, customer.phone) if each] if customer else []
    return (*reached, *(f"{key}: {value}" for key, value in thread.ticket.fields.items()))
