"""How far outside the park does a place lie?

Measured to the nearest outline of a zone; a park without outlines cannot say. A place far outside is usually a slip of the coordinate
system or of a digit, but it may be meant: it is asked about once, kept when somebody confirms it, and marked wherever it is shown.
"""

from server.errors import FieldError
from server.geometry import distance_m, geometry_of, point_at
from server.parks.access import readable_zones
from server.unit_of_work import Work

FAR_M = 500
"""Mistaking GCJ-02 for WGS-84 moves a place by 300 to 700 metres."""
_KILOMETRE = 1000


def metres_outside(work: Work, longitude: float | None, latitude: float | None) -> int | None:
    """Metres to the nearest zone, 0 within one; None without a place or without outlines. One query."""
    if longitude is None or latitude is None:
        return None
    zones = work.session.scalars(readable_zones(work.actor))
    outlines = [geometry_of(zone.outline) for zone in zones if zone.outline is not None]
    place = point_at(longitude, latitude)
    return round(min(distance_m(place, one) for one in outlines)) if outlines else None


def far_in_words(work: Work, longitude: float | None, latitude: float | None) -> str:
    """That a place lies far outside the park; empty when it does not, or when nobody can say."""
    metres = metres_outside(work, longitude, latitude)
    if metres is None or metres <= FAR_M:
        return ""
    return f"在园区边界外 {metres / _KILOMETRE:.1f} 公里" if metres >= _KILOMETRE else f"在园区边界外 {metres} 米"


def far_errors(work: Work, longitude: float | None, latitude: float | None, *, is_confirmed: bool) -> list[FieldError]:
    """What to ask somebody who names a place far outside and has not confirmed it."""
    said = "" if is_confirmed else far_in_words(work, longitude, latitude)
    return [FieldError("far_confirmed", f"这个坐标{said}，请核对坐标系和数字；没有错就勾选确认，照样保存")] if said else []
