"""Text out of bytes whose charset is said, not said, or said wrongly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.sync.charsets import codec, decode

JAPANESE = "お世話になっております。送金したビットコインが届きません。"
SIMPLIFIED = "您好，我的账户被冻结了，请帮我处理一下。"
TRADITIONAL = "您好，我的帳戶被凍結了，請幫我處理一下。"
WESTERN = "Problème déjà réglé à l'été"


@pytest.mark.parametrize("declared", [None, "us-ascii", "ISO-8859-1", "utf-8", "x-unknown", "", "iso-2022-jp"])
@pytest.mark.parametrize(
    ("text", "written"),
    [
        (JAPANESE, "utf-8"), (JAPANESE, "cp932"), (JAPANESE, "euc_jp"), (JAPANESE, "iso2022_jp"),
        ("入金について", "cp932"), ("入金について", "euc_jp"), ("カスタマーサポート", "cp932"),
        (SIMPLIFIED, "utf-8"), (SIMPLIFIED, "gb18030"), ("提现问题", "gb18030"),
        (TRADITIONAL, "utf-8"), (TRADITIONAL, "big5"), ("提現問題", "big5"),
        (WESTERN, "utf-8"), (WESTERN, "cp1252"), ("Müller", "cp1252"),
    ],
)  # fmt: skip
def test_a_missing_or_wrong_declaration_is_seen_through(text: str, written: str, declared: str | None) -> None:
    assert decode(text.encode(written), declared) == text


@pytest.mark.parametrize(
    ("declared", "written", "text"),
    [
        ("Shift_JIS", "cp932", "①㈱髙﨑"),
        ("x-sjis", "cp932", "～ー"),
        ("EUC-JP", "euc_jp", "ｱｲｳ入金"),
        ("GB2312", "gb18030", "王喆"),
        ("gb_2312-80", "gb18030", "王喆"),
        ("Big5", "big5hkscs", "啫喱"),
        ("ks_c_5601-1987", "cp949", "똠방"),
        ("iso-8859-1", "cp1252", "it’s"),
        ("windows-1251", "cp1251", "Привет"),
        ("ISO-8859-2", "iso8859-2", "šošić"),
        ("KOI8-R", "koi8-r", "Привет"),
        ("utf-16", "utf-16", "入金"),
        ("HZ-GB-2312", "hz", "提现"),
        ("utf-8", "utf-8-sig", "入金"),
    ],
)
def test_what_is_declared_counts_with_the_characters_that_people_write(declared: str, written: str, text: str) -> None:
    assert decode(text.encode(written), declared).lstrip("\ufeff") == text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"\x1b$B-!$O\x1b(B", "①は"),  # NEC's row, which the standard leaves out
        (b"\x1b$B|b\x1b(B", "髙"),  # IBM's
        (b"\x1b(I1\x1b(B", "ｱ"),
        (b"\x0e1\x0f", "ｱ"),
        (b"\x1b$BF~6b\nOK \x1b$BF~6b", "入金\nOK 入金"),  # a line that does not shift back
        ("入".encode("cp932") + b"\x1b$B6b\x1b(B", "入金"),
        (b"\x1b$@F~6b\x1b(J~\x1b(B", "入金~"),
    ],
)
def test_iso_2022_jp_as_programs_write_it(content: bytes, text: str) -> None:
    assert decode(content, "ISO-2022-JP") == text


def test_euc_jp_with_the_rows_of_windows() -> None:
    assert decode(b"\xad\xa1\xc6\xfe\xb6\xe2", "euc-jp") == "①入金"


def test_damage_costs_no_more_than_itself() -> None:
    assert decode(JAPANESE.encode()[:-1], "utf-8") == JAPANESE[:-1] + "�"
    assert decode(JAPANESE.encode("cp932")[:-1], "shift_jis").startswith(JAPANESE[:-1])
    assert decode(b"\x1b$BF~6b\x1b$B6", "iso-2022-jp").startswith("入金")


def test_a_neighbour_helps_where_the_text_is_short() -> None:
    assert decode("Тема".encode("koi8-r"), None, ("koi8-r",)) == "Тема"
    assert decode("入".encode("cp932"), None, ("shift_jis",)) == "入"


@pytest.mark.parametrize(
    "name", ["zlib", "base64", "rot13", "hex", "unicode_escape", "punycode", "idna", "\0", "x" * 99]
)
def test_codecs_that_make_no_text_are_none(name: str) -> None:
    assert codec(name) is None


@given(st.binary(max_size=200), st.sampled_from([None, "utf-8", "utf-7", "utf-16", "iso-2022-jp", "euc-jp", "gb2312",
       "big5", "shift_jis", "iso-8859-1", "hz", "iso-2022-kr", "cp65001", "ks_c_5601-1987"]))  # fmt: skip
def test_nothing_raises_and_everything_can_be_stored(content: bytes, declared: str | None) -> None:
    for hints in (("iso-2022-jp", "koi8-r"), ("utf-7",), ("hz",)):
        text = decode(content, declared, hints)
        assert text.encode("utf-8").decode("utf-8") == text
