"""Our tickets and messages get the ids that a helpdesk has given them: from then on they are one with its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from agentconsole.store import journal, rows
from agentconsole.store.conflicts import OUR_NAMES
from agentconsole.store.intake import TAKEN
from agentconsole.store.sql import OUTBOX_WAITING
from agentconsole.store.store import Store

_NEVER: Final = 0
"""When the source has last told of a ticket that it has not told of."""


def link_ticket(store: Store, run_id: int, number: int, source: str, external_id: str) -> None:
    """The ticket is that one at the source from now on; what waits of it counts as ours, all else as seen there."""
    journal.keep(store, run_id, "ticket", [number])
    row = store.connection.execute("SELECT * FROM ticket WHERE number = ?", (number,)).fetchone()
    state: dict[str, Any] = {
        name: rows.parsed(row[name]) if name in ("tags", "fields") else row[name] for name in TAKEN
    }
    state |= _before_what_waits(store, number)
    store.connection.execute(
        "UPDATE ticket SET source = ?, external_id = ?, source_state = ? WHERE number = ?",
        (source, external_id, rows.as_json(state | {"updated_at": _NEVER}), number),
    )


def _before_what_waits(store: Store, number: int) -> dict[str, Any]:
    found = store.connection.execute(
        f'SELECT "before" FROM event WHERE ticket = ? AND {OUTBOX_WAITING} ORDER BY id DESC',  # noqa: S608
        (number,),
    )
    before: dict[str, Any] = {}
    for row in found:
        before |= {name: value for name, value in rows.parsed(row["before"]).items() if name in TAKEN}
    return before


def link_message(
    store: Store,
    run_id: int,
    message: int,
    source: str,
    external_id: str,
    hash: str,  # noqa: A002
    extra: Mapping[str, Any],
) -> None:
    """The message is that one at the source; its words stay as they were written here until the source changes them.

    Args:
        extra: what came with it there.
    """
    journal.keep(store, run_id, "message", [message])
    store.connection.execute(
        "UPDATE message SET source = ?, external_id = ?, hash = ?, extra = ? WHERE id = ?",
        (source, external_id, hash, rows.as_json(extra), message),
    )


def disputed_by(store: Store, run_id: int, number: int) -> set[str]:
    """The fields, by our names, in which a run has found a ticket to be changed on both sides."""
    found = store.connection.execute(
        """SELECT "before" FROM event WHERE ticket = ? AND verb = 'conflict' AND run_id = ?""", (number, run_id)
    )
    return {OUR_NAMES.get(name, name) for row in found for name in rows.parsed(row["before"])}
