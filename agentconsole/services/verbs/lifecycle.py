"""Where a ticket stands: how urgent it is, at which tier, in which state."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from agentconsole.domain.change import Change, Outbox, Said
from agentconsole.domain.errors import RefusedError, UsageError
from agentconsole.domain.ticket import Ticket
from agentconsole.domain.values import Priority, Status, Team, Tier
from agentconsole.locale import _
from agentconsole.services.parameters import Kind, Parameter
from agentconsole.services.verbs.base import Scene, must_be_live, must_not_be_closed, verb
from agentconsole.store import desks


@verb(
    "priority",
    "Priority",
    "Say how urgent it is; the clocks follow.",
    Parameter("priority", Kind.CHOICE, "Priority", required=True, choices=tuple(Priority), positional=True),
)
def priority(scene: Scene, priority: str) -> Change:
    must_not_be_closed(scene.ticket)
    return Change(scene.ticket, "priority", {"priority": Priority(priority)}, outbox=Outbox.FIELDS)


@verb(
    "tag",
    "Tag",
    "Add and take away tags: +a -b.",
    Parameter("tags", Kind.TAGS, "Tags", required=True, positional=True),
)
def tag(scene: Scene, tags: Sequence[str]) -> Change:
    must_not_be_closed(scene.ticket)
    added = [word[1:] for word in tags if word.startswith("+")]
    removed = {word[1:] for word in tags if word.startswith("-")}
    odd = [word for word in tags if word[:1] not in ("+", "-") or not word[1:].strip() or " " in word]
    if odd:
        words = _("{text} is neither +tag nor -tag").format(text=repr(odd[0]))
        raise UsageError(words, _("such as {example}").format(example="+vip -spam"))
    kept = [known for known in scene.ticket.tags if known not in removed]
    return Change(scene.ticket, "tag", {"tags": tuple(dict.fromkeys([*kept, *added]))}, outbox=Outbox.FIELDS)


@verb(
    "escalate",
    "Escalate",
    "Hand the ticket to a higher tier or a specialist team, with what they need to know.",
    Parameter("tier", Kind.CHOICE, "Tier", choices=("1", "2", "3"), unset="next up"),
    Parameter("team", Kind.CHOICE, "Team", choices=tuple(Team)),
    Parameter("reason", Kind.LINE, "Reason", required=True),
    Parameter("note", Kind.TEXT, "Hand-over note", required=True),
)
def escalate(scene: Scene, reason: str, note: str, tier: str | None = None, team: str | None = None) -> Change:
    ticket = scene.ticket
    must_be_live(ticket)
    target = int(tier) if tier else Tier.SPECIALIST if team else ticket.tier + 1
    _must_have_team(scene, target, team)
    if (target, team) == (ticket.tier, ticket.team) or target < ticket.tier:
        words = _("ticket {number} is at tier {tier} already").format(number=ticket.number, tier=ticket.tier)
        raise RefusedError("not_higher", words, _("handback moves it down"))
    moved = {"tier": target, "team": Team(team) if team else None, "assignee": None} | _reopened(ticket)
    return Change(ticket, "escalate", moved, Said(note, public=False), Outbox.NOTE, {"reason": reason})


def _must_have_team(scene: Scene, tier: int, team: str | None) -> None:
    """The third tier is made of its desk's teams, the others have none."""
    if tier < Tier.SPECIALIST and team:
        raise RefusedError(
            "team_without_tier", _("tier {tier} has no teams").format(tier=tier), _("only tier 3 has teams")
        )
    teams = desks.desk(scene.session.store, scene.ticket.desk).teams
    if tier >= Tier.SPECIALIST and not team:
        hint = _("say {option}").format(option=f"--team {'|'.join(teams or Team)}")
        raise RefusedError("team_needed", _("tier 3 is made of teams"), hint)
    if team and team not in teams:
        hint = _("one of {names}").format(names=", ".join(teams)) if teams else _("it has no teams")
        words = _("the desk {desk} has no team {team}").format(desk=scene.ticket.desk, team=team)
        raise RefusedError("no_such_team", words, hint)


def _reopened(ticket: Ticket) -> dict[str, object]:
    """Moved to others, it is theirs to act on: open, and no longer waiting for a date."""
    return {"status": Status.OPEN, "pending_until": None} if ticket.status is not Status.NEW else {}


@verb(
    "handback",
    "Hand back",
    "Return the ticket to the tier it came from.",
    Parameter("reason", Kind.LINE, "Reason", required=True),
)
def handback(scene: Scene, reason: str) -> Change:
    ticket = scene.ticket
    must_be_live(ticket)
    if ticket.tier == Tier.FIRST:
        words = _("ticket {number} is at the first tier already").format(number=ticket.number)
        raise RefusedError("lowest_tier", words)
    came_from = next(
        (e.before for e in reversed(scene.events()) if e.verb == "escalate" and not e.undone and "tier" in e.before),
        None,
    )
    tier = came_from["tier"] if came_from and came_from["tier"] < ticket.tier else ticket.tier - 1
    moved = {"tier": tier, "team": None, "assignee": None} | _reopened(ticket)
    return Change(ticket, "handback", moved, Said(reason, public=False), Outbox.NOTE, {"reason": reason})


@verb(
    "pending",
    "Pending",
    "Wait for the customer: the clocks stand still.",
    Parameter("until", Kind.INSTANT, "Until"),
)
def pending(scene: Scene, until: datetime | None = None) -> Change:
    must_be_live(scene.ticket)
    if until is not None and until <= scene.now:
        raise UsageError(_("until: this time is past"), _("name one to come"))
    return Change(scene.ticket, "pending", {"status": Status.PENDING, "pending_until": until}, outbox=Outbox.FIELDS)


@verb("solve", "Solve", "The customer has what they asked for.")
def solve(scene: Scene) -> Change:
    must_be_live(scene.ticket)
    moved = {"status": Status.SOLVED, "pending_until": None, "assignee": scene.ticket.assignee or scene.login}
    return Change(scene.ticket, "solve", moved, outbox=Outbox.FIELDS)


@verb(
    "reopen",
    "Reopen",
    "It was not solved after all.",
    Parameter("reason", Kind.LINE, "Reason", required=True),
)
def reopen(scene: Scene, reason: str) -> Change:
    must_not_be_closed(scene.ticket)
    if scene.ticket.status in (Status.NEW, Status.OPEN):
        words = _("ticket {number} is {status} already").format(number=scene.ticket.number, status=scene.ticket.status)
        raise RefusedError("live", words)
    return Change(
        scene.ticket,
        "reopen",
        {"status": Status.OPEN, "pending_until": None},
        outbox=Outbox.FIELDS,
        detail={"reason": reason},
    )
