"""The outbox: what the helpdesk takes, what survives a crash, what is never lost or sent twice."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agentconsole.domain.desk_file import load_desk
from agentconsole.domain.errors import ConsoleError, RefusedError, UsageError
from agentconsole.services.session import Session
from agentconsole.services.tickets import open_ticket, perform, undo
from agentconsole.store import desks
from agentconsole.store import outbox as rows
from agentconsole.sync import outbox
from tests.support.desk import TEXT


@pytest.fixture
def number(session: Session) -> int:
    """A ticket of the helpdesk's, on a desk that maps its groups."""
    text = TEXT + '\n[sources.zendesk.groups]\n"Second line" = { tier = 2 }\n"Tax" = { tier = 3, team = "tax" }\n'
    with session.store.writing():
        desks.save_desk(session.store, load_desk(text, "office"), session.now())
    return opened(session, "zendesk", "3661")


def opened(session: Session, source: str, external_id: str) -> int:
    made = open_ticket(session, desk="office", channel="mail", subject="入金", body="まだです", name="見本 花子")
    with session.store.writing():
        session.store.connection.execute(
            "UPDATE ticket SET source = ?, external_id = ? WHERE number = ?", (source, external_id, made.ticket.number)
        )
        session.store.connection.execute("UPDATE event SET outbox = NULL WHERE id = ?", made.event_ids)
    return made.ticket.number


def payloads(session: Session) -> list[dict[str, Any]]:
    return [each["payload"] for each in outbox.waiting(session.store)]


def test_each_deed_is_an_entry_in_the_order_it_was_done(session: Session, number: int) -> None:
    perform(session, "claim", [number])
    perform(session, "reply", [number], {"body": "確認いたします。"})
    perform(session, "note", [number], {"body": "内部"})
    perform(session, "priority", [number], {"priority": "high"})
    perform(session, "tag", [number], {"tags": ("+vip",)})
    perform(session, "solve", [number])
    assert payloads(session) == [
        {"id": 3661, "status": "open", "assignee": "aoi"},
        {"id": 3661, "comment": {"body": "確認いたします。", "public": True}},
        {"id": 3661, "comment": {"body": "内部", "public": False}},
        {"id": 3661, "priority": "high"},
        {"id": 3661, "tags": ["vip"]},
        {"id": 3661, "status": "solved"},
    ]


def test_a_reply_that_also_solves_goes_out_as_one_update(session: Session, number: int) -> None:
    perform(session, "reply", [number], {"body": "解決しました。", "then": "solve"})
    comment = {"body": "解決しました。", "public": True}
    assert payloads(session) == [{"id": 3661, "comment": comment, "status": "solved", "assignee": "aoi"}]


def test_agents_and_groups_go_out_by_the_helpdesks_ids(session: Session, number: int) -> None:
    with session.store.writing():
        session.store.connection.execute("UPDATE agent SET source = 'zendesk', external_id = '77' WHERE login = 'aoi'")
        session.store.connection.execute(
            "INSERT INTO source_group (source, external_id, name, extra) VALUES ('zendesk', '9', 'Tax', '{}')"
        )
    perform(session, "claim", [number])
    perform(session, "escalate", [number], {"tier": "2", "reason": "r", "note": "二次へ"})
    perform(session, "escalate", [number], {"team": "tax", "reason": "r", "note": "税務へ"})
    claimed, second, tax = payloads(session)
    assert claimed["assignee_id"] == 77
    assert second["comment"] == {"body": "二次へ", "public": False, "author_id": 77}
    assert (second["group"], second["assignee_id"]) == ("second line", None)
    assert tax["group_id"] == 9


def test_a_ticket_that_began_here_is_created(session: Session) -> None:
    made = open_ticket(session, desk="default", channel="phone", subject="電話", body="折り返し希望", name="見本 花子")
    perform(session, "reply", [made.ticket.number], {"body": "お電話いたします。"})
    created, replied = payloads(session)
    assert created == {
        "external_id": str(made.ticket.number),
        "subject": "電話",
        "requester": {"name": "見本 花子"},
        "comment": {"body": "折り返し希望", "public": True},
    }
    assert replied["external_id"] == created["external_id"]


def test_what_was_taken_back_does_not_go_out(session: Session, number: int) -> None:
    perform(session, "claim", [number])
    undo(session, number)
    assert payloads(session) == []


def test_an_export_goes_out_once(session: Session, number: int, tmp_path: Path) -> None:
    perform(session, "claim", [number])
    done = outbox.export(session.store, tmp_path / "a.json", session.now())
    assert (len(done.events), done.finished) == (1, False)
    assert outbox.export(session.store, tmp_path / "b.json", session.now()).events == ()
    assert json.loads((tmp_path / "b.json").read_text("utf-8"))["tickets"] == []
    assert [file.name for file in sorted(tmp_path.glob("*.json"))] == ["a.json", "b.json"]
    assert not list(tmp_path.glob(".*"))


def test_killed_before_the_mark_the_same_export_is_finished(
    session: Session, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    perform(session, "claim", [number])
    file = tmp_path / "out.json"

    def killed(*_words: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(rows, "mark_exported", killed)
        outbox.export(session.store, file, session.now())
    assert file.exists()
    assert len(payloads(session)) == 1
    before = file.read_bytes()
    done = outbox.export(session.store, file, session.now() + timedelta(hours=1))
    assert done.finished
    assert file.read_bytes() == before
    assert payloads(session) == []


def test_no_two_exports_are_taken_for_one(session: Session, number: int, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    for _time in range(2):
        perform(session, "note", [number], {"body": "同じ文"})
        if not file.exists():
            outbox.export(session.store, file, session.now())
    with pytest.raises(RefusedError) as refused:
        outbox.export(session.store, file, session.now())
    assert refused.value.code == "exists"
    assert len(payloads(session)) == 1


def test_a_full_disk_marks_nothing_and_leaves_nothing(
    session: Session, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    perform(session, "claim", [number])

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ConsoleError, match="No space left"):
        outbox.export(session.store, tmp_path / "out.json", session.now())
    assert len(payloads(session)) == 1
    assert not [file for file in tmp_path.iterdir() if "out.json" in file.name]


def test_changes_for_several_helpdesks_are_kept_apart(session: Session, number: int, tmp_path: Path) -> None:
    other = opened(session, "other", "A-1")
    perform(session, "claim", [number, other])
    with pytest.raises(UsageError, match="several helpdesks"):
        outbox.export(session.store, tmp_path / "out.json", session.now())
    assert len(outbox.export(session.store, tmp_path / "other.json", session.now(), "other").events) == 1
    assert [each["source"] for each in outbox.waiting(session.store)] == ["zendesk"]
