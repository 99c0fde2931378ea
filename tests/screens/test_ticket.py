"""One ticket on the screen: reading it, answering it without losing a word, and what stops an answer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from textual.app import App
from textual.events import Key
from textual.pilot import Pilot
from textual.widgets import Input, TextArea

from agentconsole.app import ConsoleApp
from agentconsole.config import AfterSend
from agentconsole.domain.query import All
from agentconsole.domain.text import cell_width
from agentconsole.domain.ticket import Message
from agentconsole.screens.form import VerbForm
from agentconsole.screens.inbox import InboxScreen
from agentconsole.screens.lookup import Lookup
from agentconsole.screens.ticket import TicketScreen
from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.store import desks, drafts, people, tickets, undoing, windows
from agentconsole.store.query_sql import Viewer
from agentconsole.widgets.conversation import Conversation
from agentconsole.widgets.customer_pane import CustomerPane
from agentconsole.widgets.playbook_lines import PlaybookLines
from agentconsole.widgets.text_editor import TextEditor
from agentconsole.widgets.timer import channels
from tests.conftest import FrozenClock
from tests.support.console_app import give, inbox, notices, opened, painted, press, settled, ticket_screen, until
from tests.support.records import take, ticket

LEAK: Final = "こちらをご覧ください https://evil.invalid/"
"""A link to a place that is no desk's own: the gate stops it."""


def live(session: Session, **wanted: Any) -> list[int]:
    """The open tickets that are so, the most urgent first."""
    page = tickets.page(session.store, All(), Viewer(None, session.now()))
    return [
        ticket.number
        for ticket in page
        if ticket.status.is_live and all(getattr(ticket, name) == value for name, value in wanted.items())
    ]


@pytest.fixture
def number(at_work: Session) -> int:
    """A Japanese ticket that nobody has, of a customer who has asked before."""
    for number in live(at_work, language="ja", tier=1, assignee=None, verified_at=None, desk="minamo"):
        requester = tickets.get(at_work.store, number).requester_id
        if requester and len(tickets.of_customer(at_work.store, requester)) > 1:
            return number
    raise AssertionError("no such ticket in the fixtures")


def on_ticket(session: Session, number: int, first: str = "") -> Any:
    """Makes the screen of a ticket, with the list of all tickets behind it."""
    known = desks.every_edition(session.store)
    view = windows.View(All(), Viewer(session.agent.login, session.now()))
    return lambda: TicketScreen(number, view, known, first)


@pytest.mark.parametrize("only", [True, False])
async def test_the_desk_is_named_where_there_are_several(at_work: Session, only: bool) -> None:
    """Several editions of one desk are one desk."""
    key = tickets.get(at_work.store, 10234).desk
    known = {name: desk for name, desk in desks.every_edition(at_work.store).items() if not only or desk.key == key}
    view = windows.View(All(), Viewer(at_work.agent.login, at_work.now()))
    async with opened(at_work, (140, 36), lambda: TicketScreen(10234, view, known)) as pilot:
        assert any(key in line for line in painted(pilot)[:3]) is not only


async def show(pilot: Pilot[None], number: int) -> TicketScreen:
    """Opens a ticket over the inbox."""
    inbox(pilot).show_ticket(number)
    await settled(pilot)
    return ticket_screen(pilot)


def shown(pilot: Pilot[None]) -> int:
    ticket = ticket_screen(pilot).ticket()
    assert ticket is not None
    return ticket.number


async def write(pilot: Pilot[None], text: str) -> None:
    """Types into the composer, and waits as long as it takes to be kept."""
    screen = ticket_screen(pilot)
    assert screen.composer.query_one(TextEditor).has_focus
    screen.composer.insert(text)
    await pilot.pause()
    screen.composer.flush()
    await settled(pilot)


def kept(session: Session, number: int) -> dict[str, str]:
    """The drafts in the store, by kind."""
    return {kind: draft.body for kind, draft in drafts.drafts(session.store, number, session.agent.id).items()}


def said(session: Session, number: int) -> Message:
    return tickets.conversation(session.store, number).messages[-1]


async def look_for_changes(pilot: Pilot[None]) -> None:
    ticket_screen(pilot)._look_for_changes()
    await settled(pilot)


# --- reading


