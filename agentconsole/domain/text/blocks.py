"""Blocks of Unicode that several rules ask about, written as the inside of a regular expression's character class."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

# Every block that holds combining marks (with the letters that live beside them). A test holds it complete.
MARK_BLOCKS: Final = (
    r"\u0300-\u036f\u0483-\u0489\u0591-\u109f\u135d-\u135f\u1700-\u1dff\u20d0-\u20ff\u2cef-\u2cf1\u2d7f\u2de0-\u2dff"
    r"\u302a-\u302f\u3099\u309a\ua66f-\ua69f\ua6f0\ua6f1\ua802-\uabff\ufb1e\ufe00-\ufe0f\ufe20-\ufe2f"
    r"\U000101fd-\U00011fff\U00013430-\U0001345f\U00016110-\U00016fff\U0001bc9d\U0001bc9e\U0001cf00-\U0001cf46"
    r"\U0001d165-\U0001d244\U0001da00-\U0001e94a\U000e0100-\U000e01ef"
)

HAN: Final = r"\u3005\u3007\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
KANA: Final = r"\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9d"
HANGUL: Final = r"\u1100-\u115e\u1161-\u11ff\u3131-\u3163\u3165-\u318e\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb"


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """The pattern, compiled when first used: the big classes take 1 to 6 ms each, which no start should pay."""
    return re.compile(pattern)
