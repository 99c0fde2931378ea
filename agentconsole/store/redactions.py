"""What a source's log says was taken out of comments, and comments as they may still be shown.

The log does not say which words went. So all of a comment's words are withheld until the source shows what is left of
them. Writes run inside `Store.writing()`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from agentconsole.domain.redaction import REDACTED_FILE, removed, withheld, without
from agentconsole.domain.values import Condition
from agentconsole.store import conditions, quarantine, rows, search
from agentconsole.store.intake_people import in_chunks
from agentconsole.store.store import Store

_BODIES: Final = ("body", "html_body", "plain_body")
_NAMES: Final = ("name", "file_name")


SHOWN: Final = ("shown", "shown file")
"""Instead of an entry's id: that nobody told, but the comment itself showed that words, or a file, were taken out."""


class Redaction(NamedTuple):
    """One entry of the log; ids are the source's."""

    comment: str
    id: str
    ticket: str
    is_file: bool


class Told(NamedTuple):
    """How often something was taken out of one comment."""

    words: int
    files: int

    def body(self, text: str) -> str:
        """What may be shown of its text."""
        return withheld(text, self.words)

    def attachments(self, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """What may be told of its files: all of it, or nothing but that they are gone."""
        if sum(any(each.get(key) == REDACTED_FILE for key in _NAMES) for each in found) >= self.files:
            return found
        gone = [{key: REDACTED_FILE if key in _NAMES else None for key in each} for each in found]
        return gone[: self.files]


def any_told(store: Store, source: str) -> bool:
    return bool(
        store.connection.execute("SELECT EXISTS (SELECT 1 FROM redaction WHERE source = ?)", (source,)).fetchone()[0]
    )


def put(store: Store, source: str, found: Iterable[Redaction]) -> None:
    """Notes what was told; the same twice is once."""
    store.connection.executemany(
        "INSERT OR IGNORE INTO redaction VALUES (?, ?, ?, ?, ?)", [(source, *each) for each in found]
    )


def told(store: Store, source: str, comments: Iterable[str]) -> dict[str, Told]:
    """Of these comments those out of which something was taken, by id; once, if only they show it."""
    sql = (
        f"SELECT comment, max(sum(NOT is_file AND id != '{SHOWN[0]}'), max(NOT is_file)), "  # noqa: S608 - fixed words
        f"max(sum(is_file AND id != '{SHOWN[1]}'), max(is_file)) FROM redaction "
        "WHERE source = ? AND comment IN ({}) GROUP BY comment"
    )
    return {row[0]: Told(row[1], row[2]) for row in in_chunks(store, sql, source, comments)}


def with_unseen(store: Store, source: str, tickets: Iterable[str]) -> dict[str, set[str]]:
    """The comments that have not come, and of which the log alone tells that they were redacted, by their tickets: a
    description may say the same."""
    sql = (
        f"SELECT ticket, comment FROM redaction r WHERE source = ? AND ticket IN ({{}}) AND NOT is_file "  # noqa: S608
        f"AND id != '{SHOWN[0]}' "
        "AND NOT EXISTS (SELECT 1 FROM message m WHERE m.source = r.source AND m.external_id = r.comment)"
    )
    found: dict[str, set[str]] = {}
    for row in in_chunks(store, sql, source, tickets):
        found.setdefault(row["ticket"], set()).add(row["comment"])
    return found


def withhold_messages(store: Store, source: str, found: Mapping[str, Told]) -> int:
    """Takes the words out of messages that say more than they may, and out of all that holds the same words.

    Returns:
        How many there were.
    """
    sql = "SELECT id, ticket, external_id, body, attachments FROM message WHERE source = ? AND external_id IN ({})"
    changed: dict[int, list[str]] = {}
    times = 0
    for row in list(in_chunks(store, sql, source, found)):
        its, files = found[row["external_id"]], json.loads(row["attachments"])
        body, left = its.body(row["body"]), its.attachments(files)
        if (body, left) != (row["body"], files):
            changed.setdefault(row["ticket"], []).extend(removed(row["body"], body))
            times += 1
            with search.reindexed(store, [row["ticket"]]):
                store.connection.execute(
                    "UPDATE message SET body = ?, attachments = ?, redacted = 1 WHERE id = ?",
                    (body, rows.as_json(left), row["id"]),
                )
    erase(store, source, changed)
    return times


def withhold_descriptions(store: Store, source: str, tickets: Iterable[str]) -> None:
    """Takes out the descriptions of tickets of which a redacted comment has not come."""
    sql = "SELECT number, description FROM ticket WHERE source = ? AND external_id IN ({}) AND description != ''"
    unseen = with_unseen(store, source, tickets)
    found = list(in_chunks(store, sql, source, unseen))
    erase(store, source, {row["number"]: list(removed(row["description"], "")) for row in found})


def erase(store: Store, source: str, gone: Mapping[int, list[str]]) -> None:
    """Takes words out of all that hangs on tickets, by their numbers, and marks the tickets."""
    conditions.mark(store, gone, Condition.REDACTED)
    if gone:
        with search.reindexed(store, list(gone)):
            conditions.erase(store, source, gone)


def withhold_rejected(store: Store, source: str, found: Mapping[str, Told]) -> None:
    """The same of what is set aside."""
    query = "SELECT id, raw, is_record FROM rejected_record WHERE source = ?"
    for row in store.connection.execute(query, (source,)).fetchall():
        if (left := raw_left(row["raw"], found, is_record=bool(row["is_record"]))) != row["raw"]:
            quarantine.rewrite(store, row["id"], left)


def raw_left(raw: str, found: Mapping[str, Told], *, is_record: bool) -> str:
    """What is set aside in whatever words, with its comments as they may be shown; what is no JSON stays as it is.

    Args:
        is_record: whether it is a record of ours: what it says besides the comment is no text.
    """
    if not any(name in raw for name in found):
        return raw
    try:
        value = json.loads(raw)
    except ValueError:
        return raw
    gone: list[str] = []
    left = _left(value, found, gone)
    left = left if is_record else without(left, gone)
    return raw if left == value else rows.as_json(left)


def _left(value: Any, found: Mapping[str, Told], gone: list[str]) -> Any:
    """A value with its comments as they may be shown; `gone` gets the words that may not."""
    if isinstance(value, list):
        return [_left(each, found, gone) for each in value]
    if not isinstance(value, dict):
        return value
    its = next((found[name] for key in ("external_id", "id") if (name := str(value.get(key))) in found), None)
    if its is None or not any(key in value for key in _BODIES):
        return {key: _left(inner, found, gone) for key, inner in value.items()}
    said: dict[str, Any] = {key: its.body(value[key]) for key in _BODIES if isinstance(value.get(key), str)}
    gone += [words for key, left in said.items() for words in removed(value[key], left)]
    files = value.get("attachments")
    if isinstance(files, list) and all(isinstance(each, dict) for each in files):
        said["attachments"] = its.attachments(files)
    return value | said
