"""`init`, `desk`, `sync`, `sla`, `keys`, `doctor`: the rest of the house."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from agentconsole.domain.desk_file import default_desk
from agentconsole.domain.instants import iso
from agentconsole.store import settings
from agentconsole.store.store import Store
from tests.conftest import NOW
from tests.support.command_line import Opened, Run
from tests.support.desk import TEXT
from tests.support.records import SOURCE, take, ticket


def test_init_makes_a_store_with_one_desk_and_makes_it_once(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("AGENTCONSOLE_NOW")
    path = tmp_path / "deep" / "store.db"
    for _time in range(2):
        made = run("--store", path, "init", "--json").document
        assert (made["store"], made["desks"], made["tickets"]) == (str(path), ["default"], 0)
    assert path.stat().st_mode & 0o077 == 0
    assert run("--store", path, "init", "--seed", 3).status == 2


def test_fixtures_are_refused_where_tickets_are(run: Run, opened: Opened) -> None:
    opened()
    assert run("init", "--fixtures", "--json").error["code"] == "not_empty"


def test_desks_are_listed_shown_and_applied(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "office.toml"
    file.write_text(TEXT, encoding="utf-8")
    assert run("desk", "check", file, "--json").document == [{"file": str(file), "key": "office"}]
    assert run("desk", "apply", file, "--json").document == [{"key": "office", "version": 1, "changed": True}]
    assert run("desk", "apply", file, "--json").document == [{"key": "office", "version": 1, "changed": False}]
    file.write_text(TEXT + "\n# another edition\n", encoding="utf-8")
    assert run("desk", "apply", file, "--json").document == [{"key": "office", "version": 2, "changed": True}]
    assert [desk["key"] for desk in run("desk", "list", "--json").document] == ["default", "office"]
    assert run("desk", "show", "default").out.rstrip("\n") == default_desk().source_text.rstrip("\n")
    assert run("desk", "show", "office", "--json").document["version"] == 2
    assert "office" in run("desk", "show", "ofice").err


def test_a_wrong_desk_names_every_problem_and_applies_none(run: Run, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    good.write_text(TEXT, encoding="utf-8")
    bad.write_text(
        TEXT.replace("Asia/Tokyo", "Asia/Tokio").replace("tiers = [1, 2, 3]", "tiers = [9]"), encoding="utf-8"
    )
    ran = run("desk", "apply", good, bad)
    assert ran.status == 1
    assert ran.err.count("bad.toml:") >= 2
    assert [desk["key"] for desk in run("desk", "list", "--json").document] == ["default"]
    assert run("desk", "check", tmp_path / "none.toml", "--json").error["code"] == "not_found"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    ticket = {
        "id": 3661, "subject": "出金", "description": "出金がまだです", "status": "open", "via": {"channel": "email"},
        "created_at": "2026-11-20T01:00:00Z", "updated_at": "2026-11-20T02:00:00Z", "requester_id": 5,
    }  # fmt: skip
    file = tmp_path / "tickets.json"
    file.write_text(
        json.dumps({"tickets": [ticket], "users": [{"id": 5, "name": "見本", "role": "end-user"}]}), "utf-8"
    )
    return file


def test_a_sync_says_what_it_did(run: Run, export: Path) -> None:
    done = run("sync", export, "--json")
    assert done.status == 0
    assert done.document["tickets"] == {
        "read": 1, "new": 1, "changed": 0, "unchanged": 0, "conflict": 0, "rejected": 0,
    }  # fmt: skip
    assert done.document["source"] == "zendesk"
    assert run("ticket", "show", "zendesk:3661").status == 0
    assert run("sync", export, "--json").document["tickets"]["unchanged"] == 1


def test_a_rehearsal_changes_nothing(run: Run, export: Path) -> None:
    assert run("sync", export, "--dry-run", "--json").document["tickets"]["new"] == 1
    assert run("tickets", "", "--json").rows == []


def test_a_sync_in_part_lists_what_it_refused(run: Run, export: Path) -> None:
    document = json.loads(export.read_text("utf-8"))
    document["tickets"].append({"id": 3662, "subject": "x", "status": "open", "created_at": "never"})
    export.write_text(json.dumps(document), "utf-8")
    ran = run("sync", export)
    assert ran.status == 3
    assert "rejected: " in ran.err
    assert run("sync", export, "--json").document["rejected"][0]["object"] == "ticket"


def test_what_a_sync_refused_is_listed_shown_and_tried_again(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "tickets.csv"
    table.write_text(
        "id,subject,status,created_at\n1,出金,open,2026-11-20 10:00 JST\n2,入金,open,03/04/2026 10:00 JST\n", "utf-8"
    )
    assert run("sync", table).status == 3
    (listed,) = run("sync", "rejected", "list", "--json").document
    assert listed | {"reason": ""} == {
        "id": 1, "run": 1, "at": "2026-11-20T09:00:00Z", "source": "csv", "format": "csv", "file": str(table),
        "line": 3, "object": "ticket", "reason": "",
    }  # fmt: skip
    assert "day_first" in listed["reason"]
    assert f"{table}:3" in run("sync", "rejected", "list").out
    shown = run("sync", "rejected", "show", 1, "--json").document
    assert shown == listed | {"raw": "2,入金,open,03/04/2026 10:00 JST\n"}
    assert "03/04/2026" in run("sync", "rejected", "show", 1).out
    assert run("sync", "rejected", "show", 7).status == 1
    again = run("sync", "rejected", "retry", "--json")
    assert (again.status, again.document["tried"], again.document["left"]) == (3, 1, 1)
    profile = tmp_path / "profile.toml"
    profile.write_text("day_first = true", "utf-8")
    done = run("sync", "rejected", "retry", 1, "--profile", profile, "--json")
    assert (done.status, done.document["taken"], done.document["runs"][0]["tickets"]["new"]) == (0, 1, 1)
    assert run("ticket", "show", "csv:2", "--json").document["created_at"] == "2026-04-03T01:00:00Z"
    assert run("sync", "rejected", "list", "--json").document == []
    assert "Nothing" in run("sync", "rejected", "retry").err


def test_a_profile_is_drafted_for_a_file_that_is_not_understood(run: Run, tmp_path: Path) -> None:
    table = tmp_path / "odd.csv"
    table.write_text("nr,betreff\n7,出金\n", "utf-8")
    drafted = run("sync", "--learn", table)
    assert (drafted.status, run("tickets", "", "--json").rows) == (0, [])
    assert '# "nr" = ""  # not guessed: 7' in drafted.out
    document = run("sync", "--learn", table, "--json").document
    assert document == {"file": str(table), "profile": drafted.out}


def test_a_wrong_sync_is_told_before_anything_is_read(run: Run, export: Path, tmp_path: Path) -> None:
    assert run("sync", tmp_path / "none", "--json").error["code"] == "not_found"
    assert run("sync", export, "--source", "a:b").status == 2
    assert run("sync", export, "--format", "zendeks").status == 2
    assert run("sync", "-", "--watch").status == 2
    assert run("sync").status == 2


def test_a_stopped_sync_says_that_what_was_done_stays(run: Run, export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_words: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("agentconsole.cli.sync.take_in", stop)
    ran = run("sync", export)
    assert ran.status == 130
    assert "stays" in ran.err


def test_a_deadline_is_explained_and_is_the_rows(run: Run, opened: Opened) -> None:
    number = opened()
    (row,) = run("tickets", "--json").rows
    explained = run("sla", "explain", number, "--json").document
    assert list(explained) == ["number", "at", "what_if", "clocks"]
    clock = min(explained["clocks"], key=lambda each: each["due_at"])
    assert list(clock) == [
        "kind", "state", "due_at", "policy", "priority_applied", "steps", "text", "policy_version", "target_seconds",
        "grace_seconds", "warn_at", "reason", "cancel_reason", "calendar",
    ]  # fmt: skip
    assert clock["due_at"] == row["due_at"]
    assert list(clock["steps"][0]) == ["from", "to", "kind", "name", "seconds_counted", "seconds_left"]
    assert "First response" in run("sla", "explain", number).out
    assert "初回応答" in run("--lang", "ja", "sla", "explain", number).out


def test_what_if_is_asked_on_the_command_line(run: Run, opened: Opened) -> None:
    number = opened()
    asked = run("sla", "explain", number, "--priority", "urgent", "--at", "+2h", "--json").document
    assert (asked["what_if"], asked["at"]) == ({"priority": "urgent", "policy": None}, "2026-11-20T11:00:00Z")
    assert {each["priority_applied"] for each in asked["clocks"]} == {"urgent"}
    assert {each["state"] for each in asked["clocks"] if each["kind"] == "first_response"} == {"breached"}
    wrong = run("sla", "explain", number, "--priority", "urgnt")
    assert (wrong.status, "urgent" in wrong.err) == (2, True)
    assert run("sla", "explain", number, "--policy", "built-out", "--json").error["hint"] == "did you mean 'built-in'?"


def test_a_new_edition_is_applied_to_open_tickets(run: Run, opened: Opened, tmp_path: Path) -> None:
    number = opened()
    file = tmp_path / "default.toml"
    file.write_text(default_desk().source_text.replace('"8h"', '"2h"'), encoding="utf-8")
    assert "agentconsole sla apply default" in run("desk", "apply", file).err
    applied = {"desk": "default", "version": 2, "open": 1, "changed": 1, "breached": 0}
    assert run("sla", "apply", "--json").document == [applied]
    assert "edition 2; 1 open tickets, 0 aimed anew, 0 deadlines missed" in run("sla", "apply", "default").out
    assert {each["policy_version"] for each in run("sla", "explain", number, "--json").document["clocks"]} == {2}
    assert run("sla", "apply", "nowhere", "--json").error["code"] == "not_found"


def test_our_clocks_are_held_against_the_helpdesks(run: Run, store: Store, tmp_path: Path) -> None:
    at = NOW - timedelta(hours=2)
    take(store, ticket("1", created_at=at, updated_at=at))
    file = tmp_path / "ticket_metric_events.ndjson"
    told = {"ticket_id": 1, "metric": "reply_time", "instance_id": 1, "time": iso(at), "type": "activate"}
    promise = told | {"type": "apply_sla", "sla": {"target": 30, "business_hours": True}}
    file.write_text(f"{json.dumps(told)}\n{json.dumps(promise)}", encoding="utf-8")
    document = run("sla", "compare", file, "--source", SOURCE, "--json").document
    assert (document["compared"], document["same"], document["causes"]) == (1, 0, {"target": 1})
    (one,) = document["differences"]
    assert (one["number"], one["ours"]["target_seconds"], one["theirs"]["target_seconds"]) == (10001, 28_800, 1800)
    text = run("sla", "compare", file, "--source", SOURCE).out
    assert "1 clock compared, 0 say the same, 1 differ" in text
    assert "Another target: another policy, or another priority in force: 1" in text
    nothing = run("sla", "compare")
    assert nothing.out == "0 clocks compared, 0 say the same, 0 differ\n"
    assert "ticket_metrics.json" in nothing.err
    assert run("sla", "compare", "metrics.jsn", "--json").error["code"] == "not_found"
    assert run("sla", "compare", "a", "b").status == 2


def test_keys_are_all_commands(run: Run) -> None:
    rows = run("keys", "--json").document
    assert list(rows[0]) == ["id", "title", "help", "keys", "scopes"]
    assert {"reply", "quit", "help"} <= {row["id"] for row in rows}
    assert "Ctrl+S" in run("keys").out


def test_the_doctor_finds_nothing_wrong_with_a_new_store(run: Run, store: Store) -> None:
    store.path.chmod(0o600)
    found = run("doctor", "--json")
    assert found.status == 0
    assert list(found.document) == ["version", "python", "sqlite", "store", "search", "terminal", "paths", "problems"]
    assert found.document["store"]["integrity"] == "ok"
    assert found.document["search"]["ok"] is True
    assert found.document["problems"] == []
    assert run("doctor").status == 0


def test_the_doctor_finds_what_is_wrong(run: Run, store: Store, opened: Opened, tmp_path: Path) -> None:
    opened()
    store.path.chmod(0o644)
    with store.writing():
        settings.put(store, "x", "y")
        store.connection.execute("DELETE FROM ticket_words_docsize")
    found = run("doctor", "--json")
    assert found.status == 1
    assert any("0644" in problem for problem in found.document["problems"])
    assert any("ticket_words" in problem for problem in found.document["problems"])
    nothing = run("--store", tmp_path / "none.db", "doctor", "--json")
    assert nothing.status == 1
    assert nothing.document["store"]["schema"] is None


def test_the_settings_in_force_are_shown_with_their_file(run: Run, store: Store, tmp_path: Path) -> None:
    bare = run("config", "--json").document
    assert list(bare) == ["file", "settings"]
    assert bare["file"] is None
    assert (bare["settings"]["store"], bare["settings"]["agent"]) == (str(store.path), "aoi")
    assert (bare["settings"]["glyphs"], bare["settings"]["mouse"], bare["settings"]["keys"]) == ("unicode", True, {})
    file = tmp_path / "own.toml"
    file.write_text('glyphs = "ascii"\nmouse = false\n[keys]\nreply = "R"\n', encoding="utf-8")
    own = run("--config", file, "config", "--json").document
    assert own["file"] == str(file)
    assert (own["settings"]["glyphs"], own["settings"]["mouse"], own["settings"]["keys"]) == (
        "ascii", False, {"reply": ["R"]}
    )  # fmt: skip
    shown = run("--config", file, "config").out
    assert str(file) in shown
    assert "mouse       false\n" in shown
    assert "keys.reply  R\n" in shown
    file.write_text("colour = 1\n", encoding="utf-8")
    assert run("--config", file, "config").status == 2
