"""Tar read in place, packed by gzip or not: what is found, what is refused."""

from __future__ import annotations

import gzip
import io
import random
import tarfile
import tracemalloc
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentconsole.domain.errors import ConsoleError
from agentconsole.sync import packed
from agentconsole.sync.files import collect
from agentconsole.sync.formats import ReadOptions, detect, json_documents
from agentconsole.sync.records import SkippedRecord, TicketRecord
from tests.support.samples import sample
from tests.sync.test_archives import TICKET, contents, written, zipped

Member = tuple[str | tarfile.TarInfo, bytes]


def tarred(members: Iterable[Member], form: int = tarfile.GNU_FORMAT) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form, encoding="utf-8", errors="surrogateescape") as archive:
        for name, content in members:
            info = tarfile.TarInfo(name) if isinstance(name, str) else name
            info.size = info.size or len(content)
            archive.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def of_kind(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def names_in(path: Path) -> list[str]:
    return [file.name.removeprefix(f"{path}/") for file in collect([path])]


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("name", ["export.tar", "export.tar.gz", "export.tgz", "export"])
def test_a_tar_stands_for_what_is_in_it(tmp_path: Path, form: int, name: str) -> None:
    long = f"{'x' * 90}/{'y' * 90}.json"
    members: list[Member] = [("page-10.json", b"10"), ("page-2.json", b"2" * 700_000), ("in/users.json", b"u"),
                             (long, b"l"), ("README.md", b"r"), ("./.hidden/x", b"x"), ("a.png", b"\x89PNG"),
                             (of_kind("in", tarfile.DIRTYPE), b"")]  # fmt: skip
    content = tarred(members, form)
    path = written(tmp_path, name, gzip.compress(content, mtime=0) if "gz" in name else content)
    found = collect([path])
    expected = {"in/users.json": b"u", long: b"l", "page-2.json": b"2" * 700_000, "page-10.json": b"10"}
    assert contents(found) == {f"{path}/{name}": inside for name, inside in expected.items()}
    assert {name.removeprefix(f"{path}/") for name in found.ignored} == {"README.md", ".hidden/x", "a.png"}
    assert all(file.path == path for file in found)


def test_a_tar_of_before_there_was_a_mark(tmp_path: Path) -> None:
    content = bytearray(tarred([("a.json", TICKET)], tarfile.USTAR_FORMAT))
    content[257:265] = bytes(8)
    content[148:156] = b"%06o\0 " % (sum(content[:148]) + 8 * 32 + sum(content[156:512]))
    assert names_in(written(tmp_path, "old", bytes(content))) == ["a.json"]


def test_links_and_devices_hold_nothing(tmp_path: Path) -> None:
    odd = [
        of_kind("sym", tarfile.SYMTYPE, "/etc/passwd"),
        of_kind("hard", tarfile.LNKTYPE, "a.json"),
        of_kind("null", tarfile.CHRTYPE),
        of_kind("pipe", tarfile.FIFOTYPE),
    ]
    path = written(tmp_path, "a.tar", tarred([("a.json", TICKET), *((each, b"") for each in odd)]))
    found = collect([path])
    assert contents(found) == {f"{path}/a.json": TICKET}
    assert sorted(found.ignored) == [f"{path}/{name}" for name in ("hard", "null", "pipe", "sym")]


def test_names_do_not_lead_out_of_it(tmp_path: Path) -> None:
    path = written(tmp_path, "a.tar", tarred([("/etc/a.json", b"1"), ("../../b.json", b"2")]))
    assert names_in(path) == ["b.json", "etc/a.json"]
    assert [each.name for each in tmp_path.iterdir()] == ["a.tar"]
    japanese = "問い合わせ.json".encode("cp932").decode("utf-8", "surrogateescape")
    assert names_in(written(tmp_path, "b.tar", tarred([(japanese, b"1")]))) == ["問い合わせ.json"]


def test_archives_in_it_are_opened_once(tmp_path: Path) -> None:
    inner = tarred([("a.json", TICKET), ("b.json", b"b" * 100_000)])
    inside: list[tuple[str, bytes]] = [
        ("1.tar", inner),
        ("2.tgz", gzip.compress(inner, mtime=0)),
        ("3.zip", zipped([("c.json", b"c")])),
        ("4.json.gz", gzip.compress(b"d", mtime=0)),
    ]
    names = ["1.tar/a.json", "1.tar/b.json", "2.tgz/a.json", "2.tgz/b.json", "3.zip/c.json", "4.json.gz/4.json"]
    outer = tarred(inside)
    for name, content in (("o.tar", outer), ("o.tar.gz", gzip.compress(outer, mtime=0)), ("o.zip", zipped(inside))):
        path = written(tmp_path, name, content)
        assert names_in(path) == names
        assert contents(collect([path]))[f"{path}/2.tgz/b.json"] == b"b" * 100_000
    with pytest.raises(ConsoleError, match="in an archive inside an archive"):
        collect([written(tmp_path, "deep.tar", tarred([("o.tar", outer)]))])


def test_many_members_can_be_read_at_the_same_time(tmp_path: Path) -> None:
    inner = tarred((f"{number}.json", bytes([number]) * 70_000) for number in range(3))
    streams = [file.open() for file in collect([written(tmp_path, "a.tgz", gzip.compress(inner, mtime=0))])]
    for _ in range(70):
        assert [stream.read(1000) for stream in streams] == [bytes([number]) * 1000 for number in range(3)]
    for stream in streams:
        stream.close()


def sparse() -> bytes:
    """A file with holes, in the way of GNU's tar: it says that it is large, and holds a block."""
    info = of_kind("a.json", tarfile.GNUTYPE_SPARSE)
    info.size = 512
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[386:410] = b"%011o\0%011o\0" % (0, 512)
    header[483:495] = b"%011o\0" % (1 << 20)
    return summed(header) + bytes(512) + bytes(1024)


def summed(header: bytearray) -> bytes:
    header[148:156] = b"%06o\0 " % (sum(header[:148]) + 8 * 32 + sum(header[156:512]))
    return bytes(header)


def of_size(size: bytes) -> bytes:
    header = bytearray(tarfile.TarInfo("a.json").tobuf(tarfile.GNU_FORMAT))
    header[124:136] = size
    return summed(header)


def pax(records: bytes, *, kind: bytes = tarfile.XHDTYPE, size: int | None = None) -> bytes:
    info = of_kind("h", kind)
    info.size = len(records) if size is None else size
    return info.tobuf(tarfile.USTAR_FORMAT) + records + bytes(-len(records) % 512)


GOOD = tarred([("a.json", TICKET), ("b.json", TICKET * 20)])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (sparse(), "is a file with holes"),
        (GOOD[:1500], "is damaged"),
        (GOOD[:1024] + b"x" * 512 + GOOD[1536:], "is damaged"),
        (tarred([("a.json", b"a")]) + GOOD, "is damaged"),
        (of_size(b"\xff" * 12), "is damaged"),
        (of_size(b"\xff" * 8 + b"\xff\xff\xfe\x00"), "is damaged"),
        (of_size(b"\x80" + b"\0" * 5 + b"\x40" + b"\0" * 5), "is damaged"),
        (pax(b"", size=1 << 32), "is damaged"),
        (pax(b"7 a=bcd\n") * 3000 + GOOD, "is damaged"),
        (pax(b"1" * (1 << 19)) + GOOD, "is damaged"),
        (pax(b"29 GNU.sparse.realsize=99999\n22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n") + GOOD, "is damaged"),
        (pax(b"12 size=-512\n") + GOOD, "is damaged"),
        (gzip.compress(GOOD, mtime=0)[:-12], "is damaged"),
        (gzip.compress(GOOD[:1500], mtime=0), "is damaged"),
    ],
    ids=[
        *("sparse", "cut off", "no header", "two behind each other", "minus one", "backwards", "a petabyte"),
        *(
            "a header of gigabytes",
            "headers of headers",
            "digits without end",
            "holes without end",
            "less than nothing",
        ),
        *("gzip cut off", "cut off in gzip"),
    ],
)
def test_what_cannot_be_read_is_a_plain_error(tmp_path: Path, content: bytes, reason: str) -> None:
    path = written(tmp_path, "export", content)
    with pytest.raises(ConsoleError, match=reason) as caught:
        contents(collect([path]))
    assert str(path) in caught.value.message


