"""Where the commands meet the screen library: a screen that hears their keys and says what there is to work on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, Final, Protocol, cast

from textual import events
from textual.binding import Binding, BindingsMap
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

from agentconsole.commands import Command, Context, Scope
from agentconsole.commands.keys import Keys, bindings, types_text
from agentconsole.config import Settings
from agentconsole.services.session import Session

_QUIT: Final = "app.command('quit')"


class Console(Protocol):
    """What screens ask of the app."""

    session: Session | None
    settings: Settings
    command_keys: Keys

    async def give(self, command: Command, words: Mapping[str, Any] | None = None) -> None:
        """Does a command on the screen in front, or says why not."""

    def settle(self) -> None:
        """Has what changes in the next moment painted at its end, all at once."""

    def before_leaving(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Has `callback` called before the console ends in whatever way; returns what takes it back."""


def console(node: DOMNode) -> Console:
    """The app that a screen or a widget stands in."""
    return cast(Console, node.app)


def textual_bindings(scopes: Iterable[Scope], keys: Keys) -> BindingsMap:
    """The keys of some scopes as the screen library wants them. None are shown by its own footer.

    Some keys go before everything else: those to quit that are no text, so that they work in dialogues and while
    writing, and function keys while writing, two of which the text area would take for itself.
    """
    return BindingsMap(
        Binding(key, action, show=False, priority=_goes_first(scope, key, action))
        for scope in scopes
        for key, action in bindings(scope, keys)
    )


def _goes_first(scope: Scope, key: str, action: str) -> bool:
    return (action == _QUIT and not types_text(key)) or (
        scope is Scope.COMPOSER and key[0] == "f" and key[1:].isdigit()
    )


class CommandScreen(Screen[None]):
    """A screen with commands. A command `x` is done by its method `do_x`, called with the words that were given to it
    by name; a verb without one by `do_verb(command, words)`; what the screen has neither for is left to the app.
    """

    scope: ClassVar[Scope]

    def on_mount(self) -> None:
        heard = (self.scope, Scope.COMPOSER) if self.scope is Scope.TICKET else (self.scope,)
        made = textual_bindings(heard, console(self).command_keys)
        self._bindings = BindingsMap.merge([made, self._bindings])
        self.refresh_bindings()

    def context(self) -> Context:
        """What there is to work on now."""
        settings = console(self).settings
        return Context(self.scope, login=settings.agent, locked=settings.locked)

    def focus_now(self, widget: Widget) -> None:
        """Shows what the classes just set show, and moves the focus, before the next key is looked at."""
        console(self).settle()
        self.app.stylesheet.update_nodes(widget.ancestors_with_self)  # all else follows with the next painting
        self.set_focus(widget)

    def holds(self, event: events.Key) -> bool:
        """Whether this key is kept for a text field that is on its way, and means nothing to anybody else."""
        return False
