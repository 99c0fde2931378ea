"""National holidays by country and year, from the holidays library, which is slow to load."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from agentconsole.domain.errors import Phrase

_COUNTRIES: Final = """
AD AE AF AG AI AL AM AO AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL CM
CN CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ES ET FI FJ FR GA GB GE GH GM GN GR GT GW GY HK HN HR HT HU ID IE IL
IN IQ IR IS IT JM JO JP KE KG KH KM KR KW KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MG MK ML MM MN MO MR MT MU
MV MW MX MY MZ NA NE NG NI NL NO NP NZ OM PA PE PG PH PK PL PT PW PY QA RO RS RU RW SA SC SD SE SG SI SK SL SM SN SO
SR SV SZ TD TG TH TJ TL TM TN TO TR TT TW TZ UA UG US UY UZ VA VC VE VN VU WS YE ZA ZM ZW
"""
"""Countries that the library is known to know, so that a desk can be read without loading it."""


def check_country(country: str) -> str:
    """The same country or part of it (`JP`, `US-CA`); the library is only asked about what is not a well-known country.

    Raises:
        ValueError: the country or its part is not known.
    """
    if country not in _COUNTRIES.split():
        national_holidays(country, 2026)
    return country


@lru_cache(maxsize=512)
def national_holidays(country: str, year: int) -> Mapping[date, str]:
    """The public holidays of a country or a part of it (`JP`, `US-CA`) in one year, named in the country's language.

    Raises:
        ValueError: the country is not known.
    """
    import holidays

    code, _, part = country.partition("-")
    known = getattr(holidays, code, None) if code.isupper() else None
    try:
        language = getattr(known, "default_language", None)
        found = holidays.country_holidays(code, subdiv=part or None, years=year, language=language)
    except NotImplementedError as error:
        raise ValueError(Phrase("no public holidays are known for {country}", country=repr(country))) from error
    return {day: str(name) for day, name in found.items() if day.year == year}
