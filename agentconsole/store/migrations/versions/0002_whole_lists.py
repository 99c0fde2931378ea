"""Lists of tickets that are not only the open ones have an index too, and so has the number a helpdesk gave."""

from __future__ import annotations

from agentconsole.store.migrations import run_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0002_whole_lists.sql")
