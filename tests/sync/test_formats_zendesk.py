"""Zendesk's JSON: what is taken, what is set aside, what is never kept."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.domain.values import Condition
from agentconsole.sync.files import SourceFile, collect
from agentconsole.sync.formats import ReadOptions, json_input
from agentconsole.sync.formats.base import words
from agentconsole.sync.formats.zendesk import Zendesk
from agentconsole.sync.records import (
    CommentRecord,
    GroupRecord,
    Merge,
    OrganizationRecord,
    PersonRecord,
    Record,
    RejectedRecord,
    SkippedRecord,
    TicketRecord,
)

AT = "2026-01-02T03:04:05Z"
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def ticket(**fields: Any) -> dict[str, Any]:
    base = {"id": 35, "subject": "出金", "status": "open", "requester_id": 7, "created_at": AT}
    return base | fields


def comment(**fields: Any) -> dict[str, Any]:
    return {"id": 9, "author_id": 7, "body": "まだですか", "public": True, "created_at": AT} | fields


def text(*items: object) -> str:
    return "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items)


def read_with(reader: Zendesk, folder: Path, **files: str | bytes) -> list[Record]:
    """Reads files whose names are given with `__` for the dot."""
    for name, content in files.items():
        raw = content if isinstance(content, bytes) else content.encode()
        (folder / name.replace("__", ".")).write_bytes(raw)
    return list(reader.read(collect([folder]), ReadOptions()))


def read(folder: Path, **files: str | bytes) -> list[Record]:
    return read_with(Zendesk(), folder, **files)


def only(records: Iterable[Record]) -> Any:
    (record,) = records
    return record


def rejected(records: Iterable[Record]) -> list[RejectedRecord]:
    return [record for record in records if isinstance(record, RejectedRecord)]


# Tickets


def test_a_ticket_with_ids(tmp_path: Path) -> None:
    fields = ticket(
        priority="high",
        via={"channel": "web", "source": {"from": {}, "to": {}, "rel": None}},
        tags=["deposit"],
        custom_fields=[{"id": 360, "value": "tx1"}, {"id": 361, "value": None}, {"id": 362, "value": ["a"]}],
        group_id=3,
        assignee_id=8,
        organization_id=4,
        description="本文",
        brand_id=11,
    )
    found = only(read(tmp_path, export__ndjson=text(fields)))
    assert isinstance(found, TicketRecord)
    assert (found.external_id, found.subject, found.status, found.priority, found.via) == (
        "35",
        "出金",
        "open",
        "high",
        "web",
    )
    assert (found.requester_id, found.assignee_id, found.group_id, found.organization_id) == ("7", "8", "3", "4")
    assert (found.created_at, found.updated_at) == (MOMENT, MOMENT)
    assert found.custom_fields == {"360": "tx1", "362": ["a"]}
    assert found.tags == ("deposit",)
    assert found.extra == {"brand_id": 11}
    assert (found.place.line, len(found.digest)) == (1, 8)


def test_a_ticket_with_people_and_comments_inside(tmp_path: Path) -> None:
    requester = {"id": 7, "name": "Rei Sample", "email": "rei@example.jp", "role": "end-user"}
    fields = ticket(
        requester=requester,
        submitter=requester,
        assignee={"id": 8, "name": "Kim Agent", "role": "agent"},
        group={"id": 3, "name": "入出金"},
        organization={"id": 4, "name": "Sample"},
        collaborator=[{"id": 12, "name": "Third"}, "someone@example.com"],
        comments=[comment(), comment(id=10, public=False, body="社内")],
    )
    del fields["requester_id"]
    found = only(read(tmp_path, export__ndjson=text(fields)))
    assert [person.external_id for person in found.people] == ["7", "8", "12"]
    assert (found.requester_id, found.requester_name, found.requester_email) == ("7", "Rei Sample", "rei@example.jp")
    assert (found.assignee_id, found.group_id, found.organization_id) == ("8", "3", "4")
    assert [group.name for group in found.groups] == ["入出金"]
    assert [organization.name for organization in found.organizations] == ["Sample"]
    assert [(said.external_id, said.ticket_external_id, said.public) for said in found.comments] == [
        ("9", "35", True),
        ("10", "35", False),
    ]
    assert found.extra == {}


def test_a_requester_without_an_id_is_a_name_only(tmp_path: Path) -> None:
    fields = ticket(requester_id=None, requester={"name": "Guest", "email": "guest@example.com"})
    found = only(read(tmp_path, export__ndjson=text(fields)))
    assert (found.people, found.requester_id, found.requester_name) == ((), None, "Guest")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"id": None}, "no id"),
        ({"id": ""}, "no id"),
        ({"id": True}, "id is true or false"),
        ({"id": 1.5}, "id 1.5 is no whole number"),
        ({"id": "3\u00005"}, "id has control characters"),
        ({"created_at": None}, "no created_at"),
        ({"created_at": "soon"}, "created_at: 'soon' is not a date and time"),
        ({"created_at": "12"}, "created_at: '12' is not a date and time"),
        ({"created_at": "2026-01-02 03:04"}, "has no time zone"),
        ({"created_at": "0001-01-01T00:00:00+09:00"}, "created_at: date value out of range"),
        ({"created_at": 1767323045}, "created_at is a number"),
        ({"updated_at": "never"}, "updated_at"),
        ({"status": 3}, "status is a number, not text"),
        ({"subject": ["a"]}, "subject is a list, not text"),
        ({"priority": {"x": 1}}, "priority is an object"),
        ({"tags": "a b"}, "tags is text, not a list"),
        ({"tags": [1]}, "a tag is a number"),
        ({"requester_id": [7]}, "requester_id is a list"),
        ({"via": {"channel": ["web"]}}, "via.channel is a list"),
        ({"custom_fields": [7]}, "an entry of custom_fields is a number"),
        ({"custom_fields": [{"value": 7}]}, "no id of a custom field"),
        ({"comments": {"count": 2}}, "comments is an object"),
    ],
)
def test_a_bad_ticket_is_set_aside_with_its_reason_and_the_rest_goes_on(
    tmp_path: Path, fields: dict[str, Any], reason: str
) -> None:
    first, second = read(tmp_path, export__ndjson=text(ticket(**fields), ticket(id=36)))
    assert isinstance(first, RejectedRecord)
    assert first.object == "ticket"
    assert reason in first.reason
    assert json.loads(first.raw) == ticket(**fields)
    assert first.place.line == 1
    assert isinstance(second, TicketRecord)


def test_a_bad_comment_does_not_spoil_its_ticket(tmp_path: Path) -> None:
    fields = ticket(comments=[comment(created_at=None), comment(id=10), 5, comment(public="maybe")])
    found, *aside = read(tmp_path, export__ndjson=text(fields))
    assert isinstance(found, TicketRecord)
    assert [said.external_id for said in found.comments] == ["10"]
    assert [(record.object, record.reason) for record in rejected(aside)] == [
        ("comment", "no created_at"),
        ("comment", "a comment is a number, not an object"),
        ("comment", "public is text, not true or false"),
    ]


def test_unknown_fields_and_values_are_kept_and_counted(tmp_path: Path) -> None:
    reader = Zendesk()
    odd = ticket(status="weird", priority="asap", via={"channel": "carrier_pigeon"}, flavour={"sweet": 1}, type="idea")
    users = {"id": 7, "name": "Rei", "role": "owner", "shoe_size": 40}
    found = read_with(reader, tmp_path, a__ndjson=text(odd, ticket(via="mail"), ticket(via=4), users))
    first = found[0]
    assert isinstance(first, TicketRecord)
    assert (first.status, first.priority, first.via, first.extra["flavour"]) == (
        "weird",
        "asap",
        "carrier_pigeon",
        {"sweet": 1},
    )
    assert dict(reader.tally.unknown) == {
        "ticket.flavour": 1,
        "ticket.status=weird": 1,
        "ticket.priority=asap": 1,
        "ticket.via=carrier_pigeon": 1,
        "ticket.type=idea": 1,
        "user.role=owner": 1,
        "user.shoe_size": 1,
    }


def test_a_flood_of_unknown_names_is_bounded(tmp_path: Path) -> None:
    reader = Zendesk()
    read_with(reader, tmp_path, a__ndjson=text(*(ticket(**{f"f{n}": 1}) for n in range(3000))))
    assert len(reader.tally.unknown) == 1001
    assert reader.tally.unknown.total() == 3000


# Comments


@pytest.mark.parametrize(
    "page",
    [
        {"comments": [comment(ticket_id=35)]},
        {"ticket_id": 35, "comments": [comment()]},
        {"id": 35, "comments": [comment()]},
        {"ticket": {"id": 35, "subject": "a", "created_at": AT}, "comments": [comment()]},
        {"ticket": 35, "comments": [comment()]},
        {"35": [comment()]},
        {"35": {"comments": [comment()]}},
        {"comments": {"35": [comment()]}},
        {"comments": [comment()], "next_page": "https://x.example/api/v2/tickets/35/comments.json?page=2"},
        {"comments": [comment()], "links": {"next": "https://x.example/api/v2/tickets/35/comments?page[after]=x"}},
    ],
)
def test_a_comments_ticket_is_known_from_around_it(tmp_path: Path, page: dict[str, Any]) -> None:
    found = [record for record in read(tmp_path, page__json=json.dumps(page)) if not isinstance(record, TicketRecord)]
    said = only(found)
    assert isinstance(said, CommentRecord)
    assert (said.ticket_external_id, said.external_id, said.author_id, said.body) == ("35", "9", "7", "まだですか")


@pytest.mark.parametrize("name", ["comments-35.json", "ticket_35_comments.json", "35.json", "35/comments.json"])
def test_a_comments_ticket_is_known_from_the_files_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text(comment()), "utf-8")
    said = only(Zendesk().read(collect([tmp_path]), ReadOptions()))
    assert said.ticket_external_id == "35"


@pytest.mark.parametrize("name", ["comments.json", "comments_page_2.json", "comments-2026-01-02.json"])
def test_a_comment_whose_ticket_cannot_be_known_is_set_aside(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(text(comment()), "utf-8")
    found = only(Zendesk().read(collect([tmp_path]), ReadOptions()))
    assert isinstance(found, RejectedRecord)
    assert found.object == "comment"
    assert "its ticket cannot be known" in found.reason


def test_what_is_personal_or_secret_in_a_comment_is_never_kept(tmp_path: Path) -> None:
    token = "https://x.example/attachments/token/abc/?name=slip.png"
    said = comment(
        ticket_id=35,
        html_body=f"<img src='{token}'>",
        plain_body="x",
        type="VoiceComment",
        data={"recording_url": token, "call_duration": 61},
        metadata={
            "system": {
                "client": "Browser",
                "ip_address": "192.0.2.7",
                "location": "Nowhere",
                "latitude": 1.5,
                "longitude": 2.5,
                "message_id": "<m@example.com>",
            },
            "custom": {},
        },
        attachments=[
            {"id": 1, "file_name": "slip.png", "content_type": "image/png", "size": 5, "content_url": token},
            {"id": 2, "file_name": "a.txt", "size": -1, "thumbnails": [{"content_url": token}]},
        ],
        surprise={"deep": [{"content_url": token, "kept": 1}]},
    )
    found = only(read(tmp_path, comments__ndjson=text(said)))
    assert found.extra == {
        "type": "VoiceComment",
        "data": {"call_duration": 61},
        "metadata": {"system": {"message_id": "<m@example.com>"}},
        "surprise": {"deep": [{"kept": 1}]},
    }
    assert [(each.name, each.type, each.size) for each in found.attachments] == [
        ("slip.png", "image/png", 5),
        ("a.txt", None, None),
    ]
    assert "token" not in repr(found)
    assert "192.0.2.7" not in repr(found)


# Shapes of files


def test_a_page_with_its_sideloads_in_the_order_of_their_references(tmp_path: Path) -> None:
    page = {
        "tickets": [ticket(), ticket(id=36)],
        "users": [{"id": 7, "name": "Rei", "email": "rei@example.jp", "iana_time_zone": "Asia/Tokyo"}],
        "groups": [{"id": 3, "name": "入出金"}],
        "organizations": [{"id": 4, "name": "Sample"}],
        "macros": [{"id": 1}, {"id": 2}],
        "brand_new_things": [{"id": 1}],
        "next_page": None,
        "count": 2,
    }
    reader = Zendesk()
    found = read_with(reader, tmp_path, page__json=json.dumps(page, indent=2))
    assert [type(record) for record in found] == [
        GroupRecord,
        OrganizationRecord,
        PersonRecord,
        TicketRecord,
        TicketRecord,
        SkippedRecord,
        SkippedRecord,
    ]
    assert found[0].place.line is None  # type: ignore[union-attr]
    assert found[-1] == SkippedRecord("macros")
    assert dict(reader.tally.unknown) == {"page.brand_new_things": 1}


def test_files_are_read_in_the_order_of_their_references(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        a_comments__ndjson=text(comment(ticket_id=35)),
        b__json=json.dumps([ticket()], indent=1),
        c__ndjson=text({"id": 7, "name": "Rei", "role": "agent"}),
        d__json=json.dumps({"organizations": [{"id": 4, "name": "S"}]}, indent=1),
        groups__ndjson=text({"id": 3, "name": "G"}),
    )
    kinds = [type(record) for record in found]
    assert kinds == [GroupRecord, OrganizationRecord, PersonRecord, CommentRecord, TicketRecord]


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(ticket()),
        json.dumps({"ticket": ticket(), "audit": {"id": 1, "events": []}}),
        json.dumps([ticket()]),
        json.dumps([[{"tickets": [ticket()]}]], indent=1),
        json.dumps({"results": [ticket(result_type="ticket")], "facets": None, "count": 1}),
        json.dumps({"35": ticket()}),
        json.dumps({"tickets": {"35": ticket()}}),
        json.dumps({"tickets": [ticket()], "after_cursor": "x", "end_of_stream": True}, indent=4),
        json.dumps({"tickets": []}) + "\n" + json.dumps({"tickets": [ticket()]}),
        json.dumps({"tickets": []}, indent=1) + json.dumps({"tickets": [ticket()]}, indent=1),
        "\ufeff" + json.dumps(ticket()),
        "\r\n" + json.dumps(ticket()) + "\r\n\r\n",
    ],
)
def test_the_same_ticket_in_every_wrapping(tmp_path: Path, content: str) -> None:
    found = [record for record in read(tmp_path, x__json=content) if not isinstance(record, SkippedRecord)]
    assert only(found).external_id == "35"


def test_the_digest_is_of_the_content_not_of_its_wrapping(tmp_path: Path) -> None:
    turned = dict(reversed(ticket().items()))
    first, second = read(tmp_path, x__json=json.dumps([ticket(), turned]))
    third, fourth = read(tmp_path, x__json=text(ticket()) + text(ticket()).strip())
    assert first.digest == second.digest  # type: ignore[union-attr]
    assert third.digest == fourth.digest  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        ({"id": 1, "title": "m", "actions": [], "restriction": None}, "macros"),
        ({"id": 1, "title": "t", "actions": [], "conditions": {}, "category_id": "2"}, "triggers"),
        ({"id": 1, "title": "a", "actions": [], "conditions": {}}, "automations"),
        ({"id": 1, "title": "v", "execution": {}, "conditions": {}}, "views"),
        ({"id": 1, "ticket_id": 2, "author_id": 3, "events": []}, "audits"),
        ({"id": 1, "ticket_id": 2, "metric": "reply_time", "instance_id": 1}, "ticket_metric_events"),
        ({"id": 1, "score": "good", "ticket_id": 2}, "satisfaction_ratings"),
        ({"id": 1, "name": "s", "intervals": []}, "schedules"),
        ({"id": 1, "title": "p", "policy_metrics": []}, "sla_policies"),
        ({"id": 1, "name": "b", "subdomain": "x"}, "brands"),
        ({"id": 1, "url": "https://x.example/api/v2/ticket_forms/1.json", "name": "f"}, "ticket_forms"),
    ],
)
def test_kinds_that_are_recognised_and_not_stored(tmp_path: Path, item: dict[str, Any], kind: str) -> None:
    assert only(read(tmp_path, a__ndjson=text(item))) == SkippedRecord(kind)


def test_an_object_that_could_be_anything_is_judged_by_the_files_name_and_else_refused(tmp_path: Path) -> None:
    group, stranger = read(
        tmp_path, groups__ndjson=text({"id": 3, "name": "G"}), x__ndjson=text({"id": 3, "name": "G"})
    )
    assert isinstance(group, GroupRecord)
    assert isinstance(stranger, RejectedRecord)
    assert stranger.object == "record"
    assert stranger.reason == "an object of no known kind; its fields: id, name"


def test_counts_alone_are_no_objects(tmp_path: Path) -> None:
    assert read(tmp_path, counts__json=json.dumps({"users": 3, "tickets": 4}), n__json='{"count": 10}') == []


# Damage


def test_one_unreadable_first_line_is_set_aside(tmp_path: Path) -> None:
    first, second = read(tmp_path, tickets__ndjson="exported 2026-01-02\n" + text(ticket()))
    assert isinstance(first, RejectedRecord)
    assert (first.object, first.place.line, first.raw) == ("ticket", 1, "exported 2026-01-02")
    assert isinstance(second, TicketRecord)
    assert second.place.line == 2


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (rb'{"id": 35, "subject": "\ud800", "created_at": "2026-01-02T03:04:05Z"}', "surrogate"),
        (b'{"id": 35, "subject": "\xff", "created_at": "x"}', "UTF-8"),
        (b'{"id": 35, "subject": "a", "n": NaN}', "not JSON"),
        (b'{"id": 35, "subject": "a', "not JSON"),
        (b'{"id": 35, "subject": "a", "x": ' + b"[" * 250 + b"]" * 250 + b"}", "nested deeper than 200"),
        (b'{"id": 35, "subject": "a", "x": ' + b"[" * 5000 + b"]" * 5000 + b"}", "nested deeper than 200"),
    ],
)
def test_a_line_that_is_not_sound_json_is_set_aside_whole(tmp_path: Path, line: bytes, reason: str) -> None:
    good = text(ticket()).encode()
    before, bad, after = read(tmp_path, tickets__ndjson=good + line + b"\n" + good)
    assert isinstance(bad, RejectedRecord)
    assert (bad.object, bad.place.line) == ("ticket", 2)
    assert reason in bad.reason
    assert bad.raw == line.decode("utf-8", "backslashreplace")
    bad.raw.encode()
    assert isinstance(before, TicketRecord) and isinstance(after, TicketRecord)


@pytest.mark.parametrize("bad", [r'"\ud800"', "NaN", "1e999", "[" * 230 + "]" * 230])
def test_one_bad_object_does_not_spoil_its_page(tmp_path: Path, bad: str) -> None:
    odd = json.dumps(ticket(id=2)).replace('"open"', '"open", "x": ' + bad)
    items = ",\n".join((json.dumps(ticket(id=1)), odd, json.dumps(ticket(id=3))))
    found = read(tmp_path, page__json='{"tickets":\n[' + items + "]}")
    assert [record.external_id for record in found if isinstance(record, TicketRecord)] == ["1", "3"]
    assert [(record.object, '"id": 2' in record.raw) for record in rejected(found)] == [("ticket", True)]


def test_a_page_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    whole = json.dumps({"tickets": [ticket(id=1), ticket(id=2), ticket(id=3)]}, indent=1)
    *taken, last = read(tmp_path, page__json=whole[: whole.index('"id": 3') + 12])
    assert [record.external_id for record in taken if isinstance(record, TicketRecord)] == ["1", "2"]
    assert isinstance(last, RejectedRecord)
    assert '"id": 3' in last.raw


def test_a_line_too_long_is_set_aside_in_bounded_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_input, "LINE_LIMIT", 1000)
    long = text(ticket(description="x" * 5000))
    first, second, third = read(tmp_path, tickets__ndjson=text(ticket()) + long + text(ticket()))
    assert isinstance(first, TicketRecord) and isinstance(third, TicketRecord)
    assert isinstance(second, RejectedRecord)
    assert (second.place.line, third.place.line) == (2, 3)
    assert "longer than" in second.reason
    assert len(second.raw) <= json_input.KEPT_OF_LONG


def test_lists_in_lists_end(tmp_path: Path) -> None:
    for deep in ("[" * 900 + "]" * 900, '{"1":' * 900 + "1" + "}" * 900):
        found = read(tmp_path, page__json=deep)
        assert all(isinstance(record, RejectedRecord) for record in found)


def test_a_file_that_is_not_json_is_one_rejection(tmp_path: Path) -> None:
    found = only(read(tmp_path, notes__txt="a\nb\nc\n"))
    assert (found.object, found.reason) == ("record", "not JSON")


def test_users_keep_what_has_no_place(tmp_path: Path) -> None:
    user = {
        "id": 7,
        "name": "Rei",
        "email": "rei@example.jp",
        "phone": "+1 202-555-0100",
        "role": "end-user",
        "time_zone": "Tokyo",
        "iana_time_zone": "Asia/Tokyo",
        "notes": "",
        "details": "d",
        "suspended": False,
        "photo": {"content_url": "https://x.example/p"},
        "authenticity_token": "secret",
    }
    found = only(read(tmp_path, users__ndjson=text(user)))
    assert (found.time_zone, found.phone, found.notes) == ("Asia/Tokyo", "+1 202-555-0100", None)
    assert found.extra == {"time_zone": "Tokyo", "details": "d", "suspended": False}


scalars = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=5) | st.just(AT)
names = """
id subject status created_at updated_at requester requester_id comments comment ticket tickets users results author
author_id body public via channel source metadata system data attachments custom_fields fields value tags type name
group organization collaborator file_name size result_type ticket_id url links next_page user_fields 35 photo
"""
keys = st.sampled_from(sorted(words(names))) | st.text(max_size=4)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=8), max_leaves=25
)


@given(values)
def test_whatever_json_holds_becomes_records(value: Any) -> None:
    content = json.dumps(value)
    for raw in (content, json.dumps([value], indent=1), content + "\n" + content, content[:-2]):
        file = SourceFile("comments-35.json", None, lambda raw=raw: io.BytesIO(raw.encode()))  # type: ignore[misc]
        Zendesk().sniff(file.head(), file.name)
        for record in Zendesk().read([file], ReadOptions()):
            if isinstance(record, RejectedRecord):
                assert record.reason
                record.raw.encode()


def test_a_ticket_that_was_deleted_for_good_is_told_apart(tmp_path: Path) -> None:
    gone = ticket(status="deleted", subject="SCRUBBED", description="SCRUBBED")
    scrubbed, binned = read(tmp_path, a__ndjson=text(gone, ticket(id=36, status="deleted")))
    assert isinstance(scrubbed, TicketRecord) and isinstance(binned, TicketRecord)
    assert (scrubbed.conditions, binned.conditions) == (frozenset({Condition.SCRUBBED}), frozenset())


def test_a_merge_is_told_at_either_end(tmp_path: Path) -> None:
    last = comment(id=10, public=False, body="This request was closed and merged into request #77 「出金」")
    source = ticket(status="closed", tags=["closed_by_merge"], comments=[comment(), last])
    via = {"channel": "web", "source": {"from": {"ticket_ids": [35, 36]}, "to": {}, "rel": "merge"}}
    target = ticket(id=77, comments=[comment(id=11, via=via)])
    one, other = read(tmp_path, a__ndjson=text(source, target))
    assert isinstance(one, TicketRecord) and isinstance(other, TicketRecord)
    assert (one.conditions, one.merges) == (frozenset({Condition.MERGED}), (Merge("35", "77"),))
    assert other.comments[0].merges == (Merge("35", "77"), Merge("36", "77"))


def test_a_redacted_comment_is_marked(tmp_path: Path) -> None:
    file = {"file_name": "redacted.txt", "content_type": "text/plain", "size": 1}
    said = [comment(body="番号は ▇▇▇▇"), comment(id=10, attachments=[file]), comment(id=11)]
    found = only(read(tmp_path, a__ndjson=text(ticket(comments=said))))
    assert [each.redacted for each in found.comments] == [True, True, False]


def test_a_mail_that_was_held_back_is_a_ticket_of_its_own(tmp_path: Path) -> None:
    author = {"id": None, "name": "見本 花子", "email": "hanako@example.jp"}
    item = {
        "id": 35, "author": author, "subject": "出金", "content": "まだですか", "cause": "Detected as spam",
        "created_at": AT, "updated_at": AT, "via": {"channel": "email"}, "ticket_id": None,
    }  # fmt: skip
    found = only(read(tmp_path, a__json=json.dumps({"suspended_tickets": [item], "count": 1})))
    assert (found.external_id, found.status, found.description) == ("suspended-35", "suspended", "まだですか")
    assert (found.requester_id, found.requester_email) == (None, "hanako@example.jp")
    assert [each.external_id for each in found.comments] == ["suspended-35"]
    bad = only(read(tmp_path, a__json=json.dumps({"suspended_tickets": [{**item, "id": None}], "count": 1})))
    assert (bad.object, bad.reason) == ("ticket", "no id")
