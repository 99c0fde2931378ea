"""Queries in SQL: held against the same tree evaluated over the tickets one by one."""

from __future__ import annotations

import inspect
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentconsole.domain import fields
from agentconsole.domain.errors import NotFoundError, UsageError
from agentconsole.domain.query import (
    ME,
    NONE,
    All,
    And,
    Compare,
    Not,
    NumberOrText,
    Op,
    Or,
    Query,
    Text,
    Value,
    all_of,
    any_of,
    parse,
)
from agentconsole.domain.text import fold, search_tokens
from agentconsole.store import clocks, people, query_sql, sql, tickets
from agentconsole.store.query_sql import Viewer, as_asked, compile_query
from agentconsole.store.store import Store
from tests.support import facts as random
from tests.support.facts import Facts
from tests.support.query_text import unparse
from tests.support.records import NOW, comment, person, take, ticket

VIEWER: Final = Viewer("aoi", NOW)
LIVE: Final = ("new", "open", "pending", "hold")


# --- the same, by hand


def holds(query: Query, each: Facts) -> bool:
    match query:
        case All():
            return True
        case And(items):
            return all(holds(item, each) for item in items)
        case Or(items):
            return any(holds(item, each) for item in items)
        case Not(item):
            return not holds(item, each)
        case Text(phrase):
            return says(phrase, each)
        case NumberOrText(number, phrase):
            return number == each.number or str(number) == each.external_id or says(phrase, each)
        case Compare(field, op, values):
            return compares(field, op, values, each)


def says(phrase: str, each: Facts) -> bool:
    return _found(phrase, each.texts()) or _found(phrase, each.names())


def _found(phrase: str, texts: list[str]) -> bool:
    """Every token in some text, and every term that tokens do not settle word for word in one."""
    asked = as_asked(phrase)
    tokens = {token for text in texts for token in search_tokens(text)}
    clauses = [clause for clause in asked.match.split(" AND ") if clause != '""']
    matched = all(
        any(token.startswith(clause[1:-2]) for token in tokens) if clause.endswith("*") else clause[1:-1] in tokens
        for clause in clauses
    )
    return bool(clauses) and matched and all(any(term in fold(text) for text in texts) for term in asked.verify)


def compares(field: str, op: Op, values: tuple[Value, ...], each: Facts) -> bool:
    if field == "is":
        return any(_is(value, each) for value in values)
    if field.startswith("field."):
        mine = each.fields.get(field.removeprefix("field."))
        return any(mine is None if value is NONE else mine == value for value in values)
    if field == "tag":
        return any(not each.tags if value is NONE else value in each.tags for value in values)
    if field == "customer":
        return any(_is_of(value, each) for value in values)
    mine = _value(field, each)
    if op is Op.EQ:
        return any(mine is None if value is NONE else _equal(mine, value) for value in values)
    if mine is None:
        return False
    low: Any = values[0]
    outcome = {
        Op.LT: mine < low,
        Op.LE: mine <= low,
        Op.GT: mine > low,
        Op.GE: mine >= low,
        Op.WITHIN: low <= mine < values[-1],
    }
    return bool(outcome[op])


def _value(field: str, each: Facts) -> Any:
    if field in ("created", "updated", "due"):
        return getattr(each, f"{field}_at")
    return getattr(each, {"lang": "language"}.get(field, field))


def _equal(mine: Any, value: Value) -> bool:
    if value is ME:
        return bool(mine == VIEWER.login)
    return mine is not None and (fold(mine) == fold(value) if isinstance(mine, str) else mine == value)  # type: ignore[arg-type]


def _is(value: Value, each: Facts) -> bool:
    return {
        "open": each.status in LIVE,
        "closed": each.status not in LIVE,
        "unassigned": each.assignee is None,
        "breached": each.due_at is not None and each.due_at <= NOW,
        ME: each.assignee == VIEWER.login,
    }[value]


