from __future__ import annotations

import ast
import gettext
import io
import re
import string
from enum import StrEnum
from functools import cache

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from agentconsole import locale
from agentconsole.domain.errors import UsageError
from agentconsole.domain.values import (
    AccountState,
    AuthorKind,
    Channel,
    ClockKind,
    ClockState,
    Condition,
    Kyc,
    Priority,
    Status,
    Team,
)
from agentconsole.locale import _, build, catalogue_file, deferred, from_environment, ngettext, pgettext, words

OTHERS = [language for language in locale.LANGUAGES if language != "en"]


@cache
def found() -> tuple[build.Found, ...]:
    return tuple(build.extract())


@cache
def catalogue(language: str) -> Catalog:
    return read_po(io.BytesIO(catalogue_file(language, ".po").read_bytes()), locale=language)


def message(language: str, word: build.Found) -> Message:
    known = catalogue(language).get(word.text or "", word.context)
    assert known is not None, f"{word.file}:{word.line}: run python -m agentconsole.locale.build"
    return known


def test_words_are_plain_strings() -> None:
    assert [f"{word.file}:{word.line}" for word in found() if word.text is None] == []
    assert len(found()) > 100


@pytest.mark.parametrize("language", OTHERS)
def test_every_word_is_translated(language: str) -> None:
    missing = sorted({repr(word.text) for word in found() if not all(_strings(message(language, word)))})
    assert missing == []
    assert [known.id for known in catalogue(language) if known.id and known.fuzzy] == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_left_over(language: str) -> None:
    used = {(word.text, word.context) for word in found()}
    kept = {(known.id if isinstance(known.id, str) else known.id[0], known.context) for known in catalogue(language)}
    assert kept - used - {("", None)} == set()


@pytest.mark.parametrize("language", OTHERS)
def test_placeholders_agree(language: str) -> None:
    for word in found():
        for translated in filter(None, _strings(message(language, word))):
            assert _placeholders(translated) == _placeholders(word.text or ""), word


@pytest.mark.parametrize("language", OTHERS)
def test_the_compiled_catalogue_is_current(language: str) -> None:
    with catalogue_file(language, ".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for word in found():
        for translated in filter(None, _strings(message(language, word))):
            said = (
                compiled.pgettext(word.context, word.text or "") if word.context else compiled.gettext(word.text or "")
            )
            assert said == translated or word.plural is not None, "run python -m agentconsole.locale.build"


@pytest.mark.parametrize("language", OTHERS)
def test_compiling_twice_gives_the_same_bytes(language: str) -> None:
    assert build.compiled(language) == build.compiled(language)


def test_words_follow_the_language() -> None:
    assert _("Reply") == "Reply"
    locale.set_language("ja")
    assert (locale.language(), _("Reply"), deferred("Reply")) == ("ja", "返信", "Reply")
    assert words.word("priority", "urgent") == "緊急"
    assert words.word("priority", "unheard of") == "unheard of"
    assert _("") == ""
    unknown = "a word that no catalogue has"
    assert _(unknown) == unknown
    assert ngettext("ticket", "tickets", 2) == "tickets"
    assert pgettext("nowhere", "Reply") == "Reply"


def test_a_language_without_a_catalogue_is_refused() -> None:
    with pytest.raises(UsageError, match="'fr'"):
        locale.set_language("fr")


def test_the_locale_chooses() -> None:
    assert from_environment({"LANG": "ja_JP.UTF-8"}) == "ja"
    assert from_environment({"LC_ALL": "en_US.UTF-8", "LANG": "ja_JP.UTF-8"}) == "en"


def _strings(known: Message) -> tuple[str, ...]:
    return (known.string,) if isinstance(known.string, str) else tuple(known.string or ("",))


def _placeholders(text: str) -> set[str | None]:
    return {name for _literal, name, _spec, _conversion in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("status", Status),
        ("condition", Condition),
        ("channel", Channel),
        ("priority", Priority),
        ("team", Team),
        ("clock", ClockKind),
        ("clock_state", ClockState),
        ("author", AuthorKind),
        ("kyc", Kyc),
        ("account", AccountState),
    ],
)
def test_every_value_has_a_word_of_its_own_kind(kind: str, values: type[StrEnum]) -> None:
    locale.set_language("ja")
    assert [value for value in values if words.word(kind, value) == value] == []


ERRORS = {
    *("ConsoleError", "UsageError", "NotFoundError", "RefusedError", "StoreError", "DeskError", "wrong"),
    *("RejectError", "RejectedRecord", "DamagedError", "Refused", "BadRow", "ReadError"),
}


def test_no_error_is_said_in_english_alone() -> None:
    """What an error says is a phrase or in the interface's language already; commands are the same in all languages."""
    bare = [
        f"{path.relative_to(build.PACKAGE)}:{call.lineno}"
        for path in build.PACKAGE.rglob("*.py")
        if "fixtures" not in path.parts
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and build.name_of(call) in ERRORS
        if any(_says_something(part) for part in call.args)
    ]
    assert bare == []


def _says_something(node: ast.expr) -> bool:
    if isinstance(node, ast.IfExp):
        return _says_something(node.body) or _says_something(node.orelse)
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    text = "".join(
        (part.value if isinstance(part.value, str) else "") if isinstance(part, ast.Constant) else "X"
        for part in parts
        if isinstance(part, ast.Constant | ast.FormattedValue)
    )
    is_command = text.startswith("agentconsole ") or "--" in text
    return not is_command and re.search(r"[a-z]+ |[a-z]{3}:", text) is not None
