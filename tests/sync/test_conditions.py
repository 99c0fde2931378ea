"""What a source says of tickets besides their status: deleted, scrubbed, merged, suspended, spam, redacted."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any

import pytest

from agentconsole.domain.errors import ConsoleError
from agentconsole.domain.query import parse
from agentconsole.domain.redaction import MARK
from agentconsole.domain.values import Condition, Status
from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.store import drafts, forgetting, quarantine, tickets
from agentconsole.store.drafts import Draft
from agentconsole.store.query_sql import Viewer
from agentconsole.store.store import Store
from agentconsole.store.undoing import undo_run
from agentconsole.sync.formats.intercom import Intercom
from agentconsole.sync.records import Merge, Record, RejectedRecord
from tests.support.dump import everything, table
from tests.support.format_files import read_json
from tests.support.records import HERE, NOW, ago, comment, outcomes, person, take, take_lazily, ticket

SECRET = "4111-2222"
SAID = f"カード番号は {SECRET} です"
LEFT = f"カード番号は {MARK * len(SECRET)} です"


def found(store: Store, query: str) -> list[int]:
    viewer = Viewer("aoi", NOW)
    return [each.number for each in tickets.page(store, parse(query, now=NOW, zone=UTC), viewer)]


def whole_store(store: Store) -> str:
    """Every table as text, the quarantine included."""
    return json.dumps({**everything(store), "rejected": table(store, "rejected_record")}, ensure_ascii=False)


@pytest.mark.parametrize("label", ["deleted", "spam", "merged", "suspended"])
def test_a_label_that_ends_a_ticket_is_a_condition_of_its_own(store: Store, label: str) -> None:
    take(store, ticket("1", status=label), ticket("2"))
    ended = tickets.get(store, 10001)
    assert (ended.status, ended.conditions, ended.source_status) == (Status.CLOSED, (Condition(label),), label)
    assert (found(store, "is:open"), found(store, f"is:{label}")) == ([10002], [10001])


def test_a_ticket_that_the_source_ends_leaves_the_inbox_whatever_we_did_to_it(session: Session) -> None:
    store = session.store
    take(store, ticket("1"))
    deeds.perform(session, "pending", [10001])
    summary = take(store, ticket("1", status="deleted", updated_at=ago(hours=1)))
    assert outcomes(summary, "tickets") == {"changed": 1}
    assert (found(store, "is:open"), found(store, "is:deleted")) == ([], [10001])
    event = tickets.events(store, 10001)[-1]
    assert (event.verb, event.after["conditions"], event.after["status"]) == ("source_changed", ["deleted"], "closed")
    assert outcomes(take(store, ticket("1", status="deleted", updated_at=ago(hours=1))), "tickets") == {"unchanged": 1}
    take(store, ticket("1", status="open", updated_at=ago(minutes=5)))
    assert (tickets.get(store, 10001).conditions, found(store, "is:open")) == ((), [10001])


def test_a_scrubbed_ticket_says_nothing_of_its_customer_and_never_will_again(store: Store) -> None:
    old = ticket("1", subject="花子の入金", custom_fields={"9001": "0xabc"}, tags=("vip",), extra={"recipient": "花子"})
    said: list[Record] = [comment("1", "a", body="花子です"), comment("1", "b", body="花子さま", author_id="900")]
    take(store, person("c1", name="見本 花子"), old, said, comment("404", "x", body="別の花子"))
    drafts.save_draft(store, 10001, 1, Draft("reply", "花子さま", NOW))
    gone = ticket(
        "1", subject="SCRUBBED", description="SCRUBBED", status="deleted", conditions=frozenset({Condition.SCRUBBED}),
        updated_at=ago(hours=1),
    )  # fmt: skip
    take(store, gone)
    restored = ticket("1", subject="花子の入金", updated_at=NOW, comments=(comment("1", "d", body="花子"),))
    more: tuple[list[Record], ...] = ([], [old, *said], [restored], [gone, comment("1", "c", body="花子、遅れて")])
    for again in more:
        summary = take(store, again)
        row = tickets.get(store, 10001)
        assert (row.conditions, row.requester_id, row.tags) == ((Condition.DELETED, Condition.SCRUBBED), None, ())
        rows = [table(store, each) for each in ("ticket", "message", "event", "draft", "ticket_field")]
        assert [row for table_ in rows for row in table_ if "花子" in str(row)] == []
        assert found(store, "花子") == []
        assert summary.rejected_total == 0
    assert [each["name"] for each in table(store, "customer")] == ["見本 花子", None]


def test_a_merged_ticket_points_at_the_one_it_went_into_and_back(store: Store) -> None:
    take(store, ticket("1"), ticket("2"))
    take(store, comment("2", "m", public=False, merges=(Merge("1", "2"), Merge("9", "2"))))
    one, two = tickets.conversation(store, 10001), tickets.conversation(store, 10002)
    assert one.merged_into and (one.merged_into.number, one.merged_into.external_id) == (10002, "2")
    assert [(each.number, each.external_id) for each in two.merged_from] == [(None, "9"), (10001, "1")]
    assert (one.ticket.conditions, one.ticket.status) == ((Condition.MERGED,), Status.CLOSED)
    assert (found(store, "is:open"), found(store, "is:merged")) == ([10002], [10001])
    take(store, ticket("9", status="open"))
    assert tickets.get(store, 10003).conditions == (Condition.MERGED,)
    assert found(store, "is:open") == [10002]


def redacted(external_id: str = "a", **said: Any) -> Any:
    return comment("1", external_id, **{"body": LEFT, "redacted": True} | said)


def test_a_redacted_text_leaves_everything_that_held_it(session: Session) -> None:
    store = session.store
    take(store, ticket("1", description=SAID), comment("1", "a", body=SAID))
    take(store, ticket("1", description=SAID, subject="番号", updated_at=ago(hours=3)))
    with store.writing():
        store.connection.execute("UPDATE event SET \"before\" = json_object('description', ?)", (SAID,))
    drafts.save_draft(store, 10001, session.agent.id or 1, Draft("reply", f"> {SAID}\n承知しました", NOW))
    raw = json.dumps({"id": "7", "body": SAID})
    take(store, RejectedRecord(HERE, "comment", "no created_at", raw), comment("404", "q", body=SAID))
    assert found(store, "4111") == [10001]
    take(store, redacted(), comment("404", "q", body=LEFT, redacted=True))
    assert SECRET not in whole_store(store)
    assert (found(store, "4111"), found(store, "カード番号"), found(store, "is:redacted")) == ([], [10001], [10001])
    (message,) = tickets.messages(store, tickets.get(store, 10001))
    assert (message.body, message.redacted) == (LEFT, True)
    assert "承知しました" in table(store, "draft")[0]["body"]


def test_no_older_file_and_no_later_run_brings_a_redacted_text_back(store: Store) -> None:
    old: list[Record] = [ticket("1", description=SAID), comment("1", "a", body=SAID)]
    new: list[Record] = [ticket("1", description=LEFT), redacted()]
    take(store, old)
    take(store, new)
    later: tuple[list[Record], ...] = (
        old,
        [*new, *old],
        [*old, *new],
        [comment("1", "a", body=SAID, author_id="c2")],
        new,
    )
    for again in later:
        take(store, again)
        assert SECRET not in whole_store(store)
        assert found(store, "4111") == []
    more = redacted(body=MARK * 3)
    take(store, more)
    take(store, redacted())
    assert [each["body"] for each in table(store, "message")] == [MARK * 3]


def test_a_message_that_comes_redacted_is_kept_and_its_older_self_is_not_taken(store: Store) -> None:
    take(store, comment("1", "a", body=SAID))
    take(store, ticket("1", description=LEFT), redacted())
    assert SECRET not in whole_store(store)
    assert tickets.get(store, 10001).conditions == (Condition.REDACTED,)
    assert found(store, "is:open") == [10001]


def test_a_ticket_that_comes_scrubbed_beside_its_older_self_says_nothing_either(store: Store) -> None:
    old = ticket("1", subject="花子の入金", comments=(comment("1", "a", body="花子です"),))
    gone = ticket(
        "1", subject="SCRUBBED", description="SCRUBBED", status="deleted", conditions=frozenset({Condition.SCRUBBED}),
        updated_at=ago(hours=1),
    )  # fmt: skip
    take(store, person("c1", name="見本 太郎"), old, gone)
    assert [row["body"] for row in table(store, "message")] == [""]
    assert (found(store, "花子"), found(store, "is:scrubbed")) == ([], [10001])
    store.connection.execute("INSERT INTO ticket_words (ticket_words) VALUES ('integrity-check')")


def test_undoing_the_run_that_redacted_brings_no_word_back(session: Session) -> None:
    store = session.store
    old: list[Record] = [ticket("1", description=SAID), comment("1", "a", body=SAID)]
    take(store, old)
    summary = take(store, ticket("1", description=LEFT, updated_at=ago(hours=1)), redacted())
    assert SECRET not in json.dumps(table(store, "run_before"), ensure_ascii=False)
    with store.writing():
        undo_run(store, summary.run, session.author, NOW)
    assert SECRET not in whole_store(store)
    take(store, old)
    assert SECRET not in whole_store(store)
    assert found(store, "4111") == []


def test_what_an_older_file_has_set_aside_says_no_more_than_what_is_left(store: Store) -> None:
    take(store, ticket("1", description=SAID), comment("1", "a", body=SAID), ticket("2", description=SAID))
    take(store, ticket("1", description=LEFT, updated_at=ago(hours=1)), redacted())
    take(store, ticket("2", description=LEFT, updated_at=ago(hours=1)))
    said = {"id": "a", "body": SAID, "html_body": f"<p>{SAID}</p>"}
    bad: list[tuple[str, dict[str, Any]]] = [
        ("ticket", {"id": 1, "description": SAID, "comments": [said]}),
        ("ticket", {"id": 2, "description": SAID, "extra": {"copied": SAID}}),
        ("comment", {**said, "ticket_id": 1}),
    ]
    take(store, [RejectedRecord(HERE, kind, "no created_at", json.dumps(raw)) for kind, raw in bad])
    take(store, comment("404", "a", body=SAID))
    assert SECRET not in whole_store(store)
    assert len(table(store, "rejected_record")) == 4


def test_nothing_set_aside_tells_of_a_scrubbed_ticket(store: Store) -> None:
    gone = ticket("1", subject="SCRUBBED", status="deleted", conditions=frozenset({Condition.SCRUBBED}))
    take(store, gone)
    take(
        store,
        RejectedRecord(HERE, "ticket", "no created_at", json.dumps({"id": 1, "subject": "花子"}, ensure_ascii=False)),
    )
    assert "花子" not in whole_store(store)


def test_a_conversation_that_begins_with_redacted_words_is_not_called_by_them(session: Session) -> None:
    """Intercom keeps the first message in the conversation, and nobody gives it a title."""

    def raw(body: str | None, at: int) -> dict[str, Any]:
        source = {"type": "conversation", "body": body, "redacted": body is None, "author": {"type": "user", "id": "c"}}
        whole = {"type": "conversation", "id": "1", "created_at": 1_795_150_800, "updated_at": at, "state": "open"}
        return {**whole, "source": source}

    store, old = session.store, raw(f"<p>{SAID}</p><p>お願いします</p>", 1_795_150_900)
    runs = [take(store, read_json(Intercom(), c=each)).run for each in (old, raw(None, 1_795_151_000))]
    runs.append(take(store, RejectedRecord(HERE, "ticket", "bad", json.dumps(old))).run)
    assert SECRET not in whole_store(store)
    assert SECRET not in json.dumps(table(store, "run_before"), ensure_ascii=False)
    for run in reversed(runs):
        with store.writing():
            undo_run(store, run, session.author, NOW)
    take(store, read_json(Intercom(), c=old))
    assert SECRET not in whole_store(store)


def test_undoing_all_runs_forgets_no_redaction(session: Session) -> None:
    store = session.store
    old: list[Record] = [ticket("1", description=SAID), comment("1", "a", body=SAID)]
    new: list[Record] = [ticket("1", description=LEFT, updated_at=ago(hours=1)), redacted()]
    runs = [take(store, each).run for each in (old, new)]
    for run in reversed(runs):
        with store.writing():
            undo_run(store, run, session.author, NOW)
    take(store, old)
    assert SECRET not in whole_store(store)
    take(store, new)
    assert [row["body"] for row in table(store, "message")] == [LEFT]


def test_after_undoing_a_description_that_shows_no_gap_comes_back_whole(session: Session) -> None:
    store, innocent = session.store, ticket("1", description="入金の件")
    summary = take(store, innocent, redacted())
    with store.writing():
        undo_run(store, summary.run, session.author, NOW)
    take(store, innocent)
    assert table(store, "ticket", "description") == [{"description": "入金の件"}]


def test_what_was_set_aside_and_redacted_is_still_the_same_record(store: Store) -> None:
    take(store, ticket("1", description=SAID), comment("1", "a", body=SAID))
    for more in ({}, {"id": "1"}):
        raw = json.dumps({**more, "description": f"もう一度 {SAID}"})
        take(store, RejectedRecord(HERE, "ticket", "no created_at", raw))
    take(store, ticket("1", description=LEFT, updated_at=ago(hours=1)), redacted())
    aside = quarantine.listed(store)
    assert SECRET not in json.dumps([each.raw for each in aside])
    take(store, [RejectedRecord(HERE, "ticket", "no created_at", each.raw) for each in aside])
    assert [each.id for each in quarantine.listed(store)] == [each.id for each in aside]


def test_no_byte_of_a_redacted_text_is_left_while_others_have_the_store_open(store: Store) -> None:
    words = "zq7secretphrase"
    take(store, ticket("1", description=words), comment("1", "a", body=words), ticket("2"))
    with Store(store.path) as other:
        assert found(other, words) == [10001]
        take(store, ticket("1", description=MARK, updated_at=ago(hours=1)), comment("1", "a", body=MARK, redacted=True))
        files = list(store.path.parent.glob(f"{store.path.name}*"))
        assert len(files) > 1
        assert not [file.name for file in files if words.encode() in file.read_bytes()]
    store.connection.execute("INSERT INTO ticket_words (ticket_words) VALUES ('integrity-check')")


def held_in(store: Store, words: str) -> list[str]:
    """The store's own files that hold words."""
    return [each.name for each in store.path.parent.glob(f"{store.path.name}*") if words.encode() in each.read_bytes()]


