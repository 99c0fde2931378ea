"""Files in memory for formats to read, and values that nobody sane would write into them."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st

from agentconsole.sync.files import SourceFile
from agentconsole.sync.formats import Format, ReadOptions
from agentconsole.sync.records import Record

T = TypeVar("T")


def memory_file(name: str, content: bytes) -> SourceFile:
    return SourceFile(name, None, lambda: io.BytesIO(content))


def read_files(reader: Format, files: Mapping[str, bytes]) -> list[Record]:
    """What a format makes of files, without a zone."""
    return list(reader.read([memory_file(name, content) for name, content in files.items()], ReadOptions()))


def read_json(reader: Format, **values: Any) -> list[Record]:
    """What a format makes of files of JSON, by their names."""
    return read_files(reader, {name: json.dumps(value).encode() for name, value in values.items()})


def of(kind: type[T], records: Iterable[Record]) -> list[T]:
    """The records of one kind."""
    return [record for record in records if isinstance(record, kind)]


def hostile_values(keys: Sequence[str]) -> st.SearchStrategy[Any]:
    """JSON with the right keys and anything under them."""
    plain = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(allow_nan=True),
        st.sampled_from(
            ("2026-01-02T03:04:05Z", "1", "<p>a</p>", "conversation", "contact", "admin", "comment", "\ud800")
        ),
        st.text(max_size=5),
    )
    return st.recursive(
        plain,
        lambda inner: st.one_of(
            st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(tuple(keys)), inner, min_size=1, max_size=8)
        ),
        max_leaves=25,
    )
