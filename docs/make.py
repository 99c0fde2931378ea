"""Makes what the documents derive from the program: `make docs`.

Pictures are taken from the running console, on fixture tickets at a fixed time; the tables of keys and of query
fields are read from the code.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from agentconsole import locale
from agentconsole.app import ConsoleApp
from agentconsole.commands.keys import effective_keys, key_table
from agentconsole.config import Settings
from agentconsole.domain import query
from agentconsole.screens.inbox import InboxScreen
from agentconsole.services import setup, stores

HERE = Path(__file__).parent
PICTURES_FOLDER = HERE / "pictures"
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
    (PICTURES_FOLDER / f"{picture.name}.{language}.svg").write_text(_standing_alone(svg), encoding="utf-8")


async def _settle(app: ConsoleApp, pilot: object) -> None:
    """Until no worker has anything to tell, and the preview has followed the cursor."""
    for _ in range(3):
        await app.workers.wait_for_complete()
        await asyncio.sleep(0.2)


def _standing_alone(svg: str) -> str:
    """The picture without fonts from elsewhere, and with the spaces that some viewers swallow."""
    return re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL).replace("<text ", '<text xml:space="preserve" ')


KEYS_HEAD = """\
# Keys

Made from the commands by `make docs`. `agentconsole keys` prints the table with your own keys; `[keys]` in the settings
file changes them by command, `keymap = "vim"` adds `j` and `k`.

| keys | command | what it does | where |
| --- | --- | --- | --- |
"""
QUERIES_HEAD = """\
# Queries

Made from the query language by `make docs`. The same text works in the inbox (`/`), on the command line
(`agentconsole tickets QUERY`) and on the `:` line.

Words side by side mean *and*, `OR` means *or*, `-` in front means *not*, brackets group, quotes keep words together;
`status:new,open` is any of them. Words without a field are looked for in subject, messages and form fields,
two-character words included. Full-width colons and letters work alike.

| field | in Japanese | takes | example |
| --- | --- | --- | --- |
"""


def keys_page() -> str:
    """The table of keys, in English."""
    locale.set_language("en")
    lines = []
    for row in key_table(effective_keys()):
        keys = " ".join(f"`{key}`" for key in row.keys)
        lines.append(f"| {keys} | `{row.id}` | {row.help} | {', '.join(row.scopes)} |\n")
    return KEYS_HEAD + "".join(lines)


def query_page() -> str:
    """The fields of the query language."""
    lines = []
    for each in query.fields():
        values = f": {', '.join(each.values)}" if each.values else ""
        lines.append(f"| `{each.name}` | `{each.alias}` | {each.kind}{values} | `{each.example}` |\n")
    return QUERIES_HEAD + "".join(lines)


PAGES = {"keys.md": keys_page, "queries.md": query_page}


def take_pictures() -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "pictures.db"
        setup.make_store(store, at=NOW, fixtures=True).close()
        for language in ("en", "ja"):
            locale.set_language(language)
            for picture in PICTURES:
                asyncio.run(take(picture, language, store))
                print(f"{picture.name}.{language}.svg")


def main() -> None:
    for name, page in PAGES.items():
        (HERE / name).write_text(page(), encoding="utf-8")
    take_pictures()


if __name__ == "__main__":
    main()
