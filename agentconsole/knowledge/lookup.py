"""Looking an article up, by a word or by a whole question, in three languages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from agentconsole.domain.text import SearchQuery, cell_width, fold, query_tokens, search_tokens, truncate
from agentconsole.store import library, search
from agentconsole.store.store import Store

SNIPPET_CELLS: Final = 100
CANDIDATES: Final = 200
"""How many of the index's best hits are looked at."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article in the language it was found in; the higher the score, the better."""

    id: str
    title: str
    language: str
    score: float
    snippet: str


def lookup(store: Store, text: str, *, language: str | None = None, limit: int = 20) -> list[Hit]:
    """The articles that answer best, each once: those with all the words first, then those with any of them.

    Args:
        language: only variants in it.
    """
    found = query_tokens(text, prefix_last=True)
    if not found:
        return []
    hits: dict[str, Hit] = {}
    for match in (found.match, _any_of(text)):
        for hit in _ranked(store, match, found, text):
            if language in (None, hit.language):
                hits.setdefault(hit.id, hit)
        if len(hits) >= limit:
            break
    return list(hits.values())[:limit]


def _any_of(text: str) -> str:
    """A question's words, any of which may be there."""
    words = dict.fromkeys(token for token in search_tokens(text) if len(token) > 1)
    return " OR ".join(f'"{word}"' for word in words) or '""'


def _ranked(store: Store, match: str, found: SearchQuery, text: str) -> list[Hit]:
    ranked = search.search_variants(store, match, CANDIDATES)
    variants = library.article_variants(store, [hit.variant_id for hit in ranked])
    hits = []
    for hit in ranked:
        variant = variants[hit.variant_id]
        if match == found.match and not _says_all(variant, found.verify):
            continue
        hits.append(Hit(variant.id, variant.title, variant.language, round(hit.score, 4), _snippet(variant.body, text)))
    return hits


def _says_all(variant: library.Variant, terms: tuple[str, ...]) -> bool:
    said = fold(f"{variant.title}\n{variant.body}")
    return all(term in said for term in terms)


def _snippet(body: str, text: str) -> str:
    """The line of the body that says most of the words, plain."""
    words = set(search_tokens(text))
    lines = [line.lstrip("#->*0123456789. ").strip() for line in body.splitlines()]
    best = max((line for line in lines if line), key=lambda line: len(words & set(search_tokens(line))), default="")
    return truncate(best, SNIPPET_CELLS) if cell_width(best) > SNIPPET_CELLS else best
