"""REFs, the names that people and scripts give to tickets and customers: our number, or `SOURCE:EXTERNAL_ID`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_LONGEST_NUMBER: Final = 18
"""Digits of a number that SQLite's integers can hold."""


@dataclass(frozen=True, slots=True)
class Reference:
    """`source` is None where only one name was said; `number` where that is no number of ours."""

    source: str | None
    name: str
    number: int | None


def read(text: str) -> Reference | None:
    """What a REF says; None for what cannot name anything, as it is not valid Unicode."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        return None
    source, colon, external_id = text.partition(":")
    if colon:
        return Reference(source, external_id, None)
    return Reference(None, text, int(text) if text.isdecimal() and len(text) <= _LONGEST_NUMBER else None)
