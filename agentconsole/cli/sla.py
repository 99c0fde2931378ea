"""`sla`: why a deadline is where it is."""

from __future__ import annotations

import typer

from agentconsole.cli import shapes
from agentconsole.cli.invocation import Invocation
from agentconsole.cli.options import Json, Ref
from agentconsole.cli.output import emit, paragraph, say, tell
from agentconsole.cli.words import heading
from agentconsole.locale import _, language
from agentconsole.services import explain
from agentconsole.store import tickets

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.callback(help=_("Why a deadline is where it is."))
def group() -> None:
    pass


@app.command("explain", help=_("Each clock of a ticket, step by step from its start to its deadline."))
def explain_ticket(context: typer.Context, ref: Ref, as_json: Json = False) -> None:
    call: Invocation = context.obj
    with call.reading() as session:
        ticket = tickets.get(session.store, tickets.resolve(session.store, ref))
        explained = explain.explanations(session.store, ticket, session.now(), language())
    if as_json:
        clocks = [shapes.explanation(each.explanation, each.text) for each in explained]
        emit({"number": ticket.number, "clocks": clocks})
        return
    say(heading(ticket))
    for each in explained:
        say("")
        paragraph(each.text)
    if not explained:
        tell(_("No clock runs for this ticket: no policy of its desk promises anything."))
