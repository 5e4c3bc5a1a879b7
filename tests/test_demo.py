"""The demonstration: a small variant of the fictional park is made into SQLite and looked at, and made again; the command is run on it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from PIL import Image
from sqlalchemy import func, select

from reports.parameters import ClosureAsked, Scope
from reports.queries import read_closure_report
from rules.bands import Colour
from rules.credit_code import check_credit_code
from rules.layout import Fit
from rules.rulebook import load_rulebook
from rules.terms import (
    ConditionState,
    DepartmentView,
    GradeCause,
    HazardLevel,
    HazardState,
    OrderState,
    PermissionMode,
    ProjectAction,
    ProjectState,
)
from scripts.demo_parts.catalogue import load_findings
from scripts.demo_parts.chance import chance_of
from scripts.demo_parts.options import first_possible_day
from scripts.demo_parts.people import PASSWORD, STAFF
from scripts.demo_parts.pictures import Picture, draw_picture
from scripts.demo_parts.plotting import MONTHS_OF_LIFE
from scripts.demo_parts.project_plans import load_projects, load_surroundings
from scripts.demo_parts.scenes import SCENES
from scripts.demo_parts.seeding import MARKER, NotOurs, Size, check_pictures, compare_catalogues, find_end, remove_demonstration, seed
from server.accounts import secrets
from server.accounts.service import actor_of
from server.admission.schemas import ProcedureDossier
from server.admission.service import get_procedure, list_conditions
from server.catalogue.schemas import DeskQuery, DeskTab, Standing
from server.catalogue.service import list_desk, list_editions, park_catalogue
from server.clock import CHINA, clock_on
from server.db import Database
from server.events.chain import find_broken_link
from server.grading.service import grade_park, monthly_trend, read_chemicals
from server.hazards.service import home_figures
from server.ids import ids_from, new_id
from server.impact.schemas import ImpactQuery, Purpose
from server.impact.service import list_impacts, list_lines
from server.inspections.marks import Mark
from server.layout.service import measure_layout
from server.models import (
    Account,
    Deployment,
    Enterprise,
    Event,
    Hazard,
    Inspection,
    InspectionTask,
    Park,
    Photo,
    RectificationOrder,
    RectificationReply,
    SetAsideDocument,
)
from server.models.admission import AdmissionDecision
from server.models.parks import Zone
from server.models.projects import Project, ProjectDescription
from server.models.risk import Accident, DynamicPolicy, GradeOverride, HazardRiskPoint, HazardSource, RiskAssessment, RiskGrade
from server.parks.schemas import ParkForm
from server.parks.service import create_park
from server.planning.schemas import PlanState, RevisionKind
from server.planning.service import find_plan, list_revisions, read_board
from server.screening.schemas import Origin, ProjectQuery
from server.screening.service import get_project_dossier, list_projects
from server.settings import Settings
from server.tasks.schemas import TaskState
from server.unit_of_work import Work, begin_work
from tests.databases import SqliteFactory

REPOSITORY = Path(__file__).parent.parent
ENDS_ON = date(2026, 11, 22)
"""A Sunday: nothing in the story may depend on the day of the week it ends on."""
SMALL = Size(enterprises=10, visits=46, second_visits=2, self_checks=5, tasks=8, processes=0)
LANDED = 1
"""Enterprises that came from an admitted project; nobody has kept their register yet."""
TINY = Size(enterprises=6, visits=4, second_visits=1, self_checks=1, tasks=0, processes=0)

pytestmark = pytest.mark.xdist_group("demo")


@pytest.fixture(scope="module", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Argon2 at its smallest cost: the demonstration opens dozens of accounts, and how costly a guess is is tried elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


class Demo:
    """A demonstration in a folder of its own."""

    def __init__(self, factory: SqliteFactory, folder: Path) -> None:
        self.settings = Settings(data_folder=folder, database_url=factory.make())
        self.database = Database(self.settings.database_address)

    def seed(self, size: Size, ends_on: date = ENDS_ON, report: Callable[[str, int, int], None] = lambda *_: None) -> None:
        """Make the park."""
        seed(self.database, self.settings, ends_on, size, report)

    @contextmanager
    def work_as(self, username: str) -> Iterator[Work]:
        """A reading work of somebody, on the day the story ends."""
        with begin_work(self.database, clock_on(ENDS_ON), write=False) as work:
            work.act_as(actor_of(work.session.scalars(select(Account).where(Account.username == username)).one()))
            yield work

    def rows(self, query: Any) -> list[Any]:
        """The rows of a query."""
        with self.database.read() as connection:
            return list(connection.execute(query))

    def numbers_and_titles(self) -> list[Any]:
        """What must be the same each time."""
        told = (Hazard.id, Hazard.number, Hazard.title, Hazard.state, Hazard.due_on)
        hazards = self.rows(select(*told).order_by(Hazard.park_id, Hazard.number))
        number = RectificationOrder.document_number
        orders = self.rows(select(number).order_by(RectificationOrder.park_id, number))
        photos = self.rows(select(Photo.sha256).order_by(Photo.sha256))
        results = (RiskAssessment.source_id, RiskAssessment.score_text, RiskAssessment.assessed_at, RiskAssessment.assessed_by_name)
        assessments = self.rows(select(*results).order_by(RiskAssessment.id))
        grades = self.rows(select(RiskGrade.enterprise_id, RiskGrade.graded_at, RiskGrade.headline).order_by(RiskGrade.id))
        told_of_projects = (Project.id, Project.number, Project.name, Project.state, Project.outcome, Project.outcome_confirmed)
        projects = self.rows(select(*told_of_projects).order_by(Project.number))
        decisions = self.rows(select(AdmissionDecision.id, AdmissionDecision.document_number).order_by(AdmissionDecision.id))
        return [hazards, orders, photos, assessments, grades, projects, decisions]


@pytest.fixture(scope="module")
def demo(cheap_passwords: None, sqlite_factory: SqliteFactory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The small park, made once for this file."""
    made = Demo(sqlite_factory, tmp_path_factory.mktemp("demo"))
    made.seed(SMALL)
    check_pictures(made.database, made.settings)
    compare_catalogues(made.database, ENDS_ON)
    yield made
    made.database.close()


