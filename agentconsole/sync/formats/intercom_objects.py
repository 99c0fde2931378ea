"""One object of Intercom becomes records. Times are in seconds since 1970, bodies in HTML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from agentconsole.domain.errors import Phrase
from agentconsole.domain.values import AuthorKind, Condition
from agentconsole.sync.formats import intercom_kinds as known
from agentconsole.sync.formats import json_fields as fields
from agentconsole.sync.formats.base import (
    ReadOptions,
    RejectError,
    Tally,
    describe,
    digest,
    list_of,
    object_of,
    optional_id,
    optional_text,
    required_id,
)
from agentconsole.sync.formats.json_fields import Json, first
from agentconsole.sync.formats.json_format import Around, Take
from agentconsole.sync.formats.json_input import encode
from agentconsole.sync.formats.json_objects import Named, embedded
from agentconsole.sync.formats.personal import cleared
from agentconsole.sync.records import (
    CommentRecord,
    Merge,
    PersonRecord,
    Record,
    SkippedRecord,
    TicketRecord,
)

_SUBJECT_LENGTH: Final = 80
_BY_ITSELF: Final = frozenset(("automated", "campaigns_initiated"))
"""How a conversation's first message was delivered if nobody sent it."""
_TITLE, _DESCRIPTION = "_default_title_", "_default_description_"
_NO_CONVERSATION: Final = Phrase(
    "its conversation cannot be known: no conversation_id in it, around it or in the file's name"
)
_PART: Final = SkippedRecord("conversation_part")
_SAYING_PART: Final = SkippedRecord("conversation_part_with_text")


