"""`ticket VERB`: options derived from the verbs, all tickets or none, texts from anywhere, undo, new."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from agentconsole.services.verbs import VERBS
from agentconsole.store.store import Store
from tests.support.command_line import Opened, Run
from tests.support.records import comment, person, take, ticket


def feed(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(content), encoding="utf-8"))


def events(run: Run, number: object) -> list[str]:
    return [event["verb"] for event in run("ticket", "show", number, "--json").document["events"]]


def test_every_verb_is_a_command_with_its_parameters(run: Run) -> None:
    for verb in VERBS.values():
        shown = run("ticket", verb.name, "--help").out
        for parameter in verb.parameters:
            assert parameter.positional or f"--{parameter.name}" in shown, verb.name


def test_a_verb_prints_the_changed_row_and_its_events(run: Run, opened: Opened) -> None:
    number = opened()
    done = run("ticket", "claim", number, "--json").document
    assert (done["number"], done["assignee"], done["status"]) == (number, "aoi", "open")
    assert list(done)[-2:] == ["event_ids", "undoable"]
    assert done["undoable"] is True
    assert len(done["event_ids"]) == 1


def test_several_tickets_are_changed_together_or_not_at_all(run: Run, opened: Opened) -> None:
    numbers = [opened(), opened(), opened()]
    run("ticket", "claim", numbers[1])
    ran = run("ticket", "claim", *numbers, "--json")
    assert ran.status == 1
    assert ran.error["code"] == "already_yours"
    assert [row["assignee"] for row in run("tickets", "--json", "--sort", "created").rows] == [None, "aoi", None]
    done = run("ticket", "claim", numbers[0], numbers[2], "--json").document
    assert [each["number"] for each in done] == [numbers[0], numbers[2]]


def test_a_ticket_that_is_not_there_stops_all(run: Run, opened: Opened) -> None:
    number = opened()
    assert run("ticket", "claim", number, 99).status == 1
    assert events(run, number) == ["new"]


def test_words_behind_the_tickets_belong_to_the_verb(run: Run, opened: Opened) -> None:
    first, second = opened(), opened()
    assert run("ticket", "priority", first, second, "high").status == 0
    assert run("ticket", "tag", first, second, "+vip", "-b", "--json").document[1]["tags"] == ["vip"]
    assert run("ticket", "tag", first, "-vip", "--json").document["tags"] == []
    assert run("ticket", "assign", first, "none").status == 1
    assert run("ticket", "assign", first, "aoi", "--json").document["assignee"] == "aoi"
    assert run("ticket", "assign", first, "none", "--json").document["assignee"] is None


@pytest.mark.parametrize("words", [("assign", "aoi"), ("priority", "high"), ("tag", "+vip"), ("reply", "-")])
def test_without_a_ticket_it_is_wrong_usage(
    run: Run, words: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    feed(monkeypatch, b"x")
    assert run("ticket", *words).status == 2


def test_a_text_comes_from_an_option_a_file_or_standard_input(
    run: Run, opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = opened()
    file = tmp_path / "note.txt"
    file.write_bytes("一行目\r\n二行目\r\n\r\n".encode())
    feed(monkeypatch, "標準入力\n".encode())
    assert run("ticket", "note", number, "--body", "直接").status == 0
    assert run("ticket", "note", number, "--file", file).status == 0
    assert run("ticket", "note", number, "-").status == 0
    shown = run("ticket", "show", number, "--json").document
    assert [message["body"] for message in shown["messages"][1:]] == ["直接", "一行目\n二行目", "標準入力"]
    assert {message["public"] for message in shown["messages"][1:]} == {False}


def test_a_text_is_given_once_and_is_utf_8(run: Run, opened: Opened, tmp_path: Path) -> None:
    number = opened()
    file = tmp_path / "sjis.txt"
    file.write_bytes("入金".encode("cp932"))
    assert run("ticket", "note", number, "--body", "x", "--file", file).status == 2
    assert run("ticket", "note", number, "--file", file).status == 2
    assert run("ticket", "note", number, "--file", tmp_path / "none").status == 1
    assert run("ticket", "note", number).status == 2


def test_a_stopped_reply_names_the_check_and_can_be_overridden(run: Run, opened: Opened) -> None:
    number = opened()
    ran = run("ticket", "reply", number, "--body", "{{customer.name}} 様 確認します", "--json")
    assert (ran.status, ran.error["code"]) == (1, "unfilled")
    assert "--override unfilled" in ran.error["hint"]
    again = run("ticket", "reply", number, "--body", "{{customer.name}} 様 確認します", "--override", "unfilled")
    assert again.status == 0


def test_a_reply_can_say_what_was_seen(run: Run, opened: Opened) -> None:
    number = opened()
    last = run("ticket", "show", number, "--json").document["messages"][-1]["id"]
    run("ticket", "note", number, "--body", "あとから")
    assert (
        run("ticket", "reply", number, "--body", "確認します", "--seen", last, "--json").error["code"]
        == "newer_message"
    )
    for odd in ("x", "-1", "１", "1" * 5000):
        assert run("ticket", "reply", number, "--body", "確認します", "--seen", odd).status == 2
    assert run("ticket", "reply", number, "--body", "確認します", "--seen", last + 1).status == 0


def test_a_description_has_an_id_to_be_seen_by(run: Run, store: Store) -> None:
    take(store, person("c1", name="見本 花子"), ticket("1"))

    def newest() -> int:
        return int(run("ticket", "show", "helpdesk:1", "--json").document["messages"][-1]["id"])

    assert newest() == 0
    take(store, comment("1", "a", body="まだですか"))
    assert newest() > 0
    answer = ("ticket", "reply", "helpdesk:1", "--body", "確認します", "--seen")
    assert run(*answer, 0, "--json").error["code"] == "newer_message"
    assert run(*answer, newest()).status == 0


def test_a_time_is_read_as_people_type_it(run: Run, opened: Opened) -> None:
    number = opened()
    for text, instant in (
        ("+2h", "2026-11-20T11:00:00Z"),
        ("09:00", "2026-11-21T00:00:00Z"),
        ("2026-11-24T09:00", "2026-11-24T00:00:00Z"),
        ("2026-11-24T09:00:00Z", "2026-11-24T09:00:00Z"),
    ):
        run("ticket", "pending", number, "--until", text)
        shown = run("ticket", "show", number, "--json").document
        assert shown["events"][-1]["after"]["pending_until"] == instant
    assert run("ticket", "pending", number, "--until", "sometime").status == 2


def test_undo_takes_the_last_deed_back(run: Run, opened: Opened) -> None:
    number = opened()
    run("ticket", "claim", number)
    done = run("ticket", "undo", number, "--json").document
    assert (done["assignee"], done["undoable"]) == (None, False)
    assert run("ticket", "undo", number, "--json").error["code"] == "nothing_to_undo"


def test_several_tickets_are_undone_together_or_not_at_all(run: Run, opened: Opened) -> None:
    first, second, untouched = opened(), opened(), opened()
    ran = run("ticket", "claim", first, second)
    assert f"agentconsole ticket undo {first} {second}" in ran.err
    assert run("ticket", "undo", first, untouched, "--json").error["code"] == "nothing_to_undo"
    assert run("ticket", "show", first, "--json").document["assignee"] == "aoi"
    undone = run("ticket", "undo", first, second, "--json").document
    assert [(row["number"], row["assignee"], row["undoable"]) for row in undone] == [
        (first, None, False),
        (second, None, False),
    ]


def test_a_note_is_called_like_a_reply(run: Run, opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "ask.en.md").write_text("# Ask\n\nAsk for the receipt.", encoding="utf-8")
    run("canned", "import", tmp_path)
    number = opened()
    done = run("ticket", "note", number, "--body", "Ask.", "--canned", "ask", "--override", "secret")
    assert done.status == 0
    event = run("ticket", "show", number, "--json").document["events"][-1]
    assert (event["verb"], event["after"]["canned"]) == ("note", "ask")
    assert (
        run("ticket", "note", number, "--body", "Ask.", "--canned", "nobody's", "--json").error["code"] == "not_found"
    )


def test_people_see_the_row_and_how_to_undo(run: Run, opened: Opened) -> None:
    number = opened()
    ran = run("ticket", "claim", number)
    assert "aoi" in ran.out
    assert f"agentconsole ticket undo {number}" in ran.err


def test_a_call_becomes_a_ticket(run: Run) -> None:
    words = ("--desk", "default", "--channel", "phone", "--subject", "電話", "--body", "口座にログインできません")
    made = run("ticket", "new", *words, "--name", "見本 太郎", "--priority", "high", "--json").document
    assert made["number"] == 10001
    assert (made["source"], made["external_id"], made["channel"], made["language"]) == ("local", None, "phone", "ja")
    assert made["undoable"] is False
    again = run("ticket", "new", *words, "--customer", made["requester"]["id"], "--json").document
    assert again["requester"] == made["requester"]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ((), 2),
        (("--name", "N", "--customer", "1"), 2),
        (("--customer", "99"), 1),
        (("--name", "N", "--priority", "hihg"), 2),
        (("--name", "N", "surplus"), 2),
        (("--name", "N", "--desk", "nowhere"), 1),
        (("--name", "N", "--channel", "fax"), 2),
        (("--name", "N", "--lang", "not a language"), 2),
        (("--name", "  "), 2),
    ],
)
def test_a_wrong_new_ticket_is_none(run: Run, words: tuple[object, ...], status: int) -> None:
    usual = ("--desk", "default", "--channel", "phone", "--subject", "S", "--body", "B")
    assert run("ticket", "new", *usual, *words).status == status
    assert run("tickets", "", "--json").rows == []
