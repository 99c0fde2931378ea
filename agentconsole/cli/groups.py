"""Commands that stand together under one word."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from agentconsole.cli.usage import unknown_command


class Group(TyperGroup):
    """Says which command was probably meant."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        known = self.list_commands(ctx)
        if args[0] not in known:
            raise unknown_command(args[0], known, ctx)
        return super().resolve_command(ctx, args)


def command_group(words: str) -> typer.Typer:
    """An empty group; `words` is its help. Alone on the line it is wrong usage."""
    app = typer.Typer(cls=Group, rich_markup_mode=None, add_completion=False, no_args_is_help=True)
    app.callback(help=words)(_nothing)
    return app


def _nothing() -> None:
    """What a group does by itself."""
