"""Windows on a long list of tickets: where it is looked at, never the whole of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agentconsole.domain.query import Query
from agentconsole.domain.ticket import Ticket
from agentconsole.store import tickets
from agentconsole.store.query_sql import Viewer
from agentconsole.store.store import Store


@dataclass(frozen=True, slots=True)
class View:
    """A list of tickets: what it holds, in which order, for whom."""

    query: Query
    viewer: Viewer
    sort: str = "due"


@dataclass(frozen=True, slots=True)
class Window:
    """Some neighbouring rows of a list as it stands now.

    Args:
        total: how many tickets the whole list has.
        start: the rank of the first of `tickets`, from 0.
        rank: where the ticket stands that the window was opened around, if it is in the list.
    """

    total: int
    start: int
    tickets: tuple[Ticket, ...]
    rank: int | None = None


def around(store: Store, view: View, candidates: Sequence[int], size: int) -> Window:
    """The rows around the first of the candidates that the list still has; around its top if it has none of them."""
    with store.reading():
        total = tickets.count(store, view.query, view.viewer)
        found = tickets.matching(store, view.query, view.viewer, candidates) if candidates else set()
        number = next((candidate for candidate in candidates if candidate in found), None)
        if number is None:
            rows = tickets.page(store, view.query, view.viewer, sort=view.sort, limit=size)
            return Window(total, 0, tuple(rows))
        before = tickets.page(store, view.query, view.viewer, sort=view.sort, limit=size // 2, before=number)
        after = tickets.page(store, view.query, view.viewer, sort=view.sort, limit=size // 2, after=number)
        rank = tickets.rank(store, view.query, view.viewer, number, sort=view.sort)
        return Window(total, rank - len(before), (*before, tickets.get(store, number), *after), rank)


def rows(store: Store, view: View, start: int, count: int, neighbour: tuple[int, int] | None) -> list[Ticket]:
    """The rows from the rank `start`.

    Args:
        neighbour: rank and number of a row that is known, right in front of the wanted ones or right behind them:
            then nothing is counted over on the way. Without one, this is a jump.
    """
    if neighbour is not None and neighbour[0] == start - 1:
        return tickets.page(store, view.query, view.viewer, sort=view.sort, limit=count, after=neighbour[1])
    if neighbour is not None and neighbour[0] == start + count:
        return tickets.page(store, view.query, view.viewer, sort=view.sort, limit=count, before=neighbour[1])
    return tickets.page(store, view.query, view.viewer, sort=view.sort, limit=count, offset=start)


def next_of(store: Store, view: View, number: int) -> int | None:
    """The ticket that follows in the list; the first one when there is none behind."""
    behind = tickets.page(store, view.query, view.viewer, sort=view.sort, limit=1, after=number)
    first = behind or tickets.page(store, view.query, view.viewer, sort=view.sort, limit=1)
    return next((ticket.number for ticket in first if ticket.number != number), None)
