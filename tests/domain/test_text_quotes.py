"""Where the quotation of earlier mails begins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.domain.text.quotes import quoted_from


def shown(body: str) -> str:
    """What stays when the quotation is folded away."""
    return "\n".join(body.split("\n")[: quoted_from(body)])


HEADERS = [
    "On Fri, 2 Jan 2026 at 12:04, Aoi <aoi@example.com> wrote:",
    "On Fri, 2 Jan 2026 at 12:04, Aoi Tanaka of the Accounts Department\n<aoi@example.com> wrote:",
    "On 2026/01/02 12:04, 田中 葵 wrote:",
    "2026年1月2日(金) 12:04 田中葵 <aoi@example.jp>:",
    "2026/01/02 12:04、田中葵 <aoi@example.jp>のメール:",
    "2026年1月2日 12:04 田中葵 <aoi@example.jp> さんは書きました：",
    "田中葵さんは書きました:",
    "在 2026-01-02 12:04:05，“李明” <li@example.com> 写道：",
    "李明 <li@example.com> 于2026年1月2日周五 12:04写道：",
    "李明 <li@example.com> 於 2026年1月2日 週五 下午12:04寫道：",
    "Am 02.01.2026 um 12:04 schrieb Aoi Tanaka:",
    "Le ven. 2 janv. 2026 à 12:04, Aoi <aoi@example.com> a écrit :",
]


@pytest.mark.parametrize("header", HEADERS)
@pytest.mark.parametrize("mark", ["> ", ">", "＞ "])
def test_marked_lines_behind_a_header(header: str, mark: str) -> None:
    body = f"新しい文です。\n\n{header}\n\n{mark}前の文\n{mark}\n{mark}二行目\n"
    assert shown(body) == "新しい文です。\n"


@pytest.mark.parametrize("header", [each for each in HEADERS if not each.startswith("田中葵さん")])
def test_a_header_without_marks(header: str) -> None:
    assert shown(f"Thanks\n\n{header}\n\nearlier text\nmore") == "Thanks\n"


@pytest.mark.parametrize(
    "original",
    [
        "-----Original Message-----\nFrom: a@example.com\nSubject: x\n\nold",
        "----- Original Message ----- \nold",
        "-----元のメッセージ-----\n差出人: x\n\nold",
        "------------------ 原始邮件 ------------------\n发件人: x\n\nold",
        "________________________________\nFrom: Aoi <aoi@example.com>\nSent: Friday\nTo: Help\nSubject: x\n\nold",
        "差出人: 田中 葵\n送信日時: 2026年1月2日 12:04\n宛先: help@example.org\n件名: 出金\n\n前の文",
        "发件人: 李明\n发送时间: 2026年1月2日 12:04\n收件人: help@example.org\n主题: 提现\n\n前文",
        "寄件者: 李明\n寄件日期: 2026年1月2日\n收件者: help@example.org\n主旨: 提現\n\n前文",
        "*From:* Aoi <aoi@example.com>\n*Date:* Friday\n*To:* Help\n\nold",
    ],
)
def test_an_original_below_a_line_or_a_header_in_words(original: str) -> None:
    assert shown(f"new text\n\n{original}") == "new text\n"


@pytest.mark.parametrize(
    "body",
    [
        "",
        "just text",
        "On 2 Jan 2026 10:00, Aoi wrote:\n> question\nanswer below",  # written below the quotation
        "> one\nanswer\n> two\nanswer two",
        "> all of it\n> is quoted",  # nothing would be left
        "---------- Forwarded message ---------\nFrom: a@example.com\nDate: Friday\nSubject: x\nTo: b\n\nnews to us",
        "See below.\n\nBegin forwarded message:\n\nFrom: a@example.com\nDate: Friday\nSubject: x\n\nnews to us",
        "From: my wallet\nTo: bc1qexample\nDate: 2026-01-02\nAmount: 1 BTC",  # a transfer, not a mail
        "取引の内訳です。\n日時: 2026/01/02 12:04\n宛先: bc1qexample\n数量: 0.5",
        "The value must be\n\n3 > 2\n",
        "2026年1月2日 12:04 に送金しました。詳細は次の通りです:\nTXID abc",
        "Your colleague wrote:\nI do not believe it.",
    ],
)
def test_what_is_new_is_never_folded(body: str) -> None:
    assert quoted_from(body) == len(body.split("\n"))


def test_only_the_last_quotation_is_folded_and_a_signature_goes_with_it() -> None:
    body = "> one\nanswer\n\nOn 2 Jan 2026 10:00, Aoi wrote:\n> two\n> three\n\n-- \nAoi\nExample"
    assert shown(body) == "> one\nanswer\n"


@pytest.mark.parametrize("line", ["> ", "-" * 40, "On 2 Jan 2026", "From: a", "x", "_" * 9, ""])
def test_a_long_body_is_read_to_its_end(line: str) -> None:
    """An effort that grew with the square of the lines would not end."""
    body = f"new\n{line}\n" * 20_000 + "end:"
    assert quoted_from(body) == len(body.split("\n"))


@given(st.text(alphabet="> \n:On<@>1.年wrote：-_From", max_size=200))
def test_a_line_of_the_body_or_its_end(body: str) -> None:
    found = quoted_from(body)
    assert 0 < found <= len(body.split("\n"))
