"""The console's life: it starts, gives commands to the screen in front, and ends without losing a word or showing one.

Import it only after `agentconsole.terminal.prepare`: the screen library reads the environment while it is loaded.
"""

from __future__ import annotations

import asyncio
import inspect
import os
import signal
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeGuard
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.text import Text
from textual import events
from textual.app import App
from textual.command import CommandPalette
from textual.filter import LineFilter, Monochrome, NoColor
from textual.screen import Screen
from textual.widget import Widget

from agentconsole import crash, locale, terminal
from agentconsole.commands import BY_ID, Command, Context, Scope, VerbCommand
from agentconsole.commands.keys import half_width, key_label, keys_in, keys_of
from agentconsole.config import Settings
from agentconsole.domain.errors import UsageError
from agentconsole.locale import _, did_you_mean, told
from agentconsole.screens import themes
from agentconsole.screens.bindings import CommandScreen, textual_bindings
from agentconsole.screens.safe_lines import SafeLines
from agentconsole.services.session import Session

if TYPE_CHECKING:
    from textual.command import Provider
    from textual.driver import Driver
    from textual.widgets import Input, TextArea

    from agentconsole.commands.line import Request

FirstScreen: TypeAlias = Callable[[], Screen[Any]]

SETTLING_SECONDS: Final = 0.03
"""How long a screen is laid out anew before it is painted: the library paints each step."""
PATIENCE_SECONDS: Final = 5.0
"""How long a terminal may take to be restored after a signal; everything is saved by then."""
_SIGNALS: Final = ("SIGHUP", "SIGTERM", "SIGINT")


def _provider() -> type[Provider]:
    from agentconsole.screens.palette import CommandProvider

    return CommandProvider


class ConsoleApp(App[None]):
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
        self._wall = SafeLines()
        self._no_color = NoColor()
        self._first_is_there = False
        self._before_leaving: list[Callable[[], None]] = []
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

    # --- what is sent to the terminal

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Colours go where somebody said `NO_COLOR`, all of them; controls never pass."""
        filters = [known for known in super().get_line_filters() if not isinstance(known, Monochrome | NoColor)]
        return [*filters, *([self._no_color] if self.no_color else []), self._wall]

    def _display(self, screen: Screen[Any], renderable: RenderableType | None) -> None:
        """Nothing of a screen of which all is sent right after; but the first rows at once."""
        if not (self._first_is_there and screen._repaint_required and screen is self.screen):
            super()._display(screen, renderable)

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

    # --- the end

    def before_leaving(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Has `callback` called before the console ends in whatever way: on quitting, on a signal, on a fault.

        It must be quick and must not touch the screen. Returns what takes it back.
        """
        self._before_leaving.append(callback)

        def take_back() -> None:
            if callback in self._before_leaving:
                self._before_leaving.remove(callback)

        return take_back

    def leave(self, status: int) -> None:
        """Saves what is being written, restores the terminal and ends with that exit status."""
        self._save_all()
        self.exit(return_code=status)

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_forgotten)
        if not self.is_headless:
            for name in _SIGNALS:
                if number := getattr(signal, name, None):
                    loop.add_signal_handler(number, self._leave_on_signal, 128 + number)

    def on_ready(self) -> None:
        """The first screen is there and was not waited for; those after it are painted when they stand."""
        self._first_is_there = True
        self.screen_change_signal.subscribe(self, lambda _screen: self.settle(), immediate=True)

    def settle(self) -> None:
        """Has what changes in the next moment painted at its end, all at once."""
        if not self.is_headless:
            self.delay_update(SETTLING_SECONDS)

    def _leave_on_signal(self, status: int) -> None:
        """Leaves; on a line that is gone the last frame may never be taken, and then the process ends without it."""
        self.leave(status)
        patience = threading.Timer(PATIENCE_SECONDS, os._exit, (status,))
        patience.daemon = True
        patience.start()

    def _save_all(self) -> None:
        """Each callback once; one that breaks does not keep the others from being called."""
        while self._before_leaving:
            try:
                self._before_leaving.pop()()
            except Exception as error:  # noqa: BLE001 - the last chance for the other drafts
                crash.write_report(error)

    def _handle_exception(self, error: Exception) -> None:
        """Overrides the library's own report, which shows every local variable."""
        if self._exception is None:
            self._save_all()
            self._exit_renderables.append(Text(crash.notice(error)))
            self._exception = error
            self._exception_event.set()
        self._return_code = 1
        self.bell()
        self._close_messages_no_wait()

    def _print_error_renderables(self) -> None:
        """The notice as it is, unwrapped, so that the path can be copied."""
        for notice in self._exit_renderables:
            self.error_console.print(notice, soft_wrap=True)
        self._exit_renderables.clear()


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


def _forgotten(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A task whose fault nobody waited for: reported, not printed; the console goes on."""
    if isinstance(error := context.get("exception"), BaseException):
        crash.write_report(error)
