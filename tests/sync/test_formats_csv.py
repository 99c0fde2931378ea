"""Tables: encodings, delimiters, headers of several helpdesks, dates, and rows gone wrong."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.domain.errors import ConsoleError, UsageError
from agentconsole.sync.files import collect
from agentconsole.sync.formats import ReadOptions, detect
from agentconsole.sync.formats.csv_rows import BadRow, Dialect, Row, read_rows
from agentconsole.sync.formats.csv_table import CsvTable
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

TOKYO = ReadOptions(zone=ZoneInfo("Asia/Tokyo"))
HEADER = "id,subject,status,created_at\n"
ROW = "35,出金,open,2026-01-02T03:04:05Z\n"


def read(folder: Path, content: str | bytes, options: ReadOptions = TOKYO, name: str = "x.csv") -> list[Record]:
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(CsvTable().read(collect([folder]), options))


def only(records: list[Record]) -> Any:
    (record,) = records
    return record


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_encoding_and_delimiter_are_found_out(tmp_path: Path, encoding: str, delimiter: str) -> None:
    found = only(read(tmp_path, (HEADER + ROW).replace(",", delimiter).encode(encoding)))
    assert (found.external_id, found.subject, found.status) == ("35", "出金", "open")
    assert found.created_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_a_late_character_decides_the_encoding(tmp_path: Path) -> None:
    rows = HEADER + "1,a,open,2026-01-02T03:04:05Z\n" * 5_000
    found = read(tmp_path, (rows + ROW).encode("cp932"))
    last = found[-1]
    assert isinstance(last, TicketRecord)
    assert last.subject == "出金"


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (b"1,\x81,open\n", r"utf-8 2:3 \(0x81\), cp932 2:3 \(0x81\), eucjp 2:3 \(0x81\), .*cp949 2:3 \(0x81\)$"),
        (b"1,a\n2,\x85\x85\n", r"cp932 3:3 \(0x85\), .*; no everyday words in gb18030"),
    ],
)
def test_bytes_of_no_encoding_are_told_by_line_and_byte(tmp_path: Path, row: bytes, told: str) -> None:
    with pytest.raises(ConsoleError, match=told) as caught:
        read(tmp_path, HEADER.encode() + row)
    assert "encoding = " in caught.value.hint


@pytest.mark.parametrize("declared", ["sep=;\r\n", "\ufeffsep=^\n", '"sep=|"\n', "SEP=\t\n"])
def test_a_line_that_tells_excel_the_delimiter_is_none_of_the_table(tmp_path: Path, declared: str) -> None:
    delimiter = declared.partition("=")[2][0]
    content = declared + (HEADER + ROW + "36,b,open,yesterday\n").replace(",", delimiter)
    first, second = read(tmp_path, content)
    assert isinstance(first, TicketRecord)
    assert (first.external_id, first.subject, first.place.line) == ("35", "出金", 3)
    assert isinstance(second, RejectedRecord)
    again = read(tmp_path, f"{second.head}{second.raw.replace('yesterday', '2026-01-02T03:04:05Z')}")
    assert only(again).subject == "b"
    assert detect(collect([tmp_path])).name == "csv"


def test_a_damaged_row_of_a_utf8_file_is_set_aside(tmp_path: Path) -> None:
    bad = b"36,\xe5\x87,open,2026-01-02T03:04:05Z\n"
    first, second, *_ = read(tmp_path, HEADER.encode() + ROW.encode() + bad + ROW.encode() * 20)
    assert isinstance(first, TicketRecord)
    assert isinstance(second, RejectedRecord)
    assert (second.place.line, second.reason) == (3, "it holds bytes that are not of the file's encoding")
    second.raw.encode()


def test_a_zendesk_export_in_english(tmp_path: Path) -> None:
    header = (
        "Summation column,Id,Requester,Requester id,Requester email,Assignee,Group,Subject,Tags,Status,Priority,Via,"
        "Created at,Updated at,Organization,First reply time in minutes,Order [txt],Mood\n"
    )
    row = (
        "1,35,Rei Sample,7,rei@example.jp,Kim Agent,入出金,出金,deposit bank,Open,High,Web Form,"
        "2026-01-02 12:04,2026-01-02 13:00,Sample,12,A-1,calm\n"
    )
    (tmp_path / "x.csv").write_text(header + row, "utf-8")
    reader = CsvTable()
    found = only(list(reader.read(collect([tmp_path]), TOKYO)))
    assert (found.external_id, found.requester_id, found.requester_name) == ("35", "7", "Rei Sample")
    assert (found.requester_email, found.assignee_name, found.group_name) == ("rei@example.jp", "Kim Agent", "入出金")
    assert (found.status, found.priority, found.via, found.tags) == ("Open", "High", "Web Form", ("deposit", "bank"))
    assert found.created_at == datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    assert found.custom_fields == {"Order [txt]": "A-1", "Mood": "calm"}
    assert dict(reader.tally.unknown) == {"ticket.Mood": 1}
    assert found.extra == {"summation_column": "1", "organization": "Sample", "first_reply_time_in_minutes": "12"}


def test_the_csv_export_of_freshdesk(tmp_path: Path) -> None:
    cells = {
        "Ticket ID": "12", "Subject": "出金", "Status": "Waiting on Customer", "Priority": "Urgent",
        "Source": "Feedback Widget", "Type": "Question", "Agent": "Kim Agent", "Group": "入出金",
        "Created time": "2026-01-02 12:04:05", "Due by Time": "", "Resolved time": "", "Closed time": "",
        "Last update time": "2026-01-02 13:00:00", "Initial response time": "", "Time tracked": "00:00",
        "First response time (in hrs)": "0.5", "Resolution time (in hrs)": "", "Agent interactions": "1",
        "Customer interactions": "1", "Resolution status": "", "First response status": "Within SLA", "Tags": "a;b",
        "Survey results": "", "Association type": "", "Internal agent": "", "Internal group": "", "Product": "",
        "Every response status": "", "Full name": "Rei Sample", "Title": "Manager", "Email": "rei@example.jp",
        "Work phone": "1", "Mobile phone": "2", "Twitter ID": "", "Time zone": "Tokyo", "Language": "ja",
        "Contact ID": "70", "Company Name": "Sample", "Skill": "", "Coin": "BTC",
    }  # fmt: skip
    (tmp_path / "x.csv").write_text(",".join(cells) + "\n" + ",".join(cells.values()) + "\n", "utf-8")
    reader = CsvTable()
    found = only(list(reader.read(collect([tmp_path]), TOKYO)))
    assert (found.external_id, found.subject, found.status, found.via) == (
        "12",
        "出金",
        "Waiting on Customer",
        "Feedback Widget",
    )
    assert (found.requester_id, found.requester_name, found.requester_email) == ("70", "Rei Sample", "rei@example.jp")
    assert (found.assignee_name, found.group_name, found.tags, found.locale) == (
        "Kim Agent",
        "入出金",
        ("a", "b"),
        "ja",
    )
    assert found.custom_fields == {"Coin": "BTC"}
    assert found.extra["title"] == "Manager"
    assert dict(reader.tally.unknown) == {"ticket.Coin": 1}


@pytest.mark.parametrize(
    "header",
    [
        "ID,件名,ステータス,優先度,作成日時,更新日時,リクエスタ",
        "お問い合わせ番号,タイトル,状態,優先度,受付日時,最終更新日時,お名前",
        "Ticket ID,Subject,Status,Priority,Created time,Last update time,Full name",
        "Ticket Number,Subject,Current Status,Priority,Date Created,Last Updated,From",
        "id,subject,status,priority,created_at,updated_at,requester_name",
        '"ID","subject", Status ,PRIORITY,Created-At,Updated at,Requester name',
        "工单编号,标题,状态,优先级,创建时间,更新时间,客户",
    ],
)
def test_headers_of_several_helpdesks(tmp_path: Path, header: str) -> None:
    found = only(read(tmp_path, f"{header}\n35,出金,解決済み,高,2026/01/02 12:04,2026年1月2日 13時05分,Rei\n"))
    assert (found.external_id, found.subject, found.status, found.priority) == ("35", "出金", "解決済み", "高")
    assert (found.requester_name, found.custom_fields, found.extra) == ("Rei", {}, {})
    assert found.created_at == datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    assert found.updated_at == datetime(2026, 1, 2, 4, 5, tzinfo=UTC)


def test_a_profile_maps_columns_of_its_own(tmp_path: Path) -> None:
    columns = {"No.": "id", "用件": "subject", "入力": "created_at"}
    options = ReadOptions(zone=ZoneInfo("Asia/Tokyo"), kind="tickets", columns=columns, delimiter="|")
    found = only(read(tmp_path, "No.|用件|入力|id\n35|出金|2026-01-02 12:04|other\n", options))
    assert (found.external_id, found.subject, found.status) == ("35", "出金", "open")
    assert found.custom_fields == {"id": "other"}


def test_a_folder_of_tables_in_the_order_of_their_references(tmp_path: Path) -> None:
    tables = {
        "a_comments.csv": "id,ticket_id,body,created,public,user_id\n9,35,まだ,2026-01-02T03:04:05Z,FALSE,7\n",
        "ticket_data.csv": "id,subject,status,created_at,requester_id\n35,出金,open,2026-01-02T03:04:05Z,7\n",
        "user_data.csv": "id,name,email,role\n7,Rei,rei@example.jp,agent\n",
        "organization_data.csv": "id,name,created_at\n4,Sample,2026-01-02\n",
        "group_data.csv": "id,_load_deleted,name\n3,FALSE,入出金\n",
        "ticket_tag_data.csv": "ticket_id,tag\n35,a\n35,b\n",
    }
    for name, content in tables.items():
        (tmp_path / name).write_text(content, "utf-8")
    found = list(CsvTable().read(collect([tmp_path]), TOKYO))
    assert [type(record) for record in found] == [
        GroupRecord,
        OrganizationRecord,
        PersonRecord,
        CommentRecord,
        TicketRecord,
        SkippedRecord,
        SkippedRecord,
    ]
    said = found[3]
    assert isinstance(said, CommentRecord)
    assert (said.ticket_external_id, said.author_id, said.public, said.body) == ("35", "7", False, "まだ")
    assert found[-1] == SkippedRecord("ticket_tag")


def test_a_date_without_a_zone_needs_one_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "groups.csv").write_text("id,name\n3,G\n", "utf-8")
    with pytest.raises(UsageError, match=r"x\.csv:3: '2026-01-02 12:04' names no time zone") as caught:
        read(tmp_path, HEADER + ROW + ROW.replace("2026-01-02T03:04:05Z", "2026-01-02 12:04"), ReadOptions())
    assert 'zone = "Asia/Tokyo"' in caught.value.hint


@pytest.mark.parametrize(
    ("text", "day_first", "expected"),
    [
        ("2026-01-02T03:04:05Z", None, (2, 3, 4)),
        ("2026-01-02 12:04", None, (2, 3, 4)),
        ("2026-01-02 12:04:00+09:00", None, (2, 3, 4)),
        ("2026-01-02 12:04 JST", None, (2, 3, 4)),
        ("2026-01-02 03:04 UTC", None, (2, 3, 4)),
        ("2026/1/2 12:04", None, (2, 3, 4)),
        ("２０２６年１月２日 12時04分", None, (2, 3, 4)),
        ("2 Jan 2026 12:04", None, (2, 3, 4)),
        ("02/01/2026 12:04", True, (2, 3, 4)),
        ("01/02/2026 12:04 PM", False, (2, 3, 4)),
        ("1/2/26 12:04", False, (2, 3, 4)),
        ("01/22/2026 12:04", None, (22, 3, 4)),
        ("22/01/2026 12:04", None, (22, 3, 4)),
        ("02/01/2026 12:04", None, "more than one way"),
        ("1/22/26 12:04", None, "more than one way"),
        ("2026-01-02 12:04 PST", None, "time zone that is not known"),
        ("2026-13-45", None, "not a date"),
        ("12:04", None, "not a date"),
        ("tomorrow", None, "not a date"),
        ("", None, "no created_at"),
    ],
)
def test_dates(tmp_path: Path, text: str, day_first: bool | None, expected: tuple[int, int, int] | str) -> None:
    options = ReadOptions(zone=ZoneInfo("Asia/Tokyo"), day_first=day_first)
    found = only(read(tmp_path, f"{HEADER}35,a,open,{text}\n", options))
    if isinstance(expected, str):
        assert isinstance(found, RejectedRecord)
        assert expected in found.reason
    else:
        at = found.created_at
        assert (at.year, at.month, at.tzinfo, (at.day, at.hour, at.minute)) == (2026, 1, UTC, expected)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("36,a,open\n", "3 cells, and the header has 4"),
        ("36,a,open,2026-01-02T03:04:05Z,more\n", "5 cells, and the header has 4"),
        ("36,a\0b,open,2026-01-02T03:04:05Z\n", "it holds NUL characters"),
        ('36,"a"b,open,2026-01-02T03:04:05Z\n', "quotes gone wrong"),
        ('36,"a,open,2026-01-02T03:04:05Z\n', "a quote is not closed"),
        (f"36,{'x' * (5 << 20)},open,2026-01-02T03:04:05Z\n", "a cell of more than"),
        (",a,open,2026-01-02T03:04:05Z\n", "no id"),
        ("3.6E+11,a,open,2026-01-02T03:04:05Z\n", "rounded by a spreadsheet"),
        ("36,a,open,\n", "no created_at"),
    ],
)
def test_a_bad_row_is_set_aside_with_its_line_and_the_rest_goes_on(tmp_path: Path, row: str, reason: str) -> None:
    first, bad, *rest = read(tmp_path, HEADER + ROW + row + ROW + ROW)
    assert isinstance(first, TicketRecord)
    assert isinstance(bad, RejectedRecord)
    assert (bad.object, bad.place.line) == ("ticket", 3)
    assert reason in bad.reason
    assert bad.raw == row
    assert [record.place.line for record in rest if isinstance(record, TicketRecord)] == [4, 5]


def test_cells_over_several_lines_keep_the_count(tmp_path: Path) -> None:
    first, second = read(tmp_path, HEADER + '35,"two\r\nlines, ""quoted""",open,2026-01-02T03:04:05Z\r\n' + ROW)
    assert isinstance(first, TicketRecord) and isinstance(second, TicketRecord)
    assert first.subject == 'two\r\nlines, "quoted"'
    assert (first.place.line, second.place.line) == (2, 4)