class Objects:
    """Turns objects into records."""

    def __init__(self, options: ReadOptions, tally: Tally) -> None:
        self._options = options
        self._tally = tally
        self._beside = fields.Beside(known.PLACED, known.KNOWN, tally)
        named = Named(self._beside)
        self.take: dict[str, Take] = {
            "groups": named.group,
            "organizations": named.organization,
            "users": self._person,
            "tickets": self._conversation,
            "comments": self._part,
        }

    # Conversations and tickets

    def _conversation(self, raw: Json, around: Around) -> Iterator[Record]:
        number = required_id(raw.get("id"))
        created_at = fields.moment(raw.get("created_at"), "created_at", self._options)
        source = _object(first(raw, "source", "conversation_message"), "source")
        own = _object(first(raw, "ticket_attributes", "custom_attributes"), "custom_attributes")
        inside = around._replace(ticket_id=number)
        aside: list[Record] = []
        spoken = (*self._opening(source, raw, inside), *embedded(_parts(raw), "comment", self._part, inside, aside))
        self._count_left_out(raw)
        description = fields.readable(own.get(_DESCRIPTION), _DESCRIPTION) or (spoken[0].body if spoken else "")
        yield TicketRecord(
            place=around.place,
            digest=around.digest,
            external_id=number,
            subject=_subject(raw, source, own) or _beginning(description),
            description=description or None,
            status=self._state(raw),
            conditions=_conditions(raw),
            priority=self._priority(raw),
            via=self._via(source),
            created_at=created_at,
            updated_at=fields.moment(first(raw, "updated_at", "created_at"), "updated_at", self._options),
            requester_id=_requester(raw, source),
            assignee_id=_assigned(raw, "admin"),
            group_id=_assigned(raw, "team"),
            organization_id=optional_id(raw.get("company_id"), "company_id"),
            tags=fields.tags(_inner_list(raw.get("tags"), "tags")),
            custom_fields={key: value for key, value in fields.custom_fields(own).items() if key[:9] != "_default_"},
            comments=spoken,
            merges=_merges(raw, number),
            people=tuple(self._authors(raw, source, around)),
            extra=self._conversation_extra(raw, source),
        )
        yield from aside

    def _state(self, raw: Json) -> str:
        """The state of a conversation, or the category of a ticket's state."""
        state = raw.get("ticket_state")
        if type(state) is dict:
            state = first(state, "category", "internal_label")
        found = optional_text(raw.get("state") if state is None else state, "state")
        if found is None:
            found = "closed" if fields.truth(raw.get("open"), "open") is False else "open"
        if found not in known.STATES and found not in known.TICKET_STATES:
            self._tally.count_unknown("ticket.status", found)
        return found

    def _priority(self, raw: Json) -> str | None:
        value = raw.get("priority")
        if type(value) is bool:
            value = "priority" if value else "not_priority"
        found = optional_text(value, "priority")
        if found and found not in known.PRIORITIES:
            self._tally.count_unknown("ticket.priority", found)
        return found

    def _via(self, source: Json) -> str | None:
        found = optional_text(source.get("type"), "source.type") or None
        if found and found not in known.SOURCES:
            self._tally.count_unknown("ticket.via", found)
        return found

    def _conversation_extra(self, raw: Json, source: Json) -> dict[str, Any]:
        extra = self._beside.of("tickets", raw)
        if type(source.get("delivered_as")) is str:
            extra["delivered_as"] = source["delivered_as"]
        if type(raw.get("ticket_state")) is dict:
            extra["ticket_state"] = cleared(raw["ticket_state"])
        return extra

    def _opening(self, source: Json, raw: Json, around: Around) -> Iterator[CommentRecord]:
        """The first message, which Intercom keeps in the conversation itself and not among its parts."""
        body = fields.readable(source.get("body"), "source.body", is_html=True)
        attached = source.get("attachments")
        if not (body or attached or source.get("redacted") is True):
            return
        author = _object(source.get("author"), "source.author")
        yield CommentRecord(
            place=around.place,
            digest=digest(encode([body, attached, source.get("redacted")])),
            external_id=f"{around.ticket_id}-source",
            ticket_external_id=around.ticket_id or "",
            at=fields.moment(raw.get("created_at"), "created_at", self._options),
            author_id=_author_id(author),
            author_name=optional_text(author.get("name"), "name of an author") or None,
            author_kind=self._kind_of_author(author),
            automatic=optional_text(source.get("delivered_as"), "delivered_as") in _BY_ITSELF,
            via=self._via(source),
            body=body,
            attachments=fields.attachments(attached),
            redacted=source.get("redacted") is True,
        )

    def _count_left_out(self, raw: Json) -> None:
        """Intercom gives no more than 500 parts of a conversation, and only says how many there are."""
        for key in ("conversation_parts", "ticket_parts"):
            value, came = raw.get(key), len(_inner_list(raw.get(key), key))
            total = value.get("total_count") if type(value) is dict else None
            if came and type(total) is int and total > came:
                self._tally.count_unknown(f"ticket.{key}", "not all of them")

    def _authors(self, raw: Json, source: Json, around: Around) -> Iterator[PersonRecord]:
        """Who spoke, by name, each once; bots and teams are no people."""
        seen = set()
        for holder in (source, *_parts(raw)):
            author = holder.get("author") if type(holder) is dict else None
            if type(author) is dict and (person := _introduced(author, around)) and person.external_id not in seen:
                seen.add(person.external_id)
                yield person

    # Parts

    def _part(self, raw: Json, around: Around) -> Iterator[Record]:
        """A part that is a message, or one that is not. What is said in one of an unknown type is for agents only."""
        kind = optional_text(raw.get("part_type"), "part_type") or ""
        if kind not in known.PARTS:
            self._tally.count_unknown("comment.part_type", kind)
        if not (raw.get("body") or raw.get("attachments") or raw.get("redacted") is True):
            yield _PART
        elif kind in known.PARTS and kind not in known.SPOKEN:
            yield _SAYING_PART
        else:
            yield self._message(raw, kind, around)

    def _message(self, raw: Json, kind: str, around: Around) -> CommentRecord:
        named = optional_id(first(raw, "conversation_id", "ticket_id"), "conversation_id")
        ticket = named or around.ticket_id
        if ticket is None:
            raise RejectError(_NO_CONVERSATION)
        author = _object(raw.get("author"), "author")
        return CommentRecord(
            place=around.place,
            digest=around.digest,
            external_id=optional_id(raw.get("id"), "id"),
            ticket_external_id=ticket,
            at=fields.moment(raw.get("created_at"), "created_at", self._options),
            author_id=_author_id(author),
            author_name=optional_text(author.get("name"), "name of an author") or None,
            author_kind=AuthorKind.BOT if raw.get("from_ai_agent") is True else self._kind_of_author(author),
            public=known.SPOKEN.get(kind, False),
            body=fields.readable(raw.get("body"), "body", is_html=True),
            attachments=fields.attachments(raw.get("attachments")),
            redacted=raw.get("redacted") is True,
            extra=self._beside.of("comments", raw),
        )

    def _kind_of_author(self, author: Json) -> AuthorKind | None:
        kind = optional_text(author.get("type"), "type of an author")
        if kind is None or kind in known.CUSTOMERS:
            return AuthorKind.CUSTOMER if kind else None
        found = {"admin": AuthorKind.AGENT, "bot": AuthorKind.BOT, "team": AuthorKind.SYSTEM}.get(kind)
        if found is None:
            self._tally.count_unknown("comment.author.type", kind)
        return found

    # People

    def _person(self, raw: Json, around: Around) -> Iterator[Record]:
        """A contact, or an admin, who is an agent."""
        is_admin = raw.get("type") == "admin" or "has_inbox_seat" in raw or "away_mode_enabled" in raw
        companies = _inner_list(raw.get("companies"), "companies")
        company = companies[0].get("id") if len(companies) == 1 and type(companies[0]) is dict else None
        yield PersonRecord(
            place=around.place,
            digest=around.digest,
            external_id=required_id(raw.get("id")),
            name=optional_text(raw.get("name"), "name") or None,
            email=optional_text(raw.get("email"), "email") or None,
            phone=fields.text_or_number(raw.get("phone"), "phone"),
            role="agent" if is_admin else "end-user",
            locale=optional_text(first(raw, "language_override", "browser_language"), "language") or None,
            organization_id=optional_id(company, "id of a company"),
            extra=self._beside.of("users", raw),
        )


