"""What a command is: an id, words, keys, the places it belongs to, and when it cannot be given."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Final

from agentconsole.locale import _, deferred
from agentconsole.services.parameters import Asked, Parameter

if TYPE_CHECKING:
    from agentconsole.domain.ticket import Ticket


class Scope(StrEnum):
    """Where keys are listened to. Also the name of a screen, as far as one goes with it."""

    GLOBAL = "global"
    LIST = "list"
    TICKET = "ticket"
    COMPOSER = "composer"
    EXPLANATION = "explanation"

    @property
    def label(self) -> str:
        return _(_SCOPE_TITLES[self])


_SCOPE_TITLES: Final = {
    Scope.GLOBAL: deferred("Everywhere"),
    Scope.LIST: deferred("In the list"),
    Scope.TICKET: deferred("In a ticket"),
    Scope.COMPOSER: deferred("While writing"),
    Scope.EXPLANATION: deferred("In an explanation"),
}


@dataclass(frozen=True, slots=True)
class Context:
    """What a command can know before it is given. `screen` is a scope's name, or another for screens of their own."""

    screen: str
    ticket: Ticket | None = None
    """The ticket in front of the agent: the cursor's, or the open one."""
    marked: int = 0
    login: str = ""
    locked: bool = False

    @property
    def places(self) -> frozenset[str]:
        """The scopes one is in: a reply is written inside a ticket."""
        return frozenset((self.screen, Scope.TICKET) if self.screen == Scope.COMPOSER else (self.screen,))


class Command:
    """One thing that a person can ask for. Every face is derived from these lines.

    `unavailable` speaks of what the screen has to offer; whether a ticket allows a verb is the verb's own rule.
    """

    id: ClassVar[str]
    words: ClassVar[tuple[str, str]]
    """Title and help, as message ids."""
    keys: ClassVar[tuple[str, ...]]
    scopes: ClassVar[tuple[Scope, ...]] = (Scope.GLOBAL,)
    takes: ClassVar[tuple[Parameter, ...]] = ()
    aliases: ClassVar[tuple[str, ...]] = ()
    """Further words for the `:` line."""
    needs_ticket: ClassVar[bool] = False
    hides: ClassVar[tuple[str, ...]] = ()
    """Commands whose keys it may have for itself where it is heard, as far as they are characters."""
    single: ClassVar[bool] = False
    """Whether it makes sense for one ticket only, not for all that are marked."""

    @property
    def asked(self) -> Asked:
        """What has to be told before it is done."""
        return Asked(self.id, *self.words, self.takes)

    @property
    def title(self) -> str:
        return _(self.asked.title)

    @property
    def help(self) -> str:
        return _(self.asked.help)

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return self.asked.parameters

    def unavailable(self, context: Context) -> str | None:
        """Why it cannot be given now, in the interface's language; nothing if it can."""
        if Scope.GLOBAL not in self.scopes and not context.places.intersection(self.scopes):
            return _("{place} only").format(place=" / ".join(scope.label for scope in self.scopes))
        if self.needs_ticket and context.ticket is None and not context.marked:
            return _("no ticket is chosen")
        if self.single and context.marked > 1:
            return _("for one ticket at a time")
        return None


class VerbCommand(Command):
    """A command that does the verb of the same name; title, help and parameters are the verb's."""

    scopes = (Scope.LIST, Scope.TICKET)
    needs_ticket = True

    @property
    def asked(self) -> Asked:
        from agentconsole.services.verbs import VERBS  # keys are known before the rules are loaded

        return VERBS[self.id]
