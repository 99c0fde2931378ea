"""What a source says of tickets besides their status, and how words that it took back leave the store.

Everything here runs inside `Store.writing()`. Who calls it takes the tickets' words out of the search index before, and
puts those that are left back in.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final, NamedTuple

from agentconsole.domain.redaction import begins, is_redaction_of, removed, without
from agentconsole.domain.values import Condition, Status
from agentconsole.store import forgetting, journal, quarantine, rows
from agentconsole.store.intake_people import in_chunks
from agentconsole.store.store import Store

_TEXTS: Final = frozenset(
    ("subject", "description", "fields", "note", "reason", "how", "verified_how", "text", "body")
)  # fmt: skip
"""Columns, and keys of an event, under which words stand that people wrote; all else is read by the program."""
_PERSONAL: Final = _TEXTS | {"requester_id", "organization_id", "tags"}
"""Those under which somebody's words, or who they are, may stand."""
_KEPT_OF: Final = (
    "(object = 'ticket' AND row_id = ?) OR (object = 'message' AND row_id IN (SELECT id FROM message WHERE ticket = ?))"
)
_TICKET_IDS: Final = ("display_id", "id")
"""Under which sources tell what a ticket is called, the better one first."""
_KNOWN_BY: Final = (*_TICKET_IDS, "ticket_id", "status", "state", "created_at", "updated_at")
"""What an object in a source's words says that nobody wrote; of the rest, nobody here knows."""
_DESCRIPTIONS: Final = ("description", "description_text", "body")
_FACTS: Final = ('"before"', '"after"')


def merged(store: Store, source: str, external_ids: Iterable[str]) -> dict[str, str]:
    """Which of these tickets are known to have gone into which other one."""
    sql = "SELECT external_id, into_id FROM ticket_merge WHERE source = ? AND external_id IN ({})"
    return {row["external_id"]: row["into_id"] for row in in_chunks(store, sql, source, external_ids)}


def put_merges(store: Store, run_id: int, source: str, merges: Mapping[str, str]) -> list[int]:
    """Keeps which ticket went into which, by external ids, and for the run's undoing what was known before.

    Returns:
        The numbers of tickets that are to end by it.
    """
    known = merged(store, source, merges)
    news = {name: into for name, into in merges.items() if known.get(name) != into}
    journal.keep_merges(store, run_id, source, {name: known.get(name) for name in news})
    store.connection.executemany(
        "INSERT INTO ticket_merge VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET into_id = excluded.into_id",
        [(source, *pair) for pair in news.items()],
    )
    sql = "SELECT number, conditions FROM ticket WHERE source = ? AND external_id IN ({})"
    found = in_chunks(store, sql, source, merges)
    return [row["number"] for row in found if Condition.MERGED not in json.loads(row["conditions"])]


def standing(store: Store, numbers: Sequence[int]) -> dict[int, dict[str, Any]]:
    """The status and the conditions of tickets, as an event tells them."""
    sql = f"SELECT number, status, conditions FROM ticket WHERE number IN ({', '.join('?' * len(numbers))})"  # noqa: S608
    found = store.connection.execute(sql, numbers)
    return {row["number"]: {"status": row["status"], "conditions": json.loads(row["conditions"])} for row in found}


def restore_merges(store: Store, merges: Mapping[tuple[str, str], str | None]) -> None:
    """Puts back what was known of tickets that went into another one, by source and external id."""
    store.connection.executemany("DELETE FROM ticket_merge WHERE source = ? AND external_id = ?", merges)
    store.connection.executemany(
        "INSERT INTO ticket_merge VALUES (?, ?, ?)", [(*key, into) for key, into in merges.items() if into is not None]
    )


def end(store: Store, numbers: Sequence[int], condition: Condition) -> None:
    """Closes tickets for a condition that another object told of them."""
    mark(store, numbers, condition)
    store.connection.executemany(
        "UPDATE ticket SET status = ?, pending_until = NULL WHERE number = ?",
        [(Status.CLOSED, number) for number in numbers],
    )


def mark(store: Store, numbers: Iterable[int], condition: Condition) -> None:
    """Notes that a condition holds for these tickets; twice is once."""
    store.connection.executemany(
        "UPDATE ticket SET conditions = json_insert(conditions, '$[#]', ?), version = version + 1 "
        "WHERE number = ? AND NOT instr(conditions, ?)",
        [(condition.value, number, f'"{condition.value}"') for number in numbers],
    )


def bodies(store: Store, source: str, external_ids: Iterable[str]) -> dict[str, str]:
    """What messages say now, by their ids in the source."""
    sql = "SELECT external_id, body FROM message WHERE source = ? AND external_id IN ({})"
    return {row["external_id"]: row["body"] for row in in_chunks(store, sql, source, external_ids)}


