"""Lines: no character lost, none too wide, none that begins or ends where Japanese and Chinese forbid it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agentconsole.domain.text import break_offsets, cell_width, safe_text, wrap
from agentconsole.domain.text.wrapping import NO_END, NO_START
from tests.support.hostile import HOSTILE

PROSE = st.text(st.sampled_from("ab -/.,入金はがア（）「」、。ー　\n…é\U0001f468"), max_size=60)
FOREIGN = PROSE | st.text() | st.sampled_from(HOSTILE)
# Clauses in which every mark of punctuation has something to hold on to.
CLAUSES = st.lists(
    st.builds(
        "{0}{1}{2}".format,
        st.sampled_from(["", "（", "「", "『", "〔", "¥"]),
        st.text(st.sampled_from("入金出税務確認申請反映のをにでア"), min_size=1, max_size=9),
        st.sampled_from(["", "。", "、", "」", "）。", "！？", "ょ", "ー", "っ", "々", "％"]),
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 10, [""]),
        ("one two three", 20, ["one two three"]),
        ("one two three", 8, ["one two", "three"]),
        ("one two three", 7, ["one two", "three"]),
        ("one   two", 5, ["one", "two"]),
        ("a\n\n  b", 10, ["a", "", "  b"]),
        ("withdrawal", 4, ["with", "draw", "al"]),
        ("see https://exchange.example/a", 12, ["see", "https://exch", "ange.example", "/a"]),
        ("a self-service page", 7, ["a self-", "service", "page"]),
        ("id tx-0001 end", 6, ["id", "tx-000", "1 end"]),
        ("入金が反映されません", 8, ["入金が反", "映されま", "せん"]),
        ("出金しました。確認", 12, ["出金しまし", "た。確認"]),
        ("これは「確認」です", 8, ["これは", "「確認」", "です"]),
        ("反映されません（未着）", 16, ["反映されません", "（未着）"]),
        ("キャッシュ", 4, ["キャ", "ッ", "シュ"]),
        ("BTCの出金TXIDを確認", 9, ["BTCの出金", "TXIDを確", "認"]),
        ("金額は¥100です", 8, ["金額は", "¥100です"]),
        ("、、、、、", 4, ["、、", "、、", "、"]),
        ("入金", 1, ["入", "金"]),
        ("入a金", 2, ["入", "a", "金"]),
        ("            word", 6, ["word"]),
        ("word            ", 6, ["word"]),
    ],
)
def test_where_a_text_breaks(text: str, width: int, lines: list[str]) -> None:
    assert wrap(text, width) == lines


@given(FOREIGN, st.integers(1, 30))
@example("( " * 10, 3)
@example("　　　入", 4)
def test_no_line_is_too_wide_and_no_character_is_lost(raw: str, width: int) -> None:
    text = safe_text(raw)
    lines = wrap(text, width)
    assert all(cell_width(line) <= width or (width == 1 and cell_width(line) == 2) for line in lines)
    assert _ink("".join(lines)) == _ink(text)
    assert len(lines) >= text.count("\n") + 1


@given(FOREIGN, st.integers(2, 30))
def test_wrapped_text_stays_as_it_is(raw: str, width: int) -> None:
    lines = wrap(safe_text(raw), width)
    assert wrap("\n".join(lines), width) == lines


@given(CLAUSES, st.integers(12, 40))
def test_no_line_begins_or_ends_where_it_must_not(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert not [line for line in lines[1:] if line[0] in NO_START]
    assert not [line for line in lines[:-1] if line[-1] in NO_END]


def _ink(text: str) -> str:
    return "".join(text.split())


def written(line: str, width: int) -> list[str]:
    starts = [0, *break_offsets(line, width), len(line)]
    return [line[start:end] for start, end in pairwise(starts)]


@pytest.mark.parametrize(
    ("line", "width", "parts"),
    [
        ("", 10, [""]),
        ("USDT ではなく送金", 12, ["USDT ではな", "く送金"]),
        ("確認いたします。次に", 14, ["確認いたしま", "す。次に"]),
        ("one two", 5, ["one ", "two"]),
        ("one     two", 5, ["one   ", "  two"]),
        ("      ", 3, ["    ", "  "]),
        ("入金", 1, ["入", "金"]),
    ],
)
def test_a_line_that_is_being_written_keeps_all_its_spaces(line: str, width: int, parts: list[str]) -> None:
    assert written(line, width) == parts


@given(FOREIGN.filter(lambda text: "\n" not in text), st.integers(1, 30))
def test_what_is_written_is_all_there_and_fits(line: str, width: int) -> None:
    parts = written(line, width)
    assert "".join(parts) == line
    assert all(parts) or parts == [""]
    assert all(cell_width(part) <= width + 1 or len(wrap(part, width)) == 1 for part in parts)


@given(CLAUSES, st.integers(6, 30))
def test_it_is_broken_where_a_text_that_is_read_is(line: str, width: int) -> None:
    assert written(line, width) == wrap(line, width)
