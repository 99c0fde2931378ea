"""An article as plain lines."""

from __future__ import annotations

import frontmatter
import pytest

from agentconsole.widgets.article_view import ArticleView, article_lines
from tests.support.hostile import HOSTILE
from tests.support.panes import FIXTURES, lines, shown, wild

BODY = """
## Causes ##

First paragraph that is longer than the line.

- a point that is longer than a line
  1. nested
> quoted
### Small
```
    code  # kept
```
"""


def test_headings_lists_quotations_and_code_are_told_apart() -> None:
    assert list(article_lines(BODY, 24)) == [
        ("heading", "Causes"),
        ("text", ""),
        ("text", "First paragraph that is"),
        ("text", "longer than the line."),
        ("text", ""),
        ("text", "- a point that is longer"),
        ("text", "  than a line"),
        ("text", "  1. nested"),
        ("quote", "> quoted"),
        ("subheading", "Small"),
        ("code", "    code  # kept"),
    ]


def test_links_and_markup_stay_as_they_are() -> None:
    text = "![x](http://192.0.2.7/t.png) [b]bold[/b] **strong** <b>html</b>"
    assert list(article_lines(text, 80)) == [("text", text)]


@pytest.mark.parametrize("name", ["deposit-not-credited.ja.md", "deposit-not-credited.en.md"])
async def test_an_article_of_the_demo_reads_from_its_title(name: str) -> None:
    content = frontmatter.loads((FIXTURES / "knowledge" / name).read_text(encoding="utf-8")).content
    title, _, body = content.partition("\n")
    view = ArticleView()
    async with shown(view, (50, 20)) as (_app, pilot):
        view.set_article(title.lstrip("# "), body, "used 12 times")
        assert lines(view)[:3] == [f" {title.lstrip('# ')}", " used 12 times", ""]
        view.focus()
        await pilot.press("end")
        assert view.scroll_offset.y == view.max_scroll_y > 0
        await pilot.press("home", "pagedown", "up")
        assert view.scroll_offset.y == 18


async def test_the_same_article_stays_where_it_is_and_another_begins_at_its_top() -> None:
    view = ArticleView()
    body = "\n".join(f"line {number}" for number in range(100))
    async with shown(view, (50, 20)) as (_app, pilot):
        view.set_article("one", body)
        view.action_page_down()
        view.set_article("one", body)
        assert view.scroll_offset.y == 19
        await pilot.resize_terminal(50, 10)
        await pilot.pause()
        assert view.scroll_offset.y == 19
        view.set_article("two", body)
        assert view.scroll_offset.y == 0


async def test_hostile_text_stays_text() -> None:
    view = ArticleView()
    async with shown(view, (60, 30)) as (app, pilot):
        for text in HOSTILE:
            view.set_article(text, f"{text}\n# {text}\n- {text}\n            1. {text}\n> {text}", text)
            assert wild(app) == []
        for size in ((20, 8), (3, 3), (1, 1), (200, 60)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert wild(app) == []
