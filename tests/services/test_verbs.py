"""Each verb: on which tickets it works, by which rule it is refused, and what it changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from agentconsole.domain.desk import Desk
from agentconsole.domain.errors import ConsoleError, NotFoundError, RefusedError, UsageError
from agentconsole.domain.sla import Clock
from agentconsole.domain.ticket import Ticket
from agentconsole.domain.values import ClockKind, ClockState, Priority, Status, Team
from agentconsole.services import tickets as deeds
from agentconsole.services import verbs
from agentconsole.services.session import Session
from agentconsole.store import people, tickets
from tests.conftest import NOW, FrozenClock
from tests.support.records import take, ticket

HOUR = timedelta(hours=1)
WORDS: Final[dict[str, dict[str, Any]]] = {
    "claim": {},
    "release": {},
    "assign": {"agent": "ken"},
    "verify": {"how": "電話で生年月日"},
    "reply": {"body": "確認しますので、お待ちください。"},
    "note": {"body": "本人より電話"},
    "priority": {"priority": "high"},
    "tag": {"tags": ("+vip",)},
    "escalate": {"tier": "2", "reason": "難しい", "note": "引き継ぎ"},
    "handback": {"reason": "一次で足りる"},
    "pending": {},
    "solve": {},
    "reopen": {"reason": "まだ届かない"},
}
ELSEWHERE: Final = {"ours", "theirs", "step"}
"""They end conflicts, or go by a playbook, and are looked at with these."""
ENDED: Final = {"solved": "not_live", "closed": "not_live"}
GONE: Final = {"closed": "closed"}
REFUSED: Final[dict[str, dict[str, str]]] = {
    "claim": ENDED,
    "release": ENDED,
    "assign": ENDED,
    "verify": ENDED,
    "reply": GONE,
    "note": GONE,
    "priority": GONE,
    "tag": GONE,
    "escalate": ENDED,
    "handback": ENDED,
    "pending": ENDED,
    "solve": ENDED,
    "reopen": {"new": "live", "open": "live", "closed": "closed"},
}


@pytest.fixture
def colleagues(session: Session, office: Desk) -> Session:
    with session.store.writing():
        people.ensure_agent(session.store, "ken", "見本 健")
    return session


def given(session: Session, **said: Any) -> int:
    """A ticket of a source, in the state wanted."""
    take(session.store, ticket("1", **({"via": "chat", "created_at": NOW, "updated_at": NOW} | said)), desk="office")
    return 10001


def do(session: Session, name: str, **words: Any) -> Ticket:
    return deeds.perform(session, name, [10001], words)[0].ticket


def refusal(session: Session, name: str, **words: Any) -> str:
    with pytest.raises(RefusedError) as refused:
        do(session, name, **words)
    return refused.value.code


def test_every_verb_is_looked_at_here() -> None:
    assert set(WORDS) == set(REFUSED) == set(verbs.VERBS) - ELSEWHERE


@pytest.mark.parametrize("status", list(Status))
@pytest.mark.parametrize("name", sorted(WORDS))
def test_a_verb_works_on_just_these_statuses(colleagues: Session, name: str, status: Status) -> None:
    assignee = "m1" if name == "release" else None
    tier = "二次対応" if name == "handback" else "Front"
    given(colleagues, status=status.value, assignee_id=assignee, group_name=tier)
    rule = REFUSED[name].get(status)
    if rule:
        assert refusal(colleagues, name, **WORDS[name]) == rule
    else:
        assert do(colleagues, name, **WORDS[name]).version == 2


def test_claiming(colleagues: Session) -> None:
    given(colleagues, status="new")
    claimed = do(colleagues, "claim")
    assert (claimed.assignee, claimed.status) == ("aoi", Status.OPEN)
    assert refusal(colleagues, "claim") == "already_yours"
    do(colleagues, "assign", agent="ken")
    assert refusal(colleagues, "claim") == "taken"


def test_releasing_and_assigning(colleagues: Session) -> None:
    given(colleagues)
    assert refusal(colleagues, "release") == "nobodys"
    assert refusal(colleagues, "assign", agent="none") == "nobodys"
    assert do(colleagues, "assign", agent="ken").assignee == "ken"
    assert do(colleagues, "assign", agent="none").assignee is None
    with pytest.raises(NotFoundError) as unknown:
        do(colleagues, "assign", agent="kenn")
    assert "ken" in unknown.value.hint


def test_verifying_notes_when_and_how(colleagues: Session, clock: FrozenClock) -> None:
    given(colleagues)
    at = clock.tick(timedelta(seconds=1.5)).replace(microsecond=0)
    verified = do(colleagues, "verify", how="秘密の質問")
    assert (verified.verified_at, verified.verified_how) == (at, "秘密の質問")


def test_a_reply_takes_what_nobody_has_and_leaves_others_theirs(colleagues: Session) -> None:
    given(colleagues, status="new")
    assert do(colleagues, "reply", **WORDS["reply"]).assignee == "aoi"
    do(colleagues, "assign", agent="ken")
    assert do(colleagues, "reply", **WORDS["reply"]).assignee == "ken"


@pytest.mark.parametrize("then", ["solve", "pending"])
@pytest.mark.parametrize("status", ["new", "open", "pending"])
@pytest.mark.parametrize("hours", [1, 3], ids=["in time", "too late"])
def test_a_reply_with_a_verb_behind_it_is_both_in_one(
    colleagues: Session, clock: FrozenClock, then: str, status: str, hours: int
) -> None:
    given(colleagues, status=status)
    take(colleagues.store, ticket("2", via="chat", created_at=NOW, updated_at=NOW, status=status), desk="office")
    clock.tick(hours * HOUR)
    one = do(colleagues, "reply", **WORDS["reply"], then=then)
    deeds.perform(colleagues, "reply", [10002], WORDS["reply"])
    two = deeds.perform(colleagues, then, [10002])[0].ticket
    assert replace(one, number=10002, external_id="2", subject=two.subject, version=two.version) == two
    assert kept_clocks(colleagues, 10001) == kept_clocks(colleagues, 10002)
    log = [event for event in tickets.events(colleagues.store, 10001) if event.verb != "breach"]
    assert [event.verb for event in log] == ["imported", "reply"]
    assert log[-1].after.get("status", status) == one.status


def kept_clocks(session: Session, number: int) -> list[Clock]:
    """Without the promise of an update that a reply begins and solving ends in the same second."""
    return [clock for clock in tickets.clocks_of(session.store, number) if clock.state is not ClockState.CANCELLED]


def test_a_reply_with_a_verb_behind_it_obeys_the_rules_of_both(colleagues: Session) -> None:
    given(colleagues, status="solved")
    assert refusal(colleagues, "reply", **WORDS["reply"], then="solve") == "not_live"
    do(colleagues, "reopen", reason="まだ届かない")
    assert refusal(colleagues, "reply", body="{{customer.name}} 様、確認いたします。", then="solve") == "unfilled"
    assert tickets.get(colleagues.store, 10001).status == Status.OPEN
    with pytest.raises(UsageError, match="escalate"):
        do(colleagues, "reply", **WORDS["reply"], then="escalate")


def test_notes_never_move_clocks(colleagues: Session, clock: FrozenClock) -> None:
    given(colleagues)
    before = tickets.clocks_of(colleagues.store, 10001)
    clock.tick(HOUR)
    do(colleagues, "note", body="顧客に電話した")
    assert tickets.clocks_of(colleagues.store, 10001) == before


def test_a_new_priority_moves_the_deadline(colleagues: Session, clock: FrozenClock) -> None:
    given(colleagues)
    assert tickets.get(colleagues.store, 10001).due_at == NOW + 2 * HOUR
    clock.tick(timedelta(minutes=5))
    assert do(colleagues, "priority", priority="high").due_at == NOW + HOUR
    assert do(colleagues, "priority", priority="low").due_at == NOW + 9 * HOUR
    assert {clock.priority_applied for clock in tickets.clocks_of(colleagues.store, 10001)} == {Priority.LOW}
    assert do(colleagues, "priority", priority="urgent").due_at == NOW + timedelta(minutes=15)


def test_pending_stops_the_clocks_and_reopening_starts_them(colleagues: Session, clock: FrozenClock) -> None:
    given(colleagues)
    clock.tick(HOUR)
    assert do(colleagues, "pending").due_at is None
    assert {each.state for each in tickets.clocks_of(colleagues.store, 10001)} == {ClockState.PAUSED}
    clock.tick(5 * HOUR)
    assert do(colleagues, "reopen", reason="返事が来た").due_at == NOW + 7 * HOUR


def test_pending_until_a_time_to_come_only(colleagues: Session) -> None:
    given(colleagues)
    for past in (NOW, NOW - HOUR):
        with pytest.raises(UsageError, match="past"):
            do(colleagues, "pending", until=past)
    assert do(colleagues, "pending", until="2026-11-21T09:00:00+09:00").pending_until == datetime(
        2026, 11, 21, tzinfo=UTC
    )
    assert do(colleagues, "solve").pending_until is None


def test_solving_ends_the_clocks_and_reopening_takes_the_resolution_up_again(
    colleagues: Session, clock: FrozenClock
) -> None:
    given(colleagues)
    clock.tick(HOUR)
    solved = do(colleagues, "solve")
    assert (solved.status, solved.assignee, solved.due_at) == (Status.SOLVED, "aoi", None)
    clock.tick(HOUR)
    reopened = do(colleagues, "reopen", reason="まだ届かない")
    assert (reopened.due_at, reopened.due_kind) == (NOW + 19 * HOUR, ClockKind.RESOLUTION)


def test_what_is_on_hold_can_be_opened_again(colleagues: Session) -> None:
    given(colleagues, status="hold")
    assert do(colleagues, "reopen", reason="調査が終わった").status is Status.OPEN


@pytest.mark.parametrize(
    ("group", "words", "rule"),
    [
        ("Front", {"tier": "2", "team": "tax"}, "team_without_tier"),
        ("Front", {"tier": "3"}, "team_needed"),
        ("Front", {"tier": "1"}, "not_higher"),
        ("二次対応", {"tier": "1"}, "not_higher"),
        ("二次対応", {"tier": "2"}, "not_higher"),
        ("二次対応", {}, "team_needed"),
        ("Tax", {"tier": "3", "team": "tax"}, "not_higher"),
        ("Tax", {"team": "tax"}, "not_higher"),
        ("Tax", {"tier": "2"}, "not_higher"),
    ],
)
def test_escalating_is_refused(colleagues: Session, group: str, words: dict[str, str], rule: str) -> None:
    given(colleagues, group_name=group)
    assert refusal(colleagues, "escalate", reason="x", note="y", **words) == rule


@pytest.mark.parametrize(
    ("group", "words", "place"),
    [
        ("Front", {}, (2, None)),
        ("Front", {"tier": "2"}, (2, None)),
        ("Front", {"team": "tax"}, (3, Team.TAX)),
        ("二次対応", {"tier": "3", "team": "systems"}, (3, Team.SYSTEMS)),
        ("Tax", {"team": "legal"}, (3, Team.LEGAL)),
    ],
)
def test_escalating(colleagues: Session, group: str, words: dict[str, str], place: tuple[int, Team | None]) -> None:
    given(colleagues, group_name=group, status="pending", assignee_id="m1")
    moved = do(colleagues, "escalate", reason="税務の相談", note="住民税の件です", **words)
    assert (moved.tier, moved.team, moved.assignee, moved.status) == (*place, None, Status.OPEN)
    thread = tickets.conversation(colleagues.store, 10001)
    assert (thread.messages[-1].body, thread.messages[-1].public) == ("住民税の件です", False)
    assert thread.events[-1].after["reason"] == "税務の相談"


def test_escalating_to_a_team_that_the_desk_has_not_is_refused(session: Session) -> None:
    take(session.store, ticket("1"))
    assert refusal(session, "escalate", team="tax", reason="x", note="y") == "no_such_team"


def test_another_tier_promises_something_else(colleagues: Session) -> None:
    given(colleagues)
    assert do(colleagues, "escalate", team="tax", reason="x", note="y").due_at == NOW + 6 * HOUR


def test_handing_back_leads_where_it_came_from(colleagues: Session) -> None:
    given(colleagues, group_name="Front")
    assert refusal(colleagues, "handback", reason="x") == "lowest_tier"
    do(colleagues, "escalate", team="tax", reason="x", note="y")
    do(colleagues, "escalate", team="legal", reason="x", note="y")
    back = do(colleagues, "handback", reason="法務ではない")
    assert (back.tier, back.team) == (1, None)
    do(colleagues, "escalate", reason="x", note="y")
    do(colleagues, "escalate", team="tax", reason="x", note="y")
    assert do(colleagues, "handback", reason="x").tier == 2
    assert do(colleagues, "handback", reason="x").tier == 1


def test_what_came_at_a_higher_tier_goes_down_by_one(colleagues: Session) -> None:
    given(colleagues, group_name="Tax")
    assert do(colleagues, "handback", reason="x").tier == 2


def test_tags_come_and_go(colleagues: Session) -> None:
    given(colleagues, tags=("a", "b"))
    assert do(colleagues, "tag", tags=("+c", "-a", "+b", "+入金")).tags == ("b", "c", "入金")


@pytest.mark.parametrize("odd", ["vip", "+", "-", "+two words", "+ "])
def test_odd_tags_are_named(colleagues: Session, odd: str) -> None:
    given(colleagues)
    with pytest.raises(UsageError):
        do(colleagues, "tag", tags=("+fine", odd))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("claimm", {}),
        ("reply", {}),
        ("reply", {"body": ""}),
        ("reply", {"body": "x", "override": ("langage",)}),
        ("reply", {"body": "x", "override": ("empty",)}),
        ("reply", {"body": "x", "seen": "yesterday"}),
        ("note", {"body": "\ud800"}),
        ("tag", {"tags": ()}),
        ("tag", {"tags": []}),
        ("tag", {"tags": ["+\udfff"]}),
        ("priority", {"priority": "hihg"}),
        ("pending", {"until": "someday"}),
        ("pending", {"until": "2026-11-21T09:00"}),
        ("escalate", {"tier": "4", "reason": "x", "note": "y"}),
        ("escalate", {"tier": "2", "reason": "x"}),
    ],
)
def test_what_is_missing_or_malformed_is_the_callers_mistake(
    colleagues: Session, name: str, words: dict[str, Any]
) -> None:
    given(colleagues)
    with pytest.raises(UsageError):
        do(colleagues, name, **words)
    assert tickets.get(colleagues.store, 10001).version == 1


@pytest.mark.parametrize("name", ["reply", "note"])
@pytest.mark.parametrize("body", ["  ", "\n\t", "\u3000", "\u200b\u2060"])
def test_what_cannot_be_read_is_not_sent(colleagues: Session, name: str, body: str) -> None:
    given(colleagues)
    assert refusal(colleagues, name, body=body) == "empty"


def test_a_ticket_that_is_not_there_is_not_found(colleagues: Session) -> None:
    with pytest.raises(NotFoundError):
        do(colleagues, "claim")


def test_the_same_ticket_named_twice_is_done_once(colleagues: Session) -> None:
    given(colleagues)
    assert len(deeds.perform(colleagues, "claim", [10001, 10001])) == 1


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"desk": "nowhere"}, "not_found"),
        ({"channel": "pigeon"}, "usage"),
        ({"priority": "asap"}, "usage"),
        ({"name": None}, "usage"),
        ({"customer": "helpdesk:nobody"}, "not_found"),
        ({"customer": "9" * 40}, "not_found"),
        ({"subject": " "}, "empty"),
        ({"subject": ""}, "usage"),
        ({"body": "\u3000"}, "empty"),
        ({"body": "\ud83d"}, "usage"),
    ],
)
def test_opening_a_ticket_is_refused(colleagues: Session, changes: dict[str, Any], error: str) -> None:
    words = {"desk": "office", "channel": "phone", "subject": "電話", "body": "出金の件", "name": "見本 花子"}
    with pytest.raises(ConsoleError) as refused:
        deeds.open_ticket(colleagues, **(words | changes))
    assert refused.value.code == error
    assert tickets.total(colleagues.store) == 0
    assert colleagues.store.connection.execute("SELECT count(*) FROM customer").fetchone()[0] == 0


def test_a_ticket_speaks_the_customers_language_or_that_of_the_text(colleagues: Session) -> None:
    words = {"desk": "office", "channel": "phone", "subject": "電話"}
    first = deeds.open_ticket(colleagues, body="The deposit has not arrived.", name="Sample Person", **words).ticket
    assert first.language == "en"
    again = deeds.open_ticket(
        colleagues, body="出金の件", customer=str(first.requester_id), language="zh_CN", **words
    ).ticket
    assert (again.language, again.requester_name) == ("zh-Hans", "Sample Person")