def test_what_somebody_still_reads_in_the_log_leaves_it_with_the_next_sync(store: Store) -> None:
    words = "zq7secretphrase"
    take(store, ticket("1"), comment("1", "a", body=words))
    with Store(store.path) as other, other.reading():
        assert found(other, words) == [10001]
        take(store, comment("1", "a", body=MARK, redacted=True))
    assert forgetting.owed(store)
    take(store, ticket("2"))
    assert (held_in(store, words), forgetting.owed(store)) == ([], None)


def test_a_sync_that_breaks_off_leaves_it_to_the_next_one_to_forget(store: Store) -> None:
    words = "zq7secretphrase"
    take(store, ticket("1"), ticket("2"), comment("1", "a", body=words))

    def breaks() -> Iterator[Record]:
        yield comment("1", "a", body=MARK, redacted=True)
        yield from (ticket(str(each)) for each in range(3, 45))
        raise ConsoleError("the archive is damaged")

    with pytest.raises(ConsoleError):
        take_lazily(store, breaks())
    assert held_in(store, words)
    take(store, comment("1", "a", body=MARK, redacted=True))
    assert held_in(store, words) == []


def test_undoing_the_run_that_scrubbed_brings_nothing_back(session: Session) -> None:
    store = session.store
    take(store, ticket("1", subject="花子の入金"), comment("1", "a", body="花子です"))
    gone = ticket(
        "1", subject="SCRUBBED", status="deleted", conditions=frozenset({Condition.SCRUBBED}), updated_at=ago(hours=1)
    )
    summary = take(store, gone)
    with store.writing():
        undo_run(store, summary.run, session.author, NOW)
    assert "花子" not in whole_store(store)
    assert tickets.get(store, 10001).conditions == (Condition.DELETED, Condition.SCRUBBED)


