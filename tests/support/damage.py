"""Bytes gone wrong, the same in each run."""

from __future__ import annotations

import os
import random
from typing import Final

ROUNDS: Final = int(os.environ.get("FUZZ_ROUNDS", "60"))
"""How often each seed is damaged."""
HOSTILE: Final = (
    b"\0", b"\xff\xfe", b"\xed\xa0\x80", b'"', b"'", b"{", b"]", b"<", b"&a;", b"\r", b"\n\n", b"\\ud800", b"9" * 40,
    b"-1", b"null", b"=?utf-8?b?////?=", b"--b", b"\x1b$B", b"\xef\xbb\xbf", b",", b"\t", b"1e999",
)  # fmt: skip


def damaged(content: bytes, random_: random.Random) -> bytes:
    """The content with a few bytes taken out, doubled, or replaced by something hostile."""
    for _ in range(random_.randint(1, 4)):
        start = random_.randrange(len(content) + 1)
        end = min(len(content), start + random_.choice((0, 1, 1, 4, 40)))
        put = random_.choice((b"", content[start:end] * 2, random_.choice(HOSTILE), bytes([random_.randrange(256)])))
        content = content[:start] + put + content[end:]
    return content
