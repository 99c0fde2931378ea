"""Records of a made-up helpdesk, and their way into a store."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from agentconsole.store import desks
from agentconsole.store.store import Store
from agentconsole.sync import merge as merging
from agentconsole.sync.records import (
    CommentRecord,
    GroupRecord,
    OrganizationRecord,
    PersonRecord,
    Place,
    Record,
    TicketRecord,
)
from agentconsole.sync.summary import Summary

NOW: Final = datetime(2026, 11, 20, 9, tzinfo=UTC)
SOURCE: Final = "helpdesk"
HERE: Final = Place("export.ndjson", 1)


def ago(**span: float) -> datetime:
    """So long before `NOW`."""
    return NOW - timedelta(**span)


def digest(*content: object) -> bytes:
    return hashlib.blake2b(repr(content).encode(), digest_size=8).digest()


def ticket(external_id: str, **said: Any) -> TicketRecord:
    """A ticket of yesterday, of customer c1, with whatever is said otherwise."""
    usual: dict[str, Any] = {
        "subject": f"件名 {external_id}",
        "description": "入金が反映されません",
        "status": "open",
        "priority": "normal",
        "via": "web",
        "created_at": ago(days=1),
        "updated_at": ago(hours=20),
        "requester_id": "c1",
    }
    content = usual | said
    return TicketRecord(
        place=HERE, digest=digest(external_id, sorted(content.items(), key=str)), external_id=external_id, **content
    )


def comment(ticket_id: str, external_id: str | None, **said: Any) -> CommentRecord:
    """A customer's message of 22 hours ago, with whatever is said otherwise."""
    usual: dict[str, Any] = {"at": ago(hours=22), "author_id": "c1", "body": f"本文 {external_id}"}
    content = usual | said
    return CommentRecord(
        place=HERE,
        digest=digest(ticket_id, external_id, sorted(content.items(), key=str)),
        external_id=external_id,
        ticket_external_id=ticket_id,
        **content,
    )


def person(external_id: str, **said: Any) -> PersonRecord:
    return PersonRecord(
        place=HERE, digest=digest(external_id, sorted(said.items(), key=str)), external_id=external_id, **said
    )


def group(external_id: str, name: str | None) -> GroupRecord:
    return GroupRecord(place=HERE, digest=digest(external_id, name), external_id=external_id, name=name)


def organization(external_id: str, name: str | None) -> OrganizationRecord:
    return OrganizationRecord(place=HERE, digest=digest(external_id, name), external_id=external_id, name=name)


def take(store: Store, *records: Record | Iterable[Record], at: datetime = NOW, desk: str | None = None) -> Summary:
    """Syncs the records in the order given, with the store's only desk or the one named."""
    every: list[Record] = []
    for each in records:
        if isinstance(each, Iterable):
            every += each
        else:
            every.append(each)
    return take_lazily(store, every, at, desk)


def take_lazily(store: Store, records: Iterable[Record], at: datetime = NOW, desk: str | None = None) -> Summary:
    """The same of records that come one by one."""
    known = desks.desks(store)
    chosen = desks.desk(store, desk) if desk else known[-1]
    summary = merging.merge(
        store, records, source=SOURCE, format_name="made-up", files=("export.ndjson",), desks=known, desk=chosen, now=at
    )
    merging.finish(store, summary, at)
    return summary


def outcomes(summary: Summary, kind: str) -> dict[str, int]:
    """How the objects of one kind were counted; what is nought is left out."""
    counted: dict[str, int] = summary.as_json()[kind]
    assert counted["read"] == sum(counted.values()) - counted["read"]
    return {name: number for name, number in counted.items() if number and name != "read"}
