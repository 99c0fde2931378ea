"""Mails joined to conversations, and what becomes of them."""

from __future__ import annotations

import io
import itertools
import random
import zipfile
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentconsole.sync import conversation
from agentconsole.sync.files import collect
from agentconsole.sync.formats import ReadOptions, detect, mail_files
from agentconsole.sync.formats.mail import Mail
from agentconsole.sync.formats.mail_threads import plain_subject
from agentconsole.sync.records import CommentRecord, Record, RejectedRecord, SkippedRecord, TicketRecord
from tests.support.mails import CUSTOMER, DESK, mail


def read(folder: Path, *mails: str | bytes, options: ReadOptions | None = None) -> list[Record]:
    for number, content in enumerate(mails):
        raw = content.encode() if isinstance(content, str) else content
        (folder / f"{number}.eml").write_bytes(raw)
    return list(Mail().read(collect([folder]), options or ReadOptions()))


def tickets(records: Iterable[Record]) -> list[TicketRecord]:
    return [record for record in records if isinstance(record, TicketRecord)]


def only(records: Iterable[Record]) -> TicketRecord:
    (ticket,) = tickets(records)
    return ticket


def bodies(ticket: TicketRecord) -> list[str]:
    return [comment.body for comment in ticket.comments]


# A conversation


def test_a_conversation_is_a_ticket(tmp_path: Path) -> None:
    records = read(
        tmp_path,
        mail(1, body="first", fields={"Reply-To": "other@example.net", "Cc": "Ken <ken@example.net>"}),
        mail(2, sender=DESK, to=CUSTOMER, subject="Re: Withdrawal", answers=[1], body="answer"),
        mail(3, subject="Re: Withdrawal", answers=[1, 2], body="second"),
    )
    ticket = only(records)
    assert len(records) == 1
    assert (ticket.external_id, ticket.subject, ticket.description) == ("1@example.com", "Withdrawal", "first")
    assert (ticket.status, ticket.via, ticket.requester_id) == ("open", "email", "aoi@example.com")
    assert ticket.created_at == datetime(2026, 1, 1, 3, 4, 5, tzinfo=UTC)
    assert ticket.updated_at == datetime(2026, 1, 3, 3, 4, 5, tzinfo=UTC)
    assert bodies(ticket) == ["first", "answer", "second"]
    assert [comment.author_id for comment in ticket.comments] == [
        "aoi@example.com",
        "help@example.org",
        "aoi@example.com",
    ]
    assert [comment.author_name for comment in ticket.comments] == ["Aoi", "Help", "Aoi"]
    assert {comment.author_kind for comment in ticket.comments} == {None}
    assert all(comment.ticket_external_id == "1@example.com" and comment.public for comment in ticket.comments)
    assert len({comment.external_id for comment in ticket.comments}) == 3
    assert [(each.external_id, each.name, each.email, each.role) for each in ticket.people] == [
        ("aoi@example.com", "Aoi", "aoi@example.com", "end-user")
    ]
    assert ticket.extra == {"reply_to": "other@example.net"}
    assert ticket.comments[0].extra == {
        "message_id": "1@example.com",
        "answers": (),
        "subject": "Withdrawal",
        "to": ["help@example.org"],
        "cc": ["ken@example.net"],
        "called": {"help@example.org": "Help", "ken@example.net": "Ken"},
        "reply_to": "other@example.net",
    }


def test_order_and_place_of_files_change_nothing(tmp_path: Path) -> None:
    mails = [mail(1), mail(2, DESK, CUSTOMER, answers=[1]), mail(3, answers=[2]), mail(4, subject="Other")]
    found = []
    for number, order in enumerate(itertools.permutations(mails)):
        folder = tmp_path / str(number)
        folder.mkdir()
        found.append(
            [
                (t.external_id, t.digest, [(c.external_id, c.digest) for c in t.comments])
                for t in tickets(read(folder, *order))
            ]
        )
    assert all(each == found[0] for each in found)


def test_a_ticket_is_called_by_the_first_mail_that_is_here(tmp_path: Path) -> None:
    later = [mail(2, DESK, CUSTOMER, answers=[1]), mail(3, answers=[1, 2]), mail(4, answers=["lost", "gone"])]
    assert [t.external_id for t in tickets(read(tmp_path, *later))] == ["2@example.com", "4@example.com"]
    (tmp_path / "all").mkdir()
    assert [t.external_id for t in tickets(read(tmp_path / "all", mail(1), *later))] == [
        "1@example.com",
        "4@example.com",
    ]


