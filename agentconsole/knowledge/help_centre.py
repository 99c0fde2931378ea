"""A help centre's export: articles with HTML bodies, as Zendesk's and Freshdesk's APIs or Freshdesk's XML give them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from agentconsole.domain.errors import ConsoleError, Phrase
from agentconsole.domain.languages import normalise_language
from agentconsole.domain.text import detect_language
from agentconsole.domain.text.html_text import plain_text
from agentconsole.knowledge import solutions_xml
from agentconsole.store.library import Variant

_SHELVES: Final = {"section": "sections", "folder": "folders", "category": "categories"}
"""What articles stand in, the nearest first, with the name of many of them."""
_DRAFT: Final = 1
"""Freshdesk's status of what is not published."""
_SUFFIXES: Final = (".json", ".ndjson", ".jsonl", ".xml")


def is_export(path: Path) -> bool:
    """Whether the path is a file of JSON or XML, or a folder that holds some and no Markdown."""
    if path.is_dir():
        return bool(_files(path)) and not any(path.rglob("*.md"))
    return path.suffix.lower() in _SUFFIXES


def read_export(path: Path, *, language: str | None = None) -> list[Variant]:
    """Every published article of the file, or of a folder's files; translations of one article share its id.

    Its category is the section or folder that it stands in, where the export names it.

    Raises:
        ConsoleError: it is neither JSON nor XML, holds no article, or one without id, title or language.
    """
    found: dict[tuple[str, str], Variant] = {}
    files = {file: _documents(file) for file in (_files(path) if path.is_dir() else [path])}
    shelves = {key: name for file, documents in files.items() for key, name in _shelves(file, documents)}
    for file, documents in files.items():
        for article in _inside(documents):
            if article.get("draft") is not True and article.get("status") != _DRAFT:
                variant = _variant(article, file, shelves, language)
                found[variant.id, variant.language] = variant
    if not found:
        raise ConsoleError(
            Phrase("{path} holds no articles", path=path),
            Phrase("such as {example}", example='{"articles": [{"id": 1, "title": "...", "body": "..."}]}'),
        )
    return list(found.values())


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.suffix.lower() in _SUFFIXES and file.is_file())


def _documents(file: Path) -> list[Any]:
    try:
        if file.suffix.lower() == ".xml":
            return [solutions_xml.page(file)] if solutions_xml.is_solutions(file) else []
        text = file.read_text(encoding="utf-8-sig")
        if file.suffix.lower() == ".json":
            return [json.loads(text)]
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ConsoleError(Phrase("{file}: not JSON: {error}", file=file, error=error)) from error
    except OSError as error:
        raise ConsoleError(Phrase("{file}: {problem}", file=file, problem=error.strerror)) from error


def _shelves(file: Path, documents: Sequence[Any]) -> Iterator[tuple[tuple[str, object], str]]:
    """Kind and id of each section, folder and category, with its name."""
    for document in documents:
        named = next((kind for kind in _SHELVES if _SHELVES[kind] in file.stem.lower()), None)
        pages = {kind: document.get(key) for kind, key in _SHELVES.items()} if isinstance(document, dict) else {}
        for kind, items in {**pages, **({named: document} if named and isinstance(document, list) else {})}.items():
            for item in items if isinstance(items, list) else ():
                if isinstance(item, dict) and isinstance(item.get("name"), str):
                    yield (kind, item.get("id")), item["name"]


def _inside(document: Any) -> Iterator[Mapping[str, Any]]:
    """Pages, single articles, lists, and articles with their translations beside them."""
    if isinstance(document, list):
        for each in document:
            yield from _inside(each)
    elif isinstance(document, dict):
        if "articles" in document:
            yield from _inside(document["articles"])
        elif isinstance(document.get("article"), dict):
            yield from _inside(document["article"])
        elif "title" in document and ("body" in document or "folder_id" in document):
            yield document
            for translation in document.get("translations") or ():
                if isinstance(translation, dict) and "title" in translation:
                    yield {**document, **translation, "id": document.get("id")}


def _variant(
    article: Mapping[str, Any], file: Path, shelves: Mapping[tuple[str, object], str], language: str | None
) -> Variant:
    identity, title = article.get("id") or article.get("source_id"), article.get("title")
    body = article.get("body", article.get("description"))
    if not isinstance(identity, int | str) or not isinstance(title, str) or not isinstance(body, str | None):
        raise ConsoleError(
            Phrase(
                "{file}: an article without id, title and body: {article}",
                file=file,
                article=str(title or identity)[:60],
            )
        )
    text = plain_text(body or "", headings=True)
    said = _text(article.get("locale")) or _text(article.get("language")) or _language_in(file.stem)
    spoken = normalise_language(said or language)
    spoken = spoken or detect_language(f"{title}\n{text}")
    if spoken is None:
        raise ConsoleError(
            Phrase("{file}: article {id}: it is not clear in which language it is", file=file, id=identity),
            Phrase("say it with --lang"),
        )
    labels = article.get("label_names", article.get("tags"))
    tags = tuple(label for label in labels if isinstance(label, str)) if isinstance(labels, list) else ()
    shelf = next(filter(None, (shelves.get((kind, article.get(f"{kind}_id"))) for kind in _SHELVES)), None)
    return Variant(str(identity), spoken, title.strip(), text, _text(article.get("category")) or shelf, tags)


def _language_in(stem: str) -> str | None:
    """`solution_articles_fr` -> `fr`: an export of one language has it at the end of its name."""
    _, mark, ending = stem.rpartition("_")
    return ending if mark and re.fullmatch(r"[a-z]{2}(-[A-Za-z]{2,4})?", ending) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
