"""Times as a desk reads them."""

from __future__ import annotations

from datetime import datetime, tzinfo


def local_time(at: datetime, zone: tzinfo, now: datetime) -> str:
    """`10:42` in `zone`; with the day (`11-20 10:42`) if that is another one, with the year if it is another year."""
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date():
        return f"{local:%H:%M}"
    return f"{local:%m-%d %H:%M}" if local.year == today.year else f"{local:%Y-%m-%d %H:%M}"