def test_in_reply_to_is_enough(tmp_path: Path) -> None:
    ticket = only(read(tmp_path, mail(1), mail(2, subject="x", fields={"In-Reply-To": "<1@example.com>"})))
    assert len(ticket.comments) == 2


def test_an_address_in_in_reply_to_joins_nothing(tmp_path: Path) -> None:
    mails = [mail(n, subject=f"s{n}", fields={"In-Reply-To": '"Your message" <help@example.org>'}) for n in (1, 2)]
    assert len(tickets(read(tmp_path, *mails))) == 2


def test_no_mail_moves_another(tmp_path: Path) -> None:
    """References that put one conversation behind another are the sender's word for its own mail only."""
    records = read(
        tmp_path, mail(1), mail(2, "b@example.net", subject="Mine"), mail(3, "b@example.net", answers=[2, 1])
    )
    assert [(t.external_id, len(t.comments)) for t in tickets(records)] == [("1@example.com", 2), ("2@example.com", 1)]


@pytest.mark.parametrize("answers", [{1: [2], 2: [1]}, {1: [1]}, {1: [3], 2: [1], 3: [2]}])
def test_circles_end(tmp_path: Path, answers: dict[int, list[int]]) -> None:
    ticket = only(read(tmp_path, *(mail(number, answers=answers[number]) for number in answers)))
    assert ticket.external_id == "1@example.com"
    assert len(ticket.comments) == len(answers)


def test_a_long_chain(tmp_path: Path) -> None:
    text = "".join(
        "From x Mon Jan  5 10:00:00 2026\n" + mail(n, day=1, answers=[n - 1] if n > 1 else []) + "\n"
        for n in range(1, 3001)
    )
    (tmp_path / "box").write_text(text)
    ticket, *rest = Mail().read(collect([tmp_path / "box"]), ReadOptions())
    assert isinstance(ticket, TicketRecord)
    assert len(ticket.comments) == conversation.INSIDE
    assert all(isinstance(each, CommentRecord) and each.ticket_external_id == ticket.external_id for each in rest)
    assert len(rest) == 3000 - conversation.INSIDE


# Without references


@pytest.mark.parametrize(
    ("subject", "plain", "is_reply"),
    [
        ("Re: RE: Withdrawal", "withdrawal", True),
        ("Re[2]: ＷＩＴＨＤＲＡＷＡＬ", "withdrawal", True),
        ("回复：提现", "提现", True),
        ("答复: 回复: 提现", "提现", True),
        ("回覆: 提現", "提現", True),
        ("【自動返信】出金", "出金", True),
        ("Automatic reply: x", "x", True),
        ("Fwd: x", "x", False),
        ("Fwd: Re: x", "x", False),
        ("转发: x", "x", False),
        ("Regarding: x", "regarding: x", False),
        ("Re", "re", False),
        ("Re:", "", True),
        ("", "", False),
    ],
)
def test_subjects_without_what_answering_adds(subject: str, plain: str, is_reply: bool) -> None:
    assert plain_subject(subject) == (plain, is_reply)


def test_subject_and_people_join_what_nothing_else_does(tmp_path: Path) -> None:
    ticket = only(
        read(
            tmp_path, mail(1, subject="出金"), mail(2, DESK, CUSTOMER, subject="Re: 出金"), mail(3, subject="RE: 出金")
        )
    )
    assert (ticket.external_id, len(ticket.comments)) == ("1@example.com", 3)


@pytest.mark.parametrize(
    "other",
    [
        mail(2, subject="Withdrawal"),  # no answer: a new question under the same words
        mail(2, "ken@example.net", subject="Re: Withdrawal"),  # somebody else's
        mail(2, DESK, "ken@example.net", subject="Re: Withdrawal"),
        mail(2, subject="Re: Deposit"),
        mail(2, subject="Fwd: Withdrawal"),
    ],
)
def test_subject_alone_joins_nothing(tmp_path: Path, other: str) -> None:
    assert len(tickets(read(tmp_path, mail(1), other))) == 2


def test_after_long_silence_a_subject_joins_nothing(tmp_path: Path) -> None:
    late = mail(2, DESK, CUSTOMER, subject="Re: Withdrawal").replace("2026", "2027")
    assert len(tickets(read(tmp_path, mail(1), late))) == 2


# Who speaks


