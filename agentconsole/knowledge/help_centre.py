"""A help centre's export: articles as JSON with HTML bodies, the way Zendesk's API gives them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from agentconsole.domain.answer import normalise_language
from agentconsole.domain.errors import ConsoleError
from agentconsole.domain.text import detect_language
from agentconsole.domain.text.html_text import plain_text
from agentconsole.store.library import Variant

_SUFFIXES: Final = (".json", ".ndjson", ".jsonl")


def is_export(path: Path) -> bool:
    """Whether the path is a JSON file, or a folder that holds some and no Markdown."""
    if path.is_dir():
        return bool(_files(path)) and not any(path.rglob("*.md"))
    return path.suffix.lower() in _SUFFIXES


def read_export(path: Path, *, language: str | None = None) -> list[Variant]:
    """Every article of the file, or of a folder's files; translations of one article share its id.

    Raises:
        ConsoleError: it is not JSON, holds no article, or one without id, title or language.
    """
    found: dict[tuple[str, str], Variant] = {}
    for file in _files(path) if path.is_dir() else [path]:
        for article in _articles(file):
            variant = _variant(article, file, language)
            found[variant.id, variant.language] = variant
    if not found:
        raise ConsoleError(
            f"{path} holds no articles", 'such as {"articles": [{"id": 1, "title": "...", "body": "..."}]}'
        )
    return list(found.values())


def _files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.suffix.lower() in _SUFFIXES and file.is_file())


def _articles(file: Path) -> Iterator[Mapping[str, Any]]:
    try:
        text = file.read_text(encoding="utf-8-sig")
        documents = (
            [json.loads(text)]
            if file.suffix.lower() == ".json"
            else [json.loads(line) for line in text.split("\n") if line.strip()]
        )
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise ConsoleError(f"{file}: not JSON: {error}") from error
    except OSError as error:
        raise ConsoleError(f"{file}: {error.strerror}") from error
    for document in documents:
        yield from _inside(document)


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
        elif "title" in document and "body" in document:
            yield document
            for translation in document.get("translations") or ():
                if isinstance(translation, dict) and "title" in translation:
                    yield {**document, **translation, "id": document.get("id")}


def _variant(article: Mapping[str, Any], file: Path, language: str | None) -> Variant:
    identity, title, body = article.get("id") or article.get("source_id"), article.get("title"), article.get("body")
    if not isinstance(identity, int | str) or not isinstance(title, str) or not isinstance(body, str | None):
        raise ConsoleError(f"{file}: an article without id, title and body: {str(title or identity)[:60]}")
    text = plain_text(body or "", headings=True)
    spoken = normalise_language(_text(article.get("locale")) or _text(article.get("language")) or language)
    spoken = spoken or detect_language(f"{title}\n{text}")
    if spoken is None:
        raise ConsoleError(f"{file}: article {identity}: it is not clear in which language it is", "say it with --lang")
    labels = article.get("label_names")
    tags = tuple(label for label in labels if isinstance(label, str)) if isinstance(labels, list) else ()
    return Variant(str(identity), spoken, title.strip(), text, _text(article.get("category")), tags)


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
