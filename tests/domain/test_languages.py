"""Language tags, and the variant that a customer reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.domain.errors import NotFoundError
from agentconsole.domain.languages import choose_variant, normalise_language


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("ja", "ja"),
        ("ja-JP", "ja"),
        ("JA_jp.UTF-8", "ja"),
        ("en-US", "en"),
        ("EN", "en"),
        ("zh", "zh-Hans"),
        ("zh-cn", "zh-Hans"),
        ("zh-SG", "zh-Hans"),
        ("zh-tw", "zh-Hant"),
        ("zh_HK", "zh-Hant"),
        ("zh-MO", "zh-Hant"),
        ("zh-hant", "zh-Hant"),
        ("zh-Hans-TW", "zh-Hans"),
        ("zh-Hant-CN", "zh-Hant"),
        ("zh-Latn", "zh-Latn"),
        ("pt-br", "pt-BR"),
        ("sr-latn-rs", "sr-Latn-RS"),
        ("es-419", "es-419"),
        ("ko", "ko"),
        (" fr ", "fr"),
        ("", None),
        (None, None),
        ("und", None),
        ("C", None),
        ("日本語", None),
        ("english", None),
        ("e!", None),
        ("en--US", None),
    ],
)
def test_language_tags(tag: str | None, language: str | None) -> None:
    assert normalise_language(tag) == language
    if language:
        assert normalise_language(language) == language


@given(st.text(max_size=20))
def test_normalising_twice_changes_nothing(tag: str) -> None:
    once = normalise_language(tag)
    assert once is None or normalise_language(once) == once


@pytest.mark.parametrize(
    ("available", "wanted", "chosen"),
    [
        (("en", "ja"), "ja", ("ja", False)),
        (("en", "ja"), "ja-JP", ("ja", False)),
        (("en", "ja-JP"), "ja", ("ja-JP", False)),
        (("en", "ja"), "fr", ("en", True)),
        (("en", "ja"), None, ("en", True)),
        (("en", "ja"), "", ("en", True)),
        (("en",), "en-GB", ("en", False)),
        (("en", "en-GB"), "en-GB", ("en-GB", False)),
        (("en", "pt"), "pt-BR", ("pt", False)),
        (("en", "pt-PT", "pt-BR"), "pt-BR", ("pt-BR", False)),
        (("en", "zh-Hans", "zh-Hant"), "zh-TW", ("zh-Hant", False)),
        (("en", "zh-Hans", "zh-Hant"), "zh-hk", ("zh-Hant", False)),
        (("en", "zh-Hans", "zh-Hant"), "zh-SG", ("zh-Hans", False)),
        (("en", "zh-Hans", "zh-Hant"), "zh", ("zh-Hans", False)),
        (("en", "zh-Hans"), "zh-TW", ("en", True)),
        (("en", "zh-Hant"), "zh-CN", ("en", True)),
        (("en", "zh-TW"), "zh-Hant", ("zh-TW", False)),
        (("en", "sr-Latn"), "sr", ("en", True)),
    ],
)
def test_variants(available: tuple[str, ...], wanted: str | None, chosen: tuple[str, bool]) -> None:
    assert choose_variant(available, wanted, "en") == chosen
    assert choose_variant(set(available), wanted, "en-US") == chosen


def test_no_variant_at_all() -> None:
    with pytest.raises(NotFoundError) as caught:
        choose_variant(("zh-Hans",), "zh-TW", "ja")
    assert "zh-Hans" in caught.value.hint
