"""The fictional park's ground: zones 一谷一城一园, six safety grids, public facilities and construction sites; and a small second park."""

import math
from random import Random
from typing import Any

import msgspec

from rules.terms import TargetKind
from server.parks.schemas import ParkForm

CENTRE = (27.6600, 113.5000)
"""Latitude and longitude (WGS-84) around which the fictional park is laid out."""
_METRES_PER_DEGREE = 111_320


class ZonePlan(msgspec.Struct, frozen=True, kw_only=True):
    """A zone: its centre and half its size in metres, and the grids in it with who walks them."""

    name: str
    east_m: int
    north_m: int
    half_width_m: int
    half_height_m: int
    grids: tuple[tuple[str, str], ...]


class TargetPlan(msgspec.Struct, frozen=True, kw_only=True):
    """A site, public facility or construction site. `owner` is the place in the list of the enterprise it belongs to."""

    kind: TargetKind
    name: str
    zone: int
    steward: str
    owner: int | None = None
    details: dict[str, Any] = {}


PARK = ParkForm(
    name="示范园区（虚构）",
    office_name="示范园区（虚构）安全办",
    document_prefix="示园安办",
    office_phone="0000-8801190",
    fictional=True,
)
SECOND_PARK = ParkForm(
    name="邻县工业园（虚构）",
    office_name="邻县工业园（虚构）安全办",
    document_prefix="邻园安办",
    office_phone="0000-7701190",
    fictional=True,
)

ZONES = (
    ZonePlan(
        name="陶瓷谷片区",
        east_m=-900,
        north_m=500,
        half_width_m=900,
        half_height_m=650,
        grids=(("陶瓷谷一网格", "易青山"), ("陶瓷谷二网格", "黎小禾"), ("陶瓷谷三网格", "丁远舟")),
    ),
    ZonePlan(
        name="电瓷城片区",
        east_m=1000,
        north_m=700,
        half_width_m=750,
        half_height_m=600,
        grids=(("电瓷城一网格", "贺知秋"), ("电瓷城二网格", "汤景行")),
    ),
    ZonePlan(
        name="新材料产业园片区",
        east_m=250,
        north_m=-1000,
        half_width_m=1000,
        half_height_m=600,
        grids=(("新材料产业园网格", "凌晓帆"),),
    ),
)

TARGETS = (
    TargetPlan(
        kind=TargetKind.PUBLIC_FACILITY,
        name="瓷谷大道（路灯、井盖、消火栓）",
        zone=0,
        steward="园区市政维护中心（虚构）",
        details={"设施编号": "GG-001"},
    ),
    TargetPlan(
        kind=TargetKind.PUBLIC_FACILITY,
        name="电瓷路市政管网",
        zone=1,
        steward="园区市政维护中心（虚构）",
        details={"设施编号": "GG-002"},
    ),
    TargetPlan(
        kind=TargetKind.PUBLIC_FACILITY,
        name="园区污水提升泵站",
        zone=2,
        steward="园区水务运营公司（虚构）",
        details={"设施编号": "GG-003"},
    ),
    TargetPlan(
        kind=TargetKind.PUBLIC_FACILITY,
        name="3号燃气调压箱及中压管线",
        zone=0,
        steward="园区燃气公司（虚构）",
        details={"设施编号": "GG-004"},
    ),
    TargetPlan(
        kind=TargetKind.PUBLIC_FACILITY,
        name="公共停车场及充电桩",
        zone=2,
        steward="园区物业公司（虚构）",
        details={"设施编号": "GG-005"},
    ),
    TargetPlan(kind=TargetKind.SITE, name="二号窑炉车间", zone=0, steward="", owner=0),
    TargetPlan(kind=TargetKind.SITE, name="电瓷成品库", zone=1, steward="", owner=6),
    TargetPlan(kind=TargetKind.CONSTRUCTION_SITE, name="电子元件二期厂房工地", zone=2, steward="远桥建设（虚构）", owner=21),
    TargetPlan(kind=TargetKind.CONSTRUCTION_SITE, name="日用瓷技改厂房工地", zone=0, steward="承泽建筑（虚构）", owner=1),
)


def place_at(east_m: float, north_m: float) -> tuple[float, float]:
    """Latitude and longitude of a point given in metres from the park's centre, rounded to about a tenth of a metre."""
    latitude = CENTRE[0] + north_m / _METRES_PER_DEGREE
    longitude = CENTRE[1] + east_m / (_METRES_PER_DEGREE * math.cos(math.radians(CENTRE[0])))
    return round(latitude, 6), round(longitude, 6)


def outline_of(zone: ZonePlan, random: Random) -> dict[str, Any]:
    """A plausible closed outline as GeoJSON: a rounded rectangle with slightly uneven corners."""
    ring = []
    for step in range(16):
        angle = 2 * math.pi * step / 16
        # A superellipse keeps straight sides and cut corners, as plots have.
        east = math.copysign(abs(math.cos(angle)) ** 0.45, math.cos(angle)) * zone.half_width_m * random.uniform(0.96, 1.04)
        north = math.copysign(abs(math.sin(angle)) ** 0.45, math.sin(angle)) * zone.half_height_m * random.uniform(0.96, 1.04)
        latitude, longitude = place_at(zone.east_m + east, zone.north_m + north)
        ring.append([longitude, latitude])
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def spot_in(zone: ZonePlan, random: Random) -> tuple[float, float]:
    """A point inside a zone, away from its edge."""
    return place_at(
        zone.east_m + random.uniform(-0.85, 0.85) * zone.half_width_m,
        zone.north_m + random.uniform(-0.85, 0.85) * zone.half_height_m,
    )