def _object(value: object, what: str) -> Json:
    return {} if value is None else object_of(value, what)


def _inner_list(value: object, key: str) -> list[Any]:
    """A list, by itself or inside of an object that says that it is one."""
    if type(value) is dict:
        value = first(value, key, "data", key.partition("_")[2])
    return list_of(value, key)


def _parts(raw: Json) -> list[Any]:
    return [part for key in ("conversation_parts", "ticket_parts") for part in _inner_list(raw.get(key), key)]


def _merges(raw: Json, number: str) -> tuple[Merge, ...]:
    """Into which one a conversation went: the one that it is linked with, if it is linked with no other."""
    linked = _inner_list(raw.get("linked_objects"), "linked_objects") if _conditions(raw) else []
    found = (each.get("id") for each in linked if type(each) is dict)
    ids = {str(each) for each in found if type(each) in (int, str)} - {number}
    return tuple(Merge(number, each) for each in ids) if len(ids) == 1 else ()


def _conditions(raw: Json) -> frozenset[Condition]:
    """Whether a conversation went into another one."""
    parts = (part for part in _parts(raw) if type(part) is dict)
    is_merged = raw.get("state") == "closed" and any(part.get("part_type") == known.MERGED for part in parts)
    return frozenset({Condition.MERGED}) if is_merged else frozenset()


def _author_id(author: Json) -> str | None:
    """Who it was; bots and teams are nobody."""
    return None if author.get("type") in ("bot", "team") else optional_id(author.get("id"), "id of an author")


def _introduced(author: Json, around: Around) -> PersonRecord | None:
    """The person that an author is, if a name or an address is said. A bad author is told of with the message."""
    try:
        number = _author_id(author)
        name = optional_text(author.get("name"), "name of an author") or None
        email = optional_text(author.get("email"), "email of an author") or None
    except RejectError:
        return None
    if number is None or not (name or email):
        return None
    role = "agent" if author.get("type") == "admin" else "end-user"
    return PersonRecord(
        place=around.place, digest=digest(encode(author)), external_id=number, name=name, email=email, role=role
    )


def _requester(raw: Json, source: Json) -> str | None:
    """The first contact of a conversation, or else who began it."""
    contacts = _inner_list(first(raw, "contacts", "customers"), "contacts")
    asking = contacts[0] if contacts else first(raw, "user")
    if type(asking) is not dict:
        asking = _object(source.get("author"), "source.author")
        if optional_text(asking.get("type"), "type of an author") not in known.CUSTOMERS:
            return None
    return optional_id(asking.get("id"), "id of a contact")


def _assigned(raw: Json, kind: str) -> str | None:
    """The admin or team that has it; 0 is nobody."""
    found = optional_id(raw.get(f"{kind}_assignee_id"), f"{kind}_assignee_id")
    older = raw.get("assignee")
    if found is None and type(older) is dict and older.get("type") == kind:
        found = optional_id(older.get("id"), "id of the assignee")
    return None if found == "0" else found


def _subject(raw: Json, source: Json, own: Json) -> str:
    for value, what in ((raw.get("title"), "title"), (own.get(_TITLE), _TITLE), (source.get("subject"), "subject")):
        if value is not None and type(value) is not str:
            raise RejectError(Phrase("{what} is {found}, not text", what=what, found=describe(value)))
        if value:
            return " ".join(fields.readable(value, what).split())
    return ""


def _beginning(text: str) -> str:
    """The first line of what was said, for a conversation that nobody gave a title."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return line if len(line) <= _SUBJECT_LENGTH else f"{line[: _SUBJECT_LENGTH - 1]}…"