async def test_conversation_customer_and_identity_stand_side_by_side(at_work: Session, number: int) -> None:
    async with opened(at_work, (140, 40)) as pilot:
        await show(pilot, number)
        thread = tickets.conversation(at_work.store, number)
        text = "\n".join(painted(pilot))
        assert str(number) in painted(pilot)[0]
        assert thread.ticket.subject[:10] in painted(pilot)[0]
        assert "nobody's" in painted(pilot)[0]
        assert thread.messages[-1].body.split()[0][:12] in text
        assert thread.customer is not None and thread.customer.name is not None
        assert thread.customer.name in text
        assert "NOT verified" in text
        assert "Earlier tickets" in text
        await press(pilot, "v")
        await press(pilot, *"call", "enter")
        assert tickets.get(at_work.store, number).verified_how == "call"
        text = "\n".join(painted(pilot))
        assert "NOT verified" not in text
        assert "Identity: verified" in text


async def test_a_narrow_screen_shows_the_customer_on_demand(at_work: Session, number: int) -> None:
    async with opened(at_work, (80, 24)) as pilot:
        screen = await show(pilot, number)
        assert "Identity" not in "\n".join(painted(pilot))
        await press(pilot, "d")
        assert "Identity: NOT verified" in "\n".join(painted(pilot))
        assert screen.query_one(CustomerPane).has_focus
        await press(pilot, "escape")
        assert "Identity" not in "\n".join(painted(pilot))
        assert screen.query_one(Conversation).has_focus
        await press(pilot, "escape")
        assert inbox(pilot).rows.has_focus


async def test_an_earlier_ticket_is_opened_over_this_one(at_work: Session, number: int) -> None:
    async with opened(at_work, (120, 36)) as pilot:
        screen = await show(pilot, number)
        assert screen._case is not None
        earlier = screen._case.earlier[0].number
        await press(pilot, "d")
        screen.query_one(CustomerPane).action_bottom()
        screen.query_one(CustomerPane).post_message(CustomerPane.TicketChosen(earlier))
        await settled(pilot)
        assert shown(pilot) == earlier
        await press(pilot, "escape")
        assert shown(pilot) == number


async def test_a_long_subject_leaves_room_for_the_state(at_work: Session) -> None:
    made = deeds.open_ticket(
        at_work, desk="minamo", channel="phone", subject="long " * 60, body="x", name="見本 次郎", language="ja"
    )
    async with opened(at_work, (80, 24)) as pilot:
        await show(pilot, made.ticket.number)
        top = painted(pilot)[0]
        assert "long long" in painted(pilot)[1]
        assert "new" in top
        assert "T1" in top


async def test_what_others_write_is_seen(at_work: Session, number: int, mei: Session) -> None:
    async with opened(at_work) as pilot:
        await show(pilot, number)
        await look_for_changes(pilot)
        deeds.perform(mei, "note", [number], {"body": "looked at the bank side"})
        await look_for_changes(pilot)
        assert "looked at the bank side" in "\n".join(painted(pilot))


# --- drafts


async def test_a_draft_is_kept_while_one_types_and_comes_back(at_work: Session, number: int) -> None:
    async with opened(at_work) as pilot:
        await show(pilot, number)
        await press(pilot, "r")
        await write(pilot, "お待たせして")
        assert kept(at_work, number) == {"reply": "お待たせして"}
        await press(pilot, "escape", "escape")
        screen = await show(pilot, number)
        assert screen.composer.text == "お待たせして"
        assert "Recovered draft of 11-20 18:00" in "\n".join(painted(pilot))
        assert screen.query_one(Conversation).has_focus, "a key must not be text before one goes on writing"
        await press(pilot, "r")
        await write(pilot, "おります")
        assert kept(at_work, number) == {"reply": "お待たせしております"}


async def test_a_draft_that_was_emptied_is_none(at_work: Session, number: int) -> None:
    async with opened(at_work) as pilot:
        screen = await show(pilot, number)
        await press(pilot, "n")
        await write(pilot, "hm")
        screen.composer.query_one(TextEditor).text = ""
        await press(pilot, "escape")
        assert kept(at_work, number) == {}
        assert not screen.is_writing


async def test_a_draft_survives_the_end_of_the_console(at_work: Session, number: int) -> None:
    async with opened(at_work) as pilot:
        screen = await show(pilot, number)
        await press(pilot, "r")
        screen.composer.insert("途中まで")
        assert kept(at_work, number) == {}
        app = pilot.app
        assert isinstance(app, ConsoleApp)
        app.leave(129)
    assert kept(at_work, number) == {"reply": "途中まで"}


