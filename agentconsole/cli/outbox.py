"""`outbox`: what the helpdesk has still to be told, what became of it, and what it sees otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from agentconsole.cli.formatting import local
from agentconsole.cli.groups import command_group
from agentconsole.cli.invocation import Invocation
from agentconsole.cli.options import Json, chosen
from agentconsole.cli.output import emit, facts, paragraph, say, table, tell
from agentconsole.domain.conflict import Conflict
from agentconsole.domain.errors import NotFoundError, UsageError
from agentconsole.domain.instants import iso, parse_instant
from agentconsole.locale import _, did_you_mean, ngettext
from agentconsole.locale.words import field_name, field_value, told_fields, word
from agentconsole.store import conflicts as disputes
from agentconsole.store.outbox import State, exports
from agentconsole.sync import outbox

app = command_group(_("What the helpdesk has still to be told."))

Source = Annotated[str | None, typer.Option("--source", metavar="NAME", help=_("Only what is for that helpdesk."))]


@app.command("list", help=_("What waits, in the order in which it was done."))
def list_waiting(
    context: typer.Context,
    source: Source = None,
    state: Annotated[
        str, typer.Option("--state", metavar="waiting|exported|acknowledged", help=_("How far it has come."))
    ] = State.WAITING,
    as_json: Json = False,
) -> None:
    call: Invocation = context.obj
    if state not in tuple(State):
        raise UsageError(_("{text} is no state").format(text=repr(state)), did_you_mean(state, State))
    with call.opened() as store:
        found = outbox.listed(store, State(state), source)
    if as_json:
        emit(found)
    elif found:
        _print_entries(call, found)
    else:
        tell(_("Nothing waits.") if state == State.WAITING else _("There is nothing."))


def _print_entries(call: Invocation, found: Sequence[Mapping[str, Any]]) -> None:
    titles = (_("Event"), _("Time"), _("Number"), _("Reference"), _("Kind"), _("Text"))
    rows = [
        (
            each["id"],
            local(parse_instant(each["at"]), call.zone),
            each["number"],
            f"{each['source']}:{each['external_id'] or '-'}",
            word("outbox", each["kind"]),
            each["text"] or told_fields(each["changed"]),
        )
        for each in found
    ]
    table(titles, rows, flexible=5)


@app.command("show", help=_("One event of the outbox: what the helpdesk gets, and what became of it."))
def show(
    context: typer.Context,
    event: Annotated[int, typer.Argument(metavar="EVENT", help=_("Its number, as the list shows it."))],
    as_json: Json = False,
) -> None:
    call: Invocation = context.obj
    with call.opened() as store:
        found = next((each for state in State for each in outbox.listed(store, state) if each["id"] == event), None)
    if found is None:
        raise NotFoundError(
            _("the outbox has no event {number}").format(number=event), "agentconsole outbox list --state exported"
        )
    if as_json:
        emit(found)
        return
    facts(
        [
            (_("State"), states()[found["state"]]),
            (_("Number"), found["number"]),
            (_("Reference"), f"{found['source']}:{found['external_id'] or '-'}"),
            (_("Kind"), word("outbox", found["kind"])),
            (_("Done"), local(parse_instant(found["at"]), call.zone)),
            (_("Export"), found["export"]),
            (_("Acknowledged by run"), found["run"]),
        ]
    )
    paragraph(found["text"] or told_fields(found["changed"]), indent="  ")


def states() -> Mapping[str, str]:
    """The states in words."""
    return {
        State.WAITING: _("waits to be exported"),
        State.EXPORTED: _("exported; no sync has shown it yet"),
        State.ACKNOWLEDGED: _("acknowledged: the helpdesk has it"),
    }


@app.command("export", help=_("Write what waits into a new file, as the helpdesk takes it, and mark it as exported."))
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", callback=chosen, help=_("A file that is not there yet."))],
    source: Source = None,
    format_name: Annotated[
        str | None,
        typer.Option("--format", metavar="F", help=_("zendesk, freshdesk, zammad, mail or csv; found out without it.")),
    ] = None,
    again: Annotated[
        int | None,
        typer.Option("--again", metavar="EXPORT", help=_("Once more what no sync has shown of that export.")),
    ] = None,
    as_json: Json = False,
) -> None:
    call: Invocation = context.obj
    call.must_run(call.settings.store)
    with call.opened() as store:
        done = outbox.export(store, file.expanduser(), call.now(), outbox.Wanted(source, format_name, again))
        disputed = disputes.conflicts(store)
    if as_json:
        emit(
            {
                "file": str(done.file),
                "exported": len(done.events),
                "events": list(done.events),
                "finished": done.finished,
                "export": done.export,
                "waiting": done.waiting,
            }
        )
        return
    if done.finished:
        tell(_("This is what an export held that was cut off; now it is complete."))
    words = ngettext("{count} change in {path}", "{count} changes in {path}", len(done.events))
    say(words.format(count=len(done.events), path=done.file) if done.events else _("Nothing waits."))
    if done.waiting:
        words = ngettext(
            "{count} still waits: agentconsole outbox list",
            "{count} still wait: agentconsole outbox list",
            done.waiting,
        )
        tell(words.format(count=done.waiting))
    if disputed:
        tell(_("What is in conflict waits until somebody has chosen: agentconsole outbox conflicts"))


@app.command("exports", help=_("The files that were made, the newest first, and how much of each has come back."))
def list_exports(context: typer.Context, as_json: Json = False) -> None:
    call: Invocation = context.obj
    with call.opened() as store:
        found = exports(store)
    if as_json:
        emit(
            [
                {
                    "id": each.id,
                    "at": iso(each.at),
                    "source": each.source,
                    "format": each.format,
                    "file": each.file,
                    "written": each.written,
                    "events": each.events,
                    "acknowledged": each.acknowledged,
                }
                for each in found
            ]
        )
        return
    if not found:
        tell(_("There is none."))
        return
    titles = (_("Export"), _("Time"), _("Source"), _("Format"), _("Acknowledged"), _("File"))
    rows = [
        (
            each.id,
            local(each.at, call.zone),
            each.source,
            each.format,
            f"{each.acknowledged}/{each.events}",
            each.file if each.written else _("{file} (cut off)").format(file=each.file),
        )
        for each in found
    ]
    table(titles, rows, flexible=5)


@app.command("conflicts", help=_("Where the helpdesk has changed what was changed here, too."))
def list_conflicts(context: typer.Context, as_json: Json = False) -> None:
    call: Invocation = context.obj
    with call.opened() as store:
        found = disputes.conflicts(store)
    if as_json:
        emit([_conflict(each) for each in found])
        return
    if not found:
        tell(_("There is none."))
        return
    titles = (_("Number"), _("Field"), _("Side"), _("Value"), _("By"), _("Since"))
    table(titles, [row for each in found for row in _sides(each, call)], flexible=3)
    tell(_("agentconsole ticket ours NUMBER keeps what stands here, theirs takes what stands there."))


def _sides(found: Conflict, call: Invocation) -> Sequence[tuple[object, ...]]:
    """A line for each side; of tags, those that only it has."""
    ours, theirs = (field_value(found.field, each) for each in found.apart)
    at, there_at = (each and local(each, call.zone) for each in (found.ours_at, found.theirs_at))
    return (
        (found.number, field_name(found.field), _("ours"), ours, found.ours_by, at),
        ("", "", _("theirs"), theirs, found.theirs_by, there_at),
    )


def _conflict(found: Conflict) -> dict[str, Any]:
    return {
        "number": found.number,
        "field": found.field,
        "ours": found.ours,
        "ours_by": found.ours_by,
        "ours_at": found.ours_at and iso(found.ours_at),
        "theirs": found.theirs,
        "theirs_by": found.theirs_by,
        "theirs_at": found.theirs_at and iso(found.theirs_at),
    }
