"""Messages in HTML as plain text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentconsole.domain.text.html_text import looks_html, plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        ("出金が<b>まだ</b>です", "出金がまだです"),
        ("<div>one</div><div>two</div>", "one\ntwo"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<br><br>three", "one\ntwo\n\nthree"),
        ("<p>a&nbsp;&amp;&lt;b&gt;</p>", "a &<b>"),
        ("  a \n\n  b  ", "a b"),
        ("<ul><li>a<li>b</ul>c", "- a\n- b\n\nc"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
        ("<pre>a\n  b</pre>", "a\n  b"),
        ("said<blockquote><p>before</p><p>that</p></blockquote>now", "said\n\n> before\n>\n> that\n\nnow"),
        ("<script>alert('<p>x</p>')</script><style>p{}</style>seen", "seen"),
        ("<!-- <p>not said</p> -->said<!DOCTYPE x><?php y ?>", "said"),
        ("1 < 2 and <rei@example.jp>", "1 < 2 and <rei@example.jp>"),
        ("<script>never closed", "never closed"),
        ("<!-- never closed", "<!-- never closed"),
        ("<![if x]>a<![endif]>", "a"),
        ("<o:p>word</o:p>", "word"),
        ('<img src="https://cdn.example/1?token=x" alt="領収書">', "[領収書]"),
        ('<img src="a.png">', "[image]"),
        ('<img src="https://t.example/?who=7" width="1" height="1">', ""),
    ],
)
def test_what_was_said_stays(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ('<a href="https://a.example/?x=1&amp;y=2">here</a>', "here (https://a.example/?x=1&y=2)"),
        ("<a href='https://a.example/'>https://a.example</a>", "https://a.example"),
        ('<a href="https://evil.example">https://bank.example</a>', "https://bank.example (https://evil.example)"),
        ("<a href=mailto:rei@example.jp>rei@example.jp</a>", "rei@example.jp"),
        ('<a href="javascript:alert(1)">here</a>', "here"),
        ('<a href="https://a.example"><img src=x width=0></a>', "https://a.example"),
    ],
)
def test_a_link_says_where_it_leads(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("<p>a</p>", True), ("a<br/>b", True), ("a < b > c", False), ("<rei@example.jp>", False), ("", False)],
)
def test_what_looks_like_html(text: str, verdict: bool) -> None:
    assert looks_html(text) is verdict


@pytest.mark.parametrize(
    "piece",
    ["<a ", "<!--", "<", "<![x]>", "<a x='", '<a "', "<a \"<b '", "<script>", "<blockquote>", "<a href=http://x>",
     "&#", "</", "<a x=y ", "a"],
)  # fmt: skip
def test_malformed_text_is_read_to_its_end(piece: str) -> None:
    """The standard library's parser needs minutes."""
    for markup in (piece * 20_000, "<a " + piece * 20_000 + ">"):
        assert len(plain_text(markup)) <= 2 * len(markup)


@given(st.text(alphabet="<>/!-ab '\"=&;\n"))
def test_any_text_gives_text(markup: str) -> None:
    assert isinstance(plain_text(markup), str)


def test_the_headings_of_an_article_keep_their_rank() -> None:
    assert (
        plain_text("<h2>Steps</h2><p>one</p><h3>If not</h3>two", headings=True)
        == "## Steps\n\none\n\n### If not\n\ntwo"
    )
    assert plain_text("<h2>Steps</h2>one") == "Steps\n\none"
