"""The inbox by its commands and keys: the list, its cursor, what is filtered, what is done to one ticket or to many."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from textual import events
from textual.geometry import Region
from textual.pilot import Pilot
from textual.timer import Timer
from textual.widgets import Input, TextArea

from agentconsole.app import ConsoleApp
from agentconsole.commands import ALL, Scope, VerbCommand
from agentconsole.domain import query
from agentconsole.domain.desk_file import load_desk
from agentconsole.domain.errors import UsageError
from agentconsole.screens.explain import ExplainScreen
from agentconsole.screens.fields import ChoiceLine
from agentconsole.screens.form import VerbForm
from agentconsole.screens.inbox import InboxScreen
from agentconsole.screens.prompt import CommandPrompt
from agentconsole.screens.texts import TextScreen
from agentconsole.screens.ticket import TicketScreen
from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.store import desks, people, tickets, windows
from agentconsole.store.query_sql import Viewer
from agentconsole.store.store import Store
from agentconsole.widgets.marked_lines import MarkedLines
from tests.conftest import FrozenClock
from tests.support.console_app import (
    PATIENCE,
    ZONE,
    give,
    inbox,
    notices,
    opened,
    painted,
    press,
    settled,
    showing,
    ticket_screen,
    until,
)
from tests.support.records import ago, take, ticket


def found(session: Session, text: str, sort: str = "due") -> list[int]:
    """The numbers of a query's tickets, in order, by the store itself."""
    viewer = Viewer(session.agent.login, session.now())
    tree = query.parse(text, now=session.now(), zone=ZoneInfo(ZONE))
    return [ticket.number for ticket in tickets.page(session.store, tree, viewer, sort=sort)]


def listed(pilot: Pilot[None]) -> list[int]:
    """The numbers on the screen's list, as far as they are held."""
    rows = inbox(pilot).rows
    return [ticket.number for rank in range(rows.held.total or 0) if (ticket := rows.held.at(rank))]


def at_cursor(pilot: Pilot[None]) -> int:
    ticket = inbox(pilot).ticket()
    assert ticket is not None
    return ticket.number


async def type_filter(pilot: Pilot[None], text: str) -> None:
    """What `/`, a query and Enter do; every key of it would cost a twentieth of a second."""
    await press(pilot, "slash")
    field = inbox(pilot).query_one("#filter", Input)
    assert field.has_focus
    field.value = text
    await press(pilot, "enter")


async def look_for_changes(pilot: Pilot[None]) -> None:
    """What happens once a second."""
    inbox(pilot)._look_for_changes()
    await settled(pilot)


# --- the list


async def test_the_most_urgent_ticket_of_ones_tier_is_on_top(at_work: Session) -> None:
    async with opened(at_work, (120, 36)) as pilot:
        expected = found(at_work, "is:open tier:1")
        assert len(expected) > 100
        assert listed(pilot) == expected[: len(listed(pilot))]
        assert at_cursor(pilot) == expected[0]
        top = painted(pilot)[0]
        assert f"First line {len(expected)}" in top
        assert f"late {len(found(at_work, 'is:open is:breached tier:1'))}" in top
        assert "aoi 18:00" in top