def test_undoing_the_run_that_told_of_a_merge_opens_the_ticket_again(session: Session) -> None:
    store = session.store
    take(store, ticket("1"), ticket("2"))
    summary = take(store, comment("2", "m", merges=(Merge("1", "2"),)))
    assert found(store, "is:open") == [10002]
    with store.writing():
        undo_run(store, summary.run, session.author, NOW)
    assert found(store, "is:open") == [10001, 10002]


def test_an_everyday_word_that_was_redacted_leaves_what_the_program_reads(session: Session) -> None:
    store = session.store
    said = "please open it, PIN 2026"
    take(store, ticket("open-1", description=said, subject="open"), comment("open-1", "a", body=said))
    deeds.perform(session, "note", [10001], {"body": said})
    deeds.perform(session, "pending", [10001])
    left = f"please {MARK * 4} it, PIN {MARK * 4}"
    take(store, comment("open-1", "a", body=left, redacted=True))
    assert tickets.get(store, 10001).status == Status.PENDING
    assert {"before": '{"status":"open"}'} in table(store, "event", '"before"')
    [state] = table(store, "ticket", "source_state")
    assert json.loads(state["source_state"])["status"] == "open"
    summary = take(store, ticket("open-1", description=said, subject=MARK * 4, updated_at=ago(hours=1)))
    assert (outcomes(summary, "tickets"), tickets.get(store, 10001).subject) == ({"changed": 1}, MARK * 4)
    assert table(store, "ticket", "description") == [{"description": left}]


