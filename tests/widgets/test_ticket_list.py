"""The list of tickets: its cursor and marks, its windows, its lines, and what they cost on the wire."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from textual import on
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.message import Message
from textual.pilot import Pilot

from agentconsole.config import Glyphs
from agentconsole.domain.calendar import Calendar
from agentconsole.domain.ticket import Ticket
from agentconsole.domain.timer import DAY, Timer, TimerKind, next_change, timer
from agentconsole.domain.values import Priority, Status, Team, Tier
from agentconsole.locale import set_language
from agentconsole.widgets.held_rows import AHEAD, WINDOW
from agentconsole.widgets.ticket_list import TicketList
from agentconsole.widgets.timer import LEAD_CELLS, SIGNS, Look, columns, pieces, timer_text
from tests.support.hostile import HOSTILE
from tests.support.pty_app import PtyApp
from tests.support.tickets import a_ticket

NOW = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")
FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
TOTAL = 100_000
ROWS = 22
DOWN = "\x1b[B"
UP = "\x1b[A"
PAGE_DOWN = "\x1b[6~"

TICKET = a_ticket(
    subject="入金が三日たっても反映されません、確認をお願いします", priority=Priority.URGENT, assignee="aoi",
    created_at=NOW, updated_at=NOW, due_at=NOW - timedelta(hours=3),
)  # fmt: skip


def ticket(rank: int) -> Ticket:
    """The ticket of a rank: every one looks as expensive as one can."""
    return replace(TICKET, number=10001 + rank)


def tickets(start: int, count: int) -> list[Ticket]:
    return [ticket(rank) for rank in range(start, start + count)]


class ListApp(App[None]):
    """A list over `TOTAL` tickets that answers as soon as it is asked, two lines of something else around it."""

    CSS = "Screen { padding: 1 0; } TicketList { height: 1fr; }"

    def __init__(self, *, total: int | None = TOTAL, answers: bool = True, glyphs: Glyphs = Glyphs.UNICODE) -> None:
        super().__init__()
        self.animation_level = "none"
        self.tickets = TicketList(now=NOW, zone=TOKYO, glyphs=glyphs, calendar_of=no_calendar)
        self.tickets.empty = "Nothing [/here]"
        self.total = total
        self.answers = answers
        self.said: list[Message] = []

    def compose(self) -> ComposeResult:
        yield self.tickets

    def on_mount(self) -> None:
        self.tickets.focus()
        if self.total is not None:
            self.tickets.replace(self.total, 0, self.first_rows(), None)

    def first_rows(self) -> list[Ticket]:
        return tickets(0, min(self.total or 0, WINDOW))

    @on(TicketList.CursorMoved)
    @on(TicketList.Opened)
    @on(TicketList.MarksChanged)
    def note(self, message: Message) -> None:
        self.said.append(message)

    @on(TicketList.WindowWanted)
    def answer(self, message: TicketList.WindowWanted) -> None:
        self.said.append(message)
        if self.answers:
            self.tickets.set_window(message.start, tickets(message.start, message.count))

    def heard(self) -> list[Message]:
        """What the list has said since the last time."""
        said, self.said = self.said, []
        return said


def no_calendar(ticket: Ticket) -> Calendar | None:
    return None


def lines(app: ListApp) -> list[str]:
    return [app.tickets.render_line(y).text.rstrip() for y in range(app.tickets.size.height)]


class Repainted:
    """The regions that a list has asked to be painted again."""

    def __init__(self, tickets: TicketList, monkeypatch: pytest.MonkeyPatch) -> None:
        self.regions: list[Region] = []
        original = tickets.refresh

        def refresh(*regions: Region, **options: Any) -> object:
            self.regions.extend(regions or [tickets.size.region])
            return original(*regions, **options)

        monkeypatch.setattr(tickets, "refresh", refresh)

    def taken(self) -> list[Region]:
        regions, self.regions = self.regions, []
        return regions


def test_timer_in_seven_cells() -> None:
    set_language("en")
    says = {
        Timer(TimerKind.NONE): "",
        Timer(TimerKind.PAUSED): "‖",
        Timer(TimerKind.PAUSED, status=Status.PENDING): "‖cust.",
        Timer(TimerKind.PAUSED, status=Status.HOLD): "‖hold",
        Timer(TimerKind.LATE, 0): "-1m",
        Timer(TimerKind.LATE, 12 * 60 + 59): "-12m",
        Timer(TimerKind.LATE, 3 * 3600): "-3h",
        Timer(TimerKind.LATE, 49 * 3600): "-2d",
        Timer(TimerKind.LATE, 28_055 * 3600): "-3y73d",
        Timer(TimerKind.LATE, 3649 * 86_400): "-9y364d",
        Timer(TimerKind.LATE, 3650 * 86_400): "-10y",
        Timer(TimerKind.LEFT, 1): "0:01",
        Timer(TimerKind.LEFT, 299): "4:59",
        Timer(TimerKind.LEFT, 300): "05m",
        Timer(TimerKind.LEFT, 31 * 60 + 20): "31m",
        Timer(TimerKind.LEFT, 2 * 3600 + 5 * 60): "2h05",
        Timer(TimerKind.LEFT, 47 * 3600 + 59 * 60): "47h59",
        Timer(TimerKind.LEFT, 72 * 3600): "3d",
    }
    assert {each: timer_text(each, TOKYO, SIGNS[Glyphs.UNICODE]) for each in says} == says
    assert timer_text(Timer(TimerKind.PAUSED, status=Status.PENDING), TOKYO, SIGNS[Glyphs.ASCII]) == "||cust."
    set_language("ja")
    assert timer_text(Timer(TimerKind.PAUSED, status=Status.HOLD), TOKYO, SIGNS[Glyphs.ASCII]) == "||保留"


@pytest.mark.parametrize(
    ("opening", "text"),
    [
        (datetime(2026, 11, 20, 9, 0, tzinfo=TOKYO), "▸09:00"),
        (datetime(2026, 11, 23, 9, 0, tzinfo=TOKYO), "▸Mon09h"),
        (datetime(2026, 11, 21, 13, 30, tzinfo=TOKYO), "▸Sat13h"),
        (datetime(2026, 11, 27, 9, 0, tzinfo=TOKYO), "▸11-27"),
    ],
)
def test_opening_in_seven_cells(opening: datetime, text: str) -> None:
    now = datetime(2026, 11, 20, 0, 30, tzinfo=TOKYO)
    reading = Timer(TimerKind.OPENS, int((opening - now).total_seconds()), opening.astimezone(UTC))
    assert timer_text(reading, TOKYO, SIGNS[Glyphs.UNICODE]) == text
    assert timer_text(reading, TOKYO, SIGNS[Glyphs.ASCII]) == text.replace("▸", ">")


@given(st.integers(-3 * DAY, 5 * DAY), st.booleans())
def test_text_changes_just_when_it_is_said_to(left: int, closely: bool) -> None:
    def text(now: datetime) -> str:
        return timer_text(timer(late, None, now), TOKYO, SIGNS[Glyphs.UNICODE], closely=closely)

    late = replace(TICKET, due_at=NOW + timedelta(seconds=left))
    wait = timedelta(seconds=next_change(timer(late, None, NOW), closely=closely))
    assert text(NOW + wait) != text(NOW)
    assert text(NOW + wait - timedelta(seconds=1)) == text(NOW)
    assert not text(NOW).startswith(("0m", "-0"))


async def test_cursor_moves_opens_and_marks() -> None:
    app = ListApp()
    async with app.run_test(size=(80, ROWS + 2)) as pilot:
        await pilot.press("down", "down", "up", "enter")
        assert app.tickets.held.current() == ticket(1)
        said = app.heard()
        assert [each.number for each in said if isinstance(each, TicketList.CursorMoved)] == [
            10001,
            10002,
            10003,
            10002,
        ]
        assert said[-1] == TicketList.Opened(10002)
        app.tickets.action_mark()
        app.tickets.action_mark()
        assert app.tickets.marks == {10002, 10003}
        assert app.tickets.held.cursor == 3
        app.tickets.action_cursor_up()
        app.tickets.action_mark()
        assert app.tickets.marks == {10002}
        await pilot.pause()
        assert TicketList.MarksChanged(frozenset({10002})) in app.heard()


async def test_ends_and_pages() -> None:
    app = ListApp()
    async with app.run_test(size=(80, ROWS + 2)) as pilot:
        await pilot.press("end")
        assert app.tickets.held.cursor == TOTAL - 1
        assert app.tickets.scroll_offset.y == TOTAL - ROWS
        await pilot.pause()
        assert app.tickets.held.current() == ticket(TOTAL - 1)
        await pilot.press("pageup")
        assert app.tickets.held.cursor == TOTAL - ROWS
        await pilot.press("home", "pagedown")
        assert (app.tickets.held.cursor, app.tickets.scroll_offset.y) == (ROWS - 1, ROWS - 1)
        app.tickets.action_half_page_up()
        assert (app.tickets.held.cursor, app.tickets.scroll_offset.y) == (ROWS - 1 - ROWS // 2, ROWS - 1 - ROWS // 2)
        app.tickets.action_half_page_down()
        assert app.tickets.held.cursor == ROWS - 1
        app.tickets.move(-TOTAL)
        assert (app.tickets.held.cursor, app.tickets.scroll_offset.y) == (0, 0)


async def test_view_moves_by_half_a_page_at_its_edge() -> None:
    app = ListApp()
    async with app.run_test(size=(80, ROWS + 2)) as pilot:
        app.tickets.move_to(ROWS - 1)
        assert app.tickets.scroll_offset.y == 0
        app.tickets.move(1)
        assert app.tickets.scroll_offset.y == ROWS // 2
        await pilot.pause()
        assert lines(app)[ROWS // 2].startswith(">")
        app.tickets.move_to(ROWS // 2 - 1)
        assert app.tickets.scroll_offset.y == 0


async def test_refresh_keeps_cursor_mark_and_line() -> None:
    app = ListApp()
    async with app.run_test(size=(80, ROWS + 2)) as pilot:
        app.tickets.move_to(40)
        app.tickets.marks = frozenset({10041})
        await pilot.pause()
        line = 40 - app.tickets.scroll_offset.y
        app.heard()
        app.tickets.replace(
            TOTAL + 3, 0, [*(replace(TICKET, number=each) for each in (1, 2, 3)), *tickets(0, 125)], None
        )
        await pilot.pause()
        assert app.tickets.held.current() == ticket(40)
        assert app.tickets.held.cursor == 43
        assert app.tickets.held.cursor - app.tickets.scroll_offset.y == line
        assert lines(app)[line].startswith(">*!")
        assert app.heard() == []


async def test_refresh_by_rank_when_the_ticket_is_not_among_the_rows() -> None:
    app = ListApp()
    async with app.run_test(size=(80, ROWS + 2)) as pilot:
        app.tickets.move_to(500)
        await pilot.pause()
        app.heard()
        app.tickets.replace(TOTAL - 10, 0, tickets(10, WINDOW), 490)
        assert app.tickets.held.current() is None
        await pilot.pause()
        assert app.tickets.held.cursor == 490
        assert TicketList.CursorMoved(10001 + 490) in app.heard()


async def test_list_shown_from_its_top_shows_what_comes_in_above() -> None:
    app = ListApp()
    async with app.run_test(size=(80, ROWS + 2)) as pilot:
        app.tickets.replace(TOTAL + 1, 0, [replace(TICKET, number=9), *tickets(0, 127)], 1)
        await pilot.pause()
        assert (app.tickets.held.cursor, app.tickets.scroll_offset.y) == (1, 0)
        assert app.tickets.held.current() == ticket(0)
        assert " 9 " in lines(app)[0]


async def test_ticket_that_is_gone_leaves_the_cursor_in_place() -> None:
    app = ListApp(total=3)
    async with app.run_test(size=(80, ROWS + 2)) as pilot:
        app.tickets.move_to(2)
        await pilot.pause()
        app.heard()
        app.tickets.replace(2, 0, tickets(0, 2), None)
        await pilot.pause()
        assert app.tickets.held.current() == ticket(1)
        app.tickets.replace(0, 0, [], None)
        await pilot.pause()
        assert app.tickets.held.current() is None
        assert app.heard() == [TicketList.CursorMoved(10002), TicketList.CursorMoved(None)]
        app.tickets.action_open()
        app.tickets.action_mark()
        app.tickets.move(1)
        await pilot.pause()
        assert app.heard() == []


async def test_rows_not_held_are_asked_for_once_and_drawn_blank() -> None:
    app = ListApp(answers=False)
    async with app.run_test(size=(80, ROWS + 2)) as pilot:
        await pilot.pause()
        app.heard()
        app.tickets.move_to(50_000)
        await pilot.pause()
        wanted = [each for each in app.heard() if isinstance(each, TicketList.WindowWanted)]
        assert len(wanted) == 1
        assert wanted[0].start % WINDOW == 0
        assert wanted[0].start <= 50_000 - AHEAD
        assert wanted[0].start + wanted[0].count >= 50_000 + AHEAD
        assert app.tickets.held.current() is None
        assert {line.strip(" >") for line in lines(app)} == {"…"}
        app.tickets.move(1)
        app.tickets.move(1)
        await pilot.pause()
        assert app.heard() == []
        app.tickets.set_window(wanted[0].start, tickets(wanted[0].start, wanted[0].count))
        await pilot.pause()
        assert app.heard() == [TicketList.CursorMoved(10001 + 50_002)]
        assert app.tickets.held.current() == ticket(50_002)


async def test_walking_on_asks_half_a_window_ahead() -> None:
    app = ListApp()
    async with app.run_test(size=(80, ROWS + 2)) as pilot:
        await pilot.pause()
        app.heard()
        for _ in range(3):
            app.tickets.action_page_down()
            await pilot.pause()
        assert TicketList.WindowWanted(WINDOW, WINDOW) in app.heard()
        assert app.tickets.held.cursor < WINDOW - ROWS


async def test_leap_after_leap_lets_go_of_far_rows() -> None:
    app = ListApp()
    async with app.run_test(size=(80, ROWS + 2)) as pilot:
        for rank in range(0, TOTAL, TOTAL // 8):
            app.tickets.move_to(rank)
            await pilot.pause()
            assert app.tickets.held.current() == ticket(rank)
        app.heard()
        app.tickets.move_to(0)
        await pilot.pause()
        assert any(isinstance(each, TicketList.WindowWanted) for each in app.heard())
        assert app.tickets.held.current() == ticket(0)


async def test_move_repaints_two_lines_and_refresh_only_what_differs(monkeypatch: pytest.MonkeyPatch) -> None:
    app = ListApp()
    async with app.run_test(size=(80, ROWS + 2)) as pilot:
        await pilot.pause()
        repainted = Repainted(app.tickets, monkeypatch)
        width = app.tickets.scrollable_size.width
        app.tickets.move(1)
        assert repainted.taken() == [Region(0, 0, width, 1), Region(0, 1, width, 1)]
        await pilot.pause()
        changed = tickets(0, WINDOW)
        changed[5] = replace(changed[5], status=Status.PENDING, version=2)
        repainted.taken()
        app.tickets.replace(TOTAL + 1, 0, changed, 1)
        assert repainted.taken() == [Region(0, 5, width, 1)]


async def test_tick_repaints_only_timers_that_say_something_new(monkeypatch: pytest.MonkeyPatch) -> None:
    app = ListApp(total=4)
    due = {
        0: timedelta(hours=-3),
        1: timedelta(minutes=4),
        2: timedelta(minutes=31, seconds=30),
        3: timedelta(hours=5, seconds=30),
    }
    async with app.run_test(size=(80, ROWS + 2)) as pilot:
        app.tickets.replace(
            4, 0, [replace(ticket(rank), due_at=NOW + left, version=2) for rank, left in due.items()], 0
        )
        await pilot.pause()
        repainted = Repainted(app.tickets, monkeypatch)
        assert app.tickets.tick(NOW + timedelta(seconds=1)) == 30
        assert repainted.taken() == [Region(0, 1, LEAD_CELLS, 1)]
        await pilot.pause()
        assert lines(app)[1].startswith("      03m 10002")
        app.tickets.tick(NOW + timedelta(seconds=31))
        assert repainted.taken() == [Region(0, y, LEAD_CELLS, 1) for y in (2, 3)]
        await pilot.pause()
        app.tickets.tick(NOW + timedelta(minutes=4))
        await pilot.pause()
        assert lines(app)[1].startswith("  !   -1m 10002")


async def test_seconds_are_counted_on_the_cursors_row_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    app = ListApp(total=3)
    async with app.run_test(size=(80, ROWS + 2)) as pilot:
        near = [replace(ticket(rank), due_at=NOW + timedelta(minutes=4), version=2) for rank in range(3)]
        app.tickets.replace(3, 0, near, 0)
        app.tickets.move(1)
        assert app.tickets.tick(NOW + timedelta(seconds=1)) == 1
        await pilot.pause()
        assert [line[2:9] for line in lines(app)[:3]] == ["    03m", "   3:59", "    03m"]
        repainted = Repainted(app.tickets, monkeypatch)
        app.tickets.tick(NOW + timedelta(seconds=2))
        assert repainted.taken() == [Region(0, 1, LEAD_CELLS, 1)]
        app.tickets.move(1)
        await pilot.pause()
        assert [line[2:9] for line in lines(app)[:3]] == ["    03m", "    03m", "   3:58"]


async def test_pointer_on_the_list_repaints_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    app = ListApp()
    async with app.run_test(size=(80, ROWS + 2)) as pilot:
        await pilot.pause()
        repainted = Repainted(app.tickets, monkeypatch)
        await pilot.hover(TicketList, offset=(5, 5))
        await pilot.pause()
        assert repainted.taken() == []
        app.theme = "textual-light"
        await pilot.pause()
        assert app.tickets.size.region in repainted.taken()


async def test_other_language_gives_other_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agentconsole.widgets.timer.pgettext", lambda context, word: {"urgent": "緊急"}.get(word, word))
    app = ListApp()
    async with app.run_test(size=(80, ROWS + 2)) as pilot:
        await pilot.pause()
        assert " 10002 ▮緊急   form" in lines(app)[1]


async def test_clicks_move_and_open_and_the_wheel_scrolls() -> None:
    app = ListApp(total=200)
    async with app.run_test(size=(80, ROWS + 2)) as pilot:
        await pilot.click(TicketList, offset=(20, 4))
        assert app.tickets.held.cursor == 4
        await pilot.double_click(TicketList, offset=(20, 6))
        assert app.heard()[-1] == TicketList.Opened(10007)
        await scroll(pilot, app)
        assert app.tickets.scroll_offset.y > 0
        assert app.tickets.held.cursor == 6


async def scroll(pilot: Pilot[None], app: ListApp) -> None:
    app.tickets.scroll_down(animate=False)
    app.tickets.scroll_down(animate=False)
    await pilot.pause()


@pytest.mark.parametrize("glyphs", list(Glyphs))
@pytest.mark.parametrize("size", [(80, 24), (30, 60), (120, 60)])
async def test_hostile_text_stays_text_and_lines_keep_their_width(size: tuple[int, int], glyphs: Glyphs) -> None:
    hostile = [
        replace(ticket(rank), subject=text, requester_name=text, assignee=text, language=text, version=3)
        for rank, text in enumerate(HOSTILE)
    ]
    app = ListApp(total=0, glyphs=glyphs)
    async with app.run_test(size=size) as pilot:
        app.tickets.replace(len(hostile), 0, hostile, 0)
        for _ in range(len(hostile) // app.tickets.size.height + 1):
            for y in range(app.tickets.size.height):
                strip = app.tickets.render_line(y)
                assert cell_len(strip.text) == strip.cell_length == app.tickets.size.width
                assert not any(character < " " or "\x7f" <= character < "\xa0" for character in strip.text)
                assert not any(segment.style and (segment.style.meta or segment.style.link) for segment in strip)
            app.tickets.action_page_down()
            await pilot.pause()


async def test_columns_come_with_the_width() -> None:
    app = ListApp(total=3)
    async with app.run_test(size=(80, ROWS + 2)) as pilot:
        await pilot.pause()
        assert lines(app)[1].startswith("  !   -3h 10002 ▮urgent form   入金が")
        assert lines(app)[1].endswith("見本 花子  open    T1")
        assert "aoi" not in lines(app)[1]
        await pilot.resize_terminal(100, ROWS + 2)
        await pilot.pause()
        assert lines(app)[1].startswith("  !   -3h 10002 ▮urgent form   ja      入金が")
        assert lines(app)[1].endswith("見本 花子  open    T1 aoi")
        for width in (1, 2, 9, 20, 40, 60, 200):
            await pilot.resize_terminal(width, 10)
            await pilot.pause()
            assert {app.tickets.render_line(y).cell_length for y in range(8)} == {app.tickets.size.width}


async def test_signs_stand_beside_every_colour() -> None:
    app = ListApp(total=4)
    async with app.run_test(size=(80, ROWS + 2)) as pilot:
        rows = [
            replace(ticket(0), priority=None, status=Status.HOLD, due_at=None),
            replace(ticket(1), priority=Priority.HIGH, subject="", requester_name=None, due_at=None),
            replace(ticket(2), number=1_000_000, priority=Priority.LOW),
            replace(ticket(3), status=Status.SOLVED),
        ]
        app.tickets.replace(4, 0, [replace(row, version=2) for row in rows], 0)
        app.tickets.marks = frozenset({1_000_000, 10004})
        await pilot.pause()
        starts = ">   ‖hold 10001 ", "          10002   ▴high ", " *!   -3h 1000000 ▾low", " *        10004   ▮urgent"
        for line, start in zip(lines(app), starts, strict=False):
            assert line.startswith(start)
        assert "(no subject)" in lines(app)[1]


async def test_empty_list_and_loading_list_look_different() -> None:
    app = ListApp(total=None)
    async with app.run_test(size=(80, ROWS + 2)) as pilot:
        await pilot.pause()
        assert [line.strip() for line in lines(app) if line.strip()] == ["Loading…"]
        app.tickets.replace(0, 0, [], None)
        await pilot.pause()
        assert [line.strip() for line in lines(app) if line.strip()] == ["Nothing [/here]"]
        app.tickets.empty = "a\nb"
        assert [line.strip() for line in lines(app) if line.strip()] == ["a", "b"]
        assert {app.tickets.render_line(y).cell_length for y in range(ROWS)} == {80}
        app.tickets.replace(1, 0, tickets(0, 1), None)
        await pilot.pause()
        assert lines(app)[0].startswith("> !   -3h 10001")
        assert not any(lines(app)[1:])


async def test_cursor_is_seen_without_focus_too() -> None:
    app = ListApp(total=2)
    async with app.run_test(size=(80, ROWS + 2)) as pilot:
        await pilot.pause()
        focused = next(iter(app.tickets.render_line(0))).style
        app.set_focus(None)
        await pilot.pause()
        assert next(iter(app.tickets.render_line(0))).style != focused
        assert lines(app)[0].startswith("> !")


class WireApp(ListApp):
    """The list as a program in a terminal: `t` lets a second pass, `n` brings a ticket more far below."""

    BINDINGS = [("t", "tick"), ("n", "news")]

    seconds = 0

    def first_rows(self) -> list[Ticket]:
        rows = tickets(0, WINDOW)
        for rank in (3, 9):
            rows[rank] = replace(rows[rank], due_at=NOW + timedelta(minutes=4))
        return rows

    def action_tick(self) -> None:
        self.seconds += 1
        self.tickets.tick(NOW + timedelta(seconds=self.seconds))

    def action_news(self) -> None:
        self.tickets.replace(TOTAL + 1, 0, self.first_rows(), self.tickets.held.cursor)


def test_bytes_on_the_wire() -> None:
    with PtyApp(["-m", "tests.widgets.test_ticket_list"]) as terminal:
        terminal.wait_for("10022")
        terminal.until_quiet()
        assert max(len(terminal.send(DOWN)) for _ in range(4)) <= 600
        assert len(terminal.send("t")) <= 2 * 100
        terminal.send(UP)
        assert len(terminal.send("t")) <= 100
        assert len(terminal.send("n")) <= 1_500
        assert len(terminal.send(PAGE_DOWN)) <= 10_000


@pytest.mark.parametrize(
    ("login", "shown"),
    [("aoi", "aoi"), ("zendesk:9", "staff 9"), ("zendesk:360001234567", "…1234567"), (None, "")],
)
def test_whoever_has_a_ticket_is_told_apart_in_eight_cells(login: str | None, shown: str) -> None:
    look = Look(10001, 1, "", False, "", "")
    row = pieces(look, replace(TICKET, assignee=login), columns(120, 5, SIGNS[Glyphs.UNICODE]))
    assert row[-1][1] == f"T1 {shown}".ljust(12)


def test_the_only_tier_has_no_column_and_specialists_have_their_team() -> None:
    assert "tier" in columns(80, 5, SIGNS[Glyphs.UNICODE]).cells
    assert "tier" not in columns(80, 5, SIGNS[Glyphs.UNICODE], Tier.FIRST).cells
    look = Look(10001, 1, "", False, "", "")
    row = pieces(look, replace(TICKET, team=Team.TAX), columns(120, 5, SIGNS[Glyphs.UNICODE], Tier.SPECIALIST))
    assert row[-1][1].split() == ["tax", "aoi"]


if __name__ == "__main__":
    WireApp().run()
