"""The queues' counters: true right after every operation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentconsole.domain.errors import ConsoleError
from agentconsole.services import stores
from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.store import desks, people, tickets
from agentconsole.store.store import Store
from tests.conftest import NOW, FrozenClock
from tests.services.test_verbs import WORDS
from tests.support.desk import office
from tests.support.dump import table
from tests.support.records import take, ticket

OPERATIONS = st.one_of(
    st.tuples(st.just("open"), st.sampled_from(["office", "default"])),
    st.tuples(st.just("undo"), st.integers(0, 5)),
    st.tuples(st.just("notice"), st.just(0)),
    st.tuples(
        st.just("sync"),
        st.lists(
            st.tuples(
                st.integers(0, 5),
                st.sampled_from(["new", "open", "hold", "solved", "closed"]),
                st.sampled_from(["Front", "二次対応", "Tax"]),
            ),
            max_size=4,
        ),
    ),
    st.tuples(st.sampled_from(sorted(WORDS)), st.integers(0, 5)),
)


def counted(store: Store) -> Counter[tuple[str, int, str, str]]:
    found = table(store, "ticket", "desk, tier, ifnull(team, '') AS team, status")
    return Counter((row["desk"], row["tier"], row["team"], row["status"]) for row in found)


def kept(store: Store) -> Counter[tuple[str, int, str, str]]:
    found = table(store, "queue_count")
    assert all(row["tickets"] >= 0 for row in found)
    return Counter(
        {(row["desk"], row["tier"], row["team"], row["status"]): row["tickets"] for row in found if row["tickets"]}
    )


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations=st.lists(OPERATIONS, max_size=15))
def test_counters_are_true_after_every_operation(
    new_store: Callable[[], Store], operations: list[tuple[str, object]]
) -> None:
    store, clock = new_store(), FrozenClock()
    with store.writing():
        desks.save_desk(store, office(), NOW)
        session = Session(store, people.ensure_agent(store, "aoi"), "cli", clock)
        people.ensure_agent(store, "ken")
    for operation in operations:
        clock.tick(timedelta(minutes=20))
        with suppress(ConsoleError):
            _do(session, *operation)
        assert kept(store) == counted(store)
    assert tickets.total(store) == counted(store).total()
    live = Counter(row["tier"] for row in table(store, "ticket") if row["status"] in ("new", "open", "pending", "hold"))
    assert +Counter(tickets.live_by_tier(store)) == live
    store.close()


def _do(session: Session, name: str, what: object) -> None:
    match name, what:
        case "open", str(desk):
            deeds.open_ticket(session, desk=desk, channel="chat", subject="件", body="本文", name="見本")
        case "undo", int(index):
            deeds.undo(session, [10001 + index])
        case "notice", _:
            stores.notice(session.store, session.now())
        case "sync", list(said):
            at = session.now()
            records = [ticket(str(i), status=s, group_name=g, updated_at=at, via="chat") for i, s, g in said]
            take(session.store, records, at=at, desk="office")
        case verb, int(index):
            deeds.perform(session, verb, [10001 + index], WORDS[verb])


def test_a_ticket_that_is_deleted_is_counted_no_more(store: Store) -> None:
    take(store, ticket("1"), ticket("2"))
    with store.writing():
        for name in ("ticket_tag", "ticket_field", "message", "event", "clock"):
            store.connection.execute(f"DELETE FROM {name} WHERE ticket = 10001")  # noqa: S608 - of tests
        store.connection.execute("DELETE FROM ticket WHERE number = 10001")
    assert kept(store) == counted(store)
    assert tickets.total(store) == 1
