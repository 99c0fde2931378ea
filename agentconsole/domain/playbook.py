"""What a desk does in a case that nobody should do by heart: ordered steps, and how far a ticket has come in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from agentconsole.domain.ticket import Event

STEP: Final = "step"
"""The verb of the event that notes a step."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do; `labels` are by interface language."""

    key: str
    labels: Mapping[str, str]

    def label(self, language: str) -> str:
        """The label in that language, or in English, or the key."""
        return self.labels.get(language) or self.labels.get("en") or self.key


@dataclass(frozen=True, slots=True)
class Progress:
    """A step, and since when it is done (in UTC) and by whom; `at` is None while it is not."""

    step: Step
    at: datetime | None = None
    by: str | None = None


def progress(steps: Iterable[Step], events: Iterable[Event]) -> tuple[Progress, ...]:
    """How far a ticket with these events has come; what was taken back is open again."""
    done = {event.after[STEP]: event for event in events if event.verb == STEP and not event.undone}
    return tuple(
        Progress(step, done[step.key].at, done[step.key].actor) if step.key in done else Progress(step)
        for step in steps
    )
