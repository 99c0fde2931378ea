"""Reading customers, and finding or making agents."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass

from agentconsole.domain.customer import AccountEvent, Movement, Profile
from agentconsole.domain.errors import NotFoundError
from agentconsole.domain.instants import from_seconds
from agentconsole.domain.text import search_words
from agentconsole.domain.values import AccountState, Kyc
from agentconsole.locale import _
from agentconsole.store import references, search
from agentconsole.store.sql import LIVE
from agentconsole.store.store import Store


@dataclass(frozen=True, slots=True)
class Agent:
    id: int
    login: str
    name: str
    tier: int
    teams: tuple[str, ...]


def customer_class(store: Store, customer_id: int | None) -> str | None:
    """What kind of customer somebody is to their desk, if it says."""
    if customer_id is None:
        return None
    row = store.connection.execute("SELECT customer_class FROM customer WHERE id = ?", (customer_id,)).fetchone()
    return None if row is None else row[0]


def profile(store: Store, customer_id: int) -> Profile:
    row = store.connection.execute(
        "SELECT c.*, o.name AS organization FROM customer c "
        "LEFT JOIN organization o ON o.id = c.organization_id WHERE c.id = ?",
        (customer_id,),
    ).fetchone()
    if row is None:
        raise _no_customer(customer_id)
    return Profile(
        id=row["id"],
        source=row["source"],
        external_id=row["external_id"],
        name=row["name"],
        reading=row["reading"],
        email=row["email"],
        phone=row["phone"],
        role=row["role"],
        language=row["language"],
        locale=row["locale"],
        time_zone=row["time_zone"],
        organization=row["organization"],
        kyc=Kyc(row["kyc"]) if row["kyc"] else None,
        account=AccountState(row["account"]) if row["account"] else None,
        two_factor=None if row["two_factor"] is None else bool(row["two_factor"]),
        customer_class=row["customer_class"],
        opened_on=row["opened_on"],
        notes=row["notes"],
        movements=_movements(store, customer_id),
        account_events=_account_events(store, customer_id),
    )


def _movements(store: Store, customer_id: int) -> tuple[Movement, ...]:
    found = store.connection.execute(
        "SELECT * FROM movement WHERE customer_id = ? ORDER BY at DESC, id DESC", (customer_id,)
    )
    return tuple(
        Movement(from_seconds(r["at"]), r["kind"], r["asset"], r["amount"], r["state"], r["reference"]) for r in found
    )


def _account_events(store: Store, customer_id: int) -> tuple[AccountEvent, ...]:
    found = store.connection.execute(
        "SELECT * FROM account_event WHERE customer_id = ? ORDER BY at DESC, id DESC", (customer_id,)
    )
    return tuple(AccountEvent(from_seconds(r["at"]), r["kind"], r["detail"]) for r in found)


def resolve_customer(store: Store, reference: str) -> int:
    """The id of the customer that a REF means: our id, or `SOURCE:EXTERNAL_ID`."""
    meant = references.read(reference)
    row = None
    if meant is not None and meant.source is not None:
        row = store.connection.execute(
            "SELECT id FROM customer WHERE source = ? AND external_id = ?", (meant.source, meant.name)
        ).fetchone()
    elif meant is not None:
        row = store.connection.execute("SELECT id FROM customer WHERE id = ?", (meant.number,)).fetchone()
    if row is None:
        raise _no_customer(reference)
    return int(row["id"])


def _no_customer(reference: object) -> NotFoundError:
    words = _("there is no customer {reference}").format(reference=reference)
    return NotFoundError(words, _("a REF is an id such as 17, or SOURCE:ID such as zendesk:4821"))


def add_customer(store: Store, name: str) -> int:
    """A customer whom no source knows yet."""
    done = store.connection.execute(
        "INSERT INTO customer (source, name, role, hash, extra) VALUES ('local', ?, 'end-user', '', '{}')", (name,)
    )
    customer_id = int(done.lastrowid or 0)
    search.add_names(store, {customer_id: search_words(name)})
    return customer_id


def agents(store: Store) -> list[Agent]:
    return [_agent(row) for row in store.connection.execute("SELECT * FROM agent ORDER BY login")]


def open_tickets(store: Store) -> dict[str, int]:
    """How many tickets that still wait for somebody each agent has, by login; who has none is left out."""
    found = store.connection.execute(
        f"SELECT a.login, count(*) FROM ticket JOIN agent a ON a.id = assignee_id WHERE {LIVE} GROUP BY assignee_id"  # noqa: S608 - fixed terms
    )
    return dict(found.fetchall())


def agent_by_login(store: Store, login: str) -> Agent | None:
    row = store.connection.execute("SELECT * FROM agent WHERE login = ?", (login,)).fetchone()
    return None if row is None else _agent(row)


def ensure_agent(
    store: Store, login: str, name: str | None = None, *, tier: int = 1, teams: tuple[str, ...] = ()
) -> Agent:
    """The agent of that login, made on first use: whoever may open the file may work on it."""
    store.connection.execute(
        "INSERT INTO agent (login, name, tier, teams) VALUES (?, ?, ?, ?) ON CONFLICT (login) DO NOTHING",
        (login, name or login, tier, json.dumps(teams)),
    )
    agent = agent_by_login(store, login)
    assert agent is not None
    return agent


def _agent(row: sqlite3.Row) -> Agent:
    return Agent(row["id"], row["login"], row["name"], row["tier"], tuple(json.loads(row["teams"])))
