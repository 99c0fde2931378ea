"""The outbox: what waits, what goes out, what survives a crash, what is never lost or sent twice."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from agentconsole.domain.errors import ConsoleError, NotFoundError, RefusedError, StoreError, UsageError
from agentconsole.services.session import Session
from agentconsole.services.tickets import open_ticket, perform, undo
from agentconsole.store import outbox as rows
from agentconsole.store import people
from agentconsole.store.outbox import State
from agentconsole.store.store import Store
from agentconsole.sync import outbox
from tests.conftest import NOW
from tests.support.dump import table
from tests.support.killing import killed
from tests.support.outgoing import exported, ids, opened, payloads, with_groups
from tests.support.records import SOURCE, take, ticket

HOUR = timedelta(hours=1)


@pytest.fixture
def number(session: Session) -> int:
    """A ticket of the helpdesk's, on a desk that maps its groups."""
    with_groups(session, "zendesk")
    return opened(session, "zendesk", "3661")


def test_what_changes_nothing_is_not_told(session: Session, number: int, tmp_path: Path) -> None:
    perform(session, "priority", [number], {"priority": "high"})
    exported(session, tmp_path / "out.json")
    perform(session, "priority", [number], {"priority": "high"})
    perform(session, "tag", [number], {"tags": ("-vip",)})
    assert outbox.listed(session.store, State.WAITING) == []


def test_each_deed_is_an_entry_in_the_order_it_was_done(session: Session, number: int) -> None:
    perform(session, "claim", [number])
    perform(session, "reply", [number], {"body": "確認いたします。"})
    perform(session, "note", [number], {"body": "内部"})
    perform(session, "priority", [number], {"priority": "high"})
    perform(session, "tag", [number], {"tags": ("+vip",)})
    perform(session, "solve", [number])
    assert payloads(session) == [
        {"id": 3661, "status": "open", "assignee": "aoi"},
        {"id": 3661, "comment": {"body": "確認いたします。", "public": True}},
        {"id": 3661, "comment": {"body": "内部", "public": False}},
        {"id": 3661, "priority": "high"},
        {"id": 3661, "tags": ["vip"]},
        {"id": 3661, "status": "solved"},
    ]


def test_a_reply_that_also_solves_goes_out_as_one_update(session: Session, number: int) -> None:
    perform(session, "reply", [number], {"body": "解決しました。", "then": "solve"})
    comment = {"body": "解決しました。", "public": True}
    assert payloads(session) == [{"id": 3661, "comment": comment, "status": "solved", "assignee": "aoi"}]


def test_agents_and_groups_go_out_by_the_helpdesks_ids(session: Session, number: int) -> None:
    with session.store.writing():
        session.store.connection.execute("UPDATE agent SET source = 'zendesk', external_id = '77' WHERE login = 'aoi'")
        session.store.connection.execute(
            "INSERT INTO source_group (source, external_id, name, extra) VALUES ('zendesk', '9', 'Tax', '{}')"
        )
    perform(session, "claim", [number])
    perform(session, "escalate", [number], {"tier": "2", "reason": "r", "note": "二次へ"})
    perform(session, "escalate", [number], {"team": "tax", "reason": "r", "note": "税務へ"})
    claimed, second, tax = payloads(session)
    assert claimed["assignee_id"] == 77
    assert second["comment"] == {"body": "二次へ", "public": False, "author_id": 77}
    assert (second["group"], second["assignee_id"]) == ("second line", None)
    assert tax["group_id"] == 9


def test_a_ticket_that_began_here_is_created(session: Session, tmp_path: Path) -> None:
    made = open_ticket(session, desk="default", channel="phone", subject="電話", body="折り返し希望", name="見本 花子")
    perform(session, "claim", [made.ticket.number])
    perform(session, "reply", [made.ticket.number], {"body": "お電話いたします。"})
    mark = outbox.mark_of(session.store)
    created, _claimed, replied = payloads(session)
    assert created == {
        "external_id": f"agentconsole:{mark}:10001",
        "subject": "電話",
        "requester": {"name": "見本 花子"},
        "comment": {"body": "折り返し希望", "public": True},
    }
    assert replied["external_id"] == created["external_id"]
    [entry] = exported(session, tmp_path / "out.json")["tickets"]
    assert (entry["status"], entry["comment"]["body"]) == ("open", "折り返し希望")
    # What was said after it needs the number that the helpdesk will give the ticket.
    assert [each["kind"] for each in outbox.listed(session.store)] == ["reply"]


