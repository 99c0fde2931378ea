"""`kb`: the knowledge base."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Final

import typer

from agentconsole.cli.groups import command_group
from agentconsole.cli.invocation import Invocation
from agentconsole.cli.library import print_imported, show_entry
from agentconsole.cli.options import Json, Language, Limit, chosen
from agentconsole.cli.output import emit, line_of, say, tell
from agentconsole.knowledge.lookup import lookup
from agentconsole.locale import _
from agentconsole.store import library

app = command_group(_("The knowledge base: search, read, import."))

_USUAL: Final = 20


@app.command("search", help=_("Find articles by words, or by a whole question."))
def search(
    context: typer.Context,
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help=_("Words, or a whole question."))],
    lang: Language = None,
    limit: Limit = None,
    as_json: Json = False,
) -> None:
    call: Invocation = context.obj
    with call.reading() as session:
        hits = lookup(session.store, " ".join(text), lang, _USUAL if limit is None else limit)
    if as_json:
        emit(
            [
                {"id": hit.id, "title": hit.title, "language": hit.language, "score": hit.score, "snippet": hit.snippet}
                for hit in hits
            ]
        )
        return
    if not hits:
        tell(_("Nothing is found."))
    for hit in hits:
        say(f"{line_of(hit.id)}  {hit.title}  [{hit.language}]", f"    {hit.snippet}")


@app.command("show", help=_("One article."))
def show(
    context: typer.Context,
    entry_id: Annotated[str, typer.Argument(metavar="ID", help=_("The article's id."))],
    lang: Language = None,
    as_json: Json = False,
) -> None:
    call: Invocation = context.obj
    with call.reading() as session:
        entry = library.article(session.store, entry_id)
    show_entry(entry, lang, as_json=as_json)


@app.command("import", help=_("Take in articles: Markdown, a folder of it, or a help centre's export."))
def import_(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="PATH", callback=chosen, help=_("A file or a folder."))],
    lang: Language = None,
    desk: Annotated[str | None, typer.Option("--desk", metavar="KEY", help=_("The desk that they are for."))] = None,
    as_json: Json = False,
) -> None:
    from agentconsole.services.importing import Origin, import_articles

    call: Invocation = context.obj
    call.must_run(call.settings.store)
    with call.opened() as store:
        done = import_articles(store, Origin(path, lang, desk), call.now())
    print_imported(done, as_json=as_json)
