"""`canned`: canned answers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from agentconsole.cli.groups import command_group
from agentconsole.cli.invocation import Invocation
from agentconsole.cli.library import list_entries, print_imported, show_entry
from agentconsole.cli.options import Json, Language, chosen
from agentconsole.cli.output import emit, paragraph, tell
from agentconsole.locale import _
from agentconsole.services.answers import render_canned
from agentconsole.store import library, tickets

app = command_group(_("Canned answers: list, read, fill in for a ticket, import."))

Identity = Annotated[str, typer.Argument(metavar="ID", help=_("The answer's id."))]


@app.command("list", help=_("The canned answers."))
def list_canned(context: typer.Context, lang: Language = None, as_json: Json = False) -> None:
    call: Invocation = context.obj
    with call.reading() as session:
        entries = library.canned_answers(session.store)
    list_entries(entries, lang, as_json=as_json)


@app.command("show", help=_("One canned answer, as it was written."))
def show(context: typer.Context, entry_id: Identity, lang: Language = None, as_json: Json = False) -> None:
    call: Invocation = context.obj
    with call.reading() as session:
        entry = library.canned(session.store, entry_id)
    show_entry(entry, lang, as_json=as_json)


@app.command("render", help=_("A canned answer filled in for a ticket, in its customer's language."))
def render(
    context: typer.Context,
    entry_id: Identity,
    ref: Annotated[str, typer.Option("--ticket", metavar="REF", help=_("The ticket that it is for."))],
    lang: Language = None,
    as_json: Json = False,
) -> None:
    call: Invocation = context.obj
    with call.reading() as session:
        answer = render_canned(session, entry_id, tickets.resolve(session.store, ref), lang)
    if as_json:
        emit(
            {
                "id": answer.id, "language": answer.language, "fallback": answer.fallback, "title": answer.title,
                "text": answer.text, "missing": list(answer.missing),
            }
        )  # fmt: skip
        return
    paragraph(answer.text)
    if answer.fallback:
        tell(_("There is none in the customer's language; this is in {language}.").format(language=answer.language))
    if answer.missing:
        tell(_("Not filled in: {names}").format(names=", ".join(answer.missing)))


@app.command("import", help=_("Take in canned answers: a Markdown file, or a folder of them."))
def import_(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PATH", callback=chosen, help=_("A file or a folder."))],
    lang: Language = None,
    desk: Annotated[str | None, typer.Option("--desk", metavar="KEY", help=_("The desk that they are for."))] = None,
    as_json: Json = False,
) -> None:
    from agentconsole.services.importing import Origin, import_canned

    call: Invocation = context.obj
    call.must_run(call.settings.store)
    with call.opened() as store:
        done = import_canned(store, Origin(path, lang, desk), call.now())
    print_imported(done, as_json=as_json)
