"""Foreign text in every place that a screen shows: nothing breaks, nothing acts on the terminal, every line is as wide
as the screen. Many strings a console, as a console costs more than a string.

Every string goes through the list, a conversation, an article, the line at the top and a customer's pane; what must be
shown anew for each of them takes those that tell.
"""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import pytest
from rich.cells import cell_len
from textual.geometry import Region
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widget import Widget
from textual.widgets import Input

from agentconsole.config import load_settings
from agentconsole.domain.desk_file import load_desk
from agentconsole.domain.errors import UsageError
from agentconsole.screens.explain import ExplainScreen
from agentconsole.screens.form import VerbForm
from agentconsole.screens.lookup import Lookup, Opened
from agentconsole.screens.prompt import CommandPrompt
from agentconsole.screens.safe_lines import SafeLines
from agentconsole.screens.texts import TextScreen
from agentconsole.screens.thread import customer_of, read_case
from agentconsole.screens.working import WorkScreen
from agentconsole.services.session import Session
from agentconsole.services.verbs import VERBS
from agentconsole.store import desks, drafts, library, people, tickets
from agentconsole.store.library import Variant
from agentconsole.store.store import Store
from agentconsole.sync.records import (
    AccountEventRecord,
    AttachmentRecord,
    MovementRecord,
    PersonRecord,
    TicketRecord,
)
from agentconsole.widgets.article_view import ArticleView
from agentconsole.widgets.bars import Bar
from agentconsole.widgets.composer import Composer
from agentconsole.widgets.conversation import Conversation
from agentconsole.widgets.customer_pane import CustomerPane
from agentconsole.widgets.results_list import ResultsList
from tests.conftest import NOW, FrozenClock
from tests.support import desk as sample_desk
from tests.support import records
from tests.support.console_app import give, inbox, opened, settled, ticket_screen
from tests.support.hostile import HOSTILE
from tests.support.samples import NAUGHTY, sample

