"""Use cases of what lies around the park: keep it with its source, list it, retire it."""

from decimal import Decimal
from uuid import UUID

from rules.layout import LayoutKind
from server.errors import FieldError, InvalidInput, NotFound, StateConflict
from server.ids import new_id
from server.layout.access import demand_keeper, readable_objects
from server.layout.drawn import Drawn, read_drawn
from server.layout.schemas import Crs, ObjectQuery, ObjectsForm
from server.listing import Page, matches, narrow, paginate
from server.models.layout import LayoutObject
from server.unit_of_work import Work

LONGEST_TEXT = 300
LARGEST_ACCURACY = Decimal(1000)


def list_objects(work: Work, query: ObjectQuery) -> Page[LayoutObject]:
    """One page of what is kept, by kind and name. Two queries."""
    is_retired = LayoutObject.retired_on.is_not(None) if query.is_retired else LayoutObject.retired_on.is_(None)
    rows = narrow(
        readable_objects(work.actor),
        [
            matches(query.search, LayoutObject.name, LayoutObject.source),
            LayoutObject.kind == query.kind if query.kind else None,
            is_retired,
        ],
    )
    return paginate(work.session, rows.order_by(LayoutObject.kind, LayoutObject.name, LayoutObject.id), query.page, query.size)


def get_object(work: Work, object_id: UUID) -> LayoutObject:
    """An object the actor may see. Raises `NotFound`."""
    found = work.session.scalar(readable_objects(work.actor).where(LayoutObject.id == object_id))
    if found is None:
        raise NotFound("这个布局要素")
    return found


def add_objects(work: Work, form: ObjectsForm) -> list[LayoutObject]:
    """Keep every feature of a GeoJSON, all or none. Raises `NotAllowed`, `InvalidInput` naming the feature."""
    demand_keeper(work.actor)
    drawn = _checked(work, form)
    rows = []
    for place, one in enumerate(drawn, 1):
        name = one.name or (form.name.strip() if len(drawn) == 1 else f"{form.name.strip()}{place}")
        row = LayoutObject(
            id=new_id(),
            park_id=work.park_id,
            kind=form.kind,
            name=name,
            geometry=one.geometry,
            source=form.source.strip(),
            surveyed_on=form.surveyed_on,
            accuracy_m=form.accuracy_m,
            created_on=work.today,
            created_at=work.now,
            created_by=work.actor.id,
            created_by_name=work.actor.name,
        )
        work.session.add(row)
        rows.append(row)
    work.session.flush()
    for row in rows:
        work.record(
            "layout_object", row.id, "layout_object:added", name=row.name, layout_kind=row.kind, geometry=row.geometry, source=row.source,
            surveyed_on=row.surveyed_on, accuracy_m=row.accuracy_m,
        )  # fmt: skip
    return rows


def _checked(work: Work, form: ObjectsForm) -> list[Drawn]:
    errors = []
    if form.kind not in set(LayoutKind):
        errors.append(FieldError("kind", "请选择种类"))
    if not form.source.strip():
        errors.append(FieldError("source", "请写明来源，如“规划部门 2026 年矢量图”“现场手持定位”"))
    errors += [FieldError(one, f"不能超过 {LONGEST_TEXT} 个字") for one in ("name", "source") if len(getattr(form, one)) > LONGEST_TEXT]
    if form.surveyed_on is None or form.surveyed_on > work.today:
        errors.append(FieldError("surveyed_on", "请填写测绘或核实日期，不晚于今天"))
    if form.accuracy_m is None or not 0 < form.accuracy_m <= LARGEST_ACCURACY:
        errors.append(FieldError("accuracy_m", f"请填写误差（米），大于 0、不超过 {LARGEST_ACCURACY}；手持定位一般 10，地图上描的一般 20"))
    drawn, problems = read_drawn(form.geojson, is_gcj02=form.crs == Crs.GCJ02)
    errors += [FieldError("geojson", "；".join(problems))] if problems else []
    if not form.name.strip() and any(not one.name for one in drawn):
        errors.append(FieldError("name", "有要素没有名称，请在这里写一个"))
    if errors:
        raise InvalidInput(errors)
    return drawn


def retire_object(work: Work, object_id: UUID, reason: str) -> LayoutObject:
    """It is no longer there, or was drawn wrong; it stays readable. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`."""
    demand_keeper(work.actor)
    found = get_object(work, object_id)
    if found.retired_on is not None:
        raise StateConflict("这个布局要素已经停用。", reason="retired")
    if not reason.strip():
        raise InvalidInput([FieldError("reason", "请写明原因，如已拆除、边界重测")])
    found.retired_on, found.retired_reason = work.today, reason.strip()[:LONGEST_TEXT]
    work.session.flush()
    work.record("layout_object", found.id, "layout_object:retired", name=found.name, reason=found.retired_reason)
    return found
