"""Use cases of enterprises and other inspection targets: the register of what is inspected and who answers for it."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, String, cast, func, select

from rules.credit_code import CreditCodeError, check_credit_code
from rules.rulebook import Rulebook
from rules.supervision_sectors import normalise_industry_code
from rules.terms import EnterpriseRisk, HazardLevel, SupervisionSector, TargetKind
from server.enterprises.access import demand_keeper, readable_enterprises, readable_targets
from server.enterprises.schemas import (
    EnterpriseForm,
    EnterpriseQuery,
    EnterpriseRow,
    EnterpriseSort,
    Sectors,
    SectorView,
    TargetForm,
    TargetQuery,
)
from server.errors import AlreadyExists, ChangedMeanwhile, FieldError, InvalidInput, NotFound, Refusal, StateConflict
from server.hazards.access import readable_hazards
from server.hazards.queues import HazardQueue, is_open, is_overdue_on
from server.ids import new_id
from server.listing import Page, matches, narrow, paginate
from server.models.enterprises import Enterprise, InspectionTarget
from server.models.hazards import Hazard
from server.models.parks import Grid, Zone
from server.parks.service import far_errors, far_in_words
from server.unit_of_work import Work

LONGEST_TEXT = 200
MOST_STAFF = 1_000_000
CHINA_LATITUDES = (3.0, 54.0)
CHINA_LONGITUDES = (73.0, 136.0)
_SHARED_WITH_TARGET = ("name", "zone_id", "grid_id", "address", "latitude", "longitude")


def get_enterprise(work: Work, enterprise_id: UUID) -> Enterprise:
    """An enterprise the actor may see. Raises `NotFound`."""
    enterprise = work.session.scalar(readable_enterprises(work.actor).where(Enterprise.id == enterprise_id))
    if enterprise is None:
        raise NotFound("这家企业")
    return enterprise


def list_enterprises(work: Work, query: EnterpriseQuery) -> Page[EnterpriseRow]:
    """One page of the enterprises the actor may see, each with its open hazards. Two queries."""
    rows = select_enterprises(work, query)
    return paginate(work.session, rows, query.page, query.size).map(enterprise_row)


def select_enterprises(work: Work, query: EnterpriseQuery) -> Select[Any]:
    """The enterprises of a list, in its order: the entity, its zone and grid, its open, major and overdue hazards."""
    counts = (
        readable_hazards(work.actor)
        .with_only_columns(
            Hazard.enterprise_id,
            func.count().label("open"),
            func.count().filter(Hazard.level == HazardLevel.MAJOR).label("major"),
            func.count().filter(is_overdue_on(work.today)).label("overdue"),
        )
        # Overdue ones are open ones; those closed long ago need not be gone through.
        .where(is_open())
        .group_by(Hazard.enterprise_id)
        .subquery()
    )
    columns = [func.coalesce(counts.c[name], 0).label(f"{name}_hazards") for name in ("open", "major", "overdue")]
    rows = (
        readable_enterprises(work.actor)
        .add_columns(Zone.name, Grid.name, *columns)
        .outerjoin(Zone, Zone.id == Enterprise.zone_id)
        .outerjoin(Grid, Grid.id == Enterprise.grid_id)
        .outerjoin(counts, counts.c.enterprise_id == Enterprise.id)
    )
    orders: dict[str, tuple[Any, ...]] = {
        EnterpriseSort.NAME: (Enterprise.name,),
        EnterpriseSort.OPEN: (columns[0].desc(), Enterprise.name),
        EnterpriseSort.OVERDUE: (columns[2].desc(), Enterprise.name),
        EnterpriseSort.NEWEST: (Enterprise.created_at.desc(),),
    }
    having = {
        HazardQueue.OPEN.value: columns[0] > 0,
        HazardQueue.OPEN_MAJOR.value: columns[1] > 0,
        HazardQueue.OVERDUE.value: columns[2] > 0,
    }
    narrowed = narrow(rows, [*_filters(query), having.get(query.queue)])
    return narrowed.order_by(*orders.get(query.sort, orders[EnterpriseSort.NAME]), Enterprise.id)


def _filters(query: EnterpriseQuery) -> list[ColumnElement[bool] | None]:
    return [
        matches(
            query.search,
            Enterprise.name,
            Enterprise.short_name,
            Enterprise.credit_code,
            Enterprise.address,
            Enterprise.principal_officer,
            Enterprise.safety_officer,
        ),
        Enterprise.zone_id == query.zone_id if query.zone_id else None,
        Enterprise.grid_id == query.grid_id if query.grid_id else None,
        Enterprise.industry_code.startswith(query.industry, autoescape=True) if query.industry else None,
        _has_tag(Enterprise.sectors, query.sector),
        _has_tag(Enterprise.risks, query.risk),
        None if query.present is None else Enterprise.left_on.is_(None) if query.present else Enterprise.left_on.is_not(None),
    ]


def _has_tag(column: Any, tag: str) -> ColumnElement[bool] | None:
    """The stored list names the tag. Tags are snake_case words, so the quoted word stands in the list's text exactly when it is there."""
    return cast(column, String).contains(f'"{tag}"', autoescape=True) if tag else None


