"""The whole console in a test: on a store, with a clock that stands still, and no waiting but for its own work."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

from agentconsole import locale
from agentconsole.app import ConsoleApp
from agentconsole.config import Settings
from agentconsole.screens.inbox import InboxScreen
from agentconsole.screens.lookup import Lookup
from agentconsole.screens.ticket import TicketScreen
from agentconsole.screens.working import WorkScreen
from agentconsole.services.session import Session
from agentconsole.store import people
from agentconsole.store.store import Store

ZONE: Final = "Asia/Tokyo"
PATIENCE: Final = 30.0
_S = TypeVar("_S", bound=Screen[Any])


@asynccontextmanager
async def opened(
    session: Session,
    size: tuple[int, int] = (80, 24),
    first_screen: Callable[[], Screen[Any]] = InboxScreen,
    **chosen: Any,
) -> AsyncIterator[Pilot[None]]:
    """The console, shown and at rest. What it would ask of the user's environment is chosen here."""
    settings = replace(Settings(session.store.path, session.agent.login, "en", zone=ZONE), **chosen)
    locale.set_language(settings.language)
    app = ConsoleApp(session, settings, first_screen)
    async with app.run_test(size=size, notifications=True) as pilot:
        await settled(pilot)
        yield pilot
        first = app.screen_stack[0]
    if isinstance(first, WorkScreen) and first._bench:
        first._bench._writer.shutdown()  # a thread that stays would hold all that the console was to the end of the run


async def settled(pilot: Pilot[Any]) -> None:
    """All that was asked for is done and shown: answers ask for more, so until nothing is on its way any more.

    How quickly that comes does not matter: a pause of the screen library ends early where the machine is busy.
    """
    deadline = time.monotonic() + PATIENCE
    await pilot.pause()
    while not await _at_rest(pilot.app):
        assert time.monotonic() < deadline, f"no rest on {pilot.app.screen}"
        await pilot.pause()


async def until(condition: Callable[[], object]) -> None:
    """Waits for something to be so, as long as it takes on a busy machine."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        await asyncio.sleep(0.01)


async def _at_rest(app: App[Any]) -> bool:
    """Whether there is nothing to do, now and after whatever waited for its turn had it."""
    for _turn in range(5):
        if _is_busy(app):
            return False
        await asyncio.sleep(0)
    return True


def _is_busy(app: App[Any]) -> bool:
    screen = app.screen
    waiting = any(node.message_queue_size or node._next_callbacks for node in (app, *screen.walk_children()))
    return (
        waiting
        or not screen.is_mounted
        or any(not worker.is_finished for worker in app.workers)
        or (isinstance(screen, InboxScreen | TicketScreen) and not (screen._asked or screen.ticket()))
        or any(lookup._typing is not None for lookup in screen.query(Lookup))
    )


def showing(pilot: Pilot[None], kind: type[_S]) -> _S:
    """The screen in front, which must be of that kind."""
    screen = pilot.app.screen
    assert isinstance(screen, kind), screen
    return screen


def inbox(pilot: Pilot[None]) -> InboxScreen:
    return showing(pilot, InboxScreen)


def ticket_screen(pilot: Pilot[None]) -> TicketScreen:
    return showing(pilot, TicketScreen)


async def give(pilot: Pilot[None], command: str, **words: Any) -> None:
    """A command, as its key or its word would give it, and all that follows from it."""
    from agentconsole.commands import BY_ID

    app = pilot.app
    assert isinstance(app, ConsoleApp)
    await app.give(BY_ID[command], words)
    await settled(pilot)


async def press(pilot: Pilot[Any], *keys: str) -> None:
    await pilot.press(*keys)
    await settled(pilot)


def painted(pilot: Pilot[None]) -> list[str]:
    """The lines of the screen in front, toasts included."""
    return [strip.text for strip in pilot.app.screen._compositor.render_strips()]


def notices(pilot: Pilot[None]) -> list[str]:
    """What was told so far, the newest last."""
    first = pilot.app.screen_stack[0]
    assert isinstance(first, WorkScreen)
    return [text for _at, text in first.bench.notices]


def colleague(path: Path, session: Session, login: str = "mei") -> Session:
    """Somebody else at work on the same store, through a store of their own."""
    store = Store(path)
    with store.writing():
        agent = people.ensure_agent(store, login)
    return Session(store, agent, "cli", session.now)
