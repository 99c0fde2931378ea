"""Text out of bytes whose declared charset may be missing, misnamed or wrong, Japanese and Chinese above all.

What is declared counts if the bytes allow it. If they do not, the charset is found out: what decodes without an error
and comes out as everyday characters of its language. Nothing here raises, whatever the bytes are.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_ALIASES: Final = {
    "shiftjis": "cp932", "sjis": "cp932", "xsjis": "cp932", "windows31j": "cp932", "mskanji": "cp932", "ms932": "cp932",
    "cp943": "cp932", "xmscp932": "cp932", "eucjpms": "eucjp", "xeucjp": "eucjp", "cp51932": "eucjp", "ujis": "eucjp",
    "gb2312": "gb18030", "gbk": "gb18030", "xgbk": "gb18030", "cp936": "gb18030", "windows936": "gb18030",
    "euccn": "gb18030", "gb231280": "gb18030", "big5": "big5hkscs", "xbig5": "big5hkscs", "cp950": "big5hkscs",
    "windows950": "big5hkscs", "ksc56011987": "cp949", "ksc5601": "cp949", "euckr": "cp949", "windows949": "cp949",
    "usascii": "ascii", "ansix341968": "ascii", "646": "ascii", "iso88591": "cp1252", "latin1": "cp1252",
    "iso88598i": "iso8859-8", "iso88599": "cp1254", "cp65001": "utf-8", "unicode11utf8": "utf-8", "utf8mb4": "utf-8",
    "unicode11utf7": "utf-7", "tis620": "cp874", "iso885911": "cp874",
}  # fmt: skip
_ISO_2022_JP: Final = frozenset((
    "iso2022jp", "iso2022jpms", "iso2022jp1", "iso2022jp2", "iso2022jp3", "csiso2022jp",
    "cp50220", "cp50221", "cp50222",
))  # fmt: skip
_TEXTUAL: Final = re.compile(
    r"ascii|utf[-_](7|8|16|32)([-_][bl]e)?|utf[-_]8[-_]sig|cp\d{3,4}|iso8859[-_]\d{1,2}|koi8[-_][rtu]|gb18030|hz|johab"
    r"|big5(hkscs)?|euc[-_]\w{2}|euc_ji[sx]\w{4,5}|shift_ji[sx]\w{0,5}|iso2022_kr|mac[-_]\w{5,9}|ptcp154|kz1048"
)
"""Codecs that make text of bytes and nothing else."""
_SAMPLE: Final = 1 << 16
"""Bytes by which a charset is judged."""
_FEW: Final = 0.05
"""The share of damaged places with which UTF-8 is still UTF-8."""
_BYTE: Final = re.compile(rb"[\x80-\xff]")
_SHIFTED: Final = re.compile(rb"\x1b[$(][@BIJ]")
_THREE_BYTES: Final = re.compile(rb"[\xe0-\xf4][\x80-\xbf]{2}")
_WESTERN: Final = frozenset(("cp1252", "cp1254", "iso8859-15"))
"""What programs say that know no better."""
_SEVEN_BIT: Final = frozenset(("iso2022jp", "iso2022_kr", "hz"))


def decode(content: bytes, declared: str | None = None, hints: Iterable[str | None] = ()) -> str:
    """The text, always.

    Args:
        declared: the charset as the source calls it.
        hints: charsets that stand nearby, such as those of the message's other parts; each wins where all else is even.
    """
    name = codec(declared)
    nearby = [each for each in (name, *map(codec, hints)) if each]
    if name is None or name == "ascii" or (name in _WESTERN and _BYTE.search(content)):
        return _undeclared(content, nearby)
    if _is_misnamed(content, name):
        return _undeclared(content, [each for each in nearby if each not in _SEVEN_BIT])
    if name not in _SEVEN_BIT and not name.startswith("utf") and (utf8 := _utf8_after_all(content)) is not None:
        return utf8
    found = _strict(content, name)
    if found is None and name == "utf-8":
        found = _cut_off(content)
    return _undeclared(content, nearby) if found is None else found


def likely(sample: bytes) -> str | None:
    """The charset, of those with several bytes a character, that makes everyday text of what is not UTF-8."""
    score, name = max(_judged(sample, each, []) for each in _JUDGES)
    return name if score >= _PLAUSIBLE else None


def _is_misnamed(content: bytes, name: str) -> bool:
    """Whether seven-bit text is called an eight-bit charset's, or the other way round."""
    has_shifts, has_bytes = bool(_SHIFTED.search(content)), bool(_BYTE.search(content))
    return has_bytes and not has_shifts if name in _SEVEN_BIT else has_shifts and not has_bytes


