"""The interface's words. English is the source; every other language is a catalogue beside this file.

`_("Reply")` answers in the language set last; a word that no catalogue has comes back in English.
"""

from __future__ import annotations

import gettext
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from agentconsole.domain.errors import ConsoleError, Phrase, UsageError, nearest

LANGUAGES: Final = ("en", "ja")
DOMAIN: Final = "agentconsole"
FOLDER: Final = Path(__file__).parent
_LOCALE_VARIABLES: Final = ("LC_ALL", "LC_MESSAGES", "LANG")

_language = "en"
_catalogues: dict[str, gettext.NullTranslations] = {"en": gettext.NullTranslations()}


def set_language(language: str) -> None:
    """The language of everything said from now on, in the whole process.

    Raises:
        UsageError: there is no catalogue for it.
    """
    global _language
    _language = checked(language)


def language() -> str:
    return _language


def checked(language: str) -> str:
    """`language` itself.

    Raises:
        UsageError: the interface does not speak it.
    """
    if language in LANGUAGES:
        return language
    message = _("the console does not speak {language}").format(language=repr(language))
    raise UsageError(message, did_you_mean(language, LANGUAGES))


def from_environment(environ: Mapping[str, str]) -> str:
    """The language of the process's locale: Japanese where that is Japanese, English everywhere else."""
    locale = next((value for name in _LOCALE_VARIABLES if (value := environ.get(name))), "")
    return "ja" if locale.lower().startswith("ja") else "en"


def deferred(msgid: str) -> str:
    """Marks words that stand where the language is not known yet; whoever shows them calls `_`."""
    return msgid


def _(msgid: str) -> str:
    return _catalogue().gettext(msgid) if msgid else ""


def ngettext(singular: str, plural: str, number: int) -> str:
    return _catalogue().ngettext(singular, plural, number)


def pgettext(context: str, msgid: str) -> str:
    """For a word that means two things in English."""
    return _catalogue().pgettext(context, msgid)


def spoken(text: str) -> str:
    """A phrase of the domain in the language set last; any other text is in it already, or in none."""
    if not isinstance(text, Phrase):
        return text
    values = {name: spoken(value) if isinstance(value, str) else value for name, value in text.values.items()}
    return _(text.msgid).format(**values)


def told(error: ConsoleError, between: str = "; ") -> str:
    """What is wrong, and what to do about it."""
    return between.join(filter(None, (spoken(error.message), spoken(error.hint))))


def did_you_mean(word: str, known: Iterable[str], otherwise: str | None = None) -> str:
    """A hint: the known word that is nearest to the wrong one; if none is near, `otherwise`, or else all of them."""
    known = list(known)
    if close := nearest(word, known):
        return _("did you mean {word}?").format(word=repr(close))
    return _("one of {names}").format(names=", ".join(known)) if otherwise is None else otherwise


def catalogue_file(language: str, suffix: str) -> Path:
    """Where the words of a language stand: `.po` for people, `.mo` for the program."""
    return FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}{suffix}"


def _catalogue() -> gettext.NullTranslations:
    known = _catalogues.get(_language)
    if known is None:
        with catalogue_file(_language, ".mo").open("rb") as file:
            known = _catalogues[_language] = gettext.GNUTranslations(file)
    return known
