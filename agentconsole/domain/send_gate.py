"""The checks on a text before it is sent."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from agentconsole.domain.languages import written
from agentconsole.domain.template import unfilled
from agentconsole.domain.text import detect_language


class CheckCode(StrEnum):
    """What an agent names to override a check."""

    EMPTY = "empty"
    UNFILLED = "unfilled"
    SECRET = "secret"
    FOREIGN_LINK = "foreign_link"
    LANGUAGE = "language"
    MARKUP = "markup"


@dataclass(frozen=True, slots=True)
class Check:
    """One reason not to send yet. It is for people and for the log: no secret is repeated in it.

    Args:
        words: a message id of the interface's catalogues, with the names of `values` in braces.
    """

    code: CheckCode
    words: str
    values: Mapping[str, str] = field(default_factory=dict)


def send_checks(body: str, *, language: str | None = None, domains: Collection[str] = ()) -> tuple[Check, ...]:
    """The part of the send gate that needs only the text.

    Args:
        body: what is about to be sent.
        language: the ticket's; unknown means no check.
        domains: the desk's own hosts, their subdomains included.

    Returns:
        The checks that fail, in the order of `CheckCode`; several links are several checks.
    """
    if not any(unicodedata.category(char)[0] not in "ZC" for char in body):
        return (Check(CheckCode.EMPTY, "the text is empty"),)
    plain = unicodedata.normalize("NFKC", body)
    return (
        *(Check(CheckCode.UNFILLED, "{name} is not filled in", {"name": f"{{{{{each}}}}}"}) for each in unfilled(body)),
        *_seed_phrases(plain),
        *_cards(plain),
        *(
            Check(CheckCode.FOREIGN_LINK, "{host} is no site of this desk", {"host": host})
            for host in _foreign_hosts(plain, domains)
        ),
        *_language_check(body, language),
        *_markup(body),
    )


def _language_check(body: str, language: str | None) -> tuple[Check, ...]:
    found, wanted = detect_language(body), written(language)
    if not found or not wanted or written(found) == wanted:
        return ()
    languages = {"found": found, "wanted": language or ""}
    return (Check(CheckCode.LANGUAGE, "the text is in {found}, the customer's language is {wanted}", languages),)


_MARKUP: Final = re.compile(r"^ {0,3}(#{1,6}[ \t]+\S.{0,40}|\|(?:[ \t]*:?-{2,}:?[ \t]*\|)+)", re.MULTILINE)


def _markup(body: str) -> Iterator[Check]:
    """A heading or a table: an article stands in the reply as its authors wrote it, with what is for colleagues."""
    if found := _MARKUP.search(body):
        yield Check(
            CheckCode.MARKUP, "“{line}” is an article's markup, and the customer would see it", {"line": found[1]}
        )


_SEED_LENGTH: Final = 12
_SEED_WORD: Final = re.compile(r"(?=[a-z]*[aeiouy])[a-z]{3,8}")
_NUMBERING: Final = re.compile(r"[(#]?\d{1,2}[.):]?")
_NUMBERING_GLUED: Final = re.compile(r"^[(#]?\d{1,2}[.):]")
_EVERYDAY_WORDS: Final = """
    the and for are was were has had not but from with your our his her its their them been being than who
    which whose may might could would should does did done get got let yet nor via per how too while these
    those some most said says him she ours theirs here went gone came made asked tried using onto having doing
    going getting why whom each every both shall cannot thanks hours days weeks months funds coins steps sent
    paid told seen gave given taken took saw knew felt kept lost trying waiting
"""
_EVERYDAY: Final = frozenset(_EVERYDAY_WORDS.split())
"""Words that no list of seed words holds, and that prose has every few words."""


def _seed_phrases(text: str) -> Iterator[Check]:
    """Runs of twelve or more lower-case words with no everyday word among them; numbering is passed over."""
    run = 0
    for token in [*text.split(), "."]:
        if _NUMBERING.fullmatch(token):
            continue
        word = _NUMBERING_GLUED.sub("", token).strip(",;、.!?\"'")
        word = word if run else word[:1].lower() + word[1:]
        is_seed = bool(_SEED_WORD.fullmatch(word)) and word not in _EVERYDAY
        run += is_seed
        if is_seed and token[-1] not in ".!?":
            continue
        if run >= _SEED_LENGTH:
            yield Check(CheckCode.SECRET, "{count} words in a row look like a seed phrase", {"count": str(run)})
        run = 0


_CARD: Final = re.compile(
    r"(?<![0-9A-Za-z_])(?<![0-9A-Za-z][-_])(?<!\d\.)"
    r"(?:\d{13,19}|\d{4}([ .-]{1,3})\d{4}\1\d{4}\1\d{4}(?:\1\d{1,3})?|\d{4}([ .-]{1,3})\d{6}\2\d{4,5})"
    r"(?![-_]?[0-9A-Za-z]|\.\d)",
    re.ASCII,
)
_ISSUER: Final = re.compile(r"3[0-9]|4|5[0-9]|6[0-9]|2[2-7]", re.ASCII)


def _cards(text: str) -> Iterator[Check]:
    for found in _CARD.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        if _ISSUER.match(digits) and _luhn(digits):
            yield Check(CheckCode.SECRET, "a card number ending in {digits}", {"digits": digits[-4:]})


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(map(int, digits[-1::-2])) + sum(doubled)) % 10 == 0


_LINK: Final = re.compile(r"https?:[/\\]+[^\s<>\"'、。，）」』】〉》]+", re.IGNORECASE)
_HOST: Final = re.compile(r"([\w.-]+)(?::\d{1,5})?")


def _foreign_hosts(text: str, domains: Collection[str]) -> Iterator[str]:
    """Hosts of links, each once, that are none of the domains; a link that hides its host is shown whole."""
    own = [domain.lower().lstrip("*.").rstrip(".") for domain in domains]
    seen: dict[str, None] = {}
    for found in _LINK.finditer(text):
        link = found[0].rstrip(").,;:!?*_]}")
        host = _host(link)
        if host is None or not any(host == domain or host.endswith(f".{domain}") for domain in own):
            seen[host or link[:100]] = None
    yield from seen


def _host(link: str) -> str | None:
    """The host of a link, or nothing where programs could disagree about it (a user name, a backslash, escapes)."""
    try:
        netloc = urlsplit(link).netloc
    except ValueError:
        return None
    match = _HOST.fullmatch(netloc)
    return match[1].lower() if match and "\\" not in link else None
