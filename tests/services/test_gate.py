"""The send gate: what stops a reply, and what it takes to send it all the same."""

from __future__ import annotations

from typing import Any

import pytest

from agentconsole import locale
from agentconsole.domain.desk import Desk
from agentconsole.domain.errors import NotFoundError, RefusedError
from agentconsole.domain.text import detect_language
from agentconsole.services import gate
from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.store import library, tickets
from agentconsole.sync.records import MovementRecord
from tests.conftest import NOW
from tests.support.records import comment, person, take, ticket

FINE = "ご連絡ありがとうございます。確認いたします。"


@pytest.fixture
def desk(session: Session, office: Desk) -> Session:
    """A Japanese ticket of a customer with an account."""
    customer = person(
        "c1",
        name="見本 花子",
        email="hanako@example.jp",
        phone="+1 202-555-0101",
        language="ja",
        movements=(MovementRecord(NOW, "deposit", "JPY", "150000", "credited", "REF-77120"),),
    )
    take(session.store, customer, ticket("1", comments=(comment("1", "a"),)), desk="office")
    return session


def reply(session: Session, body: str, **words: Any) -> dict[str, Any]:
    """What the event of the reply says."""
    deeds.perform(session, "reply", [10001], {"body": body} | words)
    return dict(tickets.events(session.store, 10001)[-1].after)


STOPPED = [
    ("unfilled", "{{customer.name}} 様、確認いたします。"),
    ("secret", f"カード番号 4111 1111 1111 1111 を確認しました。{FINE}"),
    ("foreign_link", f"{FINE} https://phishing.example/login をご覧ください。"),
    ("language", "Thank you for your message. We will look into it and get back to you."),
    ("markup", f"{FINE}\n\n## お伝えしないこと\n\n審査の基準です。"),
    ("markup", f"{FINE}\n| 種類 | 手数料 |\n| --- | ---: |\n| 成行 | 0.1 % |"),
    ("identity", f"{FINE} 登録メールは hanako@example.jp です。"),
    ("identity", f"{FINE} 参照番号は ref-77120 です。"),
    ("identity", f"{FINE} 150,000 JPY の入金を確認しました。"),
    ("identity", f"{FINE} 150000 jpy の入金を確認しました。"),
]


@pytest.mark.parametrize(("code", "body"), STOPPED)
def test_a_check_stops_the_reply_and_can_be_overridden_by_name(desk: Session, code: str, body: str) -> None:
    with pytest.raises(RefusedError) as stopped:
        reply(desk, body)
    assert stopped.value.code == code
    assert code in stopped.value.hint
    assert tickets.get(desk.store, 10001).version == 1
    assert reply(desk, body, override=[code])["overridden"] == [code]


def test_an_agent_is_stopped_in_their_own_language(desk: Session) -> None:
    locale.set_language("ja")
    try:
        told = [
            stop.detail for _code, body in STOPPED for stop in gate.check(desk, tickets.get(desk.store, 10001), body)
        ]
        with pytest.raises(RefusedError) as refused:
            deeds.perform(desk, "handback", [10001], {"reason": "違う"})
    finally:
        locale.set_language("en")
    assert len(told) == len(STOPPED)
    for words in [*told, str(refused.value), refused.value.message]:
        assert detect_language(words) == "ja", words


def test_every_check_has_to_be_named(desk: Session) -> None:
    body = "Please see https://phishing.example/a and https://phishing.example/b for your account."
    for override in ([], ["language"], ["foreign_link"]):
        with pytest.raises(RefusedError):
            reply(desk, body, override=override)
    assert reply(desk, body, override=["language", "foreign_link"])["overridden"] == ["foreign_link", "language"]


def test_what_was_not_stopped_is_not_said_to_be_overridden(desk: Session) -> None:
    assert "overridden" not in reply(desk, FINE, override=list(gate.CHECKS))


def test_who_proved_who_they_are_is_told(desk: Session) -> None:
    deeds.perform(desk, "verify", [10001], {"how": "折り返し電話"})
    assert "overridden" not in reply(desk, f"{FINE} 登録メールは hanako@example.jp です。")


def test_the_desks_own_links_are_fine(desk: Session) -> None:
    assert "overridden" not in reply(desk, f"{FINE} https://help.office.example/deposit")


@pytest.mark.parametrize("kind", [int, str])
def test_a_message_that_came_meanwhile_stops_the_reply(desk: Session, kind: type) -> None:
    seen = kind(tickets.conversation(desk.store, 10001).messages[-1].id)
    reply(desk, FINE, seen=seen)
    take(desk.store, comment("1", "b", body="解決しました"), desk="office")
    with pytest.raises(RefusedError) as stopped:
        reply(desk, FINE, seen=seen)
    assert stopped.value.code == "newer_message"
    reply(desk, FINE, seen=tickets.conversation(desk.store, 10001).messages[-1].id, override=["newer_message"])


def test_the_event_says_which_canned_answer_was_used(desk: Session) -> None:
    with desk.store.writing():
        library.import_canned(desk.store, [library.Variant("deposit-check", "ja", "入金", FINE)], NOW)
    assert reply(desk, FINE, canned="deposit-check")["canned"] == "deposit-check"
    with pytest.raises(NotFoundError) as unknown:
        reply(desk, FINE, canned="deposit-chekc")
    assert "deposit-check" in unknown.value.hint


@pytest.mark.parametrize("amount", ["", "-5", "1e9", "9" * 5000, "0", "1234.50"])
def test_odd_amounts_of_a_source_break_nothing(desk: Session, amount: str) -> None:
    odd = person("c1", name="見本 花子", movements=(MovementRecord(NOW, "trade", "BTC", amount, "sent", None),))
    take(desk.store, odd, desk="office")
    assert "overridden" not in reply(desk, FINE)
