"""The console: it gives keys and commands to the screen in front.

Import it only after `agentconsole.terminal.prepare`: the screen library reads the environment while it is loaded.
"""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeAlias, TypeGuard
from zoneinfo import ZoneInfo

from textual import events
from textual.command import CommandPalette
from textual.screen import Screen
from textual.widget import Widget

from agentconsole import crash, locale, terminal
from agentconsole.commands import BY_ID, Command, Context, Scope, VerbCommand
from agentconsole.commands.keys import half_width, key_label, keys_in, keys_of
from agentconsole.config import Settings
from agentconsole.domain.errors import UsageError
from agentconsole.leaving import LeavingApp
from agentconsole.locale import _, did_you_mean, told
from agentconsole.painting import PaintedApp
from agentconsole.screens import themes
from agentconsole.screens.bindings import CommandScreen, textual_bindings
from agentconsole.services.session import Session
from agentconsole.telling import TellingApp

if TYPE_CHECKING:
    from textual.command import Provider
    from textual.driver import Driver
    from textual.widgets import Input, TextArea

    from agentconsole.commands.line import Request

FirstScreen: TypeAlias = Callable[[], Screen[Any]]


def _provider() -> type[Provider]:
    from agentconsole.screens.palette import CommandProvider

    return CommandProvider


class ConsoleApp(TellingApp, PaintedApp, LeavingApp):
    """The terminal face.

    Args:
        session: who works on which store; screens hand it to services.
        settings: what this person chose.
        first_screen: makes the screen to begin with.

    Raises:
        UsageError: unknown theme, or keys that break a rule.
    """

    TITLE = "agentconsole"
    CSS_PATH = ["screens/inbox.tcss", "screens/ticket.tcss"]  # here: the library does not load those of a first screen
    CSS = """
    CommandPalette SearchIcon { display: none; }
    CommandPalette > Vertical { margin-top: 1; max-width: 100; background: $surface; &:dark { background: $surface; } }
    CommandPalette CommandList > .option-list--option-highlighted {
        color: $block-cursor-foreground; background: $block-cursor-background; text-style: $block-cursor-text-style;
    }
    CommandPalette > .command-palette--help-text { text-style: not bold; }
    CommandPalette CommandList:nocolor > .option-list--option-highlighted { text-style: bold underline; }
    """
    COMMANDS = {_provider}
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, session: Session | None, settings: Settings, first_screen: FirstScreen) -> None:
        self._first_screen = first_screen
        super().__init__()
        self.session = session
        self.settings = settings
        self.command_keys = keys_of(settings)
        self.animation_level = "none"
        self._bindings = textual_bindings([Scope.GLOBAL], self.command_keys)
        self._bindings.bind("ctrl+c", "help_quit", show=False)
        for theme in (themes.DARK, themes.LIGHT, themes.MONO):
            self.register_theme(theme)
        self.theme = self._known_theme(settings.theme or (themes.MONO if self.no_color else themes.DARK).name)

    def get_driver_class(self) -> type[Driver]:
        if sys.platform == "win32":
            return super().get_driver_class()
        from agentconsole.driver import SteadyDriver

        return SteadyDriver

    def _known_theme(self, name: str) -> str:
        if name in self.available_themes:
            return name
        hint = did_you_mean(
            name, self.available_themes, _("such as {example}").format(example=", ".join(themes.OFFERED))
        )
        raise UsageError(_("there is no theme {name}").format(name=repr(name)), hint)

    def get_default_screen(self) -> Screen[Any]:
        return self._first_screen()

    def now(self) -> datetime:
        """The time by the clock of whoever works here, in UTC."""
        return self.session.now() if self.session else datetime.now(UTC)

    # --- writing

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """No blinking, and an input method's window opens where the text goes, not where the cursor was before."""
        field = event.widget
        if _takes_text(field):
            field.cursor_blink = False
            self.call_after_refresh(self._place_cursor, field)

    def _place_cursor(self, field: Widget) -> None:
        if _takes_text(field) and field.has_focus:
            self.cursor_position = field.cursor_screen_offset

    # --- commands

    async def action_command(self, command_id: str) -> None:
        await self.give(BY_ID[command_id])

    async def give(self, command: Command, words: Mapping[str, Any] | None = None) -> None:
        """Does a command on the screen in front, or says why not."""
        reason = command.unavailable(self.context())
        if reason is None:
            for owner in (self.screen, self):
                if deed := _deed(owner, command):
                    done = deed(**(words or {}))
                    if inspect.isawaitable(done):
                        await done
                    return
            reason = _("not on this screen")
        self.notify(f"{command.title}: {reason}", severity="warning", markup=False)

    def context(self) -> Context:
        """What a command would find on the screen in front."""
        screen = self.screen
        if isinstance(screen, CommandScreen):
            return screen.context()
        return Context("", login=self.settings.agent, locked=self.settings.locked)

    async def on_event(self, event: events.Event) -> None:
        """A key is done with before the next one is looked at, so that what follows a key goes where that key led.

        The library hands keys to the focused widget's queue: several that come at once, by a paste or a slow line,
        would all go to what had the focus before the first of them moved it.
        """
        if isinstance(event, events.Key) and not event.is_forwarded and self._takes(event):
            return
        if isinstance(event, events.Key) and not event.is_forwarded and not _takes_text(self.focused):
            for priority in (True, False):
                if await self._check_bindings(event.key, priority=priority):
                    return
        await super().on_event(event)

    def _takes(self, event: events.Key) -> bool:
        """Whether the screen in front keeps the key for a text field that is on its way."""
        return isinstance(self.screen, CommandScreen) and self.screen.holds(event)

    async def on_key(self, event: events.Key) -> None:
        """A full-width character that no text field took is the key it was meant to be."""
        key = half_width(event.character)
        if key and (active := self.screen.active_bindings.get(key)) and active.enabled:
            event.stop()
            await self.run_action(active.binding.action, active.node)

    def action_help_quit(self) -> None:
        """Ctrl+C copies; whoever wanted to leave by it is told how."""
        keys = " / ".join(map(key_label, keys_in(self.context().places, BY_ID["quit"], self.command_keys)))
        self.notify(_("{keys} leaves the console").format(keys=keys), markup=False)

    def do_quit(self) -> None:
        self.leave(0)

    def do_help(self) -> None:
        from agentconsole.screens.help import HelpScreen

        self.push_screen(HelpScreen(self.context().screen, self.command_keys))

    def do_outbox(self) -> None:
        if self.session is not None:
            from agentconsole.screens.outbox import OutboxScreen

            self.push_screen(OutboxScreen(self.session.store, ZoneInfo(self.settings.zone), self.now()))

    def do_palette(self) -> None:
        if not isinstance(self.screen, CommandPalette):
            self.push_screen(CommandPalette(placeholder=_("Search for a command…")))

    def do_command_line(self) -> None:
        from agentconsole.commands.time_input import parse_time
        from agentconsole.screens.prompt import CommandPrompt

        self.push_screen(
            CommandPrompt(lambda text: parse_time(text, self.now(), ZoneInfo(self.settings.zone))), self._asked
        )

    def do_theme(self, name: str = "") -> None:
        after = themes.OFFERED.index(self.theme) + 1 if self.theme in themes.OFFERED else 0
        try:
            self.theme = self._known_theme(name) if name else themes.OFFERED[after % len(themes.OFFERED)]
        except UsageError as error:
            self.notify(told(error), severity="warning", markup=False)

    async def _asked(self, request: Request | None) -> None:
        if request is not None:
            await self.give(request.command, request.words)


