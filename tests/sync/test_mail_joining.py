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
    """The tickets and people as they are seen. Of tickets that went into others nothing is left but their numbers."""
    found = {
        name: {key: value for key, value in row.items() if key not in SEEN} for name, row in by_names(store).items()
    }
    for name, into in store.connection.execute("SELECT external_id, into_id FROM ticket_merge"):
        gone = found.pop(name)
        assert (gone["status"], gone["conditions"], gone["messages"]) == ("closed", '["merged"]', [])
        assert into in by_names(store)
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
    assert after(mails[1:2], mails[:1], mails[2:]) == whole


def test_tickets_that_a_later_mail_joins_become_one() -> None:
    whole = after([mail(1), answering(2), answering(3)])
    for order in itertools.permutations([mail(1), answering(2), answering(3)]):
        assert after(*([each] for each in order)) == whole
        assert after(*([each] for each in order), order) == whole


@st.composite
def correspondence(draw: st.DrawFn) -> list[str]:
    """Mails of a few people's conversations, which name all that they answer, or only the last or the last ones."""
    found: list[str] = []
    chains: list[list[int]] = []
    for number in range(1, draw(st.integers(2, 7)) + 1):
        before = draw(st.sampled_from([[], *chains]))
        chains.append([*before, number])
        begun = chains[-1][0]
        customer = f"{draw(st.sampled_from(['', 'Aoi ', 'Ao ']))}<c{begun % 3}@example.com>"
        sender, to = draw(st.permutations([customer, DESK])) if before else (customer, DESK)
        answers = before[-draw(st.sampled_from([1, 2, 9])) :]
        found.append(mail(number, sender, to, f"{'Re: ' * bool(before)}s{begun}", answers))
    return found


@given(data=st.data(), every=correspondence())
@settings(max_examples=25, deadline=None)
def test_whatever_mails_join_and_however_they_come(data: st.DataObject, every: list[str]) -> None:
    order = data.draw(st.permutations(every))
    cuts = data.draw(st.sets(st.integers(1, len(order) - 1), max_size=4))
    ends = [0, *sorted(cuts), len(order)]
    runs = [order[begin:end] for begin, end in itertools.pairwise(ends)]
    assert after(*runs) == after(every)


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


@given(data=st.data(), order=st.one_of(st.permutations(EVERY), correspondence().flatmap(st.permutations)))
@settings(max_examples=15, deadline=None)
def test_undoing_takes_back_what_later_mails_made_of_conversations(data: st.DataObject, order: Sequence[str]) -> None:
    cut = data.draw(st.integers(1, len(order) - 1))
    folder = Path(tempfile.mkdtemp(prefix="mails-"))
    try:
        shutil.copy(template(), folder / "store.db")
        with closing(Store(folder / "store.db")) as store:
            sync(store, folder / "drop", order[:cut])
            before = contents(store)
            run = sync(store, folder / "drop", order[cut:]).run
            with store.writing():
                undo_run(store, run, Author("lead", "cli"), NOW)
            assert contents(store) == before
            assert sync(store, folder / "drop", order[cut:]).rejected_total == 0
            assert contents(store) == after(order)
    finally:
        shutil.rmtree(folder)