def test_somebody_let_in_by_the_customer_is_no_agent(tmp_path: Path) -> None:
    ticket = only(
        read(
            tmp_path,
            mail(1, fields={"Cc": "ken@example.net"}),
            mail(2, "Rin <rin@example.org>", CUSTOMER, answers=[1]),
            mail(3, "ken@example.net", answers=[1]),
            mail(4, "boss@example.com", answers=[1]),
        )
    )
    assert [comment.author_kind for comment in ticket.comments] == [None, None, "customer", "customer"]
    assert [each.external_id for each in ticket.people] == ["aoi@example.com", "ken@example.net", "boss@example.com"]


def test_the_desks_own_box_is_known_by_what_comes_into_it(tmp_path: Path) -> None:
    box = {"Delivered-To": "help@example.org"}
    records = read(
        tmp_path,
        mail(1, "a@example.com", fields=box),
        mail(2, "b@example.com", subject="Other", fields=box),
        mail(3, DESK, CUSTOMER, subject="We ask you"),
        mail(4, subject="Re: We ask you", answers=[3], fields=box),
    )
    ticket = tickets(records)[-1]
    assert (ticket.subject, ticket.requester_id, ticket.status) == ("We ask you", "aoi@example.com", "open")
    assert [comment.author_kind for comment in ticket.comments] == ["agent", None]
    assert {each.external_id: each.role for each in ticket.people} == {
        "help@example.org": "agent",
        "aoi@example.com": "end-user",
    }


def test_nobody_becomes_the_desk_by_saying_so(tmp_path: Path) -> None:
    pretended = {"Delivered-To": "aoi@example.com"}
    ticket = only(
        read(
            tmp_path,
            mail(1, fields=pretended),
            mail(2, DESK, CUSTOMER, answers=[1]),
            mail(3, answers=[1], fields=pretended),
        )
    )
    assert ticket.requester_id == "aoi@example.com"
    assert "agent" not in {comment.author_kind for comment in ticket.comments}


def test_a_form_writes_for_somebody(tmp_path: Path) -> None:
    ticket = only(read(tmp_path, mail(1, "Form <no-reply@example.org>", fields={"Reply-To": CUSTOMER})))
    assert ticket.requester_id == "aoi@example.com"
    assert not ticket.comments[0].automatic


def test_a_mail_without_an_author(tmp_path: Path) -> None:
    ticket = only(read(tmp_path, mail(1).partition("\n")[2]))
    assert (ticket.requester_id, ticket.comments[0].author_id, ticket.people) == (None, None, ())


def test_a_bounce_belongs_to_the_mail_that_it_is_about(tmp_path: Path) -> None:
    report = (
        "From: MAILER-DAEMON@mx.example.net\nTo: help@example.org\nSubject: Undelivered\nMessage-ID: <b@mx>\n"
        "Date: 3 Jan 2026 03:04:05 +0000\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\n\n"
        "--x\n\nYour mail came back.\n--x\nContent-Type: message/delivery-status\n\nStatus: 5.1.1\n\n"
        "--x\nContent-Type: message/rfc822\n\nMessage-ID: <2@example.com>\nSubject: Re: Withdrawal\n\ntext\n--x--\n"
    )
    ticket = only(read(tmp_path, mail(1), mail(2, DESK, CUSTOMER, answers=[1]), report))
    bounce = ticket.comments[-1]
    assert (bounce.automatic, bounce.author_kind, bounce.author_id) == (True, "system", None)
    assert (bounce.author_name, bounce.body) == ("mailer-daemon@mx.example.net", "Your mail came back.")
    assert bounce.extra["automatic"] == "bounce"
    assert ticket.status == "open"


def test_an_automatic_answer_is_marked_and_keeps_its_author(tmp_path: Path) -> None:
    ticket = only(
        read(tmp_path, mail(1), mail(2, DESK, CUSTOMER, answers=[1], fields={"Auto-Submitted": "auto-replied"}))
    )
    assert [(c.automatic, c.author_id) for c in ticket.comments] == [
        (False, "aoi@example.com"),
        (True, "help@example.org"),
    ]
    assert ticket.status == "new"


# What is left out


def test_the_same_mail_in_two_folders_is_one(tmp_path: Path) -> None:
    records = read(tmp_path, mail(1), mail(1, body="text \n"), mail(1, body="not the same"))
    assert [record.kind for record in records if isinstance(record, SkippedRecord)] == ["mail seen twice"]
    assert sorted(bodies(only(records))) == ["not the same", "text"]


