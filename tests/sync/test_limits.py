"""What nobody sane writes into a file: each reader says what is wrong or sets it aside, and takes no time and no room.

One table for all readers. Sizes are small here and the limits lowered where they are large: what is proved is that a
limit is there, not how high it is.
"""

from __future__ import annotations

import json
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import pytest

from agentconsole.domain.errors import ConsoleError
from agentconsole.services import syncing
from agentconsole.store import tickets
from agentconsole.store.store import Store
from agentconsole.sync import formats
from agentconsole.sync.files import collect
from agentconsole.sync.formats import ReadOptions, csv_rows, json_input
from agentconsole.sync.limits import within_limits
from agentconsole.sync.records import AttachmentRecord, RejectedRecord, TicketRecord
from tests.conftest import NOW
from tests.support.dump import table
from tests.support.records import comment, ticket

AT: Final = "2026-11-20T08:00:00Z"
GOOD: Final = {"id": 1, "subject": "good", "status": "new", "requester_id": 2, "created_at": AT}
HEADER: Final = "Id,Subject,Status,Created at\n"
MAIL: Final = "From: a@example.com\nDate: Fri, 20 Nov 2026 08:00:00 +0000\nMessage-ID: <{}@example.com>\n"
XML: Final = '<?xml version="1.0"?>{}<helpdesk-tickets type="array">{}</helpdesk-tickets>'
XML_TICKET: Final = (
    "<helpdesk-ticket><display-id>{}</display-id><subject>{}</subject><status>2</status>"
    f"<created-at>{AT}</created-at></helpdesk-ticket>"
)
ENTITIES: Final = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
PART: Final = "--b\nContent-Type: text/plain\nContent-Disposition: attachment; filename=a\n\nx\n"


def zendesk(*others: Any) -> str:
    """A good ticket and behind it the others, one a line."""
    return "".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in (GOOD, *others))


def said(**other: Any) -> dict[str, Any]:
    return {"id": 7, "author_id": 2, "body": "b", "created_at": AT, **other}


def deep(levels: int) -> str:
    return (
        '{"id": 2, "subject": "x", "status": "new", "created_at": "'
        + AT
        + '", "a": '
        + "[" * levels
        + "]" * levels
        + "}"
    )


def mail(number: int, rest: str = "\nbody\n") -> str:
    return MAIL.format(number) + rest


CASES: Final[dict[str, tuple[str | bytes, set[str], str | None]]] = {
    # name: what the file holds, the subjects of the tickets that are taken, why something is set aside (None: nothing)
    "json, depth": (zendesk(deep(5_000)), {"good"}, "nested deeper"),
    "json, a line without end": (zendesk('{"id": 2, "subject": "' + "x" * 200_000), {"good"}, "longer than"),
    "json, a nul": (zendesk({**GOOD, "id": 2, "subject": "a\0b"}), {"good", "a\0b"}, None),
    "json, a lone surrogate": (zendesk('{"id": 2, "subject": "\\ud800"}'), {"good"}, "not JSON"),
    "json, bytes of nothing": (zendesk().encode() + b'{"id": 2, "subject": "\xff"}\n', {"good"}, "not JSON"),
    "json, no object": (zendesk("[[[[", "12", '"text"'), {"good"}, "not"),
    "json, attachments": (
        zendesk({**GOOD, "id": 2, "comments": [said(attachments=[{"file_name": "a"}] * 2000), said(id=8)]}),
        {"good"},
        "attachments",
    ),
    "json, tags": (zendesk({**GOOD, "id": 2, "tags": [str(each) for each in range(2000)]}), {"good"}, "tags"),
    "json, objects": (zendesk({**GOOD, "id": 2, "a": [{}] * 10_001}), {"good"}, "objects and lists in one line"),
    "json, values": (zendesk({**GOOD, "id": 2, "a": [1] * 20_002}), {"good"}, "values in one line"),
    "json, a number without end": (zendesk('{"id": ' + "9" * 10_000 + "}"), {"good"}, "number"),
    "csv, a quote without end": (HEADER + f'1,good,new,{AT}\n2,"' + "x" * 200_000, {"good"}, "quote"),
    "csv, a nul": (HEADER + f"1,good,new,{AT}\n2,a\0b,new,{AT}\n", {"good"}, "NUL"),
    "csv, other cells": (HEADER + f"1,good,new,{AT}\n2,a,new,{AT},1,2,3\n3\n", {"good"}, "cells"),
    "mail, a header without end": (mail(1, "Subject: " + "x" * (1 << 20) + "\n\nb\n"), set(), "header"),
    "mail, parts": (
        mail(1, "Subject: parts\nContent-Type: multipart/mixed; boundary=b\n\n" + PART * 2000 + "--b--\n"), set(), None,
    ),
    "mail, mails in mails": (
        mail(1, "Subject: deep\n") + "Content-Type: message/rfc822\n\nFrom: b@example.com\n" * 5000 + "\nb\n",
        {"deep"},
        None,
    ),
    "xml, entities": (XML.format(ENTITIES, XML_TICKET.format(1, "&b;")), set(), "entities"),
    "xml, depth": (
        XML.format("", XML_TICKET.format(1, "good") + "<helpdesk-ticket>" + "<a>" * 5000), {"good"}, "deeper",
    ),
    "xml, no end": (
        XML.format("", XML_TICKET.format(1, "good")).removesuffix("</helpdesk-tickets>") + "<helpdesk-ticket><subject>",
        {"good"}, "",
    ),
}  # fmt: skip


