"""What do the papers of grading say? The values an issued one is frozen from, whole: nothing is looked up when it is drawn again.

Labels are Chinese already, colours are values of `rules.bands.Colour` or empty where nothing was assessed. Counts are not kept: whoever
prints one counts the list it stands for, so that no total can differ from its list.
"""

from datetime import date

import msgspec

from server.rectification.schemas import CitedBasis
from server.struct_types import prepare_decoding

PAPER_EDITION = 1
"""The drawing that papers of grading issued now are made for; a paper names it as `<kind>/<edition>`."""


class MeasureLine(msgspec.Struct, frozen=True, kw_only=True):
    """A control measure; `kind` is a value of `ControlMeasureKind`."""

    kind: str
    text: str
    owner: str = ""


class SourceLine(msgspec.Struct, frozen=True, kw_only=True):
    """A hazard source: one row of the register, on the page, on paper and in the sheet.

    `chosen` are the values as chosen, by factor; `trail` is the assessment's own reckoning in words, as it was kept. `level_label` is the
    scheme's word for the result. `confirmed_on` is absent while nobody confirmed it on site.
    """

    id: str
    number: int
    name: str
    consequence: str = ""
    accidents: tuple[str, ...] = ()
    accident_edition: str = ""
    method: str = ""
    scheme: str = ""
    chosen: dict[str, str] = {}
    score_text: str = ""
    level_label: str = ""
    colour: str = ""
    trail: tuple[str, ...] = ()
    direct: tuple[str, ...] = ()
    layer: str = ""
    department: str = ""
    person: str = ""
    measures: tuple[MeasureLine, ...] = ()
    gaps: tuple[str, ...] = ()
    assessed_on: date | None = None
    assessed_by: str = ""
    confirmed_on: date | None = None
    confirmed_by: str = ""
    edition: str = ""
    unverified: tuple[str, ...] = ()

    def measures_of(self, kind: str) -> tuple[str, ...]:
        """The texts of one kind of measures."""
        return tuple(one.text for one in self.measures if one.kind == kind)


class PointLine(msgspec.Struct, frozen=True, kw_only=True):
    """A risk point with its sources, worst first. `assessed` is its register's colour, `colour` that of the day with hazards and people's
    word, `reasons` what moved it.
    """

    number: int
    unit: str
    name: str
    kind: str
    location: str
    assessed: str
    colour: str
    reasons: tuple[str, ...]
    sources: tuple[SourceLine, ...]


class AboutEnterprise(msgspec.Struct, frozen=True, kw_only=True):
    """The enterprise a paper is about."""

    name: str
    credit_code: str = ""
    industry: str = ""
    zone_name: str = ""
    address: str = ""
    principal_officer: str = ""
    principal_phone: str = ""
    safety_officer: str = ""
    safety_phone: str = ""


class PaperFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What every paper of grading says of itself. `document_number` is empty and `issued_on` absent on a draft; `note` is typed by whoever
    issues it.
    """

    kind: str
    park_name: str
    office_name: str
    office_phone: str
    fictional: bool
    document_number: str
    day: date
    edition: str
    issued_on: date | None = None
    issued_by_name: str = ""
    contact_name: str = ""
    note: str = ""


class PointsFacts(PaperFacts, frozen=True, kw_only=True):
    """An enterprise with its risk points: what the register, the notice and the cards are drawn from."""

    about: AboutEnterprise
    colour: str
    headline: str
    points: tuple[PointLine, ...]


class ReasonLine(msgspec.Struct, frozen=True, kw_only=True):
    """Why a colour stands: what happened, in words, and by which rule."""

    colour: str
    cause: str
    text: str
    origin: str = ""


class SchemeLine(msgspec.Struct, frozen=True, kw_only=True):
    """A scheme somebody used: its scale with which end belongs where, and the texts it rests on."""

    method: str
    scheme: str
    title: str
    basis: tuple[CitedBasis, ...]
    """The scheme's own text first, then that of the tables of values and of the four colours."""
    levels: tuple[str, ...]
    tables: tuple[str, ...] = ()
    """The table of values of each factor: 事故发生的可能性 L：10 完全可以预料；6 相当可能 …"""


class HazardLine(msgspec.Struct, frozen=True, kw_only=True):
    """An open hazard that raises, or may."""

    number: str
    level: str
    criterion: str
    clauses: tuple[CitedBasis, ...]
    point: str
    due_on: date | None
    overdue_days: int
    order_number: str = ""


class PolicyLine(msgspec.Struct, frozen=True, kw_only=True):
    """A rule of dynamic raising and whether it is on in this park."""

    title: str
    effect: str
    origin: str
    is_on: bool
    is_park_own: bool
    verified: bool
    set_by: str = ""
    set_on: date | None = None
    reason: str = ""


class OverrideLine(msgspec.Struct, frozen=True, kw_only=True):
    """People overruled a derived colour: both of them, each with their own reason."""

    where: str
    kind: str
    state: str
    is_in_force: bool
    from_colour: str
    to_colour: str
    reason: str
    requested_by: str
    requested_on: date
    decided_by: str = ""
    decided_on: date | None = None
    decided_reason: str = ""
    ended_by: str = ""
    ended_on: date | None = None
    end_reason: str = ""


class ChemicalLine(msgspec.Struct, frozen=True, kw_only=True):
    """A chemical of a unit, with its threshold and ratio as printed; empty where GB 18218 could not be asked."""

    name: str
    cas: str
    quantity: str
    threshold: str
    ratio: str
    beta: str


class ChemicalUnitLine(msgspec.Struct, frozen=True, kw_only=True):
    """A unit in the sense of GB 18218 and the reckoning."""

    name: str
    residents: str
    chemicals: tuple[ChemicalLine, ...]
    label: str
    trail: tuple[str, ...]
    questions: tuple[str, ...]
    unverified: tuple[str, ...]
    advice: tuple[str, ...]
    problem: str = ""


class WhatIfLine(msgspec.Struct, frozen=True, kw_only=True):
    """The grade if these hazards were closed, and if their deadline passed; `missed` is None where there is none left to miss."""

    what: str
    hazards: tuple[str, ...]
    due_on: date | None
    colour: str
    missed: str | None
    headline: str


class HistoryLine(msgspec.Struct, frozen=True, kw_only=True):
    """A moment the grade was moved or could have been."""

    day: date
    cause: str
    text: str
    colour: str
    by: str
    edition: str
    is_kept: bool


class GradingFacts(PointsFacts, frozen=True, kw_only=True):
    """The grading report of an enterprise. `reviews` and `effects` are what the rules ask for besides a colour."""

    assessed: str
    reasons: tuple[ReasonLine, ...]
    trail: tuple[str, ...]
    questions: tuple[str, ...]
    reviews: tuple[str, ...]
    effects: tuple[str, ...]
    unverified: tuple[str, ...]
    schemes: tuple[SchemeLine, ...]
    hazards: tuple[HazardLine, ...]
    accidents: tuple[str, ...]
    policies: tuple[PolicyLine, ...]
    overrides: tuple[OverrideLine, ...]
    chemicals: tuple[ChemicalUnitLine, ...]
    what_if: tuple[WhatIfLine, ...]
    history: tuple[HistoryLine, ...]


prepare_decoding(PointsFacts, GradingFacts)
