"""What a sync run did, counted so that it adds up.

For each kind of object, read = new + changed + unchanged + conflict + rejected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from agentconsole.store.runs import Change
from agentconsole.sync.records import RejectedRecord

OBJECTS: Final = ("tickets", "messages", "customers", "organizations", "groups", "articles")
_KIND: Final = {
    "ticket": "tickets",
    "comment": "messages",
    "user": "customers",
    "organization": "organizations",
    "group": "groups",
    "article": "articles",
}
_OUTCOMES: Final = ("new", "changed", "unchanged", "conflict", "rejected")
LISTED: Final = 1000
"""How many rejected records a summary lists; all of them are in the store."""


@dataclass(slots=True)
class Summary:
    """Counts of one run; `as_json` is the shape that `sync --json` prints."""

    run: int
    source: str
    format: str
    files: tuple[str, ...]
    counts: dict[str, Counter[str]] = field(default_factory=lambda: {kind: Counter() for kind in OBJECTS})
    rejected: list[RejectedRecord] = field(default_factory=list)
    rejected_total: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    """Personal data and tokens that stood in the files and were not kept, by field."""
    retried: int = 0
    """Comments among the messages that earlier runs had set aside, and this one could take."""
    seconds: float = 0.0
    changes: list[Change] | None = None
    """Of a rehearsal: what would become of each ticket."""

    def count(self, kind: str, outcome: str, times: int = 1) -> None:
        self.counts[kind][outcome] += times

    def reject(self, record: RejectedRecord) -> None:
        """A record of no known kind counts among the rejected, and nowhere else."""
        if record.object in _KIND:
            self.count(_KIND[record.object], "rejected")
        self.rejected_total += 1
        if len(self.rejected) < LISTED:
            self.rejected.append(record)

    def take_back(self, raws: Collection[str]) -> None:
        """Comments that this run had set aside are tried again in it, and counted then."""
        self.count("messages", "rejected", -len(raws))
        self.rejected_total -= len(raws)
        self.rejected = [each for each in self.rejected if not (each.is_record and each.raw in raws)]

    def as_json(self) -> dict[str, Any]:
        return {
            "run": self.run,
            "source": self.source,
            "format": self.format,
            "files": list(self.files),
            **{kind: _with_read(counts) for kind, counts in self.counts.items()},
            "rejected": [
                {"file": each.place.file, "line": each.place.line, "object": each.object, "reason": each.reason}
                for each in self.rejected
            ],
            "skipped": dict(sorted(self.skipped.items())),
            "unknown": dict(sorted(self.unknown.items())),
            "dropped": dict(sorted(self.dropped.items())),
            "retried": self.retried,
            "seconds": round(self.seconds, 3),
            **({} if self.changes is None else {"changes": [asdict(each) for each in self.changes]}),
        }


def _with_read(counts: Mapping[str, int]) -> dict[str, int]:
    return {"read": sum(counts.values()), **{outcome: counts.get(outcome, 0) for outcome in _OUTCOMES}}
