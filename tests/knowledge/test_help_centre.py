"""Articles of a help centre's export: Zendesk's and Freshdesk's."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agentconsole.domain.errors import ConsoleError
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


SOLUTIONS = """<?xml version="1.0" encoding="UTF-8"?>
<solution-categories type="array"><solution-category><id type="integer">1</id><name>General</name>
 <folders type="array"><solution-folder><id type="integer">3</id><name>入金</name><articles type="array">
  <solution-article><id type="integer">4</id><title>入金の確認</title><status type="integer">2</status>
   <description>&lt;h2&gt;手順&lt;/h2&gt;待つ</description><folder-id type="integer">3</folder-id>
   <tags type="array"><tag><name>bank</name></tag></tags></solution-article>
  <solution-article><id type="integer">5</id><title>下書き</title><status type="integer">1</status>
   <description>まだ</description></solution-article>
 </articles></solution-folder></folders></solution-category></solution-categories>
"""


def test_freshdesks_account_export_is_read_from_among_its_other_files(tmp_path: Path) -> None:
    (tmp_path / "Solutions.xml").write_text(SOLUTIONS, "utf-8")
    (tmp_path / "Tickets0.xml").write_text("<helpdesk-tickets><helpdesk-ticket/></helpdesk-tickets>", "utf-8")
    assert read_export(tmp_path) == [Variant("4", "ja", "入金の確認", "## 手順\n\n待つ", "入金", ("bank",))]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (SOLUTIONS.replace("</solution-category>", ""), "not XML"),
        (SOLUTIONS.replace("?>", '?><!DOCTYPE x [<!ENTITY a "aaaa">]>', 1), "declares entities"),
        ("<solution-categories/>", "holds no articles"),
        ("<helpdesk-tickets/>", "holds no articles"),
    ],
)
def test_xml_without_solutions_that_can_be_read_is_told(tmp_path: Path, content: str, reason: str) -> None:
    (tmp_path / "Solutions.xml").write_text(content, "utf-8")
    with pytest.raises(ConsoleError, match=reason):
        read_export(tmp_path / "Solutions.xml")
