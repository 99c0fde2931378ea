"""Looking something up beside a ticket: what is found, in which language, and what would be put into the reply."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from agentconsole.domain.ticket import Ticket
from agentconsole.screens.lookup import Lookup, article_results, canned_results, read_article, read_canned
from agentconsole.services.session import Session
from agentconsole.store import library, tickets
from agentconsole.store.library import Variant
from agentconsole.widgets.article_view import ArticleView
from agentconsole.widgets.results_list import ResultsList
from tests.conftest import NOW
from tests.screens.test_ticket import live
from tests.support.console_app import inbox, opened, painted, press, settled, ticket_screen


def a_ticket(session: Session, **wanted: object) -> Ticket:
    return tickets.get(session.store, live(session, **wanted)[0])


def bring(session: Session, shelf: str, *variants: Variant) -> None:
    with session.store.writing():
        (library.import_canned if shelf == "canned" else library.import_articles)(session.store, variants, NOW)


async def looking(pilot: Pilot[None], number: int, key: str) -> Lookup:
    inbox(pilot).show_ticket(number)
    await settled(pilot)
    await press(pilot, key)
    return ticket_screen(pilot).query_one(Lookup)


async def search(pilot: Pilot[None], lookup: Lookup, words: str) -> str:
    """Types words; the title of the first hit, as it is shown in full below the list."""
    lookup.query_one(Input).value = words
    await settled(pilot)
    return lookup._opened.title if lookup._opened else ""


# --- on the screen


async def test_articles_are_found_while_one_types(at_work: Session) -> None:
    async with opened(at_work, (120, 36)) as pilot:
        lookup = await looking(pilot, a_ticket(at_work, language="ja").number, "k")
        for words, expected in {
            "入金": "入金",
            "出金": "出金",
            "提现": "提现",
            "withdrawal": "ithdrawal",
            "two-factor": "wo-factor",
        }.items():
            assert expected in await search(pilot, lookup, words)
            assert expected in "\n".join(painted(pilot))
        assert await search(pilot, lookup, "zzqxzz") == ""
        assert "Nothing found" in "\n".join(painted(pilot))
        assert lookup.query_one(Input).has_focus


async def test_arrows_choose_and_pages_scroll_without_leaving_the_box(at_work: Session) -> None:
    async with opened(at_work, (80, 24)) as pilot:
        lookup = await looking(pilot, a_ticket(at_work, language="ja").number, "k")
        await search(pilot, lookup, "本人確認")
        results = lookup.query_one(ResultsList)
        first = results.highlighted
        await press(pilot, "down")
        assert results.highlighted != first
        assert lookup._opened is not None
        await press(pilot, "pagedown")
        assert lookup.query_one(ArticleView).scroll_offset.y > 0
        await press(pilot, "up")
        assert results.highlighted == first
        assert lookup.query_one(Input).has_focus


async def test_an_article_is_put_into_the_reply(at_work: Session) -> None:
    async with opened(at_work) as pilot:
        lookup = await looking(pilot, a_ticket(at_work, language="en").number, "k")
        await search(pilot, lookup, "withdrawal")
        opened_item = lookup._opened
        assert opened_item is not None
        await press(pilot, "enter")
        assert ticket_screen(pilot).composer.text.strip() == opened_item.text.strip()
        await press(pilot, "f6")
        assert lookup.query_one(Input).value == ""
        await press(pilot, "escape")
        assert ticket_screen(pilot).is_writing


# --- what is found


def test_without_words_an_article_for_the_tickets_case_comes_first(at_work: Session) -> None:
    for language in ("ja", "en", "zh-Hans"):
        ticket = a_ticket(at_work, language=language)
        found = article_results(at_work, ticket, "")
        entry = library.article(at_work.store, found[0].key.partition("\n")[0])
        assert entry.category == ticket.category
        assert found[0].badge == language
        assert len({hit.key for hit in found}) == len(found)


def test_a_ticket_without_a_category_is_looked_up_by_its_subject(at_work: Session) -> None:
    ticket = replace(a_ticket(at_work), category=None, subject="出金")
    assert "出金" in article_results(at_work, ticket, "")[0].title
    assert article_results(at_work, replace(ticket, subject=""), "") == []


def test_canned_answers_of_the_case_come_first_in_the_customers_language(at_work: Session) -> None:
    for language in ("ja", "en", "zh-Hans"):
        ticket = a_ticket(at_work, language=language)
        found = canned_results(at_work, ticket, "")
        assert library.canned(at_work.store, found[0].key).category == ticket.category
        assert found[0].badge == language
        assert len(found) > 15


def test_canned_answers_hold_all_the_words_in_any_language_and_width(at_work: Session) -> None:
    ticket = a_ticket(at_work, language="en")
    keys = {hit.key for hit in canned_results(at_work, ticket, "出金")}
    assert any("withdrawal" in key for key in keys)
    assert {hit.key for hit in canned_results(at_work, ticket, "ＷＩＴＨＤＲＡＷＡＬ")} >= {
        hit.key for hit in canned_results(at_work, ticket, "withdrawal under")
    }
    assert canned_results(at_work, ticket, "withdrawal nosuchword") == []


def test_a_canned_answer_is_shown_as_it_would_be_sent(at_work: Session) -> None:
    ticket = a_ticket(at_work, language="ja")
    opened_item = read_canned(at_work, ticket, "first-acknowledgement")
    assert f"{ticket.requester_name} 様" in opened_item.text
    assert opened_item.canned == "first-acknowledgement"


def test_other_desks_answers_are_not_offered(at_work: Session) -> None:
    ticket = a_ticket(at_work, language="ja")
    other = next(desk for desk in ("minamo", "tsubame", "polaris") if desk != ticket.desk)
    bring(
        at_work,
        "canned",
        Variant("mine", "ja", "うちの返事", "本文", "x", (), ticket.desk),
        Variant("theirs", "ja", "よその返事", "本文", "x", (), other),
        Variant("foreign", "ko", "답장", "본문", "x", (), ticket.desk),
    )
    keys = {hit.key for hit in canned_results(at_work, ticket, "")}
    assert "mine" in keys
    assert keys.isdisjoint({"theirs", "foreign"})


@pytest.mark.parametrize("body", ["", "\n \n", "# only a heading"])
def test_an_article_may_be_empty_or_in_a_language_of_its_own(at_work: Session, body: str) -> None:
    ticket = replace(a_ticket(at_work, language="ja"), category="odd")
    bring(at_work, "articles", Variant("odd", "ko", "제목", body, "odd"))
    (first, *_others) = article_results(at_work, ticket, "")
    assert (first.title, first.badge) == ("제목", "ko")
    assert read_article(at_work, ticket, first.key).text == body
