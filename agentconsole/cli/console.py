"""The console itself. Nothing else here loads the screen library."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from agentconsole.cli.invocation import Invocation
from agentconsole.config import Settings, clock_from
from agentconsole.domain.errors import ConsoleError
from agentconsole.terminal import prepare, terminal_problem


def console(call: Invocation) -> int:
    """The console on the store of the settings, which is made if it is not there yet; its exit status."""
    from agentconsole.services import stores

    path = call.settings.store
    must_be_terminal()
    call.must_run(path)
    if not path.exists():
        stores.make(path, at=call.now()).close()
    return run(call.settings, path, clock_from())


def run(settings: Settings, path: Path, now: Callable[[], datetime]) -> int:
    """The console on one store, until it is left."""
    from agentconsole.services.stores import open_session

    prepare(os.environ, settings)
    session = open_session(path, settings.agent, face="tui", now=now, writes=True)
    from agentconsole.app import run_console

    with session.store:
        return run_console(session, replace(settings, store=path))


def must_be_terminal() -> None:
    """Raises:
    ConsoleError: there is no terminal to draw on.
    """
    if problem := terminal_problem(os.environ, sys.stdin, sys.stdout, sys.stderr):
        error = ConsoleError(problem, "agentconsole --help")
        error.code = "no_terminal"
        raise error
