"""The members of an archive by its list, which is read once and stays open while it is read from, with few others."""

from __future__ import annotations

import weakref
from collections import deque
from collections.abc import Callable, Sequence
from typing import BinaryIO, Final, NamedTuple, Protocol

from agentconsole.domain.errors import ConsoleError, Phrase
from agentconsole.sync import packed
from agentconsole.sync.packed import Packed

OPEN_AT_ONCE: Final = 8


class Entry(NamedTuple):
    """A member as the list has it.

    Args:
        size: bytes that it says to be.
        packed: bytes that it takes up in the archive.
        is_file: or a link, a device, or something else that holds nothing.
    """

    name: str
    size: int
    packed: int
    is_file: bool


class Listing(Protocol):
    """An archive's list of its members, without folders."""

    @property
    def entries(self) -> Sequence[Entry]: ...

    @property
    def is_document(self) -> bool:
        """Whether it is an archive only by its making (.docx, .ods)."""

    @property
    def is_plain(self) -> bool:
        """Whether members stand in it as they are, and are not packed each by itself."""

    def content(self, number: int) -> BinaryIO:
        """What the member of that number holds.

        Raises:
            UnreadableError: it cannot be read here.
        """


class Listed:
    """An archive that can be opened anywhere by its list.

    Args:
        read: reads the list from an archive that can be sought in; the stream is closed once the listing is gone.
    """

    _waiting: Final[deque[weakref.ref[Listed]]] = deque()

    def __init__(self, archive: Packed, read: Callable[[BinaryIO, str], Listing]) -> None:
        self._archive = archive
        self._read = read
        self._listing: Listing | None = None

    def members(self) -> list[Packed] | None:
        """In the archive's order; None for a document.

        Raises:
            ConsoleError: the archive is damaged, or its sizes are absurd.
        """
        listing = self._opened()
        if listing.is_document:
            return None
        if len(listing.entries) > packed.ENTRIES:
            words = Phrase("{file} has more than {count} members", file=self._archive.name, count=packed.ENTRIES)
            raise ConsoleError(words, packed.UNPACK)
        if sum(entry.size for entry in listing.entries) > packed.room(self._archive.size):
            raise packed.too_much(self._archive.name)
        return [self._member(number, entry) for number, entry in enumerate(listing.entries)]

    def _member(self, number: int, entry: Entry) -> Packed:
        name = f"{self._archive.name}/{packed.safe_name(entry.name)}"
        return Packed(
            name, lambda: self._content(number, name), min(entry.packed, self._archive.size), is_file=entry.is_file
        )

    def _content(self, number: int, name: str) -> BinaryIO:
        try:
            listing = self._opened()
            inner = listing.content(number)
            size = listing.entries[number].size
            return packed.guarded(inner, name, size, held=listing, is_plain=listing.is_plain)
        except packed.UnreadableError as error:
            raise ConsoleError(Phrase("{file}: {problem}", file=name, problem=error.args[0]), packed.UNPACK) from error
        except (*packed.DAMAGE, IndexError) as error:
            raise packed.damaged(name, error) from error

    def _opened(self) -> Listing:
        if self._listing is None:
            while len(self._waiting) >= OPEN_AT_ONCE:
                if (other := self._waiting.popleft()()) is not None:
                    other._listing = None
            self._listing = self._listed()
            self._waiting.append(weakref.ref(self))
        return self._listing

    def _listed(self) -> Listing:
        stream = self._archive.opener()
        try:
            if not stream.seekable():
                stream = packed.laid_by(
                    stream, self._archive.name, min(packed.LAID_BY, packed.room(self._archive.size))
                )
            found = self._read(stream, self._archive.name)
        except ConsoleError:
            stream.close()
            raise
        except packed.DAMAGE as error:
            stream.close()
            raise packed.damaged(self._archive.name, error) from error
        weakref.finalize(found, stream.close)
        return found
