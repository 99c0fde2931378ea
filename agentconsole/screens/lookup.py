"""Looking something up beside a ticket: articles and canned answers, found while one types."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Container
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Input

from agentconsole.domain.errors import NotFoundError
from agentconsole.domain.languages import choose_variant
from agentconsole.domain.text import fold
from agentconsole.domain.ticket import Ticket
from agentconsole.knowledge.lookup import lookup
from agentconsole.locale import _
from agentconsole.locale.words import word
from agentconsole.services.answers import render_canned
from agentconsole.services.session import Session
from agentconsole.store import desks, library
from agentconsole.widgets.article_view import ArticleView
from agentconsole.widgets.results_list import Result, ResultsList

TYPING_SECONDS: Final = 0.15
"""How long typing rests before it is searched for."""
HITS: Final = 30


@dataclass(frozen=True, slots=True)
class Opened:
    """What an item says in full, which is what it puts into the reply."""

    title: str
    text: str
    detail: str
    canned: str | None = None
    """Its id, if it is a canned answer."""


class Lookup(Container):
    """Search box, hits and the text of the hit under the cursor."""

    BINDINGS = [
        Binding("down", "step(1)", show=False, priority=True),
        Binding("up", "step(-1)", show=False, priority=True),
        Binding("escape", "close", show=False, priority=True),
    ]

    @dataclass
    class Insert(Message):
        """The person wants this in the reply; `canned` is the id of the canned answer that it is."""

        text: str
        canned: str | None

    class Closed(Message):
        """The person is done looking."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 -- Textual's word
        super().__init__(id=id)
        self._shelf = "canned"
        self._session: Session | None = None
        self._ticket: Ticket | None = None
        self._typing: Timer | None = None
        self._opened: Opened | None = None

    def compose(self) -> ComposeResult:
        yield Input(compact=True, select_on_focus=False)
        yield ResultsList()
        yield ArticleView()

    @property
    def field(self) -> Input:
        """Where one types what is looked for."""
        return self.query_one(Input)

    def open(self, shelf: str, session: Session, ticket: Ticket, words: str) -> None:
        """Shows the canned answers or the articles; without words, those of the ticket's category first."""
        self._shelf, self._session, self._ticket = shelf, session, ticket
        box = self.query_one(Input)
        box.placeholder = _("search canned answers") if shelf == "canned" else _("search articles")
        box.value = words
        self._search()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if self._typing is not None:
            self._typing.stop()
        self._typing = self.set_timer(TYPING_SECONDS, self._search)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self._choose()

    def action_step(self, by: int) -> None:
        results = self.query_one(ResultsList)
        results.action_cursor_down() if by > 0 else results.action_cursor_up()

    def action_close(self) -> None:
        self.post_message(self.Closed())

    def _search(self) -> None:
        if self._typing is not None:
            self._typing.stop()
            self._typing = None
        session, ticket = self._must()
        find, words = canned_results if self._shelf == "canned" else article_results, self.query_one(Input).value
        self._in_thread("search", lambda: find(session, ticket, words), self._show_hits)

    def _show_hits(self, hits: Sequence[Result]) -> None:
        """The best hit is chosen, whichever was before: Enter takes what was typed for."""
        results = self.query_one(ResultsList)
        results.set_results(hits, empty=_("Nothing found. Try fewer or shorter words."))
        results.move_to(0)
        self._read()

    @on(ResultsList.Highlighted)
    def _highlighted(self, event: ResultsList.Highlighted) -> None:
        event.stop()
        self._read()

    @on(ResultsList.Chosen)
    def _chosen(self, event: ResultsList.Chosen) -> None:
        event.stop()
        self._choose()

    def _choose(self) -> None:
        if self._opened is not None:
            self.post_message(self.Insert(self._opened.text, self._opened.canned))

    def _read(self) -> None:
        key = self.query_one(ResultsList).highlighted
        if key is None:
            self._opened = None
            self.query_one(ArticleView).set_article("", "")
            return
        session, ticket = self._must()
        read = read_canned if self._shelf == "canned" else read_article
        self._in_thread("read", lambda: read(session, ticket, key), self._show_item)

    def _show_item(self, opened: Opened) -> None:
        self._opened = opened
        self.query_one(ArticleView).set_article(opened.title, opened.text, opened.detail)

    def _must(self) -> tuple[Session, Ticket]:
        assert self._session is not None and self._ticket is not None
        return self._session, self._ticket

    def _in_thread(self, topic: str, work: Any, then: Any) -> None:
        screen: Any = self.screen
        screen.ask(f"lookup {topic}", work, then)


