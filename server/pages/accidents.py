"""The register of accidents: what happened where, how grave it is by the rules, and whether the case is closed."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.accidents import accident_classes
from rules.terms import Role
from server.enterprises.service import get_enterprise
from server.entrance import open_work, services_of
from server.errors import ChangedMeanwhile, FieldError, InvalidInput, NotFound
from server.events.story import read_story
from server.grading.accidents import (
    AccidentQuery,
    AccidentState,
    close_accident,
    correct_accident,
    find_accidents,
    get_accident,
    record_accident,
    void_accident,
)
from server.grading.grades import get_grade
from server.grading.reading import get_point
from server.grading.schemas import AccidentForm
from server.identity import STAFF, pages_for
from server.models.risk import Accident
from server.pages.hazards import enterprise_names
from server.pages.query import asked, asked_page, asked_term, read_amount, read_day, read_id, read_number
from server.pages.view import errors_by_field, form_text, go_to, show
from server.unit_of_work import Work

_FIELDS = (
    *("enterprise_id", "occurred_on", "title", "description", "accident_class"),
    *("deaths", "serious_injuries", "loss_wan", "point_id", "version"),
)
_ENDINGS = {"close": close_accident, "void": void_accident}


class AccidentPages(Controller):
    """The staff reads all, an enterprise its own; the office writes."""

    path = "/accidents"
    opt = pages_for(*STAFF, Role.ENTERPRISE)

    @get("/", sync_to_thread=True)
    def list_all(self, request: Request[Any, Any, Any]) -> Response[str]:
        """One page of the register, newest first."""
        query = AccidentQuery(
            search=asked(request, "q"),
            enterprise_id=read_id(asked(request, "enterprise")),
            state=asked_term(request, "state", AccidentState),
            page=asked_page(request),
        )
        with open_work(request) as work:
            page, names = find_accidents(work, query)
            return show(
                request,
                work,
                "accidents.html",
                page=page,
                names=names,
                asked=query,
                tabs=[(one.value, one.label, find_accidents(work, AccidentQuery(state=one, size=1))[0].total) for one in AccidentState],
                total=find_accidents(work, AccidentQuery(size=1))[0].total,
                enterprises=[] if work.actor.role is Role.ENTERPRISE else enterprise_names(work),
                is_narrowed=bool(query.search or query.enterprise_id or query.state),
                may_write=work.actor.role is Role.OFFICE,
            )

    @get("/{accident_id:uuid}", sync_to_thread=True)
    def show_one(self, request: Request[Any, Any, Any], accident_id: FromPath[UUID]) -> Response[str]:
        """What happened, its grade and why, and what it does to the enterprise's colour."""
        with open_work(request) as work:
            return _page(request, work, accident_id, "", "", {})

    @get("/new", opt=pages_for(Role.OFFICE), sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any]) -> Response[str]:
        """Which enterprise, then what happened there."""
        with open_work(request) as work:
            values = dict.fromkeys(_FIELDS, "") | {"enterprise_id": asked(request, "enterprise"), "occurred_on": work.today.isoformat()}
            return _form(request, work, None, values, {})

    @post("/new", opt=pages_for(Role.OFFICE), status_code=200)
    async def take_form(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Record it."""
        return await sync_to_thread(_save, request, None, _typed(await request.form()))

    @get("/{accident_id:uuid}/edit", opt=pages_for(Role.OFFICE), sync_to_thread=True)
    def show_edit(self, request: Request[Any, Any, Any], accident_id: FromPath[UUID]) -> Response[str]:
        """What is known, to be corrected."""
        with open_work(request) as work:
            accident = get_accident(work, accident_id)
            return _form(request, work, accident, _values_of(accident), {})

    @post("/{accident_id:uuid}/edit", opt=pages_for(Role.OFFICE), status_code=200)
    async def take_edit(self, request: Request[Any, Any, Any], accident_id: FromPath[UUID]) -> Response[Any]:
        """Correct it."""
        return await sync_to_thread(_save, request, accident_id, _typed(await request.form()))

    @post("/{accident_id:uuid}/close", opt=pages_for(Role.OFFICE), status_code=200)
    async def take_close(self, request: Request[Any, Any, Any], accident_id: FromPath[UUID]) -> Response[Any]:
        """Close the case."""
        form = await request.form()
        return await sync_to_thread(_end, request, accident_id, "close", form_text(form, "reason"))

    @post("/{accident_id:uuid}/void", opt=pages_for(Role.OFFICE), status_code=200)
    async def take_void(self, request: Request[Any, Any, Any], accident_id: FromPath[UUID]) -> Response[Any]:
        """It was recorded by mistake."""
        form = await request.form()
        return await sync_to_thread(_end, request, accident_id, "void", form_text(form, "reason"))


def _typed(form: Any) -> dict[str, str]:
    return {name: form_text(form, name) for name in _FIELDS}


def _values_of(accident: Accident) -> dict[str, str]:
    values = {name: getattr(accident, name) for name in _FIELDS}
    if accident.loss_wan is not None:
        values["loss_wan"] = f"{accident.loss_wan.normalize():f}"
    return {name: "" if value is None else str(value) for name, value in values.items()}


def _form_of(values: dict[str, str]) -> AccidentForm:
    """The form as a use case takes it. Raises `InvalidInput` for what cannot be read."""
    enterprise_id, occurred_on = read_id(values["enterprise_id"]), read_day(values["occurred_on"])
    loss = read_amount(values["loss_wan"]) if values["loss_wan"] else None
    errors = []
    if enterprise_id is None:
        errors.append(FieldError("enterprise_id", "请选择企业"))
    if occurred_on is None:
        errors.append(FieldError("occurred_on", "请填写发生日期，例如 2026-11-20"))
    if values["loss_wan"] and loss is None:
        errors.append(FieldError("loss_wan", "直接经济损失请填数字，单位万元"))
    if errors or enterprise_id is None or occurred_on is None:
        raise InvalidInput(errors)
    return AccidentForm(
        enterprise_id=enterprise_id,
        occurred_on=occurred_on,
        title=values["title"],
        description=values["description"],
        accident_class=values["accident_class"],
        deaths=read_number(values["deaths"]),
        serious_injuries=read_number(values["serious_injuries"]),
        loss_wan=loss,
        point_id=read_id(values["point_id"]),
        seen_version=read_number(values["version"]),
    )


def _save(request: Request[Any, Any, Any], accident_id: UUID | None, values: dict[str, str]) -> Response[Any]:
    rulebook = services_of(request).rulebook
    try:
        with open_work(request, write=True) as work:
            form = _form_of(values)
            if accident_id is None:
                saved_id = record_accident(work, rulebook, form).id
            else:
                saved_id = correct_accident(work, rulebook, accident_id, form).id
    except InvalidInput as refusal:
        errors = errors_by_field(refusal)
    except ChangedMeanwhile as refusal:
        errors = {"title": refusal.detail}
    except NotFound as refusal:
        if accident_id is not None:
            raise
        errors = {"enterprise_id": refusal.detail}
    else:
        return go_to(f"/accidents/{saved_id}?done=saved")
    with open_work(request) as work:
        accident = None if accident_id is None else get_accident(work, accident_id)
        return _form(request, work, accident, values, errors)


def _end(request: Request[Any, Any, Any], accident_id: UUID, name: str, reason: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            _ENDINGS[name](work, services_of(request).rulebook, accident_id, reason)
    except InvalidInput as refusal:
        with open_work(request) as work:
            return _page(request, work, accident_id, name, reason, errors_by_field(refusal))
    return go_to(f"/accidents/{accident_id}?done={name}")


def _form(
    request: Request[Any, Any, Any], work: Work, accident: Accident | None, values: dict[str, str], errors: dict[str, str]
) -> Response[str]:
    enterprise_id = read_id(values["enterprise_id"])
    try:
        points = get_grade(work, enterprise_id).points if enterprise_id is not None else ()
    except NotFound:
        points = ()
    day = read_day(values["occurred_on"]) or work.today
    return show(
        request,
        work,
        "accident_form.html",
        status=400 if errors else 200,
        accident=accident,
        values=values,
        errors=errors,
        enterprises=enterprise_names(work),
        points=[(str(one.id), one.name) for one in points],
        classes=[(one.name, one.name) for one in accident_classes(min(day, work.today)).classes],
    )


def _page(request: Request[Any, Any, Any], work: Work, accident_id: UUID, typed: str, reason: str, errors: dict[str, str]) -> Response[str]:
    accident = get_accident(work, accident_id)
    return show(
        request,
        work,
        "accident.html",
        status=400 if errors else 200,
        accident=accident,
        enterprise=get_enterprise(work, accident.enterprise_id),
        grade=get_grade(work, accident.enterprise_id),
        point=None if accident.point_id is None else get_point(work, accident.point_id),
        trail=read_story(work, "accident", [accident_id]),
        may_write=work.actor.role is Role.OFFICE and accident.void_on is None,
        typed=typed,
        reason=reason,
        errors=errors,
    )
