"""New tickets are counted by whoever adds them, all at once."""

from __future__ import annotations

from agentconsole.store.migrations import run_script

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0013_counted_together.sql")
