"""Conversations of mails that come bit by bit: in the end each is what it would be had all come at once."""

from __future__ import annotations

import atexit
import itertools
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentconsole.domain.change import Author
from agentconsole.services import setup, syncing
from agentconsole.services.syncing import Request
from agentconsole.store import health
from agentconsole.store.store import Store
from agentconsole.store.undoing import undo_run
from agentconsole.sync.summary import Summary
from tests.conftest import NOW
from tests.support.dump import by_names
from tests.support.mails import CUSTOMER, DESK, mail
from tests.support.records import outcomes

KEN: Final = "Ken <ken@example.net>"
EVERY: Final = (
    mail(1, body="first", fields={"Reply-To": "other@example.net", "Cc": KEN}),
    mail(2, sender=DESK, to="Aoi <aoi@example.com>", subject="Re: Withdrawal", answers=[1], body="answer"),
    mail(3, subject="Re: Withdrawal", answers=[1, 2], body="second"),
    mail(4, sender=KEN, subject="Re: Withdrawal", answers=[1, 2, 3], body="third"),
    mail(5, sender=KEN, subject="Fees", body="mine"),
    mail(6, sender=DESK, to=KEN, subject="Re: Fees", answers=[5], body="yours"),
    mail(7, sender=DESK, to="Aoi <aoi@example.com>", subject="Re: Withdrawal", answers=[1, 2, 3, 4], body="last"),
)  # fmt: skip
BOX: Final = {"Delivered-To": "help@example.org"}
BOXED: Final = (
    mail(1, fields=BOX),
    mail(2, KEN, subject="Fees", fields=BOX),
    mail(3, DESK, "Eve <eve@example.org>", subject="Your account"),
    mail(4, "Eve <eve@example.org>", subject="Re: Your account", answers=[3], fields=BOX),
    mail(5, DESK, CUSTOMER, subject="Re: Withdrawal", answers=[1]),
)
"""A box of the desk's, and a conversation that the desk began."""
SEEN: Final = ("hash", "clocks", "due_at", "due_kind", "due_calendar")
"""What depends on which states of a ticket were seen."""


@cache
def template() -> Path:
    path = Path(tempfile.mkdtemp(prefix="mails-")) / "template.db"
    setup.make_store(path, at=NOW).close()
    atexit.register(shutil.rmtree, path.parent)
    return path


