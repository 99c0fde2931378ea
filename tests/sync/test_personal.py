"""Traces of devices and places, and what lets anybody in, stop at the door, in whatever format they come."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest

from agentconsole.services import syncing
from agentconsole.store.store import Store
from agentconsole.sync.formats.personal import cleared, cleared_text, is_dropped, without_way
from tests.conftest import NOW

AT: Final = "2026-11-19T08:00:00Z"
IP: Final = "203.0.113.77"
SYSTEM: Final = {
    "client": "planted", "ip_address": IP, "location": "planted", "latitude": 35.5, "raw_email_identifier": "planted",
}  # fmt: skip
FILE: Final = {
    "id": 1, "name": "a.png", "file_name": "a.png", "filename": "a.png", "content_type": "image/png", "size": 3,
    "url": "https://files.example.com/planted", "content_url": "https://files.example.com/?token=planted",
    "attachment_url": "https://files.example.com/?token=planted", "thumbnails": [{"content_url": "planted"}],
}  # fmt: skip
TICKET: Final = {"id": 1, "subject": "s", "status": "open", "created_at": AT, "updated_at": AT, "requester_id": 5}
ZENDESK: Final = {
    "tickets": [
        TICKET
        | {
            "via": {"channel": "web"}, "metadata": {"system": SYSTEM}, "sharing_tokens": ["planted"],
            "user_agent": "planted", "custom_fields": [], "raw_subject": "s",
            "comments": [
                {
                    "id": 2, "author_id": 5, "body": "b", "public": True, "created_at": AT, "attachments": [FILE],
                    "metadata": {"system": SYSTEM, "custom": {"session_id": "planted"}},
                }
            ],
        }
    ],
    "users": [{"id": 5, "name": "Aoi", "role": "end-user", "photo": FILE, "last_login_ip": IP, "chat_token": "planted"}]
}  # fmt: skip
FRESHDESK: Final = [
    TICKET
    | {
        "status": 2, "priority": 1, "source": 2, "description": "d", "description_text": "d", "attachments": [FILE],
        "meta": {"user_agent": "planted", "referrer": "planted"}, "source_additional_info": {"client": {"ip": IP}},
        "conversations": [
            {
                "id": 3, "body": "x", "body_text": "x", "incoming": True, "private": False, "user_id": 5,
                "ticket_id": 1, "created_at": AT, "updated_at": AT, "attachments": [FILE],
                "source_additional_info": {"email": {"headers": "planted"}},
            }
        ],
    }
]  # fmt: skip
ZAMMAD: Final = {
    "tickets": [
        {
            "id": 1, "number": "22001", "title": "t", "group": "Users", "state": "open", "customer_id": 5,
            "created_at": AT, "updated_at": AT, "preferences": {"remote_ip": IP, "token": "planted"},
        }
    ],
    "articles": [
        {
            "id": 2, "ticket_id": 1, "type": "web", "sender": "Customer", "body": "b", "internal": False,
            "content_type": "text/plain", "created_by_id": 5, "created_at": AT, "updated_at": AT,
            "preferences": {"remote-ip": IP, "user-agent": "planted", "headers": {"X-Originating-IP": IP}},
            "attachments": [FILE],
        }
    ],
    "users": [
        {
            "id": 5, "login": "aoi", "firstname": "Aoi", "image": "planted", "password": "planted", "role_ids": [3],
            "preferences": {"device": "planted"}, "created_at": AT, "updated_at": AT,
        }
    ],
}  # fmt: skip
INTERCOM: Final = {
    "type": "conversation.list",
    "conversations": [
        {
            "type": "conversation", "id": "1", "created_at": 1795000000, "updated_at": 1795000100, "state": "open",
            "first_contact_reply": {"created_at": 1795000000, "url": "https://shop.example.com/?s=planted"},
            "source": {
                "type": "conversation", "id": "s", "body": "hi", "url": "https://shop.example.com/?s=planted",
                "author": {"type": "user", "id": "c5"}, "attachments": [FILE],
            },
            "conversation_parts": {
                "conversation_parts": [
                    {
                        "type": "conversation_part", "id": "p", "part_type": "comment", "body": "b",
                        "created_at": 1795000050, "author": {"type": "user", "id": "c5"},
                        "email_message_metadata": {"history": "planted"}, "metadata": {"ip": IP},
                    }
                ]
            },
        }
    ],
    "contacts": [
        {
            "type": "contact", "id": "c5", "role": "user", "name": "Aoi", "avatar": "planted", "browser": "planted",
            "os": "planted", "location": {"city": "planted"}, "last_seen_ip": IP, "android_device": "planted",
            "utm_source": "planted",
        }
    ],
}  # fmt: skip
XML: Final = f"""<helpdesk-tickets><helpdesk-ticket><display-id>9</display-id><subject>s</subject><status>2</status>
<created-at>{AT}</created-at><updated-at>{AT}</updated-at><requester-name>Aoi</requester-name>
<access-token>planted</access-token><meta-data><user-agent>planted</user-agent><client-ip>{IP}</client-ip></meta-data>
<header-info>planted</header-info></helpdesk-ticket></helpdesk-tickets>"""
WAY: Final = f"""Received: from planted ([{IP}]) by mx.example.com; Thu, 19 Nov 2026 08:00:01 +0000
Received: from [{IP}]
 by planted
