"""Bulk writing of who a source speaks of: customers, agents, organizations, groups.

`sync.people` decides; here stands only how it is written. Everything runs inside `Store.writing()`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from agentconsole.store import journal, search
from agentconsole.store.store import Store


class Known(NamedTuple):
    """An object of the source that the store has already. Without a hash it was only referred to."""

    hash: str | None
    name: str | None = None
    extra: str = "{}"


def ids(store: Store, table: str, source: str, external_ids: Iterable[str]) -> dict[str, int]:
    """Our ids of those that the store has in `customer`, `organization` or `source_group`."""
    sql = f"SELECT external_id, id FROM {table} WHERE source = ? AND external_id IN ({{}})"  # noqa: S608
    return dict(in_chunks(store, sql, source, external_ids))


def hashes(store: Store, table: str, source: str, external_ids: Iterable[str]) -> dict[str, str | None]:
    """What they were last read from; of those that were only referred to nothing."""
    sql = f"SELECT external_id, hash FROM {table} WHERE source = ? AND external_id IN ({{}})"  # noqa: S608
    return dict(in_chunks(store, sql, source, external_ids))


def known_named(store: Store, table: str, source: str, external_ids: Iterable[str]) -> dict[str, Known]:
    """Which organizations or groups the store has."""
    sql = f"SELECT external_id, hash, name, extra FROM {table} WHERE source = ? AND external_id IN ({{}})"  # noqa: S608
    return {row["external_id"]: Known(*tuple(row)[1:]) for row in in_chunks(store, sql, source, external_ids)}


def people(store: Store, source: str, external_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The rows of people, by external id."""
    sql = "SELECT * FROM customer WHERE source = ? AND external_id IN ({})"
    return {row["external_id"]: dict(row) for row in in_chunks(store, sql, source, external_ids)}


def in_chunks(store: Store, sql: str, source: str, ids: Iterable[str | int]) -> Iterator[Any]:
    """The rows of a query over ids of one source, however many there are."""
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), 500):
        chunk = wanted[start : start + 500]
        yield from store.connection.execute(sql.format(", ".join("?" * len(chunk))), (source, *chunk))


def put_named(store: Store, table: str, source: str, found: Sequence[tuple[str, str | None, str | None, str]]) -> None:
    """Organizations or groups as (external id, name, hash, extra)."""
    store.connection.executemany(
        f"INSERT INTO {table} (source, external_id, name, hash, extra) VALUES (?, ?, ?, ?, ?) "  # noqa: S608
        "ON CONFLICT (source, external_id) "
        "DO UPDATE SET name = excluded.name, hash = excluded.hash, extra = excluded.extra",
        [(source, *each) for each in found],
    )


def refer(store: Store, table: str, source: str, external_ids: Iterable[str]) -> dict[str, int]:
    """The ids of people or organizations that something refers to.

    Who is not known is made, nameless, to be filled in when they come.
    """
    wanted = list(dict.fromkeys(external_ids))
    have = ids(store, table, source, wanted)
    missing = [external_id for external_id in wanted if external_id not in have]
    if missing:
        columns, values = ("extra, role", "'{}', 'end-user'") if table == "customer" else ("extra", "'{}'")
        store.connection.executemany(
            f"INSERT INTO {table} (source, external_id, {columns}) VALUES (?, ?, {values})",  # noqa: S608
            [(source, external_id) for external_id in missing],
        )
        have |= ids(store, table, source, missing)
    return have


# --- people


_PERSON_COLUMNS: Final = (
    "source", "external_id", "name", "reading", "email", "phone", "role", "language", "locale", "time_zone",
    "organization_id", "kyc", "account", "two_factor", "customer_class", "opened_on", "notes", "hash", "extra",
)  # fmt: skip


def put_people(store: Store, source: str, people: Sequence[Mapping[str, Any]]) -> None:
    """Adds or replaces people; the keys are columns of `customer`, what is not named is null."""
    if not people:
        return
    external_ids = [person["external_id"] for person in people]
    old = _names(store, source, external_ids)
    updates = ", ".join(f"{name} = excluded.{name}" for name in _PERSON_COLUMNS[2:])
    marks = ", ".join("?" * len(_PERSON_COLUMNS))
    store.connection.executemany(
        f"INSERT INTO customer ({', '.join(_PERSON_COLUMNS)}) VALUES ({marks}) "  # noqa: S608
        f"ON CONFLICT (source, external_id) DO UPDATE SET {updates}",
        [tuple({**person, "source": source}.get(name) for name in _PERSON_COLUMNS) for person in people],
    )
    new = _names(store, source, external_ids)
    search.remove_names(store, {customer: words for customer, words in old.items() if new.get(customer) != words})
    search.add_names(store, {customer: words for customer, words in new.items() if old.get(customer) != words})