@lru_cache(maxsize=256)
def codec(declared: str | None) -> str | None:
    """The codec for a charset's name, or None if there is none that makes text."""
    if not declared or len(declared) > 60:
        return None
    plain = re.sub(r"[^a-z0-9]", "", declared.partition("*")[0].lower())
    if plain in _ISO_2022_JP:
        return "iso2022jp"
    if plain.startswith("xmac"):
        plain = plain[1:]
    try:
        name = codecs.lookup(_ALIASES.get(plain) or declared.strip().strip("\"'")).name
    except (LookupError, ValueError, UnicodeError):
        return None
    name = _ALIASES.get(re.sub(r"[^a-z0-9]", "", name), name)
    return name if name in ("eucjp", "big5hkscs") or _TEXTUAL.fullmatch(name) else None


def _strict(content: bytes, name: str) -> str | None:
    """The text if the bytes are of this charset without an error."""
    if name == "iso2022jp":
        return from_iso_2022_jp(content)
    try:
        if name == "eucjp":
            return _from_euc_jp(content)
        found = content.decode(name)
    except (UnicodeError, ValueError):
        return None
    return found.encode("utf-8", "replace").decode() if name == "utf-7" else found


def _utf8_after_all(content: bytes) -> str | None:
    """The text if it is UTF-8 beyond doubt: as other charsets it would hardly come out without an error."""
    if not _THREE_BYTES.search(content):
        return None
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _cut_off(content: bytes) -> str | None:
    """The text if it is UTF-8 that ends inside of a character."""
    try:
        found = codecs.getincrementaldecoder("utf-8")().decode(content)
    except UnicodeDecodeError:
        return None
    return None if found.isascii() else f"{found}�"


# --- undeclared


def _undeclared(content: bytes, nearby: list[str]) -> str:
    if (marked := _by_mark(content)) is not None:
        return marked
    if not _BYTE.search(content):
        return _seven_bit(content, nearby)
    if (found := _strict(content, "utf-8")) is not None:
        return found
    sample = content[:_SAMPLE]
    best = max((_judged(sample, each, nearby) for each in (*nearby, *_JUDGES, "cp1252")), key=lambda each: each[0])
    damaged = sample.decode("utf-8", "replace")
    beyond = sum(character > "\x7f" for character in damaged)
    if damaged.count("�") <= max(1, beyond * _FEW) and (beyond > 2 or best[0] < _PLAUSIBLE):
        return content.decode("utf-8", "replace")
    return _lenient(content, best[1])


def _by_mark(content: bytes) -> str | None:
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if content.startswith(mark) and (name == "utf-8" or len(content) % 2 == 0):
            return content[len(mark) :].decode(name, "replace")
    return None


def _seven_bit(content: bytes, nearby: list[str]) -> str:
    if _SHIFTED.search(content):
        found = from_iso_2022_jp(content)
        return found if found is not None else _lenient(content, "iso2022jp")
    if "hz" in nearby or "utf-7" in nearby:
        name = "hz" if "hz" in nearby else "utf-7"
        return _strict(content, name) or content.decode("ascii", "replace")
    return content.decode("ascii", "replace")


