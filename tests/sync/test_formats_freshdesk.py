"""Freshdesk's JSON and XML: what is taken, what is set aside, what is never kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.sync.files import SourceFile, collect
from agentconsole.sync.formats import ReadOptions, detect
from agentconsole.sync.formats.freshdesk import Freshdesk
from agentconsole.sync.formats.freshdesk_kinds import SOURCES
from agentconsole.sync.records import (
    AttachmentRecord,
    CommentRecord,
    GroupRecord,
    OrganizationRecord,
    PersonRecord,
    Record,
    RejectedRecord,
    SkippedRecord,
    TicketRecord,
)
from agentconsole.sync.vocabulary import channel_of, priority_of, status_of
from tests.support.desk import office
from tests.support.format_files import hostile_values, memory_file, of, read_files, read_json

AT = "2026-01-02T03:04:05Z"
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def ticket(**fields: Any) -> dict[str, Any]:
    base = {
        "id": 12, "subject": "出金できない", "status": 3, "priority": 4, "source": 2, "requester_id": 70,
        "responder_id": 80, "group_id": None, "company_id": 5, "fr_escalated": False, "spam": False,
        "tags": ["withdrawal"], "custom_fields": {"cf_coin": "BTC", "cf_x": None},
        "description": "<div>まだ<br>です</div>", "description_text": "まだ\nです",
        "created_at": AT, "updated_at": "2026-01-02T04:04:05Z",
    }  # fmt: skip
    return base | fields


def note(**fields: Any) -> dict[str, Any]:
    base = {
        "id": 900, "ticket_id": 12, "user_id": 80, "incoming": False, "private": False, "source": 0,
        "body": "<p>確認中</p>", "body_text": "確認中", "created_at": AT, "attachments": [],
    }  # fmt: skip
    return base | fields


def test_a_ticket_in_the_words_of_freshdesk() -> None:
    reader = Freshdesk()
    (found,) = of(TicketRecord, read_json(reader, tickets=[ticket()]))
    assert (found.external_id, found.subject, found.status, found.priority, found.via) == (
        "12",
        "出金できない",
        "Pending",
        "Urgent",
        "Portal",
    )
    assert (found.requester_id, found.assignee_id, found.group_id, found.organization_id) == ("70", "80", None, "5")
    assert (found.created_at, found.updated_at.hour, found.tags) == (MOMENT, 4, ("withdrawal",))
    assert (found.description, found.custom_fields) == ("まだ\nです", {"cf_coin": "BTC"})
    assert not reader.tally.unknown


@pytest.mark.parametrize(
    ("status", "priority", "label", "meant"),
    [(2, 1, "Open", "low"), (3, 2, "Pending", "normal"), (4, 3, "Resolved", "high"), (5, 4, "Closed", "urgent")],
)
def test_what_the_numbers_mean(status: int, priority: int, label: str, meant: str) -> None:
    (found,) = of(TicketRecord, read_json(Freshdesk(), t=ticket(status=status, priority=priority)))
    assert found.status == label
    known = {"Open": "open", "Pending": "pending", "Resolved": "solved", "Closed": "closed"}
    assert (status_of(found.status), priority_of(found.priority or "")) == (known[label], meant)


def test_the_ticket_itself_is_the_first_message_and_the_conversations_follow() -> None:
    attached = {
        "id": 1,
        "name": "a.png",
        "content_type": "image/png",
        "size": 9,
        "attachment_url": "https://x/?token=t",
    }
    conversations = [
        note(),
        note(id=901, private=True, source=2, body_text="社内"),
        note(id=902, incoming=True, user_id=70),
    ]
    (found,) = of(TicketRecord, read_json(Freshdesk(), t=ticket(conversations=conversations, attachments=[attached])))
    assert [(said.external_id, said.public, said.author_kind, said.author_id, said.via) for said in found.comments] == [
        ("12-description", True, "customer", "70", "Portal"),
        ("900", True, "agent", "80", "Reply"),
        ("901", False, "agent", "80", "Note"),
        ("902", True, "customer", "70", "Reply"),
    ]
    assert (found.comments[0].body, found.comments[0].at) == ("まだ\nです", MOMENT)
    assert found.comments[0].attachments == (AttachmentRecord("a.png", "image/png", 9),)
    assert "token" not in repr(found)


def test_an_outbound_mail_begins_with_the_agent() -> None:
    (found,) = of(TicketRecord, read_json(Freshdesk(), t=ticket(source=10)))
    assert (found.comments[0].author_kind, found.comments[0].author_id) == ("agent", "80")


def test_html_is_read_where_no_plain_text_is_beside() -> None:
    fields = ticket(conversations=[note(body_text=None, body="<p>a<br>b</p>")])
    del fields["description_text"]
    (found,) = of(TicketRecord, read_json(Freshdesk(), t=fields))
    assert [said.body for said in found.comments] == ["まだ\nです", "a\nb"]


def test_the_account_s_own_statuses_are_called_as_its_ticket_fields_say() -> None:
    fields = [
        {"id": 1, "name": "status", "type": "default_status", "customers_can_edit": False,
         "choices": {"2": ["Open", "Being Processed"], "6": ["Waiting on Third Party", "x"]}},
        {"id": 2, "name": "source", "type": "default_source", "customers_can_edit": False, "choices": {"Kiosk": 101}},
    ]  # fmt: skip
    tickets = [ticket(status=6, source=101), ticket(id=13, status=9), ticket(id=14, status="7")]
    found = of(TicketRecord, read_json(Freshdesk(), a_tickets=tickets, ticket_fields=fields))
    assert [(each.status, each.via) for each in found] == [
        ("Waiting on Third Party", "Kiosk"),
        ("9", "Portal"),
        ("7", "Portal"),
    ]
    assert status_of(found[0].status) == "hold"
    assert status_of("9") is None, "the merge counts it"


def test_what_is_spam_or_in_the_bin_is_no_open_ticket() -> None:
    found = of(TicketRecord, read_json(Freshdesk(), t=[ticket(spam=True), ticket(id=13, deleted=True)]))
    assert [(each.status, status_of(each.status), each.extra["status"]) for each in found] == [
        ("Spam", "closed", "Pending"),
        ("Deleted", "closed", "Pending"),
    ]


def test_custom_fields_as_a_list() -> None:
    fields = [{"name": "cf_coin", "value": "BTC"}, {"name": "cf_none", "value": None}]
    (found,) = of(TicketRecord, read_json(Freshdesk(), t=ticket(custom_fields=fields)))
    assert found.custom_fields == {"cf_coin": "BTC"}


def test_stats_and_unknown_fields_are_kept_and_only_the_unknown_counted() -> None:
    reader = Freshdesk()
    (found,) = of(
        TicketRecord, read_json(reader, t=ticket(stats={"closed_at": AT}, flavour={"sweet": 1, "ip_address": "x"}))
    )
    assert found.extra["stats"] == {"closed_at": AT}
    assert found.extra["flavour"] == {"sweet": 1}
    assert dict(reader.tally.unknown) == {"ticket.flavour": 1}


def test_people_groups_and_companies() -> None:
    contact = {
        "id": 70, "name": "Rei Sample", "email": "rei@example.jp", "phone": None, "mobile": 12025550101,
        "job_title": None, "language": "ja", "time_zone": "Tokyo", "company_id": 5, "description": "VIP",
    }  # fmt: skip
    agent = {"id": 80, "ticket_scope": 1, "occasional": False, "signature": None,
             "contact": {"name": "Kim Agent", "email": "kim@example.com", "last_login_at": AT}}  # fmt: skip
    reader = Freshdesk()
    records = read_json(
        reader,
        contacts=[contact],
        agents=[agent],
        groups=[{"id": 3, "name": "入出金", "escalate_to": 80, "agent_ids": [80]}],
        companies=[{"id": 5, "name": "Sample", "domains": ["example.jp"], "note": None}],
        roles=[{"id": 3, "name": "Admin", "escalate_to": None}],
        time_entries=[{"id": 1, "time_spent": "00:10", "ticket_id": 12}],
    )
    rei, kim = sorted(of(PersonRecord, records), key=lambda person: person.external_id)
    assert (rei.name, rei.phone, rei.role, rei.locale, rei.organization_id, rei.notes) == (
        "Rei Sample",
        "12025550101",
        "end-user",
        "ja",
        "5",
        "VIP",
    )
    assert (kim.external_id, kim.name, kim.email, kim.role) == ("80", "Kim Agent", "kim@example.com", "agent")
    assert [(each.external_id, each.name) for each in of(GroupRecord, records)] == [("3", "入出金")]
    assert [(each.external_id, each.name) for each in of(OrganizationRecord, records)] == [("5", "Sample")]
    assert {each.kind for each in of(SkippedRecord, records)} == {"roles", "time_entries"}
    assert not reader.tally.unknown


def test_the_older_api_wraps_everything_and_numbers_tickets_twice() -> None:
    old = ticket(
        id=5007, display_id=12, status_name="In Progress", description="plain <b>", description_html="<p>x</p>"
    )
    del old["description_text"]
    old["notes"] = [{"note": note(id=31, ticket_id=None, body="text", body_text=None, body_html="<p>text</p>")}]
    records = read_json(
        Freshdesk(), one={"helpdesk_ticket": old}, who=[{"user": {"id": 70, "name": "Rei", "helpdesk_agent": False}}]
    )
    (found,) = of(TicketRecord, records)
    assert (found.external_id, found.extra["id"], found.status, found.description) == (
        "12",
        5007,
        "In Progress",
        "plain <b>",
    )
    assert [(said.external_id, said.ticket_external_id, said.body) for said in found.comments[1:]] == [
        ("31", "12", "text")
    ]
    assert [person.external_id for person in of(PersonRecord, records)] == ["70"]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"id": None}, "no id"),
        ({"created_at": None}, "no created_at"),
        ({"created_at": "soon"}, "not a date and time"),
        ({"status": [2]}, "status is a list"),
        ({"spam": "perhaps"}, "spam is text, not true or false"),
        ({"custom_fields": 7}, "custom_fields is a number"),
        ({"custom_fields": [{"value": 1}]}, "no name of a custom field"),
        ({"tags": [1]}, "a tag is a number"),
        ({"conversations": {"a": 1}}, "conversations is an object"),
    ],
)
def test_a_bad_ticket_is_set_aside_and_the_rest_goes_on(fields: dict[str, Any], reason: str) -> None:
    first, second = read_json(Freshdesk(), t=[ticket(**fields), ticket(id=13)])
    assert isinstance(first, RejectedRecord)
    assert (first.object, json.loads(first.raw)) == ("ticket", ticket(**fields))
    assert reason in first.reason
    assert isinstance(second, TicketRecord)


def test_a_bad_conversation_does_not_spoil_its_ticket() -> None:
    inside = [note(private="perhaps"), note(id=901), 5, note(id=902, deleted=True), note(created_at=None)]
    found, *aside = read_json(Freshdesk(), t=ticket(conversations=inside))
    assert isinstance(found, TicketRecord)
    assert [said.external_id for said in found.comments] == ["12-description", "901"]
    assert [record.reason for record in of(RejectedRecord, aside)] == [
        "private is text, not true or false",
        "a comment is a number, not an object",
        "no created_at",
    ]
    assert [record.kind for record in of(SkippedRecord, aside)] == ["deleted_notes"]


def test_a_note_that_does_not_say_whether_it_is_private_is_not_shown() -> None:
    loose = note(source=2)
    del loose["private"]
    (found,) = of(CommentRecord, read_json(Freshdesk(), conversations=[loose]))
    assert found.public is False


def test_conversations_by_the_ticket_that_the_file_is_named_after() -> None:
    loose = note()
    del loose["ticket_id"]
    (found,) = of(CommentRecord, read_json(Freshdesk(), ticket_12=[loose]))
    assert found.ticket_external_id == "12"
    (refused,) = read_json(Freshdesk(), conversations=[loose])
    assert isinstance(refused, RejectedRecord)
    assert "its ticket cannot be known" in refused.reason


def test_an_answer_that_was_sent_by_itself_moves_nothing() -> None:
    words: tuple[object, ...] = (True, "true", False, None, [])
    said = [note(id=each, auto_response=word) for each, word in enumerate(words)]
    found = of(CommentRecord, read_json(Freshdesk(), c=said))
    assert [each.automatic for each in found] == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"responder_id": None, "responder_name": "担当者なし"}, None),
        ({"responder_name": "No Agent"}, None),
        ({"responder_id": 80, "responder_name": "Kim"}, "Kim"),
        ({"responder_name": "Kim"}, "Kim"),
    ],
)
def test_nobody_is_no_agent(said: dict[str, Any], name: str | None) -> None:
    raw = {key: value for key, value in ticket().items() if key != "responder_id"} | said
    (found,) = of(TicketRecord, read_json(Freshdesk(), t=[raw]))
    assert found.assignee_name == name


def test_what_a_knowledge_base_is_saved_as() -> None:
    told = {"id": 1, "name": "n", "description": None, "created_at": "2026-01-02T03:04:05Z"}
    found = read_json(Freshdesk(), folders=[told], categories=[told], a=[told | {"articles_count": 1}], articles=[told])
    assert {each.kind for each in of(SkippedRecord, found)} == {
        *("solution_folders", "solution_categories", "solution_articles")
    }
    assert len(found) == 4


# XML

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<helpdesk-tickets type="array">\n'
END = "</helpdesk-tickets>"


def element(number: int, inside: str = "") -> str:
    return f"""<helpdesk-ticket>
