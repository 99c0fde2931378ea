"""What stands beside a ticket's record and decides how it is read."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from agentconsole.domain.desk import Desk
from agentconsole.store import intake_people
from agentconsole.store.store import Store
from agentconsole.sync.fingerprint import Fingerprint, fingerprint


class Referring(Protocol):
    """A ticket's record, or what is left of one, with what it refers to by the source's ids."""

    @property
    def digest(self) -> bytes: ...
    @property
    def desk(self) -> str | None: ...
    @property
    def group_id(self) -> str | None: ...
    @property
    def group_name(self) -> str | None: ...
    @property
    def requester_id(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class MappingContext:
    """Names of groups and languages of people, by their external ids, and the desks.

    Args:
        desks: by key, for records that name one.
        desk: for all others.
    """

    desks: Mapping[str, Desk]
    desk: Desk
    groups: Mapping[str, str]
    languages: Mapping[str, str]

    def group(self, ticket: Referring) -> str | None:
        """The name of the group that has the ticket, as far as it is known."""
        return ticket.group_name or self.groups.get(ticket.group_id or "")

    def fingerprint(self, ticket: Referring) -> Fingerprint:
        """Of the record, and of all by which it is read: once that is another, the same record says something else."""
        desk = self.desks.get(ticket.desk or "", self.desk)
        language = self.languages.get(ticket.requester_id or "")
        return fingerprint(ticket.digest, desk.key, desk.version, self.group(ticket), language)


def mapping_context(
    store: Store, source: str, desks: Mapping[str, Desk], desk: Desk, tickets: Collection[Referring]
) -> MappingContext:
    """What is known now of groups and people that these tickets name."""
    groups = (each.group_id for each in tickets if each.group_id)
    people = (each.requester_id for each in tickets if each.requester_id)
    return MappingContext(
        desks,
        desk,
        intake_people.names_of_groups(store, source, groups),
        intake_people.languages_of(store, source, people),
    )
