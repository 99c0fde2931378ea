"""Comments in files of their own: brought to their tickets, none lost, and nothing different for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.services import syncing
from agentconsole.store.spool import Spool
from agentconsole.store.store import Store
from agentconsole.sync import joining
from agentconsole.sync.joining import joined
from agentconsole.sync.records import CommentRecord, Record, TicketRecord
from tests.conftest import NOW
from tests.support.dump import by_names
from tests.support.records import comment, ticket
from tests.sync.test_reader_process import words

AT = "2026-11-20T0{}:00:00Z"


def named(records: list[Record]) -> list[str]:
    return [each.external_id or "" for each in records if isinstance(each, TicketRecord | CommentRecord)]


@pytest.mark.parametrize("room", [joining.ROOM, 1500, 0])
def test_comments_follow_their_tickets(monkeypatch: pytest.MonkeyPatch, room: int) -> None:
    monkeypatch.setattr(joining, "ROOM", room)
    said = [comment(f"t{each % 3}", f"c{each}", body="入金" * each) for each in range(9)]
    found = list(joined([*said, ticket("t2"), ticket("t0"), comment("t0", "late"), ticket("t0"), comment("t9", "x")]))
    assert named(found)[:9] == ["t2", "c2", "c5", "c8", "t0", "c0", "c3", "c6", "t0"]
    assert named(found)[9] == "late"
    assert sorted(named(found)[10:]) == ["c1", "c4", "c7", "x"]
    assert [each for each in found if each in said] == [said[at] for at in (2, 5, 8, 0, 3, 6, 1, 4, 7)]
    (first, *_) = found
    assert isinstance(first, TicketRecord)
    assert first.beside == (said[2], said[5], said[8])
    assert said[8].body in first.text()


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 4)), max_size=40), st.sampled_from([0, 2500, joining.ROOM])
)  # fmt: skip
def test_nothing_is_lost_in_any_order(things: list[tuple[bool, int]], room: int) -> None:
    records: list[Record] = [
        ticket(f"t{of}") if is_ticket else comment(f"t{of}", f"c{at}") for at, (is_ticket, of) in enumerate(things)
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(joining, "ROOM", room)
        found = list(joined(records))
    assert sorted(named(found)) == sorted(named(records))
    assert [each.external_id for each in found if isinstance(each, TicketRecord)] == [
        each.external_id for each in records if isinstance(each, TicketRecord)
    ]


def test_one_ticket_does_not_take_all_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "ROOM", 10_000)
    monkeypatch.setattr(joining, "_TOGETHER", 3)
    said = [comment("t", f"c{each}") for each in range(90)]
    first, *rest = joined([*said, ticket("t")])
    assert isinstance(first, TicketRecord)
    assert len(first.beside) < 60
    assert sorted(named(rest)) == sorted(named(list(said)))


def test_a_spool_keeps_the_order() -> None:
    spool = Spool()
    for each in range(25):
        spool.put("ab"[each % 2], bytes([each]))
    assert spool.take("a") == [bytes([each]) for each in range(0, 20, 2)]
    spool.put("a", b"z")
    assert spool.take("a") == [bytes([each]) for each in (20, 22, 24)] + [b"z"]
    assert spool.take("a") == spool.take("c") == []
    assert list(spool.rest()) == [bytes([each]) for each in range(1, 25, 2)]
    spool.close()


def exported(folder: Path, *, apart: bool) -> Path:
    """Twelve tickets with three comments each; one without its ticket, one too large."""
    folder.mkdir()
    tickets: list[dict[str, Any]] = []
    said: list[dict[str, Any]] = []
    for each in range(1, 13):
        its = [
            {"id": each * 10 + n, "ticket_id": each, "author_id": (77, 88)[n == 1], "body": f"入金 {each} {n}",
             "public": n != 2, "created_at": AT.format(n + 1)} for n in range(3)
        ]  # fmt: skip
        tickets.append({"id": each, "subject": f"件名 {each}", "description": its[0]["body"], "status": "open",
                        "created_at": AT.format(1), "updated_at": AT.format(4), "requester_id": 77,
                        **({} if apart else {"comments": its})})  # fmt: skip
        said += its if apart else []
    lost = {"id": 5, "ticket_id": 99, "author_id": 77, "body": "x", "created_at": AT.format(1)}
    large = {"id": 6, "ticket_id": 1, "author_id": 77, "body": "y", "created_at": AT.format(1),
             "attachments": [{"file_name": "a"}] * 1001}  # fmt: skip
    parts = {"tickets.ndjson": tickets, "comments.ndjson": [*reversed(said), lost, large]}
    for name, items in parts.items():
        (folder / name).write_text("".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items), "utf-8")
    return folder


def test_the_store_is_the_same_as_with_comments_inside(new_store: Callable[[], Store], tmp_path: Path) -> None:
    stores = [new_store(), new_store()]
    for store, apart in zip(stores, (False, True), strict=True):
        request = syncing.Request([exported(tmp_path / str(apart), apart=apart)])
        summary = syncing.sync(store, request, NOW)
        assert (summary.counts["messages"]["new"], summary.rejected_total) == (36, 2)
        again = syncing.sync(store, request, NOW)
        assert (again.counts["tickets"]["unchanged"], again.counts["tickets"]["changed"]) == (12, 0)
        assert again.counts["messages"]["new"] == 0
    inside, beside = (by_names(store) for store in stores)
    for name, found in inside.items():
        without = ("hash", "taken_line")
        assert {key: value for key, value in beside[name].items() if key not in without} == {
            key: value for key, value in found.items() if key not in without
        }
    assert words(stores[0]) == words(stores[1])


def test_a_changed_comment_reaches_an_unchanged_ticket(store: Store, tmp_path: Path) -> None:
    folder = exported(tmp_path / "x", apart=True)
    syncing.sync(store, syncing.Request([folder]), NOW)
    said = folder / "comments.ndjson"
    said.write_text(said.read_text("utf-8").replace("入金 3 1", "着金しました"), "utf-8")
    summary = syncing.sync(store, syncing.Request([folder]), NOW)
    assert (summary.counts["tickets"]["unchanged"], summary.counts["messages"]["changed"]) == (12, 1)
    (row,) = store.connection.execute("SELECT body FROM message WHERE external_id = '31'")
    assert row["body"] == "着金しました"
