"""The outbox on the screen: what is in conflict, what waits, what is on its way, what has arrived, and the files."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, tzinfo
from typing import Final

from agentconsole.domain.conflict import Conflict
from agentconsole.domain.text import safe_text
from agentconsole.locale import _
from agentconsole.locale.words import told_fields, word
from agentconsole.screens.texts import TextScreen
from agentconsole.store import conflicts, outbox
from agentconsole.store.outbox import Entry, Export, State
from agentconsole.store.store import Store
from agentconsole.widgets.conflict_lines import conflict_line
from agentconsole.widgets.local_time import local_time

_SHOWN: Final = 100
"""Lines of one part; of what has arrived the newest are shown, of what waits the oldest."""

_AROUND: Final = 12
"""Cells of a frame with its margins, and of the mark before a line."""
_NUMBER: Final = 16
"""Cells for a ticket's number, and for what breaking a line costs."""


class OutboxScreen(TextScreen):
    """Reads the outbox and shows it.

    Args:
        zone: of the times shown.
    """

    def __init__(self, store: Store, zone: tzinfo, now: datetime) -> None:
        super().__init__(_("Outbox"), "")
        self._store, self._zone, self._now = store, zone, now

    def on_mount(self) -> None:
        self.run_worker(self._read())

    async def _read(self) -> None:
        cells = min(self.app.size.width, self.WIDEST) - _AROUND
        text = await asyncio.to_thread(outbox_text, self._store, self._zone, self._now, cells)
        if self.is_attached:
            self.show(text)


def outbox_text(store: Store, zone: tzinfo, now: datetime, cells: int) -> str:
    """All parts, each with its title and number; what is empty is left out.

    Args:
        cells: of a line; a conflict may take two.
    """

    def when(at: datetime | None) -> str:
        return local_time(at, zone, now) if at else ""

    with store.reading():
        open_ones = conflicts.conflicts(store)
        waiting = [_entry(each, when(each.at), _is_held(each, open_ones)) for each in outbox.entries(store)]
        on_the_way = [_entry(each, when(each.exported_at)) for each in outbox.entries(store, State.EXPORTED)]
        arrived = [_entry(each, when(each.acknowledged_at)) for each in outbox.entries(store, State.ACKNOWLEDGED)]
        files = [_file(each, when(each.at)) for each in outbox.exports(store)]
    disputed = [f"{each.number}  {conflict_line(each, zone, now, 2 * cells - _NUMBER)}" for each in open_ones]
    parts = [
        *_part(_("Changed on both sides; the ticket asks which holds"), disputed),
        *_part(_("Waits to be exported"), waiting),
        *_part(_("Exported; no sync has shown it yet"), on_the_way),
        *_part(_("The helpdesk has it"), arrived[::-1]),
        *_part(_("Files"), files),
    ]
    return "\n".join(parts).rstrip() or _("Nothing waits, and nothing went out yet.")


def _part(title: str, lines: Sequence[str]) -> Iterable[str]:
    if lines:
        more = len(lines) - _SHOWN
        yield f"{title}: {len(lines)}"
        yield from (f"  - {line}" for line in lines[:_SHOWN])
        yield from (_("  ... and {count} more").format(count=more) for _once in range(more > 0))
        yield ""


def _is_held(entry: Entry, disputed: Sequence[Conflict]) -> bool:
    """Whether it waits until somebody has chosen."""
    return any(each.number == entry.number and each.field in entry.changed for each in disputed)


def _entry(entry: Entry, when: str, held: bool = False) -> str:
    words = safe_text(entry.body or told_fields(entry.changed), single_line=True)
    if held:
        words = _("held by the conflict: {words}").format(words=words)
    return f"{when}  {entry.number}  {word('outbox', entry.kind)}  {words[:60]}".rstrip()


def _file(export: Export, when: str) -> str:
    words = (
        _("{when}  {file}: {acknowledged} of {events} acknowledged") if export.written else _("{when}  {file}: cut off")
    )
    shown = words.format(when=when, file=export.file, acknowledged=export.acknowledged, events=export.events)
    return f"{export.id}  {safe_text(shown, single_line=True)}"