def _names(store: Store, source: str, external_ids: Iterable[str]) -> dict[int, str]:
    return search.names(store, list(ids(store, "customer", source, external_ids).values()))


def introduce(store: Store, source: str, people: Iterable[tuple[str, str | None, str | None]]) -> dict[str, int]:
    """The ids of people whom a source knows by name or mail address alone, as (external id, name, email)."""
    wanted: dict[str, tuple[str, str | None, str | None]] = {}
    for external_id, name, email in people:
        _, named, mailed = wanted.get(external_id, (None, None, None))
        wanted[external_id] = (external_id, named or name, mailed or email)
    have = ids(store, "customer", source, wanted)
    put_people(
        store,
        source,
        [
            {"external_id": external_id, "name": name, "email": email, "role": "end-user", "extra": "{}"}
            for external_id, name, email in wanted.values()
            if external_id not in have
        ],
    )
    return refer(store, "customer", source, wanted)


def last_told(store: Store, customers: Iterable[int]) -> dict[int, int]:
    """When the source has last changed a ticket of each of these people, in seconds since 1970."""
    sql = "SELECT max(json_extract(source_state, '$.updated_at')) FROM ticket WHERE requester_id = ?"
    found = ((each, store.connection.execute(sql, (each,)).fetchone()[0]) for each in customers)
    return {each: at for each, at in found if at is not None}


def ids_by_email(store: Store, source: str, emails: Iterable[str]) -> dict[str, str]:
    """The external ids of people with these mail addresses; of several, the first that came."""
    sql = "SELECT email, external_id FROM customer WHERE source = ? AND email IN ({}) ORDER BY id DESC"
    found = in_chunks(store, sql, source, emails)
    return {row["email"]: row["external_id"] for row in found if row["external_id"] is not None}


def put_account(
    store: Store, customer_id: int, movements: Sequence[tuple[Any, ...]], events: Sequence[tuple[Any, ...]]
) -> None:
    """Replaces what happened to an account.

    Args:
        movements: as (at, kind, asset, amount, state, reference).
        events: as (at, kind, detail).
    """
    store.connection.execute("DELETE FROM movement WHERE customer_id = ?", (customer_id,))
    store.connection.execute("DELETE FROM account_event WHERE customer_id = ?", (customer_id,))
    store.connection.executemany(
        "INSERT INTO movement (customer_id, at, kind, asset, amount, state, reference) VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(customer_id, *each) for each in movements],
    )
    store.connection.executemany(
        "INSERT INTO account_event (customer_id, at, kind, detail) VALUES (?, ?, ?, ?)",
        [(customer_id, *each) for each in events],
    )


def tickets_of(store: Store, customers: Iterable[int]) -> dict[int, int]:
    """The numbers of the tickets of these people, with whose each is."""
    found: dict[int, int] = {}
    for customer in customers:
        rows = store.connection.execute("SELECT number FROM ticket WHERE requester_id = ?", (customer,))
        found |= {row["number"]: customer for row in rows}
    return found


def customers_among(store: Store, source: str, external_ids: Iterable[str]) -> set[str]:
    """Which of these people are known to be customers, not staff and not strangers."""
    sql = (
        "SELECT external_id FROM customer "
        "WHERE source = ? AND role = 'end-user' AND hash IS NOT NULL AND external_id IN ({})"
    )
    return {row["external_id"] for row in in_chunks(store, sql, source, external_ids)}


def languages_of(store: Store, source: str, external_ids: Iterable[str]) -> dict[str, str]:
    """The languages of people, by external id, as far as they are known."""
    sql = "SELECT external_id, language FROM customer WHERE source = ? AND language IS NOT NULL AND external_id IN ({})"
    return dict(in_chunks(store, sql, source, external_ids))


def names_of_groups(store: Store, source: str, external_ids: Iterable[str]) -> dict[str, str]:
    sql = "SELECT external_id, name FROM source_group WHERE source = ? AND name IS NOT NULL AND external_id IN ({})"
    return dict(in_chunks(store, sql, source, external_ids))