def _is_of(value: Value, each: Facts) -> bool:
    asker = each.requester
    if value is NONE or asker is None:
        return value is NONE and asker is None
    word = str(value)
    return (
        fold(word) in fold(asker.name or "")
        or (asker.email is not None and fold(word) == fold(asker.email))
        or word in (asker.external_id, str(asker.id))
    )


# --- any tree


def one_of(*values: Value) -> st.SearchStrategy[tuple[Value, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True).map(tuple)


def equals(field: str, *values: Value) -> st.SearchStrategy[Query]:
    return one_of(*values).map(lambda chosen: Compare(field, Op.EQ, chosen))


MOMENTS: Final = st.sampled_from([at + timedelta(hours=by) for at in random.MOMENTS for by in (-1, 0, 1)])
TIMES: Final = st.one_of(
    st.builds(
        lambda field, op, at: Compare(field, op, (at,)),
        st.sampled_from(["due", "created", "updated"]),
        st.sampled_from([Op.LT, Op.LE, Op.GT, Op.GE]),
        MOMENTS,
    ),
    st.builds(
        lambda field, start, hours: Compare(field, Op.WITHIN, (start, start + timedelta(hours=hours))),
        st.sampled_from(["due", "created", "updated"]),
        MOMENTS,
        st.integers(1, 60),
    ),
    st.just(Compare("due", Op.EQ, (NONE,))),
)
LEAVES: Final = st.one_of(
    st.just(All()),
    st.sampled_from([phrase for phrase in random.PHRASES if phrase] + ["!!!", "hanako", "佐藤", "さと"]).map(Text),
    st.sampled_from([10001, 10003, 10007, 14, 100]).map(lambda number: NumberOrText(number, str(number))),
    equals("tier", 1, 2, 3),
    equals("team", "tax", "LEGAL", "systems", NONE),
    equals("desk", "default", "OFFICE"),
    equals("status", "new", "open", "pending", "hold", "solved", "closed"),
    equals("is", "open", "closed", "unassigned", "breached", ME),
    equals("priority", "low", "normal", "high", "urgent", NONE),
    equals("assignee", "aoi", "ken", "見本", "nobody", ME, NONE),
    equals("channel", "form", "chat", "mail"),
    equals("lang", "ja", "en", "zh-Hans", "zh-Hant", NONE),
    equals("customer", "佐藤", "sato", "ato H", "A@example.jp", "c2", "3", "999", NONE),
    equals("tag", "vip", "入金", "nothing", NONE),
    equals("category", "DEPOSIT", "kyc", "入金", NONE),
    equals("source", "zendesk", "HELPDESK"),
    equals("number", 10001, 10002, 10005),
    equals("field.txid", "TX-0001", "E-4102", "入金", NONE),
    equals("field.nowhere", "x", NONE),
    st.builds(
        lambda op, number: Compare("number", op, (number,)),
        st.sampled_from([Op.LT, Op.LE, Op.GT, Op.GE]),
        st.integers(10000, 10008),
    ),
    TIMES,
)
TREES: Final = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, min_size=2, max_size=3).map(lambda items: all_of(*items)),
        st.lists(inner, min_size=2, max_size=3).map(lambda items: any_of(*items)),
    ),
    max_leaves=6,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(every=random.tickets(8), trees=st.lists(TREES, min_size=1, max_size=20))
def test_a_query_finds_just_what_it_says(
    new_store: Callable[[], Store], every: list[Facts], trees: list[Query]
) -> None:
    store = new_store()
    random.write(store, every)
    for tree in trees:
        found = [each.number for each in tickets.page(store, tree, VIEWER, sort="created")]
        wanted = sorted((each for each in every if holds(tree, each)), key=lambda each: (each.created_at, each.number))
        assert found == [each.number for each in wanted], unparse(tree)
        assert tickets.count(store, tree, VIEWER) == len(found)
    store.close()


def test_every_field_that_can_be_asked_for_is_asked_for_here(store: Store) -> None:
    for entry in fields.QUERIED:
        assert tickets.page(store, parse(entry.example, now=NOW, zone=UTC), VIEWER) == []


