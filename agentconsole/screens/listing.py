"""What a screen lists: all that is open, or what was typed, of one tier or of all, in some order."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Final

from agentconsole.domain import query
from agentconsole.domain.errors import UsageError
from agentconsole.screens.views import ViewedScreen
from agentconsole.store import tickets, windows
from agentconsole.store.query_sql import Viewer
from agentconsole.store.views import SavedView

USUAL_ORDER: Final = "due"


@dataclass(frozen=True, slots=True)
class Listing:
    """A list as somebody asked for it.

    Args:
        tier: the one that is listed; None: all.
        home: the tier to list when nothing is typed.
        typed: a query.
        name: the saved list that it is.
    """

    tier: int | None = None
    home: int | None = None
    typed: str = ""
    name: str = ""
    sort: str = USUAL_ORDER

    @property
    def is_usual(self) -> bool:
        """Whether it is all that is open, in the usual order."""
        return not self.typed and self.sort == USUAL_ORDER

    @property
    def text(self) -> str:
        """All of it as one query."""
        tier = f"tier:{self.tier}" if self.tier else ""
        typed = f"({self.typed})" if self.typed and tier else self.typed or "is:open"
        return f"{typed} {tier}".strip()

    def view(self, viewer: Viewer, zone: tzinfo) -> windows.View:
        """The list of now.

        Raises:
            UsageError: what was typed is no query.
        """
        asked = query.parse(self.typed or "is:open", now=viewer.now, zone=zone)
        tier = query.Compare("tier", query.Op.EQ, (self.tier,)) if self.tier else query.All()
        return windows.View(query.all_of(asked, tier), viewer, self.sort)

    def filtered(self, typed: str, name: str = "") -> Listing:
        """A query means here what it means everywhere, so it finds in all tiers; a tier can be chosen after it."""
        typed = typed.strip()
        return replace(self, typed=typed, name=name, tier=None if typed else self.home)

    def of_tier(self, tier: int | None) -> Listing:
        return replace(self, tier=tier, home=tier)

    def sorted_by(self, order: str | None) -> Listing:
        """In the order that is named, or in the one that follows.

        Raises:
            UsageError: there is no such order.
        """
        names = [*tickets.SORTS]
        tickets.sort_named(order or self.sort)
        return replace(self, sort=order or names[(names.index(self.sort) + 1) % len(names)])


class ListingScreen(ViewedScreen):
    """A screen whose list can be narrowed by a query, to a tier, and sorted."""

    def __init__(self) -> None:
        super().__init__()
        self.listing = Listing()

    @abstractmethod
    def show_listing(self) -> None:
        """Shows the list that is asked for now, which is another one than before."""

    def viewer(self) -> Viewer:
        return Viewer(self.session.agent.login, self.now())

    def view(self) -> windows.View:
        """The list as it is asked for now."""
        return self.listing.view(self.viewer(), self.zone)

    def shown_as(self) -> tuple[str, str]:
        return self.listing.text, self.listing.sort

    def show_view(self, view: SavedView) -> None:
        self.listing = replace(self.listing, sort=view.sort)
        self.narrow(view.query, view.name)

    def narrow(self, typed: str, name: str = "") -> None:
        """Lists what a query names; one that cannot be read changes nothing."""
        wanted = self.listing.filtered(typed, name)
        try:
            wanted.view(self.viewer(), self.zone)
        except UsageError as error:
            self.refuse(error)
        else:
            self._list(wanted)

    def widen(self) -> None:
        """Takes away the query; without one, the order that was chosen."""
        if self.listing.typed:
            self.narrow("")
        elif not self.listing.is_usual:
            self._list(replace(self.listing, sort=USUAL_ORDER))

    def do_tier_1(self) -> None:
        self._list(self.listing.of_tier(1))

    def do_tier_2(self) -> None:
        self._list(self.listing.of_tier(2))

    def do_tier_3(self) -> None:
        self._list(self.listing.of_tier(3))

    def do_tier_all(self) -> None:
        self._list(self.listing.of_tier(None))

    def do_sort(self, order: str | None = None) -> None:
        try:
            wanted = self.listing.sorted_by(order)
        except UsageError as error:
            self.refuse(error)
        else:
            self._list(wanted)

    def _list(self, wanted: Listing) -> None:
        self.listing = wanted
        self.show_listing()
