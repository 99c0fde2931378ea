"""`sla`: why a deadline is where it is."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final

import typer

from agentconsole.cli import shapes
from agentconsole.cli.invocation import Invocation
from agentconsole.cli.options import Json, Ref, check_priority
from agentconsole.cli.output import emit, room, say
from agentconsole.commands.deadline_page import page
from agentconsole.commands.deadline_strip import ASCII
from agentconsole.commands.moments import moment
from agentconsole.domain.forecast import WhatIf
from agentconsole.domain.values import Priority
from agentconsole.locale import _
from agentconsole.services import explain
from agentconsole.store import tickets

WIDEST: Final = 110
"""Cells of a line, however wide the terminal is."""
At = Annotated[
    str | None,
    typer.Option("--at", metavar="TIME", help=_("As it stood or would stand then: +2h, 09:00, a date and time.")),
]
IfPriority = Annotated[str | None, typer.Option("--priority", metavar="P", help=_("What if it had this priority."))]
IfPolicy = Annotated[
    str | None, typer.Option("--policy", metavar="NAME", help=_("What if this policy of the desk held."))
]

app = typer.Typer(rich_markup_mode=None, add_completion=False)


@app.callback(help=_("Why a deadline is where it is."))
def group() -> None:
    pass


@app.command("explain", help=_("Each clock of a ticket, step by step from its start to its deadline."))
def explain_ticket(
    context: typer.Context,
    ref: Ref,
    at: At = None,
    priority: IfPriority = None,
    policy: IfPolicy = None,
    as_json: Json = False,
) -> None:
    call: Invocation = context.obj
    with call.reading() as session:
        now = session.now()
        what_if = _what_if(moment(at, now, call.zone) if at else now, priority, policy)
        supposes = at or priority or policy
        case = explain.case(session.store, tickets.resolve(session.store, ref), now, what_if if supposes else None)
    if as_json:
        emit(shapes.explanation(case))
        return
    for line in page(case, min(room(), WIDEST), ASCII):
        say("".join(text for _look, text in line).rstrip())


def _what_if(at: datetime, priority: str | None, policy: str | None) -> WhatIf:
    check_priority(priority)
    return WhatIf(at, priority=Priority(priority) if priority else None, policy=policy)
