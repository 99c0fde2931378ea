"""What one deed does to one ticket: decided by a verb, written by the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from agentconsole.domain.ticket import Ticket
from agentconsole.domain.values import AuthorKind


class Outbox(StrEnum):
    """What the helpdesk has to be told."""

    CREATE = "create"
    REPLY = "reply"
    NOTE = "note"
    FIELDS = "fields"


@dataclass(frozen=True, slots=True)
class Author:
    """Who does it, and through which face: tui, cli, sync, or console for what happens by itself."""

    name: str
    face: str
    agent_id: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A message that is part of a change."""

    body: str
    public: bool
    author_kind: AuthorKind = AuthorKind.AGENT
    customer_id: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One deed on one ticket, as it was read in the same transaction.

    Args:
        set: fields of `Ticket` by name, with their new values.
        outbox: what the helpdesk has to be told, or nothing.
        detail: what else the event shall say, such as a reason.
        again: fields that stay as they are, and that the helpdesk shall be told once more.
    """

    ticket: Ticket
    verb: str
    set: Mapping[str, object] = field(default_factory=dict)
    said: Said | None = None
    outbox: Outbox | None = None
    detail: Mapping[str, object] = field(default_factory=dict)
    again: tuple[str, ...] = ()

    def changed(self) -> dict[str, object]:
        """What of `set` is really new."""
        return {name: value for name, value in self.set.items() if getattr(self.ticket, name) != value}