def test_one_id_for_many_mails_loses_none(tmp_path: Path) -> None:
    again = mail(1, "ken@example.net", body="mine"), mail(1, day=2, body="later")
    records = read(tmp_path, mail(1), *again)
    assert sum(len(ticket.comments) for ticket in tickets(records)) == 3


@pytest.mark.parametrize(
    ("name", "fields", "kind"),
    [
        ("1.x:2,D", {}, "draft mail"),
        ("1.x:2,ST", {}, "deleted mail"),
        ("1.eml", {"X-Mozilla-Status": "0009"}, "deleted mail"),
        ("1.eml", {"X-Status": "D"}, "deleted mail"),
    ],
)
def test_drafts_and_what_was_thrown_away(tmp_path: Path, name: str, fields: dict[str, str], kind: str) -> None:
    (tmp_path / name).write_text(mail(1, fields=fields))
    assert list(Mail().read(collect([tmp_path]), ReadOptions())) == [SkippedRecord(kind)]


def test_what_cannot_be_taken_is_set_aside_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a note\n")
    (tmp_path / "b.json").write_text('{"id": 1}')
    records = read(tmp_path, mail(1), mail(2).replace("Date: 2 Jan 2026", "Date: long ago"))
    refused = [record for record in records if isinstance(record, RejectedRecord)]
    assert [(Path(r.place.file).name, r.object, r.reason.partition(":")[0]) for r in refused] == [
        ("1.eml", "comment", "no date"),
        ("a.txt", "comment", "not a mail"),
        ("b.json", "comment", "not a mail"),
    ]
    assert refused[0].raw == mail(2).replace("Date: 2 Jan 2026", "Date: long ago")
    assert len(tickets(records)) == 1


def test_a_way_here_is_not_kept(tmp_path: Path) -> None:
    fields = {
        "Received": "from [192.0.2.7] by mx.example.org; 1 Jan 2026 03:04:05 +0000",
        "X-Originating-IP": "[192.0.2.7]",
    }
    assert "192.0.2.7" not in repr(read(tmp_path, mail(1, fields=fields)))


def test_unknown_charsets_are_counted(tmp_path: Path) -> None:
    (tmp_path / "1.eml").write_text(
        mail(1, fields={"Content-Type": "text/plain; charset=x-foo", "Content-Transfer-Encoding": "zip"})
    )
    reader = Mail()
    list(reader.read(collect([tmp_path]), ReadOptions()))
    assert reader.tally.unknown == {"message.charset=x-foo": 1, "message.encoding=zip": 1}


# Files


def box(*mails: str, end: str = "\n") -> bytes:
    return (
        "".join(f"From a@example.com Mon Jan  5 10:00:00 2026\n{each}\n" for each in mails).replace("\n", end).encode()
    )


def test_a_mail_without_a_date_came_when_its_mbox_says(tmp_path: Path) -> None:
    undated = mail(1).replace("Date: 1 Jan 2026 03:04:05 +0000\n", "")
    (tmp_path / "box").write_text(f"From x@example.com Mon Jan  5 10:00:00 2026\n{undated}")
    assert only(Mail().read(collect([tmp_path / "box"]), ReadOptions())).created_at == datetime(
        2026, 1, 5, 10, tzinfo=UTC
    )


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_an_mbox(tmp_path: Path, end: str) -> None:
    body = "one\n\nFrom here on it is text.\n\n>From was quoted\n>>From twice"
    (tmp_path / "box").write_bytes(box(mail(1, body=body), mail(2, subject="Other"), end=end))
    files = collect([tmp_path])
    reader = detect(files)
    assert reader.name == "mail"
    first, second = tickets(reader.read(files, ReadOptions()))
    assert bodies(first) == ["one\n\nFrom here on it is text.\n\nFrom was quoted\n>From twice"]
    assert [t.comments[0].place.line for t in (first, second)] == [1, 15]


@pytest.mark.parametrize(
    "separator",
    [
        "From - Mon Jan  5 10:00:00 2026",
        "From 1234567890@xxx Mon Jan 05 10:00:00 +0000 2026",
        "From MAILER-DAEMON Mon Jan  5 10:00:00 JST 2026",
        "From a b@example.com Mon Jan  5 10:00 2026",
    ],
)
def test_separators_of_many_programs(tmp_path: Path, separator: str) -> None:
    (tmp_path / "box").write_text(f"{separator}\n{mail(1)}\n{separator}\n{mail(2, subject='Other')}")
    assert len(tickets(Mail().read(collect([tmp_path]), ReadOptions()))) == 2


