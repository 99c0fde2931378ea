"""What every helpdesk has to be told alike: one update a ticket, and the mark by which a sync knows it again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

PRODUCT: Final = "agentconsole"
"""What our marks begin with."""


@dataclass(frozen=True, slots=True)
class Person:
    """An agent or a requester, as far as the helpdesk knows them. `login` is an agent's here."""

    external_id: str | None = None
    name: str | None = None
    email: str | None = None
    login: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Where the ticket goes: a group by the name that the desk maps, and its id if the helpdesk has told it."""

    name: str
    external_id: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A reply or a note. `event` is its event's id."""

    event: int
    body: str
    public: bool
    at: datetime
    author: Person


@dataclass(frozen=True, slots=True)
class Letter:
    """What an answer by mail hangs on. `answers` are message ids, the oldest first."""

    sender: str | None = None
    subject: str | None = None
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Update:
    """All that a helpdesk has to be told of one ticket.

    Args:
        number: ours.
        external_id: the helpdesk's own; None if it does not know the ticket yet.
        is_new: whether the ticket has to be made there, with the first of `said` as what the customer said.
        fields: `status`, `priority`, `tags`, `assignee` (a `Person` or None), `group` (a `Group`).
        said: in the order in which it was said.
        tags_there: the tags that the helpdesk has, as far as we know.
        pending_until: when a ticket that waits is to wake; None if nobody said.
        at: when the last of it was done, in UTC.
        stamp: the ticket's last change that we know of, in UTC: whoever changed it since is not overwritten.
        store: the name of this store in marks.
        events: the ids of all events that it stands for.
    """

    number: int
    external_id: str | None
    is_new: bool
    subject: str
    requester: Person
    fields: Mapping[str, Any]
    said: tuple[Said, ...]
    tags_there: tuple[str, ...]
    pending_until: datetime | None
    at: datetime
    stamp: datetime | None
    store: str
    events: tuple[int, ...]
    letter: Letter = Letter()

    def mark(self, events: Iterable[int] | None = None) -> str:
        """By this a sync knows what it shows: this store, and the events that were told."""
        return f"{self.store}:{','.join(map(str, self.events if events is None else events))}"


class Outgoing(Protocol):
    """One way in which helpdesks take changes."""

    name: str
    takes: frozenset[str]
    """Of an update: `create`, `reply`, `note`, and the names of fields. What is not taken stays here."""
    heard_as: Mapping[str, Mapping[str, str]]
    """Values for which the helpdesk has no word, by field: the value here and the one that comes back."""

    def payload(self, update: Update) -> dict[str, Any]:
        """The update as the helpdesk takes it, for people and programs to look at."""

    def document(self, updates: Sequence[Update], file: str) -> bytes:
        """A file that the helpdesk takes.

        Raises:
            UsageError: a file of that name cannot hold them.
        """


def as_document(content: Any) -> bytes:
    """JSON to be read by people as well. Lone surrogates come escaped."""
    return json.dumps(content, ensure_ascii=False, indent=1).encode("utf-8", "backslashreplace") + b"\n"


def id_of(external_id: str) -> int | str:
    """A number where the helpdesk counts."""
    return int(external_id) if external_id.isascii() and external_id.isdecimal() else external_id


def known(values: Mapping[str, Any]) -> dict[str, Any]:
    """What has a value."""
    return {name: value for name, value in values.items() if value is not None}
