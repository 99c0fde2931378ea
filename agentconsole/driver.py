"""The screen library's hold on the terminal, for a process that is stopped and goes on."""

from __future__ import annotations

from textual.drivers.linux_driver import LinuxDriver


class SteadyDriver(LinuxDriver):
    """Begins anew, instead of twice, after a stop that it did not hear of.

    Textual takes every SIGCONT for the end of a Ctrl+Z of its own and starts its threads once more. Whoever stops the
    process otherwise (`kill -STOP`; tmux lets it go on at once) would leave two more threads behind each time, which
    end neither with the terminal nor with the console.
    """

    _is_suspended = False

    def suspend_application_mode(self) -> None:
        self._is_suspended = True
        super().suspend_application_mode()

    def resume_application_mode(self) -> None:
        if not self._is_suspended:
            super().suspend_application_mode()
        self._is_suspended = False
        super().resume_application_mode()
