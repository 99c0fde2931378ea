"""Finding one's way: rows, pages, views and marks of a list, and in and out of a ticket."""

from __future__ import annotations

from typing import Final

from agentconsole.commands.base import Command, Context, Scope
from agentconsole.locale import deferred
from agentconsole.services.parameters import Kind, Parameter

_ROWS: Final = (Scope.LIST, Scope.TICKET, Scope.EXPLANATION)
_LIST: Final = (Scope.LIST,)


class NextRow(Command):
    id = "next_row"
    words = deferred("Down"), deferred("The next row, or a line further down.")
    keys = ("down",)
    scopes = _ROWS


class PreviousRow(Command):
    id = "prev_row"
    words = deferred("Up"), deferred("The row before, or a line further up.")
    keys = ("up",)
    scopes = _ROWS


class PageDown(Command):
    id = "page_down"
    words = deferred("Page down"), deferred("A page further down.")
    keys = ("pagedown",)
    scopes = _ROWS


class PageUp(Command):
    id = "page_up"
    words = deferred("Page up"), deferred("A page further up.")
    keys = ("pageup",)
    scopes = _ROWS


class HalfPageDown(Command):
    id = "half_page_down"
    words = deferred("Half a page down"), deferred("Half a page further down.")
    keys = ("ctrl+d",)
    scopes = _ROWS


class HalfPageUp(Command):
    id = "half_page_up"
    words = deferred("Half a page up"), deferred("Half a page further up.")
    keys = ("ctrl+u",)
    scopes = _ROWS


class Top(Command):
    id = "top"
    words = deferred("Top"), deferred("The first row, or the beginning.")
    keys = "g", "home"
    scopes = _ROWS


class Bottom(Command):
    id = "bottom"
    words = deferred("Bottom"), deferred("The last row, or the end.")
    keys = "G", "end"
    scopes = _ROWS


class Open(Command):
    id = "open"
    words = deferred("Open the ticket"), deferred("The ticket under the cursor, or the one of that number.")
    keys = ("enter",)
    scopes = _LIST
    takes = (Parameter("ref", Kind.LINE, deferred("Number"), positional=True),)

    def unavailable(self, context: Context) -> str | None:
        """By its number, a ticket can be opened from anywhere."""
        return None


class Back(Command):
    id = "back"
    words = deferred("Back"), deferred("To where you came from. What you are writing is kept.")
    keys = "escape", "q"
    scopes = (Scope.TICKET, Scope.COMPOSER, Scope.EXPLANATION)
    hides = ("quit",)


class Filter(Command):
    id = "filter"
    words = deferred("Filter"), deferred("Show the tickets that a query finds, such as tier:2 due:<30m.")
    keys = "slash", "ctrl+f"
    scopes = _LIST
    takes = (Parameter("query", Kind.LINE, deferred("Query"), positional=True),)


class ClearFilter(Command):
    id = "clear_filter"
    words = deferred("Clear"), deferred("Take away the marks; without marks, the filter; without a filter, the order.")
    keys = ("escape",)
    scopes = _LIST


class Preview(Command):
    id = "preview"
    words = (
        deferred("Preview"),
        deferred("What the ticket under the cursor says, beside the list; once more puts it away."),
    )
    keys = ("d",)
    scopes = _LIST


class Sort(Command):
    id = "sort"
    words = deferred("Sort"), deferred("The next order, or the one you name.")
    keys = ("S",)
    scopes = _LIST
    takes = (Parameter("order", Kind.LINE, deferred("Order"), positional=True),)


class Views(Command):
    id = "views"
    words = deferred("Saved lists"), deferred("The lists kept under a name: open, rename or delete one.")
    keys = ("V",)
    scopes = _LIST
    takes = (Parameter("name", Kind.LINE, deferred("Name"), positional=True),)


class SaveView(Command):
    id = "save_view"
    words = deferred("Save the list"), deferred("Keep the list as it is under a name: its query and its order.")
    keys = ("B",)
    scopes = _LIST
    takes = (
        Parameter("name", Kind.LINE, deferred("Name"), required=True, positional=True),
        Parameter("who", Kind.CHOICE, deferred("For"), required=True, choices=("me", "everyone")),
    )


class Mark(Command):
    id = "mark"
    words = deferred("Mark"), deferred("Mark the ticket; the next verb is done to all that are marked.")
    keys = "x", "space"
    scopes = _LIST
    needs_ticket = True


class MarkAllVisible(Command):
    id = "mark_all_visible"
    words = deferred("Mark all in view"), deferred("Mark every ticket that is in view, or take these marks away.")
    keys = ("X",)
    scopes = _LIST


class FirstTier(Command):
    id = "tier_1"
    words = deferred("First line"), deferred("The tickets of the first line.")
    keys = ("1",)
    scopes = _LIST


class SecondTier(Command):
    id = "tier_2"
    words = deferred("Second line"), deferred("The tickets of the second line.")
    keys = ("2",)
    scopes = _LIST


class ThirdTier(Command):
    id = "tier_3"
    words = deferred("Specialists"), deferred("The tickets of the specialist teams.")
    keys = ("3",)
    scopes = _LIST


class AllTiers(Command):
    id = "tier_all"
    words = deferred("All tiers"), deferred("The tickets of every tier.")
    keys = ("0",)
    scopes = _LIST


class NextTicket(Command):
    id = "next_ticket"
    words = deferred("Next ticket"), deferred("The next ticket of the same list.")
    keys = "right_square_bracket", "ctrl+n"
    scopes = (Scope.TICKET,)


class Copy(Command):
    id = "copy"
    words = deferred("Copy"), deferred("The ticket's number onto the clipboard.")
    keys = ("y",)
    scopes = _ROWS
    needs_ticket = True


ALL = (
    NextRow(), PreviousRow(), PageDown(), PageUp(), HalfPageDown(), HalfPageUp(), Top(), Bottom(),
    Open(), Back(), NextTicket(), Filter(), ClearFilter(), Preview(), Sort(), Views(), SaveView(), Mark(),
    MarkAllVisible(), FirstTier(), SecondTier(), ThirdTier(), AllTiers(), Copy(),
)  # fmt: skip
