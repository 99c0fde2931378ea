"""What a ticket was last read from, so that the same again is known: the record, and what decided how it was read."""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Final, NamedTuple

_KEPT: Final = 8
"""How many renderings of one version are remembered."""


class Fingerprint(NamedTuple):
    """`str` is how the store keeps it.

    Args:
        digests: of the record, in all renderings of this version that have come: lists, single pages and embedded
            objects show the same ticket with more and with fewer keys.
        reading: of the desk's edition and of the names by which the record was read.
    """

    digests: tuple[str, ...]
    reading: str

    def __str__(self) -> str:
        return f"{'+'.join(self.digests)}.{self.reading}"

    def has_record(self, other: Fingerprint) -> bool:
        """Whether the other's record has been read, in whatever way."""
        return set(other.digests) <= set(self.digests)

    def knows(self, other: Fingerprint) -> bool:
        """Whether the other's record has been read, as it would be read now."""
        return self.reading == other.reading and self.has_record(other)

    def joined(self, other: Fingerprint) -> Fingerprint:
        """The other's reading, of the renderings of both."""
        return Fingerprint(tuple(dict.fromkeys((*self.digests, *other.digests)))[-_KEPT:], other.reading)


def fingerprint(digest: bytes, *reading: str | int | None) -> Fingerprint:
    """Of one record."""
    return Fingerprint((digest.hex(),), _mark(reading))


@lru_cache(maxsize=1024)
def _mark(reading: tuple[str | int | None, ...]) -> str:
    """Of the few ways in which most of an export is read."""
    return f"{zlib.crc32(repr(reading).encode(errors='surrogatepass')):08x}"


def kept(text: str | None) -> Fingerprint:
    """As the store has it."""
    digests, _, reading = (text or "").partition(".")
    return Fingerprint(tuple(digests.split("+")), reading)
