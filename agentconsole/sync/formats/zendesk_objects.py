"""One object of Zendesk, decoded from JSON, becomes one record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeVar

import orjson

from agentconsole.domain.errors import Phrase
from agentconsole.sync.formats import zendesk_conditions as told
from agentconsole.sync.formats import zendesk_fields as fields
from agentconsole.sync.formats import zendesk_kinds as known
from agentconsole.sync.formats.base import (
    ReadOptions,
    RejectError,
    Tally,
    describe,
    instant,
    list_of,
    object_of,
    optional_id,
    optional_text,
    required_id,
    words,
)
from agentconsole.sync.formats.personal import cleared
from agentconsole.sync.formats.zendesk_beside import Beside
from agentconsole.sync.formats.zendesk_fields import Json, content_digest, inner
from agentconsole.sync.records import (
    AttachmentRecord,
    CommentRecord,
    GroupRecord,
    OrganizationRecord,
    PersonRecord,
    Place,
    RejectedRecord,
    TicketRecord,
)

T = TypeVar("T")

_EMBEDDED: Final = words(
    "requester assignee submitter collaborator collaborators followers email_ccs group organization"
)
_NO_TICKET: Final = Phrase(
    "its ticket cannot be known: no ticket_id in it, around it, beside the list or in the file's name"
)
_MET_LIMIT: Final = 20_000


class _People(NamedTuple):
    """Whom and what a ticket carries inside, or only names."""

    people: tuple[PersonRecord, ...] = ()
    organizations: tuple[OrganizationRecord, ...] = ()
    groups: tuple[GroupRecord, ...] = ()
    requester_id: str | None = None
    requester_name: str | None = None
    requester_email: str | None = None
    assignee_id: str | None = None
    assignee_name: str | None = None
    group_id: str | None = None
    group_name: str | None = None
    organization_id: str | None = None


_NOBODY: Final = _People()


class Objects:
    """Turns objects into records. What is wrong inside an object that is taken otherwise waits in `rejected`."""

    def __init__(self, options: ReadOptions, tally: Tally) -> None:
        self.rejected: list[RejectedRecord] = []
        self._options = options
        self._tally = tally
        self._met: dict[tuple[str, bytes], Any] = {}
        """Who was embedded before, in just the same words: the same few people are in thousands of tickets."""
        self._beside = Beside(tally)

    def ticket(self, raw: Json, place: Place, content: bytes) -> TicketRecord:
        """A ticket with all that is embedded in it.

        Raises:
            RejectError: it cannot be taken.
        """
        get = raw.get
        external_id = required_id(get("id"))
        created_at = instant(get("created_at"), "created_at", self._options)
        inside = self._embedded(raw, place) if any(key in raw for key in _EMBEDDED) else _NOBODY
        extra = self._beside.of("tickets", raw)
        if type(submitter := get("submitter")) is dict and str(submitter.get("id")) != inside.requester_id:
            extra.setdefault("submitter_id", submitter.get("id"))
        comments = self._comments(raw, external_id, place)
        return TicketRecord(
            place=place,
            digest=content,
            external_id=external_id,
            subject=optional_text(get("subject"), "subject") or optional_text(get("raw_subject"), "raw_subject") or "",
            description=optional_text(get("description"), "description"),
            status=self._status(get("status")),
            conditions=told.conditions(raw),
            priority=self._word(get("priority"), "ticket.priority", known.PRIORITIES),
            via=self._via(get("via"), "ticket", extra),
            created_at=created_at,
            updated_at=self._later(get("updated_at"), created_at),
            requester_id=optional_id(get("requester_id"), "requester_id") or inside.requester_id,
            requester_name=inside.requester_name,
            requester_email=inside.requester_email,
            assignee_id=optional_id(get("assignee_id"), "assignee_id") or inside.assignee_id,
            assignee_name=inside.assignee_name,
            group_id=optional_id(get("group_id"), "group_id") or inside.group_id,
            group_name=inside.group_name,
            organization_id=optional_id(get("organization_id"), "organization_id") or inside.organization_id,
            tags=fields.tags(get("tags")),
            custom_fields=fields.custom_fields(get("custom_fields") or extra.get("fields")),
            comments=comments,
            merges=told.merge_of(raw, external_id, comments),
            people=inside.people,
            organizations=inside.organizations,
            groups=inside.groups,
            extra=self._checked(extra),
        )

    def comment(self, raw: Json, place: Place, content: bytes, ticket_id: str | None) -> CommentRecord:
        """A comment; its own `ticket_id` goes before the one known from around it.

        Raises:
            RejectError: it cannot be taken, or its ticket cannot be known.
        """
        get = raw.get
        ticket = optional_id(get("ticket_id"), "ticket_id") or ticket_id if "ticket_id" in raw else ticket_id
        if ticket is None:
            raise RejectError(_NO_TICKET)
        external_id, author_id, author_name = get("id"), get("author_id"), None
        if type(author_id) is int:
            author_id = str(author_id)
        else:
            author_id, author_name = fields.author(raw)
        body, public, attachments = get("body"), get("public"), get("attachments")
        extra = self._beside.of_comment(raw)
        self._note(extra.get("type"), "comment.type", known.COMMENT_TYPES)
        body = body if body and type(body) is str else fields.body(raw)
        attachments = self._attachments(attachments) if attachments else ()
        return CommentRecord(
            place=place,
            digest=content,
            external_id=str(external_id) if type(external_id) is int else optional_id(external_id, "id"),
            ticket_external_id=ticket,
            at=instant(get("created_at"), "created_at", self._options),
            author_id=author_id,
            author_name=author_name,
            public=public is True or fields.flag(public, "public"),
            via=self._via(get("via"), "comment", extra),
            body=body,
            attachments=attachments,
            redacted=told.is_redacted_comment(body, attachments),
            merges=told.merges_into(get("via"), ticket),
            extra=extra,
        )

    def person(self, raw: Json, place: Place, content: bytes) -> PersonRecord:
        """A user of any role.

        Raises:
            RejectError: it cannot be taken.
        """
        get = raw.get
        return PersonRecord(
            place=place,
            digest=content,
            external_id=required_id(get("id")),
            name=optional_text(get("name"), "name"),
            email=optional_text(get("email"), "email"),
            phone=optional_text(get("phone"), "phone"),
            role=self._word(get("role"), "user.role", known.ROLES) or "end-user",
            locale=optional_text(get("locale"), "locale"),
            time_zone=optional_text(get("iana_time_zone") or get("time_zone"), "time_zone"),
            organization_id=optional_id(get("organization_id"), "organization_id"),
            notes=optional_text(get("notes"), "notes") or None,
            extra=self._beside.of("users", raw),
        )

    def organization(self, raw: Json, place: Place, content: bytes) -> OrganizationRecord:
        """An organization.

        Raises:
            RejectError: it cannot be taken.
        """
        return OrganizationRecord(
            place=place,
            digest=content,
            external_id=required_id(raw.get("id")),
            name=optional_text(raw.get("name"), "name"),
            extra=self._beside.of("organizations", raw),
        )

    def group(self, raw: Json, place: Place, content: bytes) -> GroupRecord:
        """A group of agents.

        Raises:
            RejectError: it cannot be taken.
        """
        return GroupRecord(
            place=place,
            digest=content,
            external_id=required_id(raw.get("id")),
            name=optional_text(raw.get("name"), "name"),
            extra=self._beside.of("groups", raw),
        )

    # Fields

    def _status(self, value: object) -> str:
        status = self._word(value, "ticket.status", known.STATUSES)
        if status:
            return status
        self._tally.count_unknown("ticket.status", "")
        return "open"

    def _word(self, value: object, what: str, words: frozenset[str]) -> str | None:
        """A word of an enumeration; others are kept, and counted."""
        if value is None or (type(value) is str and value in words):
            return value
        found = optional_text(value, what.rpartition(".")[2])
        if found:
            self._tally.count_unknown(what, found)
        return found

    def _note(self, value: object, what: str, words: frozenset[str]) -> None:
        """Counts a word that is not known, of a field that is kept beside."""
        if value is not None and not (type(value) is str and value in words):
            self._tally.count_unknown(what, value if type(value) is str else describe(value))

    def _checked(self, extra: dict[str, Any]) -> dict[str, Any]:
        self._note(extra.get("type"), "ticket.type", known.TYPES)
        extra.pop("fields", None)
        return extra

    def _via(self, value: object, what: str, extra: dict[str, Any]) -> str | int | None:
        """The channel; where it came from and went to stays in `extra`."""
        channel = value
        if type(value) is dict:
            channel = value.get("channel")
            source = value.get("source")
            if type(source) is dict and any(source.values()):
                extra["via_source"] = cleared(source)
        if channel is None:
            return None
        if type(channel) is not str and type(channel) is not int:
            raise RejectError(Phrase("via.channel is {found}", found=describe(channel)))
        if channel not in known.CHANNELS:
            self._tally.count_unknown(f"{what}.via", channel)
        return channel

    def _later(self, value: object, created_at: datetime) -> datetime:
        return created_at if value is None else instant(value, "updated_at", self._options)

    def _attachments(self, value: object) -> tuple[AttachmentRecord, ...]:
        found = fields.attachments(value)
        for _each in found:
            self._tally.count_dropped("attachment.content_url")
        return found

    # What is embedded

    def _comments(self, raw: Json, ticket_id: str, place: Place) -> tuple[CommentRecord, ...]:
        found = raw.get("comments")
        if not found:
            return ()
        taken = []
        for item in list_of(found, "comments"):
            try:
                taken.append(self.comment(object_of(item, "a comment"), place, content_digest(item), ticket_id))
            except RejectError as error:
                whole = orjson.dumps(item).decode()
                self.rejected.append(RejectedRecord(place, "comment", error.reason, whole, ticket=ticket_id))
        return tuple(taken)

    def _embedded(self, raw: Json, place: Place) -> _People:
        requester, assignee = raw.get("requester"), raw.get("assignee")
        group, organization = raw.get("group"), raw.get("organization")
        return _People(
            people=tuple(self._each(fields.persons(raw), "user", place, self.person)),
            organizations=tuple(self._each(_with_id(organization), "organization", place, self.organization)),
            groups=tuple(self._each(_with_id(group), "group", place, self.group)),
            requester_id=inner(requester, "id", optional_id),
            requester_name=inner(requester, "name", optional_text),
            requester_email=inner(requester, "email", optional_text),
            assignee_id=inner(assignee, "id", optional_id),
            assignee_name=inner(assignee, "name", optional_text),
            group_id=inner(group, "id", optional_id),
            group_name=inner(group, "name", optional_text),
            organization_id=inner(organization, "id", optional_id),
        )

    def _each(
        self, items: Iterable[object], name: str, place: Place, take: Callable[[Json, Place, bytes], T]
    ) -> Iterator[T]:
        """The records of embedded objects; a bad one is set aside and does not spoil what it is embedded in."""
        for item in items:
            try:
                content = content_digest(item)
                record = self._met.get((name, content))
                if record is None:
                    record = take(object_of(item, f"a {name}"), place, content)
                    if len(self._met) < _MET_LIMIT:
                        self._met[name, content] = record
                yield record
            except RejectError as error:
                self.rejected.append(RejectedRecord(place, name, error.reason, orjson.dumps(item).decode()))


def _with_id(value: object) -> list[object]:
    return [value] if type(value) is dict and value.get("id") is not None else []
