"""Which entries of the catalogue does a word, a CAS number, an industry code or a clause lead to?

Each word of a search is first read as a screening would read it, by the catalogue's own index: as a product, process, machine, fuel or
material of a project. What a screening would find is therefore found; entries whose own text says the word come after. Whether an entry
is met by a project is `restriction.py`'s question.
"""

import re
from datetime import date
from functools import lru_cache

import msgspec

from rules.project import Equipment, Material, Product, Project, text_form
from rules.restriction import Catalogue, find_candidates
from rules.restriction_data import Entry
from rules.term_index import any_in

_CAS = re.compile(r"\d{2,7}-\d{2}-\d")
_INDUSTRY = re.compile(r"\d{2,4}")
_SEPARATORS = re.compile(r"[\s,，、;；]+")
MOST_WORDS = 8


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that a search leads to, and by what; `is_by_screening` when a screening would look at it for these words."""

    entry: Entry
    why: tuple[str, ...]
    is_by_screening: bool


@lru_cache(maxsize=32)
def search_entries(catalogue: Catalogue, text: str, on: date) -> tuple[Found, ...]:
    """The entries every word of the search leads to, those a screening would look at first. Dates are not looked at."""
    words = [one for one in _SEPARATORS.split(text.strip()) if one][:MOST_WORDS]
    found: dict[str, tuple[list[str], bool]] | None = None
    for word in words:
        reached = _reached(catalogue, word, on)
        if found is None:
            found = reached
        else:
            found = {key: (found[key][0] + why, found[key][1] and by) for key, (why, by) in reached.items() if key in found}
    rows = [Found(entry=catalogue.by_id[key], why=tuple(why), is_by_screening=by) for key, (why, by) in (found or {}).items()]
    return tuple(sorted(rows, key=lambda one: not one.is_by_screening))


def _reached(catalogue: Catalogue, word: str, on: date) -> dict[str, tuple[list[str], bool]]:
    by_screening = _by_screening(catalogue, word, on)
    reached: dict[str, tuple[list[str], bool]] = {}
    for entry in catalogue.entries:
        if entry.id in by_screening:
            reached[entry.id] = ([by_screening[entry.id]], True)
        elif why := _said(entry, word):
            reached[entry.id] = ([why], False)
    return reached


def _by_screening(catalogue: Catalogue, word: str, on: date) -> dict[str, str]:
    """The entries a screening would look at, each with why. Those it looks at for every project are left out."""
    if _INDUSTRY.fullmatch(word):
        return {
            one.id: f"行业 {word}"
            for one in catalogue.entries
            if any(word.startswith(prefix) or prefix.startswith(word) for prefix in (*one.match.industries, *one.match.review_industries))
        }
    is_cas = _CAS.fullmatch(word) is not None
    if is_cas:
        project = Project(materials=(Material(name=word, cas=word),))
    else:
        project = Project(
            name=word,
            products=(Product(name=word),),
            processes=(word,),
            equipment=(Equipment(name=word),),
            fuels=(word,),
            materials=(Material(name=word),),
        )
    form = text_form(word)
    indexed = {one.entry.id: one for one in catalogue.index.entries}
    reached = {}
    for key, words in find_candidates(project, on, catalogue).items():
        if key in _of_every_project(catalogue, on):
            continue
        compiled = indexed[key]
        excluding = any_in((*compiled.except_products, *compiled.except_processes, *compiled.except_equipment), form)
        why = f"筛查用词“{'、'.join(words)}”" if words else f"CAS {word}" if is_cas else f"物质、燃料或清单“{word}”"
        reached[key] = why + (f"，但含排除词“{excluding.text}”" if excluding else "")
    return reached


@lru_cache(maxsize=32)
def _of_every_project(catalogue: Catalogue, on: date) -> frozenset[str]:
    return frozenset(find_candidates(Project(), on, catalogue))


def _said(entry: Entry, word: str) -> str:
    """Where an entry's own text or conditions say the word; empty when nowhere."""
    form = text_form(word)
    match = entry.match
    for place, texts in (
        ("编号", (entry.id,)),
        ("品名", (entry.subject,)),
        ("条件", (entry.condition, entry.exceptions)),
        ("条款", (entry.clause,)),
        ("文件", (entry.title, entry.doc_no)),
        ("筛查用词", (*match.products, *match.processes, *match.equipment, *match.fuels, match.flag)),
        ("CAS", match.substances),
    ):
        if any(form in text_form(one) for one in texts):
            return f"{place}含“{word}”"
    return ""
