"""Groups, organizations and people of a source."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from agentconsole.domain.answer import normalise_language
from agentconsole.domain.instants import to_seconds
from agentconsole.store import intake, rows
from agentconsole.sync.records import GroupRecord, OrganizationRecord, PersonRecord
from agentconsole.sync.run import Run

_COUNTED_AS: Final = {"source_group": "groups", "organization": "organizations"}
EMBEDDED: Final = "embedded:"
"""Before the hash of an object that came inside a ticket: it may be less than the whole, and never overrules it."""


def outcome(known: intake.Known | None, digest: str) -> str:
    """How an object counts: new, changed or unchanged."""
    if known is None or known.hash is None:
        return "new"
    whole_is_known = not known.hash.startswith(EMBEDDED)
    if known.hash == digest or (digest.startswith(EMBEDDED) and whole_is_known):
        return "unchanged"
    return "changed"


def _digests(whole: Sequence[Any], embedded: Sequence[Any]) -> list[tuple[Any, str]]:
    return [
        *((each, EMBEDDED + each.digest.hex()) for each in embedded),
        *((each, each.digest.hex()) for each in whole),
    ]


def take_named(
    run: Run,
    table: str,
    whole: Sequence[GroupRecord | OrganizationRecord],
    embedded: Sequence[GroupRecord | OrganizationRecord],
) -> None:
    known = intake.known(run.store, table, run.source, (each.external_id for each in (*whole, *embedded)))
    found: dict[str, tuple[str, str | None, str, str]] = {}
    for each, digest in _digests(whole, embedded):
        verdict = outcome(known.get(each.external_id), digest)
        run.summary.count(_COUNTED_AS[table], verdict)
        if verdict != "unchanged":
            known[each.external_id] = intake.Known(0, digest)
            found[each.external_id] = (each.external_id, each.name, digest, rows.as_json(each.extra))
    intake.put_named(run.store, table, run.source, list(found.values()))


def take_people(run: Run, whole: Sequence[PersonRecord], embedded: Sequence[PersonRecord]) -> None:
    known = intake.known(run.store, "customer", run.source, (each.external_id for each in (*whole, *embedded)))
    found: dict[str, tuple[PersonRecord, str]] = {}
    for each, digest in _digests(whole, embedded):
        verdict = outcome(known.get(each.external_id), digest)
        run.summary.count("customers", verdict)
        if verdict != "unchanged":
            known[each.external_id] = intake.Known(0, digest)
            found[each.external_id] = (each, digest)
    _write(run, [person for person, _ in found.values()], [digest for _, digest in found.values()])


def _write(run: Run, people: Sequence[PersonRecord], digests: Sequence[str]) -> None:
    organizations = intake.refer(
        run.store, "organization", run.source, (p.organization_id for p in people if p.organization_id)
    )
    intake.put_people(
        run.store,
        run.source,
        [
            _row(person, digest, organizations.get(person.organization_id or ""))
            for person, digest in zip(people, digests, strict=True)
        ],
    )
    _write_accounts(run, [person for person in people if person.movements or person.account_events])
    agents = [person for person in people if person.role != "end-user"]
    intake.put_agents(run.store, run.source, ((a.external_id, login_of(a), a.name, a.email) for a in agents))


def _row(person: PersonRecord, digest: str, organization_id: int | None) -> dict[str, Any]:
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
        "customer_class": person.customer_class,
        "opened_on": person.opened_on,
        "notes": person.notes,
        "hash": digest,
        "extra": rows.as_json(person.extra),
    }


def _write_accounts(run: Run, people: Sequence[PersonRecord]) -> None:
    ids = intake.known(run.store, "customer", run.source, (person.external_id for person in people))
    for person in people:
        intake.put_account(
            run.store,
            ids[person.external_id].id,
            [(to_seconds(m.at), m.kind, m.asset, m.amount, m.state, m.reference) for m in person.movements],
            [(to_seconds(e.at), e.kind, e.detail) for e in person.account_events],
        )


def login_of(agent: PersonRecord) -> str:
    """What an agent of a source is called here: by a name that is an id already, else by the mail address."""
    if not agent.external_id.isdecimal():
        return agent.external_id
    return agent.email.partition("@")[0] if agent.email else agent.external_id


def refer_agents(run: Run, external_ids: Iterable[str]) -> dict[str, int]:
    """The ids of agents that tickets name; who has not come yet is called by the source's id."""
    return intake.put_agents(
        run.store, run.source, ((each, f"{run.source}:{each}", None, None) for each in dict.fromkeys(external_ids))
    )
