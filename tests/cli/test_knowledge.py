"""`kb` and `canned`: import, search, read, fill in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command_line import Opened, Run


def test_articles_are_imported_once(run: Run, article: Path) -> None:
    assert run("kb", "import", article, "--json").document == {"new": 5, "changed": 0, "unchanged": 0}
    assert run("kb", "import", article, "--json").document == {"new": 0, "changed": 0, "unchanged": 5}
    assert run("kb", "import", article / "none").status == 1
    assert run("kb", "import", article, "--desk", "nowhere").status == 1


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (("入金",), "deposit"),
        (("出金",), "withdrawal"),
        (("出金が三日前から審査のままなのですが、どうすればいいですか",), "withdrawal"),
        (("why", "is", "my", "withdrawal", "under", "review?"), "withdrawal"),
    ],
)
def test_words_and_questions_find_the_same_article(run: Run, article: Path, text: tuple[str, ...], first: str) -> None:
    run("kb", "import", article)
    hits = run("kb", "search", *text, "--json").document
    assert list(hits[0]) == ["id", "title", "language", "score", "snippet"]
    assert hits[0]["id"] == first
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert len({hit["id"] for hit in hits}) == len(hits)


def test_the_language_of_the_content_can_be_chosen(run: Run, article: Path) -> None:
    run("kb", "import", article)
    assert {hit["language"] for hit in run("kb", "search", "入金", "--lang", "ja", "--json").document} == {"ja"}
    assert run("kb", "search", "入金", "--lang", "en", "--json").document == []
    assert len(run("kb", "search", "入金", "--limit", 1, "--json").document) == 1


def test_an_article_is_read_in_the_language_that_suits(run: Run, article: Path) -> None:
    run("kb", "import", article)
    assert run("kb", "show", "deposit").out.startswith("Deposit not credited\n")
    assert run("--lang", "ja", "kb", "show", "deposit").out.startswith("入金が反映されないとき\n")
    shown = run("kb", "show", "deposit", "--json").document
    assert [variant["language"] for variant in shown["variants"]] == ["en", "ja"]
    assert run("kb", "show", "deposit", "--lang", "zh-Hans").status == 1
    assert "deposit" in run("kb", "show", "deposti").err


def test_a_help_centre_is_imported(run: Run, tmp_path: Path) -> None:
    page = {
        "articles": [
            {
                "id": 7,
                "locale": "ja",
                "title": "二段階認証",
                "body": "<h2>手順</h2><p>設定を<b>開く</b></p><script>x</script>",
            },
            {"id": 7, "locale": "en-us", "title": "Two factors", "body": "<ul><li>Open settings</li></ul>"},
        ]
    }
    file = tmp_path / "articles.json"
    file.write_text(json.dumps(page), encoding="utf-8")
    assert run("kb", "import", file, "--json").document["new"] == 2
    shown = run("kb", "show", "7", "--json").document
    assert {each["language"]: each["body"] for each in shown["variants"]} == {
        "ja": "## 手順\n\n設定を開く",
        "en": "- Open settings",
    }
    file.write_text("{", encoding="utf-8")
    assert run("kb", "import", file).status == 1


@pytest.fixture
def answers(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "answers"
    folder.mkdir()
    (folder / "ask.ja.md").write_text(
        "# 確認のお願い\n\n{{customer.name}} 様 {{ticket.created_date}} {{fields.txid}}", "utf-8"
    )
    (folder / "ask.en.md").write_text("# Please check\n\nDear {{customer.name}}, ticket {{ticket.number}}", "utf-8")
    assert run("canned", "import", folder, "--json").document["new"] == 2


@pytest.mark.usefixtures("answers")
def test_a_canned_answer_is_filled_in_in_the_customers_language(run: Run, opened: Opened) -> None:
    number = opened()
    answer = run("canned", "render", "ask", "--ticket", number, "--json").document
    assert list(answer) == ["id", "language", "fallback", "title", "text", "missing"]
    assert (answer["language"], answer["fallback"], answer["missing"]) == ("ja", False, ["fields.txid"])
    assert answer["text"] == "見本 花子 様 2026年11月20日 {{fields.txid}}"
    other = run("canned", "render", "ask", "--ticket", number, "--lang", "en", "--json").document
    assert other["text"] == f"Dear 見本 花子, ticket {number}"


@pytest.mark.usefixtures("answers")
def test_people_are_told_what_is_missing(run: Run, opened: Opened) -> None:
    ran = run("canned", "render", "ask", "--ticket", opened())
    assert "fields.txid" in ran.err
    assert ran.out.startswith("見本 花子 様")


@pytest.mark.usefixtures("answers")
def test_canned_answers_are_listed_and_shown(run: Run) -> None:
    (row,) = run("canned", "list", "--json").document
    assert (row["id"], row["title"], row["languages"]) == ("ask", "Please check", ["en", "ja"])
    assert run("canned", "list", "--lang", "ja", "--json").document[0]["title"] == "確認のお願い"
    assert run("canned", "list", "--lang", "zh-Hans", "--json").document == []
    assert "{{customer.name}}" in run("canned", "show", "ask").out


def test_a_template_that_does_more_than_fill_in_is_refused(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "evil.en.md"
    file.write_text("# Evil\n\n{% for x in y %}{% endfor %}", "utf-8")
    assert run("canned", "import", file).status == 2
    assert run("canned", "list", "--json").document == []
