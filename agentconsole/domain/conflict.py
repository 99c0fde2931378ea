"""A field of a ticket that its source and we both changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Conflict:
    """One field of one ticket. The values are as JSON holds them; `field` is the ticket's own name for it.

    Args:
        ours_by: the login of who changed it here; None if that is not known.
        theirs_by: the source.
        theirs_at: when the source says that the ticket was last changed there.
    """

    number: int
    field: str
    ours: Any
    ours_by: str | None
    ours_at: datetime | None
    theirs: Any
    theirs_by: str
    theirs_at: datetime | None
