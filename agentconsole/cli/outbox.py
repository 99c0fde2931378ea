"""`outbox`: what the helpdesk has still to be told."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agentconsole.cli.invocation import Invocation
from agentconsole.cli.options import Json
from agentconsole.cli.output import emit, say, table, tell
from agentconsole.cli.words import local
from agentconsole.domain.instants import parse_instant
from agentconsole.locale import _, ngettext
from agentconsole.sync import outbox

app = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True)

Source = Annotated[str | None, typer.Option("--source", metavar="NAME", help=_("Only what is for that helpdesk."))]


@app.callback(help=_("What the helpdesk has still to be told."))
def group() -> None:
    pass


@app.command("list", help=_("What waits, in the order in which it was done."))
def list_waiting(context: typer.Context, source: Source = None, as_json: Json = False) -> None:
    call: Invocation = context.obj
    with call.opened() as store:
        found = outbox.waiting(store, source)
    if as_json:
        emit(found)
        return
    if not found:
        tell(_("Nothing waits."))
        return
    titles = (_("Event"), _("Time"), _("Number"), _("Reference"), _("Kind"), _("Text"))
    rows = [
        (
            each["id"],
            local(parse_instant(each["at"]), call.zone),
            each["number"],
            f"{each['source']}:{each['external_id'] or '-'}",
            each["kind"],
            each["payload"].get("comment", {}).get("body", ""),
        )
        for each in found
    ]
    table(titles, rows, flexible=5)


@app.command("export", help=_("Write what waits into a new file, as the helpdesk takes it, and mark it as exported."))
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="FILE", help=_("A file that is not there yet."))],
    source: Source = None,
    as_json: Json = False,
) -> None:
    call: Invocation = context.obj
    call.must_run(call.settings.store)
    with call.opened() as store:
        done = outbox.export(store, file.expanduser(), call.now(), source)
    if as_json:
        emit(
            {
                "file": str(done.file),
                "exported": len(done.events),
                "events": list(done.events),
                "finished": done.finished,
            }
        )
        return
    if done.finished:
        tell(_("The file was there already, from an export that was cut off; it is complete."))
    words = ngettext("{count} change in {path}", "{count} changes in {path}", len(done.events))
    say(words.format(count=len(done.events), path=done.file) if done.events else _("Nothing waits."))
