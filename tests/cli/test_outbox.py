"""`outbox`: what is listed, what an export writes and marks."""

from __future__ import annotations

import json
import stat
from pathlib import Path

from tests.support.command_line import Opened, Run


def test_nothing_waits_in_a_new_store(run: Run) -> None:
    assert run("outbox", "list", "--json").document == []
    assert run("outbox", "list").status == 0


def test_what_waits_is_listed_with_what_the_helpdesk_will_get(run: Run, opened: Opened) -> None:
    number = opened()
    run("ticket", "reply", number, "--body", "確認いたします。")
    created, replied = run("outbox", "list", "--json").document
    assert list(created) == ["id", "number", "source", "external_id", "kind", "at", "payload"]
    assert (created["kind"], replied["kind"]) == ("create", "reply")
    assert created["payload"]["subject"] == "入金が反映されない"
    assert replied["payload"]["comment"] == {"body": "確認いたします。", "public": True}
    assert "確認いたします。" in run("outbox", "list").out


def test_an_export_is_private_and_marks_what_it_holds(run: Run, opened: Opened, tmp_path: Path) -> None:
    number = opened()
    run("ticket", "claim", number)
    file = tmp_path / "out.json"
    done = run("outbox", "export", file, "--json").document
    assert (done["file"], done["exported"], done["finished"]) == (str(file), 2, False)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(json.loads(file.read_text(encoding="utf-8"))["tickets"]) == 2
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
