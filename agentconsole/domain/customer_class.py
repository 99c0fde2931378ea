"""Of which class a customer is, read from where a helpdesk says so: a field of their profile, a tag, a tick."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from agentconsole.domain.text import fold


@dataclass(frozen=True, slots=True)
class ClassMap:
    """Where a source says it, and in which words.

    Args:
        places: keys into what the source says of a person, with dots between, such as `user_fields.segment`; the first
            that says a class counts.
        words: the classes that the source's words mean, by the word in any case and width. Without any, a text is the
            class itself, and a list (of tags) says none, as it may hold anything.
    """

    places: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    _folded: Mapping[str, str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_folded", {fold(word.strip()): its for word, its in self.words.items()})

    def class_of(self, facts: Mapping[str, Any]) -> str | None:
        """The class of a person of whom the source says this; None if it says none that is known."""
        for place in self.places:
            value = _found(facts, place)
            for word in _said(value, place):
                if meaning := self._meaning(word, listed=isinstance(value, list)):
                    return meaning
        return None

    def _meaning(self, word: str, *, listed: bool) -> str | None:
        if self.words:
            return self._folded.get(fold(word))
        return None if listed else word


def _found(facts: object, place: str) -> object:
    """What stands there. Some exports list fields as objects with a name and a value each."""
    for key in place.split("."):
        if isinstance(facts, list):
            facts = {str(each.get("name", each.get("id"))): each.get("value") for each in facts if type(each) is dict}
        if not isinstance(facts, Mapping):
            return None
        facts = facts.get(key)
    return facts


def _said(value: object, place: str) -> Iterator[str]:
    """The words of a value: a tick says the name of its field."""
    for each in value if isinstance(value, list) else (value,):
        if each is True:
            yield place.rpartition(".")[2]
        elif isinstance(each, str | int) and each is not False and str(each).strip():
            yield str(each).strip()
