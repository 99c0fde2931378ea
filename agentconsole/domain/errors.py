"""The one family of errors that a person may be shown."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Self


class Phrase(str):
    """A sentence in English that a face can say in another language: it keeps its message id and what is filled in.

    Values that are phrases themselves are said in that language, too.
    """

    __slots__ = ("msgid", "values")
    msgid: str
    values: Mapping[str, object]

    def __new__(cls, msgid: str, **values: object) -> Self:
        phrase = super().__new__(cls, msgid.format(**values))
        phrase.msgid, phrase.values = msgid, values
        return phrase

    def __reduce__(self) -> tuple[Callable[..., Phrase], tuple[Any, ...]]:
        """It can be sent to another process."""
        return partial(Phrase, self.msgid, **self.values), ()


def lines_of(texts: Sequence[str]) -> Phrase:
    """Several texts, each on a line of its own."""
    return listed(texts, "\n")


def listed(texts: Sequence[str], between: str = ", ") -> Phrase:
    """Several texts as one, each of them said in the language of the reader."""
    names = [f"text{index}" for index in range(len(texts))]
    template = between.join(f"{{{name}}}" for name in names)
    return Phrase(template, **dict(zip(names, texts, strict=True)))


class ConsoleError(Exception):
    """Something a person asked for cannot be done.

    Args:
        message: what is wrong and where, in one sentence: in the interface's language, or a `Phrase`, where an agent's
            work meets it, in English elsewhere. `code` is what programs go by.
        hint: what to do about it, or nothing.
    """

    code = "error"
    exit_status = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(ConsoleError):
    """An unknown word or a malformed value: the caller's mistake, nothing was looked at."""

    code = "usage"
    exit_status = 2


class NotFoundError(ConsoleError):
    code = "not_found"


class RefusedError(ConsoleError):
    """A rule says no. `code` names the rule."""

    def __init__(self, rule: str, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.code = rule


class StoreError(ConsoleError):
    code = "store"


class ShortageError(ConsoleError):
    """There is not enough room or memory now; later there may be."""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that `word` was probably meant to be."""
    matches = difflib.get_close_matches(word.lower(), list(known), n=1, cutoff=0.5)
    return str(matches[0]) if matches else None
