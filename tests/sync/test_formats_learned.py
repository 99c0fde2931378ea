"""Files of helpdesks that no format knows: JSON read by a profile, drafts of profiles, formats of other packages."""

from __future__ import annotations

import io
import json
import tomllib
from importlib import metadata
from importlib.metadata import EntryPoints, entry_points
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agentconsole.domain.errors import ConsoleError
from agentconsole.store.quarantine import Rejected
from agentconsole.sync.files import SourceFile, collect
from agentconsole.sync.formats import (
    BUILT_IN,
    ReadOptions,
    csv_columns,
    detect,
    json_documents,
    json_pieces,
    load_profile,
)
from agentconsole.sync.formats.json_table import JsonTable
from agentconsole.sync.formats.learning import learn
from agentconsole.sync.quarantine import read_again
from agentconsole.sync.records import RejectedRecord, SkippedRecord, TicketRecord
from tests.conftest import NOW
from tests.support.format_files import memory_file

ODD = {"nr": 7, "betreff": "出金", "lage": "open", "seit": "2026-11-20 10:00", "kunde": {"mail": "hanako@example.jp"}}
COLUMNS = {"nr": "id", "betreff": "subject", "lage": "status", "seit": "created_at", "kunde.mail": "requester_email"}


def file(content: Any, name: str = "export.json") -> SourceFile:
    raw = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    return SourceFile(name, None, lambda: io.BytesIO(raw.encode()))


def profile(tmp_path: Path, text: str) -> ReadOptions:
    path = tmp_path / "profile.toml"
    path.write_text(text, encoding="utf-8")
    return load_profile(path).options


@pytest.mark.parametrize(
    "content", [[ODD], {"data": [ODD], "total": 1}, json.dumps(ODD) + "\n" + json.dumps(ODD | {"nr": 8}), ODD]
)
def test_json_is_read_by_a_profile_as_a_table_is(tmp_path: Path, content: Any) -> None:
    lines = "".join(f'"{name}" = "{field}"\n' for name, field in COLUMNS.items())
    options = profile(tmp_path, f'zone = "Asia/Tokyo"\nkind = "tickets"\n[columns]\n{lines}')
    found = next(iter(JsonTable().read([file(content)], options)))
    assert isinstance(found, TicketRecord)
    assert (found.external_id, found.subject, found.requester_email) == ("7", "出金", "hanako@example.jp")
    assert found.created_at.isoformat() == "2026-11-20T01:00:00+00:00"


def test_json_with_known_names_needs_no_profile() -> None:
    item = {"number": "5", "title": "入金", "state": "open", "created": "2026-11-20T01:00:00Z", "labels": ["a", "b"]}
    found = next(iter(JsonTable().read([file([item])], ReadOptions())))
    assert isinstance(found, TicketRecord)
    assert (found.external_id, found.subject, found.tags) == ("5", "入金", ("a", "b"))


def test_a_bad_object_is_set_aside_and_the_rest_goes_on() -> None:
    good = {"id": 1, "subject": "s", "status": "open", "created_at": "2026-11-20T01:00:00Z"}
    bad, taken = JsonTable().read([file([{**good, "created_at": "never"}, good])], ReadOptions())
    assert isinstance(bad, RejectedRecord) and isinstance(taken, TicketRecord)
    assert (bad.object, json.loads(bad.raw)["created_at"]) == ("ticket", "never")


def test_json_that_nobody_understands_says_what_to_do() -> None:
    with pytest.raises(ConsoleError) as caught:
        list(JsonTable().read([file([{"a": 1}])], ReadOptions()))
    assert "--learn" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("odd.json", [ODD]),
        ("odd.csv", "nr,betreff,lage,seit,kunde.mail\n7,出金,open,2026-11-20 10:00,hanako@example.jp\n"),
    ],
)
def test_a_profile_is_drafted_with_what_is_guessed_and_what_is_not(tmp_path: Path, name: str, content: Any) -> None:
    draft = learn(file(content, name))
    assert tomllib.loads(draft) == {
        "kind": "tickets",
        "columns": {"seit": "created_at", "kunde.mail": "requester_email"},
    }
    assert '# "nr" = ""  # not guessed: 7' in draft
    assert "names no zone" in draft
    assert "# Not found: id." in draft
    whole = draft.replace("# zone", "zone")
    for header, field in COLUMNS.items():
        whole = whole.replace(f'# "{header}" = ""', f'"{header}" = "{field}"')
    options = profile(tmp_path, whole)
    reader = detect([file(content, name)], "json" if name.endswith("json") else "csv")
    found = next(iter(reader.read([file(content, name)], options)))
    assert isinstance(found, TicketRecord)
    assert (found.external_id, found.subject) == ("7", "出金")


