"""Cells: what the screen library counts is what we count, and cuts never fall inside a character."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from agentconsole.domain.text import cell_width, pad, safe_text, truncate
from agentconsole.domain.text.width import graphemes
from tests.support.hostile import HOSTILE

# Characters that this Python knows: the two width tables are of different Unicode versions beyond them.
ASSIGNED = st.text(st.characters(exclude_categories=["Cn"]))
SEQUENCES = st.text(
    st.sampled_from(
        "aé入ｶﾞ①…\u0301\u200d\ufe0f\ufe0e\u20e3#1❤♂⌚"
        "\U0001f468\U0001f469\U0001f3fb\U0001f1ef\U0001f1f5क\u094dषि\u1112\u1161\u11abกำเมی "
    )
)
FOREIGN = ASSIGNED | SEQUENCES | st.sampled_from(HOSTILE)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("", 0),
        ("abc", 3),
        ("入金", 4),
        ("ﾆｭｳｷﾝ", 5),
        ("ｶﾞ", 2),
        ("か\u3099", 2),
        ("cafe\u0301", 4),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467", 2),
        ("❤", 1),
        ("❤\ufe0f", 2),
        ("\U0001f1ef\U0001f1f5", 2),
        ("\U0001f44d\U0001f3fd", 2),
        ("\u1112\u1161\u11ab", 2),
        ("葛\U000e0100", 2),
        ("…", 1),
        ("a\nb\x00", 2),
        ("\u0301", 0),
    ],
)
def test_cells_of_a_text(text: str, cells: int) -> None:
    assert cell_width(text) == cells


@given(FOREIGN)
def test_widths_agree_with_the_screen_library(raw: str) -> None:
    text = safe_text(raw)
    assert cell_width(text) == cell_len(text)


def test_every_assigned_character_agrees_with_the_screen_library() -> None:
    odd = [
        hex(c)
        for c in range(0x32000)  # beyond are only private use and tags
        if unicodedata.category(chr(c)) != "Cn" and cell_width(chr(c)) != cell_len(chr(c))
    ]
    assert odd == []


def test_every_character_with_an_emoji_selector_agrees_with_the_screen_library() -> None:
    codes = [*range(0x20, 0x3400), *range(0x1F000, 0x1FB00)]
    known = [chr(c) + "\ufe0f" for c in codes if unicodedata.category(chr(c)) != "Cn"]
    assert [text for text in known if cell_width(text) != cell_len(text)] == []


@given(st.text(st.characters(codec=None)))
def test_a_width_is_never_negative_and_never_an_error(text: str) -> None:
    assert cell_width(text) >= 0


@given(FOREIGN)
def test_graphemes_add_up_to_the_text_and_to_its_width(raw: str) -> None:
    text = safe_text(raw)
    parts = list(graphemes(text))
    assert "".join(part for part, _ in parts) == text
    assert sum(cells for _, cells in parts) == cell_width(text)
    assert all(cells <= 2 for _, cells in parts)


def test_a_cluster_without_end_is_cut_all_the_same() -> None:
    for letter in ("\u0600", "क्", "ำ"):
        assert cell_len(truncate(letter * 500, 10)) == 10


@pytest.mark.parametrize(
    ("text", "width", "cut"),
    [
        ("withdrawal", 10, "withdrawal"),
        ("withdrawal", 9, "withdraw…"),
        ("withdrawal", 1, "…"),
        ("withdrawal", 0, ""),
        ("withdrawal", -3, ""),
        ("出金の遅延", 10, "出金の遅延"),
        ("出金の遅延", 9, "出金の遅…"),
        ("出金の遅延", 8, "出金の…"),
        ("出金", 1, "…"),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467家族", 4, "\U0001f468\u200d\U0001f469\u200d\U0001f467…"),
        ("cafe\u0301s", 4, "caf…"),
        ("\U0001f1ef\U0001f1f5\U0001f1e8\U0001f1f3", 3, "\U0001f1ef\U0001f1f5…"),
    ],
)
def test_a_cut_falls_between_characters(text: str, width: int, cut: str) -> None:
    assert truncate(text, width) == cut


def test_an_ellipsis_that_does_not_fit_is_left_out() -> None:
    assert truncate("withdrawal", 2, "...") == "wi"
    assert truncate("withdrawal", 5, "...") == "wi..."
    assert truncate("出金の遅延", 5, "...") == "出..."
    assert truncate("出金の遅延", 3, "") == "出"


@given(FOREIGN, st.integers(-2, 40))
def test_a_truncated_text_fits_and_begins_like_the_whole(raw: str, width: int) -> None:
    text = safe_text(raw)
    cut = truncate(text, width)
    assert cell_len(cut) <= max(width, 0) or cut == text
    assert text.startswith(cut.removesuffix("…"))


@given(FOREIGN, st.integers(-2, 40))
def test_a_padded_text_takes_exactly_its_cells(raw: str, width: int) -> None:
    assert cell_len(pad(safe_text(raw), width)) == max(width, 0)
