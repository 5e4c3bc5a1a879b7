"""The projects that want to come into the fictional park: registered from notices, screened, asked about, measured, some given up.

Through the use cases of `server.screening.service` and `server.layout.service`, woven into the other steps of the story. What each project
is stands in `own_projects.toml`; how far each has come follows from what was answered, confirmed, checked and decided there. From the first
check on it is told by `admission_life.py`.
"""

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from rules.terms import ScreeningOccasion
from scripts.demo_parts.admission_life import AdmissionLife
from scripts.demo_parts.life import Step
from scripts.demo_parts.park import place_at
from scripts.demo_parts.project_plans import ProjectPlan, SitePlan, load_projects, load_surroundings
from scripts.demo_parts.stage import Stage
from server.clock import CHINA
from server.layout.schemas import ObjectsForm, SiteForm
from server.layout.service import accept_distances, add_objects, set_site
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

SCREENER = "screener"


class ProjectLife:
    """The steps of the projects of one park. Those received before the story begins are left out."""

    def __init__(self, stage: Stage, starts_on: date, ends_on: date) -> None:
        self._stage = stage
        self._starts_on = starts_on
        self._ends_on = ends_on
        self._plans = [one for one in load_projects() if ends_on - timedelta(days=one.days_before) >= starts_on]
        self._ids: dict[str, UUID] = {}
        self._admission = AdmissionLife(stage, self._ids)

    def steps(self) -> Iterator[Step]:
        """Everything, in any order; what would lie after the story's end does not happen."""
        yield Step(_at(self._starts_on + timedelta(days=2), 15), self._look_around)
        for plan in self._plans:
            yield from self._steps_of(plan)

    def _steps_of(self, plan: ProjectPlan) -> Iterator[Step]:
        came_in = self._ends_on - timedelta(days=plan.days_before)

        def step(days: int, hour: int, do: Callable[[ProjectPlan], None], minute: int = 20) -> Step:
            return Step(_at(came_in + timedelta(days=days), hour, minute), lambda: do(plan))

        yield step(0, 10, self._register)
        if plan.facts:
            yield step(0, 11, self._describe)
        if plan.draft:
            yield step(1, 16, self._type)
        if plan.site is not None:
            yield step(plan.site.after, 10, self._measure, 40)
        if plan.answers:
            yield step(plan.answered_after, 14, self._answer)
        if plan.confirms:
            yield step(plan.answered_after + 1, 9, self._confirm)
        for days, hour, do in self._admission.moments(plan, came_in):
            yield Step(_at(came_in + timedelta(days=days), hour), do)
        if plan.withdrawn_after:
            yield step(plan.withdrawn_after, 15, self._withdraw)

    def _look_around(self) -> None:
        """What distances are measured to is kept before the first project comes."""
        with self._stage.work(SCREENER) as work:
            for one in load_surroundings():
                form = ObjectsForm(
                    kind=one.kind,
                    name=one.name,
                    geojson=json.dumps(_drawn(one.shape, is_outline=one.is_outline)),
                    source=one.source,
                    surveyed_on=self._starts_on,
                    accuracy_m=Decimal(one.accuracy_m),
                )
                add_objects(work, form)

    def _register(self, plan: ProjectPlan) -> None:
        with self._stage.work(SCREENER) as work:
            zones = {one.name: one.id for one in list_zones(work)}
            form = NewProject(
                name=plan.name,
                applicant_name=plan.applicant,
                zone_id=zones[plan.zone],
                source_title=plan.source,
                source_day=work.today - timedelta(days=2),
                construction_on=_in_days(work.today, plan.construction_after),
                trial_on=_in_days(work.today, plan.trial_after),
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

    def _measure(self, plan: ProjectPlan) -> None:
        """The site is drawn; distances the screening asks for are taken over, and it is screened again."""
        if plan.site is None:
            return
        project_id = self._ids[plan.name]
        with self._stage.work(SCREENER) as work:
            set_site(work, project_id, SiteForm(geojson=json.dumps(_drawn(_corners(plan.site), is_outline=True))))
            if plan.site.accepts:
                accept_distances(work, project_id, plan.site.accepts)
                run_screening(work, self._stage.rulebook, project_id, occasion=ScreeningOccasion.ANSWERS)

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


def _in_days(day: date, days: int) -> date | None:
    return day + timedelta(days=days) if days else None


def _corners(site: SitePlan) -> list[tuple[int, int]]:
    east, north = site.east_m + site.width_m, site.north_m + site.depth_m
    return [(site.east_m, site.north_m), (east, site.north_m), (east, north), (site.east_m, north)]


def _drawn(shape: list[tuple[int, int]], *, is_outline: bool) -> dict[str, object]:
    """GeoJSON of places given in metres from the park's centre."""
    places = [list(reversed(place_at(east, north))) for east, north in shape]
    if is_outline:
        return {"type": "Polygon", "coordinates": [[*places, places[0]]]}
    return {"type": "LineString", "coordinates": places} if len(places) > 1 else {"type": "Point", "coordinates": places[0]}


def _at(day: date, hour: int, minute: int = 20) -> datetime:
    return datetime.combine(day, time(hour, minute), CHINA)
