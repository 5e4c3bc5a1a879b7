"""Which entry of GB 18218 is each chemical of a form, what must still be asked, and what would the unit come to? Nothing is written.

People write names as they say them. What table 1 knows by that name, alias or CAS number is shown with its threshold; where state or
content decides between entries, and where nothing fits, entries are offered to choose from. Choosing one means its full name.
"""

from decimal import Decimal
from uuid import UUID

import msgspec

from rules.major_hazard_installation import InstallationGrade
from rules.major_hazard_installation_data import Substance
from rules.requests import RequestError
from rules.rulebook import Rulebook
from rules.substance_lookup import Chemical as NamedChemical
from rules.substance_lookup import Identified, NotListed, Undecided, find_substance, near_substances
from server.enterprises.service import get_enterprise
from server.grading.access import demand_writer
from server.grading.chemicals import compute, refuse_bad_form
from server.grading.schemas import ChemicalForm, ChemicalUnitForm
from server.unit_of_work import Work


class SubstanceChoice(msgspec.Struct, frozen=True):
    """An entry of table 1 as it is offered."""

    no: int
    name: str
    threshold_t: Decimal


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What table 1 says to one chemical: the entry found with what was taken as given, or a question with entries to choose from."""

    found: SubstanceChoice | None = None
    said: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    question: str = ""
    choices: tuple[SubstanceChoice, ...] = ()
    is_listed: bool = True
    """False where table 1 does not have it and its hazard category decides."""


class ChemicalTrial(msgspec.Struct, frozen=True, kw_only=True):
    """A form tried: its chemicals, each looked up, in order, and what the unit would come to; None while it names none."""

    chemicals: tuple[ChemicalForm, ...]
    looked: tuple[Looked, ...]
    installation: InstallationGrade | None


def try_chemical_unit(work: Work, rulebook: Rulebook, enterprise_id: UUID, form: ChemicalUnitForm) -> ChemicalTrial:
    """What the form would give. Raises `NotAllowed`, `NotFound`, and `InvalidInput` as saving it would."""
    demand_writer(work.actor)
    get_enterprise(work, enterprise_id)
    refuse_bad_form(work, rulebook, enterprise_id, form)
    installation = compute(work, rulebook, form.residents, form.chemicals) if form.chemicals else None
    looked = tuple(look_up(rulebook, one) for one in form.chemicals)
    return ChemicalTrial(chemicals=form.chemicals, looked=looked, installation=installation)


def look_up(rulebook: Rulebook, form: ChemicalForm) -> Looked:
    """What table 1 says to one chemical; a CAS number it refuses is said as a question."""
    book = rulebook.grading.installation
    named = NamedChemical(
        name=form.name.strip() or None,
        cas=form.cas.strip() or None,
        state=form.physical_state.strip() or None,
        concentration=form.concentration.strip() or None,
    )
    try:
        found = find_substance(book, named)
    except RequestError as error:
        return Looked(question=error.detail)
    match found:
        case Identified(substance, remarks, unverified):
            return Looked(found=_choice(substance), said=remarks, unverified=unverified)
        case Undecided(question, candidates):
            return Looked(question=question, choices=tuple(_choice(one) for one in candidates))
        case NotListed(reason):
            near = tuple(_choice(one) for one in near_substances(book, form.name))
            return Looked(question=reason, choices=near, is_listed=False)


def offered_substances(rulebook: Rulebook) -> tuple[SubstanceChoice, ...]:
    """Every entry of table 1."""
    return tuple(_choice(one) for one in rulebook.grading.installation.named.substances)


def offered_categories(rulebook: Rulebook) -> tuple[tuple[str, str], ...]:
    """The categories of table 2 by symbol, in words with their threshold."""
    categories = rulebook.grading.installation.categories.categories
    return tuple((one.symbol, f"{one.symbol} {one.category}（{one.text}）Q={one.threshold_t} t") for one in categories)


def _choice(one: Substance) -> SubstanceChoice:
    return SubstanceChoice(one.no, one.name, one.threshold_t)
