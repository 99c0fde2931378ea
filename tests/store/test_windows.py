"""Windows on a list, drafts, and the small readings that screens live on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from agentconsole.domain.query import All, Compare, Op
from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.store import drafts, people, runs, tickets, windows
from agentconsole.store.drafts import Draft
from agentconsole.store.query_sql import Viewer
from agentconsole.store.store import Store
from tests.conftest import NOW
from tests.support.records import comment, person, take, ticket

VIEW = windows.View(All(), Viewer("aoi", NOW), "created")
OPEN = windows.View(Compare("is", Op.EQ, ("open",)), Viewer("aoi", NOW), "created")


@pytest.fixture
def nine(store: Store) -> Store:
    """Nine tickets, the third of them solved."""
    take(
        store,
        [
            ticket(str(index), created_at=NOW + timedelta(minutes=index), status="solved" if index == 3 else "open")
            for index in range(1, 10)
        ],
    )
    return store


def numbers(window: windows.Window) -> list[int]:
    return [each.number - 10000 for each in window.tickets]


def test_a_window_opens_around_the_first_candidate_that_is_left(nine: Store) -> None:
    window = windows.around(nine, OPEN, [10003, 10006], 4)
    assert (window.total, window.start, window.rank, numbers(window)) == (8, 2, 4, [4, 5, 6, 7, 8])
    top = windows.around(nine, OPEN, [10003], 4)
    assert (top.start, top.rank, numbers(top)) == (0, None, [1, 2, 4, 5])
    assert windows.around(nine, OPEN, [], 4) == top


def test_rows_beside_a_known_one_and_after_a_jump(nine: Store) -> None:
    for neighbour in ((2, 10003), (6, 10007), None, (0, 10001)):
        found = windows.rows(nine, VIEW, 3, 3, neighbour)
        assert [each.number for each in found] == [10004, 10005, 10006]


def test_the_next_ticket(nine: Store) -> None:
    assert windows.next_of(nine, OPEN, 10002) == 10004
    assert windows.next_of(nine, OPEN, 10003) == 10004
    assert windows.next_of(nine, OPEN, 10009) == 10001


def test_a_draft_stays_until_it_is_said(session: Session) -> None:
    store, me = session.store, session.agent.id
    take(store, ticket("1"))
    begun = {"reply": Draft("reply", "書きかけ", NOW, "receipt"), "note": Draft("note", "覚え書き2", NOW)}
    for draft in (begun["reply"], Draft("note", "覚え書き", NOW, "receipt"), begun["note"]):
        drafts.save_draft(store, 10001, me, draft)
    assert drafts.drafts(store, 10001, me) == begun
    deeds.perform(session, "note", [10001], {"body": "覚え書き2"})
    assert set(drafts.drafts(store, 10001, me)) == {"reply"}
    drafts.save_draft(store, 10001, me, Draft("reply", " ", NOW))
    assert drafts.drafts(store, 10001, me) == {}


def test_a_customers_history_is_newest_first_on_all_channels(store: Store) -> None:
    take(store, person("c1", name="見本 花子"))
    take(
        store,
        [ticket(str(day), created_at=NOW - timedelta(days=day), via=("chat", "voice")[day % 2]) for day in range(3)],
    )
    take(store, ticket("x", requester_id="c2"))
    customer = people.resolve_customer(store, "helpdesk:c1")
    assert [each.external_id for each in tickets.of_customer(store, customer)] == ["0", "1", "2"]
    assert people.profile(store, customer).reference == "helpdesk:c1"


def test_the_age_of_the_last_sync(store: Store) -> None:
    assert runs.last_sync(store) is None
    take(store, ticket("1"), at=NOW - timedelta(hours=1))
    take(store, comment("1", "a"), at=NOW)
    assert runs.last_sync(store) == NOW