@pytest.fixture
def low_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_input, "LINE_LIMIT", 100_000)
    monkeypatch.setattr(json_input, "OBJECTS_LIMIT", 10_000)
    monkeypatch.setattr(json_input, "VALUES_LIMIT", 20_000)
    monkeypatch.setattr(csv_rows, "CELL_LIMIT", 50_000)
    monkeypatch.setattr(csv_rows, "_LINE_LIMIT", 100_000)


@pytest.mark.parametrize("name", list(CASES))
def test_absurd_records_are_set_aside_and_the_others_taken(
    store: Store, tmp_path: Path, low_limits: None, name: str
) -> None:
    content, taken, reason = CASES[name]
    file = tmp_path / "file"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    summary = syncing.sync(store, syncing.Request([file]), NOW)
    found = {row["subject"] for row in table(store, "ticket")}
    assert taken <= found
    if reason is None:
        assert not summary.rejected
    else:
        assert any(reason in each.reason for each in summary.rejected)
        assert all(each.raw for each in summary.rejected)
    assert tickets.total(store) == len(table(store, "ticket"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (HEADER.strip() + ",c" * 20_000 + "\n1,a,new\n", "columns"),
        ("shopping list\n" * 100, "no format recognises"),
        ("", "it is empty"),
        (HEADER.encode() + b"1,\x81\xff\xfe,new,x\n", "can be found out"),
        ("\0" * 10_000, "no format recognises"),
        ("[" * 100_000, "no format recognises"),
        ("<a>" * 100_000, "no format recognises"),
    ],
    ids=["columns", "text", "nothing", "bytes", "zeros", "brackets", "tags"],
)
def test_a_file_that_is_no_export_stops_before_the_first_write(
    store: Store, tmp_path: Path, content: str | bytes, says: str
) -> None:
    file = tmp_path / "file"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConsoleError, match=says):
        syncing.sync(store, syncing.Request([file]), NOW)
    assert table(store, "sync_run") == []


def peak_of_reading(file: Path) -> tuple[int, int]:
    """How many records a file gives, and the bytes of Python's that reading it took at once."""
    files = collect([file])
    reader = formats.detect(files)
    tracemalloc.start()
    try:
        return sum(1 for _ in within_limits(reader.read(files, ReadOptions()))), tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_large_file_is_read_in_bounded_memory(tmp_path: Path) -> None:
    file = tmp_path / "large.ndjson"
    with file.open("w") as stream:
        for number in range(1500):
            stream.write(json.dumps({**GOOD, "id": number, "description": "x" * 8000}) + "\n")
    assert file.stat().st_size > 12_000_000
    count, peak = peak_of_reading(file)
    assert (count, peak < 1_000_000) == (1500, True)


@pytest.mark.parametrize("first", [GOOD, None])
def test_a_line_that_would_grow_is_not_decoded(tmp_path: Path, first: object) -> None:
    file = tmp_path / "crowded.ndjson"
    line = json.dumps({**GOOD, "id": 2, "attachments": [{"a": 1}] * (json_input.OBJECTS_LIMIT + 1)})
    file.write_text("\n".join(json.dumps(each) for each in (first,) if each) + f"\n{line}\n{json.dumps(GOOD)}\n")
    count, peak = peak_of_reading(file)
    assert (count, peak < 3 * len(line)) == (3 if first else 2, True)


def test_what_is_set_aside_is_not_found_by_its_words() -> None:
    large = comment("1", "a", body="極秘", attachments=tuple(AttachmentRecord("a") for _ in range(1001)))
    whole = replace(ticket("1", comments=(large, comment("1", "b"))), words="極秘")
    aside, kept = within_limits([whole])
    assert isinstance(aside, RejectedRecord) and "極秘" in aside.raw
    assert isinstance(kept, TicketRecord)
    assert (kept.words, [each.external_id for each in kept.comments]) == (None, ["b"])
