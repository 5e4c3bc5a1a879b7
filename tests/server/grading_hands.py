"""The hands of risk grading: registers, chosen scores and people, one call each."""

from typing import Any
from uuid import UUID

from rules.terms import ControlMeasureKind, OverrideKind
from server.grading.derivation import EnterpriseGrade
from server.grading.schemas import AccidentForm, Added, AssessmentForm, MeasureForm, OverrideForm, PointForm, SourceForm
from server.grading.service import add_points, get_grade, raise_by_hand, read_register, record_accident, request_lower
from tests.cast import World
from tests.server.office import RULEBOOK

BLUE, YELLOW, ORANGE, RED = ("1", "6", "7"), ("3", "6", "7"), ("1", "6", "40"), ("3", "6", "40")
"""L, E, C whose products are 42, 126, 240 and 720: the four colours of the default scheme."""


def lec(scores: tuple[str, str, str], **changes: Any) -> AssessmentForm:
    """An LEC assessment by the default scheme."""
    likelihood, exposure, consequence = scores
    chosen = {"likelihood": likelihood, "exposure": exposure, "consequence": consequence}
    return AssessmentForm(method="lec", scheme="colour4_ge", chosen=chosen, **changes)


def measures() -> tuple[MeasureForm, ...]:
    """One measure of each kind."""
    return tuple(MeasureForm(kind=kind, text=f"{kind.label}一条", owner="张三") for kind in ControlMeasureKind)


def source(name: str, scores: tuple[str, str, str] | None = YELLOW, **changes: Any) -> SourceForm:
    """A complete hazard source, assessed unless told otherwise."""
    values: dict[str, Any] = {"measures": measures(), "person": "张三", "department": "烧成车间", "accidents": ("火灾",)}
    if scores is not None:
        values["assessment"] = lec(scores)
    return SourceForm(name=name, **(values | changes))


def point(name: str, *scores: tuple[str, str, str], unit: str = "烧成车间") -> PointForm:
    """A risk point with one hazard source per triple of scores."""
    return PointForm(unit=unit, name=name, sources=tuple(source(f"{name}危险源{n}", one) for n, one in enumerate(scores, start=1)))


class Grading:
    """A world and the steps people take in its risk registers."""

    def __init__(self, world: World) -> None:
        self.world = world

    def add(self, *points: PointForm, enterprise: UUID | None = None, who: str = "office") -> Added:
        """Points somebody registers."""
        with self.world.work_as(who) as work:
            return add_points(work, RULEBOOK, enterprise or self.world.enterprise_id, points)

    def grade(self, enterprise: UUID | None = None, who: str = "office") -> EnterpriseGrade:
        """The grade of today."""
        with self.world.work_as(who, write=False) as work:
            return get_grade(work, enterprise or self.world.enterprise_id)

    def source_id(self, name: str, enterprise: UUID | None = None) -> UUID:
        """The id of a hazard source by its name."""
        with self.world.work_as("office", write=False) as work:
            register = read_register(work, RULEBOOK, enterprise or self.world.enterprise_id)
            return next(view.source.id for view in register.sources if view.source.name == name)

    def accident(self, *, deaths: int = 0, serious_injuries: int = 0, enterprise: UUID | None = None) -> UUID:
        """An accident of today."""
        form = AccidentForm(
            enterprise_id=enterprise or self.world.enterprise_id,
            occurred_on=self.world.clock.today(),
            title="窑车挤压事故",
            deaths=deaths,
            serious_injuries=serious_injuries,
        )
        with self.world.work_as("office") as work:
            return record_accident(work, RULEBOOK, form).id

    def overrule(self, kind: OverrideKind, colour: str, *, point_id: UUID | None = None, reason: str = "专家论证意见") -> UUID:
        """The office raises, or asks to lower."""
        form = OverrideForm(enterprise_id=self.world.enterprise_id, colour=colour, reason=reason, point_id=point_id)
        step = raise_by_hand if kind is OverrideKind.RAISE else request_lower
        with self.world.work_as("office") as work:
            return step(work, RULEBOOK, form).id
