"""What a redaction took away, and that nothing brings it back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.domain.redaction import MARK, is_redaction_of, removed, without

WORDS = st.text("ab口座1 \n", max_size=30)


@pytest.mark.parametrize(
    ("before", "after", "gone"),
    [
        ("card 4111 1111, thanks", "card ▇▇▇▇▇▇▇▇▇, thanks", ("4111 1111",)),
        ("a 口座番号 b 1234567", "a ▇▇▇▇ b ▇▇▇▇▇▇▇", ("口座番号", "1234567")),
        ("a ▇▇▇▇ b 1234567", "a ▇▇▇▇ b ▇▇▇▇▇▇▇", ("1234567",)),
        ("all of it", "▇▇▇", ("all of it",)),
        ("all of it", "", ("all of it",)),
        ("all of it", "[removed]", ("all of it",)),
        ("same", "same", ()),
        ("pin 12", "pin ▇▇", ()),
    ],
)
def test_what_is_gone_is_known(before: str, after: str, gone: tuple[str, ...]) -> None:
    assert removed(before, after) == gone


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        ("a secret b", "a ▇▇▇▇▇▇ b", True),
        ("a ▇▇▇▇▇▇ b", "a secret b", False),
        ("a ▇▇▇▇▇▇ ▇", "a ▇▇▇▇▇▇ b", False),
        ("a ▇▇▇▇▇▇ b", "▇▇▇ b", True),
        ("a ▇▇▇▇▇▇ b", "", True),
        ("ab", "a▇b", False),
    ],
)
def test_a_redaction_only_takes_away(before: str, after: str, verdict: bool) -> None:
    assert is_redaction_of(after, before) is verdict


@given(WORDS, WORDS, WORDS)
def test_what_is_gone_is_nowhere_in_what_is_left(first: str, secret: str, last: str) -> None:
    before, after = first + secret + last, first + MARK * len(secret) + last
    assert is_redaction_of(after, before)
    kept = without({"said": [before]}, removed(before, after))["said"][0]
    assert all(words not in kept for words in removed(before, after))
