"""The words of the contract: every enumeration that a file, a query, a row or a JSON document may hold."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Final


class Tier(IntEnum):
    """Who answers: first line, second line, specialists (their team says which)."""

    FIRST = 1
    SECOND = 2
    SPECIALIST = 3


class Team(StrEnum):
    TAX = "tax"
    LEGAL = "legal"
    SYSTEMS = "systems"
    SECURITY = "security"


class StatusCategory(StrEnum):
    """What a status means for the clocks, whatever the source calls it."""

    OPEN = "open"
    WAITING_CUSTOMER = "waiting_customer"
    WAITING_INTERNAL = "waiting_internal"
    SOLVED = "solved"
    CLOSED = "closed"


class Status(StrEnum):
    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    HOLD = "hold"
    SOLVED = "solved"
    CLOSED = "closed"

    @property
    def category(self) -> StatusCategory:
        return _CATEGORIES[self]

    @property
    def is_live(self) -> bool:
        """Whether somebody still owes somebody something."""
        return self not in (Status.SOLVED, Status.CLOSED)


_CATEGORIES: Final = {
    Status.NEW: StatusCategory.OPEN,
    Status.OPEN: StatusCategory.OPEN,
    Status.PENDING: StatusCategory.WAITING_CUSTOMER,
    Status.HOLD: StatusCategory.WAITING_INTERNAL,
    Status.SOLVED: StatusCategory.SOLVED,
    Status.CLOSED: StatusCategory.CLOSED,
}

LIVE_STATUSES: Final = tuple(status for status in Status if status.is_live)
ENDED_STATUSES: Final = tuple(status for status in Status if not status.is_live)


class Condition(StrEnum):
    """What a source says of a ticket besides its status. Several may hold at once."""

    DELETED = "deleted"
    SCRUBBED = "scrubbed"
    """Deleted for good: all that told of the customer is gone."""
    MERGED = "merged"
    """Its conversation goes on in another ticket."""
    SUSPENDED = "suspended"
    """Held back before it became a ticket."""
    SPAM = "spam"
    REDACTED = "redacted"
    """Words were taken out of it; what is left goes on as before."""

    @property
    def ends_it(self) -> bool:
        """Whether nobody works on such a ticket, whatever its status was."""
        return self is not Condition.REDACTED


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """0 for low to 3 for urgent."""
        return list(Priority).index(self)


class Channel(StrEnum):
    FORM = "form"
    CHAT = "chat"
    PHONE = "phone"
    MAIL = "mail"
    SOCIAL = "social"
    FORUM = "forum"
    OTHER = "other"


class ClockKind(StrEnum):
    """The promises an SLA policy can make."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    UPDATE = "update"
    RESOLUTION = "resolution"


class ClockState(StrEnum):
    RUNNING = "running"
    PAUSED = "paused"
    FULFILLED = "fulfilled"
    BREACHED = "breached"
    CANCELLED = "cancelled"


class AuthorKind(StrEnum):
    CUSTOMER = "customer"
    AGENT = "agent"
    BOT = "bot"
    SYSTEM = "system"


class Kyc(StrEnum):
    NONE = "none"
    SUBMITTED = "submitted"
    VERIFIED = "verified"
    REJECTED = "rejected"


class AccountState(StrEnum):
    ACTIVE = "active"
    LOCKED = "locked"
    FROZEN = "frozen"
    CLOSED = "closed"


class Category(StrEnum):
    """The standard cases of an exchange's support desk."""

    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    LOCKED = "locked"
    PASSWORD = "password"
    TWO_FACTOR = "two_factor"
    KYC = "kyc"
    TRADING = "trading"
    ORDERS = "orders"
    TAX = "tax"
    SYSTEM = "system"
    SECURITY = "security"
    API = "api"
    COMPLAINT = "complaint"
    ACCOUNT_CHANGE = "account_change"
    HOWTO = "howto"
    GENERAL = "general"
