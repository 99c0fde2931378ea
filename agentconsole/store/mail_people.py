"""People who take part in conversations of mails: who asks, who speaks, and of whom it is not settled what they are.

Everything that writes runs inside `Store.writing()`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final

from agentconsole.store import intake_people, journal, rows, settings
from agentconsole.store.intake_people import in_chunks
from agentconsole.store.mails import SAID, SAID_FROM
from agentconsole.store.store import Store

_DOUBTED: Final = "mail_doubted"


def requesters_of(store: Store, source: str, tickets: Iterable[str]) -> set[str]:
    """The external ids of those who ask."""
    sql = (
        "SELECT c.external_id FROM ticket t JOIN customer c ON c.id = t.requester_id "
        "WHERE t.source = ? AND t.external_id IN ({})"
    )
    return {row[0] for row in in_chunks(store, sql, source, tickets)}


def tickets_asked_by(store: Store, source: str, requester: str, after: int, limit: int) -> dict[int, str]:
    """The external ids of somebody's tickets, by number: at the most so many, from one number (exclusive) on.

    Those that went into others count no longer.
    """
    sql = (
        "SELECT t.number, t.external_id FROM customer c JOIN ticket t ON t.requester_id = c.id "
        "WHERE c.source = ? AND t.source = c.source AND c.external_id = ? AND t.number > ? "
        "AND NOT instr(t.conditions, 'merged') ORDER BY t.number LIMIT ?"
    )
    return dict(store.connection.execute(sql, (source, requester, after, limit)).fetchall())


_BY_THEM: Final = "AND m.ticket > ? AND m.ticket <= ? AND c.external_id IN (SELECT value FROM json_each(?))"
_SPOKEN_ON: Final = f"SELECT DISTINCT t.external_id, c.external_id {SAID_FROM} {_BY_THEM} ORDER BY m.ticket"
_AS_CUSTOMERS: Final = f"{SAID} {_BY_THEM} AND m.author_kind = 'customer' ORDER BY m.ticket, m.at, m.id"


def spoken_on(store: Store, source: str, people: Collection[str], after: int, until: int) -> list[tuple[str, str]]:
    """On which tickets, from one number (exclusive) to another, who of these people has spoken, by external ids."""
    found = store.connection.execute(_SPOKEN_ON, (source, after, until, rows.as_json(list(people))))
    return [(ticket, author) for ticket, author in found]


def as_customers(store: Store, source: str, people: Collection[str], after: int, until: int) -> list[Mapping[str, Any]]:
    """What these people have said as customers on tickets from one number (exclusive) to another."""
    found = store.connection.execute(_AS_CUSTOMERS, (source, after, until, rows.as_json(list(people))))
    return [dict(row) for row in found]


def numbers(store: Store) -> range:
    """From the number of the first ticket to that of the last."""
    first, last = store.connection.execute(
        "SELECT ifnull(min(number), 0), ifnull(max(number), -1) FROM ticket"
    ).fetchone()
    return range(first, last + 1)


def own_among(store: Store, source: str, addresses: Iterable[str]) -> set[str]:
    """Which of these are the desk's own addresses, as earlier runs have found."""
    sql = "SELECT external_id FROM customer WHERE source = ? AND role = 'agent' AND external_id IN ({})"
    return {row[0] for row in in_chunks(store, sql, source, addresses)}


def doubt(store: Store, source: str, people: Iterable[str]) -> None:
    """Notes of people that they may be no customers, whom they were taken for, until that is settled."""
    if new := list(people):
        _keep_doubted(store, source, [*doubted(store, source), *new])


def doubted(store: Store, source: str) -> list[str]:
    """Of whom it is not settled whether they are customers, by external ids."""
    return list(json.loads(settings.get(store, f"{_DOUBTED}:{source}") or "[]"))


def doubt_no_more(store: Store, source: str, people: Collection[str]) -> None:
    _keep_doubted(store, source, [each for each in doubted(store, source) if each not in people])


def _keep_doubted(store: Store, source: str, people: Iterable[str]) -> None:
    settings.put(store, f"{_DOUBTED}:{source}", json.dumps(list(dict.fromkeys(people))))


def forget(store: Store, run_id: int, source: str, people: Sequence[str]) -> None:
    """Some turn out to be no customers: what was noted of them as such goes. Staff of the desk's stays that."""
    own = own_among(store, source, people)
    people = [each for each in people if each not in own]
    journal.keep_named(store, run_id, "customer", source, people)
    empty: Mapping[str, Any] = {"role": "end-user", "extra": "{}"}
    intake_people.put_people(store, source, [{**empty, "external_id": each} for each in people])
