"""The files of a sync, and which format they are."""

from __future__ import annotations

import bz2
import io
import os
import sys
from pathlib import Path

import pytest

from agentconsole.domain.errors import ConsoleError, NotFoundError, UsageError
from agentconsole.sync.files import collect
from agentconsole.sync.formats import detect, load_profile

TICKET = b'{"id": 1, "subject": "a", "status": "new", "requester_id": 2, "created_at": "2026-01-02T03:04:05Z"}\n'


def names(folder: Path, *paths: str) -> list[str]:
    return [Path(file.name).relative_to(folder).as_posix() for file in collect([folder / path for path in paths])]


def test_a_folder_gives_its_data_in_natural_order(tmp_path: Path) -> None:
    for name in ("page-10.json", "page-2.json", "deep/users.json", "README.md", "LICENSE", ".hidden/x.json", ".env"):
        (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
        (tmp_path / name).write_bytes(TICKET)
    (tmp_path / "old.json.bz2").write_bytes(bz2.compress(TICKET))
    found = collect([tmp_path])
    assert [Path(file.name).name for file in found] == ["page-2.json", "page-10.json", "users.json"]
    assert sorted(Path(name).name for name in found.ignored) == [
        ".env",
        ".hidden",
        "LICENSE",
        "README.md",
        "old.json.bz2",
    ]


def test_a_file_named_twice_is_read_once_and_one_named_itself_is_taken_whatever_it_is_called(tmp_path: Path) -> None:
    (tmp_path / "readme.json").write_bytes(TICKET)
    (tmp_path / "a.json").write_bytes(TICKET)
    assert names(tmp_path, "a.json", ".", "readme.json") == ["a.json", "readme.json"]


def test_a_circle_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(TICKET)
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    assert names(tmp_path, ".") == ["a.json"]


def test_a_missing_path_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="nowhere does not exist"):
        collect([tmp_path / "nowhere"])


def test_standard_input_can_be_looked_at_first() -> None:
    (file,) = collect([Path("-")], io.BytesIO(TICKET))
    assert file.name == "-"
    assert file.head(8) == TICKET[:8]
    with file.open() as stream:
        assert stream.read() == TICKET
    assert detect([file]).name == "zendesk"


def test_a_file_that_vanishes_is_a_plain_error(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(TICKET)
    (file,) = collect([tmp_path / "a.json"])
    (tmp_path / "a.json").unlink()
    with pytest.raises(ConsoleError, match=r"a\.json cannot be read"):
        file.open()


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (TICKET, "zendesk"),
        (b"\xef\xbb\xbf" + TICKET, "zendesk"),
        (b"export of 2026\n" + TICKET, "zendesk"),
        (b'{\n  "users": [\n    {"id": 1}]}', "zendesk"),
        (b"id,subject,status,created_at\n1,a,open,2026-01-01T00:00:00Z\n", "csv"),
        (b"\xef\xbb\xbfid;subject\n1;a\n", "csv"),
        ("問い合わせ番号\t件名\n1\t入金\n".encode("cp932"), "csv"),
        ("id,subject\n1,入金\n".encode("utf-16"), "csv"),
        (b"From: a@example.com\nTo: help@example.org\nSubject: Hi, there\n\nbody\n", "mail"),
        (b"From a@example.com Mon Jan  5 10:00:00 2026\nSubject: Hi\n\nbody\n", "mail"),
    ],
)
def test_a_format_is_found_by_shape_not_by_name(tmp_path: Path, content: bytes, wanted: str) -> None:
    (tmp_path / "export.dat").write_bytes(content)
    assert detect(collect([tmp_path / "export.dat"])).name == wanted


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (bz2.compress(TICKET), "bzip2"),
        (b"%PDF-1.7\n", "PDF"),
        (b"just a sentence\n", "no format recognises it"),
        (b'{"company_id": 4, "tickets": []}', "no format recognises it"),
    ],
)
def test_what_no_format_knows_is_named_with_what_was_looked_for(tmp_path: Path, content: bytes, reason: str) -> None:
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(ConsoleError, match=reason) as caught:
        detect(collect([tmp_path / "x.json"]))
    assert "x.json" in caught.value.message
    assert "looked for" in caught.value.hint
    assert "Zendesk's tickets" in caught.value.hint


def test_an_unknown_format_gets_the_nearest_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        detect([], "zendsk")
    assert caught.value.hint == "did you mean 'zendesk'?"


@pytest.mark.parametrize("wanted", [None, "json", "zendesk"])
def test_no_file_at_all_is_told_whatever_format_is_wanted(wanted: str | None) -> None:
    with pytest.raises(ConsoleError, match="no file to read"):
        detect([], wanted)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_name_that_is_not_utf_8_is_told_as_text(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\x93\xfc\x8b\xe0.json"))
    path.write_bytes(TICKET)
    for named in (path, tmp_path):
        (file,) = collect([named])
        assert file.name.isprintable()
        assert file.name.isascii()
        assert file.head(8) == TICKET[:8]


def profile(folder: Path, text: str) -> Path:
    path = folder / "profile.toml"
    path.write_text(text, "utf-8")
    return path


def test_a_profile_declares(tmp_path: Path) -> None:
    text = 'zone = "Asia/Tokyo"\nkind = "tickets"\nday_first = true\ndelimiter = "|"\n[columns]\n"番号" = "id"\n'
    options = load_profile(profile(tmp_path, text)).options
    assert str(options.zone) == "Asia/Tokyo"
    assert (options.kind, options.day_first, options.delimiter) == ("tickets", True, "|")
    assert options.columns == {"番号": "id"}


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('zoen = "UTC"', "'zoen' is not known", "zone"),
        ('kind = "ticket"', "'ticket' is not known", "tickets"),
        ('[columns]\nx = "subjct"', "'subjct' is not known", "subject"),
        ("[columns]\nx = 1", "must name a field", ""),
        ('zone = "Asia/Edo"', "zone: 'Asia/Edo' is not known", "Asia/Tokyo"),
        ('zone = "../etc/passwd"', "is not known", ""),
        ('encoding = "latin-99"', "'latin-99' is not known", ""),
        ('encoding = "base64"', "'base64' is not known", ""),
        ('delimiter = "ab"', "one character", ""),
        ("day_first = 1", "true or false", ""),
        ("kind = 1", "text in quotes", ""),
        ("= nothing", "is not TOML", ""),
    ],
)
def test_a_wrong_profile_says_what_is_wrong(tmp_path: Path, text: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_profile(profile(tmp_path, text))
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_a_missing_profile_says_so(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        load_profile(tmp_path / "none.toml")