def test_a_hazard_stands_in_every_state(demo: Demo) -> None:
    assert {row.state for row in demo.rows(select(Hazard.state).distinct())} == {one.value for one in HazardState}


def test_an_order_stands_in_every_state(demo: Demo) -> None:
    assert {row.state for row in demo.rows(select(RectificationOrder.state).distinct())} == {one.value for one in OrderState}


def test_every_queue_of_the_office_has_something_in_it(demo: Demo) -> None:
    with demo.work_as("office") as work:
        figures = home_figures(work)
    assert [queue for queue, count in figures.counts.items() if count == 0] == []
    assert min(figures.orders_to_review, figures.orders_to_issue, figures.orders_to_serve) > 0


def test_three_major_hazards_are_open_each_with_the_criterion_somebody_chose(demo: Demo) -> None:
    query = select(Hazard.criterion_id, Hazard.criterion_clause, Hazard.judgements).where(
        Hazard.level == HazardLevel.MAJOR, Hazard.state.not_in([HazardState.CLOSED, HazardState.VOID])
    )
    majors = demo.rows(query)
    assert len(majors) == 3
    assert all(one.criterion_id.startswith("GM-10-") and one.criterion_clause and one.judgements for one in majors)


def test_some_findings_wait_with_questions_open_and_one_is_suspected_to_be_major(demo: Demo) -> None:
    found = demo.rows(select(Hazard.suggested_level, Hazard.judgements).where(Hazard.state == HazardState.FOUND))
    assert any(one.suggested_level is None and one.judgements for one in found)
    assert any(one.suggested_level == HazardLevel.MAJOR for one in found)


