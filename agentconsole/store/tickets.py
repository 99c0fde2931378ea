"""Reading tickets: pages of lists by keyset, counts, and one ticket with all that hangs on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from math import isqrt
from typing import TYPE_CHECKING, Any, Final

from agentconsole.domain.errors import NotFoundError, UsageError
from agentconsole.domain.instants import from_seconds, to_seconds
from agentconsole.domain.query import Query
from agentconsole.domain.ticket import Conversation, Event, Message, Related, Ticket
from agentconsole.domain.values import LIVE_STATUSES, AuthorKind
from agentconsole.locale import _, did_you_mean
from agentconsole.store import people, references, rows
from agentconsole.store.query_sql import Viewer, Where, compile_query
from agentconsole.store.sql import SORT_DUE
from agentconsole.store.store import Store

if TYPE_CHECKING:
    from agentconsole.domain.customer import Profile
    from agentconsole.domain.sla import Clock

_PRIORITY_RANK: Final = "CASE t.priority WHEN 'urgent' THEN 0 WHEN 'high' THEN 1 WHEN 'low' THEN 3 ELSE 2 END"


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of tickets that never ties: its last term is the number."""

    terms: tuple[str, ...]
    descending: bool = False

    def order(self, *, backwards: bool = False) -> str:
        direction = "DESC" if self.descending != backwards else "ASC"
        return ", ".join(f"{term} {direction}" for term in self.terms)

    def beyond(self, where: Where, key: Sequence[object], *, backwards: bool = False) -> Iterator[tuple[Where, Sort]]:
        """`where` for the rows behind (or before) a key, a value for each term: in steps, and the order within each.

        First those that differ from the key in the last term alone, then in the last two ...: each seeks an index,
        which a comparison of whole rows does not where a term is an expression.
        """
        sign = "<" if self.descending != backwards else ">"
        bare = "+" if where.finds_few else ""
        for last in reversed(range(len(self.terms))):
            same = "".join(f"{bare}{term} = ? AND " for term in self.terms[:last])
            step = where.also(f"{same}{bare}{self.terms[last]} {sign} ?", key[: last + 1])
            yield step, Sort(self.terms[last:], self.descending)


SORTS: Final = {
    "due": Sort((SORT_DUE, "t.number")),
    "-due": Sort(("ifnull(t.due_at, -1)", "t.number"), descending=True),
    "created": Sort(("t.created_at", "t.number")),
    "-created": Sort(("t.created_at", "t.number"), descending=True),
    "updated": Sort(("t.updated_at", "t.number")),
    "-updated": Sort(("t.updated_at", "t.number"), descending=True),
    "priority": Sort((_PRIORITY_RANK, SORT_DUE, "t.number")),
}


def sort_named(name: str) -> Sort:
    if name not in SORTS:
        raise UsageError(_("cannot sort by {name}").format(name=repr(name)), did_you_mean(name, SORTS))
    return SORTS[name]


def page(
    store: Store,
    query: Query,
    viewer: Viewer,
    *,
    sort: str = "due",
    limit: int | None = None,
    after: int | None = None,
    before: int | None = None,
    offset: int = 0,
) -> list[Ticket]:
    """Tickets in order, from the start or next to a ticket.

    Args:
        after: a ticket's number: the page begins behind it.
        before: a ticket's number: the page ends in front of it.
        offset: rows to leap over; it costs time in proportion, so page on by `after`.
    """
    order = sort_named(sort)
    where = compile_query(query, viewer, partial(_is_common, store))
    anchor = after if after is not None else before
    backwards = before is not None
    steps = iter([(where, order)])
    if anchor is not None:
        steps = order.beyond(where, _key(store, order, anchor), backwards=backwards)
    found: list[sqlite3.Row] = []
    for step, remaining in steps:
        left = -1 if limit is None else limit - len(found)
        sql = (
            f"SELECT {rows.TICKET_COLUMNS} FROM {rows.TICKET_SOURCE} WHERE {step.sql} "  # noqa: S608 - fixed terms
            f"ORDER BY {remaining.order(backwards=backwards)} LIMIT ? OFFSET ?"
        )
        found += store.connection.execute(sql, (*step.parameters, left, offset))
    return [rows.ticket(row) for row in (reversed(found) if backwards else found)]


def _is_common(store: Store, match: str) -> bool:
    """A page is found by reading either every ticket that says it, or as many of the list as hold a page of those.

    With n tickets of which k say it that is k against 50 n / k: the walk wins from k = sqrt(50 n) on.
    """
    enough = isqrt(50 * total(store))
    return store.connection.execute(_BEYOND, (match, enough)).fetchone() is not None


_BEYOND: Final = """
    SELECT 1 FROM (
        SELECT rowid FROM ticket_words WHERE ticket_words MATCH ?1 UNION ALL
        SELECT number FROM ticket
        WHERE requester_id IN (SELECT rowid FROM customer_words WHERE customer_words MATCH ?1))
    LIMIT 1 OFFSET ?2"""


