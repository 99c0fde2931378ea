"""Taking back what was done last."""

from __future__ import annotations

from dataclasses import dataclass

from agentconsole.domain.errors import RefusedError
from agentconsole.screens.bench import Deed
from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.store import drafts


@dataclass(frozen=True, slots=True)
class Undone:
    """A deed that was taken back, as far as the rules let it."""

    deed: Deed
    done: tuple[deeds.Done, ...]
    refused: RefusedError | None = None


def take_back(session: Session, deed: Deed) -> Undone:
    """Undoes a deed on each of its tickets; what was said by it is a draft again.

    Raises:
        RefusedError: it can be taken back on none of them.
    """
    done, refused = [], None
    for number in deed.numbers:
        try:
            done += deeds.undo(session, [number])
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
