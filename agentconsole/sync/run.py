"""One sync run: what every part of the merge needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from agentconsole.domain.desk import Desk
from agentconsole.store import intake
from agentconsole.store.store import Store
from agentconsole.sync.records import RejectedRecord
from agentconsole.sync.summary import Summary


@dataclass(slots=True)
class Run:
    """Args:
    desks: by key, for records that name one.
    desk: for all others.
    now: aware, in UTC.
    """

    store: Store
    source: str
    id: int
    desks: Mapping[str, Desk]
    desk: Desk
    now: datetime
    summary: Summary
    _set_aside: list[RejectedRecord] = field(default_factory=list)

    def reject(self, record: RejectedRecord) -> None:
        self.summary.reject(record)
        self._set_aside.append(record)

    def keep_rejected(self) -> None:
        """Writes what was set aside in this batch."""
        intake.reject(
            self.store, self.id, ((r.place.file, r.place.line, r.object, r.reason, r.raw) for r in self._set_aside)
        )
        self._set_aside.clear()

    def unknown(self, name: str, value: object) -> None:
        self.summary.unknown[f"{name}={value}"[:120]] += 1

    def desk_of(self, key: str | None) -> Desk:
        return self.desk if key is None else self.desks[key]
