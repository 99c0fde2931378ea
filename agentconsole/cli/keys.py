"""`keys`: every command of the console with its keys."""

from __future__ import annotations

import typer

from agentconsole.cli.groups import App
from agentconsole.cli.invocation import Invocation
from agentconsole.cli.options import Json
from agentconsole.cli.output import emit, table
from agentconsole.commands.base import Scope
from agentconsole.commands.keys import key_table, keys_of
from agentconsole.locale import _

app = App()


@app.command(help=_("Every command of the console with its keys, as they are in force."))
def keys(context: typer.Context, as_json: Json = False) -> None:
    call: Invocation = context.obj
    rows = key_table(keys_of(call.settings))
    if as_json:
        emit(
            [
                {"id": row.id, "title": row.title, "help": row.help, "keys": list(row.keys), "scopes": list(row.scopes)}
                for row in rows
            ]
        )
        return
    titles = (_("Keys"), _("Command"), _("Name"), _("Where"), _("What it does"))
    lines = [
        (" ".join(row.keys), row.id, row.title, " / ".join(Scope(scope).label for scope in row.scopes), row.help)
        for row in rows
    ]
    table(titles, lines, flexible=4)
