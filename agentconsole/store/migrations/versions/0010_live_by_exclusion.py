"""The indexes of live tickets name the two statuses that end a ticket."""

from __future__ import annotations

from agentconsole.store.migrations import run_script

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0010_live_by_exclusion.sql")
