"""The page that explains a deadline: sentences, strip, reckoning, history; the very values that are stored."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from agentconsole import locale
from agentconsole.commands.deadline_page import page
from agentconsole.commands.deadline_strip import MARKS
from agentconsole.commands.time_spans import age_of, counted, span_of
from agentconsole.config import Glyphs
from agentconsole.domain.desk_file import load_desk
from agentconsole.domain.errors import NotFoundError
from agentconsole.domain.forecast import WhatIf
from agentconsole.domain.text import cell_width
from agentconsole.domain.values import Priority
from agentconsole.services import tickets as deeds
from agentconsole.services.explain import case
from agentconsole.services.session import Session
from agentconsole.store import desks, tickets
from agentconsole.store.store import Store
from tests.conftest import FrozenClock
from tests.support import desk
from tests.support.records import take, ticket

TOKYO = ZoneInfo("Asia/Tokyo")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FRIDAY = datetime(2026, 11, 20, 17, 30, tzinfo=TOKYO)
"""Half an hour before the weekend; Monday is a holiday."""


@pytest.fixture
def friday(session: Session, clock: FrozenClock) -> Session:
    """A mail of high priority in a desk that keeps Japan's holidays and is kind to who comes at night."""
    text = desk.TEXT.replace('name = "Office"', 'name = "Office"\nholidays = "JP"')
    text = text.replace('name = "Written"', 'name = "Written"\ngrace = "30m"\nwarn = "1h"')
    clock.at = FRIDAY
    with session.store.writing():
        desks.save_desk(session.store, load_desk(text, "office"), FRIDAY - timedelta(days=30))
    return session


def opened(session: Session, priority: str = "high", channel: str = "mail") -> int:
    words = {"name": "見本 太郎", "subject": "出金", "body": "出金が届きません。"}
    return deeds.open_ticket(session, desk="office", channel=channel, priority=priority, **words).ticket.number


def told(session: Session, number: int, what_if: WhatIf | None = None, width: int = 110) -> list[str]:
    found = case(session.store, number, session.now(), what_if)
    return ["".join(text for _look, text in line).rstrip() for line in page(found, width, MARKS[Glyphs.ASCII])]


def test_a_lead_can_say_why_it_is_red(friday: Session, clock: FrozenClock) -> None:
    number = opened(friday, "normal")
    clock.at = FRIDAY + timedelta(days=4)
    lines = told(friday, number)
    assert lines[:27] == [
        "10001  出金",
        "見本 太郎 · mail · normal · new · T1 · nobody's",
        "As it stands at Tue 2026-11-24 17:30 JST",
        "",
        "First response: 7 h late",
        "  Counted from Fri 2026-11-20 17:30 JST, when the ticket came.",
        "  The policy “Written” (edition 1) gives 2 h of the opening hours “Office” at priority normal.",
        "  It holds for every ticket that no policy before it takes.",
        "  Policies before it that do not hold: “Urgent” (priority is normal), “Specialists” (tier is 1 first line).",
        "  Not counted: 1 weekend, the holiday 勤労感謝の日 (2026-11-23).",
        "  Due Tue 2026-11-24 10:30 JST.",
        "  The deadline was missed, and what was promised is still owed.",
        "",
        "             0           6           12          18          24",
        "  Fri 11-20                                     >............     0:30",
        "  Sat 11-21  ................................................",
        "  Sun 11-22  ................................................",
        "  Mon 11-23  ~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~           勤労感謝の日",
        "  Tue 11-24  ..................##|                                1:30",
        "  # counted  . closed  ~ holiday  > start  | due",
        "",
        "  Fri 11-20 17:30 – 18:00            counted                     -0:30      1:30 left",
        "  Fri 11-20 18:00 – Mon 11-23 00:00  closed",
        "  Mon 11-23 00:00 – Tue 11-24 00:00  holiday 勤労感謝の日",
        "  Tue 11-24 00:00 – 09:00            closed",
        "  Tue 11-24 09:00 – 10:30            counted                     -1:30      0:00 left",
        "  2:00 of 2:00 used: due Tue 2026-11-24 10:30 JST",
    ]
    assert lines[-4:] == [
        "What happened",
        "  Fri 2026-11-20 17:30 JST  the ticket came; channel is mail; priority is normal; tier is 1 first line;",
        "                            language is Japanese; desk is office",
        "  Fri 2026-11-20 17:30 JST  the customer wrote",
    ]


