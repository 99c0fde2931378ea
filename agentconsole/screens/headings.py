"""What the inbox says around its list: how much there is, how much of it is late, what it is narrowed to, its keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from agentconsole.domain import query
from agentconsole.locale import _
from agentconsole.screens.listing import USUAL_ORDER, Listing
from agentconsole.store import runs, tickets
from agentconsole.store.query_sql import Viewer
from agentconsole.widgets.bars import Part

if TYPE_CHECKING:
    from agentconsole.store.store import Store


@dataclass(frozen=True, slots=True)
class Counts:
    """`late`, `soon` and `in_conflict` are of the tier that is shown, `synced_at` is aware, in UTC."""

    by_tier: dict[int, int]
    late: int
    soon: int
    in_conflict: int
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
        count("is:conflict"),
        runs.last_sync(store),
        tickets.total(store),
    )


def top(
    counts: Counts, tier: int | None, marked: int, login: str, now: datetime, *, short: bool
) -> tuple[list[Part], list[Part]]:
    """The left and the right of the line above the list.

    Args:
        tier: that of the list; None: all.
        marked: how many tickets are.
        login: whose console it is.
        now: by the clock on their wall.
        short: whether there is no room for names.
    """
    marks = [Part(_("marked {count}").format(count=marked), "key")] if marked else []
    clock = Part(f"{login} {now:%H:%M}" if short else f"{login} {now:%H:%M %Z}", "title")
    left = [*marks, *_urgency(counts), *_tiers(counts, tier, short=short)]
    return left, [*_sync_age(counts, now, short=short), clock]


def narrowed(listing: Listing, total: int | None, clear: str) -> tuple[list[Part], list[Part]]:
    """The query and the name of a list; its order if it is not the usual one, and how many tickets it has.

    Args:
        clear: the key that widens the list again.
    """
    name = [Part(listing.name, "title")] if listing.name else []
    typed = [Part("/", "key"), *name, Part(listing.typed, "key", cut=True)] if listing.typed else []
    order = [] if listing.sort == USUAL_ORDER else [Part(_order(listing.sort), "title")]
    found = [Part(_("{count} found").format(count=total))] if total is not None else []
    return typed, [*order, *found, Part(_("{key} clears").format(key=clear), "muted")]


def _order(sort: str) -> str:
    from agentconsole.locale.words import word  # after the first rows

    return word("sort", sort)


def empty(counts: Counts | None, listing: Listing) -> str:
    """What is said instead of a list without tickets."""
    if counts is not None and not counts.everything:
        return _(
            "No tickets yet.\n\nagentconsole sync PATH  takes in a helpdesk's export\n"
            "N  opens a ticket for a call\nagentconsole demo  shows a desk full of examples\n?  help"
        )
    if listing.typed:
        return _("Nothing matches. Esc clears the filter.")
    return _("Nothing waits here. 0 shows all tiers.")


def list_keys() -> list[tuple[str, str]]:
    """The commands that are told below the list, each with a word for it."""
    return [
        ("open", _("open")),
        ("reply", _("reply")),
        ("claim", _("claim")),
        ("filter", _("filter")),
        ("preview", _("preview")),
        ("command_line", _("command")),
        ("mark", _("mark")),
        ("escalate", _("escalate")),
        ("solve", _("solve")),
        ("explain", _("explain")),
        ("undo", _("undo")),
        ("help", _("help")),
    ]


def query_words() -> list[tuple[str, str]]:
    """What a query can say, told while one is typed."""
    return [("Enter", _("show")), ("tier:2", _("tier")), ("due:<30m", _("due")), ("tag:vip", _("tag"))]


def _urgency(counts: Counts) -> list[Part]:
    """How many are late, will be within half an hour, wait for a choice; nothing where there are none."""
    return [
        *([Part(_("late {count}").format(count=counts.late), "late")] if counts.late else []),
        *([Part(_("in 30 min {count}").format(count=counts.soon), "soon")] if counts.soon else []),
        *([Part(_("conflicts {count}").format(count=counts.in_conflict), "late")] if counts.in_conflict else []),
    ]


def _tiers(counts: Counts, shown: int | None, *, short: bool) -> list[Part]:
    """Each tier with its tickets, and all of them."""
    names = {1: "T1", 2: "T2", 3: "T3", None: _("All")}
    if not short:
        names |= {1: _("First line"), 2: _("Second line"), 3: _("Specialists")}
    everything = sum(counts.by_tier.values())
    return [
        Part(f"{name} {counts.by_tier.get(tier, 0) if tier else everything}", "active" if tier == shown else "plain")
        for tier, name in names.items()
    ]


def _sync_age(counts: Counts, now: datetime, *, short: bool) -> list[Part]:
    if counts.synced_at is None:
        return []
    minutes = max(0, int((now - counts.synced_at).total_seconds() // 60))
    if short:
        age = _("sync {n}m").format(n=minutes) if minutes < 120 else _("sync {n}h").format(n=minutes // 60)
        return [Part(age, "muted")]
    age = _("{n} min").format(n=minutes) if minutes < 120 else _("{n} h").format(n=minutes // 60)
    return [Part(_("synced {age} ago").format(age=age), "muted")]
