"""Texts that break what takes them lightly: our own, and those that others collected."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from tests.support.samples import sample

_OWN: Final = Path(__file__).parents[2] / "fixtures" / "hostile" / "strings.json"
HOSTILE: Final[list[str]] = [each["text"] for each in json.loads(_OWN.read_text(encoding="utf-8"))]


def naughty() -> list[str]:
    """The Big List of Naughty Strings, which is no part of this repository; the test is skipped where it is not."""
    found: list[str] = json.loads(sample("text-blns", "blns.json").read_text(encoding="utf-8"))
    return found
