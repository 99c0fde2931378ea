"""The one gate between foreign text and anything a person looks at."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from agentconsole.domain.text.blocks import HAN, MARK_BLOCKS, compiled
from agentconsole.domain.text.width import cell_width

TAB_CELLS: Final = 4
MARKS_KEPT: Final = 8
_NAMED_IN_A_RUN: Final = 4

# What terminals obey. A string sequence ends at its terminator; without one it is dropped up to the end of the line,
# the next control or 256 characters, whichever comes first, so that one stray byte cannot hide the rest of a mail.
_STRING_BODY: Final = r"[^\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]"
_CONTROL: Final = (
    rf"(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])(?:{_STRING_BODY}*+(?:\x07|\x1b\\|[\x18\x1a\x9c])|{_STRING_BODY}{{0,256}})"
    r"|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?"
    r"|\x1b[ -/]*[0-~]?"
    r"|[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"
)
_NEWLINE: Final = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SURROGATE: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]")

_SKIN: Final = r"\U0001f3fb-\U0001f3ff"
_SELECTOR: Final = r"\ufe00-\ufe0f\U000e0100-\U000e01ef"
_INVISIBLE: Final = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufeff"
    r"\uffa0\ufff0-\ufffb\ufffe\uffff\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    + "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 17))
    + _SKIN
    + _SELECTOR
)

# Where an invisible character does its proper work: emoji sequences, variants of a base, joiners inside words of
# scripts that have them.
_PICTURE: Final = (
    r"\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u2460-\u24ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    r"\u3030\u303d\u3297\u3299\U0001f000-\U0001f3fa\U0001f400-\U0001faff"
)
_PERSON: Final = r"\u26d3\u26f9\u2764\U0001f300-\U0001f3fa\U0001f400-\U0001faff"
_JOINED: Final = (
    r"\u2194\u2195\u2620\u2640\u2642\u2695\u2696\u26a7\u2708\u2764\u27a1\u2b1b"
    r"\U0001f300-\U0001f3fa\U0001f400-\U0001faff"
)
_BASE: Final = (
    rf"#*0-9\u1000-\u102a\u2010-\u2027\u2030-\u205e\u2100-\u2bff\u3001-\u3029\u30a1-\u30ff\uff01-\uff9d{HAN}{_PICTURE}"
)
_JOINING: Final = (
    r"\u0610-\u061a\u0620-\u06dc\u06de-\u07ff\u0840-\u085f\u08a0-\u08e1\u08e3-\u0dff\u0f00-\u109f\u1780-\u17b3\u17b6-\u17ff"
    r"\u1820-\u18aa\ufb50-\ufdcf\ufdf0-\ufdfb\ufe70-\ufefc"
)
_VIRAMA: Final = r"\u094d\u09cd\u0a4d\u0acd\u0b4d\u0bcd\u0c4d\u0ccd\u0d4d\u0dca\u1039"
_DRESS: Final = rf"(?:[\ufe0e\ufe0f]|[{_SKIN}]\ufe0f?)?"
_HIDDEN: Final = (
    rf"[{_PERSON}]{_DRESS}(?:\u200d[{_JOINED}]{_DRESS}){{1,4}}"
    rf"|[{_PICTURE}]{_DRESS}"
    rf"|(?<=[{_BASE}])[{_SELECTOR}]"
    r"|(?<=[\u1820-\u18aa])[\u180b-\u180d\u180f]"
    rf"|(?<=[{_JOINING}])\u200c(?=[{_JOINING}])"
    rf"|(?P<conjunct>(?<=[{_VIRAMA}])\u200d(?=[{_JOINING}]))"
    rf"|(?P<hidden>[{_INVISIBLE}]+)"
)
_LEADING_BOM: Final = re.compile(r"\A\ufeff+")
_TOWER: Final = rf"[{MARK_BLOCKS}][{MARK_BLOCKS}]{{{MARKS_KEPT},}}"
# No controls, marks or hidden characters, and nothing beyond the table that makes it quick: most texts end here.
_PLAIN: Final = re.compile(
    r"[\n\x20-\x7e\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u0590\u1e00-\u200a\u2010-\u2027\u2030-\u205e\u20a0-\u20cf"
    r"\u2100-\u27bf\u3000-\u3029\u3030-\u3098\u309b-\u3163\u3165-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff01-\uff9f\uffe0-\uffee]*+"
)
_SUSPECT: Final = rf"[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{_INVISIBLE}]"


def safe_text(text: str, *, single_line: bool = False) -> str:
    """`text` as it may be shown, printed, logged or put on a clipboard: nothing invisible, line ends `\\n`.

    Controls and whole escape sequences vanish; hidden characters become marks such as `<U+202E>`; tabs become spaces up
    to the next multiple of 4 cells; more than 8 combining marks on one base are cut and counted. The store keeps the
    original. Applying it twice changes nothing more.

    Args:
        text: any string, lone surrogates included.
        single_line: join the lines that hold something by ` / ` and trim white space.
    """
    if _PLAIN.fullmatch(text) is None and not _is_clean(text):
        text = _cleaned(text)
    if not single_line:
        return text
    if "\n" not in text:
        return text.strip()
    return " / ".join(line for part in text.split("\n") if (line := part.strip()))


def _is_clean(text: str) -> bool:
    return compiled(_SUSPECT).search(text) is None and compiled(_TOWER).search(text) is None


def _cleaned(text: str) -> str:
    text = _NEWLINE.sub("\n", compiled(_CONTROL).sub("", text))
    if _PLAIN.fullmatch(text) is None:
        text = _LEADING_BOM.sub("", _SURROGATE.sub(_paired, text))
        text = compiled(_HIDDEN).sub(_shown, compiled(_TOWER).sub(_lowered, text))
    return _without_tabs(text) if "\t" in text else text


def _paired(match: re.Match[str]) -> str:
    """The character that two surrogates stand for, or the replacement character for a lone one."""
    units = match[0]
    if len(units) == 1:
        return "\ufffd"
    return chr(0x10000 + ((ord(units[0]) & 0x3FF) << 10) + (ord(units[1]) & 0x3FF))


def _shown(match: re.Match[str]) -> str:
    hidden = match["hidden"] or (match["conjunct"] and _chained(match))
    if not hidden:
        return match[0]
    names = [f"U+{ord(character):04X}" for character in hidden[:_NAMED_IN_A_RUN]]
    if len(hidden) > _NAMED_IN_A_RUN:
        names.append(f"+{len(hidden) - _NAMED_IN_A_RUN}")
    return f"<{' '.join(names)}>"


def _chained(match: re.Match[str]) -> str:
    """The joiner of a conjunct that hangs on another one, or "": screens count a whole chain as one letter."""
    text, index = match.string, match.start() - 1
    while index > 0 and unicodedata.category(text[index])[0] == "M":
        index -= 1
    return match[0] if index > 0 and text[index - 1] == "\u200d" else ""


def _lowered(match: re.Match[str]) -> str:
    """A run of marks and letters with no more than 8 marks on any one base, and the number of those cut."""
    kept: list[str] = []
    height = 0
    for character in match[0]:
        if unicodedata.category(character)[0] == "M":
            height += 1
            if height > MARKS_KEPT:
                continue
        else:
            kept.append(_cut_note(height))
            height = 0
        kept.append(character)
    kept.append(_cut_note(height))
    return "".join(kept)


def _cut_note(height: int) -> str:
    return f"<+{height - MARKS_KEPT} marks>" if height > MARKS_KEPT else ""


def _without_tabs(text: str) -> str:
    return "\n".join(_expanded(line) if "\t" in line else line for line in text.split("\n"))


def _expanded(line: str) -> str:
    pieces: list[str] = []
    column = 0
    *before_tabs, last = line.split("\t")
    for piece in before_tabs:
        column += cell_width(piece)
        fill = TAB_CELLS - column % TAB_CELLS
        column += fill
        pieces.append(piece + " " * fill)
    return "".join([*pieces, last])
