"""What an applicant sees who was sent a link: the form of its own project, and nothing else.

Nobody signs in here; the token of the address is the key. No ruling, no other project and no name of the park's people is shown. A wrong
token is counted, so that guessing becomes slow; a right one is never locked out by others' guesses.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from server.accounts.service import note_failed_attempt, refuse_when_throttled
from server.clock import CHINA
from server.entrance import services_of
from server.errors import InvalidInput, NotFound, Refusal, StateConflict
from server.identity import for_anyone
from server.models.projects import Project, ProjectAttachment, ProjectInvitation
from server.pages.login import client_address
from server.pages.project_files import FORM_MAX_BYTES, keep_files
from server.pages.project_form import Looked, flags_of, form_context, form_step, typed_of
from server.pages.view import errors_by_field, form_files, form_text, go_to, show
from server.screening.attachments import record_files
from server.screening.form import Typed, facts_of_form, field_of_form, form_of_facts, renumbered
from server.screening.invitations import demand_unsubmitted, keep_typed, open_invitation, stated_by, submit_invited
from server.unit_of_work import Work, begin_work

_ATTEMPTS = "(apply)"


class ApplyPages(Controller):
    """For whoever holds a link."""

    path = "/apply/{token:str}"
    opt = for_anyone()

    @get("/", sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any], token: FromPath[str]) -> Response[str]:
        """The form as far as it was typed, or the receipt of what was submitted."""
        with _invited(request, token) as (work, invitation, project):
            return _page(request, work, invitation, project, _typed_before(work, request, invitation, project), {})

    @post("/", status_code=200)
    async def take_form(self, request: Request[Any, Any, Any], token: FromPath[str]) -> Response[Any]:
        """Keep what is typed, look something up, add rows; or submit."""
        form = await request.form()
        return await sync_to_thread(_take, request, token, typed_of(form), form_text(form, "do"))

    @post("/draft", status_code=200)
    async def take_draft(self, request: Request[Any, Any, Any], token: FromPath[str]) -> dict[str, str]:
        """Keep what is typed, asked for by the page itself."""
        form = await request.form()
        return await sync_to_thread(_autosave, request, token, typed_of(form))

    @post("/files", status_code=200, request_max_body_size=FORM_MAX_BYTES)
    async def take_files(self, request: Request[Any, Any, Any], token: FromPath[str]) -> Response[Any]:
        """Keep files as evidence."""
        form = await request.form()
        return await sync_to_thread(_attach, request, token, form_files(form, "files"))


@contextmanager
def _invited(request: Request[Any, Any, Any], token: str, *, write: bool = False) -> Iterator[tuple[Work, ProjectInvitation, Project]]:
    """A work of the applicant. Raises `NotFound`, or `TooManyAttempts` for one who guesses."""
    services = services_of(request)
    try:
        with begin_work(services.database, services.clock, write=write) as work:
            invitation, project = open_invitation(work, token, is_held=write)
            yield work, invitation, project
    except NotFound:
        address, now = client_address(request), services.clock.now()
        with services.database.write() as connection:
            refuse_when_throttled(connection, _ATTEMPTS, address, now, services.settings.login_attempts)
            note_failed_attempt(connection, _ATTEMPTS, address, now)
        raise


def _typed_before(work: Work, request: Request[Any, Any, Any], invitation: ProjectInvitation, project: Project) -> Typed:
    if invitation.submitted_at is not None:
        return form_of_facts(stated_by(invitation), flags_of(work, services_of(request)))
    return {str(key): str(value) for key, value in invitation.fields.items()} or {"name": project.name}


def _take(request: Request[Any, Any, Any], token: str, typed: Typed, do: str) -> Response[Any]:
    typed = renumbered(typed)
    try:
        if do != "submit":
            typed, more, looked = form_step(services_of(request), typed, do)
            with _invited(request, token, write=True) as (work, invitation, _):
                keep_typed(work, invitation, typed)
            with _invited(request, token) as (work, invitation, project):
                return _page(request, work, invitation, project, typed, {}, more=more, looked=looked)
        with _invited(request, token, write=True) as (work, invitation, _):
            keep_typed(work, invitation, typed)
        with _invited(request, token, write=True) as (work, invitation, _):
            flags = flags_of(work, services_of(request))
            submit_invited(work, invitation, facts_of_form(typed, {}, flags), typed.get("submitted_by", ""))
    except (InvalidInput, StateConflict) as refusal:
        return _refused(request, token, typed, refusal)
    return go_to(f"/apply/{token}")


def _autosave(request: Request[Any, Any, Any], token: str, typed: Typed) -> dict[str, str]:
    with _invited(request, token, write=True) as (work, invitation, _):
        keep_typed(work, invitation, typed)
        return {"saved": f"已存 {work.now.astimezone(CHINA):%H:%M}"}


def _attach(request: Request[Any, Any, Any], token: str, files: list[Any]) -> Response[Any]:
    try:
        with _invited(request, token) as (_, invitation, _project):
            demand_unsubmitted(invitation)
        kept = keep_files(request, files)
        with _invited(request, token, write=True) as (work, invitation, project):
            demand_unsubmitted(invitation)
            record_files(work, project, kept, invitation_id=invitation.id)
    except (InvalidInput, StateConflict) as refusal:
        return _refused(request, token, None, refusal)
    return go_to(f"/apply/{token}#files")


def _refused(request: Request[Any, Any, Any], token: str, typed: Typed | None, refusal: Refusal) -> Response[Any]:
    with _invited(request, token) as (work, invitation, project):
        errors = {"main": refusal.detail}
        if isinstance(refusal, InvalidInput):
            flags = flags_of(work, services_of(request))
            errors = {field_of_form(field, flags): message for field, message in errors_by_field(refusal).items()}
        shown = typed if typed is not None else _typed_before(work, request, invitation, project)
        return _page(request, work, invitation, project, shown, errors)


def _page(
    request: Request[Any, Any, Any],
    work: Work,
    invitation: ProjectInvitation,
    project: Project,
    typed: Typed,
    errors: dict[str, str],
    *,
    more: dict[str, int] | None = None,
    looked: Looked | None = None,
) -> Response[str]:
    files = work.session.query(ProjectAttachment).where(ProjectAttachment.invitation_id == invitation.id)
    html = show(
        request,
        None,
        "apply.html",
        status=400 if errors else 200,
        invitation=invitation,
        project=project,
        files=files.order_by(ProjectAttachment.uploaded_at).all(),
        **form_context(work, services_of(request), typed, errors, more=more, looked=looked),
    )
    html.headers["Referrer-Policy"] = "no-referrer"
    return html
