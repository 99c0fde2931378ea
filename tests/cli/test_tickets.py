"""`tickets` and `ticket show`: what is listed, in which shape, and how a ticket is named."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from agentconsole.cli import tickets as command
from agentconsole.cli.timers import Timers
from agentconsole.domain.desk import Desk
from agentconsole.domain.timer import NO_TIMER, Timer, TimerKind
from agentconsole.domain.values import Status
from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.store.store import Store
from tests.conftest import NOW
from tests.support.command_line import Opened, Run
from tests.support.records import take, ticket
from tests.support.tickets import a_ticket

ROW = [
    "number", "desk", "source", "external_id", "subject", "channel", "language", "category", "priority", "status",
    "status_category", "source_status", "tier", "team", "assignee", "requester", "tags", "fields", "created_at",
    "updated_at", "due_at", "due_kind", "breached", "conditions",
]  # fmt: skip
CLOCK = [
    "kind", "state", "started_at", "due_at", "fulfilled_at", "breached_at", "paused_seconds", "business_seconds",
    "policy", "priority_applied",
]  # fmt: skip


def imported(store: Store, source: str, external_id: str, number: int) -> None:
    store.connection.execute(
        "UPDATE ticket SET source = ?, external_id = ? WHERE number = ?", (source, external_id, number)
    )


def test_a_row_has_the_promised_fields_in_order(run: Run, opened: Opened) -> None:
    opened(priority="high")
    (row,) = run("tickets", "--json").rows
    assert list(row) == ROW
    assert row["requester"] == {"id": 1, "name": "見本 花子"}
    assert (row["status"], row["status_category"], row["priority"]) == ("new", "open", "high")
    assert row["created_at"] == "2026-11-20T09:00:00Z"
    assert row["breached"] is False


def test_a_row_is_breached_when_its_deadline_has_passed_though_nobody_wrote_it_down(
    run: Run, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = opened()
    monkeypatch.setenv("AGENTCONSOLE_NOW", "2026-11-24T09:00:00Z")
    (row,) = run("tickets", "--json").rows
    shown = run("ticket", "show", number, "--json").document
    assert row["breached"] is True
    assert {clock["state"] for clock in shown["clocks"]} == {"breached"}
    assert [event["verb"] for event in shown["events"]] == ["new"]


def test_nothing_found_is_done(run: Run) -> None:
    ran = run("tickets", "--json")
    assert (ran.status, ran.out, ran.err) == (0, "", "")
    ran = run("tickets")
    assert (ran.status, ran.out) == (0, "")


def test_people_get_a_straight_table(run: Run, opened: Opened) -> None:
    opened()
    opened("Withdrawal", name="John Smith", body="Where is my withdrawal, please?")
    lines = run("tickets").out.splitlines()
    assert len(lines) == 3
    assert lines[0].split() == [
        "Left",
        "Number",
        "Priority",
        "Channel",
        "Subject",
        "Requester",
        "Status",
        "Tier",
        "Agent",
    ]
    assert "入金が反映されない" in lines[1] + lines[2]


def test_the_interface_speaks_japanese_and_the_content_has_its_own_language(run: Run, opened: Opened) -> None:
    opened()
    opened("Withdrawal", name="John Smith", body="Where is my withdrawal? I have been waiting for three days.")
    assert "番号" in run("--lang", "ja", "tickets").out
    assert [row["subject"] for row in run("tickets", "--lang", "en", "--json").rows] == ["Withdrawal"]
    assert run("tickets", "--lang", "not a language").status == 2


def test_a_query_may_be_several_words_and_may_begin_with_a_minus(run: Run, opened: Opened) -> None:
    first, second = opened("一つ目"), opened("二つ目")
    run("ticket", "tag", first, "+vip")
    assert [row["number"] for row in run("tickets", "-tag:vip", "--json").rows] == [second]
    assert [row["number"] for row in run("tickets", "is:open", "tag:vip", "--json").rows] == [first]


def test_closed_tickets_are_listed_only_when_asked_for(run: Run, opened: Opened) -> None:
    number = opened()
    run("ticket", "solve", number)
    assert run("tickets", "--json").rows == []
    assert [row["number"] for row in run("tickets", "is:closed", "--json").rows] == [number]
    assert [row["number"] for row in run("tickets", "", "--json").rows] == [number]


def test_pages_join_without_a_gap(run: Run, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [opened(f"番号 {index}") for index in range(7)]
    monkeypatch.setattr(command, "_PAGE", 3)
    every = [row["number"] for row in run("tickets", "--json", "--sort", "-created").rows]
    assert sorted(every) == numbers
    first = [row["number"] for row in run("tickets", "--json", "--sort", "-created", "--limit", 4).rows]
    rest = run("tickets", "--json", "--sort", "-created", "--after", first[-1]).rows
    assert [*first, *(row["number"] for row in rest)] == every
    assert run("tickets", "--json", "--limit", 0).rows == []


def test_people_are_told_how_many_there_are(run: Run, opened: Opened) -> None:
    for _index in range(3):
        opened()
    assert "2 of 3 tickets" in run("tickets", "--limit", 2).out
    assert "0 of 3 tickets" in run("tickets", "--limit", 0).out


def test_a_customer_has_all_tickets_in_json_and_the_newest_for_people(run: Run, opened: Opened, store: Store) -> None:
    opened()
    for _each in range(50):
        opened(customer="1", name=None)
    assert len(run("customer", "show", 1, "--json").document["tickets"]) == 51
    assert "50 of 51 tickets" in run("customer", "show", 1).out


def test_a_ticket_comes_with_all_that_hangs_on_it(run: Run, opened: Opened) -> None:
    number = opened()
    run("ticket", "reply", number, "--body", "確認いたします。")
    shown = run("ticket", "show", number, "--json").document
    assert list(shown) == [*ROW, "messages", "events", "clocks", "customer", "merged_into", "merged_from"]
    assert [list(message) for message in shown["messages"]] == [
        ["id", "at", "author", "public", "redacted", "body", "attachments"]
    ] * 2
    assert shown["messages"][1]["author"] == {"kind": "agent", "name": "見本 葵"}
    assert list(shown["events"][0]) == ["id", "at", "actor", "verb", "before", "after"]
    assert [list(clock) for clock in shown["clocks"]] == [CLOCK] * len(shown["clocks"])
    assert shown["clocks"][0]["policy"] == {"id": "built-in", "name": "Built-in", "version": 1}
    assert shown["customer"]["name"] == "見本 花子"


def test_clocks_tell_what_they_have_counted_by_now(run: Run, opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    number, hour = opened(), 3600

    def clocks(time: str) -> dict[str, tuple[str, int, int]]:
        monkeypatch.setenv("AGENTCONSOLE_NOW", f"2026-11-20T{time}:00Z")
        shown = run("ticket", "show", number, "--json").document["clocks"]
        return {each["kind"]: (each["state"], each["business_seconds"], each["paused_seconds"]) for each in shown}

    assert clocks("10:00") == {"first_response": ("running", hour, 0), "resolution": ("running", hour, 0)}
    run("ticket", "pending", number)
    assert clocks("11:00") == {"first_response": ("paused", hour, hour), "resolution": ("paused", hour, hour)}
    run("ticket", "reopen", number, "--reason", "再開")
    assert clocks("12:00") == {
        "first_response": ("running", 2 * hour, hour), "resolution": ("running", 2 * hour, hour)
    }  # fmt: skip
    run("ticket", "solve", number)
    ended = {"first_response": ("cancelled", 2 * hour, hour), "resolution": ("fulfilled", 2 * hour, hour)}
    assert clocks("12:00") == clocks("20:00") == ended


def test_people_read_header_customer_clocks_and_conversation(run: Run, opened: Opened) -> None:
    number = opened(body="一行目\n\x1b[31m二行目")
    run("ticket", "note", number, "--body", "内部のこと")
    shown = run("ticket", "show", number).out
    assert shown.startswith(f"{number}  入金が反映されない\n")
    for word in (
        "Customer",
        "Clocks",
        "First response",
        "2026-11-20 18:00 JST",
        "  一行目",
        "  二行目",
        "[internal note]",
    ):
        assert word in shown
    assert "日本語" in run("--lang", "ja", "ticket", "show", opened()).out
    assert "\x1b" not in shown


def test_a_reference_is_our_number_or_the_sources(run: Run, opened: Opened, store: Store) -> None:
    first, second = opened(), opened()
    imported(store, "zendesk", "3661", first)
    imported(store, "desk", str(first), second)
    assert run("ticket", "show", "zendesk:3661", "--json").document["number"] == first
    assert run("ticket", "show", "3661", "--json").document["number"] == first
    assert run("ticket", "show", first, "--json").document["number"] == first
    imported(store, "other", "3661", second)
    ran = run("ticket", "show", "3661")
    assert ran.status == 1
    assert "zendesk:3661" in ran.err
    assert "other:3661" in ran.err


def test_a_customer_comes_with_their_tickets(run: Run, opened: Opened) -> None:
    number = opened()
    found = run("customer", "show", 1, "--json").document
    assert found["name"] == "見本 花子"
    assert [row["number"] for row in found["tickets"]] == [number]
    assert "見本 花子" in run("customer", "show", 1).out
    assert run("customer", "show", 2).status == 1


@pytest.mark.parametrize("text", ["\x9b31m", "\x00", "\x1b]0;x\x07", "\u202e"])
def test_whatever_came_is_printed_without_harm(run: Run, store: Store, opened: Opened, text: str) -> None:
    number = opened()
    store.connection.execute("UPDATE ticket SET subject = ? WHERE number = ?", (f"a{text}b", number))
    ran = run("tickets", "--json")
    assert ran.status == 0
    assert all(character.isprintable() for character in ran.out.rstrip("\n"))
    assert json.loads(ran.out)["subject"][0] == "a"
    assert all(character.isprintable() for line in run("tickets").out.splitlines() for character in line)


def test_breaches_are_written_down_by_whoever_writes(
    run: Run, opened: Opened, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = opened(), opened()
    monkeypatch.setenv("AGENTCONSOLE_NOW", "2026-11-24T09:00:00Z")
    run("ticket", "claim", second)
    assert "breach" in [event["verb"] for event in run("ticket", "show", first, "--json").document["events"]]


def test_a_reader_that_leaves_is_no_fault(store: Store) -> None:
    """`tickets --json | head -1`: the list ends quietly, before its store is closed."""
    take(store, *(ticket(str(number), subject="長い件名" * 100) for number in range(100)))
    program = (sys.executable, "-m", "agentconsole", "--store", str(store.path))
    listing = subprocess.Popen(
        [*program, "tickets", "--json"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    )
    assert listing.stdout is not None and listing.stderr is not None
    listing.stdout.read(1)
    listing.stdout.close()
    complaints = listing.stderr.read()
    listing.stderr.close()
    assert (listing.wait(), complaints) == (0, b"")


@pytest.mark.parametrize(
    ("reading", "text"),
    [
        (Timer(TimerKind.LEFT, 1), "1s"),
        (Timer(TimerKind.LEFT, 59), "59s"),
        (Timer(TimerKind.LEFT, 25 * 60), "25m"),
        (Timer(TimerKind.LEFT, 3 * 3600 + 300), "3h05m"),
        (Timer(TimerKind.LEFT, 2 * 86400 + 4 * 3600), "2d04h"),
        (Timer(TimerKind.LATE, 30), "-30s"),
        (Timer(TimerKind.LATE, 12 * 60), "-12m"),
        (Timer(TimerKind.OPENS, 3600, NOW + timedelta(hours=1)), "opens 19:00"),
        (Timer(TimerKind.OPENS, 3600, NOW + timedelta(days=3)), "opens Mon 11-23 18:00"),
        (Timer(TimerKind.PAUSED), "pending"),
        (NO_TIMER, ""),
    ],
)
def test_what_is_left_is_never_nothing(store: Store, reading: Timer, text: str) -> None:
    timers = Timers(store, NOW, ZoneInfo("Asia/Tokyo"))
    assert timers.text(reading, a_ticket(status=Status.PENDING)) == text


def test_a_closed_desk_says_when_it_opens(run: Run, store: Store, session: Session, office: Desk) -> None:
    """18:00 on a Friday in Tokyo: the office has closed, and nothing counts down until Monday."""
    words = {"subject": "出金", "body": "出金の件", "name": "見本 太郎", "priority": "normal"}
    deeds.open_ticket(session, desk="office", channel="mail", **words)
    assert "opens Mon 11-23 09:00" in run("tickets").out
    assert "opens Mon 11-23 09:00" in run("ticket", "show", "10001").out
