"""The one writer: a change becomes row, message, event, clocks and search index in one transaction.

Its two callers are `services`, for what people do, and `sync.merge`, for what the source did. Everything here runs
inside `Store.writing()`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from agentconsole.domain.change import Author, Change, Outbox, Said
from agentconsole.domain.errors import NotFoundError, RefusedError
from agentconsole.domain.instants import to_seconds
from agentconsole.domain.sla import Clock
from agentconsole.domain.ticket import Ticket
from agentconsole.domain.values import AuthorKind, Channel, Priority, Status
from agentconsole.locale import _
from agentconsole.store import clocks, conflicts, histories, rows, search, tickets
from agentconsole.store.counters import count_in
from agentconsole.store.store import Store

LOCAL: Final = "local"
"""The source of tickets and messages that were made here."""


def record(store: Store, change: Change, author: Author, at: datetime) -> int:
    """Writes the change and returns its event's id.

    Raises:
        RefusedError: `stale`, if the ticket has changed since it was read.
    """
    changed = change.changed()
    with _reindexed(store, change, changed):
        _update_row(store, change.ticket, changed, at)
        message_id = add_message(store, change.ticket.number, change.said, author, at) if change.said else None
    tell_breaches(store, change.ticket.number, clocks.follow(store, change.ticket, changed, change.said, at))
    event_id = add_event(
        store,
        change.ticket.number,
        change.verb,
        author,
        at,
        before={name: getattr(change.ticket, name) for name in (*changed, *change.again)},
        after={name: getattr(change.ticket, name) for name in change.again} | changed | dict(change.detail),
        message_id=message_id,
        outbox=None if change.outbox is Outbox.FIELDS and not (changed or change.again) else change.outbox,
    )
    conflicts.note(store, change.ticket.number)
    return event_id


def _reindexed(store: Store, change: Change, changed: Mapping[str, object]) -> AbstractContextManager[None]:
    touched = change.said is not None or not changed.keys().isdisjoint({"subject", "fields"})
    return search.reindexed(store, [change.ticket.number]) if touched else nullcontext()


def _update_row(store: Store, ticket: Ticket, changed: Mapping[str, object], at: datetime) -> None:
    columns = dict(_column(store, name, value) for name, value in changed.items())
    assignments = "".join(f"{name} = ?, " for name in columns)
    done = store.connection.execute(
        f"UPDATE ticket SET {assignments} version = version + 1, updated_at = max(updated_at, ?) "  # noqa: S608 - names
        "WHERE number = ? AND version = ?",
        (*columns.values(), to_seconds(at), ticket.number, ticket.version),
    )
    if done.rowcount != 1:
        words = _("ticket {number} has changed meanwhile").format(number=ticket.number)
        raise RefusedError("stale", words, _("look at it again"))
    if "tags" in changed:
        set_tags(store, ticket.number, changed["tags"])  # type: ignore[arg-type]
    if "fields" in changed:
        set_fields(store, ticket.number, changed["fields"])  # type: ignore[arg-type]


def _column(store: Store, name: str, value: object) -> tuple[str, object]:
    if name != "assignee":
        return name, rows.stored(value)
    if value is None:
        return "assignee_id", None
    row = store.connection.execute(
        "SELECT id FROM agent WHERE login = :name OR source || ':' || external_id = :name "
        "ORDER BY login != :name LIMIT 1",
        {"name": value},
    ).fetchone()
    if row is None:
        raise NotFoundError(_("there is no agent {name}").format(name=repr(value)))
    return "assignee_id", row["id"]


def set_tags(store: Store, number: int, tags: Sequence[str]) -> None:
    store.connection.execute("DELETE FROM ticket_tag WHERE ticket = ?", (number,))
    store.connection.executemany("INSERT OR IGNORE INTO ticket_tag VALUES (?, ?)", [(number, tag) for tag in tags])


def set_fields(store: Store, number: int, fields: Mapping[str, str]) -> None:
    store.connection.execute("DELETE FROM ticket_field WHERE ticket = ?", (number,))
    store.connection.executemany(
        "INSERT INTO ticket_field VALUES (?, ?, ?)", [(number, key, value) for key, value in fields.items()]
    )


def add_message(store: Store, number: int, said: Said, author: Author, at: datetime) -> int:
    done = store.connection.execute(
        "INSERT INTO message (ticket, source, at, author_kind, agent_id, customer_id, author_name, public, automatic, "
        "body, attachments, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?, '[]', '{}')",
        (
            number,
            LOCAL,
            to_seconds(at),
            said.author_kind,
            None if said.customer_id else author.agent_id,
            said.customer_id,
            None if said.customer_id else author.name,
            said.public,
            said.body,
        ),
    )
    return int(done.lastrowid or 0)


def add_event(
    store: Store,
    number: int,
    verb: str,
    author: Author,
    at: datetime,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    message_id: int | None = None,
    outbox: Outbox | None = None,
    undoes: int | None = None,
) -> int:
    """Appends to the one log and returns the entry's id."""
    done = store.connection.execute(
        'INSERT INTO event (ticket, at, actor, agent_id, verb, face, "before", "after", message_id, outbox, undoes) '
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            number,
            to_seconds(at),
            author.name,
            author.agent_id,
            verb,
            author.face,
            rows.as_json(before or {}),
            rows.as_json(after or {}),
            message_id,
            outbox,
            undoes,
        ),
    )
    return int(done.lastrowid or 0)


