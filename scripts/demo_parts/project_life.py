"""The projects that want to come into the fictional park: registered from notices, screened, asked about, some given up, one being typed.

Through the use cases of `server.screening.service`, woven into the other steps of the story. What each project is stands in
`own_projects.toml`; how far each has come follows from what was answered and confirmed there.
"""

import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from rules.terms import ScreeningOccasion
from scripts.demo_parts.life import Step
from scripts.demo_parts.stage import Stage
from server.clock import CHINA
from server.parks.service import list_zones
from server.screening.answering import complete_if_ready
from server.screening.schemas import NewProject
from server.screening.service import (
    answer_questions,
    confirm_assumptions,
    create_project,
    get_project,
    get_project_dossier,
    run_screening,
    save_draft,
    submit_description,
    withdraw_project,
)

FILE = Path(__file__).parent / "own_projects.toml"
SCREENER = "screener"
_FACTS = (
    "build_type", "adds_capacity", "industry_codes", "products", "processes", "equipment", "fuels", "materials", "location", "flags",
)  # fmt: skip


class ProjectPlan(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A project and what becomes of it. Without any fact it stays a lead nobody has described."""

    name: str
    applicant: str
    days_before: int
    zone: str
    source: str = "建设项目环境影响评价信息公示（虚构）"
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
    withdrawn_after: int = 0
    withdrawn_reason: str = ""
    draft: dict[str, str] = {}

    @property
    def facts(self) -> dict[str, Any]:
        """What its description says; empty when there is none."""
        stated = {name: value for name in _FACTS if (value := getattr(self, name)) is not None}
        return {"name": self.name, **stated} if stated else {}


@cache
def load_projects() -> tuple[ProjectPlan, ...]:
    """Every project of the story, as they come in."""
    found: list[Any] = tomllib.loads(FILE.read_text(encoding="utf-8"))["project"]
    return tuple(msgspec.convert(one, ProjectPlan) for one in found)


class ProjectLife:
    """The steps of the projects of one park. Those received before the story begins are left out."""

    def __init__(self, stage: Stage, starts_on: date, ends_on: date) -> None:
        self._stage = stage
        self._ends_on = ends_on
        self._plans = [one for one in load_projects() if ends_on - timedelta(days=one.days_before) >= starts_on]
        self._ids: dict[str, UUID] = {}

    def steps(self) -> Iterator[Step]:
        """Everything, in any order; what would lie after the story's end does not happen."""
        for plan in self._plans:
            yield from self._steps_of(plan)

    def _steps_of(self, plan: ProjectPlan) -> Iterator[Step]:
        def step(days: int, hour: int, do: Any) -> Step:
            return Step(_at(self._ends_on - timedelta(days=plan.days_before - days), hour), lambda: do(plan))

        yield step(0, 10, self._register)
        if plan.facts:
            yield step(0, 11, self._describe)
        if plan.draft:
            yield step(1, 16, self._type)
        if plan.answers and plan.answered_after <= plan.days_before:
            yield step(plan.answered_after, 14, self._answer)
        if plan.confirms and plan.answered_after + 1 <= plan.days_before:
            yield step(plan.answered_after + 1, 9, self._confirm)
        if plan.withdrawn_after and plan.withdrawn_after <= plan.days_before:
            yield step(plan.withdrawn_after, 15, self._withdraw)

    def _register(self, plan: ProjectPlan) -> None:
        with self._stage.work(SCREENER) as work:
            zones = {one.name: one.id for one in list_zones(work)}
            form = NewProject(
                name=plan.name,
                applicant_name=plan.applicant,
                zone_id=zones[plan.zone],
                source_title=plan.source,
                source_day=work.today - timedelta(days=2),
            )
            self._ids[plan.name] = create_project(work, form).id

    def _describe(self, plan: ProjectPlan) -> None:
        """Submitted as the page does it: kept, complete when it can be, screened at once."""
        project_id = self._ids[plan.name]
        with self._stage.work(SCREENER) as work:
            submit_description(work, project_id, plan.facts)
            complete_if_ready(work, get_project(work, project_id))
            run_screening(work, self._stage.rulebook, project_id)

    def _type(self, plan: ProjectPlan) -> None:
        with self._stage.work(SCREENER) as work:
            save_draft(work, self._ids[plan.name], {"name": plan.name, **plan.draft})

    def _answer(self, plan: ProjectPlan) -> None:
        project_id = self._ids[plan.name]
        with self._stage.work(SCREENER) as work:
            answer_questions(work, project_id, plan.answers)
            complete_if_ready(work, get_project(work, project_id))
            run_screening(work, self._stage.rulebook, project_id, occasion=ScreeningOccasion.ANSWERS)

    def _confirm(self, plan: ProjectPlan) -> None:
        project_id = self._ids[plan.name]
        with self._stage.work(SCREENER) as work:
            flags = [one.flag for one in get_project_dossier(work, self._stage.rulebook, project_id).open_assumptions]
            if flags:
                confirm_assumptions(work, project_id, flags)

    def _withdraw(self, plan: ProjectPlan) -> None:
        with self._stage.work(SCREENER) as work:
            withdraw_project(work, self._ids[plan.name], plan.withdrawn_reason)


def _at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour, 20), CHINA)