def test_empty_cells_at_the_end_and_blank_rows_do_no_harm(tmp_path: Path) -> None:
    found = read(tmp_path, HEADER + "\n,,,\n" + ROW.replace("\n", ",,\n") + "\n\n")
    assert only(found).place.line == 4


@pytest.mark.parametrize(
    ("public", "private", "expected"),
    [("TRUE", "", True), ("no", "", False), ("", "true", False), ("", "", True), ("perhaps", "", "neither yes nor no")],
)
def test_what_is_not_surely_public_does_not_become_so(
    tmp_path: Path, public: str, private: str, expected: bool | str
) -> None:
    rows = f"ticket_id,body,created_at,public,private\n35,x,2026-01-02T03:04:05Z,{public},{private}\n"
    found = only(read(tmp_path, rows))
    if isinstance(expected, bool):
        assert (found.external_id, found.public) == (None, expected)
    else:
        assert expected in found.reason


def test_tokens_and_devices_are_dropped(tmp_path: Path) -> None:
    found = only(read(tmp_path, "id,name,email,role,authenticity_token,alias\n7,Rei,rei@example.jp,agent,secret,R\n"))
    assert isinstance(found, PersonRecord)
    assert found.extra == {"alias": "R"}


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "", "\n\n", '"unclosed\n', "id,name\n1,x\n"])
def test_a_table_of_nothing_known_is_refused_with_a_hint(tmp_path: Path, content: str) -> None:
    with pytest.raises(ConsoleError):
        read(tmp_path, content)


