"""What another catalogue does to the park's projects: laid side by side project by project, each difference marked by a person."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.restriction_terms import Outcome
from rules.terms import ProjectState
from server.entrance import open_work, services_of
from server.errors import InvalidInput, NotFound, StateConflict, StepNotYours
from server.identity import Actor, pages_for
from server.impact.access import DECIDERS
from server.impact.schemas import Change, Decision, ImpactQuery, Purpose, RunState
from server.impact.service import (
    carry_on,
    decide_line,
    find_need,
    get_impact,
    list_impacts,
    list_lines,
    start_effect,
    start_preview,
)
from server.pages.query import asked, asked_page, asked_term, read_id
from server.pages.view import errors_of, form_text, go_to, show
from server.screening.access import READERS, WRITERS
from server.unit_of_work import Work

SECONDS_AT_ONCE = 0.8
"""So long a button works before the page comes back and says how far it is; the rest is left to the next press or the timed work."""
_DECIDING = pages_for(*DECIDERS)


class ImpactPages(Controller):
    """Those who see projects look on; screeners, office and leader decide."""

    path = "/catalogue/impact"
    opt = pages_for(*READERS)

    @get("/", sync_to_thread=True)
    def list_all(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Every run, and whether one is needed now."""
        with open_work(request) as work:
            return show(
                request,
                work,
                "catalogue_impacts.html",
                rows=list_impacts(work),
                need=find_need(work),
                changes=Change,
                purposes=Purpose,
                states=RunState,
                may_start=work.actor.role in DECIDERS,
            )

    @post("/start", opt=_DECIDING, status_code=200)
    async def take_start(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Begin laying the projects beside today's catalogue."""
        await request.form()
        return await sync_to_thread(_start, request)

    @post("/preview", opt=_DECIDING, status_code=200)
    async def take_preview(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Ask what an edition would do."""
        form = await request.form()
        return await sync_to_thread(_preview, request, read_id(form_text(form, "edition_id")))

    @get("/{impact_id:uuid}", sync_to_thread=True)
    def show_impact(self, request: Request[Any, Any, Any], impact_id: FromPath[UUID]) -> Response[str]:
        """One run: how far it is, and its projects by what changes."""
        with open_work(request) as work:
            return _page(request, work, impact_id, None, {})

    @post("/{impact_id:uuid}/continue", opt=_DECIDING, status_code=200)
    async def take_continue(self, request: Request[Any, Any, Any], impact_id: FromPath[UUID]) -> Response[Any]:
        """Carry the run on."""
        await request.form()
        return await sync_to_thread(_continue, request, impact_id)

    @post("/{impact_id:uuid}/lines/{line_id:uuid}", opt=_DECIDING, status_code=200)
    async def take_decision(self, request: Request[Any, Any, Any], impact_id: FromPath[UUID], line_id: FromPath[UUID]) -> Response[Any]:
        """Mark what a person made of a difference."""
        form = await request.form()
        typed = {"line": str(line_id), "decision": form_text(form, "decision"), "note": form_text(form, "note")}
        return await sync_to_thread(_decide, request, impact_id, line_id, typed)


def _start(request: Request[Any, Any, Any]) -> Response[Any]:
    with open_work(request, write=True) as work:
        run = start_effect(work)
        actor = work.actor
    if run is None:
        return go_to("/catalogue/impact?done=nothing")
    return _carry(request, actor, run.id)


def _preview(request: Request[Any, Any, Any], edition_id: UUID | None) -> Response[Any]:
    with open_work(request, write=True) as work:
        if edition_id is None:
            raise NotFound("这个目录版本")
        run_id, actor = start_preview(work, edition_id).id, work.actor
    return _carry(request, actor, run_id)


def _continue(request: Request[Any, Any, Any], impact_id: UUID) -> Response[Any]:
    with open_work(request) as work:
        get_impact(work, impact_id)
        actor = work.actor
    return _carry(request, actor, impact_id)


def _carry(request: Request[Any, Any, Any], actor: Actor, impact_id: UUID) -> Response[Any]:
    services = services_of(request)
    carry_on(services.database, services.clock, actor, impact_id, seconds=SECONDS_AT_ONCE)
    return go_to(f"/catalogue/impact/{impact_id}")


def _decide(request: Request[Any, Any, Any], impact_id: UUID, line_id: UUID, typed: dict[str, str]) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            get_impact(work, impact_id)
            decide_line(work, services_of(request).rulebook, line_id, typed["decision"], typed["note"])
    except (InvalidInput, StateConflict, StepNotYours) as refusal:
        with open_work(request) as work:
            return _page(request, work, impact_id, typed, errors_of(refusal, "decision"))
    return go_to(f"/catalogue/impact/{impact_id}?done=decided&open=yes&change=all")


def _page(
    request: Request[Any, Any, Any], work: Work, impact_id: UUID, typed: dict[str, str] | None, errors: dict[str, str]
) -> Response[str]:
    dossier = get_impact(work, impact_id)
    is_all = asked(request, "change") == "all"
    first = next((one for one in Change if dossier.counts[one]), Change.OUTCOME)
    change = "" if is_all or typed is not None else asked_term(request, "change", Change) or first.value
    query = ImpactQuery(change=change, open=asked(request, "open") == "yes", search=asked(request, "q"), page=asked_page(request))
    outcomes = {one.value: one.label for one in Outcome}
    decisions = [(one.value, one.label) for one in Decision if one is not Decision.RESCREEN or work.actor.role in WRITERS]
    return show(
        request,
        work,
        "catalogue_impact.html",
        status=400 if errors else 200,
        dossier=dossier,
        run=dossier.run,
        page=list_lines(work, impact_id, query),
        asked=query,
        outcomes=outcomes,
        decisions=decisions,
        decided={one.value: one.label for one in Decision},
        project_states={one.value: one.label for one in ProjectState},
        state=RunState(dossier.run.state),
        purpose=Purpose(dossier.run.purpose),
        typed=typed or {},
        errors=errors,
    )