def enterprise_row(found: Any) -> EnterpriseRow:
    """A row of `select_enterprises` as lists show it."""
    enterprise, zone_name, grid_name, open_hazards, major, overdue = found
    return EnterpriseRow(
        id=enterprise.id,
        name=enterprise.name,
        short_name=enterprise.short_name,
        credit_code=enterprise.credit_code,
        industry_code=enterprise.industry_code,
        zone_id=enterprise.zone_id,
        zone_name=zone_name or "",
        grid_name=grid_name or "",
        staff_count=enterprise.staff_count,
        safety_officer=enterprise.safety_officer,
        safety_phone=enterprise.safety_phone,
        left_on=enterprise.left_on,
        open_hazards=open_hazards,
        major_hazards=major,
        overdue_hazards=overdue,
    )


def create_enterprise(work: Work, form: EnterpriseForm) -> Enterprise:
    """Add an enterprise and its inspection target of the same id. Raises `NotAllowed`, `InvalidInput`, `AlreadyExists`."""
    demand_keeper(work.actor)
    values = _checked_values(work, form)
    _refuse_taken_code(work, values["credit_code"], None)
    enterprise = Enterprise(id=new_id(), park_id=work.park_id, created_at=work.now, updated_at=work.now, **values)
    work.session.add(enterprise)
    work.session.flush()
    work.session.add(
        InspectionTarget(
            id=enterprise.id,
            park_id=work.park_id,
            kind=TargetKind.ENTERPRISE,
            enterprise_id=enterprise.id,
            details={},
            created_at=work.now,
            **{name: values[name] for name in _SHARED_WITH_TARGET},
        )
    )
    work.session.flush()
    work.record("enterprise", enterprise.id, "enterprise:created", **values, **_far_fact(work, values, values))
    return enterprise


def update_enterprise(work: Work, enterprise_id: UUID, form: EnterpriseForm) -> Enterprise:
    """Change an enterprise, and its inspection target with it.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `AlreadyExists`, `ChangedMeanwhile`.
    """
    demand_keeper(work.actor)
    enterprise = _lock(work, enterprise_id)
    if form.seen_at is not None and form.seen_at != enterprise.updated_at:
        raise ChangedMeanwhile("这家企业的信息")
    values = _checked_values(work, form, enterprise)
    _refuse_taken_code(work, values["credit_code"], enterprise_id)
    changes = {name: value for name, value in values.items() if getattr(enterprise, name) != value}
    if not changes:
        return enterprise
    target = work.session.get_one(InspectionTarget, enterprise_id)
    for name, value in changes.items():
        setattr(enterprise, name, value)
        if name in _SHARED_WITH_TARGET:
            setattr(target, name, value)
    enterprise.updated_at = work.now
    work.session.flush()
    work.record("enterprise", enterprise.id, "enterprise:changed", changes=changes, **_far_fact(work, values, changes))
    return enterprise


