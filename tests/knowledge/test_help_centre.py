"""Articles of a help centre's export: Zendesk's and Freshdesk's."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agentconsole.knowledge.help_centre import read_export
from agentconsole.services.importing import Origin, import_articles
from agentconsole.store.library import Variant
from agentconsole.store.store import Store
from tests.support.samples import sample

DEPOSITS: dict[str, Any] = {
    "id": 4, "title": "Deposits", "description": "<p>Please wait until the bank has sent it.</p>", "status": 2,
    "folder_id": 3,
}  # fmt: skip
NOW = datetime(2026, 11, 20, 9, tzinfo=UTC)


def export(folder: Path, **files: Any) -> list[Variant]:
    for name, content in files.items():
        (folder / f"{name}.json").write_text(json.dumps(content), encoding="utf-8")
    return read_export(folder)


def test_an_article_of_zendesk_has_its_section_as_category_and_no_draft_is_taken(tmp_path: Path) -> None:
    one = {
        "id": 7,
        "locale": "ja",
        "title": "二段階認証",
        "body": "<h2>手順</h2>開く",
        "section_id": 3,
        "label_names": ["2fa"],
    }
    page = {"articles": [one, {**one, "id": 8, "draft": True}], "count": 2}
    (found,) = export(tmp_path, articles=page, sections={"sections": [{"id": 3, "name": "ログイン", "category_id": 1}]})
    assert found == Variant("7", "ja", "二段階認証", "## 手順\n\n開く", "ログイン", ("2fa",))


def test_freshdesks_solutions_are_read_in_all_their_languages(tmp_path: Path) -> None:
    one = {
        "id": 4,
        "title": "Deposits",
        "description": "<p>Please wait until the bank has sent it.</p>",
        "status": 2,
        "folder_id": 3,
        "category_id": 3,
    }
    found = export(
        tmp_path,
        solution_articles=[{**one, "tags": ["bank"]}, {**one, "id": 5, "status": 1}],
        solution_articles_fr=[{**one, "title": "Dépôts", "description": "<p>Attendez.</p>"}],
        solution_folders=[{"id": 3, "name": "Banking"}],
        solution_categories=[{"id": 3, "name": "General"}],
    )
    assert [(each.id, each.language, each.body, each.category) for each in found] == [
        ("4", "en", "Please wait until the bank has sent it.", "Banking"),
        ("4", "fr", "Attendez.", "Banking"),
    ]


def test_importing_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    one = {
        "id": 4,
        "title": "Deposits",
        "description": "<p>Please wait until the bank has sent it.</p>",
        "status": 2,
        "folder_id": 3,
    }
    export(tmp_path, solution_articles=[one], solution_articles_fr=[{**one, "title": "Dépôts"}])
    first = import_articles(store, Origin(tmp_path), NOW)
    again = import_articles(store, Origin(tmp_path), NOW)
    assert (first.new, again.new, again.changed, again.unchanged) == (2, 0, 0, 2)


def test_real_solutions_are_read_and_read_again(store: Store) -> None:
    folder = sample("helpdesk-freshdesk-fixtures", "v2")
    first = import_articles(store, Origin(folder, "en"), NOW)
    again = import_articles(store, Origin(folder, "en"), NOW)
    assert first.new >= 2
    assert (again.new, again.changed) == (0, 0)
