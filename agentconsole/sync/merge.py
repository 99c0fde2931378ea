"""Taking a source's records into the store: what is new, what changed, what we changed too, what must be set aside."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import chain
from typing import Final

from agentconsole.domain.desk import Desk
from agentconsole.store import checkpoints, intake, quarantine
from agentconsole.store.checkpoints import Checkpoints
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
from agentconsole.sync.summary import Summary
from agentconsole.sync.tickets import take_conversations

BATCH: Final = 300
"""Records a transaction, at the most."""
LEAST: Final = 20
"""Fewer are not worth a transaction, however slow the machine."""
ALONE_SECONDS: Final = 0.15
"""For about so long the write lock is held at once,"""
BESIDE_SECONDS: Final = 0.025
"""and for so long while others work on the store."""
COMPANY_SECONDS: Final = 10.0
"""Who has written something is taken to be at work for so long."""
BREATH_SECONDS: Final = 0.002
"""Between two transactions: whoever waits for the lock asks for it each millisecond."""


class Pace:
    """How many records the next transaction takes, and who is let in before it.

    Alone a sync takes as many as it may. Beside others, whom it knows by what they commit, it holds the lock briefly.
    """

    def __init__(self) -> None:
        self.size = min(BATCH, 2 * LEAST)
        self._version: int | None = None
        self._company_until = 0.0

    def note(self, records: int, seconds: float, version: int, at: float) -> None:
        """
        Args:
            records, seconds: of the last transaction.
            version: of the store after it (`Store.data_version`): another one, once others have written.
            at: of a clock that never goes back, in seconds.
        """
        if version != self._version and self._version is not None:
            self._company_until = at + COMPANY_SECONDS
        self._version = version
        held = BESIDE_SECONDS if self.has_company(at) else ALONE_SECONDS
        fitting = int(records * held / seconds) if seconds > 0 else BATCH
        self.size = min(BATCH, max(LEAST, fitting))

    def has_company(self, at: float) -> bool:
        return at < self._company_until


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
    pace = Pace()
    waiting = batches(records, lambda: pace.size)
    first = next(waiting, [])  # files that are not what they claim say so now, before anything is written
    with store.writing():
        run_id = intake.begin_run(store, source, format_name, files, now, desk.key, profile)
    run = Run(
        store,
        source,
        run_id,
        {each.key: each for each in desks},
        desk,
        now,
        Summary(run_id, source, format_name, tuple(files)),
    )
    with rarely_collected(), checkpoints.beside(store) as log:
        _take_all(run, chain([first], waiting), pace, log)
        _take_all(run, batches(run.release(), lambda: pace.size), pace, log)
        _take_waiting(run, pace, log)
        mail_doubts.settle(
            run,
            lambda: pace.size,
            lambda records: _transaction(run, records, pace, log),
            lambda records: _write(run, records),
        )
        if run.forgets:
            redactions.forget(store)
    return run.summary


def finish(store: Store, summary: Summary, at: datetime) -> None:
    """Keeps the run's summary."""
    with store.writing():
        intake.end_run(store, summary.run, summary.as_json(), at)


def _take_all(run: Run, batches: Iterable[Sequence[Record]], pace: Pace, log: Checkpoints) -> None:
    for batch in batches:
        with _transaction(run, len(batch), pace, log):
            _take(run, batch)


@contextmanager
def _transaction(run: Run, records: int, pace: Pace, log: Checkpoints) -> Iterator[None]:
    with run.store.writing():
        began = time.monotonic()
        yield
    ended = time.monotonic()
    log.after_commit()
    pace.note(records, ended - began, run.store.data_version(), ended)
    if pace.has_company(ended):
        time.sleep(BREATH_SECONDS)


def _take_waiting(run: Run, pace: Pace, log: Checkpoints) -> None:
    """Comments that were set aside because their tickets had not come, and whose tickets are here now."""
    last = 0
    while waiting := quarantine.with_ticket(run.store, run.source, after=last, limit=pace.size):
        last = waiting[-1].id
        with _transaction(run, len(waiting), pace, log):
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
