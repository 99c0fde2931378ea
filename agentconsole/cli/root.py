"""The program itself: its global options, and where each command is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from agentconsole import __version__
from agentconsole.cli.console import console
from agentconsole.cli.global_options import OPTIONS
from agentconsole.cli.groups import App, Group
from agentconsole.cli.invocation import Invocation
from agentconsole.cli.usage import usage_error
from agentconsole.locale import _, deferred

COMMANDS: Final[Mapping[str, tuple[str, str]]] = {
    "demo": ("demo", deferred("The console on a throwaway store full of fixture tickets.")),
    "init": ("init", deferred("Make a store, or bring it up to date.")),
    "desk": ("desk", deferred("Desks: hours, tiers, teams, policies, maps from a source.")),
    "sync": ("sync", deferred("Take in a helpdesk's files.")),
    "sync history": ("runs", deferred("What the syncs have done so far.")),
    "sync show": ("runs", deferred("What one sync did, ticket by ticket.")),
    "sync undo": ("runs", deferred("Take a whole sync back, as long as nothing was built on it.")),
    "sync rejected": ("rejected", deferred("Records that a sync could not take: look at them, try them again.")),
    "outbox": ("outbox", deferred("What the helpdesk has still to be told.")),
    "tickets": ("tickets", deferred("List the tickets that a query finds.")),
    "ticket": ("ticket", deferred("Show a ticket, open one, work on one or several.")),
    "customer": ("customer", deferred("Show a customer with account, money movements and tickets.")),
    "sla": ("sla", deferred("Why a deadline is where it is.")),
    "kb": ("kb", deferred("The knowledge base: search, read, import.")),
    "canned": ("canned", deferred("Canned answers: list, read, fill in for a ticket, import.")),
    "doctor": ("doctor", deferred("Look after the store, the search and the terminal.")),
    "config": ("settings", deferred("The settings in force, and the file that was read for them.")),
    "keys": ("keys", deferred("Every command of the console with its keys.")),
}
"""Each command's module and its line in the help."""


class _Root(Group):
    """Loads a command's module when it is called, and none of them for `--version` and `--help`."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(COMMANDS)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """A command's name may be two words."""
        if len(args) > 1 and (name := f"{args[0]} {args[1]}") in COMMANDS:
            return name, self.get_command(ctx, name), args[2:]
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        module = import_module(f"agentconsole.cli.{COMMANDS[cmd_name][0]}")
        found = typer.main.get_command(module.app)
        return getattr(found, "commands", {}).get(cmd_name.partition(" ")[2], found)

    def lines(self, ctx: Any) -> list[tuple[str, str]]:
        return [(name, _(words)) for name, (_module, words) in COMMANDS.items()]


def command() -> Any:
    """The program as one command, in the language that is set."""
    app = App(cls=_Root, pretty_exceptions_enable=False)
    app.callback(invoke_without_command=True, help=_("A terminal console for support agents."))(_global_options)
    return typer.main.get_command(app)


def run(words: Sequence[str]) -> int:
    """Runs one command; its exit status.

    Raises:
        ConsoleError: wrong usage, or what the command raised.
    """
    try:
        with command().make_context("agentconsole", list(words)) as context:
            result = context.command.invoke(context)
    except typer.Exit as left:
        return left.exit_code
    except typer.TyperException as error:
        raise usage_error(error) from error
    return result if isinstance(result, int) else 0


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"agentconsole {__version__}")
        raise typer.Exit


def _option(flag: str, **more: Any) -> Any:
    help_text, metavar = OPTIONS[flag]
    return typer.Option(flag, metavar=metavar or None, help=_(help_text), **more)


def _global_options(
    context: typer.Context,
    store: Annotated[Path | None, _option("--store")] = None,
    agent: Annotated[str | None, _option("--as")] = None,
    lang: Annotated[str | None, _option("--lang")] = None,
    config: Annotated[Path | None, _option("--config")] = None,
    locked: Annotated[bool, _option("--locked")] = False,
    version: Annotated[bool, _option("--version", is_eager=True, callback=_version)] = False,
) -> int:
    context.obj = Invocation(store, agent, lang, config, locked)
    if context.invoked_subcommand is not None:
        return 0
    return console(context.obj)
