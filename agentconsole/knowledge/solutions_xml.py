"""Freshdesk's account export of its solutions: XML of categories, in them folders, in them articles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from agentconsole.domain.errors import ConsoleError, Phrase

_SHELVES: Final = {"solution-category": ("category", "categories"), "solution-folder": ("folder", "folders")}
_SIGN: Final = b"<solution-"
_HEAD: Final = 4096


def is_solutions(file: Path) -> bool:
    """Whether a file begins like such an export; others of the same account hold tickets and people."""
    with file.open("rb") as stream:
        return _SIGN in stream.read(_HEAD)


def page(file: Path) -> dict[str, Any]:
    """Articles, folders and categories as a page of Freshdesk's API would list them.

    Raises:
        ConsoleError: it is not XML, or declares entities, which are never read.
    """
    content = file.read_bytes()
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ConsoleError(Phrase("{file}: it declares entities, which are never read", file=file))
    try:
        root = ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        raise ConsoleError(Phrase("{file}: not XML: {error}", file=file, error=error)) from error
    found: dict[str, list[dict[str, Any]]] = {"articles": [], "folders": [], "categories": []}
    for kind, item in _items(root, {}):
        found[kind].append(item)
    return found


def _items(element: Element, inside: dict[str, str | None]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Kind and content of what stands in an element.

    Args:
        inside: the ids of the category and the folder around it.
    """
    if element.tag in _SHELVES:
        name, kind = _SHELVES[element.tag]
        inside = {**inside, f"{name}_id": element.findtext("id")}
        yield kind, {"id": element.findtext("id"), "name": element.findtext("name")}
    elif element.tag == "solution-article":
        yield "articles", _article(element, inside)
        return
    for child in element:
        yield from _items(child, inside)


def _article(element: Element, inside: dict[str, str | None]) -> dict[str, Any]:
    status = element.findtext("status") or ""
    return {
        "id": element.findtext("id"),
        "title": element.findtext("title"),
        "description": element.findtext("description"),
        "status": int(status) if status.isdecimal() else None,
        "folder_id": element.findtext("folder-id") or inside.get("folder_id"),
        "category_id": inside.get("category_id"),
        "language": element.findtext("language-code") or element.findtext("language"),
        "tags": [name.text for name in element.findall("tags//name") if name.text],
    }
