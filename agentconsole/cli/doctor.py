"""`doctor`: store integrity, search self-test, terminal facts, paths, versions."""

from __future__ import annotations

import os
import platform
import shutil
import sqlite3
import sys
from pathlib import Path
from typing import Any

import platformdirs
import typer

from agentconsole import __version__
from agentconsole.cli.groups import App
from agentconsole.cli.invocation import Invocation
from agentconsole.cli.options import Json
from agentconsole.cli.output import emit, facts, line_of, say
from agentconsole.config import APP_NAME, Settings
from agentconsole.domain.errors import Phrase, StoreError
from agentconsole.locale import _, spoken
from agentconsole.store import health
from agentconsole.terminal import terminal_problem

app = App()

_TERMINAL_VARIABLES = ("TERM", "TERM_PROGRAM", "COLORTERM", "NO_COLOR", "TMUX", "SSH_CONNECTION", "LANG", "LC_ALL")


@app.command(help=_("Look after the store, the search and the terminal; exit status 1 if something is wrong."))
def doctor(context: typer.Context, as_json: Json = False) -> int:
    call: Invocation = context.obj
    problems: list[str] = []
    document = {
        "version": __version__,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "store": _store(call.settings.store, problems),
        "search": _search(problems),
        "terminal": _terminal(),
        "paths": _paths(call.settings),
        "problems": problems,
    }
    if as_json:
        emit(document)
    else:
        _print(document)
    return 1 if problems else 0


def _store(path: Path, problems: list[str]) -> dict[str, Any]:
    try:
        found = health.examine(path)
    except StoreError as error:
        problems.append(Phrase("{problem}; {hint}", problem=error.message, hint=error.hint))
        return {"path": str(path), "size": None, "schema": None, "mode": None, "integrity": None, "tickets": None}
    problems += found.problems
    return {
        "path": str(path),
        "size": found.size,
        "schema": found.schema,
        "mode": found.mode,
        "integrity": found.integrity,
        "tickets": found.tickets,
    }


def _search(problems: list[str]) -> dict[str, Any]:
    try:
        failed = health.failed_probes()
    except StoreError as error:
        problems.append(Phrase("{problem}; {hint}", problem=error.message, hint=error.hint))
        return {"ok": False, "probes": 0}
    problems += [Phrase("the search does not answer {words} as it should", words=repr(words)) for words in failed]
    return {"ok": not failed, "probes": len(health.PROBES)}


def _terminal() -> dict[str, Any]:
    size = shutil.get_terminal_size()
    return {
        "columns": size.columns,
        "lines": size.lines,
        "stdin": sys.stdin is not None and sys.stdin.isatty(),
        "stdout": sys.stdout.isatty(),
        "encoding": sys.stdout.encoding,
        "console": terminal_problem(os.environ, sys.stdin, sys.stdout) is None,
        **{
            name: bool(value) if name == "SSH_CONNECTION" else value
            for name in _TERMINAL_VARIABLES
            if (value := os.environ.get(name))
        },
    }


def _paths(settings: Settings) -> dict[str, str | None]:
    return {
        "config": None if settings.config_file is None else str(settings.config_file),
        "config_folder": str(platformdirs.user_config_path(APP_NAME, appauthor=False)),
        "data_folder": str(platformdirs.user_data_path(APP_NAME, appauthor=False)),
        "log_folder": str(platformdirs.user_log_path(APP_NAME, appauthor=False)),
        "program": str(Path(__file__).parent.parent),
    }


def _print(document: dict[str, Any]) -> None:
    facts([(name, document[name]) for name in ("version", "python", "sqlite")])
    for group in ("store", "search", "terminal", "paths"):
        say("", group)
        facts([(f"  {name}", "-" if value is None else value) for name, value in document[group].items()])
    say("")
    if not document["problems"]:
        say(_("Nothing is wrong."))
    for problem in document["problems"]:
        say(f"! {line_of(spoken(problem))}")
