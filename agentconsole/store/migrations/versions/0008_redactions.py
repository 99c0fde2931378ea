"""A helpdesk's log tells that a comment was redacted: that is kept, for whichever file brings the comment."""

from __future__ import annotations

from agentconsole.store.migrations import run_script

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    run_script("0008_redactions.sql")