X-Originating-IP: [{IP}]
User-Agent: planted
X-Mailer: planted
"""
SAID: Final = "From: Aoi <aoi@example.com>\nTo: help@example.org\nSubject: s\n"
MAIL: Final = f"{WAY}{SAID}Message-ID: <1@example.com>\nDate: Thu, 19 Nov 2026 08:00:00 +0000\n\nhello\n"
UNDATED: Final = f"{WAY.replace('; Thu, 19 Nov 2026 08:00:01 +0000', '')}{SAID}\nhello\n"
CSV: Final = (
    "id,subject,status,created_at,Client IP,location,user_agent,latitude,IPアドレス,access_token,session_id\n"
    f"1,s,open,{AT},{IP},planted,planted,35.5,{IP},planted,planted\n"
    f"2,s,open,yesterday,{IP},planted,planted,35.5,{IP},planted,planted\n"
)
PLAIN: Final = [
    {
        "id": 1, "subject": "s", "status": "open", "created_at": AT, "client_ip": IP,
        "customer": {"ip": IP, "location": {"city": "planted"}, "user_agent": "planted"}, "attachments": [FILE],
    }
]  # fmt: skip
REFUSED: Final = {"tickets": [TICKET | {"id": None, "metadata": {"system": SYSTEM}, "attachments": [FILE]}, TICKET]}
BROKEN: Final = f'{json.dumps(TICKET)}\n{{"id": 2, "ip_address": "{IP}", "user_agent": "planted", "subject": \n'


@pytest.mark.parametrize(
    ("name", "content", "format_name"),
    [
        ("zendesk.json", ZENDESK, None),
        ("freshdesk.json", FRESHDESK, "freshdesk"),
        ("Tickets0.xml", XML, None),
        ("zammad.json", ZAMMAD, None),
        ("intercom.json", INTERCOM, "intercom"),
        ("mail.eml", MAIL, None),
        ("table.csv", CSV, None),
        ("any.json", PLAIN, "json"),
        ("refused.json", REFUSED, None),
        ("undated.eml", UNDATED, None),
        ("broken.ndjson", BROKEN, "zendesk"),
    ],
)
def test_no_trace_comes_in(store: Store, tmp_path: Path, name: str, content: Any, format_name: str | None) -> None:
    (tmp_path / name).write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    summary = syncing.sync(store, syncing.Request([tmp_path / name], format=format_name), NOW)
    held = "\n".join(store.connection.iterdump())
    assert [trace for trace in ("planted", IP, "35.5") if trace in held] == []
    assert summary.as_json()["tickets"]["new"] == (0 if name == "undated.eml" else 1)
    is_told = not name.endswith(".eml") and name not in ("refused.json", "broken.ndjson")
    assert bool(summary.dropped) is is_told


@pytest.mark.parametrize(
    "key",
    [
        "ip", "last_login_ip", "Remote-IP", "client ip address", "user_agent", "User-Agent", "browser_version", "os",
        "geo.city", "access_token", "sharing_tokens", "session_id", "thumb_url", "utm_source", "IPアドレス", "位置情報",
    ],
)  # fmt: skip
def test_what_is_dropped(key: str) -> None:
    assert is_dropped(key)


@pytest.mark.parametrize("key", ["zip", "tip", "description", "relationship", "url", "position", "cost", "dosage"])
def test_what_only_looks_like_it_is_kept(key: str) -> None:
    assert not is_dropped(key)


def test_what_is_kept_is_as_it_was() -> None:
    assert cleared({"a": [{"b": 1, "ip": "x"}], "attachments": [{"url": "x", "name": "n"}]}) == {
        "a": [{"b": 1}],
        "attachments": [{"name": "n"}],
    }
    assert cleared_text('{"a": 1}') == '{"a": 1}'
    assert cleared_text("id,ip\n1,x") == "id,ip\n1,x"
    assert cleared_text('{"a": 1, "ip": "x", ') == '{"a": 1, "ip": "", '
    assert cleared_text("[" * 100_000) == "[" * 100_000
    assert without_way(f"{WAY}{SAID}\nX-Mailer: body\n".encode()) == f"{SAID}\nX-Mailer: body\n".encode()
