"""Zip, tar and gzip read in place: what is found, what is refused, how little memory it takes."""

from __future__ import annotations

import gzip
import io
import os
import random
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentconsole.domain.errors import ConsoleError
from agentconsole.sync import listings, packed
from agentconsole.sync.files import Sources, collect
from agentconsole.sync.formats import ReadOptions, detect
from agentconsole.sync.packed import safe_name
from agentconsole.sync.records import TicketRecord

TICKET = b'{"id": 1, "subject": "a", "status": "new", "requester_id": 2, "created_at": "2026-01-02T03:04:05Z"}\n'


def zipped(members: Iterable[tuple[str, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def contents(found: Sources) -> dict[str, bytes]:
    result = {}
    for file in found:
        with file.open() as stream:
            result[file.name] = stream.read()
    return result


def test_a_zip_stands_for_what_is_in_it(tmp_path: Path) -> None:
    members = [("page-10.json", b"10"), ("page-2.json", b"2"), ("in/users.json", b"u"), ("README.md", b"r"),
               (".hidden/x", b"x"), ("__MACOSX/page-2.json", b"m"), ("empty/", b""), ("a.png", b"\x89PNG")]  # fmt: skip
    path = written(tmp_path, "export.zip", zipped(members))
    found = collect([path])
    assert contents(found) == {
        f"{path}/in/users.json": b"u",
        f"{path}/page-2.json": b"2",
        f"{path}/page-10.json": b"10",
    }
    assert {name.removeprefix(f"{path}/") for name in found.ignored} == {
        "README.md", ".hidden/x", "__MACOSX/page-2.json", "a.png",
    }  # fmt: skip
    assert all(file.path == path for file in found)


def test_gzip_is_one_file(tmp_path: Path) -> None:
    path = written(tmp_path, "tickets.json.gz", gzip.compress(TICKET, mtime=0) + gzip.compress(TICKET, mtime=0))
    assert contents(collect([tmp_path])) == {f"{path}/tickets.json": TICKET * 2}
    odd = written(tmp_path, "tickets.json", gzip.compress(TICKET, mtime=0))
    assert contents(collect([odd])) == {str(odd): TICKET}


def test_records_of_an_archive_name_their_place(tmp_path: Path) -> None:
    path = written(tmp_path, "export.zip", zipped([("t/tickets.json", TICKET)]))
    files = collect([path])
    (record,) = detect(files).read(files, ReadOptions())
    assert isinstance(record, TicketRecord)
    assert (record.place.file, record.place.line) == (f"{path}/t/tickets.json", 1)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_archives_in_an_archive_are_opened_once(tmp_path: Path, method: int) -> None:
    inner = zipped([("a.json", TICKET), ("b.json", b"b" * 100_000)])
    outer = zipped([("inner.zip", inner), ("c.json.gz", gzip.compress(b"c", mtime=0))], method)
    path = written(tmp_path, "outer.zip", outer)
    found = contents(collect([path]))
    assert {name.removeprefix(f"{path}/"): len(content) for name, content in found.items()} == {
        "c.json.gz/c.json": 1, "inner.zip/a.json": len(TICKET), "inner.zip/b.json": 100_000,
    }  # fmt: skip
    packed = written(tmp_path, "inner.zip.gz", gzip.compress(inner, mtime=0))
    assert list(contents(collect([packed]))) == [f"{packed}/inner.zip/a.json", f"{packed}/inner.zip/b.json"]
    deep = written(tmp_path, "deep.zip", zipped([("outer.zip", outer)]))
    with pytest.raises(ConsoleError, match="in an archive inside an archive"):
        collect([deep])


def test_many_members_can_be_read_at_the_same_time(tmp_path: Path) -> None:
    inner = zipped((f"{number}.json", bytes([number]) * 70_000) for number in range(3))
    written(tmp_path, "outer.zip", zipped([("inner.zip", inner)]))
    streams = [file.open() for file in collect([tmp_path])]
    for _ in range(70):
        assert [stream.read(1000) for stream in streams] == [bytes([number]) * 1000 for number in range(3)]
    for stream in streams:
        stream.close()


def test_more_archives_than_are_held_open(tmp_path: Path) -> None:
    for number in range(listings.OPEN_AT_ONCE * 2):
        written(tmp_path, f"{number}.zip", zipped([("a.json", b"%d" % number), ("b.json", b"b")]))
    found = collect([tmp_path])
    held = found[0].open()
    assert len(contents(found)) == listings.OPEN_AT_ONCE * 4
    assert held.read() == b"0"
    held.close()


def test_standard_input_may_be_an_archive() -> None:
    content = zipped([("a.json", TICKET), ("b.json", b"b")])
    assert contents(collect([Path("-")], io.BytesIO(content))) == {"-/a.json": TICKET, "-/b.json": b"b"}


def test_a_document_that_is_a_zip_by_its_making_is_none(tmp_path: Path) -> None:
    path = written(tmp_path, "report.xlsx", zipped([("[Content_Types].xml", b"<x/>"), ("xl/a.xml", b"<x/>")]))
    written(tmp_path, "a.zip", zipped([("text.odt", zipped([("mimetype", b"application/x")])), ("a.json", b"a")]))
    found = collect([tmp_path])
    assert [file.name for file in found] == [f"{tmp_path}/a.zip/a.json", f"{path}"]
    with pytest.raises(ConsoleError, match="office document"):
        detect(collect([path]))


def test_an_archive_without_data_says_what_was_left_out(tmp_path: Path) -> None:
    path = written(tmp_path, "a.zip", zipped([("photo.png", b"\x89PNG")]))
    with pytest.raises(ConsoleError, match="nothing in it can be read") as caught:
        collect([path])
    assert "photo.png" in caught.value.hint
    assert collect([tmp_path]) == []


def encrypted() -> bytes:
    content = bytearray(zipped([("a.json", TICKET)], zipfile.ZIP_STORED))
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(magic) + offset
        content[at] |= 1
    return bytes(content)


def without_list() -> bytes:
    return zipped([("a.json", TICKET)])[:-10]


def with_wrong_sum() -> bytes:
    content = zipped([("a.json", TICKET)], zipfile.ZIP_STORED)
    return content.replace(b'"id": 1', b'"id": 2')


def of_large_kind(size: int) -> bytes:
    """A zip that says with the fields of the large kind how long its list is."""
    end = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, size, 0)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, 4, 1)
    last = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return b"PK\x03\x04" + end + locator + last


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (encrypted(), "is encrypted"),
        (without_list(), "is damaged"),
        (with_wrong_sum(), "is damaged"),
        (of_large_kind(1 << 40), "the list of its members takes"),
        (of_large_kind(1 << 63), "the list of its members takes"),
        (zipped([("a.json", TICKET * 100)], zipfile.ZIP_BZIP2), "packed in a way"),
        (gzip.compress(TICKET, mtime=0)[:-12], "is damaged"),
        (gzip.compress(TICKET, mtime=0) + b"more", "is damaged"),
        (b"\x1f\x8b\x08" + b"\xff" * 40, "is damaged"),
        (b"PK\x03\x04" + b"\0" * 100, "is damaged"),
    ],
    ids=[
        *("encrypted", "no list", "wrong sum", "a list of a terabyte", "a list beyond all", "bzip2"),
        *("gzip cut off", "gzip with more behind", "a gzip's head alone", "a zip's head alone"),
    ],
)
def test_what_cannot_be_read_is_a_plain_error(tmp_path: Path, content: bytes, reason: str) -> None:
    path = written(tmp_path, "export", content)
    with pytest.raises(ConsoleError, match=reason) as caught:
        contents(collect([path]))
    assert str(path) in caught.value.message