<display-id type="integer">{number}</display-id><id type="integer">50{number}</id><subject>件名 &amp; {number}</subject>
<created-at type="datetime">2026-01-02T12:04:05+09:00</created-at><status type="integer">5</status>
<priority type="integer">1</priority><requester-name>Rei</requester-name><group-id type="integer" nil="true"/>
<custom_field><cf_coin_4711>BTC</cf_coin_4711><cf_none_4711 nil="true"/></custom_field>{inside}
<notes type="array"><helpdesk-note><id type="integer">9{number}</id><body><![CDATA[</helpdesk-ticket> <b>]]></body>
<body-html>x</body-html><private type="boolean">true</private><user-id type="integer">80</user-id>
<created-at type="datetime">2026-01-02T12:05:05+09:00</created-at></helpdesk-note></notes></helpdesk-ticket>
"""


def read_xml(text: str | bytes) -> list[Record]:
    content = text if isinstance(text, bytes) else text.encode()
    return read_files(Freshdesk(), {"Tickets0.xml": content})


def test_the_account_export() -> None:
    (found,) = read_xml(HEAD + element(12) + END)
    assert isinstance(found, TicketRecord)
    assert (found.external_id, found.extra["id"], found.subject, found.status) == ("12", 5012, "件名 & 12", "Closed")
    assert (found.created_at, found.requester_name, found.group_id) == (MOMENT, "Rei", None)
    assert found.custom_fields == {"cf_coin": "BTC"}
    assert found.place.line == 3
    (said,) = found.comments
    assert (said.body, said.public, said.author_id, said.author_kind) == ("</helpdesk-ticket> <b>", False, "80", None)


@pytest.mark.parametrize("name", ["solution-categories", "forum-categories"])
def test_what_else_an_account_export_holds_is_recognised(name: str) -> None:
    one = name.replace("ies", "y")
    found = read_xml(f"<{name} type='array'><{one}><id>1</id><name>n</name></{one}></{name}>")
    assert [each.kind for each in of(SkippedRecord, found)] == [name.replace("-", "_")]
    assert len(found) == 1


def test_the_export_of_users_carries_no_secrets() -> None:
    text = """<users type="array"><user><id type="integer">70</id><name>Rei</name>
    <helpdesk-agent type="boolean">true</helpdesk-agent><crypted-password>abc</crypted-password>
    <single-access-token>def</single-access-token><last-login-ip>192.0.2.1</last-login-ip></user></users>"""
    (found,) = read_files(Freshdesk(), {"Users0.xml": text.encode()})
    assert isinstance(found, PersonRecord)
    assert (found.external_id, found.role, found.extra) == ("70", "agent", {"helpdesk_agent": True})


@pytest.mark.parametrize("damage", ["&nbsp;", "<b>x</c>", "\x01", "<a>" * 300 + "</a>" * 300, "<", "&"])
def test_a_damaged_record_is_set_aside_and_the_next_one_is_read(damage: str) -> None:
    first, refused, last = read_xml(HEAD + element(1) + element(2, damage) + element(3) + END)
    assert [getattr(record, "external_id", None) for record in (first, last)] == ["1", "3"]
    assert isinstance(refused, RejectedRecord)
    assert (refused.object, refused.place.line) == ("ticket", 11)
    assert refused.raw.startswith('<helpdesk-ticket>\n<display-id type="integer">2')
    assert isinstance(last, TicketRecord)
    assert last.place.line == 19


def test_a_file_that_breaks_off_gives_what_came_before() -> None:
    first, refused = read_xml(HEAD + element(1) + element(2)[:191])
    assert isinstance(first, TicketRecord)
    assert isinstance(refused, RejectedRecord)
    assert (refused.place.line, refused.object) == (11, "ticket")
    assert "in line 13" in refused.reason


def test_a_record_without_a_date_is_set_aside_whole() -> None:
    first, second = read_xml(HEAD + element(1).replace("created-at", "made-at") + element(2) + END)
    assert isinstance(first, RejectedRecord)
    assert (first.reason, json.loads(first.raw)["display_id"]) == ("no created_at", 1)
    assert isinstance(second, TicketRecord)


def test_entities_are_refused_before_anything_can_grow() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 20))
    declared = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'
    (refused,) = read_xml(declared + HEAD.partition("\n")[2] + element(1, "&l19;") + END)
    assert isinstance(refused, RejectedRecord)
    assert refused.reason == "it declares entities, which are never read"


def test_an_outer_dtd_is_not_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.dtd"
    secret.write_text('<!ENTITY s "secret">')
    declared = f'<!DOCTYPE helpdesk-tickets SYSTEM "{secret.as_uri()}">'
    records = read_xml(declared + HEAD.partition("\n")[2] + element(1, "<note>&s;</note>") + END)
    assert "secret" not in repr(records)


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        *(
            ("Shift_JIS", "cp932"),
            ("windows-31j", "cp932"),
            ("EUC-JP", "euc-jp"),
            ("GB2312", "gb18030"),
            ("Big5", "big5"),
        ),
        *(("ISO-2022-JP", "iso-2022-jp"), ("UTF-16", "utf-16"), ("UTF-8", "utf-16-le"), ("UTF-16", "utf-16-be")),
        *(("UTF-16", "utf-8"), ("UTF-8", "utf-8-sig"), ("x-unheard-of", "utf-8")),
    ],
)
def test_xml_in_any_encoding(tmp_path: Path, declared: str, encoding: str) -> None:
    path = tmp_path / "Tickets0.xml"
    path.write_bytes((HEAD.replace("UTF-8", declared) + element(12) + END).encode(encoding))
    files = collect([path])
    (found,) = detect(files).read(files, ReadOptions())
    assert isinstance(found, TicketRecord)
    assert (found.subject, found.place.line) == ("件名 & 12", 3)


def test_a_record_that_is_not_in_the_file_s_encoding_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "Tickets0.xml"
    text = HEAD.replace("UTF-8", "EUC-JP") + element(1) + "%s" + element(3) + END
    path.write_bytes(text.encode("euc-jp").replace(b"%s", element(2).encode("cp932")))
    first, refused, last = Freshdesk().read(collect([path]), ReadOptions())
    assert isinstance(refused, RejectedRecord)
    assert "invalid token" in refused.reason
    assert [each.external_id for each in (first, last) if isinstance(each, TicketRecord)] == ["1", "3"]


def test_a_record_of_too_many_elements_is_set_aside() -> None:
    refused, second = read_xml(HEAD + element(1, "<a/>" * 200_001) + element(2) + END)
    assert isinstance(refused, RejectedRecord)
    assert refused.reason == "more than 200000 elements"
    assert isinstance(second, TicketRecord)


def test_a_long_export_is_read_as_a_stream() -> None:
    records = read_xml(HEAD + "".join(element(n, "&nbsp;" if n % 10 == 0 else "") for n in range(1, 1001)) + END)
    assert [record.external_id for record in of(TicketRecord, records)] == [str(n) for n in range(1, 1001) if n % 10]
    assert len(of(RejectedRecord, records)) == 100


# Which format a file is


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (json.dumps([ticket()]), "freshdesk"),
        (json.dumps(note()), "freshdesk"),
        (json.dumps({"total": 1, "results": [ticket()]}), "freshdesk"),
        (HEAD + element(1) + END, "freshdesk"),
        (json.dumps([{"id": 1, "title": "t", "created_at": AT, "folder_id": 2, "seo_data": {}}]), "freshdesk"),
        ('{"id": 1, "subject": "responder_id", "status": "new", "requester_id": 2, "created_at": ""}', "zendesk"),
        ('{"id": 1, "subject": "a", "raw_subject": "a", "responder_id": 3, "status": "new"}', "zendesk"),
    ],
)
def test_freshdesk_is_found_by_shape(content: str, name: str) -> None:
    assert detect([memory_file("data", content.encode())]).name == name


def test_users_of_another_helpdesk_s_xml_are_not_freshdesk_s() -> None:
    assert not Freshdesk().sniff(b"<users><user><id>1</id></user></users>", "users.xml")


def test_channels_without_a_desk_s_map() -> None:
    vias = ("Email", "Portal", "Feedback Widget", "Outbound Email", "7")
    found = [channel_of(office(), "freshdesk", via) for via in vias]
    assert found == ["mail", "form", "form", "mail", None], "a number of Freshdesk's is none of Zendesk's"
    assert all(channel_of(office(), "freshdesk", via) for via in SOURCES.values())


KEYS: Sequence[str] = (
    "id", "display_id", "subject", "status", "created_at", "description", "conversations", "notes", "note", "body",
    "incoming", "private", "requester", "company", "custom_fields", "tags", "attachments", "contact", "agent",
    "ticket_scope", "domains", "choices", "name", "results", "helpdesk_ticket", "spam", "source", "user", "type",
)  # fmt: skip


@given(hostile_values(KEYS))
def test_any_json_gives_records(value: Any) -> None:
    for record in read_json(Freshdesk(), t=value):
        assert repr(record)


@given(st.text(alphabet="<>/!?-&;[]\"'= ahelpdsk-ticu\x01\n"))
def test_any_xml_gives_records(text: str) -> None:
    for record in read_xml(HEAD + element(1, text) + text + element(2)):
        assert repr(record)


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "tickets.json").write_text(json.dumps([ticket()]))
    (tmp_path / "Tickets0.xml").write_text(HEAD + element(1) + END, "utf-8")
    files: Sequence[SourceFile] = collect([tmp_path])
    reader = detect(files)
    assert reader.name == "freshdesk"
    assert len(list(reader.read(files, ReadOptions()))) == 2