# --- agents


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent as a source knows them; without a name they were only referred to."""

    external_id: str
    login: str
    name: str | None = None
    email: str | None = None


def put_agents(store: Store, source: str, agents: Iterable[AgentRow]) -> dict[str, int]:
    """The ids of a source's agents; those not known are made.

    A login that only this store knew becomes the source's agent of the same login.
    """
    wanted = {each.external_id: each for each in agents}
    have = _known_agents(store, source, wanted)
    for each in wanted.values():
        if each.external_id not in have:
            _add_agent(store, source, each)
        elif each.name:
            _name_agent(store, source, have[each.external_id], each)
    return {external_id: row["id"] for external_id, row in _known_agents(store, source, wanted).items()}


def _known_agents(store: Store, source: str, external_ids: Iterable[str]) -> dict[str, Any]:
    sql = "SELECT external_id, id, login FROM agent WHERE source = ? AND external_id IN ({})"
    return {row["external_id"]: row for row in in_chunks(store, sql, source, external_ids)}


def _add_agent(store: Store, source: str, agent: AgentRow) -> None:
    namesake = store.connection.execute("SELECT source FROM agent WHERE login = ?", (agent.login,)).fetchone()
    login = agent.login if namesake is None or namesake["source"] is None else nameless(source, agent.external_id)
    store.connection.execute(
        "INSERT INTO agent (login, name, email, tier, teams, source, external_id) VALUES (?, ?, ?, 1, '[]', ?, ?) "
        "ON CONFLICT (login) DO UPDATE SET name = excluded.name, email = excluded.email, "
        "source = excluded.source, external_id = excluded.external_id",
        (login, agent.name or login, agent.email, source, agent.external_id),
    )


def nameless(source: str, external_id: str) -> str:
    """The login of an agent of whom a source has told no more than the id."""
    return f"{source}:{external_id}"


def _name_agent(store: Store, source: str, have: Any, agent: AgentRow) -> None:
    """Who was nameless so far gets their login; had they worked here under it already, they become one with that."""
    agent_id = have["id"]
    namesake = store.connection.execute("SELECT id, source FROM agent WHERE login = ?", (agent.login,)).fetchone()
    login = have["login"]
    if login == nameless(source, agent.external_id) and (namesake is None or namesake["source"] is None):
        login = agent.login
        if namesake is not None:
            _become_one(store, agent_id, namesake["id"])
            agent_id = namesake["id"]
    store.connection.execute(
        "UPDATE agent SET login = ?, name = ?, email = ?, source = ?, external_id = ? WHERE id = ?",
        (login, agent.name, agent.email, source, agent.external_id, agent_id),
    )


def _become_one(store: Store, agent_id: int, into: int) -> None:
    """All that refers to the one agent refers to the other; the one is gone."""
    both = (into, agent_id)
    for table, column in (("ticket", "assignee_id"), ("message", "agent_id"), ("event", "agent_id")):
        store.connection.execute(f"UPDATE {table} SET {column} = ? WHERE {column} = ?", both)  # noqa: S608
    store.connection.execute(
        "UPDATE ticket SET source_state = json_set(source_state, '$.assignee_id', ?) "
        "WHERE json_extract(source_state, '$.assignee_id') = ?",
        both,
    )
    for table in ("draft", "saved_view"):
        store.connection.execute(f"UPDATE OR IGNORE {table} SET agent_id = ? WHERE agent_id = ?", both)  # noqa: S608
        store.connection.execute(f"DELETE FROM {table} WHERE agent_id = ?", (agent_id,))  # noqa: S608
    store.connection.execute("DELETE FROM agent WHERE id = ?", (agent_id,))


def unmask_customers(store: Store, run_id: int, source: str, external_ids: Iterable[str]) -> list[int]:
    """People who were taken for staff, being strangers who answered, and turn out to be customers.

    Returns:
        The numbers of the tickets on which they spoke.
    """
    strangers = {
        row["id"]
        for external_id, row in _known_agents(store, source, external_ids).items()
        if row["login"] == nameless(source, external_id)
    }
    if not strangers:
        return []
    marks, ids = ", ".join("?" * len(strangers)), sorted(strangers)
    found = store.connection.execute(f"SELECT id, ticket FROM message WHERE agent_id IN ({marks})", ids).fetchall()  # noqa: S608
    journal.keep(store, run_id, "message", [row["id"] for row in found])
    journal.keep(store, run_id, "agent", ids)
    store.connection.execute(
        f"UPDATE message SET author_kind = 'customer', agent_id = NULL WHERE agent_id IN ({marks})",  # noqa: S608
        ids,
    )
    unused = "NOT EXISTS (SELECT 1 FROM ticket WHERE assignee_id = agent.id)"
    store.connection.execute(f"DELETE FROM agent WHERE id IN ({marks}) AND {unused}", ids)  # noqa: S608
    return sorted({row["ticket"] for row in found})