def test_a_new_ticket_goes_out_with_its_priority_and_place(session: Session, tmp_path: Path) -> None:
    with_groups(session, "zammad")
    open_ticket(session, desk="office", channel="phone", subject="電話", body="入金", name="見本 花子", priority="high")
    [made] = exported(session, tmp_path / "out.json", format="zammad")["requests"]
    assert (made["body"]["priority"], made["body"]["group"]) == ("3 high", "Users")


def test_what_was_taken_back_does_not_go_out(session: Session, number: int) -> None:
    perform(session, "claim", [number])
    undo(session, [number])
    assert payloads(session) == []


def test_a_ticket_goes_out_once_with_its_first_comment_and_the_others_behind(
    session: Session, number: int, tmp_path: Path
) -> None:
    other = opened(session, "zendesk", "3662")
    perform(session, "claim", [number, other])
    for body in ("一つ目", "二つ目"):
        perform(session, "note", [number], {"body": body})
    perform(session, "solve", [number])
    found = exported(session, tmp_path / "out.json")["tickets"]
    assert [(each["id"], each.get("status"), each.get("comment", {}).get("body")) for each in found] == [
        (3661, "solved", "一つ目"),
        (3662, "open", None),
        (3661, None, "二つ目"),
    ]
    told = [int(event) for each in found for event in each["metadata"]["agentconsole"].partition(":")[2].split(",")]
    assert sorted(told) == ids(session, State.EXPORTED)


def test_an_export_goes_out_once(session: Session, number: int, tmp_path: Path) -> None:
    perform(session, "claim", [number])
    done = outbox.export(session.store, tmp_path / "a.json", session.now())
    assert (len(done.events), done.export, done.finished) == (1, 1, False)
    assert outbox.export(session.store, tmp_path / "b.json", session.now()).events == ()
    assert json.loads((tmp_path / "b.json").read_text("utf-8"))["tickets"] == []
    assert [file.name for file in sorted(tmp_path.glob("*.json"))] == ["a.json", "b.json"]
    assert not list(tmp_path.glob(".*"))
    [kept] = rows.exports(session.store)
    assert (kept.file, kept.written, kept.events, kept.acknowledged) == (str(tmp_path / "a.json"), True, 1, 0)


# --- when it is cut off


@pytest.mark.parametrize(("at_commit", "stands"), [(1, False), (2, True)])
def test_killed_at_any_moment_an_export_is_finished_by_the_next(
    session: Session, number: int, tmp_path: Path, at_commit: int, stands: bool
) -> None:
    perform(session, "claim", [number])
    file, store = tmp_path / "out.json", session.store
    assert killed(store.path, lambda copy: outbox.export(copy, file, session.now()), at_commit, "COMMIT")
    assert file.exists() == stands
    before = file.read_bytes() if stands else None
    done = outbox.export(store, file, session.now() + HOUR)
    assert (len(done.events), done.finished) == (1, stands)
    assert before in (None, file.read_bytes())
    assert outbox.export(store, tmp_path / "b.json", session.now()).events == ()


@pytest.fixture
def cut_off(session: Session, number: int, tmp_path: Path) -> Callable[[], Path]:
    """An export that was killed after the store had kept it, and before its file was written."""

    def make() -> Path:
        perform(session, "claim", [number])
        file = tmp_path / "out.json"
        at = session.now()
        assert killed(session.store.path, lambda store: outbox.export(store, file, at), at=2, word="COMMIT")
        file.unlink(missing_ok=True)
        assert not any(each.written for each in rows.exports(session.store))
        return file

    return make


