"""Conversations of mails as they stand: which mails they hold and speak of, and who takes part.

Everything that writes runs inside `Store.writing()`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

from agentconsole.domain.instants import from_seconds
from agentconsole.store import journal
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


class Standing(NamedTuple):
    """A ticket, and whether somebody has done something on it."""

    ticket: str
    number: int
    is_worked_on: bool


class Home(NamedTuple):
    """The ticket of one of our deeds, and who asks on it, by external ids."""

    ticket: str
    requester: str | None


class Reply(NamedTuple):
    """What we wrote, and under which name it has come back from the source, if it has."""

    body: str
    external_id: str | None


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


_FORGOTTEN: Final = (
    "DELETE FROM mail_name WHERE ticket = ? AND NOT EXISTS (SELECT 1 FROM message m JOIN ticket t "
    "ON t.number = m.ticket AND t.source = +m.source "
    "WHERE m.ticket = mail_name.ticket AND json_extract(m.extra, '$.answers') IS NULL)"
)
"""Where each mail says what it answers. Old stores have kept that of some by these names alone."""
_SPOKEN_OF: Final = "UPDATE mail_name SET is_here = 0 WHERE ticket = ?"
_HELD: Final = (
    "INSERT INTO mail_name (source, name, ticket, is_here) "
    "SELECT t.source, json_extract(m.extra, '$.message_id'), t.number, 1 FROM message m "
    "JOIN ticket t ON t.number = m.ticket AND t.source = +m.source "
    "WHERE t.number = ? AND json_extract(m.extra, '$.message_id') IS NOT NULL "
    "ON CONFLICT (source, name) DO UPDATE SET ticket = excluded.ticket, is_here = 1 WHERE NOT is_here"
)
_ANSWERED: Final = (
    "INSERT OR IGNORE INTO mail_name (source, name, ticket, is_here) "
    "SELECT t.source, answer.value, t.number, 0 FROM message m "
    "JOIN ticket t ON t.number = m.ticket AND t.source = +m.source, json_each(m.extra, '$.answers') AS answer "
    "WHERE t.number = ?"
)


def is_mailbox(store: Store, source: str) -> bool:
    """Whether any conversation of mails has come from there."""
    return (
        store.connection.execute("SELECT 1 FROM mail_name WHERE source = ? LIMIT 1", (source,)).fetchone() is not None
    )


def recall(store: Store, numbers: Sequence[int]) -> None:
    """Notes anew which mails these tickets hold and answer, some having gone."""
    for sql in (_FORGOTTEN, _SPOKEN_OF, _HELD, _ANSWERED):
        store.connection.executemany(sql, [(number,) for number in numbers])


def homes(store: Store, source: str, messages: Iterable[str]) -> dict[str, str]:
    """The external ids of the tickets on which these messages are."""
    sql = (
        "SELECT m.external_id, t.external_id AS ticket FROM message m JOIN ticket t ON t.number = m.ticket "
        "WHERE m.source = ? AND m.external_id IN ({})"
    )
    return {row["external_id"]: row["ticket"] for row in in_chunks(store, sql, source, messages)}


def by_begin(store: Store, source: str, tickets: Iterable[str]) -> list[Standing]:
    """These tickets, by the first of their mails."""
    sql = (
        "SELECT t.external_id, t.number, EXISTS (SELECT 1 FROM draft WHERE ticket = t.number) OR EXISTS (SELECT 1 "
        "FROM event WHERE ticket = t.number AND face NOT IN ('sync', 'console') AND verb != 'undo' "
        "AND undone_by IS NULL) AS worked_on, (SELECT json_array(at, external_id) FROM message "
        "WHERE ticket = t.number AND +source = t.source ORDER BY at, external_id LIMIT 1) AS first "
        "FROM ticket t WHERE t.source = ? AND t.external_id IN ({})"
    )
    found = sorted(in_chunks(store, sql, source, tickets), key=lambda row: json.loads(row["first"] or "[0, null]"))
    return [Standing(row["external_id"], row["number"], bool(row["worked_on"])) for row in found]


def is_ticket(store: Store, source: str, name: str) -> bool:
    """Whether there is a ticket of that external id."""
    sql = "SELECT 1 FROM ticket WHERE source = ? AND external_id = ?"
    return store.connection.execute(sql, (source, name)).fetchone() is not None


def move(store: Store, run_id: int, source: str, ticket: str, home: str) -> None:
    """Takes all mails of a ticket to another one."""
    number, into = _number(store, source, ticket), _number(store, source, home)
    found = store.connection.execute("SELECT id FROM message WHERE ticket = ?", (number,)).fetchall()
    journal.keep(store, run_id, "message", [row["id"] for row in found])
    for table in ("message", "mail_name"):
        store.connection.execute(f"UPDATE {table} SET ticket = ? WHERE ticket = ?", (into, number))  # noqa: S608


def home_of_event(store: Store, source: str, event: int) -> Home | None:
    """Where one of our deeds was done; None if that is another source's ticket."""
    row = store.connection.execute(
        "SELECT t.external_id, c.external_id AS requester FROM event e JOIN ticket t ON t.number = e.ticket "
        "LEFT JOIN customer c ON c.id = t.requester_id WHERE e.id = ? AND t.source = ?",
        (event, source),
    ).fetchone()
    return None if row is None else Home(row["external_id"], row["requester"])