def test_hazards_failed_were_repeated_and_came_from_self_checks(demo: Demo) -> None:
    counts = demo.rows(
        select(
            func.count().filter(Hazard.failed_rounds > 0),
            func.count().filter(Hazard.repeat.is_(True)),
            func.count().filter(Hazard.source == "self_check"),
        )
    )[0]
    assert min(counts) > 0


def test_replies_came_in_time_and_late(demo: Demo) -> None:
    assert {row.is_late for row in demo.rows(select(RectificationReply.is_late).distinct())} == {True, False}


def test_documents_from_the_field_bring_their_oddities(demo: Demo) -> None:
    marks = {mark for row in demo.rows(select(Inspection.marks)) for mark in row.marks}
    expected = {
        Mark.CLOCK_WILD,
        Mark.GALLERY_PHOTO,
        Mark.NO_POSITION,
        Mark.UNKNOWN_TARGET,
        Mark.UNKNOWN_EDITION,
        Mark.SIGNATURE_REFUSED,
        Mark.SINGLE_INSPECTOR,
        Mark.LATE_ARRIVAL,
    }
    assert expected <= marks
    assert {row.reason for row in demo.rows(select(SetAsideDocument.reason))} == {"conflict", "unreadable"}


def test_most_documents_are_as_they_should_be(demo: Demo) -> None:
    rows = demo.rows(select(Inspection.marks))
    assert sum(not row.marks for row in rows) > len(rows) / 2


def test_every_photo_that_arrived_was_looked_at_and_one_cannot_be_read(demo: Demo) -> None:
    readable = [row.readable for row in demo.rows(select(Photo.readable))]
    assert None not in readable
    assert readable.count(False) == 1


def test_the_years_plan_is_in_force_with_visits_made_missed_moved_and_ahead(demo: Demo) -> None:
    with demo.work_as("office") as work:
        plan = find_plan(work, ENDS_ON.year)
        assert plan is not None
        board = read_board(work, plan, load_rulebook().calendar)
        revisions = list_revisions(work, plan.id)
    assert (plan.state, plan.approved_by_name, "虚构" in plan.note) == (PlanState.IN_FORCE, "刘主任", True)
    assert board.figures.planned > len(board.coverage)
    assert 0 < board.figures.done < board.figures.planned
    assert board.figures.moved > 0
    assert any(one.by_task for one in board.visits)
    assert any(one.is_open and one.planned_on > ENDS_ON for one in board.visits)
    assert {one.kind for one in revisions} >= {RevisionKind.APPROVED, RevisionKind.MOVED}
    used = [one.seen.id for one in board.visits if one.seen]
    assert len(used) == len(set(used))


def test_the_catalogue_has_an_edition_in_force_a_draft_and_comparisons_that_say_they_are_invented(demo: Demo) -> None:
    with demo.work_as("screener") as work:
        standings = [row.standing for row in list_editions(work)]
        _, counts = list_desk(work, DeskQuery())
        notes = park_catalogue(work, work.today).confirmations
    assert standings == [Standing.DRAFT, Standing.IN_FORCE]
    tabs = (DeskTab.CLAIMED, DeskTab.ENTERED, DeskTab.CONFIRMED, DeskTab.DIFFERS, DeskTab.CLOSED)
    assert [counts[tab] for tab in tabs] == [1, 2, 3, 1, 1]
    assert len(notes) == 3
    assert all("虚构演示" in note.words for note in notes.values())


def test_projects_were_laid_beside_the_catalogue_of_the_last_day(demo: Demo) -> None:
    with demo.work_as("screener") as work:
        (found,) = list_impacts(work)
        lines = list_lines(work, found.run.id, ImpactQuery(change=""))
    assert found.run.purpose == Purpose.EFFECT
    assert sum(found.counts.values()) == lines.total > 10


