"""The merge: records of a source become tickets, once, whatever the order, and without taking our work away."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentconsole.domain.desk import Desk
from agentconsole.domain.values import AuthorKind, Status
from agentconsole.store import desks, intake, quarantine, tickets
from agentconsole.store.store import Store
from agentconsole.sync import merge as merging
from agentconsole.sync import steps
from agentconsole.sync.records import (
    AttachmentRecord,
    Place,
    Record,
    RejectedRecord,
    SkippedRecord,
)
from tests.support.desk import office as an_office
from tests.support.dump import by_names, everything, table
from tests.support.records import (
    HERE,
    NOW,
    SOURCE,
    ago,
    comment,
    group,
    organization,
    outcomes,
    person,
    take,
    ticket,
)

EXPORT: list[Record] = [
    group("g1", "Front"),
    group("g2", "二次対応"),
    organization("o1", "見本商事"),
    person("c1", name="見本 花子", email="hanako@example.jp", organization_id="o1", locale="ja-JP"),
    person("c2", name="Sample Person", email="sample@example.com", locale="en-US"),
    person("900", name="見本 葵", email="aoi@example.jp", role="agent"),
    person("901", name="見本 健", email="ken@example.jp", role="admin"),
    ticket("1", group_id="g1", assignee_id="900", tags=("vip", "入金"), custom_fields={"9001": "0xabc", "5": "five"}),
    ticket("2", group_id="g2", requester_id="c2", organization_id="o1", status="solved", priority="high"),
    ticket("3", status="new", via="chat", requester_id="900"),
    comment("1", "a", body="入金がまだです"),
    comment("1", "b", author_id="900", at=ago(hours=21), body="確認します"),
    comment("1", "c", author_id="901", at=ago(hours=20), public=False, body="口座を見た"),
    comment("2", "d", author_id="c2", attachments=(AttachmentRecord("shot.png", "image/png", 10),)),
    comment("2", "e", author_id="c1", at=ago(hours=21), body="私からも一言"),
    comment("2", "f", author_id="901", at=ago(hours=20)),
    comment("3", "g", author_id="900", body="自分の問い合わせ"),
    comment("3", "h", author_id=None, author_kind="bot", body="自動応答"),
]


def test_an_export_becomes_tickets_with_all_that_hangs_on_them(store: Store, office: Desk) -> None:
    summary = take(store, EXPORT, desk="office")
    assert {kind: outcomes(summary, kind) for kind in ("tickets", "messages", "customers", "groups")} == {
        "tickets": {"new": 3},
        "messages": {"new": 8},
        "customers": {"new": 4},
        "groups": {"new": 2},
    }
    first = tickets.get(store, 10001)
    assert (first.source, first.external_id, first.tier, first.assignee) == (SOURCE, "1", 1, "aoi")
    assert (first.requester_name, first.language, first.tags) == ("見本 花子", "ja", ("vip", "入金"))
    assert (first.fields, first.channel) == ({"txid": "0xabc"}, "form")
    second = tickets.get(store, 10002)
    assert (second.status, second.tier, second.language, second.due_at) == (Status.SOLVED, 2, "en", None)
    said = [(each.author_kind, each.author_name, each.public) for each in tickets.messages(store, first)]
    assert said == [
        (AuthorKind.CUSTOMER, "見本 花子", True),
        (AuthorKind.AGENT, "見本 葵", True),
        (AuthorKind.AGENT, "見本 健", False),
    ]
    assert [each.author_kind for each in tickets.messages(store, second)] == [
        AuthorKind.CUSTOMER,
        AuthorKind.CUSTOMER,
        AuthorKind.AGENT,
    ]
    third = tickets.messages(store, tickets.get(store, 10003))
    assert {each.author_kind for each in third} == {AuthorKind.CUSTOMER, AuthorKind.BOT}
    assert json.loads(table(store, "ticket", "extra")[0]["extra"]) == {"custom_fields": {"5": "five"}}


def test_the_same_again_changes_nothing(store: Store, office: Desk) -> None:
    take(store, EXPORT, desk="office")
    before = everything(store)
    summary = take(store, EXPORT, at=NOW + timedelta(minutes=5), desk="office")
    assert everything(store) == before
    assert {kind: outcomes(summary, kind) for kind in ("tickets", "messages", "customers", "organizations")} == {
        "tickets": {"unchanged": 3},
        "messages": {"unchanged": 8},
        "customers": {"unchanged": 4},
        "organizations": {"unchanged": 1},
    }


def test_repeats_within_one_export_count_as_unchanged(store: Store, office: Desk) -> None:
    summary = take(store, EXPORT, EXPORT, desk="office")
    assert outcomes(summary, "tickets") == {"new": 3, "unchanged": 3}
    assert outcomes(summary, "messages") == {"new": 8, "unchanged": 8}
    assert outcomes(summary, "customers") == {"new": 4, "unchanged": 4}
    assert len(table(store, "event")) == 3


@pytest.fixture(scope="module")
def in_order(empty_store: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the export in its natural order makes."""
    import shutil

    path = tmp_path_factory.mktemp("order") / "store.db"
    shutil.copy(empty_store, path)
    with Store(path) as store:
        return _taken(store, [EXPORT])


