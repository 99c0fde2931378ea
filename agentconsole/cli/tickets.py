"""`tickets`: the rows that a query finds."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from datetime import tzinfo
from typing import Annotated, Final

import typer

from agentconsole.cli import json_shapes
from agentconsole.cli.formatting import print_share, ticket_table
from agentconsole.cli.groups import App
from agentconsole.cli.invocation import Invocation
from agentconsole.cli.options import Json, Language, Limit
from agentconsole.cli.output import emit_line, tell
from agentconsole.cli.timers import Timers
from agentconsole.cli.usage import unknown_option
from agentconsole.domain.errors import UsageError
from agentconsole.domain.query import Compare, Query, all_of, parse
from agentconsole.domain.ticket import Ticket
from agentconsole.locale import _
from agentconsole.services.session import Session
from agentconsole.store import tickets
from agentconsole.store.query_sql import Viewer

app = App()

_USUAL: Final = "is:open"
_FOR_PEOPLE: Final = 50
_PAGE: Final = 500
"""Tickets that are in memory at a time."""


@app.command(help=_("List the tickets that a query finds."), context_settings={"ignore_unknown_options": True})
def list_tickets(
    context: typer.Context,
    query: Annotated[
        list[str] | None, typer.Argument(metavar="[QUERY]", help=_("Such as tier:2 due:<30m; is:open without one."))
    ] = None,
    sort: Annotated[
        str, typer.Option("--sort", metavar="ORDER", help=_("due, created, updated (- before it turns it), priority."))
    ] = "due",
    limit: Limit = None,
    after: Annotated[str | None, typer.Option("--after", metavar="REF", help=_("Go on behind that ticket."))] = None,
    lang: Language = None,
    as_json: Json = False,
) -> None:
    call: Invocation = context.obj
    words = _query_words(query, context)
    with call.reading() as session:
        now = session.now()
        tree = parse(words, now=now, zone=call.zone)
        if lang is not None:
            tree = all_of(tree, _speaks(lang, call))
        most = _FOR_PEOPLE if limit is None and not as_json else limit
        with closing(_found(session, tree, sort, most, after)) as found:  # before the store, when a pipe breaks
            if as_json:
                for ticket in found:
                    emit_line(json_shapes.ticket_row(ticket, now))
            else:
                _print(session, tree, list(found), call.zone)


def _query_words(words: list[str] | None, context: typer.Context) -> str:
    """A term may begin with a minus; what begins with two is an option that does not exist."""
    for word in words or ():
        if word.startswith("--"):
            raise unknown_option(word, context)
    return _USUAL if not words else " ".join(words)


def _speaks(language: str, call: Invocation) -> Query:
    term = parse(f'lang:"{language}"', now=call.now(), zone=call.zone)
    if isinstance(term, Compare) and term.field == "lang":
        return term
    raise UsageError(_("{text} is no language").format(text=repr(language)), _("such as ja, en, zh-Hans"))


def _found(
    session: Session, query: Query, sort: str, limit: int | None, after: str | None
) -> Generator[Ticket, None, None]:
    """Tickets in order, all of one moment, a page of them in memory at a time."""
    viewer = Viewer(session.agent.login, session.now())
    behind = None if after is None else tickets.resolve(session.store, after)
    with session.store.reading():
        while limit is None or limit > 0:
            size = _PAGE if limit is None else min(limit, _PAGE)
            page = tickets.page(session.store, query, viewer, sort=sort, limit=size, after=behind)
            yield from page
            if len(page) < size:
                return
            behind = page[-1].number
            limit = None if limit is None else limit - size


def _print(session: Session, query: Query, found: list[Ticket], zone: tzinfo) -> None:
    total = tickets.count(session.store, query, Viewer(session.agent.login, session.now()))
    if not total:
        tell(_("No ticket matches."))
        return
    ticket_table(found, Timers(session.store, session.now(), zone))
    print_share(len(found), total)
