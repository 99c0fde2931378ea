"""`sync history`, `sync show`, `sync undo`: the runs so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from agentconsole.cli.changes import print_changes
from agentconsole.cli.formatting import local
from agentconsole.cli.groups import command_group
from agentconsole.cli.invocation import Invocation
from agentconsole.cli.options import Json, Limit
from agentconsole.cli.output import emit, facts, say, table, tell
from agentconsole.cli.summaries import print_rejected, print_summary
from agentconsole.domain.instants import iso
from agentconsole.locale import _, ngettext
from agentconsole.store import runs
from agentconsole.store.runs import Ending, SyncRun

app = command_group("")

Run = Annotated[int, typer.Argument(metavar="RUN", help=_("The run's number, as the history shows it."))]


@app.command("history", help=_("What the syncs have done so far, the newest first."))
def history(context: typer.Context, limit: Limit = None, as_json: Json = False) -> None:
    call: Invocation = context.obj
    with call.opened() as store:
        found = runs.history(store, limit if limit is not None or as_json else 50)
    if as_json:
        emit([_document(each) for each in found])
        return
    if not found:
        tell(_("There was none so far."))
        return
    titles = (_("Run"), _("Time"), _("Source"), _("Format"), _("State"), _("Tickets"), _("Files"))
    rows = [
        (
            each.id,
            local(each.started_at, call.zone),
            each.source,
            each.format,
            _ending(each),
            _counts(each),
            _files(each.files),
        )
        for each in found
    ]
    table(titles, rows, flexible=6)


def _ending(run: SyncRun) -> str:
    return {Ending.DONE: _("done"), Ending.CUT_OFF: _("cut off"), Ending.UNDONE: _("undone")}[run.ending]


def _files(paths: Sequence[str]) -> str:
    """The first, and how many more there are: a folder's files would fill the screen."""
    if len(paths) < 2:
        return "".join(paths)
    return _("{first} and {count} more").format(first=paths[0], count=len(paths) - 1)


def _counts(run: SyncRun) -> str:
    """How many tickets were new, changed, in conflict and rejected, as in `+3 ~5 !1 x2`."""
    tickets = run.summary.get("tickets", {})
    signs = {"+": "new", "~": "changed", "!": "conflict", "x": "rejected"}
    return " ".join(f"{sign}{count}" for sign, name in signs.items() if (count := tickets.get(name)))


def _document(run: SyncRun) -> dict[str, Any]:
    return {
        "run": run.id,
        "source": run.source,
        "format": run.format,
        "files": list(run.files),
        "started_at": iso(run.started_at),
        "finished_at": run.finished_at and iso(run.finished_at),
        "undone_at": run.undone_at and iso(run.undone_at),
        "state": run.ending,
        "summary": dict(run.summary) or None,
    }


@app.command("show", help=_("What one sync did, ticket by ticket."))
def show(context: typer.Context, number: Run, as_json: Json = False) -> None:
    call: Invocation = context.obj
    with call.opened() as store:
        run = runs.get(store, number)
        changes = runs.changes(store, run)
    if as_json:
        emit({**_document(run), "changes": [asdict(each) for each in changes]})
        return
    facts(
        [
            (_("Run"), run.id),
            (_("State"), _ending(run)),
            (_("Time"), local(run.started_at, call.zone)),
            (_("Source"), run.source),
            (_("Format"), run.format),
            *((_("Files") if not index else "", path) for index, path in enumerate(run.files)),
        ]
    )
    if run.summary:
        print_summary(run.summary)
    if changes:
        print_changes(changes)
    if run.summary:
        print_rejected(run.summary)


@app.command("undo", help=_("Take a whole sync back, as long as nothing was built on it."))
def undo(context: typer.Context, number: Run, as_json: Json = False) -> None:
    from agentconsole.services import syncing

    call: Invocation = context.obj
    with call.writing() as session:
        done = syncing.undo(session, number)
    if as_json:
        emit({"run": number, **asdict(done)})
        return
    gone = ngettext("{count} ticket is gone", "{count} tickets are gone", done.tickets_removed)
    back = ngettext("{count} is as before", "{count} are as before", done.tickets_restored)
    say(
        _("run {run} is undone: {gone}, {back}").format(
            run=number,
            gone=gone.format(count=done.tickets_removed),
            back=back.format(count=done.tickets_restored),
        )
    )