def test_a_project_stands_in_every_state_each_explained_and_fictional(demo: Demo) -> None:
    with demo.work_as("leader") as work:
        found = [row.project for row in list_projects(work, ProjectQuery(size=50)).items]
        kept = {one.id: get_project_dossier(work, load_rulebook(), one.id) for one in found}
    assert len(found) == len(load_projects())
    assert all("虚构" in one.name and "虚构" in one.applicant_name for one in found)
    assert {one.state for one in found} == set(ProjectState)
    assert len({one.outcome_confirmed for one in found}) > 2
    assert sum(dossier.draft is not None for dossier in kept.values()) == 1
    assert any(len(dossier.screenings) > 1 for dossier in kept.values())
    assert any(dossier.confirmed for dossier in kept.values())
    waiting = [one for one in found if one.state == ProjectState.SCREENED and kept[one.id].screening and not kept[one.id].is_current]
    assert waiting, "the catalogue moved on under one that was screened"


def test_projects_were_checked_by_two_reviewed_and_decided_and_each_decision_is_a_paper(demo: Demo) -> None:
    with demo.work_as("leader") as work:
        found = {row.project.number: row.project for row in list_projects(work, ProjectQuery(size=50)).items}
        seen = {number: get_procedure(work, load_rulebook(), one.id) for number, one in found.items()}
    decisions = [one for procedure in seen.values() for one in procedure.decisions]
    assert {one.decision.action for one in decisions} == {"admit", "admit_with_conditions", "return", "refuse"}
    assert all(one.paper is not None and one.paper.document_number == one.decision.document_number for one in decisions)
    assert len({one.decision.document_number for one in decisions}) == len(decisions)
    assert all("虚构" in one.decision.reason for one in decisions)
    assert all(len({check.checked_by for check in procedure.checks}) == 2 for procedure in seen.values() if procedure.decisions)
    views = {one.opinion.view for procedure in seen.values() for one in procedure.departments if one.opinion and procedure.decisions}
    assert views - {""} == set(DepartmentView)
    reviewed = [
        [bool(one.opinion.view) for one in seen[number].departments if one.opinion]
        for number, one in found.items()
        if one.state == ProjectState.JOINT_REVIEW
    ]
    assert sorted(map(all, reviewed)) == [False, True], "one waits for departments, one for the leader"
    assert all(any(one) for one in reviewed)
    ready = next(seen[number] for number, one in found.items() if one.state == ProjectState.JOINT_REVIEW and all(_said(seen[number])))
    assert any(step.step.action == ProjectAction.ADMIT and not step.missing for step in ready.steps)


def _said(procedure: ProcedureDossier) -> list[bool]:
    return [bool(one.opinion.view) for one in procedure.departments if one.opinion]


def test_conditions_are_met_sent_back_reported_and_overdue_and_a_rescreening_is_owed(demo: Demo) -> None:
    with demo.work_as("office") as work:
        every = list_conditions(work, tab="all").items
        overdue = list_conditions(work, tab="overdue").items
    assert {one.condition.state for one in every} == {ConditionState.OPEN, ConditionState.REPORTED, ConditionState.FULFILLED}
    assert {bool(one.condition.rescreens) for one in overdue} == {True, False}
    assert all(one.overdue_days == (ENDS_ON - one.due_on).days for one in overdue if one.due_on)
    assert any(one.condition.sent_back_reason for one in every)
    assert any(one.condition.rescreens and one.condition.state == ConditionState.FULFILLED for one in every)
    assert all(one.condition.confirmed_by != one.condition.reported_by for one in every if one.condition.state == ConditionState.FULFILLED)


def test_an_admitted_project_became_an_enterprise_whose_first_inspection_is_planned(demo: Demo) -> None:
    landed = demo.rows(select(Enterprise.id, Enterprise.name).join(Project, Project.enterprise_id == Enterprise.id))
    assert len(landed) == 1
    tasks = demo.rows(select(InspectionTask).where(InspectionTask.target_id == landed[0].id))
    assert [(one.state, one.due_on > ENDS_ON) for one in tasks] == [(TaskState.PLANNED, True)]


