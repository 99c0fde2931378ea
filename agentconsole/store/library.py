"""Knowledge articles and canned answers with their language variants."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from agentconsole.domain.errors import NotFoundError
from agentconsole.domain.instants import to_seconds
from agentconsole.locale import _, deferred, did_you_mean
from agentconsole.store import rows, search
from agentconsole.store.store import Store


@dataclass(frozen=True, slots=True)
class Variant:
    """One language of an article or a canned answer."""

    id: str
    language: str
    title: str
    body: str
    category: str | None = None
    tags: tuple[str, ...] = ()
    desk: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An article or a canned answer in all its languages."""

    id: str
    category: str | None
    tags: tuple[str, ...]
    desk: str | None
    variants: dict[str, Variant] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Imported:
    """How many variants an import brought."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The two tables of one kind; only articles are searched by the full-text index."""

    table: str
    variants: str
    key: str
    missing: str
    """A message id."""
    indexed: bool = False


_ARTICLES: Final = _Shelf(
    "article", "article_variant", "article_id", deferred("there is no article {id}"), indexed=True
)
_CANNED: Final = _Shelf("canned_answer", "canned_variant", "canned_id", deferred("there is no canned answer {id}"))


def import_articles(store: Store, variants: Iterable[Variant], at: datetime) -> Imported:
    """Adds or changes articles; those not named stay as they are. Inside a writing transaction."""
    return _import(store, _ARTICLES, variants, at)


def import_canned(store: Store, variants: Iterable[Variant], at: datetime) -> Imported:
    """As `import_articles`, for canned answers."""
    return _import(store, _CANNED, variants, at)


def articles(store: Store) -> list[Entry]:
    return _entries(store, _ARTICLES, None)


def canned_answers(store: Store) -> list[Entry]:
    return _entries(store, _CANNED, None)


def article(store: Store, entry_id: str) -> Entry:
    return _one(store, _ARTICLES, entry_id)


def canned(store: Store, entry_id: str) -> Entry:
    return _one(store, _CANNED, entry_id)


def article_variants(store: Store, ids: Iterable[int]) -> dict[int, Variant]:
    """Articles' variants by their own id, as the index names them."""
    wanted = list(ids)
    marks = ", ".join("?" for _ in wanted)
    found = store.connection.execute(
        "SELECT v.id AS variant_id, v.*, e.* FROM article_variant v JOIN article e ON e.id = v.article_id "  # noqa: S608
        f"WHERE v.id IN ({marks})",
        wanted,
    )
    return {row["variant_id"]: _variant(row, row["article_id"]) for row in found}


def _one(store: Store, shelf: _Shelf, entry_id: str) -> Entry:
    found = _entries(store, shelf, entry_id)
    if not found:
        known = [row[0] for row in store.connection.execute(f"SELECT id FROM {shelf.table}")]  # noqa: S608
        raise NotFoundError(_(shelf.missing).format(id=repr(entry_id)), did_you_mean(entry_id, known, ""))
    return found[0]


def _entries(store: Store, shelf: _Shelf, entry_id: str | None) -> list[Entry]:
    found = store.connection.execute(
        f"SELECT v.*, e.desk, e.category, e.tags FROM {shelf.variants} v JOIN {shelf.table} e ON e.id = v.{shelf.key} "  # noqa: S608
        "WHERE e.id = ifnull(?, e.id) ORDER BY e.category, e.id, v.language",
        (entry_id,),
    )
    entries: dict[str, Entry] = {}
    for row in found:
        variant = _variant(row, row[shelf.key])
        entry = entries.setdefault(variant.id, Entry(variant.id, variant.category, variant.tags, variant.desk))
        entry.variants[variant.language] = variant
    return list(entries.values())


def _variant(row: sqlite3.Row, entry_id: str) -> Variant:
    return Variant(
        entry_id,
        row["language"],
        row["title"],
        row["body"],
        row["category"],
        tuple(json.loads(row["tags"])),
        row["desk"],
    )


def _import(store: Store, shelf: _Shelf, variants: Iterable[Variant], at: datetime) -> Imported:
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    for variant in variants:
        moved = _put_entry(store, shelf, variant, to_seconds(at))
        outcome = _put_variant(store, shelf, variant)
        if outcome != "unchanged":
            sql = f"UPDATE {shelf.table} SET updated_at = ? WHERE id = ?"  # noqa: S608
            store.connection.execute(sql, (to_seconds(at), variant.id))
        counts["changed" if moved and outcome == "unchanged" else outcome] += 1
    return Imported(**counts)


def _put_entry(store: Store, shelf: _Shelf, variant: Variant, at: int) -> bool:
    """What all languages share; says whether anything of it is news."""
    done = store.connection.execute(
        f"INSERT INTO {shelf.table} (id, desk, category, tags, updated_at) VALUES (?, ?, ?, ?, ?) "  # noqa: S608
        "ON CONFLICT (id) DO UPDATE SET desk = excluded.desk, category = excluded.category, tags = excluded.tags, "
        "updated_at = excluded.updated_at "
        "WHERE (desk, category, tags) IS NOT (excluded.desk, excluded.category, excluded.tags)",
        (variant.id, variant.desk, variant.category, rows.as_json(variant.tags), at),
    )
    return done.rowcount > 0


def _put_variant(store: Store, shelf: _Shelf, variant: Variant) -> str:
    old = store.connection.execute(
        f"SELECT id, title, body FROM {shelf.variants} WHERE {shelf.key} = ? AND language = ?",  # noqa: S608
        (variant.id, variant.language),
    ).fetchone()
    if old and (old["title"], old["body"]) == (variant.title, variant.body):
        return "unchanged"
    done = store.connection.execute(
        f"INSERT INTO {shelf.variants} ({shelf.key}, language, title, body) VALUES (?, ?, ?, ?) "  # noqa: S608
        f"ON CONFLICT ({shelf.key}, language) DO UPDATE SET title = excluded.title, body = excluded.body",
        (variant.id, variant.language, variant.title, variant.body),
    )
    if shelf.indexed:
        if old:
            search.remove_variant(store, old["id"], old["title"], old["body"])
        search.add_variant(store, old["id"] if old else int(done.lastrowid or 0), variant.title, variant.body)
    return "changed" if old else "new"