_T = TypeVar("_T")
SIZES: Final = ((80, 48), (140, 48))
"""Both layouts, and high enough to turn few pages."""
OBEYED: Final = frozenset(
    map(chr, (*range(0x20), *range(0x7F, 0xA0), 0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
)
"""What a terminal obeys, and what turns the direction of text."""


def storable(texts: Iterable[str]) -> list[str]:
    """Without lone surrogates, which no file is read into and no store takes."""
    return [text for text in texts if not any("\ud800" <= character <= "\udfff" for character in text)]


def some(of: Sequence[_T], count: int) -> Sequence[_T]:
    """So many of them, or a few less, evenly spread."""
    return of[:: max(1, -(-len(of) // count))]


def telling(texts: Iterable[str]) -> list[str]:
    """Those with a character of a kind that none before them had; signs of ASCII are each of their own kind."""
    seen: set[str] = set()
    chosen = []
    for text in texts:
        kinds = {_kind(character) for character in text}
        if not kinds <= seen:
            chosen.append(text)
            seen |= kinds
    return chosen


def _kind(character: str) -> str:
    if character.isascii() and not character.isalnum():
        return character
    reads = (unicodedata.category, unicodedata.east_asian_width, unicodedata.bidirectional)
    return " ".join(read(character) for read in reads)


@pytest.fixture(scope="module")
def texts() -> list[str]:
    """Our own and, where they are, those that others collected."""
    return HOSTILE + (json.loads(NAUGHTY.read_text(encoding="utf-8")) if NAUGHTY.exists() else [])


def test_the_texts_that_others_collected_are_among_them(texts: list[str]) -> None:
    sample("text-blns", "blns.json")
    assert len(texts) > len(HOSTILE) + 500
    assert len(telling(texts)) > len(telling(HOSTILE))


@pytest.fixture
def first_wall_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the second wall away, so that a widget that relies on it is found out."""
    monkeypatch.setattr(SafeLines, "apply", lambda self, segments, background: segments)


@pytest.fixture(scope="module")
def hostile_store(empty_store: Path, texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every text as a ticket's subject, requester and agent, in the messages of one, in its fields and tags."""
    path = tmp_path_factory.mktemp("hostile") / "store.db"
    shutil.copy(empty_store, path)
    with Store(path) as store:
        with store.writing():
            desks.save_desk(store, load_desk(_hostile_names(texts), "desk.toml"), NOW)
            library.import_articles(store, _variants(texts), NOW)
            library.import_canned(store, _variants(texts), NOW)
        records.take(store, _people(storable(texts)), _tickets(storable(texts)), desk="office")
        with store.writing():
            agent = people.ensure_agent(store, "aoi")
        for text, number in zip(storable(texts), _numbers(store), strict=False):
            drafts.save_draft(store, number, agent.id, drafts.Draft("note", text, NOW))
    return path


@pytest.fixture
def hostile_desk(hostile_store: Path, tmp_path: Path, clock: FrozenClock) -> Iterator[Session]:
    """Aoi before all that."""
    path = tmp_path / "hostile.db"
    shutil.copy(hostile_store, path)
    with Store(path) as store:
        with store.writing():
            agent = people.ensure_agent(store, "aoi")
        yield Session(store, agent, "tui", clock)


def _hostile_names(texts: Sequence[str]) -> str:
    """A desk whose own names are foreign text."""
    words = iter(json.dumps(text) for text in storable(texts) if "\x1b" in text and text.strip())
    named = sample_desk.TEXT
    for name in (
        '"Sample desk"',
        '"見本デスク"',
        '"Office"',
        '"Any time"',
        '"Written"',
        '"Urgent"',
        '"Transaction ID"',
    ):
        named = named.replace(name, next(words, name))
    return named


def _variants(texts: Sequence[str]) -> list[Variant]:
    """Articles and answers, found by `needle`, that fill in what they can."""
    body = "{{customer.name}} {{agent.name}} {{desk.name}} {{ticket.subject}} {{fields.txid}} needle "
    known = storable(texts)
    return [
        Variant(f"entry-{index}", "ja", text, body + known[-index - 1], text, (text,))
        for index, text in enumerate(known)
    ]


def _people(texts: Sequence[str]) -> list[PersonRecord]:
    """Each text once in each place of a customer, never twice the same in one of them."""
    turned = [[*texts[shift:], *texts[:shift]] for shift in range(8)]
    return [
        records.person(
            f"c{index}",
            name=own[0],
            reading=own[1],
            email=own[2],
            phone=own[3],
            notes=own[4],
            customer_class=own[5],
            opened_on=own[6],
            language="ja",
            movements=tuple(
                MovementRecord(NOW - timedelta(hours=age), text, text, text, text, text)
                for age, text in enumerate(own[:4])
            ),
            account_events=tuple(
                AccountEventRecord(NOW - timedelta(hours=age), text, text) for age, text in enumerate(own[4:])
            ),
        )
        for index, own in enumerate(zip(*turned, strict=True))
    ]


def _tickets(texts: Sequence[str]) -> Iterator[TicketRecord]:
    """The first ticket has every text for a message, the others one each."""
    for index, text in enumerate(texts):
        said = enumerate(texts) if index == 0 else [(index, text)]
        yield records.ticket(
            f"t{index}",
            subject=text,
            description=text,
            category=text,
            tags=(text,),
            fields={"txid": text, text: text},
            priority=("urgent", "normal", None)[index % 3],
            requester_id=f"c{index}",
            assignee_id=text.strip() or None,
            comments=tuple(
                records.comment(
                    f"t{index}",
                    f"m{index}-{place}",
                    body=body,
                    author_id=None,
                    author_name=body,
                    author_kind=("customer", "agent", "bot", "system")[place % 4],
                    public=place % 5 != 0,
                    attachments=(AttachmentRecord(body, body, place),),
                )
                for place, body in said
            ),
        )


def _numbers(store: Store) -> list[int]:
    return [row[0] for row in store.connection.execute("SELECT number FROM ticket ORDER BY number")]


def wild(pilot: Pilot[None], *, strict: bool = True) -> list[str]:
    """The lines that are not as wide as the screen, or hold what a terminal obeys.

    Args:
        strict: measured character by character too; not where the library cuts or measures a text itself: a toast over
            a line may part a sequence of emoji, and its own text fields count some of them as they are typed.
    """
    strips = pilot.app.screen._compositor.render_strips()
    assert len(strips) == pilot.app.size.height
    return _wild(strips, pilot.app.size.width, strict=strict)


def wild_in(pane: Widget) -> list[str]:
    """The same for one pane alone, which is much quicker."""
    return _wild(pane.render_lines(Region(0, 0, *pane.outer_size)), pane.outer_size.width, strict=True)


def _wild(strips: Iterable[Strip], width: int, *, strict: bool) -> list[str]:
    return [
        ascii(strip.text)
        for strip in strips
        if strip.cell_length != width or OBEYED & set(strip.text) or (strict and cell_len(strip.text) != width)
    ]


async def leaf_through(pilot: Pilot[None]) -> None:
    """Looks at every page of what the keys move in, from its top."""
    screen = pilot.app.screen
    assert isinstance(screen, WorkScreen)
    pane: Any = screen.pane()
    await give(pilot, "top")
    assert pane.max_scroll_y > 0
    assert wild(pilot) == []
    while pane.scroll_offset.y < pane.max_scroll_y:
        await give(pilot, "page_down")
        assert wild(pilot) == []


# --- the list


async def test_in_the_list(hostile_desk: Session, texts: list[str], first_wall_only: None) -> None:
    async with opened(hostile_desk) as pilot:
        screen = inbox(pilot)
        assert screen.rows.held.total == len(storable(texts))
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await leaf_through(pilot)
            for rank in range(0, len(storable(texts)), 1 + len(texts) // 6):
                screen.rows.move_to(rank)
                screen._read_preview()
                await settled(pilot)
                assert wild(pilot) == [], rank


async def test_in_the_filter_and_in_toasts(hostile_desk: Session, texts: list[str]) -> None:
    """The box holds what was typed as it was typed: here the second wall is needed."""
    async with opened(hostile_desk) as pilot:
        screen = inbox(pilot)
        box = screen.query_one("#filter", Input)
        for text in some(telling(texts), 24):
            screen.do_filter()
            box.value = text
            screen.narrow(text)
            await settled(pilot)
            assert wild(pilot, strict=False) == [], text
            pilot.app.clear_notifications()
        for text in telling(texts):
            screen.tell(text, severity="warning")
        await settled(pilot)
        assert wild(pilot, strict=False) == []
        pilot.app.clear_notifications()
        await give(pilot, "log")
        assert isinstance(pilot.app.screen, TextScreen)
        assert wild(pilot, strict=False) == []
        pilot.app.screen.query_one(ArticleView).action_bottom()
        await settled(pilot)
        assert wild(pilot, strict=False) == []


# --- a ticket


async def test_in_a_long_conversation(hostile_desk: Session, first_wall_only: None) -> None:
    async with opened(hostile_desk, (120, 160)) as pilot:
        inbox(pilot).show_ticket(_numbers(hostile_desk.store)[0])
        await settled(pilot)
        ticket_screen(pilot)._close_composer()
        assert ticket_screen(pilot).pane() is ticket_screen(pilot).query_one(Conversation)
        await leaf_through(pilot)


async def test_around_a_conversation(hostile_desk: Session, first_wall_only: None) -> None:
    """Subject, agent, customer, clocks and draft of some tickets as they come, the customer to the end."""
    async with opened(hostile_desk) as pilot:
        inbox(pilot).show_ticket(_numbers(hostile_desk.store)[1])
        await settled(pilot)
        screen = ticket_screen(pilot)
        for index, number in enumerate(some(_numbers(hostile_desk.store), 12)):
            if index in (0, 6):
                await pilot.resize_terminal(*SIZES[index // 6])
            screen._case, screen.number = None, number
            screen._close_composer()
            screen._show(read_case(hostile_desk, number, screen._view))
            screen.set_class(bool(index % 2), "-side")
            await settled(pilot)
            assert wild(pilot) == [], number
            screen.query_one(CustomerPane).action_bottom()
            assert wild(pilot) == [], number


async def test_in_each_pane_around_a_conversation(
    hostile_desk: Session, texts: list[str], first_wall_only: None
) -> None:
    """A customer's pane shows eight texts, each in its own place: of those that do not tell, every third."""
    async with opened(hostile_desk, (140, 60)) as pilot:
        inbox(pilot).show_ticket(_numbers(hostile_desk.store)[1])
        await settled(pilot)
        screen, base = ticket_screen(pilot), ticket_screen(pilot).ticket()
        assert base is not None
        case = tickets.conversation(hostile_desk.store, base.number)
        top, pane, chosen = screen.query_one("#top", Bar), screen.query_one(CustomerPane), telling(texts)
        for text in texts:
            screen._show_top(replace(case, ticket=replace(base, subject=text, assignee=text)))
            assert wild_in(top) == [], text
        for index, (text, number) in enumerate(zip(storable(texts), _numbers(hostile_desk.store), strict=True)):
            if index % 3 and text not in chosen:
                continue
            thread = tickets.conversation(hostile_desk.store, number)
            pane.set_customer(customer_of(thread, (thread.ticket,)), screen.zone, NOW)
            assert wild_in(pane) == [], number
        await give(pilot, "reply")
        for text in some(chosen, 25):
            screen.composer.set_mode("reply", to=text)
            screen.composer.load(text, text)
            screen.composer.show_problems([text])
            await settled(pilot)
            assert wild(pilot, strict=False) == [], text


def test_the_store_holds_the_texts(hostile_desk: Session, texts: list[str]) -> None:
    """What the tests here look at is what they are thought to."""
    first = _numbers(hostile_desk.store)[1]
    thread = tickets.conversation(hostile_desk.store, first)
    known = storable(texts)
    assert thread.ticket.subject == known[1]
    assert thread.ticket.assignee is None or thread.ticket.assignee.endswith(known[1].strip())
    assert thread.messages[0].body == thread.messages[0].author_name == thread.messages[0].attachments[0].name
    assert thread.customer is not None
    assert (thread.customer.name, thread.customer.reading, thread.customer.notes) == (known[1], known[2], known[5])
    assert len(thread.customer.movements) == 4
    written = drafts.drafts(hostile_desk.store, first, hostile_desk.agent.id)
    assert written["note"].body == known[1]


# --- what is looked up


@pytest.mark.parametrize("key", ["canned", "knowledge"])
async def test_in_what_is_looked_up(hostile_desk: Session, texts: list[str], key: str, first_wall_only: None) -> None:
    async with opened(hostile_desk) as pilot:
        inbox(pilot).show_ticket(_numbers(hostile_desk.store)[2])
        await settled(pilot)
        await give(pilot, key)
        screen = ticket_screen(pilot)
        lookup = screen.query_one(Lookup)
        lookup.query_one(Input).value = "needle"
        lookup._search()
        await settled(pilot)
        results = lookup.query_one(ResultsList)
        assert results.highlighted is not None
        seen = set()
        while results.highlighted not in seen:
            seen.add(results.highlighted)
            results.action_page_down()
            assert wild_in(results) == []
            if len(seen) % 20 == 1:
                await settled(pilot)
                pilot.app.clear_notifications()
                assert wild(pilot, strict=False) == []
        assert results.highlighted == results._results[-1].key
        for text in telling(texts):
            lookup._show_item(Opened(text, text, text, text))
            assert wild_in(lookup.query_one(ArticleView)) == [], text
        for text in some(telling(texts), 20):
            screen.post_message(Lookup.Insert(text, None))
        await settled(pilot)
        assert wild(pilot, strict=False) == []
        assert not OBEYED & set(screen.query_one(Composer).text.replace("\n", ""))


async def test_in_the_words_to_look_up(hostile_desk: Session, texts: list[str]) -> None:
    async with opened(hostile_desk) as pilot:
        inbox(pilot).show_ticket(_numbers(hostile_desk.store)[2])
        await settled(pilot)
        for index, text in enumerate(some(telling(texts), 20)):
            await give(pilot, ("canned", "knowledge")[index % 2], words=text)
            pilot.app.clear_notifications()
            assert wild(pilot, strict=False) == [], text


# --- dialogues


async def test_in_forms(hostile_desk: Session, texts: list[str]) -> None:
    async with opened(hostile_desk) as pilot:
        for text, reason, note in zip(*(some(telling(texts), 24)[first::3] for first in range(3)), strict=False):
            form = VerbForm(VERBS["escalate"], text, {"reason": reason, "note": note})
            pilot.app.push_screen(form)
            await settled(pilot)
            for problem in some(texts, 20):
                form._say(form._parameters[0], problem)
            assert wild(pilot, strict=False) == [], text
            form.dismiss(None)
            await settled(pilot)


async def test_in_texts_and_the_command_line(hostile_desk: Session, texts: list[str]) -> None:
    async with opened(hostile_desk) as pilot:
        pilot.app.push_screen(TextScreen("\n".join(texts), "\n".join(texts)))
        await settled(pilot)
        view = pilot.app.screen.query_one(ArticleView)
        while True:
            assert wild(pilot) == []
            before = view.scroll_offset.y
            view.action_page_down()
            await settled(pilot)
            if view.scroll_offset.y == before:
                break
        pilot.app.screen.dismiss(None)
        await settled(pilot)
        pilot.app.push_screen(CommandPrompt())
        await settled(pilot)
        for text in some(telling(texts), 36):
            pilot.app.screen.query_one(Input).value = text
            await settled(pilot)
            assert wild(pilot, strict=False) == [], text


async def test_in_explanations(hostile_desk: Session, first_wall_only: None) -> None:
    """They name the desk's own policies and calendars, which are foreign text here."""
    number = next(number for number in _numbers(hostile_desk.store) if tickets.clocks_of(hostile_desk.store, number))
    async with opened(hostile_desk) as pilot:
        inbox(pilot).show_ticket(number)
        await settled(pilot)
        await give(pilot, "explain")
        assert isinstance(pilot.app.screen, ExplainScreen)
        assert wild(pilot) == []


async def test_as_an_agent_to_assign_to(hostile_desk: Session, texts: list[str]) -> None:
    async with opened(hostile_desk) as pilot:
        for text in some(telling(texts), 12):
            await give(pilot, "assign", agent=text or "none")
            assert wild(pilot, strict=False) == [], text
            pilot.app.clear_notifications()


@pytest.mark.parametrize("login", ["a\x1b[2Jb", "a\u202eb", "a\nb"])
def test_nobody_works_here_under_a_hostile_name(login: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        load_settings(agent=login, store=tmp_path / "store.db", environ={})
