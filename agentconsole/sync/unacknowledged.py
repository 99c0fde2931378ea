"""What a helpdesk was told of the tickets of a batch, and no sync has shown yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agentconsole.store.conflicts import OUR_NAMES, is_same
from agentconsole.store.outbox import Entry


@dataclass(slots=True)
class Unacknowledged:
    """Args:
    entries: by the ticket's number.
    logins: of agents, by our id.
    marked: events whose mark the batch shows.
    heard: events whose message the batch shows.
    """

    entries: Mapping[int, Sequence[Entry]] = field(default_factory=dict)
    logins: Mapping[int, str] = field(default_factory=dict)
    marked: set[int] = field(default_factory=set)
    heard: set[int] = field(default_factory=set)

    def was_told(self, number: int, column: str, value: Any) -> bool:
        """Whether a ticket's column is as we told the helpdesk: no conflict, but our own word coming back."""
        name = OUR_NAMES.get(column, column)
        found = self.logins.get(value) if name == "assignee" else value
        told = (each.changed[name] for each in self.entries.get(number, ()) if name in each.changed)
        return any(is_same(name, each, found) for each in told)

    def shows(self, state: Mapping[str, Any], name: str, value: Any) -> bool:
        """Whether the source has the field, by our name, with that value."""
        found = self.logins.get(state.get("assignee_id") or 0) if name == "assignee" else state.get(name)
        return is_same(name, found, value)
