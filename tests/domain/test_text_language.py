"""The language of a text: sure answers right, unsure ones withheld."""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.domain.text import detect_language
from tests.support.samples import FOLDER, sample


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("入金が反映されません", "ja"),
        ("二段階認証の再設定", "ja"),
        ("取引履歴", "ja"),
        ("ﾆｭｳｷﾝ", "ja"),
        ("BTCの出金について教えてください。TXID 0xabc", "ja"),
        ("我的提现还没有到账，请帮我查一下", "zh-Hans"),
        ("怎么修改登录密码？", "zh-Hans"),
        ("我的提現還沒有到賬，請幫我查詢", "zh-Hant"),
        ("請問驗證碼為什麼收不到？謝謝您", "zh-Hant"),
        ("请问の", "zh-Hans"),
        ("Hello, where is my withdrawal?", "en"),
        ("I can’t log in", "en"),
        ("please help", "en"),
        ("The page 入金 shows an error when I open it", "en"),
        ("출금이 아직 안 됩니다", "ko"),
        ("充值", None),
        ("出金", None),
        ("Withdrawal pending", None),
        ("Wo ist meine Auszahlung geblieben", None),
        ("Bonjour, mon retrait est en attente", None),
        ("¿Dónde está mi retiro? No me ha llegado", None),
        ("TXID 0x00ff 12345", None),
        ("https://exchange.example/the/what/is", None),
        ("…！？", None),
        ("", None),
    ],
)
def test_languages_of_sentences(text: str, language: str | None) -> None:
    assert detect_language(text) == language


@given(st.text(st.characters(codec=None)))
def test_any_text_has_a_known_language_or_none(text: str) -> None:
    assert detect_language(text) in {"ja", "en", "zh-Hans", "zh-Hant", "ko", None}


def _japanese() -> Iterator[str]:
    for name in ("jnli-valid-v1.3.json", "jsts-valid-v1.3.json"):
        for line in (FOLDER / "ja-jglue-valid" / name).read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            yield from (row["sentence1"], row["sentence2"])


def _chinese() -> Iterator[str]:
    for path in sorted((FOLDER / "zh-finance-pairs-dev").glob("*.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                cells = line.strip().split("," if ".csv" in path.name else "\t")
                yield from (cell for cell in cells if any("\u4e00" <= character <= "\u9fff" for character in cell))


def _english() -> Iterator[str]:
    with (FOLDER / "banking77-train/train.csv").open(encoding="utf-8", newline="") as lines:
        yield from (row["text"] for row in csv.DictReader(lines))


@pytest.mark.parametrize(
    ("folder", "texts", "language", "answered"),
    [
        ("ja-jglue-valid", _japanese, "ja", 0.99),
        ("zh-finance-pairs-dev", _chinese, "zh-Hans", 0.9),
        ("banking77-train", _english, "en", 0.98),
    ],
)
def test_answers_on_real_sentences_are_right(
    folder: str, texts: Callable[[], Iterator[str]], language: str, answered: float
) -> None:
    sample(folder)
    found = Counter(detect_language(text) for text in texts())
    told = found.total() - found[None]
    assert found[language] / told > 0.97
    assert told / found.total() > answered
