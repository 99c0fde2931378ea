"""One object of Freshdesk, from either version of its API or from its XML, becomes records."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from agentconsole.domain.errors import Phrase
from agentconsole.domain.values import AuthorKind
from agentconsole.sync.formats import freshdesk_kinds as known
from agentconsole.sync.formats import json_fields as fields
from agentconsole.sync.formats.base import (
    ReadOptions,
    RejectError,
    Tally,
    digest,
    instant,
    list_of,
    object_of,
    optional_id,
    optional_text,
    required_id,
)
from agentconsole.sync.formats.json_fields import Json, first
from agentconsole.sync.formats.json_format import LABELS, Around, Take
from agentconsole.sync.formats.json_input import encode
from agentconsole.sync.formats.json_objects import Named, embedded
from agentconsole.sync.records import (
    CommentRecord,
    Merge,
    PersonRecord,
    Record,
    SkippedRecord,
    TicketRecord,
)

_MERGED_INTO: Final = re.compile(r"\s*This ticket is closed and merged into ticket #?([0-9]{1,20})\b", re.I)
_MERGED_FROM: Final = re.compile(
    r"\s*Tickets? with ids? ((?:(?:, |,| and )?#?[0-9]{1,20}){1,100}) (?:is|are) merged into this ticket", re.I
)
_NOTES: Final = ("conversations", "notes", "helpdesk_notes", "public_notes")
_STATUS_FIELDS: Final = ("status", "default_status")


class Objects:
    """Turns objects into records, in the words of the account as far as its ticket fields have been read."""

    def __init__(self, options: ReadOptions, tally: Tally) -> None:
        self._options = options
        self._tally = tally
        self._statuses = dict(known.STATUSES)
        self._sources = dict(known.SOURCES)
        self._beside = fields.Beside(known.PLACED, known.KNOWN, tally)
        named = Named(self._beside)
        self.take: dict[str, Take] = {
            LABELS: self._labels,
            "groups": named.group,
            "organizations": named.organization,
            "users": self._person,
            "tickets": self._ticket,
            "comments": self._comment,
        }

    # Labels

    def _labels(self, raw: Json, around: Around) -> Iterator[Record]:
        """A ticket field: that of the status says what the account's own statuses are called."""
        name = first(raw, "type", "name")
        for labels, names in ((self._statuses, _STATUS_FIELDS), (self._sources, ("source", "default_source"))):
            if name in names or raw.get("name") in names:
                labels.update(_choices(raw.get("choices")))
        yield SkippedRecord("ticket_fields")

    # Tickets

    def _ticket(self, raw: Json, around: Around) -> Iterator[Record]:
        number = required_id(first(raw, "display_id", "id"))
        created_at = instant(raw.get("created_at"), "created_at", self._options)
        requester = raw.get("requester")
        person = requester if type(requester) is dict else {}
        source = self._word(raw, "source", self._sources)
        aside: list[Record] = []
        yield TicketRecord(
            place=around.place,
            digest=around.digest,
            external_id=number,
            subject=optional_text(raw.get("subject"), "subject") or "",
            description=_described(raw) or None,
            status=self._status(raw),
            priority=self._word(raw, "priority", known.PRIORITIES),
            via=source,
            created_at=created_at,
            updated_at=instant(first(raw, "updated_at", "created_at"), "updated_at", self._options),
            requester_id=optional_id(raw.get("requester_id"), "requester_id") or optional_id(person.get("id"), "id"),
            requester_name=optional_text(first(raw, "requester_name"), "requester_name") or _text(person, "name"),
            requester_email=optional_text(first(raw, "requester_email", "email"), "email") or _text(person, "email"),
            assignee_id=optional_id(raw.get("responder_id"), "responder_id"),
            assignee_name=_responder_name(raw),
            group_id=optional_id(raw.get("group_id"), "group_id"),
            group_name=optional_text(raw.get("group_name"), "group_name") or None,
            organization_id=_organization_id(raw),
            tags=fields.tags(raw.get("tags")),
            custom_fields=fields.custom_fields(first(raw, "custom_fields", "custom_field")),
            comments=(
                *self._description(raw, number, created_at, source, around),
                *self._notes(raw, number, around, aside),
            ),
            people=tuple(embedded(filter(None, [person]), "user", self._person, around, aside)),
            organizations=tuple(
                embedded(filter(None, [raw.get("company")]), "organization", self.take["organizations"], around, aside)
            ),
            extra=self._ticket_extra(raw),
        )
        yield from aside

    def _status(self, raw: Json) -> str:
        """The status; what is in the bin or is spam is no open ticket, whatever its status was."""
        if fields.truth(raw.get("deleted"), "deleted"):
            return "Deleted"
        if fields.truth(raw.get("spam"), "spam"):
            return "Spam"
        found = self._word(raw, "status", self._statuses)
        if found is None:
            self._tally.count_unknown("ticket.status", "")
        return found or "Open"

    def _word(self, raw: Json, key: str, labels: dict[int, str]) -> str | None:
        """A label that came with the number, else the one that is known for it."""
        named = raw.get(f"{key}_name")
        return optional_text(named, f"{key}_name") or fields.label(raw.get(key), labels, key)

    def _ticket_extra(self, raw: Json) -> dict[str, Any]:
        extra = self._beside.of("tickets", raw)
        if raw.get("display_id") is not None and raw.get("id") is not None:
            extra["id"] = raw["id"]
        if extra.get("deleted") or extra.get("spam"):
            extra["status"] = self._word(raw, "status", self._statuses)
        return extra

    def _description(
        self, raw: Json, number: str, created_at: datetime, source: str | None, around: Around
    ) -> Iterator[CommentRecord]:
        """The first message, which Freshdesk keeps in the ticket itself and not among the others."""
        body = _described(raw)
        attached = raw.get("attachments")
        if not body and not attached:
            return
        by_agent = source == known.OUTBOUND
        author = raw.get("responder_id") if by_agent else first(raw, "requester_id")
        yield CommentRecord(
            place=around.place,
            digest=digest(encode([body, attached])),
            external_id=f"{number}-description",
            ticket_external_id=number,
            at=created_at,
            author_id=optional_id(author, "requester_id"),
            author_name=None if by_agent else optional_text(raw.get("requester_name"), "requester_name"),
            author_kind=AuthorKind.AGENT if by_agent else AuthorKind.CUSTOMER,
            via=source,
            body=body,
            attachments=fields.attachments(attached),
        )

    def _notes(self, raw: Json, number: str, around: Around, aside: list[Record]) -> Iterator[CommentRecord]:
        """The messages inside a ticket."""
        notes = (
            first(item, "note", "helpdesk_note") or item if type(item) is dict else item
            for key in _NOTES
            for item in list_of(raw.get(key), key)
        )
        return embedded(filter(None, notes), "comment", self._comment, around._replace(ticket_id=number), aside)

    # Comments

    def _comment(self, raw: Json, around: Around) -> Iterator[Record]:
        ticket = optional_id(raw.get("ticket_id"), "ticket_id") or around.ticket_id
        if ticket is None:
            raise RejectError(Phrase("its ticket cannot be known: no ticket_id in it, around it or in the file's name"))
        if fields.truth(raw.get("deleted"), "deleted"):
            yield SkippedRecord("deleted_notes")
        else:
            yield self._said(raw, ticket, around)

    def _said(self, raw: Json, ticket: str, around: Around) -> CommentRecord:
        via = fields.label(raw.get("source"), known.REPLIES, "source")
        if via is not None and via.isdecimal():
            self._tally.count_unknown("comment.source", via)
        incoming = fields.truth(raw.get("incoming"), "incoming")
        private = fields.truth(raw.get("private"), "private")
        body = _words(raw)
        return CommentRecord(
            place=around.place,
            digest=around.digest,
            external_id=optional_id(raw.get("id"), "id"),
            ticket_external_id=ticket,
            at=instant(raw.get("created_at"), "created_at", self._options),
            author_id=optional_id(raw.get("user_id"), "user_id"),
            author_kind=None if incoming is None else AuthorKind.CUSTOMER if incoming else AuthorKind.AGENT,
            automatic=raw.get("auto_response") in (True, "true"),
            public=via != known.NOTE if private is None else not private,
            via=via,
            body=body,
            attachments=fields.attachments(raw.get("attachments")),
            merges=() if incoming else tuple(_merges(body, ticket)),
            extra=self._beside.of("comments", raw),
        )

    # People

    def _person(self, raw: Json, around: Around) -> Iterator[PersonRecord]:
        """A contact, or an agent, who is a contact inside of something."""
        inside = first(raw, "contact", "user")
        is_agent = "ticket_scope" in raw or "occasional" in raw or type(raw.get("agent")) is dict
        person = object_of(inside, "contact") if inside is not None else raw
        is_agent = is_agent or fields.truth(person.get("helpdesk_agent"), "helpdesk_agent") is True
        extra = self._beside.of("users", raw)
        if person is not raw:
            extra = {**self._beside.of("users", person), **extra}
        language = optional_text(person.get("language"), "language") or None
        yield PersonRecord(
            place=around.place,
            digest=around.digest,
            external_id=required_id(first(person, "id") or first(raw, "user_id", "id")),
            name=optional_text(person.get("name"), "name") or None,
            email=optional_text(person.get("email"), "email") or None,
            phone=fields.text_or_number(first(person, "phone"), "phone")
            or fields.text_or_number(person.get("mobile"), "mobile"),
            role="agent" if is_agent else "end-user",
            locale=language,
            time_zone=optional_text(person.get("time_zone"), "time_zone") or None,
            organization_id=optional_id(first(person, "company_id", "customer_id"), "company_id"),
            notes=optional_text(person.get("description"), "description") or None,
            extra=extra,
        )