def test_what_it_claims_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packed, "ENTRIES", 10)
    with pytest.raises(ConsoleError, match="has more than 10 members"):
        collect([written(tmp_path, "a.tar", tarred((f"{number}.json", b"x") for number in range(11)))])
    monkeypatch.setattr(packed, "HARMLESS", 1 << 16)
    holes = bytearray(sparse())
    holes[483:495] = b"%011o\0" % (1 << 30)
    with pytest.raises(ConsoleError, match="unpacks to more than"):
        collect([written(tmp_path, "holes.tar", summed(holes[:512]) + bytes(holes[512:]))])
    with pytest.raises(ConsoleError, match="unpacks to more than"):
        collect([written(tmp_path, "bomb.tgz", gzip.compress(tarred([("a", bytes(5_000_000))]), mtime=0))])


def test_global_headers_do_not_fill_the_memory(tmp_path: Path) -> None:
    def told(number: int) -> bytes:
        return pax(b"1000020 %07d=%s\n" % (number, b"x" * 1_000_003), kind=tarfile.XGLTYPE)

    path = tmp_path / "a.tar"
    with path.open("wb") as stream:
        for number in range(60):
            stream.write(told(number) + tarred([("a.json", b"a")])[:1024])
    tracemalloc.start()
    with pytest.raises(ConsoleError, match="is damaged"):
        collect([path])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * packed.DIRECTORY