def sync(store: Store, folder: Path, mails: Iterable[str]) -> Summary:
    """One run over these mails."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for number, each in enumerate(mails):
        (folder / f"{number}.eml").write_text(each)
    return syncing.sync(store, Request([folder]), NOW)


def contents(store: Store) -> dict[str, Any]:
    """The tickets and people as they are seen."""
    found = {
        name: {key: value for key, value in row.items() if key not in SEEN} for name, row in by_names(store).items()
    }
    people = store.connection.execute("SELECT external_id, name, email, role FROM customer ORDER BY external_id")
    return found | {"people": [tuple(row) for row in people]}


def after(*runs: Sequence[str]) -> dict[str, Any]:
    """What the store holds after these runs."""
    folder = Path(tempfile.mkdtemp(prefix="mails-"))
    try:
        shutil.copy(template(), folder / "store.db")
        with closing(Store(folder / "store.db")) as store:
            for each in runs:
                assert sync(store, folder / "drop", each).rejected_total == 0
            found = contents(store)
        assert health.examine(folder / "store.db").problems == ()
        return found
    finally:
        shutil.rmtree(folder)


@cache
def at_once() -> dict[str, Any]:
    return after(EVERY)


@given(order=st.permutations(EVERY), cuts=st.sets(st.integers(1, len(EVERY) - 1)))
@settings(max_examples=15, deadline=None)
def test_any_order_and_any_split_come_to_the_same(order: Sequence[str], cuts: set[int]) -> None:
    ends = [0, *sorted(cuts), len(order)]
    runs = [order[begin:end] for begin, end in itertools.pairwise(ends)]
    assert after(*runs) == at_once()


@pytest.mark.parametrize("order", list(itertools.permutations(BOXED))[::17])
def test_a_box_is_known_as_the_desks_own_by_all_mails_so_far(order: Sequence[str]) -> None:
    whole = after(BOXED)
    assert whole["3@example.com"]["requester"] == "eve@example.org"
    assert ("help@example.org", "Help", "help@example.org", "agent") in whole["people"]
    assert after(*([each] for each in order)) == whole


def test_mail_by_mail_backwards() -> None:
    assert after(*([each] for each in reversed(EVERY))) == at_once()


def test_an_answer_finds_its_mail_without_references() -> None:
    """Only the id of the mail that it answers: what went before that one is known from earlier runs."""
    chain = [mail(1), *(answering(number) for number in (2, 3, 4))]
    whole = after(chain)
    assert list(whole) == ["1@example.com", "people"]
    assert after(*([each] for each in chain)) == whole


def test_a_ticket_is_called_by_its_first_mail_once_that_is_known() -> None:
    chain = [mail(1), *(answering(number) for number in (2, 3))]
    assert after(*([each] for each in reversed(chain))) == after(chain)


def answering(number: int) -> str:
    return mail(number, subject="x", fields={"In-Reply-To": f"<{number - 1}@example.com>"})


def test_an_answer_to_nobody_knows_what_goes_by_subject_and_people() -> None:
    mails = [
        mail(1, to=f"{DESK}, {KEN}"),
        mail(2, DESK, CUSTOMER, subject="Re: Withdrawal"),
        mail(3, subject="Re: Withdrawal"),
        mail(4, "eve@example.org", DESK, subject="Re: Withdrawal"),
    ]
    whole = after(mails)
    assert [len(each["messages"]) for name, each in whole.items() if name != "people"] == [3, 1]
    assert after(*([each] for each in mails)) == whole


def test_no_mail_leaves_the_ticket_on_which_it_stands() -> None:
    """What only a later mail joins stays apart, also when all is read once more; nothing is set aside."""
    first, third, second = mail(1), answering(3), answering(2)
    apart = after([first], [third], [second])
    assert [len(each["messages"]) for name, each in apart.items() if name != "people"] == [2, 1]
    assert after([first], [third], [second], [first, second, third]) == apart


def test_a_very_long_conversation_goes_on() -> None:
    chain = [mail(number, day=1, answers=[number - 1] if number > 1 else []) for number in range(1, 521)]
    last = mail(521, DESK, CUSTOMER, day=2, answers=[520])
    assert after(chain, [last]) == after([*chain, last])


def test_reading_a_part_again_changes_nothing(tmp_path: Path) -> None:
    shutil.copy(template(), tmp_path / "store.db")
    with closing(Store(tmp_path / "store.db")) as store:
        sync(store, tmp_path / "drop", EVERY)
        summary = sync(store, tmp_path / "drop", EVERY[1:3])
        assert outcomes(summary, "tickets") == {"unchanged": 1}
        assert outcomes(summary, "messages") == {"unchanged": 2}


@given(order=st.permutations(EVERY), cut=st.integers(1, len(EVERY) - 1))
@settings(max_examples=10, deadline=None)
def test_undoing_takes_back_what_later_mails_made_of_a_conversation(order: Sequence[str], cut: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="mails-"))
    try:
        shutil.copy(template(), folder / "store.db")
        with closing(Store(folder / "store.db")) as store:
            sync(store, folder / "drop", order[:cut])
            before = put_back(store)
            run = sync(store, folder / "drop", order[cut:]).run
            with store.writing():
                undo_run(store, run, Author("lead", "cli"), NOW)
            assert put_back(store) == before
            assert sync(store, folder / "drop", order[cut:]).rejected_total == 0
            assert contents(store) == at_once()
    finally:
        shutil.rmtree(folder)


def put_back(store: Store) -> dict[str, Any]:
    """What undoing puts back: all but who was taken for staff, and what follows from that."""
    found = contents(store)
    for name in found.keys() - {"people"}:
        found[name]["messages"] = [(each[0], each[1], each[-1]) for each in found[name]["messages"]]
    return found
