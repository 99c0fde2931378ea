"""Commands, and commands that stand together under one word; their help speaks the interface's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import typer
from typer.core import TyperCommand, TyperGroup

from agentconsole.cli.usage import unknown_command
from agentconsole.locale import _

Function = TypeVar("Function", bound=Callable[..., Any])


class App(typer.Typer):
    """A module's commands."""

    def __init__(self, **more: Any) -> None:
        super().__init__(rich_markup_mode=None, add_completion=False, **more)

    def command(self, name: str | None = None, **more: Any) -> Callable[[Function], Function]:
        return super().command(name, cls=Command, **more)


class _Help:
    """A help page of the library's layout: its own words for it are in English only."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        pieces = [_usage_of(each) for each in ctx.command.get_params(ctx) if _is_argument(each)]
        pieces += [ctx.command.subcommand_metavar] if isinstance(ctx.command, TyperGroup) else []
        formatter.write_usage(ctx.command_path, " ".join([_("[OPTIONS]"), *pieces]), _("Usage: "))

    def format_options(self, ctx: Any, formatter: Any) -> None:
        parameters = ctx.command.get_params(ctx)
        arguments = [(each.metavar, _words_of(each)) for each in parameters if _is_argument(each)]
        options = [(_option_of(each), _words_of(each)) for each in parameters if not _is_argument(each)]
        for title, rows in ((_("Arguments"), arguments), (_("Options"), options)):
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def _usage_of(argument: Any) -> str:
    """`REF`, `PATH...` where several are taken, `[QUERY]` where none is needed; a metavar may say so itself."""
    name = str(argument.metavar)
    if argument.nargs != 1 and "..." not in name:
        name = f"{name}..."
    return name if argument.required or name.startswith("[") else f"[{name}]"


def _option_of(option: Any) -> str:
    return " ".join(filter(None, (", ".join(option.opts), option.metavar)))


def _words_of(parameter: Any) -> str:
    words = _("Show this page and exit.") if "--help" in parameter.opts else parameter.help or ""
    if parameter.required:
        return f"{words}  {_('[required]')}"
    return f"{words}  {_('[default: {value}]').format(value=parameter.default)}" if parameter.default else str(words)


class Command(_Help, TyperCommand):
    """One command."""


class Group(_Help, TyperGroup):
    """Says which command was probably meant."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        known = self.list_commands(ctx)
        if args[0] not in known:
            raise unknown_command(args[0], known, ctx)
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: Any, formatter: Any) -> None:
        super().format_options(ctx, formatter)
        with formatter.section(_("Commands")):
            formatter.write_dl(list(self.lines(ctx)))

    def lines(self, ctx: Any) -> Iterable[tuple[str, str]]:
        """Each command with what it does."""
        return ((name, self.commands[name].help or "") for name in self.list_commands(ctx))


def command_group(words: str) -> App:
    """An empty group; `words` is its help. Alone on the line it is wrong usage."""
    app = App(cls=Group, no_args_is_help=True)
    app.callback(help=words)(_nothing)
    return app


def _nothing() -> None:
    """What a group does by itself."""