def _key(store: Store, order: Sort, number: int) -> tuple[object, ...]:
    sql = f"SELECT {', '.join(order.terms)} FROM ticket t WHERE number = ?"  # noqa: S608 - fixed terms
    row = store.connection.execute(sql, (number,)).fetchone()
    if row is None:
        raise _no_ticket(number)
    return tuple(row)


def count(store: Store, query: Query, viewer: Viewer) -> int:
    return _count(store, compile_query(query, viewer))


def rank(store: Store, query: Query, viewer: Viewer, number: int, *, sort: str = "due") -> int:
    """How many tickets of the list stand before this one."""
    order = sort_named(sort)
    steps = order.beyond(compile_query(query, viewer), _key(store, order, number), backwards=True)
    return sum(_count(store, step) for step, _ in steps)


def _count(store: Store, where: Where) -> int:
    sql = f"SELECT count(*) FROM ticket t WHERE {where.sql}"  # noqa: S608 - bound
    return int(store.connection.execute(sql, where.parameters).fetchone()[0])


def matching(store: Store, query: Query, viewer: Viewer, numbers: Sequence[int]) -> set[int]:
    """Which of these tickets the query still finds."""
    where = compile_query(query, viewer).also(f"t.number IN ({', '.join('?' for _ in numbers)})", tuple(numbers))
    found = store.connection.execute(f"SELECT t.number FROM ticket t WHERE {where.sql}", where.parameters)  # noqa: S608
    return {row[0] for row in found}


def live_by_tier(store: Store) -> dict[int, int]:
    """How many tickets of each tier still wait for somebody."""
    marks = ", ".join("?" for _ in LIVE_STATUSES)
    found = store.connection.execute(
        f"SELECT tier, sum(tickets) FROM queue_count WHERE status IN ({marks}) GROUP BY tier",  # noqa: S608
        LIVE_STATUSES,
    )
    return {row[0]: row[1] for row in found}


def total(store: Store) -> int:
    return int(store.connection.execute("SELECT ifnull(sum(tickets), 0) FROM queue_count").fetchone()[0])


def get(store: Store, number: int) -> Ticket:
    row = store.connection.execute(
        f"SELECT {rows.TICKET_COLUMNS} FROM {rows.TICKET_SOURCE} WHERE t.number = ?",  # noqa: S608
        (number,),
    ).fetchone()
    if row is None:
        raise _no_ticket(number)
    return rows.ticket(row)


def _no_ticket(reference: object) -> NotFoundError:
    words = _("there is no ticket {number}").format(number=reference)
    return NotFoundError(words, _("a REF is a number such as 10234, or SOURCE:ID such as zendesk:3661"))


def resolve(store: Store, reference: str) -> int:
    """The number of the ticket that a REF means: our number, `SOURCE:EXTERNAL_ID`, or an external id of only one.

    Raises:
        NotFoundError: none is meant, or several could be.
    """
    meant = references.read(reference)
    if meant is None:
        return _only(reference, [])
    found = "SELECT number, source, external_id FROM ticket WHERE "
    if meant.source is not None:
        sql, values = found + "source = ? AND external_id = ?", (meant.source, meant.name)
        return _only(reference, store.connection.execute(sql, values).fetchall())
    if meant.number is not None and store.connection.execute(found + "number = ?", (meant.number,)).fetchone():
        return meant.number
    return _only(reference, store.connection.execute(found + "external_id = ?", (meant.name,)).fetchall())


def number_of(store: Store, source: str, external_id: str) -> int | None:
    """The number of a source's ticket, if it is here."""
    row = store.connection.execute(
        "SELECT number FROM ticket WHERE source = ? AND external_id = ?", (source, external_id)
    ).fetchone()
    return None if row is None else int(row["number"])


def kept_fields(store: Store, source: str | None) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """Number, external id and the fields that had no place in a ticket's row, of the tickets that came from a source.

    Args:
        source: None for all of them.
    """
    sql = (
        "SELECT number, external_id, extra FROM ticket "
        "WHERE external_id IS NOT NULL AND source = ifnull(?, source) AND extra != '{}'"
    )
    for row in store.connection.execute(sql, (source,)):
        yield row["number"], row["external_id"], rows.parsed(row["extra"])


def _only(reference: str, candidates: Sequence[sqlite3.Row]) -> int:
    if not candidates:
        raise _no_ticket(reference)
    if len(candidates) > 1:
        names = ", ".join(f"{row['source']}:{row['external_id']} ({row['number']})" for row in candidates)
        words = _("several tickets are called {reference}: {names}").format(reference=reference, names=names)
        raise NotFoundError(words, _("name one of them"))
    return int(candidates[0]["number"])


