"""Records set aside can be tried again; what a source says of tickets besides their status."""

from __future__ import annotations

from agentconsole.store.migrations import run_script

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0005_told_by_the_source.sql")
