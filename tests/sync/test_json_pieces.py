"""Large JSON documents: taken in pieces as if they were decoded whole, in little memory, whatever is damaged."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentconsole.sync.files import collect
from agentconsole.sync.formats import ReadOptions, json_documents, json_input, json_pieces
from agentconsole.sync.formats.base import Format
from agentconsole.sync.formats.freshdesk import Freshdesk
from agentconsole.sync.formats.intercom import Intercom
from agentconsole.sync.formats.json_table import JsonTable
from agentconsole.sync.formats.zammad import Zammad
from agentconsole.sync.formats.zendesk import Zendesk
from agentconsole.sync.records import CommentRecord, PersonRecord, Record, RejectedRecord, TicketRecord
from tests.support.format_files import memory_file
from tests.sync.test_formats_zendesk import comment, ticket

TICKETS = [ticket(id=each, description='"}]{[\\' * each, custom_fields=[{"id": 1, "value": []}]) for each in range(9)]
PAGE = {
    "tickets": TICKETS,
    "count": 9,
    "comments": [comment(id=each, ticket_id=each) for each in range(9)],
    "users": [{"id": 7, "name": "見本 一郎", "email": "a@example.com"}, {"id": 8, "name": "B"}],
    "elsewhere": [{"x": 1}, {"x": 2}],
    "next_page": None,
}  # fmt: skip


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents of some hundred bytes are large."""
    monkeypatch.setattr(json_documents, "WHOLE", 0)
    monkeypatch.setattr(json_documents, "PIECE", 300)
    monkeypatch.setattr(json_pieces, "WHOLE", 1200)


def read(content: str | bytes, reader: Format | None = None, name: str = "page.json") -> list[Record]:
    raw = content if isinstance(content, bytes) else content.encode()
    return list((reader or Zendesk()).read([memory_file(name, raw)], ReadOptions()))


def said(records: list[Record]) -> list[str]:
    """The records in their order, without their places."""
    return [repr(each).replace("line=1)", "line=None)") for each in records]


NESTED = [{"results": TICKETS}, PAGE, [ticket(id=100)]]
BY_TICKET = {str(each): [comment(id=each * 10 + at) for at in range(4)] for each in range(1, 9)}
ZAMMAD = {
    "tickets": [1],
    "assets": {
        "Ticket": {str(each): {"id": each, "number": str(each), "title": "t", "state_id": 2, "priority_id": 2,
                               "group_id": 1, "customer_id": 3, "article_count": 1, "owner_id": 1,
                               "created_at": "2026-01-02T03:04:05.000Z"} for each in range(1, 9)},
        "User": {"3": {"id": 3, "login": "a@example.com", "firstname": "A", "active": True, "email": "a@example.com"}},
    },
}  # fmt: skip
FRESHDESK = [
    {"id": each, "subject": "s", "status": 2, "priority": 1, "source": 1, "requester_id": 5, "responder_id": None,
     "created_at": "2026-01-02T03:04:05Z", "description_text": "d"} for each in range(20)
]  # fmt: skip
INTERCOM = {
    "type": "conversation.list",
    "conversations": [
        {"type": "conversation", "id": str(each), "created_at": 1767323045, "state": "open", "title": "t",
         "source": {"type": "conversation", "id": "1", "body": "b", "author": {"type": "user", "id": "u"}}}
        for each in range(20)
    ],
    "total_count": 20,
}  # fmt: skip
TABLE = {
    "took": 3,
    "hits": [{"id": each, "subject": "s", "status": "new", "created_at": "2026-01-02T03:04:05Z"} for each in range(30)],
}


