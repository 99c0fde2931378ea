"""Dates and times as people and programs write them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from agentconsole.domain.instants import parse_instant

NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["2026-11-20T09:00:00Z", "20 Nov 2026 18:00 JST", "Nov 20, 2026 9am UTC", "2026-11-20 18:00:00.000 +09:00"],
)
def test_usual_ways_to_write_an_instant_are_read(text: str) -> None:
    assert parse_instant(text) == NINE


@pytest.mark.parametrize("zone", ["W", "S", "CST", "PDT", "XYZ"])
def test_a_zone_that_may_mean_anything_is_none(zone: str) -> None:
    """Not the machine's own either: the same file would mean another time elsewhere."""
    with pytest.raises(ValueError, match="time zone"):
        parse_instant(f"2026-11-20 08:00 {zone}", UTC)


@pytest.mark.parametrize("text", ["2026-11-20T08:0" + "9" * 40 + "0:00Z", "9" * 5000, "2026-11-20T08:00:0" + "9" * 99])
def test_digits_without_end_are_no_date(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date and time"):
        parse_instant(text, UTC)