def canned_results(session: Session, ticket: Ticket, words: str) -> list[Result]:
    """Canned answers of the desk that hold all the words, the ticket's category first, each as it would be sent."""
    usual = desks.desk(session.store, ticket.desk).default_language
    wanted = fold(words).split()
    found = []
    for entry in library.canned_answers(session.store):
        if entry.desk in (None, ticket.desk) and all(word in _all_text(entry) for word in wanted):
            with suppress(NotFoundError):  # in none of the languages that it could be sent in
                language, fallback = choose_variant(entry.variants, ticket.language, usual)
                found.append((entry.category != ticket.category, fallback, entry.id, entry.variants[language]))
    return [
        Result(key, variant.title, word("category", variant.category or ""), variant.language)
        for _, _, key, variant in sorted(found, key=lambda each: each[:3])
    ]


def article_results(session: Session, ticket: Ticket, words: str) -> list[Result]:
    """Articles that the words find; without words those of the ticket's category, then what its subject finds."""
    if words.strip():
        return _hits(session, words)
    usual = desks.desk(session.store, ticket.desk).default_language
    entries = [entry for entry in library.articles(session.store) if entry.category == ticket.category is not None]
    fitting = [_readable(entry, ticket.language, usual) for entry in entries]
    reason = word("category", ticket.category or "")
    results = [
        Result(_key(each.id, each.language), each.title, f"{reason}: {_beginning(each)}", each.language)
        for each in fitting
    ]
    known = {variant.id for variant in fitting}
    return [*results, *(hit for hit in _hits(session, ticket.subject) if hit.key.partition("\n")[0] not in known)]


def _readable(entry: library.Entry, wanted: str | None, usual: str) -> library.Variant:
    """The customer's language, else the desk's, else any: an agent may make something of it."""
    with suppress(NotFoundError):
        return entry.variants[choose_variant(entry.variants, wanted, usual)[0]]
    return next(iter(entry.variants.values()))


def _hits(session: Session, words: str) -> list[Result]:
    hits = lookup(session.store, words, limit=HITS)
    return [Result(_key(hit.id, hit.language), hit.title, hit.snippet, hit.language) for hit in hits]


def read_canned(session: Session, ticket: Ticket, key: str) -> Opened:
    answer = render_canned(session, key, ticket.number)
    language = _("in the desk's language; there is none in the customer's") if answer.fallback else answer.language
    return Opened(answer.title, answer.text, f"{answer.id} · {language}", answer.id)


def read_article(session: Session, ticket: Ticket, key: str) -> Opened:
    article_id, _newline, language = key.partition("\n")
    variant = library.article(session.store, article_id).variants[language]
    return Opened(variant.title, variant.body, language)


def _key(article_id: str, language: str) -> str:
    return f"{article_id}\n{language}"


def _all_text(entry: library.Entry) -> str:
    """What a canned answer is found by: all its languages, its id and category."""
    texts = [f"{variant.title} {variant.body}" for variant in entry.variants.values()]
    return fold(" ".join([*texts, entry.id, entry.category or ""]))


def _beginning(variant: library.Variant) -> str:
    return variant.body.strip().partition("\n")[0]
