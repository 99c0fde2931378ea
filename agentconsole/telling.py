"""What the console tells in a corner of the screen: the same words again renew the toast instead of piling up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from textual.app import App
from textual.notifications import Notification, Notify


@dataclass
class _Again(Notification):
    """What was told while the same still stood there: those words, and how often it was."""

    words: str = ""
    times: int = 1


class TellingApp(App[Any]):
    """Counts what is told again while it still stands there."""

    def on_notify(self, event: Notify) -> None:
        """Has what comes stand in the place of the same words; Textual shows it then."""
        new = event.notification
        same = next((each for each in self._notifications if _is_same(each, new)), None)
        if same is None:
            return
        times = 1 + (same.times if isinstance(same, _Again) else 1)
        message = f"{new.message} (x{times})"
        event.notification = _Again(
            message, new.title, new.severity, new.timeout, new.markup, words=new.message, times=times
        )
        del self._notifications[same]


def _is_same(standing: Notification, new: Notification) -> bool:
    words = standing.words if isinstance(standing, _Again) else standing.message
    return (words, standing.severity) == (new.message, new.severity)
