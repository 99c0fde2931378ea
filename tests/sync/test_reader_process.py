"""Reading in a second process: the same records, the same errors, and nobody left behind."""

from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest

from agentconsole.domain.errors import ConsoleError, ShortageError, StoreError
from agentconsole.services import syncing
from agentconsole.store.store import Store
from agentconsole.sync import formats, reader_process
from agentconsole.sync.files import SourceFile, collect
from agentconsole.sync.formats.base import ReadOptions
from tests.conftest import NOW
from tests.support.dump import everything


def line(number: int) -> dict[str, Any]:
    comments = [
        {"id": number * 10 + n, "author_id": 77, "body": f"入金 {n}", "created_at": "2026-11-20T08:00:00Z"}
        for n in range(2)
    ]
    return {
        "id": number,
        "subject": f"tx-{number} が届かない",
        "description": "入金 0",
        "status": "open",
        "created_at": "2026-11-20T08:00:00Z",
        "updated_at": "2026-11-20T08:30:00Z",
        "requester_id": 77,
        "comments": comments,
        "colour": "blue",
    }


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "tickets.json"
    lines = [json.dumps(line(number), ensure_ascii=False) for number in range(1, reader_process.BATCH + 20)]
    path.write_text("\n".join([*lines, "{broken"]), encoding="utf-8")
    return path