def _lenient(content: bytes, name: str) -> str:
    if name == "iso2022jp":
        return _iso_2022_jp(content, "replace")
    if name == "eucjp":
        return _strict(content, name) or content.decode("euc_jis_2004", "replace")
    return content.decode(name, "replace")


@dataclass(frozen=True, slots=True)
class _Judge:
    """What is everyday in a multi-byte charset: characters whose first byte, in `plain`, lies in `rows`."""

    plain: str
    rows: range
    kana: bool = False
    hangul: bool = False


_JUDGES: Final = {
    "cp932": _Judge("euc_jp", range(0xB0, 0xD0), kana=True),
    "eucjp": _Judge("euc_jp", range(0xB0, 0xD0), kana=True),
    "gb18030": _Judge("gb2312", range(0xB0, 0xD8)),
    "big5hkscs": _Judge("big5", range(0xA4, 0xC7)),
    "cp949": _Judge("euc_kr", range(0xB0, 0xC9), hangul=True),
}
FOUND_OUT: Final = tuple(_JUDGES)
"""What `likely` knows besides UTF-8."""
_PLAUSIBLE: Final = 0.5
_NEARBY: Final = 0.15
_ONE_BYTE: Final = 0.7
"""What a declared charset of single bytes is worth: of it everything decodes."""
_LATIN: Final = re.compile(r"(?<![^\0-\x7f])[À-ÖØ-öø-ÿ]|[À-ÖØ-öø-ÿ](?![^\0-\x7f])|[“”‘’–—…€£©®°·«»¿¡\xa0]")


def _judged(sample: bytes, name: str, nearby: list[str]) -> tuple[float, str]:
    """How much a charset makes of the bytes: near 1 for everyday text, below 0 for noise."""
    text = _strict(_whole(sample, name), name)
    bonus = _NEARBY if name in nearby else 0.0
    if text is None:
        return bonus - 1.0, name
    beyond = [character for character in text if character > "\x7f"]
    if name == "cp1252":
        return 0.9 * len(_LATIN.findall(text)) / max(len(beyond), 1) + bonus, name
    judge = _JUDGES.get(name)
    if judge is None:
        return _ONE_BYTE + bonus, name
    return sum(_weight(character, judge) for character in beyond) / max(len(beyond), 1) + bonus, name


def _whole(sample: bytes, name: str) -> bytes:
    """The sample without a character that its end cuts."""
    if len(sample) < _SAMPLE or name not in _JUDGES:
        return sample
    return sample[: sample.rfind(b"\n") + 1] or sample[:-4]


_BEYOND_JIS: Final = frozenset("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮ⅠⅡⅢⅣⅤ№℡㈱㈲㈹㍻㍼㍽㎜㎝㎞㎏㏄㎡㍉㌔㌘㌢髙﨑濵德栁瀨閒隆")


@lru_cache(maxsize=8192)
def _weight(character: str, judge: _Judge) -> float:
    if "ぁ" <= character <= "ヺ" or character == "ー":
        return 1.0 if judge.kana else -0.2
    if character in "、。！？，：（）「」・　～【】《》“”…—；":
        return 0.8
    if "｡" <= character <= "ﾟ" or "\ue000" <= character <= "\uf8ff" or character < "\xa0":
        return -1.0
    if "가" <= character <= "힣" and not judge.hangul:
        return -1.0
    try:
        coded = character.encode(judge.plain)
    except UnicodeEncodeError:
        return 0.4 if judge.kana and character in _BEYOND_JIS else -0.5
    if "！" <= character <= "～":
        return 0.5
    return 1.0 if len(coded) == 2 and coded[0] in judge.rows else -0.2


# --- Japanese, as Windows and telephones write it: with the characters that the plain standards leave out


_SHIFT: Final = re.compile(rb"\x1b(\$[@B]|\$\([DOPQ]|\([BJHI])|[\x0e\x0f]")
_TWO: Final = frozenset((b"$@", b"$B"))


