"""Intercom's JSON: conversations and their parts, tickets, people."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from agentconsole.sync.formats import detect
from agentconsole.sync.formats.intercom import Intercom
from agentconsole.sync.records import (
    AttachmentRecord,
    CommentRecord,
    GroupRecord,
    OrganizationRecord,
    PersonRecord,
    RejectedRecord,
    SkippedRecord,
    TicketRecord,
)
from agentconsole.sync.vocabulary import channel_of, priority_of, status_of
from tests.support.desk import office
from tests.support.format_files import hostile_values, memory_file, of, read_files, read_json

SECONDS = 1_767_323_045
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
REI = {"type": "user", "id": "c70", "name": "Rei Sample", "email": "rei@example.jp"}
KIM = {"type": "admin", "id": "80", "name": "Kim Agent", "email": "kim@example.com"}
DROPPED = "avatar location last_seen_ip browser os android_device"


def part(**fields: Any) -> dict[str, Any]:
    base = {
        "type": "conversation_part", "id": "900", "part_type": "comment", "body": "<p>確認中</p>", "author": KIM,
        "created_at": SECONDS + 60, "attachments": [], "external_id": None, "redacted": False,
    }  # fmt: skip
    return base | fields


def conversation(*parts: Any, **fields: Any) -> dict[str, Any]:
    base = {
        "type": "conversation", "id": "12", "title": None, "created_at": SECONDS, "updated_at": SECONDS + 60,
        "waiting_since": None, "snoozed_until": None, "open": True, "state": "snoozed", "read": True,
        "priority": "priority", "admin_assignee_id": 80, "team_assignee_id": "3",
        "tags": {"type": "tag.list", "tags": [{"type": "tag", "id": "1", "name": "withdrawal"}]},
        "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "c70", "external_id": "u7"}]},
        "source": {
            "type": "conversation", "id": "s1", "delivered_as": "customer_initiated", "subject": "",
            "body": "<p>出金が<br>まだです</p>", "author": REI, "url": "https://www.example.com/?token=t",
            "attachments": [{"type": "upload", "name": "a.png", "content_type": "image/png", "filesize": 9,
                             "url": "https://downloads.example/?signature=s"}],
        },
        "conversation_parts": {"type": "conversation_part.list", "conversation_parts": list(parts), "total_count": 1},
        "custom_attributes": {"coin": "BTC", "empty": None}, "statistics": {"count_reopens": 1},
    }  # fmt: skip
    return base | fields


def test_a_conversation() -> None:
    reader = Intercom()
    (found,) = of(TicketRecord, read_json(reader, c=conversation(part())))
    assert (found.external_id, found.status, found.priority, found.via) == ("12", "snoozed", "priority", "conversation")
    assert (found.created_at, found.requester_id, found.assignee_id, found.group_id) == (MOMENT, "c70", "80", "3")
    assert (found.subject, found.tags, found.custom_fields) == ("出金が", ("withdrawal",), {"coin": "BTC"})
    assert found.extra["statistics"] == {"count_reopens": 1}
    opening, answer = found.comments
    assert (opening.external_id, opening.body, opening.at, opening.author_id) == (
        "12-source",
        "出金が\nまだです",
        MOMENT,
        "c70",
    )
    assert (opening.author_kind, opening.attachments) == ("customer", (AttachmentRecord("a.png", "image/png", 9),))
    assert (answer.external_id, answer.body, answer.author_kind, answer.public) == ("900", "確認中", "agent", True)
    assert {(person.external_id, person.name, person.role) for person in found.people} == {
        ("c70", "Rei Sample", "end-user"),
        ("80", "Kim Agent", "agent"),
    }
    assert "token" not in repr(found) and "signature" not in repr(found)
    assert not reader.tally.unknown


@pytest.mark.parametrize(
    ("kind", "public"),
    [
        ("comment", True), ("quick_reply", True), ("open", True), ("close", True),
        ("note", False), ("note_and_reopen", False), ("assignment", False), ("snoozed", False), ("levitation", False),
    ],
)  # fmt: skip
def test_whoever_says_something_is_heard(kind: str, public: bool) -> None:
    reader = Intercom()
    spoken = part(part_type=kind, body="<p>まだです</p>", author=REI)
    (found,) = read_json(reader, c=conversation(spoken, part(id="2", part_type=kind, body=None)))[:1]
    assert isinstance(found, TicketRecord)
    assert [(said.external_id, said.public, said.body) for said in found.comments[1:]] == [("900", public, "まだです")]
    assert set(reader.tally.unknown) == ({"comment.part_type=levitation"} if kind == "levitation" else set())


def test_a_part_in_which_nobody_says_anything_is_no_message() -> None:
    kinds = ("comment", "note", "assignment", "close", "conversation_sla_applied")
    silent = [part(id=str(number), part_type=kind, body=None) for number, kind in enumerate(kinds)]
    found, *others = read_json(
        Intercom(),
        c=conversation(
            *silent,
            part(id="7", part_type="language_detection_details", body="<p>ja</p>"),
            part(id="8", body=None, attachments=[{"name": "a.png"}]),
            part(id="9", body=None, redacted=True),
        ),
    )
    assert isinstance(found, TicketRecord)
    assert [(said.external_id, said.redacted) for said in found.comments[1:]] == [("8", False), ("9", True)]
    assert [each.kind for each in of(SkippedRecord, others)] == [
        *("conversation_part",) * 5,
        "conversation_part_with_text",
    ]


@pytest.mark.parametrize(("total", "told"), [(1, {}), (700, {"ticket.conversation_parts=not all of them": 1})])
def test_parts_that_intercom_leaves_out_are_told(total: int, told: dict[str, int]) -> None:
    reader = Intercom()
    whole = conversation(part())
    whole["conversation_parts"]["total_count"] = total
    read_json(reader, c=[whole, conversation(conversation_parts={"total_count": 9, "conversation_parts": []})])
    assert dict(reader.tally.unknown) == told


def test_bots_and_teams_are_no_people() -> None:
    bot = {"type": "bot", "id": "b1", "name": "Helper"}
    parts = [part(author=bot), part(id="2", author={"type": "team", "id": "3"}), part(id="3", from_ai_agent=True)]
    (found,) = of(TicketRecord, read_json(Intercom(), c=conversation(*parts)))
    assert [(said.author_kind, said.author_id, said.author_name) for said in found.comments[1:]] == [
        ("bot", None, "Helper"),
        ("system", None, None),
        ("bot", "80", "Kim Agent"),
    ]
    assert {person.external_id for person in found.people} == {"c70", "80"}


def test_what_was_sent_by_itself_says_so() -> None:
    source = {"type": "push", "delivered_as": "automated", "body": "<p>news</p>", "author": KIM}
    (found,) = of(TicketRecord, read_json(Intercom(), c=conversation(source=source)))
    assert found.comments[0].automatic is True


def test_a_ticket_of_intercom_s() -> None:
    fields = {
        "type": "ticket", "id": "12", "ticket_id": "7", "category": "Customer", "created_at": SECONDS,
        "ticket_attributes": {"_default_title_": "出金", "_default_description_": "まだです", "coin": "BTC"},
        "ticket_state": {"type": "ticket_state", "category": "waiting_on_customer", "internal_label": "待ち"},
        "contacts": {"contacts": [{"id": "c70"}]}, "ticket_parts": {"ticket_parts": [part()]},
        "admin_assignee_id": 0, "team_assignee_id": None, "ticket_type": {"name": "Question"},
    }  # fmt: skip
    reader = Intercom()
    (found,) = of(TicketRecord, read_json(reader, t={"type": "ticket.list", "tickets": [fields], "pages": {}}))
    assert (found.subject, found.description, found.status) == ("出金", "まだです", "waiting_on_customer")
    assert (found.custom_fields, found.assignee_id) == ({"coin": "BTC"}, None)
    assert found.extra["ticket_state"]["internal_label"] == "待ち"
    assert len(found.comments) == 1
    assert not reader.tally.unknown


def test_what_the_words_mean() -> None:
    states = ("open", "closed", "snoozed", "submitted", "in_progress", "waiting_on_customer", "resolved")
    assert [status_of(state) for state in states] == [
        "open", "closed", "pending", "new", "open", "pending", "solved",
    ]  # fmt: skip
    assert [priority_of(word) for word in ("priority", "not_priority")] == ["high", "normal"]
    vias = ("conversation", "email", "facebook", "phone_call", "whatsapp")
    assert [channel_of(office(), "intercom", via) for via in vias] == ["chat", "mail", "social", "phone", "chat"]


def test_people_teams_and_companies() -> None:
    contact = {
        "type": "contact", "id": "c70", "workspace_id": "w", "external_id": "u7", "role": "lead", "name": "Rei",
        "email": "rei@example.jp", "phone": "+1 202-555-0101", "language_override": "ja", "avatar": "https://x",
        "location": {"type": "location", "city": "Tokyo"}, "last_seen_ip": "192.0.2.1", "browser": "x", "os": "y",
        "android_device": "z", "companies": {"type": "list", "data": [{"type": "company", "id": "5"}]},
        "custom_attributes": {"vip": True},
    }  # fmt: skip
    reader = Intercom()
    records = read_json(
        reader,
        contacts={"type": "list", "data": [contact], "total_count": 1, "pages": {"type": "pages"}},
        admins={"type": "admin.list", "admins": [{**KIM, "has_inbox_seat": True, "team_ids": [3]}]},
        teams={"type": "team.list", "teams": [{"type": "team", "id": "3", "name": "入出金", "admin_ids": [80]}]},
        companies={"type": "list", "data": [{"type": "company", "id": "5", "company_id": "x", "name": "Sample"}]},
        tags={"type": "list", "data": [{"type": "tag", "id": "1", "name": "withdrawal"}]},
    )
    rei, kim = sorted(of(PersonRecord, records), key=lambda person: person.name or "", reverse=True)
    assert (rei.external_id, rei.role, rei.locale, rei.organization_id) == ("c70", "end-user", "ja", "5")
    assert rei.extra == {"workspace_id": "w", "external_id": "u7", "custom_attributes": {"vip": True}}
    assert (kim.external_id, kim.name, kim.role) == ("80", "Kim Agent", "agent")
    assert [(each.external_id, each.name) for each in of(GroupRecord, records)] == [("3", "入出金")]
    assert [(each.external_id, each.name) for each in of(OrganizationRecord, records)] == [("5", "Sample")]
    assert [each.kind for each in of(SkippedRecord, records)] == ["tags"]
    assert set(reader.tally.dropped) == {f"user.{name}" for name in DROPPED.split()}


def test_parts_in_a_file_of_their_own_with_dates_in_text() -> None:
    loose = part(conversation_id="12", created_at="2026-01-02T03:04:05Z")
    found = of(CommentRecord, read_files(Intercom(), {"parts.jsonl": (json.dumps(loose) + "\n").encode() * 2}))
    assert [(said.ticket_external_id, said.at) for said in found] == [("12", MOMENT)] * 2
    (refused,) = read_json(Intercom(), parts=[part()])
    assert isinstance(refused, RejectedRecord)
    assert "its conversation cannot be known" in refused.reason


def test_a_title_goes_before_the_subject_and_that_before_what_was_said() -> None:
    subject = {"type": "email", "subject": "<p>件名</p>", "body": "<p>" + "長" * 200 + "</p>"}
    found = of(
        TicketRecord,
        read_json(
            Intercom(),
            c=[
                conversation(title="題", source=subject),
                conversation(id="13", source=subject),
                conversation(id="14", source={**subject, "subject": None}),
                conversation(id="15", source=None),
            ],
        ),
    )
    assert [each.subject for each in found] == ["題", "件名", "長" * 79 + "…", ""]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"id": None}, "no id"),
        ({"created_at": None}, "no created_at"),
        ({"created_at": 0}, "created_at 0 is not in seconds since 1970"),
        ({"created_at": SECONDS * 1000_000}, "is not in seconds since 1970"),
        ({"created_at": True}, "created_at is true or false"),
        ({"state": 7}, "state is a number"),
        ({"contacts": "c70"}, "contacts is text"),
        ({"source": []}, "source is a list"),
        ({"conversation_parts": 7}, "conversation_parts is a number"),
        ({"title": ["a"]}, "title is a list"),
    ],
)
def test_a_bad_conversation_is_set_aside_and_the_rest_goes_on(fields: dict[str, Any], reason: str) -> None:
    first, second = read_json(Intercom(), c=[conversation(**fields), conversation(id="13")])
    assert isinstance(first, RejectedRecord)
    assert (first.object, json.loads(first.raw)) == ("ticket", conversation(**fields))
    assert reason in first.reason
    assert isinstance(second, TicketRecord)


def test_a_bad_part_does_not_spoil_its_conversation() -> None:
    parts = [part(created_at=None), 5, part(author=[]), part(id="3", author={"id": ["x"], "name": "y"}), part(id="4")]
    found, *aside = read_json(Intercom(), c=conversation(*parts))
    assert isinstance(found, TicketRecord)
    assert [said.external_id for said in found.comments] == ["12-source", "4"]
    assert [record.reason for record in of(RejectedRecord, aside)] == [
        "no created_at",
        "a comment is a number, not an object",
        "author is a list, not an object",
        "id of an author is a list",
    ]


@pytest.mark.parametrize(
    "value",
    [
        conversation(),
        {"type": "conversation.list", "conversations": [conversation()]},
        [part()],
        {"type": "admin.list", "admins": [{**KIM, "has_inbox_seat": True}]},
        {"type": "list", "data": [{"type": "contact", "workspace_id": "w", "external_id": None, "role": "user"}]},
    ],
)
def test_intercom_is_found_by_shape(value: Any) -> None:
    assert detect([memory_file("data", json.dumps(value, indent=1).encode())]).name == "intercom"


KEYS = (
    "type", "id", "title", "created_at", "state", "open", "priority", "admin_assignee_id", "assignee", "tags",
    "contacts", "source", "body", "author", "attachments", "subject", "delivered_as", "conversation_parts", "part_type",
    "conversation_id", "custom_attributes", "ticket_attributes", "_default_title_", "ticket_state", "data", "name",
    "companies", "admin_ids", "email", "user",
)  # fmt: skip


@given(hostile_values(KEYS))
def test_any_json_gives_records(value: Any) -> None:
    for record in read_json(Intercom(), t=value):
        assert repr(record)
