"""`init`: make a store, or bring it up to date."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from agentconsole.cli.groups import App
from agentconsole.cli.invocation import Invocation
from agentconsole.cli.options import Json
from agentconsole.cli.output import emit, say
from agentconsole.commands.time_input import parse_time
from agentconsole.domain.errors import UsageError
from agentconsole.locale import _
from agentconsole.services.setup import make_store
from agentconsole.store import desks, schema, tickets

app = App()

Seed = Annotated[int | None, typer.Option("--seed", metavar="N", help=_("The same number gives the same tickets."))]
At = Annotated[
    str | None, typer.Option("--at", metavar="TIME", help=_("The moment that the tickets are placed around."))
]


@app.command(help=_("Make a store, or bring it up to date."))
def init(
    context: typer.Context,
    fixtures: Annotated[bool, typer.Option("--fixtures", help=_("Fill it with fixture tickets."))] = False,
    seed: Seed = None,
    at: At = None,
    as_json: Json = False,
) -> None:
    call: Invocation = context.obj
    path = call.settings.store
    if not fixtures:
        if seed is not None or at is not None:
            raise UsageError(_("--seed and --at belong to --fixtures"), "agentconsole init --fixtures")
        call.must_run(path)
    with make_store(path, at=moment_of(at, call), fixtures=fixtures, seed=1 if seed is None else seed) as store:
        keys, total = desks.desk_keys(store), tickets.total(store)
    if as_json:
        emit({"store": str(path), "schema": schema.HEAD, "desks": keys, "tickets": total})
    else:
        say(_("{path}: {tickets} tickets, desks: {desks}").format(path=path, tickets=total, desks=" ".join(keys)))


def moment_of(at: str | None, call: Invocation) -> datetime:
    """The time that was named, or this moment, which AGENTCONSOLE_NOW may have stopped."""
    return call.now() if at is None else parse_time(at, call.now(), call.zone)
