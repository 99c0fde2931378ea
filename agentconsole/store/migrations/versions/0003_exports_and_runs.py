"""Exports with what became of them, and what a sync run found before it changed it."""

from __future__ import annotations

from agentconsole.store.migrations import run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0003_exports_and_runs.sql")
