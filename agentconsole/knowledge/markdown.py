"""Articles and canned answers as Markdown files: YAML front matter, the first heading as title, the rest as body."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import frontmatter
import yaml  # type: ignore[import-untyped]  # frontmatter's own dependency; its stubs are not installed
from frontmatter.default_handlers import YAMLHandler

from agentconsole.domain.errors import ConsoleError, NotFoundError, Phrase
from agentconsole.domain.languages import normalise_language
from agentconsole.domain.text import detect_language
from agentconsole.store.library import Variant

_SUFFIXES: Final = (".md", ".markdown")
_FRONT: Final = re.compile(r"-{3,}[ \t]*\n")
_LANGUAGE: Final = re.compile(r"(?P<id>.+)\.(?P<language>[A-Za-z]{2}(?:[-_][A-Za-z0-9]{2,8})*)")
_FENCE: Final = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING: Final = re.compile(r" {0,3}#{1,6}[ \t]+(?P<title>.*?)(?:[ \t]+#+)?[ \t]*")


def read_variants(path: Path, *, language: str | None = None) -> list[Variant]:
    """What a Markdown file holds, or all of a folder, its folders included; hidden files are left out.

    What the front matter does not say is taken from elsewhere: the id from the file's name, the language from the
    name's ending (`x.ja.md`), then from `language`, then from the text.

    Raises:
        NotFoundError: there is nothing of that kind.
        ConsoleError: a file cannot be read; two files are the same variant.
    """
    variants: dict[tuple[str, str], tuple[Variant, Path]] = {}
    for file in _files(path):
        variant = _variant(file, language)
        twin = variants.setdefault((variant.id, variant.language), (variant, file))[1]
        if twin is not file:
            raise ConsoleError(
                Phrase(
                    "{file}: {id} in {language} is in {twin} already",
                    file=file,
                    id=repr(variant.id),
                    language=variant.language,
                    twin=twin,
                ),
                Phrase("give one of them another id"),
            )
    return [variant for variant, _ in variants.values()]


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.exists():
        raise NotFoundError(Phrase("there is no {path}", path=path))
    inside = (file for file in sorted(path.rglob("*")) if file.suffix.lower() in _SUFFIXES and file.is_file())
    files = [file for file in inside if not any(part.startswith(".") for part in file.relative_to(path).parts)]
    if not files:
        raise NotFoundError(
            Phrase("{path} holds no Markdown files", path=path),
            Phrase("their names end in {names}", names=", ".join(_SUFFIXES)),
        )
    return files


def _variant(file: Path, language: str | None) -> Variant:
    facts, text = _parts(file)
    named = _LANGUAGE.fullmatch(file.stem)
    title, body = _titled(file, text, _text(facts, "title", file))
    return Variant(
        id=_text(facts, "id", file) or (named["id"] if named else file.stem),
        language=_language(file, (_text(facts, "language", file), named and named["language"], language), text),
        category=_text(facts, "category", file),
        tags=_tags(facts, file),
        desk=_text(facts, "desk", file),
        title=title,
        body=body,
    )


def _parts(file: Path) -> tuple[Mapping[str, Any], str]:
    """The front matter and the text below. Only what begins with `---` has any: a rule further down is a rule."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConsoleError(
            Phrase("{file}: not UTF-8 (byte {byte})", file=file, byte=error.start), Phrase("save it as UTF-8")
        ) from error
    except OSError as error:
        raise ConsoleError(Phrase("{file}: {problem}", file=file, problem=error.strerror)) from error
    if not _FRONT.match(text):
        return {}, text
    try:
        facts, below = frontmatter.parse(text, handler=_Yaml())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ConsoleError(
            Phrase(
                "{place}: bad YAML: {error}",
                place=f"{file}:{mark.line + 1 if mark else 1}",
                error=error.problem or error.context,
            )
        ) from error
    except yaml.YAMLError as error:
        raise ConsoleError(Phrase("{place}: bad YAML: {error}", place=f"{file}:1", error=error)) from error
    return facts, below


class _Yaml(YAMLHandler):
    """Its text begins on the line below the first `---`, so that line numbers are those of the file."""

    def load(self, fm: str, **kwargs: object) -> Any:
        facts = super().load("\n" + fm.removeprefix("\n"), **kwargs)
        if not isinstance(facts, dict | None):
            raise yaml.MarkedYAMLError(problem=Phrase("the front matter is no table of keys and values"))
        return facts


def _text(facts: Mapping[str, Any], key: str, file: Path) -> str | None:
    value = facts.get(key)
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise ConsoleError(
        Phrase("{file}: {key} is {value} and no text", file=file, key=key, value=repr(value)),
        Phrase("put it in quotes"),
    )


def _tags(facts: Mapping[str, Any], file: Path) -> tuple[str, ...]:
    """A list, or words with commas between them."""
    value = facts.get("tags") or ()
    tags: Sequence[object] = value.split(",") if isinstance(value, str) else value
    if not isinstance(tags, list | tuple) or not all(isinstance(tag, str | int | float) for tag in tags):
        raise ConsoleError(
            Phrase("{file}: tags are no list of words", file=file),
            Phrase("such as {example}", example="tags: [deposit, bank]"),
        )
    return tuple(dict.fromkeys(word for tag in tags if (word := str(tag).strip())))


def _language(file: Path, told: Sequence[str | None], text: str) -> str:
    word = next((each for each in told if each), None)
    language = normalise_language(word) if word else detect_language(text)
    if word and language is None:
        raise ConsoleError(
            Phrase("{file}: {word} is no language", file=file, word=repr(word)),
            Phrase("such as {example}", example="ja, en, zh-Hans"),
        )
    if language is None:
        raise ConsoleError(
            Phrase("{file}: it is not clear in which language it is", file=file), Phrase("say it with --lang")
        )
    return language


def _titled(file: Path, text: str, title: str | None) -> tuple[str, str]:
    """The first heading and what is left without it; without a heading, the front matter's title and the whole."""
    fence = ""
    lines = text.replace("\r\n", "\n").split("\n")
    for index, line in enumerate(lines):
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif mark and line.strip().startswith(fence):
            fence = ""
        elif not fence and (heading := _HEADING.fullmatch(line)) and heading["title"]:
            return heading["title"], "\n".join(lines[:index] + lines[index + 1 :]).strip()
    if title is None:
        raise ConsoleError(
            Phrase("{file}: it has no title", file=file),
            Phrase("begin it with a heading: {example}", example="# Title"),
        )
    return title, "\n".join(lines).strip()
