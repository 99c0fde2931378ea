"""How the console ends, in whatever way: on quitting, on a signal, on a fault; without losing a word or showing one."""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import threading
from collections.abc import Callable
from typing import Any, Final

from rich.text import Text
from textual.app import App

from agentconsole import crash

PATIENCE_SECONDS: Final = 5.0
"""How long a terminal may take to be restored after a signal; everything is saved by then."""
_SIGNALS: Final = ("SIGHUP", "SIGTERM", "SIGINT")
_LOOK_SECONDS: Final = 10.0
"""Between two looks whether the terminal is there; mostly its going away is told at once."""


class LeavingApp(App[None]):
    """An app that saves what is being written before it ends, and restores the terminal."""

    def __init__(self) -> None:
        super().__init__()
        self._before_leaving: list[Callable[[], None]] = []

    def on_mount(self) -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(_forgotten)
        if not self.is_headless:
            for name in _SIGNALS:
                if number := getattr(signal, name, None):
                    loop.add_signal_handler(number, self._leave_on_signal, 128 + number)
            if hasattr(select, "poll") and sys.__stdin__ is not None:
                threading.Thread(target=_hang_up_with, args=(sys.__stdin__.fileno(),), daemon=True).start()

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


def _hang_up_with(terminal: int) -> None:
    """Sends the signal that ought to come when the terminal goes: only the first process in it is sure to get one.

    Under `make run` that is make, which waits for us, while Textual reads the end of the input again and again.
    """
    poll = select.poll()
    poll.register(terminal, 0)
    while not (found := poll.poll(1000 * _LOOK_SECONDS)):
        pass
    if found[0][1] & select.POLLHUP:
        os.kill(os.getpid(), signal.SIGHUP)


def _forgotten(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A task whose fault nobody waited for: reported, not printed; the console goes on."""
    if isinstance(error := context.get("exception"), BaseException):
        crash.write_report(error)
