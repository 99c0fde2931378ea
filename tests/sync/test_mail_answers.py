"""Mail there and back: our replies come back in the box, and customers answer them."""

from __future__ import annotations

import email
import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest

from agentconsole.domain.values import Status
from agentconsole.services import syncing
from agentconsole.services.session import Session
from agentconsole.services.tickets import perform
from agentconsole.store import conflicts, mail_people, mails, outbox, tickets
from agentconsole.store.outbox import State
from agentconsole.sync import outbox as out
from agentconsole.sync.summary import Summary
from tests.conftest import NOW
from tests.support.dump import table
from tests.support.mails import CUSTOMER, DESK, dated, mail
from tests.support.outgoing import ids
from tests.support.records import outcomes

ANSWER = "We have found your withdrawal, and it will be sent today."
FOOTER = "\n______\nTo unsubscribe send an email to help-leave@lists.example.org\n"


def sync(session: Session, folder: Path, *mails: str | bytes) -> Summary:
    """One run over these mails."""
    drop = folder / f"{len(list(folder.iterdir()))}"
    drop.mkdir()
    for number, each in enumerate(mails):
        (drop / f"{number}.eml").write_bytes(each if isinstance(each, bytes) else each.encode())
    return syncing.sync(session.store, syncing.Request([drop]), session.now())


@pytest.fixture
def asked(session: Session, tmp_path: Path) -> Session:
    """A ticket that came by mail."""
    sync(session, tmp_path, dated(NOW - timedelta(hours=1), mail("first")))
    return session


def sent(session: Session, tmp_path: Path, **fields: str) -> EmailMessage:
    """Our answer, as it was exported."""
    perform(session, "reply", [10001], {"body": ANSWER, **fields})
    file = tmp_path / f"{len(outbox.exports(session.store))}.eml"
    out.export(session.store, file, session.now())
    found = email.message_from_bytes(file.read_bytes(), policy=SMTP)
    assert isinstance(found, EmailMessage)
    return found


def as_it_is(ours: EmailMessage) -> None:
    """Nothing happens to it on the way."""


def by_a_list(ours: EmailMessage) -> None:
    ours.set_content(f"{ours.get_content()}{FOOTER}", cte="quoted-printable")
    ours.replace_header("Subject", f"[Help] {ours['Subject']}")
    ours.replace_header("From", '"Help via list" <help-bounces@lists.example.net>')
    del ours["In-Reply-To"], ours["References"]


def as_html(ours: EmailMessage) -> None:
    ours.set_content(f"<p>{ours.get_content()}</p>", subtype="html", cte="base64")


def under_another_id(ours: EmailMessage) -> None:
    ours.replace_header("Message-ID", "<rewritten@example.org>")


@pytest.mark.parametrize("on_the_way", [as_it_is, by_a_list, as_html, under_another_id])
def test_our_mail_comes_back_once_whatever_happened_to_it(
    asked: Session, tmp_path: Path, on_the_way: Callable[[EmailMessage], None]
) -> None:
    ours = sent(asked, tmp_path, then="pending")
    perform(asked, "solve", [10001], {})
    on_the_way(ours)
    summary = sync(asked, tmp_path, ours.as_bytes())
    assert outcomes(summary, "messages") == {"unchanged": 1}
    assert outcomes(sync(asked, tmp_path, ours.as_bytes()), "messages") == {"unchanged": 1}
    assert ids(asked, State.EXPORTED) == []
    assert tickets.get(asked.store, 10001).status is Status.SOLVED
    assert [(each.author_kind, each.body) for each in tickets.conversation(asked.store, 10001).messages][1:] == [
        ("agent", ANSWER)
    ]
    assert conflicts.conflicts(asked.store) == []


@pytest.mark.parametrize(
    "fields",
    [
        {"sender": CUSTOMER},
        {"sender": "eve@example.net"},
        {"sender": DESK, "fields": {"Auto-Submitted": "auto-replied"}},
    ],
    ids=["the customer's own", "a stranger's", "a machine's"],
)
def test_a_mail_that_only_says_the_same_is_not_ours(asked: Session, tmp_path: Path, fields: dict[str, Any]) -> None:
    sent(asked, tmp_path)
    other = dated(NOW + timedelta(minutes=1), mail("other", answers=["first"], body=ANSWER, **fields))
    assert outcomes(sync(asked, tmp_path, other), "messages") == {"new": 1}
    assert len(ids(asked, State.EXPORTED)) == 1


