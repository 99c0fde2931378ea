"""Which of the desk's languages a text is written in, where the text itself tells."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from agentconsole.domain.text.blocks import HAN, HANGUL, compiled

_SAMPLE: Final = 4000
_STRAY_KANA: Final = 5
_NOT_PROSE: Final = re.compile(r"[0-9@]|://")
_KANA: Final = r"[\u3041-\u3096\u30a1-\u30fa\uff66-\uff6f\uff71-\uff9d]"
_HAN: Final = rf"[{HAN}]"
_HANGUL: Final = rf"[{HANGUL}]"
_LATIN_WORD: Final = re.compile(r"[a-zà-öø-ÿā-ž]+(?:['’][a-z]+)?")

# Frequent in English and rare or absent in its neighbours (in, an, me, is, of are not only English) ...
_ENGLISH_ONLY: Final = """
about after and any are aren't because been before can can't cannot could did didn't does doesn't don't from get got
have haven't hello help here how i i'd i'm i've if im isn't it's mine my need not other our please should some someone
still than thank thanks that the their them then there these they this those want wasn't were what what's whats when
where which who why will with without won't would you your
"""
# ... and those that count only beside one of them.
_ENGLISH_TOO: Final = "am be but by do for had has hi into is it its of out to us was we"
_TELLING: Final = frozenset(_ENGLISH_ONLY.split())
_COMMON: Final = _TELLING | frozenset(_ENGLISH_TOO.split())
_ENGLISH_SHARE: Final = 0.12


def detect_language(text: str) -> str | None:
    """`ja`, `zh-Hans`, `zh-Hant`, `ko` or `en`; None if the text is too short or too ambiguous to tell.

    Judges the first 4,000 characters. Han with no kana is told by the character sets of the three writing systems: a
    short text of characters that all of them share (充值) stays open, and so does Latin without common English words.
    """
    sample = text[:_SAMPLE].lower()
    words = _LATIN_WORD.findall(" ".join(piece for piece in sample.split() if not _NOT_PROSE.search(piece)))
    kana, hangul, han = (len(compiled(pattern).findall(sample)) for pattern in (_KANA, _HANGUL, _HAN))
    if max(kana, hangul) < _STRAY_KANA and kana + hangul + han < len(words):
        return _latin(words)
    if hangul > kana:
        return "ko" if hangul > han else _by_characters(sample, 0)
    return _by_characters(sample, kana) if kana + han else _latin(words)


def _by_characters(sample: str, kana: int) -> str | None:
    """Japanese or Chinese, by which everyday sets hold the Han characters; each kana is a voice for Japanese."""
    kinds = [_sets(character) for character in compiled(_HAN).findall(sample)]
    japanese = kana + kinds.count((True, False, False))
    chinese = sum(1 for in_japanese, *elsewhere in kinds if not in_japanese and any(elsewhere))
    if japanese > chinese:
        return "ja"
    simplified = sum(1 for _, in_simplified, in_traditional in kinds if in_simplified and not in_traditional)
    traditional = sum(1 for _, in_simplified, in_traditional in kinds if in_traditional and not in_simplified)
    if japanese == chinese or simplified == traditional:
        return None
    return "zh-Hans" if simplified > traditional else "zh-Hant"


@lru_cache(maxsize=8192)
def _sets(character: str) -> tuple[bool, bool, bool]:
    """Whether a Han character is in everyday use in Japan, in simplified and in traditional Chinese."""
    return _fits(character, "cp932"), _fits(character, "gb2312"), _fits(character, "big5")


def _fits(character: str, codec: str) -> bool:
    try:
        character.encode(codec)
    except UnicodeEncodeError:
        return False
    return True


def _latin(words: list[str]) -> str | None:
    """English if enough of the words are, and at least one of them is nothing else."""
    common = [word for raw in words if (word := raw.replace("’", "'")) in _COMMON]
    return "en" if len(common) >= _ENGLISH_SHARE * len(words) and not _TELLING.isdisjoint(common) else None
