"""From the files of three helpdesks to what the console shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from agentconsole.domain.values import AuthorKind, Condition
from agentconsole.services.syncing import Request, sync
from agentconsole.store import tickets
from agentconsole.store.store import Store
from agentconsole.sync.summary import Summary
from tests.conftest import NOW
from tests.support.dump import table

AT, LATER = "2026-11-01T03:04:05Z", "2026-11-01T04:04:05Z"
SECONDS = 1_793_502_245

FRESHDESK: dict[str, Any] = {
    "tickets": [
        {"id": 12, "subject": "出金", "status": 3, "priority": 4, "source": 2, "requester_id": 70, "responder_id": 80,
         "description_text": "まだです", "created_at": AT, "updated_at": LATER},
    ],
    "conversations": [
        {"id": 901, "ticket_id": 12, "user_id": 80, "incoming": False, "private": True, "body_text": "社内",
         "created_at": LATER},
    ],
    "contacts": [{"id": 70, "name": "Rei Sample", "email": "rei@example.jp", "mobile": None, "job_title": None}],
    "agents": [{"id": 80, "ticket_scope": 1, "contact": {"name": "Kim Agent", "email": "kim@example.com"}}],
}  # fmt: skip
ZAMMAD: dict[str, Any] = {
    "page": {
        "assets": {
            "Ticket": {
                "12": {"id": 12, "number": "77012", "title": "出金", "state_id": 3, "priority_id": 3, "owner_id": 80,
                       "customer_id": 70, "create_article_type_id": 11, "created_at": AT, "updated_at": LATER},
            },
            "TicketArticle": {
                "900": {"id": 900, "ticket_id": 12, "sender_id": 2, "type_id": 11, "body": "まだです",
                        "internal": False, "created_by_id": 70, "created_at": AT},
                "901": {"id": 901, "ticket_id": 12, "sender_id": 1, "type_id": 10, "body": "社内",
                        "internal": True, "created_by_id": 80, "created_at": LATER},
            },
            "User": {
                "70": {"id": 70, "login": "rei", "firstname": "Rei", "lastname": "Sample", "role_ids": [3]},
                "80": {"id": 80, "login": "kim", "firstname": "Kim", "lastname": "Agent", "role_ids": [2]},
            },
        },
    },
}  # fmt: skip
INTERCOM: dict[str, Any] = {
    "conversations": {
        "type": "conversation.list",
        "conversations": [
            {"type": "conversation", "id": "12", "title": "出金", "created_at": SECONDS, "updated_at": SECONDS + 3600,
             "state": "snoozed", "priority": "priority", "admin_assignee_id": 80,
             "contacts": {"contacts": [{"type": "contact", "id": "c70"}]},
             "source": {"type": "conversation", "body": "<p>まだです</p>",
                        "author": {"type": "user", "id": "c70", "name": "Rei Sample"}},
             "conversation_parts": {"conversation_parts": [
                 {"type": "conversation_part", "id": "901", "part_type": "note", "body": "<p>社内</p>",
                  "author": {"type": "admin", "id": "80", "name": "Kim Agent"}, "created_at": SECONDS + 3600}]}},
        ],
    },
}  # fmt: skip


def take(store: Store, folder: Path, files: dict[str, Any]) -> Summary:
    folder = folder / "export"
    folder.mkdir(exist_ok=True)
    for name, value in files.items():
        (folder / f"{name}.json").write_text(json.dumps(value), "utf-8")
    return sync(store, Request([folder]), NOW)


@pytest.mark.parametrize(
    ("name", "files", "priority", "channel"),
    [
        ("freshdesk", FRESHDESK, "urgent", "form"),
        ("zammad", ZAMMAD, "high", "form"),
        ("intercom", INTERCOM, "high", "chat"),
    ],
)
def test_a_conversation_is_shown_as_it_went(
    store: Store, tmp_path: Path, name: str, files: dict[str, Any], priority: str, channel: str
) -> None:
    first = take(store, tmp_path, files)
    assert not first.unknown
    assert (first.source, first.rejected, dict(first.skipped)) == (name, [], {})
    shown = tickets.conversation(store, tickets.resolve(store, f"{name}:12"))
    assert (shown.ticket.subject, shown.ticket.status, shown.ticket.priority) == ("出金", "pending", priority)
    assert shown.ticket.channel == channel
    assert shown.ticket.requester_name == "Rei Sample"
    said = [(each.author_kind, each.author_name, each.public, each.body) for each in shown.messages]
    assert said == [("customer", "Rei Sample", True, "まだです"), ("agent", "Kim Agent", False, "社内")]
    again = take(store, tmp_path, files)
    assert +again.counts["tickets"] == {"unchanged": 1}
    assert +again.counts["messages"] == {"unchanged": 2}


def freshdesk_ticket(number: int, **said: Any) -> dict[str, Any]:
    return {**FRESHDESK["tickets"][0], "id": number, **said}


def freshdesk_note(number: int, ticket: int, body: str, **said: Any) -> dict[str, Any]:
    return {**FRESHDESK["conversations"][0], "id": number, "ticket_id": ticket, "body_text": body, **said}


INTO = "This ticket is closed and merged into ticket 12"


@pytest.mark.parametrize(
    "notes",
    [
        [freshdesk_note(1, 13, INTO), freshdesk_note(2, 14, f"{INTO}.", private=False)],
        [freshdesk_note(3, 12, "Tickets with ids 13 and 14 are merged into this ticket.")],
        [freshdesk_note(4, 12, f"Ticket with id {number} is merged into this ticket.") | {"id": number}
         for number in (13, 14)],
    ],
)  # fmt: skip
def test_freshdesk_s_own_notes_tell_of_a_merge(store: Store, tmp_path: Path, notes: list[dict[str, Any]]) -> None:
    every = [freshdesk_ticket(12), *(freshdesk_ticket(number, status=5) for number in (13, 14))]
    take(store, tmp_path, FRESHDESK | {"tickets": every, "conversations": notes})
    shown = tickets.conversation(store, tickets.resolve(store, "freshdesk:12"))
    assert [each.external_id for each in shown.merged_from] == ["13", "14"]
    for number in (13, 14):
        assert tickets.get(store, tickets.resolve(store, f"freshdesk:{number}")).conditions == (Condition.MERGED,)


@pytest.mark.parametrize("said", [{"body_text": f"Why? {INTO}"}, {"incoming": True, "user_id": 70}])
def test_others_words_of_a_merge_are_none(store: Store, tmp_path: Path, said: dict[str, Any]) -> None:
    note = freshdesk_note(1, 13, INTO) | said
    take(store, tmp_path, FRESHDESK | {"tickets": [freshdesk_ticket(13)], "conversations": [note]})
    assert tickets.get(store, tickets.resolve(store, "freshdesk:13")).conditions == ()


@pytest.mark.parametrize(("linked", "into"), [(["13"], ["13"]), (["12", "13"], ["13"]), (["13", "14"], []), ([], [])])
def test_a_conversation_of_intercom_went_into_the_one_it_is_linked_with(
    store: Store, tmp_path: Path, linked: list[str], into: list[str]
) -> None:
    [one] = INTERCOM["conversations"]["conversations"]
    merged = {
        "type": "conversation_part",
        "id": "9",
        "part_type": "merged_secondary_conversation",
        "created_at": SECONDS,
    }
    went = one | {
        "state": "closed",
        "conversation_parts": {"conversation_parts": [merged]},
        "linked_objects": {"type": "list", "data": [{"id": each, "type": "conversation"} for each in linked]},
    }
    take(store, tmp_path, {"conversations": [went, one | {"id": "13"}]})
    ticket = tickets.get(store, tickets.resolve(store, "intercom:12"))
    assert ticket.conditions == (Condition.MERGED,)
    found = table(store, "ticket_merge")
    assert [(each["external_id"], each["into_id"]) for each in found] == [("12", each) for each in into]


ZENDESK = {"id": 35, "subject": "入金", "description": "電話で伺いました", "status": "open", "requester_id": 7,
           "created_at": "2026-11-20T01:00:00Z"}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "kind", "author"),
    [
        ({}, AuthorKind.CUSTOMER, "Rei Sample"),
        ({"submitter_id": 7}, AuthorKind.CUSTOMER, "Rei Sample"),
        ({"submitter_id": 80}, AuthorKind.AGENT, "Kim Agent"),
        ({"submitter_id": 71}, AuthorKind.CUSTOMER, "Another Sample"),
        ({"submitter_id": 99}, AuthorKind.AGENT, "99"),
        ({"submitter": {"id": 81, "name": "Lee Agent", "role": "agent"}}, AuthorKind.AGENT, "Lee Agent"),
    ],
)
def test_a_description_is_its_writers_until_comments_come(
    store: Store, tmp_path: Path, said: dict[str, Any], kind: AuthorKind, author: str
) -> None:
    people = [{"id": 7, "name": "Rei Sample"}, {"id": 71, "name": "Another Sample", "role": "end-user"},
              {"id": 80, "name": "Kim Agent", "role": "agent"}]  # fmt: skip
    take(store, tmp_path, {"page": {"tickets": [ZENDESK | said], "users": people}})
    [first] = tickets.messages(store, tickets.get(store, tickets.resolve(store, "zendesk:35")))
    assert (first.author_kind, first.author_name, first.body) == (kind, author, "電話で伺いました")


def test_form_fields_that_no_desk_knows_are_counted(store: Store, tmp_path: Path) -> None:
    pairs = [{"id": 1, "value": "a"}, {"id": 2, "value": None}, {"id": 3, "value": True}]
    summary = take(
        store, tmp_path, {"page": {"tickets": [ZENDESK | {"id": each, "custom_fields": pairs} for each in (1, 2)]}}
    )
    counted = {name: times for name, times in summary.unknown.items() if "custom" in name}
    assert counted == {"ticket.custom_field=1": 2, "ticket.custom_field=3": 2}


@pytest.mark.parametrize(("state", "conditions"), [("closed", (Condition.MERGED,)), ("open", ())])
def test_a_conversation_of_intercom_that_went_into_another_one(
    store: Store, tmp_path: Path, state: str, conditions: tuple[Condition, ...]
) -> None:
    [one] = INTERCOM["conversations"]["conversations"]
    merged = {
        "type": "conversation_part", "id": "9", "part_type": "merged_secondary_conversation", "created_at": SECONDS
    }  # fmt: skip
    parts = {"conversation_parts": [merged]}
    take(store, tmp_path, {"conversations": [one | {"state": state, "conversation_parts": parts}]})
    assert tickets.get(store, tickets.resolve(store, "intercom:12")).conditions == conditions
