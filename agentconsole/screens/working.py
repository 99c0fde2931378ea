"""What the screens with tickets on them share: asking the store without waiting, and doing verbs."""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Protocol, cast
from zoneinfo import ZoneInfo

from agentconsole.commands import BY_ID, Command, Context
from agentconsole.commands.keys import key_label, types_text
from agentconsole.commands.moments import moment
from agentconsole.domain.errors import ConsoleError, RefusedError
from agentconsole.domain.text import safe_text
from agentconsole.domain.ticket import Ticket
from agentconsole.locale import _
from agentconsole.screens.bench import Answer, Deed, Undone, Workbench, take_back
from agentconsole.screens.bindings import CommandScreen, console
from agentconsole.screens.clipboard import into_tmux
from agentconsole.services.parameters import Asked
from agentconsole.services.session import Session
from agentconsole.store import drafts, tickets

if TYPE_CHECKING:
    from agentconsole.services import tickets as deeds
    from agentconsole.services.explain import Case

Failed = Callable[[ConsoleError], None]
Filled = Callable[[Mapping[str, Any], Failed], None]
"""What is done with a form's answers, and what is done if that fails."""

MANY: Final = 10
"""From so many tickets on, a verb that asks nothing asks whether it was meant."""


class Pane(Protocol):
    """A widget that can be moved in."""

    def action_cursor_down(self) -> None: ...
    def action_cursor_up(self) -> None: ...
    def action_page_down(self) -> None: ...
    def action_page_up(self) -> None: ...
    def action_half_page_down(self) -> None: ...
    def action_half_page_up(self) -> None: ...
    def action_top(self) -> None: ...
    def action_bottom(self) -> None: ...


