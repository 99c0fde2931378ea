"""Looking up: all words first, then some; whole questions; two-character words; snippets."""

from __future__ import annotations

import pytest

from agentconsole.knowledge.lookup import lookup, snippet
from agentconsole.store import library
from agentconsole.store.library import Variant
from agentconsole.store.store import Store
from tests.conftest import NOW

TEXTS = (
    ("deposit", "ja", "入金が反映されないとき", "まず振込名義を確かめます。入金の確認には時間がかかります。"),
    ("deposit", "en", "Deposit not credited", "Check the name on the transfer. A deposit takes time."),
    ("deposit", "zh-Hans", "充值未到账", "请确认汇款人姓名。充值需要时间。"),
    ("review", "ja", "出金が審査中のとき", "審査は順番に行います。入金とは別の手続きです。"),
    ("review", "en", "Withdrawal under review", "Each withdrawal is looked at."),
    ("review", "zh-Hans", "提现审核中", "提现按顺序审核。"),
    ("tax", "ja", "税金のご質問", "一般的な情報だけをお答えします。出金は利益ではありません。"),
    ("tag", "en", "Transaction ids", "An id looks like TX-0001 and never changes."),
)


@pytest.fixture
def shelf(store: Store) -> Store:
    with store.writing():
        library.import_articles(store, [Variant(*text) for text in TEXTS], NOW)
    return store


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("入金", "deposit"),
        ("出金", "review"),
        ("提现", "review"),
        ("税", "tax"),
        ("出金の審査がもう三日も続いているのですが、いつ終わりますか", "review"),
        ("My deposit has not been credited, what should I do?", "deposit"),
        ("为什么提现还在审核", "review"),
        ("tx-0001", "tag"),
        ("ＤＥＰＯＳＩＴ", "deposit"),
    ],
)
def test_the_best_article_comes_first(shelf: Store, text: str, first: str) -> None:
    hits = lookup(shelf, text)
    assert hits[0].id == first
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert len({hit.id for hit in hits}) == len(hits)


def test_articles_with_all_words_come_before_those_with_some(shelf: Store) -> None:
    assert [hit.id for hit in lookup(shelf, "出金 利益", "ja")] == ["tax", "review"]


def test_a_language_can_be_asked_for(shelf: Store) -> None:
    assert [(hit.id, hit.language) for hit in lookup(shelf, "审核", "zh")] == [("review", "zh-Hans")]
    assert lookup(shelf, "入金", "en") == []
    assert {hit.language for hit in lookup(shelf, "出金 deposit", "en-US")} == {"en"}


@pytest.mark.parametrize("text", ["", " ", '"', "?!", "見当違い", 'a" OR "b', "NEAR(x)", "*", "\ud800"])
def test_what_finds_nothing_or_is_no_word_is_no_fault(shelf: Store, text: str) -> None:
    assert isinstance(lookup(shelf, text), list)


def test_no_more_than_asked_for(shelf: Store) -> None:
    assert len(lookup(shelf, "入金", limit=1)) == 1
    assert lookup(shelf, "入金", limit=0) == []


def test_a_snippet_shows_the_hit_as_one_plain_line() -> None:
    body = (
        "# 見出し\n\n" + "前置き。" * 30 + "\n\n| a | b |\n| --- | --- |\n- **入金**の\x1b[31m確認\n" + "後書き。" * 60
    )
    shown = snippet(body, ["入金"])
    assert "入金" in shown[:45]
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert not set("#*|\x1b\n") & set(shown)


def test_a_snippet_without_a_hit_is_the_beginning() -> None:
    assert snippet("## 見出し\n本文", ["なし"]) == "見出し 本文"
    assert snippet("", ["x"]) == ""


def test_widths_do_not_shift_a_snippet() -> None:
    assert "入金" in snippet("㍿" * 60 + "ＡＴＭで入金" + "。" * 200, ["入金"])
