"""Doing verbs to the tickets of a screen, and taking them back."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from agentconsole.commands import BY_ID, Command, Context
from agentconsole.commands.time_input import parse_time
from agentconsole.domain.errors import ConsoleError
from agentconsole.domain.ticket import Ticket
from agentconsole.locale import _
from agentconsole.screens.asking import AskingScreen, Failed
from agentconsole.screens.bench import Deed
from agentconsole.screens.bindings import console
from agentconsole.services.parameters import Asked
from agentconsole.store import drafts

if TYPE_CHECKING:
    from agentconsole.screens.undoing import Undone
    from agentconsole.services import tickets as deeds

Filled = Callable[[Mapping[str, Any], Failed], None]
"""What is done with a form's answers, and what is done if that fails."""

MANY: Final = 10
"""From so many tickets on, a verb that asks nothing asks whether it was meant."""


class DoingScreen(AskingScreen):
    """A screen with tickets on it that something can be done to.

    What does it is loaded with the first deed: the rows are shown before.
    """

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

    def context(self) -> Context:
        settings = console(self).settings
        return Context(self.scope, self.ticket(), len(self.marked()), settings.agent, settings.locked)

    def do_verb(self, command: Command, words: Mapping[str, Any]) -> None:
        """Does a verb to the marked tickets or the one in front, asking first for what the verb must be told."""
        verb = command.asked
        numbers = list(self.marked()) or [ticket.number for ticket in [self.ticket()] if ticket]
        if _asks(verb, words) or (not verb.parameters and len(numbers) >= MANY):
            from agentconsole.screens.choices import with_choices

            ticket = self.ticket()
            asked = with_choices(verb, self.session.store, ticket.tier if ticket else None)
            self.ask_in_form(asked, self._about(numbers), words, partial(self._perform, verb.name, numbers))
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

        reader = partial(parse_time, now=self.now(), zone=self.zone)
        self.app.push_screen(VerbForm(asked, about, _as_typed(known), reader), filled)

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

        def work() -> Undone:
            from agentconsole.screens.undoing import take_back

            return take_back(session, deed)

        self.write(work, self._undone)

    def _undone(self, undone: Undone) -> None:
        verb = BY_ID[undone.deed.command].title if undone.deed.command else _("the last deed")
        what = _which([done.ticket.number for done in undone.done])
        told = _("Taken back: {verb}, {what}").format(verb=verb, what=what)
        self.tell(f"{told}\n{_('The text is a draft again.')}" if undone.deed.said else told)
        if undone.refused is not None:
            self.refuse(undone.refused)
        self.changed(undone.done)

    def do_new_ticket(self) -> None:
        """By default at the desk of the ticket in front."""
        from agentconsole.screens.choices import with_choices
        from agentconsole.services import tickets as deeds
        from agentconsole.store import desks

        ticket, session = self.ticket(), self.session
        desk = ticket.desk if ticket else next(iter(desks.desk_keys(session.store)), "")

        def create(words: Mapping[str, Any], failed: Failed) -> None:
            self.write(lambda: deeds.open_ticket(session, **words), self._opened_new, failed)

        self.ask_in_form(with_choices(deeds.NEW, session.store), "", {"desk": desk}, create)

    def _opened_new(self, done: deeds.Done) -> None:
        self.tell(_("Ticket {number} is open.").format(number=done.ticket.number))
        self.changed([done])
        self.show_ticket(done.ticket.number)


def _asks(asked: Asked, words: Mapping[str, Any]) -> bool:
    """A verb that may be told something, and was told nothing, asks: escalate where to, pending until when."""
    forms = [each for each in asked.parameters if each.in_forms]
    missing = any(each.required and each.name not in words for each in forms)
    return missing or bool(forms and not words)


def _as_typed(words: Mapping[str, Any]) -> dict[str, Any]:
    """What a form answered, as it can be put into one again."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in words.items()}


def _which(numbers: Sequence[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else _("{count} tickets").format(count=len(numbers))
