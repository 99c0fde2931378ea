"""The send gate: what stops a reply before it goes out. Each check can be overridden by name, and the event says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from agentconsole.domain.customer import Profile
from agentconsole.domain.errors import RefusedError
from agentconsole.domain.send_gate import Check, CheckCode, send_checks
from agentconsole.domain.text import fold
from agentconsole.domain.ticket import Ticket
from agentconsole.locale import _
from agentconsole.locale.words import author, word
from agentconsole.services.session import Session
from agentconsole.store import desks, people, tickets

NEWER_MESSAGE: Final = "newer_message"
IDENTITY: Final = "identity"
CHECKS: Final = (*(code for code in CheckCode if code is not CheckCode.EMPTY), NEWER_MESSAGE, IDENTITY)
"""Every check by the name it is overridden with; nothing can make a text of an empty one."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One failed check. The code is what `--override` takes."""

    code: str
    detail: str


def must_be_text(body: str) -> None:
    """Raises `empty` where nothing can be read: spaces and invisible characters alone are no text."""
    if any(check.code is CheckCode.EMPTY for check in send_checks(body)):
        raise RefusedError(CheckCode.EMPTY, _("the text is empty"), _("write something first"))


def check(session: Session, ticket: Ticket, body: str, *, seen: int | None = None) -> list[Stop]:
    """Everything that speaks against sending this reply now.

    Args:
        seen: the id of the last message the writer saw; nothing is checked without it.
    """
    desk = desks.desk(session.store, ticket.desk)
    found = [
        Stop(each.code, _(each.words).format(**_in_words(each)))
        for each in send_checks(body, language=ticket.language, domains=desk.domains)
        if each.code is not CheckCode.FOREIGN_LINK or desk.domains
    ]
    return [*found, *_newer_message(session, ticket, seen), *_identity(session, ticket, body)]


def _in_words(found: Check) -> Mapping[str, str]:
    if found.code is not CheckCode.LANGUAGE:
        return found.values
    return {name: word("language", value) for name, value in found.values.items()}


def _newer_message(session: Session, ticket: Ticket, seen: int | None) -> list[Stop]:
    if seen is None:
        return []
    newer = [
        message for message in tickets.messages(session.store, ticket) if message.id is not None and message.id > seen
    ]
    if not newer:
        return []
    name = author(newer[-1].author_name, newer[-1].author_kind) or _("somebody")
    return [Stop(NEWER_MESSAGE, _("{name} wrote meanwhile").format(name=name))]


def _identity(session: Session, ticket: Ticket, body: str) -> list[Stop]:
    """An answer that gives away account data needs a customer who proved who they are."""
    if ticket.verified_at is not None or ticket.requester_id is None:
        return []
    told = _account_data(people.profile(session.store, ticket.requester_id), fold(body))
    if told is None:
        return []
    return [Stop(IDENTITY, _("{what} is account data, and nobody verified who is asking").format(what=told))]


def _account_data(customer: Profile, text: str) -> str | None:
    """What of the customer's account data the text repeats; what they wrote themselves in the form is no secret."""
    private = [customer.email, customer.phone, *(movement.reference for movement in customer.movements)]
    amounts = [f"{amount} {movement.asset}" for movement in customer.movements for amount in _written(movement.amount)]
    return next((datum for datum in (*private, *amounts) if datum and fold(datum) in text), None)


def _written(amount: str) -> tuple[str, ...]:
    """An amount as people write it: with and without thousands separators."""
    whole, dot, rest = amount.partition(".")
    return (amount, f"{int(whole):,}{dot}{rest}") if whole.isdecimal() and 3 < len(whole) < 40 else (amount,)
