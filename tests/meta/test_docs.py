"""The documents: they lead somewhere, say what the program says, and leave nothing out."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Final
from urllib.parse import unquote

import pytest

from agentconsole import locale
from agentconsole.cli.root import COMMANDS

ROOT: Final = Path(__file__).parent.parent.parent
DOCS: Final = ROOT / "docs"
PAGES: Final = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
DECISIONS: Final = sorted((DOCS / "decisions").glob("*.md"))
LINK: Final = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)[^)]*\)")
BLOCK: Final = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
CALL: Final = re.compile(
    r"\bagentconsole((?: --?[\w-]+(?:[= ](?:[A-Z]+|\S*/\S*|ja|en))?)*) (sync (?:history|show|undo|rejected)|[a-z]+)\b"
)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _written(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def _code(page: Path) -> list[str]:
    """What stands between backticks, in blocks and in lines."""
    text = _written(page)
    return [block for _language, block in BLOCK.findall(text)] + re.findall(r"`([^`\n]+)`", BLOCK.sub("", text))


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_lead_somewhere(page: Path) -> None:
    text = BLOCK.sub("", _written(page))
    for target in LINK.findall(text):
        if "://" in target or target.startswith(("mailto:", "#")):
            continue
        path, _hash, anchor = unquote(target).partition("#")
        goal = (page.parent / path).resolve()
        assert goal.exists(), f"{_name(page)}: {target}"
        assert goal.is_relative_to(ROOT), f"{_name(page)}: {target}"
        if anchor and goal.suffix == ".md":
            assert anchor in _anchors(_written(goal)), f"{_name(page)}: {target}"


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ +(.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_commands_that_are_shown_exist(page: Path) -> None:
    for piece in _code(page):
        for _options, word in CALL.findall(piece):
            assert word in COMMANDS, f"{_name(page)}: agentconsole {word}"


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_toml_that_is_shown_is_toml(page: Path) -> None:
    for language, block in BLOCK.findall(_written(page)):
        if language == "toml":
            assert tomllib.loads(block)


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_a_page_begins_with_its_title_and_names_no_machine(page: Path) -> None:
    text = _written(page)
    assert text.startswith("# ")
    assert not re.search(r"/(?:work|tmp|root|home/\w+)/", text)
    assert text.endswith("\n")


@pytest.mark.parametrize("page", DECISIONS, ids=_name)
def test_a_decision_has_a_number_a_question_and_a_choice(page: Path) -> None:
    number = page.name.partition("-")[0]
    assert int(number) == DECISIONS.index(page) + 1, "numbers without gaps"
    text = _written(page)
    assert text.startswith(f"# {number} ")
    assert "**Question.**" in text
    assert "**Choice.**" in text


def _maker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_make", DOCS / "make.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
    finally:
        del sys.modules[spec.name]
    return module


@pytest.mark.parametrize("name", ["keys.md", "queries.md"])
def test_tables_that_are_made_are_of_today(name: str) -> None:
    """`make docs` writes them; the words around a table may be laid out otherwise."""
    try:
        made = _maker().PAGES[name]()
    finally:
        locale.set_language("en")
    rows = [line for line in made.splitlines() if line.startswith("|")]
    assert rows == [line for line in _written(DOCS / name).splitlines() if line.startswith("|")]


def test_every_command_is_told_of() -> None:
    shown = {words for page in PAGES for piece in _code(page) for _options, words in CALL.findall(piece)}
    assert set(COMMANDS) <= shown, f"not in README.md or docs/: {', '.join(sorted(set(COMMANDS) - shown))}"