def test_distances_of_projects_are_measured_to_every_kind_and_some_were_taken_over(demo: Demo) -> None:
    with demo.work_as("screener") as work:
        found = [row.project for row in list_projects(work, ProjectQuery(size=50)).items]
        views = [measure_layout(work, one.id) for one in found if one.site_outline is not None]
        accepted = [one for one in found if any(row.origin == Origin.LAYOUT for row in _descriptions(work, one.id))]
    assert len(views) >= 4
    assert all(not view.missing and len(view.rows) >= len(load_surroundings()) for view in views)
    assert {row.fit for view in views for row in view.rows} >= {Fit.MEETS, Fit.NOT_APPLICABLE}
    assert len(accepted) == 1


def _descriptions(work: Work, project_id: UUID) -> tuple[ProjectDescription, ...]:
    return get_project_dossier(work, load_rulebook(), project_id).descriptions


def test_tasks_are_done_planned_late_and_cancelled(demo: Demo) -> None:
    tasks = demo.rows(select(InspectionTask.state, InspectionTask.due_on))
    assert {one.state for one in tasks} == {one.value for one in TaskState}
    planned = [one.due_on for one in tasks if one.state == TaskState.PLANNED]
    assert min(planned) < ENDS_ON < max(planned)


def test_the_chain_of_events_holds_in_both_parks(demo: Demo) -> None:
    with demo.database.read() as connection:
        parks = list(connection.scalars(select(Park.id)))
        assert len(parks) == 2
        assert [find_broken_link(connection, park) for park in parks] == [None, None]


def test_numbers_have_no_gaps(demo: Demo) -> None:
    for park in demo.rows(select(Park.id)):
        numbers = sorted(row.number for row in demo.rows(select(Hazard.number).where(Hazard.park_id == park.id)))
        assert [int(one[-4:]) for one in numbers] == list(range(1, len(numbers) + 1))
        issued = demo.rows(
            select(RectificationOrder.number_sequence).where(
                RectificationOrder.park_id == park.id, RectificationOrder.number_sequence.is_not(None)
            )
        )
        assert sorted(row.number_sequence for row in issued) == list(range(1, len(issued) + 1))


def test_the_closure_report_adds_up_to_a_recount_of_the_rows(demo: Demo) -> None:
    scope = Scope(found_from=ENDS_ON - MONTHS_OF_LIFE - timedelta(days=7), found_until=ENDS_ON, as_of=ENDS_ON)
    with demo.work_as("office") as work:
        total = read_closure_report(work, ClosureAsked(scope=scope)).total
        rows = list(work.session.scalars(select(Hazard).where(Hazard.park_id == work.park_id, Hazard.state != HazardState.VOID)))
    assert total.found == len(rows)
    assert total.closed == sum(row.state == HazardState.CLOSED for row in rows)
    assert total.accepted == sum(row.accepted_on is not None for row in rows)
    due = [row for row in rows if row.due_on is not None and row.due_on <= ENDS_ON]
    assert total.due == len(due)
    assert total.on_time == sum(row.accepted_on is not None and row.accepted_on <= row.due_on for row in due if row.due_on)
    assert total.repeated == sum(row.repeat for row in rows)
    assert 0 < total.on_time < total.due


def test_nothing_happens_after_the_story_ends_or_before_it_begins(demo: Demo) -> None:
    first, last = demo.rows(select(func.min(Event.at), func.max(Event.at)))[0]
    assert last < datetime(2026, 11, 22, tzinfo=CHINA)
    assert first > datetime(2026, 11, 22, tzinfo=CHINA) - MONTHS_OF_LIFE - timedelta(days=8)


def test_enterprises_are_fictional_and_well_formed(demo: Demo) -> None:
    enterprises = demo.rows(select(Enterprise.name, Enterprise.credit_code))
    assert all(one.name.endswith("（虚构）") and check_credit_code(one.credit_code) for one in enterprises)
    assert [one.fictional for one in demo.rows(select(Park.fictional))] == [True, True]


