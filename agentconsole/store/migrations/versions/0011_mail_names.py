"""Mails are found by their message ids, so that conversations go on where they are."""

from __future__ import annotations

from agentconsole.store.migrations import run_script

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0011_mail_names.sql")
