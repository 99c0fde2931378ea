"""Clocks keep why their policy held, their grace and warning, and why they were cancelled."""

from __future__ import annotations

from agentconsole.store.migrations import run_script

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0003_clock_reasons.sql")
