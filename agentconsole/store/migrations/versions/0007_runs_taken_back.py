"""A run that is undone gives back what it had taken from quarantine; a retry reads as the run before it did."""

from __future__ import annotations

from agentconsole.store.migrations import run_script

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0007_runs_taken_back.sql")
