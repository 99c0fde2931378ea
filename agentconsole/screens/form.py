"""A form for whatever a verb has to be told, made from the verb's own declaration."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input, Label, Static, TextArea

from agentconsole.domain.errors import UsageError
from agentconsole.domain.text import cell_width, safe_text
from agentconsole.locale import _, told
from agentconsole.screens.fields import ChoiceLine, field_for, said
from agentconsole.services.parameters import Asked, Kind, Parameter

Reader = Callable[[str], datetime]

_LEAST_LABEL_CELLS: Final = 8


class VerbForm(ModalScreen[dict[str, Any] | None]):
    """Answers with the verb's parameters by name, or with nothing when it is left.

    Args:
        asked: what is to be done.
        about: to what, such as a ticket's number and subject; foreign text may be in it.
        initial: what is known already.
        moment: reads a time as a person types it; without it a time stays text.
    """

    DEFAULT_CSS = """
    VerbForm {
        align: center middle;
        & > Vertical {
            width: 100%; max-width: 86; height: auto; max-height: 100%;
            background: $surface; border: solid $primary; border-title-color: $foreground;
            border-title-style: bold; border-subtitle-color: $foreground 70%; padding: 0 1;
        }
        #about { height: auto; max-height: 2; color: $foreground 80%; margin-bottom: 1; }
        VerticalScroll { height: auto; scrollbar-size-vertical: 1; }
        Horizontal { height: auto; }
        Label { padding-right: 1; }
        Input { width: 1fr; background: $background; }
        TextArea { height: 5; width: 1fr; background: $background; padding: 0; }
        .problem { height: auto; min-height: 1; color: $text-error; }
    }
    """
    BINDINGS = [
        Binding("ctrl+s", "submit", show=False, priority=True),
        Binding("escape", "leave", show=False, priority=True),
    ]

    def __init__(
        self,
        asked: Asked,
        about: str = "",
        initial: Mapping[str, Any] | None = None,
        moment: Reader | None = None,
    ) -> None:
        super().__init__()
        self._asked = asked
        self._about = about
        self._initial = dict(initial or {})
        self._moment = moment
        self._parameters = [parameter for parameter in asked.parameters if parameter.in_forms]
        self._warned = False

    def compose(self) -> ComposeResult:
        with Vertical() as frame:
            frame.border_title = Content(_(self._asked.title))
            yield Static(Content(safe_text(self._about, single_line=True) or _(self._asked.help)), id="about")
            with VerticalScroll(can_focus=False):
                yield from self._fields()

    def _fields(self) -> Iterator[Widget]:
        labels = [_(parameter.label) + (" *" if parameter.required else "") for parameter in self._parameters]
        cells = max([_LEAST_LABEL_CELLS, *map(cell_width, labels)]) + 1
        for parameter, text in zip(self._parameters, labels, strict=True):
            label = Label(Content(text))
            label.styles.width = cells
            yield Horizontal(label, field_for(parameter, self._initial.get(parameter.name)))
            problem = Static(id=f"problem-{parameter.name}", classes="problem", markup=False)
            problem.styles.margin = (0, 0, 0, cells)
            yield problem

    def on_mount(self) -> None:
        for choice in self.query(ChoiceLine):
            self.watch(choice, "chosen", partial(self._mended, choice), init=False)
        for parameter in self._parameters:
            if not self._initial.get(parameter.name):
                self._field(parameter).focus()
                return

    @on(Input.Changed)
    @on(TextArea.Changed)
    def _changed(self, event: Input.Changed | TextArea.Changed) -> None:
        self._mended(event.control)

    def _mended(self, field: Widget) -> None:
        """What was wrong with a field is no longer said once it is changed."""
        name = (field.id or "").removeprefix("field-")
        self.query_one(f"#problem-{name}", Static).update("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self._go_on(event.input)

    def on_descendant_focus(self) -> None:
        """Tells the keys of the field that hears them."""
        choosing, writing = isinstance(self.focused, ChoiceLine), isinstance(self.focused, TextArea)
        onward = _("← → choose") + " · " + _("↓ next") if choosing else _("Tab next") if writing else _("↓ next field")
        self.query_one(Vertical).border_subtitle = Content(onward + " · " + _("Ctrl+S done · Esc back"))

    def on_key(self, event: events.Key) -> None:
        self._warned = self._warned and event.key == "escape"
        if event.key in ("up", "down") and not isinstance(self.focused, TextArea):
            self.focus_next() if event.key == "down" else self.focus_previous()
        if event.key == "enter" and isinstance(self.focused, ChoiceLine):
            event.stop()  # the list behind hears it too, once the form is gone
            self._go_on(self.focused)

    def _go_on(self, field: Widget) -> None:
        """Enter goes on to the next field; after the last it is done, unless something longer is being written."""
        fields = [self._field(parameter) for parameter in self._parameters]
        if field is fields[-1] and not any(isinstance(other, TextArea) for other in fields):
            self.action_submit()
        else:
            self.focus_next()

    def action_submit(self) -> None:
        values: dict[str, Any] = {}
        wrong: list[Parameter] = []
        for parameter in self._parameters:
            try:
                value = self._read(parameter)
            except UsageError as error:
                self._say(parameter, told(error, " · "))
                wrong.append(parameter)
            else:
                self._say(parameter, "")
                values |= {parameter.name: value} if value not in ("", ()) else {}
        if wrong:
            self._field(wrong[0]).focus()
        else:
            self.dismiss(values)

    def action_leave(self) -> None:
        """Leaves; a longer text that was written here is thrown away only when asked for twice."""
        written = [
            parameter for parameter in self._parameters if parameter.kind is Kind.TEXT and self._is_new(parameter)
        ]
        if written and not self._warned:
            self._warned = True
            self._say(written[0], _("Esc once more throws this text away"))
        else:
            self.dismiss(None)

    def _is_new(self, parameter: Parameter) -> bool:
        return said(self._field(parameter)) not in ("", self._initial.get(parameter.name))

    def _field(self, parameter: Parameter) -> Widget:
        return self.query_one(f"#field-{parameter.name}", Widget)

    def _read(self, parameter: Parameter) -> Any:
        """What its field holds, as the verb takes it."""
        value = said(self._field(parameter))
        if not value and parameter.required:
            raise UsageError(_("needed"))
        match parameter.kind, value:
            case Kind.CHOICE, (only, *_others):
                return only
            case ((Kind.TAGS | Kind.LIST), str()):
                return tuple(_signed(word) if parameter.kind is Kind.TAGS else word for word in value.split())
            case Kind.INSTANT, str() if value and self._moment:
                return self._moment(value)
        return value

    def _say(self, parameter: Parameter, problem: str) -> None:
        line = self.query_one(f"#problem-{parameter.name}", Static)
        line.update(Content(safe_text(problem, single_line=True)))


def _signed(word: str) -> str:
    """A tag with its sign in ASCII; one without a sign is added."""
    sign = {"＋": "+", "－": "-"}.get(word[0], word[0])
    return sign + word[1:] if sign in "+-" else f"+{word}"