async def test_what_is_written_on_a_ticket_that_is_gone_by_now_is_told(session: Session) -> None:
    """A whole sync may be undone while somebody reads what it brought."""
    take(session.store, ticket("1"))
    async with opened(session, (80, 24), on_ticket(session, 10001)) as pilot:
        await settled(pilot)
        with session.store.writing():
            undoing.undo_run(session.store, 1, session.author, session.now())
        await press(pilot, "n")
        await write(pilot, "途中まで")
        assert "ticket 10001 is gone" in "\n".join(painted(pilot))
        assert ticket_screen(pilot).composer.text == "途中まで"
        app = pilot.app
        assert isinstance(app, ConsoleApp)
        app.leave(129)
        assert app.return_code == 129


async def test_reply_and_note_are_drafts_of_their_own(at_work: Session, number: int) -> None:
    async with opened(at_work) as pilot:
        screen = await show(pilot, number)
        await press(pilot, "r")
        screen.composer.insert("for the customer")
        await give(pilot, "note", body="for us")
        assert screen.composer.mode == "note"
        assert screen.composer.text == "for us"
        await give(pilot, "reply")
        assert screen.composer.text == "for the customer"
        assert kept(at_work, number) == {"reply": "for the customer", "note": "for us"}


async def test_a_draft_never_moves_to_another_ticket(at_work: Session, number: int) -> None:
    async with opened(at_work) as pilot:
        screen = await show(pilot, number)
        await press(pilot, "r")
        screen.composer.insert("only for you")
        await press(pilot, "ctrl+n")
        other = shown(pilot)
        assert other != number
        assert not screen.is_writing
        await press(pilot, "r")
        assert screen.composer.text == ""
        await press(pilot, "escape")
        assert kept(at_work, other) == {}
        assert kept(at_work, number) == {"reply": "only for you"}


async def test_leaving_the_composer_says_that_the_draft_is_kept(at_work: Session, number: int) -> None:
    async with opened(at_work) as pilot:
        await show(pilot, number)
        await press(pilot, "r", "escape")
        assert notices(pilot) == [], "there is none"
        await press(pilot, "r", "x", "q", "escape")
        assert notices(pilot) == ["Draft kept. r goes on with it."]
        assert kept(at_work, number) == {"reply": "xq"}


@pytest.mark.parametrize("key", ["q", "ｑ"])
async def test_q_goes_back_and_does_not_end_the_console(at_work: Session, number: int, key: str) -> None:
    async with opened(at_work) as pilot:
        await show(pilot, number)
        pilot.app.post_message(Key(key, key))
        await settled(pilot)
        assert inbox(pilot)
        pilot.app.post_message(Key(key, key))
        await until(lambda: pilot.app.return_code == 0)


# --- sending


async def test_a_reply_goes_out_and_the_next_ticket_comes(at_work: Session, number: int) -> None:
    async with opened(at_work) as pilot:
        screen = await show(pilot, number)
        following = screen._case.next if screen._case else None
        await press(pilot, "r")
        await write(pilot, "確認いたします。")
        await press(pilot, "ctrl+s")
        assert said(at_work, number).body == "確認いたします。"
        assert said(at_work, number).public
        assert kept(at_work, number) == {}
        assert notices(pilot)[-1] == f"Reply: {number}. u takes it back."
        assert shown(pilot) == following
        await press(pilot, "u")
        assert said(at_work, number).body != "確認いたします。"
        assert kept(at_work, number) == {"reply": "確認いたします。"}, "what was written is not lost with it"


async def test_after_a_reply_one_may_be_back_in_the_list(at_work: Session, number: int) -> None:
    async with opened(at_work, after_send=AfterSend.BACK) as pilot:
        screen = await show(pilot, number)
        following = screen._case.next if screen._case else None
        await give(pilot, "reply", body="確認いたします。")
        await give(pilot, "send")
        assert said(at_work, number).body == "確認いたします。"
        current = inbox(pilot).ticket()
        assert current is not None
        assert current.number == following, "the answered one has moved far down"


