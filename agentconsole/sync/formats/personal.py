"""What is never kept of foreign objects: traces of people's devices and places, and what lets anybody in."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final, TypeAlias

import orjson

from agentconsole.sync.formats.base import words

Drop: TypeAlias = Callable[[str, object], None]
"""Is told of each field that is left out, with its value."""

_SECRET: Final = words("""
    thumb_url thumbnail thumbnails avatar image image_source photo mapped_content_url crypted_password password_salt
    signature_html google_id data authorizations
    """)
_PERSONAL: Final = words("""
    client referrer referer headers header_info email_message_metadata raw_email_identifier json_email_identifier
    delivery_message
    """)
_TRACE: Final = re.compile(
    r"(.*_)?(tokens?|secrets?|passwords?|cookies?|session(_id|_key)?|api_?key)"
    r"|(.*_)?(attachment|avatar|content|download|image|photo|preview|recording|thumb|thumbnail)_urls?"
    r"|(.*_)?ips?(_?addr(ess(es)?)?)?"
    r"|(.*_)?(user_?agent|browser|device|geo|geolocation|latitude|location|longitude|os)(_\w+)?"
    r"|(android|ios|utm)_\w+"
    r"|.*(ip(アドレス|地址)|ユーザーエージェント|位置情報|緯度|経度|ブラウザ|アクセストークン|リファラ).*"
)
_FILES: Final = words("attachment attachments uploads first_contact_reply")
_ADDRESSES: Final = words("url href link")
"""Where a file can be fetched, or what page was open."""
_SEPARATORS: Final = re.compile(r"[\s\-./:]+")
_PAIR: Final = re.compile(r'"([^"\\]{1,80})"(\s*:\s*)("(?:[^"\\]|\\.)*"|-?[\d.]+)')


_HEAD: Final = re.compile(rb"\A.*?(?=\r?\n\r?\n|\Z)", re.DOTALL)
_FIELD: Final = re.compile(rb"^([!-9;-~]+)[ \t]*:[^\n]*(?:\n[ \t][^\n]*)*\n?", re.MULTILINE)
_SAID: Final = re.compile(
    rb"from|to|cc|sender|reply-to|subject|date|message-id|in-reply-to|references|mime-version|content-[a-z-]+"
    rb"|delivered-to|x-original-to|auto-submitted|precedence",
    re.IGNORECASE,
)
"""Fields of a mail that say who wrote what to whom; all others tell its way here."""


@lru_cache(maxsize=4096)
def is_dropped(key: str) -> bool:
    """Whether what stands under a key is never kept, however the key is written."""
    name = _SEPARATORS.sub("_", key.casefold())
    return name in _SECRET or name in _PERSONAL or _TRACE.fullmatch(name) is not None


def cleared(value: Any, drop: Drop | None = None, inside: str = "") -> Any:
    """A copy of a decoded value without what must not be kept, at any depth.

    Args:
        inside: the key that it stands under.
    """
    if type(value) is list:
        return [cleared(item, drop, inside) for item in value]
    if type(value) is not dict:
        return value
    kept = {}
    for key, inner in value.items():
        if is_dropped(key) or (inside in _FILES and key in _ADDRESSES):
            if drop is not None:
                drop(key, inner)
        else:
            kept[key] = cleared(inner, drop, key)
    return kept


def cleared_text(raw: str) -> str:
    """The same of a record that is set aside in its source's words: of broken JSON, what can be told apart."""
    if raw.lstrip()[:1] not in ("{", "["):
        return raw
    dropped: list[str] = []
    try:
        kept = cleared(orjson.loads(raw), lambda key, _value: dropped.append(key))
        return orjson.dumps(kept).decode() if dropped else raw
    except (orjson.JSONDecodeError, orjson.JSONEncodeError, RecursionError):
        return _PAIR.sub(lambda pair: f'"{pair[1]}"{pair[2]}""' if is_dropped(pair[1]) else pair[0], raw)


def without_way(mail: bytes) -> bytes:
    """A mail without the fields that tell its way here, and from which machine."""
    return _HEAD.sub(lambda head: _FIELD.sub(_kept_field, head[0]), mail, count=1)


def _kept_field(field: re.Match[bytes]) -> bytes:
    return field[0] if _SAID.fullmatch(field[1]) else b""
