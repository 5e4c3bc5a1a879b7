"""A park's own editions of the catalogue: drafted by one, reviewed by another, approved by the leader, compared by anybody."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from server.catalogue.access import APPROVERS, DRAFTERS, READERS
from server.catalogue.schemas import ApprovalForm, Comparison, EditionForm, EditionState
from server.catalogue.service import (
    approve_edition,
    compare_days,
    compare_editions,
    discard_edition,
    draft_edition,
    get_edition_dossier,
    list_editions,
    remove_change,
    review_edition,
    send_back_edition,
)
from server.catalogue.wording import change_in_words
from server.entrance import open_work
from server.errors import FieldError, InvalidInput, SecondPersonNeeded, StateConflict
from server.identity import pages_for
from server.impact.access import DECIDERS
from server.pages.query import asked, read_day, read_id, read_number
from server.pages.view import errors_by_field, errors_of, form_text, go_to, show
from server.unit_of_work import Work

_APPROVAL = ("document_number", "approver", "effective_from", "valid_until", "fairness_review")
_DRAFTING = pages_for(*DRAFTERS)


class EditionPages(Controller):
    """For everyone who works with the catalogue; each step names who may take it."""

    path = "/catalogue/editions"
    opt = pages_for(*READERS)

    @get("/", sync_to_thread=True)
    def list_all(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Every edition, newest first."""
        with open_work(request) as work:
            rows = list_editions(work)
            return show(request, work, "catalogue_editions.html", rows=rows, may_draft=work.actor.role in DRAFTERS)

    @get("/compare", sync_to_thread=True)
    def compare(self, request: Request[Any, Any, Any]) -> Response[str]:
        """What differs between two editions, or between two days."""
        with open_work(request) as work:
            from_id, to_id = read_id(asked(request, "from")), read_id(asked(request, "to"))
            days = read_day(asked(request, "from_day")), read_day(asked(request, "to_day"))
            comparison: Comparison | None = None
            errors: dict[str, str] = {}
            try:
                if to_id is not None:
                    comparison = compare_editions(work, from_id, to_id)
                elif days[0] is not None and days[1] is not None:
                    comparison = compare_days(work, days[0], days[1])
                elif any(days):
                    errors["from_day" if days[0] is None else "to_day"] = "请填两个日期，例如 2026-01-01"
            except InvalidInput as refusal:
                errors["to"] = f"草案还不能成立：{refusal.detail}"
            return show(
                request,
                work,
                "catalogue_compare.html",
                status=400 if errors else 200,
                comparison=comparison,
                rows=[one for one in list_editions(work) if one.edition.state != EditionState.DISCARDED],
                chosen={"from": from_id, "to": to_id},
                days={"from_day": days[0] or "", "to_day": days[1] or work.today},
                errors=errors,
                in_words=change_in_words,
            )

    @get("/new", opt=_DRAFTING, sync_to_thread=True)
    def show_new(self, request: Request[Any, Any, Any]) -> Response[str]:
        """An empty form."""
        with open_work(request) as work:
            return _new_form(request, work, {"title": "", "planned_from": "", "note": "", "based_on_id": ""}, {})

    @post("/new", opt=_DRAFTING, status_code=200)
    async def take_new(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Begin an edition."""
        form = await request.form()
        values = {name: form_text(form, name) for name in ("title", "planned_from", "note", "based_on_id")}
        return await sync_to_thread(_begin, request, values)

    @get("/{edition_id:uuid}", sync_to_thread=True)
    def show_edition(self, request: Request[Any, Any, Any], edition_id: FromPath[UUID]) -> Response[str]:
        """One edition: what it changes, who made it, what can be done now."""
        with open_work(request) as work:
            return edition_page(request, work, edition_id, {}, {})

    @post("/{edition_id:uuid}/review", opt=_DRAFTING, status_code=200)
    async def take_review(self, request: Request[Any, Any, Any], edition_id: FromPath[UUID]) -> Response[Any]:
        """Another person has gone through it."""
        form = await request.form()
        note, version = form_text(form, "note"), read_number(form_text(form, "version"))
        step = lambda work: review_edition(work, edition_id, note, seen_version=version)  # noqa: E731 - one step
        return await sync_to_thread(_take_step, request, edition_id, step, {"note": note}, "note", "reviewed")

    @post("/{edition_id:uuid}/send-back", opt=pages_for(*DRAFTERS, *APPROVERS), status_code=200)
    async def take_send_back(self, request: Request[Any, Any, Any], edition_id: FromPath[UUID]) -> Response[Any]:
        """Back to the drafters."""
        form = await request.form()
        reason = form_text(form, "reason")
        step = lambda work: send_back_edition(work, edition_id, reason)  # noqa: E731 - one step
        return await sync_to_thread(_take_step, request, edition_id, step, {"reason": reason}, "reason", "sent_back")

    @post("/{edition_id:uuid}/discard", opt=_DRAFTING, status_code=200)
    async def take_discard(self, request: Request[Any, Any, Any], edition_id: FromPath[UUID]) -> Response[Any]:
        """Give it up."""
        form = await request.form()
        reason = form_text(form, "reason")
        step = lambda work: discard_edition(work, edition_id, reason)  # noqa: E731 - one step
        return await sync_to_thread(_take_step, request, edition_id, step, {"reason": reason}, "reason", "discarded")

    @post("/{edition_id:uuid}/approve", opt=pages_for(*APPROVERS), status_code=200)
    async def take_approval(self, request: Request[Any, Any, Any], edition_id: FromPath[UUID]) -> Response[Any]:
        """The leader approves."""
        form = await request.form()
        values = {name: form_text(form, name) for name in _APPROVAL}
        version = read_number(form_text(form, "version"))
        step = lambda work: approve_edition(work, edition_id, _approval_of(values, version))  # noqa: E731 - one step
        return await sync_to_thread(_take_step, request, edition_id, step, values, "document_number", "approved")

    @post("/{edition_id:uuid}/changes/{change_id:uuid}/remove", opt=_DRAFTING, status_code=200)
    async def take_removal(self, request: Request[Any, Any, Any], edition_id: FromPath[UUID], change_id: FromPath[UUID]) -> Response[Any]:
        """Take a change out of the draft."""
        step = lambda work: remove_change(work, edition_id, change_id)  # noqa: E731 - one step
        return await sync_to_thread(_take_step, request, edition_id, step, {}, "changes", "removed")


def edition_page(
    request: Request[Any, Any, Any], work: Work, edition_id: UUID, values: dict[str, str], errors: dict[str, str]
) -> Response[str]:
    """An edition's page, with what was typed and what is wrong with it."""
    dossier = get_edition_dossier(work, edition_id)
    blank = dict.fromkeys((*_APPROVAL, "note", "reason"), "") | {"effective_from": dossier.edition.planned_from.isoformat()}
    return show(
        request,
        work,
        "catalogue_edition.html",
        status=400 if errors else 200,
        dossier=dossier,
        edition=dossier.edition,
        is_drafter=work.actor.role in DRAFTERS,
        may_preview=work.actor.role in DECIDERS,
        values=blank | values,
        errors=errors,
    )


def _take_step(
    request: Request[Any, Any, Any],
    edition_id: UUID,
    step: Callable[[Work], object],
    values: dict[str, str],
    field: str,
    done: str,
) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            step(work)
    except (InvalidInput, StateConflict, SecondPersonNeeded) as refusal:
        with open_work(request) as work:
            return edition_page(request, work, edition_id, values, errors_of(refusal, field))
    return go_to(f"/catalogue/editions/{edition_id}?done={done}")


def _approval_of(values: dict[str, str], version: int | None) -> ApprovalForm:
    days = {name: _day(values[name], name) for name in ("effective_from", "valid_until")}
    return ApprovalForm(
        document_number=values["document_number"],
        approver=values["approver"],
        fairness_review=values["fairness_review"],
        seen_version=version,
        **days,
    )


def _day(text: str, field: str) -> date:
    day = read_day(text)
    if day is None:
        raise InvalidInput([FieldError(field, f"“{text}”不是日期，请写成 2026-12-01" if text else "请填写日期，例如 2026-12-01")])
    return day


def _begin(request: Request[Any, Any, Any], values: dict[str, str]) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            edition = draft_edition(
                work,
                EditionForm(
                    title=values["title"],
                    planned_from=_day(values["planned_from"], "planned_from"),
                    note=values["note"],
                    based_on_id=read_id(values["based_on_id"]),
                ),
            )
    except InvalidInput as refusal:
        with open_work(request) as work:
            return _new_form(request, work, values, errors_by_field(refusal))
    return go_to(f"/catalogue/editions/{edition.id}?done=drafted")


def _new_form(request: Request[Any, Any, Any], work: Work, values: dict[str, str], errors: dict[str, str]) -> Response[str]:
    bases = [(str(one.edition.id), f"{one.edition.title}（{one.standing.label}）") for one in list_editions(work)]
    return show(request, work, "catalogue_edition_new.html", status=400 if errors else 200, values=values, errors=errors, bases=bases)
