"""What was redacted before that was noted is noted, and leaves the bytes of the file."""

from __future__ import annotations

from agentconsole.store.migrations import run_script

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0016_redacted_before.sql")
