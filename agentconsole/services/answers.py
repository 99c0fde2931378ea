"""Canned answers filled in for one ticket."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from agentconsole.domain.answer import choose_variant, render
from agentconsole.services.session import Session
from agentconsole.store import desks, library, tickets


@dataclass(frozen=True, slots=True)
class RenderedAnswer:
    """A canned answer in the customer's language, or the desk's where there is no other (`fallback`).

    `missing` names the variables that are still to be filled by hand.
    """

    id: str
    language: str
    fallback: bool
    title: str
    text: str
    missing: tuple[str, ...]


def render_canned(session: Session, canned_id: str, number: int) -> RenderedAnswer:
    """The answer as it would be sent to the ticket's customer.

    Raises:
        NotFoundError: no such answer or ticket, or it exists neither in the customer's language nor in the desk's.
        UsageError: the answer's template is not one.
    """
    ticket = tickets.get(session.store, number)
    entry = library.canned(session.store, canned_id)
    desk = desks.desk(session.store, ticket.desk)
    language, fallback = choose_variant(entry.variants, ticket.language, desk.default_language)
    variant = entry.variants[language]
    filled = render(variant.body, _variables(session, number, language))
    return RenderedAnswer(entry.id, language, fallback, variant.title, filled.text, filled.missing)


def _variables(session: Session, number: int, language: str) -> Mapping[str, object]:
    ticket = tickets.get(session.store, number)
    desk = desks.desk(session.store, ticket.desk)
    created = ticket.created_at.astimezone(ZoneInfo(desk.zone))
    return {
        "customer": {"name": ticket.requester_name},
        "agent": {"name": session.agent.name},
        "desk": {"name": desk.label(language), "url": desk.url},
        "ticket": {
            "number": ticket.number,
            "subject": ticket.subject,
            "created_date": f"{created:%Y-%m-%d}" if language == "en" else f"{created.year}年{created.month}月{created.day}日",
        },
        "fields": ticket.fields,
    }
