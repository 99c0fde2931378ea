"""A desk for tests: business hours in Tokyo, each kind of promise, every tier and team."""

from __future__ import annotations

from typing import Final

from agentconsole.domain.desk import Desk
from agentconsole.domain.desk_file import load_desk

TEXT: Final = """
key = "office"
time_zone = "Asia/Tokyo"
default_language = "ja"
languages = ["ja", "en", "zh-Hans"]
domains = ["office.example"]
tiers = [1, 2, 3]
teams = ["tax", "legal", "systems", "security"]

[name]
ja = "見本デスク"
en = "Sample desk"

[channels]
chat = "anytime"
form = "office"
mail = "office"
other = "office"

[[calendars]]
id = "office"
name = "Office"
[calendars.hours]
mon-fri = ["09:00-18:00"]

[[calendars]]
id = "anytime"
name = "Any time"
[calendars.hours]
mon-sun = ["00:00-24:00"]

[[policies]]
id = "urgent"
name = "Urgent"
priorities = ["urgent"]
hours = "calendar"
pauses = []
[policies.targets]
urgent = { first_response = "15m", next_response = "30m", update = "1h", resolution = "4h" }

[[policies]]
id = "specialists"
name = "Specialists"
tiers = [3]
[policies.targets]
urgent = { first_response = "1h" }
high = { first_response = "3h", next_response = "3h", resolution = "20h" }
normal = { first_response = "6h", next_response = "6h", resolution = "40h" }
low = { resolution = "80h" }

[[policies]]
id = "written"
name = "Written"
[policies.targets]
urgent = { first_response = "1h" }
high = { first_response = "1h", next_response = "2h", update = "8h", resolution = "9h" }
normal = { first_response = "2h", next_response = "4h", update = "16h", resolution = "18h" }
low = { first_response = "9h", next_response = "18h", resolution = "45h" }

[[fields]]
key = "txid"
label = { ja = "取引ID", en = "Transaction ID" }
sources = { helpdesk = 9001 }

[[fields]]
key = "error"
label = { ja = "エラー", en = "Error" }
sources = { helpdesk = [9002, 9003] }

[sources.helpdesk.groups]
"Front" = { tier = 1 }
"二次対応" = { tier = 2 }
"Tax" = { tier = 3, team = "tax" }

[sources.helpdesk.channels]
walkie-talkie = "phone"
"""


def office() -> Desk:
    return load_desk(TEXT, "office")
