"""Who turns out to be the desk's after thousands of their mails have come: made good in pieces, wherever it is cut."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from agentconsole.services import setup, syncing
from agentconsole.services.syncing import Request
from agentconsole.store import health, intake, mail_people, mails
from agentconsole.store.store import Store
from agentconsole.sync import steps
from tests.conftest import NOW
from tests.support.killing import killed
from tests.support.mails import DESK, mail

STAFF: Final = "Ken <ken@example.org>"
BOX: Final = {"Delivered-To": "help@example.org"}


def outbound(count: int) -> list[str]:
    """Mails of a desk whose box is not known yet: it seems to ask."""
    return [mail(f"o{n}", DESK, f"c{n}@example.com", "News", day=1) for n in range(count)]


def inbound(count: int) -> list[str]:
    """Mails into that box."""
    return [mail(f"i{n}", f"d{n}@example.com", DESK, day=2, fields=BOX) for n in range(count)]


def answered(count: int) -> list[str]:
    """Customers' mails with the answers of somebody who may be a customer, too."""
    asked = [mail(f"q{n}", f"c{n}@example.com", DESK, f"s{n}", day=2) for n in range(count)]
    return asked + [mail(f"a{n}", STAFF, f"c{n}@example.com", "x", [f"q{n}"], day=3) for n in range(count)]


STRAY: Final = mail("stray", STAFF, "eve@example.com", "x", ["lost"], day=2)
"""An answer whose question has not come: who answers seems to ask."""
LOST: Final = mail("lost", "eve@example.com", DESK, "lost", day=1)


def sync(store: Store, folder: Path, mailbox: Sequence[str]) -> None:
    path = folder / "box.mbox"
    path.write_text("".join(f"From x Mon Jan  5 10:00:00 2026\n{each}\n" for each in mailbox))
    syncing.sync(store, Request([path]), NOW)


def asking(store: Store) -> Counter[str]:
    sql = "SELECT c.external_id FROM ticket t JOIN customer c ON c.id = t.requester_id"
    return Counter(row[0].partition("@")[0].rstrip("0123456789") for row in store.connection.execute(sql))


def speaking(store: Store) -> Counter[tuple[str, str]]:
    sql = "SELECT c.external_id, m.author_kind FROM message m JOIN customer c ON c.id = m.customer_id"
    return Counter((row[0].partition("@")[0].rstrip("0123456789"), row[1]) for row in store.connection.execute(sql))


def most_at_once(store: Store, folder: Path, mailbox: Sequence[str]) -> int:
    """How many messages the largest transaction of a run writes."""
    counts = [0]

    def look(sql: str) -> None:
        if sql.startswith("BEGIN"):
            counts.append(0)
        else:
            counts[-1] += sql.startswith("INSERT INTO message")

    store.connection.set_trace_callback(look)
    sync(store, folder, mailbox)
    store.connection.set_trace_callback(None)
    return max(counts)


def test_a_box_that_seemed_to_ask_thousands_of_times(tmp_path: Path) -> None:
    with closing(setup.make_store(tmp_path / "store.db", at=NOW)) as store:
        sync(store, tmp_path, outbound(1000))
        assert asking(store) == {"help": 1000}
        assert most_at_once(store, tmp_path, inbound(100)) <= steps.BATCH
        assert asking(store) == {"c": 1000, "d": 100}
        assert speaking(store) == {("help", "agent"): 1000, ("d", "customer"): 100}
    assert health.examine(tmp_path / "store.db").problems == ()


def test_an_agent_who_seemed_to_ask_and_answered_thousands_of_times(tmp_path: Path) -> None:
    with closing(setup.make_store(tmp_path / "store.db", at=NOW)) as store:
        sync(store, tmp_path, [STRAY])
        sync(store, tmp_path, answered(1000))
        assert speaking(store) == {("ken", "customer"): 1001, ("c", "customer"): 1000}
        assert most_at_once(store, tmp_path, [LOST]) <= steps.BATCH
        assert speaking(store) == {("ken", "agent"): 1001, ("c", "customer"): 1000, ("eve", "customer"): 1}
        assert mail_people.doubted(store, "mail") == []


@pytest.mark.parametrize("commits", [2, 3, 4, 5, 6, 8])
def test_wherever_it_is_cut_the_next_run_goes_on(tmp_path: Path, commits: int) -> None:
    first, then = [*outbound(60), STRAY, *answered(60)], [*inbound(20), LOST]
    path = tmp_path / "store.db"
    with closing(setup.make_store(path, at=NOW)) as store:
        sync(store, tmp_path, first)
    assert killed(path, lambda store: sync(store, tmp_path, then), commits, "COMMIT")
    assert health.examine(path).problems == ()
    with closing(Store(path)) as store:
        sync(store, tmp_path, then)
        assert asking(store) == {"c": 120, "d": 20, "eve": 1}
        assert speaking(store) == {
            ("help", "agent"): 60, ("ken", "agent"): 61, ("c", "customer"): 60, ("d", "customer"): 20,
            ("eve", "customer"): 1,
        }  # fmt: skip


def test_what_is_said_on_a_ticket_is_found_by_the_ticket(tmp_path: Path) -> None:
    """Or each mail that comes would cost as much as all that have come."""
    with closing(setup.make_store(tmp_path / "store.db", at=NOW)) as store:
        plan = store.connection.execute(f"EXPLAIN QUERY PLAN {mails.SAID} AND t.external_id = ?", ("mail", "x"))
        assert any("message_by_ticket (ticket=?)" in row["detail"] for row in plan)


def test_staff_are_asked_for_once_however_many_turn_out_to_be_strangers(store: Store) -> None:
    people = [f"p{n}@example.com" for n in range(40)]
    said: list[str] = []
    with store.writing():
        run = intake.begin_run(store, "mail", "mail", [], NOW, "default", None)
        store.connection.set_trace_callback(said.append)
        mail_people.forget(store, run, "mail", people)
        store.connection.set_trace_callback(None)
    assert len([sql for sql in said if "role = 'agent'" in sql]) == 1
