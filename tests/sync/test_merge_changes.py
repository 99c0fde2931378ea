"""What a source changed, what we changed, and what its words mean to us."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from agentconsole.domain.desk import Desk
from agentconsole.domain.desk_file import load_desk
from agentconsole.domain.values import Status
from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.store import desks, tickets
from agentconsole.store.store import Store
from agentconsole.sync.records import Record
from tests.support.desk import TEXT
from tests.support.dump import everything, table
from tests.support.records import NOW, ago, comment, group, outcomes, take, ticket


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
    before = everything(store)
    assert outcomes(take(store, theirs, desk="office"), "tickets") == {"unchanged": 1}
    assert everything(store) == before
    again = ticket("1", updated_at=ago(hours=1), priority="low", subject="もう一度")
    assert outcomes(take(store, again, desk="office"), "tickets") == {"changed": 1}
    assert tickets.get(store, 10001).priority == "urgent"


GROUPS = (group("20", "二次対応"), group("21", "Tax"), group("22", "Legal"))
LEGAL = TEXT.replace('"Tax" =', '"Legal" = { tier = 3, team = "legal" }\n"Tax" =')


@pytest.mark.parametrize(
    ("first", "ours", "theirs", "there"),
    [
        (None, {"tier": "2"}, "21", (3, "tax")),
        ("21", {"team": "legal"}, "20", (2, None)),
        (None, {"team": "tax"}, "20", (2, None)),
        ("20", {"team": "tax"}, "22", (3, "legal")),
    ],
)
def test_where_a_ticket_goes_is_merged_as_one(
    session: Session, office: Desk, first: str | None, ours: dict[str, str], theirs: str, there: tuple[int, str | None]
) -> None:
    """A tier of ours and a team of theirs is no place where anybody works."""
    store = session.store
    with store.writing():
        desks.save_desk(store, load_desk(LEGAL, "office"), NOW)
    take(store, *GROUPS, ticket("1", group_id=first), desk="office")
    deeds.perform(session, "escalate", [10001], {**ours, "reason": "r", "note": "n"})
    here = tickets.get(store, 10001)
    summary = take(store, ticket("1", group_id=theirs, updated_at=ago(hours=2)), desk="office")
    assert outcomes(summary, "tickets") == {"conflict": 1}
    row = tickets.get(store, 10001)
    assert (row.tier, row.team) == (here.tier, here.team)
    deeds.perform(session, "theirs", [10001])
    row = tickets.get(store, 10001)
    assert (row.tier, row.team) == there


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


def test_renderings_of_one_version_do_not_take_turns(store: Store) -> None:
    """Lists and single pages show the same version with more and with fewer keys."""
    renderings: list[Record] = [ticket("1", extra={"key": key}) for key in ("a", "b", "c")]
    take(store, renderings)
    before = everything(store)
    assert outcomes(take(store, renderings), "tickets") == {"unchanged": 3}
    assert everything(store) == before
    assert outcomes(take(store, ticket("1", extra={"key": "d"}, subject="別")), "tickets") == {"changed": 1}
    assert outcomes(take(store, renderings), "tickets") == {"unchanged": 3}


def test_without_a_time_of_its_own_every_version_is_news(store: Store) -> None:
    """Where a source says no time of the last change, it is that of the creation."""
    for status in ("open", "solved", "open"):
        take(store, ticket("1", updated_at=ago(days=1), status=status))
        assert tickets.get(store, 10001).status == status


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
    before = everything(store)
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
    assert everything(store)["message"] == before["message"]


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
