"""Texts from which a helpdesk has taken words away: what is gone, and that it stays gone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

MARK: Final = "▇"
"""Stands for each character that was taken away."""
WITHHELD: Final = f"{MARK}…{MARK}"
"""Stands for a text of which it is known that words were taken out, and not which."""
REDACTED_FILE: Final = "redacted.txt"
"""What Zendesk puts in place of a file that was taken away."""
_MARKS: Final = re.compile(f"{MARK}+")
_SHORTEST: Final = 3
"""Characters; less than this is not looked for elsewhere."""


def is_redacted(text: str) -> bool:
    return MARK in text


def withheld(text: str, times: int) -> str:
    """What may be shown of a text out of which words were taken so many times: itself, once it shows that often."""
    return text if not text.strip() or len(_MARKS.findall(text)) >= times else WITHHELD


def is_redaction_of(after: str, before: str) -> bool:
    """Whether `after` says nothing that `before` does not: it is the same, or parts of it, or nothing."""
    return not after.strip() or after == before or _gaps(after, before) is not None


def removed(before: str, after: str) -> tuple[str, ...]:
    """The words that are gone; if what is left does not fit, all of them."""
    if after == before:
        return ()
    gaps = _gaps(after, before) or [before]
    return tuple(gap.strip() for gap in gaps if len(gap.strip()) >= _SHORTEST and not _MARKS.fullmatch(gap.strip()))


def without(value: Any, gone: Iterable[str]) -> Any:
    """A text, or decoded JSON, with marks in place of these words; keys stay."""
    if isinstance(value, str):
        for words in gone:
            value = value.replace(words, MARK * len(words))
        return value
    if isinstance(value, dict):
        return {key: without(inner, gone) for key, inner in value.items()}
    return [without(inner, gone) for inner in value] if isinstance(value, list) else value


def begins(subject: str, gone: Iterable[str]) -> bool:
    """Whether a subject is the beginning of words that are gone, cut off or not."""
    start = subject.rstrip("…").strip()
    return len(start) >= _SHORTEST and any(words.startswith(start) for words in gone)


def _gaps(after: str, before: str) -> list[str] | None:
    """What stood in place of each run of marks; None if what stands between the marks is not from there."""
    first, *others = _MARKS.split(after)
    if not others or not before.startswith(first) or not before.endswith(others[-1]):
        return None
    at, end, gaps = len(first), len(before) - len(others[-1]), []
    for part in others[:-1]:
        found = before.find(part, at + 1, end)
        if found < 0:
            return None
        gaps.append(before[at:found])
        at = found + len(part)
    return [*gaps, before[at:end]] if end > at else None