@pytest.mark.parametrize(
    ("key", "status", "title"), [("f8", "solved", "Send and solve"), ("f4", "pending", "Send and wait")]
)
async def test_a_reply_and_what_follows_it_are_one_stroke(
    at_work: Session, number: int, key: str, status: str, title: str
) -> None:
    before = tickets.get(at_work.store, number).status
    async with opened(at_work) as pilot:
        await show(pilot, number)
        await give(pilot, "reply", body="確認いたします。")
        await press(pilot, key)
        assert said(at_work, number).body == "確認いたします。"
        assert tickets.get(at_work.store, number).status == status
        assert shown(pilot) != number
        assert notices(pilot)[-1] == f"{title}: {number}. u takes it back."
        await press(pilot, "u")
        assert notices(pilot)[-1] == f"Taken back: {title}, {number}\nThe text is a draft again."
        assert tickets.get(at_work.store, number).status == before
        assert kept(at_work, number) == {"reply": "確認いたします。"}


async def test_what_follows_a_reply_waits_for_the_gate(at_work: Session, number: int) -> None:
    async with opened(at_work) as pilot:
        await show(pilot, number)
        await give(pilot, "reply", body=LEAK)
        await press(pilot, "f8")
        assert "F3 :send_solve foreign_link" in "\n".join(painted(pilot))
        assert tickets.get(at_work.store, number).status.is_live
        await give(pilot, "send_solve", override="foreign_link")
        assert tickets.get(at_work.store, number).status == "solved"


async def test_a_note_is_no_answer_that_solves(at_work: Session, number: int) -> None:
    async with opened(at_work) as pilot:
        await show(pilot, number)
        await give(pilot, "note", body="銀行に照会済み")
        await press(pilot, "f8")
        assert "Ctrl+S keeps it" in "\n".join(painted(pilot))
        assert tickets.get(at_work.store, number).status.is_live
        assert ticket_screen(pilot).composer.text == "銀行に照会済み"


async def test_two_strokes_send_once(at_work: Session, number: int) -> None:
    async with opened(at_work) as pilot:
        screen = await show(pilot, number)
        before = len(tickets.conversation(at_work.store, number).messages)
        await give(pilot, "note", body="once")
        screen.do_send()
        screen.do_send()
        await settled(pilot)
        assert len(tickets.conversation(at_work.store, number).messages) == before + 1


async def test_a_note_stays_inside_and_one_stays_here(at_work: Session, number: int) -> None:
    async with opened(at_work) as pilot:
        screen = await show(pilot, number)
        await press(pilot, "n")
        assert "INTERNAL" in "\n".join(painted(pilot))
        await write(pilot, "銀行に照会済み")
        await press(pilot, "ctrl+s")
        assert not said(at_work, number).public
        assert shown(pilot) == number
        assert screen.query_one(Conversation).has_focus
        assert "銀行に照会済み" in "\n".join(painted(pilot))


async def test_enter_never_sends(at_work: Session, number: int) -> None:
    async with opened(at_work) as pilot:
        screen = await show(pilot, number)
        before = said(at_work, number)
        await press(pilot, "r", "a", "enter", "b")
        assert screen.composer.text == "a\nb"
        assert said(at_work, number) == before


async def test_the_gate_says_everything_and_one_word_overrides_it(at_work: Session, number: int) -> None:
    async with opened(at_work) as pilot:
        await show(pilot, number)
        before = said(at_work, number)
        await give(pilot, "reply", body=f"{LEAK} {{{{customer.name}}}}")
        await press(pilot, "ctrl+s")
        text = "\n".join(painted(pilot))
        assert "F3 :send" in text
        assert "evil.invalid" in text
        assert said(at_work, number) == before
        codes = text.partition(":send ")[2].partition(" sends")[0]
        assert set(codes.split()) == {"foreign_link", "unfilled"}
        await press(pilot, "f3")
        pilot.app.screen.query_one(Input).value = "send foreign_link"
        await press(pilot, "enter")
        assert said(at_work, number) == before, "the other check still stands"
        await give(pilot, "send", override=codes)
        assert LEAK in said(at_work, number).body
        event = tickets.events(at_work.store, number)[-1]
        assert set(event.after["overridden"]) == set(codes.split())


async def test_an_empty_reply_cannot_be_overridden(at_work: Session, number: int) -> None:
    async with opened(at_work) as pilot:
        await show(pilot, number)
        await press(pilot, "r", "ctrl+s")
        assert "Write something first" in "\n".join(painted(pilot))


