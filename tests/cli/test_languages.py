"""What goes wrong with stores, files and settings is said in the interface's language; programs read as ever."""

from __future__ import annotations

import json
import pickle
import tomllib
from pathlib import Path

import pytest

from agentconsole.domain.errors import Phrase
from tests.support.command_line import Run


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the commands below are given."""
    monkeypatch.chdir(tmp_path)
    Path("naive.csv").write_text("id,subject,created_at\n1,s,2026-01-01 10:00\n")
    Path("odd.toml").write_text('zone = "Asia/Edo"\n')
    Path("config.toml").write_text("glyphs = 3\nmouse = 'yes'\nglypsh = 1\n")
    Path("noise.bin").write_bytes(b"\x00\x01\x02")
    Path("desk.toml").write_text(
        'key = "Bad Key"\ntiers = [4]\n[channels]\nfax = "day"\n[[calendars]]\nid = "day"\n'
        '[calendars.hours]\nmon-fry = ["9-17"]\nmon = ["09:00-12:00", "11:00-13:00"]\n[[policies]]\ngrace = "5x"\n'
    )
    Path("broken.toml").write_text("key = = 3\n")
    Path("titleless.md").write_text("---\ntags: 3\n---\nno heading\n")
    Path("empty").mkdir()
    Path("page.json").write_text('{"articles": []}')
    Path("cut.json").write_text("{")


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize(
    "words",
    [
        ("sync", "nowhere"),
        ("sync", "noise.bin"),
        ("sync", "naive.csv"),
        ("sync", "naive.csv", "--profile", "odd.toml"),
        ("sync", "show", "7"),
        ("sync", "undo", "7"),
        ("sync", "rejected", "show", "7"),
        ("outbox", "export", "x.json", "--again", "7"),
        ("desk", "check", "desk.toml", "broken.toml", "noise.bin"),
        ("desk", "apply", "desk.toml"),
        ("kb", "import", "titleless.md"),
        ("kb", "import", "noise.bin"),
        ("kb", "import", "empty"),
        ("kb", "import", "page.json"),
        ("kb", "import", "cut.json"),
        ("canned", "import", "titleless.md", "--lang", "klingon!"),
        ("--config", "config.toml", "config"),
        ("--config", "nowhere.toml", "config"),
        ("--store", "noise.bin", "tickets"),
    ],
    ids=" ".join,
)
def test_what_goes_wrong_is_said_in_japanese(run: Run, words: tuple[str, ...]) -> None:
    said = run("--lang", "ja", *words).err.splitlines()
    assert [line for line in said if line.isascii() and not line.strip().startswith("agentconsole ")] == []


def test_a_doctor_speaks_japanese_to_people_and_english_to_programs(run: Run, tmp_path: Path) -> None:
    (tmp_path / "noise.db").write_bytes(b"\x00" * 200)
    store = ("--lang", "ja", "--store", tmp_path / "noise.db", "doctor")
    assert "開けません" in run(*store).out
    [problem] = run(*store, "--json").document["problems"]
    assert "cannot be opened as a store" in problem


def test_a_phrase_can_be_sent_to_another_process() -> None:
    phrase = pickle.loads(pickle.dumps(Phrase("{file} does not exist", file="{odd}")))
    assert (phrase, phrase.msgid, phrase.values) == ("{odd} does not exist", "{file} does not exist", {"file": "{odd}"})


def test_the_draft_of_a_profile_is_commented_in_the_language_of_its_reader(run: Run, tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text("nr,lage,seit,leer\n7,open,03/04/26 10:00,\n")
    drafts = {lang: run("--lang", lang, "sync", "--learn", tmp_path / "odd.csv").out for lang in ("en", "ja")}
    assert tomllib.loads(drafts["en"]) == tomllib.loads(drafts["ja"])
    assert "not guessed" in drafts["en"] and "always empty" in drafts["en"]
    remarks = [
        line
        for line in drafts["ja"].splitlines()
        if line.startswith("# ") and not {"=", "agentconsole"} & set(line.split())
    ]
    assert [line for line in remarks if line.isascii()] == []
    assert "いつも空" in drafts["ja"]


BAD = [
    {"id": 1, "subject": "s", "status": 5, "created_at": "2026-11-20T01:00:00Z"},
    {"id": 2, "subject": "s", "status": "open", "created_at": "yesterday"},
    {"subject": "s", "status": "open", "created_at": "2026-11-20T01:00:00Z"},
]


def test_why_a_record_was_set_aside_is_told_in_japanese_to_people_and_in_english_to_programs(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "tickets.json").write_text(json.dumps({"tickets": BAD}))
    ran = run("--lang", "ja", "sync", tmp_path / "tickets.json")
    listed, shown = run("--lang", "ja", "sync", "rejected", "list").out, run("--lang", "ja", "sync", "show", 1).err
    for told in (ran.err, listed, shown):
        assert "status は文字列であるはずですが、数です" in told
        assert "created_at: 'yesterday' は日時ではありません" in told
        assert "id がありません" in told
        assert "チケット" in told
    assert "数です" in run("--lang", "ja", "sync", "rejected", "show", 1).out
    reasons = [each["reason"] for each in run("--lang", "ja", "sync", "rejected", "list", "--json").document]
    assert reasons == ["status is a number, not text", "created_at: 'yesterday' is not a date and time", "no id"]
    summary = run("--lang", "ja", "sync", "show", 1, "--json").document["summary"]
    assert [each["reason"] for each in summary["rejected"]] == reasons
    assert {*summary["rejected"][0]} == {"file", "line", "object", "reason"}


def test_what_holds_a_run_is_named_in_japanese(run: Run, tmp_path: Path) -> None:
    good = {"id": 4, "subject": "s", "status": "open", "created_at": "2026-11-20T01:00:00Z", "requester_id": 5}
    (tmp_path / "tickets.json").write_text(json.dumps({"tickets": [good]}))
    run("sync", tmp_path / "tickets.json")
    run("ticket", "claim", 10001)
    said = run("--lang", "ja", "sync", "undo", 1).err
    assert "10001 (担当する, aoi)" in said
    assert "agentconsole ticket undo 10001" in said
