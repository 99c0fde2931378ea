"""The gate for foreign text: what it takes out, what it shows, what it leaves alone."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agentconsole.domain.text import safe_text
from agentconsole.domain.text.blocks import MARK_BLOCKS
from tests.support.hostile import HOSTILE, naughty

# Format characters that are seen: Arabic and Kaithi number signs, ayah ends, the Syriac abbreviation line.
SEEN_FORMATS = {*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD}
UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060-\u206f\ufeff\ud800-\udfff]"
)

ANY_TEXT = st.text(st.characters(codec=None))
NASTY_TEXT = st.text(
    st.sampled_from(
        "aZ 5#\t\n\r\x00\x07\x18\x1b[]\\PX^_;m0\x85\x90\x9b\x9c\x9d"
        "\u2028\u202e\u2066\u200b\u200c\u200d\ufe0e\ufe0f\ufeff\u034f\u0301\u20e3\ud83d\ude00"
        "\U0001f3fb\U0001f468\U0001f469\U0001f1ef\U0001f3f4\U000e0067\U000e007f\U000e0100❤♂葛か\u3099क\u094dमی<U+>"
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("", ""),
        ("plain", "plain"),
        ("二段階認証\nです。", "二段階認証\nです。"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]8;;http://evil.example\x1b\\b", "ab"),
        ("a\x1b]52;c;" + "QUFB" * 2000 + "\x07b", "ab"),
        ("a\x1bP$qm\x1b\\b\x1b_x\x1b\\c\x1b^x\x1b\\d\x1bXx\x1b\\e", "abcde"),
        ("\x9b31mred\x9d0;title\x9c!\x90x\x9c", "red!"),
        ("a\x1b]0;never ended\nnext line", "a\nnext line"),
        ("a\x9dnever ended\r\nnext line", "a\nnext line"),
        ("a\x1b]0;one\x1b]0;two\x07b", "ab"),
        ("a\x1b[3\x181mb", "a1mb"),
        ("a\x1b", "a"),
        ("a\x1bcb\x1b(0c", "abc"),
        ("a\x00\x07\x08\x7f\x84b", "ab"),
        ("a\rb\r\nc\x0bd\x0ce\x85f\u2028g\u2029h", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("a\r\x00\nb", "a\nb"),
        ("abc\u202exe", "abc<U+202E>xe"),
        ("x\u061c\u2066\u200f", "x<U+061C U+2066 U+200F>"),
        ("a\u200bb\u00adc\u2060d\ufeffe", "a<U+200B>b<U+00AD>c<U+2060>d<U+FEFF>e"),
        ("\ufeff\ufeffhello", "hello"),
        ("a" + "\u200b" * 100, "a<U+200B U+200B U+200B U+200B +96>"),
        ("\u3164\uffa0", "<U+3164 U+FFA0>"),
        ("ok\U000e0068\U000e0069", "ok<U+E0068 U+E0069>"),
        ("a\ufe0f", "a<U+FE0F>"),
        ("\ufe0fa", "<U+FE0F>a"),
        ("葛\U000e0100城", "葛\U000e0100城"),
        ("5\ufe0f\u20e3 #\ufe0f", "5\ufe0f\u20e3 #\ufe0f"),
        ("a\ud800b\udc00", "a\ufffdb\ufffd"),
        ("\ud83d\ude00", "\U0001f600"),
        ("a\ufdd0b\uffff", "a<U+FDD0>b<U+FFFF>"),
        ("a\tb\n入金\tc\tあ", "a   b\n入金    c   あ"),
        ("price [/ month", "price [/ month"),
        ("e" + "\u0301" * 8, "e" + "\u0301" * 8),
        ("e" + "\u0301" * 20 + "x", "e" + "\u0301" * 8 + "<+12 marks>x"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क्\u200dष", "क्\u200dष"),
        ("क्\u200dक्\u200dक", "क्\u200dक्<U+200D>क"),
        ("م\u200dم", "م<U+200D>م"),
        ("a\u200db", "a<U+200D>b"),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
        ("\U0001f469\U0001f3ff\u200d\U0001f4bb ❤\ufe0f", "\U0001f469\U0001f3ff\u200d\U0001f4bb ❤\ufe0f"),
        ("\U0001f468\u200d", "\U0001f468<U+200D>"),
        ("x\U0001f3fb", "x<U+1F3FB>"),
        ("\U0001f1ef\U0001f1f5", "\U0001f1ef\U0001f1f5"),
    ],
)
def test_what_is_shown_for_what_came(raw: str, seen: str) -> None:
    assert safe_text(raw) == seen


@pytest.mark.parametrize(
    ("raw", "seen"),
    [
        ("  subject \r\n\r\n second\tline ", "subject / second line"),
        ("one", "one"),
        ("\n \u3000\n", ""),
        ("\ta", "a"),
        ("a\u2028b\x1b]0;t\nc", "a / b / c"),
    ],
)
def test_a_single_line_is_joined_and_trimmed(raw: str, seen: str) -> None:
    assert safe_text(raw, single_line=True) == seen


def test_an_unfinished_sequence_hides_no_more_than_a_bounded_piece_of_a_long_line() -> None:
    assert safe_text("\x1b]0;" + "x" * 256 + "the rest of the mail").endswith("the rest of the mail")


def test_clean_text_comes_back_as_the_same_object() -> None:
    for text in (
        "Hello, my withdrawal is late.",
        "出金が遅れています。\n確認してください。",
        "ąę — “quoted” …",
        "\U0001f600",
    ):
        assert safe_text(text) is text


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_harmless_and_stable(text: str) -> None:
    assert _harm(text) == []


def test_the_big_list_of_naughty_strings_is_harmless() -> None:
    for text in naughty():
        assert _harm(text) == []


@given(ANY_TEXT | NASTY_TEXT)
@example("\r\x00\n")
@example("\x1b\x1b[m[m")
@example("❤\ufe0f\ufe0f\u200d\U0001f525")
@example("می" + "\u0301" * 9 + "\u200cخ")
@example("\U0001f468\u200d\u200d\U0001f469")
def test_any_text_is_harmless_and_stable(text: str) -> None:
    assert _harm(text) == []


def _harm(text: str) -> list[str]:
    """What is wrong with what the gate makes of a text."""
    safe, line = safe_text(text), safe_text(text, single_line=True)
    safe.encode("utf-8")
    rules = {
        "something unseen": not UNSEEN.search(safe),
        "not stable": safe_text(safe) == safe and safe_text(line, single_line=True) == line,
        "not one line": "\n" not in line and line == line.strip(),
    }
    return [name for name, is_kept in rules.items() if not is_kept]


def test_no_control_or_format_character_gets_through_unseen() -> None:
    for code in range(0x110000):
        character = chr(code)
        if (
            code != 0x0A
            and code not in SEEN_FORMATS
            and unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp")
        ):
            assert character not in safe_text(f"a{character}b"), hex(code)


def test_a_text_of_one_character_is_treated_alike_by_the_fast_path_and_the_slow_one() -> None:
    for code in range(0x10000):
        character = chr(code)
        assert safe_text(character) == safe_text("\x07" + character), hex(code)


def test_every_combining_mark_counts_towards_a_tower() -> None:
    blocks = re.compile(f"[{MARK_BLOCKS}]")
    marks = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code))[0] == "M"]
    assert [hex(ord(mark)) for mark in marks if not blocks.match(mark)] == []


@pytest.mark.parametrize(
    "piece",
    ["\x1b]", "\x9d", "\x1b]0;x", "\u200d", "क\u094d", "\u0301", "\U0001f468\u200d", "\x1b[", "\t", "a\u202e"],
)
def test_a_long_hostile_text_is_read_to_its_end(piece: str) -> None:
    """An effort that grew with the square of the characters would not end."""
    assert UNSEEN.search(safe_text(piece * 20_000 + "end")) is None