# --- hostile words


OUR_WORDS: Final = {*Op} | {
    word
    for source in (inspect.getsource(query_sql), repr(sql.LIVE) + sql.SORT_DUE)
    for word in re.findall(r"[^\s()?,]+", re.sub(r"[\"{}]", " ", source))
}
"""What SQL may be made of: the words of the code that makes it."""

ODD: Final = st.text(
    st.characters()
    | st.sampled_from("\"'*^():;%_\\-+{}[]|&<>=.,　：（）”\x00\u202e")
    | st.sampled_from("ANDORNOT入金日"),
    max_size=30,
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=ODD
    | st.builds(
        "{}{}{}".format,
        st.sampled_from(["tag:", "customer:", "field.x:", "category:", "-"]),
        st.sampled_from(['"', ""]),
        ODD,
    )
)
def test_hostile_words_are_words_and_nothing_else(one_ticket: Store, words: str) -> None:
    try:
        query = parse(words, now=NOW, zone=UTC)
    except UsageError:
        return
    compiled = compile_query(query, VIEWER)
    assert compiled.sql.count("?") == len(compiled.parameters)
    assert set(re.findall(r"[^\s()?,]+", compiled.sql)) <= OUR_WORDS
    tickets.page(one_ticket, query, VIEWER)
    tickets.count(one_ticket, query, VIEWER)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(reference=ODD | st.from_regex(r"\d{1,5000}", fullmatch=True) | st.text(st.characters(categories=["Nd", "Cs"])))
def test_hostile_names_of_tickets_and_customers_name_nothing(one_ticket: Store, reference: str) -> None:
    for resolve in (tickets.resolve, people.resolve_customer):
        with suppress(NotFoundError):
            assert resolve(one_ticket, reference) in (1, 10001)


