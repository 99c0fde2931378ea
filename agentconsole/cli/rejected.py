"""`sync rejected`: records that a sync could not take, looked at and tried again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from agentconsole.cli.errors import IN_PART
from agentconsole.cli.formatting import local
from agentconsole.cli.groups import command_group
from agentconsole.cli.invocation import Invocation
from agentconsole.cli.options import DeskKey, Json, Limit, Profile
from agentconsole.cli.output import emit, facts, paragraph, say, table, tell
from agentconsole.domain.instants import iso
from agentconsole.locale import _, ngettext, spoken
from agentconsole.locale.words import word
from agentconsole.store import quarantine
from agentconsole.store.quarantine import Rejected

app = command_group(_("Records that a sync could not take."))

Source = Annotated[str | None, typer.Option("--source", metavar="NAME", help=_("Only what came from that source."))]
RunNumber = Annotated[int | None, typer.Option("--run", metavar="N", help=_("Only what that run met last."))]


@app.command("list", help=_("What is set aside: file, line, reason, run."))
def list_rejected(
    context: typer.Context,
    source: Source = None,
    run: RunNumber = None,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    call: Invocation = context.obj
    with call.opened() as store:
        found = quarantine.listed(store, source=source, run=run, limit=limit)
    if as_json:
        emit([_document(each) for each in found])
    elif found:
        titles = (_("ID"), _("Run"), _("Source"), _("File"), _("Kind"), _("Reason"))
        table(
            titles,
            [(r.id, r.run, r.source, _place(r), word("object", r.object), spoken(r.reason)) for r in found],
            flexible=5,
        )
    else:
        tell(_("Nothing is set aside."))


@app.command("show", help=_("One of them, whole."))
def show(
    context: typer.Context,
    number: Annotated[int, typer.Argument(metavar="ID", help=_("The record's id in the list."))],
    as_json: Json = False,
) -> None:
    call: Invocation = context.obj
    with call.opened() as store:
        found = quarantine.get(store, number)
    if as_json:
        emit({**_document(found), "raw": found.raw})
        return
    facts(
        [
            (_("ID"), found.id),
            (_("Run"), found.run),
            (_("Time"), local(found.at, call.zone)),
            (_("Source"), found.source),
            (_("File"), _place(found)),
            (_("Kind"), word("object", found.object)),
            (_("Reason"), spoken(found.reason)),
        ]
    )
    say("")
    paragraph(found.raw)


@app.command("retry", help=_("Try them again, after a desk, a profile or other records have made them good."))
def retry(
    context: typer.Context,
    numbers: Annotated[
        list[int] | None, typer.Argument(metavar="ID", help=_("Ids in the list; all, if nothing is said."))
    ] = None,
    source: Source = None,
    run: RunNumber = None,
    desk: DeskKey = None,
    profile: Profile = None,
    as_json: Json = False,
) -> int:
    from agentconsole.services import syncing

    call: Invocation = context.obj
    call.must_run(call.settings.store)
    with call.opened() as store:
        if numbers:
            found: Sequence[Rejected] = [quarantine.get(store, number) for number in dict.fromkeys(numbers)]
        else:
            found = quarantine.listed(store, source=source, run=run)
        done = syncing.retry(store, found, call.now(), desk=desk, profile=profile)
    if as_json:
        runs = [summary.as_json() for summary in done.runs]
        emit({"tried": done.tried, "taken": done.tried - done.left, "left": done.left, "runs": runs})
    elif not done.tried:
        tell(_("Nothing is set aside."))
    else:
        taken = done.tried - done.left
        words = ngettext("{taken} of {count} record taken in", "{taken} of {count} records taken in", done.tried)
        say(words.format(taken=taken, count=done.tried))
    return IN_PART if done.left else 0


def _place(rejected: Rejected) -> str:
    return rejected.file if rejected.line is None else f"{rejected.file}:{rejected.line}"


def _document(rejected: Rejected) -> dict[str, Any]:
    return {
        "id": rejected.id,
        "run": rejected.run,
        "at": iso(rejected.at),
        "source": rejected.source,
        "format": rejected.format,
        "file": rejected.file,
        "line": rejected.line,
        "object": rejected.object,
        "reason": rejected.reason,
    }
