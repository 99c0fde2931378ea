"""The fields of a form: one for each kind of thing that a verb has to be told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from textual import events
from textual.binding import Binding
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input, TextArea

from agentconsole.commands.time_input import EXAMPLES
from agentconsole.domain.text import cell_width, fold
from agentconsole.domain.values import Channel
from agentconsole.locale import _, words
from agentconsole.services.parameters import Kind, Parameter
from agentconsole.widgets.text_editor import TextEditor
from agentconsole.widgets.timer import channels

_GAP: Final = " "


class ChoiceLine(Widget, can_focus=True):
    """A few words in a row, of which one is chosen (or several): the chosen stand in brackets.

    Args:
        choices: value and label of each.
        several: whether more than one can be chosen.
    """

    DEFAULT_CSS = """
    ChoiceLine { height: auto; width: 1fr; background: $background; &:focus { background: $boost; } }
    """
    BINDINGS = [
        Binding("left", "move(-1)", show=False),
        Binding("right", "move(1)", show=False),
        Binding("space", "choose", show=False),
    ]
    cursor = reactive(0)
    chosen: reactive[tuple[str, ...]] = reactive(())

    def __init__(self, choices: Sequence[tuple[str, str]], *, several: bool = False, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._choices = tuple(choices)
        self._several = several

    def choose(self, values: Sequence[str]) -> None:
        """Chooses these values; the first becomes the cursor's."""
        known = [value for value, _label in self._choices]
        self.chosen = tuple(value for value in known if value in values)
        self.cursor = known.index(self.chosen[0]) if self.chosen else 0

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._lines(width))

    def render(self) -> Content:
        lines = self._lines(self.content_size.width)
        return Content("\n").join(Content(_GAP).join(map(self._part, line)) for line in lines)

    def _lines(self, width: int) -> list[list[int]]:
        """The choices by their place, as many on a line as it takes whole."""
        lines: list[list[int]] = []
        room = 0
        for index, (_value, label) in enumerate(self._choices):
            cells = cell_width(label) + 2
            if not lines or cells > room:
                lines.append([])
                room = width
            lines[-1].append(index)
            room -= cells + len(_GAP)
        return lines

    def _part(self, index: int) -> Content:
        value, label = self._choices[index]
        chosen = value in self.chosen
        text = f"[{label}]" if chosen else f" {label} "
        style = "bold" if chosen else ""
        return Content.styled(text, f"{style} underline" if self.has_focus and index == self.cursor else style)

    def action_move(self, by: int) -> None:
        """To the next one; where none is chosen yet, the first step chooses the one under the cursor."""
        if self._several or self.chosen:
            self.cursor = (self.cursor + by) % len(self._choices)
        if not self._several:
            self.chosen = (self._choices[self.cursor][0],)

    def action_choose(self) -> None:
        value = self._choices[self.cursor][0]
        if not self._several:
            self.chosen = (value,)
        elif value in self.chosen:
            self.chosen = tuple(other for other in self.chosen if other != value)
        else:
            self.chosen = (*self.chosen, value)

    def on_key(self, event: events.Key) -> None:
        """A letter goes to the next choice that begins with it."""
        letter = fold(event.character or "") if event.is_printable else ""
        places = [(self.cursor + step) % len(self._choices) for step in range(1, len(self._choices) + 1)]
        found = [at for at in places if letter.strip() and fold(self._choices[at][1]).startswith(letter)]
        if found:
            event.stop()
            self.cursor = found[0]
            self.chosen = self.chosen if self._several else (self._choices[self.cursor][0],)

    def on_click(self, event: events.Click) -> None:
        """The word under the mouse."""
        at = 0
        for index in self._lines(self.content_size.width)[event.y]:
            cells = self._part(index).cell_length
            if at <= event.x < at + cells:
                self.cursor = index
                self.action_choose()
            at += cells + len(_GAP)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()


def field_for(parameter: Parameter, value: Any = None) -> Widget:
    """The field that asks for a parameter, holding `value`."""
    name = f"field-{parameter.name}"
    match parameter.kind:
        case Kind.TEXT:
            return TextEditor(str(value or ""), id=name)
        case Kind.CHOICE | Kind.LIST if parameter.choices:
            return _choice_line(parameter, name, value)
        case Kind.INSTANT:
            placeholder = EXAMPLES
        case Kind.TAGS:
            placeholder = "+vip -spam"
        case _:
            placeholder = parameter.example
    text = " ".join(value) if isinstance(value, tuple | list) else str(value or "")
    return Input(text, placeholder=placeholder, compact=True, select_on_focus=False, id=name)


def said(field: Widget) -> str | tuple[str, ...]:
    """What a field holds."""
    match field:
        case TextArea():
            return field.text.strip()
        case Input():
            return field.value.strip()
        case ChoiceLine():
            return tuple(value for value in field.chosen if value)
    return ""


def _choice_line(parameter: Parameter, name: str, value: Any) -> ChoiceLine:
    labels = parameter.labels or [_word(parameter.name, choice) for choice in parameter.choices]
    choices = dict(zip(parameter.choices, labels, strict=True))
    several = parameter.kind is Kind.LIST
    optional = () if parameter.required or several else (("", _(parameter.unset)),)
    line = ChoiceLine((*optional, *choices.items()), several=several, id=name)
    line.choose((str(value),) if isinstance(value, str) else tuple(value or ("",)))
    return line


def _word(name: str, choice: str) -> str:
    """As the list calls it."""
    return channels()[Channel(choice)] if name == "channel" else words.word(name, choice)
