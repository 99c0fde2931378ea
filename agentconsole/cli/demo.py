"""`demo`: the console on a throwaway store."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic
from typing import Annotated

import typer

from agentconsole.cli.console import must_be_terminal, run
from agentconsole.cli.init import At, Seed, moment_of
from agentconsole.cli.invocation import FROZEN, Invocation
from agentconsole.cli.output import tell
from agentconsole.config import clock_from
from agentconsole.locale import _

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.command(help=_("The console on a throwaway store full of fixture tickets."))
def demo(
    context: typer.Context,
    keep: Annotated[Path | None, typer.Option("--keep", metavar="PATH", help=_("Keep the store there."))] = None,
    seed: Seed = None,
    at: At = None,
) -> int:
    from agentconsole.services import stores

    call: Invocation = context.obj
    settings = call.settings
    must_be_terminal()
    start = moment_of(at, call)
    tell(_("Making a store full of fixture tickets ..."))
    with tempfile.TemporaryDirectory(prefix="agentconsole-demo-") as folder:
        path = keep.expanduser() if keep else Path(folder) / "demo.db"
        stores.make(path, at=start, fixtures=True, seed=1 if seed is None else seed).close()
        status = run(settings, path, clock_from() if at is None or os.environ.get(FROZEN) else _clock_since(start))
    if keep:
        tell(_("The store is kept: agentconsole --store {path}").format(path=path))
    return status


def _clock_since(start: datetime) -> Callable[[], datetime]:
    """A clock that goes on from then: tickets placed around another day stay as urgent as they were made."""
    began = monotonic()
    return lambda: start + timedelta(seconds=int(monotonic() - began))
