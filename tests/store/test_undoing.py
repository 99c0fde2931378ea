"""A whole run is taken back as long as nothing was built on it: as if it had never been."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from agentconsole.domain.change import Author
from agentconsole.domain.desk_file import default_desk, load_desk
from agentconsole.domain.errors import NotFoundError, RefusedError
from agentconsole.domain.values import Status
from agentconsole.services.applying import apply_desk
from agentconsole.services.session import Session
from agentconsole.services.tickets import open_ticket, perform, undo
from agentconsole.store import desks, drafts, outbox, quarantine, runs, search, tickets, undoing, writer
from agentconsole.store.outbox import State
from agentconsole.store.runs import Ending
from agentconsole.store.store import Store
from agentconsole.sync.records import Merge
from tests.conftest import NOW, FrozenClock
from tests.support.dump import by_names, table
from tests.support.outgoing import exported, ids
from tests.support.records import comment, group, organization, outcomes, person, take, ticket

LATER = NOW + timedelta(minutes=5)
LEAD = Author("lead", "cli")
FIRST = (
    person("c1", name="見本 花子", email="hanako@example.jp"),
    organization("o1", "Sample"),
    group("g1", "Front"),
    ticket("1", tags=("a",), organization_id="o1", group_id="g1"),
    comment("1", "a"),
    ticket("2", status="pending"),
)
SECOND = (
    person("c1", name="見本 花", email="hana@example.org"),
    person("c2", name="例 太郎"),
    organization("o1", "Other"),
    organization("o2", "New"),
    group("g1", "Back"),
    person("m9", name="新 人", role="agent"),
    ticket("1", status="solved", tags=("b",), updated_at=LATER, assignee_id="m9", fields={"txid": "0x5f3a"}),
    comment("1", "a", body="直した文"),
    comment("1", "b", author_id="m9", body="新しい返信"),
    comment("2", "c", body="追加"),
    ticket("3", requester_id="c2", organization_id="o2"),
    comment("3", "d", author_id="c2"),
)
UNCOUNTED = ("id", "version")


def contents(store: Store) -> dict[str, Any]:
    """All that a sync writes; not how often it was written, nor the log."""
    people = {
        name: [{key: value for key, value in row.items() if key not in UNCOUNTED} for row in table(store, name)]
        for name in ("customer", "organization", "source_group", "queue_count", "ticket_tag", "ticket_field")
    }
    queues = [row for row in people.pop("queue_count") if row["tickets"]]
    words = store.connection.execute("SELECT rowid FROM ticket_words WHERE ticket_words MATCH '新'").fetchall()
    return people | {"tickets": by_names(store), "queues": queues, "words": [tuple(row) for row in words]}


def taken_back(store: Store, number: int) -> undoing.Undone:
    with store.writing():
        return undoing.undo_run(store, number, LEAD, LATER)


def refusal(store: Store, number: int) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        taken_back(store, number)
    return refused.value


def test_all_that_a_run_did_is_as_before(store: Store) -> None:
    take(store, FIRST)
    before = contents(store)
    take(store, SECOND, at=LATER)
    assert contents(store) != before
    done = taken_back(store, 2)
    assert (done.tickets_removed, done.tickets_restored, done.messages_removed) == (1, 2, 3)
    assert contents(store) == before
    assert [agent["login"] for agent in table(store, "agent")] == []
    assert runs.get(store, 2).ending is Ending.UNDONE
    log = tickets.events(store, 10001)
    assert [(event.verb, event.undone) for event in log] == [
        ("imported", False), ("source_changed", True), ("undo", False),
    ]  # fmt: skip
    summary = take(store, SECOND, at=LATER)
    assert outcomes(summary, "tickets") == {"new": 1, "changed": 1}
    assert tickets.resolve(store, "helpdesk:3") == 10004  # a number is never used again


def test_who_was_taken_for_staff_is_so_again(store: Store) -> None:
    take(store, FIRST, comment("1", "s", author_id="c8", body="回答"), comment("2", "t", author_id="c8"))
    before = contents(store)
    assert before["tickets"]["1"]["messages"][1][2:4] == ("agent", "helpdesk:c8")
    take(store, person("c8", name="見本 八"), ticket("2", requester_id="c8", updated_at=LATER), at=LATER)
    assert contents(store)["tickets"]["1"]["messages"][1][2:4] == ("customer", None)
    taken_back(store, 2)
    assert contents(store) == before


def test_what_a_first_run_brought_is_gone(store: Store) -> None:
    take(store, FIRST)
    taken_back(store, 1)
    for name in ("ticket", "message", "event", "clock", "customer", "organization", "source_group", "ticket_tag"):
        assert table(store, name) == [], name
    assert tickets.total(store) == 0
    assert search.ticket_words(store, [10001]) == {}


def test_a_run_that_was_killed_can_be_taken_back(store: Store) -> None:
    take(store, FIRST)
    before = contents(store)
    take(store, SECOND, at=LATER)
    with store.writing():
        store.connection.execute("UPDATE sync_run SET finished_at = NULL, summary = '{}' WHERE id = 2")
    assert runs.get(store, 2).ending is Ending.CUT_OFF
    taken_back(store, 2)
    assert contents(store) == before


Build = Callable[[Session], Any]
REPLY = {"body": "確認いたします。"}


@pytest.mark.parametrize(
    ("build", "named"),
    [
        (lambda session: perform(session, "note", [10003], {"body": "x"}), "10003 (note, aoi)"),
        (lambda session: perform(session, "claim", [10002]), "10002 (claim, aoi)"),
        (lambda session: take(session.store, comment("2", "later")), "run 3"),
        (lambda session: take(session.store, person("c7", name="後")), "run 3"),
        (
            lambda session: drafts.save_draft(
                session.store, 10003, session.agent.id, drafts.Draft("reply", "下書き", NOW)
            ),
            "10003 (draft, aoi)",
        ),
        (
            lambda session: open_ticket(
                session, desk="default", channel="phone", subject="電話", body="本文", customer="helpdesk:c2"
            ),
            "other tickets: 10004",
        ),
    ],
)
def test_what_was_built_on_it_holds_it(session: Session, build: Build, named: str) -> None:
    take(session.store, FIRST)
    take(session.store, SECOND, at=LATER)
    build(session)
    before = contents(session.store)
    refused = refusal(session.store, 2)
    assert refused.code == "built_on"
    assert named in refused.message
    assert refused.hint
    assert contents(session.store) == before


def test_what_holds_it_says_how_to_go_on(session: Session, tmp_path: Path) -> None:
    take(session.store, FIRST)
    take(session.store, SECOND, at=LATER)
    perform(session, "note", [10003], {"body": "x"})
    perform(session, "claim", [10002])
    refused = refusal(session.store, 2)
    assert refused.message.endswith("10003 (note, aoi), 10002 (claim, aoi)")
    assert refused.hint == "each takes back their own first: agentconsole ticket undo 10002 10003"
    undo(session, [10002, 10003])
    perform(session, "reply", [10001], REPLY)
    exported(session, tmp_path / "out.json")
    assert "cannot be called back" in refusal(session.store, 2).hint


def noticed(session: Session) -> None:
    with session.store.writing():
        while writer.notice(session.store, session.now()):
            pass


def test_a_ticket_that_woke_since_wakes_once(session: Session, clock: FrozenClock) -> None:
    store = session.store
    take(store, FIRST)
    perform(session, "pending", [10001], {"until": (NOW + timedelta(hours=1)).isoformat()})
    take(store, ticket("1", tags=("b",), updated_at=LATER), at=LATER)
    clock.tick(timedelta(hours=2))
    noticed(session)
    taken_back(store, 2)
    assert tickets.get(store, 10001).status is Status.PENDING
    noticed(session)
    assert tickets.get(store, 10001).status is Status.OPEN
    assert [each.changed.get("status") for each in outbox.entries(store)] == ["pending", "open"]


def test_a_deadline_that_only_the_run_had_set_was_not_missed(session: Session, clock: FrozenClock) -> None:
    store = session.store
    take(store, ticket("1", created_at=NOW, updated_at=NOW))
    take(store, ticket("1", created_at=NOW, updated_at=LATER, priority="urgent"), at=LATER)
    clock.tick(timedelta(hours=1))
    noticed(session)
    assert [event.verb for event in tickets.events(store, 10001)][-1] == "breach"
    with store.writing():
        undoing.undo_run(store, 2, LEAD, session.now())
    assert [event.undone for event in tickets.events(store, 10001) if event.verb == "breach"] == [True]


def test_a_policy_that_was_applied_since_holds_nothing(session: Session) -> None:
    take(session.store, FIRST)
    take(session.store, SECOND, at=LATER)
    quicker = default_desk().source_text.replace('normal = { first_response = "8h"', 'normal = { first_response = "1h"')
    with session.store.writing():
        desks.save_desk(session.store, load_desk(quicker, "desk.toml"), session.now())
    apply_desk(session, "default")
    assert taken_back(session.store, 2).tickets_removed == 1
    clocks = by_names(session.store)["2"]["clocks"]  # kind, target, edition
    assert [(clock[0], clock[8], clock[11]) for clock in clocks] == [
        ("first_response", 3600, 2), ("resolution", 259200, 2),
    ]  # fmt: skip


def test_a_draft_on_a_ticket_that_stays_stays(session: Session) -> None:
    take(session.store, FIRST)
    take(session.store, SECOND, at=LATER)
    drafts.save_draft(session.store, 10001, session.agent.id, drafts.Draft("reply", "下書き", LATER))
    taken_back(session.store, 2)
    assert drafts.drafts(session.store, 10001, session.agent.id)["reply"].body == "下書き"


def test_what_was_done_and_taken_back_holds_nothing(session: Session) -> None:
    take(session.store, FIRST)
    take(session.store, SECOND, at=LATER)
    perform(session, "note", [10003], {"body": "x"})
    undo(session, [10003])
    take(session.store, SECOND, at=LATER)  # brings nothing new
    assert taken_back(session.store, 2).tickets_removed == 1


def test_runs_are_taken_back_one_after_the_other(store: Store) -> None:
    take(store, FIRST)
    take(store, SECOND, at=LATER)
    assert "run 2" in refusal(store, 1).message
    taken_back(store, 2)
    assert refusal(store, 2).code == "undone"
    taken_back(store, 1)
    with pytest.raises(NotFoundError):
        taken_back(store, 9)


def test_a_run_of_before_the_journal_stays(store: Store) -> None:
    take(store, FIRST)
    with store.writing():
        store.connection.execute("UPDATE sync_run SET marks = '{}'")
    assert refusal(store, 1).code == "too_old"


def test_what_it_had_acknowledged_is_awaited_again(session: Session, tmp_path: Path) -> None:
    store = session.store
    take(store, FIRST)
    perform(session, "reply", [10001], REPLY)
    exported(session, tmp_path / "out.json")
    take(store, comment("1", "r", at=LATER, author_id="api", body=REPLY["body"]), ticket("1", updated_at=LATER))
    assert ids(session, State.ACKNOWLEDGED)
    taken_back(store, 2)
    assert [each.state for each in outbox.entries(store, State.EXPORTED)] == [State.EXPORTED]
    [row] = [row for row in table(store, "message") if row["body"] == REPLY["body"]]
    assert (row["source"], row["external_id"]) == ("local", None)


def test_a_ticket_that_had_got_its_number_has_none_again(session: Session, tmp_path: Path) -> None:
    made = open_ticket(session, desk="default", channel="phone", subject="電話", body="本文", name="見本 花子")
    exported(session, tmp_path / "out.json")
    take(session.store, ticket("9", subject="電話", description="本文", created_at=LATER, updated_at=LATER))
    assert tickets.get(session.store, made.ticket.number).external_id == "9"
    taken_back(session.store, 1)
    row = tickets.get(session.store, made.ticket.number)
    assert (row.source, row.external_id, row.requester_name) == ("local", None, "見本 花子")


def test_what_a_run_did_is_read_ticket_by_ticket(store: Store) -> None:
    take(store, FIRST)
    take(store, SECOND, at=LATER)
    told = [(each.number, each.verb, each.messages, each.edited) for each in runs.changes(store, runs.get(store, 2))]
    assert sorted(told) == [(10001, "source_changed", 1, 1), (10002, "", 1, 0), (10003, "imported", 1, 0)]
    changed = next(each for each in runs.changes(store, runs.get(store, 2)) if each.verb == "source_changed")
    assert (changed.before["status"], changed.after["status"]) == ("open", "solved")
    assert len(runs.changes(store, runs.get(store, 1))) == 2
    assert len(runs.changes(store, runs.get(store, 1), limit=1)) == 1


def test_a_message_that_lost_words_is_told(store: Store) -> None:
    take(store, ticket("1"), comment("1", "a", body="番号は 4111 です"), comment("1", "b", body="前"))
    take(store, comment("1", "a", body="番号は ▇▇▇▇ です", redacted=True), comment("1", "b", body="後"), at=LATER)
    [change] = runs.changes(store, runs.get(store, 2))
    assert (change.number, change.messages, change.edited, change.redacted) == (10001, 0, 2, 1)


def test_texts_with_any_character_come_back_whole(store: Store) -> None:
    odd = "nul \x00 quote ' \" \\ 絵文字 🙂 \u2028"
    take(store, ticket("1", subject=odd, description=odd), comment("1", "a", body=odd))
    take(store, ticket("1", subject="new", updated_at=LATER), comment("1", "a", body="new"))
    taken_back(store, 2)
    assert tickets.get(store, 10001).subject == odd
    assert table(store, "message")[0]["body"] == odd


def test_what_it_told_of_merges_is_as_before(store: Store) -> None:
    into_two, into_three = (comment("2", "m", merges=(Merge("1", each),)) for each in ("2", "3"))
    take(store, ticket("1"), ticket("2"), ticket("3"), into_two)
    before = contents(store), table(store, "ticket_merge")
    take(store, replace(into_three, external_id="n", merges=(*into_three.merges, Merge("9", "3"))), at=LATER)
    assert len(table(store, "ticket_merge")) == 2
    taken_back(store, 2)
    assert (contents(store), table(store, "ticket_merge")) == before
    taken_back(store, 1)
    assert table(store, "ticket_merge") == []


def test_a_comment_that_had_waited_for_its_ticket_waits_again(store: Store) -> None:
    take(store, comment("1", "a"), comment("7", "b"))
    before = [each.raw for each in quarantine.listed(store)]
    take(store, ticket("1"), comment("404", "own"), at=LATER)
    assert [each.ticket for each in quarantine.listed(store)] == ["7", "404"]
    taken_back(store, 2)
    assert [each.raw for each in quarantine.listed(store)] == before
    assert take(store, ticket("1"), at=LATER).retried == 1


def test_what_it_had_met_again_stays_aside(store: Store) -> None:
    take(store, ticket("1"), comment("7", "b"))
    take(store, comment("7", "b"), comment("1", "a"), at=LATER)
    taken_back(store, 2)
    assert [each.ticket for each in quarantine.listed(store)] == ["7"]