async def test_what_no_word_overrides_is_offered_no_word(at_work: Session) -> None:
    closed = next(
        ticket.number
        for ticket in tickets.page(at_work.store, All(), Viewer(None, at_work.now()))
        if ticket.status == "closed"
    )
    async with opened(at_work) as pilot:
        screen = await show(pilot, closed)
        await give(pilot, "reply", body="too late")
        await press(pilot, "ctrl+s")
        text = "\n".join(painted(pilot))
        assert "closed for good" in text
        assert "sends it all the same" not in text
        assert screen.composer.text == "too late"
        await give(pilot, "send", override="identty")
        assert "identity" in notices(pilot)[-1]
        assert screen.is_writing


async def test_a_message_that_came_meanwhile_stops_the_reply_once(at_work: Session, number: int, mei: Session) -> None:
    async with opened(at_work) as pilot:
        await show(pilot, number)
        await look_for_changes(pilot)
        await give(pilot, "reply", body="確認いたします。")
        deeds.perform(mei, "note", [number], {"body": "already answered by phone"})
        await look_for_changes(pilot)
        assert "wrote meanwhile" in "\n".join(painted(pilot))
        await press(pilot, "ctrl+s")
        assert said(at_work, number).body == "already answered by phone"
        assert "wrote meanwhile" in "\n".join(painted(pilot))
        await press(pilot, "ctrl+s")
        assert said(at_work, number).body == "確認いたします。"


async def test_an_answer_with_account_data_needs_a_verified_customer(at_work: Session, number: int) -> None:
    async with opened(at_work) as pilot:
        await show(pilot, number)
        requester = tickets.get(at_work.store, number).requester_id
        assert requester is not None
        mail = people.profile(at_work.store, requester).email
        await give(pilot, "reply", body=f"ご登録は {mail} です。")
        await press(pilot, "ctrl+s")
        assert ":send identity" in "\n".join(painted(pilot))
        await give(pilot, "verify", how="name and birthday")
        await give(pilot, "send")
        assert said(at_work, number).body == f"ご登録は {mail} です。"


# --- what helps to answer


async def test_a_canned_answer_is_filled_in_for_the_customer(at_work: Session, number: int) -> None:
    async with opened(at_work) as pilot:
        screen = await show(pilot, number)
        await press(pilot, "c")
        lookup = screen.query_one(Lookup)
        lookup.query_one(Input).value = "受付"
        lookup._search()
        await settled(pilot)
        await press(pilot, "enter")
        ticket = tickets.get(at_work.store, number)
        assert screen.is_writing
        assert f"{ticket.requester_name} 様" in screen.composer.text
        assert "{{customer" not in screen.composer.text
        assert screen.composer.query_one(TextEditor).has_focus
        screen.composer.flush()
        await settled(pilot)
        assert kept(at_work, number)["reply"] == screen.composer.text


async def test_the_event_says_which_canned_answer_was_sent(at_work: Session, number: int) -> None:
    """The draft knows it too, so that it is known after a night and after an undo."""
    async with opened(at_work) as pilot:
        await show(pilot, number)
        ticket_screen(pilot).post_message(Lookup.Insert("確認いたします。", "closing-no-reply"))
        await settled(pilot)
        await press(pilot, "escape", "escape")
    async with opened(at_work) as pilot:
        await show(pilot, number)
        await give(pilot, "reply", body="少々お待ちください。")
        await press(pilot, "ctrl+s")
        assert tickets.events(at_work.store, number)[-1].after["canned"] == "closing-no-reply"
        await press(pilot, "u")
        assert drafts.drafts(at_work.store, number, at_work.agent.id)["reply"].canned == "closing-no-reply"


async def test_one_looks_up_while_writing_and_comes_back_to_it(at_work: Session, number: int) -> None:
    async with opened(at_work) as pilot:
        screen = await show(pilot, number)
        await give(pilot, "note", body="see: ")
        await press(pilot, "f7")
        assert screen.query_one(Lookup).query_one(Input).has_focus
        assert "Enter insert" in painted(pilot)[-1]
        await press(pilot, "escape")
        assert screen.composer.query_one(TextEditor).has_focus
        await press(pilot, "f7", "enter")
        assert screen.composer.mode == "note"
        assert screen.composer.text.startswith("see: ")
        assert len(screen.composer.text) > 30