def test_undoing_a_run_after_an_everyday_word_was_redacted_gives_the_ticket_back(session: Session) -> None:
    store = session.store
    old = ticket("open-1", custom_fields={"9001": "x"})
    take(store, old, comment("open-1", "a", body="please open it"))
    runs = [
        take(store, ticket("open-1", subject="別の件名", updated_at=ago(hours=5))).run,
        take(store, comment("open-1", "a", body=f"please {MARK * 4} it", redacted=True)).run,
    ]
    for run in reversed(runs):
        with store.writing():
            undo_run(store, run, session.author, NOW)
    row = tickets.get(store, 10001)
    assert (row.external_id, row.status, row.conditions) == ("open-1", Status.OPEN, (Condition.REDACTED,))
    assert outcomes(take(store, old), "tickets") == {"unchanged": 1}


def test_waiting_comments_are_others_words_and_stay_what_they_are(store: Store) -> None:
    waiting = [comment("77", "w", body="the other customer says 2026"), comment("2", "x", body="2026")]
    take(store, ticket("1"), comment("1", "a", body="well, the PIN is 2026"), waiting)
    take(store, comment("1", "a", body=f"well, {MARK * 3} PIN is {MARK * 4}", redacted=True))
    take(store, ticket("77"), ticket("2"))
    assert [row["body"] for row in table(store, "message")][1:] == ["the other customer says 2026", "2026"]


