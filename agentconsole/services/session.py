"""Who works, on which store, through which face, at what time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from agentconsole.store.people import Agent
from agentconsole.store.store import Store

if TYPE_CHECKING:
    from agentconsole.domain.change import Author


@dataclass(frozen=True, slots=True)
class Session:
    """Everything a service needs to know about its caller. `now` answers an aware instant in UTC."""

    store: Store
    agent: Agent
    face: str
    now: Callable[[], datetime]

    @property
    def author(self) -> Author:
        from agentconsole.domain.change import Author  # tickets are read before any is changed

        return Author(self.agent.login, self.face, self.agent.id)