# --- going on


async def test_escalating_hands_over_with_a_note(at_work: Session, number: int) -> None:
    async with opened(at_work) as pilot:
        await show(pilot, number)
        await press(pilot, "e")
        form = pilot.app.screen
        assert isinstance(form, VerbForm)
        form.query_one("#field-tier").choose(("2",))  # type: ignore[attr-defined]
        form.query_one("#field-reason", Input).value = "bank"
        form.query_one("#field-note", TextArea).text = "asked the bank at ten"
        await press(pilot, "ctrl+s")
        assert tickets.get(at_work.store, number).tier == 2
        assert "T2" in painted(pilot)[0]
        assert "asked the bank at ten" in "\n".join(painted(pilot))


async def test_the_next_ticket_of_the_same_list_follows(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        await press(pilot, "2")
        rows = inbox(pilot).rows
        expected = [ticket.number for rank in range(4) if (ticket := rows.held.at(rank))]
        await press(pilot, "enter")
        for number in expected:
            assert shown(pilot) == number
            await press(pilot, "right_square_bracket")
        last = shown(pilot)
        await press(pilot, "escape")
        current = rows.held.current()
        assert current is not None
        assert current.number == last, "the list goes on where one has read"


@pytest.mark.parametrize(("height", "rows"), [(24, 1), (40, 6)])
async def test_the_playbook_says_what_comes_next_and_one_key_notes_it(at_work: Session, height: int, rows: int) -> None:
    number = next(iter(live(at_work, category="security")))
    async with opened(at_work, size=(80, height)) as pilot:
        screen = await show(pilot, number)
        assert "Playbook 0/5 · P notes: Freeze the account" in "\n".join(painted(pilot))
        assert screen.query_one(PlaybookLines).size.height == rows
        await press(pilot, "P")
        shown = "\n".join(painted(pilot))
        assert "Playbook 1/5 · P notes: Reach the customer where they are registered" in shown
        assert ("✓ Freeze the account  (aoi" in shown) is (rows > 1)
        await press(pilot, "u")
        assert "Playbook 0/5" in "\n".join(painted(pilot))


@pytest.mark.parametrize(("zone", "told"), [("Asia/Tokyo", False), ("Asia/Seoul", False), ("UTC", True)])
async def test_whose_wall_shows_another_time_than_the_desks_is_told(
    at_work: Session, number: int, zone: str, told: bool
) -> None:
    async with opened(at_work, size=(100, 30), zone=zone) as pilot:
        await show(pilot, number)
        assert ("times in UTC" in painted(pilot)[0]) is told


async def test_a_ticket_can_be_opened_to_do_something(at_work: Session, number: int) -> None:
    for first, words in (("reply", "はい"), ("note", "うむ")):
        async with opened(at_work, first_screen=on_ticket(at_work, number, first)) as pilot:
            assert ticket_screen(pilot).composer.mode == first
            await write(pilot, words)
        assert kept(at_work, number)[first] == words
    async with opened(at_work) as pilot:
        await give(pilot, "filter", query=str(number))
        await give(pilot, "knowledge", words="入金")
        assert ticket_screen(pilot).query_one(Lookup).query_one(Input).value == "入金"
        await press(pilot, "escape")
        await give(pilot, "canned", words="受付")
        assert ticket_screen(pilot).query_one(Lookup).query_one(Input).value == "受付"


async def test_the_keys_below_are_those_of_the_pane_in_use(at_work: Session, number: int) -> None:
    async with opened(at_work, (120, 36)) as pilot:
        screen = await show(pilot, number)
        assert "r reply" in painted(pilot)[-1]
        await press(pilot, "r")
        assert "Ctrl+S send" in painted(pilot)[-1]
        assert "Ctrl+E editor" in painted(pilot)[-1]
        screen.query_one(Conversation).focus()
        await settled(pilot)
        assert "r reply" in painted(pilot)[-1]


async def test_keys_move_the_pane_that_has_them(at_work: Session, number: int) -> None:
    async with opened(at_work, (120, 20)) as pilot:
        screen = await show(pilot, number)
        customer = screen.query_one(CustomerPane)
        customer.focus()
        await press(pilot, "ctrl+d")
        assert customer.scroll_offset.y > 0
        await press(pilot, "c")
        await give(pilot, "page_down")
        assert screen.pane() is screen.query_one("#lookup ArticleView")
        await press(pilot, "escape")
        assert screen.pane() is screen.query_one(Conversation)


# --- an editor of one's own


@pytest.fixture
def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str | None]:
    """An editor that adds a line; tells what it was run on, or that it was not run at all."""
    program, seen = tmp_path / "my editor", tmp_path / "seen"
    program.write_text(f'#!/bin/sh\ncp "$1" "{seen}"\necho added >> "$1"\n')
    program.chmod(0o700)
    monkeypatch.setenv("VISUAL", f"'{program}'")
    monkeypatch.setattr(App, "suspend", lambda self: nullcontext())
    return lambda: seen.read_text() if seen.exists() else None


