"""Lines that were taken before are left out of a reading, and nothing else is different for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentconsole.domain.desk import Desk
from agentconsole.services import syncing
from agentconsole.store import desks, line_digests
from agentconsole.store.store import Store
from agentconsole.sync import formats, reader_process
from agentconsole.sync.files import collect
from agentconsole.sync.formats.base import ReadOptions
from agentconsole.sync.records import Record, TicketRecord, UnchangedRecord
from tests.conftest import NOW
from tests.support.dump import everything, table


def group(name: str = "Front") -> dict[str, Any]:
    return {"id": 900, "name": name, "is_public": True, "created_at": "2026-11-01T00:00:00Z"}


def user(number: int, locale: str = "ja") -> dict[str, Any]:
    return {"id": number, "name": "見本 花子", "email": f"p{number}@example.jp", "role": "end-user", "locale": locale}


def ticket(number: int, **changes: Any) -> dict[str, Any]:
    said = [
        {"id": number * 10 + n, "author_id": 70, "body": f"入金 {n}", "created_at": "2026-11-20T08:00:00Z"}
        for n in range(2)
    ]
    return {
        "url": f"https://desk.example/api/v2/tickets/{number}.json",
        "id": number,
        "subject": f"入金 {number}",
        "status": "open",
        "created_at": "2026-11-20T08:00:00Z",
        "updated_at": "2026-11-20T08:30:00Z",
        "requester_id": 70,
        "group_id": 900,
        "comments": said,
        **changes,
    }


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes an export; kinds that are not named stay as they are."""
    folder = tmp_path / "export"
    folder.mkdir()

    def files(**kinds: list[dict[str, Any]]) -> Path:
        for kind, objects in kinds.items():
            lines = (json.dumps(each, ensure_ascii=False) for each in objects)
            (folder / f"{kind}.json").write_text("\n".join(lines), encoding="utf-8")
        return folder

    return files


def sync(store: Store, *paths: Path) -> dict[str, Any]:
    summary = syncing.sync(store, syncing.Request(paths, desk="default"), NOW).as_json()
    return {kind: summary[kind] for kind in ("tickets", "messages", "customers", "groups", "rejected", "skipped")}


def read(store: Store, path: Path) -> list[Record]:
    """What a sync would be given to write."""
    files = collect([path])
    task = reader_process.Task((path,), ReadOptions(), "zendesk", "default")
    return list(reader_process.records(store, formats.detect(files), files, task))


def numbers_read(store: Store, path: Path) -> list[str]:
    return [each.external_id for each in read(store, path) if isinstance(each, TicketRecord)]


def test_lines_that_are_the_same_are_counted_and_not_read(store: Store, write: Callable[..., Path]) -> None:
    path = write(groups=[group()], users=[user(70)], tickets=[ticket(1), ticket(2), ticket(3)])
    sync(store, path)
    before = everything(store)
    assert [each for each in read(store, path) if isinstance(each, UnchangedRecord)] == [UnchangedRecord(3, 6)]
    assert numbers_read(store, path) == []
    again = sync(store, path)
    assert (again["tickets"]["unchanged"], again["messages"]["unchanged"]) == (3, 6)
    assert everything(store) == before
    write(tickets=[ticket(1), ticket(2, status="solved", updated_at="2026-11-20T08:50:00Z"), ticket(3), ticket(4)])
    assert numbers_read(store, path) == ["2", "4"]
    changed = sync(store, path)["tickets"]
    assert (changed["new"], changed["changed"], changed["unchanged"]) == (1, 1, 2)


def test_what_would_be_read_otherwise_now_is_read(
    store: Store, write: Callable[..., Path], tmp_path: Path, office: Desk
) -> None:
    path = write(groups=[group()], users=[user(70), user(71)], tickets=[ticket(1), ticket(2, requester_id=71)])
    sync(store, path)
    write(users=[user(70), user(71, "en")])
    assert numbers_read(store, path) == ["2"]  # in the very reading that brings the other language
    sync(store, path / "users.json")
    assert numbers_read(store, path / "tickets.json") == ["2"]
    sync(store, path)
    assert numbers_read(store, path) == []
    write(groups=[group("Second line")])
    assert numbers_read(store, path) == ["1", "2"]
    sync(store, path)
    with store.writing():
        desks.save_desk(store, office, NOW)
    assert numbers_read(store, path) == []
    with store.writing():
        store.connection.execute("UPDATE desk SET version = version + 1 WHERE key = 'default'")
    store.desk_versions.clear()
    assert numbers_read(store, path) == ["1", "2"]


def test_tickets_of_which_the_source_was_told_something_are_read(store: Store, write: Callable[..., Path]) -> None:
    path = write(tickets=[ticket(1), ticket(2)])
    sync(store, path)
    with store.writing():
        store.connection.execute("UPDATE event SET outbox = 'update', exported_at = 1 WHERE ticket = 10002")
    assert numbers_read(store, path) == ["2"]


def test_a_line_of_which_something_is_set_aside_says_so_each_time(store: Store, write: Callable[..., Path]) -> None:
    bad = ticket(1)
    bad["comments"][0]["created_at"] = "yesterday"
    taken = ticket(2, comments=ticket(3)["comments"])
    path = write(tickets=[bad, ticket(3), taken])
    first = sync(store, path)
    assert numbers_read(store, path) == ["1", "2"]
    assert sync(store, path)["rejected"] == first["rejected"] != []


def test_tickets_of_pages_have_no_line_of_their_own(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    path.write_text(json.dumps({"tickets": [ticket(1), ticket(2)]}), encoding="utf-8")
    sync(store, path)
    assert numbers_read(store, path) == ["1", "2"]


TICKETS = st.dictionaries(
    st.integers(1, 4),
    st.fixed_dictionaries(
        {
            "status": st.sampled_from(["open", "solved"]),
            "updated_at": st.sampled_from(["2026-11-20T08:30:00Z", "2026-11-20T08:40:00Z"]),
            "requester_id": st.sampled_from([70, 71]),
        }
    ),
)
EXPORTS = st.tuples(st.sampled_from(["Front", "Back"]), st.lists(st.sampled_from(["ja", "en"]), max_size=2), TICKETS)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(exports=st.lists(EXPORTS, min_size=2, max_size=4))
def test_a_sieve_changes_nothing_in_what_comes_of_exports(
    new_store: Callable[[], Store], write: Callable[..., Path], exports: list[tuple[str, list[str], dict[int, Any]]]
) -> None:
    sifted, whole = new_store(), new_store()
    for name, locales, tickets in exports:
        path = write(
            groups=[group(name)],
            users=[user(70 + at, locale) for at, locale in enumerate(locales)],
            tickets=[ticket(number, **changes) for number, changes in tickets.items()],
        )
        with pytest.MonkeyPatch.context() as patch:
            summary = sync(sifted, path)
            patch.setattr(line_digests, "any_of", lambda *_: False)
            assert sync(whole, path) == summary
        assert everything(sifted) == everything(whole)
    assert all(row["taken_line"] for row in table(sifted, "ticket"))
