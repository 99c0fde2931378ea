"""That words have left the rows, and are still to leave the bytes: of the file, its index, and the log beside it."""

from __future__ import annotations

from typing import Final

from agentconsole.store import settings
from agentconsole.store.store import Store

_OWED: Final = "words_to_forget"


def owe(store: Store) -> None:
    """Notes it, inside the transaction that takes the words out: whoever is cut off, the next one knows."""
    store.connection.execute(
        "INSERT INTO setting VALUES (?, 1) ON CONFLICT (key) DO UPDATE SET value = value + 1", (_OWED,)
    )


def owed(store: Store) -> str | None:
    """What is noted now, for `settle`; None if nothing is."""
    return settings.get(store, _OWED)


def settle(store: Store, owed: str) -> None:
    """Empties the log, once the index holds the words no more. If somebody reads in it, the note stays.

    Args:
        owed: what was noted before the index was cleared; if more words have gone since, the note stays, too.
    """
    if store.clear_log():
        with store.writing():
            store.connection.execute("DELETE FROM setting WHERE key = ? AND value = ?", (_OWED, owed))