@pytest.fixture
def helped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is worth a helper."""
    monkeypatch.setattr(reader_process, "WORTH_IT", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)


def sync(store: Store, path: Path, **request: Any) -> dict[str, Any]:
    summary = syncing.sync(store, syncing.Request([path], **request), NOW).as_json()
    return {name: value for name, value in summary.items() if name != "seconds"}


def words(store: Store) -> list[tuple[Any, ...]]:
    store.connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, ticket_words, instance)")
    return [tuple(row) for row in store.connection.execute("SELECT term, doc FROM temp.vocabulary ORDER BY 1, 2")]


def test_a_helper_changes_nothing_in_what_comes_of_an_export(
    new_store: Callable[[], Store], export: Path, request: pytest.FixtureRequest
) -> None:
    alone, with_help = new_store(), new_store()
    summary = sync(alone, export)
    request.getfixturevalue("helped")
    assert sync(with_help, export) == summary
    assert (summary["tickets"]["new"], summary["messages"]["new"]) == (
        reader_process.BATCH + 19,
        2 * (reader_process.BATCH + 19),
    )
    assert summary["unknown"] == {"ticket.colour": reader_process.BATCH + 19}
    assert len(summary["rejected"]) == 1
    assert everything(with_help) == everything(alone)
    assert words(with_help) == words(alone)


@pytest.mark.usefixtures("helped")
def test_what_a_helper_cannot_read_is_said_as_ever(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes("件名\n".encode("utf-16-le") + b"\xff\xfe\xfd\x80\n")
    with pytest.raises(ConsoleError, match=r"table\.csv"):
        sync(store, path, format="csv")
    assert everything(store)["ticket"] == []


@pytest.mark.usefixtures("helped")
@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("exit 1", r"broke off \(exit 1\)"),
        ("kill -9 $$", r"broke off \(Killed"),
    ],
)
def test_a_helper_that_dies_is_no_end_of_the_file(
    store: Store, export: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, told: str
) -> None:
    monkeypatch.setattr(sys, "executable", started_by(script, tmp_path))
    with pytest.raises(ShortageError, match=told) as caught:
        sync(store, export)
    assert "close other programs" in caught.value.hint


def started_by(script: str, folder: Path) -> str:
    """A Python that does this instead."""
    python = folder / "python"
    python.write_text(f"#!/bin/sh\n{script}\n")
    python.chmod(0o700)
    return str(python)


MEMORY: Final = Path("/proc/self/statm")
STARVED: Final = f"""
import resource, sys
from agentconsole.sync import reader_process
used = int(open("{MEMORY}").read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (used + (64 << 20),) * 2)
reader_process.main(sys.stdin.buffer, sys.stdout.buffer)
"""
"""A helper that has begun, and gets no more memory than reading a usual file takes."""


@pytest.mark.usefixtures("helped")
@pytest.mark.skipif(not MEMORY.exists(), reason="the system does not tell how much memory a process has")
def test_a_helper_whose_memory_is_used_up_says_so(
    store: Store, export: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", started_by(f"exec {sys.executable} -c '{STARVED}'", tmp_path))
    assert sync(store, export)["tickets"]["new"] == reader_process.BATCH + 19
    with export.open("a", encoding="utf-8") as file:
        file.write("\n" + json.dumps({**line(1), "subject": "x" * (100 << 20)}))
    with pytest.raises(ShortageError, match=r"^there is not enough memory$") as caught:
        sync(store, export)
    assert "close other programs" in caught.value.hint


@pytest.mark.usefixtures("helped")
def test_a_system_that_gives_no_helper_gets_its_files_read_without(
    store: Store, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/there/is/no/python")
    assert sync(store, export)["tickets"]["new"] == reader_process.BATCH + 19


@pytest.mark.usefixtures("helped")
def test_a_fault_in_the_helper_is_told_by_its_place_and_not_by_what_files_say(store: Store, export: Path) -> None:
    with pytest.raises(ConsoleError, match=r"broke off \(KeyError, reader_process\.py:\d+\)"):
        read(store, collect([export]), reader_process.Task((export,), ReadOptions(), "zendesk", "no such desk"))


def answered(path: Path, export: Path) -> Any:
    """What a helper says first."""
    ours, theirs = os.pipe()
    task = reader_process.Task((export,), ReadOptions(), "zendesk", "default")
    with os.fdopen(ours, "rb") as sent, os.fdopen(theirs, "wb") as answer:
        reader_process.main(io.BytesIO(pickle.dumps((path, "zendesk", task))), answer)
        return pickle.loads(reader_process._message(sent))


def test_a_store_that_cannot_be_read_is_told_alike_here_and_there(store: Store, export: Path, tmp_path: Path) -> None:
    missing = answered(tmp_path / "none.db", export)
    assert isinstance(missing, StoreError)
    assert "there is no store" in missing.message
    store.connection.execute("ALTER TABLE desk RENAME TO gone")
    there = answered(store.path, export)
    with pytest.raises(StoreError) as here:
        read(store, collect([export]), reader_process.Task((export,), ReadOptions(), "zendesk", "default"))
    assert isinstance(there, StoreError)
    assert there.message == here.value.message == f"{store.path}: the store cannot be read: no such table: desk"
    assert "doctor" in there.hint


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda sent: sent[:-1], ""),
        (lambda sent: sent[:5], ""),
        (lambda sent: b"", ""),
        (lambda sent: b"\xff" * 8 + sent[8:], "damaged"),
        (lambda sent: sent[:60] + b"x" + sent[61:], "damaged"),
    ],
)
def test_what_arrives_damaged_is_not_taken(damage: Callable[[bytes], bytes], told: str) -> None:
    answer = io.BytesIO()
    reader_process._send(["入金が反映されません" * 20], answer)
    whole = answer.getvalue()
    assert pickle.loads(reader_process._message(io.BytesIO(whole))) == ["入金が反映されません" * 20]
    with pytest.raises(reader_process._BrokeOffError) as caught:
        reader_process._message(io.BytesIO(damage(whole)))
    assert str(caught.value) == told


def test_a_helper_that_is_stopped_while_it_writes_leaves_nothing_out() -> None:
    """Python's own streams may write a part of what they are given where PYTHONUNBUFFERED is set."""
    script = "import sys; from agentconsole.sync.reader_process import streams; print(*streams(), file=sys.stderr)"
    env = {**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", script], env=env, input=b"", capture_output=True, check=True)
    assert b"BufferedReader" in done.stderr
    assert b"BufferedWriter" in done.stderr


def test_what_is_fetched_before_it_is_asked_for_comes_in_order() -> None:
    answer = io.BytesIO()
    sent = [bytes([number]) * (reader_process.PIPE + 1 if number in (3, 9, 10) else 5) for number in range(30)]
    for each in sent:
        reader_process._send(each, answer)
    answer.seek(0)
    messages = reader_process._ahead(answer)
    assert [pickle.loads(next(messages)) for _ in sent] == sent
    with pytest.raises(reader_process._BrokeOffError):
        next(messages)


def test_small_files_and_those_that_cannot_be_found_again_are_read_here(
    store: Store, export: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/there/is/no/python")
    files = collect([export])
    task = reader_process.Task((export,), ReadOptions(), "zendesk", "default")
    assert read(store, files, task) == reader_process.BATCH + 20
    monkeypatch.setattr(reader_process, "WORTH_IT", 0)
    files = collect([Path("-")], io.BytesIO(export.read_bytes()))
    task = reader_process.Task((Path("-"),), ReadOptions(), "zendesk", "default")
    assert read(store, files, task) == reader_process.BATCH + 20


def read(store: Store, files: list[SourceFile], task: reader_process.Task) -> int:
    with reader_process.helper(files) as process:
        return len(list(reader_process.records(store, formats.detect(files), files, task, process)))


def test_a_helper_ends_when_nobody_reads(store: Store, export: Path) -> None:
    ours, theirs = os.pipe()
    task = pickle.dumps((store.path, "zendesk", reader_process.Task((export,), ReadOptions(), "zendesk", "default")))
    os.close(ours)
    answer = os.fdopen(theirs, "wb")
    reader_process.main(io.BytesIO(task), answer)
    assert answer.closed
