"""People in the merge: filled in when they come, told apart, and never made less."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import permutations
from typing import Any

import pytest

from agentconsole.domain.desk import Desk
from agentconsole.domain.instants import iso
from agentconsole.services.session import Session
from agentconsole.store import tickets
from agentconsole.store.store import Store
from agentconsole.store.undoing import undo_run
from agentconsole.sync.records import AccountEventRecord, MovementRecord, TicketRecord
from tests.support.dump import everything, table
from tests.support.records import NOW, ago, comment, group, organization, outcomes, person, take, ticket


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
    before = everything(store)
    take(store, ticket("1", assignee_id="900"))
    assert everything(store) == before
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
    before = everything(store)
    assert outcomes(take(store, records), "customers") == {"unchanged": 5}
    assert everything(store) == before


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
@pytest.mark.parametrize("told", [True, False])
def test_of_versions_inside_tickets_the_newest_holds_whichever_comes_first(
    store: Store, order: tuple[int, ...], told: bool
) -> None:
    """As old as they say, else as their ticket."""

    def version(age: int) -> TicketRecord:
        name, at = f"名 {age}", ago(hours=age)
        its = {"updated_at": iso(at)} if told else {}
        return ticket(
            str(age),
            updated_at=ago(hours=9 - age) if told else at,
            people=(person("c1", name=name, phone="+1 202-555-0102" if age == 3 else None, extra=its),),
            groups=(replace(group("g", name), extra=its),),
            organizations=(replace(organization("o", name), extra=its),),
        )

    versions = [version(age) for age in (1, 2, 3)]
    for index in order:
        take(store, versions[index])
    assert [(row["name"], row["phone"]) for row in table(store, "customer")] == [("名 1", "+1 202-555-0102")]
    assert table(store, "organization", "name") == table(store, "source_group", "name") == [{"name": "名 1"}]
    before = everything(store)
    summary = take(store, versions)
    assert [outcomes(summary, kind) for kind in ("customers", "organizations", "groups")] == [{"unchanged": 3}] * 3
    assert everything(store) == before


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_who_is_known_by_mail_address_is_called_as_in_the_newest_ticket(
    session: Session, order: tuple[int, ...]
) -> None:
    store = session.store
    versions = [
        ticket(
            str(age), updated_at=ago(hours=age), requester_id=None, requester_name=name, requester_email="a@example.jp"
        )
        for age, name in ((1, "名 1"), (2, "名 2"), (3, None))
    ]
    for index in order[:-1]:
        take(store, versions[index])
    before = table(store, "customer")
    run = take(store, versions[order[-1]]).run
    assert [(row["name"], row["email"]) for row in table(store, "customer")] == [("名 1", "a@example.jp")]
    with store.writing():
        undo_run(store, run, session.author, NOW)
    assert table(store, "customer") == before


def test_a_version_between_two_that_say_the_same_changes_nothing(store: Store) -> None:
    for age, name in ((3, "A"), (1, "A"), (2, "B")):
        take(store, ticket(str(age), updated_at=ago(hours=age), people=(person("c1", name=name),)))
    assert table(store, "customer", "name") == [{"name": "A"}]


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
    before = everything(store)
    take(store, records)
    assert everything(store) == before
