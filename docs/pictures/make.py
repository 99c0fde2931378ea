"""Makes the pictures of the README and the guides from the running console, on fixture tickets at a fixed time: `make pictures`."""

from __future__ import annotations

import asyncio
import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from agentconsole import locale
from agentconsole.app import ConsoleApp
from agentconsole.config import Settings
from agentconsole.screens.inbox import InboxScreen
from agentconsole.services import stores

HERE = Path(__file__).parent
NOW = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
"""A Friday, 10:30 in Tokyo: every desk is open."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture's name, size in cells, and the keys that lead to what it shows."""

    name: str
    size: tuple[int, int]
    keys: tuple[str, ...] = ()


PICTURES = (
    Picture("inbox", (120, 36)),
    Picture("inbox-small", (80, 24)),
    Picture("ticket", (120, 36), ("down", "down", "enter")),
    Picture("canned", (120, 36), ("down", "down", "enter", "c")),
    Picture("knowledge", (120, 36), ("down", "down", "enter", "k")),
    Picture("escalate", (100, 30), ("down", "down", "enter", "e")),
    Picture("explain", (100, 30), ("down", "down", "enter", "i")),
    Picture("help", (100, 30), ("question_mark",)),
)


async def take(picture: Picture, language: str, store: Path) -> None:
    settings = Settings(store=store, agent="aoi", language=language)
    session = stores.open_session(store, "aoi", face="tui", now=lambda: NOW, writes=True)
    app = ConsoleApp(session, settings, InboxScreen)
    async with app.run_test(size=picture.size) as pilot:
        await _settle(app, pilot)
        for key in picture.keys:
            await pilot.press(key)
            await _settle(app, pilot)
        svg = app.export_screenshot(title="agentconsole")
    session.store.close()
    (HERE / f"{picture.name}.{language}.svg").write_text(_with_hard_spaces(svg), encoding="utf-8")


async def _settle(app: ConsoleApp, pilot: object) -> None:
    """Until no worker has anything to tell, and the preview has followed the cursor."""
    for _ in range(3):
        await app.workers.wait_for_complete()
        await asyncio.sleep(0.2)


def _with_hard_spaces(svg: str) -> str:
    """Viewers swallow spaces at the start of a text; hard ones keep the columns."""
    return re.sub(r"(<text[^>]*>)([^<]*)", lambda m: m[1] + m[2].replace(" ", "&#160;"), svg)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "pictures.db"
        stores.make(store, at=NOW, fixtures=True).close()
        for language in ("en", "ja"):
            locale.set_language(language)
            for picture in PICTURES:
                asyncio.run(take(picture, language, store))
                print(f"{picture.name}.{language}.svg")


if __name__ == "__main__":
    main()
