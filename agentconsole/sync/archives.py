"""Zip, tar and gzip read where they stand: a member is a stream, nothing is written into the file system by its name.

Bounded whatever an archive claims: entries, the size of the list of them, what comes out against what went in, and the
total. A zip or a tar inside another archive lies in an unnamed temporary file while it is read.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import BinaryIO, Final, cast

from agentconsole.sync import packed
from agentconsole.sync.listings import Listed
from agentconsole.sync.packed import Packed
from agentconsole.sync.tars import TarListing, is_tar
from agentconsole.sync.zips import ZipListing

HEAD: Final = 512
"""Bytes by which an archive is known."""
SUFFIXES: Final = (".zip", ".gz", ".gzip", ".tar", ".tgz")
_GZIPPED: Final = {".gz": "", ".gzip": "", ".tgz": ".tar"}


def kind(head: bytes) -> str | None:
    """`zip`, `gzip` or `tar`, from a file's first bytes."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "zip"
    if head.startswith(b"\x1f\x8b\x08"):
        return "gzip"
    return "tar" if is_tar(head) else None


def members(archive: Packed) -> list[Packed] | None:
    """What is inside, in the archive's order; None for a document that is a zip only by its making (.docx, .ods).

    A gzipped tar is one archive.

    Raises:
        ConsoleError: it is damaged, encrypted, or its sizes are absurd.
    """
    what = _kind_of(archive.opener)
    if what == "zip":
        return Listed(archive, ZipListing).members()
    if what == "gzip":
        inside = _gunzipped(archive)
        if _kind_of(inside.opener) != "tar":
            return [inside]
        archive = Packed(archive.name, inside.opener, archive.size)
    return Listed(archive, TarListing).members()


def _kind_of(opener: Callable[[], BinaryIO]) -> str | None:
    with opener() as stream:
        return kind(stream.read(HEAD))


def _gunzipped(archive: Packed) -> Packed:
    name = archive.name
    suffix = next((each for each in _GZIPPED if name.lower().endswith(each)), None)
    if suffix:
        stem = PurePosixPath(name.replace(chr(92), "/")).name[: -len(suffix)] or "?"
        name = f"{name}/{stem}{_GZIPPED[suffix]}"
    limit = packed.room(archive.size)

    def opened() -> BinaryIO:
        below = archive.opener()
        return packed.guarded(cast(BinaryIO, gzip.GzipFile(fileobj=below, mode="rb")), name, limit, below=below)

    return Packed(name, opened, archive.size)
