"""What a customer's mail does to the status that we gave a ticket. A mailbox has no statuses of its own."""

from __future__ import annotations

from agentconsole.domain.values import AuthorKind, Status
from agentconsole.store import intake, mails
from agentconsole.store.intake_rows import TicketRow
from agentconsole.sync.batch import Batch
from agentconsole.sync.comments import author_kind, message_id


def heard(batch: Batch, known: intake.KnownTicket, row: TicketRow) -> TicketRow:
    """A conversation's row: where we have set a status it stands, until the customer writes something new."""
    set_here, there = known.row["status"], known.source_state["status"]
    if row.external_id not in batch.conversations or set_here == there:
        return row
    if set_here in (Status.PENDING, Status.SOLVED) and _has_answered(batch, known, row.external_id):
        batch.answered.add(row.external_id)
        return row._replace(status=Status.OPEN)
    return row._replace(status=there, source_status=known.row["source_status"])


def _has_answered(batch: Batch, known: intake.KnownTicket, ticket: str) -> bool:
    last = mails.last_asked(batch.run.store, known.number)
    said = [
        each
        for each in batch.spoken.get(ticket, ())
        if not each.automatic and each.at >= last and author_kind(batch, each) is AuthorKind.CUSTOMER
    ]
    standing = intake.known_messages(batch.run.store, batch.run.source, map(message_id, said))
    return any(message_id(each) not in standing for each in said)
