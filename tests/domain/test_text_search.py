"""Search: what goes into the index, what is asked of it, and that a real index finds exactly what is there."""

from __future__ import annotations

import json
import sqlite3
import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.domain.text import SearchQuery, fold, query_tokens, search_tokens, search_words
from tests.support.hostile import HOSTILE
from tests.support.samples import NAUGHTY

DOCUMENTS = [
    "入金が反映されません。昨日の振込です。",
    "出金の申請をしましたが、まだ届きません",
    "税金と確定申告について（税務チーム）",
    "二段階認証の再設定をお願いします",
    "二段の段階で認証された階認という語",
    "我的提现还没有到账，请帮我查一下",
    "充值之后余额没有变化",
    "我的提現還沒有到賬",
    "My withdrawal tx-0001 is late, 2FA works",
    "Two withdrawals, id TX0001 and e-mail taro.yamada@example.com",
    "ﾆｭｳｷﾝがまだです ＢＴＣ ｶﾌﾞｼｷｶﾞｲｼｬ",
    "ニュウキン",
    "本日の記入",
    "税",
    "c++ の質問 #42 $100",
    "ไม่ได้รับเงินฝาก हिन्दी प्रश्न مَرْحَبًا",
]


class Index:
    """A table like the store's, and the question asked as the store asks it."""

    def __init__(self, documents: Sequence[str]) -> None:
        self.documents = documents
        self.connection = sqlite3.connect(":memory:")
        self.connection.execute(
            "CREATE VIRTUAL TABLE found USING fts5(words, content='', detail=none, tokenize='ascii')"
        )
        rows = ((number, " ".join(search_tokens(text))) for number, text in enumerate(documents))
        self.connection.executemany("INSERT INTO found(rowid, words) VALUES (?, ?)", rows)

    def candidates(self, query: SearchQuery) -> set[int]:
        return {
            row for (row,) in self.connection.execute("SELECT rowid FROM found WHERE found MATCH ?", (query.match,))
        }

    def hits(self, query: SearchQuery) -> list[str]:
        rows = sorted(self.candidates(query))
        return [self.documents[row] for row in rows if all(term in fold(self.documents[row]) for term in query.verify)]


@pytest.fixture(scope="module")
def index() -> Index:
    return Index(DOCUMENTS)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Withdrawal", "withdrawal"),
        ("ＢＴＣ１２", "btc12"),
        ("ﾆｭｳｷﾝ", "ニュウキン"),
        ("ｶﾞ", "ガ"),
        ("Straße", "strasse"),
        ("入金", "入金"),
        ("提現", "提現"),
        ("か\u3099", "が"),
    ],
)
def test_folding(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(st.characters(codec=None) | st.sampled_from("，！？…０９ＡＺa\u0301\u0338\u3099か")))
def test_folding_is_what_unicode_says_of_width_and_case(text: str) -> None:
    narrow = unicodedata.normalize("NFKC", text).casefold() if not text.isascii() else text.lower()
    assert fold(text) == unicodedata.normalize("NFKC", narrow)


@given(st.text(st.characters(codec=None)))
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("", []),
        ("Hello, World", ["hello", "world"]),
        ("tx-0001", ["tx", "0001", "tx0001"]),
        ("a_b-c", ["a", "b", "c", "abc"]),
        ("- -a -", ["a"]),
        ("taro.yamada@example.com", ["taro", "yamada", "example", "com"]),
        ("https://exchange.example/a?b=1", ["https", "exchange", "example", "a", "b", "1"]),
        ("0xAbC123", ["0xabc123"]),
        ("入金", ["入金", "金"]),
        ("税", ["税"]),
        ("入金が2回", ["入金", "金が", "が", "2", "回"]),
        ("ﾆｭｳ", ["ニュ", "ュウ", "ウ"]),
        ("𠮷野家で", ["𠮷野", "野家", "家で", "で"]),
        ("출금 문의", ["출금", "금", "문의", "의"]),
        ("İstanbul", ["i\u0307stanbul"]),
        ("हिन्दी", ["हिन्दी"]),
        ("W" * 3000, ["w" * 128]),
        ("a\x00b'\"*", ["a", "b"]),
    ],
)
def test_tokens_of_a_text(text: str, tokens: list[str]) -> None:
    assert search_tokens(text) == tokens
    assert set(search_words(text).split()) == set(tokens)


@given(st.lists(st.text(st.characters(codec=None)) | st.text(st.sampled_from("入金税𠮷 -_aＡ1ก\u0301\u3099\n"))))
def test_the_words_of_texts_are_those_of_their_tokens_however_they_are_joined(texts: list[str]) -> None:
    """So that each text can be cut by itself, and all of them again when one changes."""
    assert set(" ".join(map(search_words, texts)).split()) == set(search_tokens("\n".join(texts)))


@pytest.mark.parametrize(
    ("words", "match", "verify"),
    [
        ("入金", '"入金"', ()),
        ("入", '"入"*', ()),
        ("二段階認証", '"二段" AND "段階" AND "階認" AND "認証"', ("二段階認証",)),
        ("withdrawal 入金", '"withdrawal" AND "入金"', ()),
        ('"not credited" BTC', '"not" AND "credited" AND "btc"', ("not credited",)),
        ("tx-0001", '"tx" AND "0001"', ("tx-0001",)),
        ("c++", '"c"', ("c++",)),
        ("ＢＴＣ　入金", '"btc" AND "入金"', ()),
        ("btc btc", '"btc"', ()),
        ('"open quote', '"open" AND "quote"', ("open quote",)),
    ],
)
def test_a_question(words: str, match: str, verify: tuple[str, ...]) -> None:
    assert query_tokens(words) == SearchQuery(match, verify)


