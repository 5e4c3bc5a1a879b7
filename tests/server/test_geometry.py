"""Are distances right, outlines checked so that their mistakes can be mended, and coordinates of Chinese maps turned there and back?"""

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.geometry import (
    OutlineError,
    Position,
    area_m2,
    contains,
    distance_m,
    from_gcj02,
    geometry_of,
    point_at,
    read_outline,
    to_gcj02,
)

SQUARE = [[113.48, 27.65], [113.50, 27.65], [113.50, 27.67], [113.48, 27.67], [113.48, 27.65]]


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def test_a_kilometre_is_a_kilometre() -> None:
    # One minute of latitude at 27.66° N is 1847.0 m, one of longitude 1644.2 m, by the ellipsoid's radii of curvature.
    assert distance_m(point_at(113.49, 27.65), point_at(113.49, 27.65 + 1 / 60)) == pytest.approx(1846.96, rel=1e-3)
    assert distance_m(point_at(113.49, 27.66), point_at(113.49 + 1 / 60, 27.66)) == pytest.approx(1644.2, rel=1e-3)


def test_what_lies_within_is_no_distance_away_and_the_edge_counts_as_within() -> None:
    outline = read_outline(polygon(SQUARE))
    assert distance_m(geometry_of(outline), point_at(113.49, 27.66)) == 0
    assert contains(outline, 113.48, 27.66)
    assert not contains(outline, 113.47, 27.66)
    assert area_m2(geometry_of(outline)) == pytest.approx(1973 * 2216, rel=2e-3)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({"type": "Point", "coordinates": [113, 27]}, "收到的是 Point"),
        (None, "Polygon"),
        (polygon(SQUARE[:3]), "至少要 4 个点"),
        (polygon(SQUARE[:-1]), "没有闭合"),
        (polygon([[y, x] for x, y in SQUARE]), "写反了"),
        (polygon([[x * 100000, y * 100000] for x, y in SQUARE]), "不在中国范围内"),
        (polygon([SQUARE[0], SQUARE[2], SQUARE[1], SQUARE[3], SQUARE[0]]), "自己相交"),
        (polygon(SQUARE, [[114, 28], [114.1, 28], [114.1, 28.1], [114, 28]]), "洞在边界之外"),
        (polygon([[113.48, "27.65"], *SQUARE[1:]]), "[经度, 纬度]"),
        (polygon([[113.48, math.nan], *SQUARE[1:]]), "[经度, 纬度]"),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE], [SQUARE[:2]]]}, "第 2 块"),
        (polygon([[113.48 + i * 1e-6, 27.65] for i in range(5001)] + [[113.48, 27.65]]), "超过 5000 个"),
    ],
)
def test_a_wrong_outline_says_where_and_what_to_do(value: Any, told: str) -> None:
    with pytest.raises(OutlineError, match="片区A") as refused:
        read_outline(value, "片区A")
    assert told in str(refused.value)


def test_an_outline_is_turned_as_geojson_asks_and_a_feature_is_opened() -> None:
    found = read_outline({"type": "Feature", "properties": {}, "geometry": polygon(SQUARE[::-1])})
    ring = found["coordinates"][0]
    assert sum((b[0] - a[0]) * (b[1] + a[1]) for a, b in pairwise(ring)) < 0
    assert read_outline(found) == found


@given(st.floats(112.5, 114.5), st.floats(26.5, 28.5))
def test_there_and_back_is_within_a_centimetre(longitude: float, latitude: float) -> None:
    there = to_gcj02(Position(longitude, latitude))
    back = from_gcj02(there)
    assert distance_m(point_at(back.longitude, back.latitude), point_at(longitude, latitude)) < 0.01
    # In Hunan a map sold in China is some hundred metres off.
    assert 300 < distance_m(point_at(there.longitude, there.latitude), point_at(longitude, latitude)) < 800


def test_outside_china_nothing_is_shifted() -> None:
    assert to_gcj02(Position(2.35, 48.85)) == Position(2.35, 48.85)
