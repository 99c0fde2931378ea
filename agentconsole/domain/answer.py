"""Canned answers: their variables, their language variants, and the checks on a text before it is sent.

A template is text with variables, `{{customer.name}}` or `{{customer.name|default("customer")}}`, and nothing else.
Jinja splits it; it is never compiled or run, so a template can do nothing, and a value is never read as a template.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from agentconsole.domain.errors import NotFoundError, UsageError

MAX_TEMPLATE: Final = 20_000
"""Characters of a template."""
MAX_TEXT: Final = 50_000
"""Characters of a rendered answer."""


# --- templates --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Rendered:
    """An answer with its variables filled in; those in `missing` still stand in the text as `{{name}}`."""

    text: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Variable:
    path: tuple[str, ...]
    default: str | None
    line: int

    @property
    def name(self) -> str:
        return ".".join(self.path)


def render(template: str, variables: Mapping[str, object]) -> Rendered:
    """Fills a template in. Line ends become `\\n`.

    Args:
        template: text with variables, at most `MAX_TEMPLATE` characters.
        variables: values by name; a mapping as value is a group (`customer.name`). Others are written with `str`, so
            times and amounts come as the text that the customer is to read. None and blank text count as missing.

    Raises:
        UsageError: anything in the template besides text and variables, with its line; a variable that names a group;
            a template or an answer that is too long.
    """
    pieces: list[str] = []
    missing: dict[str, None] = {}
    for piece in _pieces(template):
        if isinstance(piece, _Variable):
            value = _value(piece, variables)
            if value is None:
                missing[piece.name] = None
            pieces.append(f"{{{{{piece.name}}}}}" if value is None else value)
        else:
            pieces.append(piece)
    text = "".join(pieces)
    if len(text) > MAX_TEXT:
        raise UsageError(f"the answer is too long ({len(text)} characters)", f"at most {MAX_TEXT}")
    return Rendered(text, tuple(missing))


def _pieces(template: str) -> Iterator[str | _Variable]:
    """The template's texts and variables in their order."""
    from jinja2 import TemplateSyntaxError
    from jinja2.sandbox import SandboxedEnvironment

    if len(template) > MAX_TEMPLATE:
        raise UsageError(f"the template is too long ({len(template)} characters)", f"at most {MAX_TEMPLATE}")
    lexed = SandboxedEnvironment(keep_trailing_newline=True).lex(template)
    try:
        for line, kind, word in lexed:
            if kind == "data":
                yield word
            elif kind == "variable_begin":
                yield _variable(line, lexed)
            else:
                raise _refused(line, word)
    except TemplateSyntaxError as error:
        raise _refused(error.lineno, error.message or "") from error


_SHAPE: Final = re.compile(r"name(?: \. name)*(?P<default> \| default \( string(?: , name)? \))?")


def _variable(line: int, lexed: Iterator[tuple[int, str, str]]) -> _Variable:
    """Reads up to the closing braces."""
    tokens: list[tuple[str, str]] = []
    for _, kind, word in lexed:
        if kind == "variable_end":
            break
        if kind != "whitespace":
            tokens.append((kind, word))
    else:
        raise _refused(line, "{{ without }}")
    words = [word for _, word in tokens]
    bar = words.index("|") if "|" in words else len(words)
    shape = [
        word if kind == "operator" or (index == bar + 1 and word == "default") else kind
        for index, (kind, word) in enumerate(tokens)
    ]
    if not _SHAPE.fullmatch(" ".join(shape)):
        raise _refused(line, " ".join(("{{", *words, "}}")))
    default = _literal(words[bar + 3]) if bar < len(words) else None
    return _Variable(tuple(words[:bar:2]), default, line)


def _literal(quoted: str) -> str:
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], quoted[1:-1], flags=re.DOTALL)


def _refused(line: int, what: str) -> UsageError:
    shown = what if len(what) <= 60 else f"{what[:59]}…"
    hint = 'a template is text with variables: {{customer.name}} or {{customer.name|default("customer")}}'
    return UsageError(f"line {line} of the template holds more than text and variables: {shown}", hint)


def _value(variable: _Variable, variables: Mapping[str, object]) -> str | None:
    """The variable's text, or its default, or nothing if it is missing. Only mappings are looked into."""
    value: object = variables
    for name in variable.path:
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, (Mapping, list, tuple, set, frozenset)):
        raise UsageError(
            f"{{{{{variable.name}}}}} on line {variable.line} is a group and no value", "name one part of it"
        )
    text = "" if value is None else str(value)
    return text if text.strip() else variable.default


_LEFT: Final = re.compile(r"\{\{([^{}\n]{0,200})\}{0,2}")


