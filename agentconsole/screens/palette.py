"""Every command in the palette, with its key, or with the reason why not now."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from functools import partial
from typing import Any

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from agentconsole.commands import ALL, Command, Context
from agentconsole.commands.keys import key_label
from agentconsole.screens.bindings import CommandScreen, console


class CommandProvider(Provider):
    """Built of the interface's own words only: the palette reads its texts as markup."""

    async def discover(self) -> Hits:
        for command, reason in self._commands():
            yield DiscoveryHit(self._shown(command, reason), self._deed(command), command.title, reason or command.help)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for command, reason in self._commands():
            score = max(matcher.match(command.title), matcher.match(command.id))
            if score > 0:
                shown = self._shown(command, reason)
                yield Hit(score, shown, self._deed(command), command.title, reason or command.help)

    def _commands(self) -> Iterator[tuple[Command, str | None]]:
        """The available ones first."""
        screen = self.screen
        context = screen.context() if isinstance(screen, CommandScreen) else Context(screen="")
        judged = [(command, command.unavailable(context)) for command in ALL]
        yield from sorted(judged, key=lambda pair: pair[1] is not None)

    def _deed(self, command: Command) -> partial[Coroutine[Any, Any, None]]:
        return partial(console(self.screen).give, command)

    def _shown(self, command: Command, reason: str | None) -> Content:
        keys = "  ".join(map(key_label, console(self.screen).command_keys[command.id]))
        title = Content.styled(command.title, "dim" if reason else "")
        return Content.assemble(title, "  ", (keys, "not bold"))
