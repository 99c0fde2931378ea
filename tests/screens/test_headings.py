"""What the inbox says of tickets in conflict: how many wait for a choice, and which."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta

import pytest

from agentconsole import locale
from agentconsole.config import Glyphs
from agentconsole.screens import headings
from agentconsole.services.session import Session
from agentconsole.services.tickets import perform
from agentconsole.store import tickets
from agentconsole.store.query_sql import Viewer
from agentconsole.widgets.timer import SIGNS, Look, columns, pieces
from tests.conftest import NOW
from tests.support.records import take, ticket

VIEWER = Viewer("aoi", NOW)


def top(session: Session, tier: int) -> str:
    counts = headings.read_counts(session.store, tier, VIEWER, UTC)
    left, _right = headings.top(counts, tier, 0, "aoi", NOW, short=True)
    return " ".join(part.text for part in left)


def row(session: Session, number: int) -> str:
    look = Look(number, 1, "", marked=False, timer="", tone="")
    return "".join(
        text for _part, text in pieces(look, tickets.get(session.store, number), columns(80, 5, SIGNS[Glyphs.ASCII]))
    )


@pytest.fixture(autouse=True)
def english_again() -> Iterator[None]:
    yield
    locale.set_language("en")


@pytest.mark.parametrize(
    ("language", "count", "mark"), [("en", "conflicts 1", "[conflict] 件名 1"), ("ja", "競合 1", "[競合] 件名 1")]
)
def test_a_tier_sees_how_many_wait_for_a_choice_and_which(
    session: Session, language: str, count: str, mark: str
) -> None:
    locale.set_language(language)
    take(session.store, ticket("1"), ticket("2"))
    assert count[:-2] not in top(session, 1)
    perform(session, "priority", [10001], {"priority": "high"})
    take(session.store, ticket("1", priority="low", updated_at=NOW + timedelta(minutes=5)))
    assert (count in top(session, 1), count in top(session, 2)) == (True, False)
    assert (mark in row(session, 10001), mark in row(session, 10002)) == (True, False)
    perform(session, "theirs", [10001])
    assert (count in top(session, 1), mark in row(session, 10001)) == (False, False)
