"""What we told the helpdesk comes back: known again, not taken twice, and acknowledged; what did not come is not."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agentconsole.domain.values import Status
from agentconsole.services import syncing
from agentconsole.services.session import Session
from agentconsole.services.tickets import open_ticket, perform
from agentconsole.store import conflicts, outbox, tickets
from agentconsole.store.outbox import State
from agentconsole.sync import outbox as out
from tests.conftest import NOW, FrozenClock
from tests.support.dump import table
from tests.support.outgoing import exported, ids
from tests.support.records import SOURCE, comment, group, outcomes, person, take, ticket

LATER = NOW + timedelta(minutes=5)
MUCH_LATER = NOW + timedelta(hours=1)
AOI = person("m1", name="見本 葵", email="aoi@example.jp", role="agent")
ANSWER = "お待たせしております。入金を確認いたしました。"


@pytest.fixture
def known(session: Session) -> Session:
    """A ticket of a helpdesk, by a customer, with one message."""
    take(session.store, AOI, ticket("1", status="new"), comment("1", "a"), desk="default")
    return session


def told(session: Session, tmp_path: Path, **wanted: Any) -> Any:
    """What is exported now."""
    return exported(session, tmp_path / f"{len(outbox.exports(session.store))}.json", **wanted)


def states(session: Session) -> dict[str, str]:
    """How far each deed has come."""
    rows = [each for state in State for each in out.listed(session.store, state)]
    names = {row["id"]: row["verb"] for row in table(session.store, "event")}
    return {names[each["id"]]: str(each["state"]) for each in rows}


def bodies(session: Session) -> list[str]:
    return [each.body for each in tickets.conversation(session.store, 10001).messages]


def test_a_reply_comes_back_once(known: Session, tmp_path: Path) -> None:
    perform(known, "reply", [10001], {"body": ANSWER})
    told(known, tmp_path)
    theirs = comment("1", "b", at=LATER, author_id="api", body=f" {ANSWER}\r\n\n-- \r\nSupport ")
    summary = take(
        known.store, ticket("1", status="open", updated_at=LATER, assignee_id="m1"), comment("1", "a"), theirs
    )
    assert outcomes(summary, "messages") == {"unchanged": 2}
    assert states(known) == {"reply": "acknowledged"}
    assert bodies(known) == ["本文 a", ANSWER]
    [row] = [row for row in table(known.store, "message") if row["body"] == ANSWER]
    assert (row["source"], row["external_id"]) == (SOURCE, "b")
    again = take(known.store, comment("1", "b", at=MUCH_LATER, author_id="api", body="[redacted]"))
    assert outcomes(again, "messages") == {"changed": 1}
    assert bodies(known) == ["本文 a", "[redacted]"]


@pytest.mark.parametrize(
    "other",
    [
        {"body": "別の話"},
        {"body": ANSWER, "public": False},
        {"body": ANSWER, "author_id": "c1"},
        {"body": ANSWER, "at": NOW - timedelta(hours=5)},
        {"body": "別の話", "extra": {"metadata": {"custom": {"agentconsole": "ffffffff:1,2,3,4,5"}}}},
    ],
    ids=["other words", "internal", "the customer's own", "from before", "another store's"],
)
def test_what_only_looks_like_it_is_not_ours(known: Session, tmp_path: Path, other: dict[str, Any]) -> None:
    perform(known, "reply", [10001], {"body": ANSWER})
    told(known, tmp_path)
    said = {"at": LATER, "author_id": "api"} | other
    summary = take(known.store, comment("1", "b", **said))
    assert outcomes(summary, "messages") == {"new": 1}
    assert states(known) == {"reply": "exported"}


def test_two_replies_of_the_same_words_are_two(known: Session, tmp_path: Path) -> None:
    for _time in range(2):
        perform(known, "note", [10001], {"body": "同じ"})
    told(known, tmp_path)
    take(known.store, comment("1", "b", at=LATER, author_id="api", body="同じ", public=False))
    assert len(ids(known, State.EXPORTED)) == 1
    take(known.store, comment("1", "c", at=LATER, author_id="api", body="同じ", public=False))
    assert ids(known, State.EXPORTED) == []
    assert bodies(known) == ["本文 a", "同じ", "同じ"]


def test_fields_are_acknowledged_when_they_are_seen(known: Session, tmp_path: Path) -> None:
    perform(known, "tag", [10001], {"tags": ("+vip", "+a")})
    perform(known, "priority", [10001], {"priority": "high"})
    told(known, tmp_path)
    take(known.store, ticket("1", status="new", updated_at=LATER, tags=("a", "vip")))
    assert states(known) == {"tag": "acknowledged", "priority": "exported"}
    assert conflicts.conflicts(known.store) == []
    take(known.store, ticket("1", status="new", updated_at=MUCH_LATER, tags=("a", "vip"), priority="high"))
    assert states(known) == {"tag": "acknowledged", "priority": "acknowledged"}


def test_of_several_words_on_one_field_the_last_one_counts(known: Session, tmp_path: Path) -> None:
    perform(known, "priority", [10001], {"priority": "high"})
    perform(known, "priority", [10001], {"priority": "urgent"})
    assert [each["priority"] for each in told(known, tmp_path)["tickets"]] == ["urgent"]
    take(known.store, ticket("1", status="new", updated_at=LATER, priority="urgent"))
    assert states(known) == {"priority": "acknowledged"}
    assert ids(known, State.EXPORTED) == []


def test_our_own_word_coming_back_is_no_conflict_with_what_we_did_since(known: Session, tmp_path: Path) -> None:
    perform(known, "priority", [10001], {"priority": "high"})
    told(known, tmp_path)
    perform(known, "priority", [10001], {"priority": "urgent"})
    summary = take(known.store, ticket("1", status="new", updated_at=LATER, priority="high"))
    assert outcomes(summary, "tickets") == {"changed": 1}
    assert tickets.get(known.store, 10001).priority == "urgent"
    assert [each["payload"]["priority"] for each in out.listed(known.store)] == ["urgent"]
    assert len(ids(known, State.ACKNOWLEDGED)) == 1


def test_a_reply_that_arrived_without_its_fields_is_not_said_again(known: Session, tmp_path: Path) -> None:
    perform(known, "reply", [10001], {"body": ANSWER})
    told(known, tmp_path)
    late = ticket("1", status="new", updated_at=LATER)
    take(known.store, late, comment("1", "b", at=LATER, author_id="api", body=ANSWER))
    assert states(known) == {"reply": "exported"}
    [entry] = exported(known, tmp_path / "again.json", again=1)["tickets"]
    assert "comment" not in entry
    assert entry["status"] == "open"
    take(known.store, ticket("1", status="open", updated_at=MUCH_LATER))
    assert states(known) == {"reply": "acknowledged"}


def test_nothing_is_lost_by_a_sync_that_does_not_show_it(known: Session, tmp_path: Path) -> None:
    perform(known, "reply", [10001], {"body": ANSWER})
    told(known, tmp_path)
    take(known.store, ticket("2"), ticket("1", status="new"), comment("1", "a"))
    assert states(known) == {"reply": "exported"}
    assert bodies(known) == ["本文 a", ANSWER]


def test_a_conflict_is_an_answer(known: Session, tmp_path: Path) -> None:
    perform(known, "priority", [10001], {"priority": "high"})
    told(known, tmp_path)
    take(known.store, ticket("1", status="new", updated_at=LATER, priority="low"))
    assert states(known) == {"priority": "acknowledged"}
    assert [(each.ours, each.theirs) for each in conflicts.conflicts(known.store)] == [("high", "low")]


@pytest.mark.parametrize(
    ("way", "verb", "comes_back"),
    [
        ("zammad", ("solve", {}), {"status": "closed"}),
        ("zammad", ("priority", {"priority": "urgent"}), {"priority": "3 high"}),
        ("freshdesk", ("solve", {}), {"status": "Resolved"}),
    ],
)
def test_a_helpdesk_without_our_word_says_its_nearest(
    known: Session, tmp_path: Path, way: str, verb: tuple[str, dict[str, str]], comes_back: dict[str, str]
) -> None:
    perform(known, verb[0], [10001], verb[1])
    told(known, tmp_path, format=way)
    take(known.store, ticket("1", **{"status": "new"} | comes_back, updated_at=LATER))
    assert states(known) == {verb[0]: "acknowledged"}
    assert conflicts.conflicts(known.store) == []
    take(known.store, ticket("1", status="open", priority="high", updated_at=MUCH_LATER))
    assert tickets.get(known.store, 10001).status is Status.OPEN
    assert conflicts.conflicts(known.store) == []


def test_where_the_helpdesk_cannot_know_our_agent_the_rest_counts(known: Session, tmp_path: Path) -> None:
    perform(known, "claim", [10001])
    told(known, tmp_path)
    take(known.store, ticket("1", status="open", updated_at=LATER))
    assert states(known) == {"claim": "acknowledged"}


# --- tickets that began here


@pytest.fixture
def new(session: Session, clock: FrozenClock) -> Session:
    made = open_ticket(session, desk="default", channel="phone", subject="電話", body="折り返し希望", name="見本 花子")
    assert made.ticket.number == 10001
    return session


def came(mark: str | None, **said: Any) -> list[Any]:
    """The ticket as the helpdesk shows it once it has made it."""
    extra = {"external_id": mark} if mark else {}
    usual = {
        "subject": "電話",
        "description": "折り返し希望",
        "status": "new",
        "created_at": LATER,
        "updated_at": LATER,
    }
    return [ticket("900", extra=extra, **usual | said), comment("900", "a", at=LATER, body="折り返し希望")]


@pytest.mark.parametrize("is_marked", [True, False])
def test_a_new_ticket_gets_the_helpdesks_number(new: Session, tmp_path: Path, is_marked: bool) -> None:
    [entry] = told(new, tmp_path)["tickets"]
    perform(new, "reply", [10001], {"body": ANSWER})
    summary = take(new.store, *came(entry["external_id"] if is_marked else None))
    assert outcomes(summary, "tickets") == {"changed": 1}
    row = tickets.get(new.store, 10001)
    assert (row.source, row.external_id, row.status) == (SOURCE, "900", Status.OPEN)
    assert tickets.total(new.store) == 1
    assert states(new) == {"new": "acknowledged", "reply": "waiting"}
    assert bodies(new) == ["折り返し希望", ANSWER]
    [replied] = told(new, tmp_path)["tickets"]
    assert (replied["id"], replied["status"], replied["comment"]["body"]) == (900, "open", ANSWER)
    assert conflicts.conflicts(new.store) == []


@pytest.mark.parametrize(
    "said",
    [{"subject": "別件"}, {"created_at": NOW - timedelta(days=1)}, {"description": "別の話", "comments": ()}],
    ids=["other subject", "from before", "other words"],
)
def test_a_ticket_that_only_looks_like_it_is_another(new: Session, tmp_path: Path, said: dict[str, Any]) -> None:
    told(new, tmp_path)
    take(new.store, came(None, **said)[:1])
    assert tickets.total(new.store) == 2
    assert states(new) == {"new": "exported"}


def test_a_mark_of_another_store_is_not_ours(new: Session, tmp_path: Path) -> None:
    told(new, tmp_path)
    take(new.store, came("agentconsole:00000000:10001", subject="別件")[:1])
    assert tickets.total(new.store) == 2


# --- with real files


def test_a_mark_in_zendesks_metadata_is_known_again(session: Session, tmp_path: Path) -> None:
    page: dict[str, Any] = {
        "tickets": [
            {
                "id": 1, "subject": "入金", "description": "まだです", "status": "new", "requester_id": 77,
                "created_at": "2026-11-20T08:00:00Z", "updated_at": "2026-11-20T08:30:00Z",
            }
        ],
        "users": [{"id": 77, "name": "見本 花子", "role": "end-user"}],
    }  # fmt: skip
    file = tmp_path / "export.json"
    file.write_text(json.dumps(page), encoding="utf-8")
    syncing.sync(session.store, syncing.Request([file]), NOW)
    perform(session, "reply", [10001], {"body": ANSWER})
    [entry] = told(session, tmp_path)["tickets"]
    assert (entry["safe_update"], entry["updated_stamp"]) == (True, "2026-11-20T08:30:00Z")
    page["tickets"][0] |= {
        "status": "open",
        "updated_at": "2026-11-20T09:05:00Z",
        "comments": [
            {
                "id": 5, "author_id": 99, "body": "書き換えられた文", "public": True,
                "created_at": "2026-11-20T09:05:00Z", "metadata": {"system": {}, "custom": entry["metadata"]},
            }
        ],
    }  # fmt: skip
    file.write_text(json.dumps(page), encoding="utf-8")
    syncing.sync(session.store, syncing.Request([file]), LATER)
    assert states(session) == {"reply": "acknowledged"}
    assert bodies(session) == [ANSWER]


MAIL = (
    "From: =?utf-8?b?6KaL5pysIOiKseWtkA==?= <hanako@example.jp>\r\nTo: desk@example.org\r\nSubject: deposit\r\n"
    "Message-ID: <1@example.jp>\r\nDate: Fri, 20 Nov 2026 08:00:00 +0000\r\n\r\nIt has not arrived.\r\n"
)


def test_a_mail_that_was_sent_is_known_by_its_id(session: Session, tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "1.eml").write_bytes(MAIL.encode())
    syncing.sync(session.store, syncing.Request([inbox]), NOW)
    perform(session, "reply", [10001], {"body": "We have found it.\n", "override": ("language",)})
    perform(session, "note", [10001], {"body": "internal"})
    done = out.export(session.store, inbox / "2.eml", session.now())
    assert len(done.events) == 1
    assert states(session) == {"reply": "exported", "note": "acknowledged"}
    summary = syncing.sync(session.store, syncing.Request([inbox]), LATER)
    assert outcomes(summary, "messages") == {"unchanged": 2}
    assert states(session)["reply"] == "acknowledged"
    assert len(bodies(session)) == 3


def test_groups_that_the_desk_does_not_map_are_not_waited_for(known: Session, tmp_path: Path) -> None:
    take(known.store, group("g1", "Tax"))
    perform(known, "escalate", [10001], {"tier": "2", "reason": "r", "note": "二次へ"})
    told(known, tmp_path)
    take(
        known.store,
        ticket("1", status="open", updated_at=LATER),
        comment("1", "b", at=LATER, author_id="api", body="二次へ", public=False),
    )
    assert states(known) == {"escalate": "acknowledged"}
