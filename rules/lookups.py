"""Which CAS number does this Chinese name mean?

The look-up knows what the rules' own data know: substances in the catalogue's lists and in GB 18218 table 1. It is no complete register; a
number it does not know may still be right, and is then told to be unknown here. Industries are looked up in `industries.py`.
"""

import re
from collections.abc import Iterable

import msgspec

from rules.major_hazard_installation_data import InstallationBook
from rules.project import text_form
from rules.restriction_data import Substance

MOST_FOUND = 12
_NUMBER = re.compile(r"[0-9-]+")


class FoundSubstance(msgspec.Struct, frozen=True):
    """A substance with its CAS number and the lists it stands on, in words."""

    name: str
    cas: str
    lists: tuple[str, ...] = ()


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
