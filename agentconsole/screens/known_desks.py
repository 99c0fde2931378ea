"""The hours that deadlines count by, known to a list without a look into the store at each row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from agentconsole.domain.ticket import Ticket
from agentconsole.store.store import Store

if TYPE_CHECKING:
    from agentconsole.domain.calendar import Calendar
    from agentconsole.domain.desk import Desk


class KnownDesks:
    """Every edition of every desk, as far as they were read.

    Args:
        read: has them read (again), which `learn` is told of: an edition may come while the list is looked at.
    """

    def __init__(self, read: Callable[[], object]) -> None:
        self.editions: Mapping[str, Desk] = {}
        self._read = read
        self._missed: set[str] = set()

    def learn(self, editions: Mapping[str, Desk]) -> None:
        self.editions = editions

    def calendar_of(self, ticket: Ticket) -> Calendar | None:
        """Of the edition that set the ticket's deadline."""
        edition, calendar_id = ticket.due_by
        desk = self.editions.get(edition)
        if desk is None and self.editions and edition not in self._missed:
            self._missed.add(edition)
            self._read()
        return desk.calendar(calendar_id) if desk else None


def read_desks(store: Store) -> Mapping[str, Desk]:
    from agentconsole.store import desks  # calendars take longer to read than rows

    return desks.every_edition(store)
