"""What the store tells the clocks of a ticket: its customer's class, the desk's answers, how it ended, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from agentconsole.domain.desk_file import load_desk
from agentconsole.domain.sla import CancelReason, Clocks, Reason
from agentconsole.domain.values import ClockKind, ClockState, Condition
from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.store import desks, histories, tickets
from agentconsole.store.store import Store
from agentconsole.sync.records import Merge
from tests.conftest import NOW
from tests.support import desk
from tests.support.records import comment, person, take, ticket

HOUR = timedelta(hours=1)
_RULES = """
[[policies]]
id = "vip"
name = "Dear customers"
customer_classes = ["VIP"]
grace = "2h"
warn = "50%"
hours = "calendar"
[policies.targets]
urgent = { first_response = "1h" }
high = { first_response = "1h" }
normal = { first_response = "1h", resolution = "4h" }
low = { first_response = "1h" }

[[answers]]
counts = "reply"
authors = ["agent"]
channels = ["phone"]

[[policies]]
id = "urgent"
"""


@pytest.fixture
def club(store: Store) -> None:
    """The usual desk, with a policy for a class of customers before the others; notes answer a call."""
    text = desk.TEXT.replace('\n[[policies]]\nid = "urgent"\n', _RULES)
    with store.writing():
        desks.save_desk(store, load_desk(text, "club"), NOW - timedelta(days=9))


def clocks_of(store: Store, number: int = 10001) -> dict[ClockKind, tuple[str, ClockState]]:
    return {clock.kind: (clock.policy_id, clock.state) for clock in tickets.clocks_of(store, number)}


def derived_at(store: Store, now: datetime) -> Store:
    with store.writing():
        histories.derive_clocks(store, [10001], now)
    return store


def derived(store: Store, number: int = 10001) -> Clocks:
    with store.writing():
        histories.derive_clocks(store, [number], NOW)
    return tickets.clocks_of(store, number)


@pytest.mark.usefixtures("club")
def test_the_class_of_the_customer_chooses_the_policy_and_the_reason_is_kept(store: Store) -> None:
    take(store, person("c1", name="見本 花子", customer_class="vip"), ticket("1", created_at=NOW), desk="office")
    first = tickets.clocks_of(store, 10001)[0]
    assert (first.policy_id, first.reason) == ("vip", Reason((("customer_class", "vip"),), (), "office"))
    assert (first.target_seconds, first.grace_seconds, first.warn_seconds) == (3 * 3600, 2 * 3600, 5400)
    assert tickets.get(store, 10001).due_at == NOW + 3 * HOUR
    take(store, ticket("2", requester_id="c2"), desk="office")
    other = tickets.clocks_of(store, 10002)[0]
    assert other.reason == Reason(
        (), (("vip", "customer_class", ""), ("urgent", "priority", "normal"), ("specialists", "tier", "1")), "office"
    )


def test_a_desk_says_where_its_source_tells_the_class(store: Store, club: None) -> None:
    """As it becomes known later, and for people who have not changed: then it happened to their tickets then."""
    gold = person("c1", extra={"user_fields": {"segment": "Gold"}})
    take(store, gold, ticket("1", created_at=NOW), desk="office")
    assert clocks_of(store)[ClockKind.FIRST_RESPONSE][0] == "written"
    told = '[sources.helpdesk.customer_class]\nfrom = ["user_fields.segment"]\nwords = { gold = "VIP" }\n'
    with store.writing():
        desks.save_desk(store, load_desk(desks.desk(store, "office").source_text + told, "club"), NOW + HOUR)
    take(store, gold, ticket("2", created_at=NOW + HOUR), desk="office", at=NOW + HOUR)
    assert {number: clocks_of(store, number)[ClockKind.FIRST_RESPONSE][0] for number in (10001, 10002)} == {
        10001: "vip",
        10002: "vip",
    }
    assert {"customer_class": None} in [event.before for event in tickets.events(store, 10001)]
    take(store, person("c1", extra={}), desk="office", at=NOW + HOUR)
    assert clocks_of(store)[ClockKind.FIRST_RESPONSE][0] == "written"


@pytest.mark.usefixtures("club")
def test_another_class_aims_running_clocks_anew_and_leaves_verdicts(store: Store) -> None:
    plain = {"name": "見本 花子", "customer_class": None}
    said = comment("1", "a", author_id="agent-7", at=NOW - HOUR)
    take(store, person("c1", **plain), ticket("1", created_at=NOW - 2 * HOUR, comments=(said,)), desk="office")
    assert clocks_of(store) == {
        ClockKind.FIRST_RESPONSE: ("written", ClockState.FULFILLED),
        ClockKind.RESOLUTION: ("written", ClockState.RUNNING),
        ClockKind.UPDATE: ("written", ClockState.RUNNING),
    }
    take(store, person("c1", **plain | {"customer_class": "vip"}), at=NOW, desk="office")
    assert clocks_of(store) == {
        ClockKind.FIRST_RESPONSE: ("written", ClockState.FULFILLED),
        ClockKind.RESOLUTION: ("vip", ClockState.RUNNING),
        ClockKind.UPDATE: ("written", ClockState.CANCELLED),
    }
    event = tickets.events(store, 10001)[-1]
    assert (event.verb, event.before, event.after) == (
        "source_changed",
        {"customer_class": None},
        {"customer_class": "vip"},
    )
    before = tickets.clocks_of(store, 10001)
    assert derived(store) == before


@pytest.mark.usefixtures("club")
def test_who_comes_after_the_ticket_was_always_of_their_class(store: Store) -> None:
    take(store, ticket("1", created_at=NOW), desk="office")
    assert clocks_of(store)[ClockKind.FIRST_RESPONSE][0] == "written"
    take(store, person("c1", name="見本 花子", customer_class="vip"), desk="office")
    assert clocks_of(store)[ClockKind.FIRST_RESPONSE][0] == "vip"
    assert [event.verb for event in tickets.events(store, 10001)] == ["imported"]


@pytest.mark.usefixtures("club")
def test_the_desk_says_what_answers_a_call(session: Session) -> None:
    opened = {"desk": "office", "name": "見本 太郎", "subject": "出金", "body": "出金の件", "priority": "normal"}
    call = deeds.open_ticket(session, channel="phone", **opened).ticket.number
    mail = deeds.open_ticket(session, channel="mail", **opened).ticket.number
    deeds.perform(session, "note", [call, mail], {"body": "電話で説明した"})
    answered = {number: clocks_of(session.store, number)[ClockKind.FIRST_RESPONSE][1] for number in (call, mail)}
    assert answered == {call: ClockState.FULFILLED, mail: ClockState.RUNNING}
    for number in answered:
        before = tickets.clocks_of(session.store, number)
        assert derived(session.store, number) == before


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("merged", CancelReason.MERGED),
        ("spam", CancelReason.SPAM),
        ("deleted", CancelReason.DELETED),
        ("removed", CancelReason.DELETED),
    ],
)
def test_every_way_in_which_a_source_drops_a_ticket_stops_its_clocks(
    store: Store, word: str, reason: CancelReason
) -> None:
    take(store, ticket("1", created_at=NOW - HOUR))
    take(store, ticket("1", created_at=NOW - HOUR, status=word, updated_at=NOW))
    take(store, ticket("2", created_at=NOW - HOUR, status=word, updated_at=NOW))
    for number in (10001, 10002):
        clocks = tickets.clocks_of(store, number)
        assert {(clock.state, clock.cancel_reason) for clock in clocks} == {(ClockState.CANCELLED, reason)}
        assert tickets.get(store, number).due_at is None


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        (Condition.MERGED, CancelReason.MERGED),
        (Condition.SPAM, CancelReason.SPAM),
        (Condition.SUSPENDED, CancelReason.SPAM),
        (Condition.DELETED, CancelReason.DELETED),
        (Condition.SCRUBBED, CancelReason.DELETED),
    ],
)
def test_what_a_source_says_beside_the_status_stops_the_clocks_with_its_reason(
    store: Store, condition: Condition, reason: CancelReason
) -> None:
    """Zendesk closes what was merged, and says so in a tag: nobody solved it."""
    take(store, ticket("1", created_at=NOW - HOUR))
    gone = {"status": "closed", "created_at": NOW - HOUR, "updated_at": NOW, "conditions": frozenset({condition})}
    take(store, ticket("1", **gone), ticket("2", **gone))
    for number in (10001, 10002):
        clocks = tickets.clocks_of(store, number)
        assert {(clock.state, clock.cancel_reason) for clock in clocks} == {(ClockState.CANCELLED, reason)}
        assert tickets.get(store, number).due_at is None


def test_a_ticket_out_of_which_words_were_taken_goes_on(store: Store) -> None:
    take(store, ticket("1", created_at=NOW - HOUR, conditions=frozenset({Condition.REDACTED})))
    assert tickets.get(store, 10001).due_at is not None


def test_a_merge_that_the_other_ticket_tells_of_stops_the_clocks(store: Store) -> None:
    """They went on and were missed on a ticket that nobody could answer any more."""
    take(store, ticket("1", created_at=NOW - HOUR), at=NOW - HOUR)
    take(store, ticket("2", created_at=NOW - HOUR, merges=(Merge("1", "2"),)), at=NOW)
    clocks = tickets.clocks_of(store, 10001)
    assert {(clock.state, clock.cancel_reason) for clock in clocks} == {(ClockState.CANCELLED, CancelReason.MERGED)}
    assert tickets.get(store, 10001).due_at is None
    assert derived(store) == clocks


@pytest.mark.usefixtures("club")
@pytest.mark.parametrize(
    "later",
    [
        {"status": "deleted", "conditions": frozenset({Condition.SCRUBBED})},
        {"requester_id": "c2"},
    ],
    ids=["scrubbed", "of somebody else"],
)
def test_what_was_promised_to_a_class_stays_so_whoever_the_ticket_is_said_to_be_of(
    store: Store, later: dict[str, object]
) -> None:
    began = NOW - 9 * HOUR
    take(
        store, person("c1", customer_class="vip"), person("c2"), ticket("1", created_at=began), at=began, desk="office"
    )
    missed = tickets.clocks_of(derived_at(store, NOW), 10001)[0]
    assert (missed.policy_id, missed.breached_at is None) == ("vip", False)
    take(store, ticket("1", created_at=began, updated_at=NOW, **later), at=NOW, desk="office")
    after = tickets.clocks_of(store, 10001)[0]
    assert (after.policy_id, after.breached_at) == ("vip", missed.breached_at)


def test_a_ticket_that_was_closed_in_the_usual_way_kept_its_promises(store: Store) -> None:
    take(store, ticket("1", created_at=NOW - HOUR, status="closed", updated_at=NOW))
    states = {clock.kind: (clock.state, clock.cancel_reason) for clock in tickets.clocks_of(store, 10001)}
    assert states[ClockKind.RESOLUTION] == (ClockState.FULFILLED, None)
    assert states[ClockKind.FIRST_RESPONSE] == (ClockState.CANCELLED, CancelReason.ENDED)


def test_an_answer_counts_by_the_edition_of_its_time(session: Session, store: Store) -> None:
    """A desk that calls notes answers from now on does not say so of the notes that were written before."""
    number = deeds.open_ticket(
        session, desk="default", channel="phone", subject="出金", body="出金の件", name="見本 太郎"
    ).ticket.number
    deeds.perform(session, "note", [number], {"body": "電話で説明した"})
    old = desks.desk(store, "default")
    text = old.source_text + '\n[[answers]]\ncounts = "reply"\nauthors = ["agent"]\n'
    with store.writing():
        desks.save_desk(store, replace(load_desk(text, "default")), NOW + HOUR)
        histories.derive_clocks(store, [number], NOW + 2 * HOUR)
    assert clocks_of(store, number)[ClockKind.FIRST_RESPONSE][1] is ClockState.RUNNING