def _text(raw: Json, key: str) -> str | None:
    return optional_text(raw.get(key), key) or None


def _responder_name(raw: Json) -> str | None:
    """The agent's name; where there is none, Freshdesk writes "No Agent", in the account's language."""
    if "responder_id" in raw and raw["responder_id"] is None:
        return None
    name = _text(raw, "responder_name")
    return None if name == known.NO_AGENT else name


def _organization_id(raw: Json) -> str | None:
    company = raw.get("company")
    inside = company.get("id") if type(company) is dict else None
    return optional_id(first(raw, "company_id"), "company_id") or optional_id(inside, "id")


def _described(raw: Json) -> str:
    """What a ticket's first message says: the newer API has it as HTML with the plain text beside, the older both."""
    if raw.get("description_text") is not None:
        return fields.readable(raw["description_text"], "description_text", is_html=False)
    is_html = False if raw.get("description_html") is not None else None
    return fields.readable(first(raw, "description", "description_html"), "description", is_html=is_html)


def _words(raw: Json) -> str:
    if raw.get("body_text") is not None:
        return fields.readable(raw["body_text"], "body_text", is_html=False)
    is_html = False if raw.get("body_html") is not None else None
    return fields.readable(first(raw, "body", "body_html"), "body", is_html=is_html)


def _merges(body: str, ticket: str) -> Iterator[Merge]:
    """What the notes say that Freshdesk writes on both tickets of a merge: it tells it nowhere else."""
    if into := _MERGED_INTO.match(body):
        yield Merge(ticket, into[1])
    elif merged := _MERGED_FROM.match(body):
        yield from (Merge(each, ticket) for each in re.findall(r"[0-9]+", merged[1]))


def _choices(value: object) -> Iterable[tuple[int, str]]:
    """Number -> label, from `{"6": ["Waiting"]}`, `{"Waiting": 6}` or `[{"id": 6, "label": "Waiting"}]`."""
    if type(value) is list:
        value = {str(item.get("id")): first(item, "label", "value") for item in value if type(item) is dict}
    if type(value) is not dict:
        return
    for key, content in value.items():
        shown = content[0] if type(content) is list and content else content
        if key.isdecimal() and len(key) < 10 and type(shown) is str:
            yield int(key), shown
        elif type(shown) is int:
            yield shown, key
