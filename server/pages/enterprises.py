"""The register of enterprises: find one, see what stands open about it, keep its facts right."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath

from rules.industries import IndustrySearch, load_industries
from rules.terms import EnterpriseRisk, Role, SupervisionSector
from server.coordinates import COORDINATES, Place, read_place
from server.enterprises.schemas import EnterpriseForm, EnterpriseQuery, EnterpriseSort, TargetQuery
from server.enterprises.service import (
    create_enterprise,
    get_enterprise,
    list_enterprises,
    list_targets,
    mark_left,
    mark_returned,
    sectors_of,
    update_enterprise,
)
from server.enterprises.spreadsheet import export_enterprises
from server.entrance import open_work, services_of
from server.errors import AlreadyExists, ChangedMeanwhile, FieldError, InvalidInput, NotFound, Refusal
from server.grading.heads import list_heads
from server.grading.service import get_grade
from server.hazards.queues import HazardQueue
from server.identity import STAFF, pages_for
from server.inspections.reading_room import InspectionQuery, list_inspections
from server.models.enterprises import Enterprise
from server.pages.enterprise_overview import checklists_for, criteria_for, read_standing
from server.pages.orders import words_for
from server.pages.query import asked, asked_page, asked_term, read_day, read_id, read_moment, read_number
from server.pages.view import errors_by_field, form_text, form_texts, go_to, show
from server.parks.service import far_in_words, list_grids, list_zones
from server.planning.frequency import colour_words
from server.planning.service import find_plan, read_visits
from server.tasks.schemas import TaskQuery, TaskState
from server.tasks.service import list_tasks
from server.unit_of_work import Work

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_TEXTS = (
    "name",
    "short_name",
    "credit_code",
    "industry_code",
    "zone_id",
    "grid_id",
    "address",
    "staff_count",
    "legal_representative",
    "principal_officer",
    "principal_phone",
    "safety_officer",
    "safety_phone",
    *COORDINATES,
    "seen_at",
)
_EMPTY: dict[str, Any] = dict.fromkeys(_TEXTS, "") | {"risks": [], "sectors": []}
_LATEST = 5
_CODE_LENGTH = 4
TABS = (
    ("", "在册"),
    (HazardQueue.OPEN.value, "有未闭环隐患"),
    (HazardQueue.OVERDUE.value, "有逾期隐患"),
    (HazardQueue.OPEN_MAJOR.value, "有重大隐患"),
    ("left", "已离园"),
)


class EnterprisePages(Controller):
    """Reading the register; the office also writes it."""

    path = "/enterprises"
    opt = pages_for(*STAFF)

    @get("/", sync_to_thread=True)
    def list_all(self, request: Request[Any, Any, Any]) -> Response[str]:
        """One page of the register, narrowed by filters."""
        query = enterprise_query(request)
        with open_work(request) as work:
            tab = asked(request, "tab")
            page = list_enterprises(work, query)
            return show(
                request,
                work,
                "enterprises.html",
                page=page,
                heads={one.id: one for one in list_heads(work, {row.id for row in page.items})},
                asked=query,
                tab=tab if tab in {key for key, _ in TABS} else "",
                tabs=[(key, words, list_enterprises(work, _tab_query(key)).total) for key, words in TABS],
                zones=[(zone.id, zone.name) for zone in list_zones(work)],
                grids=[(grid.id, grid.name) for grid in list_grids(work)],
                sectors=[(one.value, one.label) for one in SupervisionSector],
                risks=[(one.value, one.label) for one in EnterpriseRisk],
                sorts=[(one.value, one.label) for one in EnterpriseSort],
                is_narrowed=any((query.search, query.zone_id, query.grid_id, query.industry, query.sector, query.risk)),
                may_write=work.actor.role is Role.OFFICE,
            )

    @get("/{enterprise_id:uuid}", sync_to_thread=True)
    def show_enterprise(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[str]:
        """One enterprise and what stands open about it."""
        with open_work(request) as work:
            return _enterprise_page(request, work, enterprise_id, {}, {})

    @get("/mine", opt=pages_for(Role.ENTERPRISE), sync_to_thread=True)
    def show_mine(self, request: Request[Any, Any, Any]) -> Response[str]:
        """An enterprise's own page."""
        with open_work(request) as work:
            if work.actor.enterprise_id is None:
                raise NotFound("您的企业")
            enterprise = get_enterprise(work, work.actor.enterprise_id)
            return show(request, work, "enterprise_mine.html", **_facts(request, work, enterprise))

    @get("/{enterprise_id:uuid}/criteria", opt=pages_for(*STAFF, Role.ENTERPRISE), sync_to_thread=True)
    def show_criteria(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[str]:
        """The major-hazard criteria that reach this enterprise today."""
        with open_work(request) as work:
            enterprise = get_enterprise(work, enterprise_id)
            rulebook = services_of(request).rulebook
            sectors = sectors_of(rulebook, enterprise, work.today)
            return show(
                request, work, "enterprise_criteria.html", enterprise=enterprise, sectors=sectors,
                standards=criteria_for(rulebook, work, sectors),
            )  # fmt: skip

    @get("/new", opt=pages_for(Role.OFFICE), sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any]) -> Response[str]:
        """An empty form."""
        with open_work(request) as work:
            return _enterprise_form(request, work, None, _EMPTY, {})

    @post("/new", opt=pages_for(Role.OFFICE), status_code=200)
    async def take_form(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Add an enterprise, or look its industry code up."""
        form = await request.form()
        return await sync_to_thread(_take, request, None, _typed(form), form_text(form, "do"))

    @get("/{enterprise_id:uuid}/edit", opt=pages_for(Role.OFFICE), sync_to_thread=True)
    def show_edit(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[str]:
        """The enterprise's facts, to be changed."""
        with open_work(request) as work:
            enterprise = get_enterprise(work, enterprise_id)
            return _enterprise_form(request, work, enterprise, _values_of(enterprise), {})

    @post("/{enterprise_id:uuid}/edit", opt=pages_for(Role.OFFICE), status_code=200)
    async def take_edit(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[Any]:
        """Change an enterprise, or look its industry code up."""
        form = await request.form()
        return await sync_to_thread(_take, request, enterprise_id, _typed(form), form_text(form, "do"))

    @post("/{enterprise_id:uuid}/left", opt=pages_for(Role.OFFICE), status_code=200)
    async def take_left(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[Any]:
        """Write down that it left the park."""
        form = await request.form()
        return await sync_to_thread(_leave, request, enterprise_id, {name: form_text(form, name) for name in ("left_on", "reason")})

    @post("/{enterprise_id:uuid}/returned", opt=pages_for(Role.OFFICE), status_code=200)
    async def take_returned(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[Any]:
        """Write down that it is in the park after all."""
        form = await request.form()
        return await sync_to_thread(_return, request, enterprise_id, form_text(form, "reason"))


class EnterpriseSheet(Controller):
    """The register as a spreadsheet."""

    opt = pages_for(*STAFF)

    @get("/enterprises.xlsx", sync_to_thread=True)
    def export(self, request: Request[Any, Any, Any]) -> Response[bytes]:
        """The list as it is filtered on the page, all pages of it."""
        with open_work(request) as work:
            data = export_enterprises(work, enterprise_query(request))
            name = f"enterprises-{work.today.isoformat()}.xlsx"
        return sheet_answer(data, name)


def sheet_answer(data: bytes, name: str) -> Response[bytes]:
    """A spreadsheet to be saved."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type=XLSX, headers=headers)


def enterprise_query(request: Request[Any, Any, Any]) -> EnterpriseQuery:
    """The list the address asks for."""
    tab = asked(request, "tab")
    queue = tab if tab in {HazardQueue.OPEN, HazardQueue.OVERDUE, HazardQueue.OPEN_MAJOR} else ""
    industry = asked(request, "industry")
    return EnterpriseQuery(
        search=asked(request, "q"),
        zone_id=read_id(asked(request, "zone")),
        grid_id=read_id(asked(request, "grid")),
        industry=industry if industry.isascii() and industry.isdigit() and len(industry) <= _CODE_LENGTH else "",
        sector=asked_term(request, "sector", SupervisionSector),
        risk=asked_term(request, "risk", EnterpriseRisk),
        queue=queue,
        present=tab != "left",
        sort=asked_term(request, "sort", EnterpriseSort) or _tab_sort(queue),
        page=asked_page(request),
    )


def _tab_query(tab: str) -> EnterpriseQuery:
    return EnterpriseQuery(queue="" if tab == "left" else tab, present=tab != "left", size=1)


def _tab_sort(queue: str) -> str:
    if queue == HazardQueue.OVERDUE:
        return EnterpriseSort.OVERDUE
    return EnterpriseSort.OPEN if queue else EnterpriseSort.NAME


def _facts(request: Request[Any, Any, Any], work: Work, enterprise: Enterprise) -> dict[str, Any]:
    """What both pages of an enterprise show."""
    rulebook = services_of(request).rulebook
    sectors = sectors_of(rulebook, enterprise, work.today)
    return {
        "enterprise": enterprise,
        "far": far_in_words(work, enterprise.longitude, enterprise.latitude),
        "standing": read_standing(work, enterprise.id),
        "risk_grade": get_grade(work, enterprise.id),
        "order_words": words_for(work.actor.role),
        "sectors": sectors,
        "standards": criteria_for(rulebook, work, sectors),
        "checklists": checklists_for(rulebook, work, enterprise),
        "inspections": list_inspections(work, InspectionQuery(enterprise_id=enterprise.id, size=_LATEST)),
        "sites": list_targets(work, TargetQuery(enterprise_id=enterprise.id, size=200)).items,
        "zone": next((zone for zone in list_zones(work) if zone.id == enterprise.zone_id), None),
        "grid": next((grid for grid in list_grids(work) if grid.id == enterprise.grid_id), None),
    }


def _enterprise_page(
    request: Request[Any, Any, Any], work: Work, enterprise_id: UUID, values: dict[str, str], errors: dict[str, str]
) -> Response[str]:
    enterprise = get_enterprise(work, enterprise_id)
    plan = find_plan(work, work.today.year)
    calendar = services_of(request).rulebook.calendar
    return show(
        request,
        work,
        "enterprise.html",
        status=400 if errors else 200,
        **_facts(request, work, enterprise),
        tasks=list_tasks(work, TaskQuery(target_id=enterprise.id, state=TaskState.PLANNED)),
        plan=plan,
        visits=read_visits(work, plan, calendar, enterprise_id=enterprise.id)[0] if plan else (),
        colour_words=colour_words,
        may_write=work.actor.role is Role.OFFICE,
        may_plan=work.actor.role in {Role.OFFICE, Role.LEADER} and enterprise.left_on is None,
        values=values or {"left_on": work.today.isoformat(), "reason": ""},
        errors=errors,
    )


def _enterprise_form(
    request: Request[Any, Any, Any],
    work: Work,
    enterprise: Enterprise | None,
    values: dict[str, Any],
    errors: dict[str, str],
    looked: IndustrySearch | None = None,
) -> Response[str]:
    return show(
        request,
        work,
        "enterprise_form.html",
        looked=looked,
        status=400 if errors else 200,
        enterprise=enterprise,
        values=values,
        errors=errors,
        derived=_derived(request, work, values),
        zones=[(zone.id, zone.name) for zone in list_zones(work)],
        grids=[(grid.id, grid.name) for grid in list_grids(work)],
        all_risks=[(one.value, one.label) for one in EnterpriseRisk],
        all_sectors=[(one.value, one.label) for one in SupervisionSector],
    )


def _derived(request: Request[Any, Any, Any], work: Work, values: dict[str, Any]) -> Any:
    """What code and risks give by themselves, and what they leave open."""
    rules = services_of(request).rulebook.at(work.today).sectors
    risks = [EnterpriseRisk(one) for one in values["risks"] if one in set(EnterpriseRisk)]
    if not values["industry_code"] and not risks:
        return None
    return rules.sectors_of(values["industry_code"], risks), rules.questions_about(values["industry_code"], risks)


def _typed(form: Any) -> dict[str, Any]:
    return {name: form_text(form, name) for name in _TEXTS} | {name: form_texts(form, name) for name in ("risks", "sectors")}


def _values_of(enterprise: Enterprise) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(enterprise, name, None) for name in _TEXTS}
    values = {name: "" if value is None else str(value) for name, value in values.items()}
    return values | {"seen_at": enterprise.updated_at.isoformat(), "risks": list(enterprise.risks), "sectors": list(enterprise.sectors)}


def _form_of(values: dict[str, Any]) -> EnterpriseForm:
    """The form as a use case takes it. Raises `InvalidInput` for numbers that are none."""
    errors = []
    if values["staff_count"] and read_number(values["staff_count"]) is None:
        errors.append(FieldError("staff_count", "职工人数请填整数"))
    place = Place()
    try:
        place = read_place(values)
    except InvalidInput as refusal:
        errors += refusal.errors
    if errors:
        raise InvalidInput(errors)
    return EnterpriseForm(
        **{name: values[name] for name in _TEXTS if name not in {"zone_id", "grid_id", "staff_count", "seen_at", *COORDINATES}},
        zone_id=read_id(values["zone_id"]),
        grid_id=read_id(values["grid_id"]),
        staff_count=read_number(values["staff_count"]),
        latitude=place.latitude,
        longitude=place.longitude,
        is_far_confirmed=place.is_confirmed,
        risks=tuple(values["risks"]),
        sectors=tuple(values["sectors"]),
        seen_at=read_moment(values["seen_at"]),
    )


def _take(request: Request[Any, Any, Any], enterprise_id: UUID | None, values: dict[str, Any], do: str) -> Response[Any]:
    """Save the form, or show it again with what a look-up found or with the code that was taken."""
    verb, _, code = do.partition(":industry")
    if verb not in {"find", "use"}:
        return _save(request, enterprise_id, values)
    looked = load_industries().find(values["industry_code"]) if verb == "find" else None
    shown = values if verb == "find" else {**values, "industry_code": code.removeprefix(":")}
    with open_work(request) as work:
        enterprise = None if enterprise_id is None else get_enterprise(work, enterprise_id)
        return _enterprise_form(request, work, enterprise, shown, {}, looked)


def _save(request: Request[Any, Any, Any], enterprise_id: UUID | None, values: dict[str, Any]) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            form = _form_of(values)
            saved = create_enterprise(work, form) if enterprise_id is None else update_enterprise(work, enterprise_id, form)
            saved_id = saved.id
    except (InvalidInput, AlreadyExists, ChangedMeanwhile) as refusal:
        with open_work(request) as work:
            enterprise = None if enterprise_id is None else get_enterprise(work, enterprise_id)
            return _enterprise_form(request, work, enterprise, values, _save_errors(refusal))
    return go_to(f"/enterprises/{saved_id}?done=saved")


def _save_errors(refusal: Refusal) -> dict[str, str]:
    if isinstance(refusal, InvalidInput):
        return errors_by_field(refusal)
    return {"credit_code" if isinstance(refusal, AlreadyExists) else "name": refusal.detail}


def _leave(request: Request[Any, Any, Any], enterprise_id: UUID, values: dict[str, str]) -> Response[Any]:
    left_on = read_day(values["left_on"])
    if left_on is None:
        with open_work(request) as work:
            return _enterprise_page(request, work, enterprise_id, values, {"left_on": "请填写离园日期，例如 2026-11-20"})
    try:
        with open_work(request, write=True) as work:
            mark_left(work, enterprise_id, left_on, values["reason"])
    except InvalidInput as refusal:
        with open_work(request) as work:
            return _enterprise_page(request, work, enterprise_id, values, errors_by_field(refusal))
    return go_to(f"/enterprises/{enterprise_id}?done=left")


def _return(request: Request[Any, Any, Any], enterprise_id: UUID, reason: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            mark_returned(work, enterprise_id, reason)
    except InvalidInput as refusal:
        with open_work(request) as work:
            return _enterprise_page(request, work, enterprise_id, {"left_on": "", "reason": reason}, errors_by_field(refusal))
    return go_to(f"/enterprises/{enterprise_id}?done=returned")
