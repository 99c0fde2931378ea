"""Foreign text in every place that a screen shows: nothing breaks, nothing acts on the terminal, every line is as wide
as the screen. Many strings a console, as a console costs more than a string."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any, Final

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot
from textual.strip import Strip
from textual.widgets import Input, Static

from agentconsole.app import ConsoleApp, SafeLines
from agentconsole.domain.customer import Profile
from agentconsole.domain.desk_file import load_desk
from agentconsole.domain.errors import UsageError
from agentconsole.screens.form import VerbForm
from agentconsole.screens.lookup import Lookup, Opened
from agentconsole.screens.prompt import CommandPrompt
from agentconsole.screens.texts import TextScreen
from agentconsole.screens.ticket import TicketScreen, read_case
from agentconsole.services import explain
from agentconsole.services.session import Session
from agentconsole.services.verbs import VERBS
from agentconsole.store import desks, drafts, library, people, tickets
from agentconsole.store.library import Variant
from agentconsole.store.store import Store
from agentconsole.sync.records import AccountEventRecord, AttachmentRecord, MovementRecord
from agentconsole.widgets.article_view import ArticleView
from agentconsole.widgets.composer import Composer
from agentconsole.widgets.conversation import Conversation
from agentconsole.widgets.customer_pane import CustomerPane
from agentconsole.widgets.results_list import ResultsList
from tests.conftest import NOW, FrozenClock
from tests.support import desk as sample_desk
from tests.support import records
from tests.support.console_app import give, inbox, opened, settled, ticket_screen
from tests.support.panes import HOSTILE

DATA: Final = os.environ.get("AGENTCONSOLE_TEST_DATA")
"""Read here: the tests themselves see none of the user's environment."""
NAUGHTY: Final = Path(DATA or ".", "text-blns", "blns.json")
SIZES: Final = ((80, 24), (140, 40))
OBEYED: Final = frozenset(
    map(chr, (*range(0x20), *range(0x7F, 0xA0), 0x61C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)))
)
"""What a terminal obeys, and what turns the direction of text."""
JOINER: Final = "\u200d"


def storable(texts: Iterable[str]) -> list[str]:
    """Without lone surrogates, which no file is read into and no store takes."""
    return [text for text in texts if not any("\ud800" <= character <= "\udfff" for character in text)]


@pytest.fixture(
    params=[
        "own",
        pytest.param(
            "naughty",
            marks=pytest.mark.skipif(
                not (DATA and NAUGHTY.exists()),
                reason="AGENTCONSOLE_TEST_DATA names no folder with text-blns/blns.json",
            ),
        ),
    ]
)
def texts(request: pytest.FixtureRequest) -> list[str]:
    return HOSTILE if request.param == "own" else json.loads(NAUGHTY.read_text(encoding="utf-8"))


@pytest.fixture
def first_wall_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Takes the second wall away, so that a widget that relies on it is found out."""
    monkeypatch.setattr(SafeLines, "apply", lambda self, segments, background: segments)


@pytest.fixture
def hostile_desk(new_store: Callable[[], Store], clock: FrozenClock, texts: list[str]) -> Session:
    """Every text as a ticket's subject, requester and agent, in the messages of one, in its fields and tags."""
    store = new_store()
    with store.writing():
        desks.save_desk(store, load_desk(_hostile_names(texts), "desk.toml"), NOW)
        library.import_articles(store, _variants(texts), NOW)
        library.import_canned(store, _variants(texts), NOW)
    records.take(store, _people(storable(texts)), _tickets(storable(texts)), desk="office")
    with store.writing():
        agent = people.ensure_agent(store, "aoi")
    for text, number in zip(storable(texts), _numbers(store), strict=False):
        drafts.save_draft(store, number, agent.id, "note", text, NOW)
    return Session(store, agent, "tui", clock)


def _hostile_names(texts: Sequence[str]) -> str:
    """A desk whose own names are foreign text."""
    words = iter(json.dumps(text) for text in storable(texts) if "\x1b" in text and text.strip())
    named = sample_desk.TEXT
    for name in ('"Sample desk"', '"見本デスク"', '"Office"', '"Any time"', '"Written"', '"Urgent"', '"Transaction ID"'):
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


def _people(texts: Sequence[str]) -> list[records.Record]:
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


def _tickets(texts: Sequence[str]) -> Iterator[records.Record]:
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