def test_the_park_has_grades_of_every_gravity_that_add_up_and_one_enterprise_without_a_register(demo: Demo) -> None:
    with demo.work_as("office") as work:
        park = grade_park(work, load_rulebook())
        trend = monthly_trend(work, months=6)
    assert {Colour.RED, Colour.ORANGE} <= {one.grade.colour for one in park.enterprises}
    assert {Colour.RED, Colour.ORANGE, Colour.YELLOW, None} <= {one.grade.assessed for one in park.enterprises}
    assert sum(park.counts.values()) == len(park.enterprises) == SMALL.enterprises + LANDED
    assert park.counts[None] == sum(not one.grade.points for one in park.enterprises) == 1 + LANDED
    for colour in (*Colour, None):
        assert sum(zone.counts[colour] for zone in park.zones) == park.counts[colour]
        assert sum(one.grade.counts[colour] for one in park.enterprises) == park.points[colour]
    assert all(park.points[colour] for colour in Colour)
    assert trend[-1].counts == park.counts
    assert trend[0].counts[None] == SMALL.enterprises


def test_every_reason_a_grade_can_have_is_there(demo: Demo) -> None:
    with demo.work_as("office") as work:
        grades = [one.grade for one in grade_park(work, load_rulebook()).enterprises]
    reasons = {reason.cause for grade in grades for reason in grade.reasons}
    assert {GradeCause.ASSESSED, GradeCause.HAZARD_OPEN, GradeCause.ACCIDENT, GradeCause.OVERRIDE} <= reasons
    assert any("GM-10-" in reason.text and reason.point_id for grade in grades for reason in grade.reasons)
    assert any("直接判定" in grade.headline for grade in grades)
    assert any("人工下调" in grade.headline and grade.assessed is Colour.ORANGE for grade in grades)


def test_people_overruled_accidents_happened_and_a_rule_was_switched_off_and_on(demo: Demo) -> None:
    overrides = {(row.kind, row.state) for row in demo.rows(select(GradeOverride.kind, GradeOverride.state))}
    assert {("raise", "in_force"), ("lower", "in_force"), ("lower", "requested")} <= overrides
    two = demo.rows(select(GradeOverride).where(GradeOverride.kind == "lower", GradeOverride.state == "in_force"))
    assert all(row.requested_by != row.decided_by for row in two)
    assert {row.closed_on is None for row in demo.rows(select(Accident.closed_on))} == {True, False}
    switched = demo.rows(select(DynamicPolicy.is_on, DynamicPolicy.reason).order_by(DynamicPolicy.set_at))
    assert [row.is_on for row in switched] == [False, True]
    assert all(row.reason for row in switched)
    assert demo.rows(select(func.count()).select_from(HazardRiskPoint))[0][0] > 5


def test_registers_name_people_keep_their_proposals_apart_and_hold_one_installation(demo: Demo) -> None:
    confirmed = demo.rows(
        select(HazardSource.person, HazardSource.department, HazardSource.starter).where(
            HazardSource.confirmed_on.is_not(None), HazardSource.retired_on.is_(None)
        )
    )
    assert all(row.person and row.department for row in confirmed)
    assert any(not row.starter for row in confirmed)
    assert demo.rows(select(func.count()).select_from(RiskAssessment).where(RiskAssessment.sequence > 1))[0][0] > 10
    with demo.work_as("office") as work:
        rulebook = load_rulebook()
        ids = list(work.session.scalars(select(Enterprise.id).where(Enterprise.park_id == work.park_id)))
        units = [view for one in ids for view in read_chemicals(work, rulebook, one)]
    assert [view.unit.name for view in units if view.installation is not None and view.installation.constitutes] == ["液化石油气储罐区"]
    assert all(view.installation is not None and not view.installation.questions and not view.problem for view in units)


def test_every_enterprise_lies_within_its_zone(demo: Demo) -> None:
    rows = demo.rows(select(Enterprise.latitude, Enterprise.longitude, Zone.outline).join(Zone, Zone.id == Enterprise.zone_id))
    assert len(rows) == SMALL.enterprises + LANDED
    assert all(_is_inside(row.longitude, row.latitude, row.outline["coordinates"][0]) for row in rows)


