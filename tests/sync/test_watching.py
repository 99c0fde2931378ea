"""A drop folder: each file is read once it has come to rest, and again when it is another one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agentconsole.sync.watching import REST, Watch

NOW = 1_800_000_000.0


def put(path: Path, text: str = '{"tickets": []}', at: float = NOW) -> Path:
    """Writes a file, as if at that moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (at, at))
    return path


def test_a_file_is_read_once_it_stands_still(tmp_path: Path) -> None:
    watch = Watch([tmp_path])
    file = put(tmp_path / "a.json")
    assert watch.look(NOW + 0.5) == []
    put(file, "{}", NOW + 0.6)
    assert watch.look(NOW + 1.5) == []  # somebody still writes
    assert watch.look(NOW + 2.5) == []
    assert watch.look(NOW + 0.6 + REST) == [file]
    assert watch.look(NOW + 100) == []


def test_a_file_of_a_machine_whose_clock_is_ahead_is_read_once_it_stands_still(tmp_path: Path) -> None:
    watch = Watch([tmp_path])
    file = put(tmp_path / "a.json", at=NOW + 3600)
    assert watch.look(NOW) == []
    put(file, "{}", NOW + 3601)
    assert watch.look(NOW + REST) == []
    assert watch.look(NOW + 2 * REST) == [file]


def test_what_has_stood_still_for_long_is_read_at_once(tmp_path: Path) -> None:
    file = put(tmp_path / "deep" / "a.json")
    assert Watch([tmp_path]).look(NOW + REST) == [file]
    assert Watch([file]).look(NOW + REST) == [file]
    assert Watch([tmp_path / "comes later"]).look(NOW) == []


def test_another_file_of_the_same_name_is_read_again(tmp_path: Path) -> None:
    watch = Watch([tmp_path])
    file = put(tmp_path / "a.json")
    assert watch.look(NOW + 10) == [file]
    put(tmp_path / "b.part", at=NOW).rename(file)  # the same size and time: only the file is another
    assert watch.look(NOW + 20) == [file]
    file.unlink()
    assert watch.look(NOW + 30) == []
    put(file)
    assert watch.look(NOW + 40) == [file]


@pytest.mark.parametrize(
    "name", ["a.json.part", "a.json.tmp", "a.crdownload", "a.json~", ".a.json.Xy12", ".hidden/a.json", "README.md"]
)
def test_half_written_and_other_files_are_left_alone(tmp_path: Path, name: str) -> None:
    put(tmp_path / name)
    assert Watch([tmp_path]).look(NOW + 10) == []


def test_pictures_are_left_alone_and_a_renamed_file_is_taken(tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(b"\x89PNG\r\n")
    watch = Watch([tmp_path])
    half = put(tmp_path / "a.json.part")
    assert watch.look(NOW + 10) == []
    half.rename(tmp_path / "a.json")
    assert watch.look(NOW + 20) == [tmp_path / "a.json"]


def test_what_could_not_be_read_is_read_again(tmp_path: Path) -> None:
    watch = Watch([tmp_path])
    file = put(tmp_path / "a.json")
    assert watch.look(NOW + 10) == [file]
    watch.forget([file])
    assert watch.look(NOW + 20) == [file]
