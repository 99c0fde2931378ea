"""Lists kept under a name: choosing one, and keeping the one in front."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen

from agentconsole.commands import BY_ID
from agentconsole.locale import _
from agentconsole.locale.words import staff, word
from agentconsole.screens.asking import Failed
from agentconsole.screens.working import WorkScreen
from agentconsole.services import views
from agentconsole.services.parameters import Asked
from agentconsole.store import views as saved
from agentconsole.store.views import SavedView
from agentconsole.widgets.bars import KeyBar
from agentconsole.widgets.results_list import Result, ResultsList

SAVE: Final = BY_ID["save_view"].asked
RENAME: Final = Asked("rename_view", "Rename the list", "Give a saved list another name.", SAVE.parameters[:1])
"""What their forms ask for."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be done with which list."""

    what: Literal["open", "rename", "delete"]
    view: SavedView


class ViewsScreen(ModalScreen[Choice | None]):
    """One's own lists, then everyone's.

    Args:
        save_key: the key that keeps a list, to be told where there is none yet.
    """

    DEFAULT_CSS = """
    ViewsScreen {
        align: center middle;
        & > Vertical {
            width: 100%; max-width: 86; height: auto; max-height: 90%; background: $surface;
            border: solid $primary; border-title-color: $foreground; border-title-style: bold;
        }
        ResultsList { height: auto; min-height: 2; max-height: 100%; }
    }
    """
    BINDINGS = [
        Binding("escape,q", "dismiss(None)", show=False),
        Binding("r", "choose('rename')", show=False),
        Binding("delete,d", "delete", show=False),
    ]

    def __init__(self, views: Sequence[SavedView], save_key: str) -> None:
        super().__init__()
        self._views = {str(view.id): view for view in views}
        self._save_key = save_key
        self._doomed: str | None = None

    def compose(self) -> ComposeResult:
        with Vertical() as frame:
            frame.border_title = _("Saved lists")
            yield ResultsList()
            yield KeyBar()

    def on_mount(self) -> None:
        results = self.query_one(ResultsList)
        empty = _("None so far. {key} in the list keeps it under a name.").format(key=self._save_key)
        results.set_results([_result(view) for view in self._views.values()], empty=empty)
        results.styles.height = max(2 * len(self._views), 2)
        results.focus()
        self._show_keys()

    @on(ResultsList.Highlighted)
    def _show_keys(self) -> None:
        """Deleting cannot be taken back, so it has to be said twice of the same list."""
        self._doomed = None
        acts = [("Enter", _("open")), ("r", _("rename")), ("d", _("delete"))] if self._views else []
        self.query_one(KeyBar).show_keys([*acts, ("Esc", _("back"))])

    @on(ResultsList.Chosen)
    def _chosen(self) -> None:
        self.action_choose("open")

    def action_choose(self, what: Literal["open", "rename", "delete"]) -> None:
        view = self._views.get(self.query_one(ResultsList).highlighted or "")
        if view is not None:
            self.dismiss(Choice(what, view))

    def action_delete(self) -> None:
        highlighted = self.query_one(ResultsList).highlighted
        if highlighted is None:
            return
        if self._doomed == highlighted:
            self.action_choose("delete")
        self._doomed = highlighted
        shared = self._views[highlighted].shared
        words = _("once more deletes it for everyone") if shared else _("once more deletes it")
        self.query_one(KeyBar).show_keys([("d", words), ("Esc", _("back"))])


def _result(view: SavedView) -> Result:
    order = "" if view.sort == "due" else f"  ({word('sort', view.sort)})"
    return Result(str(view.id), view.name, f"{view.query}{order}", _whose(view) if view.shared else "")


def _about(view: SavedView) -> str:
    """Whose it is, too: anybody may rename or delete everyone's, and should know that it is."""
    whose = f" ({_whose(view)})" if view.shared else ""
    return f"{view.name}{whose}  {view.query}"


def _whose(view: SavedView) -> str:
    return _("everyone's, by {who}").format(who=staff(view.made_by)) if view.made_by else _("everyone's")


class ViewedScreen(WorkScreen):
    """A screen whose list can be kept under a name, and brought back by it."""

    @abstractmethod
    def shown_as(self) -> tuple[str, str]:
        """The query and the order of the list in front."""

    @abstractmethod
    def show_view(self, view: SavedView) -> None:
        """Shows a saved list."""

    def do_views(self, name: str = "") -> None:
        session = self.session
        if name:
            self.ask("views", lambda: views.named(session, name), self.show_view)
        else:
            self.ask("views", lambda: saved.views(session.store, session.agent.id), self._choose_view)

    def _choose_view(self, known: Sequence[SavedView]) -> None:
        self.app.push_screen(ViewsScreen(known, self.key("save_view")), self._view_chosen)

    def _view_chosen(self, choice: Choice | None) -> None:
        match choice:
            case Choice("open", view):
                self.show_view(view)
            case Choice("rename", view):
                self.ask_in_form(RENAME, _about(view), {"name": view.name}, partial(self._rename_view, view))
            case Choice("delete", view):
                told = partial(self._view_deleted, view)
                self.write(partial(saved.delete, self.session.store, view.id), told)

    def _rename_view(self, view: SavedView, words: Mapping[str, Any], failed: Failed) -> None:
        renamed = partial(views.rename, self.session, view, str(words["name"]))
        self.write(renamed, lambda _done: self.do_views(), failed)

    def _view_deleted(self, view: SavedView, _done: None) -> None:
        self.tell(_("List deleted: {name} ({query})").format(name=view.name, query=view.query))
        self.do_views()

    def do_save_view(self, name: str = "", who: str = "me") -> None:
        text, sort = self.shown_as()

        def save(words: Mapping[str, Any], failed: Failed) -> None:
            named, shared = str(words["name"]), words.get("who") == "everyone"
            kept = partial(views.save, self.session, named, text, sort, shared=shared)
            self.write(kept, partial(self._view_saved, named), failed)

        if name:
            save({"name": name, "who": who}, self.refuse)
        else:
            self.ask_in_form(SAVE, text, {"who": who}, save)

    def _view_saved(self, name: str, before: SavedView | None) -> None:
        words = _("List saved: {name}. {key} opens it.").format(name=name, key=self.key("views"))
        was = _("It showed {query} before.").format(query=before.query) if before else ""
        self.tell(f"{words}\n{was}" if was else words)
