"""What the inbox says around its list: what narrows it, its order, how fresh it is; and the drawer with a ticket."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agentconsole.screens import headings
from agentconsole.screens.listing import Listing
from agentconsole.services.session import Session
from tests.conftest import NOW
from tests.support.console_app import give, inbox, opened, painted, press

COUNTS = headings.Counts(
    {1: 120, 2: 30, 3: 9}, late=3, soon=7, in_conflict=0, synced_at=NOW - timedelta(minutes=4), everything=159
)


async def test_an_unusual_order_is_told_until_escape_takes_it_away(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        await give(pilot, "filter", query="入金")
        await give(pilot, "sort", order="-created")
        line = painted(pilot)[1]
        assert "入金" in line
        assert "newest first" in line
        await press(pilot, "escape")
        assert "入金" not in painted(pilot)[1]
        assert "newest first" in painted(pilot)[1]
        await press(pilot, "escape")
        assert inbox(pilot).listing.is_usual
        assert "newest first" not in painted(pilot)[1]


async def test_where_it_is_narrow_a_ticket_comes_in_a_drawer(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        ticket = inbox(pilot).ticket()
        assert ticket is not None
        subject = ticket.subject[:10]
        assert not [line for line in painted(pilot) if line.startswith(f"─ {ticket.number}")]
        await press(pilot, "d")
        assert [line for line in painted(pilot) if line.startswith(f"─ {ticket.number}") and subject in line]
        assert inbox(pilot).rows.has_focus
        await press(pilot, "d")
        assert not [line for line in painted(pilot) if line.startswith(f"─ {ticket.number}")]


async def test_where_there_is_room_the_preview_can_be_put_away(at_work: Session) -> None:
    async with opened(at_work, (120, 36)) as pilot:
        height = inbox(pilot).rows.size.height
        await press(pilot, "d")
        assert inbox(pilot).rows.size.height > height
        await press(pilot, "d")
        assert inbox(pilot).rows.size.height == height


def test_a_narrow_line_says_how_fresh_the_list_is() -> None:
    _left, right = headings.top(COUNTS, 1, 0, "aoi", NOW, short=True)
    assert [part.text for part in right] == ["sync 4m", f"aoi {NOW:%H:%M}"]
    old = replace(COUNTS, synced_at=NOW - timedelta(hours=5))
    assert headings.top(old, 1, 0, "aoi", NOW, short=True)[1][0].text == "sync 5h"


@pytest.mark.parametrize(
    ("listing", "left", "right"),
    [
        (Listing(typed="tier:2"), ["/", "tier:2"], ["5 found", "Esc clears"]),
        (Listing(sort="-due"), [], ["latest deadline first", "5 found", "Esc clears"]),
        (Listing(typed="入金", name="Money", sort="priority"), ["/", "Money", "入金"], ["most urgent first"]),
    ],
)
def test_what_narrows_the_list(listing: Listing, left: list[str], right: list[str]) -> None:
    said, known = headings.narrowed(listing, 5, "Esc")
    assert [part.text for part in said] == left
    assert [part.text for part in known][: len(right)] == right
