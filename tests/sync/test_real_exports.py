"""Whole exports of real helpdesks, from file to store: the counts they promise, and nothing new the second time."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from agentconsole.domain.errors import UsageError
from agentconsole.services import syncing
from agentconsole.store import tickets
from agentconsole.store.store import Store
from tests.support.records import NOW
from tests.support.samples import sample

STORED = {
    "tickets": "tickets",
    "users": "customers",
    "organizations": "organizations",
    "groups": "groups",
    "comments": "messages",
}


def sync(store: Store, path: Path, at: datetime = NOW, profile: Path | None = None) -> dict[str, Any]:
    return syncing.sync(store, syncing.Request([path], profile=profile), at).as_json()


def dump(store: Store) -> list[str]:
    """Every row but those of the runs themselves."""
    return [line for line in store.connection.iterdump() if "sync_run" not in line and "rejected_record" not in line]


def test_zenpy_is_taken_in_whole_and_once(store: Store) -> None:
    folder = sample("helpdesk-zenpy", "exports")
    expected = json.loads((folder / "expected_counts.json").read_text(encoding="utf-8"))
    first = sync(store, folder)
    read = {theirs: first[ours]["read"] for theirs, ours in STORED.items()}
    assert read | first["skipped"] == expected
    assert first["tickets"]["new"] == tickets.total(store) == expected["tickets"]
    assert [each["object"] for each in first["rejected"]] == ["comment"]
    before = dump(store)
    second = sync(store, folder)
    assert {kind: second[kind]["unchanged"] for kind in ("tickets", "customers", "organizations", "groups")} == {
        "tickets": 522, "customers": 1007, "organizations": 632, "groups": 14,
    }  # fmt: skip
    assert dump(store) == before


def test_zenpy_tickets_tell_the_exports_story(store: Store) -> None:
    folder = sample("helpdesk-zenpy", "exports")
    sync(store, folder)

    def lines(name: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (folder / f"{name}.ndjson").read_text(encoding="utf-8").splitlines()]

    users, organizations = ({each["id"]: each for each in lines(name)} for name in ("users", "organizations"))
    channels = {"api": "other", "web": "form", "sample_ticket": "other"}
    for theirs in lines("tickets"):
        talk = tickets.conversation(store, tickets.resolve(store, f"zendesk:{theirs['id']}"))
        ours, asks = talk.ticket, users.get(theirs["requester_id"])
        assert (ours.subject, ours.status, ours.priority) == (theirs["subject"], theirs["status"], theirs["priority"])
        assert (ours.source_status, ours.channel) == (theirs["status"], channels[theirs["via"]["channel"]])
        assert ours.created_at == datetime.fromisoformat(theirs["created_at"])
        assert ours.updated_at == datetime.fromisoformat(theirs["updated_at"])
        assert list(ours.tags) == theirs["tags"]
        assert [(each.id, each.body, each.public) for each in talk.messages] == [(None, theirs["description"], True)]
        assert talk.customer is not None
        if asks is not None:
            works_for = organizations.get(asks["organization_id"])
            assert (talk.customer.name, talk.customer.email, talk.customer.organization) == (
                asks["name"], asks["email"], works_for and works_for["name"]
            )  # fmt: skip


def test_pages_of_an_api_are_taken_in(store: Store) -> None:
    summary = sync(store, sample("helpdesk-zendesk-fixtures", "GET"))
    for kind in ("tickets", "customers", "organizations", "groups", "messages"):
        counts = summary[kind]
        assert counts["read"] == sum(counts[each] for each in ("new", "changed", "unchanged", "conflict", "rejected"))
    assert tickets.total(store) == summary["tickets"]["new"] > 0


def test_flat_tables_need_a_zone_and_then_belong_together(store: Store, tmp_path: Path) -> None:
    folder = sample("helpdesk-dbt-zendesk-seeds")
    with pytest.raises(UsageError, match="zone"):
        sync(store, folder)
    assert store.connection.execute("SELECT count(*) FROM sync_run").fetchone()[0] == 0
    profile = tmp_path / "profile.toml"
    profile.write_text('zone = "UTC"\n', encoding="utf-8")
    summary = sync(store, folder, profile=profile)
    assert (summary["tickets"]["new"], summary["groups"]["read"], summary["organizations"]["read"]) == (10, 8, 10)
    before = dump(store)
    sync(store, folder, profile=profile)
    assert dump(store) == before
