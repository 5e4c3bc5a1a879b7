"""Registers come to be, are seen on site and graded anew, and people and accidents move grades: as steps of the park's life.

Every step is a use case of `server.grading.service` by somebody who may, at its own instant, woven into the other steps of the story.
"""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from random import Random
from uuid import UUID

from rules.bands import Colour
from rules.risk_starters import StarterSet, StarterSource, find_starter_set
from scripts.demo_parts.chance import chance_of
from scripts.demo_parts.founding import Ground
from scripts.demo_parts.life import Step
from scripts.demo_parts.risk_plotting import SEED, proposed
from scripts.demo_parts.risk_story import RegisterPlan, Store
from scripts.demo_parts.stage import Stage
from scripts.demo_parts.story import Plot, Problem
from server.grading.schemas import AssessmentForm, ChemicalUnitForm, MeasureForm, SourceForm, SourceView
from server.grading.service import (
    add_points,
    assess_source,
    confirm_sources,
    copy_starter,
    finish_review,
    note_change,
    place_hazard,
    read_register,
    save_chemical_unit,
    suggest_points,
    update_source,
)
from server.unit_of_work import Work

_PLACED_WITHIN = timedelta(days=75)
"""Hazards confirmed in the last weeks are placed at risk points where a checklist item says which."""
_REASONS = (
    "现场核实：联锁和切断装置完好，岗位日常不在危险区内，发生可能性按取值表下调。",
    "现场核实：设备封闭，防护和报警装置有效，近三年无同类事件。",
    "现场核实：作业次数少，有专人监护和作业票，措施落实。",
)
_SEEN_SHARE, _OTHER_SHARE, _MOST_LOWER = 0.6, 0.08, 4
_REVIEWED = "主要负责人牵头，各车间安全员参加，逐点复核，无新增工艺。"


