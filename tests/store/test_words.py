"""The full-text index: what it finds, what it does not, and that it says what the texts say after any change."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentconsole.domain.errors import ConsoleError
from agentconsole.domain.query import parse
from agentconsole.domain.text import fold
from agentconsole.services import tickets as deeds
from agentconsole.services.session import Session
from agentconsole.store import desks, library, people, search, tickets
from agentconsole.store.query_sql import Viewer
from agentconsole.store.store import Store
from tests.conftest import NOW, FrozenClock
from tests.support.desk import office
from tests.support.dump import table
from tests.support.records import ago, comment, person, take, ticket

TEXTS: Final = (
    "入金が反映されません", "出金の遅延について", "ログインできません", "充值一直没有到账", "提現失敗了",
    "请问手续费是多少", "The deposit has not been credited", "Two-factor reset, please", "TX-0001 を確認してください",
    "０１２３ＡＢＣ",
)  # fmt: skip
TWO: Final = ("入金", "反映", "遅延", "充值", "到账", "提現", "手续", "ﾛｸ", "金が", "了入", "認証")


def found(store: Store, words: str) -> list[int]:
    return sorted(each.number for each in tickets.page(store, parse(words, now=NOW, zone=UTC), Viewer("aoi", NOW)))


def texts(store: Store) -> dict[int, list[str]]:
    """What stands in the store, by ticket."""
    said = {row["number"]: [row["subject"], row["description"] or ""] for row in table(store, "ticket")}
    for row in table(store, "message"):
        said[row["ticket"]].append(row["body"])
    for row in table(store, "ticket_field"):
        said[row["ticket"]].append(row["value"])
    return said


def holding(store: Store, word: str) -> list[int]:
    return sorted(number for number, said in texts(store).items() if any(fold(word) in fold(text) for text in said))


@pytest.fixture
def talk(store: Store) -> Store:
    take(store, [ticket(str(index), subject=text, description=None) for index, text in enumerate(TEXTS)])
    return store


@pytest.mark.parametrize("word", TWO)
def test_words_of_two_characters_are_found_in_japanese_and_chinese(talk: Store, word: str) -> None:
    assert found(talk, word) == holding(talk, word)


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("入金が反映", 1),
        ("入金 反映", 1),
        ('"入金 反映"', 0),
        ("反映入金", 0),
        ("金", 2),
        ("depo", 1),
        ("depo credited", 1),
        ('"depo credited"', 0),
        ('"been credited"', 1),
        ('"been cred"', 0),
        ('"been  credited"', 0),
        ("deposit credited", 1),
        ("DEPOSIT", 1),
        ("factor", 1),
        ("two-factor", 1),
        ("twofactor", 1),
        ("tx0001", 1),
        ("tx-0001", 1),
        ("0001-tx", 0),
        ("0123abc", 1),
        ("没有到账", 1),
        ("没有账", 0),
        ("!!!", 0),
    ],
)
def test_a_term_is_found_as_it_stands(talk: Store, words: str, hits: int) -> None:
    assert len(found(talk, words)) == hits


def test_pairs_that_meet_by_chance_are_not_enough(store: Store) -> None:
    take(store, ticket("1", subject="東京都", description="京都市"), ticket("2", subject="東京 都市", description=None))
    assert found(store, "東京都市") == []
    assert found(store, "東京都") == [10001]


def test_subject_description_messages_notes_and_fields_are_searched(session: Session) -> None:
    with session.store.writing():
        desks.save_desk(session.store, office(), NOW)
    told = ticket("1", subject="件名", description="説明文", custom_fields={"9001": "0xabc\n0xdef", "777": "内緒"})
    take(session.store, told, comment("1", "a", body="本文"), desk="office")
    deeds.perform(session, "note", [10001], {"body": "申し送り"})
    for word in ("件名", "説明", "0xabc", "0xdef", "本文", "申し送り"):
        assert found(session.store, word) == [10001], word
    for word in ("内緒", "txid", "nothing"):
        assert found(session.store, word) == [], word


def test_a_requesters_name_finds_their_tickets(session: Session) -> None:
    take(
        session.store,
        person("c1", name="見本 花子", reading="みほん はなこ"),
        ticket("1"),
        ticket("2", requester_id="c2"),
    )
    for words in ("花子", "見本", "はなこ", '"見本 花子"', "花子 入金"):
        assert found(session.store, words) == [10001], words
    assert found(session.store, "見花") == []
    take(session.store, person("c1", name="見本 桜"), person("c2", name="Sample Sakura"))
    assert found(session.store, "花子") == found(session.store, "はなこ") == []
    assert found(session.store, "桜") == [10001]
    assert found(session.store, "sakura") == found(session.store, "Samp") == [10002]
    opened = deeds.open_ticket(session, desk="default", channel="phone", subject="電話", body="件", name="飛込 太郎")
    assert found(session.store, "飛込") == [opened.ticket.number]


def test_a_changed_comment_is_found_by_its_new_words_only(store: Store) -> None:
    take(store, ticket("1"), comment("1", "a", body="古い言葉"))
    take(store, comment("1", "a", body="新しい言葉"))
    assert found(store, "古い") == []
    assert found(store, "新しい") == [10001]


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["ticket", "comment", "note", "reply", "undo", "open"]),
        st.integers(0, 3),
        st.sampled_from(TEXTS),
    ),
    max_size=12,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(operations=OPERATIONS)
def test_the_index_says_what_the_texts_say_after_any_change(
    new_store: Callable[[], Store], operations: list[tuple[str, int, str]]
) -> None:
    store, clock = new_store(), FrozenClock()
    with store.writing():
        session = Session(store, people.ensure_agent(store, "aoi"), "cli", clock)
    take(store, [ticket(str(index)) for index in range(3)])
    for name, index, text in operations:
        try:
            _change(session, name, index, text, clock)
        except ConsoleError:
            continue
    for word in (*TWO, "入金が反映", "没有到账", "factor", "deposit"):
        assert found(store, word) == holding(store, word)
    assert words_left(store) == []


def words_left(store: Store) -> list[str]:
    """What stays in the index when the words of all stored texts are taken out."""
    numbers = [row["number"] for row in table(store, "ticket", "number")]
    with store.writing():
        search.remove_tickets(store, search.ticket_words(store, numbers))
    store.connection.execute("CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, ticket_words, row)")
    return [row["term"] for row in store.connection.execute("SELECT term FROM temp.vocabulary")]


def test_a_conversation_that_comes_whole_is_indexed_as_it_is_stored(store: Store) -> None:
    with store.writing():
        desks.save_desk(store, office(), NOW)
    whole = [comment("1", "a", body="入金が反映されません"), comment("1", "b", body="tx-0001 です")]
    take(
        store,
        ticket("1", description=whole[0].body, comments=tuple(whole), custom_fields={"9001": "0xABC"}),
        ticket("2", comments=(comment("2", "a", body="別の相談の番号"), comment("2", "c", body="充值"))),
        ticket("3", comments=(comment("3", "d", body="提現失敗了"),)),
        comment("3", "e", body="ひとつだけ来た"),
        ticket("4", words="already cut 件名 名", description=None),
        desk="office",
    )
    assert [found(store, word) for word in ("0xabc", "tx0001", "番号", "充值", "ひとつ", "cut")] == [
        [10001],
        [10001],
        [],
        [10002],
        [10003],
        [10004],
    ]
    assert set(words_left(store)) == {"already", "cut"}


def _change(session: Session, name: str, index: int, text: str, clock: FrozenClock) -> None:
    at = clock.tick(timedelta(minutes=1))
    match name:
        case "ticket":
            take(session.store, ticket(str(index), subject=text, description=text, updated_at=at), at=at)
        case "comment":
            take(session.store, comment(str(index), f"{index}-a", body=text, at=ago(hours=1)), at=at)
        case "undo":
            deeds.undo(session, [10001 + index])
        case "open":
            deeds.open_ticket(session, desk="default", channel="chat", subject=text, body=text, name="見本")
        case _:
            checks = ["language"] if name == "reply" else None
            deeds.perform(session, name, [10001 + index], {"body": text, "override": checks})


# --- articles


def variant(language: str, title: str, body: str, **more: Any) -> library.Variant:
    return library.Variant("deposit", language, title, body, **more)


def test_articles_are_found_by_title_first(store: Store) -> None:
    with store.writing():
        done = library.import_articles(
            store,
            [
                variant("ja", "入金の反映", "着金まで待つ"),
                library.Variant("withdrawal", "ja", "出金", "入金の反映とは別の話"),
                variant("en", "Deposits", "Wait for the confirmations"),
            ],
            NOW,
        )
    assert done == library.Imported(new=3)
    hits = search.search_variants(store, '"入金" AND "反映"', 10)
    assert [library.article_variants(store, [hit.variant_id])[hit.variant_id].id for hit in hits] == [
        "deposit",
        "withdrawal",
    ]
    assert hits[0].score > hits[1].score
    assert search.search_variants(store, '"deposits"', 10)


def test_importing_again_counts_what_is_news(store: Store) -> None:
    later = NOW + timedelta(days=1)
    with store.writing():
        library.import_articles(store, [variant("ja", "古い題", "本文"), variant("en", "Old", "Text")], NOW)
        same = library.import_articles(store, [variant("ja", "古い題", "本文")], later)
        assert same == library.Imported(unchanged=1)
        assert table(store, "article", "updated_at") == [{"updated_at": int(NOW.timestamp())}]
        done = library.import_articles(
            store, [variant("ja", "新しい題", "本文"), variant("zh-Hans", "新", "文")], later
        )
    assert done == library.Imported(new=1, changed=1)
    assert table(store, "article", "updated_at") == [{"updated_at": int(later.timestamp())}]
    assert search.search_variants(store, '"古い"', 10) == []
    assert len(search.search_variants(store, '"新し"', 10)) == 1
    with store.writing():
        moved = library.import_articles(store, [variant("en", "Old", "Text", category="deposit")], later)
    assert moved == library.Imported(changed=1)
    assert library.article(store, "deposit").category == "deposit"


def test_a_canned_answer_in_all_its_languages(store: Store) -> None:
    with store.writing():
        library.import_canned(store, [variant("ja", "題", "本文"), variant("en", "Title", "Text")], NOW)
    assert sorted(library.canned(store, "deposit").variants) == ["en", "ja"]
    assert [entry.id for entry in library.canned_answers(store)] == ["deposit"]
    assert library.articles(store) == []
    with pytest.raises(ConsoleError) as unknown:
        library.canned(store, "deposti")
    assert "deposit" in unknown.value.hint
