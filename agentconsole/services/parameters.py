"""What a verb, or any other command, has to be told: which values, and of what kind."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from agentconsole.domain.errors import UsageError
from agentconsole.domain.instants import parse_instant
from agentconsole.locale import _, did_you_mean

_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


class Kind(StrEnum):
    """What a parameter takes, and so how a face asks for it."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    INSTANT = "instant"
    TAGS = "tags"
    LIST = "list"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing a verb has to be told. `positional`: a word of the command line, not an option."""

    name: str
    kind: Kind
    label: str
    """A message id of the interface's catalogues."""
    required: bool = False
    choices: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    """What each choice is called; without these, as the catalogues call it."""
    positional: bool = False
    unset: str = "-"
    """A message id: what it means to choose none of the choices."""
    example: str = ""
    in_forms: bool = True
    """Whether a form asks for it: some values only a screen, or a script, can know."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody is asked before something is done. `title` and `help` are message ids of the catalogues."""

    name: str
    title: str
    help: str
    parameters: tuple[Parameter, ...] = ()


def given(asked: Asked, words: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters as they are wanted; what is missing or malformed is a `UsageError`."""
    values = {}
    for parameter in asked.parameters:
        value = words.get(parameter.name)
        if value is None or (isinstance(value, (str, Sequence)) and not value):
            if parameter.required:
                name = parameter.name.upper() if parameter.positional else f"--{parameter.name}"
                lack = _("{verb} needs {parameter}").format(verb=asked.name, parameter=name)
                raise UsageError(lack, f"agentconsole ticket {asked.name} --help")
            continue
        values[parameter.name] = typed(parameter, value)
    return values


def typed(parameter: Parameter, value: Any) -> Any:
    """A value as the verb wants it.

    Raises:
        UsageError: it is malformed, or none of the choices.
    """
    for word in (value,) if isinstance(value, str) else value if isinstance(value, Sequence) else ():
        _check(parameter, str(word))
    match parameter.kind:
        case Kind.CHOICE if str(value) not in parameter.choices:
            raise _unknown(parameter, str(value))
        case Kind.INSTANT if not isinstance(value, datetime):
            try:
                return parse_instant(str(value))
            except ValueError as error:
                hint = _("such as {example}").format(example="2026-11-20T09:00:00Z")
                raise UsageError(_("{text} is not a time").format(text=repr(value)), hint) from error
    return value


def _check(parameter: Parameter, word: str) -> None:
    if _SURROGATE.search(word):
        words = _("{parameter}: this is no text").format(parameter=parameter.name)
        raise UsageError(words, _("it holds characters that are not valid Unicode"))
    if parameter.choices and word not in parameter.choices:
        raise _unknown(parameter, word)


def _unknown(parameter: Parameter, word: str) -> UsageError:
    words = _("{parameter}: {word} is not known").format(parameter=parameter.name, word=repr(word))
    return UsageError(words, did_you_mean(word, parameter.choices))