def unfilled(text: str) -> tuple[str, ...]:
    """The variables left in a text about to be sent, each once; broken braces such as `{{name}` count."""
    names = (found[1].partition("|")[0].strip() for found in _LEFT.finditer(text))
    return tuple(dict.fromkeys(name or "{{" for name in names))


# --- languages --------------------------------------------------------------------------------------------------------

_TAG: Final = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{1,8})*", re.ASCII)
_WITHOUT_REGION: Final = ("ja", "en")
_UNKNOWN: Final = ("und", "mul", "mis", "zxx")
_TRADITIONAL: Final = ("tw", "hk", "mo")


def normalise_language(tag: str | None) -> str | None:
    """A source's language tag as our value: `ja`, `en`, `zh-Hans`, `zh-Hant`, else the tag in its usual case.

    Returns:
        None where the tag says nothing: empty, `und`, no language tag at all.
    """
    folded = re.split(r"[.@]", (tag or "").strip().lower().replace("_", "-"))[0]
    if not _TAG.fullmatch(folded):
        return None
    language, *rest = folded.split("-")
    if language in _UNKNOWN:
        return None
    if language in _WITHOUT_REGION:
        return language
    if language == "zh" and (script := _chinese_script(rest)):
        return f"zh-{script}"
    return "-".join((language, *map(_subtag, rest)))


def _chinese_script(rest: list[str]) -> str | None:
    """Hans or Hant; nothing where another script is named."""
    script = next((part for part in rest if len(part) == 4 and part.isalpha()), None)
    if script:
        return script.title() if script in ("hans", "hant") else None
    return "Hant" if any(part in _TRADITIONAL for part in rest) else "Hans"


def _subtag(part: str) -> str:
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 else part


def _written(tag: str | None) -> tuple[str, str] | None:
    """Language and script: who reads one of two tags with the same pair reads the other."""
    known = normalise_language(tag)
    if known is None:
        return None
    language, *rest = known.split("-")
    return language, next((part for part in rest if len(part) == 4 and part.isalpha()), "")


def choose_variant(available: Collection[str], wanted: str | None, default: str) -> tuple[str, bool]:
    """Which language variant of an answer to take: the exact locale, then its language, then the desk's default.

    The two ways of writing Chinese never stand for each other.

    Args:
        available: the languages that the answer exists in.
        wanted: the customer's language, if it is known.
        default: the desk's language.

    Returns:
        One of `available`, and whether it is the fallback.

    Raises:
        NotFoundError: neither is available.
    """
    for tag, fallback in ((wanted, False), (default, True)):
        if tag and (found := _match(available, tag)):
            return found, fallback
    raise NotFoundError(
        f"this answer exists neither in {wanted or 'the language of the customer'} nor in {default}",
        f"it exists in: {', '.join(sorted(available)) or 'no language'}",
    )


def _match(available: Collection[str], wanted: str) -> str | None:
    ordered = sorted(available)
    exact = (tag for tag in ordered if tag.lower() == wanted.lower())
    normalised = (tag for tag in ordered if normalise_language(tag) == (normalise_language(wanted) or ""))
    related = (tag for tag in ordered if _written(tag) == (_written(wanted) or ""))
    return next(exact, None) or next(normalised, None) or next(related, None)


# --- the send gate ----------------------------------------------------------------------------------------------------


class CheckCode(StrEnum):
    """What an agent names to override a check."""

    EMPTY = "empty"
    UNFILLED = "unfilled"
    SECRET = "secret"
    FOREIGN_LINK = "foreign_link"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Check:
    """One reason not to send yet. It is for people and for the log: no secret is repeated in it.

    Args:
        words: a message id of the interface's catalogues, with the names of `values` in braces.
    """

    code: CheckCode
    words: str
    values: Mapping[str, str] = field(default_factory=dict)


def send_checks(
    body: str, *, language: str | None = None, ticket_language: str | None = None, domains: Collection[str] = ()
) -> tuple[Check, ...]:
    """The part of the send gate that needs only the text.

    Args:
        body: what is about to be sent.
        language: what the writer says it is written in (the variant taken); counts where the text itself does not tell.
        ticket_language: the customer's language; unknown means no check.
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
        *_language_check(body, language, ticket_language),
    )


def _language_check(body: str, language: str | None, ticket_language: str | None) -> tuple[Check, ...]:
    from agentconsole.domain.text import detect_language

    found, wanted = detect_language(body) or language, _written(ticket_language)
    if not found or not wanted or _written(found) in (None, wanted):
        return ()
    languages = {"found": found, "wanted": ticket_language or ""}
    return (Check(CheckCode.LANGUAGE, "the text is in {found}, the ticket in {wanted}", languages),)


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
