"""What the console tells in a corner of the screen: the same words again renew the toast instead of piling up."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

from textual.app import App
from textual.notifications import SeverityLevel


@dataclass(frozen=True, slots=True)
class _Toast:
    """Args:
    until: by the monotonic clock.
    """

    message: str
    title: str
    severity: SeverityLevel
    markup: bool
    until: float
    times: int = 1


class TellingApp(App[Any]):
    """Counts what is told again while it still stands there."""

    def __init__(self) -> None:
        super().__init__()
        self._toasts: list[_Toast] = []

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        now = time.monotonic()
        toast = _Toast(message, title, severity, markup, now + (timeout or self.NOTIFICATION_TIMEOUT))
        standing = [each for each in self._toasts if each.until > now]
        same = next((each for each in standing if each.message == message and each.severity == severity), None)
        if same is None:
            self._toasts = [*standing, toast]
            self._show(toast, now)
            return
        toast = replace(toast, times=same.times + 1)
        self._toasts = [*(each for each in standing if each is not same), toast]
        self.clear_notifications()
        for each in self._toasts:
            self._show(each, now)

    def _show(self, toast: _Toast, now: float) -> None:
        message = toast.message if toast.times == 1 else f"{toast.message} (x{toast.times})"
        super().notify(
            message, title=toast.title, severity=toast.severity, timeout=toast.until - now, markup=toast.markup
        )
