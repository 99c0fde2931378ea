"""A field of a ticket that its source and we both changed."""

from __future__ import annotations

from collections.abc import Sequence
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

    @property
    def apart(self) -> tuple[Any, Any]:
        """Ours and theirs as far as they differ: of tags, those that only one side has."""
        return only_of_each(self.ours, self.theirs) if self.field == "tags" else (self.ours, self.theirs)


def only_of_each(ours: Sequence[str] | None, theirs: Sequence[str] | None) -> tuple[list[str], list[str]]:
    """What only one of two lists has, in its order."""
    return (
        [each for each in ours or () if each not in (theirs or ())],
        [each for each in theirs or () if each not in (ours or ())],
    )