def assert_tame(pilot: Pilot[None], what: object = "") -> None:
    """Every line of the screen is as wide as the screen, and holds nothing that a terminal obeys."""
    app = pilot.app
    strips: list[Strip] = app.screen._compositor.render_strips()
    assert len(strips) == app.size.height
    for strip in strips:
        assert strip.cell_length == app.size.width, (what, ascii(strip.text))
        assert not OBEYED & set(strip.text), (what, ascii(strip.text))
        assert JOINER in strip.text or cell_len(strip.text) == app.size.width, (what, ascii(strip.text))
        for segment in strip:
            assert not (segment.style and (segment.style.link or "@click" in segment.style.meta)), (what, segment)


async def leaf_through(pilot: Pilot[None], command: str = "page_down", most: int = 60) -> None:
    """Looks at every page of what the keys move in."""
    pane: Any = getattr(pilot.app.screen, "pane")()
    for _page in range(most):
        assert_tame(pilot)
        before = pane.scroll_offset.y
        await give(pilot, command)
        if pane.scroll_offset.y == before:
            break
    assert_tame(pilot)


# --- the list


@pytest.mark.parametrize("size", SIZES)
async def test_in_the_list(
    hostile_desk: Session, texts: list[str], size: tuple[int, int], first_wall_only: None
) -> None:
    async with opened(hostile_desk, size) as pilot:
        screen = inbox(pilot)
        assert screen.rows.total == len(storable(texts))
        await leaf_through(pilot)
        await give(pilot, "sort", order="created")
        await leaf_through(pilot, "page_up")
        for rank in range(0, screen.rows.total or 0, 9):
            screen.rows.move_to(rank)
            screen._read_preview()
            await settled(pilot)
            assert_tame(pilot, rank)


async def test_in_the_filter_and_in_toasts(hostile_desk: Session, texts: list[str]) -> None:
    """The box holds what was typed as it was typed: here the second wall is needed."""
    async with opened(hostile_desk) as pilot:
        screen = inbox(pilot)
        box = screen.query_one("#filter", Input)
        for index, text in enumerate(texts):
            screen.do_filter()
            box.value = text
            screen._filter(text)
            screen.tell(text, severity="warning")
            if index % 12 == 0:
                await settled(pilot)
            assert_tame(pilot, text)
            pilot.app.clear_notifications()
        await settled(pilot)
        await give(pilot, "log")
        assert isinstance(pilot.app.screen, TextScreen)
        assert_tame(pilot)
        pilot.app.screen.query_one(ArticleView).action_bottom()
        await settled(pilot)
        assert_tame(pilot)


# --- a ticket


async def test_in_a_long_conversation(hostile_desk: Session, first_wall_only: None) -> None:
    async with opened(hostile_desk) as pilot:
        inbox(pilot).show_ticket(_numbers(hostile_desk.store)[0])
        await settled(pilot)
        await give(pilot, "back")
        await give(pilot, "top")
        assert ticket_screen(pilot).pane() is ticket_screen(pilot).query_one(Conversation)
        await leaf_through(pilot)


