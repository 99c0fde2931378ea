"""A sync from files to tickets: what is written, what is only rehearsed, and what stays when it fails."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agentconsole.domain.desk import Desk
from agentconsole.domain.desk_file import load_desk
from agentconsole.domain.errors import ConsoleError, NotFoundError, UsageError
from agentconsole.domain.instants import iso
from agentconsole.services import syncing
from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.store import desks, quarantine, runs, tickets
from agentconsole.store.store import Store
from tests.conftest import NOW
from tests.support.desk import TEXT
from tests.support.dump import everything, table


def page(*numbers: int, **changes: Any) -> dict[str, Any]:
    """A page of a helpdesk's tickets."""
    return {
        "tickets": [
            {
                "id": number,
                "subject": f"入金 {number}",
                "description": "反映されません",
                "status": "open",
                "priority": "high",
                "via": {"channel": "web"},
                "created_at": "2026-11-20T08:00:00Z",
                "updated_at": "2026-11-20T08:30:00Z",
                "requester_id": 77,
                **changes,
            }
            for number in numbers
        ],
        "users": [{"id": 77, "name": "見本 花子", "email": "hanako@example.jp", "role": "end-user"}],
    }


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.json"
    path.write_text(json.dumps(page(1, 2)), encoding="utf-8")
    return path


def sync(store: Store, *paths: Path, **request: Any) -> dict[str, Any]:
    return syncing.sync(store, syncing.Request(paths, **request), NOW).as_json()


def test_files_become_tickets(store: Store, export: Path) -> None:
    summary = sync(store, export)
    assert (summary["source"], summary["format"], summary["files"]) == ("zendesk", "zendesk", [str(export)])
    assert (summary["tickets"]["new"], summary["customers"]["new"]) == (2, 1)
    row = tickets.get(store, tickets.resolve(store, "zendesk:1"))
    assert (row.subject, row.requester_name, row.channel) == ("入金 1", "見本 花子", "form")
    assert runs.last_sync(store) == NOW
    assert sync(store, export)["tickets"]["unchanged"] == 2


_REI = {"id": 7, "name": "Rei Sample", "email": "rei@example.jp", "created_at": "2026-01-01T00:00:00Z"}


