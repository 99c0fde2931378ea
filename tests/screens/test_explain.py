"""The screen that explains a deadline: as it is and as it would be, side by side, with nothing written."""

from __future__ import annotations

from agentconsole.commands import BY_ID
from agentconsole.screens.explain import ExplainScreen
from agentconsole.screens.form import VerbForm
from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.widgets.marked_lines import MarkedLines
from tests.support.console_app import give, inbox, notices, opened, painted, press, settled, showing, ticket_screen
from tests.support.dump import everything


async def test_a_lead_asks_what_if_with_keys_and_nothing_is_written(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        before = everything(at_work.store)
        await press(pilot, "i")
        assert "What if" not in painted(pilot)[0]
        await press(pilot, "I")
        assert isinstance(pilot.app.screen, VerbForm)
        await press(pilot, "right", "right", "right", "right", "ctrl+s")
        shown = painted(pilot)
        assert "What if" in shown[0]
        assert "priority is urgent" in shown[0]
        assert "nothing is changed" in shown[0]
        assert any("as it is" in line and "what if" in line for line in shown)
        await press(pilot, "escape")
        assert "What if" not in painted(pilot)[0], "back to how it is"
        assert showing(pilot, ExplainScreen)
        await press(pilot, "escape")
        assert inbox(pilot)
        assert everything(at_work.store) == before


async def test_a_supposition_is_asked_for_by_a_word_from_the_list_and_by_a_policy_of_the_desk(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        await give(pilot, "what_if", priority="urgnt")
        assert notices(pilot)[-1].startswith("priority: 'urgnt' is not known")
        await press(pilot, "escape")
        await give(pilot, "what_if")
        form = showing(pilot, VerbForm)
        await press(pilot, "tab", "right", "right", "ctrl+s")
        assert form is not pilot.app.screen
        assert "the policy “Chat” holds" in painted(pilot)[0]
        await give(pilot, "what_if", priority="low", at=at_work.now())
        assert "priority is low" in painted(pilot)[0], "one supposition takes the place of the other"
        assert "Chat" not in painted(pilot)[0]


async def test_what_others_do_is_seen_while_one_reads_on(at_work: Session, mei: Session) -> None:
    async with opened(at_work) as pilot:
        ticket = inbox(pilot).ticket()
        assert ticket is not None
        await give(pilot, "what_if", priority="urgent")
        pane = showing(pilot, ExplainScreen).query_one(MarkedLines)
        await press(pilot, "pagedown")
        read = pane.scroll_offset.y
        assert read
        deeds.perform(mei, "tag", [ticket.number], {"tags": ("+seen",)})
        showing(pilot, ExplainScreen)._look_for_changes()
        await settled(pilot)
        assert pane.scroll_offset.y == read
        assert "priority is urgent" in painted(pilot)[0]
        await press(pilot, "g")
        assert pane.scroll_offset.y == 0, "the keys of lists and tickets move here, too"
        await give(pilot, "open", ref="10001")
        assert ticket_screen(pilot).ticket().number == 10001  # type: ignore[union-attr]
        await press(pilot, "escape")
        assert inbox(pilot), "the explanation was left for it"


def test_the_form_offers_what_the_command_line_takes() -> None:
    assert [each.name for each in BY_ID["what_if"].parameters] == ["priority", "policy", "at"]
