"""The short list to choose from."""

from __future__ import annotations

from textual import events

from agentconsole.widgets.results_list import Result, ResultsList
from tests.support.hostile import HOSTILE
from tests.support.panes import lines, shown, wild


def results(*keys: str) -> list[Result]:
    return [Result(key, f"title {key}", f"detail {key}", "ja") for key in keys]


async def test_items_with_their_badges() -> None:
    widget = ResultsList()
    async with shown(widget, (32, 5)) as (_app, _pilot):
        widget.set_results(
            [Result("a", "出金が審査中のまま", "送付先の確認が終わるまでの目安と説明", "ja"), Result("b", "x")]
        )
        assert lines(widget) == [
            "> 出金が審査中のまま        ja",
            "  送付先の確認が終わるまでの…",
            "  x",
            "",
            "",
        ]


async def test_the_cursor_stays_on_its_key() -> None:
    widget = ResultsList()
    async with shown(widget, (40, 6)) as (app, pilot):
        widget.set_results(results("a", "b", "c"))
        widget.focus()
        await pilot.press("down", "enter")
        widget.set_results(results("x", "y", "a", "b"))
        await pilot.pause()
        assert widget.highlighted == "b"
        assert any(line.startswith("> title b") for line in lines(widget)), "scrolled into sight"
        widget.set_results(results("x", "y"))
        await pilot.pause()
        assert [message.key for message in app.of(ResultsList.Highlighted)] == ["a", "b", "x"]
        assert [message.key for message in app.of(ResultsList.Chosen)] == ["b"]


async def test_fifty_items_scroll() -> None:
    widget = ResultsList()
    async with shown(widget, (40, 7)) as (_app, pilot):
        widget.set_results(results(*(f"{n:02}" for n in range(50))))
        widget.focus()
        await pilot.press("end")
        assert lines(widget)[-2].startswith("> title 49")
        await pilot.press("pageup")
        assert widget.highlighted == "47", "a page leaves one item in sight"
        await pilot.press("home")
        assert lines(widget)[0].startswith("> title 00")


async def test_no_item() -> None:
    widget = ResultsList()
    async with shown(widget, (20, 4)) as (app, pilot):
        widget.set_results([], empty="No article has these words.")
        widget.focus()
        await pilot.press("down", "enter")
        assert lines(widget)[:2] == ["  No article has", "  these words."]
        assert widget.highlighted is None
        assert app.of(ResultsList.Chosen) == []


async def test_a_click_moves_and_a_double_click_chooses() -> None:
    widget = ResultsList()
    async with shown(widget, (40, 10)) as (app, pilot):
        widget.set_results(results("a", "b", "c"))
        await pilot.pause()
        await pilot.click(widget, offset=(4, 5))
        assert widget.highlighted == "c"
        await pilot.click(widget, offset=(4, 2), times=2)
        await pilot.click(widget, offset=(4, 9))
        assert [message.key for message in app.of(ResultsList.Chosen)] == ["b"]
        assert any(isinstance(message, events.Click) for message in app.posted)


async def test_hostile_text_stays_text() -> None:
    widget = ResultsList()
    async with shown(widget, (60, 30)) as (app, pilot):
        for start in range(0, len(HOSTILE), 15):
            widget.set_results([Result(str(n), text, text, text) for n, text in enumerate(HOSTILE[start : start + 15])])
            assert wild(app) == []
            widget.set_results([], empty=HOSTILE[start])
            assert wild(app) == []
        widget.set_results([Result(text, text, text, text) for text in HOSTILE])
        for size in ((20, 5), (3, 2), (1, 1), (200, 60)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert wild(app) == []
