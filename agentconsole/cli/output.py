"""What goes to standard output: JSON for programs, plain aligned tables for people. No colours, no markup."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Sequence
from typing import Any, Final

from agentconsole.domain.text import cell_width, pad, safe_text, wrap

_GAP: Final = "  "
_LEAST: Final = 8
"""Cells that a flexible column keeps."""
_UNSEEN: Final = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""C1, line ends that are not \\n, what turns the direction of writing, surrogates; JSON itself escapes C0."""


def emit(document: Any) -> None:
    """One JSON document."""
    _write_json(json.dumps(document, ensure_ascii=False, indent=2))


def emit_line(document: Any) -> None:
    """One line of NDJSON."""
    _write_json(json.dumps(document, ensure_ascii=False, separators=(",", ":")))


def _write_json(text: str) -> None:
    sys.stdout.write(escaped(text, sys.stdout.encoding) + "\n")


def escaped(text: str, encoding: str | None) -> str:
    """JSON text that a stream of that encoding can carry, with nothing in it that a terminal would act upon."""
    if (encoding or "utf-8").lower().replace("_", "-") not in ("utf-8", "utf8"):
        return re.sub(r"[^\x20-\x7e\n]", _escape, text)
    return _UNSEEN.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1] if found[0] != "\x7f" else "\\u007f"


def say(*lines: str) -> None:
    """Words for people, one line each. Whoever puts foreign text into one makes it safe first."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def tell(*lines: str) -> None:
    """The same beside the output, on standard error."""
    sys.stderr.write("".join(f"{line}\n" for line in lines))


def line_of(value: object) -> str:
    """Any value as one safe line; nothing for None."""
    return "" if value is None else safe_text(str(value), single_line=True)


def table(titles: Sequence[str], rows: Sequence[Sequence[object]], *, flexible: int | Sequence[int]) -> None:
    """Prints rows under titles. On a terminal that is too narrow the flexible columns are cut, and nothing else.

    Args:
        flexible: the indices of the columns that give way, the widest first.
    """
    cells = [[line_of(value) for value in row] for row in rows]
    widths = [max(map(cell_width, column)) for column in zip(titles, *cells, strict=True)]
    _narrow(widths, [flexible] if isinstance(flexible, int) else flexible, room() - len(_GAP) * (len(widths) - 1))
    for row in [list(titles), *cells]:
        say(_GAP.join(pad(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _narrow(widths: list[int], flexible: Sequence[int], cells: int) -> None:
    """Takes from the widest of the flexible columns until the whole fits, or none is worth showing with less."""
    while sum(widths) > cells and (wide := [index for index in flexible if widths[index] > _LEAST]):
        widths[max(wide, key=widths.__getitem__)] -= 1


def room() -> int:
    """Cells of a line; none is cut where the reader is a program."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else sys.maxsize


def facts(pairs: Sequence[tuple[str, object]]) -> None:
    """Prints `title  value` lines, aligned; what has no value is left out."""
    shown = [(title, text) for title, value in pairs if (text := line_of(value))]
    width = max((cell_width(title) for title, _text in shown), default=0)
    for title, text in shown:
        say(f"{pad(title, width)}{_GAP}{text}")


def paragraph(text: str, *, indent: str = "") -> None:
    """Prints foreign text safely, wrapped on a terminal."""
    width = min(room(), 100) - len(indent) if sys.stdout.isatty() else sys.maxsize
    for line in safe_text(text).split("\n"):
        for part in wrap(line, width) if cell_width(line) > width else [line]:
            say(f"{indent}{part}".rstrip())
