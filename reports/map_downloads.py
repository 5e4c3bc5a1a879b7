"""Where can the four-colour map and the coordinates behind it be taken away?

The map as PDF and SVG is the drawing of the page, narrowed as the page was; coordinates go out in WGS-84, or in GCJ-02 for maps sold in
China, and the file says which.
"""

from collections.abc import Callable
from typing import Any, BinaryIO, Literal

import msgspec
from litestar import Response, get
from litestar.response import Stream
from litestar.types import ControllerRouterHandler
from reportlab.graphics import renderPDF

from reports.colour_marks import letter
from reports.fonts import FontSet
from reports.four_colour_map import MapValue, as_svg, draw_map
from reports.layout import LANDSCAPE_FRAME, PageFlow
from reports.map_values import MapAsked, ZoneOutline, in_list_order, map_value, narrow, read_map
from reports.paper import Imprint, short_date
from reports.queries import imprint_of
from reports.sending import PDF, AnyRequest, fonts_of, send_file
from server.entrance import open_work, services_of
from server.geometry import Position, to_gcj02
from server.grading.schemas import ParkGrade
from server.grading.service import grade_park
from server.identity import STAFF, pages_for
from server.parks.service import get_park, list_zones
from server.unit_of_work import Work

TITLE = "四色分布图"
TEMPLATE_VERSION = "four_colour_map/1"
GEOJSON = "application/geo+json"
_SVG_SIZE = (760.0, 560.0)
_STAFF_ONLY = pages_for(*STAFF)


@get("/risk/map.pdf", name="risk_map_pdf", opt=_STAFF_ONLY, sync_to_thread=True)
def print_map(request: AnyRequest) -> Stream:
    """The map on one landscape page."""
    with open_work(request) as work:
        asked, value = _map(request, work)
        imprint = imprint_of(work, TEMPLATE_VERSION)
    fonts = fonts_of(request)
    return send_file(lambda file: _draw(file, value, imprint, fonts), f"{TITLE}_{short_date(asked.day)}.pdf", PDF)


@get("/risk/map.svg", name="risk_map_svg", opt=_STAFF_ONLY, sync_to_thread=True)
def take_map(request: AnyRequest) -> Response[str]:
    """The same drawing as a file that can be enlarged without loss."""
    with open_work(request) as work:
        _, value = _map(request, work)
    svg = as_svg(draw_map(value, fonts_of(request), *_SVG_SIZE), f"{value.park_name}{TITLE}")
    headers = {"Content-Disposition": 'attachment; filename="four-colour-map.svg"', "Cache-Control": "private, no-store"}
    return Response(svg, media_type="image/svg+xml", headers=headers)


@get("/risk/positions.geojson", name="risk_positions", opt=_STAFF_ONLY, sync_to_thread=True)
def take_positions(request: AnyRequest) -> Response[bytes]:
    """Where the enterprises lie, with their grades: WGS-84, or GCJ-02 with `crs=gcj02`."""
    crs: Literal["WGS-84", "GCJ-02"] = "GCJ-02" if request.query_params.get("crs", "").lower() == "gcj02" else "WGS-84"
    with open_work(request) as work:
        asked = read_map(request.query_params, work.today)
        park = narrow(grade_park(work, services_of(request).rulebook, day=asked.day, is_brief=True), asked)
    body = msgspec.json.encode({"type": "FeatureCollection", "coordinate_system": crs, "features": _features(park, _turn(crs))})
    name = f"positions-{crs.lower()}.geojson"
    return Response(
        body, media_type=GEOJSON, headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    )


DOWNLOADS: list[ControllerRouterHandler] = [print_map, take_map, take_positions]


def _draw(file: BinaryIO, value: MapValue, imprint: Imprint, fonts: FontSet) -> int:
    flow = PageFlow(file, LANDSCAPE_FRAME, fonts, imprint, TITLE)
    drawing = draw_map(value, fonts, LANDSCAPE_FRAME.body_width, flow.room)
    renderPDF.draw(drawing, flow.canvas, LANDSCAPE_FRAME.left, LANDSCAPE_FRAME.bottom)
    return flow.finish()


def _map(request: AnyRequest, work: Work) -> tuple[MapAsked, MapValue]:
    asked = read_map(request.query_params, work.today)
    park = narrow(grade_park(work, services_of(request).rulebook, day=asked.day, is_brief=True), asked)
    own = get_park(work)
    zones = [ZoneOutline(zone.id, zone.name, zone.outline) for zone in list_zones(work)]
    return asked, map_value(park, zones, park_name=own.name, is_fictional=own.fictional)


def _turn(crs: str) -> Callable[[Position], Position]:
    return to_gcj02 if crs == "GCJ-02" else lambda position: position


def _features(park: ParkGrade, turn: Callable[[Position], Position]) -> list[dict[str, Any]]:
    """One point per enterprise that has coordinates, under its number in the list."""
    found = []
    for number, one in enumerate(in_list_order(park.enterprises), 1):
        if one.longitude is None or one.latitude is None:
            continue
        at = turn(Position(one.longitude, one.latitude))
        properties = {
            "number": number,
            "name": one.name,
            "zone": one.zone_name,
            "colour": letter(one.grade.colour or ""),
            "why": one.grade.headline,
        }
        geometry = {"type": "Point", "coordinates": [round(at.longitude, 7), round(at.latitude, 7)]}
        found.append({"type": "Feature", "geometry": geometry, "properties": properties})
    return found
