"""Templates of answers: text with variables and nothing else.

A variable is written `{{customer.name}}` or `{{customer.name|default("customer")}}`. Jinja splits a template; it is
never compiled or run, so it can do nothing, and a value is never read as a template.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from agentconsole.domain.errors import Phrase, UsageError

MAX_TEMPLATE: Final = 20_000
"""Characters of a template."""
MAX_TEXT: Final = 50_000
"""Characters of a rendered answer."""


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
        raise UsageError(
            Phrase("the answer is too long ({count} characters)", count=len(text)),
            Phrase("at most {count}", count=f"{MAX_TEXT:,}"),
        )
    return Rendered(text, tuple(missing))


def _pieces(template: str) -> Iterator[str | _Variable]:
    """The template's texts and variables in their order."""
    from jinja2 import TemplateSyntaxError
    from jinja2.sandbox import SandboxedEnvironment

    if len(template) > MAX_TEMPLATE:
        raise UsageError(
            Phrase("the template is too long ({count} characters)", count=len(template)),
            Phrase("at most {count}", count=f"{MAX_TEMPLATE:,}"),
        )
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
    example = '{{customer.name}}, {{customer.name|default("customer")}}'
    hint = Phrase("a template is text with variables: {example}", example=example)
    return UsageError(
        Phrase("line {line} of the template holds more than text and variables: {shown}", line=line, shown=shown), hint
    )


def _value(variable: _Variable, variables: Mapping[str, object]) -> str | None:
    """The variable's text, or its default, or nothing if it is missing. Only mappings are looked into."""
    value: object = variables
    for name in variable.path:
        value = value.get(name) if isinstance(value, Mapping) else None
    if isinstance(value, (Mapping, list, tuple, set, frozenset)):
        raise UsageError(
            Phrase(
                "{variable} on line {line} is a group and no value",
                variable=f"{{{{{variable.name}}}}}",
                line=variable.line,
            ),
            Phrase("name one part of it"),
        )
    text = "" if value is None else str(value)
    return text if text.strip() else variable.default


_LEFT: Final = re.compile(r"\{\{([^{}\n]{0,200})\}{0,2}")


def first_gap(text: str) -> tuple[int, int] | None:
    """Where the first variable stands that is left in a text: from its first brace to behind its last."""
    found = _LEFT.search(text)
    return found.span() if found else None


def unfilled(text: str) -> tuple[str, ...]:
    """The variables left in a text about to be sent, each once; broken braces such as `{{name}` count."""
    names = (found[1].partition("|")[0].strip() for found in _LEFT.finditer(text))
    return tuple(dict.fromkeys(name or "{{" for name in names))
