"""What the screens of one run have in common: what was told and done so far, and one thread that writes."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar

from agentconsole.domain.errors import RefusedError
from agentconsole.services.session import Session
from agentconsole.store import drafts

if TYPE_CHECKING:
    from agentconsole.services.tickets import Done

Answer = TypeVar("Answer")

NOTICES_KEPT: Final = 500


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done here and can be taken back. `command` is the id of what was asked for."""

    command: str
    numbers: tuple[int, ...]
    said: drafts.Draft | None = None
    """What was said by it, as it was written."""


@dataclass(frozen=True, slots=True)
class Undone:
    """A deed that was taken back, as far as the rules let it."""

    deed: Deed
    done: tuple[Done, ...]
    refused: RefusedError | None = None


@dataclass(slots=True)
class Workbench:
    """What the screens of one run have in common: the notices so far, the deeds to take back, one thread that writes.

    Writes are done one after the other in the order they were asked for, whatever becomes of the screen that asked.
    """

    notices: deque[tuple[datetime, str]] = field(default_factory=lambda: deque(maxlen=NOTICES_KEPT))
    deeds: list[Deed] = field(default_factory=list)
    _writer: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "writer"))

    def write(self, work: Callable[[], Answer]) -> Future[Answer]:
        return self._writer.submit(work)

    def finish(self) -> None:
        """Waits for every write that was asked for."""
        self._writer.submit(int).result()


def take_back(session: Session, deed: Deed) -> Undone:
    """Undoes a deed on each of its tickets; what was said by it is a draft again.

    Raises:
        RefusedError: it can be taken back on none of them.
    """
    from agentconsole.services import tickets as deeds

    done, refused = [], None
    for number in deed.numbers:
        try:
            done.append(deeds.undo(session, number))
        except RefusedError as error:
            refused = refused or error
        else:
            if deed.said is not None:
                _draft_again(session, number, deed.said)
    if refused is not None and not done:
        raise refused
    return Undone(deed, tuple(done), refused)


def _draft_again(session: Session, number: int, said: drafts.Draft) -> None:
    agent = session.agent.id
    if said.kind not in drafts.drafts(session.store, number, agent):
        drafts.save_draft(session.store, number, agent, said)
