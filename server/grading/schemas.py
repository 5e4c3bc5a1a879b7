"""What goes in and out of the use cases of risk grading."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from rules.bands import Colour
from rules.major_hazard_installation import InstallationGrade
from rules.terms import RiskPointKind, Term
from server.grading.derivation import EnterpriseGrade
from server.models.risk import Chemical, ChemicalUnit, ControlMeasure, HazardSource, RiskAssessment, RiskPoint, RiskUnit
from server.sheets import RowError


class MeasureForm(msgspec.Struct, frozen=True, kw_only=True):
    """A control measure: `kind` of `rules.terms.ControlMeasureKind`, `layer` of `ControlLevel` or empty for that of the source."""

    kind: str
    text: str
    layer: str = ""
    owner: str = ""


class VerificationForm(msgspec.Struct, frozen=True, kw_only=True):
    """That added measures were found in place and effective; without it no grade falls."""

    verified_on: date
    verified_by: str
    approved_by: str


class DirectForm(msgspec.Struct, frozen=True, kw_only=True):
    """A direct judgement that holds here, by its id; `persons` where its clause counts people."""

    named: str
    persons: int | None = None


class AssessmentForm(msgspec.Struct, frozen=True, kw_only=True):
    """An assessment: method, scheme, and for each factor the score chosen from the scheme's table, or the table's own words.

    `method` is lec, ls, mes or matrix; for a matrix `scheme` names it. `chosen` holds texts, or for several dimensions a mapping of texts.
    """

    method: str
    scheme: str
    chosen: dict[str, Any]
    variant: str = ""
    direct: tuple[DirectForm, ...] = ()
    reason: str = ""
    verification: VerificationForm | None = None


class SourceForm(msgspec.Struct, frozen=True, kw_only=True):
    """A hazard source with its measures; with an assessment when it is new and already graded.

    `is_confirmed`: the person registering it stands for it; a starter or a row marked 待现场确认 is nobody's word yet.
    """

    name: str
    consequence: str = ""
    accidents: tuple[str, ...] = ()
    item_codes: tuple[str, ...] = ()
    layer: str = ""
    department: str = ""
    person: str = ""
    measures: tuple[MeasureForm, ...] = ()
    assessment: AssessmentForm | None = None
    starter: str = ""
    is_confirmed: bool = True
    seen_version: int | None = None


class PointForm(msgspec.Struct, frozen=True, kw_only=True):
    """A risk point with its hazard sources. In a batch the unit is named; one that is not there yet is added."""

    unit: str
    name: str
    kind: str = RiskPointKind.FACILITY
    location: str = ""
    sources: tuple[SourceForm, ...] = ()
    starter: str = ""
    seen_version: int | None = None


class Option(msgspec.Struct, frozen=True):
    """One value to choose: the score as stored, and the table's words for it."""

    score: str
    words: str


class FactorChoice(msgspec.Struct, frozen=True, kw_only=True):
    """One factor to be chosen."""

    factor: str
    symbol: str
    name: str
    options: tuple[Option, ...]


class SchemeChoice(msgspec.Struct, frozen=True, kw_only=True):
    """One scheme of a method with the values that belong to it, the levels it makes, and whether somebody compared it with its text."""

    method: str
    method_title: str
    scheme: str
    title: str
    variant: str
    is_default: bool
    factors: tuple[FactorChoice, ...]
    levels: tuple[str, ...]
    citation: str
    verified: bool


class Proposal(msgspec.Struct, frozen=True, kw_only=True):
    """What an assessment would give, before it is kept."""

    score_text: str
    label: str
    colour: Colour | None
    trail: tuple[str, ...]
    unverified: tuple[str, ...]
    layer: str
    layers: tuple[str, ...]
    """Every layer that answers for a risk of this colour, from the top down."""


class SourceView(msgspec.Struct, frozen=True, kw_only=True):
    """A hazard source with its measures and latest assessment, and what its measures lack."""

    source: HazardSource
    colour: Colour | None
    measures: tuple[ControlMeasure, ...]
    assessment: RiskAssessment | None
    gaps: tuple[str, ...]

    @property
    def is_confirmed(self) -> bool:
        """Whether somebody confirmed it on site."""
        return self.source.confirmed_on is not None


class PointView(msgspec.Struct, frozen=True, kw_only=True):
    """A risk point with its hazard sources in their order, and its colour of the day."""

    point: RiskPoint
    unit: RiskUnit
    assessed: Colour | None
    colour: Colour | None
    sources: tuple[SourceView, ...]


class UnitView(msgspec.Struct, frozen=True, kw_only=True):
    """A risk unit and its points."""

    unit: RiskUnit
    points: tuple[PointView, ...]


class Register(msgspec.Struct, frozen=True, kw_only=True):
    """The register of an enterprise today, with its grade; retired points and sources are left out."""

    enterprise_id: UUID
    enterprise_name: str
    units: tuple[UnitView, ...]
    grade: EnterpriseGrade

    @property
    def points(self) -> tuple[PointView, ...]:
        """Every point, unit by unit."""
        return tuple(point for unit in self.units for point in unit.points)

    @property
    def sources(self) -> tuple[SourceView, ...]:
        """Every hazard source, point by point."""
        return tuple(source for point in self.points for source in point.sources)


class SourceSort(Term):
    """How the list of hazard sources is ordered."""

    RISK = "risk", "风险高的在前"
    ENTERPRISE = "enterprise", "企业"


class SourceQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which hazard sources of the park to list. `risk` is a colour's number 1 to 4, 0 for not assessed, None for all."""

    search: str = ""
    enterprise_id: UUID | None = None
    zone_id: UUID | None = None
    risk: int | None = None
    confirmed: bool | None = None
    sort: str = SourceSort.RISK
    page: int = 1
    size: int = 20


