"""What does an entry of the 禁限控 catalogue say, and is the data fit to be used?

One file per published list under `data/restriction/`, and the small tables every entry shares (substances, regulated processes, fuels,
flags, mixtures, areas) under `data/restriction_terms/`. This module says what such a file must hold and reads it strictly. How an entry is
compared with a project is `restriction_match.py`'s question.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache

import msgspec

from rules.loading import RuleDataError, list_tables, read_table, refuse_duplicates
from rules.references import LegalBasis
from rules.restriction_terms import (
    Area,
    BuildType,
    Confidence,
    DateStatus,
    Effect,
    EntryKind,
    Figure,
    Holder,
    Layer,
    RoleRule,
    Scope,
    SubstanceList,
)
from rules.units import is_known_unit

ENTRY_FOLDER = "restriction"
TERM_FOLDER = "restriction_terms"


class Sign(StrEnum):
    """How a figure is compared. `BETWEEN` leaves both ends out."""

    BELOW = "<"
    AT_MOST = "<="
    ABOVE = ">"
    AT_LEAST = ">="
    BETWEEN = "between"


class Match(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a project must have for an entry to be met. Within a group any word suffices; between groups all must hold.

    `any_ground` joins the grounds `products`, `processes`, `equipment`, `substances` and `flag` by *or* instead. A word written `A+B` asks
    for both parts in one string. The `except_` words void only the string they stand in. `certain_words` are what a matched string must say
    for the match to be certain; without them `certain_question` is asked. `no_limit_words` mark strings that need no figure.
    """

    industries: tuple[str, ...] = ()
    except_industries: tuple[str, ...] = ()
    review_industries: tuple[str, ...] = ()
    build_types: tuple[BuildType, ...] = ()
    areas: tuple[Area, ...] = ()
    except_areas: tuple[Area, ...] = ()
    products: tuple[str, ...] = ()
    except_products: tuple[str, ...] = ()
    role: RoleRule | None = None
    processes: tuple[str, ...] = ()
    except_processes: tuple[str, ...] = ()
    equipment: tuple[str, ...] = ()
    except_equipment: tuple[str, ...] = ()
    substances: tuple[str, ...] = ()
    substance_lists: tuple[SubstanceList, ...] = ()
    substance_states: tuple[str, ...] = ()
    key_regulated_process: bool = False
    fuels: tuple[str, ...] = ()
    flag: str = ""
    certain_words: tuple[str, ...] = ()
    certain_question: str = ""
    no_limit_words: tuple[str, ...] = ()
    any_ground: bool = False
    any_limit: bool = False


class Limit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One threshold: `figure` `op` `value` (`until` closes a *between*) in `unit`, counted per `scope`.

    `words` say for which of the matched strings it stands, `cas` for which substance; neither means for all.
    """

    figure: Figure
    op: Sign
    value: Decimal
    unit: str
    scope: Scope
    until: Decimal | None = None
    words: tuple[str, ...] = ()
    cas: str = ""

    @property
    def holder(self) -> Holder:
        """On what the figure is declared."""
        return self.figure.holder


class ExemptionResult(StrEnum):
    """What an express exception does once the project's own words claim it: frees, asks a person, or leaves only a notice."""

    EXEMPT = "exempt"
    REVIEW = "review"
    NOTICE = "notice"


class TextField(StrEnum):
    """In which of a project's strings a word is looked for."""

    NAME = "name"
    PRODUCT = "product"
    PROCESS = "process"
    EQUIPMENT = "equipment"
    MATERIAL = "material"


