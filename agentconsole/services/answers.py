"""Canned answers filled in for a ticket: the right language, the customer's name, what the form says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from agentconsole.domain.customer import Profile
from agentconsole.domain.desk import Desk
from agentconsole.domain.languages import choose_variant
from agentconsole.domain.template import render
from agentconsole.domain.ticket import Ticket
from agentconsole.services.session import Session
from agentconsole.store import desks, library, people, tickets

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RenderedAnswer:
    """An answer ready to be looked over; what is in `missing` still stands in the text as `{{name}}`.

    `fallback`: it is in the desk's language because there is none in the customer's.
    """

    id: str
    language: str
    fallback: bool
    title: str
    text: str
    missing: tuple[str, ...]


def render_canned(session: Session, canned_id: str, number: int, language: str | None = None) -> RenderedAnswer:
    """The canned answer for that ticket.

    Args:
        language: instead of the ticket's.

    Raises:
        NotFoundError: no such answer or ticket, or the answer is in none of the languages.
        UsageError: the answer holds more than text and variables.
    """
    ticket = tickets.get(session.store, number)
    desk = desks.desk(session.store, ticket.desk)
    customer = None if ticket.requester_id is None else people.profile(session.store, ticket.requester_id)
    entry = library.canned(session.store, canned_id)
    wanted = language or ticket.language or (customer.language if customer else None)
    taken, fallback = choose_variant(entry.variants, wanted, desk.default_language)
    variant = entry.variants[taken]
    rendered = render(variant.body, variables(session, ticket, desk, customer, taken))
    return RenderedAnswer(entry.id, taken, fallback, variant.title, rendered.text, rendered.missing)


def variables(
    session: Session, ticket: Ticket, desk: Desk, customer: Profile | None, language: str
) -> dict[str, dict[str, Any]]:
    """What a canned answer can speak of, in that language."""
    created = ticket.created_at.astimezone(ZoneInfo(desk.zone)).date()
    return {
        "customer": {"name": customer.name if customer else ticket.requester_name},
        "agent": {"name": session.agent.name},
        "desk": {"name": _desk_name(desk, language), "url": desk.url},
        "ticket": {"number": ticket.number, "subject": ticket.subject, "created_date": written_date(created, language)},
        "fields": dict(ticket.fields),
    }


def _desk_name(desk: Desk, language: str) -> str:
    return desk.name.get(language) or desk.label(language.partition("-")[0])


def written_date(day: date, language: str) -> str:
    """A date as a letter in that language writes it; in doubt as the standard does."""
    match language.partition("-")[0]:
        case "ja" | "zh":
            return f"{day.year}年{day.month}月{day.day}日"
        case "en":
            return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return day.isoformat()
