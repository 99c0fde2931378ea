"""The one writer: row, message, event, clocks and index in one transaction, or none of them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, timedelta

import pytest

from agentconsole.domain.change import Change, Said
from agentconsole.domain.desk import Desk
from agentconsole.domain.errors import ConsoleError, NotFoundError, RefusedError, StoreError
from agentconsole.domain.query import parse
from agentconsole.domain.values import ClockKind, ClockState, Priority, Status
from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.store import tickets, writer
from agentconsole.store.query_sql import Viewer
from agentconsole.store.store import Store
from tests.conftest import NOW, FrozenClock
from tests.support import racing
from tests.support.dump import everything, table


@pytest.fixture
def number(session: Session, office: Desk) -> int:
    """A mail that has just come."""
    words = {"subject": "入金の反映", "body": "まだ反映されません", "name": "見本 太郎"}
    return deeds.open_ticket(session, desk="office", channel="mail", priority="normal", **words).ticket.number


def found(store: Store, words: str) -> list[int]:
    return [each.number for each in tickets.page(store, parse(words, now=NOW, zone=UTC), Viewer("aoi", NOW))]


def test_a_new_ticket_comes_with_message_event_clocks_and_words(session: Session, number: int) -> None:
    store = session.store
    thread = tickets.conversation(store, number)
    assert number == 10001
    assert [message.body for message in thread.messages] == ["まだ反映されません"]
    assert [(event.verb, event.actor) for event in thread.events] == [("new", "aoi")]
    assert {clock.kind for clock in thread.clocks} == {ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION}
    assert thread.customer is not None
    assert thread.customer.name == "見本 太郎"
    assert found(store, "反映") == [number]


def test_a_reply_is_row_message_event_clocks_and_words_at_once(
    session: Session, clock: FrozenClock, number: int
) -> None:
    at = clock.tick(timedelta(minutes=5))
    body = "確認しました。着金は明日です。"
    done = deeds.perform(session, "reply", [number], {"body": body})[0]
    thread = tickets.conversation(session.store, number)
    assert (thread.ticket.status, thread.ticket.assignee, thread.ticket.version) == (Status.OPEN, "aoi", 2)
    assert thread.ticket.updated_at == at
    assert (thread.messages[-1].body, thread.messages[-1].author_name, thread.messages[-1].at) == (body, "見本 葵", at)
    event = thread.events[-1]
    assert (event.id, event.verb, event.at) == (done.event_ids[0], "reply", at)
    assert (event.before, event.after) == (
        {"assignee": None, "status": "new"},
        {"assignee": "aoi", "status": "open"},
    )
    states = {clock.kind: (clock.state, clock.fulfilled_at) for clock in thread.clocks}
    assert states[ClockKind.FIRST_RESPONSE] == (ClockState.FULFILLED, at)
    assert (thread.ticket.due_at, thread.ticket.due_kind) == min(
        (clock.due_at, clock.kind) for clock in thread.clocks if clock.state is ClockState.RUNNING and clock.due_at
    )
    assert found(session.store, "着金") == [number]


@pytest.mark.parametrize("torn", ["UPDATE ON ticket", "INSERT ON message", "INSERT ON clock", "INSERT ON event"])
def test_what_breaks_in_the_middle_leaves_nothing(session: Session, number: int, torn: str) -> None:
    store = session.store
    before = everything(store)
    store.connection.execute(f"CREATE TEMP TRIGGER torn BEFORE {torn} BEGIN SELECT RAISE(ABORT, 'torn'); END")
    with pytest.raises(sqlite3.IntegrityError, match="torn"):
        deeds.perform(session, "reply", [number], {"body": "着金は明日です。"})
    store.connection.execute("DROP TRIGGER torn")
    assert everything(store) == before
    assert found(store, "着金") == []
    assert found(store, "反映") == [number]
    deeds.perform(session, "reply", [number], {"body": "着金は明日です。"})
    assert found(store, "着金") == [number]


def test_even_an_interrupt_leaves_nothing(session: Session, number: int) -> None:
    store, before = session.store, everything(session.store)
    with pytest.raises(KeyboardInterrupt), store.writing():
        change = Change(tickets.get(store, number), "note", said=Said("途中", public=False))
        writer.record(store, change, session.author, NOW)
        raise KeyboardInterrupt
    assert everything(store) == before
    assert not store.connection.in_transaction


def test_several_tickets_are_all_or_nothing(session: Session, number: int) -> None:
    before = everything(session.store)
    with pytest.raises(NotFoundError):
        deeds.perform(session, "claim", [number, 99999])
    assert everything(session.store) == before


def test_a_ticket_that_changed_meanwhile_is_refused(session: Session, number: int) -> None:
    seen = tickets.get(session.store, number)
    deeds.perform(session, "claim", [number])
    before = everything(session.store)
    with pytest.raises(RefusedError) as refused, session.store.writing():
        writer.record(session.store, Change(seen, "note", said=Said("x", public=False)), session.author, NOW)
    assert refused.value.code == "stale"
    assert everything(session.store) == before


def test_tags_and_fields_are_found_by_their_own_tables(session: Session, number: int) -> None:
    store = session.store
    for fields in ({"txid": "0xabc", "error": "E-1\nE-2"}, {"txid": "0xdef"}):
        with store.writing():
            change = Change(tickets.get(store, number), "edit", {"tags": ("vip", "入金"), "fields": fields})
            writer.record(store, change, session.author, NOW)
        assert table(store, "ticket_tag", "tag") == [{"tag": "vip"}, {"tag": "入金"}]
        assert {row["key"]: row["value"] for row in table(store, "ticket_field")} == fields
        assert tickets.get(store, number).fields == fields
    assert found(store, "0xdef") == found(store, "tag:入金") == found(store, "field.txid:0xdef") == [number]
    assert found(store, "0xabc") == found(store, "txid") == []


def test_only_what_is_new_stands_in_the_event(session: Session, number: int) -> None:
    deeds.perform(session, "priority", [number], {"priority": "normal"})
    row = table(session.store, "event")[-1]
    assert (row["before"], row["after"]) == ("{}", "{}")


def test_events_say_who_when_and_from_which_face(session: Session, number: int) -> None:
    deeds.perform(session, "priority", [number], {"priority": "high"})
    row = table(session.store, "event")[-1]
    assert (row["actor"], row["agent_id"], row["face"], row["at"]) == (
        "aoi",
        session.agent.id,
        "cli",
        int(NOW.timestamp()),
    )
    assert (json.loads(row["before"]), json.loads(row["after"])) == ({"priority": "normal"}, {"priority": "high"})
    assert tickets.get(session.store, number).priority is Priority.HIGH


def test_of_two_who_claim_at_once_exactly_one_has_it(session: Session, number: int) -> None:
    path = session.store.path
    said = racing.race(racing.claim, (path, "ken", number, NOW), (path, "mei", number, NOW))
    assert sorted(said) == ["done", "taken"]
    assert tickets.get(session.store, number).assignee in ("ken", "mei")
    assert [event.verb for event in tickets.events(session.store, number)] == ["new", "claim"]


def test_a_store_that_stays_busy_says_so(new_store: Callable[[], Store]) -> None:
    store = new_store()
    store.connection.execute("PRAGMA busy_timeout = 20")
    with Store(store.path) as other, other.writing():
        with pytest.raises(ConsoleError) as busy, store.writing():
            pytest.fail("nobody waits here")
        assert isinstance(busy.value, StoreError)
        assert "busy" in busy.value.hint
    with store.writing():
        pass


def test_a_full_disk_says_so_and_leaves_nothing(session: Session, number: int) -> None:
    store = session.store
    before = everything(store)
    pages = store.connection.execute("PRAGMA page_count").fetchone()[0]
    store.connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StoreError, match="full"):
        deeds.perform(session, "note", [number], {"body": "長い" * 100_000})
    assert everything(store) == before


def test_reads_of_one_moment_do_not_see_what_is_written_meanwhile(session: Session, number: int) -> None:
    with Store(session.store.path) as reader, reader.reading():
        assert tickets.get(reader, number).version == 1
        deeds.perform(session, "claim", [number])
        assert tickets.get(reader, number).version == 1
        with reader.reading():
            assert tickets.get(reader, number).version == 1
    assert tickets.get(session.store, number).version == 2


def test_another_connections_write_is_noticed(session: Session, number: int) -> None:
    with Store(session.store.path) as other:
        before = other.data_version()
        assert other.data_version() == before
        deeds.perform(session, "claim", [number])
        assert other.data_version() != before


def test_each_thread_works_on_a_connection_of_its_own(session: Session, number: int) -> None:
    store = session.store
    with ThreadPoolExecutor(1) as pool:
        connection = pool.submit(lambda: store.connection).result()
        assert connection is not store.connection
        assert pool.submit(lambda: store.connection).result() is connection
        with store.writing():
            store.connection.execute("UPDATE ticket SET subject = 'unfinished'")
            assert pool.submit(tickets.get, store, number).result().subject == "入金の反映"
    assert tickets.get(store, number).subject == "unfinished"