def test_a_maildir_dates_its_mails_by_name(tmp_path: Path) -> None:
    for folder in ("cur", "new", "tmp"):
        (tmp_path / folder).mkdir()
    undated = "\n".join(line for line in mail(1).split("\n") if not line.startswith("Date"))
    (tmp_path / "cur/1767323045.M1.host:2,S").write_text(undated)
    (tmp_path / "tmp/1767323046.M2.host").write_text(mail(2))
    assert only(Mail().read(collect([tmp_path]), ReadOptions())).created_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_a_packed_maildir(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("box/cur/", "box/new/", "box/dovecot.index"):
            archive.writestr(name, b"")
        archive.writestr("box/cur/1.x:2,S", mail(1))
        archive.writestr("box/.Sent/cur/2.x:2,S", mail(2, DESK, CUSTOMER, answers=[1]))
    (tmp_path / "box.zip").write_bytes(buffer.getvalue())
    files = collect([tmp_path / "box.zip"])
    ticket = only(detect(files).read(files, ReadOptions()))
    assert [comment.place.file.rpartition("box.zip/")[2] for comment in ticket.comments] == [
        "box/cur/1.x:2,S", "box/.Sent/cur/2.x:2,S",
    ]  # fmt: skip


def test_a_damaged_file_costs_itself_only(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("1.eml", mail(1))
        archive.writestr("2.eml", mail(2, subject="Other", body="line\n" * 50_000 + "the end"))
    (tmp_path / "a.zip").write_bytes(buffer.getvalue().replace(b"the end", b"the And"))
    records = list(Mail().read(collect([tmp_path]), ReadOptions()))
    (refused,) = [record for record in records if isinstance(record, RejectedRecord)]
    assert "is damaged" in refused.reason
    assert only(records).subject == "Withdrawal"


def test_a_mail_that_is_too_long_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail_files, "MAIL_LIMIT", 1000)
    (tmp_path / "box").write_bytes(box(mail(1, body="line\n" * 1000), mail(2, subject="Other")))
    (tmp_path / "one.eml").write_text(mail(3, subject="Third", body="line\n" * 1000))
    first, second, third = tickets(Mail().read(collect([tmp_path]), ReadOptions()))
    assert [each.comments[0].extra.get("incomplete") for each in (first, second, third)] == [True, None, True]
    assert all(0 < len(each.comments[0].body) < 1000 for each in (first, third))


@pytest.mark.parametrize(
    ("head", "is_mail"),
    [
        ("From: a@example.com\nSubject: x\n\n", True),
        ("\n  \nReceived: by x\nDate: y\n", True),
        ("From a@example.com Mon Jan  5 10:00:00 2026\nSubject: x\n", True),
        ("Received: from mx.example.com\n(198.51.100.7) by x;\n  now\nDate: y\nFrom: a@example.com\n\n", True),
        ("Date: x\nquite Delivered-To: a\nFrom: a@example.com\n\n", True),
        ("Minutes\nSubject: x\nFrom: a@example.com\n", False),
        ("Date: today\none\ntwo\nthree\nfour\nSubject: x\nFrom: a\n", False),
        ("Date: today\n\nSubject: x\nFrom: a\n", False),
        ("Subject: only this\n", False),
        ("Date: x\nContent-Type: text/html\n\n", False),
        ("version: 1\ninteractions:\n- request:\n", False),
        ("id,subject\n1,x\n", False),
        ('{"from": "a", "subject": "x"}', False),
        ("", False),
    ],
)
def test_mail_is_known_by_its_fields(head: str, is_mail: bool) -> None:
    assert Mail().sniff(head.encode(), "x") is is_mail


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 1_000_000))
def test_no_damage_raises(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    choice = random.Random(seed)
    raw = bytearray(
        box(mail(1), mail(2, DESK, CUSTOMER, answers=[1]), mail(3, answers=[1, 2], fields={"Reply-To": DESK}))
    )
    for _ in range(choice.randint(1, 20)):
        at = choice.randrange(len(raw))
        raw[at : at + choice.choice((0, 1, 1, 40))] = choice.choice(
            (b"", b"\0", b"\xff", b"\n\nFrom ", b"<", b">", b":", b"\r")
        )
    path = tmp_path_factory.mktemp("damage") / "box"
    path.write_bytes(bytes(raw))
    for record in Mail().read(collect([path]), ReadOptions()):
        if isinstance(record, TicketRecord):
            assert record.external_id.isprintable()
            assert record.comments