def test_a_member_without_a_name_is_a_member(tmp_path: Path) -> None:
    """Python's zipfile breaks down over it."""
    content = zipped([("nameless", TICKET), ("a.json", TICKET)]).replace(b"nameless", bytes(8))
    path = written(tmp_path, "export", content)
    assert list(contents(collect([path])).values()) == [TICKET, TICKET]


def test_a_bomb_does_not_go_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes out is counted while it comes: a gzip says nothing about its size beforehand."""
    monkeypatch.setattr(packed, "HARMLESS", 10 << 20)
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b"\0" * (1 << 20)
    content = b"".join(packer.compress(block) for _ in range(30)) + packer.flush()
    path = written(tmp_path, "bomb.json.gz", content)
    (file,) = collect([path])
    tracemalloc.start()
    done = 0
    with pytest.raises(ConsoleError, match="unpacks to more than"), file.open() as stream:
        while chunk := stream.read(1 << 16):
            done += len(chunk)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert done <= packed.room(len(content))
    assert peak < 4 << 20


def test_a_zip_that_claims_too_much_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "HARMLESS", 1 << 16)
    bomb = zipped((f"{number}.json", b"\0" * 50_000) for number in range(100))
    with pytest.raises(ConsoleError, match="unpacks to more than"):
        collect([written(tmp_path, "bomb.zip", bomb)])
    nested = zipped([("bomb.zip", bomb)], zipfile.ZIP_STORED)
    with pytest.raises(ConsoleError, match="unpacks to more than"):
        collect([written(tmp_path, "nested.zip", nested)])
    twice = zipped([("a.json.gz", gzip.compress(b"\0" * 5_000_000, mtime=0))])
    with pytest.raises(ConsoleError, match="unpacks to more than"):
        contents(collect([written(tmp_path, "twice.zip", twice)]))


def test_too_many_members_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "ENTRIES", 10)
    with pytest.raises(ConsoleError, match="has more than 10 members"):
        collect([written(tmp_path, "a.zip", zipped((f"{number}.json", b"x") for number in range(11)))])
    inner = zipped((f"{number}.json", b"x") for number in range(6))
    with pytest.raises(ConsoleError, match="has more than 10 files"):
        collect([written(tmp_path, "b.zip", zipped([("1.zip", inner), ("2.zip", inner)]))])


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/root/a.json", "root/a.json"),
        ("C:\\Users\\a.json", "C:/Users/a.json"),
        ("a\x1b[31m\u202ejson.exe", "a?[31m?json.exe"),
        ("..", "?"),
        ("", "?"),
        ("\ud800", "?"),
        ("x" * 500 + ".json", "x" * 80 + "…" + "x" * 34 + ".json"),
    ],
)
def test_names_are_made_safe(name: str, shown: str) -> None:
    assert safe_name(name) == shown


def test_names_of_old_japanese_archives_can_be_read(tmp_path: Path) -> None:
    name = "問い合わせ/一覧.json"
    content = zipped([("X" * len(name.encode("cp932")), TICKET)]).replace(
        b"X" * len(name.encode("cp932")), name.encode("cp932")
    )
    path = written(tmp_path, "a.zip", content)
    assert [file.name for file in collect([path])] == [f"{path}/{name}"]


def test_a_pipe_can_be_read(tmp_path: Path) -> None:
    read_end, write_end = os.pipe()
    with open(write_end, "wb") as stream:  # noqa: PTH123 - a descriptor
        stream.write(TICKET)
    try:
        (file,) = collect([Path(f"/dev/fd/{read_end}")])
        assert file.head() == TICKET
        assert detect([file]).name == "zendesk"
    finally:
        os.close(read_end)


def test_a_maildir_gives_its_mails_and_its_folders(tmp_path: Path) -> None:
    paths = ("cur/1.a:2,S", "new/2.a", "tmp/3.a", "dovecot-uidlist", ".Sent/cur/4.a:2,S", ".Sent/tmp/5.a", ".git/6")
    for name in paths:
        (tmp_path / "box" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "box" / name).write_bytes(b"From: a@example.com\nSubject: x\n\n")
    (tmp_path / "box/.Sent/new").mkdir()
    names = ["box/.Sent/cur/4.a:2,S", "box/cur/1.a:2,S", "box/new/2.a"]
    assert sorted(Path(file.name).relative_to(tmp_path).as_posix() for file in collect([tmp_path])) == names
    packed = zipped((f"box/{name}", b"From: a@example.com\n\n") for name in (*paths, ".Sent/new/"))
    path = written(tmp_path, "box.zip", packed)
    assert [file.name.removeprefix(f"{path}/") for file in collect([path])] == names


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["zip", "gzip", "nested"]))
def test_damage_anywhere_is_a_plain_error(tmp_path_factory: pytest.TempPathFactory, seed: int, kind: str) -> None:
    inner = zipped([("a.json", TICKET * 20), ("b/c.json", b"x" * 1000)])
    content = bytearray(
        {"zip": inner, "gzip": gzip.compress(TICKET * 20, mtime=0), "nested": zipped([("i.zip", inner)])}[kind]
    )
    choice = random.Random(seed)
    for _ in range(choice.randint(1, 6)):
        content[choice.randrange(len(content))] = choice.randrange(256)
    if seed % 5 == 0:
        del content[choice.randrange(len(content)) :]
    path = written(tmp_path_factory.mktemp("damage"), "x", bytes(content))
    try:
        contents(collect([path]))
    except ConsoleError as error:
        assert str(path) in error.message


def test_the_list_of_a_zip_is_measured_where_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "DIRECTORY", 1000)

    def end_of_large(entries: int, size: int, at: int) -> bytes:
        return struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, entries, entries, size, at)

    entry = struct.pack("<4sBBBBHHHHLLLHHHHHLL", b"PK\x01\x02", 20, 3, 20, *[0] * 8, 1, *[0] * 6) + b"a"
    member = struct.pack("<4sHHHHHLLLHH", b"PK\x03\x04", 20, *[0] * 7, 1, 0) + b"a"
    decoy = end_of_large(1, len(entry), 0)
    content = member + decoy + entry * 400 + end_of_large(400, 400 * len(entry), len(member + decoy))
    content += struct.pack("<4sLQL", b"PK\x06\x07", 0, len(member), 1)
    content += struct.pack("<4sHHHHLLH", b"PK\x05\x06", 0, 0, *[0xFFFF] * 2, *[0xFFFFFFFF] * 2, 0)
    path = written(tmp_path, "export.zip", content)
    with pytest.raises(ConsoleError, match="the list of its members takes"):
        collect([path])
