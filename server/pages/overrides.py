"""People overrule a grade: who raised or asks to lower one, who must agree, and what became of it. Nothing is ever taken away."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.bands import Colour
from rules.rulebook import Rulebook
from rules.terms import OverrideKind, OverrideState, Role
from server.enterprises.service import get_enterprise
from server.entrance import open_work, services_of
from server.errors import InvalidInput, NotFound, StateConflict
from server.events.story import read_story
from server.grading.access import DECIDERS, OFFICE
from server.grading.derivation import EnterpriseGrade, is_worse
from server.grading.grades import get_grade
from server.grading.overrides import (
    OverrideQuery,
    confirm_end,
    confirm_lower,
    end_lower,
    find_overrides,
    get_override,
    raise_by_hand,
    refuse_lower,
    reject_end,
    request_end,
    request_lower,
)
from server.grading.schemas import OverrideForm
from server.identity import STAFF, Actor, pages_for
from server.models.risk import GradeOverride
from server.pages.query import asked, asked_page, read_id
from server.pages.view import errors_by_field, form_text, go_to, show
from server.unit_of_work import Work


class Tab(msgspec.Struct, frozen=True):
    """A part of the list."""

    key: str
    words: str


TABS = (Tab("waiting", "等第二人确认"), Tab("in_force", "生效"), Tab("past", "已结束或未确认"), Tab("all", "全部"))


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something a person may do with an override: its words, and the use case that takes the reason."""

    name: str
    verb: str
    explains: str
    take: Callable[[Work, Rulebook, UUID, str], Any]
    fits: Callable[[GradeOverride, Actor], bool]
    wants_reason: bool = True
    look: str = ""


def _is_requested(one: GradeOverride) -> bool:
    return one.state == OverrideState.REQUESTED


def _is_in_force(one: GradeOverride, kind: OverrideKind) -> bool:
    return one.state == OverrideState.IN_FORCE and one.kind == kind


STEPS = {
    step.name: step
    for step in (
        Step(
            name="confirm",
            verb="同意下调",
            explains="您是第二人：同意后立即生效，两人的姓名和理由永久保留。下调只代替风险清单的评价，盖不住未销号的隐患和事故。",
            take=lambda work, rulebook, one, reason: confirm_lower(work, rulebook, one, reason),
            fits=lambda one, actor: _is_requested(one) and actor.role in DECIDERS and actor.id != one.requested_by,
        ),
        Step(
            name="refuse",
            verb="不同意下调",
            explains="等级不变；申请和双方的理由都保留。",
            take=lambda work, _, one, reason: refuse_lower(work, one, reason),
            fits=lambda one, actor: _is_requested(one) and actor.role in DECIDERS and actor.id != one.requested_by,
            look="quiet",
        ),
        Step(
            name="withdraw",
            verb="撤回申请",
            explains="您自己的申请可以撤回；申请和理由都保留。要生效须由别人确认。",
            take=lambda work, _, one, reason: refuse_lower(work, one, reason),
            fits=lambda one, actor: _is_requested(one) and actor.role in DECIDERS and actor.id == one.requested_by,
            look="quiet",
        ),
        Step(
            name="end",
            verb="结束下调",
            explains="结束后恢复为风险清单的评价结果。等级不会因此变低，一人即可。",
            take=lambda work, rulebook, one, reason: end_lower(work, rulebook, one, reason),
            fits=lambda one, actor: _is_in_force(one, OverrideKind.LOWER) and actor.role in OFFICE,
            look="quiet",
        ),
        Step(
            name="ask-end",
            verb="申请结束上调",
            explains="结束上调会使等级变低，要另一人同意；同意以前上调一直有效。",
            take=lambda work, _, one, reason: request_end(work, one, reason),
            fits=lambda one, actor: _is_in_force(one, OverrideKind.RAISE) and one.end_requested_at is None and actor.role in OFFICE,
            look="quiet",
        ),
        Step(
            name="confirm-end",
            verb="同意结束上调",
            explains="您是第二人：同意后上调立即结束。",
            take=lambda work, rulebook, one, _: confirm_end(work, rulebook, one),
            fits=lambda one, actor: _asks_end(one) and actor.role in DECIDERS and actor.id != one.end_requested_by,
            wants_reason=False,
        ),
        Step(
            name="reject-end",
            verb="不同意结束",
            explains="上调继续有效；谁申请过、谁不同意都保留在操作留痕里。",
            take=lambda work, _, one, reason: reject_end(work, one, reason),
            fits=lambda one, actor: _asks_end(one) and actor.role in DECIDERS,
            look="quiet",
        ),
    )
}


def _asks_end(one: GradeOverride) -> bool:
    return _is_in_force(one, OverrideKind.RAISE) and one.end_requested_at is not None


class OverridePages(Controller):
    """The list of the park, and one of them with what may be done."""

    path = "/risk/overrides"
    opt = pages_for(*STAFF)

    @get("/", sync_to_thread=True)
    def list_all(self, request: Request[Any, Any, Any]) -> Response[str]:
        """What waits for a second person first."""
        with open_work(request) as work:
            tab = asked(request, "tab")
            tab = tab if tab in {one.key for one in TABS} else "waiting"
            page, names = find_overrides(work, OverrideQuery(part=tab, page=asked_page(request)))
            counts = [(one, find_overrides(work, OverrideQuery(part=one.key, size=1))[0].total) for one in TABS]
            return show(request, work, "overrides.html", page=page, names=names, tabs=counts, tab=tab)

    @get("/{override_id:uuid}", opt=pages_for(*STAFF, Role.ENTERPRISE), sync_to_thread=True)
    def show_one(self, request: Request[Any, Any, Any], override_id: FromPath[UUID]) -> Response[str]:
        """One with its whole life."""
        with open_work(request) as work:
            return _page(request, work, override_id, "", "", {})

    @post("/{override_id:uuid}/{override_step:str}", opt=pages_for(*DECIDERS), status_code=200)
    async def take_step(self, request: Request[Any, Any, Any], override_id: FromPath[UUID], override_step: FromPath[str]) -> Response[Any]:
        """Confirm, refuse, end."""
        form = await request.form()
        return await sync_to_thread(_take, request, override_id, override_step, form_text(form, "reason"))


