"""What one can do to a ticket. Each verb refuses by a named rule or says what changes; `perform` writes it.

A verb is declared once, by the decorator: its command line, its palette entry and its `:` word are derived from that.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, TypeAlias

from agentconsole.domain.change import Change, Outbox, Said
from agentconsole.domain.conflict import Conflict
from agentconsole.domain.errors import NotFoundError, RefusedError, UsageError, nearest
from agentconsole.domain.ticket import Event, Ticket
from agentconsole.domain.values import Priority, Status, Team, Tier
from agentconsole.locale import _
from agentconsole.services import gate
from agentconsole.services.parameters import Asked, Kind, Parameter
from agentconsole.services.session import Session
from agentconsole.store import conflicts, desks, library, people, tickets
from agentconsole.store.rows import typed_fields


@dataclass(frozen=True, slots=True)
class Scene:
    """A ticket as a verb finds it, inside the transaction that will change it. `now` is when all of it happens."""

    session: Session
    ticket: Ticket
    now: datetime

    @property
    def login(self) -> str:
        return self.session.agent.login

    def events(self) -> list[Event]:
        return tickets.events(self.session.store, self.ticket.number)


Decide: TypeAlias = Callable[..., Change]


@dataclass(frozen=True, slots=True)
class Verb(Asked):
    """What can be done to a ticket, and the rule that decides what comes of it."""

    decide: Decide = field(kw_only=True)


VERBS: Final[dict[str, Verb]] = {}


def verb(name: str, title: str, help: str, *parameters: Parameter) -> Callable[[Decide], Decide]:  # noqa: A002
    def declare(decide: Decide) -> Decide:
        VERBS[name] = Verb(name, title, help, parameters, decide=decide)
        return decide

    return declare


def named(name: str) -> Verb:
    if name not in VERBS:
        known = nearest(name, VERBS)
        raise UsageError(
            f"there is no verb {name!r}", f"did you mean {known!r}?" if known else f"one of {', '.join(VERBS)}"
        )
    return VERBS[name]


# --- the rules that several verbs share


def _must_be_live(ticket: Ticket) -> None:
    if not ticket.status.is_live:
        words = _("ticket {number} is {status}").format(number=ticket.number, status=ticket.status)
        raise RefusedError("not_live", words, _("reopen it first"))


def _must_not_be_closed(ticket: Ticket) -> None:
    if ticket.status is Status.CLOSED:
        raise RefusedError(
            "closed",
            _("ticket {number} is closed for good").format(number=ticket.number),
            _("open a new ticket that refers to it"),
        )


def _awake(ticket: Ticket) -> dict[str, object]:
    """Whoever touches a new ticket has opened it."""
    return {"status": Status.OPEN} if ticket.status is Status.NEW else {}


# --- who has it


@verb("claim", "Claim", "Take the ticket: it is yours and nobody else's.")
def claim(scene: Scene) -> Change:
    ticket = scene.ticket
    _must_be_live(ticket)
    if ticket.assignee == scene.login:
        raise RefusedError("already_yours", _("ticket {number} is yours already").format(number=ticket.number))
    if ticket.assignee is not None:
        words = _("ticket {number} is {name}'s").format(number=ticket.number, name=ticket.assignee)
        raise RefusedError("taken", words, _("assign moves it over"))
    return Change(ticket, "claim", {"assignee": scene.login} | _awake(ticket), outbox=Outbox.FIELDS)


@verb("release", "Release", "Give the ticket back to its queue.")
def release(scene: Scene) -> Change:
    _must_be_live(scene.ticket)
    if scene.ticket.assignee is None:
        raise RefusedError("nobodys", _("ticket {number} is nobody's").format(number=scene.ticket.number))
    return Change(scene.ticket, "release", {"assignee": None}, outbox=Outbox.FIELDS)


@verb(
    "assign",
    "Assign",
    "Give the ticket to an agent, or to nobody.",
    Parameter("agent", Kind.LINE, "Agent", required=True, positional=True, example="mei  none"),
)
def assign(scene: Scene, agent: str) -> Change:
    _must_be_live(scene.ticket)
    if agent == "none":
        return release(scene)
    if people.agent_by_login(scene.session.store, agent) is None:
        logins = [known.login for known in people.agents(scene.session.store)]
        close = nearest(agent, logins)
        hint = (
            _("did you mean {word}?").format(word=repr(close))
            if close
            else _("agents appear with their first work here")
        )
        raise NotFoundError(_("there is no agent {name}").format(name=repr(agent)), hint)
    return Change(scene.ticket, "assign", {"assignee": agent} | _awake(scene.ticket), outbox=Outbox.FIELDS)


@verb(
    "verify",
    "Identity verified",
    "Note that the customer proved who they are, on this contact.",
    Parameter("how", Kind.LINE, "How", required=True),
)
def verify(scene: Scene, how: str) -> Change:
    _must_be_live(scene.ticket)
    return Change(scene.ticket, "verify", {"verified_at": scene.now, "verified_how": how})


# --- what is said


@verb(
    "reply",
    "Reply",
    "Answer the customer. Nothing goes out that the checks stop.",
    Parameter("body", Kind.TEXT, "Reply", required=True),
    Parameter("canned", Kind.LINE, "Canned answer"),
    Parameter("then", Kind.CHOICE, "Then", choices=("pending", "solve")),
    Parameter("override", Kind.LIST, "Checks to override", choices=gate.CHECKS),
    Parameter("seen", Kind.LINE, "Last message seen"),
)
def reply(
    scene: Scene,
    body: str,
    canned: str | None = None,
    then: str | None = None,
    override: Sequence[str] = (),
    seen: int | str | None = None,
) -> Change:
    """With `then` one change does both, by the rules of both: it is exported as one update and undone as one."""
    ticket = scene.ticket
    _must_not_be_closed(ticket)
    followed = VERBS[then].decide(scene).set if then else {}
    if canned is not None:
        library.canned(scene.session.store, canned)
    overridden = _through_the_gate(scene, body, override, _message_id(seen))
    taken = {"assignee": scene.login} if ticket.assignee is None else {}
    detail = {name: value for name, value in (("canned", canned), ("overridden", overridden)) if value}
    return Change(
        ticket, "reply", taken | _awake(ticket) | dict(followed), Said(body, public=True), Outbox.REPLY, detail
    )


def _through_the_gate(scene: Scene, body: str, override: Sequence[str], seen: int | None) -> list[str]:
    """The checks that would have stopped the reply, had they not been overridden."""
    gate.must_be_text(body)
    stopped = gate.check(scene.session, scene.ticket, body, seen=seen)
    if first := next((check for check in stopped if check.code not in override), None):
        hint = _("mend it, or {option}").format(option=f"--override {first.code}")
        raise RefusedError(first.code, _("not sent: {why}").format(why=first.detail), hint)
    return list(dict.fromkeys(check.code for check in stopped))


def _message_id(seen: int | str | None) -> int | None:
    try:
        return None if seen is None else int(seen)
    except ValueError as error:
        raise UsageError(f"seen: {seen!r} is no message's id", "ticket show REF --json names them") from error


@verb(
    "note",
    "Note",
    "Write an internal note; the customer never sees it.",
    Parameter("body", Kind.TEXT, "Note", required=True),
)
def note(scene: Scene, body: str) -> Change:
    _must_not_be_closed(scene.ticket)
    gate.must_be_text(body)
    return Change(scene.ticket, "note", said=Said(body, public=False), outbox=Outbox.NOTE)


# --- where it stands


@verb(
    "priority",
    "Priority",
    "Say how urgent it is; the clocks follow.",
    Parameter("priority", Kind.CHOICE, "Priority", required=True, choices=tuple(Priority), positional=True),
)
def priority(scene: Scene, priority: str) -> Change:
    _must_not_be_closed(scene.ticket)
    return Change(scene.ticket, "priority", {"priority": Priority(priority)}, outbox=Outbox.FIELDS)


@verb(
    "tag",
    "Tag",
    "Add and take away tags: +a -b.",
    Parameter("tags", Kind.TAGS, "Tags", required=True, positional=True),
)
def tag(scene: Scene, tags: Sequence[str]) -> Change:
    _must_not_be_closed(scene.ticket)
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
    _must_be_live(ticket)
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
    if tier >= Tier.SPECIALIST and not team:
        raise RefusedError(
            "team_needed", _("tier 3 is made of teams"), _("say {option}").format(option=f"--team {'|'.join(Team)}")
        )
    teams = desks.desk(scene.session.store, scene.ticket.desk).teams
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
    _must_be_live(ticket)
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
    _must_be_live(scene.ticket)
    if until is not None and until <= scene.now:
        raise UsageError(_("until: this time is past"), _("name one to come"))
    return Change(scene.ticket, "pending", {"status": Status.PENDING, "pending_until": until}, outbox=Outbox.FIELDS)


@verb("solve", "Solve", "The customer has what they asked for.")
def solve(scene: Scene) -> Change:
    _must_be_live(scene.ticket)
    moved = {"status": Status.SOLVED, "pending_until": None, "assignee": scene.ticket.assignee or scene.login}
    return Change(scene.ticket, "solve", moved, outbox=Outbox.FIELDS)


@verb(
    "reopen",
    "Reopen",
    "It was not solved after all.",
    Parameter("reason", Kind.LINE, "Reason", required=True),
)
def reopen(scene: Scene, reason: str) -> Change:
    _must_not_be_closed(scene.ticket)
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


# --- when the helpdesk changed it too


@verb("ours", "Keep ours", "Where the helpdesk has changed the same: what stands here holds, and goes out once more.")
def ours(scene: Scene) -> Change:
    fields = tuple(each.field for each in _conflicts(scene))
    return Change(scene.ticket, conflicts.KEPT, outbox=Outbox.FIELDS, again=fields)


@verb("theirs", "Take theirs", "Where the helpdesk has changed the same: what stands there holds here too.")
def theirs(scene: Scene) -> Change:
    taken = typed_fields({each.field: each.theirs for each in _conflicts(scene)})
    if taken.get("status", Status.PENDING) is not Status.PENDING:
        taken["pending_until"] = None
    return Change(scene.ticket, conflicts.TAKEN, taken)


def _conflicts(scene: Scene) -> list[Conflict]:
    found = conflicts.of_ticket(scene.session.store, scene.ticket.number)
    if not found:
        words = _("ticket {number} has no conflict with its helpdesk").format(number=scene.ticket.number)
        raise RefusedError("no_conflict", words)
    return found