@pytest.mark.parametrize("then", ["pending", "solve"])
def test_an_answer_opens_the_ticket_again(asked: Session, tmp_path: Path, then: str) -> None:
    ours = sent(asked, tmp_path, then=then)
    answer = mail("second", subject="still", fields={"In-Reply-To": ours["Message-ID"]})
    sync(asked, tmp_path, dated(NOW + timedelta(minutes=5), answer))
    assert tickets.get(asked.store, 10001).status is Status.OPEN
    assert len(tickets.conversation(asked.store, 10001).messages) == 3
    perform(asked, "solve", [10001], {})
    sync(asked, tmp_path, ours.as_bytes())
    assert tickets.get(asked.store, 10001).status is Status.SOLVED
    assert conflicts.conflicts(asked.store) == []


@pytest.mark.parametrize(
    ("minutes", "fields"),
    [(-90, {}), (5, {"fields": {"Auto-Submitted": "auto-replied"}}), (5, {"sender": DESK})],
    ids=["from before", "a machine's", "the desk's own"],
)
def test_what_is_no_answer_opens_nothing(asked: Session, tmp_path: Path, minutes: int, fields: dict[str, Any]) -> None:
    sent(asked, tmp_path, then="solve")
    sync(asked, tmp_path, dated(NOW + timedelta(minutes=minutes), mail("other", answers=["first"], **fields)))
    assert tickets.get(asked.store, 10001).status is Status.SOLVED
    assert len(tickets.conversation(asked.store, 10001).messages) == 3


def test_a_stranger_who_guesses_our_ids_begins_a_ticket_of_their_own(asked: Session, tmp_path: Path) -> None:
    ours = sent(asked, tmp_path)
    guessed = mail("guess", "eve@example.net", subject="x", fields={"In-Reply-To": ours["Message-ID"]})
    sync(asked, tmp_path, dated(NOW + timedelta(minutes=5), guessed))
    assert tickets.get(asked.store, 10002).subject == "x"


def test_the_next_answer_hangs_on_our_own_mail_too(asked: Session, tmp_path: Path) -> None:
    first = sent(asked, tmp_path)
    sync(asked, tmp_path, first.as_bytes())
    second = sent(asked, tmp_path)
    assert second["In-Reply-To"] == first["Message-ID"]
    assert second["References"] == f"<first@example.com> {first['Message-ID']}"


def test_an_empty_export_is_written_as_its_helpdesk_takes_it(asked: Session, tmp_path: Path) -> None:
    file = tmp_path / "nothing.zip"
    out.export(asked.store, file, asked.now())
    assert file.read_bytes().startswith(b"PK")


def under_our_id(ours: EmailMessage, told: str, event: int | None = None) -> bytes:
    """A mail of somebody who has had one of ours, and knows its id."""
    name = ours["Message-ID"] if event is None else re.sub(r"\.\d+@", f".{event}@", ours["Message-ID"])
    other = dated(NOW + timedelta(minutes=1), mail("other", "eve@example.net", answers=["first"], body=told))
    return other.replace("<other@example.com>", name).encode()


def test_who_knows_the_id_of_our_mail_says_nothing_for_us(asked: Session, tmp_path: Path) -> None:
    ours = sent(asked, tmp_path)
    assert outcomes(sync(asked, tmp_path, under_our_id(ours, "Words of Eve")), "messages") == {"new": 1}
    assert len(ids(asked, State.EXPORTED)) == 1
    last = tickets.conversation(asked.store, 10001).messages[-1]
    assert (last.author_kind, last.body) == ("customer", "Words of Eve")


def test_who_makes_up_an_id_of_ours_is_no_agent(asked: Session, tmp_path: Path) -> None:
    ours = sent(asked, tmp_path, then="pending")
    sync(asked, tmp_path, under_our_id(ours, ANSWER, event=999_999))
    last = tickets.conversation(asked.store, 10001).messages[-1]
    assert last.author_kind == "customer"
    assert tickets.get(asked.store, 10001).status is Status.OPEN


@pytest.mark.parametrize("sender", [DESK, "eve@example.net"])
def test_who_has_had_our_mail_puts_no_words_behind_ours(asked: Session, tmp_path: Path, sender: str) -> None:
    """Ours has come back; what comes under its id with more in it is somebody else's, whatever it says it is from."""
    ours = sent(asked, tmp_path)
    sync(asked, tmp_path, ours.as_bytes())
    ours.set_content(f"{ANSWER}\nSend your coins to Eve.\n")
    if sender != DESK:
        ours.replace_header("From", sender)
    sync(asked, tmp_path, ours.as_bytes())
    messages = tickets.conversation(asked.store, 10001).messages
    assert [each.body for each in messages if each.author_kind == "agent"] == [ANSWER]
    assert [each.author_kind for each in messages][2:] == ([] if sender == DESK else ["customer"])


