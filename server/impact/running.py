"""How is a run over a park's projects begun, carried on, and finished?

A run takes projects in the order of their ids, some at a time, each batch in one transaction with its place written down, so that it goes
on where it stopped, whoever carries it on: the timed work, or a person's button. Two at once take turns. When the catalogue changes under
it the run stops, and another begins.
"""

import time
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, func, insert, or_, select, update

from rules.admission_workflow import ADMITTED_STATES, OPEN_STATES
from rules.restriction import screen
from rules.screening_requests import hit_fields
from server.catalogue.schemas import ParkCatalogue
from server.catalogue.service import edition_catalogue, get_edition, park_catalogue
from server.clock import Clock
from server.db import Database
from server.errors import InvalidInput, Refusal
from server.identity import Actor
from server.ids import new_id
from server.impact.access import demand_decider
from server.impact.schemas import Change, ImpactNeed, Purpose, RunState
from server.models.catalogue import CatalogueImpact, ProjectImpact
from server.models.projects import Project, ProjectDescription, ProjectScreening
from server.screening.schemas import Difference
from server.screening.service import differences_of, facts_of, hits_of, read_facts, read_kept
from server.unit_of_work import Work, begin_work

AT_ONCE = 40
"""Projects of one batch: short enough that nobody waits for the writers' turn."""
_BUSY = timedelta(minutes=2)
_WATCHED = tuple(one.value for one in (*OPEN_STATES, *ADMITTED_STATES))


def watched() -> ColumnElement[bool]:
    """The projects a catalogue can still touch: open or admitted, and screened once."""
    return and_(Project.state.in_(_WATCHED), Project.screening_id.is_not(None))


def find_need(work: Work) -> ImpactNeed:
    """Whether the catalogue of today is another than the one projects were last laid beside."""
    today = park_catalogue(work, work.today).fingerprint
    last = _latest_effect(work)
    running = last.id if last is not None and last.state == RunState.RUNNING else None
    if last is not None and last.catalogue_sha256 == today:
        return ImpactNeed(is_needed=False, projects=0, running_id=running)
    query = (
        select(func.count())
        .select_from(Project)
        .join(ProjectScreening, ProjectScreening.id == Project.screening_id)
        .where(Project.park_id == work.park_id, watched(), ProjectScreening.today_sha256 != today)
    )
    waiting = work.session.scalar(query) or 0
    return ImpactNeed(is_needed=waiting > 0, projects=waiting)


def begin_effect(work: Work) -> CatalogueImpact | None:
    """Begin the run of today's catalogue when it is needed; by the timed work, or a person who may decide."""
    if not find_need(work).is_needed:
        return None
    return _begin(work, Purpose.EFFECT, park_catalogue(work, work.today), work.today, None)


def start_effect(work: Work) -> CatalogueImpact | None:
    """The same by a person. Raises `NotAllowed`."""
    demand_decider(work.actor, "按新目录比对项目")
    return begin_effect(work)


def start_preview(work: Work, edition_id: UUID) -> CatalogueImpact:
    """Begin a run that asks what an edition would do, whatever its state. Raises `NotAllowed`, `NotFound`, `InvalidInput`."""
    demand_decider(work.actor, "试算新目录的影响")
    edition = get_edition(work, edition_id)
    day = max(work.today, edition.effective_from or edition.planned_from)
    return _begin(work, Purpose.PREVIEW, edition_catalogue(work, edition_id), day, edition_id)


def _begin(work: Work, purpose: Purpose, catalogue: ParkCatalogue, day: date, edition_id: UUID | None) -> CatalogueImpact:
    total = work.session.scalar(select(func.count()).select_from(Project).where(Project.park_id == work.park_id, watched())) or 0
    run = CatalogueImpact(
        id=new_id(),
        park_id=work.park_id,
        purpose=purpose,
        edition_id=edition_id or catalogue.edition_id,
        state=RunState.RUNNING,
        catalogue_edition=catalogue.edition,
        catalogue_sha256=catalogue.fingerprint,
        on_day=day,
        total=total,
        started_by=work.actor.id,
        started_by_name=work.actor.name,
        created_at=work.now,
    )
    work.session.add(run)
    work.session.flush()
    work.record(
        "catalogue_impact", run.id, "catalogue_impact:begun", purpose=purpose.value, catalogue=run.catalogue_edition, projects=total
    )
    return run


def carry_on(database: Database, clock: Clock, actor: Actor, run_id: UUID, *, seconds: float | None = None) -> bool:
    """Take batch after batch until the run is finished, or the seconds are over; whether it is finished. Somebody else's turn is left."""
    started = time.monotonic()
    while True:
        with begin_work(database, clock, write=True) as work:
            work.act_as(actor)
            claimed = _claim(work, run_id)
        if not claimed:
            return False
        with begin_work(database, clock, write=True) as work:
            work.act_as(actor)
            is_finished = _take_batch(work, run_id)
        if is_finished:
            return True
        if seconds is not None and time.monotonic() - started >= seconds:
            return False


def _claim(work: Work, run_id: UUID) -> bool:
    mine = and_(
        CatalogueImpact.id == run_id,
        CatalogueImpact.park_id == work.park_id,
        CatalogueImpact.state == RunState.RUNNING,
        or_(CatalogueImpact.busy_until.is_(None), CatalogueImpact.busy_until <= work.now),
    )
    claimed = work.connection.execute(update(CatalogueImpact).where(mine).values(busy_until=work.now + _BUSY))
    return int(claimed.rowcount) == 1


