"""What stands in conflict on one line: the values give way, never who and when."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest

from agentconsole import locale
from agentconsole.domain.conflict import Conflict
from agentconsole.domain.text import cell_width
from agentconsole.widgets.conflict_lines import conflict_line
from tests.conftest import NOW

LONG = ["入金", "jp", *(f"escalated-by-phone-{index}" for index in range(9)), "とても長い日本語のタグ"]


def line(field: str, ours: Any, theirs: Any, width: int) -> str:
    conflict = Conflict(10001, field, ours, "aoi", NOW, theirs, "zendesk", NOW - timedelta(hours=3))
    return conflict_line(conflict, UTC, NOW, width)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("width", [76, 116])
def test_both_values_who_and_when_are_on_it_however_long_the_values(language: str, width: int) -> None:
    locale.set_language(language)
    told = line("tags", ["入金", "jp", "こちらのタグ"], LONG, width)
    assert cell_width(told) <= width
    assert "(aoi 09:00)" in told
    assert told.endswith("(zendesk 06:00)")


def test_of_tags_only_those_of_one_side_are_told() -> None:
    locale.set_language("en")
    assert line("tags", ["a", "b", "c"], ["c", "d", "a"], 100) == (
        "Tags: only here b (aoi 09:00) / only there d (zendesk 06:00)"
    )
    assert "only there none" in line("tags", ["a", "b"], ["a"], 100)


def test_somebody_of_whom_only_an_id_is_known_is_called_staff() -> None:
    locale.set_language("en")
    told = line("assignee", None, "zendesk:360001234567", 100)
    assert told == "Assignee: ours none (aoi 09:00) / theirs staff 360001234567 (zendesk 06:00)"


def test_the_other_side_is_called_alike_wherever_it_is_told() -> None:
    locale.set_language("ja")
    side = locale._("theirs")
    assert side == "ヘルプデスク側"
    assert f"/ {side} 高" in line("priority", "low", "high", 76)
    assert f"/ {side} b" in line("tags", ["a"], ["b"], 76)
    assert side in locale._("Take theirs")
    assert side in locale._("{ours} keeps ours, {theirs} takes theirs")
