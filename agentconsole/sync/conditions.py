"""What a source says of tickets besides their status, put into effect once their rows are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agentconsole.domain.redaction import is_redacted, is_redaction_of, removed
from agentconsole.domain.values import Condition
from agentconsole.store import conditions, intake, journal
from agentconsole.store.intake_rows import SourceEvent, TicketRow
from agentconsole.sync.batch import Batch
from agentconsole.sync.comments import message_id
from agentconsole.sync.records import CommentRecord, Merge, TicketRecord
from agentconsole.sync.redactions import note_shown
from agentconsole.sync.run import Run


def without_restored(batch: Batch, known: intake.KnownTicket, row: TicketRow) -> TicketRow:
    """The row, with a description that says no more than what a redaction left of it."""
    old, new = known.row["description"] or "", row.description or ""
    if known.has(Condition.REDACTED) and not is_redaction_of(new, old):
        return row._replace(description=known.row["description"])
    if is_redacted(new):
        batch.gone.setdefault(known.number, []).extend(removed(old, new))
    return row


def note_redactions(batch: Batch, spoken: Sequence[CommentRecord], numbers: Mapping[str, int]) -> None:
    """Remembers which words the comments about to be written take away."""
    redacted = {message_id(each): each for each in spoken if each.redacted}
    if redacted:
        for name, body in conditions.bodies(batch.run.store, batch.run.source, redacted).items():
            number = numbers[redacted[name].ticket_external_id]
            batch.gone.setdefault(number, []).extend(removed(body, redacted[name].body))


def put_into_effect(
    batch: Batch, tickets: Sequence[TicketRecord], spoken: Sequence[CommentRecord], numbers: Mapping[str, int]
) -> list[int]:
    """Redactions, merges and scrubbings of a batch whose rows and events are written.

    Returns:
        The numbers of tickets that ended by it, and are not the batch's own.
    """
    store, source = batch.run.store, batch.run.source
    redacted = [each for each in spoken if each.redacted]
    if redacted:
        conditions.mark(store, {numbers[each.ticket_external_id] for each in redacted}, Condition.REDACTED)
        shown = {message_id(each) for each in redacted if not each.withheld}
        conditions.forget_rejected_comments(store, source, shown)
        note_shown(batch.run, redacted)
    if batch.gone:
        conditions.erase(store, source, batch.gone)
    scrubbed = {each.external_id for each in tickets if Condition.SCRUBBED in each.conditions}
    if scrubbed:
        conditions.scrub(store, source, {name: numbers[name] for name in scrubbed})
    return end_merged(batch.run, _merges(tickets, spoken))


def end_merged(run: Run, merges: Mapping[str, str]) -> list[int]:
    """Ends tickets that went into others, by external ids; gives their numbers. Their clocks are to be derived."""
    ended = conditions.put_merges(run.store, run.id, run.source, merges)
    journal.keep(run.store, run.id, "ticket", ended)
    stood = conditions.standing(run.store, ended)
    conditions.end(run.store, ended, Condition.MERGED)
    stand = conditions.standing(run.store, ended)
    events = [SourceEvent(number, "source_changed", stood[number], stand[number]) for number in ended]
    intake.add_events(run.store, run.id, run.source, run.now, events)
    return ended


def _merges(tickets: Sequence[TicketRecord], spoken: Sequence[CommentRecord]) -> dict[str, str]:
    told: list[Merge] = [
        *(merge for ticket in tickets for merge in ticket.merges),
        *(merge for ticket in tickets for comment in ticket.comments for merge in comment.merges),
        *(merge for comment in spoken for merge in comment.merges),
    ]
    return {each.external_id: each.into_id for each in told if each.external_id != each.into_id}
