"""Words for the full-text index, and what a person types turned into a question to it.

The index is FTS5 with `tokenize='ascii', detail=none`: it splits at ASCII characters that are neither letter nor digit
and takes everything beyond ASCII as part of a word, so that all the cutting is done here.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections.abc import Collection
from dataclasses import dataclass
from operator import add, itemgetter
from typing import Final

from agentconsole.domain.text.blocks import HAN, HANGUL, KANA, MARK_BLOCKS, compiled

TOKEN_LIMIT: Final = 128
"""Characters of a word that the index keeps; longer ones (encoded attachments) are cut there on both sides."""

_CJK: Final = rf"{HAN}{KANA}{HANGUL}"
_PARTS: Final = rf"([{_CJK}]+)[\u3001\u3002\u300c\u300d]*"
"""CJK runs, with the marks that mostly follow them: what is left between them is plain ASCII more often."""
_RUNS: Final = rf"([{_CJK}]+)|([^\W_{_CJK}]+(?:[-_][^\W_{_CJK}]+)*)"
_ASCII_RUNS: Final = re.compile("()([a-z0-9]+(?:[-_][a-z0-9]+)*)")
_MARKED_RUNS: Final = rf"([{_CJK}]+)|([^\s\-_{_CJK}]+(?:[-_][^\s\-_{_CJK}]+)*)"
_HAS_MARKS: Final = rf"[{MARK_BLOCKS}]"
_TERM: Final = re.compile(r'"([^"]*)(?:"|$)|([^\s"]+)')
_WIDE: Final = "，！？：；（）～…０１２３４５６７８９"
_NARROWED: Final = tuple((wide, unicodedata.normalize("NFKC", wide)) for wide in _WIDE)
"""What most Chinese and Japanese texts hold and NFKC changes: a text without any is normalised ten times faster."""
_NOTHING: Final = '""'
_TWO_SPACES: Final = array("I", "  ".encode("utf-16-le"))
_FIRST: Final = itemgetter(0)


@dataclass(frozen=True)
class SearchQuery:
    """A question to the index; false if it holds no word to look for (it then matches nothing)."""

    match: str
    """An FTS5 MATCH expression, valid whatever was typed. It finds every hit and may find too many."""
    verify: tuple[str, ...] = ()
    """Folded terms that the folded stored text must contain as well: those that `match` alone does not settle."""

    def __bool__(self) -> bool:
        return self.match != _NOTHING


@dataclass(frozen=True)
class _Term:
    tokens: tuple[str, ...]
    is_cjk_last: bool
    text: str


def fold(text: str) -> str:
    """`text` for comparing: full and half width alike, case gone. Traditional and simplified characters stay apart."""
    return _without_case(_narrowed(text))


def _narrowed(text: str) -> str:
    if text.isascii():
        return text
    for wide, narrow in _NARROWED:
        text = text.replace(wide, narrow)
    return unicodedata.normalize("NFKC", text)


def _without_case(narrowed: str) -> str:
    return narrowed.lower() if narrowed.isascii() else unicodedata.normalize("NFKC", narrowed.casefold())


def search_tokens(text: str) -> list[str]:
    """The words of `text` in order, folded, as the index keeps them; repeats stay.

    A CJK run gives its overlapping pairs and its last character (or its only one). Other words are kept whole; words
    linked by `-` or `_` come singly and once more joined: `tx-0001` gives tx, 0001, tx0001.
    """
    tokens: list[str] = []
    for cjk, linked in _runs(fold(text)):
        if cjk:
            tokens += _pairs(cjk)
            tokens.append(cjk[-1])
        elif linked.isalnum():
            tokens.append(linked[:TOKEN_LIMIT])
        else:
            tokens += _linked_words(linked)
    return tokens


def _linked_words(linked: str) -> list[str]:
    words = re.split("[-_]", linked)
    joined = ["".join(words)] if len(words) > 1 else []
    return [word[:TOKEN_LIMIT] for word in (*words, *joined)]


def search_words(text: str) -> str:
    """The words of `text` parted by spaces, in no order: those of `search_tokens`, for an index without positions.

    Most of an import's time goes by here.
    """
    text = _narrowed(" ".join(set(text.split())))  # who answers quotes, and says it all once more
    parts = [text] if text.isascii() else compiled(_PARTS).split(text)
    words = _plain_words(_without_case(" ".join(parts[::2])))  # no CJK character has a case
    if words and len(max(words, key=len)) > TOKEN_LIMIT:
        words = {word[:TOKEN_LIMIT] for word in words}
    return " ".join([*words, _pairs_and_lasts(set(parts[1::2]))])


def _plain_words(folded: str) -> set[str]:
    pieces = set(folded.split())
    words = set(filter(str.isalnum, pieces))
    for _, linked in _runs(" ".join(pieces - words)):
        if linked.isalnum():
            words.add(linked)
        else:
            words.update(_linked_words(linked))
    return words


def _pairs_and_lasts(runs: Collection[str]) -> str:
    """What CJK runs give: pairs, compared as numbers of 32 bits.

    A last character is a pair with the space behind it; what a space begins is none.
    """
    if not runs:
        return ""
    joined = " ".join(runs)
    joined += " " * (2 - len(joined) % 2)
    units = memoryview(joined.encode("utf-16-le"))
    if len(units) > 2 * len(joined):  # rare characters, of two units each
        return " ".join({token for run in runs for token in (*_pairs(run), run[-1])})
    pairs = {*units.cast("I"), *units[2:-2].cast("I")}  # those that begin at even places, and at odd ones
    begun_by_space = " " + " ".join(set(map(_FIRST, runs)))
    pairs.difference_update(memoryview(begun_by_space.encode("utf-16-le")).cast("I"))
    apart = _TWO_SPACES * (2 * len(pairs))
    apart[::2] = array("I", pairs)
    return apart.tobytes().decode("utf-16-le")


def query_tokens(words: str, *, prefix_last: bool = False) -> SearchQuery:
    """What a person typed, as a question to an index of `search_tokens`: all terms must be there.

    Args:
        words: terms parted by spaces; `"a phrase"` is one term. Anything else is taken literally.
        prefix_last: the last word is still being typed: let a Latin one of 2 characters or more match as a beginning.
    """
    folded = fold(words)
    terms = [term for match in _TERM.finditer(folded) if (term := _term(match[1] or match[2] or "")).tokens]
    if not terms:
        return SearchQuery(_NOTHING)
    is_open = prefix_last and not folded.endswith(('"', " "))
    quoted = [_quoted(term, is_open and term is terms[-1]) for term in terms]
    clauses = dict.fromkeys(clause for clauses in quoted for clause in clauses)
    return SearchQuery(
        " AND ".join(clauses), tuple(dict.fromkeys(term.text for term in terms if not _is_settled(term)))
    )


def _runs(folded: str) -> list[tuple[str, str]]:
    """Pairs of (CJK run, ""), or ("", words linked by hyphens)."""
    if folded.isascii():
        return _ASCII_RUNS.findall(folded)
    pattern = _RUNS
    if compiled(_HAS_MARKS).search(folded):
        folded = "".join(character if _is_wordly(character) else " " for character in folded)
        pattern = _MARKED_RUNS
    return compiled(pattern).findall(folded)


def _pairs(run: str) -> list[str]:
    return list(map(add, run, run[1:]))


def _is_wordly(character: str) -> bool:
    """Vowel signs of Thai, Hindi, Arabic ... belong to their word although they are no letters."""
    if character.isalnum() or character in "-_" or unicodedata.category(character)[0] == "M":
        return True
    return compiled(f"[{_CJK}]").match(character) is not None  # newer than the tables of this Python


def _term(text: str) -> _Term:
    tokens: list[str] = []
    is_cjk = False
    for cjk, linked in _runs(text):
        is_cjk = bool(cjk)
        if len(cjk) > 1:
            tokens += _pairs(cjk)
        else:
            tokens += [cjk] if cjk else [word[:TOKEN_LIMIT] for word in re.split("[-_]", linked)]
    return _Term(tuple(tokens), is_cjk, text)


def _quoted(term: _Term, is_open: bool) -> list[str]:
    clauses = [f'"{token}"*' if _is_single(token) else f'"{token}"' for token in term.tokens]
    if is_open and not term.is_cjk_last and len(term.tokens[-1]) > 1:
        clauses[-1] = f'"{term.tokens[-1]}"*'
    return clauses


def _is_single(token: str) -> bool:
    """One CJK character: it begins a pair, or ends a run and stands alone."""
    return len(token) == 1 and compiled(f"[{_CJK}]").match(token) is not None


def _is_settled(term: _Term) -> bool:
    """Whether finding the one token is finding the term: no text needs to be read, and `tx0001` finds `tx-0001`."""
    return len(term.tokens) == 1 and term.tokens[0] == term.text
