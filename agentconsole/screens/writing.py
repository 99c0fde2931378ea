"""Answering a ticket: the composer, its drafts, and sending. What the screen around it shows is the screen's own."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from textual import on

from agentconsole.commands import BY_ID
from agentconsole.domain.errors import ConsoleError, NotFoundError, RefusedError
from agentconsole.domain.ticket import Conversation as Thread
from agentconsole.locale import _, told
from agentconsole.locale.words import author
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

_THEN: Final = {"send_solve": "solve", "send_pending": "pending"}
"""The verb that a reply is followed by, for each command that sends."""


@dataclass(frozen=True, slots=True)
class Sending:
    """A reply or a note on its way, and what was asked for: `command`, the id of `send` or of a command like it."""

    command: str
    number: int
    draft: drafts.Draft
    seen: int = 0
    override: tuple[str, ...] = ()

    @property
    def mode(self) -> Mode:
        return "note" if self.draft.kind == "note" else "reply"

    @property
    def deed(self) -> str:
        """The command by whose name it is told and taken back."""
        return self.mode if self.command == "send" else self.command


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
    words: dict[str, Any] = {"body": sending.draft.body, "canned": sending.draft.canned}
    is_reply = sending.mode == "reply"
    if is_reply:
        words |= {"seen": sending.seen, "override": sending.override, "then": _THEN.get(sending.command)}
    try:
        deeds.perform(session, sending.mode, [sending.number], words)
    except RefusedError as error:
        if not is_reply or error.code not in gate.CHECKS:
            return Refusal(error)
        thread = tickets.conversation(session.store, sending.number)
        stops = gate.check(session, thread.ticket, sending.draft.body, seen=sending.seen)
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
        if draft is None:
            self.composer.load("")
        else:
            when = f"{draft.updated_at.astimezone(self.zone):%m-%d %H:%M}"
            notice = _("Recovered draft of {time}").format(time=when)
            self.composer.load(draft.body, notice, draft.canned)
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
            self.composer.load(text, canned=self.composer.canned)
            self._keep_draft()
        self.focus_now(self.composer.field)

    def tell_newer(self, thread: Thread) -> None:
        """Says in a reply that is being written that somebody else has written."""
        newer = [message for message in thread.messages if (message.id or 0) > self._seen]
        if newer and self.composer.mode == "reply":
            name = author(newer[-1].author_name, newer[-1].author_kind) or _("somebody")
            self.composer.show_problems([_("{name} wrote meanwhile").format(name=name)])

    # --- drafts

    @on(Composer.DraftChanged)
    def _keep(self) -> None:
        """The composer may hold another text by now, even another ticket's: what it holds counts, not what it said."""
        self._keep_draft()

    def _keep_draft(self) -> None:
        thread = self.thread()
        if self.is_writing and self._sending is None and thread is not None:
            self.composer.flush()
            draft = self._composed()
            known = self._drafts.get(draft.kind)
            if draft.body.strip() != (known.body.strip() if known else ""):
                self._save_draft(thread.ticket.number, draft)

    def _composed(self) -> drafts.Draft:
        """What stands in the composer now."""
        return drafts.Draft(self.composer.mode, self.composer.text, self.now(), self.composer.canned)

    def _save_draft(self, number: int, draft: drafts.Draft) -> None:
        store, agent = self.session.store, self.session.agent.id
        self._forget_draft(draft.kind)
        if draft.body.strip():
            self._drafts = {**self._drafts, draft.kind: draft}
        self.write(lambda: drafts.save_draft(store, number, agent, draft), lambda _: None)

    def _forget_draft(self, kind: str) -> None:
        self._drafts = {name: draft for name, draft in self._drafts.items() if name != kind}

    def _save_draft_now(self) -> None:
        """Before the console ends, in whatever way: after all that is being written already."""
        thread = self.thread()
        if self.is_writing and self._sending is None and thread is not None:
            store, agent = self.session.store, self.session.agent.id
            number, draft = thread.ticket.number, self._composed()
            with suppress(NotFoundError):  # it was told while the text was written
                self.bench.write(lambda: drafts.save_draft(store, number, agent, draft)).result()

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
        self._send("send", override)

    def do_send_solve(self, override: str = "") -> None:
        self._send("send_solve", override)

    def do_send_pending(self, override: str = "") -> None:
        self._send("send_pending", override)

    def _send(self, command: str, override: str) -> None:
        thread = self.thread()
        if thread is None or not self.is_writing or self._sending is not None:
            return
        if not self.composer.text.strip():
            self.composer.show_problems([_("Write something first.")])
            return
        if command in _THEN and self.composer.mode == "note":
            self.composer.show_problems([_("A note answers nobody: {key} keeps it.").format(key=self.key("send"))])
            return
        checks = tuple(override.replace(",", " ").split())
        self._sending = Sending(command, thread.ticket.number, self._composed(), self._seen, checks)
        self.write(self._sender(self._sending), self._sent, self._failed)

    def _sender(self, sending: Sending) -> Callable[[], Refusal | None]:
        """What the writing thread does; it touches no widget."""
        session, bench = self.session, self.bench

        def work() -> Refusal | None:
            refusal = send(session, sending)
            if refusal is None:
                bench.deeds.append(Deed(sending.deed, (sending.number,), sending.draft))
            return refusal

        return work

    def _failed(self, error: ConsoleError) -> None:
        self._sending = None
        self.refuse(error)

    def _sent(self, refusal: Refusal | None) -> None:
        sending, self._sending = self._sending, None
        if sending is None:
            return
        if refusal is not None:
            self._not_sent(sending, refusal)
            return
        self._forget_draft(sending.mode)
        self.composer.load("")
        self._close_composer()
        self.tell_done(BY_ID[sending.deed].title, str(sending.number))
        self.go_on(sending.mode)

    def _not_sent(self, sending: Sending, refusal: Refusal) -> None:
        """Says why, in the composer. Who was told of a newer message has seen it: the next time it goes through."""
        problems = [stop.detail for stop in refusal.stops] or [told(refusal.error, "\n")]
        if refusal.stops:
            codes = " ".join(dict.fromkeys(stop.code for stop in refusal.stops))
            line = self.key("command_line", writing=True)
            words = _("{key} :{command} {checks} sends it all the same")
            problems.append(words.format(key=line, command=sending.command, checks=codes))
        self.composer.show_problems(problems)
        self._seen = max(self._seen, refusal.newest)
        self.reload()
