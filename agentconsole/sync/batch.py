"""What a batch of tickets and comments refers to, looked up once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Final

from agentconsole.store import conditions, intake, intake_people
from agentconsole.store.intake_rows import SourceEvent
from agentconsole.sync.fingerprint import Fingerprint
from agentconsole.sync.mapping_context import MappingContext
from agentconsole.sync.people import refer_agents, refer_requesters
from agentconsole.sync.records import CommentRecord, TicketRecord
from agentconsole.sync.run import Run
from agentconsole.sync.unacknowledged import Unacknowledged

SYSTEM: Final = "-1"
"""Zendesk's author of what nobody wrote."""


@dataclass(slots=True)
class Batch:
    """Args:
    known: tickets that stood before the batch.
    requesters: who asks, by the ticket's external id: the requester's own external id.
    customers: all people that the batch refers to.
    staff: authors who answer on somebody else's ticket and are no known customers: who else would be let in?
    context: what stands beside the tickets and decides how they are read.
    fingerprints: of the tickets to be written, by external id.
    spoken: the comments to be written, by their ticket's external id.
    told: what we told the source of these tickets, and it has not shown yet.
    merged: those of the tickets that went into another one, and into which.
    conversations: those of the tickets that are conversations of mails, by external id.
    answered: those of them that we had set aside, and on which the customer has written since.
    gone: words that were taken out of known tickets, by number.
    """

    run: Run
    known: Mapping[str, intake.KnownTicket]
    requesters: Mapping[str, str]
    customers: Mapping[str, int]
    agents: Mapping[str, int]
    staff: set[str]
    organizations: Mapping[str, int]
    context: MappingContext
    fingerprints: Mapping[str, Fingerprint]
    spoken: Mapping[str, Sequence[CommentRecord]]
    merged: Mapping[str, str]
    conversations: Set[str]
    answered: set[str] = field(default_factory=set)
    gone: dict[int, list[str]] = field(default_factory=dict)
    events: list[SourceEvent] = field(default_factory=list)
    told: Unacknowledged = field(default_factory=Unacknowledged)

    def requester_id(self, ticket: str) -> int | None:
        """Who asks on a ticket of this batch, or on one that stood before it."""
        if ticket in self.requesters:
            return self.customers[self.requesters[ticket]]
        known = self.known.get(ticket)
        return None if known is None else known.row["requester_id"]


def look_up(
    run: Run,
    tickets: Sequence[TicketRecord],
    comments: Sequence[CommentRecord],
    known: Mapping[str, intake.KnownTicket],
    context: MappingContext,
    fingerprints: Mapping[str, Fingerprint],
) -> Batch:
    """Finds whom and what the records name; who is not known yet is made, to be filled in when they come."""
    store, source = run.store, run.source
    requesters, customers = refer_requesters(run, tickets)
    authors = {each.author_id for each in comments if each.author_id and each.author_id != SYSTEM}
    customers |= intake_people.refer(store, "customer", source, sorted(authors - customers.keys()))
    batch = Batch(
        run=run,
        conversations={each.external_id for each in tickets if each.ties},
        known=known,
        requesters=requesters,
        customers=customers,
        agents={},
        staff=set(),
        organizations=intake_people.refer(
            store, "organization", source, (each.organization_id for each in tickets if each.organization_id)
        ),
        context=context,
        fingerprints=fingerprints,
        spoken=_by_ticket(comments),
        merged=conditions.merged(store, source, (each.external_id for each in tickets)),
    )
    batch.staff = _staff(batch, comments)
    batch.agents = refer_agents(run, tickets, sorted(batch.staff))
    return batch


def _by_ticket(comments: Iterable[CommentRecord]) -> dict[str, list[CommentRecord]]:
    spoken: dict[str, list[CommentRecord]] = {}
    for each in comments:
        spoken.setdefault(each.ticket_external_id, []).append(each)
    return spoken


def _staff(batch: Batch, comments: Sequence[CommentRecord]) -> set[str]:
    declared = {each.author_id for each in comments if each.author_id and each.author_kind == "agent"}
    answering = {
        each.author_id
        for each in comments
        if each.author_kind is None and each.author_id and each.author_id != SYSTEM
        and batch.customers[each.author_id] != batch.requester_id(each.ticket_external_id)
    }  # fmt: skip
    return declared | (answering - intake_people.customers_among(batch.run.store, batch.run.source, answering))