def conversation(store: Store, number: int) -> Conversation:
    """All that an agent reads before answering, of one moment."""
    with store.reading():
        ticket = get(store, number)
        return Conversation(
            ticket=ticket,
            messages=tuple(messages(store, ticket)),
            events=tuple(events(store, number)),
            clocks=clocks_of(store, number),
            customer=_customer(store, ticket),
            merged_into=next(_related(store, ticket, "into_id", "external_id"), None),
            merged_from=tuple(_related(store, ticket, "external_id", "into_id")),
        )


def _related(store: Store, ticket: Ticket, wanted: str, known: str) -> Iterator[Related]:
    """The tickets at the other end of a merge."""
    found = store.connection.execute(
        f"SELECT t.number, m.source, m.{wanted} FROM ticket_merge m "  # noqa: S608 - names of columns
        f"LEFT JOIN ticket t ON t.source = m.source AND t.external_id = m.{wanted} "
        f"WHERE m.source = ? AND m.{known} = ? ORDER BY 1, 3",
        (ticket.source, ticket.external_id),
    )
    return (Related(*row) for row in found)


def _customer(store: Store, ticket: Ticket) -> Profile | None:
    return None if ticket.requester_id is None else people.profile(store, ticket.requester_id)


def messages(store: Store, ticket: Ticket) -> list[Message]:
    """What was said, oldest first; the description speaks only while none of the source's comments is known."""
    found = store.connection.execute(
        "SELECT m.*, coalesce(a.name, c.name, m.author_name) AS author FROM message m "
        "LEFT JOIN agent a ON a.id = m.agent_id LEFT JOIN customer c ON c.id = m.customer_id "
        "WHERE m.ticket = ? ORDER BY m.at, m.id",
        (ticket.number,),
    ).fetchall()
    said = [rows.message(row) for row in found]
    if any(row["external_id"] is not None for row in found):
        return said
    return [*_description(store, ticket), *said]


def _description(store: Store, ticket: Ticket) -> list[Message]:
    """What somebody wrote for the requester is theirs: staff's, unless the source knows them as a customer."""
    row = store.connection.execute(
        "WITH t AS (SELECT *, CAST(json_extract(extra, '$.submitter_id') AS TEXT) AS submitter FROM ticket "
        "WHERE number = ?) SELECT t.description, t.created_at, t.submitter, r.external_id AS requester, "
        "coalesce(a.name, s.name) AS author, "
        "a.id IS NULL AND s.role = 'end-user' AND s.hash IS NOT NULL AS is_customer FROM t "
        "LEFT JOIN customer r ON r.id = t.requester_id "
        "LEFT JOIN customer s ON s.source = t.source AND s.external_id = t.submitter "
        "LEFT JOIN agent a ON a.source = t.source AND a.external_id = t.submitter",
        (ticket.number,),
    ).fetchone()
    if not row["description"]:
        return []
    kind, author = AuthorKind.CUSTOMER, ticket.requester_name
    if row["submitter"] not in (None, row["requester"]):
        kind = AuthorKind.CUSTOMER if row["is_customer"] else AuthorKind.AGENT
        author = row["author"] or row["submitter"]
    return [Message(None, from_seconds(row["created_at"]), kind, author, True, row["description"])]


def events(store: Store, number: int) -> list[Event]:
    """The ticket's log, oldest first."""
    return [
        rows.event(row)
        for row in store.connection.execute("SELECT * FROM event WHERE ticket = ? ORDER BY id", (number,))
    ]


def clocks_of(store: Store, number: int) -> tuple[Clock, ...]:
    from agentconsole.store import clock_rows  # a list is shown before these

    found = store.connection.execute("SELECT * FROM clock WHERE ticket = ? ORDER BY kind, instance", (number,))
    return tuple(clock_rows.read(row) for row in found)


def of_customer(store: Store, customer_id: int, *, limit: int | None = 50) -> list[Ticket]:
    """A customer's tickets on all channels, newest first; all of them without a limit."""
    found = store.connection.execute(
        f"SELECT {rows.TICKET_COLUMNS} FROM {rows.TICKET_SOURCE} WHERE t.requester_id = ? "  # noqa: S608
        "ORDER BY t.created_at DESC, t.number DESC LIMIT ?",
        (customer_id, -1 if limit is None else limit),
    )
    return [rows.ticket(row) for row in found]


def waking(store: Store, now: datetime, limit: int = 500) -> list[Ticket]:
    """Pending tickets whose date has come."""
    found = store.connection.execute(
        f"SELECT {rows.TICKET_COLUMNS} FROM {rows.TICKET_SOURCE} "  # noqa: S608 - fixed terms
        "WHERE t.pending_until <= ? AND t.status = 'pending' LIMIT ?",
        (to_seconds(now), limit),
    )
    return [rows.ticket(row) for row in found]
