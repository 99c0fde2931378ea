"""How many tickets stand where. Triggers follow a ticket that moves or goes; who adds some counts them in, all at once:
a trigger at each new row would cost an import a thirtieth of its time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from agentconsole.store.store import Store


def count_in(store: Store, places: Iterable[tuple[str, int, str | None, str]]) -> None:
    """Counts tickets that have just been added, each by its desk, tier, team and status."""
    store.connection.executemany(
        "INSERT INTO queue_count VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET tickets = tickets + excluded.tickets",
        [(desk, tier, team or "", status, tickets) for (desk, tier, team, status), tickets in Counter(places).items()],
    )
