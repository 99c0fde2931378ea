"""The lines at the top and the bottom: what stands where, and what is left out where there is no room."""

from __future__ import annotations

import pytest

from agentconsole.widgets.bars import Bar, KeyBar, Part
from tests.support.hostile import HOSTILE
from tests.support.panes import lines, shown, wild

KEYS = [("a", "one"), ("b", "two"), ("c", "three"), ("d", "four"), ("e", "five"), ("f", "six"), ("?", "help")]


async def bar(width: int, left: list[Part], right: list[Part]) -> str:
    widget = Bar()
    async with shown(widget, (width, 3)) as (_app, pilot):
        widget.show(left, right)
        await pilot.pause()
        return lines(widget)[0]


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (40, " one  two                   three  four"),
        (23, " one  two  three  four"),
        (22, " one  two        four"),
        (16, " one  two  four"),
        (15, " one      four"),
        (12, " one   four"),
        (11, " one  two"),
    ],
)
async def test_the_inner_side_of_the_right_goes_first_then_the_end_of_the_left(width: int, line: str) -> None:
    made = await bar(width, [Part("one"), Part("two")], [Part("three"), Part("four")])
    assert made == line


async def test_the_last_of_the_right_takes_half_of_the_room_at_the_most() -> None:
    """It is told first, but never drives everything else out."""
    assert await bar(20, [Part("left")], [Part("12345678")]) == " left      12345678"
    assert await bar(20, [Part("left")], [Part("123456789")]) == " left"


@pytest.mark.parametrize(
    ("width", "line"),
    [
        (40, " #7  A long subject            T1  mine"),
        (24, " #7  A long …  T1  mine"),
        (22, " #7  A lon…  T1  mine"),
        (21, " #7         T1  mine"),
    ],
)
async def test_a_part_that_may_be_cut_takes_what_is_left(width: int, line: str) -> None:
    made = await bar(width, [Part("#7"), Part("A long subject", cut=True)], [Part("T1"), Part("mine")])
    assert made == line


async def test_six_keys_on_a_narrow_screen_all_on_a_wide_one_help_always() -> None:
    widget = KeyBar()
    async with shown(widget, (99, 3)) as (_app, pilot):
        widget.show_keys(KEYS)
        await pilot.pause()
        assert " ".join(lines(widget)[0].split()) == "a one b two c three d four e five ? help"
        await pilot.resize_terminal(100, 3)
        await pilot.pause()
        assert " ".join(lines(widget)[0].split()) == "a one b two c three d four e five f six ? help"
        await pilot.resize_terminal(18, 3)
        await pilot.pause()
        assert " ".join(lines(widget)[0].split()) == "a one ? help"


async def test_hostile_text_stays_text() -> None:
    widget = Bar()
    async with shown(widget, (60, 3)) as (app, pilot):
        for text in HOSTILE:
            widget.show([Part(text), Part(text, cut=True)], [Part(text)])
            await pilot.pause()
            assert wild(app) == [], text


async def test_with_the_terminals_own_colours_what_is_active_is_reversed_not_dark_on_dark() -> None:
    widget = Bar()
    async with shown(widget, (20, 3)) as (app, pilot):
        app.theme = "ansi-light"
        widget.show([Part("open", "active")], [])
        await pilot.pause()
        style = widget.get_component_rich_style("bar--active")
        assert style.reverse
        assert style.bgcolor is None or style.bgcolor.is_default
