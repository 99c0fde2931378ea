"""The rows of a long list that are held, and the place in it: a few windows around what is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from agentconsole.domain.ticket import Ticket

WINDOW: Final = 128
AHEAD: Final = WINDOW // 2
ROWS_KEPT: Final = 4 * WINDOW


class HeldRows:
    """Rows by their rank, from 0, and a cursor that keeps to its ticket."""

    def __init__(self) -> None:
        self.total: int | None = None
        """How many tickets the list has; None while that is not known."""
        self.cursor = 0
        self.number: int | None = None
        """The ticket under the cursor, also while its row is on the way; None in an empty list."""
        self._rows: dict[int, Ticket] = {}
        self._asked: set[int] = set()

    def at(self, rank: int) -> Ticket | None:
        return self._rows.get(rank)

    def current(self) -> Ticket | None:
        return self._rows.get(self.cursor)

    def between(self, start: int, end: int) -> Iterator[Ticket]:
        return filter(None, map(self._rows.get, range(start, end)))

    def within(self, rank: int) -> int:
        """The nearest rank that the list has."""
        return max(0, min(rank, (self.total or 0) - 1))

    def replace(self, total: int, start: int, tickets: Sequence[Ticket], rank: int | None) -> int:
        """Takes a newer state of the list; returns where the cursor belongs in it.

        Args:
            rank: of the cursor's ticket, unless that is among `tickets`; None: not known.
        """
        self.total, self._rows, self._asked = total, dict(enumerate(tickets, start)), set()
        found = next((each for each, ticket in self._rows.items() if ticket.number == self.number), rank)
        return self.within(self.cursor if found is None else found)

    def take(self, start: int, tickets: Sequence[Ticket], middle: int) -> None:
        """Takes in the rows from the rank `start`; if there are too many, those far from `middle` are let go."""
        self._rows.update(enumerate(tickets, start))
        if len(self._rows) > ROWS_KEPT:
            near = range(middle - ROWS_KEPT // 2, middle + ROWS_KEPT // 2)
            self._rows = {rank: ticket for rank, ticket in self._rows.items() if rank in near}

    def settle(self) -> bool:
        """Makes the number under the cursor its own; says whether it is another. A row on the way changes nothing."""
        ticket = self.current()
        if ticket is None and self.total:
            return False
        before, self.number = self.number, None if ticket is None else ticket.number
        return self.number != before

    def wanted(self, top: int, page: int) -> tuple[int, int] | None:
        """Start and count of what is not held of the rows in sight and half a window around; None: asked already."""
        total = self.total or 0
        near = range(max(top - AHEAD, 0), min(top + page + AHEAD, total))
        missing = {rank // WINDOW for rank in near if rank not in self._rows}
        unasked, self._asked = missing - self._asked, missing
        if not unasked:
            return None
        start = min(missing) * WINDOW
        return start, min((max(missing) + 1) * WINDOW, total) - start

    def beside(self, start: int, count: int) -> tuple[int, int] | None:
        """Rank and number of a row right in front of those rows, or right behind them, if one is held."""
        for rank in (start - 1, start + count):
            if (ticket := self._rows.get(rank)) is not None:
                return rank, ticket.number
        return None

    def near_cursor(self, distance: int) -> list[int]:
        """The cursor's ticket, the following ones, then those before: where the cursor goes if its ticket leaves."""
        ranks = [*range(self.cursor, self.cursor + distance), *range(self.cursor - 1, self.cursor - distance, -1)]
        rows = (ticket.number for rank in ranks if (ticket := self._rows.get(rank)) is not None)
        return list(dict.fromkeys([*([] if self.number is None else [self.number]), *rows]))
