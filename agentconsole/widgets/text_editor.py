"""A text of several lines that is being written, broken where Japanese and Chinese readers expect it."""

from __future__ import annotations

from itertools import accumulate

from textual import events
from textual.document._document import Location
from textual.document._document_navigator import DocumentNavigator
from textual.document._wrapped_document import WrappedDocument
from textual.widgets import TextArea

from agentconsole.domain.text import break_offsets, safe_text


class _Wrapped(WrappedDocument):
    """The library's own breaks a line at spaces alone, which Japanese has only here and there."""

    def wrap(self, width: int, tab_width: int | None = None) -> None:
        super().wrap(0, tab_width)
        self._width = width
        if width:
            self._wrap_offsets = [list(break_offsets(line, width)) for line in self.document.lines]
            parts = [len(offsets) + 1 for offsets in self._wrap_offsets]
            self._offset_to_line_info = [(line, part) for line, count in enumerate(parts) for part in range(count)]
            tops = [0, *accumulate(parts)]
            self._line_index_to_offsets = [
                list(range(top, top + count)) for top, count in zip(tops, parts, strict=False)
            ]

    def wrap_range(self, start: Location, old_end: Location, new_end: Location) -> None:
        """All of it: what did not change is known, and letters are short."""
        self.wrap(self._width)


class TextEditor(TextArea):
    """Enter is a new line; only named keys do more, so that nothing pasted or composed acts."""

    def __init__(self, text: str = "", *, id: str | None = None) -> None:  # noqa: A002
        super().__init__(text, compact=True, soft_wrap=True, tab_behavior="focus", highlight_cursor_line=False, id=id)
        self.cursor_blink = False

    def _set_document(self, text: str, language: str | None) -> None:
        super()._set_document(text, language)
        self.wrapped_document = _Wrapped(self.document, tab_width=self.indent_width)
        self.navigator = DocumentNavigator(self.wrapped_document)
        self._rewrap_and_refresh_virtual_size()

    def on_paste(self, event: events.Paste) -> None:
        """Runs before the text area's own handler."""
        event.text = safe_text(event.text)

    def on_focus(self) -> None:
        """The text area tells the terminal where the cursor is before it is laid out; input methods need it after."""
        self.call_after_refresh(self._place_cursor)

    def _place_cursor(self) -> None:
        if self.has_focus:
            self.app.cursor_position = self.cursor_screen_offset
