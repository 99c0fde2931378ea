"""How each helpdesk takes our changes."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Any, cast

import orjson
import pytest

from agentconsole.domain.errors import UsageError
from agentconsole.sync.outgoing import OUTGOING, outgoing
from agentconsole.sync.outgoing.base import Group, Letter, Person, Said, Update

AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
AOI = Person("77", login="aoi")
HANAKO = Person("5", "見本 花子", "hanako@example.jp")


def said(event: int, body: str, *, public: bool = True, author: Person = AOI) -> Said:
    return Said(event, body, public, AT, author)


def update(**words: Any) -> Update:
    usual: dict[str, Any] = {
        "number": 10001,
        "external_id": "3661",
        "is_new": False,
        "subject": "入金",
        "requester": HANAKO,
        "fields": {},
        "said": (),
        "tags_there": (),
        "pending_until": None,
        "at": AT,
        "stamp": AT,
        "store": "5eed",
        "events": (1, 2),
    }
    return Update(**usual | words)


def written(name: str, *updates: Update, file: str = "out") -> Any:
    return orjson.loads(OUTGOING[name].document(updates, file))


def requests(name: str, *updates: Update) -> list[tuple[str, str, Any]]:
    return [(each["method"], each["path"], each["body"]) for each in written(name, *updates)["requests"]]


def test_what_is_written_fits_what_was_read() -> None:
    read_as = ("zendesk", "freshdesk", "zammad", "mail", "csv", "intercom", "fixtures", None)
    assert [outgoing(None, each).name for each in read_as] == [*read_as[:5], "csv", "zendesk", "zendesk"]
    assert outgoing("zammad", "csv").name == "zammad"


# --- Zendesk


def test_zendesk_refuses_what_somebody_changed_since() -> None:
    [entry] = written("zendesk", update(fields={"status": "solved", "assignee": None}))["tickets"]
    assert entry == {
        "id": 3661,
        "safe_update": True,
        "updated_stamp": "2026-11-20T09:00:00Z",
        "status": "solved",
        "assignee_id": None,
        "metadata": {"agentconsole": "5eed:1,2"},
    }


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        (AOI, {"assignee_id": 77}),
        (Person(email="aoi@example.jp", login="aoi"), {"assignee_email": "aoi@example.jp"}),
        (Person(login="aoi"), {"assignee": "aoi"}),
    ],
)
def test_zendesk_is_told_of_an_agent_as_best_we_can(agent: Person, told: dict[str, Any]) -> None:
    [entry] = written("zendesk", update(fields={"assignee": agent}))["tickets"]
    assert told.items() <= entry.items()


def test_zendesk_gets_replies_and_notes_one_by_one_and_nothing_twice() -> None:
    talk = (said(1, "返信"), said(2, "内部", public=False))
    first, second = written("zendesk", update(said=talk, fields={"tags": ["a", "b"]}))["tickets"]
    assert (first["comment"], first["tags"]) == ({"body": "返信", "public": True, "author_id": 77}, ["a", "b"])
    assert second == {
        "id": 3661,
        "comment": {"body": "内部", "public": False, "author_id": 77},
        "metadata": {"agentconsole": "5eed:2"},
    }


def test_zendesk_is_told_tags_whole_and_only_where_nobody_changed_them() -> None:
    first, second = written("zendesk", update(said=(said(1, "a"), said(2, "b")), fields={"tags": ["a"]}))["tickets"]
    assert (first["tags"], first["safe_update"]) == (["a"], True)
    assert second.keys() & {"tags", "additional_tags", "remove_tags"} == set()


def test_zendesk_makes_a_ticket_in_its_requesters_name() -> None:
    made = update(external_id=None, is_new=True, stamp=None, said=(said(1, "電話"),), fields={"status": "new"})
    [entry] = written("zendesk", made)["tickets"]
    assert entry == {
        "external_id": "agentconsole:5eed:10001",
        "subject": "入金",
        "requester_id": 5,
        "comment": {"body": "電話", "public": True, "author_id": 5},
        "status": "new",
        "metadata": {"agentconsole": "5eed:1,2"},
    }


def test_no_ticket_of_zendesks_is_new_again() -> None:
    [entry] = written("zendesk", update(fields={"status": "new"}))["tickets"]
    assert entry["status"] == "open"


# --- Freshdesk


def test_freshdesk_takes_requests() -> None:
    fields = {"status": "pending", "priority": "urgent", "tags": ["vip"], "assignee": AOI, "group": Group("g", "9")}
    talk = (said(1, "1 < 2\n& 終わり"), said(2, "内部", public=False))
    assert requests("freshdesk", update(fields=fields, said=talk)) == [
        (
            "PUT",
            "/api/v2/tickets/3661",
            {"status": 3, "priority": 4, "tags": ["vip"], "responder_id": 77, "group_id": 9},
        ),
        ("POST", "/api/v2/tickets/3661/reply", {"body": "1 &lt; 2<br>&amp; 終わり", "user_id": 77}),
        ("POST", "/api/v2/tickets/3661/notes", {"body": "内部", "private": True, "user_id": 77}),
    ]


def test_freshdesk_is_told_of_nobody_whom_it_does_not_know() -> None:
    fields = {"assignee": Person(login="aoi"), "group": Group("unknown"), "priority": None}
    assert requests("freshdesk", update(fields=fields)) == []


def test_freshdesk_makes_a_ticket() -> None:
    asks = Person(None, "見本 花子", "hanako@example.jp")
    made = update(external_id=None, is_new=True, requester=asks, said=(said(1, "電話"),), fields={"status": "open"})
    [(method, path, body)] = requests("freshdesk", made)
    assert (method, path) == ("POST", "/api/v2/tickets")
    assert body == {
        "subject": "入金",
        "description": "電話",
        "status": 2,
        "priority": 2,
        "email": "hanako@example.jp",
        "name": "見本 花子",
    }


def test_freshdesk_makes_a_ticket_for_somebody_of_whom_only_the_name_is_known() -> None:
    made = update(external_id=None, is_new=True, requester=Person(None, "見本 花子"), said=(said(1, "電話"),))
    [(_method, _path, body)] = requests("freshdesk", made)
    assert (body["name"], body["unique_external_id"]) == ("見本 花子", "agentconsole:5eed:10001")


# --- Zammad


def test_zammad_takes_requests() -> None:
    fields = {"status": "pending", "priority": "urgent", "assignee": None, "group": Group("二次"), "tags": ["a", "b"]}
    talk = (said(1, "返信"), said(2, "内部", public=False))
    first, second, added, removed = requests(
        "zammad", update(fields=fields, said=talk, tags_there=("b", "c"), pending_until=AT + timedelta(days=1))
    )
    assert first[:2] == ("PUT", "/api/v1/tickets/3661")
    assert {name: first[2][name] for name in ("state", "pending_time", "priority", "owner_id", "group")} == {
        "state": "pending reminder",
        "pending_time": "2026-11-21T09:00:00Z",
        "priority": "3 high",
        "owner_id": 1,
        "group": "二次",
    }
    assert (first[2]["article"]["internal"], second[2]["article"]["internal"]) == (False, True)
    assert added == ("POST", "/api/v1/tags/add", {"object": "Ticket", "o_id": 3661, "item": "a"})
    assert removed == ("DELETE", "/api/v1/tags/remove", {"object": "Ticket", "o_id": 3661, "item": "c"})


def test_zammad_gives_a_state_that_waits_a_time() -> None:
    [(_method, _path, body)] = requests("zammad", update(fields={"status": "hold"}))
    assert body == {"state": "pending reminder", "pending_time": "2026-11-27T09:00:00Z"}


def test_zammad_makes_a_ticket() -> None:
    asks = Person(None, "見本 花子", "hanako@example.jp")
    [(method, path, body)] = requests(
        "zammad", update(external_id=None, is_new=True, requester=asks, said=(said(1, "電話"),))
    )
    assert (method, path, body["title"], body["customer_id"]) == (
        "POST", "/api/v1/tickets", "入金", "guess:hanako@example.jp",
    )  # fmt: skip
    assert body["group"] == "Users"
    assert body["article"] == {
        "type": "phone",
        "internal": False,
        "subject": "入金",
        "content_type": "text/plain",
        "body": "電話",
        "sender": "Customer",
    }


@pytest.mark.parametrize("group", [Group("二次"), Group("二次", "9")])
def test_zammad_makes_a_ticket_where_the_desk_says(group: Group) -> None:
    made = update(external_id=None, is_new=True, said=(said(1, "電話"),), fields={"group": group})
    [(_method, _path, body)] = requests("zammad", made)
    assert {name: body[name] for name in ("group", "group_id") if name in body} == (
        {"group_id": 9} if group.external_id else {"group": "二次"}
    )


@pytest.mark.parametrize(
    ("asks", "public", "told"),
    [
        (HANAKO, True, {"type": "email", "to": "hanako@example.jp", "internal": False}),
        (HANAKO, False, {"type": "note", "internal": True}),
        (Person("5", "見本 花子"), True, {"type": "note", "internal": False}),
    ],
    ids=["mail", "internal note", "no address"],
)
def test_zammad_mails_a_reply_to_whoever_has_an_address(asks: Person, public: bool, told: dict[str, Any]) -> None:
    [(_method, _path, body)] = requests("zammad", update(requester=asks, said=(said(1, "返信", public=public),)))
    assert body["article"] == told | {"subject": "入金", "content_type": "text/plain", "body": "返信"}


# --- tables


def test_a_table_has_a_line_for_each_change_and_none_that_computes() -> None:
    talk = (said(1, "=cmd|' /C calc'!A0"), said(2, "＋１", public=False))
    document = OUTGOING["csv"].document([update(fields={"tags": ["a", "b"], "assignee": None}, said=talk)], "out.csv")
    assert document.startswith(b"\xef\xbb\xbf")
    lines = list(csv.DictReader(io.StringIO(document.decode("utf-8-sig"))))
    assert [(each["change"], each["value"], each["agent"]) for each in lines] == [
        ("reply", "'=cmd|' /C calc'!A0", "aoi"),
        ("note", "'＋１", "aoi"),
        ("tags", "a b", ""),
        ("assignee", "", ""),
    ]
    assert {each["ticket"] for each in lines} == {"3661"}


# --- mail


def mails(content: bytes) -> list[Message]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [message_from_bytes(archive.read(name), policy=default) for name in sorted(archive.namelist())]


LETTER = Letter("desk@example.org", "出金について", ("a@example.jp", "b@example.jp"))


def test_a_reply_is_a_mail_that_answers_the_customers() -> None:
    talk = (said(8, "お待たせしました。\n見本"), said(9, "内部", public=False))
    content = OUTGOING["mail"].document([update(said=talk, letter=LETTER)], "reply.EML")
    mail = message_from_bytes(content, policy=default)
    assert (mail["From"], mail["To"]) == ("desk@example.org", "見本 花子 <hanako@example.jp>")
    assert (mail["Subject"], mail["Message-ID"]) == ("Re: 出金について", "<agentconsole.5eed.8@example.org>")
    assert (mail["In-Reply-To"], mail["References"]) == ("<b@example.jp>", "<a@example.jp> <b@example.jp>")
    body = cast(str, cast(Any, mail).get_content())
    assert body.splitlines() == ["お待たせしました。", "見本"]
    assert max(map(len, content.split(b"\r\n"))) <= 998
    assert content == OUTGOING["mail"].document([update(said=talk, letter=LETTER)], "other.eml")


def test_several_mails_are_packed() -> None:
    updates = [update(number=10001, said=(said(1, "一"),)), update(number=10002, said=(said(2, "二"),))]
    with pytest.raises(UsageError, match="one mail"):
        OUTGOING["mail"].document(updates, "out.eml")
    assert [mail["Message-ID"] for mail in mails(OUTGOING["mail"].document(updates, "out.zip"))] == [
        "<agentconsole.5eed.1@localhost>",
        "<agentconsole.5eed.2@localhost>",
    ]


@pytest.mark.parametrize(
    "evil",
    ["a@example.jp\r\nBcc: b@example.org", "no address", "", "a b@example.jp", "<a@example.jp>", "a@@example.jp,b@x"],
)
def test_nothing_slips_into_a_header(evil: str) -> None:
    letter = Letter(evil, "題\r\nBcc: b@example.org", ("ok@example.jp", "x\r\ny: z", "a b"))
    asks = Person(None, "名\r\nBcc: c@example.org", evil)
    content = OUTGOING["mail"].document([update(said=(said(1, "本文"),), letter=letter, requester=asks)], "x.eml")
    mail = message_from_bytes(content, policy=default)
    assert (mail["Bcc"], mail["y"], mail["In-Reply-To"]) == (None, None, "<ok@example.jp>")


def test_a_lone_surrogate_is_no_reason_to_fail() -> None:
    broken = update(said=(said(1, "a\ud800b"),), fields={"tags": ["\ud800"]})
    for name in OUTGOING:
        assert OUTGOING[name].document([broken], "out")
