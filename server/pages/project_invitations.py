"""An applicant is invited to describe its own project; what it states is compared with what is known, then accepted or declined."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.terms import ScreeningOccasion
from server.entrance import open_work, services_of
from server.errors import InvalidInput, StateConflict
from server.identity import pages_for
from server.pages.project_words import fact_changes
from server.pages.projects import project_page
from server.pages.query import read_number
from server.pages.view import errors_of, form_text, go_to, show
from server.screening.access import READERS, WRITERS
from server.screening.answering import complete_if_ready
from server.screening.invitations import (
    accept_submission,
    decline_submission,
    get_invitation,
    invite,
    revoke_invitation,
    stated_by,
)
from server.screening.paths import differences
from server.screening.service import facts_of, find_draft, get_project, latest_description, run_screening
from server.unit_of_work import Work

DEFAULT_DAYS = 14


class ProjectInvitationPages(Controller):
    """Writers invite and decide; readers see what was stated."""

    path = "/projects/{project_id:uuid}/invitations"
    opt = pages_for(*WRITERS)

    @post("/", status_code=200)
    async def take_invitation(self, request: Request[Any, Any, Any], project_id: FromPath[UUID]) -> Response[Any]:
        """Make a link and show it this once."""
        form = await request.form()
        days = read_number(form_text(form, "days")) if form_text(form, "days") else DEFAULT_DAYS
        return await sync_to_thread(_invite, request, project_id, form_text(form, "sent_to"), days or 0)

    @get("/{invitation_id:uuid}", opt=pages_for(*READERS), sync_to_thread=True)
    def show_submission(self, request: Request[Any, Any, Any], project_id: FromPath[UUID], invitation_id: FromPath[UUID]) -> Response[str]:
        """What the applicant stated beside what is known."""
        with open_work(request) as work:
            return _page(request, work, project_id, invitation_id, {})

    @post("/{invitation_id:uuid}/accept", status_code=200)
    async def take_acceptance(
        self, request: Request[Any, Any, Any], project_id: FromPath[UUID], invitation_id: FromPath[UUID]
    ) -> Response[Any]:
        """Take it as a revision and screen."""
        await request.form()
        return await sync_to_thread(_step, request, project_id, invitation_id, _accept(request, project_id, invitation_id))

    @post("/{invitation_id:uuid}/decline", status_code=200)
    async def take_declining(
        self, request: Request[Any, Any, Any], project_id: FromPath[UUID], invitation_id: FromPath[UUID]
    ) -> Response[Any]:
        """Do not take it, with the reason."""
        form = await request.form()
        reason = form_text(form, "reason")
        return await sync_to_thread(
            _step, request, project_id, invitation_id, lambda work: decline_submission(work, project_id, invitation_id, reason)
        )

    @post("/{invitation_id:uuid}/revoke", status_code=200)
    async def take_revoking(
        self, request: Request[Any, Any, Any], project_id: FromPath[UUID], invitation_id: FromPath[UUID]
    ) -> Response[Any]:
        """The link opens nothing any more."""
        await request.form()
        return await sync_to_thread(
            _step, request, project_id, invitation_id, lambda work: revoke_invitation(work, project_id, invitation_id)
        )


def _invite(request: Request[Any, Any, Any], project_id: UUID, sent_to: str, days: int) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            _, token = invite(work, project_id, sent_to, days)
            link = f"{services_of(request).settings.public_address}/apply/{token}"
            return project_page(request, work, project_id, link=link)
    except (InvalidInput, StateConflict) as refusal:
        with open_work(request) as work:
            return project_page(request, work, project_id, errors=errors_of(refusal, "main"))


def _accept(request: Request[Any, Any, Any], project_id: UUID, invitation_id: UUID) -> Callable[[Work], None]:
    def accept(work: Work) -> None:
        if find_draft(work, project_id) is not None:
            raise StateConflict("填写页有一份没有提交的草稿。请先提交或放弃草稿，再核收申报单位的填报。", reason="draft")
        project = get_project(work, project_id)
        accept_submission(work, project_id, invitation_id)
        complete_if_ready(work, project)
        occasion = ScreeningOccasion.INTAKE if project.screening_id is None else ScreeningOccasion.CHANGE
        run_screening(work, services_of(request).rulebook, project_id, occasion=occasion)

    return accept


def _step(request: Request[Any, Any, Any], project_id: UUID, invitation_id: UUID, change: Callable[[Work], None]) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            change(work)
    except (InvalidInput, StateConflict) as refusal:
        with open_work(request) as work:
            return _page(request, work, project_id, invitation_id, errors_of(refusal, "main"))
    return go_to(f"/projects/{project_id}#applicant")


def _page(request: Request[Any, Any, Any], work: Work, project_id: UUID, invitation_id: UUID, errors: dict[str, str]) -> Response[str]:
    project = get_project(work, project_id)
    invitation = get_invitation(work, project_id, invitation_id)
    latest = latest_description(work, project_id)
    known = facts_of(latest) if latest is not None else {}
    stated = stated_by(invitation)
    return show(
        request,
        work,
        "project_submission.html",
        status=400 if errors else 200,
        project=project,
        invitation=invitation,
        latest=latest,
        changes=fact_changes(differences(known, stated), known, stated) if stated else [],
        may_decide=work.actor.role in WRITERS and invitation.submitted_at is not None and invitation.decided_at is None,
        errors=errors,
    )