def _taken(store: Store, runs: list[list[Record]]) -> dict[str, Any]:
    with store.writing():
        desks.save_desk(store, an_office(), NOW)
    for run in runs:
        take(store, run, desk="office")
    return by_names(store)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shuffled=st.permutations(EXPORT), batch=st.integers(1, 8))
def test_the_order_of_records_does_not_matter(
    new_store: Callable[[], Store], in_order: dict[str, Any], shuffled: list[Record], batch: int
) -> None:
    """Once more in any order, they are read with all that is known of groups and people."""
    store = new_store()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(steps, "BATCH", batch)
        once = _taken(store, [shuffled])
        assert {name: row["messages"] for name, row in once.items()} == {
            name: row["messages"] for name, row in in_order.items()
        }
        assert _taken(store, [shuffled]) == in_order
        before = everything(store)
        assert _taken(store, [shuffled]) == in_order
        assert everything(store) == before
    store.close()


def test_the_order_of_files_in_one_run_does_not_matter_to_clocks(
    new_store: Callable[[], Store], in_order: dict[str, Any]
) -> None:
    kinds: dict[str, list[Record]] = {"first": EXPORT[:7], "tickets": EXPORT[7:10], "comments": EXPORT[10:]}
    orders = [
        ["first", "comments", "tickets"],
        ["comments", "first", "tickets"],
        ["first", "tickets", "comments"],
    ]
    for order in orders:
        assert _taken(new_store(), [[each for name in order for each in kinds[name]]]) == in_order


def test_comments_that_came_before_their_ticket_are_taken_when_they_come_again(
    new_store: Callable[[], Store], in_order: dict[str, Any]
) -> None:
    store = new_store()
    found = _taken(store, [EXPORT[10:], EXPORT[:10], EXPORT[10:]])
    assert found == in_order
    assert quarantine.listed(store) == []


def test_a_comment_without_its_ticket_is_kept_whole(store: Store) -> None:
    lost = comment(
        "404", "z", body="本文" * 500, attachments=(AttachmentRecord("a.pdf", "application/pdf", 5),), extra={"x": [1]}
    )
    summary = take(store, ticket("1"), lost)
    assert outcomes(summary, "messages") == {"rejected": 1}
    assert summary.as_json()["rejected"] == [
        {"file": HERE.file, "line": HERE.line, "object": "comment", "reason": "its ticket 404 is not in the store"}
    ]
    row = table(store, "rejected_record")[0]
    assert (row["run_id"], row["file"], row["line"], row["object"]) == (summary.run, HERE.file, HERE.line, "comment")
    whole = json.loads(row["raw"])
    assert whole["body"] == lost.body
    assert (whole["external_id"], whole["ticket_external_id"]) == ("z", "404")
    assert (whole["at"], whole["author_id"]) == ("2026-11-19T11:00:00Z", "c1")
    assert whole["attachments"] == [{"name": "a.pdf", "type": "application/pdf", "size": 5}]
    assert whole["extra"] == {"x": [1]}