class WorkScreen(CommandScreen):
    """A screen that shows tickets and lets one work on them.

    Reads and writes run in threads; of several answers to one question only the last asked for is taken. What is
    abstract here mypy demands of a screen; the library's own metaclass leaves no room for `ABC`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._asked: Counter[str] = Counter()
        self._bench: Workbench | None = None

    @property
    def session(self) -> Session:
        return cast(Session, console(self).session)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(console(self).settings.zone)

    def now(self) -> datetime:
        return self.session.now()

    @property
    def bench(self) -> Workbench:
        """That of the screen that was there first."""
        if self._bench is None:
            first = next((screen for screen in self.app.screen_stack if isinstance(screen, WorkScreen)), self)
            self._bench = self._new_bench() if first is self else first.bench
        return self._bench

    def _new_bench(self) -> Workbench:
        bench = Workbench()
        console(self).before_leaving(bench.finish)
        return bench

    # --- to be said by the screen

    @abstractmethod
    def ticket(self) -> Ticket | None:
        """The ticket in front of the agent."""

    def marked(self) -> Sequence[int]:
        """The tickets that a verb is done to, if more than the one in front."""
        return ()

    @abstractmethod
    def changed(self, done: Sequence[deeds.Done]) -> None:
        """Shows what a deed has changed."""

    @abstractmethod
    def show_ticket(self, number: int) -> None:
        """Opens a ticket on a screen of its own."""

    @abstractmethod
    def pane(self) -> Pane:
        """What the keys for rows and pages move in."""

    def context(self) -> Context:
        settings = console(self).settings
        return Context(self.scope, self.ticket(), len(self.marked()), settings.agent, settings.locked)

    # --- asking

    def ask(self, topic: str, work: Callable[[], Answer], then: Callable[[Answer], None]) -> None:
        """Does `work` in a thread and hands its answer to `then`, unless the same topic was asked again meanwhile."""
        self._asked[topic] += 1
        self.run_worker(self._answer(topic, self._asked[topic], work, then), group=topic)

    def forget(self, topic: str) -> None:
        """Lets no answer in that is still on its way."""
        self._asked[topic] += 1

    async def _answer(self, topic: str, turn: int, work: Callable[[], Answer], then: Callable[[Answer], None]) -> None:
        try:
            answer = await asyncio.to_thread(work)
        except ConsoleError as error:
            if self._asked[topic] == turn:
                self.refuse(error)
            return
        if self.is_attached and self._asked[topic] == turn:
            then(answer)

    def write(self, work: Callable[[], Answer], then: Callable[[Answer], None], failed: Failed | None = None) -> None:
        """Does `work` after all that was asked to be written before it, and hands its answer to `then`."""
        self.run_worker(self._written(self.bench.write(work), then, failed or self.refuse), group="writing")

    async def _written(self, job: Future[Answer], then: Callable[[Answer], None], failed: Failed) -> None:
        try:
            answer = await asyncio.shield(asyncio.wrap_future(job))
        except ConsoleError as error:
            failed(error)
            return
        if self.is_attached:
            then(answer)

    def refuse(self, error: ConsoleError) -> None:
        """Says why something was not done."""
        message = f"{error.message}\n{error.hint}" if error.hint else error.message
        self.tell(message, severity="warning" if isinstance(error, RefusedError) else "error")

    def tell(self, message: str, severity: str = "information") -> None:
        text = safe_text(message)
        self.bench.notices.append((self.now(), text))
        self.app.notify(text, severity=severity, markup=False)  # type: ignore[arg-type]

    def key(self, command_id: str, *, writing: bool = False) -> str:
        """The first key of a command as a person writes it; nothing if it has none.

        Args:
            writing: one that does something while text is written.
        """
        keys = [key for key in console(self).command_keys[command_id] if not (writing and types_text(key))]
        return key_label(keys[0]) if keys else ""

    def hints(self, wanted: Sequence[tuple[str, str]], *, writing: bool = False) -> list[tuple[str, str]]:
        """Commands and a word for each, as keys and words; those that no key leads to are left out."""
        keys = [(self.key(command_id, writing=writing), word) for command_id, word in wanted]
        return [(key, word) for key, word in keys if key]

    # --- verbs

    def do_verb(self, command: Command, words: Mapping[str, Any]) -> None:
        """Does a verb to the marked tickets or the one in front, asking first for what the verb must be told."""
        from agentconsole.services import verbs  # here and below: the rows are shown before what is done to them

        verb = verbs.VERBS[command.id]
        numbers = list(self.marked()) or [ticket.number for ticket in [self.ticket()] if ticket]
        if _asks(verb, words) or (not verb.parameters and len(numbers) >= MANY):
            self.ask_in_form(verb, self._about(numbers), words, partial(self._perform, verb.name, numbers))
        else:
            self._perform(verb.name, numbers, words)

    def ask_in_form(self, asked: Asked, about: str, known: Mapping[str, Any], then: Filled) -> None:
        """Asks for the parameters, and once more, with all that was typed, if a rule refuses what `then` does."""
        from agentconsole.screens.form import VerbForm

        def filled(words: Mapping[str, Any] | None) -> None:
            if words is not None:
                then(words, partial(again, words))

        def again(words: Mapping[str, Any], error: ConsoleError) -> None:
            self.refuse(error)
            self.ask_in_form(asked, about, words, then)

        reader = partial(moment, now=self.now(), zone=self.zone)
        self.app.push_screen(VerbForm(asked, about, _as_typed(known), reader, ("seen",)), filled)

    def _about(self, numbers: Sequence[int]) -> str:
        ticket = self.ticket()
        if len(numbers) == 1 and ticket is not None and ticket.number == numbers[0]:
            return f"{ticket.number}  {ticket.subject}"
        return _which(numbers)

    def _perform(
        self, verb: str, numbers: Sequence[int], words: Mapping[str, Any], failed: Failed | None = None
    ) -> None:
        bench, session = self.bench, self.session
        said = drafts.Draft(verb, str(words["body"]), self.now()) if "body" in words else None

        def work() -> list[deeds.Done]:
            from agentconsole.services import tickets as deeds

            done = deeds.perform(session, verb, numbers, words)
            bench.deeds.append(Deed(verb, tuple(numbers), said))
            return done

        def done(results: Sequence[deeds.Done]) -> None:
            self.tell_done(BY_ID[verb].title, _which(numbers))
            self.changed(results)

        self.write(work, done, failed)

    def tell_done(self, what: str, about: str) -> None:
        words = _("{verb}: {what}. {key} takes it back.")
        self.tell(words.format(verb=what, what=about, key=self.key("undo") or ":undo"))

    def do_undo(self) -> None:
        """Takes back what was done here last, on whatever ticket; before that, the last deed on the one in front."""
        ticket, bench = self.ticket(), self.bench
        if bench.deeds:
            deed = bench.deeds.pop()
        elif ticket is not None:
            deed = Deed("", (ticket.number,))
        else:
            self.tell(_("There is nothing to take back."))
            return
        session = self.session
        self.write(lambda: take_back(session, deed), self._undone)

    def _undone(self, undone: Undone) -> None:
        verb = BY_ID[undone.deed.command].title if undone.deed.command else _("the last deed")
        what = _which([done.ticket.number for done in undone.done])
        told = _("Taken back: {verb}, {what}").format(verb=verb, what=what)
        self.tell(f"{told}\n{_('The text is a draft again.')}" if undone.deed.said else told)
        if undone.refused is not None:
            self.refuse(undone.refused)
        self.changed(undone.done)

    def do_new_ticket(self) -> None:
        from agentconsole.services import tickets as deeds

        session = self.session

        def create(words: Mapping[str, Any], failed: Failed) -> None:
            self.write(lambda: deeds.open_ticket(session, **words), self._opened_new, failed)

        self.ask_in_form(deeds.NEW, "", {"desk": self._usual_desk()}, create)

    def _usual_desk(self) -> str:
        from agentconsole.store import desks

        ticket = self.ticket()
        return ticket.desk if ticket else next(iter(desks.desk_keys(self.session.store)), "")

    def _opened_new(self, done: deeds.Done) -> None:
        self.tell(_("Ticket {number} is open.").format(number=done.ticket.number))
        self.changed([done])
        self.show_ticket(done.ticket.number)

    # --- moving

    def do_next_row(self) -> None:
        self.pane().action_cursor_down()

    def do_prev_row(self) -> None:
        self.pane().action_cursor_up()

    def do_page_down(self) -> None:
        self.pane().action_page_down()

    def do_page_up(self) -> None:
        self.pane().action_page_up()

    def do_half_page_down(self) -> None:
        self.pane().action_half_page_down()

    def do_half_page_up(self) -> None:
        self.pane().action_half_page_up()

    def do_top(self) -> None:
        self.pane().action_top()

    def do_bottom(self) -> None:
        self.pane().action_bottom()

    # --- looking closer

    def do_open(self, ref: str | None = None) -> None:
        """By its number a ticket is opened from anywhere."""
        if ref:
            store = self.session.store
            self.ask("open", lambda: tickets.resolve(store, ref), self.show_ticket)
        else:
            self.tell(_("Which one? Its number opens it, such as :10234"))

    def do_explain(self) -> None:
        from agentconsole.services import explain

        ticket = self.ticket()
        if ticket is not None:
            number, session = ticket.number, self.session
            self.ask("explain", lambda: explain.case(session.store, number, session.now()), self._show_explanation)

    def _show_explanation(self, case: Case) -> None:
        from agentconsole.screens.explain import ExplainScreen

        plain = console(self).settings.glyphs.value == "ascii"
        self.app.push_screen(ExplainScreen(case, ascii_only=plain))

    def _show_text(self, title: str, text: str) -> None:
        from agentconsole.screens.texts import TextScreen

        self.app.push_screen(TextScreen(title, text))

    def do_log(self) -> None:
        """The newest notice first."""
        lines = [
            f"{at.astimezone(self.zone):%H:%M:%S}  {' · '.join(text.splitlines())}"
            for at, text in reversed(self.bench.notices)
        ]
        self._show_text(_("Notices"), "\n".join(lines) or _("There were none so far."))

    def do_copy(self) -> None:
        ticket = self.ticket()
        if ticket is not None:
            text = safe_text(ticket.reference, single_line=True)
            self.app.copy_to_clipboard(text)
            self.ask("copy", partial(into_tmux, text), partial(self._copied, text))

    def _copied(self, what: str, in_tmux: bool) -> None:
        words = (
            _("{what} is in tmux's buffer and was sent to the terminal's clipboard")
            if in_tmux
            else _("{what} sent to the terminal's clipboard")
        )
        self.tell(words.format(what=what))


def _asks(asked: Asked, words: Mapping[str, Any]) -> bool:
    """A verb that may be told something, and was told nothing, asks: escalate where to, pending until when."""
    missing = any(each.required and each.name not in words for each in asked.parameters)
    return missing or bool(asked.parameters and not words)


def _as_typed(words: Mapping[str, Any]) -> dict[str, Any]:
    """What a form answered, as it can be put into one again."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in words.items()}


def _which(numbers: Sequence[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else _("{count} tickets").format(count=len(numbers))
