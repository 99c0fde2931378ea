"""The pieces of the full-text index are merged sixteen at a time."""

from __future__ import annotations

from agentconsole.store.migrations import run_script

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0014_merged_seldom.sql")
