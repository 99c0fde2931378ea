"""Groups, organizations and people of a source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from agentconsole.domain.instants import to_seconds
from agentconsole.domain.languages import normalise_language
from agentconsole.store import intake, intake_people, journal, rows
from agentconsole.store.intake_people import AgentRow, nameless
from agentconsole.store.intake_rows import SourceEvent
from agentconsole.sync.records import GroupRecord, OrganizationRecord, PersonRecord, TicketRecord
from agentconsole.sync.run import Run
from agentconsole.sync.versions import Inside, changed_at, digests, hash_with, inside

_COUNTED_AS: Final = {"source_group": "groups", "organization": "organizations"}
_CUSTOMER: Final = "end-user"


def _is_whole(digest: str | None) -> bool:
    return digest is not None and inside(digest) is None


def _inside(version: GroupRecord | OrganizationRecord | PersonRecord, ticket: TicketRecord) -> Inside:
    """How old an embedded version is: as it says itself, else as the ticket."""
    said = version.at if isinstance(version, PersonRecord) else None
    at = changed_at(version.extra) if said is None else to_seconds(said)
    return Inside(to_seconds(ticket.updated_at) if at is None else at, version.digest.hex())


def take_named(
    run: Run,
    table: str,
    whole: Sequence[GroupRecord | OrganizationRecord],
    embedded: Sequence[tuple[GroupRecord | OrganizationRecord, TicketRecord]],
) -> None:
    """Groups or organizations. What is embedded names what has no whole version; the newest holds."""
    every = (*((each, _inside(each, ticket)) for each, ticket in embedded), *((each, None) for each in whole))
    known = intake_people.known_named(run.store, table, run.source, (each.external_id for each, _ in every))
    there = set(known)
    found: dict[str, intake_people.Known] = {}
    for each, mark in every:
        have = known.get(each.external_id)
        row = _named(have, each) if mark is None else _named_inside(have, each, mark)
        is_known = have is not None and have.hash is not None
        is_same = row is None or (have is not None and is_known and mark is not None and row.name == have.name)
        run.summary.count(_COUNTED_AS[table], "unchanged" if is_same else "changed" if is_known else "new")
        if row is not None:
            known[each.external_id] = found[each.external_id] = row
    journal.keep_named(run.store, run.id, table, run.source, found.keys() & there)
    rows_ = [(name, row.name, row.hash, row.extra) for name, row in found.items()]
    intake_people.put_named(run.store, table, run.source, rows_)


def _named(have: intake_people.Known | None, version: GroupRecord | OrganizationRecord) -> intake_people.Known | None:
    """What is kept of a whole version; None if it is not taken."""
    kept: str | None = version.digest.hex()
    if have is not None and have.hash is not None and _is_whole(have.hash):
        kept = hash_with(have.hash, have.extra, version.digest.hex(), version.extra)
    return None if kept is None else intake_people.Known(kept, version.name, rows.as_json(version.extra))


def _named_inside(
    have: intake_people.Known | None, version: GroupRecord | OrganizationRecord, mark: Inside
) -> intake_people.Known | None:
    """What is kept of an embedded version; None if it adds nothing."""
    row = intake_people.Known(str(mark), version.name, rows.as_json(version.extra))
    if have is None or have.hash is None:
        return row._replace(name=row.name or (have and have.name))
    standing = inside(have.hash)
    if standing is None:
        return None
    if mark > standing:
        return row._replace(name=row.name or have.name)
    return have._replace(name=row.name) if have.name is None and row.name else None


def take_people(run: Run, whole: Sequence[PersonRecord], embedded: Sequence[tuple[PersonRecord, TicketRecord]]) -> None:
    """People of all roles. What is embedded adds to what is known, and takes nothing away."""
    everybody = (*((each, _inside(each, ticket)) for each, ticket in embedded), *((each, None) for each in whole))
    if not everybody:
        return
    known = intake_people.people(run.store, run.source, (each.external_id for each, _ in everybody))
    organizations = intake_people.refer(
        run.store, "organization", run.source, (p.organization_id for p, _ in everybody if p.organization_id)
    )
    there = set(known)
    found: dict[str, tuple[PersonRecord, dict[str, Any]]] = {}
    before = dict(known)
    for person, mark in everybody:
        have = known.get(person.external_id)
        row = _row(run, person, organizations.get(person.organization_id or ""))
        if mark is not None:
            row = _added(have, row, mark)
        elif have is not None and _is_whole(have["hash"]):
            row["hash"] = _hash_of_version(have, row, person)
        verdict = _verdict(have, row, inside=mark is not None)
        run.summary.count("customers", verdict)
        if verdict != "unchanged" or _is_newer(have, row):
            known[person.external_id] = row
            found[person.external_id] = (person, row)
    journal.keep_named(run.store, run.id, "customer", run.source, found.keys() & there)
    _write(run, list(found.values()))
    _follow_classes(run, [(before[name], row) for name, (_, row) in found.items() if name in before])


def _hash_of_version(have: dict[str, Any], row: dict[str, Any], person: PersonRecord) -> str | None:
    """What is kept as the hash of a version that is taken; None if it is not.

    The very version that is there is taken once more where the desk's words for classes have changed.
    """
    if row["hash"] in digests(have["hash"]) and have["customer_class"] != row["customer_class"]:
        return str(have["hash"])
    return hash_with(have["hash"], have["extra"], row["hash"], person.extra)


def _follow_classes(run: Run, people: Iterable[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """Policies ask for the customer's class: when it is another one, that happened to each of their tickets.

    Of people who were only referred to so far it was never otherwise: it was not known.
    """
    moved = {have["id"]: (have, row) for have, row in people if have["customer_class"] != row["customer_class"]}
    tickets = intake_people.tickets_of(run.store, moved) if moved else {}
    if tickets:
        events = [
            SourceEvent(number, "source_changed", _class(have), _class(row))
            for number, (have, row) in ((number, moved[customer]) for number, customer in tickets.items())
            if have["hash"] is not None
        ]
        intake.add_events(run.store, run.id, run.source, run.now, events)
        intake.derive_clocks(run.store, list(tickets), run.now)


def _class(person: Mapping[str, Any]) -> dict[str, Any]:
    return {"customer_class": person["customer_class"]}


def _verdict(have: dict[str, Any] | None, row: dict[str, Any], *, inside: bool) -> str:
    if have is None or have["hash"] is None:
        return "new"
    if not inside:
        return "unchanged" if row["hash"] is None else "changed"
    is_same = _is_whole(have["hash"]) or all(have[name] == value for name, value in row.items() if name != "hash")
    return "unchanged" if is_same else "changed"


def _is_newer(have: dict[str, Any] | None, row: dict[str, Any]) -> bool:
    """Whether an embedded version that says the same is a newer one: an older one must not come after it."""
    return have is not None and inside(have["hash"]) is not None and row["hash"] not in (None, have["hash"])


def _added(have: dict[str, Any] | None, row: dict[str, Any], mark: Inside) -> dict[str, Any]:
    """What is known of a person with what an embedded object says of them."""
    row = {**row, "hash": str(mark)}
    if have is None:
        return row
    standing = inside(have["hash"])
    is_newer = standing is None or mark > standing
    first, other = (row, have) if is_newer else (have, row)
    added = {name: other.get(name) if first.get(name) is None else first[name] for name in row}
    if have["hash"] is not None:
        added["extra"] = rows.as_json({**rows.parsed(other["extra"]), **rows.parsed(first["extra"])})
        added["role"] = other["role"] if first["role"] == _CUSTOMER else first["role"]
    return added


def _write(run: Run, found: Sequence[tuple[PersonRecord, dict[str, Any]]]) -> None:
    intake_people.put_people(run.store, run.source, [row for _, row in found])
    _write_accounts(run, [person for person, _ in found if person.movements or person.account_events])
    agents = [row for _, row in found if row["role"] != _CUSTOMER]
    intake_people.put_agents(
        run.store, run.source, (AgentRow(a["external_id"], login_of(a), a["name"], a["email"]) for a in agents)
    )
    customers = [row["external_id"] for _, row in found if row["role"] == _CUSTOMER]
    if spoke_on := intake_people.unmask_customers(run.store, run.id, run.source, customers):
        intake.derive_clocks(run.store, spoke_on, run.now)


def _row(run: Run, person: PersonRecord, organization_id: int | None) -> dict[str, Any]:
    return {
        "external_id": person.external_id,
        "name": person.name,
        "reading": person.reading,
        "email": person.email,
        "phone": person.phone,
        "role": person.role,
        "language": person.language or normalise_language(person.locale),
        "locale": person.locale,
        "time_zone": person.time_zone,
        "organization_id": organization_id,
        "kyc": person.kyc,
        "account": person.account,
        "two_factor": person.two_factor,
        "customer_class": person.customer_class or run.desk.class_of(run.source, person.extra),
        "opened_on": person.opened_on,
        "notes": person.notes,
        "hash": person.digest.hex(),
        "extra": rows.as_json(person.extra),
    }


def _write_accounts(run: Run, people: Sequence[PersonRecord]) -> None:
    ids = intake_people.ids(run.store, "customer", run.source, (person.external_id for person in people))
    for person in people:
        intake_people.put_account(
            run.store,
            ids[person.external_id],
            [(to_seconds(m.at), m.kind, m.asset, m.amount, m.state, m.reference) for m in person.movements],
            [(to_seconds(e.at), e.kind, e.detail) for e in person.account_events],
        )


# --- who is referred to


def login_of(agent: dict[str, Any]) -> str:
    """What an agent of a source is called here: by a name that is an id already, else by the mail address."""
    external_id = str(agent["external_id"])
    if external_id.isdecimal() and agent["email"]:
        return str(agent["email"]).partition("@")[0]
    return external_id


def refer_requesters(run: Run, tickets: Sequence[TicketRecord]) -> tuple[dict[str, str], dict[str, int]]:
    """Who asks, by ticket, and their ids. Who has no id in the source is known by mail address, or else by name."""
    emails = [t.requester_email for t in tickets if t.requester_email and not t.requester_id]
    by_email = intake_people.ids_by_email(run.store, run.source, emails) if emails else {}
    asking: dict[str, str] = {}
    nameless_ones: list[str] = []
    introduced: list[tuple[int, str, str | None, str | None]] = []
    for ticket in tickets:
        email, name = ticket.requester_email, ticket.requester_name
        who = ticket.requester_id or by_email.get(email or "") or email or name
        if who is None or not who.strip():
            continue
        asking[ticket.external_id] = who
        if ticket.requester_id:
            nameless_ones.append(who)
        else:
            introduced.append((to_seconds(ticket.updated_at), who, name, email))
    ids = intake_people.refer(run.store, "customer", run.source, nameless_ones)
    return asking, ids | (_introduced(run, introduced) if introduced else {})


def _introduced(run: Run, told: Iterable[tuple[int, str, str | None, str | None]]) -> dict[str, int]:
    """The ids of people whom tickets know by name or mail address alone: they are called as in the newest of these.

    Args:
        told: when, who, name and mail address.
    """
    newest = sorted((at, who, name or "", email) for at, who, name, email in told)
    called = {who: (at, name) for at, who, name, _ in newest if name}
    known = intake_people.people(run.store, run.source, called)
    last = intake_people.last_told(run.store, [row["id"] for row in known.values()])
    renamed = [
        {**row, "name": called[who][1]}
        for who, row in known.items()
        if row["hash"] is None and called[who] > (last.get(row["id"], 0), row["name"] or "")
    ]
    journal.keep_named(run.store, run.id, "customer", run.source, [row["external_id"] for row in renamed])
    intake_people.put_people(run.store, run.source, renamed)
    people_ = [(who, called.get(who, (0, None))[1], email) for _, who, _, email in newest]
    return intake_people.introduce(run.store, run.source, people_)


def assignee_of(ticket: TicketRecord) -> str | None:
    """The id of the agent who has the ticket; who has none in the source is known by name."""
    return ticket.assignee_id or ticket.assignee_name or None


def refer_agents(run: Run, tickets: Iterable[TicketRecord], staff: Iterable[str]) -> dict[str, int]:
    """The ids of agents that tickets and comments name; who has not come yet is called by the source's id."""
    named = [
        AgentRow(each.assignee_name, each.assignee_name, each.assignee_name)
        for each in tickets
        if each.assignee_name and not each.assignee_id
    ]
    ids = [*(each.assignee_id for each in tickets if each.assignee_id), *staff]
    return intake_people.put_agents(
        run.store, run.source, [*named, *(AgentRow(each, nameless(run.source, each)) for each in dict.fromkeys(ids))]
    )
