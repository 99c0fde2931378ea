"""A text to read over the screen one came from."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.screen import ModalScreen

from agentconsole.locale import _
from agentconsole.widgets.article_view import ArticleView
from agentconsole.widgets.bars import KeyBar


class TextScreen(ModalScreen[None]):
    """Shows a title and a text; Esc closes it."""

    DEFAULT_CSS = """
    TextScreen { align: center middle; }
    TextScreen > Vertical { width: 92%; max-width: 100; height: 90%; background: $surface; border: round $primary; }
    TextScreen ArticleView { height: 1fr; padding: 0 1; }
    """
    BINDINGS = [("escape", "dismiss(None)", ""), ("q", "dismiss(None)", "")]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title_text = title
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical():
            yield ArticleView()
            yield KeyBar()

    def on_mount(self) -> None:
        view = self.query_one(ArticleView)
        view.set_article(self._title_text, self._text)
        view.focus()
        self.query_one(KeyBar).show_keys([("↑↓", _("scroll")), ("Esc", _("back"))])
