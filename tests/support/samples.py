"""Exports, mails and texts that others made; they are no part of this repository, but some keep a folder of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

FOLDER: Final = Path(
    os.environ.get("AGENTCONSOLE_TEST_DATA") or Path(__file__).parents[3] / "shared" / "data"
)  # read here: the tests themselves run in an empty environment
"""`AGENTCONSOLE_TEST_DATA` names it; without that, `../shared/data` beside the checkout is looked at."""
NAUGHTY: Final = FOLDER / "text-blns" / "blns.json"


def sample(*parts: str) -> Path:
    """A file or folder of it; the test is skipped where there is none."""
    path = FOLDER.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"no {'/'.join(parts)} in {FOLDER.name}: AGENTCONSOLE_TEST_DATA names the folder of samples")
    return path