def test_a_draft_says_that_a_date_can_be_read_two_ways() -> None:
    draft = learn(file("id,subject,status,created_at\n1,s,open,03/04/2026 10:00 JST\n", "t.csv"))
    assert "can be read two ways" in draft
    assert "names no zone" not in draft


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("ms.csv", "id,subject,status,created_at\n1,s,open,1763632800000\n", {}),
        ("s.json", [{"id": 1, "subject": "s", "status": "open", "created_at": 1763632800}], {}),
        ("f.json", [{"id": 1, "subject": "s", "status": "open", "made": 1763632800.5}], {"made": "created_at"}),
        (
            "units.csv",
            "ID (number),Subject,Status,Created at (UTC),Amount [BTC]\n1,s,open,2025-11-20 10:00,0.5\n",
            {"ID (number)": "id", "Created at (UTC)": "created_at"},
        ),
        (
            "zone.csv",
            "id,subject,status,created at [JST]\n1,s,open,2025-11-20 19:00\n",
            {"created at [JST]": "created_at"},
        ),
        ("twice.csv", "id,subject,status,created_at,note,note,id\n1,s,open,2025-11-20T10:00:00Z,x,y,9\n", {"id": "id"}),
        ("sep.csv", "sep=;\nid;subject;status;created_at\n1;s;open;2025-11-20T10:00:00Z\n", {}),
    ],
)
def test_a_draft_of_an_odd_sample_reads_it_as_it_is(
    tmp_path: Path, name: str, content: Any, said: dict[str, str]
) -> None:
    options = profile(tmp_path, learn(file(content, name)))
    assert said.items() <= options.columns.items()
    (found,) = detect([file(content, name)], name.rpartition(".")[2]).read([file(content, name)], options)
    assert isinstance(found, TicketRecord)
    assert (found.external_id, found.subject) == ("1", "s")
    assert found.created_at.isoformat().startswith("2025-11-20T10:00:00")


def test_a_column_whose_name_came_before_is_named_by_its_number(tmp_path: Path) -> None:
    content = "nr,note,note\n7,a,b\n"
    assert '# "note (3)" = ""  # not guessed: b' in learn(file(content, "t.csv"))
    options = profile(tmp_path, 'kind = "organizations"\n[columns]\n"nr" = "id"\n"note (3)" = "name"\n')
    (found,) = detect([file(content)], "csv").read([file(content)], options)
    assert getattr(found, "name", None) == "b"
    assert csv_columns.told_apart(["a (3)", "a", "a", "", ""]) == ["a (3)", "a", "a (3) (3)", "", "(5)"]


@pytest.mark.parametrize(
    ("name", "content", "encoding"),
    [
        (
            "t.csv",
            "id,subject,status,created_at\n1,Prüfung für Jürgen,open,2025-11-20T10:00:00Z\n".encode("latin-1"),
            "latin-1",
        ),
        ("t.json", json.dumps([ODD], ensure_ascii=False).encode("cp932"), "cp932"),
    ],
)
def test_an_encoding_that_no_file_says_is_drafted(name: str, content: bytes, encoding: str) -> None:
    draft = learn(memory_file(name, content))
    assert tomllib.loads(draft)["encoding"] == encoding
    assert "Prüfung" in draft or "出金" in draft


