"""`sla`: why a deadline is where it is."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from agentconsole.cli import json_shapes
from agentconsole.cli.comparison import print_comparison
from agentconsole.cli.errors import INTERRUPTED
from agentconsole.cli.groups import command_group
from agentconsole.cli.invocation import Invocation
from agentconsole.cli.options import Json, Ref, check_priority, chosen
from agentconsole.cli.output import emit, room, say, tell
from agentconsole.commands.deadline_page import page
from agentconsole.commands.deadline_strip import MARKS
from agentconsole.commands.time_input import parse_time
from agentconsole.config import Glyphs
from agentconsole.domain.errors import NotFoundError, UsageError
from agentconsole.domain.forecast import WhatIf
from agentconsole.domain.values import Priority
from agentconsole.locale import _
from agentconsole.services import explain
from agentconsole.services.applying import Progress, apply_desk
from agentconsole.services.comparing import compare as hold_against
from agentconsole.store import desks, outbox, tickets

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

Desks = Annotated[list[str] | None, typer.Argument(metavar="DESK", help=_("Keys of desks; all without one."))]
What = Annotated[
    list[str] | None,
    typer.Argument(metavar="SOURCE|FILE...", help=_("A source's name, or files with Zendesk's ticket metrics.")),
]
OfSource = Annotated[
    str | None, typer.Option("--source", metavar="NAME", help=_("The source that the files speak of; zendesk."))
]

app = command_group(_("Why a deadline is where it is, and what policies hold."))


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
        what_if = _what_if(parse_time(at, now, call.zone) if at else now, priority, policy)
        supposes = at or priority or policy
        case = explain.case(session.store, tickets.resolve(session.store, ref), now, what_if if supposes else None)
    if as_json:
        emit(json_shapes.explanation(case))
        return
    for line in page(case, min(room(), WIDEST), MARKS[Glyphs.ASCII]):
        say("".join(text for _look, text in line).rstrip())


def _what_if(at: datetime, priority: str | None, policy: str | None) -> WhatIf:
    check_priority(priority)
    return WhatIf(at, priority=Priority(priority) if priority else None, policy=policy)


@app.command("apply", help=_("Have the desks' newest editions hold for the tickets that are open, too."))
def apply(context: typer.Context, keys: Desks = None, as_json: Json = False) -> None:
    call: Invocation = context.obj
    with call.writing() as session:
        done = []
        try:
            for key in keys or desks.desk_keys(session.store):
                done.append(apply_desk(session, key, _Bar()))
        except KeyboardInterrupt:
            tell("", _("Stopped. What was done so far stays; once more goes on with the rest."))
            raise typer.Exit(INTERRUPTED) from None
    if as_json:
        emit([json_shapes.applied(each) for each in done])
        return
    words = _("{desk}: edition {version}; {open} open tickets, {changed} aimed anew, {breached} deadlines missed")
    for each in done:
        say(words.format(**json_shapes.applied(each)))


@app.command("compare", help=_("Our clocks beside those of the helpdesks that the tickets came from, by cause."))
def compare(context: typer.Context, what: What = None, source: OfSource = None, as_json: Json = False) -> None:
    call: Invocation = context.obj
    paths = chosen(context, [Path(each) for each in what or () if Path(each).exists()])
    names = [each for each in what or () if not Path(each).exists()]
    if len(names) > 1 or (names and (paths or source)):
        raise UsageError(_("{name}: there is no such file").format(name=repr(names[-1])), "--source NAME FILE...")
    named = source or next(iter(names), None)
    with call.opened() as store:
        if named and named not in (known := outbox.sources(store)):
            raise NotFoundError(
                _("{name}: neither a file nor a helpdesk that was synced").format(name=repr(named)), " | ".join(known)
            )
        result = hold_against(store, named, paths)
    if as_json:
        emit(json_shapes.comparison(result))
    else:
        print_comparison(result)


class _Bar:
    """How far it is, on one line of a terminal."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __call__(self, progress: Progress) -> None:
        if not sys.stderr.isatty():
            return
        rate = progress.looked_at / max(time.monotonic() - self._started, 1e-3)
        left = max(progress.open - progress.looked_at, 0) / max(rate, 1e-3)
        words = _("{key}: {done} of {open}, {rate} a second, at most {left} s left")
        line = words.format(
            key=progress.desk, done=progress.looked_at, open=progress.open, rate=round(rate), left=round(left)
        )
        sys.stderr.write(f"\r{line}\x1b[K" if progress.looked_at < progress.open else "\r\x1b[K")
        sys.stderr.flush()