class RiskLife:
    """The steps of the risk registers of one park."""

    def __init__(self, stage: Stage, ground: Ground, plans: Iterable[RegisterPlan]) -> None:
        self._stage = stage
        self._ground = ground
        self._plans = {plan.target.id: plan for plan in plans}
        self._random: Random = chance_of(SEED + 1)

    def steps(self, plot: Plot) -> Iterator[Step]:
        """Everything planned, in any order."""
        for turn, plan in enumerate(self._plans.values()):
            yield from self._register_steps(plan, self._ground.inspectors[turn % len(self._ground.inspectors)])
        for problem, enterprise_id in _problems(plot):
            at = problem.confirmed_at
            if at is not None and enterprise_id in self._plans and at > plot.ends_at - _PLACED_WITHIN:
                yield Step(at + timedelta(minutes=2), lambda problem=problem: self._place(problem))  # type: ignore[misc]

    def _register_steps(self, plan: RegisterPlan, inspector: str) -> Iterator[Step]:
        yield Step(plan.copied_at, lambda: self._copy(plan))
        if plan.named_at is not None:
            yield Step(plan.named_at, lambda: self._name_people(plan))
        if plan.seen_at is not None:
            yield Step(plan.seen_at, lambda: self._see(plan, inspector))
        if plan.own and plan.own_at is not None:
            yield Step(plan.own_at, lambda: self._add_own(plan))
        if plan.stores and plan.own_at is not None:
            yield Step(plan.own_at + timedelta(minutes=30), lambda: self._store(plan))
        if plan.reviewed_at is not None:
            yield Step(plan.reviewed_at, lambda: self._review(plan, inspector))
        if plan.change_at is not None:
            yield Step(plan.change_at, lambda: self._note_change(plan))

    def _copy(self, plan: RegisterPlan) -> None:
        with self._stage.work(self._ground.office) as work:
            copy_starter(work, self._stage.rulebook, plan.target.id, plan.starter, points=plan.points)

    def _sources(self, plan: RegisterPlan) -> tuple[SourceView, ...]:
        with self._stage.work(self._ground.office) as work:
            return read_register(work, self._stage.rulebook, plan.target.id).sources

    def _name_people(self, plan: RegisterPlan) -> None:
        """Say who answers for each source: a unit is a department, and its head owns the measures."""
        with self._stage.work(self._ground.office) as work:
            register = read_register(work, self._stage.rulebook, plan.target.id)
            for place, unit in enumerate(register.units):
                person = plan.people[place % len(plan.people)]
                for point in unit.points:
                    for view in point.sources:
                        update_source(work, view.source.id, _named(view, unit.unit.name, person))

    def _see(self, plan: RegisterPlan, inspector: str) -> None:
        """Somebody walks through: what is worse than it looks on paper is graded anew, the rest confirmed as it stands."""
        starter = find_starter_set(plan.starter)
        if starter is None:
            return
        asked = {(point.id, source.name): source for point in starter.points for source in point.sources}
        views = [view for view in self._sources(plan) if not view.is_confirmed]
        kept = [view for view in views if not plan.leaves_some or self._random.random() < _SEEN_SHARE]
        as_it_is: list[UUID] = []
        for view in kept:
            form = self._own_values(starter, asked[view.source.starter, view.source.name], plan.worst)
            if form is None:
                as_it_is.append(view.source.id)
                continue
            with self._stage.work(inspector) as work:
                assess_source(work, self._stage.rulebook, view.source.id, form)
        if as_it_is:
            with self._stage.work(inspector) as work:
                confirm_sources(work, self._stage.rulebook, as_it_is)

    def _own_values(self, starter: StarterSet, source: StarterSource, worst: Colour) -> AssessmentForm | None:
        """The values found on site: likelihood lower than proposed until the colour is no worse than planned; None when nothing differs."""
        rulebook, lower_by = self._stage.rulebook, 0
        chosen, colour = proposed(rulebook, starter, source)
        while colour is not None and colour.risk.number < worst.risk.number and lower_by < _MOST_LOWER:
            lower_by += 1
            chosen, colour = proposed(rulebook, starter, source, lower_by)
        if lower_by == 0 and self._random.random() < _OTHER_SHARE:
            chosen, _ = proposed(rulebook, starter, source, 1)
        if chosen == starter.chosen(source):
            return None
        return AssessmentForm(method=starter.method, scheme=starter.scheme, chosen=dict(chosen), reason=self._random.choice(_REASONS))

    def _add_own(self, plan: RegisterPlan) -> None:
        forms = [one.form(plan.people[-1 - place % 2], is_installation=one.key == "lpg_tanks") for place, one in enumerate(plan.own)]
        with self._stage.work(self._ground.office) as work:
            add_points(work, self._stage.rulebook, plan.target.id, forms)

    def _store(self, plan: RegisterPlan) -> None:
        for store in plan.stores:
            with self._stage.work(self._ground.office) as work:
                form = self._store_form(work, plan, store)
                save_chemical_unit(work, self._stage.rulebook, plan.target.id, form)

    def _store_form(self, work: Work, plan: RegisterPlan, store: Store) -> ChemicalUnitForm:
        points = read_register(work, self._stage.rulebook, plan.target.id).points
        at = next((one.point.id for one in points if store.point and one.point.name.startswith(store.point)), None)
        return ChemicalUnitForm(name=store.name, residents=store.residents, point_id=at, chemicals=store.chemicals)

    def _review(self, plan: RegisterPlan, inspector: str) -> None:
        with self._stage.work(inspector) as work:
            finish_review(work, self._stage.rulebook, plan.target.id, _REVIEWED)

    def _note_change(self, plan: RegisterPlan) -> None:
        with self._stage.work(self._ground.office) as work:
            note_change(work, plan.target.id, plan.change)

    def _place(self, problem: Problem) -> None:
        """Where a checklist item says at which risk point a hazard lies, the office says so; elsewhere the whole enterprise answers."""
        with self._stage.work(self._ground.office) as work:
            suggested = suggest_points(work, problem.id)
            if suggested:
                place_hazard(work, self._stage.rulebook, problem.id, suggested[0].point_id)


def _named(view: SourceView, department: str, person: str) -> SourceForm:
    source = view.source
    return SourceForm(
        name=source.name,
        consequence=source.consequence,
        accidents=tuple(source.accidents),
        item_codes=tuple(source.item_codes),
        layer=source.layer,
        department=department,
        person=person,
        measures=tuple(MeasureForm(kind=one.kind, text=one.text, layer=one.layer, owner=person) for one in view.measures),
    )


def _problems(plot: Plot) -> Iterator[tuple[Problem, UUID]]:
    for visit in plot.visits:
        for problem in visit.problems:
            yield problem, visit.target.id
    for own in plot.self_checks:
        yield own.problem, own.target.id
