"""The outbox and the conflicts on the screen."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agentconsole import locale
from agentconsole.domain.query import All
from agentconsole.screens.outbox import OutboxScreen, outbox_text
from agentconsole.screens.ticket import TicketScreen
from agentconsole.services.session import Session
from agentconsole.services.tickets import perform
from agentconsole.store import conflicts, tickets, windows
from agentconsole.store.query_sql import Viewer
from agentconsole.sync import outbox
from tests.conftest import NOW
from tests.support.console_app import opened, painted, press, showing
from tests.support.records import comment, take, ticket

LATER = NOW + timedelta(minutes=5)
HOSTILE = "evil \x1b]0;owned\x07 \u202eback [bold]"


@pytest.fixture
def disputed(session: Session, tmp_path: Path) -> Session:
    """A reply on its way, a note that waits, and a priority that both have changed."""
    locale.set_language("en")
    take(session.store, ticket("1"), comment("1", "a"))
    perform(session, "reply", [10001], {"body": "確認いたします。"})
    outbox.export(session.store, tmp_path / "out.json", session.now())
    perform(session, "priority", [10001], {"priority": "high"})
    perform(session, "note", [10001], {"body": HOSTILE})
    take(session.store, ticket("1", priority="low", updated_at=LATER))
    return session


def text_of(session: Session) -> str:
    return outbox_text(session.store, ZoneInfo("Asia/Tokyo"), NOW, 72)


def test_each_part_says_what_is_in_it(disputed: Session) -> None:
    text = text_of(disputed)
    assert (
        "Changed on both sides; the ticket asks which holds: 1\n"
        "  - 10001  Priority: ours high (aoi 18:00) / theirs low (helpdesk 18:05)" in text
    )
    held = "  - 18:00  10001  change  held by the conflict: Priority: high\n"
    assert f"Waits to be exported: 2\n{held}  - 18:00  10001  note  evil" in text
    assert "Exported; no sync has shown it yet: 1\n  - 18:00  10001  reply  確認いたします。" in text
    assert "out.json: 0 of 1 acknowledged" in text
    assert "The helpdesk has it" not in text
    assert not {"\x1b", "\x07", "\u202e"} & set(text)
    take(disputed.store, comment("1", "b", at=LATER, author_id="api", body="確認いたします。"))
    perform(disputed, "theirs", [10001])
    assert "The helpdesk has it: 1" in text_of(disputed)
    assert "Changed on both sides" not in text_of(disputed)


def test_an_empty_outbox_says_so(session: Session) -> None:
    locale.set_language("en")
    assert text_of(session) == "Nothing waits, and nothing went out yet."


async def test_a_conflict_stands_on_the_ticket_and_one_key_ends_it(disputed: Session) -> None:
    view = windows.View(All(), Viewer("aoi", NOW))
    async with opened(disputed, (100, 30), lambda: TicketScreen(10001, view, {})) as pilot:
        assert "! Priority: ours high (aoi 18:00) / theirs low (helpdesk 18:05)" in "\n".join(painted(pilot))
        assert "< keeps ours, > takes theirs" in "\n".join(painted(pilot))
        await press(pilot, "greater_than_sign")
        assert tickets.get(disputed.store, 10001).priority == "low"
        assert "takes theirs" not in "\n".join(painted(pilot))
        await press(pilot, "u")
        assert [each.ours for each in conflicts.conflicts(disputed.store)] == ["high"]
        await press(pilot, "O")
        assert "Changed on both sides; the ticket asks which holds: 1" in "\n".join(painted(pilot))
        showing(pilot, OutboxScreen)