def _is_inside(x: float, y: float, ring: list[list[float]]) -> bool:
    """Whether a ray to the east leaves the ring an odd number of times."""
    sides = pairwise(ring)
    return sum((a[1] > y) != (b[1] > y) and x < a[0] + (y - a[1]) / (b[1] - a[1]) * (b[0] - a[0]) for a, b in sides) % 2 == 1


def test_everybody_printed_can_sign_in_with_the_printed_password(demo: Demo) -> None:
    usernames = [*(one.username for one in STAFF), "enterprise", "principal", "enterprise6", "principal6", "office-b"]
    hashes = {row.username: row.password_hash for row in demo.rows(select(Account.username, Account.password_hash))}
    assert set(usernames) <= hashes.keys()
    assert secrets.is_password(hashes["office"], PASSWORD)


def test_made_twice_it_is_the_same(sqlite_factory: SqliteFactory, tmp_path: Path) -> None:
    made = []
    for name in ("one", "two"):
        demo = Demo(sqlite_factory, tmp_path / name)
        demo.seed(TINY)
        made.append(demo.numbers_and_titles())
        demo.database.close()
    assert made[0] == made[1]
    assert len(made[0][0]) > 10
    assert len(made[0][3]) > 100


def test_an_interrupted_making_leaves_nothing_and_can_begin_again(sqlite_factory: SqliteFactory, tmp_path: Path) -> None:
    demo = Demo(sqlite_factory, tmp_path / "data")

    def interrupt(_: str, done: int, total: int) -> None:
        if done and total > 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        demo.seed(TINY, report=interrupt)
    assert demo.rows(select(Park.id)) == []
    assert find_end(demo.database) is None
    assert [path.name for path in demo.settings.data_folder.iterdir()] == ["photos"]
    demo.database.close()


def test_somebodys_own_park_is_never_touched(sqlite_factory: SqliteFactory, tmp_path: Path) -> None:
    demo = Demo(sqlite_factory, tmp_path / "data")
    with begin_work(demo.database, clock_on(ENDS_ON), write=True) as work:
        create_park(work, ParkForm(name="某园区（虚构）", office_name="某安全办", document_prefix="某安办"))
    with pytest.raises(NotOurs):
        find_end(demo.database)
    with pytest.raises(NotOurs):
        remove_demonstration(demo.database, demo.settings)
    assert len(demo.rows(select(Park.id))) == 1
    demo.database.close()


