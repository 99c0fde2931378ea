"""Languages by their tags, as sources write them and as we do, and which variant of an answer a customer reads."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from agentconsole.domain.errors import NotFoundError, Phrase

_TAG: Final = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*", re.ASCII)
_WITHOUT_REGION: Final = ("ja", "en")
_UNKNOWN: Final = ("und", "mul", "mis", "zxx")
_TRADITIONAL: Final = ("tw", "hk", "mo")


def normalise_language(tag: str | None) -> str | None:
    """A source's language tag as our value: `ja`, `en`, `zh-Hans`, `zh-Hant`, else the tag in its usual case.

    Returns:
        None where the tag says nothing: empty, `und`, no language tag at all.
    """
    folded = re.split(r"[.@]", (tag or "").strip().lower().replace("_", "-"))[0]
    if not _TAG.fullmatch(folded):
        return None
    language, *rest = folded.split("-")
    if language in _UNKNOWN:
        return None
    if language in _WITHOUT_REGION:
        return language
    if language == "zh" and (script := _chinese_script(rest)):
        return f"zh-{script}"
    return "-".join((language, *map(_subtag, rest)))


def _chinese_script(rest: list[str]) -> str | None:
    """Hans or Hant; nothing where another script is named."""
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), None)
    if script:
        return script.title() if script in ("hans", "hant") else None
    return "Hant" if any(part in _TRADITIONAL for part in rest) else "Hans"


def _subtag(part: str) -> str:
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 else part


def written(tag: str | None) -> tuple[str, str] | None:
    """Language and script: who reads one of two tags with the same pair reads the other."""
    known = normalise_language(tag)
    if known is None:
        return None
    language, *rest = known.split("-")
    return language, next((part for part in rest if len(part) == 4 and part.isalpha()), "")


def choose_variant(available: Collection[str], wanted: str | None, default: str) -> tuple[str, bool]:
    """Which language variant of an answer to take: the exact locale, then its language, then the desk's default.

    The two ways of writing Chinese never stand for each other.

    Args:
        available: the languages that the answer exists in.
        wanted: the customer's language, if it is known.
        default: the desk's language.

    Returns:
        One of `available`, and whether it is the fallback.

    Raises:
        NotFoundError: neither is available.
    """
    for tag, fallback in ((wanted, False), (default, True)):
        if tag and (found := _match(available, tag)):
            return found, fallback
    raise NotFoundError(
        Phrase("this answer exists neither in {wanted} nor in {default}", wanted=wanted or "?", default=default),
        Phrase("it exists in: {languages}", languages=", ".join(sorted(available)) or "-"),
    )


def _match(available: Collection[str], wanted: str) -> str | None:
    ordered = sorted(available)
    exact = (tag for tag in ordered if tag.lower() == wanted.lower())
    normalised = (tag for tag in ordered if normalise_language(tag) == (normalise_language(wanted) or ""))
    related = (tag for tag in ordered if written(tag) == (written(wanted) or ""))
    return next(exact, None) or next(normalised, None) or next(related, None)
