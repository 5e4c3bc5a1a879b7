"""Use cases of a project's distances: say where it stands, measure, and let a person take a distance over into the screening.

Distances are measured between nearest places on a local plane. From a site known as a point only, the site's own size is unknown: its
accuracy says so. A hazardous unit of an enterprise is measured to the enterprise's registered point. Taken over is the cautious end, the
measured distance less its accuracy, with a word on where it came from; nothing is taken over by itself.
"""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
import shapely

from rules.layout import LayoutKind, judge_distance
from rules.project import Project as StatedProject
from server.coordinates import read_place
from server.enterprises.access import readable_enterprises
from server.errors import FieldError, InvalidInput
from server.geometry import OutlineError, geometry_of, plane_of
from server.layout.access import demand_keeper, readable_objects
from server.layout.drawn import place_in_china, read_drawn
from server.layout.schemas import Crs, LayoutView, Measured, Offer, Site, SiteForm
from server.models.enterprises import Enterprise
from server.models.layout import LayoutObject
from server.models.projects import Project, ProjectDescription
from server.models.risk import ChemicalUnit
from server.screening.schemas import Origin
from server.screening.service import facts_of, get_project, latest_description, lock_project, read_facts, submit_description
from server.unit_of_work import Work

OUTLINE_ACCURACY_M = Decimal(5)
"""Of a site drawn as an outline."""
POINT_ACCURACY_M = Decimal(100)
"""Of a site or an enterprise known as one point: its buildings may stand that much nearer."""


def set_site(work: Work, project_id: UUID, form: SiteForm, *, version: int | None = None) -> Project:
    """Say where the project's site lies. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `ChangedMeanwhile`."""
    demand_keeper(work.actor)
    project = lock_project(work, project_id, version=version)
    outline, longitude, latitude = _read_site(form)
    project.site_outline, project.longitude, project.latitude = outline, longitude, latitude
    project.updated_at = work.now
    work.session.flush()
    work.record("project", project.id, "project:site_drawn", site_outline=outline, longitude=longitude, latitude=latitude, crs=form.crs)
    return project


def _read_site(form: SiteForm) -> tuple[dict[str, Any] | None, float, float]:
    is_gcj02 = form.crs == Crs.GCJ02
    if form.geojson.strip():
        drawn, problems = read_drawn(form.geojson, is_gcj02=is_gcj02, kinds=("Polygon", "MultiPolygon"))
        if not problems and len(drawn) != 1:
            problems = [f"场址应是一个要素（可以是 MultiPolygon），收到 {len(drawn)} 个"]
        if problems:
            raise InvalidInput([FieldError("geojson", "；".join(problems))])
        middle = geometry_of(drawn[0].geometry).representative_point()
        return drawn[0].geometry, round(float(middle.x), 7), round(float(middle.y), 7)
    place = read_place({"longitude": form.longitude, "latitude": form.latitude, "crs": form.crs})
    if place.longitude is None or place.latitude is None:
        raise InvalidInput([FieldError("geojson", "请贴场址边界的 GeoJSON，或填写经度和纬度")])
    try:
        found = place_in_china(place.longitude, place.latitude, "场址坐标", is_gcj02=False)
    except OutlineError as error:
        raise InvalidInput([FieldError("longitude", str(error))]) from error
    return None, found.longitude, found.latitude


def measure_layout(work: Work, project_id: UUID) -> LayoutView:
    """The distances from a project's site to everything kept, nearest first. Raises `NotFound`. Five queries, whatever is kept."""
    project = get_project(work, project_id)
    latest = latest_description(work, project_id)
    stated: StatedProject | None = read_facts(facts_of(latest)) if latest is not None else None
    things = [*_kept(work), *_units(work)]
    missing = tuple(kind for kind in LayoutKind if kind not in {one["kind"] for one in things})
    site = _site_of(project)
    if site is None:
        return LayoutView(site=None, rows=(), offers=(), missing=missing)
    rows = sorted((_measure(work, site, one, stated) for one in things), key=lambda row: (row.metres, row.name))
    numbered = tuple(msgspec.structs.replace(row, number=number) for number, row in enumerate(rows, 1))
    return LayoutView(site=site, rows=numbered, offers=_offers(numbered, latest), missing=missing)


def _site_of(project: Project) -> Site | None:
    if project.site_outline is not None:
        return Site(geometry=project.site_outline, accuracy_m=OUTLINE_ACCURACY_M, words=f"场址边界（±{OUTLINE_ACCURACY_M} 米）")
    if project.longitude is None or project.latitude is None:
        return None
    point = {"type": "Point", "coordinates": [project.longitude, project.latitude]}
    words = f"只有一个点，没有场址边界（按 ±{POINT_ACCURACY_M} 米计，画出边界后会准得多）"
    return Site(geometry=point, accuracy_m=POINT_ACCURACY_M, words=words)


def _kept(work: Work) -> Iterable[dict[str, Any]]:
    rows = work.session.scalars(readable_objects(work.actor).where(LayoutObject.retired_on.is_(None)))
    for row in rows:
        yield {
            "object_id": row.id,
            "kind": LayoutKind(row.kind),
            "name": row.name,
            "geometry": row.geometry,
            "source": row.source,
            "surveyed_on": row.surveyed_on,
            "accuracy_m": row.accuracy_m,
        }


