"""The keys that work here, those that work everywhere, and the words of the trade. All of it from the commands."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from agentconsole.commands import ALL, Command, Context, Scope
from agentconsole.commands.keys import Keys, key_label, keys_in, types_text
from agentconsole.domain.text import cell_width, pad, truncate, wrap
from agentconsole.locale import _, deferred

_KEY_CELLS: Final = 13
_NARROW: Final = 70

TERMS: Final = (
    (deferred("Tier"), deferred("Who answers: 1 first line, 2 second line, 3 specialist teams.")),
    (deferred("Escalate"), deferred("Hand a ticket up, with what the next person needs to know.")),
    (deferred("Hand back"), deferred("Return it to the tier it came from, with the reason.")),
    (deferred("Due"), deferred("When the next promise falls due, counted in the channel's opening hours.")),
    (deferred("Breached"), deferred("The promise was not kept; the time behind it counts on, with a minus.")),
    (deferred("Pending"), deferred("It waits for the customer; its clocks stand still.")),
    (deferred("Verified"), deferred("The customer proved who they are, on this contact. Needed for account answers.")),
    (deferred("Canned answer"), deferred("A prepared answer whose blanks are filled in for the customer.")),
)


class HelpText(Static):
    """Laid out anew for each width."""

    def __init__(self, screen_name: str, keys: Keys) -> None:
        super().__init__()
        self._screen_name = screen_name
        self._keys = keys

    def on_resize(self, event: events.Resize) -> None:
        self.update(help_content(self._screen_name, self._keys, event.size.width))


class HelpScreen(ModalScreen[None]):
    """The help, over whatever was there.

    Args:
        screen_name: where one is: a scope's name, or another.
        keys: the keys of every command.
    """

    DEFAULT_CSS = """
    HelpScreen {
        align: center middle;
        & > VerticalScroll {
            width: 100%; max-width: 110; height: 100%; max-height: 44;
            padding: 0 1 0 2; background: $surface; border: solid $border;
            border-title-color: $foreground; border-subtitle-color: $foreground 70%;
            scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        }
        HelpText { width: 1fr; height: auto; }
    }
    """
    BINDINGS = [
        Binding("escape,q,question_mark,f1", "leave", show=False),
        Binding("j", "move('down')", show=False),
        Binding("k", "move('up')", show=False),
        Binding("space", "move('page_down')", show=False),
    ]

    def __init__(self, screen_name: str, keys: Keys) -> None:
        super().__init__()
        self._screen_name = screen_name
        self._keys = keys

    def compose(self) -> ComposeResult:
        with VerticalScroll() as scroll:
            scroll.border_title = Content(_("Help"))
            scroll.border_subtitle = Content(_("↑ ↓ to read · Esc back"))
            yield HelpText(self._screen_name, self._keys)

    def action_leave(self) -> None:
        self.dismiss()

    def action_move(self, how: str) -> None:
        getattr(self.query_one(VerticalScroll), f"scroll_{how}")(animate=False)


def help_content(screen_name: str, keys: Keys, width: int) -> Content:
    """The whole help, `width` cells wide (60 and more)."""
    lines: list[Content] = []
    here = Context(screen_name).places
    sections = list(_sections(screen_name, here))
    titles = [command.title for _scope, commands in sections for command in commands]
    title_cells = max(cell_width(title) for title in (*titles, *(_(term) for term, _meaning in TERMS))) + 2
    for scope, commands in sections:
        lines += [Content(""), Content.styled(scope.label, "bold $primary")]
        for command in commands:
            heard = keys_in(here, command, keys)
            if scope is Scope.COMPOSER:
                heard = tuple(key for key in heard if not types_text(key))
            lines += _entry(_keys_text(heard), command.title, command.help, title_cells, width)
    lines += [Content(""), Content.styled(_("Words"), "bold $primary")]
    for term, meaning in TERMS:
        lines += _entry("", _(term), _(meaning), title_cells, width)
    return Content("\n").join(lines[1:])


def _sections(screen_name: str, here: Collection[str]) -> Iterator[tuple[Scope, list[Command]]]:
    """Where one is comes first, what is around it next, then everywhere, then the other places."""
    inner = [scope for scope in Scope if scope == screen_name]
    near = [*inner, *(scope for scope in Scope if scope in here and scope not in inner)]
    places = [*near, Scope.GLOBAL, *(scope for scope in Scope if scope not in (*near, Scope.GLOBAL))]
    shown: set[str] = set()
    for scope in places:
        commands = [command for command in ALL if scope in command.scopes and command.id not in shown]
        shown.update(command.id for command in commands)
        if commands:
            yield scope, commands


def _keys_text(keys: tuple[str, ...]) -> str:
    return truncate(" ".join(map(key_label, keys)), _KEY_CELLS - 1)


def _entry(keys: str, title: str, text: str, title_cells: int, width: int) -> list[Content]:
    """One command or term. Wide: three columns; narrow: the explanation stands below."""
    key_cells = _KEY_CELLS if keys or width >= _NARROW else 0
    head = Content.assemble((pad(keys, key_cells), "bold $accent"), (title, "bold" if width < _NARROW else ""))
    if width < _NARROW:
        margin = " " * _KEY_CELLS if keys else "  "
        return [head, *(Content.styled(margin + line, "dim") for line in wrap(text, width - cell_width(margin)))]
    margin = " " * (_KEY_CELLS + title_cells)
    fill = " " * (title_cells - cell_width(title))
    first, *rest = wrap(text, width - len(margin)) or [""]
    return [
        Content.assemble(head, fill, (first, "dim")),
        *(Content.styled(margin + line, "dim") for line in rest),
    ]