def test_what_a_cut_off_export_held_is_written_before_anything_else(
    session: Session, number: int, cut_off: Callable[[], Path], tmp_path: Path
) -> None:
    file = cut_off()
    perform(session, "note", [number], {"body": "後から"})
    done = outbox.export(session.store, tmp_path / "other.json", session.now())
    assert (len(done.events), done.finished, done.waiting) == (1, True, 1)
    assert not file.exists()
    assert "後から" not in (tmp_path / "other.json").read_text("utf-8")
    assert len(outbox.export(session.store, file, session.now()).events) == 1


def test_a_cut_off_export_whose_file_stands_lets_the_next_one_pass(
    session: Session, number: int, cut_off: Callable[[], Path], tmp_path: Path
) -> None:
    file = cut_off()
    file.write_bytes(rows.unwritten(session.store)[0].content)
    perform(session, "note", [number], {"body": "後から"})
    done = outbox.export(session.store, tmp_path / "other.json", session.now())
    assert (len(done.events), done.finished) == (1, False)
    assert all(each.written for each in rows.exports(session.store))


def test_a_full_disk_marks_nothing_and_leaves_nothing(
    session: Session, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    perform(session, "claim", [number])

    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ConsoleError, match="No space left"):
        outbox.export(session.store, tmp_path / "out.json", session.now())
    assert len(payloads(session)) == 1
    assert rows.exports(session.store) == []
    assert not [file for file in tmp_path.iterdir() if "out.json" in file.name]


