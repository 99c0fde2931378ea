"""The words of a deadline: start and promise, what was skipped, pauses, the end."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agentconsole.domain.desk_file import load_desk
from agentconsole.domain.sla import Signal, SignalKind, Situation, derive, explain
from agentconsole.domain.values import Channel, Priority, Status, Tier
from agentconsole.services.explain import in_words
from tests.support.desk import TEXT

DESK = load_desk(TEXT.replace('name = "Office"', 'name = "Office"\nholidays = "JP"'), "office")
TOKYO = ZoneInfo("Asia/Tokyo")
FRIDAY = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
"""17:30 in Tokyo, half an hour before the weekend; Monday is a holiday."""


def situation(status: Status = Status.OPEN, priority: Priority | None = None) -> Situation:
    return Situation(Channel.MAIL, priority, Tier.SPECIALIST, None, "ja", status)


def told(language: str, *signals: Signal, now: datetime = FRIDAY, kind: int = 0) -> str:
    made = Signal(FRIDAY, SignalKind.CREATED, situation(priority=Priority.HIGH))
    clock = derive([made, *signals], DESK, now=now)[kind]
    return in_words(explain(clock, DESK, now), language=language, zone=TOKYO)


def test_what_was_skipped_is_named() -> None:
    text = told("en")
    assert "First response: counted from Fri 2026-11-20 17:30 JST" in text
    assert "gives 3 h of opening hours at priority high" in text
    assert "勤労感謝の日 (2026-11-23)" in text
    assert text.endswith("Due Tue 2026-11-24 11:30 JST.")


def test_the_same_in_japanese() -> None:
    text = told("ja")
    assert "初回応答: 2026-11-20(金) 17:30 JST から計測" in text
    assert "祝日 勤労感謝の日" in text
    assert text.endswith("期限は 2026-11-24(火) 11:30 JST。")


@pytest.mark.parametrize(("language", "word"), [("en", "stands still"), ("ja", "停止中")])
def test_a_clock_that_stands_still_says_what_is_left(language: str, word: str) -> None:
    later = FRIDAY + timedelta(minutes=10)
    status = Signal(later, SignalKind.STATUS, situation(Status.PENDING, Priority.HIGH), Status.PENDING)
    text = told(language, status, now=later + timedelta(hours=1))
    assert word in text
    assert ("2 h 50 min" if language == "en" else "2時間50分") in text


def test_a_pause_is_told_with_its_ends() -> None:
    states = [(10, Status.PENDING), (20, Status.OPEN)]
    signals = [
        Signal(FRIDAY + timedelta(minutes=after), SignalKind.STATUS, situation(status, Priority.HIGH), status)
        for after, status in states
    ]
    text = told("en", *signals, now=FRIDAY + timedelta(hours=1))
    assert "Paused from Fri 2026-11-20 17:40 JST to Fri 2026-11-20 17:50 JST." in text


def test_how_it_ended_is_told() -> None:
    reply = Signal(FRIDAY + timedelta(minutes=5), SignalKind.AGENT_REPLY, situation(priority=Priority.HIGH))
    assert "Kept at Fri 2026-11-20 17:35 JST." in told("en", reply)
    late = Signal(FRIDAY + timedelta(days=7), SignalKind.AGENT_REPLY, situation(priority=Priority.HIGH))
    assert "Done late, at" in told("en", late, now=FRIDAY + timedelta(days=8))


def test_no_phrase_is_missing_in_either_language() -> None:
    from agentconsole.services import explain as module

    assert module._EN.keys() == module._JA.keys()
