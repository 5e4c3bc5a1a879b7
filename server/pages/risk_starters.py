"""Beginning a register from the typical risk points of an industry: which set, which of its points; copied ones wait for the site."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.bands import Colour
from rules.grading_data import ScoredMethod
from rules.risk_starters import StarterPoint, StarterSet
from rules.rulebook import Rulebook
from server.enterprises.service import get_enterprise
from server.entrance import open_work, services_of
from server.errors import InvalidInput, StateConflict
from server.grading.access import WRITERS
from server.grading.schemas import AssessmentForm, Proposal
from server.grading.service import copy_starter, get_starter, list_starters, propose, read_register
from server.identity import pages_for
from server.pages.view import form_text, form_texts, go_to, show
from server.unit_of_work import Work


class OfferedPoint(msgspec.Struct, frozen=True):
    """A starter point as offered: what each of its sources would be graded, the worst of them, and whether the register has it already."""

    point: StarterPoint
    proposals: tuple[Proposal, ...]
    colour: Colour
    is_there: bool


class RiskStarterPages(Controller):
    """For whoever keeps registers."""

    path = "/enterprises/{enterprise_id:uuid}/register/starters"
    opt = pages_for(*WRITERS)

    @get("/", sync_to_thread=True)
    def show_sets(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[str]:
        """The industries there are sets for, the enterprise's own first."""
        with open_work(request) as work:
            sets = list_starters(work, enterprise_id)
            return show(request, work, "risk_starters.html", enterprise=get_enterprise(work, enterprise_id), sets=sets)

    @get("/{starter:str}", sync_to_thread=True)
    def show_set(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID], starter: FromPath[str]) -> Response[str]:
        """The points of a set with their proposed scores."""
        with open_work(request) as work:
            return _set_page(request, work, enterprise_id, starter, None, {})

    @post("/{starter:str}", status_code=200)
    async def take_choice(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID], starter: FromPath[str]) -> Response[Any]:
        """Copy the points chosen, or all of them."""
        form = await request.form()
        chosen = None if form_text(form, "do") == "all" else form_texts(form, "points")
        return await sync_to_thread(_copy, request, enterprise_id, starter, chosen)


def _set_page(
    request: Request[Any, Any, Any], work: Work, enterprise_id: UUID, key: str, chosen: list[str] | None, errors: dict[str, str]
) -> Response[str]:
    rulebook = services_of(request).rulebook
    enterprise = get_enterprise(work, enterprise_id)
    starter = get_starter(work, key)
    there = {point.point.starter for point in read_register(work, rulebook, enterprise_id).points}
    return show(
        request,
        work,
        "risk_starter.html",
        status=400 if errors else 200,
        enterprise=enterprise,
        starter=starter,
        method=ScoredMethod(starter.method).value.upper(),
        units=_by_unit(work, rulebook, starter, there),
        left=sum(1 for point in starter.points if point.id not in there),
        chosen=chosen,
        errors=errors,
    )


def _by_unit(work: Work, rulebook: Rulebook, starter: StarterSet, there: set[str]) -> dict[str, list[OfferedPoint]]:
    units: dict[str, list[OfferedPoint]] = {}
    for point in starter.points:
        forms = [AssessmentForm(method=starter.method, scheme=starter.scheme, chosen=dict(starter.chosen(one))) for one in point.sources]
        proposals = tuple(propose(work, rulebook, form) for form in forms)
        worst = min((one.colour or Colour.BLUE for one in proposals), key=lambda colour: colour.risk.number)
        units.setdefault(point.unit, []).append(OfferedPoint(point, proposals, worst, point.id in there))
    return units


def _copy(request: Request[Any, Any, Any], enterprise_id: UUID, key: str, chosen: list[str] | None) -> Response[Any]:
    rulebook = services_of(request).rulebook
    if chosen == []:
        with open_work(request) as work:
            return _set_page(request, work, enterprise_id, key, chosen, {"points": "请勾选要复制的风险点"})
    try:
        with open_work(request, write=True) as work:
            added = copy_starter(work, rulebook, enterprise_id, key, points=chosen)
    except (InvalidInput, StateConflict) as refusal:
        with open_work(request) as work:
            return _set_page(request, work, enterprise_id, key, chosen, {"points": refusal.detail})
    return go_to(f"/enterprises/{enterprise_id}/register?points={added.points}&sources={added.sources}")
