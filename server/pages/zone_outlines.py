"""The outlines of the park's zones: taken from GeoJSON after a look at the drawing, given back as GeoJSON, and who lies elsewhere."""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import UploadFile

from reports.four_colour_map import MapValue, MapZone, as_svg, draw_map
from reports.map_values import rings_of
from reports.sending import fonts_of
from rules.terms import Role
from server.entrance import open_work
from server.errors import FieldError, InvalidInput
from server.geometry import geometry_of, plane_of
from server.identity import pages_for
from server.pages.query import read_id
from server.pages.view import errors_by_field, form_files, form_text, go_to, show
from server.parks.outlines import (
    LARGEST_FILE,
    PlannedOutline,
    assign_zone,
    plan_outlines,
    propose_zones,
    read_outlines,
    take_outlines,
    write_outlines,
)
from server.parks.service import get_park, list_zones
from server.unit_of_work import Work

_PREVIEW_SIZE = (700.0, 460.0)


class ZoneOutlinePages(Controller):
    """For who keeps the park's settings."""

    path = "/settings/zones/outlines"
    opt = pages_for(Role.ADMIN, Role.OFFICE)

    @get("/", sync_to_thread=True)
    def show_form(self, request: Request[Any, Any, Any]) -> Response[str]:
        """What there is, and the upload."""
        with open_work(request) as work:
            return _form(request, work, "", {})

    @get("/download", sync_to_thread=True)
    def download(self, request: Request[Any, Any, Any]) -> Response[bytes]:
        """The present outlines."""
        with open_work(request) as work:
            body = msgspec.json.format(msgspec.json.encode(write_outlines(work)), indent=2)
        headers = {"Content-Disposition": 'attachment; filename="zones-wgs84.geojson"', "Cache-Control": "private, no-store"}
        return Response(body, media_type="application/geo+json", headers=headers)

    @post("/", status_code=200)
    async def take_file(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Read a file, or what was pasted, and show what it would change."""
        form = await request.form()
        files = form_files(form, "file")
        return await sync_to_thread(
            _preview, request, files[0] if files else None, form_text(form, "outlines"), form_text(form, "only_name")
        )

    @post("/confirm", status_code=200)
    async def take_confirmation(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Take what was shown."""
        form = await request.form()
        return await sync_to_thread(_confirm, request, form_text(form, "outlines"), form_text(form, "only_name"))

    @post("/assign", status_code=200)
    async def take_assignment(self, request: Request[Any, Any, Any]) -> Response[Any]:
        """Register an enterprise where it lies."""
        form = await request.form()
        return await sync_to_thread(_assign, request, read_id(form_text(form, "enterprise_id")), read_id(form_text(form, "zone_id")))


def _form(request: Request[Any, Any, Any], work: Work, text: str, errors: dict[str, str], messages: tuple[str, ...] = ()) -> Response[str]:
    zones = list_zones(work)
    return show(
        request,
        work,
        "zone_outlines.html",
        status=400 if errors or messages else 200,
        zones=zones,
        drawing=_drawing(request, work, [(zone.name, zone.outline) for zone in zones if zone.outline is not None]),
        proposals=propose_zones(work),
        text=text,
        errors=errors,
        messages=messages,
    )


def _drawing(request: Request[Any, Any, Any], work: Work, outlines: list[tuple[str, dict[str, Any]]]) -> str:
    if not outlines:
        return ""
    geometries = [(name, geometry_of(outline)) for name, outline in outlines]
    plane = plane_of([geometry for _, geometry in geometries])
    park = get_park(work)
    zones = tuple(MapZone(name=name, colour="", rings=rings_of(geometry, plane)) for name, geometry in geometries)
    value = MapValue(park_name=park.name, day=work.today, zones=zones, marks=(), is_fictional=park.fictional, shows_grades=False)
    return as_svg(draw_map(value, fonts_of(request), *_PREVIEW_SIZE), "片区边界")


def _preview(request: Request[Any, Any, Any], file: UploadFile | None, pasted: str, only_name: str) -> Response[Any]:
    text = pasted
    with open_work(request) as work:
        try:
            if file is not None:
                text = _decoded(file)
            zones = read_outlines(text, only_name=only_name)
        except InvalidInput as refusal:
            return _form(request, work, text, errors_by_field(refusal), tuple(one.message for one in refusal.errors))
        planned = plan_outlines(work, zones)
        return show(
            request,
            work,
            "zone_outlines_preview.html",
            planned=planned,
            changes=sum(not one.is_same for one in planned),
            drawing=_drawing(request, work, _as_planned(work, planned)),
            text=text,
            only_name=only_name,
        )


def _as_planned(work: Work, planned: list[PlannedOutline]) -> list[tuple[str, dict[str, Any]]]:
    """All outlines as they would be: the new ones, and those the file does not name."""
    new = {one.name for one in planned}
    kept = [(zone.name, zone.outline) for zone in list_zones(work) if zone.outline is not None and zone.name not in new]
    return [*((one.name, one.outline) for one in planned), *kept]


def _wrong(message: str) -> FieldError:
    return FieldError("outlines", message)


def _decoded(file: UploadFile) -> str:
    data = file.file.read(LARGEST_FILE + 1)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput([_wrong("文件不是 UTF-8 文本，请导出为 GeoJSON（不是 SHP、KML 或 DWG）")]) from error


def _confirm(request: Request[Any, Any, Any], text: str, only_name: str) -> Response[Any]:
    with open_work(request, write=True) as work:
        changed = take_outlines(work, read_outlines(text, only_name=only_name))
    return go_to(f"/settings/zones/outlines?changed={changed}")


def _assign(request: Request[Any, Any, Any], enterprise_id: UUID | None, zone_id: UUID | None) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            assign_zone(work, enterprise_id, zone_id)
    except InvalidInput as refusal:
        with open_work(request) as work:
            return _form(request, work, "", errors_by_field(refusal), tuple(one.message for one in refusal.errors))
    return go_to("/settings/zones/outlines?assigned=1")