def _lock(work: Work, enterprise_id: UUID) -> Enterprise:
    query = readable_enterprises(work.actor).where(Enterprise.id == enterprise_id).with_for_update(of=Enterprise)
    enterprise = work.session.scalar(query.execution_options(populate_existing=True))
    if enterprise is None:
        raise NotFound("这家企业")
    return enterprise


def mark_left(work: Work, enterprise_id: UUID, left_on: date, reason: str) -> Enterprise:
    """Write down that an enterprise left the park; its records stay. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`."""
    demand_keeper(work.actor)
    enterprise = _lock(work, enterprise_id)
    if enterprise.left_on is not None:
        raise StateConflict("这家企业已经登记为离园。", reason="left")
    errors = []
    if not reason.strip():
        errors.append(FieldError("reason", "请写明离园原因，如搬迁、注销"))
    if left_on > work.today:
        errors.append(FieldError("left_on", "离园日期不能晚于今天"))
    if errors:
        raise InvalidInput(errors)
    _set_left(work, enterprise, left_on)
    work.record("enterprise", enterprise.id, "enterprise:left", left_on=left_on, reason=reason.strip())
    return enterprise


def mark_returned(work: Work, enterprise_id: UUID, reason: str) -> Enterprise:
    """Write down that an enterprise is in the park after all. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`."""
    demand_keeper(work.actor)
    enterprise = _lock(work, enterprise_id)
    if enterprise.left_on is None:
        raise StateConflict("这家企业没有登记为离园。", reason="present")
    if not reason.strip():
        raise InvalidInput([FieldError("reason", "请写明原因，如登记有误、重新入园")])
    _set_left(work, enterprise, None)
    work.record("enterprise", enterprise.id, "enterprise:returned", reason=reason.strip())
    return enterprise


def _set_left(work: Work, enterprise: Enterprise, left_on: date | None) -> None:
    enterprise.left_on = left_on
    enterprise.updated_at = work.now
    # Inspectors take no target along that is no longer there.
    for target in work.session.scalars(select(InspectionTarget).where(InspectionTarget.enterprise_id == enterprise.id)):
        target.active = left_on is None
    work.session.flush()


def sectors_of(rulebook: Rulebook, enterprise: Enterprise | None, on: date) -> Sectors:
    """The supervision sectors of an enterprise on a day: confirmed by the office, otherwise derived; and what must still be asked."""
    if enterprise is None:
        return Sectors(sectors=(), questions=())
    mapping = rulebook.at(on).sectors
    risks = tuple(EnterpriseRisk(one) for one in enterprise.risks if one in set(EnterpriseRisk))
    confirmed = [SupervisionSector(one) for one in enterprise.sectors if one in set(SupervisionSector)]
    if confirmed:
        views = tuple(
            SectorView(sector=one.value, label=one.label, why="安全办核定", confirmed=True, verified=True)
            for one in dict.fromkeys(confirmed)
        )
        return Sectors(sectors=views, questions=())
    views = tuple(
        SectorView(sector=tag.sector.value, label=tag.sector.label, why=tag.why, confirmed=False, verified=tag.verified)
        for tag in mapping.sectors_of(enterprise.industry_code, risks)
    )
    return Sectors(sectors=views, questions=mapping.questions_about(enterprise.industry_code, risks))


