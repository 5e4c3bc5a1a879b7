"""How do the fictional enterprises come by their risk registers, and what else moves their grades?

The words the plan is written in: a register copied from the industry's starter set, given departments and persons, seen on site, partly
graded anew, reviewed or waiting for it; what an enterprise stores; and a few things that happen to grades.
"""

import tomllib
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import msgspec

from rules.bands import Colour
from rules.terms import ControlMeasureKind
from scripts.demo_parts.founding import Target
from server.grading.schemas import AssessmentForm, ChemicalForm, DirectForm, MeasureForm, PointForm, SourceForm

FILE = Path(__file__).parent / "own_points.toml"


class OwnPoint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A risk point no starter set has, with one hazard source. `industries` are beginnings of codes; empty means anybody may have it."""

    key: str
    unit: str
    name: str
    kind: str
    location: str
    source: str
    consequence: str
    accidents: tuple[str, ...]
    scores: tuple[str, str, str]
    engineering: str
    management: str
    training: str
    protection: str
    emergency: str
    industries: tuple[str, ...] = ()

    def form(self, person: str, *, is_installation: bool = False) -> PointForm:
        """As somebody registers it; `is_installation` names the direct judgement that a major hazard installation is involved."""
        likelihood, exposure, consequence = self.scores
        assessment = AssessmentForm(
            method="lec",
            scheme="colour4_ge",
            chosen={"likelihood": likelihood, "exposure": exposure, "consequence": consequence},
            direct=(DirectForm(named="general_3"),) if is_installation else (),
            reason="企业自行辨识，现场评价",
        )
        source = SourceForm(
            name=self.source,
            consequence=self.consequence,
            accidents=self.accidents,
            department=self.unit,
            person=person,
            measures=tuple(MeasureForm(kind=kind, text=getattr(self, kind.value), owner=person) for kind in ControlMeasureKind),
            assessment=assessment,
        )
        return PointForm(unit=self.unit, name=self.name, kind=self.kind, location=self.location, sources=(source,))


class Store(msgspec.Struct, frozen=True, kw_only=True):
    """A unit in the sense of GB 18218 and what is in it. `point` names the risk point it belongs to, by the beginning of its name."""

    name: str
    chemicals: tuple[ChemicalForm, ...]
    residents: int | None = None
    point: str = ""


class RegisterPlan(msgspec.Struct, frozen=True, kw_only=True):
    """The register of one enterprise. `worst` is the most dangerous colour its points shall have once somebody has seen them.

    Instants that are None never come; `people` are those who answer for its units, in turn.
    """

    target: Target
    starter: str
    points: tuple[str, ...]
    worst: Colour
    people: tuple[str, ...]
    copied_at: datetime
    named_at: datetime | None = None
    seen_at: datetime | None = None
    leaves_some: bool = False
    own: tuple[OwnPoint, ...] = ()
    own_at: datetime | None = None
    reviewed_at: datetime | None = None
    change_at: datetime | None = None
    change: str = ""
    stores: tuple[Store, ...] = ()


def stored(name: str, tonnes: str, **more: object) -> ChemicalForm:
    """A chemical and its largest amount by design."""
    return msgspec.convert({"name": name, "quantity_t": Decimal(tonnes), **more}, ChemicalForm)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    point: tuple[OwnPoint, ...]


@cache
def load_own_points() -> tuple[OwnPoint, ...]:
    """Every own point, in the order written. Raises `msgspec.ValidationError` naming the key."""
    return msgspec.convert(tomllib.loads(FILE.read_text(encoding="utf-8")), _File).point
