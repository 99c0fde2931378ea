"""Which version of a person, an organization or a group holds: exports repeat themselves, and come out of order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from agentconsole.domain.instants import parse_instant, to_seconds
from agentconsole.store import rows

_KEPT: Final = 8
"""How many renderings of one version are remembered."""


def digests(hash_: str | None) -> list[str]:
    """Of the versions that are known to say what the store has."""
    return (hash_ or "").split("+")


def hash_with(hash_: str, extra: str, mark: str, its: Mapping[str, Any]) -> str | None:
    """What the store keeps as the hash once a version is taken; None if it is known, or older than what is there.

    Where one of the two does not tell when it was changed, the one that comes last holds.

    Args:
        hash_, extra: of what is there.
        mark, its: the version's digest, and what came beside.
    """
    have = digests(hash_)
    if mark in have:
        return None
    had_at, has_at = changed_at(rows.parsed(extra)), changed_at(its)
    if had_at is None or has_at is None or has_at > had_at:
        return mark
    return "+".join([*have, mark][-_KEPT:]) if has_at == had_at else None


def changed_at(extra: Mapping[str, Any]) -> int | None:
    """When a version was made, as it says itself, in seconds since 1970; None if it does not."""
    value = extra.get("updated_at")
    if isinstance(value, int):
        return value
    try:
        return to_seconds(parse_instant(value)) if isinstance(value, str) else None
    except ValueError:
        return None


_EMBEDDED: Final = "embedded:"


class Inside(NamedTuple):
    """A version that came inside a ticket; of two the greater one holds. `str` is how the store keeps it.

    Args:
        at: how old it is, in seconds since 1970; 0 where nobody knows.
        mark: its digest.
    """

    at: int
    mark: str

    def __str__(self) -> str:
        return f"{_EMBEDDED}{self.at}:{self.mark}"


def inside(hash_: str | None) -> Inside | None:
    """The version that the store has, unless it is whole, or was only referred to."""
    if hash_ is None or not hash_.startswith(_EMBEDDED):
        return None
    at, _, mark = hash_.removeprefix(_EMBEDDED).rpartition(":")
    return Inside(int(at or 0), mark)
