"""A desk's new edition applied to its open tickets, while another process goes on claiming tickets.

On request only: `python -m benchmarks apply`, or `python -m benchmarks.applying 1000000` for a store of that size.
"""

from __future__ import annotations

import resource
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

from agentconsole.domain.desk_file import load_desk
from agentconsole.domain.instants import to_seconds
from agentconsole.services import tickets as deeds
from agentconsole.services.applying import Progress, apply_desk
from agentconsole.services.session import Session
from agentconsole.store import desks, people
from benchmarks import claims, data
from benchmarks.results import Limit, Result, percentile, seconds_of

TICKETS: Final = 20_000
DESK: Final = "minamo"
_FIRST: Final = 10_001
_CLAIM_EVERY: Final = 0.02
_LEAST_CLAIMS: Final = 50

_TICKET: Final = """
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :count)
INSERT INTO ticket (number, desk, source, external_id, subject, channel, language, priority, status, tier, created_at,
    updated_at, tags, fields, version, source_state, extra, due_at, due_kind, due_calendar)
SELECT :first + i, :desk, 'made-up', i, 'ticket ' || i, iif(i % 3, 'mail', 'phone'), 'ja',
    iif(i % 4, 'normal', 'high'), iif(i % 5, 'open', 'pending'), 1, :now - 60 * (i % 14400), :now, '[]', '{}', 1, '{}',
    '{}', :now, 'resolution', 'made-up' FROM n"""
_COUNT: Final = """
INSERT INTO queue_count SELECT desk, tier, ifnull(team, ''), status, count(*) FROM ticket GROUP BY 1, 2, 3, 4"""
_CLOCK: Final = """
INSERT INTO clock (ticket, kind, instance, state, started_at, due_at, pauses, target_seconds, policy_id,
    policy_name, policy_version, priority_applied, calendar_id, business_seconds, imported)
SELECT number, ?, 1, 'running', created_at, ?, '[]', ?, 'made-up', 'Made up', 1, priority, 'made-up', 0, 0
FROM ticket"""


def measure(folder: Path, tickets: int = TICKETS) -> list[Result]:
    """Tickets a second in a store of half the size and of the whole, memory, and how long claims take meanwhile."""
    half, _ = _applied(folder / "half.db", tickets // 2)
    before = _peak()
    whole, _ = _applied(folder / "whole.db", tickets)
    grown = _peak() - before
    alone = _claims_alone(folder / "alone.db", min(tickets, TICKETS))
    busy, waits = _applied(folder / "busy.db", tickets, claimed=True)
    what = f"a new edition applied to {tickets:,} open tickets"
    linear, quick, late = Limit(0.8, ratio=True, at_least=True), Limit(250), 99
    return [
        Result("apply.rate", what, "tickets/s", whole, "half as many tickets", half, linear),
        Result("apply.memory", f"{what}: more memory than for half as many", "MB", grown, limit=Limit(20)),
        Result("apply.busy", f"{what}, tickets being claimed", "tickets/s", busy, "nobody claiming", whole),
        Result("apply.claim", "a claim meanwhile", "ms", _ms(waits, 50), "a claim in quiet", _ms(alone, 50)),
        Result("apply.claim.99", "the same, 99 of 100", "ms", _ms(waits, late), "in quiet", _ms(alone, late), quick),
    ]  # fmt: skip


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _ms(seconds: list[float], percent: float) -> float:
    return percentile(seconds, percent) * 1000


def _applied(path: Path, tickets: int, *, claimed: bool = False) -> tuple[float, list[float]]:
    """Tickets a second, and the seconds that claims of another process took."""
    with _filled(path, tickets) as session:
        if not claimed:
            return tickets / seconds_of(lambda: _apply(session, tickets)), []
        with claims.beside(path, _numbers(tickets // 5)) as taken:
            rate = tickets / seconds_of(lambda: _apply(session, tickets))
        return rate, taken


def _apply(session: Session, tickets: int) -> None:
    def watch(progress: Progress) -> None:
        if progress.looked_at % 50_000 == 0:
            print(f"{progress.looked_at:,} of {progress.open:,}", file=sys.stderr)

    done = apply_desk(session, DESK, watch)
    assert done.looked_at == tickets, done


def _claims_alone(path: Path, tickets: int) -> list[float]:
    with _filled(path, tickets) as session:
        return [seconds_of(partial(deeds.perform, session, "claim", [number])) for number in _numbers(200)]


def _numbers(count: int) -> range:
    return range(_FIRST, _FIRST + 5 * count, 5)


@contextmanager
def _filled(path: Path, tickets: int) -> Iterator[Session]:
    """A store of so many open tickets, each with two clocks of an edition that is no longer the newest."""
    now = datetime.now(UTC)
    with data.empty(path, now) as store:
        facts = {"count": tickets, "first": _FIRST, "desk": DESK, "now": to_seconds(now)}
        never_due = to_seconds(now) + 10**8
        with store.writing():
            store.connection.execute(_TICKET, facts)
            store.connection.execute(_COUNT)
            for kind, target in (("first_response", 3600), ("resolution", 86_400)):
                store.connection.execute(_CLOCK, (kind, never_due, target))
            newest = desks.desk(store, DESK)
            text = newest.source_text + "\n# another edition\n"
            desks.save_desk(store, replace(load_desk(text, "again"), version=2), now)
            agent = people.ensure_agent(store, "aoi")
        yield Session(store, agent, "cli", lambda: datetime.now(UTC))
    for file in path.parent.glob(f"{path.name}*"):
        file.unlink()


def main(count: int) -> None:
    with tempfile.TemporaryDirectory(prefix="agentconsole-benchmarks-") as folder:
        for each in measure(Path(folder), count):
            beside = "" if each.beside is None else f" beside {each.beside:,.1f} ({each.yardstick})"
            print(f"{each.what:70} {each.ours:10,.1f} {each.unit}{beside}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TICKETS)