def test_a_broken_header_is_named_and_the_next_row_is_not_taken_for_it(tmp_path: Path) -> None:
    with pytest.raises(ConsoleError, match="has the header"):
        read(tmp_path, '"id"x,subject,status,created_at\nid,subject,status,created_at\n' + ROW)


def test_a_stray_file_in_a_folder_of_tables_is_one_rejection(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("call back\ntomorrow\n", "utf-8")
    first, second = read(tmp_path, HEADER + ROW)
    assert isinstance(first, TicketRecord)
    assert isinstance(second, RejectedRecord)
    assert second.reason == "not a table"


cell = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(st.lists(st.lists(cell, min_size=3, max_size=3), min_size=1, max_size=6))
def test_what_a_csv_writer_wrote_comes_back(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    out.seek(0)
    found = list(read_rows(out, Dialect("utf-8", ",")))
    assert [row.cells for row in found if isinstance(row, Row)] == rows


@given(st.text(st.sampled_from('a",;\n\r\t\0 '), max_size=60))
def test_no_text_is_lost_or_breaks_the_reader(text: str) -> None:
    found = list(read_rows(io.StringIO(text, newline=""), Dialect("utf-8", ","), 2))
    assert all(isinstance(row, Row | BadRow) for row in found)
    lines = [row.line for row in found]
    assert lines == sorted(set(lines))