@pytest.mark.parametrize(
    ("words", "match"),
    [
        ("with", '"with"*'),
        ("late with", '"late" AND "with"*'),
        ("with ", '"with"'),
        ('"with"', '"with"'),
        ("w", '"w"'),
        ("tx-00", '"tx" AND "00"*'),
        ("入金", '"入金"'),
    ],
)
def test_the_word_being_typed_is_a_beginning(words: str, match: str) -> None:
    assert query_tokens(words, prefix_last=True).match == match


def test_a_question_without_a_word_is_false_and_matches_nothing(index: Index) -> None:
    for words in ("", "  ", '""', '" * - ^ :', "！？", "\x00"):
        assert not query_tokens(words)
        assert index.hits(query_tokens(words)) == []
    assert query_tokens("入")


@pytest.mark.parametrize(
    "words",
    [
        "入金",
        "出金",
        "税金",
        "税",
        "提现",
        "充值",
        "提現",
        "二段階認証",
        "ﾆｭｳｷﾝ",
        "入",
        "金",
        "認証",
        "届きません",
        "語",
        "株式",
        "カブシキ",
        "ใน",
    ],
)
def test_cjk_words_are_found_exactly(index: Index, words: str) -> None:
    assert index.hits(query_tokens(words)) == [text for text in DOCUMENTS if fold(words) in fold(text)]


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("withdrawal", [8]),
        ("2fa", [8]),
        ("２ＦＡ", [8]),
        ("tx-0001", [8]),
        ("tx0001", [8, 9]),
        ("0001", [8]),
        ("email", [9]),
        ("taro.yamada@example.com", [9]),
        ("yamada@example.org", []),
        ("btc", [10]),
        ("c++", [14]),
        ("#42", [14]),
        ("$42", []),
        ("हिन्दी", [15]),
        ("प्रश्न", [15]),
        ("ไม่ได้รับเงินฝาก", [15]),
        ('"withdrawal tx"', [8]),
        ('"tx withdrawal"', []),
        ("late OR nothing", []),
        ("withdrawal -late", []),
    ],
)
def test_other_words_are_found_exactly(index: Index, words: str, numbers: list[int]) -> None:
    assert index.hits(query_tokens(words)) == [DOCUMENTS[number] for number in numbers]


def test_a_beginning_finds_the_longer_words(index: Index) -> None:
    assert index.hits(query_tokens("withd", prefix_last=True)) == [DOCUMENTS[8], DOCUMENTS[9]]
    assert index.hits(query_tokens("withd")) == []


def test_a_character_at_the_end_of_a_run_is_found(index: Index) -> None:
    assert index.hits(query_tokens("入")) == [DOCUMENTS[0], DOCUMENTS[12]]


def test_pairs_alone_find_too_much_and_the_text_settles_it(index: Index) -> None:
    query = query_tokens("二段階認証")
    assert len(index.candidates(query)) >= 1
    overcounted = Index(["段階の二段と階認、認証", "二段階認証"])
    assert overcounted.candidates(query) == {0, 1}
    assert overcounted.hits(query) == ["二段階認証"]


@given(
    st.lists(st.text(st.sampled_from("入金出税ア、 a"), max_size=8), max_size=6),
    st.text(st.sampled_from("入金出税ア"), min_size=1, max_size=5),
)
def test_any_cjk_term_finds_the_texts_that_hold_it(documents: list[str], term: str) -> None:
    assert Index(documents).hits(query_tokens(term)) == [text for text in documents if term in text]


@given(st.text(st.characters(codec=None)))
def test_a_text_is_found_by_itself(text: str) -> None:
    query = query_tokens(f'"{text.replace(chr(34), " ")}"')
    assert not query or Index([text]).candidates(query) == {0}


def test_hostile_words_are_no_syntax_error(index: Index) -> None:
    operators = [
        '" OR *',
        "NEAR(a b",
        "-",
        "^",
        ":",
        "\x00",
        '"',
        "a AND",
        "NOT",
        "subject : x",
        "{a b}: c",
        "(",
        "+",
        '"" ""',
        "a" * 50_000,
    ]
    naughty = json.loads(NAUGHTY.read_text(encoding="utf-8")) if NAUGHTY.exists() else []
    for words in [*operators, *HOSTILE, *naughty]:
        for prefix_last in (False, True):
            assert index.candidates(query_tokens(words, prefix_last=prefix_last)) <= set(range(len(index.documents)))


@given(st.text(st.characters(codec=None)) | st.text(st.sampled_from('"*^-:(){}+ \x00aNEARORT入')), st.booleans())
def test_no_words_are_a_syntax_error(words: str, prefix_last: bool) -> None:
    assert Index(["a"]).candidates(query_tokens(words, prefix_last=prefix_last)) <= {0}


def test_the_tokens_pass_the_index_unchanged() -> None:
    """The index must neither split, nor drop, nor fold what was cut here."""
    text = " ".join([*DOCUMENTS, *HOSTILE])
    table = sqlite3.connect(":memory:")
    table.execute("CREATE VIRTUAL TABLE found USING fts5(words, tokenize='ascii')")
    table.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab(found, 'row')")
    table.execute("INSERT INTO found VALUES (?)", (" ".join(search_tokens(text)),))
    assert {term for (term,) in table.execute("SELECT term FROM vocabulary")} == set(search_tokens(text))
