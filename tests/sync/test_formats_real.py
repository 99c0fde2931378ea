"""Files that others made, where the developer has them: AGENTCONSOLE_TEST_DATA names the folder."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from zoneinfo import ZoneInfo

import pytest

from agentconsole.domain.errors import ConsoleError
from agentconsole.sync.files import collect
from agentconsole.sync.formats import FORMATS, ReadOptions, detect
from agentconsole.sync.formats.csv_rows import Dialect, Row, open_text, read_rows
from agentconsole.sync.formats.zendesk import Zendesk
from agentconsole.sync.records import (
    CommentRecord,
    GroupRecord,
    OrganizationRecord,
    PersonRecord,
    Record,
    RejectedRecord,
    SkippedRecord,
    TicketRecord,
)
from tests.support.samples import sample

UTC = ReadOptions(zone=ZoneInfo("UTC"))
KINDS = {
    TicketRecord: "tickets",
    CommentRecord: "comments",
    PersonRecord: "users",
    OrganizationRecord: "organizations",
    GroupRecord: "groups",
}


def count(records: Iterable[Record]) -> Counter[str]:
    """Objects read, by kind, the rejected ones among them."""
    found: Counter[str] = Counter()
    for record in records:
        if isinstance(record, SkippedRecord):
            found[record.kind] += 1
        elif isinstance(record, RejectedRecord):
            found[record.object + "s"] += 1
        else:
            found[KINDS[type(record)]] += 1
    return found


def test_the_counts_of_a_real_account_are_met_exactly() -> None:
    folder = sample("helpdesk-zenpy", "exports")
    files = collect([folder])
    reader = detect(files)
    assert reader.name == "zendesk"
    records = list(reader.read(files, ReadOptions()))
    assert count(records) == json.loads((folder / "expected_counts.json").read_text("utf-8"))
    refused = [record for record in records if isinstance(record, RejectedRecord)]
    assert [record.object for record in refused] == ["comment"]
    assert "its ticket cannot be known" in refused[0].reason
    assert not reader.unknown


def test_every_answer_of_the_api_reads() -> None:
    folder = sample("helpdesk-zendesk-fixtures")
    for path in sorted(folder.rglob("*.json")):
        records = list(Zendesk().read(collect([path]), ReadOptions()))
        refused = [record for record in records if isinstance(record, RejectedRecord)]
        assert all(record.object == "comment" for record in refused), path
    files = collect([folder])
    reader = detect(files)
    found = count(reader.read(files, ReadOptions()))
    stored = {kind: found[kind] for kind in KINDS.values()}
    assert stored == {"tickets": 10, "comments": 3, "users": 6, "organizations": 5, "groups": 5}
    assert not reader.unknown


def test_a_folder_of_flat_tables() -> None:
    files = collect([sample("helpdesk-dbt-zendesk-seeds")])
    reader = detect(files)
    assert reader.name == "csv"
    found = count(reader.read(files, UTC))
    stored = {kind: found[kind] for kind in KINDS.values()}
    assert stored == {"tickets": 10, "comments": 20, "users": 20, "organizations": 10, "groups": 8}
    assert found["ticket_tag"] == 10
    assert not reader.unknown


def test_csv_spectrum() -> None:
    folder = sample("csv-spectrum")
    for path in sorted((folder / "csvs").glob("*.csv")):
        with path.open("rb") as stream, open_text(stream, "utf-8") as text:
            header, *rows = read_rows(text, Dialect("utf-8", ","))
        assert isinstance(header, Row)
        found = [dict(zip(header.cells, row.cells, strict=True)) for row in rows if isinstance(row, Row)]
        expected = (folder / "json" / f"{path.stem}.json").read_text("utf-8")
        if b"\r" not in path.read_bytes():  # a checkout may have turned the file's line ends
            expected = expected.replace("\\r\\n", "\\n")
        assert found == json.loads(expected), path.name


@pytest.mark.parametrize("name", ["csv-csvkit", "csv-frictionless-py"])
@pytest.mark.parametrize("wanted", [None, *(make().name for make in FORMATS)])
def test_odd_files_give_records_or_a_plain_error(name: str, wanted: str | None) -> None:
    for path in sorted(sample(name).iterdir()):
        files = collect([path])
        try:
            list(detect(files, wanted).read(files, UTC))
        except ConsoleError as error:
            assert str(path) in error.message
