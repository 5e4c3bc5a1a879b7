"""What becomes of each project of the fictional park, and what lies around the park: read from `own_projects.toml` and `own_layout.toml`.

Days are counted from the day a project came in. What a plan leaves out does not happen.
"""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from rules.terms import ConditionMilestone, DepartmentView, ProjectAction

_FOLDER = Path(__file__).parent
_FACTS = (
    "build_type", "adds_capacity", "industry_codes", "products", "processes", "equipment", "fuels", "materials", "location", "flags",
)  # fmt: skip


class OpinionPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a department said, how many days after the project came in."""

    department: str
    after: int
    view: DepartmentView
    text: str = ""
    person: str = ""


class ConditionPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A condition of an admission. `due_after` is the day it is due; 0 leaves it to the step it precedes."""

    text: str
    responsible: str = "申报单位（虚构）"
    milestone: ConditionMilestone = ConditionMilestone.DAY
    due_after: int = 0
    entries: list[str] = []
    reported_after: int = 0
    evidence: str = ""
    returned_after: int = 0
    returned: str = ""
    confirmed_after: int = 0


class DecisionPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the leader decided."""

    after: int
    action: ProjectAction
    reason: str
    meeting: str
    conditions: list[ConditionPlan] = []


class ReviewPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The joint review: who was asked, what each said, how it ended. `against` are the entries that stand against the project.

    `assessments` are by entry; an entry without one of its own gets `assessment`.
    """

    after: int
    departments: list[str]
    against: list[str] = []
    assessments: dict[str, str] = {}
    assessment: str = "已对照条文和申报材料逐项核对，按附条件办理（虚构）"
    opinions: list[OpinionPlan] = []
    decision: DecisionPlan | None = None


class RescreeningPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The look before construction of an admitted project, reported and confirmed as the condition it meets."""

    after: int
    evidence: str
    confirmed_after: int


class LandingPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An admitted project becomes an enterprise, and its first inspection is planned."""

    after: int
    credit_code: str
    principal_officer: str
    principal_phone: str
    safety_officer: str
    safety_phone: str
    inspected_after: int
    checklists: list[str]


class SitePlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A rectangular site in metres from the park's centre, and the measured distances somebody takes over."""

    east_m: int
    north_m: int
    width_m: int
    depth_m: int
    after: int
    accepts: list[str] = []


class ProjectPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A project and what becomes of it. Without any fact it stays a lead nobody has described."""

    name: str
    applicant: str
    days_before: int
    zone: str
    source: str = "建设项目环境影响评价信息公示（虚构）"
    construction_after: int = 0
    trial_after: int = 0
    build_type: str | None = None
    adds_capacity: bool | None = None
    industry_codes: list[str] | None = None
    products: list[dict[str, str]] | None = None
    processes: list[str] | None = None
    equipment: list[dict[str, str]] | None = None
    fuels: list[str] | None = None
    materials: list[dict[str, str]] | None = None
    location: dict[str, bool | str] | None = None
    flags: dict[str, bool] | None = None
    answered_after: int = 5
    answers: dict[str, str] = {}
    confirms: bool = False
    site: SitePlan | None = None
    checked_after: list[int] = []
    """When the screener, and then the office, checked."""
    sent_back_after: int = 0
    sent_back_reason: str = ""
    review: ReviewPlan | None = None
    rescreening: RescreeningPlan | None = None
    landing: LandingPlan | None = None
    withdrawn_after: int = 0
    withdrawn_reason: str = ""
    draft: dict[str, str] = {}

    @property
    def facts(self) -> dict[str, Any]:
        """What its description says; empty when there is none."""
        stated = {name: value for name in _FACTS if (value := getattr(self, name)) is not None}
        return {"name": self.name, **stated} if stated else {}


class ObjectPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something that lies around the park. `shape` is in metres from its centre: one point, a line, or (closed) an outline."""

    kind: str
    name: str
    source: str
    accuracy_m: int
    shape: list[tuple[int, int]]
    is_outline: bool = False


@cache
def load_projects() -> tuple[ProjectPlan, ...]:
    """Every project of the story, as they come in."""
    found: list[Any] = tomllib.loads((_FOLDER / "own_projects.toml").read_text(encoding="utf-8"))["project"]
    return tuple(msgspec.convert(one, ProjectPlan) for one in found)


@cache
def load_surroundings() -> tuple[ObjectPlan, ...]:
    """What lies around the park."""
    found: list[Any] = tomllib.loads((_FOLDER / "own_layout.toml").read_text(encoding="utf-8"))["object"]
    return tuple(msgspec.convert(one, ObjectPlan) for one in found)
