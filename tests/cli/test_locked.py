"""A locked session reads and writes no file of the caller's choice."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentconsole.store.store import Store
from tests.support.command_line import Opened, Run

REF = "10001"


@pytest.mark.parametrize(
    "words",
    [
        ("sync", "FILE"),
        ("sync", "-", "FILE"),
        ("sync", "-", "--profile", "FILE"),
        ("sync", "rejected", "retry", "--profile", "FILE"),
        ("outbox", "export", "NEW"),
        ("sla", "compare", "FILE"),
        ("kb", "import", "FILE"),
        ("canned", "import", "FILE"),
        ("desk", "check", "FILE"),
        ("desk", "apply", "FILE"),
        ("ticket", "note", REF, "--file", "FILE"),
        ("ticket", "new", "--file", "FILE", "--desk", "default", "--channel", "phone", "--name", "N", "--subject", "S"),
        ("demo", "--keep", "NEW"),
    ],
    ids=" ".join,
)
def test_no_file_of_the_callers_choice(run: Run, opened: Opened, tmp_path: Path, words: tuple[str, ...]) -> None:
    opened()
    there = tmp_path / "there.json"
    there.write_text("{}", encoding="utf-8")
    paths = {"FILE": str(there), "NEW": str(tmp_path / "new")}
    ran = run("--locked", *(paths.get(word, word) for word in words))
    assert ran.status == 1
    assert "locked" in ran.err
    assert words[-1] not in paths or f" {paths[words[-1]]}: " in ran.err
    assert sorted(tmp_path.glob("*.json")) == [there]
    assert not (tmp_path / "new").exists()


def test_what_takes_no_file_goes_on(run: Run, opened: Opened) -> None:
    number = opened()
    assert run("--locked", "ticket", "note", number, "--body", "確認中").status == 0
    assert run("--locked", "tickets", "--json").rows[0]["number"] == number
    assert run("--locked", "sla", "compare").status == 0


@pytest.mark.parametrize("flag", ["--store", "--config"])
def test_what_comes_behind_it_cannot_choose_another_store(run: Run, store: Store, flag: str) -> None:
    before = ("--store", store.path, "--locked")
    assert run(*before, "tickets").status == 0
    for words in ((flag, store.path), (f"{flag}={store.path}",), ("--lang", "en", flag, store.path), (flag, "")):
        ran = run(*before, *words, "tickets", "--json")
        assert (ran.status, ran.error["code"]) == (1, "locked")
        assert flag in ran.error["message"]