class OverrideFormPages(Controller):
    """The office raises, or asks to lower."""

    path = "/enterprises/{enterprise_id:uuid}/risk"
    opt = pages_for(Role.OFFICE)

    @get("/raise", sync_to_thread=True)
    def show_raise(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[str]:
        """Which colour, for what, and why."""
        with open_work(request) as work:
            return _form(request, work, enterprise_id, OverrideKind.RAISE, _asked_values(request), {})

    @post("/raise", status_code=200)
    async def take_raise(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[Any]:
        """Put it in force."""
        return await sync_to_thread(_save, request, enterprise_id, OverrideKind.RAISE, _typed(await request.form()))

    @get("/lower", sync_to_thread=True)
    def show_lower(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[str]:
        """Which colour, for what, and why; a second person must agree."""
        with open_work(request) as work:
            return _form(request, work, enterprise_id, OverrideKind.LOWER, _asked_values(request), {})

    @post("/lower", status_code=200)
    async def take_lower(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[Any]:
        """Ask for it."""
        return await sync_to_thread(_save, request, enterprise_id, OverrideKind.LOWER, _typed(await request.form()))


_FIELDS = ("colour", "point_id", "reason")


def _typed(form: Any) -> dict[str, str]:
    return {name: form_text(form, name) for name in _FIELDS}


def _asked_values(request: Request[Any, Any, Any]) -> dict[str, str]:
    return dict.fromkeys(_FIELDS, "") | {"point_id": asked(request, "point")}


def _save(request: Request[Any, Any, Any], enterprise_id: UUID, kind: OverrideKind, values: dict[str, str]) -> Response[Any]:
    step = raise_by_hand if kind is OverrideKind.RAISE else request_lower
    try:
        with open_work(request, write=True) as work:
            point_id = read_id(values["point_id"])
            form = OverrideForm(enterprise_id=enterprise_id, colour=values["colour"], reason=values["reason"], point_id=point_id)
            override_id = step(work, services_of(request).rulebook, form).id
    except InvalidInput as refusal:
        errors = errors_by_field(refusal)
    except NotFound as refusal:
        if not values["point_id"]:
            raise
        errors = {"point_id": refusal.detail}
    except StateConflict as refusal:
        errors = {"colour": refusal.detail}
    else:
        return go_to(f"/risk/overrides/{override_id}?done={kind.value}")
    with open_work(request) as work:
        return _form(request, work, enterprise_id, kind, values, errors)


def _form(
    request: Request[Any, Any, Any], work: Work, enterprise_id: UUID, kind: OverrideKind, values: dict[str, str], errors: dict[str, str]
) -> Response[str]:
    enterprise = get_enterprise(work, enterprise_id)
    grade = get_grade(work, enterprise_id)
    return show(
        request,
        work,
        "override_form.html",
        status=400 if errors else 200,
        enterprise=enterprise,
        grade=grade,
        is_raise=kind is OverrideKind.RAISE,
        colours=[(one.value, f"{one.risk.colour}（{one.risk.label}）") for one in _offered(grade, kind)],
        points=[(str(one.id), f"{one.colour.risk.colour if one.colour else '未评价'} {one.name}") for one in grade.points],
        values=values,
        errors=errors,
    )


def _offered(grade: EnterpriseGrade, kind: OverrideKind) -> list[Colour]:
    """The colours that may be meant, for the enterprise or for one of its points; which of them fits is the use case's to say."""
    if kind is OverrideKind.RAISE:
        known = [grade.colour, *(one.colour for one in grade.points)]
        return [one for one in Colour if any(is_worse(one, now) for now in known)]
    assessed = [grade.assessed, *(one.assessed for one in grade.points)]
    return [one for one in Colour if any(is_worse(now, one) for now in assessed)]


def _take(request: Request[Any, Any, Any], override_id: UUID, name: str, reason: str) -> Response[Any]:
    if name not in STEPS:
        raise NotFound("这个页面")
    try:
        with open_work(request, write=True) as work:
            STEPS[name].take(work, services_of(request).rulebook, override_id, reason)
    except InvalidInput as refusal:
        with open_work(request) as work:
            return _page(request, work, override_id, name, reason, errors_by_field(refusal))
    return go_to(f"/risk/overrides/{override_id}?done={name}")


def _page(request: Request[Any, Any, Any], work: Work, override_id: UUID, name: str, reason: str, errors: dict[str, str]) -> Response[str]:
    override = get_override(work, override_id)
    grade = get_grade(work, override.enterprise_id)
    point = next((one for one in grade.points if one.id == override.point_id), None)
    return show(
        request,
        work,
        "override.html",
        status=400 if errors else 200,
        override=override,
        enterprise=get_enterprise(work, override.enterprise_id),
        grade=grade,
        point=point,
        trail=read_story(work, "grade_override", [override.id]),
        steps=[step for step in STEPS.values() if step.fits(override, work.actor)],
        typed_step=name,
        reason=reason,
        errors=errors,
    )
