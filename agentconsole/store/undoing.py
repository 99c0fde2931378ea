"""Undoing a whole sync run, as long as nothing was built on it: what it added goes, what it changed is as before.

Everything runs inside one `Store.writing()`: all of it, or nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any, Final

from agentconsole.domain.change import Author
from agentconsole.domain.errors import Phrase, RefusedError, listed
from agentconsole.domain.instants import to_seconds
from agentconsole.store import conditions, journal, mails, quarantine, rows, runs, search
from agentconsole.store.histories import APPLY_POLICY, derive_clocks
from agentconsole.store.runs import SyncRun
from agentconsole.store.store import Store
from agentconsole.store.writer import add_event, tell_breaches

_DERIVED: Final = frozenset({"number", "version", "due_at", "due_kind", "due_calendar"})
"""Columns of a ticket that follow from the others, or count on."""
_PEOPLE: Final = {
    "customer": (("ticket", "requester_id"), ("message", "customer_id")),
    "organization": (("ticket", "organization_id"), ("customer", "organization_id")),
    "source_group": (),
    "agent": (
        ("ticket", "assignee_id"), ("message", "agent_id"), ("event", "agent_id"), ("draft", "agent_id"),
        ("saved_view", "agent_id"),
    ),
}  # fmt: skip
"""Who else a run may add, and what may refer to them."""
_BELOW: Final = ("clock", "ticket_tag", "ticket_field", "mail_name", "draft", "event", "message")
"""What hangs on a ticket, in the order in which it can go."""
_CALLED: Final = {"ticket": "number", "message": "ticket", "customer": "external_id"}
"""By what people know what refers to somebody; nothing where it holds no run."""
_NAMED: Final = 3
"""How much of what holds a run is named."""


@dataclass(frozen=True, slots=True)
class Undone:
    """What undoing a run has taken away and put back."""

    tickets_removed: int
    tickets_restored: int
    messages_removed: int


@dataclass(frozen=True, slots=True)
class _Traces:
    """Args:
    new: numbers of the tickets that the run has added.
    kept: rows as they stood before it, by table and id.
    messages: how many it has added.
    touched: numbers of the tickets that stood before it, and that it has changed or added something to.
    """

    new: frozenset[int]
    kept: Mapping[str, Mapping[int, Mapping[str, Any]]]
    messages: int
    touched: tuple[int, ...]


def undo_run(store: Store, number: int, author: Author, at: datetime, title: Callable[[str], str] = str) -> Undone:
    """Takes a run back.

    Args:
        title: what people call a verb.

    Raises:
        NotFoundError: there is no such run.
        RefusedError: `undone`, if it was; `built_on`, if something rests on it, which is named.
    """
    run = runs.get(store, number)
    _must_be_undoable(run)
    _must_be_last(store, run)
    traces = _traces(store, run)
    _must_be_untouched(store, run, traces, title)
    _forget_acknowledgements(store, run)
    _take_back(store, run, traces, author, at)
    for ticket, breached in derive_clocks(store, traces.touched, at).items():
        tell_breaches(store, ticket, breached)
    _take_back_breaches(store, run, traces, author, at)
    store.connection.execute("DELETE FROM run_before WHERE run_id = ?", (run.id,))
    store.connection.execute("UPDATE sync_run SET undone_at = ? WHERE id = ?", (to_seconds(at), run.id))
    return Undone(len(traces.new), len(traces.touched), traces.messages)


def _take_back(store: Store, run: SyncRun, traces: _Traces, author: Author, at: datetime) -> None:
    is_mailbox = mails.is_mailbox(store, run.source)
    _remove_words(store, traces.new)
    with search.reindexed(store, traces.touched):
        _restore_messages(store, traces)  # some may have gone to new tickets
        _remove_tickets(store, traces.new)
        _remove_messages(store, run)
        _restore_tickets(store, run, traces, author, at)
    if is_mailbox:
        mails.recall(store, traces.touched)
    _restore_people(store, run, traces)
    conditions.restore_merges(store, journal.kept_merges(store, run.id))
    quarantine.give_back(store, run.id, run.marks.get("rejected_record"))


# --- what rests on it


def _must_be_undoable(run: SyncRun) -> None:
    if run.undone_at is not None:
        raise RefusedError("undone", Phrase("run {number} is undone already", number=run.id))
    if not run.marks:
        raise RefusedError("too_old", Phrase("run {number} was made before runs could be undone", number=run.id))


def _must_be_last(store: Store, run: SyncRun) -> None:
    """No other run of the same source has written since, or at the same time."""
    for other in runs.history(store):
        if other.source != run.source or other.undone_at is not None or other.id == run.id:
            continue
        if other.id > run.id and _has_written(store, other):
            raise RefusedError(
                "built_on",
                Phrase("run {number} came after it and rests on it", number=other.id),
                Phrase("agentconsole sync undo {number} first", number=other.id),
            )
        if other.id < run.id and other.finished_at is not None and other.finished_at > run.started_at:
            words = Phrase("run {number} ran at the same time: nobody can tell them apart", number=other.id)
            raise RefusedError("built_on", words)


def _has_written(store: Store, run: SyncRun) -> bool:
    sql = (
        "SELECT EXISTS (SELECT 1 FROM event WHERE id > ? AND run_id = ?) "
        "OR EXISTS (SELECT 1 FROM run_before WHERE run_id = ?)"
    )
    if store.connection.execute(sql, (run.marks["event"], run.id, run.id)).fetchone()[0]:
        return True
    return any(_new_ids(store, run, table) for table in ("message", *_PEOPLE))


def _new_ids(store: Store, run: SyncRun, table: str) -> list[int]:
    where, values = runs.new_rows(store, run, table)
    return [row[0] for row in store.connection.execute(f"SELECT id FROM {table} WHERE {where}", values)]  # noqa: S608


def _traces(store: Store, run: SyncRun) -> _Traces:
    kept = {table: journal.kept(store, run.id, table) for table in journal.KEYS}
    found = store.connection.execute(
        "SELECT ticket, verb FROM event WHERE id > ? AND run_id = ?", (run.marks["event"], run.id)
    ).fetchall()
    told = {row["ticket"] for row in found}
    new = frozenset(row["ticket"] for row in found if row["verb"] == "imported")
    where, values = runs.new_rows(store, run, "message")
    sql = f"SELECT ticket, count(*) FROM message WHERE {where} GROUP BY ticket"  # noqa: S608 - fixed terms
    spoken = dict(store.connection.execute(sql, values).fetchall())
    changed = {each["ticket"] for each in kept["message"].values()}
    touched = (kept["ticket"].keys() | spoken.keys() | changed | told) - new
    return _Traces(new, kept, sum(spoken.values()), tuple(sorted(touched)))


def _rows_of(store: Store, sql: str, ids: Sequence[int]) -> Iterator[Any]:
    for start in range(0, len(ids), 500):
        chunk = ids[start : start + 500]
        yield from store.connection.execute(sql.format(", ".join("?" * len(chunk))), tuple(chunk))


def _must_be_untouched(store: Store, run: SyncRun, traces: _Traces, title: Callable[[str], str]) -> None:
    """Nobody has worked on a ticket since the run brought or changed it. A policy that was applied is no such work:
    clocks are derived anew, by that policy.
    """
    sql = (
        "SELECT id, ticket, actor, verb, exported_at FROM event WHERE ticket IN ({}) "
        "AND face NOT IN ('sync', 'console') AND undone_by IS NULL"
    )
    every = sorted({*traces.new, *traces.touched})
    found = (row for row in _rows_of(store, sql, every) if row["id"] > run.marks["event"])
    deeds = (row for row in found if row["verb"] not in ("undo", APPLY_POLICY))
    later = sorted(deeds, key=itemgetter("id"))
    drafts = "SELECT d.ticket, a.login FROM draft d JOIN agent a ON a.id = d.agent_id WHERE d.ticket IN ({})"
    written = list(_rows_of(store, drafts, sorted(traces.new)))
    if later or written:
        words = Phrase(
            "somebody has worked on what it brought: {deeds}",
            deeds=_first_of(
                [
                    *(_held_by(row["ticket"], Phrase(title(row["verb"])), row["actor"]) for row in later),
                    *(_held_by(row["ticket"], Phrase("draft"), row["login"]) for row in written),
                ]
            ),
        )
        raise RefusedError("built_on", words, _way_out(later, written))


def _held_by(number: int, deed: Phrase, actor: str) -> Phrase:
    return Phrase("{number} ({deed}, {actor})", number=number, deed=deed, actor=actor)


def _way_out(later: Sequence[Any], written: Sequence[Any]) -> Phrase:
    """What to do about the first that is in the way."""
    if any(row["exported_at"] for row in later):
        return Phrase("what has gone out to the helpdesk cannot be called back; set its tickets right one by one")
    if later:
        numbers = list(dict.fromkeys(str(row["ticket"]) for row in reversed(later)))[:_NAMED]
        return Phrase(
            "each takes back their own first: {command}", command=f"agentconsole ticket undo {' '.join(numbers)}"
        )
    return Phrase("each sends or empties their own draft first")


def _first_of(found: Sequence[str]) -> str:
    first = listed(found[:_NAMED])
    more = len(found[_NAMED:])
    return Phrase("{first} and {count} more", first=first, count=more) if more else first


# --- taking it back


def _forget_acknowledgements(store: Store, run: SyncRun) -> None:
    store.connection.execute(
        "UPDATE event SET acknowledged_at = NULL, acknowledged_run = NULL WHERE acknowledged_run = ?", (run.id,)
    )


def _remove_words(store: Store, numbers: frozenset[int]) -> None:
    every = sorted(numbers)
    for start in range(0, len(every), 500):
        search.remove_tickets(store, search.ticket_words(store, every[start : start + 500]))


def _restore_messages(store: Store, traces: _Traces) -> None:
    """Messages as they were, by whom they were: staff who turned out to be customers were no agents any longer."""
    agents = {number: _restored_agent(store, row) for number, row in traces.kept["agent"].items()}
    said = traces.kept["message"].items()
    spoken = {number: {**row, "agent_id": agents.get(row["agent_id"], row["agent_id"])} for number, row in said}
    _put_back(store, "message", spoken)


def _restored_agent(store: Store, row: Mapping[str, Any]) -> int:
    """The id of an agent, who may be gone: ids are given anew."""
    columns = [name for name in row if name != "id"]
    store.connection.execute(
        f"INSERT OR IGNORE INTO agent ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})",  # noqa: S608
        [row[name] for name in columns],
    )
    sql = "SELECT id FROM agent WHERE source = ? AND external_id = ?"
    return int(store.connection.execute(sql, (row["source"], row["external_id"])).fetchone()[0])


def _remove_tickets(store: Store, numbers: frozenset[int]) -> None:
    every = sorted(numbers)
    for start in range(0, len(every), 500):
        ids = [(each,) for each in every[start : start + 500]]
        for table in _BELOW:
            store.connection.executemany(f"DELETE FROM {table} WHERE ticket = ?", ids)  # noqa: S608 - of ours
        store.connection.executemany("DELETE FROM ticket WHERE number = ?", ids)


def _remove_messages(store: Store, run: SyncRun) -> None:
    where, values = runs.new_rows(store, run, "message")
    store.connection.execute(f"DELETE FROM message WHERE {where}", values)  # noqa: S608 - fixed terms


def _restore_tickets(store: Store, run: SyncRun, traces: _Traces, author: Author, at: datetime) -> None:
    before = {number: row for number, row in traces.kept["ticket"].items() if number not in traces.new}
    _put_back(store, "ticket", before)
    for number, row in before.items():
        store.connection.execute("UPDATE ticket SET version = version + 1 WHERE number = ?", (number,))
        for table in ("ticket_tag", "ticket_field"):
            store.connection.execute(f"DELETE FROM {table} WHERE ticket = ?", (number,))  # noqa: S608
        tags = [(number, tag) for tag in rows.parsed(row["tags"])]
        store.connection.executemany("INSERT OR IGNORE INTO ticket_tag VALUES (?, ?)", tags)
        fields = [(number, key, value) for key, value in rows.parsed(row["fields"]).items()]
        store.connection.executemany("INSERT INTO ticket_field VALUES (?, ?, ?)", fields)
    mark = run.marks["event"]
    told = store.connection.execute("SELECT * FROM event WHERE id > ? AND run_id = ?", (mark, run.id)).fetchall()
    woke = "SELECT * FROM event WHERE ticket IN ({}) AND verb = 'wake' AND undone_by IS NULL AND exported_at IS NULL"
    woken = [
        row for row in _rows_of(store, woke, sorted(before)) if row["id"] > mark
    ]  # they sleep again, and will wake
    _mark_undone(store, [*told, *woken], author, at)


def _take_back_breaches(store: Store, run: SyncRun, traces: _Traces, author: Author, at: datetime) -> None:
    """Deadlines that only the run had set were not missed."""
    sql = (
        "SELECT e.* FROM event e WHERE e.ticket IN ({}) AND e.verb = 'breach' AND e.undone_by IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM clock c WHERE c.ticket = e.ticket AND c.breached_at IS NOT NULL "
        "AND c.kind = json_extract(e.\"after\", '$.clock') AND c.instance = json_extract(e.\"after\", '$.instance'))"
    )
    told = [row for row in _rows_of(store, sql, traces.touched) if row["id"] > run.marks["event"]]
    _mark_undone(store, told, author, at)


def _mark_undone(store: Store, found: Sequence[Any], author: Author, at: datetime) -> None:
    """The log keeps what was said of tickets that stay, and that it was taken back."""
    for row in found:
        entry = rows.event(row)
        undo = add_event(
            store, row["ticket"], "undo", author, at, before=entry.after, after={"verb": entry.verb, **entry.before},
            undoes=entry.id,
        )  # fmt: skip
        store.connection.execute("UPDATE event SET undone_by = ? WHERE id = ?", (undo, entry.id))


def _put_back(store: Store, table: str, kept: Mapping[int, Mapping[str, Any]]) -> None:
    for row_id, row in kept.items():
        columns = [name for name in row if name not in _DERIVED and name != "id"]
        assignments = ", ".join(f"{name} = ?" for name in columns)
        store.connection.execute(
            f"UPDATE {table} SET {assignments} WHERE {journal.KEYS[table]} = ?",  # noqa: S608 - columns of the table
            (*(row[name] for name in columns), row_id),
        )


def _restore_people(store: Store, run: SyncRun, traces: _Traces) -> None:
    new = {table: _new_ids(store, run, table) for table in _PEOPLE}
    named = [*new["customer"], *traces.kept["customer"]]
    search.remove_names(store, search.names(store, named))
    for table in ("organization", "source_group", "customer"):
        _put_back(store, table, traces.kept[table])
    search.add_names(store, search.names(store, list(traces.kept["customer"].keys() - set(new["customer"]))))
    for table, references in _PEOPLE.items():
        _remove(store, run, table, references, new[table])


def _remove(store: Store, run: SyncRun, table: str, references: Sequence[tuple[str, str]], ids: Sequence[int]) -> None:
    """Removes who came with the run. Agents who have worked here since stay; a customer with a new ticket does not let
    the run go.
    """
    for other, column in references:
        sql = f"SELECT {column}, {_CALLED.get(other, 'NULL')} FROM {other} WHERE {column} IN ({{}}) ORDER BY 2"  # noqa: S608
        found = [tuple(row) for row in _rows_of(store, sql, ids)]
        if found and table != "agent":
            names = _first_of(list(dict.fromkeys(str(name) for _id, name in found)))
            raise RefusedError(
                "built_on",
                Phrase("people and organizations it brought have other tickets: {names}", names=names),
                Phrase("as long as those are there, the run stays; set its tickets right one by one"),
            )
        wanted = {each for each, _name in found}
        ids = [each for each in ids if each not in wanted]
    if table == "customer":
        for below in ("movement", "account_event"):
            store.connection.executemany(f"DELETE FROM {below} WHERE customer_id = ?", [(each,) for each in ids])  # noqa: S608
    store.connection.executemany(f"DELETE FROM {table} WHERE id = ?", [(each,) for each in ids])  # noqa: S608
