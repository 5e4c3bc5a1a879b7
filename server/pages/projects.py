"""Projects that want to come in: the list, and each with its ruling, its questions, and everything it ever said.

The page of a project says its outcome first, then what decides it, then what must still be asked. Questions are answered in place and the
project is screened again; an old screening is shown as it was made, never as it would be today.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.admission_workflow import ADMITTED_STATES, DECIDED_STATES, OPEN_STATES
from rules.restriction_terms import Outcome
from rules.terms import ProjectState, ScreeningOccasion
from server.admission.service import last_decision
from server.entrance import open_work, services_of
from server.errors import ChangedMeanwhile, EvidenceMissing, FieldError, InvalidInput, NotFound, Refusal, StateConflict
from server.identity import pages_for
from server.models.parks import Zone
from server.models.projects import ProjectScreening
from server.pages.project_todo import project_todo
from server.pages.project_words import effect_groups, outcome_words, why_words
from server.pages.query import asked, asked_page, asked_term, read_day, read_id, read_number
from server.pages.view import errors_by_field, form_text, form_texts, go_to, show
from server.screening.access import READERS, WRITERS
from server.screening.answering import answer_and_screen
from server.screening.attachments import list_attachments
from server.screening.form import blanks_of
from server.screening.invitations import list_invitations
from server.screening.questions import PREFIX, asks_of
from server.screening.schemas import ProjectDossier, ProjectQuery, ProjectSort
from server.screening.service import (
    catalogue_for,
    confirm_assumptions,
    count_projects,
    drop_draft,
    facts_of,
    get_project,
    get_project_dossier,
    list_projects,
    read_kept,
    run_screening,
    why_changed,
    withdraw_project,
)
from server.unit_of_work import Work

DECIDED = "decided"
_FILTERS = ("q", "outcome", "zone", "entry", "from", "to", "drafts", "waiting", "ready")
_TABS: tuple[tuple[str, str, tuple[ProjectState, ...]], ...] = (
    ("", "全部", ()),
    *((one.value, one.label, (one,)) for one in ProjectState if one in OPEN_STATES),
    (DECIDED, "已决定", tuple(one for one in ProjectState if one.value.startswith("decided_"))),
    (ProjectState.WITHDRAWN.value, ProjectState.WITHDRAWN.label, (ProjectState.WITHDRAWN,)),
)


class ProjectPages(Controller):
    """Screeners and the office work here; the leader and the auditor read."""

    path = "/projects"
    opt = pages_for(*READERS)

    @get("/", sync_to_thread=True)
    def list_all(self, request: Request[Any, Any, Any]) -> Response[str]:
        """One page of the list, by state."""
        with open_work(request) as work:
            state = asked_state(request)
            query = project_query(request, state)
            zones = work.session.query(Zone).where(Zone.park_id == work.park_id).order_by(Zone.name)
            return show(
                request,
                work,
                "projects.html",
                page=list_projects(work, query),
                tabs=tab_counts(work, query),
                state=state,
                outcomes=[(one.value, one.label) for one in Outcome],
                zones=[(str(zone.id), zone.name) for zone in zones],
                sorts=[(one.value, one.label) for one in ProjectSort],
                has_filters=any(asked(request, name) for name in _FILTERS),
                todo=project_todo(work),
                may_write=work.actor.role in WRITERS,
            )

    @get("/{project_id:uuid}", sync_to_thread=True)
    def show_project(self, request: Request[Any, Any, Any], project_id: FromPath[UUID]) -> Response[str]:
        """The ruling and what can be done about it."""
        with open_work(request) as work:
            return project_page(request, work, project_id)

    @get("/{project_id:uuid}/screenings/{sequence:int}", sync_to_thread=True)
    def show_screening(self, request: Request[Any, Any, Any], project_id: FromPath[UUID], sequence: FromPath[int]) -> Response[str]:
        """An earlier screening with the facts it was made from."""
        with open_work(request) as work:
            return project_page(request, work, project_id, sequence=sequence)

    @post("/{project_id:uuid}/answers", opt=pages_for(*WRITERS), status_code=200)
    async def take_answers(self, request: Request[Any, Any, Any], project_id: FromPath[UUID]) -> Response[Any]:
        """Answers to questions: a new revision, screened at once."""
        form = await request.form()
        typed = {name: form_text(form, name) for name in form if isinstance(name, str) and name.startswith(PREFIX)}
        return await sync_to_thread(_answer, request, project_id, typed, read_number(form_text(form, "version")))

    @post("/{project_id:uuid}/assumptions", opt=pages_for(*WRITERS), status_code=200)
    async def take_assumptions(self, request: Request[Any, Any, Any], project_id: FromPath[UUID]) -> Response[Any]:
        """Somebody stands for it that these may count as *no*."""
        form = await request.form()
        return await sync_to_thread(_confirm, request, project_id, form_texts(form, "flags"))

    @post("/{project_id:uuid}/screen", opt=pages_for(*WRITERS), status_code=200)
    async def take_screening(self, request: Request[Any, Any, Any], project_id: FromPath[UUID]) -> Response[Any]:
        """Screen again, against the catalogue of today."""
        form = await request.form()
        return await sync_to_thread(_screen, request, project_id, form_text(form, "reason"))

    @post("/{project_id:uuid}/drop-draft", opt=pages_for(*WRITERS), status_code=200)
    async def take_dropping(self, request: Request[Any, Any, Any], project_id: FromPath[UUID]) -> Response[Any]:
        """Give up what was being typed."""
        await request.form()
        return await sync_to_thread(_drop, request, project_id)

    @post("/{project_id:uuid}/withdraw", opt=pages_for(*WRITERS), status_code=200)
    async def take_withdrawal(self, request: Request[Any, Any, Any], project_id: FromPath[UUID]) -> Response[Any]:
        """The applicant gives up, or the lead was wrong."""
        form = await request.form()
        return await sync_to_thread(_withdraw, request, project_id, form_text(form, "reason"))


def asked_state(request: Request[Any, Any, Any]) -> str:
    """The tab, or the one state, an address asks for; empty for all."""
    state = asked(request, "state")
    return state if state in {key for key, _, _ in _TABS} | set(ProjectState) else ""


def tab_counts(work: Work, query: ProjectQuery) -> list[tuple[str, str, int]]:
    """Each tab with its words and the length of its list, narrowed as the query is."""
    counts = count_projects(work, query)
    every = _states_of(query) or tuple(ProjectState)
    return [(key, words, sum(counts[one] for one in (states or every))) for key, words, states in _TABS]


def _states_of(query: ProjectQuery) -> tuple[ProjectState, ...]:
    """The states a query is confined to whatever the tab; the numbers on the tabs count no other."""
    return (ProjectState.JOINT_REVIEW,) if query.is_ready else tuple(OPEN_STATES) if query.is_waiting else ()


def project_query(request: Request[Any, Any, Any], state: str) -> ProjectQuery:
    """The list an address asks for."""
    states = next((states for key, _, states in _TABS if key == state), (ProjectState(state),) if state in set(ProjectState) else ())
    is_waiting, is_ready = asked(request, "waiting") == "yes", asked(request, "ready") == "yes"
    usual = (ProjectState.JOINT_REVIEW,) if is_ready else OPEN_STATES if is_waiting else ()
    return ProjectQuery(
        search=asked(request, "q"),
        states=tuple(one.value for one in states or usual),
        outcome=asked_term(request, "outcome", Outcome),
        zone_id=read_id(asked(request, "zone")),
        entry=asked(request, "entry"),
        is_drafted=asked(request, "drafts") == "yes",
        is_waiting=is_waiting,
        is_ready=is_ready,
        received_from=read_day(asked(request, "from")),
        received_to=read_day(asked(request, "to")),
        sort=asked_term(request, "sort", ProjectSort),
        page=asked_page(request),
    )


def project_page(
    request: Request[Any, Any, Any],
    work: Work,
    project_id: UUID,
    *,
    sequence: int | None = None,
    errors: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
    link: str = "",
) -> Response[str]:
    """The page of a project, of its latest screening or of an earlier one."""
    dossier = get_project_dossier(work, services_of(request).rulebook, project_id)
    screening = _chosen(dossier, sequence)
    flags = [one.flag for one in catalogue_for(work, work.today).catalogue.index.flags.values()]
    by_id = {one.id: one for one in dossier.descriptions}
    facts = facts_of(by_id[screening.description_id]) if screening is not None else {}
    kept = read_kept(screening) if screening is not None else None
    is_latest = screening is dossier.screening
    hits: Sequence[Mapping[str, Any]] = kept.screening["hits"] if kept is not None else ()
    asks = asks_of(kept.screening["questions"], facts) if kept is not None else []
    place = dossier.screenings.index(screening) if screening is not None else 0
    before = dossier.screenings[place + 1] if place + 1 < len(dossier.screenings) else None
    change = why_changed(before, screening, by_id) if before is not None and screening is not None else None
    is_open = ProjectState(dossier.project.state) in OPEN_STATES
    may_write = work.actor.role in WRITERS
    return show(
        request,
        work,
        "project.html",
        status=400 if errors else 200,
        dossier=dossier,
        project=dossier.project,
        screening=screening,
        revision=by_id[screening.description_id] if screening is not None else None,
        facts=facts,
        blanks=blanks_of(facts, flags) if screening is not None else [],
        revisions={one.id: one.revision for one in dossier.descriptions},
        kept=kept,
        headline=outcome_words(screening, hits, asks, len(dossier.open_assumptions)) if screening is not None else None,
        groups=effect_groups(hits),
        asks=asks,
        blocking=[one for one in asks if one.is_blocking],
        others=[one for one in asks if not one.is_blocking],
        change=why_words(change, facts_of(by_id[before.description_id]), facts) if change is not None and before is not None else (),
        change_from=before,
        is_latest=is_latest,
        may_write=may_write,
        may_answer=may_write and is_latest and is_open and dossier.draft is None,
        is_open=is_open,
        is_followed=is_open or dossier.project.state in ADMITTED_STATES,
        decision=last_decision(work, dossier.project) if dossier.project.state in DECIDED_STATES else None,
        sequences={one.id: one.sequence for one in dossier.screenings},
        link=link,
        files=list_attachments(work, project_id),
        invitations=list_invitations(work, project_id),
        errors=dict(errors or {}),
        typed=dict(typed or {}),
    )


def _chosen(dossier: ProjectDossier, sequence: int | None) -> ProjectScreening | None:
    if sequence is None:
        return dossier.screening
    found = next((one for one in dossier.screenings if one.sequence == sequence), None)
    if found is None:
        raise NotFound("这次筛查")
    return found


def _answer(request: Request[Any, Any, Any], project_id: UUID, typed: dict[str, str], version: int | None) -> Response[Any]:
    rulebook = services_of(request).rulebook
    try:
        with open_work(request, write=True) as work:
            answer_and_screen(work, rulebook, project_id, typed, version=version)
    except InvalidInput as refusal:
        at_fields = InvalidInput([FieldError(_field_of_answer(one.field), one.message) for one in refusal.errors])
        return _refused(request, project_id, at_fields, typed)
    except (StateConflict, ChangedMeanwhile) as refusal:
        return _refused(request, project_id, refusal, typed)
    return go_to(f"/projects/{project_id}?done=answered")


def _field_of_answer(place: str) -> str:
    return place if place in {"answers", "facts"} else PREFIX + place


def _confirm(request: Request[Any, Any, Any], project_id: UUID, flags: Sequence[str]) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            confirm_assumptions(work, project_id, flags)
    except (InvalidInput, StateConflict) as refusal:
        return _refused(request, project_id, refusal)
    return go_to(f"/projects/{project_id}?done=confirmed#assumptions")


def _screen(request: Request[Any, Any, Any], project_id: UUID, reason: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            run_screening(work, services_of(request).rulebook, project_id, occasion=ScreeningOccasion.EDITION, reason=reason)
    except StateConflict as refusal:
        return _refused(request, project_id, refusal)
    return go_to(f"/projects/{project_id}?done=screened")


def _drop(request: Request[Any, Any, Any], project_id: UUID) -> Response[Any]:
    with open_work(request, write=True) as work:
        get_project(work, project_id)
        drop_draft(work, project_id)
    return go_to(f"/projects/{project_id}")


def _withdraw(request: Request[Any, Any, Any], project_id: UUID, reason: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            withdraw_project(work, project_id, reason)
    except (InvalidInput, StateConflict, EvidenceMissing) as refusal:
        return _refused(request, project_id, refusal)
    return go_to(f"/projects/{project_id}")


def _refused(request: Request[Any, Any, Any], project_id: UUID, refusal: Refusal, typed: Mapping[str, str] | None = None) -> Response[Any]:
    errors = errors_by_field(refusal) if isinstance(refusal, InvalidInput) else {"main": refusal.detail}
    with open_work(request) as work:
        return project_page(request, work, project_id, errors=errors, typed=typed)