def from_iso_2022_jp(content: bytes) -> str | None:
    """The text, or None if the bytes are not ISO-2022-JP.

    Taken with it: NEC's and IBM's characters (①, ㈱, 髙), half-width kana, and eight-bit Shift_JIS between the shifts.
    """
    try:
        return _iso_2022_jp(content, "strict")
    except UnicodeDecodeError:
        return None


def _iso_2022_jp(content: bytes, errors: str) -> str:
    found: list[str] = []
    mode, at = b"(B", 0
    for shift in _SHIFT.finditer(content):
        found.append(_shifted(content[at : shift.start()], mode, errors))
        mode = shift[1] or (b"(I" if shift[0] == b"\x0e" else b"(B")
        at = shift.end()
    found.append(_shifted(content[at:], mode, errors))
    return "".join(found)


def _shifted(run: bytes, mode: bytes, errors: str) -> str:
    """One run between two shifts. A line end ends a run of double bytes, whether the writer said so or not."""
    if mode in _TWO:
        run, line_end, rest = _first_line(run)
        return (
            _from_jis_rows(run, errors) + line_end.decode("ascii") + _shifted(rest, b"(B", errors)
            if run or rest
            else ""
        )
    if mode == b"(I":
        return bytes(byte | 0x80 if 0x21 <= byte <= 0x5F else byte for byte in run).decode("cp932", errors)
    if mode.startswith(b"$("):
        return (b"\x1b" + mode + run + b"\x1b(B").decode("iso2022_jp_ext", "replace")
    return run.decode("cp932", errors)


def _first_line(run: bytes) -> tuple[bytes, bytes, bytes]:
    ends = [at for at in (run.find(b"\r"), run.find(b"\n")) if at >= 0]
    if not ends:
        return run, b"", b""
    return run[: min(ends)], run[min(ends) : min(ends) + 1], run[min(ends) + 1 :]


def _from_jis_rows(run: bytes, errors: str) -> str:
    """Pairs of seven-bit bytes, row and cell."""
    moved = bytearray()
    at = 0
    while at + 1 < len(run):
        row, cell = run[at], run[at + 1]
        if row == 0x20 or row < 0x20:
            moved.append(row)
            at += 1
            continue
        moved += _shift_jis(row & 0x7F, cell & 0x7F)
        at += 2
    moved += run[at:] if errors == "replace" or run[at:].isspace() else b"\x80\xff"[: len(run) - at]
    return moved.decode("cp932", errors)


def _shift_jis(row: int, cell: int) -> bytes:
    """The pair as Shift_JIS has it."""
    lead = (row - 0x21) // 2 + (0x81 if row < 0x5F else 0xC1)
    if row % 2:
        return bytes((lead & 0xFF, cell + (0x1F if cell < 0x60 else 0x20)))
    return bytes((lead & 0xFF, (cell + 0x7E) & 0xFF))


def _from_euc_jp(content: bytes) -> str:
    """EUC-JP with the rows that only Windows fills.

    Raises:
        UnicodeDecodeError: it is none.
    """
    with suppress(UnicodeDecodeError):
        return content.decode("euc_jp")
    with suppress(UnicodeDecodeError):
        return _euc_by_rows(content)
    return content.decode("euc_jis_2004")


_EUC: Final = re.compile(
    rb"([\xa1-\xfe][\xa1-\xfe])|\x8e([\xa1-\xdf])|(\x8f[\xa1-\xfe]{2})|([\x00-\x7f]+)|(.)", re.DOTALL
)


def _euc_by_rows(content: bytes) -> str:
    found: list[str] = []
    for match in _EUC.finditer(content):
        pair, kana, three, plain, _ = match.groups()
        if pair:
            found.append(_shift_jis(pair[0] & 0x7F, pair[1] & 0x7F).decode("cp932"))
        elif kana:
            found.append(kana.decode("cp932"))
        elif three or plain:
            found.append((three or plain).decode("euc_jp"))
        else:
            raise UnicodeDecodeError("euc_jp", content, match.start(), match.end(), "not EUC-JP")
    return "".join(found)
