"""Widths in terminal cells, counted the way the screen library counts them, so that columns stay straight."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from agentconsole.domain.text.blocks import compiled

_JOINER: Final = "\u200d"
_EMOJI_SELECTOR: Final = "\ufe0f"
# The first and the last of characters that never join their neighbours, so that most texts need no library's tables,
# which take 20 ms to load: Latin, dashes, boxes and signs; kana, Han, hangul syllables, full-width forms.
_NARROW: Final = ("\x20\x7e", "\u00a0\u00ac", "\u00ae\u02ff", "\u2010\u2027", "\u2500\u25fc", "\uff61\uff9d")
_WIDE: Final = (
    *("\u3000\u3029", "\u3031\u303c", "\u3041\u3096", "\u309b\u30ff", "\u3400\u9fff", "\uac00\ud7a3"),
    "\uff01\uff60",
)
_SINGLE: Final = f"[{''.join(f'{first}-{last}' for first, last in (*_NARROW, *_WIDE))}]*+"


def cell_width(text: str) -> int:
    """Cells that `text` takes on one terminal line, never below 0; controls count 0.

    wcwidth's widths with the screen library's reading of sequences: what follows a zero-width joiner takes no room,
    an emoji selector widens its base, a skin tone takes none, half of a flag takes 1.
    """
    if text.isascii() and text.isprintable():
        return len(text)
    return _short_width(text) if len(text) < 512 else _width(text)


def truncate(text: str, width: int, ellipsis: str = "…") -> str:
    """`text` in at most `width` cells: as it is if it fits, else cut between graphemes and ended by `ellipsis`.

    An ellipsis that is wider than `width` itself is left out.
    """
    if cell_width(text) <= width:
        return text
    room = width - cell_width(ellipsis)
    if room < 0:
        room, ellipsis = max(width, 0), ""
    if text.isascii() and text.isprintable():
        return text[:room] + ellipsis
    return _head(text, room) + ellipsis


def pad(text: str, width: int) -> str:
    """`text` in exactly `width` cells (0 if that is negative): truncated with `…`, or filled with spaces at its end."""
    fill = width - cell_width(text)
    if fill >= 0:
        return text + " " * fill
    return _filled(truncate(text, width), width)


def graphemes(text: str) -> Iterator[tuple[str, int]]:
    """What a reader takes for single characters, each with its cells; their widths add up to the width of the whole.

    None is wider than 2 cells: longer clusters, chains of conjuncts and the like, are parted before each letter.
    """
    if compiled(_SINGLE).fullmatch(text):
        for character in text:
            yield character, _character_width(character)
        return
    for cluster in _clusters(text):
        cells = cell_width(cluster)
        if cells <= 2:
            yield cluster, cells
        else:
            yield from _letters(cluster)


def _clusters(text: str) -> Iterator[str]:
    """Grapheme clusters, with what the screen library hangs on a joiner kept together with it."""
    from wcwidth import iter_graphemes

    waiting = ""
    for cluster in iter_graphemes(text):
        waiting += cluster
        if not waiting.endswith(_JOINER):
            yield waiting
            waiting = ""
    if waiting:
        yield waiting


def _letters(cluster: str) -> Iterator[tuple[str, int]]:
    """A long cluster in pieces of one letter with what takes no room of its own."""
    piece = ""
    for character in cluster:
        if piece and not piece.endswith(_JOINER) and cell_width(piece) and _character_width(character):
            yield piece, cell_width(piece)
            piece = ""
        piece += character
    yield piece, cell_width(piece)


def _filled(text: str, width: int) -> str:
    return text + " " * (width - cell_width(text))


@lru_cache(maxsize=4096)
def _head(text: str, room: int) -> str:
    kept: list[str] = []
    for grapheme, cells in graphemes(text):
        room -= cells
        if room < 0:
            break
        kept.append(grapheme)
    return "".join(kept)


def _width(text: str) -> int:
    if _JOINER in text or _EMOJI_SELECTOR in text:
        return _sequence_width(text)
    return sum(map(_character_width, text))


_short_width = lru_cache(maxsize=8192)(_width)


def _sequence_width(text: str) -> int:
    total = 0
    base = ""
    characters = iter(text)
    for character in characters:
        if character == _JOINER:
            next(characters, None)
        elif character == _EMOJI_SELECTOR:
            total += bool(base) and _is_widened(base)
            base = ""
        elif cells := _character_width(character):
            base = character
            total += cells
    return total


@lru_cache(maxsize=8192)
def _character_width(character: str) -> int:
    if any(first <= character <= last for first, last in _WIDE):
        return 2
    if any(first <= character <= last for first, last in _NARROW):
        return 1
    if "\U0001f3fb" <= character <= "\U0001f3ff":  # skin tones dress the emoji before them
        return 0
    if "\U0001f1e6" <= character <= "\U0001f1ff":  # two of these make a flag of 2 cells
        return 1
    from wcwidth import wcwidth

    return max(wcwidth(character), 0)


@lru_cache(maxsize=1024)
def _is_widened(base: str) -> bool:
    from wcwidth import wcswidth

    return wcswidth(base) == 1 and wcswidth(base + _EMOJI_SELECTOR) == 2
