"""What an object of Zendesk holds beyond what has a place in our records: kept, dropped, or counted."""

from __future__ import annotations

from functools import partial
from typing import Any, Final, NamedTuple

from agentconsole.sync.formats import zendesk_kinds as known
from agentconsole.sync.formats.base import OBJECTS, Tally, words
from agentconsole.sync.formats.personal import cleared, is_dropped
from agentconsole.sync.formats.zendesk_fields import Json

_LOOKED_INTO: Final = words("attachments uploads identities organization metric_events")
_SHAPES_LIMIT: Final = 1000


class _Shape(NamedTuple):
    """What objects with the same keys in the same order have in common."""

    extra: tuple[str, ...]
    nested: frozenset[str]
    """Those of `extra` whose inside may hold secrets."""
    unknown: tuple[str, ...]
    dropped: tuple[str, ...]


class Beside:
    """Reads what stands beside. The same few shapes of objects come again and again, so each is looked at once."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._shapes: dict[str, dict[tuple[str, ...], _Shape]] = {kind: {} for kind in OBJECTS}

    def of(self, kind: str, raw: Json) -> dict[str, Any]:
        """All that has no place, without empty values and secrets."""
        shape = self._shape(kind, tuple(raw))
        for key in shape.unknown:
            self._tally.count_unknown(f"{OBJECTS[kind]}.{key}")
        for key in shape.dropped:
            self._tally.count_dropped(f"{OBJECTS[kind]}.{key}", raw[key])
        extra = {key: value for key in shape.extra if (value := raw[key]) is not None}
        if shape.nested:
            for key in extra.keys() & shape.nested:
                extra[key] = cleared(extra[key], partial(self._count, kind), key)
        return extra

    def _count(self, kind: str, key: str, value: object) -> None:
        self._tally.count_dropped(f"{OBJECTS[kind]}.{key}", value)

    def of_comment(self, raw: Json) -> dict[str, Any]:
        """The same of a comment, whose metadata tells about people's devices, too."""
        extra = self.of("comments", raw)
        metadata = raw.get("metadata")
        if type(metadata) is dict:
            kept = cleared(metadata, partial(self._count, "comments"))
            if kept := {key: inside for key, inside in kept.items() if inside}:
                extra["metadata"] = kept
        if "data" in raw:
            extra["data"] = cleared(raw["data"], partial(self._count, "comments"))
        return extra

    def _shape(self, kind: str, keys: tuple[str, ...]) -> _Shape:
        shapes = self._shapes[kind]
        shape = shapes.get(keys)
        if shape is None:
            placed, extra = known.PLACED[kind], known.EXTRA[kind]
            beside = tuple(key for key in keys if key not in placed and not is_dropped(key))
            unknown = tuple(key for key in beside if key not in extra)
            dropped = tuple(key for key in keys if key not in placed and is_dropped(key))
            shape = _Shape(beside, _LOOKED_INTO.intersection(beside).union(unknown), unknown, dropped)
            if len(shapes) < _SHAPES_LIMIT:
                shapes[keys] = shape
        return shape
