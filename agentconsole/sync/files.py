"""The files of one sync: what the user named becomes a list of things that can be opened, each more than once."""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from agentconsole.domain.errors import ConsoleError, NotFoundError, Phrase
from agentconsole.sync import archives, packed
from agentconsole.sync.packed import Packed
from agentconsole.sync.spooled import Spooled
from agentconsole.sync.transcoding import in_utf8

HEAD: Final = 1 << 16
"""Bytes that are looked at to find out what a file is."""

_DOCUMENTS: Final = re.compile(r"(readme|licen[cs]e|copying|notice|changelog|changes|authors)\b", re.IGNORECASE)
_FOREIGN: Final = {
    b"PK\x03\x04": Phrase("a zip archive or an office document"),
    b"\x1f\x8b": "gzip",
    b"BZh": "bzip2",
    b"\xfd7zXZ\x00": "xz",
    b"(\xb5/\xfd": "zstandard",
    b"7z\xbc\xaf": Phrase("a 7z archive"),
    b"%PDF": Phrase("a PDF document"),
    b"\x89PNG": Phrase("a PNG picture"),
    b"\xff\xd8\xff": Phrase("a JPEG picture"),
    b"GIF8": Phrase("a GIF picture"),
    b"SQLite format 3\x00": Phrase("an SQLite database"),
    b"\xd0\xcf\x11\xe0": Phrase("an Outlook message (.msg) or an old office document"),
}
_TAR: Final = slice(257, 262)
_MAILDIR: Final = frozenset(("cur", "new"))
"""Folders that make their folder a Maildir."""


class Line(NamedTuple):
    """A line that is not blank, without its end.

    Args:
        number: from 1.
        is_whole: or only the beginning of one that is too long.
    """

    number: int
    content: bytes
    is_whole: bool


def _all(lines: Iterable[Line]) -> Iterable[Line]:
    return lines


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file to read: the name that reports use, where it lies (an archive's member: where that lies; None: nowhere),
    how to open it, and which of its lines are worth being read, if it is one of lines."""

    name: str
    path: Path | None
    opener: Callable[[], BinaryIO]
    passing: Callable[[Iterable[Line]], Iterable[Line]] = _all

    def open(self) -> BinaryIO:
        """A new stream from the first byte.

        Raises:
            ConsoleError: it cannot be opened.
        """
        try:
            return self.opener()
        except OSError as error:
            words = Phrase("{file} cannot be read: {error}", file=self.name, error=error.strerror or str(error))
            raise ConsoleError(words) from error

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

    In a folder, hidden files, readme and licence files, pictures and documents are left out and listed as `ignored`; a
    file named by itself is always taken. A zip, tar or gzip archive stands for the files in it, like a folder;
    archives among them are opened, too, and none inside those.

    Raises:
        NotFoundError: a path does not exist.
        ConsoleError: a file cannot be read, or an archive is damaged, encrypted or absurd.
    """
    found = Sources()
    seen: set[Path] = set()
    for path in paths:
        for file in _expand(path, stdin, found.ignored):
            key = file.path.resolve() if file.path else Path(file.name)
            if key not in seen:
                seen.add(key)
                inside = list(_unpacked(file, found.ignored))
                if not inside and not path.is_dir():
                    raise ConsoleError(
                        Phrase("{file}: nothing in it can be read", file=file.name), _left_out(found.ignored)
                    )
                found.extend(inside)
    return found


def candidates(path: Path) -> Iterator[Path]:
    """The files that `collect` would look into for a path, unopened."""
    if path.is_dir():
        yield from (file for file in _walk(path, []) if not _is_aside(file.name) and file.is_file())
    elif path.is_file():
        yield path


def is_data(path: Path) -> bool:
    """Whether a file begins like something that can be read, and not like a picture or a document."""
    return _is_data(_plain(path))


def _left_out(ignored: Sequence[str]) -> str:
    if not ignored:
        return Phrase("it is empty")
    return Phrase(
        "left out, being no data: {files}; unpack other archives than zip, tar and gzip", files=", ".join(ignored[-3:])
    )


def foreign_kind(head: bytes) -> str | None:
    """What a file is that no table or JSON can be, from its first bytes."""
    if head[_TAR] == b"ustar":
        return Phrase("a tar archive")
    return next((what for magic, what in _FOREIGN.items() if head.startswith(magic)), None)


def _expand(path: Path, stdin: BinaryIO | None, ignored: list[str]) -> Iterator[SourceFile]:
    if str(path) == "-":
        yield SourceFile("-", None, Spooled("-", lambda copy: shutil.copyfileobj(stdin or sys.stdin.buffer, copy)).open)
    elif path.is_dir():
        yield from _folder(path, ignored)
    elif path.is_file():
        yield _plain(path)
    elif path.exists():
        yield SourceFile(_shown(path), None, Spooled(_shown(path), lambda copy: _pour(path, copy)).open)
    else:
        raise NotFoundError(Phrase("{file} does not exist", file=path))


def _plain(path: Path) -> SourceFile:
    return SourceFile(_shown(path), path, lambda: path.open("rb"))


def _shown(path: Path) -> str:
    """A path as text that a store and a stream can hold: names of other systems need not be UTF-8."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def _folder(folder: Path, ignored: list[str]) -> Iterator[SourceFile]:
    for path in _walk(folder, ignored):
        file = _plain(path)
        if path.is_file() and not _is_aside(path.name) and _is_data(file):
            yield file
        else:
            ignored.append(file.name)


def _walk(folder: Path, ignored: list[str]) -> Iterator[Path]:
    """All files below, hidden folders left out; links to folders are not followed, so that there is no circle.

    Of a Maildir come its mails, without those that are still being delivered, and its folders, which are hidden.
    """

    def refuse(error: OSError) -> None:
        raise ConsoleError(
            Phrase("{file} cannot be read: {error}", file=error.filename, error=error.strerror)
        ) from error

    for root, folders, names in os.walk(folder, onerror=refuse):
        is_maildir = _MAILDIR.issubset(folders)
        inside = [name for name in folders if not _is_left_out(Path(root, name), in_maildir=is_maildir)]
        ignored += sorted(str(Path(root, name)) for name in folders if name not in inside)
        folders[:] = sorted(inside, key=_natural)
        files = (Path(root, name) for name in sorted(names, key=_natural))
        if is_maildir:
            ignored += map(str, files)
        else:
            yield from files


def _is_left_out(folder: Path, *, in_maildir: bool) -> bool:
    if folder.name.startswith("."):
        return not (in_maildir and (folder / "cur").is_dir())
    return in_maildir and folder.name == "tmp"


def _natural(name: str) -> list[tuple[int, str]]:
    """`page-2` before `page-10`."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d{1,18})", name)]


