"""Articles with some bytes gone wrong: each reader gives them or says what is wrong, and nothing else."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from agentconsole.domain.errors import ConsoleError
from agentconsole.knowledge.help_centre import read_export
from agentconsole.knowledge.markdown import read_variants
from tests.support.damage import ROUNDS, damaged

MARKDOWN: Final = "---\nid: deposit\ntags: [a, b]\ncategory: deposit\n---\n# 入金\n\n本文 `x`\n\n```\n# y\n```\n"
ARTICLE: Final = {"id": 1, "title": "入金", "body": "<p>本文</p>", "locale": "ja", "section_id": 2, "draft": False}
SOLUTIONS: Final = (
    '<?xml version="1.0"?><solution-categories><solution-category><name>c</name><folders><solution-folder>'
    "<name>f</name><articles><solution-article><id>1</id><title>入金</title><description>本文</description>"
    "<status>2</status></solution-article></articles></solution-folder></folders></solution-category>"
    "</solution-categories>"
)
SEEDS: Final[dict[str, tuple[str, Callable[..., Sequence[Any]]]]] = {
    "deposit.ja.md": (MARKDOWN, read_variants),
    "articles.json": (
        json.dumps({"articles": [ARTICLE], "sections": [{"id": 2, "name": "s"}]}, ensure_ascii=False),
        read_export,
    ),
    "articles.ndjson": (json.dumps(ARTICLE, ensure_ascii=False) + "\n", read_export),
    "Solutions.ja.xml": (SOLUTIONS, read_export),
}


@pytest.mark.parametrize("name", list(SEEDS))
def test_damaged_articles_are_read_or_refused(name: str, tmp_path: Path) -> None:
    text, read = SEEDS[name]
    random_, path = random.Random(name), tmp_path / name
    path.write_text(text, "utf-8")
    assert read(path, language="ja")
    for _ in range(ROUNDS):
        path.write_bytes(damaged(text.encode(), random_))
        try:
            read(path, language="ja")
        except ConsoleError as error:
            assert error.message
