"""The send gate's look at the text."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.domain.send_gate import CheckCode, send_checks
from tests.support.hostile import naughty
from tests.support.samples import sample


def codes(body: str, language: str | None = None) -> list[str]:
    checks = send_checks(body, language=language, domains=("desk.example", "*.help.example"))
    return [check.code.value for check in checks]


SEED = "ladder onion velvet mimic harbor quiz solar panda trophy wagon erode flame"
"""Twelve words that pass no checksum."""


@pytest.mark.parametrize("body", ["", "  \n\u3000", "\u200b\ufeff\u200e"])
def test_empty(body: str) -> None:
    assert codes(body) == ["empty"]


def test_unfilled() -> None:
    checks = send_checks("{{fields.txid}} {{customer.name}}")
    assert [check.values for check in checks] == [{"name": "{{fields.txid}}"}, {"name": "{{customer.name}}"}]


@pytest.mark.parametrize(
    "body",
    [
        SEED,
        f"Your phrase was: {SEED}.",
        f"{SEED} {SEED}",
        SEED.capitalize(),
        ", ".join(SEED.split()),
        "\n".join(f"{index}. {word}" for index, word in enumerate(SEED.split(), 1)),
        " ".join(f"{index}.{word}" for index, word in enumerate(SEED.split(), 1)),
        f"フレーズは {SEED} です。",
        "4111 1111 1111 1111",
        "card 4111111111111111, thanks",
        "4111-1111-1111-1111 12/27",
        "４１１１１１１１１１１１１１１１",
        "カード番号は4111111111111111です",
        "3782 822463 10005",
        "5555.5555.5555.4444",
    ],
)
def test_secrets(body: str) -> None:
    checks = send_checks(body)
    assert {check.code for check in checks} == {CheckCode.SECRET}
    for check in checks:
        told = check.words.format(**check.values)
        assert "onion" not in told
        assert "4111 1111" not in told
        assert "411111" not in told


@pytest.mark.parametrize(
    "body",
    [
        " ".join(SEED.split()[:11]),
        SEED.replace("quiz", "the"),
        SEED.replace("quiz", "quiz. Then"),
        "4111 1111 1111 1112",
        "0x4111111111111111",
        "4111111111111111ab",
        "ORD-4111111111111111",
        "4111111111111111-001",
        "550e8400-e29b-41d4-a716-446655440000",
        "00000000-0000-0000-0000-000000000000",
        "0.4111111111111111 BTC",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "1763629200000 20261120093000 10234 10235 10236",
        "+1 202-555-0142",
        "please send us the transaction id of your withdrawal so that we can check where it went and why it was late",
    ],
)
def test_no_secrets(body: str) -> None:
    assert codes(body) == []


@pytest.mark.parametrize(
    "link",
    [
        "https://desk.example/help?q=1#a",
        "http://DESK.example.",
        "https://support.desk.example:8443/",
        "https://a.help.example",
        "詳しくは（https://desk.example/faq）へ。",
        "https://desk.example。次に",
        "[help](https://desk.example), https://desk.example! *https://desk.example*",
        "www.elsewhere.example",
    ],
)
def test_own_links(link: str) -> None:
    assert codes(link) == []


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ("https://elsewhere.example/desk.example", "elsewhere.example"),
        ("HTTPS://Elsewhere.example", "elsewhere.example"),
        ("https://notdesk.example", "notdesk.example"),
        ("https://desk.example.evil.example", "desk.example.evil.example"),
        ("https://desk.example@evil.example/", "https://desk.example@evil.example/"),
        ("https://evil.example\\@desk.example/", "https://evil.example\\@desk.example/"),
        ("https:\\\\evil.example", "https:\\\\evil.example"),
        ("https:/evil.example", "https:/evil.example"),
        ("https://[::1", "https://[::1"),
        ("https://%65vil.example", "https://%65vil.example"),
        ("ｈｔｔｐｓ：／／ｅｖｉｌ．example", "evil.example"),
        ("https://dеsk.example", "dеsk.example"),
        ("[desk](https://evil.example)", "evil.example"),
    ],
)
def test_foreign_links(link: str, shown: str) -> None:
    checks = send_checks(f"see {link}", domains=("desk.example",))
    assert [check.code for check in checks] == [CheckCode.FOREIGN_LINK]
    assert checks[0].values == {"host": shown}


def test_each_host_is_named_once() -> None:
    checks = send_checks("https://a.example/1 https://a.example/2 https://b.example")
    assert [check.values["host"] for check in checks] == ["a.example", "b.example"]


JAPANESE = "お問い合わせありがとうございます。入金の反映までもうしばらくお待ちください。"
ENGLISH = "Thank you for your message. We are looking into the deposit and will write again today."
SIMPLIFIED = "您好，我们正在为您查询这笔充值，请您稍等，处理后会尽快与您联系。"
TRADITIONAL = "您好，我們正在為您查詢這筆儲值，請您稍等，處理後會盡快與您聯絡。"


@pytest.mark.parametrize(
    ("body", "language", "expected"),
    [
        (JAPANESE, "ja", []),
        (JAPANESE, "ja-JP", []),
        (JAPANESE, None, []),
        (JAPANESE, "en", ["language"]),
        (ENGLISH, "en-GB", []),
        (ENGLISH, "pt-BR", ["language"]),
        (SIMPLIFIED, "zh-CN", []),
        (SIMPLIFIED, "zh-TW", ["language"]),
        (TRADITIONAL, "zh-Hant", []),
        (TRADITIONAL, "zh-Hans", ["language"]),
        ("OK", "ja", []),
    ],
)
def test_language_check(body: str, language: str | None, expected: list[str]) -> None:
    assert codes(body, language) == expected


def test_all_checks_in_their_order() -> None:
    body = f"{ENGLISH} {{{{a}}}} 4111111111111111 https://evil.example"
    assert codes(body, "ja") == ["unfilled", "secret", "foreign_link", "language"]


@given(st.text(max_size=200))
def test_any_text_can_be_checked(body: str) -> None:
    checks = send_checks(body, language="ja", domains=("desk.example",))
    assert all(check.words.format(**check.values) for check in checks)


def test_naughty_strings_can_be_checked() -> None:
    for text in naughty():
        checks = send_checks(text, language="ja")
        assert all(check.words.format(**check.values) for check in checks)


def test_prose_is_no_secret() -> None:
    """Over 10,000 questions to a bank, and complaints of several hundred words each."""
    for parts in (("banking77-train", "train.csv"), ("tickets-cfpb-filtered", "filtered_complaints.csv")):
        with sample(*parts).open(encoding="utf-8", newline="") as file:
            found = [cell for row in csv.reader(file) for cell in row if CheckCode.SECRET in _check_codes(cell)]
        assert found == []


def _check_codes(text: str) -> set[CheckCode]:
    return {check.code for check in send_checks(text)}