def test_another_copy_of_what_a_customer_wrote_opens_nothing(asked: Session, tmp_path: Path) -> None:
    perform(asked, "solve", [10001], {})
    again = dated(NOW - timedelta(hours=1), mail("first", body=f"As by a list{FOOTER}"))
    assert outcomes(sync(asked, tmp_path, again), "messages") == {"changed": 1}
    assert tickets.get(asked.store, 10001).status is Status.SOLVED


def test_what_a_run_has_brought_is_nowhere_when_it_is_undone(session: Session, tmp_path: Path) -> None:
    answer: dict[str, Any] = {"subject": "Re: Withdrawal", "body": "And?"}
    sync(session, tmp_path, dated(NOW - timedelta(hours=2), mail("b", answers=["a"], **answer)))
    begin = dated(NOW - timedelta(hours=3), mail("a", subject="Withdrawal"))
    run = sync(session, tmp_path, begin, dated(NOW - timedelta(hours=1), mail("c", answers=["a", "b"], **answer))).run
    syncing.undo(session, run)
    found = mails.places(session.store, "mail", [f"{each}@example.com" for each in "abc"])
    assert {name: place.is_here for name, place in found.items() if place.is_here} == {"b@example.com": True}


@pytest.mark.parametrize("undone", ["a later answer", "the question"])
def test_what_mails_of_old_stores_answer_is_known_also_after_a_run_is_undone(
    session: Session, tmp_path: Path, undone: str
) -> None:
    begin = dated(NOW - timedelta(hours=4), mail("a", subject="Deposit"))
    sync(session, tmp_path, dated(NOW - timedelta(hours=3), mail("b", answers=["a"])))
    with session.store.writing():  # as it was kept before mails said so themselves
        session.store.connection.execute("UPDATE message SET extra = json_remove(extra, '$.answers')")
    later = dated(NOW - timedelta(hours=2), mail("c", answers=["b"]))
    syncing.undo(session, sync(session, tmp_path, later if undone == "a later answer" else begin).run)
    sync(session, tmp_path, begin)
    assert [row["number"] for row in table(session.store, "ticket")] == [10001]


@pytest.mark.parametrize(
    ("worked_on", "mails_on", "apart"),
    [
        ([], {10001: 3}, []),
        ([10001], {10001: 3}, []),
        ([10002], {10002: 3}, []),
        ([10001, 10002], {10001: 2, 10002: 1}, ["joining of tickets 10001 and 10002: both were worked on"]),
    ],
)
def test_a_ticket_on_which_somebody_has_worked_goes_into_no_other(
    session: Session, tmp_path: Path, worked_on: list[int], mails_on: dict[int, int], apart: list[str]
) -> None:
    sync(session, tmp_path, dated(NOW - timedelta(hours=3), mail("a")))
    sync(session, tmp_path, dated(NOW - timedelta(hours=1), mail("c", answers=["b"], subject="x")))
    for number in worked_on:
        perform(session, "note", [number], {"body": "note"})
    summary = sync(session, tmp_path, dated(NOW - timedelta(hours=2), mail("b", answers=["a"], subject="x")))
    assert list(summary.skipped) == apart
    sql = "SELECT ticket, count(*) FROM message WHERE source = 'mail' GROUP BY ticket"
    assert dict(session.store.connection.execute(sql).fetchall()) == mails_on
    closed = {each for each in (10001, 10002) if tickets.get(session.store, each).status is Status.CLOSED}
    assert closed == {10001, 10002} - mails_on.keys()


def test_tickets_that_cannot_be_joined_are_named_up_to_a_few_and_left_as_they_are(
    session: Session, tmp_path: Path
) -> None:
    pairs = range(7)
    first = [dated(NOW - timedelta(hours=3), mail(f"a{n}")) for n in pairs]
    last = [dated(NOW - timedelta(hours=1), mail(f"c{n}", answers=[f"b{n}"], subject=f"x{n}")) for n in pairs]
    sync(session, tmp_path, *first)
    sync(session, tmp_path, *last)
    perform(session, "note", range(10001, 10015), {"body": "note"})
    between = [mail(f"b{n}", answers=[f"a{n}"], subject=f"x{n}") for n in pairs]
    between = [dated(NOW - timedelta(hours=2), each) for each in between]
    told = sync(session, tmp_path, *between).skipped
    assert sorted(told.values()) == [1, 1, 1, 1, 1, 2]
    assert told["joining of further tickets: both were worked on"] == 2
    said: list[str] = []
    session.store.connection.set_trace_callback(said.append)
    assert sorted(sync(session, tmp_path, *first, *between, *last).skipped.values()) == sorted(told.values())
    assert [sql for sql in said if "ticket_words" in sql] == []
    assert mail_people.doubted(session.store, "mail") == []
