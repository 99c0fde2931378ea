"""The customer beside the conversation."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from agentconsole.domain.customer import AccountEvent, Movement, Profile
from agentconsole.domain.ticket import Ticket
from agentconsole.domain.values import AccountState, Channel, Kyc, Status
from agentconsole.widgets.customer_lines import Customer
from agentconsole.widgets.customer_pane import CustomerPane
from tests.support.hostile import HOSTILE
from tests.support.panes import NOW, TOKYO, lines, shown, wild
from tests.support.tickets import a_ticket

UNKNOWN = Profile(
    id=7,
    source="test",
    external_id="u-7",
    name=None,
    reading=None,
    email=None,
    phone=None,
    role="end-user",
    language=None,
    locale=None,
    time_zone=None,
    organization=None,
    kyc=None,
    account=None,
    two_factor=None,
    customer_class=None,
    opened_on=None,
    notes=None,
)
KNOWN = replace(
    UNKNOWN,
    name="見本 花子",
    reading="ミホン ハナコ",
    language="ja",
    organization="見本商事",
    kyc=Kyc.VERIFIED,
    account=AccountState.FROZEN,
    two_factor=False,
    customer_class="vip",
    opened_on="2021-03-08",
    movements=(
        Movement(NOW - timedelta(days=2), "deposit", "JPY", "3000000", "credited", None),
        Movement(NOW - timedelta(hours=1), "withdrawal", "BTC", "0.80000001", "review", None),
    ),
    account_events=(AccountEvent(NOW - timedelta(hours=2), "login_new_device", "203.0.113.58 / macOS"),),
)


def ticket(number: int, subject: str = "二段階認証の再設定") -> Ticket:
    at = NOW - timedelta(days=number)
    return a_ticket(
        number=number, subject=subject, channel=Channel.PHONE, status=Status.SOLVED, requester_id=7, created_at=at,
        updated_at=at,
    )  # fmt: skip


def tickets(count: int) -> tuple[Ticket, ...]:
    return tuple(ticket(number) for number in range(1, count + 1))


async def test_the_identity_check_comes_first() -> None:
    pane = CustomerPane()
    async with shown(pane, (46, 20)) as (_app, _pilot):
        pane.set_customer(Customer(KNOWN), TOKYO, NOW)
        assert lines(pane)[0] == " ! Identity: NOT verified"
        pane.set_customer(Customer(KNOWN, NOW, "phone: birth date, address"), TOKYO, NOW)
        assert lines(pane)[:2] == [" ✓ Identity: verified 10:42 (phone: birth", " date, address)"]


@pytest.mark.parametrize("width", [36, 46, 50])
async def test_all_that_is_known_is_there(width: int) -> None:
    pane = CustomerPane()
    async with shown(pane, (width, 40)) as (app, _pilot):
        pane.set_customer(Customer(KNOWN, tickets=tickets(2), contact=("ha***@example.jp",)), TOKYO, NOW)
        text = "\n".join(lines(pane))
        assert wild(app) == []
    for words in (
        *(
            "見本 花子  ミホン ハナコ",
            "ha***@example.jp",
            "Account FROZEN",
            "KYC complete",
            "Two-factor off",
            "Japanese",
        ),
        *(
            "見本商事",
            "Class vip",
            "2021-03-08",
            "0.80000001 BTC",
            "3,000,000 JPY",
            "in review",
            "203.0.113.58 / macOS",
        ),
        *("log-in, new device", "Earlier tickets: 2", "11-21 phone", "solved"),
    ):
        assert words in text
    assert text.index("withdrawal") < text.index("deposit"), "the newest first"


async def test_what_is_not_known_is_left_out() -> None:
    pane = CustomerPane()
    async with shown(pane, (40, 12)) as (_app, _pilot):
        pane.set_customer(Customer(UNKNOWN), TOKYO, NOW)
        assert [line for line in lines(pane) if line] == [" ! Identity: NOT verified", " Customer test:u-7"]
        pane.set_customer(Customer(None), TOKYO, NOW)
        assert [line for line in lines(pane) if line] == [" ! Identity: NOT verified", " Customer unknown"]


async def test_the_cursor_takes_an_earlier_ticket_and_scrolls_to_those_below() -> None:
    pane = CustomerPane()
    async with shown(pane, (46, 12)) as (app, pilot):
        pane.set_customer(Customer(KNOWN, tickets=tickets(30)), TOKYO, NOW)
        pane.focus()
        for _ in range(12):
            pane.action_cursor_down()
        await pilot.press("down", "enter")
        chosen = app.of(CustomerPane.TicketChosen)[0].number
        cursor = next(line for line in lines(pane) if line.startswith(">"))
        assert f"{NOW - timedelta(days=chosen):%m-%d}" in cursor
        await pilot.press("end", "enter")
        assert app.of(CustomerPane.TicketChosen)[-1].number > chosen
        await pilot.press("home")
        assert pane.scroll_offset.y == 0


async def test_enter_first_shows_a_ticket_that_is_out_of_sight() -> None:
    pane = CustomerPane()
    async with shown(pane, (46, 8)) as (app, pilot):
        pane.set_customer(Customer(KNOWN, tickets=tickets(3)), TOKYO, NOW)
        pane.focus()
        await pilot.press("enter")
        assert app.of(CustomerPane.TicketChosen) == []
        assert any(line.startswith(">") for line in lines(pane))
        await pilot.press("enter")
        assert app.of(CustomerPane.TicketChosen)[0].number == 1


async def test_the_cursor_stays_on_its_ticket() -> None:
    pane = CustomerPane()
    async with shown(pane, (46, 40)) as (app, pilot):
        pane.set_customer(Customer(KNOWN, tickets=tickets(5)[1:]), TOKYO, NOW)
        pane.action_cursor_down()
        pane.set_customer(Customer(KNOWN, tickets=tickets(5)), TOKYO, NOW)
        pane.action_open()
        await pilot.pause()
        assert app.of(CustomerPane.TicketChosen)[0].number == 3
        other = replace(KNOWN, id=8)
        pane.set_customer(Customer(other, tickets=tickets(5)), TOKYO, NOW)
        pane.action_open()
        await pilot.pause()
        assert app.of(CustomerPane.TicketChosen)[-1].number == 1


async def test_a_click_takes_a_ticket_and_a_double_click_opens_it() -> None:
    pane = CustomerPane()
    async with shown(pane, (46, 40)) as (app, pilot):
        pane.set_customer(Customer(KNOWN, tickets=tickets(5)), TOKYO, NOW)
        await pilot.pause()
        row = next(y for y, line in enumerate(lines(pane)) if "11-18 phone" in line)
        await pilot.click(pane, offset=(5, row), times=2)
        assert app.of(CustomerPane.TicketChosen)[0].number == 4


async def test_hostile_text_stays_text() -> None:
    pane = CustomerPane()
    async with shown(pane, (46, 60)) as (app, pilot):
        for text in HOSTILE:
            profile = replace(
                KNOWN,
                name=text,
                reading=text,
                language=text,
                organization=text,
                customer_class=text,
                opened_on=text,
                notes=text,
                movements=(Movement(NOW, text, text, text, text, text),),
                account_events=(AccountEvent(NOW, text, text),),
            )
            pane.set_customer(Customer(profile, NOW, text, (ticket(1, text), ticket(2, text)), (text,)), TOKYO, NOW)
            assert wild(app) == []
        for size in ((36, 10), (8, 4), (1, 1), (200, 60)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert wild(app) == []
