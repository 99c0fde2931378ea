"""Mails of a made-up mailbox."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime

CUSTOMER = "Aoi <aoi@example.com>"
DESK = "Help <help@example.org>"


def mail(
    number: int | str = 1,
    sender: str = CUSTOMER,
    to: str = DESK,
    subject: str = "Withdrawal",
    answers: Sequence[int | str] = (),
    day: int | None = None,
    body: str = "text",
    fields: Mapping[str, str] | None = None,
) -> str:
    """A mail whose id is its number; `answers` become its references."""
    lines = [f"From: {sender}", f"To: {to}", f"Subject: {subject}", f"Message-ID: <{number}@example.com>"]
    lines.append(f"Date: {day or number} Jan 2026 03:04:05 +0000")
    if answers:
        lines.append("References: " + " ".join(f"<{each}@example.com>" for each in answers))
    lines += [f"{name}: {value}" for name, value in (fields or {}).items()]
    return "\n".join(lines) + f"\n\n{body}\n"


def dated(at: datetime, content: str) -> str:
    """The mail as it would have been written then."""
    return re.sub("^Date: .*$", f"Date: {format_datetime(at)}", content, flags=re.MULTILINE)