def reply(store: Store, source: str, ticket: str, event: int) -> Reply | None:
    """What one of our deeds on a ticket said."""
    row = store.connection.execute(
        "SELECT m.body, m.external_id FROM event e JOIN ticket t ON t.number = e.ticket "
        "JOIN message m ON m.id = e.message_id WHERE e.id = ? AND t.source = ? AND t.external_id = ?",
        (event, source, ticket),
    ).fetchone()
    return None if row is None else Reply(*row)


SAID_FROM: Final = (
    "FROM message m JOIN ticket t ON t.number = m.ticket AND t.source = +m.source "
    "LEFT JOIN customer c ON c.id = m.customer_id WHERE +m.source = ?"
)
SAID: Final = f"SELECT m.*, t.external_id AS ticket_name, c.external_id AS author {SAID_FROM}"


def said_on(store: Store, source: str, ticket: str) -> list[Mapping[str, Any]]:
    """What the source has told of a ticket, with each author's id there (`author`) and the ticket's (`ticket_name`)."""
    sql = f"{SAID} AND t.external_id = ?"
    return [dict(row) for row in store.connection.execute(sql, (source, ticket))]


def asked_by(store: Store, source: str, requesters: Iterable[str]) -> list[tuple[str, str]]:
    """The tickets of these people, the latest first, as (external id, subject)."""
    sql = (
        "SELECT t.external_id, t.subject, t.created_at FROM ticket t JOIN customer c ON c.id = t.requester_id "
        "WHERE t.source = c.source AND c.source = ? AND c.external_id IN ({}) AND NOT instr(t.conditions, 'merged') "
        "ORDER BY t.created_at DESC, t.number DESC LIMIT 50"
    )
    found = sorted(in_chunks(store, sql, source, requesters), key=lambda row: -row["created_at"])
    return [(row["external_id"], row["subject"]) for row in found]


def last_asked(store: Store, number: int) -> datetime:
    """When a customer last said something on a ticket."""
    sql = "SELECT max(at) FROM message WHERE ticket = ? AND author_kind = 'customer'"
    return from_seconds(store.connection.execute(sql, (number,)).fetchone()[0] or 0)


def rename(store: Store, run_id: int, source: str, ticket: str, name: str) -> None:
    """Calls a ticket by its conversation's first mail, also where others went into it."""
    number = _number(store, source, ticket)
    journal.keep(store, run_id, "ticket", [number])
    store.connection.execute("UPDATE ticket SET external_id = ? WHERE number = ?", (name, number))
    merged = store.connection.execute(
        "SELECT external_id FROM ticket_merge WHERE source = ? AND into_id = ?", (source, ticket)
    ).fetchall()
    journal.keep_merges(store, run_id, source, {row["external_id"]: ticket for row in merged})
    store.connection.execute(
        "UPDATE ticket_merge SET into_id = ? WHERE source = ? AND into_id = ?", (name, source, ticket)
    )


def begin_earlier(store: Store, begun: Mapping[int, int]) -> None:
    """Notes since when tickets are there, by number, in seconds, where mails from before have come."""
    store.connection.executemany(
        "UPDATE ticket SET created_at = ? WHERE number = ? AND created_at > ?",
        [(at, number, at) for number, at in begun.items()],
    )


def _number(store: Store, source: str, ticket: str) -> int:
    sql = "SELECT number FROM ticket WHERE source = ? AND external_id = ?"
    return int(store.connection.execute(sql, (source, ticket)).fetchone()[0])
