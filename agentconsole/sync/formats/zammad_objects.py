"""One object of Zammad becomes one record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from agentconsole.domain.errors import Phrase
from agentconsole.domain.values import AuthorKind
from agentconsole.sync.formats import json_fields as fields
from agentconsole.sync.formats import zammad_kinds as known
from agentconsole.sync.formats.base import (
    ReadOptions,
    RejectError,
    Tally,
    instant,
    list_of,
    optional_id,
    optional_text,
    required_id,
)
from agentconsole.sync.formats.json_fields import Json, first
from agentconsole.sync.formats.json_format import LABELS, Around, Take
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

_AUTHORS: Final = {"agent": AuthorKind.AGENT, "customer": AuthorKind.CUSTOMER, "system": AuthorKind.SYSTEM}
_ADMIN, _AGENT = 1, 2
"""Roles that Zammad is installed with."""
_NOBODY: Final = frozenset(("-", ""))


class Objects:
    """Turns objects into records, in the words of the account as far as its states and priorities have been read."""

    def __init__(self, options: ReadOptions, tally: Tally) -> None:
        self._options = options
        self._tally = tally
        self._states = dict(known.STATES)
        self._priorities = dict(known.PRIORITIES)
        self._types = dict(known.TYPES)
        self._beside = fields.Beside(known.PLACED, known.KNOWN, tally)
        named = Named(self._beside)
        self.take: dict[str, Take] = {
            LABELS: self._labels,
            "groups": named.group,
            "organizations": named.organization,
            "users": self._person,
            "tickets": self._ticket,
            "comments": self._article,
        }

    # Labels

    def _labels(self, raw: Json, around: Around) -> Iterator[Record]:
        """What the account calls one of its states, priorities or types of articles."""
        kind, labels = self._labels_like(raw)
        if type(raw.get("id")) is int and type(raw.get("name")) is str:
            labels[raw["id"]] = raw["name"]
        yield SkippedRecord(kind)

    def _labels_like(self, raw: Json) -> tuple[str, dict[int, str]]:
        if "state_type_id" in raw or "state_type" in raw:
            return "ticket_states", self._states
        if "communication" in raw:
            return "ticket_article_types", self._types
        return ("ticket_priorities", self._priorities) if "default_create" in raw else ("ticket_article_senders", {})

    # Tickets

    def _ticket(self, raw: Json, around: Around) -> Iterator[Record]:
        number = required_id(first(raw, "id", "ticket_id"))
        created_at = instant(raw.get("created_at"), "created_at", self._options)
        customer = optional_text(raw.get("customer"), "customer") or ""
        owner = _somebody(raw.get("owner"), "owner")
        articles = (item for key in ("articles", "conversation") for item in list_of(raw.get(key), key))
        aside: list[Record] = []
        yield TicketRecord(
            place=around.place,
            digest=around.digest,
            external_id=number,
            subject=optional_text(raw.get("title"), "title") or "",
            status=self._state(raw),
            priority=_word(raw, "priority", self._priorities),
            via=_word(raw, "create_article_type", self._types),
            created_at=created_at,
            updated_at=instant(first(raw, "updated_at", "created_at"), "updated_at", self._options),
            requester_id=_user(raw.get("customer_id"), "customer_id"),
            requester_name=None if "@" in customer else customer or None,
            requester_email=customer if "@" in customer else None,
            assignee_id=_user(raw.get("owner_id"), "owner_id"),
            assignee_name=owner,
            group_id=optional_id(raw.get("group_id"), "group_id"),
            group_name=_somebody(raw.get("group"), "group"),
            organization_id=optional_id(raw.get("organization_id"), "organization_id"),
            tags=fields.tags(raw.get("tags") or self._tags_around(number, around)),
            custom_fields=self._own_fields(raw),
            merges=_merged(number, self._state(raw), around),
            comments=tuple(embedded(articles, "comment", self._article, around._replace(ticket_id=number), aside)),
            extra=self._ticket_extra(raw),
        )
        yield from aside

    def _state(self, raw: Json) -> str:
        found = _word(raw, "state", self._states)
        if found is None:
            self._tally.count_unknown("ticket.status", "")
        return found or "open"

    def _tags_around(self, number: str, around: Around) -> object:
        """The tags of the one ticket that a page with all about it shows."""
        return around.page.get("tags") if around.ticket_id == number and "assets" in around.page else None

    def _own_fields(self, raw: Json) -> dict[str, Any]:
        """The fields that the account made for itself: they stand among the others."""
        found = {}
        for key, value in raw.items():
            if key not in known.PLACED["tickets"] and key not in known.KNOWN["tickets"] and value not in (None, "", []):
                self._tally.count_unknown(f"ticket.{key}")
                found[key] = cleared(value)
        return found

    def _ticket_extra(self, raw: Json) -> dict[str, Any]:
        return self._beside.of("tickets", {key: raw[key] for key in raw.keys() & known.KNOWN["tickets"]})

    # Articles

    def _article(self, raw: Json, around: Around) -> Iterator[Record]:
        yield self._said(raw, around)

    def _said(self, raw: Json, around: Around) -> CommentRecord:
        ticket = optional_id(raw.get("ticket_id"), "ticket_id") or around.ticket_id
        if ticket is None:
            raise RejectError(Phrase("its ticket cannot be known: no ticket_id in it, around it or in the file's name"))
        sender = _word(raw, "sender", known.SENDERS) or ""
        if sender and sender.lower() not in _AUTHORS:
            self._tally.count_unknown("comment.sender", sender)
        kind = _AUTHORS.get(sender.lower())
        internal, via = fields.truth(raw.get("internal"), "internal"), _word(raw, "type", self._types)
        content_type = optional_text(raw.get("content_type"), "content_type") or ""
        return CommentRecord(
            place=around.place,
            digest=around.digest,
            external_id=optional_id(raw.get("id"), "id"),
            ticket_external_id=ticket,
            at=instant(raw.get("created_at"), "created_at", self._options),
            author_id=_author(raw, kind, via),
            author_name=_sender_name(raw),
            author_kind=kind,
            automatic=kind is AuthorKind.SYSTEM,
            public=via != known.NOTE if internal is None else not internal,
            via=via,
            body=fields.readable(raw.get("body"), "body", is_html=_is_html(content_type)),
            attachments=fields.attachments(raw.get("attachments")),
            extra=self._beside.of("comments", raw),
        )

    # People

    def _person(self, raw: Json, around: Around) -> Iterator[Record]:
        if required_id(raw.get("id")) == known.NOBODY:
            yield SkippedRecord("system_user")
            return
        preferences = raw.get("preferences")
        chosen = preferences if type(preferences) is dict else {}
        email = optional_text(raw.get("email"), "email") or None
        yield PersonRecord(
            place=around.place,
            digest=around.digest,
            external_id=required_id(raw.get("id")),
            name=fields.person_name(raw.get("firstname"), raw.get("lastname")) or _login(raw),
            email=email,
            phone=fields.text_or_number(raw.get("phone"), "phone")
            or fields.text_or_number(raw.get("mobile"), "mobile"),
            role=_role(raw),
            locale=optional_text(chosen.get("locale"), "locale") or None,
            time_zone=optional_text(chosen.get("timezone"), "timezone") or None,
            organization_id=optional_id(raw.get("organization_id"), "organization_id"),
            notes=fields.readable(raw.get("note"), "note") or None,
            extra=self._beside.of("users", raw),
        )


def _merged(number: str, state: str, around: Around) -> tuple[Merge, ...]:
    """Where a ticket that was merged went: the page with all about it links its parent."""
    links = around.page.get("links") if state == "merged" and around.ticket_id == number else None
    for link in links if type(links) is list else ():
        if type(link) is dict and link.get("link_type") == "parent" and link.get("link_object") == "Ticket":
            return (Merge(number, required_id(link.get("link_object_value"), "link_object_value")),)
    return ()


def _word(raw: Json, key: str, labels: Mapping[int, str]) -> str | None:
    """A name that came with the number, else the one that is known for it."""
    return optional_text(raw.get(key), key) or fields.label(raw.get(f"{key}_id"), labels, f"{key}_id")


def _user(value: object, what: str) -> str | None:
    found = optional_id(value, what)
    return None if found == known.NOBODY else found


def _author(raw: Json, kind: AuthorKind | None, via: str | None) -> str | None:
    """Who said it. Of what a customer said on the telephone an agent is the creator, who is not taken for them."""
    origin = _user(raw.get("origin_by_id"), "origin_by_id")
    creator = _user(raw.get("created_by_id"), "created_by_id")
    if kind is AuthorKind.SYSTEM:
        return None
    return origin if kind is AuthorKind.CUSTOMER and via == known.PHONE else origin or creator


def _somebody(value: object, what: str) -> str | None:
    name = optional_text(value, what) or ""
    return None if name in _NOBODY else name


def _sender_name(raw: Json) -> str | None:
    """The name in `from`: what stands before an address, or else the address or the name alone."""
    name, _, address = (optional_text(raw.get("from"), "from") or "").partition("<")
    return name.strip(' \t"') or address.strip(" \t>") or None


def _is_html(content_type: str) -> bool | None:
    return None if not content_type else "html" in content_type.lower()


def _login(raw: Json) -> str | None:
    return _somebody(raw.get("login"), "login")


def _role(raw: Json) -> str:
    """Admin, agent or customer, by the names of the roles or else by the numbers they are installed with."""
    named = [role.lower() for role in list_of(raw.get("roles"), "roles") if type(role) is str]
    numbers = list_of(raw.get("role_ids"), "role_ids")
    if "admin" in named or (not named and _ADMIN in numbers):
        return "admin"
    return "agent" if "agent" in named or (not named and _AGENT in numbers) else "end-user"
