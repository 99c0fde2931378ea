"""Toasts: the same words again are counted, others stay."""

from __future__ import annotations

from textual.pilot import Pilot
from textual.widgets._toast import Toast

from agentconsole.telling import TellingApp


async def told(pilot: Pilot[object]) -> list[str]:
    await pilot.pause()
    return [str(toast.render()) for toast in pilot.app.screen.query(Toast)]


async def test_what_is_told_again_is_counted_and_what_else_stands_there_stays() -> None:
    async with TellingApp().run_test(notifications=True) as pilot:
        for words in ("locked", "saved", "locked", "locked"):
            pilot.app.notify(words, markup=False)
            await pilot.pause()
        assert await told(pilot) == ["saved", "locked (x3)"]
        pilot.app.notify("locked", severity="warning", markup=False)
        assert await told(pilot) == ["saved", "locked (x3)", "locked"]


async def test_what_has_gone_is_told_anew() -> None:
    async with TellingApp().run_test(notifications=True) as pilot:
        pilot.app.notify("saved", timeout=-1)
        pilot.app.notify("saved", markup=False)
        assert await told(pilot) == ["saved"]


async def test_what_is_told_twice_at_once_is_counted() -> None:
    async with TellingApp().run_test(notifications=True) as pilot:
        for _time in range(2):
            pilot.app.notify("copied (x2)", markup=False)
        await pilot.pause()
        assert await told(pilot) == ["copied (x2) (x2)"]


async def test_what_was_put_away_stays_away_whatever_else_is_told_again() -> None:
    async with TellingApp().run_test(notifications=True) as pilot:
        for words in ("locked", "saved"):
            pilot.app.notify(words, markup=False)
        await pilot.pause()
        assert await told(pilot) == ["locked", "saved"]
        await pilot.click(Toast)
        assert await told(pilot) == ["saved"]
        for words in ("saved", "locked"):
            pilot.app.notify(words, markup=False)
        await pilot.pause()
        assert await told(pilot) == ["saved (x2)", "locked"]
