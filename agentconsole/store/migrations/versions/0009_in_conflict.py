"""A ticket's row says whether the source and we have changed the same."""

from __future__ import annotations

from agentconsole.store.migrations import run_script

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0009_in_conflict.sql")