@pytest.fixture(scope="module")
def one_ticket(empty_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("one") / "store.db"
    shutil.copy(empty_store, path)
    with Store(path) as store:
        take(store, ticket("1", comments=(comment("1", "a"),)))
        yield store


# --- plans


def plan(store: Store, text: str, sort: str = "due") -> str:
    """How SQLite goes about a page."""
    return _steps(store, lambda: tickets.page(store, parse(text, now=NOW, zone=UTC), VIEWER, sort=sort, limit=50))


def _steps(store: Store, read: Callable[[], object]) -> str:
    said: list[str] = []
    store.connection.set_trace_callback(said.append)
    read()
    store.connection.set_trace_callback(None)
    ours = next(statement for statement in said if statement.startswith(("SELECT \n", "SELECT DISTINCT")))
    return "\n".join(row["detail"] for row in store.connection.execute(f"EXPLAIN QUERY PLAN {ours}"))


@pytest.mark.parametrize(
    "text",
    [
        "is:open",
        "is:open tier:2",
        "is:open tier:2 desk:office",
        "status:new,open",
        "status:open tier:1",
    ],
)
def test_the_inbox_walks_along_the_index_of_deadlines(store: Store, text: str) -> None:
    steps = plan(store, text)
    assert "SCAN t USING INDEX ticket_by_due" in steps
    assert "TEMP B-TREE" not in steps


@pytest.mark.parametrize("text", ["", "tier:1", "is:closed", "status:solved channel:chat", "-入金"])
def test_a_list_with_closed_tickets_walks_along_an_index_too(store: Store, text: str) -> None:
    steps = plan(store, text)
    assert "SCAN t USING INDEX ticket_by_due_of_all" in steps
    assert "TEMP B-TREE" not in steps


def test_a_common_word_is_looked_up_along_the_list_and_a_rare_one_in_the_index(store: Store) -> None:
    take(store, *(ticket(str(number), subject="入金" if number > 1 else "入金 4503") for number in range(1, 120)))
    assert "SCAN t USING INDEX ticket_by_due" in plan(store, "is:open 入金")
    rare = plan(store, "is:open 4503")
    assert "SEARCH t USING INTEGER PRIMARY KEY (rowid=?)" in rare
    assert "SEARCH t USING INDEX ticket_by_external_id (external_id=?)" in rare
    assert "SEARCH t USING INDEX ticket_by_requester (requester_id=?)" in rare


@pytest.mark.parametrize("text", ["入金", "4503"])
def test_common_and_rare_words_page_to_the_same_list(store: Store, text: str) -> None:
    take(store, *(ticket(str(number), subject="入金" if number > 3 else "入金 4503") for number in range(1, 120)))
    view = parse(text, now=NOW, zone=UTC)
    whole = [each.number for each in tickets.page(store, view, VIEWER)]
    walked = [each.number for each in tickets.page(store, view, VIEWER, limit=2)]
    while found := tickets.page(store, view, VIEWER, limit=2, after=walked[-1]):
        walked += [each.number for each in found]
    assert walked == whole
    assert len(whole) == tickets.count(store, view, VIEWER)


@pytest.mark.parametrize(("sort", "index"), [("created", "ticket_by_created"), ("-updated", "ticket_by_updated")])
def test_other_orders_have_their_index(store: Store, sort: str, index: str) -> None:
    steps = plan(store, "", sort)
    assert f"INDEX {index}" in steps
    assert "TEMP B-TREE" not in steps


@pytest.mark.parametrize(
    ("text", "step"),
    [
        ("is:open", "SCAN t USING COVERING INDEX ticket_by_due"),
        ("is:open tier:2", "SCAN t USING COVERING INDEX ticket_by_due"),
        ("is:open due:<30m", "SEARCH t USING INDEX ticket_by_due (<expr><?)"),
        ("is:open is:breached tier:2", "SEARCH t USING INDEX ticket_by_due (<expr><?)"),
    ],
)
def test_counting_the_inbox_keeps_to_the_index(store: Store, text: str, step: str) -> None:
    where = compile_query(parse(text, now=NOW, zone=UTC), VIEWER)
    count = f"EXPLAIN QUERY PLAN SELECT count(*) FROM ticket t WHERE {where.sql}"  # noqa: S608 - of tests
    assert [row["detail"] for row in store.connection.execute(count, where.parameters)] == [step]


@pytest.mark.parametrize(("after", "before"), [(10001, None), (None, 10001)])
def test_a_page_next_to_a_ticket_seeks_its_place(store: Store, after: int | None, before: int | None) -> None:
    take(store, ticket("501"), ticket("502"))
    view = parse("is:open", now=NOW, zone=UTC)
    steps = _steps(store, lambda: tickets.page(store, view, Viewer("aoi", NOW), limit=5, after=after, before=before))
    assert "SEARCH t USING INDEX ticket_by_due (<expr>=? AND number" in steps
    assert "TEMP B-TREE" not in steps


def test_what_came_due_is_sought_in_its_index(store: Store) -> None:
    assert "SEARCH clock USING INDEX clock_running (due_at<?)" in _steps(store, lambda: clocks.overdue(store, NOW))


def test_a_customers_history_has_its_index(store: Store) -> None:
    steps = _steps(store, lambda: tickets.of_customer(store, 1))
    assert "ticket_by_requester" in steps
    assert "SCAN t" not in steps


# --- references


def test_references(store: Store) -> None:
    take(store, person("c1", name="見本 花子"), ticket("501"), ticket("10002"), ticket("a:b"))
    assert tickets.resolve(store, "10001") == 10001
    assert tickets.resolve(store, "501") == 10001
    assert tickets.resolve(store, "helpdesk:501") == 10001
    assert tickets.resolve(store, "helpdesk:a:b") == 10003
    assert tickets.resolve(store, "10002") == 10002
    assert tickets.resolve(store, "１０００３") == 10003
    assert people.resolve_customer(store, "helpdesk:c1") == people.resolve_customer(store, "1") == 1