@dataclass(frozen=True, slots=True)
class NewTicket:
    """A ticket that begins here: a call, a walk-in."""

    desk: str
    channel: Channel
    subject: str
    customer_id: int
    language: str | None
    priority: Priority | None
    body: str


def create(store: Store, new: NewTicket, author: Author, at: datetime) -> tuple[int, int]:
    """Makes the ticket with what the customer said; returns its number and its event's id."""
    seconds = to_seconds(at)
    done = store.connection.execute(
        "INSERT INTO ticket (desk, source, subject, channel, language, priority, status, tier, requester_id, "
        "created_at, updated_at, tags, fields, version, source_state, extra) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?, ?, '[]', '{}', 1, '{}', '{}')",
        (
            new.desk,
            LOCAL,
            new.subject,
            new.channel,
            new.language,
            new.priority,
            Status.NEW,
            new.customer_id,
            seconds,
            seconds,
        ),
    )
    number = int(done.lastrowid or 0)
    count_in(store, [(new.desk, 1, None, Status.NEW)])
    message_id = add_message(store, number, Said(new.body, True, AuthorKind.CUSTOMER, new.customer_id), author, at)
    search.add_tickets(store, search.ticket_words(store, [number]))
    histories.derive_clocks(store, [number], at)
    return number, add_event(
        store, number, "new", author, at, after={"subject": new.subject}, message_id=message_id, outbox=Outbox.CREATE
    )


def unwrite(store: Store, event_id: int, number: int, author: Author, at: datetime) -> int:
    """Takes an event back: its fields as before, its message gone, the clocks as if it had never been.

    Returns:
        The id of the event that tells of it.
    """
    row = store.connection.execute("SELECT * FROM event WHERE id = ?", (event_id,)).fetchone()
    entry = rows.event(row)
    ticket = tickets.get(store, number)
    restored = rows.typed_fields(entry.before)
    with search.reindexed(store, [number]):
        _update_row(store, ticket, restored, at)
        undo_id = add_event(
            store,
            number,
            "undo",
            author,
            at,
            before=entry.after,
            after={"verb": entry.verb, **entry.before},
            undoes=event_id,
        )
        store.connection.execute("UPDATE event SET undone_by = ?, message_id = NULL WHERE id = ?", (undo_id, event_id))
        store.connection.execute("DELETE FROM message WHERE id = ?", (row["message_id"],))
    conflicts.note(store, number)
    tell_breaches(store, number, histories.derive_clocks(store, [number], at)[number])
    return undo_id


CONSOLE: Final = Author("console", "console")
"""Who does what happens by itself."""


def tell_breaches(store: Store, number: int, breached: Sequence[Clock]) -> None:
    """One event a breach, dated at the deadline that was missed."""
    for clock in breached:
        assert clock.breached_at is not None
        add_event(
            store, number, "breach", CONSOLE, clock.breached_at, after={"clock": clock.kind, "instance": clock.instance}
        )


def catch_up(store: Store, number: int, now: datetime) -> Ticket:
    """The ticket as it stands now: woken, if it was to wake by now and nobody has noticed."""
    ticket = tickets.get(store, number)
    if ticket.status is not Status.PENDING or ticket.pending_until is None or ticket.pending_until > now:
        return ticket
    _wake(store, ticket, ticket.pending_until)
    return tickets.get(store, number)


def _wake(store: Store, ticket: Ticket, at: datetime) -> None:
    wake = Change(ticket, "wake", {"status": Status.OPEN, "pending_until": None}, outbox=Outbox.FIELDS)
    record(store, wake, CONSOLE, at)


def notice(store: Store, now: datetime) -> int:
    """Turns what came due since the last time into events, once each in any number of processes.

    Returns:
        How many tickets moved; call again until it is 0, as one call takes a bounded number.
    """
    overdue = clocks.overdue(store, now)
    for number in overdue:
        tell_breaches(store, number, clocks.breach(store, number, now))
    waking = tickets.waking(store, now)
    for ticket in waking:
        _wake(store, ticket, ticket.pending_until or now)
    return len(overdue) + len(waking)
