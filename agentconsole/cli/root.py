"""The program itself: its global options, and where each command is found."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from agentconsole import __version__
from agentconsole.cli.invocation import Invocation
from agentconsole.domain.errors import UsageError, nearest
from agentconsole.locale import _, deferred

COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "demo": ("demo", deferred("The console on a throwaway store full of fixture tickets.")),
    "init": ("init", deferred("Make a store, or bring it up to date.")),
    "desk": ("desk", deferred("Desks: hours, tiers, teams, policies, maps from a source.")),
    "sync": ("sync", deferred("Take in a helpdesk's files.")),
    "outbox": ("outbox", deferred("What the helpdesk has still to be told.")),
    "tickets": ("tickets", deferred("List the tickets that a query finds.")),
    "ticket": ("ticket", deferred("Show a ticket, open one, work on one or several.")),
    "customer": ("customer", deferred("Show a customer with account, money movements and tickets.")),
    "sla": ("sla", deferred("Why a deadline is where it is.")),
    "kb": ("kb", deferred("The knowledge base: search, read, import.")),
    "canned": ("canned", deferred("Canned answers: list, read, fill in for a ticket, import.")),
    "doctor": ("doctor", deferred("Look after the store, the search and the terminal.")),
    "keys": ("keys", deferred("Every command of the console with its keys.")),
}
"""Each command's module and its line in the help."""


class _Root(TyperGroup):
    """Loads a command's module when it is called, and none of them for `--version` and `--help`."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in COMMANDS:
            close = nearest(cmd_name, COMMANDS)
            hint = _("did you mean {word}?").format(word=close) if close else "agentconsole --help"
            raise UsageError(_("there is no command {word}").format(word=repr(cmd_name)), hint)
        module = import_module(f"agentconsole.cli.{COMMANDS[cmd_name][0]}")
        return typer.main.get_command(module.app)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(words)) for name, (_module, words) in COMMANDS.items()])


def command() -> Any:
    """The program as one command, in the language that is set."""
    app = typer.Typer(
        cls=_Root, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False, no_args_is_help=False
    )
    app.callback(invoke_without_command=True, help=_("A terminal console for support agents."))(_global_options)
    return typer.main.get_command(app)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"agentconsole {__version__}")
        raise typer.Exit


def _global_options(
    context: typer.Context,
    store: Annotated[Path | None, typer.Option("--store", metavar="PATH", help=_("The store's file."))] = None,
    agent: Annotated[str | None, typer.Option("--as", metavar="AGENT", help=_("The agent's login."))] = None,
    lang: Annotated[str | None, typer.Option("--lang", metavar="ja|en", help=_("The interface's language."))] = None,
    config: Annotated[Path | None, typer.Option("--config", metavar="FILE", help=_("A configuration file."))] = None,
    locked: Annotated[bool, typer.Option("--locked", help=_("No shell, no editor, no free choice of files."))] = False,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_version, help=_("The version, and nothing else."))
    ] = False,
) -> int:
    context.obj = Invocation(store, agent, lang, config, locked)
    if context.invoked_subcommand is not None:
        return 0
    from agentconsole.cli.console import console

    return console(context.obj)
