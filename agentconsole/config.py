"""What a person chose: options first, then the environment, then the configuration file, then what suits most."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from platformdirs import user_config_path, user_data_path

from agentconsole import locale
from agentconsole.domain.errors import Phrase, UsageError
from agentconsole.domain.instants import parse_instant
from agentconsole.domain.text import safe_text
from agentconsole.domain.toml_table import Problems, Table

APP_NAME: Final = "agentconsole"
_HOME_ZONE: Final = "Asia/Tokyo"
_ZONE_FOLDER: Final = "zoneinfo/"


class Glyphs(Enum):
    UNICODE = "unicode"
    ASCII = "ascii"


class AfterSend(Enum):
    NEXT = "next"
    BACK = "back"


class KeyMap(Enum):
    """The keys to start from: `plain` as the screens print them, `vim` with j and k for rows."""

    PLAIN = "plain"
    VIM = "vim"


class KittyKeys(Enum):
    """Whether the terminal is asked to report every key on its own."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a person can choose. `zone` is the IANA name of the zone that times are shown in."""

    store: Path
    agent: str
    language: str
    config_file: Path | None = None
    """The file that was read, if there is one."""
    locked: bool = False
    keymap: KeyMap = KeyMap.PLAIN
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Keys by command id, as written; `commands.keys` checks them."""
    glyphs: Glyphs = Glyphs.UNICODE
    zone: str = _HOME_ZONE
    after_send: AfterSend = AfterSend.NEXT
    theme: str = ""
    mouse: bool = True
    kitty_keys: KittyKeys = KittyKeys.AUTO


def load_settings(
    *,
    store: Path | None = None,
    agent: str | None = None,
    lang: str | None = None,
    config: Path | None = None,
    locked: bool = False,
    environ: Mapping[str, str] | None = None,
) -> Settings:
    """The settings of this run.

    Args:
        store, agent, lang, config, locked: the command line's options, as far as they were given.
        environ: stands in for the process's environment.

    Raises:
        UsageError: an unknown key or a malformed value; the message lists each with file and line.
    """
    environ = os.environ if environ is None else environ
    file = _config_file(config)
    text = _read(file) if file else ""
    problems = Problems(text, str(file))
    table = Table(problems.parse(text), (), problems)
    settings = Settings(
        store=_store(store, environ, table, file),
        agent=_agent(agent, environ, table),
        language=_language(lang, environ, table),
        config_file=file,
        locked=table.value("locked", bool, Phrase("true or false"), False) or locked,
        keymap=table.choice("keymap", KeyMap, KeyMap.PLAIN),
        keys=_keys(table.table("keys")),
        glyphs=table.choice("glyphs", Glyphs, Glyphs.UNICODE),
        zone=table.read("zone", zone, _zone) or "" if (zone := table.text("zone")) else local_zone(environ),
        after_send=table.choice("after_send", AfterSend, AfterSend.NEXT),
        theme=table.text("theme"),
        mouse=table.value("mouse", bool, Phrase("true or false"), True),
        kitty_keys=table.choice("kitty_keys", KittyKeys, KittyKeys.AUTO),
    )
    table.close()
    if found := problems.lines():
        hint = Phrase("agentconsole --config /dev/null config shows what can be set")
        raise UsageError("\n".join(map(locale.spoken, found)), hint)
    return settings


def place(file: Path | None, *path: str) -> str:
    """`FILE:LINE: ` of a key in the configuration file; empty without a file."""
    return f"{file}:{Problems(_read(file), str(file)).line(path)}: " if file else ""


def clock_from(environ: Mapping[str, str] | None = None) -> Callable[[], datetime]:
    """The clock of this run, in UTC: `AGENTCONSOLE_NOW` stops it.

    Raises:
        UsageError: that is not a time with a zone.
    """
    frozen = (os.environ if environ is None else environ).get("AGENTCONSOLE_NOW")
    if not frozen:
        return lambda: datetime.now(UTC)
    try:
        at = parse_instant(frozen)
    except ValueError as error:
        hint = Phrase("such as {example}", example="2026-11-20T09:00:00Z")
        raise UsageError(Phrase("{place}: {problem}", place="AGENTCONSOLE_NOW", problem=error.args[0]), hint) from error
    return lambda: at


def local_zone(environ: Mapping[str, str]) -> str:
    """The zone of the machine: `TZ`, else where /etc/localtime leads, else Asia/Tokyo."""
    named = environ.get("TZ", "").removeprefix(":")
    linked = os.path.realpath("/etc/localtime")
    for name in (named, linked):
        candidate = name.partition(_ZONE_FOLDER)[2] or name
        if candidate and _is_zone(candidate):
            return candidate
    return _HOME_ZONE


def _config_file(chosen: Path | None) -> Path | None:
    if chosen is not None:
        return chosen.expanduser()
    usual = user_config_path(APP_NAME, appauthor=False) / "config.toml"
    return usual if usual.is_file() else None


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else Phrase("not UTF-8")
        words = Phrase("{file} cannot be read: {error}", file=file, error=reason)
        raise UsageError(words, Phrase("--config FILE names another")) from error


def _store(option: Path | None, environ: Mapping[str, str], table: Table, file: Path | None) -> Path:
    """A relative path in the file counts from the file's folder."""
    written = table.text("store")
    if option is not None:
        return option.expanduser()
    if environ.get("AGENTCONSOLE_STORE"):
        return Path(environ["AGENTCONSOLE_STORE"]).expanduser()
    if written and file is not None:
        return file.parent / Path(written).expanduser()
    return user_data_path(APP_NAME, appauthor=False) / "agentconsole.db"


def _agent(option: str | None, environ: Mapping[str, str], table: Table) -> str:
    written = table.text("agent")
    login = option or environ.get("AGENTCONSOLE_AGENT") or written or _login(environ)
    if safe_text(login, single_line=True) != login:
        raise UsageError(Phrase("the agent's login holds characters that cannot be shown"), "--as LOGIN")
    return login


def _login(environ: Mapping[str, str]) -> str:
    for name in ("LOGNAME", "USER", "USERNAME"):
        if environ.get(name):
            return environ[name]
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "agent"


def _language(option: str | None, environ: Mapping[str, str], table: Table) -> str:
    written = table.text("language")
    spoken = table.read("language", written, _spoken) if written else None
    chosen = option or environ.get("AGENTCONSOLE_LANG")
    return locale.checked(chosen) if chosen else spoken or locale.from_environment(environ)


def _spoken(language: str) -> str:
    try:
        return locale.checked(language)
    except UsageError as error:
        raise ValueError(locale.told(error)) from error


def _keys(table: Table) -> dict[str, tuple[str, ...]]:
    return {name: table.texts(name) for name in table.names()}


def _zone(name: str) -> str:
    if _is_zone(name):
        return name
    raise ValueError(Phrase("{name} is no time zone; such as {example}", name=repr(name), example=_HOME_ZONE))


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):  # ZoneInfoNotFoundError is a KeyError; a folder's name gives an OSError
        return False
    return True