def erase(store: Store, source: str, gone: Mapping[int, Sequence[str]]) -> None:
    """Takes words out of everything that was derived from where they stood: description, log, drafts, quarantine.

    Args:
        gone: words, by their tickets' numbers.
    """
    for number, words in gone.items():
        _erase_shown(store, number, words)
        # What else the source said of the ticket stands there as well, until the source is seen to take it out.
        described = partial(_erased, gone=words, texts=("description",))
        _rewrite(store, "ticket", "source_state", "number", number, described)
    gone = {number: [*words, *_earlier_subjects(store, number, words)] for number, words in gone.items()}
    for number, words in gone.items():
        for column in _FACTS:
            _rewrite(store, "event", column, "ticket", number, partial(_erased, gone=words))
        _erase_kept(store, number, words)
    _erase_rejected(store, source, gone)
    forgetting.owe(store)


def _erase_shown(store: Store, number: int, gone: Sequence[str]) -> None:
    for words in gone:
        for table, key, column in (("ticket", "number", "description"), ("draft", "ticket", "body")):
            store.connection.execute(
                f"UPDATE {table} SET {column} = replace({column}, ?, ?) WHERE {key} = ?",  # noqa: S608 - fixed words
                (words, without(words, [words]), number),
            )


def _erased(facts: Mapping[str, Any], gone: Sequence[str], texts: Collection[str] = _TEXTS) -> dict[str, Any]:
    return {
        name: without(value, gone) if name.removeprefix("theirs_") in texts else value for name, value in facts.items()
    }


def _earlier_subjects(store: Store, number: int, gone: Sequence[str]) -> list[str]:
    """What a ticket without a title was called by: the beginning of the words that are gone."""
    sql = (
        "WITH told (subject) AS (SELECT json_extract(\"before\", '$.subject') FROM event WHERE ticket = ?1 "
        "UNION SELECT json_extract(\"after\", '$.subject') FROM event WHERE ticket = ?1 UNION "
        "SELECT json_extract(\"before\", '$.subject') FROM run_before WHERE object = 'ticket' AND row_id = ?1) "
        "SELECT subject FROM told WHERE subject != (SELECT subject FROM ticket WHERE number = ?1)"
    )
    return [row[0] for row in store.connection.execute(sql, (number,)) if begins(row[0], gone)]


def scrub(store: Store, source: str, scrubbed: Mapping[str, int]) -> None:
    """Takes out of tickets all that told of the customer; that there was a conversation, and its deadlines, stay.

    Args:
        scrubbed: their numbers, by external id.
    """
    for number in scrubbed.values():
        store.connection.execute(
            "UPDATE message SET body = '', attachments = '[]', author_name = NULL, customer_id = NULL, extra = '{}', "
            "redacted = 1 WHERE ticket = ?",
            (number,),
        )
        store.connection.execute("UPDATE ticket SET verified_how = NULL WHERE number = ?", (number,))
        store.connection.execute("DELETE FROM draft WHERE ticket = ?", (number,))
        for column in _FACTS:
            _rewrite(store, "event", column, "ticket", number, _impersonal)
        store.connection.execute(f"DELETE FROM run_before WHERE {_KEPT_OF}", (number, number))  # noqa: S608 - fixed words
    _forget_rejected(store, source, lambda each: each.owner in scrubbed)
    forgetting.owe(store)


def _erase_kept(store: Store, number: int, gone: Sequence[str]) -> None:
    """What runs found before they changed it: undoing one brings no words back, and forgets no redaction."""
    sql = "SELECT id, body, attachments, hash, redacted FROM message WHERE ticket = ? AND redacted"
    left = {row["id"]: dict(row) for row in store.connection.execute(sql, (number,))}
    found = store.connection.execute(
        f'SELECT id, object, row_id, "before" FROM run_before WHERE {_KEPT_OF}',  # noqa: S608 - fixed words
        (number, number),
    )
    for row in found.fetchall():
        facts = json.loads(row["before"])
        if row["object"] == "ticket":
            facts = _erased_ticket(facts, gone)
        else:
            facts |= {"body": without(facts["body"], gone)} | left.get(row["row_id"], {})
        store.connection.execute('UPDATE run_before SET "before" = ? WHERE id = ?', (rows.as_json(facts), row["id"]))


def _erased_ticket(row: Mapping[str, Any], gone: Sequence[str]) -> dict[str, Any]:
    """A ticket's row, with what the source said of it: else the one would look like a change of ours to the other."""
    inner = {"fields": json.loads(row["fields"]), "source_state": _erased(json.loads(row["source_state"]), gone)}
    told = list(dict.fromkeys([*json.loads(row["conditions"]), Condition.REDACTED]))
    left = _erased({**row, **inner}, gone) | {"conditions": told}
    return left | {name: rows.as_json(left[name]) for name in ("fields", "source_state", "conditions")}


def forget_rejected_comments(store: Store, source: str, external_ids: Collection[str]) -> None:
    """Drops what was set aside of messages that have been redacted since."""
    _forget_rejected(store, source, lambda each: each.kind == "comment" and each.name in external_ids)


