"""Tickets and comments of a source: compared with what we had, written with their clocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from operator import attrgetter
from typing import Any, Final

from agentconsole.domain.instants import from_seconds, iso, to_seconds
from agentconsole.domain.text import search_words
from agentconsole.domain.values import Condition, Status
from agentconsole.store import conflicts, intake, journal, line_digests, people, rows, search
from agentconsole.store.histories import SOURCE_TIME
from agentconsole.store.intake_rows import NewTicket, SourceEvent, TicketRow
from agentconsole.sync import comments as talk
from agentconsole.sync.acknowledging import acknowledge, adopt_messages, link_tickets, unacknowledged
from agentconsole.sync.answers import heard
from agentconsole.sync.batch import Batch, look_up
from agentconsole.sync.conditions import note_redactions, put_into_effect, without_restored
from agentconsole.sync.field_merge import Pairs, merged
from agentconsole.sync.fingerprint import Fingerprint, kept
from agentconsole.sync.line_filter import taken_line
from agentconsole.sync.mail_conversations import settle
from agentconsole.sync.mapping_context import MappingContext, mapping_context
from agentconsole.sync.records import CommentRecord, TicketRecord
from agentconsole.sync.run import Run
from agentconsole.sync.ticket_mapping import read_ticket

_TAKEN: Final = attrgetter(*intake.TAKEN)


def take_conversations(run: Run, tickets: Sequence[TicketRecord], comments: Sequence[CommentRecord]) -> None:
    """A batch of tickets with the comments inside them, and of comments that came by themselves."""
    link_tickets(run, tickets)
    named = [*(t.external_id for t in tickets), *(c.ticket_external_id for c in comments)]
    known = intake.known_tickets(run.store, run.source, named)
    batch, fresh, spoken = _news(run, known, tickets, comments)
    touched = _touched(known, fresh, spoken)
    old_words = search.ticket_words(run.store, touched)
    _keep_what_stood(run, known, fresh)
    new = _write_tickets(batch, fresh)
    numbers = {name: each.number for name, each in known.items()}
    note_redactions(batch, spoken, numbers)
    _write_messages(batch, new, spoken, numbers)
    intake.add_events(run.store, run.id, run.source, run.now, [*(each.event for each in new), *batch.events])
    _note_conflicts(batch)
    acknowledge(run, batch.told)
    numbers |= {each.row.external_id: each.number for each in new}
    settle(run, fresh, numbers)
    ended = put_into_effect(batch, fresh, spoken, numbers)
    intake.finish(run.store, new, old_words, run.now)
    intake.derive_clocks(run.store, [each for each in ended if each not in touched], run.now)


def _news(
    run: Run,
    known: Mapping[str, intake.KnownTicket],
    tickets: Sequence[TicketRecord],
    comments: Sequence[CommentRecord],
) -> tuple[Batch, list[TicketRecord], list[CommentRecord]]:
    """What is to be written of tickets and comments, and what it refers to."""
    context = mapping_context(run.store, run.source, run.desks, run.desk, tickets)
    fingerprints: dict[str, Fingerprint] = {}
    fresh, late = _without_unchanged(run, known, tickets, context, fingerprints)
    told = unacknowledged(run, known)
    adopt_messages(run, told, [*chain.from_iterable(each.comments for each in tickets), *comments], known)
    spoken = talk.changed(run, fresh, comments, late, known)
    _keep_lines(run, known, tickets)
    batch = look_up(run, fresh, spoken, known, context, fingerprints)
    batch.told = told
    return batch, fresh, spoken


def _write_tickets(batch: Batch, tickets: Sequence[TicketRecord]) -> list[NewTicket]:
    """Writes tickets; gives those that are new, whose messages are still to be written."""
    run, known = batch.run, batch.known
    new = _new(batch, [each for each in tickets if each.external_id not in known])
    intake.add_tickets(run.store, run.source, new, run.now, run.choices)
    run.summary.count("tickets", "new", len(new))
    for each in tickets:
        if each.external_id in known:
            run.summary.count("tickets", _merge(batch, known[each.external_id], read_ticket(batch, each)))
    return new


def _write_messages(
    batch: Batch, new: Sequence[NewTicket], spoken: Iterable[CommentRecord], numbers: Mapping[str, int]
) -> None:
    """Writes those of new tickets, and those of tickets that stood before, whose numbers these are."""
    late = [
        talk.message(batch, each, numbers[each.ticket_external_id])
        for each in spoken
        if each.ticket_external_id in numbers
    ]
    intake.add_messages(batch.run.store, batch.run.source, [message for each in new for message in each.messages])
    intake.put_messages(batch.run.store, batch.run.source, late)


def _note_conflicts(batch: Batch) -> None:
    """Tickets whose conflicts may have come, or may be over."""
    met = {each.ticket for each in batch.events if each.verb == conflicts.CONFLICT}
    for number in met | {each.number for each in batch.known.values() if each.row["in_conflict"]}:
        conflicts.note(batch.run.store, number)


def _keep_what_stood(run: Run, known: Mapping[str, intake.KnownTicket], tickets: Iterable[TicketRecord]) -> None:
    """Keeps the rows that are about to change, so that the run can be undone."""
    numbers = [known[each.external_id].number for each in tickets if each.external_id in known]
    journal.keep(run.store, run.id, "ticket", numbers)
    journal.keep_named(run.store, run.id, "message", run.source, run.overwritten)
    run.overwritten.clear()


def _without_unchanged(
    run: Run,
    known: Mapping[str, intake.KnownTicket],
    tickets: Sequence[TicketRecord],
    context: MappingContext,
    fingerprints: dict[str, Fingerprint],
) -> tuple[list[TicketRecord], list[CommentRecord]]:
    """The newest version of each ticket that is not as we have it, and the comments of the other versions.

    Exports repeat themselves, and come out of order.
    """
    fresh: dict[str, TicketRecord] = {}
    late: list[CommentRecord] = []
    have = {name: (each.source_state["updated_at"], kept(each.hash)) for name, each in known.items()}
    for ticket in tickets:
        name, updated_at, mark = ticket.external_id, to_seconds(ticket.updated_at), context.fingerprint(ticket)
        at, standing = have.get(name, (updated_at, None))
        if name in known and known[name].has(Condition.SCRUBBED) and Condition.SCRUBBED not in ticket.conditions:
            run.summary.count("tickets", "unchanged")
            continue
        if updated_at < at or (standing and standing.knows(mark)):
            run.summary.count("tickets", "unchanged")
            late += ticket.comments
            continue
        if name in fresh:
            run.summary.count("tickets", "unchanged")
            late += fresh[name].comments
        if standing and updated_at == at and ticket.updated_at > ticket.created_at:  # a time of its own: one version
            mark = standing.joined(mark)
        have[name], fresh[name], fingerprints[name] = (updated_at, mark), ticket, mark
    return list(fresh.values()), late


def _keep_lines(run: Run, known: Mapping[str, intake.KnownTicket], tickets: Iterable[TicketRecord]) -> None:
    """Notes of tickets that stand as they are read that they have a line of their own now."""
    lines: dict[int, str] = {}
    for each in tickets:
        have = known.get(each.external_id)
        if have is None or have.row["taken_line"] or each.external_id in run.refused:
            continue
        if each.digest.hex() in kept(have.hash).digests and (line := taken_line(each)):
            lines[have.number] = line
    line_digests.keep(run.store, lines)


def _touched(
    known: Mapping[str, intake.KnownTicket], tickets: Iterable[TicketRecord], comments: Iterable[CommentRecord]
) -> list[int]:
    names = {*(each.external_id for each in tickets), *(each.ticket_external_id for each in comments)}
    return sorted(known[name].number for name in names if name in known)


def _new(batch: Batch, tickets: Sequence[TicketRecord]) -> list[NewTicket]:
    """Tickets that have come, as they are to be written, with what was said on them."""
    numbers = intake.next_numbers(batch.run.store, [each.external_id for each in tickets])
    found = []
    for record in tickets:
        number, row = numbers[record.external_id], read_ticket(batch, record)
        messages = [talk.message(batch, each, number) for each in batch.spoken.get(record.external_id, ())]
        found.append(
            NewTicket(number, row, _kept(_state(row)), _imported(number, row), messages, _words(batch, record, row))
        )
    return found


def _words(batch: Batch, record: TicketRecord, row: TicketRow) -> str | None:
    """The words of a new ticket, if what is written of it is all that the record says, and nothing else."""
    if (
        tuple(batch.spoken.get(record.external_id, ())) != (*record.comments, *record.beside)
        or Condition.SCRUBBED in row.conditions
    ):
        return None
    words = search_words(record.text()) if record.words is None else record.words
    return f"{words} {search_words(' '.join(row.fields.values()))}" if row.fields else words


def _state(row: TicketRow) -> dict[str, Any]:
    """The fields as the source has them now, plain."""
    state = dict(zip(intake.TAKEN, _TAKEN(row), strict=True))
    return state | {"tags": list(row.tags), "fields": dict(row.fields), "updated_at": row.updated_at}


def _kept(state: dict[str, Any]) -> str:
    """What the next sync compares with."""
    return rows.as_json({name: value for name, value in state.items() if name != "description"})


def _imported(number: int, row: TicketRow) -> SourceEvent:
    """A ticket that comes in another state than new got there when its source last touched it."""
    moved = {} if row.status == Status.NEW else {"status": row.status, SOURCE_TIME: iso(from_seconds(row.updated_at))}
    return SourceEvent(number, "imported", before={"status": Status.NEW} if moved else {}, after=moved)


def _merge(batch: Batch, known: intake.KnownTicket, row: TicketRow) -> str:
    """Takes a newer version of a ticket that stands; says what that was: unchanged, changed or conflict."""
    store, row = batch.run.store, heard(batch, known, without_restored(batch, known, row))
    state = _state(row)
    met = merged(batch, known, row, state)
    is_same_record = kept(known.hash).has_record(kept(row.hash))
    if is_same_record and not met.changed and row.conditions == known.conditions:
        intake.keep_hash(store, known.number, row)
        return "unchanged"
    intake.update_ticket(store, known.number, row, met.taken, _kept(state))
    if "requester_id" in met.taken:
        intake.unmask_requester(store, batch.run.id, known.number, row.requester_id)
    verb = "reread" if is_same_record and "desk" not in met.taken else "source_changed"
    _tell(batch, known.number, verb, met.taken | _beside(batch, known, row, met.taken), row)
    _tell(batch, known.number, conflicts.CONFLICT, met.clashing, row)
    return "conflict" if met.clashing else "changed"


def _beside(batch: Batch, known: intake.KnownTicket, row: TicketRow, taken: Pairs) -> Pairs:
    """What changes with it and is no field of its own."""
    found: Pairs = {}
    if row.conditions != known.conditions:
        found["conditions"] = known.conditions, row.conditions
    if "requester_id" in taken:  # policies ask for the class, and whose it was may be forgotten
        askers = known.row["requester_id"], row.requester_id
        before, after = (people.customer_class(batch.run.store, each) for each in askers)
        found |= {"customer_class": (before, after)} if before != after else {}
    return found


def _tell(batch: Batch, number: int, verb: str, pairs: Pairs, row: TicketRow) -> None:
    if not pairs:
        return
    prefix = "theirs_" if verb == conflicts.CONFLICT else ""
    before = {name: ours for name, (ours, _) in pairs.items()}
    after = {f"{prefix}{name}": theirs for name, (_, theirs) in pairs.items()}
    when = {SOURCE_TIME: iso(from_seconds(row.updated_at))}
    batch.events.append(SourceEvent(number, verb, before, after | when))
