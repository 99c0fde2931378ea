"""Why a record was set aside can be told in other languages."""

from __future__ import annotations

from agentconsole.store.migrations import run_script

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0015_told_reasons.sql")