def _take_batch(work: Work, run_id: UUID) -> bool:
    run = work.session.get_one(CatalogueImpact, run_id)
    run.busy_until = None
    catalogue = _catalogue_of(work, run)
    if catalogue is None:
        return _finish(work, run, RunState.OVERTAKEN)
    query = (
        select(Project, ProjectScreening, ProjectDescription)
        .join(ProjectScreening, ProjectScreening.id == Project.screening_id)
        .join(ProjectDescription, ProjectDescription.id == ProjectScreening.description_id)
        .where(Project.park_id == work.park_id, watched())
        .order_by(Project.id)
        .limit(AT_ONCE)
    )
    if run.last_project_id is not None:
        query = query.where(Project.id > run.last_project_id)
    found = work.session.execute(query).all()
    rows = [_row(run, catalogue, project, screening, description) for project, screening, description in found]
    if rows:
        work.connection.execute(insert(ProjectImpact), rows)
        run.last_project_id = rows[-1]["project_id"]
        run.done += len(rows)
        # Projects that came in meanwhile are looked at too: the run counts what it did.
        run.total = max(run.total, run.done)
    work.session.flush()
    return len(rows) < AT_ONCE and _finish(work, run, RunState.DONE)


def _finish(work: Work, run: CatalogueImpact, state: RunState) -> bool:
    run.state, run.finished_at = state, work.now
    if state is RunState.DONE:
        run.total = run.done
    work.session.flush()
    counts = count_changes(work, run.id)
    work.record(
        "catalogue_impact",
        run.id,
        "catalogue_impact:finished" if state is RunState.DONE else "catalogue_impact:overtaken",
        projects=run.done,
        changed_outcomes=counts[Change.OUTCOME],
        changed_entries=counts[Change.ENTRIES],
    )
    return True


def _catalogue_of(work: Work, run: CatalogueImpact) -> ParkCatalogue | None:
    """The catalogue the run is about, None when it is another by now."""
    try:
        is_effect = run.purpose == Purpose.EFFECT
        catalogue = park_catalogue(work, work.today) if is_effect else edition_catalogue(work, run.edition_id or run.id)
    except Refusal:
        return None
    return catalogue if catalogue.fingerprint == run.catalogue_sha256 else None


def _row(
    run: CatalogueImpact, catalogue: ParkCatalogue, project: Project, screening: ProjectScreening, description: ProjectDescription
) -> dict[str, Any]:
    before = {str(hit["id"]): hit for hit in hits_of(read_kept(screening))}
    outcome, confirmed, differences, is_read = screening.outcome, screening.outcome_confirmed, list[Difference](), True
    if screening.today_sha256 != run.catalogue_sha256:
        try:
            result = screen(read_facts(facts_of(description)), run.on_day, catalogue.catalogue)
        except InvalidInput as refusal:
            # Facts taken by an older release: one project nobody can read must not keep the others from being compared.
            is_read, differences = False, [Difference("", "项目情况", "", refusal.detail)]
        else:
            outcome, confirmed = result.outcome.value, result.outcome_confirmed.value
            differences = list(differences_of(before, {hit.entry.id: hit_fields(hit) for hit in result.hits}))
    changed = (outcome, confirmed) != (screening.outcome, screening.outcome_confirmed)
    return {
        "id": new_id(),
        "park_id": run.park_id,
        "impact_id": run.id,
        "project_id": project.id,
        "screening_id": screening.id,
        "project_state": project.state,
        "change": _kind_of(is_read, changed, bool(differences)),
        "outcome_before": screening.outcome,
        "outcome_after": outcome,
        "confirmed_before": screening.outcome_confirmed,
        "confirmed_after": confirmed,
        "differences": msgspec.to_builtins(differences),
        "decision": "",
        "note": "",
        "decided_by_name": "",
    }


def _kind_of(is_read: bool, is_other_outcome: bool, has_differences: bool) -> Change:
    if not is_read:
        return Change.UNREADABLE
    return Change.OUTCOME if is_other_outcome else Change.ENTRIES if has_differences else Change.NONE


def count_changes(work: Work, run_id: UUID) -> dict[Change, int]:
    """How many projects of a run there are of each kind."""
    query = select(ProjectImpact.change, func.count()).where(ProjectImpact.park_id == work.park_id, ProjectImpact.impact_id == run_id)
    found = {row[0]: row[1] for row in work.session.execute(query.group_by(ProjectImpact.change))}
    return {one: found.get(one.value, 0) for one in Change}


def _latest_effect(work: Work) -> CatalogueImpact | None:
    query = select(CatalogueImpact).where(
        CatalogueImpact.park_id == work.park_id,
        CatalogueImpact.purpose == Purpose.EFFECT,
        CatalogueImpact.state != RunState.OVERTAKEN,
    )
    return work.session.scalar(query.order_by(CatalogueImpact.created_at.desc(), CatalogueImpact.id.desc()).limit(1))


def unfinished_runs(work: Work) -> list[UUID]:
    """The runs of the park that are under way, oldest first."""
    query = select(CatalogueImpact.id).where(CatalogueImpact.park_id == work.park_id, CatalogueImpact.state == RunState.RUNNING)
    return list(work.session.scalars(query.order_by(CatalogueImpact.created_at, CatalogueImpact.id)))