@pytest.mark.parametrize(
    ("value", "reader"),
    [
        (PAGE, Zendesk), ([PAGE, PAGE], Zendesk), (NESTED, Zendesk), (TICKETS, Zendesk), (BY_TICKET, Zendesk),
        ({"ticket": ticket(id=5), "comments": PAGE["comments"]}, Zendesk),
        (ZAMMAD, Zammad), (FRESHDESK, Freshdesk), ({"results": FRESHDESK, "total": 20}, Freshdesk),
        (INTERCOM, Intercom), (TABLE, JsonTable), (TABLE["hits"], JsonTable),
    ],
    ids=[
        *("page", "pages", "pages in pages", "list", "by ticket", "of one ticket", "assets", "freshdesk"),
        *("freshdesk's page", "intercom", "table in a page", "table"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("indent", [None, 2])
def test_pieces_say_what_the_whole_does(request: Any, value: Any, reader: type[Format], indent: int | None) -> None:
    content = json.dumps(value, ensure_ascii=False, indent=indent)
    whole_reader, reader_in_pieces = reader(), reader()
    whole = said(read(content, whole_reader))
    request.getfixturevalue("small")
    found = read(content, reader_in_pieces)
    assert not any(isinstance(each, RejectedRecord) for each in found)
    assert said(found) == whole
    assert reader_in_pieces.tally == whole_reader.tally


_LEAVES = st.none() | st.integers(0, 99) | st.text(st.sampled_from('ab"\\{}[],:é\n '), max_size=30)
_VALUES = st.recursive(
    _LEAVES,
    lambda inner: st.lists(inner, max_size=6) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=30,
)
_TICKETS = st.lists(_VALUES.map(lambda value: ticket(extra=value)), max_size=12)


@settings(max_examples=40, deadline=None)
@given(tickets=_TICKETS, indent=st.sampled_from([None, 1]), piece=st.integers(0, 400), block=st.integers(1, 300))
def test_any_page_in_any_pieces(tickets: list[Any], indent: int | None, piece: int, block: int) -> None:
    content = json.dumps({"a": [], "tickets": tickets, "count": 1, "users": PAGE["users"]}, indent=indent)
    whole = said(read(content))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_documents, "WHOLE", 0)
        patch.setattr(json_documents, "PIECE", piece)
        patch.setattr("agentconsole.sync.formats.json_outline._BLOCK", block)
        assert said(read(content)) == whole


@pytest.mark.parametrize("name", ["page.json", "page.json.gz"])
def test_a_page_of_any_size_is_taken_in_little_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Many objects in one line, too: decoded, they would take twenty times the room."""
    monkeypatch.setattr(json_documents, "WHOLE", 100_000)
    monkeypatch.setattr(json_input, "OBJECTS_LIMIT", 10_000)

    def lines() -> Iterator[str]:
        yield '{"tickets":['  # 2 MB
        for each in range(1, 301):
            fields = ",".join(['{"id":1,"value":[]}'] * 300)
            yield f'{"," if each > 1 else ""}{json.dumps(ticket(id=each))[:-1]},"fields":[{fields}]}}'
        yield '],"users":[{"id":7,"name":"A","email":"a@example.com"}]}'

    opener = gzip.open if name.endswith(".gz") else open
    with opener(tmp_path / name, "wt", encoding="utf-8") as stream:
        for line in lines():
            stream.write(line)
    tracemalloc.start()
    first, *others = (type(each) for each in Zendesk().read(collect([tmp_path]), ReadOptions()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert first is PersonRecord
    assert others == [TicketRecord] * 300
    assert peak < 16 << 20


@pytest.mark.parametrize("is_small", [False, True])
@pytest.mark.parametrize(
    ("bad", "taken"),
    [
        ('{"id": 2, "subject": tru}', ["1", "3"]),
        ('{"id": 2, "subject": "a" "b"}', ["1", "3"]),
        ('{"id": 2,, "subject": "a"}', ["1", "3"]),
        ('{"id": 2, "subject": "\xff"}', ["1", "3"]),
        ('{"id": 2, "subject": "a\nb", "x": Infinity}', ["1", "3"]),
        ('nonsense', ["1", "3"]),
        ('{"id": 2, "subject": "a}', ["1"]),
        ('{"id": 2, "subject": "a"', ["1"]),
        ('{"id": 2, "subject": "a"]', ["1"]),
    ],
)  # fmt: skip
def test_what_is_damaged_costs_what_is_around_it(request: Any, bad: str, taken: list[str], is_small: bool) -> None:
    if is_small:
        request.getfixturevalue("small")
    items = ", ".join((json.dumps(ticket(id=1)), bad, json.dumps(ticket(id=3))))
    found = read(f'{{"tickets": [{items}], "count": 3}}'.encode("latin-1"))
    assert [each.external_id for each in found if isinstance(each, TicketRecord)] == taken
    refused = [each for each in found if isinstance(each, RejectedRecord)]
    assert refused
    assert any(bad[:12] in each.raw for each in refused)
    assert taken == ["1", "3"] or "nothing behind it is read" in refused[-1].reason


@pytest.mark.parametrize("bad", ['{"tickets": [[] {}]}', '{[{}], {"a": 1}}', '{"a": [{}] "b": [{}]}', "[[,],]", "{,}"])
def test_what_has_no_key_or_no_comma_is_not_lost(small: None, bad: str) -> None:
    found = read(json.dumps(ticket(id=1)) + "\n" + json.dumps(PAGE).replace('"count": 9', f'"count": {bad}'))
    assert len([each for each in found if isinstance(each, TicketRecord)]) == 10


def test_what_stands_between_is_set_aside(small: None) -> None:
    page = json.dumps(PAGE).replace('"count": 9', '"count": , "users": [{"id": 1}]')
    found = read(page)
    assert len([each for each in found if isinstance(each, TicketRecord)]) == 9
    assert any('"id": 1' in each.raw for each in found if isinstance(each, RejectedRecord))


@settings(max_examples=60, deadline=None)
@given(at=st.integers(1, 5000), piece=st.sampled_from([0, 300, 1 << 20]), whole=st.sampled_from([0, 1 << 20]))
def test_a_page_cut_off_anywhere_gives_what_came_before(at: int, piece: int, whole: int) -> None:
    complete = json.dumps(PAGE, indent=1).encode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_documents, "WHOLE", whole)
        patch.setattr(json_documents, "PIECE", piece)
        found = read(complete[:at])
    whole_ones = [json.dumps(each, indent=1).replace("\n", "\n  ").encode() for each in TICKETS]
    done = sum(complete.index(each) + len(each) <= at for each in whole_ones)
    assert len([each for each in found if isinstance(each, TicketRecord)]) == done
    assert any(isinstance(each, RejectedRecord) for each in found) == (at < len(complete))


def test_an_object_without_end_is_refused_in_little_memory(small: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_input, "LINE_LIMIT", 5000)
    monkeypatch.setattr(json_input, "OBJECTS_LIMIT", 500)
    items = [ticket(id=1), ticket(id=2, description="x" * 6000), ticket(id=3, a=[{}] * 501), ticket(id=4)]
    found = read(json.dumps({"tickets": items}))
    assert [each.external_id for each in found if isinstance(each, TicketRecord)] == ["1", "4"]
    refused = [each for each in found if isinstance(each, RejectedRecord)]
    assert [('"id": ' in each.raw, len(each.raw) <= json_input.KEPT_OF_LONG) for each in refused] == [(True, True)] * 2
    assert "longer than" in refused[0].reason
    assert "objects and lists" in refused[1].reason


@pytest.mark.parametrize(
    "content", ["[" * 9000, '{"a":' * 9000, "[1" + ",1" * 9000 + "]", '["' + "x" * 9000, "]" * 9000]
)
def test_no_page_at_all_is_refused(small: None, monkeypatch: pytest.MonkeyPatch, content: str) -> None:
    monkeypatch.setattr(json_input, "LINE_LIMIT", 5000)
    found = read(content)
    assert found
    assert all(isinstance(each, RejectedRecord) and len(each.raw) <= json_input.KEPT_OF_LONG for each in found)


def test_documents_behind_each_other(small: None) -> None:
    found = read("\n".join(json.dumps(each, indent=1) for each in (PAGE, ticket(id=50), PAGE, ticket(id=51))))
    ids = [each.external_id for each in found if isinstance(each, TicketRecord)]
    assert sorted(ids) == sorted([str(each) for each in range(9)] * 2 + ["50", "51"])
    assert len([each for each in found if isinstance(each, CommentRecord)]) == 18
    assert not any(isinstance(each, RejectedRecord) for each in found)


@pytest.mark.usefixtures("small")
def test_what_stands_behind_a_document_is_not_read_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_input, "LINE_LIMIT", 3000)
    read_back = json.dumps([ticket(id=1)]) + "x" * 10_000
    reasons = [each.reason for each in read(read_back) if isinstance(each, RejectedRecord)]
    assert any("longer than" in reason for reason in reasons)


class _Packed(io.RawIOBase):
    """What can only be read from the front."""

    def __init__(self, content: bytes) -> None:
        self._inner = io.BytesIO(content)
        self.passed = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        taken = self._inner.readinto(buffer)
        self.passed += taken
        return taken


@pytest.mark.usefixtures("small")
def test_what_is_packed_is_unpacked_once() -> None:
    content = json.dumps([PAGE] * 5).encode()
    opened: list[_Packed] = []

    def opener() -> BinaryIO:
        opened.append(_Packed(content))
        return cast(BinaryIO, io.BufferedReader(opened[-1]))

    file = replace(memory_file("page.json", content), opener=opener)
    assert said(list(Zendesk().read([file], ReadOptions()))) == said(read(content))
    assert sum(each.passed for each in opened) < 3 * len(content)