class Exemption(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An express exception and the words by which a project claims it.

    With `cas` it concerns only those substances and looks at their own string (and the fuels). `unless_words` in the matched or looked-at
    strings void the claim. `build_types` limits it to kinds of construction.
    """

    text: str
    words: tuple[str, ...]
    result: ExemptionResult
    where: tuple[TextField, ...] = ()
    unless_words: tuple[str, ...] = ()
    cas: tuple[str, ...] = ()
    build_types: tuple[BuildType, ...] = ()


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry. `condition` is a summary of ours, not the official wording; `exceptions` are told to the reader in full."""

    id: str
    kind: EntryKind
    clause: str
    subject: str
    condition: str
    effective_from: date
    effect_new: Effect
    effect_existing: Effect
    layer: Layer
    confidence: Confidence
    verified: bool
    source: str
    title: str = ""
    doc_no: str = ""
    exceptions: str = ""
    date_status: DateStatus = DateStatus.GIVEN
    repealed_on: date | None = None
    corroborated_2019: bool = False
    note: str = ""
    practice: str = ""
    derived_from: tuple[str, ...] = ()
    derived_by: tuple[TextField, ...] = ()
    is_meta_rule: bool = False
    yields_to: tuple[str, ...] = ()
    match: Match = Match()
    limits: tuple[Limit, ...] = ()
    exemptions: tuple[Exemption, ...] = ()

    def is_in_force(self, on: date) -> bool:
        """Whether the entry binds on that day: [effective_from, repealed_on). A placeholder date does not keep an entry out."""
        if self.date_status is not DateStatus.PLACEHOLDER and on < self.effective_from:
            return False
        return self.repealed_on is None or on < self.repealed_on

    @property
    def basis(self) -> LegalBasis:
        """The citation behind the entry."""
        return LegalBasis(
            standard=self.title,
            doc_no=self.doc_no,
            clause=self.clause,
            effective_from=self.effective_from,
            repealed_on=self.repealed_on,
            source=self.source,
            verified=self.verified,
            note=self.note,
        )


class ListHead(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The list a file holds."""

    title: str
    doc_no: str


class ListFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One file of entries."""

    list: ListHead
    entry: tuple[Entry, ...]


class ConcentrationRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A list that holds a substance only above a mass concentration in percent."""

    list: SubstanceList
    above_percent: Decimal


class FormRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A list that holds a substance only in these states."""

    list: SubstanceList
    states: tuple[str, ...]


class Substance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A substance, the lists it stands on, and what must be known before a list is applied to it."""

    name: str
    lists: tuple[SubstanceList, ...]
    verified: bool
    cas: str = ""
    aliases: tuple[str, ...] = ()
    key74_no: int | None = None
    special20_no: int | None = None
    precursor_class: str = ""
    q_note: str = ""
    condition: str = ""
    usual_state: str = ""
    counted_pure: bool = False
    solution_cas: str = ""
    solution_words: tuple[str, ...] = ()
    powder_only: tuple[SubstanceList, ...] = ()
    powder_words: tuple[str, ...] = ()
    solid_words: tuple[str, ...] = ()
    forms: tuple[FormRule, ...] = ()
    concentrations: tuple[ConcentrationRule, ...] = ()
    graded_by_concentration: tuple[SubstanceList, ...] = ()


class RegulatedProcess(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One of the 18 key regulated chemical processes."""

    id: str
    name: str
    words: tuple[str, ...]
    except_words: tuple[str, ...]
    heat: str
    batch: str
    verified: bool
    source: str


class Fuel(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A family of fuels, as entries name it. `is_also_material` counts it when it is declared among the materials."""

    name: str
    words: tuple[str, ...]
    except_words: tuple[str, ...] = ()
    is_also_material: bool = False


class Mixture(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Trade names of mixtures that cannot be judged without their components."""

    words: tuple[str, ...]
    question: str
    ask: str
    except_words: tuple[str, ...] = ()


class AreaRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A hint about a part of the park or its neighbourhood; the entries it refers to decide.

    With `is_in_park` a project that names the area, or one of `words`, stands in the park.
    """

    id: str
    kind: str
    name: str
    rule: str
    refs: tuple[str, ...]
    words: tuple[str, ...] = ()
    is_in_park: bool = False
    confidence: Confidence
    verified: bool


class Ask(StrEnum):
    """When an unanswered flag is asked: whenever an entry reaches it, or only on evidence."""

    ALWAYS = "always"
    EVIDENCE = "evidence"


class Derivation(StrEnum):
    """A flag that follows from other facts by computation."""

    HAZARDOUS_PRODUCT = "hazardous_product"
    TOXIC_ONLY_AS_RAW_MATERIAL = "toxic_only_as_raw_material"


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Facts of a project that answer a flag or make it worth asking. All stated parts must hold.

    `words` and `with_words` each need one string; `industries` one code, `industries_all` every code; `substances` one CAS number.
    """

    words: tuple[str, ...] = ()
    except_words: tuple[str, ...] = ()
    with_words: tuple[str, ...] = ()
    with_except_words: tuple[str, ...] = ()
    industries: tuple[str, ...] = ()
    industries_all: tuple[str, ...] = ()
    substances: tuple[str, ...] = ()
    derived: Derivation | None = None


class Flag(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A yes/no question of the application form. `aliases` ask the same in other words, `opposites` ask for the contrary."""

    id: str
    name: str
    question: str
    whom: str
    ask: Ask
    aliases: tuple[str, ...] = ()
    opposites: tuple[str, ...] = ()
    implied_true: tuple[Evidence, ...] = ()
    implied_false: tuple[Evidence, ...] = ()
    asked_when: tuple[Evidence, ...] = ()


class _SubstanceFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    substance: tuple[Substance, ...]


class _ProcessFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    process: tuple[RegulatedProcess, ...]


class _FuelFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    fuel: tuple[Fuel, ...]


class _MixtureFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    mixture: tuple[Mixture, ...]


class _AreaFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    area: tuple[AreaRule, ...]


class _FlagFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    flag: tuple[Flag, ...]


class SharedTerms(msgspec.Struct, frozen=True, kw_only=True):
    """The tables every entry shares."""

    substances: tuple[Substance, ...]
    processes: tuple[RegulatedProcess, ...]
    fuels: tuple[Fuel, ...]
    mixtures: tuple[Mixture, ...]
    areas: tuple[AreaRule, ...]
    flags: tuple[Flag, ...]


@cache
def load_shared_terms() -> SharedTerms:
    """Read the shared tables. Raises `RuleDataError` naming file and key."""
    terms = SharedTerms(
        substances=read_table(f"{TERM_FOLDER}/substances.toml", _SubstanceFile).substance,
        processes=read_table(f"{TERM_FOLDER}/key_regulated_processes.toml", _ProcessFile).process,
        fuels=read_table(f"{TERM_FOLDER}/fuels.toml", _FuelFile).fuel,
        mixtures=read_table(f"{TERM_FOLDER}/mixtures.toml", _MixtureFile).mixture,
        areas=read_table(f"{TERM_FOLDER}/areas.toml", _AreaFile).area,
        flags=read_table(f"{TERM_FOLDER}/flags.toml", _FlagFile).flag,
    )
    _check_substances(terms.substances)
    refuse_duplicates(
        f"{TERM_FOLDER}/flags.toml", "flag", [name for one in terms.flags for name in {one.id, one.name, *one.aliases, *one.opposites}]
    )
    refuse_duplicates(f"{TERM_FOLDER}/fuels.toml", "fuel", (one.name for one in terms.fuels))
    refuse_duplicates(f"{TERM_FOLDER}/areas.toml", "area", (one.id for one in terms.areas))
    refuse_duplicates(f"{TERM_FOLDER}/key_regulated_processes.toml", "process", (one.id for one in terms.processes))
    return terms


@cache
def load_entries() -> tuple[Entry, ...]:
    """Every entry of every list, with its list's title and number filled in. Raises `RuleDataError` naming file and key."""
    terms = load_shared_terms()
    entries: list[Entry] = []
    for file in list_tables(ENTRY_FOLDER):
        entries += entries_of(file, read_table(file, ListFile), terms)
    refuse_duplicates(ENTRY_FOLDER, "entry", (one.id for one in entries))
    check_references(ENTRY_FOLDER, entries)
    for area in terms.areas:
        for ref in area.refs:
            if ref not in {one.id for one in entries}:
                raise RuleDataError(f"{TERM_FOLDER}/areas.toml", f"area {area.id}", f"refs names {ref}, which no list has")
    return tuple(entries)


def entries_of(file: str, content: ListFile, terms: SharedTerms) -> list[Entry]:
    """The entries of one file, each checked, with the list's title and number where the entry has none of its own."""
    filled = []
    for entry in content.entry:
        one = msgspec.structs.replace(entry, title=entry.title or content.list.title, doc_no=entry.doc_no or content.list.doc_no)
        check_entry(file, one, terms)
        filled.append(one)
    return filled


def check_entry(file: str, entry: Entry, terms: SharedTerms) -> None:
    """Refuse an entry that contradicts itself or names what does not exist."""

    def refuse(reason: str) -> RuleDataError:
        return RuleDataError(file, f"entry {entry.id}", reason)

    match = entry.match
    if not (entry.source.strip() and entry.clause.strip() and entry.title.strip()):
        raise refuse("title, clause and source must all be stated")
    if entry.repealed_on is not None and entry.repealed_on <= entry.effective_from:
        raise refuse("repealed_on must be after effective_from")
    if match == Match() and not entry.limits and not entry.derived_from:
        raise refuse("needs at least one condition in [entry.match], a limit or derived_from; an empty one would meet every project")
    if match.flag and match.flag not in {flag.name for flag in terms.flags}:
        raise refuse(f"flag “{match.flag}” is not in {TERM_FOLDER}/flags.toml")
    for fuel in match.fuels:
        if fuel not in {one.name for one in terms.fuels}:
            raise refuse(f"fuel “{fuel}” is not in {TERM_FOLDER}/fuels.toml")
    for code in (*match.industries, *match.except_industries, *match.review_industries):
        if not code.isdigit() or not 2 <= len(code) <= 4:
            raise refuse(f"industry “{code}” must be a GB/T 4754 prefix of 2 to 4 digits")
    for cas in (*match.substances, *(limit.cas for limit in entry.limits if limit.cas)):
        if not is_cas(cas):
            raise refuse(f"CAS {cas} has a wrong check digit")
    for name, banned in (("products", match.except_products), ("processes", match.except_processes), ("equipment", match.except_equipment)):
        if banned and not getattr(match, name):
            raise refuse(f"except_{name} without {name} excludes nothing")
    if bool(match.certain_words) != bool(match.certain_question):
        raise refuse("certain_words and certain_question belong together")
    for limit in entry.limits:
        if (limit.op is Sign.BETWEEN) != (limit.until is not None):
            raise refuse("until belongs to op = between, and to no other")
        if limit.until is not None and limit.until <= limit.value:
            raise refuse(f"between {limit.value} and {limit.until} is empty")
        if not is_known_unit(limit.unit):
            raise refuse(f"unit “{limit.unit}” cannot be converted; add it to units.py or correct it")


def check_references(file: str, entries: Iterable[Entry]) -> None:
    """Refuse `yields_to` and `derived_from` that name nothing."""
    ids = [one.id for one in entries]
    for entry in entries:
        for other in entry.yields_to:
            if other not in ids:
                raise RuleDataError(file, f"entry {entry.id}", f"yields_to names {other}, which no list has")
        for prefix in entry.derived_from:
            if not any(one.startswith(prefix) for one in ids):
                raise RuleDataError(file, f"entry {entry.id}", f"derived_from names {prefix}, with which no id begins")


def is_cas(text: str) -> bool:
    """Whether a CAS number is well formed and its check digit right."""
    head, _, rest = text.partition("-")
    middle, _, check = rest.partition("-")
    digits = head + middle
    if not (digits.isdigit() and check.isdigit() and len(middle) == 2 and len(check) == 1 and 2 <= len(head) <= 7):
        return False
    return sum(place * int(digit) for place, digit in enumerate(reversed(digits), 1)) % 10 == int(check)


def _check_substances(substances: tuple[Substance, ...]) -> None:
    file = f"{TERM_FOLDER}/substances.toml"
    refuse_duplicates(file, "substance", (one.cas for one in substances if one.cas))
    for one in substances:
        if one.cas and not is_cas(one.cas):
            raise RuleDataError(file, f"substance {one.name}", f"CAS {one.cas} has a wrong check digit")
        if bool(one.powder_only) != bool(one.powder_words):
            raise RuleDataError(file, f"substance {one.name}", "powder_only and powder_words belong together")