def _start(demo: Demo, port: int, *more: str) -> "subprocess.Popen[str]":
    environment = dict(os.environ) | {"PARKSAFE_FONT_FOLDER": os.environ.get("PARKSAFE_FONT_FOLDER") or str(REPOSITORY / ".fonts")}
    command = [sys.executable, "-m", "scripts.demo_parts", "--data", str(demo.settings.data_folder), "--port", str(port)]
    return subprocess.Popen(
        [*command, "--database", demo.settings.database_url, *more],
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_second_start_serves_what_is_there_and_stops_when_asked(demo: Demo) -> None:
    before = demo.rows(select(func.count()).select_from(Event))
    started = time.monotonic()
    running = _start(demo, _free_port())
    said = []
    assert running.stdout is not None
    for line in running.stdout:
        said.append(line)
        if "Ctrl-C" in line:
            break
    took = time.monotonic() - started
    running.send_signal(signal.SIGTERM)
    _, errors = running.communicate(timeout=20)
    text = "".join(said)
    assert running.returncode == 0, errors
    assert "2026 年 11 月 22 日" in text
    assert PASSWORD in text
    assert all(one in text for one in ("office", "leader", "inspector", "enterprise6", "auditor", "/mobile/v1/enrolments"))
    assert demo.rows(select(func.count()).select_from(Event)) == before
    assert took < 20  # under 5 s on a machine that does nothing else; the fonts must be there


def test_a_port_in_use_and_another_day_are_refused_with_what_to_do(demo: Demo) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = _start(demo, port)
        _, errors = refused.communicate(timeout=60)
    assert refused.returncode == 1
    assert f"端口 {port} 已被占用" in errors
    assert "--port" in errors
    other_day = _start(demo, _free_port(), "--today", "2026-11-20")
    _, errors = other_day.communicate(timeout=60)
    assert other_day.returncode == 1
    assert "--fresh" in errors


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--port", "70000"], "1 到 65535"),
        (["--today", "2020-01-01"], "不能早于"),
        (["--today", "yesterday"], "2026-11-22 这样"),
        (["--database", "mysql://x"], "SQLite 和 PostgreSQL"),
        (["--data", "README.md"], "不是文件夹"),
    ],
)
def test_an_option_that_cannot_be_used_is_explained(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    from scripts.demo_parts.options import read_options

    with pytest.raises(SystemExit):
        read_options(arguments)
    assert said in capsys.readouterr().err


def test_the_first_possible_day_lies_half_a_year_after_the_first_checklists() -> None:
    assert first_possible_day() == date(2026, 7, 9)


def test_every_finding_can_be_found_shown_and_ordered() -> None:
    rulebook = load_rulebook()
    items = {item.code: item for one in rulebook.checklists.templates for item in one.items}
    findings = load_findings()
    assert len({one.text for one in findings}) == len(findings) >= 80
    for one in findings:
        item = items[one.item]
        assert one.scene in SCENES
        assert one.places
        assert not (one.spot and item.major_ids), f"{one.item}: what may be major is not put right on the spot"
        assert set(one.facts) <= rulebook.major_hazards.facts.keys()
        assert not one.major or one.major in item.major_ids
        for text in (one.text, one.require, one.measure, one.again):
            assert rulebook.permission.check_wording(PermissionMode.NOT_ENTRUSTED, text) == []


def _picture(name: str, scene: str, *, after: bool) -> Picture:
    return Picture(
        name=name,
        scene=scene,
        seed=7,
        after=after,
        shot=0,
        lines=("青禾日用瓷（虚构）2号窑", "2026-11-20 09:32  整改前"),
        taken_at=datetime(2026, 11, 20, 9, 32, tzinfo=CHINA),
        latitude=27.6412,
        longitude=113.5033,
    )


@pytest.mark.parametrize("scene", sorted(SCENES))
def test_a_scene_differs_before_and_after_and_is_the_same_each_time(scene: str, tmp_path: Path) -> None:
    before, again, after = (
        draw_picture(_picture(name, scene, after=name == "after"), tmp_path).read_bytes() for name in ("before", "again", "after")
    )
    assert before == again != after
    assert 40_000 < len(before) < 300_000


def test_a_picture_carries_time_and_position(tmp_path: Path) -> None:
    with Image.open(draw_picture(_picture("one", "gas_pipe", after=False), tmp_path)) as image:
        assert image.size == (1200, 900)
        exif = image.getexif()
        assert exif.get_ifd(0x8769)[0x9003] == "2026:11:20 09:32:00"
        degrees, minutes, seconds = exif.get_ifd(0x8825)[2]
        assert float(degrees + minutes / 60 + seconds / 3600) == pytest.approx(27.6412, abs=1e-5)


def test_seeded_ids_are_the_same_each_time_in_order_and_end_with_their_block() -> None:
    instant = datetime(2026, 6, 1, tzinfo=UTC)

    def make() -> list[Any]:
        with ids_from(chance_of(1), lambda: instant):
            return [new_id() for _ in range(5)]

    first = make()
    assert make() == first == sorted(first)
    assert all(one.version == 7 for one in first)
    assert new_id() not in first
    assert abs(new_id().int >> 80) > first[0].int >> 80


def test_the_marker_is_written_with_the_park(demo: Demo) -> None:
    assert demo.rows(select(Deployment.value).where(Deployment.name == MARKER))[0].value == "2026-11-22"
    assert find_end(demo.database) == ENDS_ON
