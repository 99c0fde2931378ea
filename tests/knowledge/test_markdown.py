"""Markdown files as articles and canned answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from agentconsole.domain.errors import ConsoleError, NotFoundError
from agentconsole.knowledge.markdown import read_variants
from agentconsole.store.library import Variant


def _read(folder: Path, text: str, name: str = "page.md", language: str | None = None) -> Variant:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return read_variants(path, language=language)[0]


def test_front_matter_heading_and_body(tmp_path: Path) -> None:
    text = (
        "---\nid: deposit-late\nlanguage: ja\ncategory: deposit\ntags: [deposit, bank]\ndesk: minamo\n---\n"
        "# 入金が遅い\n\n本文\n\n## 小見出し\n- 一つ\n"
    )
    body = "本文\n\n## 小見出し\n- 一つ"
    assert _read(tmp_path, text) == Variant(
        "deposit-late", "ja", "入金が遅い", body, "deposit", ("deposit", "bank"), "minamo"
    )


@pytest.mark.parametrize(
    ("name", "front", "given", "expected"),
    [
        ("fees.ja.md", "", None, ("fees", "ja")),
        ("fees.zh-Hant.md", "", None, ("fees", "zh-Hant")),
        ("fees.md", "", "zh-CN", ("fees", "zh-Hans")),
        ("fees.en.md", "---\nlanguage: ja\n---\n", "zh-Hans", ("fees", "ja")),
        ("fees.en.md", "", "ja", ("fees", "en")),
        ("release.notes.md", "", "en", ("release.notes", "en")),
        ("fees.md", "", None, ("fees", "en")),
    ],
)
def test_id_and_language_come_from_the_nearest_that_says_them(
    tmp_path: Path, name: str, front: str, given: str | None, expected: tuple[str, str]
) -> None:
    variant = _read(tmp_path, f"{front}# Fees\n\nThe fees that you pay for each of your orders.\n", name, given)
    assert (variant.id, variant.language) == expected


def test_an_unclear_language_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(ConsoleError, match="which language") as caught:
        _read(tmp_path, "# 充值\n\n充值\n")
    assert "--lang" in caught.value.hint


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("\ufeff# BOM\r\n\r\nline\r\nline\r\n", "BOM", "line\nline"),
        ("Before\n\n## Later ##\n\nafter\n", "Later", "Before\n\n\nafter"),
        ("```\n# no heading\n```\n# Heading\ntext", "Heading", "```\n# no heading\n```\ntext"),
        ("---\ntitle: From above\n---\ntext only\n", "From above", "text only"),
        ("# Rules\n\nabove\n\n---\n\nbelow\n\n---\nend\n", "Rules", "above\n\n---\n\nbelow\n\n---\nend"),
        ("Text: above\n\n---\n\n# T\n\n---\nend\n", "T", "Text: above\n\n---\n\n\n---\nend"),
        ("---\n---\n# Empty front\nx\n", "Empty front", "x"),
    ],
)
def test_titles(tmp_path: Path, text: str, title: str, body: str) -> None:
    variant = _read(tmp_path, text, language="en")
    assert (variant.title, variant.body) == (title, body)


def test_tags_may_be_words_with_commas(tmp_path: Path) -> None:
    assert _read(tmp_path, "---\ntags: a, b ,a\n---\n# T\nx", language="en").tags == ("a", "b")


@pytest.mark.parametrize(
    ("front", "message"),
    [
        ("id: x\ntags: [a, b\nlanguage: en", r"page\.md:4: bad YAML"),
        ("- a\n- b", r"page\.md:1: bad YAML: the front matter is no table"),
        ("id: x\nlanguage: no", r"language is False and no text"),
        ("language: 日本語", r"'日本語' is no language"),
        ("tags: {a: b}", r"tags are no list"),
        ("id: !!python/object/apply:os.getcwd []", r"page\.md:2: bad YAML"),
        ("id: *nowhere", r"page\.md:2: bad YAML"),
    ],
)
def test_bad_front_matter_is_named_with_its_place(tmp_path: Path, front: str, message: str) -> None:
    with pytest.raises(ConsoleError, match=message):
        _read(tmp_path, f"---\n{front}\n---\n# T\nx\n", language="en")


def test_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="there is no"):
        read_variants(tmp_path / "nowhere")
    with pytest.raises(NotFoundError, match="no Markdown"):
        read_variants(tmp_path)
    (tmp_path / "sjis.md").write_bytes("# 入金".encode("cp932"))
    with pytest.raises(ConsoleError, match="UTF-8"):
        read_variants(tmp_path)
    with pytest.raises(ConsoleError, match="no title"):
        _read(tmp_path, "text\n", "page.en.md")


def test_folders_are_read_whole_hidden_files_apart(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / ".hidden").mkdir()
    for place in ("b.en.md", "more/a.ja.markdown", ".hidden/c.md", "d.txt"):
        (tmp_path / place).write_text("# T\nx", encoding="utf-8")
    assert [(each.id, each.language) for each in read_variants(tmp_path)] == [("b", "en"), ("a", "ja")]


def test_two_files_may_not_be_the_same_variant(tmp_path: Path) -> None:
    for name in ("a.md", "b.md"):
        (tmp_path / name).write_text("---\nid: same\n---\n# T\nx", encoding="utf-8")
    with pytest.raises(ConsoleError, match=r"b\.md: 'same' in en is in .*a\.md already"):
        read_variants(tmp_path, language="en")