def _units(work: Work) -> Iterable[dict[str, Any]]:
    """The enterprises with chemical units in use, each at its registered point."""
    names = (
        readable_enterprises(work.actor)
        .join(ChemicalUnit, ChemicalUnit.enterprise_id == Enterprise.id)
        .where(
            ChemicalUnit.retired_on.is_(None),
            Enterprise.left_on.is_(None),
            Enterprise.latitude.is_not(None),
            Enterprise.longitude.is_not(None),
        )
        .with_only_columns(Enterprise.id, Enterprise.name, Enterprise.longitude, Enterprise.latitude, ChemicalUnit.name.label("unit"))
        .order_by(Enterprise.name, ChemicalUnit.name)
    )
    units: dict[UUID, tuple[Any, list[str]]] = {}
    for row in work.session.execute(names):
        units.setdefault(row.id, (row, []))[1].append(row.unit)
    for row, own in units.values():
        yield {
            "object_id": None,
            "kind": LayoutKind.HAZARDOUS_UNIT,
            "name": f"{row.name}：{'、'.join(own)}",
            "geometry": {"type": "Point", "coordinates": [row.longitude, row.latitude]},
            "source": "企业危险化学品登记，按企业登记的坐标",
            "surveyed_on": None,
            "accuracy_m": POINT_ACCURACY_M,
        }


def _measure(work: Work, site: Site, thing: dict[str, Any], stated: StatedProject | None) -> Measured:
    here, there = geometry_of(site.geometry), geometry_of(thing["geometry"])
    plane = plane_of((here, there))
    line = shapely.shortest_line(plane.lay(here), plane.lay(there))
    metres = Decimal(str(round(float(line.length), 1)))
    accuracy = site.accuracy_m + thing["accuracy_m"]
    ends = shapely.shortest_line(here, there).coords
    how = f"{_form(site.geometry)}到{_form(thing['geometry'])}，最近处，平面距离"
    return Measured(
        number=0,
        metres=metres,
        how=how,
        ends=((float(ends[0][0]), float(ends[0][1])), (float(ends[-1][0]), float(ends[-1][1]))),
        judged=judge_distance(thing["kind"], metres, accuracy, stated, on=work.today),
        **(thing | {"accuracy_m": accuracy}),
    )


def _form(geometry: dict[str, Any]) -> str:
    return "点" if geometry["type"] == "Point" else "线" if geometry["type"].endswith("LineString") else "边界"


def _offers(rows: tuple[Measured, ...], latest: ProjectDescription | None) -> tuple[Offer, ...]:
    place = facts_of(latest).get("location") if latest is not None else None
    stated = place if isinstance(place, dict) else {}
    nearest: dict[str, Measured] = {}
    for row in rows:
        if row.kind.field and (row.kind.field not in nearest or row.cautious_m < nearest[row.kind.field].cautious_m):
            nearest[row.kind.field] = row
    return tuple(
        Offer(field=field, kind=row.kind, value=row.cautious_m, nearest=row, stated=str(stated.get(field) or ""))
        for field, row in nearest.items()
    )


def accept_distances(work: Work, project_id: UUID, fields: Iterable[str]) -> ProjectDescription:
    """Take measured distances over into the project's description, as a revision that says where they came from.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict` for a project decided or withdrawn.
    """
    demand_keeper(work.actor)
    lock_project(work, project_id)
    wanted = set(fields)
    chosen = [one for one in measure_layout(work, project_id).offers if one.field in wanted]
    if not chosen or {one.field for one in chosen} != wanted:
        raise InvalidInput([FieldError("field", "请选择要采纳的距离" if not wanted else "选择的距离已不在量得的之列，请刷新后再选")])
    latest = latest_description(work, project_id)
    facts: dict[str, Any] = facts_of(latest) if latest is not None else {}
    place = facts.get("location")
    # A place written as text is the name of the area; the distances go beside it.
    location = dict(place) if isinstance(place, dict) else {"area": place} if isinstance(place, str) and place else {}
    location |= {one.field: int(one.value) for one in chosen}
    reason = "测距采纳：" + "；".join(_provenance(one) for one in chosen)
    found = submit_description(work, project_id, facts | {"location": location}, origin=Origin.LAYOUT, reason=reason)
    work.record(
        "project",
        project_id,
        "project:distances_accepted",
        distances={
            one.field: {"value": int(one.value), "measured_m": str(one.nearest.metres), "accuracy_m": str(one.nearest.accuracy_m),
                        "object": str(one.nearest.object_id or ""), "name": one.nearest.name}
            for one in chosen
        },
        revision=found.revision,
    )  # fmt: skip
    return found


def _provenance(one: Offer) -> str:
    row = one.nearest
    day = f"，{row.surveyed_on.isoformat()}" if row.surveyed_on is not None else ""
    return f"{one.kind.label} {one.value} 米（{row.name}，量得 {row.metres} 米±{row.accuracy_m} 米取不利值，{row.source}{day}）"
