"""A conversation and its customer, as they are shown beside a list and on a screen of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agentconsole.domain.conflict import Conflict
from agentconsole.domain.ticket import Conversation as Thread
from agentconsole.domain.ticket import Ticket
from agentconsole.services.session import Session
from agentconsole.store import conflicts, drafts, tickets, windows
from agentconsole.store.store import Store
from agentconsole.widgets.customer_lines import Customer


@dataclass(frozen=True, slots=True)
class Case:
    """All that a ticket's own screen shows, read at one moment."""

    thread: Thread
    earlier: tuple[Ticket, ...]
    drafts: Mapping[str, drafts.Draft]
    next: int | None
    """The ticket that follows in the list one came from."""
    conflicts: Sequence[Conflict] = ()


def read_thread(store: Store, number: int) -> tuple[Thread, tuple[Ticket, ...]]:
    """A ticket with all that was said, and the other tickets of its customer."""
    thread = tickets.conversation(store, number)
    of_customer = tickets.of_customer(store, thread.customer.id) if thread.customer else []
    return thread, tuple(each for each in of_customer if each.number != number)


def customer_of(thread: Thread, earlier: tuple[Ticket, ...]) -> Customer:
    """What the customer pane shows of a conversation."""
    ticket = thread.ticket
    return Customer(thread.customer, ticket.verified_at, ticket.verified_how, earlier, _contact(thread))


def _contact(thread: Thread) -> tuple[str, ...]:
    """How the customer can be reached, and what the form carries."""
    customer = thread.customer
    reached = [each for each in (customer.email, customer.phone) if each] if customer else []
    return (*reached, *(f"{key}: {value}" for key, value in thread.ticket.fields.items()))


def read_case(session: Session, number: int, view: windows.View) -> Case:
    store = session.store
    thread, earlier = read_thread(store, number)
    return Case(
        thread,
        earlier,
        drafts.drafts(store, number, session.agent.id),
        windows.next_of(store, view, number),
        conflicts.of_ticket(store, number),
    )
