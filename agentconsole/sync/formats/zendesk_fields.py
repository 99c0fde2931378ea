"""The values inside Zendesk's objects: checked, and cleared of what must not be kept."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias, TypeVar

import orjson

from agentconsole.domain.errors import Phrase
from agentconsole.sync.formats.base import (
    RejectError,
    describe,
    digest,
    list_of,
    object_of,
    optional_id,
    optional_text,
    required_id,
)
from agentconsole.sync.records import AttachmentRecord

Json: TypeAlias = Mapping[str, Any]
T = TypeVar("T")

_PEOPLE: Final = ("requester", "assignee", "submitter", "collaborator", "collaborators", "followers", "email_ccs")


def content_digest(item: object) -> bytes:
    """The digest of an object that is not a line of its own: of its canonical text."""
    return digest(orjson.dumps(item, option=orjson.OPT_SORT_KEYS))


def flag(value: object, what: str) -> bool:
    """Yes where nothing is said.

    Raises:
        RejectError: neither true nor false; what is not surely public must not become so.
    """
    if value is None or value is True:
        return True
    if value is False:
        return False
    raise RejectError(Phrase("{what} is {found}, not true or false", what=what, found=describe(value)))


def tags(value: object) -> tuple[str, ...]:
    """The tags of a ticket, as they came."""
    found = list_of(value, "tags")
    for tag in found:
        if type(tag) is not str:
            raise RejectError(Phrase("a tag is {found}, not text", found=describe(tag)))
    return tuple(found)


def custom_fields(value: object) -> dict[str, Any]:
    """Field id -> value, from the list `[{id, value}]` or an object; empty ones left out."""
    if type(value) is dict:
        return {key: content for key, content in value.items() if content is not None}
    found: dict[str, Any] = {}
    for item in list_of(value, "custom_fields"):
        content = object_of(item, "an entry of custom_fields").get("value")
        if content is not None:
            found[required_id(item.get("id", item.get("name")), "id of a custom field")] = content
    return found


def author(raw: Json) -> tuple[str | None, str | None]:
    """Id and name of who wrote a comment."""
    found = optional_id(raw.get("author_id"), "author_id")
    inside = raw.get("author")
    return found or inner(inside, "id", optional_id), inner(inside, "name", optional_text)


def body(raw: Json) -> str:
    """What a comment says. The renderings of the same text beside it are not kept: their pictures carry tokens."""
    for key in ("body", "plain_body", "html_body"):
        text = optional_text(raw.get(key), key)
        if text:
            return text
    return ""


def attachments(value: object) -> tuple[AttachmentRecord, ...]:
    """The attachments of a comment, in their order."""
    return tuple(map(_attachment, list_of(value, "attachments")))


def _attachment(value: object) -> AttachmentRecord:
    """Name, type and size; never where it can be fetched."""
    raw = object_of(value, "an attachment")
    size = raw.get("size")
    return AttachmentRecord(
        name=optional_text(raw.get("file_name") or raw.get("name"), "file_name") or "?",
        type=optional_text(raw.get("content_type"), "content_type"),
        size=size if type(size) is int and size >= 0 else None,
    )


def persons(raw: Json) -> Iterator[dict[str, Any]]:
    """The people embedded in a ticket who have an id, each once."""
    seen = set()
    for key in _PEOPLE:
        value = raw.get(key)
        for item in value if type(value) is list else (value,):
            if type(item) is dict and type(item.get("id")) in (int, str) and item["id"] not in seen:
                seen.add(item["id"])
                yield item


def inner(value: object, key: str, check: Callable[[object, str], T | None]) -> T | None:
    """A field of an embedded object, or None where there is no object."""
    return check(value.get(key), key) if type(value) is dict else None
