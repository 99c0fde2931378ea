"""`demo`: the console on a throwaway store, with a choice of its place, its tickets and its time."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agentconsole.cli import console
from agentconsole.cli.groups import App
from agentconsole.cli.init import At, Seed, moment_of
from agentconsole.cli.options import chosen
from agentconsole.locale import _

app = App()


@app.command(help=_("The console on a throwaway store full of fixture tickets."))
def demo(
    context: typer.Context,
    keep: Annotated[
        Path | None, typer.Option("--keep", metavar="PATH", callback=chosen, help=_("Keep the store there."))
    ] = None,
    seed: Seed = None,
    at: At = None,
) -> int:
    start = None if at is None else moment_of(at, context.obj)
    return console.demo(context.obj, keep=keep, seed=1 if seed is None else seed, at=start)
