"""The full-text index: CJK bigrams and words in contentless FTS5 tables, kept by whoever changes a text.

SQLite 3.40 can delete from a contentless index only when told the old words, so they are derived from the stored text
before it changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from agentconsole.domain.text import search_tokens, search_words
from agentconsole.store.store import Store


def ticket_words(store: Store, numbers: Sequence[int]) -> dict[int, str]:
    """The words of each ticket's document: subject, description, form fields, and all that was said."""
    texts: dict[int, list[str]] = {}
    for chunk in map(tuple, _chunks(numbers)):
        marks = ", ".join("?" for _ in chunk)
        found = store.connection.execute(
            f"SELECT number, subject FROM ticket WHERE number IN ({marks}) "  # noqa: S608 - bound
            f"UNION ALL SELECT number, ifnull(description, '') FROM ticket WHERE number IN ({marks}) "
            f"UNION ALL SELECT ticket, value FROM ticket_field WHERE ticket IN ({marks}) "
            f"UNION ALL SELECT ticket, body FROM message WHERE ticket IN ({marks})",
            chunk * 4,
        )
        for number, text in found:
            texts.setdefault(number, []).append(text)
    # A description is mostly the first message over again.
    return {number: search_words("\n".join(dict.fromkeys(parts))) for number, parts in texts.items()}


@contextmanager
def reindexed(store: Store, numbers: Sequence[int]) -> Iterator[None]:
    """Around a change of what tickets say: takes the old words out before it and puts the new ones in after it."""
    remove_tickets(store, ticket_words(store, numbers))
    yield
    add_tickets(store, ticket_words(store, numbers))


def add_tickets(store: Store, words: Mapping[int, str]) -> None:
    store.connection.executemany("INSERT INTO ticket_words (rowid, words) VALUES (?, ?)", words.items())


def remove_tickets(store: Store, words: Mapping[int, str]) -> None:
    store.connection.executemany(
        "INSERT INTO ticket_words (ticket_words, rowid, words) VALUES ('delete', ?, ?)", words.items()
    )


_PAGES: Final = 200
"""Of the index that are merged at once: some hundredths of a second."""


def forget(store: Store) -> bool:
    """Merges some of the index's pieces: a word that was taken out stays in an old piece, marked as gone, until then.

    Returns:
        Whether anything is left to merge.
    """
    before = store.connection.total_changes
    store.connection.execute("INSERT INTO ticket_words (ticket_words, rank) VALUES ('merge', ?)", (-_PAGES,))
    return store.connection.total_changes - before > 1


def names(store: Store, customers: Sequence[int]) -> dict[int, str]:
    """The words of these customers' names and readings, where they have any."""
    found: dict[int, str] = {}
    for chunk in _chunks(customers):
        marks = ", ".join("?" for _ in chunk)
        sql = f"SELECT id, ifnull(name, '') || ' ' || ifnull(reading, '') FROM customer WHERE id IN ({marks})"  # noqa: S608
        found |= {row[0]: search_words(row[1]) for row in store.connection.execute(sql, tuple(chunk))}
    return {customer: words for customer, words in found.items() if words}


def add_names(store: Store, words: Mapping[int, str]) -> None:
    store.connection.executemany("INSERT INTO customer_words (rowid, words) VALUES (?, ?)", words.items())


def remove_names(store: Store, words: Mapping[int, str]) -> None:
    store.connection.executemany(
        "INSERT INTO customer_words (customer_words, rowid, words) VALUES ('delete', ?, ?)", words.items()
    )


def _chunks(numbers: Sequence[int]) -> Iterable[Sequence[int]]:
    return (numbers[start : start + 500] for start in range(0, len(numbers), 500))


@dataclass(frozen=True, slots=True)
class Hit:
    """An article's variant that a search found; the higher the score, the better."""

    variant_id: int
    score: float


def add_variant(store: Store, variant_id: int, title: str, body: str) -> None:
    store.connection.execute(
        "INSERT INTO article_words (rowid, title, body) VALUES (?, ?, ?)",
        (variant_id, _all_words(title), _all_words(body)),
    )


def remove_variant(store: Store, variant_id: int, title: str, body: str) -> None:
    store.connection.execute(
        "INSERT INTO article_words (article_words, rowid, title, body) VALUES ('delete', ?, ?, ?)",
        (variant_id, _all_words(title), _all_words(body)),
    )


def _all_words(text: str) -> str:
    return " ".join(search_tokens(text))


def search_variants(store: Store, match: str, limit: int) -> list[Hit]:
    """The best articles of an FTS5 expression; a word of the title weighs five of the body."""
    found = store.connection.execute(
        "SELECT rowid, -bm25(article_words, 5.0, 1.0) AS score FROM article_words "
        "WHERE article_words MATCH ? ORDER BY score DESC LIMIT ?",
        (match, limit),
    )
    return [Hit(row["rowid"], row["score"]) for row in found]
