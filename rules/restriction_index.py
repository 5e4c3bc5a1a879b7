"""Which entries of the catalogue can concern a project at all?

The whole catalogue is compiled once: every word into an index read in one pass, CAS numbers, lists, fuels, flags and industry prefixes into
maps. A project then touches only the entries that one of its own facts points to, so the cost follows the project and not the catalogue.
Whether such an entry is met is `restriction_match.py`'s question.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from rules.project import text_form
from rules.restriction_data import Entry, Evidence, Flag, Match, SharedTerms
from rules.restriction_terms import SubstanceList
from rules.substances import SubstanceTable
from rules.term_index import TermIndex, Word, word_of

Words = tuple[Word, ...]
_SIGNS = re.compile(r"[?!.,:;'\"()（）“”「」【】_\-]")
_ASKING = re.compile(r"^(?:项目|本项目|企业)?(?:是否|是不是|有无|有没有)?(?:涉及|存在|属于|产生|为)?")


def _words(texts: Iterable[str]) -> Words:
    return tuple(word_of(text) for text in texts)


class CompiledEntry:
    """An entry with its words compiled. `has_ground` tells whether it names products, processes, equipment, substances or fuels."""

    __slots__ = (
        "certain", "entry", "except_equipment", "except_processes", "except_products", "exemptions", "has_ground", "limit_words",
        "no_limit", "number",
    )  # fmt: skip

    def __init__(self, number: int, entry: Entry) -> None:
        match = entry.match
        self.number = number
        self.entry = entry
        self.except_products = _words(match.except_products)
        self.except_processes = _words(match.except_processes)
        self.except_equipment = _words(match.except_equipment)
        self.certain = _words(match.certain_words)
        self.no_limit = _words(match.no_limit_words)
        self.limit_words = tuple(_words(limit.words) for limit in entry.limits)
        self.exemptions = tuple((one, _words(one.words), _words(one.unless_words)) for one in entry.exemptions)
        self.has_ground = _has_ground(match)


class CompiledEvidence:
    """Evidence for a flag with its words compiled."""

    __slots__ = ("evidence", "except_words", "with_except_words", "with_words", "words")

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.words = _words(evidence.words)
        self.except_words = _words(evidence.except_words)
        self.with_words = _words(evidence.with_words)
        self.with_except_words = _words(evidence.with_except_words)


class CompiledFlag:
    """A flag with its evidence compiled."""

    __slots__ = ("asked_when", "flag", "implied_false", "implied_true")

    def __init__(self, flag: Flag) -> None:
        self.flag = flag
        self.implied_true = tuple(map(CompiledEvidence, flag.implied_true))
        self.implied_false = tuple(map(CompiledEvidence, flag.implied_false))
        self.asked_when = tuple(map(CompiledEvidence, flag.asked_when))


class CatalogueIndex:
    """The catalogue, compiled. Built once; reading it changes nothing."""

    def __init__(self, entries: Iterable[Entry], terms: SharedTerms) -> None:
        self.entries = tuple(CompiledEntry(number, entry) for number, entry in enumerate(entries))
        self.substances = SubstanceTable(terms)
        self.flags = {flag.name: CompiledFlag(flag) for flag in terms.flags}
        self._flag_names = {
            _flag_form(key): (flag.name, holds)
            for flag in terms.flags
            for keys, holds in (((flag.id, flag.name, *flag.aliases), True), (flag.opposites, False))
            for key in keys
        }
        self.fuels = tuple((fuel, frozenset(fuel.words), _words(fuel.words), _words(fuel.except_words)) for fuel in terms.fuels)
        self.processes = terms.processes
        self.process_exceptions = tuple(_words(one.except_words) for one in terms.processes)
        self.areas = terms.areas
        self.product_terms: TermIndex[int] = TermIndex()
        self.process_terms: TermIndex[int] = TermIndex()
        self.equipment_terms: TermIndex[int] = TermIndex()
        self.regulated_terms: TermIndex[int] = TermIndex()
        self.by_cas: dict[str, list[int]] = defaultdict(list)
        self.by_list: dict[SubstanceList, list[int]] = defaultdict(list)
        self.by_fuel: dict[str, list[int]] = defaultdict(list)
        self.by_flag: dict[str, list[int]] = defaultdict(list)
        self.by_industry: dict[str, list[int]] = defaultdict(list)
        self.of_regulated_process: list[int] = []
        self.of_any_project: list[int] = []
        self.derived: list[CompiledEntry] = []
        for one in self.entries:
            self._place(one)
        for number, process in enumerate(terms.processes):
            for word in process.words:
                self.regulated_terms.add(word, number)
        for index in (self.product_terms, self.process_terms, self.equipment_terms, self.regulated_terms):
            index.compile()
        self.by_flag = dict(self.by_flag)
        # Flags that alone can bring an entry into play are tried for every project that shows evidence of them.
        self.baseline_flags = tuple(flag.name for flag in terms.flags if self._is_baseline(flag))

    def flag_named(self, key: str) -> tuple[str, bool] | None:
        """The flag a form's question means, and whether *yes* there is *yes* here; None when no flag is meant."""
        return self._flag_names.get(_flag_form(key))

    def _place(self, one: CompiledEntry) -> None:
        entry, number = one.entry, one.number
        match = entry.match
        if entry.derived_from:
            self.derived.append(one)
            return
        for word in match.products:
            self.product_terms.add(word, number)
        for word in match.processes:
            self.process_terms.add(word, number)
        for word in match.equipment:
            self.equipment_terms.add(word, number)
        for cas in match.substances:
            self.by_cas[cas].append(number)
        for wanted in match.substance_lists:
            self.by_list[wanted].append(number)
        for fuel in match.fuels:
            self.by_fuel[fuel].append(number)
        if match.flag:
            self.by_flag[match.flag].append(number)
        if match.key_regulated_process:
            self.of_regulated_process.append(number)
        if not one.has_ground and not match.substance_lists and not match.key_regulated_process:
            if match.industries:
                for prefix in match.industries:
                    self.by_industry[prefix].append(number)
            elif not match.flag:
                self.of_any_project.append(number)
        for limit in entry.limits:
            if limit.cas:
                self.by_cas[limit.cas].append(number)

    def _is_baseline(self, flag: Flag) -> bool:
        """Whether some entry asks nothing but this flag, and perhaps figures or areas."""
        return any(
            not one.has_ground and not one.entry.match.industries and not one.entry.match.substance_lists
            for one in (self.entries[number] for number in self.by_flag.get(flag.name, ()))
        )


@lru_cache(maxsize=4096)
def _flag_form(key: str) -> str:
    """The form in which names of flags are compared: 是否涉及可燃粉尘？ asks for 可燃粉尘."""
    return _ASKING.sub("", _SIGNS.sub("", text_form(key)))


def _has_ground(match: Match) -> bool:
    return bool(match.products or match.processes or match.equipment or match.substances or match.fuels)
