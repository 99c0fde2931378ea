"""What keeps control characters from the terminal when everything before has failed to."""

from __future__ import annotations

import re
from typing import Final

from rich.segment import Segment
from textual.color import Color
from textual.filter import LineFilter

_NEVER_SENT: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+")


class SafeLines(LineFilter):
    """The second wall: no control and no reordering mark leaves in a cell, whatever a widget let through."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        return [
            segment
            if segment.control or not _NEVER_SENT.search(segment.text)
            else Segment(_NEVER_SENT.sub("", segment.text), segment.style)
            for segment in segments
        ]
