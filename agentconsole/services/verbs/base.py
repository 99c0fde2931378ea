"""What a verb is, how one is declared, and the rules that several of them share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from agentconsole.domain.change import Change
from agentconsole.domain.errors import RefusedError
from agentconsole.domain.ticket import Event, Ticket
from agentconsole.domain.values import Status
from agentconsole.locale import _
from agentconsole.services.parameters import Asked, Parameter
from agentconsole.services.session import Session
from agentconsole.store import tickets


@dataclass(frozen=True, slots=True)
class Scene:
    """A ticket as a verb finds it, inside the transaction that will change it. `now` is when all of it happens."""

    session: Session
    ticket: Ticket
    now: datetime

    @property
    def login(self) -> str:
        return self.session.agent.login

    def events(self) -> list[Event]:
        return tickets.events(self.session.store, self.ticket.number)


Decide: TypeAlias = Callable[..., Change]


@dataclass(frozen=True, slots=True)
class Verb(Asked):
    """What can be done to a ticket, and the rule that decides what comes of it."""

    decide: Decide = field(kw_only=True)


def verb(name: str, title: str, help: str, *parameters: Parameter) -> Callable[[Decide], Verb]:  # noqa: A002
    """Declares a verb by the rule below it: its command line, palette entry and `:` word are derived from that."""
    return lambda decide: Verb(name, title, help, parameters, decide=decide)


def must_be_live(ticket: Ticket) -> None:
    if not ticket.status.is_live:
        words = _("ticket {number} is {status}").format(number=ticket.number, status=ticket.status)
        raise RefusedError("not_live", words, _("reopen it first"))


def must_not_be_closed(ticket: Ticket) -> None:
    if ticket.status is Status.CLOSED:
        raise RefusedError(
            "closed",
            _("ticket {number} is closed for good").format(number=ticket.number),
            _("open a new ticket that refers to it"),
        )


def awake(ticket: Ticket) -> dict[str, object]:
    """Whoever touches a new ticket has opened it."""
    return {"status": Status.OPEN} if ticket.status is Status.NEW else {}
