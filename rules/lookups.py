"""Which GB/T 4754 code or CAS number does this Chinese name mean?

The look-ups know what the rules' own data know: industries named in `data/sectors/`, substances in the catalogue's lists and in GB 18218
table 1. They are no complete registers; a code or number they do not know may still be right, and is then told to be unknown here.
"""

import re
from collections.abc import Iterable

import msgspec

from rules.major_hazard_installation_data import InstallationBook
from rules.project import text_form
from rules.restriction_data import Substance
from rules.supervision_sectors import Industry

MOST_FOUND = 12
FIRST_DIVISION, LAST_DIVISION = 1, 97
"""The divisions (大类) of GB/T 4754-2017 are numbered 01 to 97."""
_NUMBER = re.compile(r"[0-9-]+")


class FoundIndustry(msgspec.Struct, frozen=True):
    """An industry code and the name our data has for it."""

    code: str
    name: str


class FoundSubstance(msgspec.Struct, frozen=True):
    """A substance with its CAS number and the lists it stands on, in words."""

    name: str
    cas: str
    lists: tuple[str, ...] = ()


def find_industries(search: str, industries: Iterable[Industry]) -> list[FoundIndustry]:
    """Industries whose name has every word of the search, or whose code begins with it; shorter codes first."""
    words = search.split()
    if not words:
        return []
    found = {
        (code, one.name)
        for one in industries
        for code in one.codes
        if all(code.startswith(word) if word.isdecimal() else word in one.name for word in words)
    }
    return [FoundIndustry(code, name) for code, name in sorted(found, key=lambda one: (len(one[0]), one[0]))][:MOST_FOUND]


def is_division(code: str) -> bool:
    """Whether the code begins with a division GB/T 4754-2017 has."""
    return code[:2].isdecimal() and FIRST_DIVISION <= int(code[:2]) <= LAST_DIVISION


def find_substances(search: str, substances: Iterable[Substance], book: InstallationBook) -> list[FoundSubstance]:
    """Substances called so, or whose name, alias or CAS number has the searched text; the exact name comes first."""
    wanted = text_form(search)
    if not wanted:
        return []
    is_number = _NUMBER.fullmatch(wanted) is not None
    found: dict[tuple[str, str], tuple[int, FoundSubstance]] = {}

    def add(name: str, cas: str, names: Iterable[str], lists: tuple[str, ...]) -> None:
        forms = [text_form(one) for one in names]
        rank = 0 if wanted in forms else 1 if any(form.startswith(wanted) for form in forms) else 2
        fits = cas.startswith(wanted) if is_number else any(wanted in form for form in forms)
        if cas and fits and all(other != cas for _, other in found):
            found[(name, cas)] = (rank, FoundSubstance(name, cas, lists))

    for one in substances:
        add(one.name, one.cas, (one.name, *one.aliases), tuple(listed.label for listed in one.lists))
    for entry in book.named.substances:
        for cas in entry.cas:
            add(entry.name, cas, (entry.name, *entry.aliases), ("GB 18218 表1",))
    return [one for _, one in sorted(found.values(), key=lambda one: (one[0], len(one[1].name), one[1].cas))][:MOST_FOUND]