class SourceRow(msgspec.Struct, frozen=True, kw_only=True):
    """A hazard source in a list of the park."""

    id: UUID
    name: str
    point_id: UUID
    point_name: str
    enterprise_id: UUID
    enterprise_name: str
    method: str
    score_text: str
    colour: Colour | None
    layer: str
    person: str
    assessed_on: date | None
    is_confirmed: bool


class Added(msgspec.Struct, frozen=True, kw_only=True):
    """What a batch added."""

    units: int
    points: int
    sources: int
    point_ids: tuple[UUID, ...]


class GradedEnterprise(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise of the park with its grade, and where it lies."""

    id: UUID
    name: str
    zone_id: UUID | None
    zone_name: str
    latitude: float | None
    longitude: float | None
    grade: EnterpriseGrade

    @property
    def colour(self) -> Colour | None:
        """Its colour on the day."""
        return self.grade.colour


class ZoneGrade(msgspec.Struct, frozen=True, kw_only=True):
    """A zone on the day: its worst enterprise decides. `zone_id` is None for enterprises in no zone; None in `counts` is not assessed."""

    zone_id: UUID | None
    name: str
    colour: Colour | None
    counts: dict[Colour | None, int]
    decisive: tuple[UUID, ...]
    trail: tuple[str, ...]


class ParkGrade(msgspec.Struct, frozen=True, kw_only=True):
    """The park on a day. The counts of the zones add up to `counts`, and `counts` to the enterprises."""

    day: date
    edition: str
    colour: Colour | None
    counts: dict[Colour | None, int]
    points: dict[Colour | None, int]
    """How many risk points have each colour; empty when they were not counted."""
    enterprises: tuple[GradedEnterprise, ...]
    zones: tuple[ZoneGrade, ...]
    trail: tuple[str, ...]


class MonthCount(msgspec.Struct, frozen=True, kw_only=True):
    """How many enterprises had each colour at the end of a month, or today for the current one."""

    day: date
    counts: dict[Colour | None, int]


class HistoryEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A moment the grade of an enterprise was moved or could have been.

    `is_kept`: written down then, with the edition of the rules it was made with; otherwise derived now from hazards and time.
    """

    day: date
    at: datetime | None
    colour: Colour | None
    assessed: Colour | None
    cause: str
    text: str
    headline: str
    by: str
    edition: str
    is_kept: bool


class AccidentForm(msgspec.Struct, frozen=True, kw_only=True):
    """An accident. Deaths and serious injuries (acute poisoning included) must be told, be it 0; the loss in 万元 may still be unknown."""

    enterprise_id: UUID
    occurred_on: date
    title: str
    description: str = ""
    accident_class: str = ""
    deaths: int | None = None
    serious_injuries: int | None = None
    loss_wan: Decimal | None = None
    point_id: UUID | None = None
    seen_version: int | None = None


class OverrideForm(msgspec.Struct, frozen=True, kw_only=True):
    """A colour people want instead of the derived one, for an enterprise or one of its risk points, and why."""

    enterprise_id: UUID
    colour: str
    reason: str
    point_id: UUID | None = None


class PolicyView(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of dynamic raising, and whether it is on in this park; the last switching tells who, when and why."""

    rule_id: str
    title: str
    effect_text: str
    applies_to: str
    origin: str
    verified: bool
    is_park_own: bool
    is_on: bool
    is_on_by_default: bool
    set_on: date | None = None
    set_by_name: str = ""
    reason: str = ""


class ChemicalForm(msgspec.Struct, frozen=True, kw_only=True):
    """A chemical of a unit. `quantity_t` is the largest amount by design, in tonnes; None while nobody knows."""

    name: str
    quantity_t: Decimal | None = None
    cas: str = ""
    physical_state: str = ""
    concentration: str = ""
    categories: tuple[str, ...] = ()
    threshold_t: Decimal | None = None
    threshold_source: str = ""
    beta: Decimal | None = None
    purpose: str = ""


class ChemicalUnitForm(msgspec.Struct, frozen=True, kw_only=True):
    """A unit of GB 18218 with all its chemicals: what is not in the form is no longer there. `point_id` is the risk point it belongs to."""

    name: str
    residents: int | None = None
    point_id: UUID | None = None
    chemicals: tuple[ChemicalForm, ...] = ()
    seen_version: int | None = None


class ChemicalUnitView(msgspec.Struct, frozen=True, kw_only=True):
    """A unit with its chemicals and what GB 18218 makes of it today; `problem` says in Chinese why it could not be computed."""

    unit: ChemicalUnit
    chemicals: tuple[Chemical, ...]
    installation: InstallationGrade | None
    problem: str
    advice: tuple[str, ...]


class SuggestedPoint(msgspec.Struct, frozen=True, kw_only=True):
    """A risk point whose sources are looked at by the checklist item a hazard failed."""

    point_id: UUID
    point_name: str
    source_name: str


class StarterSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A starter set to copy from."""

    key: str
    name: str
    points: int
    note: str
    fits: bool
    """Whether the enterprise's industry code is one the set was written for."""


class TakenRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of a sheet that was taken, or would be, with the colour its values give."""

    line: int
    unit: str
    point: str
    source: str
    colour: Colour | None


class RegisterImportReport(msgspec.Struct, frozen=True, kw_only=True):
    """What an import did, or would do when `dry_run`: rows taken, and every reason of the rows not taken."""

    dry_run: bool
    rows: int
    taken: tuple[TakenRow, ...]
    errors: tuple[RowError, ...]

    @property
    def refused_rows(self) -> int:
        """How many rows were not taken."""
        return self.rows - len(self.taken)
