"""Files that others made, where the developer has them: AGENTCONSOLE_TEST_DATA names the folder."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agentconsole.domain.errors import ConsoleError
from agentconsole.sync.files import collect
from agentconsole.sync.formats import BUILT_IN, ReadOptions, detect
from agentconsole.sync.formats.base import Format
from agentconsole.sync.formats.csv_rows import Dialect, Row, open_text, read_rows
from agentconsole.sync.formats.intercom import Intercom
from agentconsole.sync.formats.zammad import Zammad
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
from tests.support.format_files import read_files
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


def strange(reader: Format) -> set[str]:
    """What the reader did not know, apart from what it knows and never keeps."""
    return set(reader.tally.unknown)


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
    assert not strange(reader)


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
    assert not strange(reader)


def test_a_folder_of_flat_tables() -> None:
    files = collect([sample("helpdesk-dbt-zendesk-seeds")])
    reader = detect(files)
    assert reader.name == "csv"
    found = count(reader.read(files, UTC))
    stored = {kind: found[kind] for kind in KINDS.values()}
    assert stored == {"tickets": 10, "comments": 20, "users": 20, "organizations": 10, "groups": 8}
    assert found["ticket_tag"] == 10
    assert not strange(reader)


@pytest.mark.parametrize(
    ("version", "stored"),
    [
        ("v1", {"tickets": 2, "comments": 0, "users": 7, "organizations": 1, "groups": 0}),
        ("v2", {"tickets": 6, "comments": 4, "users": 11, "organizations": 7, "groups": 3}),
    ],
)
def test_both_versions_of_freshdesk_s_api(version: str, stored: dict[str, int]) -> None:
    files = collect([sample("helpdesk-freshdesk-fixtures", version)])
    reader = detect(files)
    assert reader.name == "freshdesk"
    records = list(reader.read(files, ReadOptions()))
    found = count(records)
    assert {kind: found[kind] for kind in KINDS.values()} == stored
    refused = [Path(record.place.file).name for record in records if isinstance(record, RejectedRecord)]
    assert refused == ["attachment.txt"] * (version == "v2")
    assert {record.status for record in records if isinstance(record, TicketRecord)} <= {"Open", "Resolved"}
    assert not strange(reader)


def recorded(path: Path) -> dict[str, bytes]:
    """The bodies of recorded answers, each as a file."""
    calls = json.loads(path.read_text("utf-8"))
    return {f"{number}.json": json.dumps(call["json"]).encode() for number, call in enumerate(calls) if call["json"]}


def test_recorded_answers_of_zammad() -> None:
    total: Counter[str] = Counter()
    for path in sorted(sample("helpdesk-zammad-py").glob("*.json")):
        reader = Zammad()
        records = read_files(reader, recorded(path))
        assert not [record for record in records if isinstance(record, RejectedRecord)], path
        assert not strange(reader), path
        total += count(records)
        shapes = [name for name, body in recorded(path).items() if not Zammad().sniff(body, name)]
        assert not shapes or "knowledge" in path.name
    stored = {kind: total[kind] for kind in KINDS.values()}
    assert stored == {"tickets": 5, "comments": 0, "users": 29, "organizations": 0, "groups": 5}


def an_instance(schema: dict[str, Any]) -> Any:
    """A value that fits a schema, with something everywhere."""
    if "anyOf" in schema:
        return an_instance(schema["anyOf"][0])
    kinds = schema.get("type", "string")
    kind = next((each for each in (kinds if isinstance(kinds, list) else [kinds]) if each != "null"), "string")
    if kind == "object":
        return {name: an_instance(inner) for name, inner in schema.get("properties", {}).items()}
    if kind == "array":
        return [an_instance(schema.get("items", {}))]
    text = "2026-01-02T03:04:05.000000Z" if schema.get("format") == "date-time" else "1"
    return {"string": text, "integer": 1, "number": 1.5, "boolean": True}[kind]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("conversations", TicketRecord),
        ("conversation_parts", CommentRecord),
        ("contacts", PersonRecord),
        ("admins", PersonRecord),
        ("teams", GroupRecord),
        ("companies", OrganizationRecord),
    ],
)
def test_objects_as_the_schemas_of_an_intercom_tap_have_them(name: str, kind: type) -> None:
    schema = json.loads(sample("helpdesk-intercom-schemas", f"{name}.json").read_text("utf-8"))
    value = an_instance(schema) | ({"part_type": "comment"} if name == "conversation_parts" else {})
    value.pop("type", None)
    reader = Intercom()
    (record,) = read_files(reader, {f"{name}.jsonl": json.dumps(value).encode()})
    assert type(record) is kind, record
    assert not {field for field in strange(reader) if "=" not in field}


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
@pytest.mark.parametrize("wanted", [None, *BUILT_IN])
def test_odd_files_give_records_or_a_plain_error(name: str, wanted: str | None) -> None:
    for path in sorted(sample(name).iterdir()):
        files = collect([path])
        try:
            list(detect(files, wanted).read(files, UTC))
        except ConsoleError as error:
            assert str(path) in error.message
