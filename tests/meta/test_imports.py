"""Who may import whom, by contract and at run time: what is asked for often does not wait for what is needed seldom."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Final

import pytest

from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.store import library
from agentconsole.store.library import Variant
from tests.conftest import NOW

ROOT: Final = Path(__file__).parent.parent.parent
SCREEN: Final = {"textual", "rich", "pygments", "markdown_it"}
SCHEMA: Final = {"sqlmodel", "sqlalchemy", "alembic"}
SELDOM: Final = {
    "jinja2",
    "holidays",
    "babel",
    "frontmatter",
    "yaml",
    "dateutil",
    "pydantic",
    "orjson",
    "asyncio",
    "http",
}
LATER: Final = (
    *(
        "domain.calendar",
        "domain.sla",
        "domain.policies",
        "domain.promises",
        "domain.desk",
        "domain.change",
        "domain.template",
    ),
    *("services.verbs", "services.tickets", "services.explain", "store.writer", "store.library", "sync", "knowledge"),
    *("screens.ticket", "screens.form", "screens.help", "screens.palette", "screens.prompt", "screens.lookup"),
    *("widgets.conversation", "widgets.customer_pane", "widgets.composer"),
)
"""What no list of tickets needs."""
ROOMS: Final = tuple(
    f"agentconsole.{room}." for room in ("store", "sync", "knowledge", "services", "screens", "widgets")
)
READING: Final = (
    *(
        "tickets",
        "tickets --json",
        "ticket show 10001",
        "customer show 1",
        "kb search 入金",
        "sla explain 10001",
        "keys",
    ),
    *("desk list", "outbox list"),
)
PROGRAM: Final = """
import json, sys
from agentconsole.cli import main
status = main(sys.argv[1:])
print(json.dumps([status, sorted(sys.modules)]), file=sys.stderr)
"""


def loaded(*words: str, store: Path | None = None, program: str = PROGRAM) -> Any:
    """What a program says it has loaded by its end, which must be a good one: the packages, for a command."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), "AGENTCONSOLE_LANG": "ja"}
    if store is not None:
        environ |= {"AGENTCONSOLE_STORE": str(store)}
    ran = subprocess.run(
        [sys.executable, "-c", program, *words], env=environ, capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    status, modules = json.loads(ran.stderr.splitlines()[-1])
    assert status == 0, ran.stderr
    assert ran.stdout.strip()
    return modules


@pytest.mark.parametrize("words", [("--version",), ("--help",)], ids=" ".join)
def test_version_and_help_load_next_to_nothing(words: tuple[str, ...]) -> None:
    modules = set(loaded(*words))
    assert modules.isdisjoint(SCREEN | SCHEMA | SELDOM)
    assert [name for name in modules if name.startswith(ROOMS)] == []


@pytest.mark.parametrize("words", ["[]", "['--lang', 'ja', '--as', 'aoi']", "['demo']"])
def test_the_console_is_opened_without_the_parser_of_the_command_line(words: str) -> None:
    """As far as one comes without a terminal."""
    program = f"""
import json, sys
from agentconsole.cli import main
print(main({words}))
print(json.dumps([0, sorted(sys.modules)]), file=sys.stderr)
"""
    modules = set(loaded(program=program))
    assert "agentconsole.cli.console" in modules
    assert modules.isdisjoint({"typer", "pydantic", *SCREEN, *SCHEMA})


@pytest.fixture
def small_store(session: Session) -> Path:
    """A store with one ticket, one article."""
    deeds.open_ticket(session, desk="default", channel="mail", subject="入金", body="まだです", name="見本 花子")
    with session.store.writing():
        library.import_articles(session.store, [Variant("deposit", "ja", "入金が反映されないとき", "待つ")], NOW)
    return session.store.path


def test_reading_needs_neither_the_screen_nor_the_schema(small_store: Path) -> None:
    """One process for all: what a command has loaded is still there after the next."""
    program = f"""
import json, sys
from agentconsole.cli import main
loaded = {{}}
for line in sys.argv[1:]:
    assert main(line.split()) == 0, line
    loaded[line] = sorted({SCREEN | SCHEMA} & set(sys.modules))
print(json.dumps([0, loaded]), file=sys.stderr)
"""
    assert loaded(*READING, store=small_store, program=program) == {line: [] for line in READING}


def test_the_console_shows_its_first_rows_before_it_loads_what_is_done_to_them() -> None:
    program = """
import json, sys
import agentconsole.cli, agentconsole.cli.console, agentconsole.services.stores, agentconsole.app
import agentconsole.screens.inbox
print("ok")
print(json.dumps([0, sorted(sys.modules)]), file=sys.stderr)
"""
    modules = set(loaded(program=program))
    assert "textual" in modules
    assert modules.isdisjoint({*SCHEMA, "typer", "pydantic", "wcwidth", "textual.widgets._text_area"})
    assert modules & {f"agentconsole.{name}" for name in LATER} == set()


def test_the_contracts_are_kept() -> None:
    """Each of `[tool.importlinter]` in pyproject.toml."""
    ran = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stdout[-3000:] + ran.stderr[-1000:]
    assert " 0 broken" in ran.stdout
