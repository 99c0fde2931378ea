"""A saved list says who made it."""

from __future__ import annotations

from agentconsole.store.migrations import run_script

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0012_made_by.sql")