def test_the_same_in_japanese(friday: Session) -> None:
    number = opened(friday)
    locale.set_language("ja")
    lines = told(friday, number)
    assert "  チケットを受け付けた 2026-11-20(金) 17:30 JST から計測。" in lines
    assert "  計測しない時間: 週末1回、祝日 勤労感謝の日 (2026-11-23)。" in lines
    assert "  期限は 2026-11-24(火) 09:30 JST。" in lines


def test_grace_and_warning_are_told(friday: Session, clock: FrozenClock) -> None:
    clock.at = FRIDAY + 2 * HOUR
    lines = told(friday, opened(friday))
    assert (
        "  The policy “Written” (edition 1) gives 1 h 30 min of the opening hours “Office” at priority high." in lines
    )
    assert "  30 min of that is grace, because it began while the desk was closed." in lines
    assert "  It warns at Tue 2026-11-24 09:30 JST." in lines
    assert "First response: closed, opens Tue 2026-11-24 09:00 JST" in lines


def test_a_clock_that_stands_still_says_why_and_what_is_left(friday: Session, clock: FrozenClock) -> None:
    number = opened(friday)
    clock.tick(10 * MINUTE)
    deeds.perform(friday, "pending", [number], {})
    clock.tick(HOUR)
    lines = told(friday, number)
    assert "First response: stands still, the ticket is pending" in lines
    assert "  It stands still since Fri 2026-11-20 17:40 JST, with 50 min left." in lines
    assert not [line for line in lines if "Paused from" in line], "a pause that lasts has no end to tell"
    deeds.perform(friday, "reopen", [number], {"reason": "back"})
    assert "  Paused from Fri 2026-11-20 17:40 JST to Fri 2026-11-20 18:40 JST." in told(friday, number)


def test_what_was_kept_is_told_shortly_and_what_was_missed_in_full(friday: Session, clock: FrozenClock) -> None:
    number = opened(friday)
    clock.tick(5 * MINUTE)
    deeds.perform(friday, "reply", [number], {"body": "確認します。"})
    kept = told(friday, number)
    assert "First response: kept" in kept
    assert "  Kept at Fri 2026-11-20 17:35 JST, after 5 min." in kept
    late = opened(friday)
    clock.at = FRIDAY + timedelta(days=7)
    deeds.perform(friday, "reply", [late], {"body": "お待たせしました。"})
    lines = told(friday, late)
    start = lines.index("First response: done late")
    assert "  Done late, at Fri 2026-11-27 17:30 JST, after 35 h 55 min." in lines[start:]
    assert any("used: due Tue 2026-11-24 09:35 JST" in line for line in lines[start:])


def test_a_promise_that_was_missed_and_then_dropped_says_both(friday: Session, clock: FrozenClock) -> None:
    number = opened(friday, "normal")
    clock.at = FRIDAY + timedelta(days=4)
    deeds.perform(friday, "solve", [number], {})
    lines = told(friday, number)
    assert "First response: missed" in lines
    missed = lines.index("  Missed at Tue 2026-11-24 10:30 JST.")
    assert lines[missed + 1] == "  The ticket was solved or closed without it: the promise was dropped."


@pytest.mark.parametrize(
    ("word", "said"), [("spam", "spam"), ("merged", "merged into another one"), ("closed", "solved or closed")]
)
def test_a_promise_that_was_dropped_says_why(friday: Session, word: str, said: str) -> None:
    take(friday.store, ticket("1", status=word), desk="office", at=FRIDAY)
    assert any(said in line and "dropped" in line for line in told(friday, 10001))


def test_what_if_changes_nothing_and_says_what_is_supposed(friday: Session) -> None:
    number = opened(friday)
    before = tickets.clocks_of(friday.store, number)
    lines = told(friday, number, WhatIf(FRIDAY + HOUR, priority=Priority.URGENT))
    supposed = "What if: priority is urgent, it is Fri 2026-11-20 18:30 JST. Only supposed; nothing is changed."
    assert lines[2] == supposed
    assert "First response: 45 min late" in lines
    assert lines[4:8] == [
        f"{'':15}{'as it is':48}what if",
        f"First response {'due Tue 2026-11-24 09:30 JST':48}due Fri 2026-11-20 17:45 JST",
        f"{'':15}{'1 h of opening hours left':48}45 min late",
        f"{'':15}{'“Written”: 1 h, high':48}“Urgent”: 15 min, urgent",
    ]
    forced = told(friday, number, WhatIf(FRIDAY, policy="Specialists"))
    assert any("“Specialists”" in line and "3 h of the opening hours" in line for line in forced)
    with pytest.raises(NotFoundError, match="specialist"):
        told(friday, number, WhatIf(FRIDAY, policy="specialist"))
    assert "No promise would be otherwise." in told(friday, number, WhatIf(FRIDAY, priority=Priority.HIGH))
    assert tickets.clocks_of(friday.store, number) == before


