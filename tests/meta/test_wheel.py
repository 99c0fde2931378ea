"""The wheel, installed elsewhere: it brings all that it needs, and runs without the checkout."""

from __future__ import annotations

import configparser
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from email.parser import Parser
from pathlib import Path
from typing import Final

import pytest

from agentconsole import __version__
from agentconsole.sync.formats import BUILT_IN

ROOT: Final = Path(__file__).parent.parent.parent
PIP: Final = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "--no-cache-dir", "--no-input")
NOW: Final = "2026-11-20T09:00:00Z"


def run(*words: str | Path, cwd: Path, environ: Mapping[str, str] | None = None) -> str:
    """What the program prints; it must end well."""
    ran = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env={**os.environ, **(environ or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr[-3000:]
    return ran.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    run(*PIP, "wheel", "--no-index", "--no-build-isolation", "--no-deps", "-w", folder, ROOT, cwd=folder)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the package and its command; what it depends on comes from where the tests run."""
    target = tmp_path_factory.mktemp("site")
    run(*PIP, "install", "--no-index", "--no-deps", "--target", target, wheel, cwd=target)
    return target


@pytest.fixture
def home(installed: Path, tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who has nothing but the wheel."""
    own = {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / "data"), "XDG_CONFIG_HOME": str(tmp_path / "config")}
    return own | {"PYTHONPATH": str(installed), "AGENTCONSOLE_NOW": NOW, "AGENTCONSOLE_LANG": "en"}


def test_it_holds_the_program_its_data_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    package = {name.removeprefix("agentconsole/") for name in names if name.startswith("agentconsole/")}
    assert {
        "py.typed",
        "screens/inbox.tcss",
        "screens/ticket.tcss",
        "locale/ja/LC_MESSAGES/agentconsole.mo",
        "store/migrations/versions/0001_first.sql",
        "_fixtures/customers.toml",
    } <= package
    for folder in ("desks", "tickets", "knowledge", "canned"):
        kept = {file.name for file in (ROOT / "fixtures" / folder).iterdir() if file.is_file()}
        assert kept == {name.rpartition("/")[2] for name in package if name.startswith(f"_fixtures/{folder}/")}
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {"agentconsole"}
    assert not [name for name in names if "__pycache__" in name or name.endswith((".db", ".pyc"))]


def test_it_says_what_it_is_and_what_it_needs(wheel: Path) -> None:
    files = zipfile.ZipFile(wheel)
    folder = f"agentconsole-{__version__}.dist-info"
    about = Parser().parsestr(files.read(f"{folder}/METADATA").decode())
    assert (about["Name"], about["Version"], about["Requires-Python"]) == ("agentconsole", __version__, ">=3.11")
    assert about["License-Expression"] == "MIT"
    assert f"{folder}/licenses/LICENSE" in files.namelist()
    needed = {
        re.split(r"[<>=!~;\[ ]", line)[0] for line in about.get_all("Requires-Dist", []) if "extra ==" not in line
    }
    assert needed >= {"textual", "typer", "sqlmodel", "alembic", "tzdata"}
    assert needed.isdisjoint({"pytest", "mypy", "babel", "hypothesis"})
    points = configparser.ConfigParser()
    points.read_string(files.read(f"{folder}/entry_points.txt").decode())
    assert dict(points["console_scripts"]) == {"agentconsole": "agentconsole.cli:main"}
    assert set(points["agentconsole.formats"]) == set(BUILT_IN)


def test_it_runs_from_anywhere_with_the_fixtures_it_brought(
    installed: Path, home: dict[str, str], tmp_path: Path
) -> None:
    words = "import agentconsole, agentconsole.fixtures_folder as f; print(agentconsole.__file__, f.fixtures_folder())"
    package, fixtures = run(sys.executable, "-c", words, cwd=tmp_path, environ=home).split()
    assert Path(package).is_relative_to(installed)
    assert Path(fixtures).is_relative_to(installed)

    module = (sys.executable, "-m", "agentconsole")
    assert run(*module, "--version", cwd=tmp_path, environ=home) == f"agentconsole {__version__}\n"
    made = json.loads(run(*module, "init", "--fixtures", "--json", cwd=tmp_path, environ=home))
    assert Path(made["store"]).is_relative_to(tmp_path)
    rows = [json.loads(line) for line in run(*module, "tickets", "--json", cwd=tmp_path, environ=home).splitlines()]
    assert len(rows) > 100
    assert {row["desk"] for row in rows} == {"minamo", "tsubame", "polaris"}

    command = installed / "bin" / "agentconsole"
    found = run(sys.executable, command, "kb", "search", "入金", "--json", cwd=tmp_path, environ=home)
    assert json.loads(found)[0]["language"] == "ja"
    japanese = run(sys.executable, command, "--lang", "ja", "--help", cwd=tmp_path, environ=home)
    assert "チケット" in japanese
