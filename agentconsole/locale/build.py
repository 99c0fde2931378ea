"""Brings the catalogues up to date with the words in the code: `python -m agentconsole.locale.build`. Needs Babel.

New words are added without a translation, words that are gone are dropped, nothing is guessed. The same sources and
translations always give the same bytes.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from agentconsole.locale import DOMAIN, LANGUAGES, catalogue_file

PACKAGE: Final = Path(__file__).parent.parent
_NOTE: Final = "# The words of agentconsole. `python -m agentconsole.locale.build` adds what is new and compiles.\n#"

# Which arguments of which call are words: positions from 0, or names.
_WORDS: Final[dict[str, tuple[int | str, ...]]] = {
    "_": (0,),
    "deferred": (0,),
    "Phrase": (0,),
    "verb": (1, 2, "title", "help"),
    "Check": (1, "words"),
    "Parameter": (2, "label", "unset"),
    "Asked": (1, 2, "title", "help"),
}


class _Plain(Catalog):
    """A catalogue whose header says only what gettext reads: no date, no names, no version of a tool."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale)),
            ("Plural-Forms", self.plural_forms),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


@dataclass(frozen=True, slots=True)
class Found:
    """A word in the code. `text` is None where it is not a plain string, which no catalogue can follow."""

    file: str
    line: int
    text: str | None
    plural: str | None = None
    context: str | None = None

    @property
    def id(self) -> str | tuple[str, str]:
        text = self.text or ""
        return (text, self.plural) if self.plural is not None else text


def extract(package: Path = PACKAGE) -> Iterator[Found]:
    """Every word that the code under `package` shows, in the order of files and lines."""
    for path in sorted(package.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"), str(path))
        name = path.relative_to(package.parent).as_posix()
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
        for call in sorted(calls, key=lambda node: (node.lineno, node.col_offset)):
            yield from _found(call, name)


def _found(call: ast.Call, file: str) -> Iterator[Found]:
    called = name_of(call)
    if called in ("ngettext", "pgettext") and len(call.args) > 1 and _is_passed_on(call.args[1]):
        return
    if called == "ngettext" and len(call.args) > 1:
        yield Found(file, call.lineno, _text(call.args[0]), _text(call.args[1]) or "")
    elif called == "pgettext" and len(call.args) > 1:
        yield Found(file, call.lineno, _text(call.args[1]), context=_text(call.args[0]))
    for argument in _arguments(call, _WORDS.get(called, ())):
        text = _text(argument)
        if text != "" and not _is_passed_on(argument):
            yield Found(file, argument.lineno, text)


def name_of(call: ast.Call) -> str:
    """What is called, without what it belongs to; nothing where it has no name."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _arguments(call: ast.Call, wanted: tuple[int | str, ...]) -> Iterator[ast.expr]:
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    for place in wanted:
        if isinstance(place, str):
            if place in named:
                yield named[place]
        elif place < len(call.args):
            yield call.args[place]


def _text(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _is_passed_on(node: ast.expr) -> bool:
    """A value whose words were marked where they were written; not a text put together on the spot."""
    if isinstance(node, ast.Call):
        return not (isinstance(node.func, ast.Attribute) and node.func.attr in ("format", "join"))
    return not isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp)


def main() -> int:
    """Updates and compiles every catalogue; says how many words still want a translation."""
    words = list(extract())
    for word in words:
        if word.text is None:
            print(f"{word.file}:{word.line}: not a plain string", file=sys.stderr)  # noqa: T201
            return 1
    for language in LANGUAGES:
        if language != "en":
            missing = _update(language, words)
            print(f"{language}: {len(words)} places with words, {missing} without a translation")  # noqa: T201
    return 0


def _update(language: str, words: list[Found]) -> int:
    path = catalogue_file(language, ".po")
    known = _read(path, language)
    catalogue = _empty(language)
    for word in words:
        old = known.get(word.text or "", word.context)
        translated = old.string if old and (word.plural is None) == isinstance(old.string, str) else None
        flags = ["python-brace-format"] if "{" in (word.text or "") else []
        catalogue.add(word.id, translated, locations=[(word.file, word.line)], flags=flags, context=word.context)
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=120, include_lineno=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(buffer.getvalue())
    catalogue_file(language, ".mo").write_bytes(compiled(language))
    return sum(bool(message.id) and not _is_translated(message.string) for message in catalogue)


def compiled(language: str) -> bytes:
    """The bytes of the `.mo` that belong to the `.po` as it stands."""
    catalogue = _empty(language)
    for message in _read(catalogue_file(language, ".po"), language):
        if message.id:
            catalogue[message.id] = message
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def _read(path: Path, language: str) -> Catalog:
    return read_po(io.BytesIO(path.read_bytes()), locale=language) if path.exists() else _empty(language)


def _empty(language: str) -> Catalog:
    return _Plain(locale=language, domain=DOMAIN, header_comment=_NOTE, fuzzy=False)


def _is_translated(string: str | list[str] | tuple[str, ...] | None) -> bool:
    return all(string) if isinstance(string, list | tuple) else bool(string)


if __name__ == "__main__":
    sys.exit(main())
