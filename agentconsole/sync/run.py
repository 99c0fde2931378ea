"""One sync run: what every part of the merge needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from agentconsole.domain.clock_transitions import Choices
from agentconsole.domain.desk import Desk
from agentconsole.domain.values import Channel
from agentconsole.store import quarantine
from agentconsole.store.store import Store
from agentconsole.sync.formats.base import count_unknown
from agentconsole.sync.formats.personal import cleared_text
from agentconsole.sync.records import CommentRecord, RejectedRecord
from agentconsole.sync.summary import Summary
from agentconsole.sync.vocabulary import channel_of

HELD: Final = 20_000
"""Comments that wait in memory for their tickets; those beyond are set aside at once."""
CHANNELS: Final = 1000
"""Words of the source whose channel is remembered."""


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
    overwritten: list[str] = field(default_factory=list)
    """Messages, by their external ids, that this batch is about to change."""
    refused: set[str] = field(default_factory=set)
    """Tickets, by their external ids, with comments in this run that could not be taken (yet)."""
    homes: dict[str, str] = field(default_factory=dict)
    """Conversations of mails, by their own names, that go on under another."""
    choices: Choices = field(default_factory=Choices)
    """Of policies, for tickets in like situations."""
    _set_aside: list[RejectedRecord] = field(default_factory=list)
    _held: list[CommentRecord] = field(default_factory=list)
    _is_over: bool = False
    _channels: dict[tuple[str, str | int], Channel | None] = field(default_factory=dict)

    def hold(self, comment: CommentRecord) -> bool:
        """Lets a comment wait for its ticket, which may yet come in this run; says whether it may."""
        if self._is_over or len(self._held) >= HELD:
            return False
        self._held.append(comment)
        return True

    def release(self) -> list[CommentRecord]:
        """The comments that waited, at the end of the run: from now on none waits any longer."""
        self._is_over = True
        held, self._held = self._held, []
        return held

    def goes_on(self, conversation: str, home: str) -> None:
        """Notes under which name a conversation of mails goes on."""
        self.homes.pop(home, None)
        if conversation != home:
            self.homes[conversation] = home

    def home(self, conversation: str) -> str:
        """The name under which a conversation of mails goes on."""
        while conversation in self.homes:
            conversation = self.homes[conversation]
        return conversation

    def reject(self, record: RejectedRecord) -> None:
        if not record.is_record:
            record.raw = cleared_text(record.raw)
        self.summary.reject(record)
        self._set_aside.append(record)

    def keep_rejected(self) -> None:
        """Writes what was set aside in this batch."""
        aside = (
            quarantine.Aside(r.place.file, r.place.line, r.object, r.reason, r.raw, r.head, r.ticket, r.is_record)
            for r in self._set_aside
        )
        quarantine.put(self.store, self.id, self.source, aside)
        self._set_aside.clear()

    def unknown(self, name: str, value: object) -> None:
        count_unknown(self.summary.unknown, name, value)

    def channel(self, desk: Desk, via: str | int) -> Channel | None:
        """Our channel for a source's `via`; the few there are come again and again."""
        key = (desk.key, via)
        if key not in self._channels:
            if len(self._channels) == CHANNELS:
                self._channels.clear()
            self._channels[key] = channel_of(desk, self.source, via)
        return self._channels[key]

    def desk_of(self, key: str | None) -> Desk:
        """The desk that a record names, or the run's own."""
        if key is None:
            return self.desk
        if key not in self.desks:
            self.unknown("ticket.desk", key)
        return self.desks.get(key, self.desk)