def _impersonal(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {name: None if name.removeprefix("theirs_") in _PERSONAL else value for name, value in facts.items()}


def _rewrite(store: Store, table: str, column: str, key: str, number: int, change: Callable[[Any], Any]) -> None:
    """Changes JSON of a ticket where the change makes a difference."""
    found = store.connection.execute(
        f"SELECT rowid, {column} FROM {table} WHERE {key} = ?",  # noqa: S608 - fixed words
        (number,),
    )
    for rowid, text in found.fetchall():
        if (changed := change(json.loads(text))) != json.loads(text):
            store.connection.execute(
                f"UPDATE {table} SET {column} = ? WHERE rowid = ?",  # noqa: S608 - fixed words
                (rows.as_json(changed), rowid),
            )


class _Rejected(NamedTuple):
    """What is set aside; `value` is None of what cannot be parsed."""

    id: int
    kind: str
    ticket: str | None
    text: str
    is_record: bool
    value: dict[str, Any] | None

    @property
    def name(self) -> str | None:
        """Its external id."""
        return _first(self.value, "external_id", "id")

    @property
    def owner(self) -> str | None:
        """The ticket that it is, or belongs to, by its external id, as far as anything tells."""
        names = _TICKET_IDS if self.kind == "ticket" else ("ticket_external_id", "ticket_id")
        return self.ticket or _first(self.value, *names)

    def without(self, gone: Sequence[str]) -> str:
        """Its text without words; a record of ours is to be read again, so that only what was said goes."""
        if self.value is None:
            return str(without(self.text, gone))
        said = {"body": without(self.value["body"], gone)} if self.is_record else _said(self.value, gone)
        left = self.value | said
        return self.text if left == self.value else rows.as_json(left)


def _said(value: Mapping[str, Any], gone: Sequence[str]) -> dict[str, Any]:
    """An object in its source's words, without some of them; it stays known as what it is, and can be read again."""
    left: dict[str, Any] = without(value, gone)
    return left | {name: value[name] for name in _KNOWN_BY if name in value}


def ticket_id(text: str) -> str | None:
    """The external id of a ticket that cannot be taken in, as far as it says it itself."""
    return _first(_object(text), *_TICKET_IDS)


def _first(value: Mapping[str, Any] | None, *names: str) -> str | None:
    return next((str(value[name]) for name in names if value.get(name) is not None), None) if value else None


def _rejected(store: Store, source: str) -> Iterator[_Rejected]:
    sql = "SELECT id, object, ticket, raw, is_record FROM rejected_record WHERE source = ?"
    for row in store.connection.execute(sql, (source,)).fetchall():
        number, kind, ticket, text, is_record = row
        yield _Rejected(number, kind, ticket, text, bool(is_record), _object(text))


def _forget_rejected(store: Store, source: str, is_meant: Callable[[_Rejected], bool]) -> None:
    gone = [(each.id,) for each in _rejected(store, source) if is_meant(each)]
    if gone:
        store.connection.executemany("DELETE FROM rejected_record WHERE id = ?", gone)
        forgetting.owe(store)


def _erase_rejected(store: Store, source: str, gone: Mapping[int, Sequence[str]]) -> None:
    """The same of what is set aside: of what belongs to these tickets, and of what may belong to any."""
    sql = "SELECT external_id, number, description FROM ticket WHERE source = ? AND number IN ({})"
    known = {row["external_id"]: row for row in in_chunks(store, sql, source, gone)}
    every = [words for each in gone.values() for words in each]
    for each in _rejected(store, source):
        owner = each.owner
        if owner is None:
            left = each.without(every)
        elif owner in known:
            ticket = known[owner]
            left = each.without(gone[ticket["number"]])
            if each.kind == "ticket":
                left = ticket_left(left, ticket["description"] or "", [Condition.REDACTED])
        else:
            continue
        if left != each.text:
            quarantine.rewrite(store, each.id, left)


def ticket_left(raw: str, description: str, told: Collection[str]) -> str:
    """A ticket in whatever words, with no more than the store still says of it.

    Args:
        description: what is left of it there.
        told: the conditions that hold for it.
    """
    value = _object(raw)
    if value is None or not {Condition.REDACTED, Condition.SCRUBBED} & set(told):
        return raw
    if Condition.SCRUBBED in told:
        return rows.as_json({"id": value.get("id")})
    gone: list[str] = []
    for holder in (value, value.get("source")):  # a conversation of Intercom's begins in its source
        said = {key: holder.get(key) for key in _DESCRIPTIONS} if isinstance(holder, dict) else {}
        for key, text in said.items():
            if isinstance(holder, dict) and isinstance(text, str) and not is_redaction_of(text, description):
                holder[key] = description
                gone += removed(text, description)
    left = _said(value, gone)
    return raw if left == _object(raw) else rows.as_json(left)


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