@pytest.mark.parametrize(
    "content",
    [
        {"meta": {"page": 1}, "data": {"items": [ODD], "next": None}},
        {"hits": {"total": 1, "hits": [ODD]}},
        json.dumps({"response": {"result": {"tickets": [ODD]}}}),
    ],
)
@pytest.mark.parametrize("is_large", [False, True])
def test_a_page_in_another_object(content: Any, monkeypatch: pytest.MonkeyPatch, is_large: bool) -> None:
    if is_large:
        for module, name, size in (
            (json_documents, "WHOLE", 0),
            (json_documents, "PIECE", 8),
            (json_pieces, "WHOLE", 0),
        ):
            monkeypatch.setattr(module, name, size)
    assert '# "nr" = ""' in learn(file(content))
    (found,) = JsonTable().read([file(content)], ReadOptions(ZoneInfo("Asia/Tokyo"), kind="tickets", columns=COLUMNS))
    assert isinstance(found, TicketRecord)


@pytest.mark.parametrize("columns", [{"ref": "id", "made": "created_at"}, {}])
def test_a_ticket_with_what_was_said_in_it_is_no_page(columns: dict[str, str]) -> None:
    item = {"ref": "T-1", "title": "s", "state": "open", "made": "2025-11-20T10:00:00Z", "said": [{"body": "x"}]}
    (found,) = JsonTable().read([file(item)], ReadOptions(kind="tickets", columns=columns))
    if columns:
        assert isinstance(found, TicketRecord)
        assert found.custom_fields["said"] == '[{"body": "x"}]'
    else:
        assert isinstance(found, RejectedRecord)
        assert "T-1" in found.raw
    assert '"title" = "subject"' in learn(file(item))
    assert '# "said" = ""  # kept as JSON: [{"body"' in learn(file(item))


def test_a_date_that_is_none_in_the_order_declared_says_so() -> None:
    content = "id,subject,status,created_at\n1,s,open,11/20/2026 10:00Z\n"
    (found,) = detect([file(content)], "csv").read([file(content)], ReadOptions(day_first=True))
    assert isinstance(found, RejectedRecord)
    assert "'11/20/2026 10:00Z' has no month 20; the profile says day_first = true" in found.reason


def test_nothing_can_be_learnt_from_nothing() -> None:
    with pytest.raises(ConsoleError, match="no rows"):
        learn(file("", "t.csv"))


PLUGIN = """
from agentconsole.sync.formats.base import Tally
from agentconsole.sync.records import SkippedRecord


class Pigeon:
    name = "pigeon"
    looks_for = "letters of pigeons"

    def __init__(self):
        self.tally = Tally()

    def sniff(self, head, name):
        return head.startswith(b"COO")

    def read(self, files, options):
        yield SkippedRecord("letters")
"""


def installed(site: Path, value: str) -> None:
    """A package as an installer leaves it."""
    (site / "pigeons.py").write_text(PLUGIN, encoding="utf-8")
    facts = site / "pigeons-1.0.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: pigeons\nVersion: 1.0\n", encoding="utf-8")
    (facts / "entry_points.txt").write_text(f"[agentconsole.formats]\npigeon = {value}\n", encoding="utf-8")


def test_another_package_adds_a_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(tmp_path, "pigeons:Pigeon")
    monkeypatch.syspath_prepend(tmp_path)
    letter = tmp_path / "letter.txt"
    letter.write_text("COO")
    assert detect(collect([letter])).name == "pigeon"
    assert detect(collect([letter]), "pigeon").name == "pigeon"


def test_what_was_set_aside_is_tried_again_by_asking_packages_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed(tmp_path, "pigeons:Pigeon")
    monkeypatch.syspath_prepend(tmp_path)
    asked: list[str] = []

    def counted(*, group: str) -> EntryPoints:
        asked.append(group)
        return entry_points(group=group)

    monkeypatch.setattr(metadata, "entry_points", counted)
    letters = [
        Rejected(each, 1, NOW, "s", "pigeon", None, None, "x.txt", each, "record", "wet", "COO", None, None, False)
        for each in range(1, 6)
    ]
    assert list(read_again(letters, ReadOptions())) == [SkippedRecord("letters")] * 5
    assert asked == ["agentconsole.formats"]


def test_a_format_that_cannot_be_loaded_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(tmp_path, "pigeons:Dove")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ConsoleError, match=r"the format pigeon \(pigeons:Dove\) cannot be loaded"):
        detect([file([ODD])])


def test_the_formats_that_come_along_are_declared_as_entry_points_too() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["agentconsole.formats"] == BUILT_IN
    file = memory_file("export", b"")
    assert [detect([file], name).name for name in BUILT_IN] == list(BUILT_IN)
