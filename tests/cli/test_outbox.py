"""`outbox`: what is listed, what an export writes and marks."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from agentconsole.services.session import Session
from tests.support.command_line import Opened, Run
from tests.support.records import NOW, take, ticket


def test_nothing_waits_in_a_new_store(run: Run) -> None:
    assert run("outbox", "list", "--json").document == []
    assert run("outbox", "list").status == 0


def test_what_waits_is_listed_with_what_the_helpdesk_will_get(run: Run, opened: Opened) -> None:
    number = opened()
    run("ticket", "reply", number, "--body", "確認いたします。")
    created, replied = run("outbox", "list", "--json").document
    assert list(created)[:7] == ["id", "number", "source", "external_id", "kind", "at", "payload"]
    assert (created["kind"], replied["kind"]) == ("create", "reply")
    assert created["payload"]["subject"] == "入金が反映されない"
    assert replied["payload"]["comment"] == {"body": "確認いたします。", "public": True}
    assert {each["state"] for each in (created, replied)} == {"waiting"}
    assert "確認いたします。" in run("outbox", "list").out


def test_a_change_of_fields_is_listed_in_words(run: Run, opened: Opened, tmp_path: Path) -> None:
    number = opened()
    run("outbox", "export", tmp_path / "out.json")
    run("ticket", "priority", number, "high")
    run("ticket", "claim", number)
    (first, second) = run("outbox", "list", "--json").document
    assert (first["text"], first["changed"]) == (None, {"priority": "high"})
    listed = run("outbox", "list").out
    assert "Priority: high" in listed
    assert "Assignee: aoi" in listed
    assert "Priority: high" in run("outbox", "show", first["id"]).out
    assert "Assignee: aoi" in run("outbox", "show", second["id"]).out


def test_an_export_is_private_and_marks_what_it_holds(run: Run, opened: Opened, tmp_path: Path) -> None:
    number = opened()
    run("ticket", "claim", number)
    file = tmp_path / "out.json"
    done = run("outbox", "export", file, "--json").document
    assert (done["file"], done["exported"], done["finished"]) == (str(file), 2, False)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(json.loads(file.read_text(encoding="utf-8"))["tickets"]) == 1
    assert run("outbox", "list", "--json").document == []
    assert run("ticket", "undo", number, "--json").error["code"] == "exported"


def test_a_file_that_is_there_is_not_overwritten(run: Run, opened: Opened, tmp_path: Path) -> None:
    number = opened()
    file = tmp_path / "out.json"
    run("outbox", "export", file)
    before = file.read_bytes()
    assert run("outbox", "export", file, "--json").document["exported"] == 0
    run("ticket", "claim", number)
    assert run("outbox", "export", file, "--json").error["code"] == "exists"
    assert file.read_bytes() == before
    assert len(run("outbox", "list", "--json").document) == 1


def test_an_export_that_cannot_be_written_marks_nothing(run: Run, opened: Opened, tmp_path: Path) -> None:
    opened()
    assert run("outbox", "export", tmp_path / "none" / "out.json").status == 1
    assert len(run("outbox", "list", "--json").document) == 1


def test_what_became_of_an_event_is_told(run: Run, opened: Opened, tmp_path: Path) -> None:
    number = opened()
    run("ticket", "claim", number)
    file = tmp_path / "out.json"
    run("outbox", "export", file)
    created, claimed = run("outbox", "list", "--state", "exported", "--json").document
    assert (created["state"], created["export"], created["run"]) == ("exported", 1, None)
    assert run("outbox", "show", claimed["id"], "--json").document == claimed
    assert "no sync has shown it yet" in run("outbox", "show", claimed["id"]).out
    assert run("outbox", "list", "--state", "acknowledged", "--json").document == []
    assert run("outbox", "show", 999, "--json").error["code"] == "not_found"
    assert "exported" in run("outbox", "list", "--state", "exporte", "--json").error["hint"]
    [made] = run("outbox", "exports", "--json").document
    assert (made["id"], made["file"], made["events"], made["acknowledged"]) == (1, str(file), 2, 0)
    assert "0/2" in run("outbox", "exports").out
    again = run("outbox", "export", tmp_path / "again.json", "--again", 1, "--json").document
    assert (again["export"], again["exported"]) == (2, 2)


def test_a_reply_to_a_ticket_that_the_helpdesk_has_to_make_waits_on(run: Run, opened: Opened, tmp_path: Path) -> None:
    number = opened()
    run("ticket", "reply", number, "--body", "確認いたします。")
    done = run("outbox", "export", tmp_path / "out.json")
    assert "1 change in" in done.out
    assert "1 still waits" in done.err


def test_conflicts_are_listed_and_ended(run: Run, session: Session) -> None:
    take(session.store, ticket("1"))
    run("ticket", "priority", 10001, "high")
    take(session.store, ticket("1", priority="low", updated_at=NOW))
    [found] = run("outbox", "conflicts", "--json").document
    assert found == {
        "number": 10001,
        "field": "priority",
        "ours": "high",
        "ours_by": "aoi",
        "ours_at": "2026-11-20T09:00:00Z",
        "theirs": "low",
        "theirs_by": "helpdesk",
        "theirs_at": "2026-11-20T09:00:00Z",
    }
    assert "helpdesk" in run("outbox", "conflicts").out
    assert run("ticket", "theirs", 10001, "--json").document["priority"] == "low"
    assert run("outbox", "conflicts", "--json").document == []
    assert run("outbox", "conflicts").status == 0
    assert run("ticket", "ours", 10001, "--json").error["code"] == "no_conflict"
