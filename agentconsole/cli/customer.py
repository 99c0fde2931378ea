"""`customer`: who wrote."""

from __future__ import annotations

from typing import Annotated

import typer

from agentconsole.cli import json_shapes
from agentconsole.cli.groups import command_group
from agentconsole.cli.invocation import Invocation
from agentconsole.cli.options import Json
from agentconsole.cli.output import emit
from agentconsole.cli.printing import print_customer
from agentconsole.cli.timers import Timers
from agentconsole.locale import _
from agentconsole.store import people, tickets

app = command_group(_("Show a customer with account, money movements and tickets."))


@app.command("show", help=_("A customer with account, money movements and tickets."))
def show(
    context: typer.Context,
    ref: Annotated[str, typer.Argument(metavar="REF", help=_("An id such as 17, or SOURCE:ID such as zendesk:4821."))],
    as_json: Json = False,
) -> None:
    call: Invocation = context.obj
    with call.reading() as session:
        profile = people.profile(session.store, people.resolve_customer(session.store, ref))
        found = tickets.of_customer(session.store, profile.id, limit=None)
        now = session.now()
        if as_json:
            emit(
                {**json_shapes.customer(profile), "tickets": [json_shapes.ticket_row(ticket, now) for ticket in found]}
            )
        else:
            print_customer(profile, found, Timers(session.store, now, call.zone))