def _checked_values(work: Work, form: EnterpriseForm, kept: Enterprise | None = None) -> dict[str, Any]:
    """The form as it is stored. Raises `InvalidInput` with every field that is wrong."""
    values = _stripped(form)
    del values["seen_at"], values["is_far_confirmed"]
    errors = _text_errors(values)
    if not values["name"]:
        errors.append(FieldError("name", "请填写企业名称"))
    try:
        values["credit_code"] = check_credit_code(values["credit_code"])
    except CreditCodeError as error:
        errors.append(FieldError("credit_code", str(error)))
    if values["industry_code"]:
        code = normalise_industry_code(values["industry_code"])
        if code is None:
            errors.append(FieldError("industry_code", "行业代码应为 2 至 4 位数字（GB/T 4754-2017），可带门类字母，如 3074 或 C3074"))
        else:
            values["industry_code"] = code
    errors += _unknown_values("sectors", values["sectors"], {one.value: one.label for one in SupervisionSector}, "监管行业")
    errors += _unknown_values("risks", values["risks"], {one.value: one.label for one in EnterpriseRisk}, "固有风险")
    values["sectors"], values["risks"] = list(dict.fromkeys(values["sectors"])), list(dict.fromkeys(values["risks"]))
    staff = values["staff_count"]
    if staff is not None and not 0 <= staff <= MOST_STAFF:
        errors.append(FieldError("staff_count", "从业人数应为不小于 0 的整数"))
    errors += _place_errors(work, values, kept, is_confirmed=form.is_far_confirmed)
    if errors:
        raise InvalidInput(errors)
    return values


def _stripped(form: msgspec.Struct) -> dict[str, Any]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in msgspec.structs.asdict(form).items()}


def _text_errors(values: Mapping[str, Any]) -> list[FieldError]:
    return [
        FieldError(name, f"不能超过 {LONGEST_TEXT} 个字")
        for name, value in values.items()
        if isinstance(value, str) and len(value) > LONGEST_TEXT
    ]


def _unknown_values(field: str, given: tuple[str, ...], known: Mapping[str, str], what: str) -> list[FieldError]:
    unknown = [one for one in given if one not in known]
    return [FieldError(field, f"没有“{'、'.join(unknown)}”这个{what}，可选：{'、'.join(known.values())}")] if unknown else []


def _place_errors(
    work: Work, values: Mapping[str, Any], kept: Enterprise | InspectionTarget | None, *, is_confirmed: bool
) -> list[FieldError]:
    """What is wrong with zone, grid and coordinates, and what must be confirmed of them; what is kept already needs no second word."""
    errors = []
    for field, model, what in (("zone_id", Zone, "片区"), ("grid_id", Grid, "网格")):
        chosen = values[field]
        row: Any = work.session.get(model, chosen) if chosen is not None else None
        if chosen is not None and (row is None or row.park_id != work.park_id):
            errors.append(FieldError(field, f"请选择本园区的{what}"))
    latitude, longitude = values["latitude"], values["longitude"]
    if (latitude is None) != (longitude is None):
        errors.append(FieldError("latitude", "纬度和经度要一起填"))
    elif latitude is not None and longitude is not None:
        south, north = CHINA_LATITUDES
        west, east = CHINA_LONGITUDES
        if not (south <= latitude <= north and west <= longitude <= east):
            errors.append(FieldError("latitude", f"经纬度应在国内范围（纬度 {south:g}–{north:g}，经度 {west:g}–{east:g}），请检查是否填反"))
        elif kept is None or (kept.latitude, kept.longitude) != (latitude, longitude):
            errors += far_errors(work, longitude, latitude, is_confirmed=is_confirmed)
    return errors


def _far_fact(work: Work, values: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, str]:
    """What the trail says of new coordinates far outside the park."""
    said = far_in_words(work, values["longitude"], values["latitude"]) if {"longitude", "latitude"} & changes.keys() else ""
    return {"far": said} if said else {}


def _refuse_taken_code(work: Work, credit_code: str, enterprise_id: UUID | None) -> None:
    query = select(Enterprise.name).where(Enterprise.park_id == work.park_id, Enterprise.credit_code == credit_code)
    if enterprise_id is not None:
        query = query.where(Enterprise.id != enterprise_id)
    name = work.session.scalar(query)
    if name is not None:
        raise AlreadyExists("统一社会信用代码", f"{credit_code}（{name}）")


