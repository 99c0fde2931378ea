"""Answering a ticket: the composer, its drafts, and sending. What the screen around it shows is the screen's own."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from textual import on

from agentconsole.commands import BY_ID
from agentconsole.domain.errors import ConsoleError, RefusedError
from agentconsole.domain.ticket import Conversation as Thread
from agentconsole.locale import _
from agentconsole.screens.bench import Deed
from agentconsole.screens.bindings import console
from agentconsole.screens.editor import edit
from agentconsole.screens.working import WorkScreen
from agentconsole.services import gate
from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.store import drafts, tickets
from agentconsole.widgets.composer import Composer, Mode
from agentconsole.widgets.conversation import Conversation


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


class WritingScreen(WorkScreen):
    """A screen with a composer, in which the conversation that it shows is answered."""

    def __init__(self) -> None:
        super().__init__()
        self._drafts: Mapping[str, drafts.Draft] = {}
        """By kind, as they are in the store or on their way there."""
        self._seen = 0
        """The newest message when the answer was begun, or that the agent was told of since."""
        self._sending: Sending | None = None
        self._unwatch: Callable[[], None] | None = None

    def on_mount(self) -> None:
        self._unwatch = console(self).before_leaving(self._save_draft_now)

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

    @property
    def is_sending(self) -> bool:
        """Whether something is on its way, which nobody may leave before it is known what became of it."""
        return self._sending is not None

    # --- to be said by the screen

    @abstractmethod
    def thread(self) -> Thread | None:
        """The conversation that is answered, once it is read."""

    @abstractmethod
    def reload(self) -> None:
        """Reads the conversation anew."""

    @abstractmethod
    def make_room(self) -> None:
        """Puts away what covers the composer."""

    @abstractmethod
    def show_keys(self) -> None:
        """Shows the keys of the pane that hears them."""

    @abstractmethod
    def do_back(self) -> None:
        """Leaves the composer, or whatever else is in front."""

    @abstractmethod
    def go_on(self, sent: Mode) -> None:
        """Goes where one wants to be after a reply or a note."""

    # --- the composer

    def do_reply(self, body: str = "", **others: Any) -> None:
        self.begin("reply", body)

    def do_note(self, body: str = "", **others: Any) -> None:
        self.begin("note", body)

    def begin(self, mode: Mode, words: str = "") -> None:
        """Opens the composer with what was written before, and these words behind it."""
        if self.thread() is None:
            return
        self.make_room()
        if not self.is_writing or self.composer.mode != mode:
            self._open_composer(mode)
        if words:
            self.composer.insert(words)
        self.focus_now(self.composer.field)
        self.show_keys()

    def _open_composer(self, mode: Mode) -> None:
        self._keep_draft()
        thread = self.thread()
        assert thread is not None
        draft = self._drafts.get(mode)
        self.composer.set_mode(mode, to=thread.ticket.requester_name or "")
        when = f"{draft.updated_at.astimezone(self.zone):%m-%d %H:%M}" if draft else ""
        notice = _("Recovered draft of {time}").format(time=when) if draft else ""
        self.composer.load(draft.body if draft else "", notice)
        self.composer.add_class("-open")
        self._seen = last_message(thread)

    def leave_composer(self) -> None:
        """Back to reading; what was written stays a draft, and one is told so."""
        self._keep_draft()
        self._close_composer()
        if self.composer.text.strip():
            self.tell(_("Draft kept. {key} goes on with it.").format(key=self.key(self.composer.mode)))

    def _close_composer(self) -> None:
        self.composer.remove_class("-open")
        self.focus_now(self.conversation)
        self.show_keys()

    def do_editor(self) -> None:
        try:
            text = edit(self.app, self.composer.text)
        except ConsoleError as error:
            self.refuse(error)
        else:
            self.composer.load(text)
            self._keep_draft()
        self.focus_now(self.composer.field)

    def tell_newer(self, thread: Thread) -> None:
        """Says in a reply that is being written that somebody else has written."""
        newer = [message for message in thread.messages if (message.id or 0) > self._seen]
        if newer and self.composer.mode == "reply":
            author = newer[-1].author_name or newer[-1].author_kind
            self.composer.show_problems([_("{name} wrote meanwhile").format(name=author)])

    # --- drafts

    @on(Composer.DraftChanged)
    def _keep(self) -> None:
        """The composer may hold another text by now, even another ticket's: what it holds counts, not what it said."""
        self._keep_draft()

    def _keep_draft(self) -> None:
        thread = self.thread()
        if self.is_writing and self._sending is None and thread is not None:
            self.composer.flush()
            mode, text = self.composer.mode, self.composer.text
            known = self._drafts.get(mode)
            if text.strip() != (known.body.strip() if known else ""):
                self._save_draft(thread.ticket.number, mode, text)

    def _save_draft(self, number: int, kind: str, text: str) -> None:
        store, agent, now = self.session.store, self.session.agent.id, self.now()
        self._remember_draft(kind, text, now)
        self.write(lambda: drafts.save_draft(store, number, agent, kind, text, now), lambda _: None)

    def _remember_draft(self, kind: str, text: str, now: datetime) -> None:
        kept = {name: draft for name, draft in self._drafts.items() if name != kind}
        if text.strip():
            kept[kind] = drafts.Draft(kind, text, now)
        self._drafts = kept

    def _save_draft_now(self) -> None:
        """Before the console ends, in whatever way: after all that is being written already."""
        thread = self.thread()
        if self.is_writing and self._sending is None and thread is not None:
            store, agent, now = self.session.store, self.session.agent.id, self.now()
            number = thread.ticket.number
            kind, text = self.composer.mode, self.composer.text
            self.bench.write(lambda: drafts.save_draft(store, number, agent, kind, text, now)).result()

    # --- sending

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
        thread = self.thread()
        if thread is None or not self.is_writing or self._sending is not None:
            return
        if not self.composer.text.strip():
            self.composer.show_problems([_("Write something first.")])
            return
        checks = tuple(override.replace(",", " ").split())
        sending = Sending(self.composer.mode, thread.ticket.number, self.composer.text, self._seen, checks)
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
        self.go_on(sending.mode)

    def _not_sent(self, refusal: Refusal) -> None:
        """Says why, in the composer. Who was told of a newer message has seen it: the next time it goes through."""
        problems = [stop.detail for stop in refusal.stops] or [refusal.error.message, refusal.error.hint]
        if refusal.stops:
            codes = " ".join(dict.fromkeys(stop.code for stop in refusal.stops))
            line = self.key("command_line", writing=True)
            problems.append(_("{key} :send {checks} sends it all the same").format(key=line, checks=codes))
        self.composer.show_problems(problems)
        self._seen = max(self._seen, refusal.newest)
        self.reload()
