"""Looking something up: from words or a whole question to the articles that answer it, best first.

The index names the candidates; their order is made here, by BM25 over title and text. Of a question only the words that
say something are asked for: kana endings and English articles are left out, pairs of kanji and kana count little.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import log
from typing import Final

from agentconsole.domain.languages import normalise_language
from agentconsole.domain.text import fold, query_tokens, safe_text
from agentconsole.store import library, search
from agentconsole.store.library import Variant
from agentconsole.store.store import Store

_CANDIDATES: Final = 500
"""Variants that are looked at; an article has several, and a language may be asked for."""
_TITLE_WEIGHT: Final = 5
_SATURATION: Final = 1.2
_LENGTH_WEIGHT: Final = 0.5
"""BM25's k1 and b."""
_TERMS: Final = 100
"""Words of a question that are looked for."""
_BEFORE: Final = 30
_SNIPPET: Final = 140
"""Characters of a snippet, and how many of them stand before the hit."""
_KANA: Final = "\u3041-\u309f\u30fc"
_QUESTION_WORDS: Final = """
    a about an and are as at be been but by can could do does for from had has have how i if in is it its me my not of
    on or our please so that the their there they this to was we were what when where which who why will with would
    you your
"""
_COMMON: Final = frozenset(_QUESTION_WORDS.split())
_MARKUP: Final = re.compile(r"^[ \t]*[-:| ]{3,}$|^\s*(?:#{1,6}|[-*+]|\d+[.)]|>)\s+|[*_`|]+", re.MULTILINE)


_Pair = tuple[str, str]
"""Title and text of a variant, folded."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article in the language that fits best; the higher the score, the better. The snippet is one safe line."""

    id: str
    title: str
    language: str
    score: float
    snippet: str


def lookup(store: Store, text: str, language: str | None = None, limit: int = 20) -> list[Hit]:
    """The articles that hold all words of `text`; when these are few, those that hold some of them follow.

    Args:
        text: words, or a whole question.
        language: only variants in it; `zh` takes both ways of writing Chinese.
    """
    query = query_tokens(text)
    if not query or limit < 1:
        return []
    clauses = query.match.split(" AND ")[:_TERMS]
    terms = _weighed(clauses)
    whole = _texts(_found(store, query.match, language))
    complete = {key: pair for key, pair in whole.items() if all(each in _joined(pair) for each in query.verify)}
    some = _some(store, clauses, terms, language) if len({key.id for key in complete}) < limit else {}
    scores = _scores({**some, **complete}, terms)
    ordered = sorted(scores, key=lambda key: (key not in complete, -scores[key], key.id, key.language))
    best: dict[str, Variant] = {}
    for key in ordered:
        best.setdefault(key.id, key)
    top = max((scores[key] for key in scores if key not in complete), default=0.0)
    marks = [*text.replace('"', " ").split(), *sorted(terms, key=terms.__getitem__, reverse=True)]
    return [
        _hit(key, scores[key] + (top if key in complete else 0.0), list(map(fold, marks)))
        for key in list(best.values())[:limit]
    ]


def _found(store: Store, match: str, language: str | None) -> list[Variant]:
    hits = search.search_variants(store, match, _CANDIDATES)
    found = library.article_variants(store, [hit.variant_id for hit in hits])
    return [variant for variant in found.values() if _speaks(variant, language)]


def _some(
    store: Store, clauses: Sequence[str], terms: Mapping[str, float], language: str | None
) -> dict[Variant, _Pair]:
    """What holds at least one of the words that say something."""
    asked = [clause for clause in clauses if _bare(clause) in terms]
    return _texts(_found(store, " OR ".join(asked), language))


def _texts(variants: Iterable[Variant]) -> dict[Variant, _Pair]:
    return {variant: (fold(variant.title), fold(variant.body)) for variant in variants}


def _joined(pair: _Pair) -> str:
    return "\n".join(pair)


def _weighed(clauses: Sequence[str]) -> dict[str, float]:
    """The words to look for, and how much each says; if none says anything, all of them alike."""
    words = [_bare(clause) for clause in clauses]
    weights = {word: _weight(word) for word in words}
    return {word: weight for word, weight in weights.items() if weight} or dict.fromkeys(words, 1.0)


def _weight(word: str) -> float:
    if word in _COMMON or re.fullmatch(f"[{_KANA}]+", word):
        return 0.0
    return 0.25 if re.search(f"[{_KANA}]", word) else 1.0


def _bare(clause: str) -> str:
    return clause.strip('"*')


def _scores(texts: Mapping[Variant, _Pair], terms: Mapping[str, float]) -> dict[Variant, float]:
    """BM25 among the candidates; a word of the title counts as several of the text."""
    if not texts:
        return {}
    patterns = {term: _pattern(term) for term in terms}
    counts = {
        key: {
            term: _TITLE_WEIGHT * len(pattern.findall(title)) + len(pattern.findall(body))
            for term, pattern in patterns.items()
        }
        for key, (title, body) in texts.items()
    }
    usual = sum(len(body) for _title, body in texts.values()) / len(texts) or 1.0
    rarity = {
        term: log(2 * len(texts) / max(sum(map(bool, (count[term] for count in counts.values()))), 1)) for term in terms
    }
    return {
        key: sum(
            weight * rarity[term] * _saturated(counts[key][term], len(texts[key][1]) / usual)
            for term, weight in terms.items()
        )
        for key in texts
    }


def _saturated(count: int, length: float) -> float:
    return count * (_SATURATION + 1) / (count + _SATURATION * (1 - _LENGTH_WEIGHT + _LENGTH_WEIGHT * length))


def _pattern(term: str) -> re.Pattern[str]:
    """A word as a word where words are parted by spaces, and anywhere where they are not."""
    edge = r"\b" if term.isascii() else ""
    return re.compile(f"{edge}{re.escape(term)}{edge}")


def _speaks(variant: Variant, language: str | None) -> bool:
    if language is None:
        return True
    return variant.language in (language, normalise_language(language)) or variant.language.startswith(f"{language}-")


def _hit(variant: Variant, score: float, marks: Sequence[str]) -> Hit:
    title = safe_text(variant.title, single_line=True)
    return Hit(variant.id, title, variant.language, round(score, 4), snippet(variant.body, marks))


def snippet(body: str, terms: Iterable[str]) -> str:
    """The text around the first of the terms that it holds, or its beginning: one line without markup, safe to show.

    Args:
        terms: folded, those that say most first.
    """
    plain = " ".join(safe_text(_MARKUP.sub(" ", body)).split())
    hit = _position(plain, terms)
    start = max(hit - _BEFORE, 0)
    if start and (space := plain.find(" ", start, hit)) != -1:
        start = space + 1
    cut = plain[start : start + _SNIPPET]
    return f"{'…' if start else ''}{cut.strip()}{'…' if start + _SNIPPET < len(plain) else ''}"


def _position(plain: str, terms: Iterable[str]) -> int:
    """Where the first term stands that is found at all; folding may change lengths, so places are kept by character."""
    folded: list[str] = []
    places: list[int] = []
    for index, character in enumerate(plain):
        for part in fold(character):
            folded.append(part)
            places.append(index)
    haystack = "".join(folded)
    found = (_pattern(term).search(haystack) for term in terms if term)
    return next((places[match.start()] for match in found if match), 0)
