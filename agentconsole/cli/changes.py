"""What a sync did or would do to tickets, as a lead reads it: first by field and number, then ticket by ticket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, Final

from agentconsole.cli.output import facts, line_of, room, say, tell
from agentconsole.domain.conflict import only_of_each
from agentconsole.domain.text import cell_width, truncate
from agentconsole.domain.values import Condition, Status
from agentconsole.locale import _, ngettext
from agentconsole.locale.words import field_name, field_value
from agentconsole.store.runs import Change

LISTED: Final = 200
"""Tickets for people; --json lists all that it knows."""
_CELLS: Final = 32
"""Of a value: a description may be long."""
_LED_BY: Final = 8
"""Characters that lead to where two texts part."""
_COUNTED: Final = 3
"""Of one field, the most frequent changes."""
_LINE: Final = 100
"""Cells of a line of fields, or as many as the terminal has."""
_THEIRS: Final = "theirs_"
_WORDS: Final = ("status", "priority", "tier", "team", "category", "channel", "language", "assignee", "desk")
"""Fields of few values: which became which is worth counting."""
_PLAIN: Final = frozenset((*Status, *Condition))
"""What a source calls a status, and says no more than our own."""


def print_changes(changes: Sequence[Change]) -> None:
    """What is in conflict comes first, then what changed, then what is new."""
    say("")
    facts([*_by_field(changes)])
    tickets = [list(its) for _number, its in groupby(sorted(changes, key=lambda each: each.number), _number_of)]
    left = LISTED
    for title, kind in ((_("In conflict"), "!"), (_("Changed"), "~"), (_("New"), "+")):
        its = [each for each in tickets if _kind(each) == kind]
        if its:
            say("", f"{title}: {len(its)}")
            for each in its[:left]:
                _print_ticket(kind, each)
            left -= len(its[:left])
    if len(tickets) > LISTED:
        tell(_("... and {count} more; --json lists them").format(count=len(tickets) - LISTED))


def _number_of(change: Change) -> int:
    return change.number


def _kind(its: Sequence[Change]) -> str:
    verbs = {each.verb for each in its}
    return "!" if "conflict" in verbs else "+" if "imported" in verbs else "~"


# --- counted


def _by_field(changes: Sequence[Change]) -> Iterator[tuple[str, str]]:
    """Each field with how often it changes, and into what."""
    changed = [each for each in changes if each.verb not in ("imported", "conflict")]
    names = dict.fromkeys(name for each in changed for name in _told(each))
    for name in sorted(names, key=lambda name: (name not in _WORDS, name != "conditions", name != "tags")):
        its = [(each.before[name], each.after.get(name)) for each in changed if name in each.before]
        yield field_name(name), _counted(name, its)
    messages = (
        (_("{count} new"), sum(each.messages for each in changes)),
        (_("{count} changed"), sum(each.edited - each.redacted for each in changes)),
        (_("{count} redacted"), sum(each.redacted for each in changes)),
    )
    yield _("Messages"), ", ".join(words.format(count=count) for words, count in messages if count)


def _counted(name: str, its: Sequence[tuple[Any, Any]]) -> str:
    if name in _WORDS:
        counts = Counter(_became(name, before, after) for before, after in its)
    elif name in ("tags", "conditions"):
        counts = Counter(word for before, after in its for word in _signed(name, before, after))
    else:
        return str(len(its))
    most = [f"{words} {count}" for words, count in counts.most_common(_COUNTED)]
    return ", ".join([*most, "…"] if len(counts) > _COUNTED else most)


# --- ticket by ticket


def _print_ticket(sign: str, its: Sequence[Change]) -> None:
    first = its[0]
    counts = (
        (ngettext("+{count} message", "+{count} messages", first.messages), first.messages),
        (_("{count} changed"), first.edited - first.redacted),
        (_("{count} redacted"), first.redacted),
    )
    said = ", ".join(words.format(count=count) for words, count in counts if count)
    head = f"{sign} {first.number}  {first.reference}  {line_of(first.subject)}"
    tail = f"  ({said})" if said else ""
    say(truncate(head, room() - cell_width(tail)) + tail)
    parts = [part for each in its if each.verb != "imported" for part in _parts(each)]
    for line in _filled(parts, min(room(), _LINE)):
        say(f"    {line}")


def _filled(parts: Sequence[str], width: int) -> Iterator[str]:
    """The parts on as few lines as hold them."""
    line = ""
    for part in parts:
        if line and cell_width(line) + cell_width(part) + 6 > width:
            yield line
            line = ""
        line = f"{line}; {part}" if line else part
    if line:
        yield line


def _told(change: Change) -> list[str]:
    """The fields worth telling: what the source calls a status only where it says more than our own."""
    plain = "status" in change.before and str(change.after.get("source_status")).lower() in _PLAIN
    return [name for name in change.before if not (plain and name == "source_status")]


def _parts(change: Change) -> Iterator[str]:
    """A field with what it was and what it is; in a conflict ours, which stays, and theirs."""
    for name in _told(change):
        before, after = change.before[name], change.after.get(name)
        if f"{_THEIRS}{name}" in change.after:
            yield _conflict(name, before, change.after[f"{_THEIRS}{name}"])
        elif name == "fields":
            was, now = before or {}, after or {}
            keys = [key for key in {**was, **now} if was.get(key) != now.get(key)]
            yield from (f"{line_of(key)}: {_became(key, was.get(key), now.get(key))}" for key in keys)
        elif name in ("tags", "conditions"):
            yield f"{field_name(name)}: {' '.join(_signed(name, before, after))}"
        else:
            yield f"{field_name(name)}: {_became(name, before, after)}"


def _conflict(name: str, ours: Any, theirs: Any) -> str:
    if name == "tags":
        words = _("{field}: only here {ours}, only there {theirs}; ours stay")
        ours, theirs = only_of_each(ours, theirs)
    else:
        words = _("{field}: ours {ours} stays, theirs is {theirs}")
    return words.format(field=field_name(name), ours=_value(name, ours), theirs=_value(name, theirs))


def _became(name: str, before: Any, after: Any) -> str:
    """Texts are told from where they part."""
    if isinstance(before, str) and isinstance(after, str):
        parting = next((at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), 0)
        if (cut := parting - _LED_BY) > _LED_BY:
            before, after = f"…{before[cut:]}", f"…{after[cut:]}"
    return f"{_value(name, before)} → {_value(name, after)}"


def _signed(name: str, before: Any, after: Any) -> list[str]:
    """What came to a list, and what left it."""
    before, after = before or [], after or []
    came = [f"+{_value(name, [each])}" for each in after if each not in before]
    return [*came, *(f"-{_value(name, [each])}" for each in before if each not in after)]


def _value(name: str, value: Any) -> str:
    if value is None or value in ([], ""):
        return "-"
    return truncate(line_of(field_value(name, value)), _CELLS)
