"""What lies on disk while it is read: whoever has no room for it is told what to do."""

from __future__ import annotations

import gzip
import io
import tarfile
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from agentconsole.domain.errors import ShortageError
from agentconsole.sync.files import SourceFile, collect
from agentconsole.sync.formats import ReadOptions, json_documents
from agentconsole.sync.formats.mail import Mail
from agentconsole.sync.formats.zendesk import Zendesk
from tests.support.format_files import memory_file

MAIL = b"From: A <a@example.com>\nTo: b@example.org\nDate: Fri, 20 Nov 2026 09:00:00 +0000\n\n" + b"words " * 2000


def gzipped_tar(folder: Path) -> Sequence[SourceFile]:
    path = folder / "export.tgz"
    with tarfile.open(path, "w:gz") as archive:
        info = tarfile.TarInfo("a.json")
        info.size = 4
        archive.addfile(info, io.BytesIO(b"{}  "))
    return collect([path])


def standard_input(folder: Path) -> Sequence[SourceFile]:
    return collect([Path("-")], io.BytesIO(b"{}"))


def large_json(folder: Path) -> None:
    path = folder / "export.json.gz"
    path.write_bytes(gzip.compress(b'{"tickets": [\n{"id": 1, "subject": "s"}]}'))
    list(Zendesk().read(collect([path]), ReadOptions()))


def mails(folder: Path) -> None:
    list(Mail().read([memory_file("a.eml", MAIL)], ReadOptions()))


READERS = pytest.mark.parametrize("read", [gzipped_tar, standard_input, large_json, mails])


@pytest.fixture(autouse=True)
def all_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_documents, "WHOLE", 0)


@READERS
@pytest.mark.parametrize("buffering", [0, -1])
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_no_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: Callable[[Path], object], buffering: int
) -> None:
    monkeypatch.setattr("tempfile.TemporaryFile", lambda: Path("/dev/full").open("r+b", buffering))  # noqa: SIM115
    with pytest.raises(ShortageError, match="has no room while it is read") as caught:
        read(tmp_path)
    assert "TMPDIR" in caught.value.hint


@READERS
def test_no_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: Callable[[Path], object]) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "none"))
    with pytest.raises(ShortageError, match="has no place while it is read: No such file") as caught:
        read(tmp_path)
    assert "TMPDIR" in caught.value.hint
