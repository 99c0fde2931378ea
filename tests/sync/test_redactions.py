"""Redactions of which only the helpdesk's log tells: what was taken back stays away, in whatever order files come."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import permutations
from pathlib import Path

import pytest

from agentconsole.domain.redaction import MARK, REDACTED_FILE, WITHHELD
from agentconsole.services import syncing
from agentconsole.services.session import Session
from agentconsole.store import drafts, quarantine, tickets
from agentconsole.store.drafts import Draft
from agentconsole.store.store import Store
from agentconsole.store.undoing import undo_run
from agentconsole.sync.records import AttachmentRecord, Record, RedactionRecord, RejectedRecord
from tests.support.dump import everything, table
from tests.support.records import HERE, NOW, ago, comment, outcomes, take, ticket

SECRET = "4111-2222"
SAID = f"カード番号は {SECRET} です"
LEFT = f"カード番号は {MARK * len(SECRET)} です"
FILES = (AttachmentRecord("a.png"), AttachmentRecord("b.png"))
ONE_LEFT = (AttachmentRecord("a.png"), AttachmentRecord(REDACTED_FILE))


def word(name: str = "r1", of: str = "a", *, is_file: bool = False) -> RedactionRecord:
    return RedactionRecord(HERE, name, of, "1", is_file)


def whole_store(store: Store) -> str:
    beside = {name: table(store, name) for name in ("rejected_record", "run_before", "sync_run")}
    return json.dumps({**everything(store), **beside}, ensure_ascii=False)


def is_found(store: Store, words: str) -> bool:
    sql = "SELECT count(*) FROM ticket_words WHERE ticket_words MATCH ?"
    store.connection.execute("INSERT INTO ticket_words (ticket_words) VALUES ('integrity-check')")
    return bool(store.connection.execute(sql, (f'"{words}"',)).fetchone()[0])


OLD: Sequence[Record] = (ticket("1", description=SAID), comment("1", "a", body=SAID), comment("1", "b", body="残る"))
INSIDE = (ticket("1", description=SAID, comments=(comment("1", "a", body=SAID), comment("1", "b", body="残る"))),)
LISTED = (ticket("1", description=SAID, extra={"list": True}),)
LOG: Sequence[Record] = (word(),)
NEW: Sequence[Record] = (
    ticket("1", description=LEFT, updated_at=ago(hours=2)), comment("1", "a", body=LEFT, redacted=True)
)  # fmt: skip


@pytest.mark.parametrize("old", [OLD, INSIDE, (*LISTED, *OLD[1:]), OLD[::-1]])
@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_no_order_of_files_shows_a_word_that_was_taken_back(
    store: Store, old: Sequence[Record], order: Sequence[int]
) -> None:
    files = [old, LOG, NEW, old]
    has_told = False
    for each in order:
        take(store, files[each])
        has_told = has_told or files[each] in (LOG, NEW)
        assert (SECRET in whole_store(store)) is not has_told
    assert not is_found(store, "4111")
    bodies = {row["external_id"]: row["body"] for row in table(store, "message")}
    assert bodies == {"a": LEFT, "b": "残る"}
    assert is_found(store, "残る")


@pytest.mark.parametrize("together", [(*LOG, *OLD), (*OLD, *LOG), (*LOG, *INSIDE), (*OLD[1:], *LOG, *LISTED)])
def test_a_log_that_comes_in_the_same_run_is_heeded(store: Store, together: Sequence[Record]) -> None:
    take(store, together)
    assert SECRET not in whole_store(store)
    [row] = [row for row in table(store, "message") if row["external_id"] == "a"]
    assert (row["body"], row["redacted"]) == (WITHHELD, 1)
    assert tickets.get(store, 10001).conditions == ("redacted",)
    assert outcomes(take(store, together), "messages") == {"unchanged": 2}


def test_a_description_waits_for_the_comment_that_was_redacted(store: Store) -> None:
    take(store, LOG, LISTED)
    assert (SECRET in whole_store(store), is_found(store, "4111")) == (False, False)
    take(store, ticket("2", description="別の件"))
    assert table(store, "ticket", "description")[1] == {"description": "別の件"}


def test_what_is_written_here_or_set_aside_loses_the_words_too(session: Session) -> None:
    store = session.store
    raw = json.dumps({"id": "a", "html_body": f"<p>{SECRET}</p>", "body": SAID, "attachments": [{"file_name": "x"}]})
    take(store, OLD, RejectedRecord(HERE, "comment", "no created_at", raw))
    drafts.save_draft(store, 10001, session.agent.id or 1, Draft("reply", f"> {SAID}\n承知しました", NOW))
    assert outcomes(take(store, LOG), "messages") == {"changed": 1}
    assert SECRET not in whole_store(store)
    assert "承知しました" in table(store, "draft")[0]["body"]
    take(store, RejectedRecord(HERE, "ticket", "no id", json.dumps({"comments": [json.loads(raw)]})))
    assert SECRET not in whole_store(store)
    assert len(quarantine.listed(store)) == 2


@pytest.mark.parametrize(
    "records", [LISTED, [RejectedRecord(HERE, "comment", "no date", json.dumps({"id": "a", "body": SAID}))]]
)
def test_what_the_log_alone_takes_out_leaves_the_bytes_as_well(store: Store, records: Sequence[Record]) -> None:
    take(store, records)
    take(store, LOG)
    files = store.path.parent.glob(f"{store.path.name}*")
    assert [file.name for file in files if SECRET.encode() in file.read_bytes()] == []


def test_undoing_the_run_that_brought_the_log_brings_no_word_back(session: Session) -> None:
    store = session.store
    take(store, OLD)
    summary = take(store, LOG, NEW)
    with store.writing():
        undo_run(store, summary.run, session.author, NOW)
    assert SECRET not in whole_store(store)
    take(store, OLD)
    assert SECRET not in whole_store(store)


def test_a_comment_that_shows_less_often_than_was_told_is_withheld(store: Store) -> None:
    half, whole = (
        comment("1", "a", body=body, redacted=True) for body in (f"{SECRET} {MARK * 3}", f"{MARK} の {MARK}")
    )
    take(store, ticket("1"), half, word("r1"), word("r2"))
    assert [row["body"] for row in table(store, "message")] == [WITHHELD]
    take(store, whole)
    take(store, half)
    assert [row["body"] for row in table(store, "message")] == [f"{MARK} の {MARK}"]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_file_that_was_taken_away_is_named_no_more(store: Store, order: Sequence[int]) -> None:
    files: list[list[Record]] = [
        [ticket("1"), comment("1", "a", attachments=FILES)],
        [word(is_file=True)],
        [comment("1", "a", attachments=ONE_LEFT, redacted=True)],
    ]
    for each in order:
        take(store, files[each])
    assert (len(table(store, "message")), "b.png" in whole_store(store)) == (1, False)
    [row] = table(store, "message")
    assert (row["body"], [each["name"] for each in json.loads(row["attachments"])]) == (
        "本文 a",
        ["a.png", REDACTED_FILE],
    )


def audit(event: str, **said: object) -> dict[str, object]:
    return {"id": 90, "ticket_id": 1, "events": [{"id": 91, "type": event, "comment_id": 5, **said}]}


def child(event: str, **said: object) -> dict[str, object]:
    inside = {"id": 92, "event_type": event, "comment_id": 5, **said}
    return {"id": 93, "ticket_id": 1, "event_type": "Audit", "child_events": [inside]}


@pytest.mark.parametrize("shape", [lambda *a, **b: {"audits": [audit(*a, **b)]}, audit, child])
def test_zendesks_audits_and_incremental_events_tell_of_redactions(
    store: Store, tmp_path: Path, shape: Callable[..., object]
) -> None:
    said = {"id": 5, "author_id": 7, "body": SAID, "created_at": "2026-11-20T08:00:00Z", "public": True}
    one = {
        "id": 1, "subject": "入金", "description": SAID, "status": "open", "requester_id": 7, "comments": [said],
        "created_at": "2026-11-20T08:00:00Z", "updated_at": "2026-11-20T08:00:00Z",
    }  # fmt: skip
    said["attachments"] = [{"id": 1, "file_name": "b.png"}]
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "tickets.json").write_text(json.dumps({"tickets": [one]}), "utf-8")
    log = [shape("CommentRedactionEvent"), shape("AttachmentRedactionEvent", id=94, attachment_id=1)]
    (folder / "log.json").write_text("\n".join(json.dumps(each) for each in log), "utf-8")
    summary = syncing.sync(store, syncing.Request([folder]), NOW).as_json()
    assert (sum(summary["skipped"].values()), summary["rejected"]) == (2, [])
    assert SECRET not in whole_store(store)
    assert "b.png" not in whole_store(store)
