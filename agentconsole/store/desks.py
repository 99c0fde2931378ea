"""Desks in the store: each version of each configuration, parsed once a process."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from functools import cache, partial

from agentconsole.domain.desk import Desk
from agentconsole.domain.desk_file import load_desk
from agentconsole.domain.errors import NotFoundError
from agentconsole.domain.instants import from_seconds, to_seconds
from agentconsole.domain.sla import Editions
from agentconsole.locale import _, did_you_mean
from agentconsole.store.store import Store


def desk(store: Store, key: str, version: int | None = None) -> Desk:
    """The desk as it is in force, or as it was in a version that an old clock names."""
    row = store.connection.execute(
        "SELECT version, text FROM desk WHERE key = ? AND version = ifnull(?, version) ORDER BY version DESC LIMIT 1",
        (key, version),
    ).fetchone()
    if row is None:
        hint = did_you_mean(key, desk_keys(store), _("agentconsole desk list names them"))
        raise NotFoundError(_("there is no desk {key}").format(key=repr(key)), hint)
    return _parsed(store, key, row["version"], row["text"])


def editions(store: Store, key: str) -> Editions[Desk]:
    """Every version of the desk by the time at which it was applied: what clocks are moved by.

    They lead to those of the other desks, each read once: a ticket may have come from there.

    Raises:
        NotFoundError: there is no such desk.
    """
    found = store.connection.execute("SELECT version, text, applied_at FROM desk WHERE key = ?", (key,)).fetchall()
    if not found:
        desk(store, key)
    return Editions(
        *((from_seconds(row["applied_at"]), _parsed(store, key, row["version"], row["text"])) for row in found),
        desk=key,
        others=cache(partial(editions, store)),
    )


def edition(store: Store, name: str) -> Desk:
    """The desk of a name such as `tsubame@2`, or of a key alone: in that version, if there is one, else as in force.

    Raises:
        NotFoundError: there is no such desk.
    """
    key, _at, version = name.partition("@")
    if version and (known := editions(store, key).edition(int(version))):
        return known
    return desk(store, key)


def every_edition(store: Store) -> dict[str, Desk]:
    """All versions of all desks by names such as `tsubame@2`, and by its key alone each as it is in force."""
    found = store.connection.execute("SELECT key, version, text FROM desk ORDER BY key, version").fetchall()
    parsed = [(row["key"], _parsed(store, row["key"], row["version"], row["text"])) for row in found]
    return {f"{key}@{each.version}": each for key, each in parsed} | dict(parsed)


def _parsed(store: Store, key: str, version: int, text: str) -> Desk:
    if (key, version) not in store.desk_versions:
        store.desk_versions[key, version] = replace(load_desk(text, f"desk {key}"), version=version)
    return store.desk_versions[key, version]


def desk_keys(store: Store) -> list[str]:
    return [row[0] for row in store.connection.execute("SELECT DISTINCT key FROM desk ORDER BY key")]


def desks(store: Store) -> list[Desk]:
    return [desk(store, key) for key in desk_keys(store)]


def save_desk(store: Store, desk: Desk, at: datetime) -> bool:
    """Adds a version of the desk if its text differs from the newest one; says whether it did. Inside `writing()`."""
    newest = store.connection.execute(
        "SELECT version, text FROM desk WHERE key = ? ORDER BY version DESC LIMIT 1", (desk.key,)
    ).fetchone()
    if newest is not None and newest["text"] == desk.source_text:
        return False
    version = 1 if newest is None else newest["version"] + 1
    store.connection.execute(
        "INSERT INTO desk VALUES (?, ?, ?, ?)", (desk.key, version, desk.source_text, to_seconds(at))
    )
    return True
