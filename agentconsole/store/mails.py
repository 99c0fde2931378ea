"""Conversations of mails as they stand: which mails they hold and speak of, and who takes part.

Everything that writes runs inside `Store.writing()`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from agentconsole.domain.instants import from_seconds
from agentconsole.store import intake_people, journal
from agentconsole.store.intake_people import in_chunks
from agentconsole.store.store import Store


class Place(NamedTuple):
    """Where a mail is.

    Args:
        ticket: the ticket's external id.
        is_here: whether the mail itself has come; else another one there speaks of it.
    """

    ticket: str
    is_here: bool


def places(store: Store, source: str, ids: Iterable[str]) -> dict[str, Place]:
    """Where these mails are, by message id, as far as anything is known of them."""
    sql = (
        "SELECT m.name, m.is_here, t.external_id FROM mail_name m JOIN ticket t ON t.number = m.ticket "
        "WHERE m.source = ? AND m.name IN ({})"
    )
    return {row["name"]: Place(row["external_id"], bool(row["is_here"])) for row in in_chunks(store, sql, source, ids)}


def keep_names(store: Store, source: str, number: int, ids: Iterable[str], answers: Iterable[str]) -> None:
    """Notes which mails a ticket holds, and which others these answer."""
    names = dict.fromkeys(answers, False) | dict.fromkeys(ids, True)
    store.connection.executemany(
        "INSERT INTO mail_name (source, name, ticket, is_here) VALUES (?, ?, ?, ?) ON CONFLICT (source, name) "
        "DO UPDATE SET ticket = excluded.ticket, is_here = 1 WHERE excluded.is_here > is_here",
        [(source, name, number, is_here) for name, is_here in names.items()],
    )


def recall(store: Store, numbers: Iterable[int]) -> None:
    """Notes anew which mails these tickets hold, some having gone; what only answers spoke of is forgotten."""
    for number in numbers:
        if store.connection.execute("DELETE FROM mail_name WHERE ticket = ?", (number,)).rowcount:
            store.connection.execute(
                "INSERT OR IGNORE INTO mail_name (source, name, ticket, is_here) "
                "SELECT t.source, json_extract(m.extra, '$.message_id'), t.number, 1 FROM message m "
                "JOIN ticket t ON t.number = m.ticket AND t.source = m.source "
                "WHERE t.number = ? AND json_extract(m.extra, '$.message_id') IS NOT NULL",
                (number,),
            )
            store.connection.execute(
                "INSERT OR IGNORE INTO mail_name (source, name, ticket, is_here) "
                "SELECT source, external_id, number, 0 FROM ticket WHERE number = ? AND external_id IS NOT NULL",
                (number,),
            )


def homes(store: Store, source: str, messages: Iterable[str]) -> dict[str, str]:
    """The external ids of the tickets on which these messages are."""
    sql = (
        "SELECT m.external_id, t.external_id AS ticket FROM message m JOIN ticket t ON t.number = m.ticket "
        "WHERE m.source = ? AND m.external_id IN ({})"
    )
    return {row["external_id"]: row["ticket"] for row in in_chunks(store, sql, source, messages)}


def home_of_event(store: Store, source: str, event: int) -> tuple[str, str | None] | None:
    """The external id of the ticket of one of our deeds, and its requester's; None if it is another source's."""
    row = store.connection.execute(
        "SELECT t.external_id, c.external_id AS requester FROM event e JOIN ticket t ON t.number = e.ticket "
        "LEFT JOIN customer c ON c.id = t.requester_id WHERE e.id = ? AND t.source = ?",
        (event, source),
    ).fetchone()
    return None if row is None else (row["external_id"], row["requester"])


def body_of_event(store: Store, source: str, ticket: str, event: int) -> str | None:
    """What one of our deeds on a ticket said."""
    row = store.connection.execute(
        "SELECT m.body FROM event e JOIN ticket t ON t.number = e.ticket JOIN message m ON m.id = e.message_id "
        "WHERE e.id = ? AND t.source = ? AND t.external_id = ?",
        (event, source, ticket),
    ).fetchone()
    return None if row is None else str(row[0])


_SAID: Final = (
    "SELECT m.*, t.external_id AS ticket_name, c.external_id AS author FROM message m "
    "JOIN ticket t ON t.number = m.ticket LEFT JOIN customer c ON c.id = m.customer_id WHERE m.source = ? AND "
)


def said_on(store: Store, source: str, ticket: str) -> list[Mapping[str, Any]]:
    """What the source has told of a ticket, with each author's id there (`author`) and the ticket's (`ticket_name`)."""
    sql = f"{_SAID} t.source = m.source AND t.external_id = ?"
    return [dict(row) for row in store.connection.execute(sql, (source, ticket))]


def said_by(store: Store, source: str, author: str) -> list[Mapping[str, Any]]:
    """The same of what somebody has said."""
    return [dict(row) for row in store.connection.execute(f"{_SAID} c.external_id = ?", (source, author))]


def asked_by(store: Store, source: str, requesters: Iterable[str]) -> list[tuple[str, str]]:
    """The tickets of these people, the latest first, as (external id, subject)."""
    sql = (
        "SELECT t.external_id, t.subject, t.created_at FROM ticket t JOIN customer c ON c.id = t.requester_id "
        "WHERE t.source = c.source AND c.source = ? AND c.external_id IN ({}) "
        "ORDER BY t.created_at DESC, t.number DESC LIMIT 50"
    )
    found = sorted(in_chunks(store, sql, source, requesters), key=lambda row: -row["created_at"])
    return [(row["external_id"], row["subject"]) for row in found]


def tickets_asked_by(store: Store, source: str, requester: str) -> list[str]:
    """The external ids of all tickets of somebody."""
    sql = (
        "SELECT t.external_id FROM ticket t JOIN customer c ON c.id = t.requester_id "
        "WHERE t.source = c.source AND c.source = ? AND c.external_id = ?"
    )
    return [row[0] for row in store.connection.execute(sql, (source, requester))]


def requester_of(store: Store, source: str, ticket: str) -> str | None:
    """The external id of who asks."""
    row = store.connection.execute(
        "SELECT c.external_id FROM ticket t JOIN customer c ON c.id = t.requester_id "
        "WHERE t.source = ? AND t.external_id = ?",
        (source, ticket),
    ).fetchone()
    return None if row is None else str(row[0])


def last_asked(store: Store, number: int) -> datetime:
    """When a customer last said something on a ticket."""
    sql = "SELECT max(at) FROM message WHERE ticket = ? AND author_kind = 'customer'"
    return from_seconds(store.connection.execute(sql, (number,)).fetchone()[0] or 0)


def own_among(store: Store, source: str, addresses: Iterable[str]) -> set[str]:
    """Which of these are the desk's own addresses, as earlier runs have found."""
    sql = "SELECT external_id FROM customer WHERE source = ? AND role = 'agent' AND external_id IN ({})"
    return {row[0] for row in in_chunks(store, sql, source, addresses)}


def forget(store: Store, run_id: int, source: str, address: str) -> None:
    """Somebody turns out to be no customer: what was noted of them as such goes."""
    journal.keep_named(store, run_id, "customer", source, [address])
    intake_people.put_people(store, source, [{"external_id": address, "role": "end-user", "extra": "{}"}])


def rename(store: Store, run_id: int, source: str, ticket: str, name: str) -> None:
    """Calls a ticket by its conversation's true first mail."""
    number = _number(store, source, ticket)
    journal.keep(store, run_id, "ticket", [number])
    store.connection.execute("UPDATE ticket SET external_id = ? WHERE number = ?", (name, number))


def begin_earlier(store: Store, begun: Mapping[int, int]) -> None:
    """Notes since when tickets are there, by number, in seconds, where mails from before have come."""
    store.connection.executemany(
        "UPDATE ticket SET created_at = ? WHERE number = ? AND created_at > ?",
        [(at, number, at) for number, at in begun.items()],
    )


def _number(store: Store, source: str, ticket: str) -> int:
    sql = "SELECT number FROM ticket WHERE source = ? AND external_id = ?"
    return int(store.connection.execute(sql, (source, ticket)).fetchone()[0])