async def test_one_goes_on_in_an_editor_and_the_draft_is_kept(
    at_work: Session, number: int, edited: Callable[[], str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened(at_work) as pilot:
        screen = await show(pilot, number)
        await give(pilot, "reply", body="begun ")
        await press(pilot, "ctrl+e")
        assert edited() == "begun "
        assert screen.composer.text == "begun added"
        assert kept(at_work, number) == {"reply": "begun added"}
        for broken in ("false", "'unclosed", "/nowhere/at/all", ""):
            monkeypatch.setenv("VISUAL", broken)
            monkeypatch.setenv("EDITOR", "")
            await press(pilot, "ctrl+e")
            assert "editor" in notices(pilot)[-1]
            assert screen.composer.text == "begun added"
        assert len(notices(pilot)) == 4


async def test_a_locked_console_has_no_editor(at_work: Session, number: int, edited: Callable[[], str | None]) -> None:
    async with opened(at_work, locked=True) as pilot:
        await show(pilot, number)
        await give(pilot, "reply", body="begun")
        assert "editor" not in painted(pilot)[-1]
        await press(pilot, "ctrl+e")
        assert edited() is None
        await give(pilot, "editor")
        assert edited() is None


# --- many at once


async def test_writes_are_done_in_the_order_they_were_asked_for(
    at_work: Session, number: int, clock: FrozenClock
) -> None:
    async with opened(at_work) as pilot:
        screen = await show(pilot, number)
        await press(pilot, "n")
        for count in range(30):
            screen.composer.query_one(TextEditor).text = "x" * (count + 1)
            clock.tick(timedelta(seconds=1))
            screen._keep_draft()
        screen.do_send()
        screen.do_back()
        await settled(pilot)
        assert said(at_work, number).body == "x" * 30
        assert kept(at_work, number) == {}
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, InboxScreen)


def log_length(session: Session) -> int:
    return int(session.store.connection.execute("SELECT count(*) FROM event").fetchone()[0])


@pytest.mark.parametrize("opened_before", [False, True], ids=["from the list", "in the ticket"])
async def test_a_reply_typed_in_one_breath_is_text_and_no_command(at_work: Session, opened_before: bool) -> None:
    """On a slow line `r` and the text behind it come together; `h`, `e` and `s` must not act on the ticket."""
    async with opened(at_work, (100, 30)) as pilot:
        before = log_length(at_work)
        if opened_before:
            await press(pilot, "enter")
        for key in ("r", "h", "e", "s"):
            pilot.app.post_message(Key(key, key))
        await settled(pilot)
        assert ticket_screen(pilot).composer.text == "hes"
        assert log_length(at_work) == before


@pytest.mark.parametrize(("width", "own_line"), [(200, False), (60, True)])
async def test_a_subject_is_never_cut(at_work: Session, width: int, own_line: bool) -> None:
    async with opened(at_work, (width, 24)) as pilot:
        ticket = next(each for each in inbox(pilot).rows.held.between(0, 20) if 40 < cell_width(each.subject) < 58)
        await give(pilot, "open", ref=str(ticket.number))
        number, second = painted(pilot)[:2]
        assert str(ticket.number) in number
        assert (second.strip() == ticket.subject) is own_line
        assert (ticket.subject in number) is not own_line


async def test_the_first_line_says_how_and_where_the_customer_asks(at_work: Session) -> None:
    async with opened(at_work, (120, 36)) as pilot:
        ticket = inbox(pilot).ticket()
        assert ticket is not None
        await press(pilot, "enter")
        assert f" {ticket.desk}  {channels()[ticket.channel]} " in painted(pilot)[0]