def check_enterprise_form(work: Work, form: EnterpriseForm) -> Refusal | None:
    """What would be refused if the form were handed in as a new enterprise; for previews."""
    try:
        _refuse_taken_code(work, _checked_values(work, form)["credit_code"], None)
    except Refusal as refusal:
        return refusal
    return None


def get_target(work: Work, target_id: UUID) -> InspectionTarget:
    """An inspection target the actor may see. Raises `NotFound`."""
    target = work.session.scalar(readable_targets(work.actor).where(InspectionTarget.id == target_id))
    if target is None:
        raise NotFound("这个检查对象")
    return target


def list_targets(work: Work, query: TargetQuery) -> Page[InspectionTarget]:
    """One page of the inspection targets the actor may see. Two queries."""
    rows = narrow(
        readable_targets(work.actor),
        [
            matches(query.search, InspectionTarget.name, InspectionTarget.steward, InspectionTarget.address),
            InspectionTarget.kind == query.kind if query.kind else None,
            InspectionTarget.enterprise_id == query.enterprise_id if query.enterprise_id else None,
            InspectionTarget.zone_id == query.zone_id if query.zone_id else None,
            None if query.active is None else InspectionTarget.active.is_(query.active),
        ],
    )
    return paginate(work.session, rows.order_by(InspectionTarget.kind, InspectionTarget.name, InspectionTarget.id), query.page, query.size)


def create_target(work: Work, form: TargetForm) -> InspectionTarget:
    """Add a site, public facility or construction site. Raises `NotAllowed`, `InvalidInput`."""
    demand_keeper(work.actor)
    values = _checked_target(work, form)
    target = InspectionTarget(id=new_id(), park_id=work.park_id, created_at=work.now, **values)
    work.session.add(target)
    work.session.flush()
    work.record("inspection_target", target.id, "inspection_target:created", **values, **_far_fact(work, values, values))
    return target


def update_target(work: Work, target_id: UUID, form: TargetForm) -> InspectionTarget:
    """Change a site, public facility or construction site. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`."""
    demand_keeper(work.actor)
    target = get_target(work, target_id)
    if target.kind == TargetKind.ENTERPRISE:
        raise StateConflict("企业本身请在企业信息里修改。", reason="enterprise")
    values = _checked_target(work, form, target)
    changes = {name: value for name, value in values.items() if getattr(target, name) != value}
    for name, value in changes.items():
        setattr(target, name, value)
    if changes:
        work.session.flush()
        work.record("inspection_target", target.id, "inspection_target:changed", changes=changes, **_far_fact(work, values, changes))
    return target


def _checked_target(work: Work, form: TargetForm, kept: InspectionTarget | None = None) -> dict[str, Any]:
    values = _stripped(form)
    del values["is_far_confirmed"]
    errors = _text_errors(values) + _place_errors(work, values, kept, is_confirmed=form.is_far_confirmed)
    if values["kind"] not in set(TargetKind) - {TargetKind.ENTERPRISE}:
        errors.append(FieldError("kind", "请选择生产经营场所、公共设施或在建工地；企业请在企业名单里登记"))
    if not values["name"]:
        errors.append(FieldError("name", "请填写名称"))
    owner = work.session.get(Enterprise, form.enterprise_id) if form.enterprise_id else None
    if form.enterprise_id and (owner is None or owner.park_id != work.park_id):
        errors.append(FieldError("enterprise_id", "请选择本园区的企业"))
    if values["kind"] == TargetKind.SITE and owner is None:
        errors.append(FieldError("enterprise_id", "生产经营场所要写明属于哪家企业"))
    if values["kind"] == TargetKind.PUBLIC_FACILITY and not values["steward"] and owner is None:
        errors.append(FieldError("steward", "公共设施要写明管护单位，隐患由它整改"))
    if errors:
        raise InvalidInput(errors)
    return values
