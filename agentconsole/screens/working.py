"""What the screens with tickets on them share: asking the store without waiting, and doing verbs."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from agentconsole.commands import BY_ID, Command, Context
from agentconsole.commands.moments import moment
from agentconsole.domain.errors import ConsoleError, RefusedError
from agentconsole.domain.text import safe_text
from agentconsole.domain.ticket import Ticket
from agentconsole.locale import _
from agentconsole.screens.bindings import CommandScreen, console
from agentconsole.screens.form import VerbForm
from agentconsole.screens.texts import TextScreen
from agentconsole.services import verbs
from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.store import desks

Answer = TypeVar("Answer")


class WorkScreen(CommandScreen):
    """A screen that shows tickets and lets one work on them.

    Reads and writes run in threads; of several answers to one question only the last asked for is taken.
    """

    def __init__(self) -> None:
        super().__init__()
        self._asked: Counter[str] = Counter()

    @property
    def session(self) -> Session:
        return cast(Session, console(self).session)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(console(self).settings.zone)

    def now(self) -> datetime:
        return self.session.now()

    # --- to be said by the screen

    def ticket(self) -> Ticket | None:
        """The ticket in front of the agent."""
        raise NotImplementedError

    def marked(self) -> Sequence[int]:
        """The tickets that a verb is done to, if more than the one in front."""
        return ()

    def changed(self, done: Sequence[deeds.Done]) -> None:
        """Shows what a deed has changed."""
        raise NotImplementedError

    def context(self) -> Context:
        settings = console(self).settings
        return Context(self.scope, self.ticket(), len(self.marked()), settings.agent, settings.locked)

    # --- asking

    def ask(self, topic: str, work: Callable[[], Answer], then: Callable[[Answer], None]) -> None:
        """Does `work` in a thread and hands its answer to `then`, unless the same topic was asked again meanwhile."""
        self._asked[topic] += 1
        self.run_worker(self._answer(topic, self._asked[topic], work, then), group=topic)

    async def _answer(self, topic: str, turn: int, work: Callable[[], Answer], then: Callable[[Answer], None]) -> None:
        try:
            answer = await asyncio.to_thread(work)
        except ConsoleError as error:
            self.refuse(error)
            return
        if self.is_attached and self._asked[topic] == turn:
            then(answer)

    def refuse(self, error: ConsoleError) -> None:
        """Says why something was not done."""
        message = f"{error.message}\n{error.hint}" if error.hint else error.message
        self.tell(message, severity="warning" if isinstance(error, RefusedError) else "error")

    def tell(self, message: str, severity: str = "information") -> None:
        self.app.notify(safe_text(message), severity=severity, markup=False)  # type: ignore[arg-type]

    # --- verbs

    def do_verb(self, command: Command, words: Mapping[str, Any]) -> None:
        """Does a verb to the marked tickets or the one in front, asking first for what the verb must be told."""
        verb = verbs.VERBS[command.id]
        numbers = list(self.marked()) or [ticket.number for ticket in [self.ticket()] if ticket]
        if any(each.required and each.name not in words for each in verb.parameters) or _asks(verb, words):
            form = VerbForm(
                verb, self._about(numbers), words, partial(moment, now=self.now(), zone=self.zone), ("seen",)
            )
            self.app.push_screen(
                form, lambda filled: self._perform(command.id, numbers, filled) if filled is not None else None
            )
        else:
            self._perform(command.id, numbers, words)

    def _about(self, numbers: Sequence[int]) -> str:
        ticket = self.ticket()
        if len(numbers) > 1 or ticket is None:
            return _("{count} tickets").format(count=len(numbers))
        return f"{ticket.number}  {ticket.subject}"

    def _perform(self, verb: str, numbers: Sequence[int], words: Mapping[str, Any]) -> None:
        def done(results: Sequence[deeds.Done]) -> None:
            self.tell(_("{verb}: done. u takes it back.").format(verb=BY_ID[verb].title))
            self.changed(results)

        self.ask(f"verb {numbers}", lambda: deeds.perform(self.session, verb, numbers, words), done)

    def do_undo(self) -> None:
        ticket = self.ticket()
        if ticket is not None:
            self.ask("undo", lambda: deeds.undo(self.session, ticket.number), self._undone)

    def _undone(self, done: deeds.Done) -> None:
        self.tell(_("Taken back."))
        self.changed([done])

    def do_new_ticket(self) -> None:
        self.app.push_screen(VerbForm(deeds.NEW, "", {"desk": self._usual_desk()}), self._open_new)

    def _usual_desk(self) -> str:
        ticket = self.ticket()
        return ticket.desk if ticket else next(iter(desks.desk_keys(self.session.store)), "")

    def _open_new(self, words: Mapping[str, Any] | None) -> None:
        if words is None:
            return

        def opened(done: deeds.Done) -> None:
            self.tell(_("Ticket {number} is open.").format(number=done.ticket.number))
            self.changed([done])

        self.ask("new", lambda: deeds.open_ticket(self.session, **words), opened)

    # --- looking closer

    def do_explain(self) -> None:
        from agentconsole.services import explain
        ticket = self.ticket()
        if ticket is not None:
            number = ticket.number
            self.ask(
                "explain",
                lambda: explain.text(self.session, number),
                self._show_explanation,
            )

    def _show_explanation(self, text: str) -> None:
        self.app.push_screen(TextScreen(_("Why it is due then"), text))

    def do_copy(self) -> None:
        ticket = self.ticket()
        if ticket is not None:
            self.app.copy_to_clipboard(safe_text(ticket.reference, single_line=True))
            self.tell(_("{what} sent to the terminal's clipboard").format(what=ticket.reference))


def _asks(verb: verbs.Verb, words: Mapping[str, Any]) -> bool:
    """A verb that may be told something, and was told nothing, asks: escalate where to, pending until when."""
    return bool(verb.parameters) and not words
