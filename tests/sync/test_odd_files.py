"""Files as other programs leave them: taken where what they say is plain, told in plain words where it is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agentconsole.services import syncing
from agentconsole.store import quarantine
from agentconsole.store.store import Store
from agentconsole.sync.files import collect
from agentconsole.sync.formats import json_documents
from agentconsole.sync.summary import Summary
from tests.conftest import NOW
from tests.support.dump import table
from tests.sync.test_archives import written, zipped

AT = "2026-11-20T08:00:00Z"
HEADER = "Id,Subject,Status,Created at\n"


def ticket(number: object, **said: Any) -> dict[str, Any]:
    return {"id": number, "subject": "入金", "status": "new", "requester_id": 2, "created_at": AT} | said


def lines(*items: object) -> str:
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)


def synced(store: Store, folder: Path, content: bytes | str, profile: str | None = None) -> Summary:
    path = written(folder, "export", content if isinstance(content, bytes) else content.encode())
    named = written(folder, "profile.toml", profile.encode()) if profile else None
    return syncing.sync(store, syncing.Request([path], profile=named), NOW)


def subjects(store: Store) -> dict[str, str]:
    return {row["external_id"]: row["subject"] for row in table(store, "ticket")}


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("is_page", [False, True])
def test_json_in_wider_characters(store: Store, tmp_path: Path, encoding: str, is_page: bool) -> None:
    text = json.dumps({"tickets": [ticket(1)]}, indent=1, ensure_ascii=False) if is_page else lines(ticket(1))
    assert synced(store, tmp_path, text.encode(encoding)).rejected == []
    assert subjects(store) == {"1": "入金"}
    packed = written(tmp_path, "a.zip", zipped([("a.json", text.encode(encoding))]))
    (file,) = collect([packed])
    assert file.head().lstrip(b"\xef\xbb\xbf").startswith(b"{")


def test_json_in_an_encoding_that_a_profile_names(store: Store, tmp_path: Path) -> None:
    content = lines(ticket(1), ticket(2, subject="①")).encode("cp932")
    (first, _) = synced(store, tmp_path, content).rejected
    assert 'encoding = "cp932"' in first.reason
    assert synced(store, tmp_path, content, 'encoding = "cp932"').rejected == []
    assert subjects(store) == {"1": "入金", "2": "①"}


def test_files_that_were_put_behind_each_other_with_their_marks(store: Store, tmp_path: Path) -> None:
    content = b"".join(b"\xef\xbb\xbf" + lines(ticket(each)).encode() for each in (1, 2))
    assert synced(store, tmp_path, content).rejected == []
    assert set(subjects(store)) == {"1", "2"}


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_json_text_sequence(store: Store, tmp_path: Path, indent: int | None, encoding: str) -> None:
    texts = ["\x1e" + json.dumps(ticket(each), indent=indent, ensure_ascii=False) + "\n" for each in (1, 2)]
    assert synced(store, tmp_path, "".join(texts).encode(encoding)).rejected == []
    assert subjects(store) == {"1": "入金", "2": "入金"}


def test_a_text_that_is_cut_off_in_a_sequence_costs_no_other(store: Store, tmp_path: Path) -> None:
    cut = lines(ticket(2))[:30]
    (refused,) = synced(store, tmp_path, f"\x1e{lines(ticket(1))}\x1e{cut}\n\x1e{lines(ticket(3))}").rejected
    assert (refused.place.line, set(subjects(store))) == (2, {"1", "3"})


@pytest.mark.parametrize(
    "content",
    [
        lines(ticket(1), ticket(2)).replace("\n", ""),
        lines(ticket(1)) + lines(ticket(2)).strip() + lines(ticket(3)),
        lines(ticket(1), ticket(2)).replace("\n", "\r\n\r\n \r\n"),
        "\ufeff\r\n" + lines(ticket(1), ticket(2)),
    ],
)
def test_objects_behind_each_other_however_they_are_divided(store: Store, tmp_path: Path, content: str) -> None:
    assert synced(store, tmp_path, content).rejected == []
    assert len(subjects(store)) == content.count("subject")


def test_a_line_of_which_one_object_is_damaged_is_set_aside_whole(store: Store, tmp_path: Path) -> None:
    seam = lines(ticket(2)).strip() + lines(ticket(3))[:-3]
    (refused,) = synced(store, tmp_path, f"{lines(ticket(1))}{seam}\n{lines(ticket(4))}").rejected
    assert (refused.place.line, set(subjects(store))) == (2, {"1", "4"})


@pytest.mark.parametrize(
    ("number", "known"),
    [(7.0, "7"), (-1, "-1"), (2.5, None), (1e300, None), (2**63, str(2**63)), (float(2**53), None), (True, None)],
)
def test_ids_that_programs_took_for_numbers(store: Store, tmp_path: Path, number: object, known: str | None) -> None:
    summary = synced(store, tmp_path, lines(ticket(number), ticket(1)))
    assert set(subjects(store)) == {"1"} | ({known} if known else set())
    assert len(summary.rejected) == (known is None)


@pytest.mark.parametrize(
    ("cell", "known"), [("7.0", "7"), ('"=""7"""', "7"), ("007", "007"), ("7.5", "7.5"), ("1E+05", None)]
)
def test_ids_that_spreadsheets_took_for_numbers(store: Store, tmp_path: Path, cell: str, known: str | None) -> None:
    summary = synced(store, tmp_path, HEADER + f"{cell},a,new,{AT}\n")
    assert list(subjects(store)) == ([known] if known else [])
    assert len(summary.rejected) == (known is None)


