"""What a helpdesk was told of the tickets of a batch, and no sync has shown yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agentconsole.store.conflicts import OUR_NAMES, is_same
from agentconsole.store.outbox import Entry
from agentconsole.sync.outgoing import outgoing


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
        told = (each for each in self.entries.get(number, ()) if name in each.changed)
        return any(is_same(name, word, found) for each in told for word in _words(each, name, each.changed[name]))

    def is_echo(self, number: int, column: str, ours: Any, theirs: Any) -> bool:
        """Whether a ticket's status came back in the helpdesk's nearest word: it goes on from there."""
        told = (
            each for each in self.entries.get(number, ()) if column == "status" and each.changed.get(column) == ours
        )
        return any(theirs in _words(each, column, ours) for each in told)

    def shows(self, state: Mapping[str, Any], name: str, entry: Entry, value: Any) -> bool:
        """Whether the source has the field, by our name, with that value, which the entry told."""
        found = self.logins.get(state.get("assignee_id") or 0) if name == "assignee" else state.get(name)
        return any(is_same(name, found, word) for word in _words(entry, name, value))


def _words(entry: Entry, name: str, value: Any) -> tuple[Any, ...]:
    """A value that was told, and what the helpdesk may make of it."""
    heard_as = outgoing(entry.format, None).heard_as.get(name, {}) if entry.format else {}
    return (value, heard_as[value]) if isinstance(value, str) and value in heard_as else (value,)