def _is_aside(name: str) -> bool:
    return name.startswith(".") or _DOCUMENTS.match(name) is not None


def _is_data(file: SourceFile) -> bool:
    head = file.head(archives.HEAD)
    return foreign_kind(head) is None or archives.kind(head) is not None


# --- archives


def _unpacked(file: SourceFile, ignored: list[str]) -> Iterator[SourceFile]:
    """The file itself, or what is in it."""
    inside = None
    head = file.head(archives.HEAD)
    if archives.kind(head):
        inside = _members(Packed(file.name, file.open, _size(file)), ignored, 0)
    if inside is None:
        yield replace(file, opener=in_utf8(file.opener, head))
        return
    for number, member in enumerate(inside):
        if number >= packed.ENTRIES:
            words = Phrase("{file} has more than {count} files in all", file=file.name, count=packed.ENTRIES)
            raise ConsoleError(words, Phrase("unpack it"))
        yield SourceFile(member.name, file.path, member.opener)


def _size(file: SourceFile) -> int:
    with file.open() as stream:
        return stream.seek(0, io.SEEK_END)


def _members(archive: Packed, ignored: list[str], level: int) -> Iterator[Packed] | None:
    """The data in an archive, in natural order; None if it is a document."""
    members = archives.members(archive)
    if members is None:
        return None
    names = [member.name.removeprefix(archive.name + "/").split("/") for member in members]
    maildirs = _maildirs(names)
    order = sorted(range(len(members)), key=lambda at: [_natural(step) for step in names[at]])
    taken = {at for at in order if members[at].is_file and not _is_beside(names[at], maildirs)}
    ignored += [members[at].name for at in order if at not in taken]
    return (inner for at in order if at in taken for inner in _opened(members[at], ignored, level))


def _opened(member: Packed, ignored: list[str], level: int) -> Iterator[Packed]:
    """One member of an archive, or what is in it."""
    with member.opener() as stream:
        head = stream.read(archives.HEAD)
    if archives.kind(head) is None:
        inside = None if foreign_kind(head) else iter((replace(member, opener=in_utf8(member.opener, head)),))
    elif level == 0:
        inside = _members(member, ignored, 1)
    elif member.name.lower().endswith(archives.SUFFIXES):
        words = Phrase("{file} lies in an archive inside an archive", file=member.name)
        raise ConsoleError(words, Phrase("unpack the outer one"))
    else:
        inside = None
    if inside is None:
        ignored.append(member.name)
    else:
        yield from inside


def _maildirs(names: Sequence[Sequence[str]]) -> set[tuple[str, ...]]:
    folders = {tuple(steps[:length]) for steps in names for length in range(1, len(steps))}
    return {folder[:-1] for folder in folders if folder[-1] == "cur"}


def _is_beside(steps: Sequence[str], maildirs: set[tuple[str, ...]]) -> bool:
    """Whether an archive's member is hidden, a readme file, or one of a Maildir's that is no mail."""
    for length, step in enumerate(steps[:-1]):
        if step == "__MACOSX" or (step.startswith(".") and tuple(steps[: length + 1]) not in maildirs):
            return True
    if tuple(steps[:-1]) in maildirs or (steps[-2:-1] == ["tmp"] and tuple(steps[:-2]) in maildirs):
        return True
    return _is_aside(steps[-1])


def _pour(path: Path, copy: BinaryIO) -> None:
    with path.open("rb") as stream:
        shutil.copyfileobj(stream, copy)