def test_one_object_with_a_number_beyond_all_does_not_stop_the_search_for_a_format(
    store: Store, tmp_path: Path
) -> None:
    summary = synced(store, tmp_path, lines(ticket(1)).replace('"id"', '"x": 1e400, "id"'))
    assert [each.object for each in summary.rejected] == ["ticket"]


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("充值没有到账,请帮我查一下", "gb18030"),
        ("充值沒有到帳,請幫我查一下", "big5"),
        ("入金が反映されません", "euc-jp"),
        ("入金が反映されません", "cp932"),
        ("ﾆｭｳｷﾝの件", "cp932"),
    ],
)
def test_tables_in_the_encodings_of_east_asia(store: Store, tmp_path: Path, text: str, encoding: str) -> None:
    content = HEADER + "".join(f'{each},"{text}",new,{AT}\n' for each in range(1, 4))
    assert synced(store, tmp_path, content.encode(encoding)).rejected == []
    assert subjects(store) == dict.fromkeys("123", text)


def test_a_table_with_bars(store: Store, tmp_path: Path) -> None:
    synced(store, tmp_path, (HEADER + f"1,a,new,{AT}\n").replace(",", "|"))
    assert subjects(store) == {"1": "a"}


def test_lines_in_no_encoding_are_set_aside_however_many_they_are(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_documents, "WHOLE", 1000)
    content = lines(*(ticket(each) for each in range(1, 41)))
    summary = synced(store, tmp_path, content.encode("cp932"))
    assert summary.rejected_total == 40
    assert subjects(store) == {}
    assert synced(store, tmp_path, content.encode("cp932"), 'encoding = "cp932"').rejected == []


def test_an_object_that_holds_no_number_is_set_aside_whole(store: Store, tmp_path: Path) -> None:
    one = {"type": "conversation", "id": "1", "created_at": "X", "state": "open", "title": "t",
           "source": {"type": "conversation", "body": "b", "author": {"type": "user", "id": "u"}},
           "conversation_parts": {"conversation_parts": []}, "z": 1}  # fmt: skip
    summary = synced(store, tmp_path, json.dumps(one).replace('"X"', "NaN"))
    (rejected,) = summary.rejected
    assert rejected.object == "ticket"
    (kept,) = quarantine.listed(store)
    assert '"id": "1"' in kept.raw
    assert '"z": 1' in kept.raw


def test_a_number_that_a_program_wrote_with_a_point(store: Store, tmp_path: Path) -> None:
    one = {"id": 1, "subject": "s", "status": 3.0, "priority": 4.0, "source": 2.0, "requester_id": 5.0,
           "responder_id": None, "created_at": AT, "updated_at": AT, "fr_escalated": False}  # fmt: skip
    assert synced(store, tmp_path, json.dumps([one])).rejected == []
    (row,) = table(store, "ticket")
    assert (row["source_status"], row["priority"]) == ("Pending", "urgent")
