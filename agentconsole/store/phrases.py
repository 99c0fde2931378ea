"""Phrases in the store: beside the English text what it is made of, so that it can be told in any language later."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from agentconsole.domain.errors import Phrase


def kept(text: str) -> str | None:
    """What a phrase is made of, as JSON; None of any other text."""
    return json.dumps(_parts(text), ensure_ascii=False) if isinstance(text, Phrase) else None


def found(text: str, made_of: str | None) -> str:
    """The text again: a phrase if it was kept as one."""
    return text if made_of is None else _phrase(json.loads(made_of))


def summary_kept(summary: Mapping[str, Any]) -> dict[str, Any]:
    """A run's summary in which each reason, and each phrase of what was skipped, has what it is made of beside it."""
    rejected = [{**each, "phrase": kept(each["reason"])} for each in summary["rejected"]]
    skipped = {name: kept(name) for name in summary["skipped"] if isinstance(name, Phrase)}
    return {**summary, "rejected": rejected, **({"phrases": skipped} if skipped else {})}


def summary_found(summary: Mapping[str, Any]) -> dict[str, Any]:
    """The summary again as it was; that of a run which was cut off is empty."""
    if not summary:
        return {}
    phrases = summary.get("phrases", {})
    return {
        **{name: value for name, value in summary.items() if name != "phrases"},
        "rejected": [_rejected(**each) for each in summary["rejected"]],
        "skipped": {found(name, phrases.get(name)): count for name, count in summary["skipped"].items()},
    }


def _rejected(*, reason: str, phrase: str | None = None, **rest: Any) -> dict[str, Any]:
    return {**rest, "reason": found(reason, phrase)}


def _parts(phrase: Phrase) -> list[Any]:
    return [phrase.msgid, {name: _value(value) for name, value in phrase.values.items()}]


def _value(value: object) -> Any:
    """A phrase inside a phrase is a list; everything else is text or a number."""
    if isinstance(value, Phrase):
        return _parts(value)
    return value if isinstance(value, int | float) else str(value)


def _phrase(parts: list[Any]) -> Phrase:
    msgid, values = parts
    return Phrase(msgid, **{name: _phrase(each) if isinstance(each, list) else each for name, each in values.items()})