@pytest.mark.parametrize("size", SIZES)
async def test_around_a_conversation(
    hostile_desk: Session, texts: list[str], size: tuple[int, int], first_wall_only: None
) -> None:
    """Subject, agent, customer, clocks and draft of each ticket; the customer is also looked at to the end."""
    numbers = _numbers(hostile_desk.store)[1:]
    async with opened(hostile_desk, size) as pilot:
        inbox(pilot).show_ticket(numbers[0])
        await settled(pilot)
        screen = ticket_screen(pilot)
        for index, number in enumerate(islice(numbers, 0, None, 1 + len(numbers) // 110)):
            screen._case, screen._number = None, number
            screen.composer.remove_class("-open")
            screen._show(read_case(hostile_desk, number, screen._view))
            screen.set_class(bool(index % 2), "-side")
            screen.composer.show_problems([str(screen.ticket())])
            await pilot.pause()
            assert_tame(pilot, number)
            screen.query_one(CustomerPane).action_bottom()
            assert_tame(pilot, number)


def test_the_customers_hold_the_texts(hostile_desk: Session, texts: list[str]) -> None:
    """What the tests above look at is what they are thought to."""
    first = _numbers(hostile_desk.store)[1]
    thread = tickets.conversation(hostile_desk.store, first)
    known = storable(texts)
    assert thread.ticket.subject == known[1]
    assert thread.ticket.assignee is None or thread.ticket.assignee.endswith(known[1].strip())
    assert thread.messages[0].body == thread.messages[0].author_name == thread.messages[0].attachments[0].name
    customer = thread.customer
    assert isinstance(customer, Profile)
    assert (customer.name, customer.reading, customer.notes) == (known[1], known[2], known[5])
    assert len(customer.movements) == 4
    assert drafts.drafts(hostile_desk.store, first, hostile_desk.agent.id)["note"].body == known[1]


# --- what is looked up


@pytest.mark.parametrize("key", ["canned", "knowledge"])
async def test_in_what_is_looked_up(
    hostile_desk: Session, texts: list[str], key: str, first_wall_only: None
) -> None:
    async with opened(hostile_desk) as pilot:
        inbox(pilot).show_ticket(_numbers(hostile_desk.store)[2])
        await settled(pilot)
        await give(pilot, key)
        screen = ticket_screen(pilot)
        lookup = screen.query_one(Lookup)
        lookup.query_one(Input).value = "needle"
        lookup._search()
        await settled(pilot)
        assert lookup.query_one(ResultsList).highlighted is not None
        for _item in range(15):
            lookup.action_step(1)
            await settled(pilot)
            assert_tame(pilot)
        for text in texts:
            lookup._show_item(Opened(text, text, text, text))
            assert_tame(pilot, text)
        for text in texts[:: 1 + len(texts) // 40]:
            screen.post_message(Lookup.Insert(text))
            await pilot.pause()
            assert_tame(pilot, text)
        assert not OBEYED & set(screen.query_one(Composer).text.replace("\n", ""))


@pytest.mark.parametrize("key", ["canned", "knowledge"])
async def test_in_the_words_to_look_up(hostile_desk: Session, texts: list[str], key: str) -> None:
    async with opened(hostile_desk) as pilot:
        inbox(pilot).show_ticket(_numbers(hostile_desk.store)[2])
        await settled(pilot)
        for text in texts[:: 1 + len(texts) // 60]:
            await give(pilot, key, words=text)
            assert_tame(pilot, text)


# --- dialogues


async def test_in_forms_texts_and_the_command_line(hostile_desk: Session, texts: list[str]) -> None:
    async with opened(hostile_desk) as pilot:
        app = pilot.app
        assert isinstance(app, ConsoleApp)
        for text in texts[:: 1 + len(texts) // 30]:
            app.push_screen(VerbForm(VERBS["escalate"], text, {"reason": text, "note": text}))
            await pilot.pause()
            form = app.screen
            assert_tame(pilot, text)
            form.query_one("#problem-reason", Static)
            form._say(form._parameters[0], text)  # type: ignore[attr-defined]
            assert_tame(pilot, text)
            form.dismiss(None)
            app.push_screen(TextScreen(text, text))
            await pilot.pause()
            assert_tame(pilot, text)
            app.screen.dismiss(None)
            app.push_screen(CommandPrompt())
            await pilot.pause()
            app.screen.query_one(Input).value = text
            await pilot.pause()
            assert_tame(pilot, text)
            app.screen.dismiss(None)
            await pilot.pause()


async def test_in_explanations(hostile_desk: Session, first_wall_only: None) -> None:
    """They name the desk's own policies and calendars, which are foreign text here."""
    number = next(
        number for number in _numbers(hostile_desk.store) if explain.as_text(hostile_desk, number, "en")
    )
    async with opened(hostile_desk) as pilot:
        inbox(pilot).show_ticket(number)
        await settled(pilot)
        await give(pilot, "explain")
        assert isinstance(pilot.app.screen, TextScreen)
        assert_tame(pilot)


async def test_as_an_agent_to_assign_to(hostile_desk: Session, texts: list[str]) -> None:
    async with opened(hostile_desk) as pilot:
        for text in texts[:: 1 + len(texts) // 25]:
            await give(pilot, "assign", agent=text or "none")
            assert_tame(pilot, text)
            pilot.app.clear_notifications()


@pytest.mark.parametrize("login", ["a\x1b[2Jb", "a\u202eb", "a\nb"])
def test_nobody_works_here_under_a_hostile_name(login: str, tmp_path: Path) -> None:
    from agentconsole.config import load_settings

    with pytest.raises(UsageError):
        load_settings(agent=login, store=tmp_path / "store.db", environ={})


def test_the_screen_of_a_ticket_is_what_is_tested() -> None:
    assert issubclass(TicketScreen, object)
