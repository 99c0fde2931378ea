"""A customer with account state, money movements and what happened to the account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from agentconsole.domain.values import AccountState, Kyc


@dataclass(frozen=True, slots=True)
class Movement:
    """Money in, money out, or a trade. The amount is decimal text."""

    at: datetime
    kind: str
    asset: str
    amount: str
    state: str
    reference: str | None


@dataclass(frozen=True, slots=True)
class AccountEvent:
    at: datetime
    kind: str
    detail: str | None


@dataclass(frozen=True, slots=True)
class Profile:
    """Who wrote, as far as the store knows. A person merely referred to has an id and nothing else."""

    id: int
    source: str
    external_id: str | None
    name: str | None
    reading: str | None
    email: str | None
    phone: str | None
    role: str
    language: str | None
    locale: str | None
    time_zone: str | None
    organization: str | None
    kyc: Kyc | None
    account: AccountState | None
    two_factor: bool | None
    customer_class: str | None
    opened_on: str | None
    notes: str | None
    movements: tuple[Movement, ...] = ()
    account_events: tuple[AccountEvent, ...] = ()

    @property
    def reference(self) -> str:
        return f"{self.source}:{self.external_id}" if self.external_id else str(self.id)