def test_what_stands_in_a_tar_as_it_is_is_laid_by_no_second_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.TemporaryFile", lambda: Path("/there/is/no/folder").open("wb"))  # noqa: SIM115
    packed_inside = written(tmp_path, "zip.tar", tarred([("in.zip", zipped([("b.json", TICKET)]))]))
    assert contents(collect([packed_inside])) == {f"{packed_inside}/in.zip/b.json": TICKET}
    monkeypatch.setattr(json_documents, "WHOLE", 0)
    page = b'{"tickets": [\n' + TICKET.strip() + b"\n]}"
    files = collect([written(tmp_path, "page.tar", tarred([("page.json", page)]))])
    assert [type(record) for record in detect(files).read(files, ReadOptions())] == [TicketRecord]


@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 5000)), max_size=20))
def test_one_can_go_back_in_a_member(tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[int, int]]) -> None:
    content = bytes(number % 251 for number in range(4000))
    (file,) = collect([written(tmp_path_factory.mktemp("tar"), "a.tar", tarred([("a", content)]))])
    with file.open() as stream:
        for start, size in moves:
            assert stream.seek(start) == start == stream.tell()
            assert stream.read(size) == content[start : start + size]


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT]))
def test_damage_anywhere_is_a_plain_error(tmp_path_factory: pytest.TempPathFactory, seed: int, form: int) -> None:
    members: list[Member] = [
        ("é" * 40 + "/" + "é" * 40 + ".json", TICKET * 20),
        ("b/c.json", b"x" * 1000),
        ("d.json", b""),
    ]
    content = bytearray(tarred(members, form))
    choice = random.Random(seed)
    for _ in range(choice.randint(1, 20)):
        content[choice.randrange(min(len(content), 7000))] = choice.choice(b"\0 0179\x80\xffxgLKS")
    path = written(tmp_path_factory.mktemp("damage"), "x", bytes(content))
    try:
        contents(collect([path]))
    except ConsoleError as error:
        assert str(path) in error.message


@pytest.mark.parametrize(
    ("folder", "name", "count", "kind"),
    [
        ("mail-sisimai-bounces", "sisimai-dev.tar.gz", 394, "mail"),
        ("mail-flanker", "flanker-messages.tar.gz", 46, "mail"),
        ("mail-mikel", "mikel-mail-fixtures.tar.gz", 104, "mail"),
        ("helpdesk-zenpy", "zenpy-responses.tar.gz", 242, None),
    ],
)
def test_real_ones_are_read_in_place(folder: str, name: str, count: int, kind: str | None) -> None:
    files = collect([sample(folder, name)])
    assert len(files) == count
    if kind:
        assert detect(files).name == kind
        records = list(detect(files).read(files, ReadOptions()))
        found = sum(len(each.comments) if isinstance(each, TicketRecord) else 1 for each in records)
        assert found >= count - 1
        assert not any(isinstance(each, SkippedRecord) and each.kind != "mail seen twice" for each in records)


def test_what_is_told_of_all_members_is_not_kept_with_each(tmp_path: Path) -> None:
    told = {f"comment.{number:04}": "x" for number in range(1500)}
    common = tarfile.TarInfo.create_pax_global_header(told)
    path = written(tmp_path, "export.tar", common + tarred([("a.json", b"1")]))
    with pytest.raises(ConsoleError, match="too much in a common header"):
        collect([path])