def run_console(session: Session | None, settings: Settings, first_screen: FirstScreen | None = None) -> int:
    """Runs the console until it is left; its exit status: 0, 1 for a fault or no terminal, 128 + a signal's number.

    Raises:
        UsageError: the settings name an unknown theme, or keys that break a rule.
    """
    locale.set_language(settings.language)
    if problem := terminal.terminal_problem(os.environ, sys.stdin, sys.stdout, sys.stderr):
        sys.stderr.write(f"agentconsole: {problem}\n")
        return 1
    app = ConsoleApp(session, settings, first_screen or _usual_first_screen())
    with crash.guarded():
        try:
            app.run(mouse=settings.mouse)
        except Exception as error:  # noqa: BLE001 - the border of the process
            sys.stderr.write(crash.notice(error) + "\n")
            return 1
    return app.return_code or 0


def _usual_first_screen() -> FirstScreen:
    from agentconsole.screens.inbox import InboxScreen

    return InboxScreen


def _takes_text(widget: Widget | None) -> TypeGuard[Input | TextArea]:
    """Known by what these two share: the second of them takes longer to load than the first rows to be read."""
    return hasattr(widget, "cursor_blink")


def _deed(owner: object, command: Command) -> Callable[..., Any] | None:
    """How a screen or the app does a command."""
    if deed := getattr(owner, f"do_{command.id}", None):
        return deed  # type: ignore[no-any-return]
    verb = getattr(owner, "do_verb", None) if isinstance(command, VerbCommand) else None
    return (lambda **words: verb(command, words)) if verb else None
