"""A text to read over the screen one came from."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from agentconsole.domain.text import safe_text
from agentconsole.locale import _
from agentconsole.widgets.article_view import ArticleView
from agentconsole.widgets.bars import KeyBar


class TextScreen(ModalScreen[None]):
    """Shows a title and a text; Esc closes it."""

    DEFAULT_CSS = """
    TextScreen {
        align: center middle;
        & > Vertical {
            width: 100%; max-width: 100; height: 100%; max-height: 44; background: $surface;
            border: solid $primary; border-title-color: $foreground; border-title-style: bold;
        }
        ArticleView { height: 1fr; }
    }
    """
    WIDEST: ClassVar[int] = 100
    """Cells of the frame."""
    BINDINGS = [("escape", "dismiss(None)", ""), ("q", "dismiss(None)", "")]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._title_text = title
        self._text = text

    def compose(self) -> ComposeResult:
        with Vertical() as frame:
            frame.border_title = Content(safe_text(self._title_text, single_line=True))
            yield ArticleView()
            yield KeyBar()

    def on_mount(self) -> None:
        self.show(self._text)
        self.query_one(ArticleView).focus()
        self.query_one(KeyBar).show_keys([("↑↓", _("scroll")), ("Esc", _("back"))])

    def show(self, text: str) -> None:
        self.query_one(ArticleView).set_article("", text)
