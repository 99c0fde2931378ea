"""The whole console in a test: on a store, with a clock that stands still, and no waiting but for its own work."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, TypeVar

from textual.pilot import Pilot
from textual.screen import Screen

from agentconsole import locale
from agentconsole.app import ConsoleApp
from agentconsole.config import Settings
from agentconsole.screens.inbox import InboxScreen
from agentconsole.screens.ticket import TicketScreen
from agentconsole.screens.working import WorkScreen
from agentconsole.services.session import Session
from agentconsole.store import people
from agentconsole.store.store import Store

ZONE: Final = "Asia/Tokyo"
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


async def settled(pilot: Pilot[None]) -> None:
    """All that was asked for is done and shown: answers ask for more, so until nothing is on its way any more."""
    await pilot.pause()
    while any(not worker.is_finished for worker in pilot.app.workers):
        await pilot.app.workers.wait_for_complete()
        await pilot.pause()


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


async def press(pilot: Pilot[None], *keys: str) -> None:
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