def test_who_exports_while_another_writes_its_file_does_not_take_it_for_cut_off(
    session: Session, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    perform(session, "claim", [number])
    flush = os.fsync
    tried: list[bool] = []

    def beside(handle: int) -> None:
        flush(handle)
        if not tried:
            tried.append(True)
            with Store(session.store.path) as other:
                other.connection.execute("PRAGMA busy_timeout = 0")
                with pytest.raises(StoreError):
                    outbox.export(other, tmp_path / "other.json", session.now())

    monkeypatch.setattr("os.fsync", beside)
    assert len(outbox.export(session.store, tmp_path / "out.json", session.now()).events) == 1
    assert tried
    assert [file.name for file in tmp_path.glob("o*.json")] == ["out.json"]


def before_its_file(session: Session, monkeypatch: pytest.MonkeyPatch, others: Callable[[], object]) -> None:
    """Others do that between the store's keeping an export and the writing of its file."""
    begin, begun = session.store.writing, []

    @contextmanager
    def late() -> Iterator[None]:
        begun.append(True)
        if len(begun) == 2:
            others()
        with begin():
            yield

    monkeypatch.setattr(session.store, "writing", late)


def test_an_export_that_another_has_finished_meanwhile_says_where_it_stands(
    session: Session, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    perform(session, "claim", [number])

    def other() -> None:
        with Store(session.store.path) as store:
            assert outbox.export(store, tmp_path / "other.json", session.now()).finished

    before_its_file(session, monkeypatch, other)
    done = outbox.export(session.store, tmp_path / "out.json", session.now())
    assert (done.file.name, len(done.events)) == ("other.json", 1)
    assert [file.name for file in tmp_path.glob("o*.json")] == ["other.json"]


def test_what_a_file_held_is_not_kept_once_it_stands(session: Session, number: int, tmp_path: Path) -> None:
    perform(session, "note", [number], {"body": "大切な文"})
    assert "大切な文" in (exported(session, tmp_path / "a.json")["tickets"][0]["comment"]["body"])
    assert [row["content"] for row in table(session.store, "outbox_export")] == [b""]


def test_a_file_that_holds_something_else_is_never_overwritten(session: Session, number: int, tmp_path: Path) -> None:
    file = tmp_path / "out.json"
    perform(session, "note", [number], {"body": "同じ文"})
    outbox.export(session.store, file, session.now())
    perform(session, "note", [number], {"body": "同じ文"})
    with pytest.raises(RefusedError) as refused:
        outbox.export(session.store, file, session.now())
    assert refused.value.code == "exists"
    assert len(payloads(session)) == 1


@pytest.fixture(params=[True, False], ids=["links", "no links"])
def links(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """File systems of both kinds."""

    def refused(*_paths: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    if not request.param:
        monkeypatch.setattr("os.link", refused)


@pytest.mark.usefixtures("links")
@pytest.mark.parametrize("format_name", ["zendesk", "freshdesk"])
def test_of_two_agents_who_export_to_one_place_one_is_refused_and_keeps_what_waits(
    session: Session,
    number: int,
    new_store: Callable[[], Store],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    format_name: str,
) -> None:
    mine, wanted = tmp_path / "out.json", outbox.Wanted(format=format_name)
    theirs = replace(session, store=new_store())
    with theirs.store.writing():
        people.ensure_agent(theirs.store, "aoi", "見本 葵")
    with_groups(theirs, "zendesk")
    for each, ticket_number in ((session, number), (theirs, opened(theirs, "zendesk", "3661"))):
        perform(each, "reply", [ticket_number], {"body": "同じ返信"})  # Freshdesk's file is the same to the byte
    before_its_file(session, monkeypatch, lambda: outbox.export(theirs.store, mine, NOW, wanted))
    with pytest.raises(RefusedError) as refused:
        outbox.export(session.store, mine, NOW, wanted)
    assert refused.value.code == "exists"
    assert (len(ids(session, State.WAITING)), len(ids(theirs, State.EXPORTED))) == (1, 1)
    monkeypatch.undo()
    assert len(outbox.export(session.store, tmp_path / "mine.json", NOW, wanted).events) == 1
    assert [file.name for file in tmp_path.iterdir() if ".out" in file.name] == []


def test_of_two_exports_of_one_store_neither_replaces_the_others_file(
    session: Session, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "out.json"
    perform(session, "reply", [number], {"body": "一つ目"})

    def other() -> None:
        """Had looked for what was cut off before there was anything; then its file stands first."""
        with Store(session.store.path) as store:
            perform(session, "reply", [number], {"body": "二つ目"})
            monkeypatch.setattr(rows, "unwritten", lambda *_arguments: [])
            outbox.export(store, file, NOW)

    before_its_file(session, monkeypatch, other)
    with pytest.raises(RefusedError):
        outbox.export(session.store, file, NOW)
    monkeypatch.undo()
    assert "二つ目" in file.read_text("utf-8")
    again = exported(session, tmp_path / "again.json")["tickets"]
    assert [each["comment"]["body"] for each in again] == ["一つ目"]


def test_an_export_of_nothing_leaves_anothers_file_alone(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "out.json"
    flush = os.fsync

    def beside(handle: int) -> None:
        file.write_text("another's", "utf-8")
        monkeypatch.setattr("os.fsync", flush)

    monkeypatch.setattr("os.fsync", beside)
    assert outbox.export(session.store, file, NOW).events == ()
    assert file.read_text("utf-8") == "another's"


def test_a_link_that_was_made_though_the_network_says_it_was_not_is_our_file(
    session: Session, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = os.link

    def asked_twice(source: Path, target: Path) -> None:
        link(source, target)
        link(source, target)

    monkeypatch.setattr("os.link", asked_twice)
    perform(session, "claim", [number])
    assert len(outbox.export(session.store, tmp_path / "out.json", NOW).events) == 1
    assert ids(session, State.WAITING) == []


def test_a_file_whose_folder_cannot_be_flushed_went_out_and_the_next_export_says_so(
    session: Session, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    perform(session, "claim", [number])
    file, flush = tmp_path / "out.json", os.fsync

    def broken(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(5, "Input/output error")
        flush(handle)

    monkeypatch.setattr("os.fsync", broken)
    for _attempt in range(2):
        with pytest.raises(ConsoleError, match=r"out\.json may not be on the disk yet: Input") as caught:
            outbox.export(session.store, file, NOW)
        assert "the next export" in caught.value.hint
        assert (file.exists(), len(ids(session, State.EXPORTED))) == (True, 1)
    monkeypatch.undo()
    done = outbox.export(session.store, file, NOW)
    assert (done.finished, len(done.events)) == (True, 1)


# --- tickets that the helpdesk has ended


@pytest.mark.parametrize("condition", ["deleted", "merged", "suspended", "spam"])
def test_what_is_for_a_ticket_that_has_ended_waits_until_that_is_taken_back(
    session: Session, number: int, tmp_path: Path, condition: str
) -> None:
    perform(session, "note", [number], {"body": "まだ届かない"})
    perform(session, "priority", [number], {"priority": "high"})
    told = "UPDATE ticket SET conditions = ? WHERE number = ?"
    with session.store.writing():
        session.store.connection.execute(told, (json.dumps([condition, "redacted"]), number))
    done = outbox.export(session.store, tmp_path / "a.json", session.now())
    assert (done.events, done.waiting) == ((), 2)
    with session.store.writing():
        session.store.connection.execute(told, (json.dumps(["redacted"]), number))
    assert len(outbox.export(session.store, tmp_path / "b.json", session.now()).events) == 2


def test_nothing_is_left_to_tell_of_a_ticket_that_was_scrubbed(session: Session, number: int, tmp_path: Path) -> None:
    perform(session, "note", [number], {"body": "もう無い"})
    with session.store.writing():
        session.store.connection.execute('UPDATE ticket SET conditions = \'["deleted","scrubbed"]\'')
    done = outbox.export(session.store, tmp_path / "a.json", session.now())
    assert (done.events, done.waiting, ids(session, State.WAITING)) == ((), 0, [])


# --- once more


def test_a_file_that_was_lost_is_made_again(session: Session, number: int, tmp_path: Path) -> None:
    perform(session, "note", [number], {"body": "大切な文"})
    first = exported(session, tmp_path / "lost.json")
    again = exported(session, tmp_path / "again.json", again=1)
    assert again == first
    assert [(each.id, each.events) for each in rows.exports(session.store)] == [(2, 1), (1, 0)]
    with pytest.raises(NotFoundError):
        exported(session, tmp_path / "never.json", again=7)


def test_nothing_of_what_has_arrived_is_made_again(session: Session, number: int, tmp_path: Path) -> None:
    perform(session, "note", [number], {"body": "着いた"})
    perform(session, "note", [number], {"body": "まだ"})
    exported(session, tmp_path / "a.json")
    with session.store.writing():
        rows.settle(session.store, ids(session, State.EXPORTED)[:1], session.now())
    again = exported(session, tmp_path / "b.json", again=1)["tickets"]
    assert [each["comment"]["body"] for each in again] == ["まだ"]
    with session.store.writing():
        rows.settle(session.store, ids(session, State.EXPORTED), session.now())
    with pytest.raises(RefusedError, match="shown all"):
        exported(session, tmp_path / "c.json", again=2)


def test_an_export_that_cannot_be_made_again_stays_what_it_was(session: Session, number: int, tmp_path: Path) -> None:
    perform(session, "note", [number], {"body": "x"})
    exported(session, tmp_path / "a.json")
    with pytest.raises(ConsoleError):
        exported(session, tmp_path / "none" / "b.json", again=1)
    assert [(each.id, each.events) for each in rows.exports(session.store)] == [(1, 1)]
    assert len(ids(session, State.EXPORTED)) == 1


# --- for whom


def test_changes_for_several_helpdesks_are_kept_apart(session: Session, number: int, tmp_path: Path) -> None:
    other = opened(session, "other", "A-1")
    perform(session, "claim", [number, other])
    with pytest.raises(UsageError, match="several helpdesks"):
        outbox.export(session.store, tmp_path / "out.json", session.now())
    wanted = outbox.Wanted("other")
    assert len(outbox.export(session.store, tmp_path / "other.json", session.now(), wanted).events) == 1
    assert [each["source"] for each in outbox.listed(session.store)] == ["zendesk"]
    assert [each["source"] for each in outbox.listed(session.store, source="other")] == []


def test_a_ticket_that_began_here_goes_where_its_desks_others_are(
    session: Session, number: int, tmp_path: Path
) -> None:
    take(session.store, ticket("1"), desk="office")
    open_ticket(session, desk="office", channel="phone", subject="電話", body="本文", name="見本 花子")
    assert len(exported(session, tmp_path / "out.json", source=SOURCE)["tickets"]) == 1


def test_an_unknown_format_is_named_with_the_nearest(session: Session, number: int, tmp_path: Path) -> None:
    perform(session, "claim", [number])
    with pytest.raises(UsageError) as refused:
        exported(session, tmp_path / "out.json", format="zendsk")
    assert "zendesk" in refused.value.hint
    assert len(payloads(session)) == 1
