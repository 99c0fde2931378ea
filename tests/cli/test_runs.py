"""`sync history`, `sync show`, `sync undo`, and what a rehearsal prints."""

from __future__ import annotations

import io
import json
import os
import tarfile
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

from tests.support.command_line import Run


def page(**changes: Any) -> str:
    """A helpdesk's page with two tickets."""
    usual = {
        "subject": "出金", "description": "出金がまだです", "status": "open", "via": {"channel": "email"},
        "created_at": "2026-11-20T01:00:00Z", "updated_at": "2026-11-20T02:00:00Z", "requester_id": 5,
    }  # fmt: skip
    users = [
        {"id": 5, "name": "見本", "role": "end-user"},
        {"id": 9, "name": "健", "email": "ken@example.jp", "role": "agent"},
    ]
    return json.dumps({"tickets": [{"id": 1, **usual}, {"id": 2, **usual | changes}], "users": users})


@pytest.fixture
def synced(run: Run, tmp_path: Path) -> Path:
    """A file that was taken in, and has changed since: ours has another priority than theirs."""
    file = tmp_path / "tickets.json"
    file.write_text(page(), "utf-8")
    run("sync", file)
    run("ticket", "priority", 10002, "high")
    said = {"id": 7, "author_id": 5, "body": "まだですか", "created_at": "2026-11-20T03:00:00Z", "public": True}
    file.write_text(
        page(updated_at="2026-11-20T03:00:00Z", priority="low", status="solved", assignee_id=9, comments=[said]),
        "utf-8",
    )
    return file


def test_a_rehearsal_shows_what_would_change(run: Run, synced: Path) -> None:
    ran = run("sync", synced, "--dry-run")
    counted, listed = ran.out.split("\n\n", 1)
    assert "tickets" in counted
    assert "Status    open → solved 1\nAssignee  - → ken 1\nMessages  1 new\n\nIn conflict: 1\n" in listed
    assert "! 10002  zendesk:2  出金  (+1 message)\n    Status: open → solved; Assignee: - → ken; " in listed
    assert "Priority: ours high stays, theirs is low\n" in listed
    assert "10001" not in ran.out
    changes = run("sync", synced, "--dry-run", "--json").document["changes"]
    assert [(each["number"], each["verb"], each["messages"]) for each in changes] == [
        (10002, "source_changed", 1),
        (10002, "conflict", 0),
    ]
    assert len(run("sync", "history", "--json").document) == 1


LONG = "振込は昨日の午後に済ませましたが、まだ残高に反映されていません。"


