"""The first schema."""

from __future__ import annotations

from agentconsole.store.migrations import run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0001_first.sql")
