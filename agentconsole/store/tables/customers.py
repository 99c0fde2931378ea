"""Customers and what is known of their accounts."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class Organization(SQLModel, table=True):
    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str
    external_id: str
    name: str | None = None
    hash: str | None = None
    extra: str = "{}"


class Customer(SQLModel, table=True):
    """Every person a source speaks of, whatever the role. Without a hash the person was only referred to."""

    __table_args__ = (UniqueConstraint("source", "external_id"),)

    id: int | None = Field(default=None, primary_key=True)
    source: str
    external_id: str | None = None
    name: str | None = None
    reading: str | None = None
    email: str | None = Field(default=None, index=True)
    phone: str | None = None
    role: str = "end-user"
    language: str | None = None
    locale: str | None = None
    time_zone: str | None = None
    organization_id: int | None = Field(default=None, foreign_key="organization.id")
    kyc: str | None = None
    account: str | None = None
    two_factor: bool | None = None
    customer_class: str | None = None
    opened_on: str | None = None
    notes: str | None = None
    hash: str | None = None
    extra: str = "{}"


class Movement(SQLModel, table=True):
    """Money in, money out, trades. Amounts are decimal text, never floats."""

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    at: int
    kind: str
    asset: str
    amount: str
    state: str
    reference: str | None = None


class AccountEvent(SQLModel, table=True):
    __tablename__ = "account_event"

    id: int | None = Field(default=None, primary_key=True)
    customer_id: int = Field(foreign_key="customer.id", index=True)
    at: int
    kind: str
    detail: str | None = None
