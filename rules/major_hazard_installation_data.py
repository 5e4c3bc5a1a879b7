"""What does GB 18218 list, and how is it written as data?

Tables 1 to 6 of the standard under `data/major_hazard_installation/`: named substances with threshold and condition, hazard categories with
threshold and β, the toxic gases of table 3, α by residents, levels by R, and the words by which a request tells state and content. Which
entry a chemical falls under is `substance_lookup.py`'s question, whether an installation is one is `major_hazard_installation.py`'s.
"""

from decimal import Decimal
from functools import cache

import msgspec

from rules.bands import Band, check_bands
from rules.loading import RuleDataError, read_table, refuse_duplicates
from rules.references import LegalBasis
from rules.requests import normal_form
from rules.three_valued import Condition, ExpressionError, parse_condition

FOLDER = "major_hazard_installation"


class Substance(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An entry of table 1; `threshold_t` in tonnes.

    `search_names` and `search_cas` are ours, for finding. `condition` says when the entry applies, `ask` how to ask for it; `presume` holds
    facts taken as given unless the request says otherwise, with `assumption` telling so; from a CAS number alone only where
    `is_presumed_from_cas`. `otherwise_no` is the stricter entry that applies when the presumption is wrong; `must_be_confirmed` where the
    presumption alone must not let an installation pass below the threshold.
    """

    no: int
    name: str
    threshold_t: Decimal
    cas: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    search_names: tuple[str, ...] = ()
    search_cas: tuple[str, ...] = ()
    beta_hint: Decimal | None = None
    condition: str = ""
    ask: str = ""
    assumption: str = ""
    presume: dict[str, bool | Decimal] = {}
    is_presumed_from_cas: bool = False
    otherwise_no: int | None = None
    must_be_confirmed: bool = False


class NamedSubstances(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Table 1."""

    title: str
    basis: LegalBasis
    substances: tuple[Substance, ...]


class Category(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A category of table 2 with its β of table 4."""

    symbol: str
    category: str
    text: str
    threshold_t: Decimal
    beta: Decimal


class Categories(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Tables 2 and 4."""

    title: str
    basis: LegalBasis
    categories: tuple[Category, ...]


class ToxicGas(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A gas of table 3; `no` is its entry in table 1, where it has one of its own."""

    name: str
    beta: Decimal
    no: int | None = None
    search_names: tuple[str, ...] = ()
    search_cas: tuple[str, ...] = ()


class ToxicGases(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Table 3."""

    title: str
    basis: LegalBasis
    gases: tuple[ToxicGas, ...]


class Alpha(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A row of table 5: from so many residents within 500 m beyond the boundary, this α."""

    persons_at_least: int
    alpha: Decimal


class CalculationRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A rule of the calculation the tables do not show."""

    id: str
    clause: str
    text: str
    verified: bool


class OlderThreshold(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an earlier edition had for an entry: kept to recognise it when somebody brings it along."""

    no: int
    edition: str
    threshold_t: Decimal
    source: str


class EditionNote(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Another difference between editions."""

    text: str
    source: str
    verified: bool


class GradingTable(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Tables 5 and 6, the formulas, and what is known of earlier editions."""

    title: str
    identify: str
    grade: str
    unit: str
    basis: LegalBasis
    alphas: tuple[Alpha, ...]
    levels: tuple[Band, ...]
    calculation_rules: tuple[CalculationRule, ...]
    older_thresholds: tuple[OlderThreshold, ...]
    edition_notes: tuple[EditionNote, ...]

    def rule(self, rule_id: str) -> CalculationRule:
        """A calculation rule by id."""
        return next(one for one in self.calculation_rules if one.id == rule_id)


class StateWord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Words that answer a yes/no fact of a condition; `no` words are looked for first."""

    id: str
    yes: tuple[str, ...]
    no: tuple[str, ...]


class ContentWord(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Words before or after a percentage that name a content."""

    id: str
    words: tuple[str, ...]


class StateWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a request's words for state and content are read."""

    title: str
    states: tuple[StateWord, ...]
    contents: tuple[ContentWord, ...]


class InstallationBook(msgspec.Struct, frozen=True):
    """GB 18218 as the rulebook holds it, with the indexes a look-up needs."""

    named: NamedSubstances
    categories: Categories
    toxic_gases: ToxicGases
    table: GradingTable
    words: StateWords
    conditions: dict[int, Condition]
    by_full_name: dict[str, tuple[Substance, ...]]
    by_short_name: dict[str, tuple[Substance, ...]]
    by_cas: dict[str, tuple[Substance, ...]]

    def substance(self, no: int) -> Substance:
        """The entry of table 1 with that number."""
        return next(one for one in self.named.substances if one.no == no)


def base_name(name: str) -> tuple[str, str]:
    """A name in normal form without its trailing bracket, and what stands in the bracket."""
    normal = normal_form(name)
    depth = 0
    if normal.endswith(")"):
        for index in range(len(normal) - 1, 0, -1):
            depth += {")": 1, "(": -1}.get(normal[index], 0)
            if depth == 0:
                return normal[:index], normal[index + 1 : -1]
    return normal, ""


@cache
def load_installation_book() -> InstallationBook:
    """Read and check GB 18218. Raises `RuleDataError` naming file and key."""
    named_file, word_file, table_file = f"{FOLDER}/named_substances.toml", f"{FOLDER}/state_words.toml", f"{FOLDER}/grading.toml"
    named, words, table = read_table(named_file, NamedSubstances), read_table(word_file, StateWords), read_table(table_file, GradingTable)
    categories = read_table(f"{FOLDER}/categories.toml", Categories)
    refuse_duplicates(named_file, "substance", (str(one.no) for one in named.substances))
    refuse_duplicates(f"{FOLDER}/categories.toml", "category", (one.symbol for one in categories.categories))
    for one in named.substances:
        if one.threshold_t <= 0:
            raise RuleDataError(named_file, f"no {one.no}", "the threshold must be positive")
        for cas in (*one.cas, *one.search_cas):
            if not is_cas(cas):
                raise RuleDataError(named_file, f"no {one.no}", f"{cas} is no CAS number: its check digit differs")
    check_bands(table_file, table.levels)
    facts = {one.id for one in words.states} | {one.id for one in words.contents} | {"content"}
    full: dict[str, tuple[Substance, ...]] = {}
    short: dict[str, tuple[Substance, ...]] = {}
    by_cas: dict[str, tuple[Substance, ...]] = {}
    for one in named.substances:
        _add(full, one, [normal_form(one.name)])
        _add(short, one, dict.fromkeys([base_name(one.name)[0], *(normal_form(name) for name in (*one.aliases, *one.search_names))]))
        _add(by_cas, one, [*one.cas, *one.search_cas])
    return InstallationBook(
        named=named,
        categories=categories,
        toxic_gases=read_table(f"{FOLDER}/beta_toxic_gases.toml", ToxicGases),
        table=table,
        words=words,
        conditions={one.no: _condition(named_file, one, facts) for one in named.substances if one.condition},
        by_full_name=full,
        by_short_name=short,
        by_cas=by_cas,
    )


def is_cas(text: str) -> bool:
    """Whether the text is a CAS registry number with the right check digit."""
    head, _, check = text.rpartition("-")
    first, _, middle = head.partition("-")
    if not (
        first.isdecimal() and 2 <= len(first) <= 7 and middle.isdecimal() and len(middle) == 2 and check.isdecimal() and len(check) == 1
    ):
        return False
    digits = reversed(first + middle)
    return sum(place * int(digit) for place, digit in enumerate(digits, start=1)) % 10 == int(check)


def _add(index: dict[str, tuple[Substance, ...]], one: Substance, names: list[str] | dict[str, None]) -> None:
    for name in names:
        index[name] = (*index.get(name, ()), one)


def _condition(file: str, one: Substance, facts: set[str]) -> Condition:
    try:
        condition = parse_condition(one.condition)
    except ExpressionError as error:
        raise RuleDataError(file, f"no {one.no} condition", str(error)) from error
    unknown = (set(condition.names()) | set(one.presume)) - facts
    if unknown:
        raise RuleDataError(file, f"no {one.no} condition", f"facts without words in state_words.toml: {sorted(unknown)}")
    if not one.ask:
        raise RuleDataError(file, f"no {one.no} ask", "a condition needs its question")
    return condition
