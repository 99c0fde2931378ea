"""Exports with what became of them, and what a sync run found before it changed it."""

from __future__ import annotations

from agentconsole.store.migrations import run_script

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0004_exports_and_runs.sql")
