"""Where the fixtures lie: the one function that knows. In a wheel inside the package, in a checkout beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from agentconsole.domain.errors import NotFoundError, Phrase

_PACKAGE: Final = Path(__file__).resolve().parent
_MARK: Final = "customers.toml"
"""A file that no other folder of that name is likely to hold."""


def fixtures_folder() -> Path:
    """The folder with desks, customers, tickets, knowledge and canned answers.

    Raises:
        NotFoundError: this installation has none.
    """
    for folder in (_PACKAGE / "_fixtures", _PACKAGE.parent / "fixtures"):
        if (folder / _MARK).is_file():
            return folder
    raise NotFoundError(
        Phrase("this installation has no fixtures"), Phrase("install the wheel, or run from a checkout")
    )
