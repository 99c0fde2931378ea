"""A ticket that both sides have changed: field by field, what is taken, what stays ours, what somebody must decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from agentconsole.domain.values import Condition
from agentconsole.store import conflicts, intake, rows
from agentconsole.store.intake_rows import TicketRow
from agentconsole.sync.batch import Batch
from agentconsole.sync.updates import ROUTE

Pairs: TypeAlias = dict[str, tuple[Any, Any]]
"""By field: what stands here, and what stands there; plain."""


@dataclass(frozen=True, slots=True)
class Merged:
    """Args:
    changed: by the source, since it was last seen.
    taken: what becomes theirs here.
    clashing: what stays ours, and is in conflict.
    """

    changed: Sequence[str]
    taken: Pairs
    clashing: Pairs


def merged(batch: Batch, known: intake.KnownTicket, row: TicketRow, theirs: Mapping[str, Any]) -> Merged:
    """Against the source's last state: theirs where only theirs changed, ours where both did.

    A ticket that the source has ended is ended, whatever we did to it meanwhile.

    Args:
        theirs: the fields as the source has them now, plain.
    """
    ours = {name: rows.plain(_ours(known, name)) for name in intake.TAKEN}
    changed, held = _changed(theirs, known.source_state), _changed(ours, known.source_state)
    taken = {
        name for name in changed if name not in held or batch.told.is_echo(known.number, name, ours[name], theirs[name])
    }
    taken.update(_overruled(batch, row))
    pairs = {name: (ours[name], theirs[name]) for name in intake.TAKEN if ours[name] != theirs[name]}
    open_ones = {name: pairs[name] for name in changed if name in pairs and name not in taken}
    return Merged(
        changed,
        {name: pair for name, pair in pairs.items() if name in taken},
        {name: pair for name, pair in open_ones.items() if _clash(batch, known, name, *pair)},
    )


def _changed(state: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
    """Fields that are otherwise than they were. Where a ticket goes is one thing, whatever of it has changed."""
    found = {name for name in intake.TAKEN if state[name] != before.get(name)}
    if not found.isdisjoint(ROUTE):
        found.update(ROUTE)
    return [name for name in intake.TAKEN if name in found]


def _overruled(batch: Batch, row: TicketRow) -> Sequence[str]:
    """Fields in which we do not go on against the source."""
    if Condition.SCRUBBED in row.conditions:
        return intake.TAKEN
    ends = any(each.ends_it for each in row.conditions)
    return ("status",) if ends or row.external_id in batch.answered else ()


def _clash(batch: Batch, known: intake.KnownTicket, name: str, ours: Any, theirs: Any) -> bool:
    """Whether theirs is another word: neither ours nor what we told them and have changed again since."""
    return not conflicts.is_same(name, ours, theirs) and not batch.told.was_told(known.number, name, theirs)


def _ours(known: intake.KnownTicket, name: str) -> Any:
    value = known.row[name]
    return rows.parsed(value) if name in ("tags", "fields") else value
