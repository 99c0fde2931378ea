"""What the inbox says in its line at the top: how much there is, how much of it is late or soon will be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from agentconsole.domain import query
from agentconsole.locale import _
from agentconsole.store import runs, tickets
from agentconsole.store.query_sql import Viewer
from agentconsole.widgets.bars import Part

if TYPE_CHECKING:
    from agentconsole.store.store import Store


@dataclass(frozen=True, slots=True)
class Counts:
    """`late` and `soon` are of the tier that is shown, `synced_at` is aware, in UTC."""

    by_tier: dict[int, int]
    late: int
    soon: int
    synced_at: datetime | None
    everything: int


def read_counts(store: Store, tier: int | None, viewer: Viewer, zone: tzinfo) -> Counts:
    def count(text: str) -> int:
        asked = f"{text} tier:{tier}" if tier else text
        return tickets.count(store, query.parse(asked, now=viewer.now, zone=zone), viewer)

    return Counts(
        tickets.live_by_tier(store),
        count("is:open is:breached"),
        count("is:open due:<30m -is:breached"),
        runs.last_sync(store),
        tickets.total(store),
    )


def urgency(counts: Counts) -> list[Part]:
    """How many are late, and how many will be within half an hour; nothing where there are none."""
    return [
        *([Part(_("late {count}").format(count=counts.late), "late")] if counts.late else []),
        *([Part(_("in 30 min {count}").format(count=counts.soon), "soon")] if counts.soon else []),
    ]


def tiers(counts: Counts, shown: int | None, *, short: bool) -> list[Part]:
    """Each tier with its tickets, and all of them.

    Args:
        shown: the tier of the list; None: all.
        short: whether there is no room for names.
    """
    names = {1: "T1", 2: "T2", 3: "T3", None: _("All")}
    if not short:
        names |= {1: _("First line"), 2: _("Second line"), 3: _("Specialists")}
    everything = sum(counts.by_tier.values())
    return [
        Part(f"{name} {counts.by_tier.get(tier, 0) if tier else everything}", "active" if tier == shown else "plain")
        for tier, name in names.items()
    ]


def sync_age(counts: Counts, now: datetime) -> list[Part]:
    if counts.synced_at is None:
        return []
    minutes = max(0, int((now - counts.synced_at).total_seconds() // 60))
    age = _("{n} min").format(n=minutes) if minutes < 120 else _("{n} h").format(n=minutes // 60)
    return [Part(_("synced {age} ago").format(age=age), "muted")]
