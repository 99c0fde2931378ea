"""The console itself. Nothing else here loads the screen library."""

from __future__ import annotations

import gc
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from agentconsole.cli.invocation import FROZEN, Invocation
from agentconsole.cli.output import tell
from agentconsole.config import Settings, clock_from
from agentconsole.domain.errors import ConsoleError
from agentconsole.locale import _
from agentconsole.terminal import prepare, terminal_problem


def console(call: Invocation) -> int:
    """The console on the store of the settings, which is made if it is not there yet; its exit status."""
    path = call.settings.store
    must_be_terminal()
    call.must_run(path)
    if not path.exists():
        _make(path, at=call.now())
    return run(call.settings, path, clock_from())


def demo(call: Invocation, *, keep: Path | None = None, seed: int = 1, at: datetime | None = None) -> int:
    """The console on a store full of fixture tickets; its exit status.

    Args:
        keep: where the store stays; else it is gone with the console.
        at: the moment that the tickets are placed around, and that time goes on from; now if nothing is said.
    """
    settings = call.settings
    must_be_terminal()
    tell(_("Making a store full of fixture tickets ..."))
    with tempfile.TemporaryDirectory(prefix="agentconsole-demo-") as folder:
        path = keep.expanduser() if keep else Path(folder) / "demo.db"
        _make(path, at=at or call.now(), fixtures=True, seed=seed)
        status = run(settings, path, clock_from() if at is None or os.environ.get(FROZEN) else _clock_since(at))
    if keep:
        tell(_("The store is kept: agentconsole --store {path}").format(path=path))
    return status


def _make(path: Path, *, at: datetime, fixtures: bool = False, seed: int = 1) -> None:
    from agentconsole.services.setup import make_store  # most who open the console have a store

    make_store(path, at=at, fixtures=fixtures, seed=seed).close()


def _clock_since(start: datetime) -> Callable[[], datetime]:
    """A clock that goes on from then: tickets placed around another day stay as urgent as they were made."""
    began = monotonic()
    return lambda: start + timedelta(seconds=int(monotonic() - began))


def run(settings: Settings, path: Path, now: Callable[[], datetime]) -> int:
    """The console on one store, until it is left."""
    from agentconsole.services.stores import open_session

    prepare(os.environ, settings)
    gc.disable()  # until the first rows are shown: nothing that is made on the way to them is garbage
    try:
        session = open_session(path, settings.agent, face="tui", now=now, writes=True)
        from agentconsole.app import run_console

        with session.store:
            return run_console(session, replace(settings, store=path))
    finally:
        gc.enable()


def must_be_terminal() -> None:
    """Raises:
    ConsoleError: there is no terminal to draw on.
    """
    if problem := terminal_problem(os.environ, sys.stdin, sys.stdout, sys.stderr):
        error = ConsoleError(problem, "agentconsole --help")
        error.code = "no_terminal"
        raise error
