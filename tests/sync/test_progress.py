"""How far a reading has come."""

from __future__ import annotations

from pathlib import Path

from agentconsole.sync.files import collect
from agentconsole.sync.progress import Seen, followed
from agentconsole.sync.records import Place, Record, RejectedRecord, SkippedRecord


def at(file: Path, line: int | None) -> RejectedRecord:
    return RejectedRecord(Place(str(file), line), "record", "", "")


def test_the_share_grows_by_lines_and_files_and_ends_whole(tmp_path: Path) -> None:
    lines, whole = tmp_path / "a.ndjson", tmp_path / "b.json"
    lines.write_text("{}       \n" * 1000)
    whole.write_text("x" * 30_000)
    told: list[Seen] = []
    records: list[Record] = [at(lines, line) for line in range(1, 1001)]
    records += [at(whole, None) for _ in range(150)]
    records.append(SkippedRecord("x"))
    assert len(list(followed(records, collect([tmp_path]), told.append))) == 1151
    shares = [round(each.share, 3) for each in told]
    assert shares == sorted(shares)
    assert (told[0], told[4]) == (Seen(100, 0.025), Seen(500, 0.125))
    assert shares[9:] == [0.25, 0.25, 1.0]
    assert told[-1].records == 1151


def test_an_empty_reading_is_over_at_once(tmp_path: Path) -> None:
    told: list[Seen] = []
    assert list(followed([], [], told.append)) == []
    assert told == [Seen(0, 1.0)]