@pytest.mark.parametrize(
    ("source", "person", "place"),
    [
        (
            "zendesk",
            {"users": [_REI | {"role": "end-user", "user_fields": {"segment": "Gold"}}]},
            "user_fields.segment",
        ),
        ("zendesk", {"users": [_REI | {"role": "end-user", "tags": ["jp", "gold"]}]}, "tags"),
        ("zammad", [_REI | {"login": "rei", "firstname": "Rei", "role_ids": [3], "vip": True}], "vip"),
        ("freshdesk", [_REI | {"view_all_tickets": False, "custom_fields": {"rank": "gold"}}], "custom_fields.rank"),
        ("csv", "id,name,email,role,Segment\n7,Rei Sample,rei@example.jp,end-user,GOLD\n", "Segment"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 30 else "",
)
def test_the_class_of_a_customer_comes_from_where_the_desk_says(
    store: Store, tmp_path: Path, source: str, person: Any, place: str
) -> None:
    words = f'from = ["{place}"]\nwords = {{ gold = "dear", vip = "dear" }}\n'
    with store.writing():
        desks.save_desk(store, load_desk(f"{TEXT}\n[sources.{source}.customer_class]\n{words}", "desk"), NOW)
    path = tmp_path / ("people.csv" if source == "csv" else "people.json")
    path.write_text(person if isinstance(person, str) else json.dumps(person), encoding="utf-8")
    assert sync(store, path, desk="office", source=source)["customers"]["new"] == 1
    found = table(store, "customer", "customer_class")
    assert found == [{"customer_class": "dear"}]


def test_a_source_has_the_name_that_is_given(store: Store, export: Path) -> None:
    sync(store, export)
    assert sync(store, export, source="old-helpdesk")["tickets"]["new"] == 2
    assert tickets.resolve(store, "old-helpdesk:1") == 10003
    with pytest.raises(NotFoundError, match="several"):
        tickets.resolve(store, "1")


def test_a_rehearsal_counts_and_changes_nothing(session: Session, export: Path) -> None:
    store = session.store
    sync(store, export)
    deeds.perform(session, "priority", [10001], {"priority": "low"})
    before, runs_before = everything(store), table(store, "sync_run")
    export.write_text(json.dumps(page(1, 2, 3, updated_at="2026-11-20T08:45:00Z", priority="urgent")))
    summary = sync(store, export, dry_run=True)
    assert {name: count for name, count in summary["tickets"].items() if count} == {
        "read": 3,
        "new": 1,
        "changed": 1,
        "conflict": 1,
    }
    assert everything(store) == before
    assert table(store, "sync_run") == runs_before


@pytest.mark.parametrize(
    ("request_", "error"),
    [({"desk": "nowhere"}, NotFoundError), ({"desk": None}, UsageError), ({"format": "papyrus"}, UsageError)],
)
def test_what_is_not_clear_is_asked_before_anything_is_written(
    store: Store, office: Desk, export: Path, request_: dict[str, Any], error: type[ConsoleError]
) -> None:
    with store.writing():
        store.connection.execute("UPDATE desk SET key = 'other' WHERE key = 'default'")
    before = everything(store)
    with pytest.raises(error):
        sync(store, export, **request_)
    assert everything(store) == before
    assert table(store, "sync_run") == []


def test_the_usual_desk_is_taken_if_there_are_several(store: Store, office: Desk, export: Path) -> None:
    sync(store, export)
    sync(store, export, source="b", desk="office")
    assert [row["desk"] for row in table(store, "ticket")] == ["default", "default", "office", "office"]


def test_a_file_that_is_not_there_changes_nothing(store: Store, export: Path) -> None:
    with pytest.raises(ConsoleError):
        sync(store, export, export.parent / "missing.json")
    assert tickets.total(store) == 0


def test_what_is_not_kept_of_people_is_said(store: Store, tmp_path: Path) -> None:
    seen = {"client": "Firefox", "ip_address": "192.0.2.7", "location": "Tokyo"}
    said = {
        "id": 5, "author_id": 77, "body": "写真です", "created_at": "2026-11-20T08:10:00Z",
        "metadata": {"system": seen},
        "attachments": [{"file_name": "a.png", "content_url": "https://files.example.com/?token=secret"}],
    }  # fmt: skip
    file = tmp_path / "export.json"
    file.write_text(json.dumps(page(1, comments=[said])), encoding="utf-8")
    summary = sync(store, file)
    assert summary["dropped"] == {
        "attachment.content_url": 1,
        "comment.client": 1,
        "comment.ip_address": 1,
        "comment.location": 1,
    }
    assert summary["unknown"] == {}
    kept = json.dumps(everything(store))
    assert not any(word in kept for word in ("192.0.2.7", "secret", "Firefox"))


def test_a_rejected_comment_is_tried_again_on_the_ticket_that_stood_around_it(store: Store, tmp_path: Path) -> None:
    document = page(1)
    document["tickets"][0]["comments"] = [
        {"id": 9, "author_id": 77, "body": "まだです", "public": True, "created_at": "03/04/2026 10:00 JST"}
    ]
    path = tmp_path / "export.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    assert sync(store, path)["messages"]["rejected"] == 1
    profile = tmp_path / "profile.toml"
    profile.write_text("day_first = true", "utf-8")
    done = syncing.retry(store, quarantine.listed(store), NOW, profile=profile)
    assert (done.tried, done.left, done.runs[0].retried) == (1, 0, 1)
    assert [row["body"] for row in table(store, "message")] == ["まだです"]
    assert quarantine.listed(store) == []


TABLE = "番号,件名,日時\n1,入金,03/04/2026 10:00\n2,出金,never\n"
PROFILE = 'zone = "Asia/Tokyo"\nday_first = true\n[columns]\n"番号" = "id"\n"件名" = "subject"\n"日時" = "created_at"\n'


def test_a_retry_reads_by_the_profile_and_desk_of_the_run_that_set_it_aside(
    store: Store, office: Desk, tmp_path: Path
) -> None:
    profile, file = tmp_path / "profile.toml", tmp_path / "a.csv"
    profile.write_text(PROFILE, "utf-8")
    file.write_text(TABLE, "utf-8")
    summary = syncing.sync(store, syncing.Request([file], desk=office.key, profile=profile), NOW)
    assert summary.rejected_total == 1
    profile.unlink()
    with store.writing():
        store.connection.execute("UPDATE rejected_record SET raw = replace(raw, 'never', '05/04/2026 09:30')")
    assert syncing.retry(store, quarantine.listed(store), NOW).left == 0
    row = tickets.get(store, tickets.resolve(store, "csv:2"))
    assert (row.desk, iso(row.created_at)) == (office.key, "2026-04-05T00:30:00Z")


def test_undoing_a_retry_sets_aside_again_what_it_took(session: Session, tmp_path: Path) -> None:
    store, file, profile = session.store, tmp_path / "a.csv", tmp_path / "profile.toml"
    file.write_text("id,subject,created_at\n1,入金,03/04/2026 10:00 JST\n", "utf-8")
    sync(store, file)
    before = quarantine.listed(store)
    profile.write_text("day_first = true", "utf-8")
    done = syncing.retry(store, before, NOW, profile=profile)
    assert (done.left, tickets.total(store), quarantine.listed(store)) == (0, 1, [])
    syncing.undo(session, done.runs[0].run)
    assert (tickets.total(store), quarantine.listed(store)) == (0, before)
    assert syncing.retry(store, before, NOW, profile=profile).left == 0


def test_a_record_of_a_format_that_is_gone_stays_aside_with_that_reason(store: Store, export: Path) -> None:
    document = page(1, created_at="never")
    export.write_text(json.dumps(document), encoding="utf-8")
    sync(store, export)
    with store.writing():
        store.connection.execute("UPDATE sync_run SET format = 'gone'")
    done = syncing.retry(store, quarantine.listed(store), NOW)
    assert (done.tried, done.left) == (1, 1)
    assert "no format is called 'gone'" in quarantine.listed(store)[0].reason
