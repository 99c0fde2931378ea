"""`ticket`: show one, open one, undo; the verbs beside them are derived from their declarations."""

from __future__ import annotations

from typing import Annotated

import typer

from agentconsole.cli import json_shapes, verbs
from agentconsole.cli.groups import command_group
from agentconsole.cli.invocation import Invocation
from agentconsole.cli.options import Body, BodyFile, Json, Ref, Refs, check_priority
from agentconsole.cli.output import emit
from agentconsole.cli.printing import print_conversation
from agentconsole.cli.text_input import text_of
from agentconsole.cli.timers import Timers
from agentconsole.domain.errors import UsageError
from agentconsole.locale import _
from agentconsole.services.tickets import open_ticket
from agentconsole.services.tickets import undo as undo_last
from agentconsole.store import desks, tickets

app = command_group(_("Show a ticket, open one, work on one or several."))


@app.command("show", help=_("A ticket with conversation, log, clocks and customer."))
def show(context: typer.Context, ref: Ref, as_json: Json = False) -> None:
    call: Invocation = context.obj
    with call.reading() as session:
        talk = tickets.conversation(session.store, tickets.resolve(session.store, ref))
        if as_json:
            emit(json_shapes.conversation(talk, desks.editions(session.store, talk.ticket.desk), session.now()))
        else:
            print_conversation(talk, Timers(session.store, session.now(), call.zone))


@app.command("new", help=_("A call or a walk-in becomes a ticket."))
def new(
    context: typer.Context,
    desk: Annotated[str, typer.Option("--desk", metavar="KEY", help=_("The desk that it is for."))],
    channel: Annotated[str, typer.Option("--channel", metavar="CHANNEL", help=_("phone, chat, mail, form ..."))],
    subject: Annotated[str, typer.Option("--subject", metavar="S", help=_("What it is about."))],
    stdin: Annotated[str | None, typer.Argument(metavar="[-]", help=_("The text comes from standard input."))] = None,
    customer: Annotated[str | None, typer.Option("--customer", metavar="REF", help=_("A known customer."))] = None,
    name: Annotated[str | None, typer.Option("--name", metavar="N", help=_("The name of a new customer."))] = None,
    body: Body = None,
    file: BodyFile = None,
    language: Annotated[str | None, typer.Option("--lang", metavar="L", help=_("The customer's language."))] = None,
    priority: Annotated[str | None, typer.Option("--priority", metavar="P", help=_("How urgent it is."))] = None,
    as_json: Json = False,
) -> None:
    call: Invocation = context.obj
    check_priority(priority)
    if customer and name:
        raise UsageError(_("a known customer or a new one, not both"), "--customer REF | --name N")
    if stdin not in (None, "-"):
        raise UsageError(_("{text} is one word too many").format(text=repr(stdin)), "agentconsole ticket new --help")
    text = text_of(body, file, from_stdin=stdin == "-")
    if text is None:
        raise UsageError(_("what did the customer say?"), "--body TEXT | --file FILE | -")
    with call.writing() as session:
        deed = open_ticket(
            session, desk=desk, channel=channel, subject=subject, body=text, customer=customer, name=name,
            language=language, priority=priority,
        )  # fmt: skip
        verbs.print_done([deed], Timers(session.store, session.now(), call.zone), as_json=as_json)


@app.command("undo", help=_("Take back the last thing you did to each of the tickets."))
def undo(context: typer.Context, refs: Refs, as_json: Json = False) -> None:
    call: Invocation = context.obj
    with call.writing() as session:
        deeds = undo_last(session, [tickets.resolve(session.store, ref) for ref in refs])
        verbs.print_done(deeds, Timers(session.store, session.now(), call.zone), as_json=as_json)


verbs.register(app)
