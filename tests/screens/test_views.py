"""Saved lists on the screen: kept, brought back, renamed, deleted."""

from __future__ import annotations

import pytest
from textual.widgets import Input

from agentconsole.screens.form import VerbForm
from agentconsole.screens.views import ViewsScreen
from agentconsole.services import views
from agentconsole.services.session import Session
from agentconsole.store import views as saved
from tests.support.console_app import give, inbox, notices, opened, painted, press, showing


@pytest.fixture
def two_views(at_work: Session) -> Session:
    views.save(at_work, "期限切れ", "is:breached", "-created")
    views.save(at_work, "Tax", "team:tax", "due", shared=True)
    return at_work


async def test_the_list_as_it_is_is_kept_under_a_name_and_brought_back(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        await give(pilot, "filter", query="入金 OR 出金")
        await give(pilot, "sort", order="-created")
        await press(pilot, "2")
        total = inbox(pilot).rows.held.total
        await press(pilot, "B")
        form = showing(pilot, VerbForm)
        form.query_one("#field-name", Input).value = "money"
        await press(pilot, "ctrl+s")
        assert notices(pilot)[-1] == "List saved: money. V opens it."
        await press(pilot, "escape", "1")
        await give(pilot, "views", name="money")
        assert inbox(pilot).rows.held.total == total
        assert "money" in painted(pilot)[1]
        assert "(入金 OR 出金) tier:2" in painted(pilot)[1]
        assert inbox(pilot).shown_as() == ("(入金 OR 出金) tier:2", "-created")
        await give(pilot, "filter", query="入金")
        assert "money" not in painted(pilot)[1]


async def test_an_unfiltered_list_can_be_kept_too(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        await give(pilot, "save_view", name="mine", who="everyone")
        kept = saved.views(at_work.store, at_work.agent.id)
        assert [(view.name, view.query, view.shared) for view in kept] == [("mine", "is:open tier:1", True)]
        await press(pilot, "0")
        await give(pilot, "save_view", name="all")
        assert views.named(at_work, "all").query == "is:open"


async def test_one_of_several_lists_is_opened(two_views: Session) -> None:
    async with opened(two_views) as pilot:
        await press(pilot, "V")
        shown = "\n".join(painted(pilot))
        for words in ("期限切れ", "is:breached", "newest first", "Tax", "everyone's, by aoi", "Enter open"):
            assert words in shown
        await press(pilot, "down", "enter")
        assert "team:tax" in painted(pilot)[1]


async def test_a_list_is_renamed_and_asked_again_if_the_name_is_taken(two_views: Session) -> None:
    views.save(two_views, "soon", "due:<30m", "due")
    async with opened(two_views) as pilot:
        await press(pilot, "V", "down", "r")
        form = showing(pilot, VerbForm)
        form.query_one("#field-name", Input).value = "Soon"
        await press(pilot, "ctrl+s")
        assert "there is a list 'soon' already" in notices(pilot)[-1]
        showing(pilot, VerbForm).query_one("#field-name", Input).value = "later"
        await press(pilot, "ctrl+s")
        assert "later" in "\n".join(painted(pilot))
        assert "Soon" not in "\n".join(painted(pilot))


async def test_a_list_is_deleted_by_saying_so_twice(two_views: Session) -> None:
    async with opened(two_views) as pilot:
        await press(pilot, "V", "d")
        assert "once more" in "\n".join(painted(pilot))
        await press(pilot, "down", "d")
        assert "once more deletes it for everyone" in "\n".join(painted(pilot))
        assert len(saved.views(two_views.store, two_views.agent.id)) == 2, "another list: said of it once"
        await press(pilot, "up", "d", "d")
        assert [view.name for view in saved.views(two_views.store, two_views.agent.id)] == ["Tax"]
        assert notices(pilot)[-1] == "List deleted: 期限切れ (is:breached)"
        assert isinstance(pilot.app.screen, ViewsScreen)


async def test_where_there_is_no_list_one_is_told_how_to_keep_one(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        await press(pilot, "V")
        assert "None so far. B in the list keeps it under a name" in "\n".join(painted(pilot))
        await press(pilot, "enter", "r", "d", "d", "escape")
        assert inbox(pilot).rows.has_focus
        await give(pilot, "views", name="nowhere")
        assert "there is no list 'nowhere'" in notices(pilot)[-1]


async def test_the_enter_that_ends_a_form_opens_no_ticket(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        await press(pilot, "B", *"mine", "enter", "right", "enter")
        assert inbox(pilot)
        assert views.named(at_work, "mine").shared