def test_a_comment_of_a_ticket_that_is_set_aside_loses_its_words_and_no_date(store: Store) -> None:
    said = "well, the PIN is 2026"
    take(store, ticket("1"), ticket("2"), comment("1", "a", body=said))
    take(store, comment("2", "b"), comment("1", "b", body=said, extra={"via": "2026"}))
    take(store, comment("1", "a", body=f"well, the PIN is {MARK * 4}", redacted=True))
    [aside] = quarantine.listed(store)
    raw = json.loads(aside.raw)
    assert (raw["body"], raw["at"][:4], raw["extra"]) == (f"well, the PIN is {MARK * 4}", "2026", {"via": "2026"})


def test_a_rejected_ticket_that_loses_words_is_still_known_as_what_it_is(store: Store) -> None:
    raw = {"id": "open-1", "status": "open", "created_at": "2026", "subject": "open 2026", "description": "open"}
    take(store, ticket("open-1"), comment("open-1", "a", body="please open, 2026"))
    take(store, RejectedRecord(HERE, "ticket", "no requester", json.dumps(raw)))
    left = f"please {MARK * 4}, {MARK * 4}"
    take(store, comment("open-1", "a", body=left, redacted=True))
    [aside] = quarantine.listed(store)
    told = {name: raw[name] for name in ("id", "status", "created_at")}
    assert {name: json.loads(aside.raw)[name] for name in told} == told
    assert json.loads(aside.raw)["subject"] == f"{MARK * 4} {MARK * 4}"