def test_only_so_many_comments_wait_for_their_tickets(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agentconsole.sync.run.HELD", 2)
    summary = take(store, [comment("1", str(index)) for index in range(5)], ticket("1"))
    # One batch: the ticket stands before its comments are looked at.
    assert outcomes(summary, "messages") == {"new": 5}
    monkeypatch.setattr(steps, "BATCH", 1)
    summary = take(store, [comment("2", f"x{index}") for index in range(5)], ticket("2"))
    assert outcomes(summary, "messages") == {"new": 5}
    assert (summary.rejected_total, summary.retried, table(store, "rejected_record")) == (0, 0, [])


def test_a_comment_set_aside_is_taken_by_the_run_that_brings_its_ticket(store: Store) -> None:
    first = take(store, comment("1", "a"), comment("1", "b"), comment("2", "c"))
    assert (first.rejected_total, len(table(store, "rejected_record"))) == (3, 3)
    summary = take(store, ticket("1"))
    assert (outcomes(summary, "messages"), summary.retried) == ({"new": 2}, 2)
    assert summary.as_json()["retried"] == 2
    assert [each.ticket for each in quarantine.listed(store)] == ["2"]
    again = take(store, ticket("1"), comment("1", "a"))
    assert (outcomes(again, "messages"), again.retried) == ({"unchanged": 1}, 0)


def test_what_still_cannot_be_taken_stays_aside_and_is_not_tried_forever(store: Store) -> None:
    take(store, ticket("1"), comment("1", "a"), comment("2", "a"))
    summary = take(store, ticket("2"))
    assert (outcomes(summary, "messages"), summary.retried) == ({"rejected": 1}, 0)
    summary = take(store, ticket("3"))
    assert (outcomes(summary, "messages"), summary.retried) == ({}, 0)
    (row,) = table(store, "rejected_record")
    assert "has the id a already" in row["reason"]


def test_what_is_refused_again_and_again_is_kept_once_as_it_was_met_last(store: Store) -> None:
    bad = RejectedRecord(Place("export.ndjson", 7), "ticket", "no id", '{"subject": "?"}')
    take(store, bad)
    summary = take(store, replace(bad, place=Place("newer.ndjson", 9)), comment("404", "z"))
    take(store, comment("404", "z"))
    first, second = table(store, "rejected_record")
    assert (first["run_id"], first["file"], first["line"]) == (summary.run, "newer.ndjson", 9)
    assert second["ticket"] == "404"


def test_the_id_of_another_tickets_comment_is_refused(store: Store) -> None:
    take(store, ticket("1"), ticket("2"), comment("1", "7", body="一つ目"))
    summary = take(store, comment("2", "7", body="二つ目"))
    assert outcomes(summary, "messages") == {"rejected": 1}
    assert [row["body"] for row in table(store, "message")] == ["一つ目"]
    both = take(store, comment("1", "8"), comment("2", "8"))
    assert outcomes(both, "messages") == {"new": 1, "rejected": 1}


def test_what_formats_refuse_or_skip_is_kept_and_counted(store: Store) -> None:
    bad = RejectedRecord(Place("export.ndjson", 7), "ticket", "no id", '{"subject": "?"}')
    odd = RejectedRecord(Place("export.ndjson", 8), "record", "not JSON", "?")
    summary = take(store, bad, odd, SkippedRecord("macros"), SkippedRecord("macros"))
    assert outcomes(summary, "tickets") == {"rejected": 1}
    assert summary.as_json()["skipped"] == {"macros": 2}
    assert [row["raw"] for row in table(store, "rejected_record")] == ['{"subject": "?"}', "?"]
    assert len(summary.as_json()["rejected"]) == summary.rejected_total == 2


def test_the_run_keeps_its_summary(store: Store) -> None:
    summary = take(store, EXPORT)
    row = table(store, "sync_run")[0]
    assert (row["id"], row["source"], row["format"], json.loads(row["files"])) == (
        summary.run,
        SOURCE,
        "made-up",
        ["export.ndjson"],
    )
    assert json.loads(row["summary"]) == summary.as_json()
    assert row["finished_at"] == int(NOW.timestamp())


# --- when it breaks


def test_what_was_written_before_a_crash_stays(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(steps, "BATCH", 2)

    def torn() -> Iterator[Record]:
        yield from (ticket(str(index)) for index in range(5))
        raise OSError("the disk was pulled out")

    with pytest.raises(OSError, match="pulled out"):
        merging.merge(
            store,
            torn(),
            source=SOURCE,
            format_name="made-up",
            files=(),
            desks=desks.desks(store),
            desk=desks.desk(store, "default"),
            now=NOW,
        )
    assert [row["external_id"] for row in table(store, "ticket")] == ["0", "1", "2", "3"]
    assert table(store, "sync_run", "finished_at") == [{"finished_at": None}]
    summary = take(store, [ticket(str(index)) for index in range(5)])
    assert outcomes(summary, "tickets") == {"new": 1, "unchanged": 4}
    assert [row["number"] for row in table(store, "ticket")] == [10001, 10002, 10003, 10004, 10005]


def test_numbers_begin_at_10001_and_are_never_used_again(store: Store) -> None:
    take(store, ticket("1"), ticket("2"))
    with store.writing():
        for name in ("event", "clock"):
            store.connection.execute(f"DELETE FROM {name} WHERE ticket = 10002")  # noqa: S608 - of tests
        store.connection.execute("DELETE FROM ticket WHERE number = 10002")
    take(store, ticket("3"))
    assert [row["number"] for row in table(store, "ticket")] == [10001, 10003]


STATUSES = ("new", "open", "pending", "hold", "solved", "closed", "deleted")
ANSWERS = st.lists(
    st.tuples(st.integers(0, 80), st.sampled_from(["c1", "900", None]), st.booleans(), st.booleans()), max_size=5
)


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    answers=ANSWERS,
    status=st.sampled_from(STATUSES),
    priority=st.sampled_from([None, "low", "urgent"]),
    touched=st.integers(0, 60),
)
def test_clocks_of_a_ticket_that_comes_whole_are_those_derived_from_what_was_written(
    new_store: Callable[[], Store],
    office: Desk,
    answers: list[tuple[int, str | None, bool, bool]],
    status: str,
    priority: str | None,
    touched: int,
) -> None:
    store = new_store()
    with store.writing():
        desks.save_desk(store, office, NOW)
    said = [
        comment("1", str(number), at=ago(hours=hours), author_id=author, public=public, automatic=automatic)
        for number, (hours, author, public, automatic) in enumerate(answers)
    ]
    whole = ticket(
        "1",
        created_at=ago(hours=60),
        updated_at=ago(hours=touched),
        status=status,
        priority=priority,
        group_id="g2",
        comments=tuple(said),
    )
    take(store, group("g2", "二次対応"), person("c1", customer_class="vip"), person("900", role="agent"), whole)
    before = everything(store)
    with store.writing():
        store.connection.execute("UPDATE clock SET due_at = 0")  # so that all of them are written again
        intake.derive_clocks(store, [10001], NOW)
    assert everything(store) == before


def test_comments_that_have_waited_are_taken_in_steps_too(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    tickets_of_it = [ticket(str(number)) for number in range(60)]
    monkeypatch.setattr(steps, "BATCH", 2)
    monkeypatch.setattr(steps, "LEAST", 2)
    take(store, *(comment(each.external_id, f"c{each.external_id}", body="x" * 40_000) for each in tickets_of_it))
    assert take(store, *tickets_of_it).retried == 60
    assert store.path.with_name(f"{store.path.name}-wal").stat().st_size < 2_000_000


def test_a_sync_knows_others_by_what_they_write(store: Store) -> None:
    def write(writer: Store) -> None:
        with writer.writing():
            intake.begin_run(writer, SOURCE, "zendesk", [], NOW, "desk", None)

    before = store.data_version()
    write(store)
    assert store.data_version() == before
    with Store(store.path) as other:
        write(other)
    assert store.data_version() != before
