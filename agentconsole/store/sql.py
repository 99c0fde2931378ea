"""Pieces of SQL that an index and a query must spell alike: SQLite takes a partial index only for the same words."""

from __future__ import annotations

from typing import Final

from agentconsole.domain.values import ENDED_STATUSES

LIVE: Final = "status NOT IN ({})".format(", ".join(f"'{status}'" for status in ENDED_STATUSES))
"""The ticket still waits for somebody. Of two words: for three SQLite makes a table of them at every write."""

SORT_DUE: Final = "ifnull(due_at, 9223372036854775807)"
"""Tickets without a deadline come last."""

OUTBOX_WAITING: Final = "outbox IS NOT NULL AND exported_at IS NULL AND undone_by IS NULL"

OUTBOX_ON_ITS_WAY: Final = "outbox IS NOT NULL AND exported_at IS NOT NULL AND acknowledged_at IS NULL"
"""The helpdesk was told, and no sync has shown it yet."""

IN_CONFLICT: Final = "in_conflict"

MARKED: Final = "conditions != '[]'"
"""The source says more of the ticket than its status: it is deleted, merged ..."""
