"""Lines broken where Latin, Japanese and Chinese readers expect it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate
from typing import Final

from agentconsole.domain.text.blocks import HAN, HANGUL, KANA, compiled
from agentconsole.domain.text.width import cell_width, graphemes

# 行頭禁則 and 行末禁則: what may not begin a line, what may not end one.
NO_START: Final = frozenset(
    "、。，．,.・：；:;？！?!‼⁇⁈⁉…‥ー～〜゠–‐゛゜ヽヾゝゞ々〻％%‰℃°"
    "）)」』】〕〉》〗〙〛］]｝}｠»”’｡､･｣ｰﾞﾟ"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿｧｨｩｪｫｬｭｮｯ"
)
NO_END: Final = frozenset("（(「『【〔〈《〖〘〚［[｛{｟«“‘｢￥¥＄$￡£€＃#№")
_SPACES: Final = " \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009\u200a\u205f\u3000"
_IDEOGRAPHIC: Final = rf"[{HAN}{KANA}{HANGUL}\u2e80-\u33ff\ua000-\ua4cf\uff01-\uffef\U0001f000-\U0001faff]"

_Cells = list[tuple[str, int]]


def wrap(text: str, width: int) -> list[str]:
    """`text` as lines of at most `width` cells; its own line ends and blank lines stay.

    Latin breaks at spaces and inside words only if they are longer than a line; Han, kana and hangul break anywhere but
    where kinsoku forbids it. Spaces at a break go. A line is wider only where one character is: 2 cells in a width
    of 1.
    """
    lines: list[str] = []
    for line in text.split("\n"):
        if cell_width(line) <= width:
            lines.append(line)
        else:
            lines.extend(_wrapped(line, max(width, 1)))
    return lines


@lru_cache(maxsize=512)
def break_offsets(line: str, width: int) -> tuple[int, ...]:
    """Where the second and each further line of one that is being written begins, in characters.

    As `wrap`, but no space goes: those at a break stay on their line, of which one may stand beyond `width`.
    """
    cells = _cells(line)
    starts, start = [], 0
    while (start := _next_start(cells, start, max(width, 1))) < len(cells):
        starts.append(start)
    ends = list(accumulate(len(piece) for piece, _width in cells))
    return tuple(ends[start - 1] for start in starts)


def _next_start(cells: _Cells, start: int, width: int) -> int:
    end = _after_spaces(cells, _line_end(cells, start, width))
    while end > start + 1 and sum(cells_taken for _piece, cells_taken in cells[start:end]) > width + 1:
        end -= 1
    return end


def _wrapped(line: str, width: int) -> Iterator[str]:
    indent = line[: len(line) - len(line.lstrip(_SPACES))]
    cells = _cells(line if cell_width(indent) < width else line.lstrip(_SPACES))
    if not cells:
        yield ""
    start = 0
    while start < len(cells):
        end = _line_end(cells, start, width)
        yield "".join(piece for piece, _ in cells[start:end]).rstrip(_SPACES)
        start = _after_spaces(cells, end)


def _cells(line: str) -> _Cells:
    if line.isascii() and line.isprintable():
        return [(character, 1) for character in line]
    return list(graphemes(line))


def _line_end(cells: _Cells, start: int, width: int) -> int:
    """Index of the first grapheme that goes to the next line."""
    limit = _overflow(cells, start, width)
    if limit == len(cells):
        return limit
    for index in range(limit, start, -1):
        if _may_break(cells, start, index):
            return index
    return max(limit, start + 1)


def _overflow(cells: _Cells, start: int, width: int) -> int:
    for index in range(start, len(cells)):
        width -= cells[index][1]
        if width < 0:
            # spaces at the end are dropped, so that nothing but spaces is no overflow
            return index if _after_spaces(cells, index) < len(cells) else len(cells)
    return len(cells)


def _after_spaces(cells: _Cells, index: int) -> int:
    while index < len(cells) and cells[index][0] in _SPACES:
        index += 1
    return index


def _may_break(cells: _Cells, start: int, index: int) -> bool:
    """Whether a line from `start` may end before `index`; spaces round the break do not count."""
    last = index - 1
    while last > start and cells[last][0] in _SPACES:
        last -= 1
    first = _after_spaces(cells, index)
    before, after = cells[last][0][0], cells[first][0][0]
    if before in _SPACES or before in NO_END or after in NO_START:
        return False
    if first - last > 1:
        return True
    if before == "-":  # a hyphen between letters
        return after.isalpha() and last > start and cells[last - 1][0].isalpha()
    return _is_seam(before, after)


def _is_seam(before: str, after: str) -> bool:
    """Whether two neighbours may be parted with no space or hyphen between them."""
    if before == after and before in "—―─…‥":
        return False
    return compiled(_IDEOGRAPHIC).match(before) is not None or compiled(_IDEOGRAPHIC).match(after) is not None
