"""Comments in files of their own, brought to their tickets: a ticket that is written with its comments costs half of
one that is written first, and read, indexed and reckoned anew when they come."""

from __future__ import annotations

import pickle
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain
from typing import Final

from agentconsole.store.spool import Spool
from agentconsole.sync.records import CommentRecord, Record, TicketRecord

ROOM: Final = 16 << 20
"""Bytes of comments that wait in memory, about; then they are spooled."""
_OVERHEAD: Final = 1000
"""Bytes of a comment without its text."""
_TOGETHER: Final = 100
"""Comments on one ticket that are spooled as one."""


def joined(records: Iterable[Record]) -> Iterator[Record]:
    """The records, each comment that has come by itself right behind its ticket, or at the end if that did not come."""
    with closing(_Waiting()) as waiting:
        for record in records:
            if isinstance(record, CommentRecord):
                waiting.put(record)
            elif isinstance(record, TicketRecord):
                record.beside = waiting.take(record.external_id)
                yield record
                yield from record.beside
            else:
                yield record
        yield from waiting.rest()


class _Waiting:
    """Comments whose tickets have not come yet."""

    def __init__(self) -> None:
        self._by_ticket: defaultdict[str, list[CommentRecord]] = defaultdict(list)
        self._size = 0
        self._spool: Spool | None = None

    def put(self, comment: CommentRecord) -> None:
        self._by_ticket[comment.ticket_external_id].append(comment)
        self._size += len(comment.body) + _OVERHEAD
        if self._size > ROOM:
            self._lay_by()

    def take(self, ticket: str) -> tuple[CommentRecord, ...]:
        """Those of a ticket, which wait no longer."""
        spooled = self._spool.take(ticket) if self._spool else ()
        here = self._by_ticket.pop(ticket, ())
        self._size -= sum(len(each.body) + _OVERHEAD for each in here)
        return (*chain.from_iterable(map(pickle.loads, spooled)), *here)

    def rest(self) -> Iterator[CommentRecord]:
        spooled = self._spool.rest() if self._spool else ()
        yield from chain.from_iterable(map(pickle.loads, spooled))
        yield from chain.from_iterable(self._by_ticket.values())

    def close(self) -> None:
        if self._spool is not None:
            self._spool.close()

    def _lay_by(self) -> None:
        if self._spool is None:
            self._spool = Spool()
        for ticket, comments in self._by_ticket.items():
            for at in range(0, len(comments), _TOGETHER):
                self._spool.put(ticket, pickle.dumps(comments[at : at + _TOGETHER], pickle.HIGHEST_PROTOCOL))
        self._by_ticket.clear()
        self._size = 0