def test_as_it_stood_hears_nothing_of_what_came_later(friday: Session, clock: FrozenClock) -> None:
    number = opened(friday)
    clock.tick(HOUR)
    deeds.perform(friday, "reply", [number], {"body": "確認します。"})
    lines = told(friday, number, WhatIf(FRIDAY + 10 * MINUTE))
    assert "First response: 50 min of opening hours left" in lines
    assert not [line for line in lines if "was answered" in line]
    assert "The ticket had not come yet." in told(friday, number, WhatIf(FRIDAY - HOUR))


def test_the_page_says_the_deadline_that_is_stored(friday: Session) -> None:
    number = opened(friday)
    row = tickets.get(friday.store, number)
    first = case(friday.store, number, friday.now()).clocks[0]
    assert (first.clock.due_at, first.clock.kind) == (row.due_at, row.due_kind)
    assert first.clock in tickets.clocks_of(friday.store, number)
    assert first.explanation.steps[-1].end == row.due_at


def test_old_clocks_are_explained_by_the_edition_that_set_them(friday: Session, clock: FrozenClock) -> None:
    number = opened(friday)
    text = desk.TEXT.replace('mon-fri = ["09:00-18:00"]', 'mon-fri = ["13:00-14:00"]')
    clock.tick(MINUTE)
    with friday.store.writing():
        desks.save_desk(friday.store, load_desk(text, "office"), clock())
    assert "  Due Tue 2026-11-24 09:30 JST." in told(friday, number)


def test_long_waits_are_counted_in_days_alike(store: Store, session: Session, clock: FrozenClock) -> None:
    number = deeds.open_ticket(
        session, desk="default", channel="phone", name="見本 太郎", subject="電話", body="出金の件", priority="low"
    ).ticket.number
    clock.tick(HOUR)
    deeds.perform(session, "pending", [number], {})
    clock.tick(timedelta(days=400))
    lines = told(session, number)
    assert [line for line in lines if line.endswith("more days like this")]
    assert len(lines) < 60


@pytest.mark.parametrize("width", [77, 119])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_line_is_wider_than_the_screen(friday: Session, clock: FrozenClock, width: int, language: str) -> None:
    number = opened(friday)
    clock.at = FRIDAY + timedelta(days=5)
    locale.set_language(language)
    what_if = WhatIf(clock.at, priority=Priority.URGENT)
    lines = told(friday, number, width=width) + told(friday, number, what_if, width)
    assert [line for line in lines if cell_width(line) > width] == []


@pytest.mark.parametrize(
    ("seconds", "words", "column"),
    [
        (0, "0 s", "0:00"),
        (59, "59 s", "0:00:59"),
        (60, "1 min", "0:01"),
        (3600, "1 h", "1:00"),
        (93_784, "26 h 3 min 4 s", "26:03:04"),
    ],
)
def test_spans(seconds: int, words: str, column: str) -> None:
    assert (span_of(seconds), counted(seconds)) == (words, column)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (172_799, "47 h 59 min 59 s"),
        (172_800, "2 days"),
        (277_259, "3 days 5 h"),
        (31_536_000, "1 year"),
        (28_055 * 3600, "3 years 73 days"),
    ],
)
def test_plain_time_is_told_in_days_and_years(seconds: int, words: str) -> None:
    assert age_of(seconds) == words


def test_a_deadline_missed_long_ago_is_late_by_days_and_open_time_has_none(friday: Session, clock: FrozenClock) -> None:
    number = opened(friday)
    clock.at = FRIDAY + timedelta(days=400)
    assert "First response: 1 year 31 days late" in told(friday, number)
    deeds.perform(friday, "reply", [number], {"body": "お待たせしました。"})
    assert any("Done late" in line and "after 2" in line and " h" in line for line in told(friday, number))