def test_a_waiting_comment_that_comes_redacted_takes_its_words_out_of_what_waits(store: Store) -> None:
    old, new = comment("404", "q", body=SAID), comment("404", "q", body=LEFT, redacted=True)
    for batch in ([old], [new], [old], [old, new]):
        take(store, batch)
        assert (SECRET in whole_store(store)) == (batch == [old] and not table(store, "redaction"))
    take(store, ticket("404"))
    assert [row["body"] for row in table(store, "message")] == [LEFT]


def test_a_redacted_comment_whose_id_another_ticket_has_says_nothing_of_that_ones(store: Store) -> None:
    take(store, ticket("1"), ticket("2"), comment("2", "b", body="別の件"))
    take(store, comment("1", "b", body=LEFT, redacted=True))
    take(store, comment("2", "b", body="別の件、その後"))
    assert [row["body"] for row in table(store, "message")] == ["別の件、その後"]


def test_what_is_set_aside_is_read_once_for_all_tickets_of_a_batch(store: Store) -> None:
    names = [str(each) for each in range(5)]
    take(store, map(ticket, names), [comment(name, name, body=f"番号 {name}{SECRET}") for name in names])
    asked: list[str] = []
    store.connection.set_trace_callback(asked.append)
    take(store, [comment(name, name, body=f"番号 {MARK * 10}", redacted=True) for name in names])
    store.connection.set_trace_callback(None)
    assert len([each for each in asked if each.startswith("SELECT") and "raw, is_record FROM rejected" in each]) == 2


@pytest.mark.parametrize("inside", [{"attachments": [{"id": 5}]}, {"a": {"id": 5}, "conditions": []}])
def test_what_is_set_aside_of_a_ticket_is_held_against_that_ticket(store: Store, inside: dict[str, Any]) -> None:
    others = "別のお客様 999-888"
    take(store, ticket("77", description=SAID), ticket("5", description=others))
    take(
        store,
        ticket("77", description=LEFT, updated_at=NOW),
        ticket("5", description=MARK * len(others), updated_at=NOW),
    )
    take(store, RejectedRecord(HERE, "ticket", "no status", json.dumps({**inside, "description": SAID, "id": 77})))
    [aside] = quarantine.listed(store)
    assert json.loads(aside.raw) == {**inside, "description": LEFT, "id": 77}
