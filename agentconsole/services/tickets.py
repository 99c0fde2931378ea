"""Doing a verb, undoing it, opening a ticket: each one transaction, whichever face asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from agentconsole.domain.errors import RefusedError, UsageError
from agentconsole.domain.languages import normalise_language
from agentconsole.domain.text import detect_language
from agentconsole.domain.ticket import Event, Ticket
from agentconsole.domain.values import Channel, Priority
from agentconsole.locale import _
from agentconsole.services import gate, verbs
from agentconsole.services.parameters import Asked, Kind, Parameter, given
from agentconsole.services.session import Session
from agentconsole.store import desks, drafts, people, tickets, writer
from agentconsole.store.histories import APPLY_POLICY


@dataclass(frozen=True, slots=True)
class Done:
    """A ticket after a deed, the events that tell of it, and whether it can be undone."""

    ticket: Ticket
    event_ids: tuple[int, ...]
    undoable: bool


NEW: Final = Asked(
    "new",
    "New ticket",
    "A call or a walk-in becomes a ticket.",
    (
        Parameter("desk", Kind.LINE, "Desk", required=True),
        Parameter("channel", Kind.CHOICE, "Channel", required=True, choices=tuple(Channel)),
        Parameter("customer", Kind.LINE, "Customer (known)", example="12  zendesk:3661"),
        Parameter("name", Kind.LINE, "Name (new customer)"),
        Parameter("subject", Kind.LINE, "Subject", required=True),
        Parameter("priority", Kind.CHOICE, "Priority", choices=tuple(Priority)),
        Parameter("body", Kind.TEXT, "What was said", required=True),
    ),
)
"""How `open_ticket` is asked for; it has no ticket to decide on."""


def perform(session: Session, name: str, numbers: Sequence[int], words: Mapping[str, Any] | None = None) -> list[Done]:
    """Does a verb to one ticket or to several: to all of them, or, if a rule refuses one, to none.

    Raises:
        UsageError: an unknown verb, or parameters that are missing or malformed.
        RefusedError, NotFoundError: nothing was changed.
    """
    verb = verbs.named(name)
    values = given(verb, words or {})
    at = session.now()
    done = []
    with session.store.writing():
        for number in dict.fromkeys(numbers):
            scene = verbs.Scene(session, writer.catch_up(session.store, number, at), at)
            change = verb.decide(scene, **values)
            event_id = writer.record(session.store, change, session.author, at)
            if change.said is not None:
                drafts.drop(session.store, number, session.agent.id, "reply" if change.said.public else "note")
            done.append(Done(tickets.get(session.store, number), (event_id,), undoable=True))
    return done


def undo(session: Session, numbers: Sequence[int]) -> list[Done]:
    """Takes back the last deed on each of the tickets, if it was this agent's and nothing rests on it: on all or none.

    Raises:
        RefusedError: `nothing_to_undo`, `not_yours`, `rests_on_it`, or `exported`.
    """
    at = session.now()
    with session.store.writing():
        return [_undone(session, number, at) for number in dict.fromkeys(numbers)]


def _undone(session: Session, number: int, at: datetime) -> Done:
    entry = _last_deed(tickets.events(session.store, number), number)
    if entry.actor != session.agent.login:
        raise RefusedError(
            "not_yours",
            _("the last deed ({verb}) was {name}'s").format(verb=_verb(entry), name=entry.actor),
            _("only its author undoes it"),
        )
    if entry.exported:
        words = _("the last deed ({verb}) has gone out to the helpdesk").format(verb=_verb(entry))
        raise RefusedError("exported", words, _("it cannot be called back"))
    event_id = writer.unwrite(session.store, entry.id, number, session.author, at)
    return Done(tickets.get(session.store, number), (event_id,), undoable=False)


_BY_THE_WAY: Final = ("undo", "breach", APPLY_POLICY)
"""What is nobody's deed on a ticket."""


def _last_deed(events: Sequence[Event], number: int) -> Event:
    """The newest thing a person did, unless the source has changed the ticket since."""
    standing = [event for event in events if not event.undone and event.verb not in _BY_THE_WAY]
    if not standing:
        raise RefusedError("nothing_to_undo", _("nothing was done to ticket {number} here").format(number=number))
    last = standing[-1]
    if last.verb in ("imported", "new"):
        words = _("nothing was done to ticket {number} since it came").format(number=number)
        raise RefusedError("nothing_to_undo", words)
    if last.verb in ("source_changed", "reread", "conflict"):
        words = _("the source has changed ticket {number} since").format(number=number)
        raise RefusedError("rests_on_it", words, _("change it forwards"))
    return last


def _verb(entry: Event) -> str:
    return _(verbs.title(entry.verb))


def open_ticket(
    session: Session,
    *,
    desk: str,
    channel: str,
    subject: str,
    body: str,
    customer: str | None = None,
    name: str | None = None,
    language: str | None = None,
    priority: str | None = None,
) -> Done:
    """A call or a walk-in becomes a ticket.

    Args:
        customer: a REF of a known customer; otherwise `name` makes a new one.

    Raises:
        UsageError: neither customer nor name, an unknown channel, priority or language, something missing.
        RefusedError: `empty`, if nothing can be read in subject or body.
        NotFoundError: no such desk or customer.
    """
    asked = {"desk": desk, "channel": channel, "customer": customer, "name": name}
    given(NEW, asked | {"subject": subject, "priority": priority, "body": body})
    gate.must_be_text(subject)
    gate.must_be_text(body)
    wanted = _language(language)
    at = session.now()
    with session.store.writing():
        desks.desk(session.store, desk)
        customer_id = _customer(session, customer, name)
        spoken = wanted or people.profile(session.store, customer_id).language or detect_language(body)
        urgency = Priority(priority) if priority else None
        new = writer.NewTicket(desk, Channel(channel), subject, customer_id, spoken, urgency, body)
        number, event_id = writer.create(session.store, new, session.author, at)
        return Done(tickets.get(session.store, number), (event_id,), undoable=False)


def _customer(session: Session, reference: str | None, name: str | None) -> int:
    if reference:
        return people.resolve_customer(session.store, reference)
    if name and name.strip():
        return people.add_customer(session.store, name)
    raise UsageError(_("who is it?"), _("--customer REF for a known customer, --name N for a new one"))


def _language(tag: str | None) -> str | None:
    known = normalise_language(tag)
    if known or not tag:
        return known
    raise UsageError(_("{text} is no language").format(text=repr(tag)), _("such as ja, en, zh-Hans"))
