"""The line that a ticket was taken from is known again without being decoded."""

from __future__ import annotations

from agentconsole.store.migrations import run_script

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0006_taken_lines.sql")
