"""What a person can ask for. Keys, palette, help, the `:` line and the key table are all read from `ALL`."""

from __future__ import annotations

from typing import Final

from agentconsole.commands import general, navigation, ticket_commands
from agentconsole.commands.base import Command, Context, Scope, VerbCommand

ALL: Final[tuple[Command, ...]] = (*ticket_commands.ALL, *navigation.ALL, *general.ALL)
BY_ID: Final = {command.id: command for command in ALL}

__all__ = ["ALL", "BY_ID", "Command", "Context", "Scope", "VerbCommand"]
