"""Undo: as if it had never been done, and never at the cost of what others rest on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentconsole.domain.desk import Desk
from agentconsole.domain.errors import ConsoleError, RefusedError
from agentconsole.services import stores
from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.store import desks, people, tickets
from agentconsole.store.store import Store
from tests.conftest import NOW, FrozenClock
from tests.services.test_verbs import WORDS
from tests.support.desk import office as an_office
from tests.support.dump import everything, table
from tests.support.records import ago, comment, take, ticket

START: Final[dict[str, dict[str, Any]]] = {
    "release": {"assignee_id": "m1"},
    "handback": {"group_name": "二次対応"},
    "reopen": {"status": "solved"},
}


def content(store: Store) -> dict[str, Any]:
    """All but what an undo leaves behind: its traces in the log, and that the ticket was touched."""
    whole = everything(store)
    for row in whole["ticket"]:
        del row["version"], row["updated_at"]
    whole["queue_count"] = [row for row in whole["queue_count"] if row["tickets"]]
    return whole | {"event": []}


DEEDS: Final = [
    *((name, WORDS[name]) for name in sorted(WORDS)),
    *(("reply", WORDS["reply"] | {"then": verb}) for verb in ("pending", "solve")),
]


@pytest.mark.parametrize(
    ("name", "words"), DEEDS, ids=lambda given: given if isinstance(given, str) else "".join(given)
)
def test_undoing_restores_everything(
    session: Session, office: Desk, clock: FrozenClock, name: str, words: dict[str, Any]
) -> None:
    with session.store.writing():
        people.ensure_agent(session.store, "ken")
    said = {"via": "chat", "created_at": ago(hours=1), "updated_at": ago(hours=1), "status": "new", "tags": ("a",)}
    take(session.store, ticket("1", **(said | START.get(name, {}))), desk="office")
    clock.tick(timedelta(minutes=1))
    before = content(session.store)
    done = deeds.perform(session, name, [10001], words)[0]
    assert done.undoable
    assert content(session.store) != before
    clock.tick(timedelta(minutes=1))
    undone = deeds.undo(session, [10001])[0]
    assert content(session.store) == before
    assert not undone.undoable
    events = tickets.events(session.store, 10001)
    assert [(event.verb, event.undone) for event in events] == [("imported", False), (name, True), ("undo", False)]
    assert events[-1].after["verb"] == name
    with pytest.raises(RefusedError) as refused:
        deeds.undo(session, [10001])
    assert refused.value.code == "nothing_to_undo"


def test_undoing_goes_back_step_by_step(session: Session, office: Desk, clock: FrozenClock) -> None:
    take(session.store, ticket("1"), desk="office")
    seen = []
    for name in ("claim", "reply", "priority", "pending"):
        seen.append(content(session.store))
        deeds.perform(session, name, [10001], WORDS[name])
        clock.tick()
    for before in reversed(seen):
        deeds.undo(session, [10001])
        assert content(session.store) == before


def test_words_that_were_taken_back_are_found_no_more(session: Session, office: Desk) -> None:
    take(session.store, ticket("1"), desk="office")
    deeds.perform(session, "note", [10001], {"body": "極秘の合言葉"})
    deeds.undo(session, [10001])
    assert table(session.store, "message") == []
    words = session.store.connection.execute("SELECT rowid FROM ticket_words WHERE ticket_words MATCH '\"合言\"'")
    assert words.fetchall() == []


def refusal(session: Session) -> str:
    before = everything(session.store)
    with pytest.raises(RefusedError) as refused:
        deeds.undo(session, [10001])
    assert everything(session.store) == before
    return refused.value.code


def test_there_may_be_nothing_to_undo(session: Session, office: Desk) -> None:
    take(session.store, ticket("1"), desk="office")
    assert refusal(session) == "nothing_to_undo"
    opened = deeds.open_ticket(session, desk="office", channel="phone", subject="電話", body="件", name="見本")
    with pytest.raises(RefusedError) as refused:
        deeds.undo(session, [opened.ticket.number])
    assert refused.value.code == "nothing_to_undo"


def test_only_its_author_undoes_a_deed(session: Session, office: Desk) -> None:
    take(session.store, ticket("1"), desk="office")
    deeds.perform(session, "claim", [10001])
    ken = stores.open_session(session.store.path, "ken", face="tui", now=session.now, writes=True)
    assert refusal(ken) == "not_yours"
    deeds.perform(ken, "note", [10001], {"body": "見ています"})
    assert refusal(session) == "not_yours"
    deeds.undo(ken, [10001])
    deeds.undo(session, [10001])
    ken.store.close()


def test_what_has_gone_out_stays(session: Session, office: Desk) -> None:
    take(session.store, ticket("1"), desk="office")
    deeds.perform(session, "reply", [10001], WORDS["reply"])
    with session.store.writing():
        session.store.connection.execute("UPDATE event SET exported_at = 1 WHERE outbox IS NOT NULL")
    assert refusal(session) == "exported"


@pytest.mark.parametrize("changes", [{"status": "solved"}, {"priority": "urgent"}])
def test_what_the_source_has_seen_and_changed_stays(session: Session, office: Desk, changes: dict[str, str]) -> None:
    take(session.store, ticket("1"), desk="office")
    deeds.perform(session, "priority", [10001], {"priority": "high"})
    take(session.store, ticket("1", updated_at=ago(hours=1), **changes), desk="office")
    assert refusal(session) == "rests_on_it"


def test_a_breach_meanwhile_does_not_stand_in_the_way(session: Session, office: Desk, clock: FrozenClock) -> None:
    take(session.store, ticket("1", via="chat", created_at=NOW, updated_at=NOW), desk="office")
    deeds.perform(session, "note", [10001], {"body": "x"})
    clock.tick(timedelta(hours=3))
    stores.notice(session.store, clock())
    deeds.undo(session, [10001])
    assert [event.verb for event in tickets.events(session.store, 10001)] == ["imported", "note", "breach", "undo"]
    assert stores.notice(session.store, clock()) == 0


def test_an_agent_who_got_a_name_since_is_the_same_agent(session: Session, office: Desk) -> None:
    from tests.support.records import person

    take(session.store, ticket("1", assignee_id="900"), desk="office")
    deeds.perform(session, "assign", [10001], {"agent": "aoi"})
    take(session.store, person("900", role="agent", name="見本 結", email="yui@example.jp"), desk="office")
    assert deeds.undo(session, [10001])[0].ticket.assignee == "yui"


# --- whatever was done before


STEPS = st.lists(
    st.tuples(st.sampled_from(sorted(WORDS)), st.integers(1, 30_000), st.booleans()), min_size=1, max_size=10
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, started=st.sampled_from(["new", "open", "pending", "solved"]))
def test_do_and_undo_is_as_if_never_done(
    new_store: Callable[[], Store], steps: list[tuple[str, int, bool]], started: str
) -> None:
    """At every point of a life, with breaches, pauses and replies before: clocks too, as they stand at that moment."""
    store, clock = new_store(), FrozenClock()
    with store.writing():
        desks.save_desk(store, an_office(), NOW)
        aoi = people.ensure_agent(store, "aoi")
        people.ensure_agent(store, "ken")
    session = Session(store, aoi, "cli", clock)
    talk = (comment("1", "a", at=ago(hours=1)), comment("1", "b", at=ago(minutes=30), author_id="900"))
    said = {"via": "chat", "created_at": ago(hours=2), "updated_at": ago(minutes=20), "status": started}
    take(store, ticket("1", comments=talk, **said), desk="office")
    for name, seconds, undone in steps:
        clock.tick(timedelta(seconds=seconds))
        stores.notice(store, clock())
        before = content(store)
        try:
            deeds.perform(session, name, [10001], WORDS[name])
        except ConsoleError:
            continue
        if undone:
            deeds.undo(session, [10001])
            assert content(store) == before
    store.close()
