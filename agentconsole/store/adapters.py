"""How values are bound: what is no plain number or text takes sqlite3 three times as long if it has to ask around."""

from __future__ import annotations

import sqlite3
from operator import attrgetter

from agentconsole.domain.values import AuthorKind, Channel, ClockKind, ClockState, Priority, Status


def register() -> None:
    """Tells sqlite3, for the whole process, what null, truth and the words of tickets are bound as."""
    sqlite3.register_adapter(type(None), lambda null: None)
    sqlite3.register_adapter(bool, int)
    for kind in (AuthorKind, Channel, ClockKind, ClockState, Priority, Status):
        sqlite3.register_adapter(kind, attrgetter("_value_"))
