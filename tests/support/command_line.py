"""What a command of the command line leaves behind."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Ran:
    """What one command left behind."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as the one JSON document it must be."""
        return json.loads(self.out)

    @property
    def rows(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def error(self) -> dict[str, str]:
        """The error document, which stands alone."""
        assert self.out == ""
        error: dict[str, str] = json.loads(self.err)["error"]
        return error


Run: TypeAlias = Callable[..., Ran]
Opened: TypeAlias = Callable[..., int]
