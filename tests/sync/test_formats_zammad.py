"""Zammad's JSON: with names, with all about it, with numbers only, and as lines with conversations."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from agentconsole.sync.formats import detect
from agentconsole.sync.formats.zammad import Zammad
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

AT = "2026-01-02T03:04:05.678Z"
MOMENT = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)


def ticket(**fields: Any) -> dict[str, Any]:
    base = {
        "id": 12, "number": "77012", "title": "出金できない", "group_id": 3, "state_id": 3, "priority_id": 3,
        "owner_id": 80, "customer_id": 70, "organization_id": 5, "create_article_type_id": 1,
        "create_article_sender_id": 2, "article_count": 2, "preferences": {}, "note": None,
        "created_at": AT, "updated_at": AT,
    }  # fmt: skip
    return base | fields


def article(**fields: Any) -> dict[str, Any]:
    base = {
        "id": 900, "ticket_id": 12, "type_id": 1, "sender_id": 2, "internal": False, "created_by_id": 70,
        "from": "Rei Sample <rei@example.jp>", "content_type": "text/html", "body": "<div>まだ<br>です</div>",
        "attachments": [], "created_at": AT, "updated_at": AT,
    }  # fmt: skip
    return base | fields


def user(**fields: Any) -> dict[str, Any]:
    base = {
        "id": 70, "login": "rei@example.jp", "firstname": "Rei", "lastname": "Sample", "email": "rei@example.jp",
        "phone": "", "mobile": "+1 202-555-0101", "organization_id": 5, "role_ids": [3], "note": "", "active": True,
        "preferences": {"locale": "ja-jp"}, "image": "abc", "password": "secret", "login_failed": 0,
        "created_at": AT, "updated_at": AT,
    }  # fmt: skip
    return base | fields


def test_a_ticket_with_numbers_only() -> None:
    reader = Zammad()
    (found,) = of(TicketRecord, read_json(reader, t=[ticket()]))
    assert (found.external_id, found.subject, found.status, found.priority, found.via) == (
        "12",
        "出金できない",
        "pending reminder",
        "3 high",
        "email",
    )
    assert (found.requester_id, found.assignee_id, found.group_id, found.organization_id) == ("70", "80", "3", "5")
    assert (found.created_at, found.extra["number"], found.comments) == (MOMENT, "77012", ())
    assert not reader.tally.unknown


def test_a_ticket_with_names() -> None:
    names = {"state": "waiting", "priority": "2 normal", "group": "入出金", "owner": "-", "customer": "rei@example.jp",
             "organization": "Sample", "create_article_type": "phone", "article_ids": [900]}  # fmt: skip
    (found,) = of(TicketRecord, read_json(Zammad(), t=ticket(owner_id=1, **names)))
    assert (found.status, found.priority, found.group_name, found.via) == ("waiting", "2 normal", "入出金", "phone")
    assert (found.assignee_id, found.assignee_name, found.requester_email) == (None, None, "rei@example.jp")


def test_what_the_words_mean() -> None:
    states = ("new", "open", "pending reminder", "pending close", "closed", "merged", "removed")
    assert [status_of(state) for state in states] == [
        "new", "open", "pending", "pending", "closed", "closed", "closed",
    ]  # fmt: skip
    assert [priority_of(priority) for priority in ("1 low", "2 normal", "3 high")] == ["low", "normal", "high"]
    vias = ("email", "web", "phone", "chat", "twitter direct-message", "sms")
    assert [channel_of(office(), "zammad", via) for via in vias] == ["mail", "form", "phone", "chat", "social", "other"]


def test_all_about_a_ticket_in_one_page() -> None:
    reader = Zammad()
    page = {
        "ticket_id": 12,
        "ticket_article_ids": [900],
        "tags": ["withdrawal"],
        "links": [],
        "assets": {
            "TicketArticle": {"900": article()},
            "Ticket": {"12": ticket(state_id=9), "13": ticket(id=13)},
            "User": {"70": user(), "1": user(id=1)},
            "Group": {"3": {"id": 3, "name": "入出金", "follow_up_possible": "yes"}},
            "Organization": {"5": {"id": 5, "name": "Sample", "shared": True, "domain": ""}},
            "TicketState": {"9": {"id": 9, "name": "escalated", "state_type_id": 2}},
            "Role": {"3": {"id": 3, "name": "Customer"}},
        },
    }
    records = read_json(reader, page=page)
    assert [(each.external_id, each.status, each.tags) for each in of(TicketRecord, records)] == [
        ("12", "escalated", ("withdrawal",)),
        ("13", "pending reminder", ()),
    ]
    assert [said.ticket_external_id for said in of(CommentRecord, records)] == ["12"]
    assert [person.external_id for person in of(PersonRecord, records)] == ["70"]
    assert [group.name for group in of(GroupRecord, records)] == ["入出金"]
    assert [organization.name for organization in of(OrganizationRecord, records)] == ["Sample"]
    assert {each.kind for each in of(SkippedRecord, records)} == {"system_user", "ticket_states", "roles"}
    assert set(reader.tally.dropped) == {"user.image", "user.password"}


def test_a_list_with_all_about_it_names_its_tickets_twice() -> None:
    page = {"tickets": [12], "tickets_count": 1, "assets": {"Ticket": {"12": ticket()}}}
    assert [type(record) for record in read_json(Zammad(), page=page)] == [TicketRecord]


def test_what_was_found_by_a_search_stands_in_the_assets_alone() -> None:
    page = {"result": [{"type": "Ticket", "id": 12}, {"type": "User", "id": 70}],
            "assets": {"Ticket": {"12": ticket()}, "User": {"70": user()}}}  # fmt: skip
    assert [type(record) for record in read_json(Zammad(), page=page)] == [PersonRecord, TicketRecord]


def test_an_article_that_does_not_say_whether_it_is_internal() -> None:
    said = [article(internal=None, type_id=10), article(id=2, internal=None), article(id=3, internal=False, type_id=10)]
    assert [each.public for each in of(CommentRecord, read_json(Zammad(), a=said))] == [False, True, True]


def test_who_writes_down_a_call_is_not_taken_for_the_caller() -> None:
    calls = [article(type_id=5, created_by_id=80), article(id=2, type_id=5, created_by_id=80, origin_by_id=70),
             article(id=3, type_id=5, created_by_id=80, sender_id=1)]  # fmt: skip
    found = of(CommentRecord, read_json(Zammad(), a=calls))
    assert [(each.author_id, each.author_kind) for each in found] == [
        *((None, "customer"), ("70", "customer")),
        ("80", "agent"),
    ]


def test_a_file_as_it_is_uploaded() -> None:
    (found,) = of(CommentRecord, read_json(Zammad(), a=[article(
        attachments=[{"filename": "b.txt", "data": "aGk=", "mime-type": "text/plain"}]
    )]))  # fmt: skip
    assert found.attachments == (AttachmentRecord("b.txt", "text/plain", None),)


def test_labels_are_read_before_what_they_name() -> None:
    states = [{"id": 3, "name": "wartend", "state_type_id": 3, "ignore_escalation": True}]
    priorities = [{"id": 3, "name": "sofort", "default_create": False, "ui_color": None}]
    (found,) = of(TicketRecord, read_json(Zammad(), a_tickets=[ticket()], states=states, ticket_priorities=priorities))
    assert (found.status, found.priority) == ("wartend", "sofort")


def test_articles() -> None:
    attachment = {
        "id": 4,
        "filename": "a.png",
        "size": "9",
        "preferences": {"Content-Type": "image/png"},
        "data": "AAAA",
    }
    said, noted, sent = of(
        CommentRecord,
        read_json(
            Zammad(),
            ticket_articles=[
                article(attachments=[attachment], message_id="<1@example.jp>"),
                article(
                    id=901,
                    type="note",
                    sender="Agent",
                    internal=True,
                    created_by_id=80,
                    content_type="text/plain",
                    body="<b>",
                ),
                article(id=902, type_id=10, sender="System", created_by_id=1),
            ],
        ),
    )
    assert (said.author_id, said.author_kind, said.author_name, said.public) == ("70", "customer", "Rei Sample", True)
    assert (said.body, said.via, said.at) == ("まだ\nです", "email", MOMENT)
    assert said.attachments == (AttachmentRecord("a.png", "image/png", 9),)
    assert said.extra["message_id"] == "<1@example.jp>"
    assert (noted.author_kind, noted.public, noted.body, noted.via) == ("agent", False, "<b>", "note")
    assert (sent.author_id, sent.author_kind, sent.automatic) == (None, "system", True)


def test_who_an_article_was_written_for_is_its_author() -> None:
    (said,) = of(CommentRecord, read_json(Zammad(), a=article(created_by_id=80, origin_by_id=70)))
    assert said.author_id == "70"


def test_people() -> None:
    records = read_json(
        Zammad(),
        users=[
            user(),
            user(id=80, firstname="花子", lastname="見本", role_ids=[2, 3]),
            user(id=81, firstname="", lastname="", login="boss", roles=["Admin", "Agent"], role_ids=[]),
        ],
    )
    rei, hanako, boss = of(PersonRecord, records)
    assert (rei.name, rei.role, rei.locale, rei.phone) == ("Rei Sample", "end-user", "ja-jp", "+1 202-555-0101")
    assert not {"password", "image"} & rei.extra.keys()
    assert (hanako.name, hanako.role, boss.name, boss.role) == ("見本 花子", "agent", "boss", "admin")


def test_the_account_s_own_fields_are_custom_fields_and_counted() -> None:
    reader = Zammad()
    (found,) = of(TicketRecord, read_json(reader, t=ticket(coin="BTC", location="Tokyo", empty=None)))
    assert found.custom_fields == {"coin": "BTC", "location": "Tokyo"}
    assert dict(reader.tally.unknown) == {"ticket.coin": 1, "ticket.location": 1}


def test_lines_with_conversations() -> None:
    line = {
        "ticket_id": 12, "ticket_number": "77012", "title": "出金", "group": "入出金", "state": "open",
        "priority": "1 low", "tags": ["a"], "created_at": AT, "updated_at": AT,
        "conversation": [
            {"sender": "Customer", "type": "email", "body": "まだですか", "internal": False, "created_at": AT},
            {"sender": "Agent", "type": "note", "body": "社内", "internal": True, "created_at": AT},
            {"sender": "Agent", "type": "note", "body": "いつ", "internal": True},
        ],
    }  # fmt: skip
    content = "".join(json.dumps(each) + "\n" for each in (line, {**line, "ticket_id": 13, "conversation": []}))
    files = [memory_file("export.jsonl", content.encode())]
    assert detect(files).name == "zammad"
    records = read_files(Zammad(), {"export.jsonl": content.encode()})
    first, refused, second = records
    assert isinstance(first, TicketRecord)
    assert (first.external_id, first.group_name, first.tags, first.place.line) == ("12", "入出金", ("a",), 1)
    assert [(said.author_kind, said.public, said.via) for said in first.comments] == [
        ("customer", True, "email"),
        ("agent", False, "note"),
    ]
    assert isinstance(refused, RejectedRecord)
    assert (refused.object, refused.reason) == ("comment", "no created_at")
    assert isinstance(second, TicketRecord)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"id": None}, "no id"),
        ({"created_at": None}, "no created_at"),
        ({"state_id": [1]}, "state_id is a list"),
        ({"customer": 7}, "customer is a number"),
        ({"tags": {"a": 1}}, "tags is an object"),
        ({"articles": 7}, "articles is a number"),
    ],
)
def test_a_bad_ticket_is_set_aside_and_the_rest_goes_on(fields: dict[str, Any], reason: str) -> None:
    first, second = read_json(Zammad(), t=[ticket(**fields), ticket(id=13)])
    assert isinstance(first, RejectedRecord)
    assert (first.object, json.loads(first.raw)) == ("ticket", ticket(**fields))
    assert reason in first.reason
    assert isinstance(second, TicketRecord)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"ticket_id": None}, "its ticket cannot be known"),
        ({"internal": "perhaps"}, "internal is text, not true or false"),
        ({"body": 7}, "body is a number"),
        ({"attachments": ["a"]}, "an attachment is text"),
    ],
)
def test_a_bad_article_is_set_aside(fields: dict[str, Any], reason: str) -> None:
    first, second = read_json(Zammad(), articles=[article(**fields), article(id=901)])
    assert isinstance(first, RejectedRecord)
    assert first.object == "comment"
    assert reason in first.reason
    assert isinstance(second, CommentRecord)


@pytest.mark.parametrize("value", [ticket(), [article()], user(), {"assets": {"Ticket": {"12": ticket()}}}])
def test_zammad_is_found_by_shape(value: Any) -> None:
    assert detect([memory_file("data", json.dumps(value, indent=1).encode())]).name == "zammad"


KEYS = (
    "id", "number", "title", "state", "state_id", "owner_id", "customer", "created_at", "tags", "articles",
    "conversation", "ticket_id", "sender", "body", "internal", "attachments", "content_type", "login", "roles",
    "role_ids", "preferences", "assets", "Ticket", "User", "TicketState", "name", "state_type_id", "from", "domain",
    "shared",
)  # fmt: skip


@given(hostile_values(KEYS))
def test_any_json_gives_records(value: Any) -> None:
    for record in read_json(Zammad(), t=value):
        assert repr(record)
