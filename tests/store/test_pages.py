"""Lists by the page: whatever the size and the direction, together they are the whole list in its order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentconsole.domain import fields
from agentconsole.domain.errors import NotFoundError, UsageError
from agentconsole.domain.query import All, Query, parse
from agentconsole.store import tickets
from agentconsole.store.query_sql import Viewer
from agentconsole.store.store import Store
from tests.support import facts as random
from tests.support.facts import Facts
from tests.support.records import NOW

VIEWER: Final = Viewer("aoi", NOW)
LATER: Final = datetime.max.replace(tzinfo=UTC)
EARLIER: Final = datetime.min.replace(tzinfo=UTC)
RANKS: Final = {"urgent": 0, "high": 1, "normal": 2, None: 2, "low": 3}
ORDERS: Final[dict[str, tuple[Callable[[Facts], Any], bool]]] = {
    "due": (lambda each: (each.due_at or LATER, each.number), False),
    "-due": (lambda each: (each.due_at or EARLIER, each.number), True),
    "created": (lambda each: (each.created_at, each.number), False),
    "-created": (lambda each: (each.created_at, each.number), True),
    "updated": (lambda each: (each.updated_at, each.number), False),
    "-updated": (lambda each: (each.updated_at, each.number), True),
    "priority": (lambda each: (RANKS[each.priority], each.due_at or LATER, each.number), False),
}
QUERIES: Final = ("", "is:open", "tier:1,2", "status:open OR status:solved")


def asked(text: str) -> Query:
    return parse(text, now=NOW, zone=UTC)


def fits(each: Facts, text: str) -> bool:
    live = each.status in ("new", "open", "pending", "hold")
    return {"": True, "is:open": live, "tier:1,2": each.tier < 3}.get(text, each.status in ("open", "solved"))


def test_the_orders_are_those_of_the_list_of_fields() -> None:
    assert set(tickets.SORTS) == set(fields.ORDERS) == set(ORDERS)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    every=random.tickets(12),
    sort=st.sampled_from(sorted(ORDERS)),
    size=st.integers(1, 5),
    text=st.sampled_from(QUERIES),
)
def test_pages_make_up_the_list_forwards_and_backwards(
    new_store: Callable[[], Store], every: list[Facts], sort: str, size: int, text: str
) -> None:
    store, query = new_store(), asked(text)
    random.write(store, every)
    key, turned = ORDERS[sort]
    whole = [each.number for each in sorted(every, key=key, reverse=turned) if fits(each, text)]

    def page(**where: int) -> list[int]:
        return [each.number for each in tickets.page(store, query, VIEWER, sort=sort, limit=size, **where)]

    forwards = page()
    while found := page(after=forwards[-1]) if forwards else []:
        forwards += found
    assert forwards == whole
    backwards = whole[-1:]
    while found := page(before=backwards[0]) if backwards else []:
        backwards = found + backwards
    assert backwards == whole
    assert [tickets.rank(store, query, VIEWER, number, sort=sort) for number in whole] == list(range(len(whole)))
    assert page(offset=size) == whole[size : 2 * size]
    assert tickets.count(store, query, VIEWER) == len(whole)
    numbers = [each.number for each in every]
    assert tickets.matching(store, query, VIEWER, numbers) == set(whole)
    store.close()


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(every=random.tickets(12), sort=st.sampled_from(sorted(ORDERS)))
def test_a_page_goes_on_behind_a_ticket_that_left_the_list(
    new_store: Callable[[], Store], every: list[Facts], sort: str
) -> None:
    store = new_store()
    random.write(store, every)
    key, turned = ORDERS[sort]
    order = sorted(every, key=key, reverse=turned)
    for place, each in enumerate(order):
        behind = [other.number for other in order[place + 1 :] if fits(other, "is:open")]
        found = tickets.page(store, asked("is:open"), VIEWER, sort=sort, after=each.number)
        assert [ticket.number for ticket in found] == behind
        before = [other for other in order[:place] if fits(other, "is:open")]
        assert tickets.rank(store, asked("is:open"), VIEWER, each.number, sort=sort) == len(before)
    store.close()


def test_an_unknown_order_names_the_nearest(store: Store) -> None:
    with pytest.raises(UsageError) as unknown:
        tickets.page(store, All(), VIEWER, sort="prioritty")
    assert "priority" in unknown.value.hint


def test_a_page_next_to_no_ticket_is_not_found(store: Store) -> None:
    with pytest.raises(NotFoundError):
        tickets.page(store, All(), VIEWER, after=10001)