def test_texts_are_told_from_where_they_part_and_lists_by_what_came_and_went(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "tickets.json"
    file.write_text(page(subject=f"{LONG}至急", tags=["vip", "入金"]), "utf-8")
    run("sync", file)
    file.write_text(page(subject=f"{LONG}解決", tags=["入金", "済"], status="deleted"), "utf-8")
    told = run("sync", file, "--dry-run").out
    assert "Subject: …されていません。至急 → …されていません。解決" in told
    assert "Tags: +済 -vip" in told
    assert "Told by the source: +deleted" in told
    assert "Status at the source" not in told  # our own status says it


def test_foreign_texts_of_a_rehearsal_do_nothing_to_the_terminal(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "tickets.json"
    file.write_text(page(), "utf-8")
    run("sync", file)
    evil = "\x1b]0;owned\x07\u202eback\nline"
    file.write_text(
        page(subject=evil, tags=[evil], description=evil, custom_fields=[{"id": 7, "value": evil}]), "utf-8"
    )
    told = run("sync", file, "--dry-run").out
    assert "Subject: 出金 → " in told
    assert not {"\x1b", "\x07", "\u202e"} & set(told)


def test_of_many_tickets_the_counts_come_first_and_the_list_ends(run: Run, tmp_path: Path) -> None:
    usual = json.loads(page())["tickets"][0]
    file = tmp_path / "tickets.json"
    for status in ("open", "solved"):
        tickets = [usual | {"id": number, "status": status} for number in range(1, 206)]
        file.write_text(json.dumps({"tickets": tickets}), "utf-8")
        run("sync", file)
    assert "Status  open → solved 205\n\nChanged: 205\n" in (shown := run("sync", "show", 2)).out
    assert shown.out.count("~ 10") == 200
    assert "... and 5 more" in shown.err


def test_the_runs_are_listed_and_shown(run: Run, synced: Path) -> None:
    run("sync", synced)
    second, first = run("sync", "history", "--json").document
    assert (first["run"], first["source"], first["state"], first["summary"]["tickets"]["new"]) == (
        1,
        "zendesk",
        "done",
        2,
    )
    assert (second["run"], second["undone_at"], second["files"]) == (2, None, [str(synced)])
    listed = run("sync", "history").out
    assert "+2" in listed
    assert "!1" in listed
    shown = run("sync", "show", 1, "--json").document
    assert [(each["verb"], each["reference"]) for each in shown["changes"]] == [
        ("imported", "zendesk:1"), ("imported", "zendesk:2"),
    ]  # fmt: skip
    assert "+ 10001  zendesk:1  出金" in run("sync", "show", 1).out
    assert run("sync", "show", 9, "--json").error["code"] == "not_found"


def test_a_run_of_many_files_takes_one_line(run: Run, synced: Path) -> None:
    folder = synced.parent / "export"
    folder.mkdir()
    for name in ("a.json", "b.json", "c.json"):
        (folder / name).write_text(page(), "utf-8")
    run("sync", folder)
    assert f"{folder / 'a.json'} and 2 more" in run("sync", "history").out
    shown = run("sync", "show", 2).out
    assert [line.split()[-1] for line in shown.splitlines() if line.endswith(".json")] == [
        str(folder / name) for name in ("a.json", "b.json", "c.json")
    ]


def test_there_is_no_history_before_the_first_run(run: Run) -> None:
    assert run("sync", "history", "--json").document == []
    assert run("sync", "history").status == 0


def test_a_run_is_undone(run: Run, synced: Path) -> None:
    run("sync", synced)
    assert run("sync", "undo", 1, "--json").error["code"] == "built_on"
    assert run("sync", "undo", 2, "--json").document == {
        "run": 2, "tickets_removed": 0, "tickets_restored": 1, "messages_removed": 1,
    }  # fmt: skip
    assert run("ticket", "show", 10002, "--json").document["status"] == "open"
    assert "undone" in run("sync", "history").out
    refused = run("sync", "undo", 1, "--json").error
    assert refused["code"] == "built_on"
    assert "10002 (Priority, aoi)" in refused["message"]
    run("ticket", "undo", 10002)
    assert "2 tickets are gone" in run("sync", "undo", 1).out
    assert run("tickets", "", "--json").rows == []


# --- watching a folder


def test_a_folder_is_watched_until_it_is_stopped(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    arrivals = [("a.json", page()), ("b.json", "shopping list"), ("c.json", page(status="solved"))]

    def arrive(_seconds: float) -> None:
        if not arrivals:
            raise KeyboardInterrupt
        name, text = arrivals.pop(0)
        file = folder / name
        file.write_text(text, "utf-8")
        os.utime(file, (0, 0))

    monkeypatch.setattr(time, "sleep", arrive)
    ran = run("sync", folder, "--watch")
    assert ran.status == 130
    assert ran.out.count("run 1") == 1
    assert "b.json" in ran.err
    assert [row["status"] for row in run("tickets", "", "--json").rows] == ["open", "solved"]
    assert len(run("sync", "history", "--json").document) == 2


def test_a_watch_for_programs_tells_in_json_what_it_cannot_read(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = tmp_path / "b.json"
    bad.write_text("shopping list", "utf-8")
    os.utime(bad, (0, 0))

    def stop(_seconds: float) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", stop)
    ran = run("sync", tmp_path, "--watch", "--json")
    assert (ran.status, ran.out) == (130, "")
    assert "b.json" in ran.error["message"]


def test_a_file_that_names_no_zone_does_not_end_the_watch(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    naive = tmp_path / "a.csv"
    naive.write_text("id,subject,created_at\n1,s,2026-01-01 10:00\n", "utf-8")
    looks = iter(range(3))

    def look_again(_seconds: float) -> None:
        if next(looks, None) is None:
            raise KeyboardInterrupt

    os.utime(naive, (0, 0))
    monkeypatch.setattr(time, "sleep", look_again)
    ran = run("sync", tmp_path, "--watch")
    assert (ran.status, ran.err.count("names no time zone")) == (130, 1)


def test_a_store_that_cannot_be_written_is_told_once_and_tried_ever_more_seldom(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Path(run("doctor", "--json").document["store"]["path"])
    drop = tmp_path / "drop"
    drop.mkdir()
    pauses: list[float] = []

    def wait(seconds: float) -> None:
        if not pauses:
            (drop / "a.json").write_text(page(), "utf-8")
            os.utime(drop / "a.json", (0, 0))
            store.rename(f"{store}.away")
        pauses.append(seconds)
        if len(pauses) == 9:
            Path(f"{store}.away").rename(store)
        if len(pauses) == 10:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", wait)
    ran = run("sync", drop, "--watch")
    assert (ran.status, ran.err.count("there is no store"), ran.out.count("run 1")) == (130, 1, 1)
    assert pauses == [0.5, 1, 2, 4, 8, 16, 32, 60, 60, 0.5]


def test_what_has_no_room_now_is_read_by_a_watch_as_soon_as_it_has(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop = tmp_path / "drop"
    drop.mkdir()
    with tarfile.open(drop / "a.tgz", "w:gz") as archive:
        info = tarfile.TarInfo("a.json")
        info.size = len(page().encode())
        archive.addfile(info, io.BytesIO(page().encode()))
    (drop / "b.json").write_text(page(), "utf-8")
    for file in drop.iterdir():
        os.utime(file, (0, 0))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    pauses: list[float] = []

    def wait(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        if len(pauses) == 5:
            raise KeyboardInterrupt

    monkeypatch.setattr(time, "sleep", wait)
    ran = run("sync", drop, "--watch")
    assert (ran.status, ran.err.count("has no place while it is read"), ran.out.count("run ")) == (130, 1, 2)
    assert pauses == [1, 2, 4, 0.5, 0.5]


def test_a_watch_that_was_asked_for_wrongly_does_not_begin(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(page(), "utf-8")
    os.utime(file, (0, 0))
    assert run("sync", file, "--watch", "--format", "zendeks").status == 2
