"""Where a reply or a note is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from agentconsole.domain.template import first_gap, unfilled
from agentconsole.domain.text import safe_text
from agentconsole.locale import _
from agentconsole.widgets.text_editor import TextEditor
from agentconsole.widgets.wrapped_lines import WrappedLines

QUIET: Final = 0.5
"""Seconds without a change after which a draft is announced."""
Mode = Literal["reply", "note"]


def _location(text: str, index: int) -> tuple[int, int]:
    """Line and column of a character."""
    return text.count("\n", 0, index), index - text.rfind("\n", 0, index) - 1


class Composer(Vertical):
    """A text with its mode, and below it what has to be known before it is sent.

    It sends nothing itself: it says what the person asked for.
    """

    DEFAULT_CSS = """
    Composer { height: 10; border: round $success; border-title-color: $text-success; border-title-style: bold; }
    Composer.-note {
        border: dashed $warning; border-title-color: $text-warning; background: $warning 8%;
    }
    Composer.-note:ansi { background: transparent; }
    Composer TextEditor {
        height: 1fr; min-height: 1; padding: 0 1; background: transparent;
        scrollbar-size-vertical: 1; scrollbar-background: $surface; scrollbar-color: $panel;
    }
    Composer WrappedLines { max-height: 40%; }
    Composer #composer-notice { color: $text-primary; }
    Composer #composer-missing { color: $text-warning; }
    Composer #composer-problems { color: $text-error; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "send", show=False, priority=True),
        Binding("ctrl+e", "edit", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
    ]

    @dataclass
    class DraftChanged(Message):
        """The text, half a second after its last change."""

        text: str

    @dataclass
    class SendRequested(Message):
        text: str

    class EditorRequested(Message):
        """The person wants to go on in an editor of their own."""

    class Left(Message):
        """The person wants to go elsewhere; the draft stays."""

    def __init__(self, mode: Mode = "reply", *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id, classes=classes)
        self._mode: Mode = mode
        self._to = ""
        self._text = TextEditor()
        self._notice, self._unfilled, self._problems = (
            WrappedLines(id=f"composer-{name}") for name in ("notice", "missing", "problems")
        )
        self._announced = ""
        self._canned: str | None = None
        self._missing: tuple[str, ...] = ()
        self._waiting: Timer | None = None

    def compose(self) -> ComposeResult:
        yield self._text
        yield from (self._notice, self._unfilled, self._problems)

    def on_mount(self) -> None:
        self._show_mode()

    @property
    def mode(self) -> Mode:
        return self._mode

    def set_mode(self, mode: Mode, to: str = "") -> None:
        """Says what this will be.

        Args:
            to: who gets a reply, as the title names them.
        """
        self._mode, self._to = mode, to
        self._show_mode()

    def _show_mode(self) -> None:
        is_note = self._mode == "note"
        self.set_class(is_note, "-note")
        if is_note:
            title = _("INTERNAL note: the customer never sees it")
        elif self._to:
            title = _("PUBLIC reply to {name}").format(name=safe_text(self._to, single_line=True))
        else:
            title = _("PUBLIC reply: goes to the customer")
        self.border_title = Content(f" {title} ")

    @property
    def text(self) -> str:
        return self._text.text

    @property
    def canned(self) -> str | None:
        """The id of the canned answer that was put in last, while any text is left."""
        return self._canned

    def load(self, text: str, notice: str = "", canned: str | None = None) -> None:
        """Replaces the text by a draft, with the cursor at its end. It is not announced: whoever loads it has it."""
        text = safe_text(text)
        self._announced, self._canned = text, canned
        self._text.load_text(text)
        self._text.move_cursor(self._text.document.end)
        self.show_problems(())
        self.show_notice(notice)

    def insert(self, text: str) -> None:
        """Puts a text where the cursor is, in place of what is selected."""
        self._text.replace(safe_text(text), *self._text.selection, maintain_selection_offset=False)
        self._select_gap()

    def insert_passage(self, text: str, canned: str | None = None) -> None:
        """As `insert`, on lines of its own: an empty line parts it from what stands before it.

        Args:
            canned: the id of the canned answer that the text is.
        """
        self._canned = canned or self._canned
        start, end = sorted(self._text.selection)
        before = self._text.get_text_range((0, 0), start)
        after = self._text.get_text_range(end, self._text.document.end)
        lead = "" if not before or before.endswith("\n") else "\n\n"
        self.insert(f"{lead}{text}" + ("" if not after or after.startswith("\n") else "\n"))

    def _select_gap(self) -> None:
        """Selects the first variable that is left, so that what is typed takes its place."""
        if gap := first_gap(self.text):
            self._text.selection = Selection(*(_location(self.text, index) for index in gap))

    @property
    def field(self) -> TextArea:
        """Where one types."""
        return self._text

    def show_problems(self, problems: Sequence[str]) -> None:
        """Why it was not sent; none to clear."""
        self._problems.show([f"! {safe_text(problem, single_line=True)}" for problem in problems])
        if problems:
            self._select_gap()

    def show_notice(self, notice: str) -> None:
        """Something to know about the draft, until it is changed."""
        self._notice.show([safe_text(notice, single_line=True)])

    @on(TextArea.Changed)
    def _changed(self, event: TextArea.Changed) -> None:
        event.stop()
        text = self.text
        if not text.strip():
            self._canned = None
        missing = unfilled(text)
        if missing != self._missing:
            self._missing = missing
            self._unfilled.show([self._missing_line(missing)] if missing else [])
        if text == self._announced:
            return
        self.show_notice("")
        if self._waiting is not None:
            self._waiting.stop()
        self._waiting = self.set_timer(QUIET, self.flush)

    def _missing_line(self, names: Sequence[str]) -> str:
        braced = " ".join(f"{{{{{safe_text(name, single_line=True)}}}}}" for name in names)
        return _("Still to fill in: {names}").format(names=braced)

    def flush(self) -> str | None:
        """Announces a changed draft at once, and returns it for whoever cannot wait for the message."""
        if self._waiting is not None:
            self._waiting.stop()
            self._waiting = None
        if self.text == self._announced:
            return None
        self._announced = self.text
        self.post_message(self.DraftChanged(self._announced))
        return self._announced

    def action_send(self) -> None:
        self.post_message(self.SendRequested(self.text))

    def action_edit(self) -> None:
        self.flush()
        self.post_message(self.EditorRequested())

    def action_leave(self) -> None:
        self.flush()
        self.post_message(self.Left())