async def test_a_tier_is_one_key_away(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        for key, text in {"2": "tier:2", "3": "tier:3", "0": "", "1": "tier:1"}.items():
            await press(pilot, key)
            assert inbox(pilot).rows.held.total == len(found(at_work, f"is:open {text}"))
        shown = {tier: len(found(at_work, f"is:open tier:{tier}")) for tier in (1, 2, 3)}
        for tier, count in shown.items():
            assert f"T{tier} {count}" in painted(pilot)[0]
        assert f"All {sum(shown.values())}" in painted(pilot)[0]


async def test_the_order_can_be_changed(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        await give(pilot, "sort", order="-created")
        await give(pilot, "top")
        assert listed(pilot)[:20] == found(at_work, "is:open tier:1", "-created")[:20]
        await give(pilot, "sort", order="craeted")
        assert "did you mean 'created'" in notices(pilot)[-1]


async def test_jumps_bring_the_rows_that_were_not_held(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        await give(pilot, "filter", query="created:>2000-01-01")
        expected = found(at_work, "created:>2000-01-01")
        assert inbox(pilot).rows.held.total == len(expected)
        assert len(expected) > 300
        await press(pilot, "G")
        assert at_cursor(pilot) == expected[-1]
        assert not any(line.strip().endswith("…") and len(line.split()) == 1 for line in painted(pilot)[3:-1])
        await press(pilot, "g")
        assert at_cursor(pilot) == expected[0]
        for _page in range(4):
            await give(pilot, "page_down")
        rows = inbox(pilot).rows
        top = rows.scroll_offset.y
        sight = range(top, top + rows.size.height)
        assert [rows.held.at(rank).number for rank in sight] == [expected[rank] for rank in sight]  # type: ignore[union-attr]


async def test_an_empty_store_says_what_to_do_first(session: Session) -> None:
    async with opened(session) as pilot:
        text = "\n".join(painted(pilot))
        for words in ("agentconsole sync PATH", "N  opens a ticket", "agentconsole demo"):
            assert words in text
        for command in ("open", "solve", "undo", "bottom", "page_down", "mark", "next_row"):
            await give(pilot, command)
        await look_for_changes(pilot)
        assert inbox(pilot).ticket() is None


# --- other people, and time


async def test_the_cursor_stays_on_its_ticket_when_others_write(at_work: Session, mei: Session) -> None:
    async with opened(at_work) as pilot:
        await look_for_changes(pilot)
        inbox(pilot).rows.move_to(6)
        before, number = listed(pilot), at_cursor(pilot)
        inbox(pilot).rows.marks = (number,)
        deeds.perform(mei, "solve", before[2:4])
        await look_for_changes(pilot)
        assert at_cursor(pilot) == number
        assert inbox(pilot).rows.held.cursor == 4
        assert inbox(pilot).marked() == [number]
        assert f"T1 {len(found(at_work, 'is:open tier:1'))}" in painted(pilot)[0]


async def test_one_look_shows_what_a_sync_brought_and_leaves_the_cursor_on_its_ticket(
    at_work: Session, mei: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    intervals: dict[str, tuple[float, Callable[[], None]]] = {}
    started = InboxScreen.set_interval

    def noted(screen: InboxScreen, seconds: float, look: Callable[[], None], **said: Any) -> Timer:
        intervals[look.__name__] = (seconds, look)
        return started(screen, seconds, look, **{**said, "pause": True})  # the test itself is the clock

    monkeypatch.setattr(InboxScreen, "set_interval", noted)
    async with opened(at_work) as pilot:
        seconds, look = intervals["_look_for_changes"]
        assert seconds <= 1
        look()
        inbox(pilot).rows.move_to(6)
        number, before = at_cursor(pilot), listed(pilot)
        late = {"priority": "urgent", "created_at": ago(days=300), "updated_at": ago(days=300)}
        take(mei.store, ticket("late-1", **late), ticket("late-2", **late))
        new = [tickets.resolve(at_work.store, f"helpdesk:late-{each}") for each in (1, 2)]
        assert listed(pilot) == before
        look()
        await settled(pilot)
        assert listed(pilot)[:2] == new
        assert (at_cursor(pilot), inbox(pilot).rows.held.cursor) == (number, 8)


async def test_the_cursor_goes_to_the_next_when_its_ticket_leaves(at_work: Session, mei: Session) -> None:
    async with opened(at_work) as pilot:
        await look_for_changes(pilot)
        inbox(pilot).rows.move_to(6)
        before = listed(pilot)
        deeds.perform(mei, "escalate", before[6:8], {"tier": "2", "reason": "hard", "note": "see above"})
        await look_for_changes(pilot)
        assert at_cursor(pilot) == before[8]
        assert inbox(pilot).rows.held.cursor == 6


async def test_what_woke_up_while_nobody_looked_is_noticed_right_after_the_start(
    at_work: Session, clock: FrozenClock
) -> None:
    number = found(at_work, "is:open tier:1")[0]
    deeds.perform(at_work, "pending", [number], {"until": clock() + timedelta(hours=1)})
    clock.tick(timedelta(hours=1))
    async with opened(at_work):
        assert tickets.get(at_work.store, number).status == "open"


async def test_behind_another_screen_the_list_rests_and_in_front_again_it_is_up_to_date(
    at_work: Session, mei: Session, clock: FrozenClock
) -> None:
    async with opened(at_work) as pilot:
        first, behind = at_cursor(pilot), inbox(pilot)
        await give(pilot, "help")
        before = painted(pilot)
        deeds.perform(mei, "solve", [first])
        clock.tick(timedelta(minutes=10))
        behind._tick()
        behind._look_for_changes()
        behind._notice()
        await settled(pilot)
        assert painted(pilot) == before
        held = behind.ticket()
        assert held is not None
        assert held.number == first
        await press(pilot, "escape")
        assert at_cursor(pilot) != first
        assert "18:10" in painted(pilot)[0]


async def test_what_wakes_up_while_nobody_writes_is_noticed(at_work: Session, clock: FrozenClock) -> None:
    async with opened(at_work) as pilot:
        await press(pilot, "g")
        number = at_cursor(pilot)
        await give(pilot, "pending", until=clock() + timedelta(hours=1))
        await give(pilot, "filter", query="status:pending")
        assert number in listed(pilot)
        clock.tick(timedelta(hours=1))
        inbox(pilot)._notice()
        await settled(pilot)
        assert number not in listed(pilot)


async def test_only_the_last_answer_to_a_question_is_taken(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        screen, gate, taken = inbox(pilot), threading.Event(), list[str]()

        def late() -> str:
            assert gate.wait(PATIENCE)
            return "late"

        def wrong() -> str:
            assert gate.wait(PATIENCE)
            raise UsageError("wrong, and too late")

        screen.ask("list", late, taken.append)
        screen.ask("list", wrong, taken.append)
        screen.ask("list", lambda: "last", taken.append)
        screen.ask("other", lambda: "other", taken.append)
        gate.set()
        await settled(pilot)
        assert sorted(taken) == ["last", "other"]
        assert notices(pilot) == []


async def test_rows_of_a_list_that_is_gone_are_not_shown(at_work: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    async with opened(at_work) as pilot:
        gate, read = threading.Event(), windows.rows

        def slowly(*arguments: Any) -> Any:
            assert gate.wait(PATIENCE)
            return read(*arguments)

        monkeypatch.setattr(windows, "rows", slowly)
        await give_unsettled(pilot, "filter", query="created:>2000-01-01")
        everything = len(found(at_work, "created:>2000-01-01"))
        await until(lambda: inbox(pilot).rows.held.total == everything)
        inbox(pilot).do_bottom()
        await pilot.pause()
        inbox(pilot).do_tier_2()
        total = len(found(at_work, "created:>2000-01-01 tier:2"))
        await until(lambda: inbox(pilot).rows.held.total == total)
        gate.set()
        await settled(pilot)
        assert listed(pilot) == found(at_work, "created:>2000-01-01 tier:2")[:total]


async def give_unsettled(pilot: Pilot[None], command: str, **words: Any) -> None:
    getattr(inbox(pilot), f"do_{command}")(**words)
    await pilot.pause()


# --- filtering


async def test_a_query_narrows_the_list_in_all_tiers_and_escape_clears_it(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        home = listed(pilot)
        await type_filter(pilot, "入金")
        assert listed(pilot) == found(at_work, "入金")
        assert f"{len(listed(pilot))} found" in painted(pilot)[1]
        assert "入金" in painted(pilot)[1]
        await press(pilot, "1")
        assert listed(pilot) == found(at_work, "入金 tier:1")
        await press(pilot, "escape")
        assert listed(pilot) == home
        assert "found" not in painted(pilot)[1]


async def test_a_query_with_a_tier_means_that_tier(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        await type_filter(pilot, "tier:2 is:open")
        assert listed(pilot) == found(at_work, "is:open tier:2")
        assert len(listed(pilot)) > 0
        await press(pilot, "escape")
        assert inbox(pilot).rows.held.total == len(found(at_work, "is:open tier:1"))


async def test_an_unknown_field_is_named_and_the_list_stays(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        home = listed(pilot)
        await type_filter(pilot, "teir:2")
        assert "teir" in notices(pilot)[-1]
        assert "tier" in notices(pilot)[-1]
        assert listed(pilot) == home
        field = inbox(pilot).query_one("#filter", Input)
        assert field.has_focus
        assert field.value == "teir:2"


async def test_escape_in_the_box_leaves_marks_and_filter_as_they_were(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        await type_filter(pilot, "入金")
        await press(pilot, "x", "slash", *"x", "escape")
        assert inbox(pilot).rows.has_focus
        assert len(inbox(pilot).marked()) == 1
        assert listed(pilot) == found(at_work, "入金")
        await press(pilot, "escape")
        assert inbox(pilot).marked() == []
        assert listed(pilot) == found(at_work, "入金")
        await press(pilot, "escape")
        assert listed(pilot)[:5] == found(at_work, "is:open tier:1")[:5]


async def test_a_filter_that_finds_nothing_says_so(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        await give(pilot, "filter", query="nosuchword")
        assert "Nothing matches" in "\n".join(painted(pilot))
        assert not inbox(pilot).query_one("#preview").visible


# --- doing something to tickets


async def test_a_deed_moves_the_row_and_one_key_takes_it_back(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        await give(pilot, "filter", query="is:open is:unassigned")
        first, second = listed(pilot)[:2]
        await press(pilot, "s")
        assert tickets.get(at_work.store, first).status == "solved"
        assert at_cursor(pilot) == second
        assert notices(pilot)[-1] == f"Solve: {first}. u takes it back."
        assert "takes it back" in "\n".join(painted(pilot))
        await press(pilot, "t")
        assert tickets.get(at_work.store, second).assignee == "aoi"
        await press(pilot, "u", "u")
        assert tickets.get(at_work.store, second).assignee is None
        assert tickets.get(at_work.store, first).status != "solved"
        assert listed(pilot)[:2] == [first, second]
        assert notices(pilot)[-1] == f"Taken back: Solve, {first}"


async def test_whom_a_ticket_is_given_to_is_chosen_among_the_agents_with_their_tickets(
    at_work: Session, mei: Session
) -> None:
    first, second, third = found(at_work, "is:open tier:1 is:unassigned")[:3]
    async with opened(at_work) as pilot:
        await give(pilot, "filter", query=f"number:{third}")
        deeds.perform(mei, "claim", [first, second])
        await press(pilot, "a")
        line = showing(pilot, VerbForm).query_one("#field-agent", ChoiceLine)
        labels = [label for _value, label in line._choices]
        assert labels[-1] == "nobody"
        load = len(found(at_work, "is:open assignee:mei"))
        assert f"mei {load}" in labels
        first_line = [int(label.split()[-1]) for label in labels[: labels.index(f"mei {load}") + 1]]
        assert first_line == sorted(first_line), "who has least comes first"
        await press(pilot, "m", "enter")
        assert tickets.get(at_work.store, third).assignee == "mei"
        await press(pilot, "a", "n", "enter")
        assert tickets.get(at_work.store, third).assignee is None


async def test_what_was_done_before_this_run_is_taken_back_on_the_ticket_in_front(at_work: Session) -> None:
    number = found(at_work, "is:open tier:1")[0]
    deeds.perform(at_work, "claim", [number])
    async with opened(at_work) as pilot:
        await press(pilot, "u")
        assert tickets.get(at_work.store, number).assignee is None
        deeds.perform(at_work, "claim", [number])
        await press(pilot, "u", "u")
        assert "nothing was done" in notices(pilot)[-1]


async def test_a_verb_on_marked_tickets_is_done_to_all_or_to_none(at_work: Session, mei: Session) -> None:
    async with opened(at_work) as pilot:
        await give(pilot, "filter", query="is:open is:unassigned")
        numbers = listed(pilot)[:3]
        await give(pilot, "filter", query=" OR ".join(f"number:{number}" for number in numbers))  # claimed or not
        deeds.perform(mei, "claim", [numbers[1]])
        before = [tickets.get(at_work.store, number) for number in numbers]
        await press(pilot, "x", "x", "x")
        assert inbox(pilot).marked() == sorted(numbers)
        assert "marked 3" in painted(pilot)[0]
        await press(pilot, "t")
        assert [tickets.get(at_work.store, number) for number in numbers] == before
        assert "mei" in notices(pilot)[-1]
        assert inbox(pilot).marked() == sorted(numbers)
        await press(pilot, "s")
        assert {tickets.get(at_work.store, number).status for number in numbers} == {"solved"}
        assert inbox(pilot).marked() == []
        assert notices(pilot)[-1] == "Solve: 3 tickets. u takes it back."
        await press(pilot, "u")
        assert [tickets.get(at_work.store, number).status for number in numbers] == [old.status for old in before]


async def test_what_can_be_taken_back_of_many_is_and_the_rest_is_told(at_work: Session, mei: Session) -> None:
    async with opened(at_work) as pilot:
        numbers = found(at_work, "is:open is:unassigned tier:1")[:2]
        inbox(pilot).rows.marks = numbers
        await press(pilot, "t")
        deeds.perform(mei, "note", [numbers[0]], {"body": "mine now"})
        await press(pilot, "u")
        assert tickets.get(at_work.store, numbers[1]).assignee is None
        assert tickets.get(at_work.store, numbers[0]).assignee == "aoi"
        assert "mei" in notices(pilot)[-1]


async def test_a_verb_on_many_tickets_asks_first(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        await press(pilot, "X")
        numbers = inbox(pilot).marked()
        assert len(numbers) > 10
        await press(pilot, "s")
        assert f"{len(numbers)} tickets" in "\n".join(painted(pilot))
        await press(pilot, "escape")
        assert {tickets.get(at_work.store, number).status for number in numbers}.isdisjoint({"solved"})
        await press(pilot, "s", "ctrl+s")
        assert {tickets.get(at_work.store, number).status for number in numbers} == {"solved"}


async def test_a_refused_form_comes_back_with_all_that_was_typed(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        await give(pilot, "filter", query="desk:minamo tier:1 is:open")
        number = at_cursor(pilot)
        await press(pilot, "e")
        form = showing(pilot, VerbForm)
        form.query_one("#field-reason", Input).value = "tax question"
        form.query_one("#field-note", TextArea).text = "they sold in two years"
        form.query_one("#field-tier").choose(("3",))  # type: ignore[attr-defined]
        await press(pilot, "ctrl+s")
        assert "tier 3 is made of teams" in notices(pilot)[-1]
        again = showing(pilot, VerbForm)
        assert again is not form
        assert again.query_one("#field-note", TextArea).text == "they sold in two years"
        again.query_one("#field-team").choose(("tax",))  # type: ignore[attr-defined]
        await press(pilot, "ctrl+s")
        assert inbox(pilot)
        moved = tickets.get(at_work.store, number)
        assert (moved.tier, moved.team) == (3, "tax")


async def test_a_note_on_many_is_written_in_a_form(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        numbers = listed(pilot)[:2]
        inbox(pilot).rows.marks = numbers
        await press(pilot, "n")
        showing(pilot, VerbForm).query_one(TextArea).text = "one cause"
        await press(pilot, "ctrl+s")
        for number in numbers:
            assert tickets.conversation(at_work.store, number).messages[-1].body == "one cause"
        await give(pilot, "reply")
        assert isinstance(pilot.app.screen, TicketScreen)


async def test_a_call_becomes_a_ticket_and_is_opened(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        await press(pilot, "N")
        form = showing(pilot, VerbForm)
        desk = form.query_one("#field-desk", ChoiceLine)
        assert dict(desk._choices)["minamo"] == "Minamo Exchange"
        assert desk.chosen, "that of the ticket in front"
        form.query_one("#field-channel").choose(("phone",))  # type: ignore[attr-defined]
        form.query_one("#field-subject", Input).value = "電話：入金について"
        form.query_one("#field-body", TextArea).text = "昨日の入金がまだ見えない"
        await press(pilot, "ctrl+s")
        assert "who is it?" in notices(pilot)[-1]
        again = showing(pilot, VerbForm)
        assert again.query_one("#field-body", TextArea).text == "昨日の入金がまだ見えない"
        again.query_one("#field-name", Input).value = "見本 次郎"
        await press(pilot, "ctrl+s")
        ticket = ticket_screen(pilot).ticket()
        assert ticket is not None
        assert (ticket.subject, ticket.channel, ticket.requester_name) == ("電話：入金について", "phone", "見本 次郎")
        await press(pilot, "escape")
        assert ticket.number in found(at_work, "channel:phone 昨日の入金がまだ見えない")


# --- looking closer, and getting about


async def test_the_preview_follows_the_cursor(at_work: Session) -> None:
    async with opened(at_work, (140, 40)) as pilot:
        inbox(pilot).rows.move_to(3)
        inbox(pilot)._read_preview()
        await settled(pilot)
        thread = tickets.conversation(at_work.store, at_cursor(pilot))
        text = "".join(line.strip() for line in painted(pilot))
        assert thread.messages[-1].body.strip().split()[-1][-8:] in text
        assert "NOT verified" in text


async def test_a_ticket_is_opened_by_its_number_from_anywhere(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        number = found(at_work, "status:closed tier:3")[0]
        await press(pilot, "colon")
        showing(pilot, CommandPrompt).query_one(Input).value = str(number)
        await press(pilot, "enter")
        ticket = ticket_screen(pilot).ticket()
        assert ticket is not None
        assert ticket.number == number
        await give(pilot, "open", ref="99999")
        assert "there is no ticket 99999" in notices(pilot)[-1]
        await press(pilot, "escape")
        assert inbox(pilot)


async def test_notices_can_be_read_again(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        await press(pilot, "L")
        assert "none" in "\n".join(painted(pilot))
        await press(pilot, "escape", "t", "u", "L")
        text = painted(pilot)
        assert isinstance(pilot.app.screen, TextScreen)
        newest = next(line for line in text if "18:00:00" in line)
        assert "Taken back: Claim" in newest
        await press(pilot, "escape")
        assert inbox(pilot)


async def test_a_deadline_is_explained(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        await press(pilot, "i")
        assert isinstance(pilot.app.screen, ExplainScreen)
        shown = "\n".join(
            strip.text for strip in pilot.app.screen.query_one(MarkedLines).render_lines(Region(0, 0, 80, 20))
        )
        assert "First response: " in shown
        await press(pilot, "escape")
        assert inbox(pilot)


async def test_copying_says_which_way_it_went(
    at_work: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "tmux"
    program.write_text(f'#!/bin/sh\n[ "$1 $2 $3" = "load-buffer -w -" ] && cat > {tmp_path}/buffer\n')
    program.chmod(0o700)
    monkeypatch.delenv("TMUX", raising=False)
    async with opened(at_work) as pilot:
        reference = inbox(pilot).ticket().reference  # type: ignore[union-attr]
        await press(pilot, "y")
        assert notices(pilot)[-1] == f"{reference} sent to the terminal's clipboard"
        assert pilot.app.clipboard == reference
        monkeypatch.setenv("TMUX", "socket,1,0")
        monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
        await press(pilot, "y")
        assert "tmux's buffer" in notices(pilot)[-1]
        assert (tmp_path / "buffer").read_text() == reference


async def test_the_footer_names_the_keys_one_has_and_six_at_most(at_work: Session) -> None:
    async with opened(at_work, keys={"reply": ("Z",)}) as pilot:
        line = painted(pilot)[-1]
        assert "Z reply" in line
        assert line.rstrip().endswith("? help")
        assert len([part for part in line.split("  ") if part.strip()]) <= 6


def _deeds(owner: type) -> set[str]:
    return {name.removeprefix("do_") for name in dir(owner) if name.startswith("do_")}


@pytest.mark.parametrize("command", ALL, ids=lambda command: command.id)
def test_no_command_is_dead_where_it_belongs(command: Any) -> None:
    places: dict[Scope, type] = {
        Scope.LIST: InboxScreen,
        Scope.TICKET: TicketScreen,
        Scope.COMPOSER: TicketScreen,
        Scope.EXPLANATION: ExplainScreen,
    }
    for scope in command.scopes:
        screens = [places[scope]] if scope in places else list(set(places.values()))
        for screen in screens:
            known = _deeds(screen) | _deeds(ConsoleApp)
            assert command.id in known or (isinstance(command, VerbCommand) and "verb" in known), (command.id, screen)


async def test_an_edition_that_comes_while_one_looks_is_learnt_with_its_first_ticket(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        text = desks.desk(at_work.store, "polaris").source_text
        with at_work.store.writing():
            desks.save_desk(at_work.store, load_desk(f"{text}\n# as before\n", "desk"), at_work.now())
        deed = deeds.open_ticket(at_work, desk="polaris", channel="chat", name="Rei Sample", subject="Hello", body="?")
        await give(pilot, "refresh")
        await give(pilot, "filter", query=f"number:{deed.ticket.number}")
        assert deed.ticket.due_by[0] == "polaris@2"
        assert "polaris@2" in inbox(pilot)._desks.editions


async def test_the_list_knows_somebody_new(new_store: Callable[[], Store], clock: FrozenClock) -> None:
    store = new_store()
    with store.writing():
        agent = people.ensure_agent(store, "new")
    async with opened(Session(store, agent, "tui", clock)) as pilot:
        assert "new 18:00" in painted(pilot)[0]


async def test_what_is_typed_behind_the_slash_in_one_breath_is_the_filter(at_work: Session) -> None:
    """A paste or a slow line delivers all keys at once; none of them may act on the list."""
    async with opened(at_work, (80, 24)) as pilot:
        before = found(at_work, "is:closed")
        for key in ("slash", "i", "s", "colon", "o", "p", "e", "n"):
            character = {"slash": "/", "colon": ":"}.get(key, key)
            pilot.app.post_message(events.Key(key, character))
        await settled(pilot)
        assert pilot.app.screen.query_one("#filter", Input).value == "is:open"
        assert found(at_work, "is:closed") == before
