"""Taking a source's records into the store: what is new, what changed, what we changed too, what must be set aside."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import partial
from itertools import chain

from agentconsole.domain.desk import Desk
from agentconsole.store import checkpoints, forgetting, intake, quarantine
from agentconsole.store.store import Store
from agentconsole.sync import mail_doubts, redactions
from agentconsole.sync.batches import batches
from agentconsole.sync.garbage import rarely_collected
from agentconsole.sync.mail_conversations import whole_conversations
from agentconsole.sync.people import take_named, take_people
from agentconsole.sync.quarantine import comment_of
from agentconsole.sync.records import (
    CommentRecord,
    GroupRecord,
    OrganizationRecord,
    PersonRecord,
    Record,
    RejectedRecord,
    SkippedRecord,
    TicketRecord,
    UnchangedRecord,
)
from agentconsole.sync.run import Run
from agentconsole.sync.steps import Steps
from agentconsole.sync.summary import Summary
from agentconsole.sync.tickets import take_conversations


def merge(
    store: Store,
    records: Iterable[Record],
    *,
    source: str,
    format_name: str,
    files: Sequence[str],
    desks: Sequence[Desk],
    desk: Desk,
    now: datetime,
    profile: str | None = None,
) -> Summary:
    """Writes records into the store, batch by batch; what is written stays, whatever happens to the rest.

    Args:
        source: the first half of every external id.
        desk: whose maps are used, for records that name none of `desks`.
        now: when this sync runs, aware, in UTC.
        profile: the text of the profile by which they were read, kept for a retry of what is set aside.
    """
    with rarely_collected(), checkpoints.beside(store) as log:
        steps = Steps(store, log)
        waiting = batches(records, steps.size)
        first = next(waiting, [])  # files that are not what they claim say so now, before anything is written
        with store.writing():
            run_id = intake.begin_run(store, source, format_name, files, now, desk.key, profile)
        summary = Summary(run_id, source, format_name, tuple(files))
        run = Run(store, source, run_id, {each.key: each for each in desks}, desk, now, summary)
        _take_all(run, chain([first], waiting), steps)
        _take_all(run, batches(run.release(), steps.size), steps)
        _take_waiting(run, steps)
        mail_doubts.settle(run, steps, partial(_write, run))
        owed = forgetting.owed(store)
        if owed:
            redactions.forget(store, steps)
    if owed:
        forgetting.settle(store, owed)
    return summary


def finish(store: Store, summary: Summary, at: datetime) -> None:
    """Keeps the run's summary."""
    with store.writing():
        intake.end_run(store, summary.run, summary.as_json(), at)


def _take_all(run: Run, batches: Iterable[Sequence[Record]], steps: Steps) -> None:
    for batch in batches:
        with steps.step(len(batch)):
            _take(run, batch)


def _take_waiting(run: Run, steps: Steps) -> None:
    """Comments that were set aside because their tickets had not come, and whose tickets are here now."""
    last = 0
    while waiting := quarantine.with_ticket(run.store, run.source, after=last, limit=steps.size()):
        last = waiting[-1].id
        with steps.step(len(waiting)):
            quarantine.take(run.store, [each.id for each in waiting], run.id)
            late = {each.raw for each in waiting if each.run == run.id}
            run.summary.take_back(late)
            _take(run, [comment_of(each) for each in waiting if each.raw in late])
            rejected = run.summary.rejected_total
            _take(run, [comment_of(each) for each in waiting if each.raw not in late])
            run.summary.retried += len(waiting) - len(late) - (run.summary.rejected_total - rejected)


def _take(run: Run, batch: Sequence[Record]) -> None:
    _write(run, whole_conversations(run, redactions.heeded(run, batch)))


def _write(run: Run, batch: Sequence[Record]) -> None:
    tickets = [each for each in batch if isinstance(each, TicketRecord)]
    others = batch if len(tickets) < len(batch) else ()
    groups = [each for each in others if isinstance(each, GroupRecord)]
    organizations = [each for each in others if isinstance(each, OrganizationRecord)]
    people = [each for each in others if isinstance(each, PersonRecord)]
    take_named(run, "source_group", groups, [(each, ticket) for ticket in tickets for each in ticket.groups])
    embedded = [(each, ticket) for ticket in tickets for each in ticket.organizations]
    take_named(run, "organization", organizations, embedded)
    take_people(run, people, [(each, ticket) for ticket in tickets for each in ticket.people])
    take_conversations(run, tickets, [each for each in others if isinstance(each, CommentRecord)])
    for each in others:
        if isinstance(each, SkippedRecord):
            run.summary.skipped[each.kind] += 1
        elif isinstance(each, UnchangedRecord):
            run.summary.count("tickets", "unchanged", each.tickets)
            run.summary.count("messages", "unchanged", each.messages)
        elif isinstance(each, RejectedRecord):
            run.reject(each)
    run.keep_rejected()
