"""The files of one sync: what the user named becomes a list of things that can be opened, each more than once."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import weakref
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from agentconsole.domain.errors import ConsoleError, NotFoundError

HEAD: Final = 1 << 16
"""Bytes that are looked at to find out what a file is."""

_DOCUMENTS: Final = re.compile(r"(readme|licen[cs]e|copying|notice|changelog|changes|authors)\b", re.IGNORECASE)
_FOREIGN: Final = {
    b"PK\x03\x04": "a zip archive or an office document",
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"(\xb5/\xfd": "zstandard",
    b"7z\xbc\xaf": "a 7z archive",
    b"%PDF": "a PDF document",
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"SQLite format 3\x00": "an SQLite database",
}


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file to read: the name that reports use, where it lies (None: not a file of its own), and how to open it."""

    name: str
    path: Path | None
    opener: Callable[[], BinaryIO]

    def open(self) -> BinaryIO:
        """A new stream from the first byte.

        Raises:
            ConsoleError: it cannot be opened.
        """
        try:
            return self.opener()
        except OSError as error:
            raise ConsoleError(f"{self.name} cannot be read: {error.strerror or error}") from error

    def head(self, size: int = HEAD) -> bytes:
        """The first `size` bytes, or all if there are fewer."""
        with self.open() as stream:
            return stream.read(size)


class Sources(list[SourceFile]):
    """The files to read, and the names of those that were left out of a folder."""

    def __init__(self) -> None:
        super().__init__()
        self.ignored: list[str] = []


def collect(paths: Sequence[Path], stdin: BinaryIO | None = None) -> Sources:
    """The files that `paths` name: files, folders with all below them in natural order, `-` for standard input.

    In a folder, hidden files, readme and licence files, and archives and pictures are left out and listed as `ignored`;
    a file named by itself is always taken.

    Raises:
        NotFoundError: a path does not exist.
    """
    found = Sources()
    seen: set[Path] = set()
    for path in paths:
        for file in _expand(path, stdin, found.ignored):
            key = file.path.resolve() if file.path else Path(file.name)
            if key not in seen:
                seen.add(key)
                found.append(file)
    return found


def foreign_kind(head: bytes) -> str | None:
    """What a file is that no table or JSON can be, from its first bytes."""
    return next((what for magic, what in _FOREIGN.items() if head.startswith(magic)), None)


def _expand(path: Path, stdin: BinaryIO | None, ignored: list[str]) -> Iterator[SourceFile]:
    if str(path) == "-":
        yield SourceFile("-", None, _Spool(stdin or sys.stdin.buffer).open)
    elif path.is_dir():
        yield from _folder(path, ignored)
    elif path.exists():
        yield _plain(path)
    else:
        raise NotFoundError(f"{path} does not exist")


def _plain(path: Path) -> SourceFile:
    return SourceFile(str(path), path, lambda: path.open("rb"))


def _folder(folder: Path, ignored: list[str]) -> Iterator[SourceFile]:
    for path in _walk(folder, ignored):
        file = _plain(path)
        if _is_data(path, file):
            yield file
        else:
            ignored.append(file.name)


def _walk(folder: Path, ignored: list[str]) -> Iterator[Path]:
    """All files below, hidden folders left out; links to folders are not followed, so that there is no circle."""

    def refuse(error: OSError) -> None:
        raise ConsoleError(f"{error.filename} cannot be read: {error.strerror}") from error

    for root, folders, names in os.walk(folder, onerror=refuse):
        ignored += sorted(str(Path(root, name)) for name in folders if name.startswith("."))
        folders[:] = sorted((name for name in folders if not name.startswith(".")), key=_natural)
        yield from (Path(root, name) for name in sorted(names, key=_natural))


def _natural(name: str) -> list[tuple[int, str]]:
    """`page-2` before `page-10`."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d{1,18})", name)]


def _is_data(path: Path, file: SourceFile) -> bool:
    if path.name.startswith(".") or _DOCUMENTS.match(path.name) or not path.is_file():
        return False
    return foreign_kind(file.head(16)) is None


class _Spool:
    """Standard input on disk, unnamed, so that it can be looked at first and read afterwards. One stream at a time."""

    def __init__(self, stdin: BinaryIO) -> None:
        self._stdin = stdin
        self._copy: BinaryIO | None = None

    def open(self) -> BinaryIO:
        if self._copy is None:
            self._copy = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - lives as long as the file it stands for
            weakref.finalize(self, self._copy.close)
            shutil.copyfileobj(self._stdin, self._copy)
            self._copy.flush()
        self._copy.seek(0)
        return os.fdopen(os.dup(self._copy.fileno()), "rb")
