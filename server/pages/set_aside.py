"""Documents from phones that could not become the record: the office compares them and says what came of it."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath
from msgspec import structs

from rules.terms import Role
from server.entrance import open_work, services_of
from server.errors import InvalidInput
from server.identity import pages_for
from server.inspections.documents import DocumentType, SetAsideReason
from server.inspections.set_aside_review import (
    REVIEWERS,
    Looked,
    SetAsideQuery,
    get_set_aside,
    get_set_aside_dossier,
    list_set_aside,
    mark_looked_at,
)
from server.inspections.set_aside_senders import WINDOW_DAYS, Sender, Threshold, list_senders, window_start
from server.pages.query import asked, asked_page, asked_term, read_id
from server.pages.view import errors_by_field, form_text, go_to, show
from server.settings import Settings
from server.unit_of_work import Work

NO_DEVICE = "none"
"""In an address: what came without a phone."""


def threshold_of(settings: Settings) -> Threshold:
    """From when on a phone is named to the office."""
    return Threshold(documents=settings.set_aside_warn_documents, bytes=settings.set_aside_warn_bytes)


def sent_lately(sender: Sender) -> str:
    """The address of the list of what a phone sent lately."""
    chosen = {"looked": "all", "lately": "yes", "sender": sender.account_id, "device": sender.device_id or NO_DEVICE}
    return "/set-aside?" + urlencode({name: str(value) for name, value in chosen.items() if value})


class SetAsidePages(Controller):
    """The office deals with them, the auditor may read."""

    path = "/set-aside"
    opt = pages_for(Role.OFFICE, Role.AUDITOR)

    @get("/", sync_to_thread=True)
    def list_all(self, request: Request[Any, Any, Any]) -> Response[str]:
        """What waits to be compared; what was compared stays."""
        # The list opens on what waits; `all` asks for everything.
        looked = "" if asked(request, "looked") == "all" else asked_term(request, "looked", Looked) or Looked.WAITING.value
        with open_work(request) as work:
            sent_by = SetAsideQuery(
                account_id=read_id(asked(request, "sender")),
                device_id=read_id(asked(request, "device")),
                is_without_device=asked(request, "device") == NO_DEVICE,
                reason=asked_term(request, "reason", SetAsideReason),
                since=window_start(work) if asked(request, "lately") == "yes" else None,
            )
            query = structs.replace(sent_by, looked=looked, page=asked_page(request))
            counts = [
                (one.value, one.label, list_set_aside(work, structs.replace(sent_by, looked=one.value, size=1)).total) for one in Looked
            ]
            threshold = threshold_of(services_of(request).settings)
            return show(
                request,
                work,
                "set_aside.html",
                page=list_set_aside(work, query),
                asked=query,
                tabs=[*counts, ("all", "全部", sum(total for _, _, total in counts))],
                senders=[(one, one.fills_the_store(threshold)) for one in list_senders(work)],
                threshold=threshold,
                window_days=WINDOW_DAYS,
                reasons=[(one.value, one.label) for one in SetAsideReason],
                kinds={one.value: one.label for one in DocumentType},
                reason_words={one.value: one.label for one in SetAsideReason},
            )

    @get("/{aside_id:uuid}", sync_to_thread=True)
    def show_one(self, request: Request[Any, Any, Any], aside_id: FromPath[UUID]) -> Response[str]:
        """Both documents side by side."""
        with open_work(request) as work:
            return _page(request, work, aside_id, "", {})

    @get("/{aside_id:uuid}/raw", sync_to_thread=True)
    def download(self, request: Request[Any, Any, Any], aside_id: FromPath[UUID]) -> Response[bytes]:
        """The bytes as they were received."""
        with open_work(request) as work:
            aside = get_set_aside(work, aside_id)
            body, name = aside.body, f"{aside.sha256[:16]}.bin"
        # Served as a download, never as a page: nobody knows what odd bytes might pretend to be.
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return Response(body, media_type="application/octet-stream", headers=headers)

    @post("/{aside_id:uuid}/looked-at", opt=pages_for(*REVIEWERS), status_code=200)
    async def take_looked_at(self, request: Request[Any, Any, Any], aside_id: FromPath[UUID]) -> Response[Any]:
        """Say what came of it."""
        form = await request.form()
        return await sync_to_thread(_mark, request, aside_id, form_text(form, "outcome"))


def _page(request: Request[Any, Any, Any], work: Work, aside_id: UUID, outcome: str, errors: dict[str, str]) -> Response[str]:
    dossier = get_set_aside_dossier(work, aside_id)
    return show(
        request,
        work,
        "set_aside_one.html",
        status=400 if errors else 200,
        dossier=dossier,
        aside=dossier.aside,
        kinds={one.value: one.label for one in DocumentType},
        reason_words={one.value: one.label for one in SetAsideReason},
        may_review=work.actor.role in REVIEWERS and dossier.aside.looked_at is None,
        outcome=outcome,
        errors=errors,
    )


def _mark(request: Request[Any, Any, Any], aside_id: UUID, outcome: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            mark_looked_at(work, aside_id, outcome)
    except InvalidInput as refusal:
        with open_work(request) as work:
            return _page(request, work, aside_id, outcome, errors_by_field(refusal))
    return go_to("/set-aside?done=looked")
