"""The merge: records of a source become tickets, once, whatever the order, and without taking our work away."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentconsole.domain.desk import Desk
from agentconsole.domain.desk_file import load_desk
from agentconsole.domain.values import AuthorKind, Status
from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.store import desks, tickets
from agentconsole.store.store import Store
from agentconsole.sync import merge as merging
from agentconsole.sync.records import (
    AccountEventRecord,
    AttachmentRecord,
    MovementRecord,
    Place,
    Record,
    RejectedRecord,
    SkippedRecord,
)
from tests.support.desk import TEXT
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
    person,
    take,
    ticket,
)


def outcomes(summary: Any, kind: str) -> dict[str, int]:
    counted: dict[str, int] = summary.as_json()[kind]
    assert counted["read"] == sum(counted.values()) - counted["read"]
    return {name: number for name, number in counted.items() if number and name != "read"}


def rows_of(store: Store) -> dict[str, Any]:
    return everything(store)


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
    before = rows_of(store)
    summary = take(store, EXPORT, at=NOW + timedelta(minutes=5), desk="office")
    assert rows_of(store) == before
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
        patched.setattr(merging, "BATCH", batch)
        once = _taken(store, [shuffled])
        assert {name: row["messages"] for name, row in once.items()} == {
            name: row["messages"] for name, row in in_order.items()
        }
        assert _taken(store, [shuffled]) == in_order
        before = rows_of(store)
        assert _taken(store, [shuffled]) == in_order
        assert rows_of(store) == before
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
    assert len(table(store, "rejected_record")) == 8


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
    monkeypatch.setattr(merging, "BATCH", 1)
    summary = take(store, [comment("2", f"x{index}") for index in range(5)], ticket("2"))
    assert outcomes(summary, "messages") == {"new": 2, "rejected": 3}


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


# --- people


def test_who_is_only_referred_to_is_filled_in_later(store: Store) -> None:
    take(store, ticket("1", assignee_id="900"), comment("1", "a"), comment("1", "b", author_id="900"))
    before = tickets.get(store, 10001)
    assert (before.requester_name, before.assignee) == (None, "helpdesk:900")
    summary = take(
        store, person("c1", name="見本 花子"), person("900", name="見本 葵", email="aoi@example.jp", role="agent")
    )
    assert outcomes(summary, "customers") == {"new": 2}
    after = tickets.get(store, 10001)
    assert (after.requester_name, after.assignee) == ("見本 花子", "aoi")
    assert len(table(store, "customer")) == 2
    assert len(table(store, "agent")) == 1


def test_an_agent_who_works_here_already_becomes_the_sources(session: Session) -> None:
    """Whether their name comes before the tickets or after them."""
    store = session.store
    take(store, ticket("1", assignee_id="900"), comment("1", "b", author_id="900"))
    take(store, person("900", name="見本 葵", email="aoi@example.jp", role="agent"))
    assert tickets.get(store, 10001).assignee == "aoi"
    assert [(row["id"], row["login"], row["external_id"]) for row in table(store, "agent")] == [
        (session.agent.id, "aoi", "900")
    ]
    assert table(store, "message", "agent_id") == [{"agent_id": session.agent.id}]
    before = rows_of(store)
    take(store, ticket("1", assignee_id="900"))
    assert rows_of(store) == before
    summary = take(store, ticket("1", assignee_id="900", updated_at=ago(hours=1), subject="別の件名"))
    assert outcomes(summary, "tickets") == {"changed": 1}
    assert json.loads(table(store, "event")[-1]["after"])["subject"] == "別の件名"
    assert "assignee_id" not in json.loads(table(store, "event")[-1]["after"])


def test_two_agents_of_one_name_are_told_apart(store: Store) -> None:
    take(
        store,
        person("900", name="A", email="aoi@example.jp", role="agent"),
        person("901", name="B", email="aoi@example.com", role="agent"),
    )
    assert sorted(row["login"] for row in table(store, "agent")) == ["aoi", "helpdesk:901"]


def test_a_stranger_who_answers_is_staff_until_known_as_a_customer(store: Store, office: Desk) -> None:
    take(
        store,
        ticket("1", via="chat", created_at=ago(hours=1)),
        comment("1", "a", author_id="s1", at=ago(minutes=30)),
        desk="office",
    )
    assert table(store, "message", "author_kind") == [{"author_kind": "agent"}]
    assert tickets.get(store, 10001).due_kind == "update"
    take(store, person("s1", name="見本 次郎"), desk="office")
    assert table(store, "message", "author_kind") == [{"author_kind": "customer"}]
    assert tickets.get(store, 10001).due_kind == "first_response"
    assert table(store, "agent") == []


def test_who_asks_is_a_customer_even_if_staff(store: Store) -> None:
    take(store, person("900", name="A", email="aoi@example.jp", role="agent"))
    take(store, ticket("1", requester_id="900"), comment("1", "a", author_id="900"))
    take(store, ticket("2", requester_id="c1"), comment("2", "b", author_id="900"), comment("1", "c", author_id="900"))
    assert [(row["external_id"], row["author_kind"]) for row in table(store, "message")] == [
        ("a", "customer"),
        ("b", "agent"),
        ("c", "customer"),
    ]


def test_who_asks_makes_no_agent_by_asking_again(store: Store) -> None:
    take(store, ticket("1", requester_id="c1"))
    take(store, comment("1", "a", author_id="c1"))
    assert table(store, "agent") == []
    assert table(store, "message", "author_kind") == [{"author_kind": "customer"}]


def test_bots_and_the_system_are_no_people_of_ours(store: Store) -> None:
    take(
        store,
        ticket("1"),
        comment("1", "a", author_id="bot-1", author_kind="bot"),
        comment("1", "b", author_id="-1"),
        comment("1", "c", author_id=None, public=False),
        comment("1", "d", author_id=None),
    )
    kinds = {row["external_id"]: row["author_kind"] for row in table(store, "message")}
    assert kinds == {"a": "bot", "b": "system", "c": "agent", "d": "customer"}
    assert table(store, "agent") == []


def test_a_person_inside_a_ticket_adds_and_never_takes_away(store: Store) -> None:
    whole = person("c1", name="見本 花子", email="hanako@example.jp", phone="+1 202-555-0102", role="end-user")
    inside = person("c1", name="花子")
    take(store, whole)
    before = table(store, "customer")
    assert outcomes(take(store, ticket("1", people=(inside,))), "customers") == {"unchanged": 1}
    assert table(store, "customer") == before


def test_people_inside_tickets_fill_each_other_in_once(store: Store) -> None:
    records = [
        ticket("1", people=(person("c1", name="見本 花子"),)),
        ticket("2", people=(person("c1", name="見本 花子", email="hanako@example.jp"),)),
        ticket("3", people=(person("c1", name="見本 花子", phone="+1 202-555-0103"),), assignee_id="900"),
        ticket("4", people=(person("900", name="葵", email="aoi@example.jp", role="agent"), person("900", name="葵"))),
    ]
    take(store, records)
    rows = {row["external_id"]: row for row in table(store, "customer")}
    assert (rows["c1"]["email"], rows["c1"]["phone"]) == ("hanako@example.jp", "+1 202-555-0103")
    assert rows["900"]["role"] == "agent"
    before = rows_of(store)
    assert outcomes(take(store, records), "customers") == {"unchanged": 5}
    assert rows_of(store) == before


def test_groups_and_organizations_inside_tickets_name_what_has_no_name(store: Store) -> None:
    inside = ticket(
        "1", organization_id="o1", organizations=(organization("o1", "見本商事"),), groups=(group("g", "X"),)
    )
    take(store, ticket("2", organization_id="o1"))
    assert outcomes(take(store, inside), "organizations") == {"new": 1}
    assert table(store, "organization", "name") == [{"name": "見本商事"}]
    again = ticket("3", organizations=(organization("o1", None),), groups=(group("g", "X"),))
    summary = take(store, again)
    assert (outcomes(summary, "organizations"), outcomes(summary, "groups")) == ({"unchanged": 1}, {"unchanged": 1})


def test_an_account_is_replaced_by_what_came_last(store: Store) -> None:
    moved = MovementRecord(NOW, "deposit", "BTC", "0.1", "credited", "R-1")
    frozen = AccountEventRecord(NOW, "freeze", None)
    take(store, person("c1", name="A", movements=(moved, moved), account_events=(frozen,)))
    take(store, person("c1", name="A", movements=(moved,), account_events=(frozen,)))
    assert (len(table(store, "movement")), len(table(store, "account_event"))) == (1, 1)


def test_requesters_and_assignees_without_ids_are_known_by_what_is_said(store: Store) -> None:
    take(store, person("c9", name="見本 花子", email="hanako@example.jp"))
    nobody: dict[str, Any] = {"requester_id": None}
    records = [
        ticket("1", requester_email="hanako@example.jp", requester_name="花子", **nobody),
        ticket("2", requester_email="new@example.jp", requester_name="新 規", assignee_name="見本 葵", **nobody),
        ticket("3", requester_name="名 前", **nobody),
        ticket("4", **nobody),
        ticket("5", requester_email="new@example.jp", **nobody),
    ]
    take(store, records)
    found = [tickets.get(store, 10000 + index) for index in range(1, 6)]
    assert [each.requester_name for each in found] == ["見本 花子", "新 規", "名 前", None, "新 規"]
    assert found[1].assignee == "見本 葵"
    before = rows_of(store)
    take(store, records)
    assert rows_of(store) == before


# --- changes and conflicts


def test_what_only_the_source_changed_is_taken(store: Store, office: Desk) -> None:
    take(store, ticket("1", tags=("a",), custom_fields={"9001": "old"}), desk="office")
    changed = {"subject": "新しい件名", "status": "solved", "tags": ("b",), "custom_fields": {"9001": "new"}}
    summary = take(store, ticket("1", updated_at=ago(hours=2), **changed), desk="office")
    assert outcomes(summary, "tickets") == {"changed": 1}
    row = tickets.get(store, 10001)
    assert (row.subject, row.status, row.tags, row.fields) == ("新しい件名", Status.SOLVED, ("b",), {"txid": "new"})
    assert (row.updated_at, row.version) == (ago(hours=2), 2)
    assert table(store, "ticket_tag", "tag") == [{"tag": "b"}]
    assert table(store, "ticket_field", "value") == [{"value": "new"}]
    events = tickets.events(store, 10001)
    assert [event.verb for event in events] == ["imported", "source_changed"]
    assert (events[1].before["status"], events[1].after["status"]) == ("open", "solved")
    resolution = next(each for each in tickets.clocks_of(store, 10001) if each.kind == "resolution")
    assert resolution.fulfilled_at == ago(hours=2)


def test_what_only_we_changed_stays_ours(session: Session, office: Desk) -> None:
    store = session.store
    take(store, ticket("1"), desk="office")
    deeds.perform(session, "priority", [10001], {"priority": "urgent"})
    summary = take(store, ticket("1", updated_at=ago(hours=2), subject="新しい件名"), desk="office")
    assert outcomes(summary, "tickets") == {"changed": 1}
    row = tickets.get(store, 10001)
    assert (row.subject, row.priority) == ("新しい件名", "urgent")


def test_what_both_changed_is_a_conflict_field_by_field(session: Session, office: Desk) -> None:
    store = session.store
    take(store, ticket("1"), desk="office")
    deeds.perform(session, "priority", [10001], {"priority": "urgent"})
    theirs = ticket("1", updated_at=ago(hours=2), priority="low", subject="新しい件名")
    assert outcomes(take(store, theirs, desk="office"), "tickets") == {"conflict": 1}
    row = tickets.get(store, 10001)
    assert (row.subject, row.priority) == ("新しい件名", "urgent")
    events = tickets.events(store, 10001)
    assert [event.verb for event in events[-2:]] == ["source_changed", "conflict"]
    assert events[-1].before == {"priority": "urgent"}
    assert events[-1].after["theirs_priority"] == "low"
    before = rows_of(store)
    assert outcomes(take(store, theirs, desk="office"), "tickets") == {"unchanged": 1}
    assert rows_of(store) == before
    again = ticket("1", updated_at=ago(hours=1), priority="low", subject="もう一度")
    assert outcomes(take(store, again, desk="office"), "tickets") == {"changed": 1}
    assert tickets.get(store, 10001).priority == "urgent"


def test_the_same_change_on_both_sides_is_none(session: Session, office: Desk) -> None:
    take(session.store, ticket("1"), desk="office")
    deeds.perform(session, "priority", [10001], {"priority": "urgent"})
    theirs = ticket("1", updated_at=ago(hours=2), priority="urgent")
    assert outcomes(take(session.store, theirs, desk="office"), "tickets") == {"changed": 1}
    assert [event.verb for event in tickets.events(session.store, 10001)] == ["imported", "priority"]


def test_a_date_to_wake_at_ends_with_the_waiting(session: Session, office: Desk) -> None:
    store = session.store
    take(store, ticket("1"), desk="office")
    deeds.perform(session, "pending", [10001], {"until": NOW + timedelta(days=2)})
    take(store, ticket("1", updated_at=ago(hours=3), status="pending"), desk="office")
    take(store, ticket("1", updated_at=ago(hours=2), status="open"), desk="office")
    row = tickets.get(store, 10001)
    assert (row.status, row.pending_until) == (Status.OPEN, None)


def test_older_versions_are_ignored(store: Store) -> None:
    new = ticket("1", updated_at=ago(hours=2), subject="新", comments=(comment("1", "a", body="伏せ字"),))
    old = ticket(
        "1",
        updated_at=ago(hours=9),
        subject="旧",
        comments=(comment("1", "a", body="秘密"), comment("1", "b", body="他")),
    )
    for records in ([new, old], [old]):
        summary = take(store, records)
        assert tickets.get(store, 10001).subject == "新"
        assert {row["body"] for row in table(store, "message")} == {"伏せ字", "他"}
    assert outcomes(summary, "tickets") == {"unchanged": 1}
    assert outcomes(summary, "messages") == {"unchanged": 2}
    assert outcomes(take(store, [old, new]), "tickets") == {"unchanged": 2}


def test_the_newest_of_several_versions_in_one_batch_is_taken(store: Store) -> None:
    versions = [ticket("1", updated_at=ago(hours=age), subject=str(age)) for age in (5, 1, 3)]
    assert outcomes(take(store, versions), "tickets") == {"new": 1, "unchanged": 2}
    assert tickets.get(store, 10001).subject == "1"


def test_a_changed_comment_is_taken(store: Store) -> None:
    take(store, ticket("1"), comment("1", "a", body="前"))
    assert outcomes(take(store, comment("1", "a", body="後")), "messages") == {"changed": 1}
    assert table(store, "message", "body") == [{"body": "後"}]


def test_comments_without_ids_are_known_by_what_they_say(store: Store) -> None:
    said = [comment("1", None, body="一"), comment("1", None, body="二")]
    take(store, ticket("1"), said)
    assert outcomes(take(store, said), "messages") == {"unchanged": 2}
    assert len(table(store, "message")) == 2


def test_tickets_are_read_anew_when_their_desk_has_another_map(store: Store, office: Desk) -> None:
    records: list[Record] = [group("g1", "Mystery"), ticket("1", group_id="g1"), ticket("2"), comment("1", "a")]
    take(store, records, desk="office")
    before = rows_of(store)
    mapped = TEXT.replace('"Tax" =', '"Mystery" = { tier = 3, team = "legal" }\n"Tax" =')
    with store.writing():
        assert desks.save_desk(store, load_desk(mapped, "office"), NOW)
    summary = take(store, records, at=NOW + timedelta(hours=1), desk="office")
    assert outcomes(summary, "tickets") == {"changed": 1, "unchanged": 1}
    row = tickets.get(store, 10001)
    assert (row.tier, row.team) == (3, "legal")
    assert [event.verb for event in tickets.events(store, 10001)] == ["imported", "reread"]
    assert {each.policy_id for each in tickets.clocks_of(store, 10001)} == {"specialists"}
    assert tickets.get(store, 10002).version == 1
    assert rows_of(store)["message"] == before["message"]


# --- the description


def test_the_description_speaks_until_comments_come_and_counts_as_no_message(session: Session) -> None:
    store = session.store
    summary = take(store, ticket("1", description="最初の説明"))
    assert outcomes(summary, "messages") == {}
    assert [each.body for each in tickets.messages(store, tickets.get(store, 10001))] == ["最初の説明"]
    deeds.perform(session, "note", [10001], {"body": "こちらのメモ"})
    assert [each.body for each in tickets.messages(store, tickets.get(store, 10001))] == ["最初の説明", "こちらのメモ"]
    take(store, comment("1", "a", body="最初のコメント"))
    said = [each.body for each in tickets.messages(store, tickets.get(store, 10001))]
    assert said == ["最初のコメント", "こちらのメモ"]


# --- words that mean nothing to us


def test_what_nobody_mapped_is_counted_and_falls_to_the_first_line(store: Store, office: Desk) -> None:
    summary = take(
        store,
        group("g9", "Mystery"),
        ticket("1", group_id="g9", via="pigeon", status="quantum", priority="asap"),
        ticket("2", group_id="unheard", via=None, priority=None, desk="nowhere"),
        desk="office",
    )
    row = tickets.get(store, 10001)
    assert (row.tier, row.team, row.channel, row.status, row.priority) == (1, None, "other", "open", None)
    assert row.source_status == "quantum"
    assert summary.as_json()["unknown"] == {
        "ticket.desk=nowhere": 1,
        "ticket.group=Mystery": 1,
        "ticket.group=unheard": 1,
        "ticket.priority=asap": 1,
        "ticket.status=quantum": 1,
        "ticket.via=pigeon": 1,
    }


@pytest.mark.parametrize(
    ("said", "field", "meant"),
    [
        ({"status": "保留中"}, "status", "pending"),
        ({"status": "Waiting on Customer"}, "status", "pending"),
        ({"status": "ON-HOLD"}, "status", "hold"),
        ({"status": "已解决"}, "status", "solved"),
        ({"priority": "緊急"}, "priority", "urgent"),
        ({"priority": "Medium"}, "priority", "normal"),
        ({"via": "walkie-talkie"}, "channel", "phone"),
        ({"via": "voice"}, "channel", "phone"),
        ({"via": 29}, "channel", "chat"),
        ({"via": "Email"}, "channel", "mail"),
        ({"group_name": "tax"}, "team", "tax"),
        ({"custom_fields": {"9002": None, "9001": ["a", "b"]}}, "fields", {"txid": "a, b"}),
        ({"custom_fields": {"9001": True, "9002": ""}}, "fields", {"txid": "true"}),
        ({"custom_fields": {"9001": 17}}, "fields", {"txid": "17"}),
        ({"locale": "zh-TW"}, "language", "zh-Hant"),
        ({"requester_id": None, "description": "The deposit has not arrived yet"}, "language", "en"),
    ],
)
def test_words_of_sources_mean_something_to_us(
    store: Store, office: Desk, said: dict[str, Any], field: str, meant: object
) -> None:
    take(store, ticket("1", **said), desk="office")
    assert getattr(tickets.get(store, 10001), field) == meant


# --- when it breaks


def test_what_was_written_before_a_crash_stays(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "BATCH", 2)

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
