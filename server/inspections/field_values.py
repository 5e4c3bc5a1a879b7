"""What can be kept of a value somebody typed or a phone measured?

The document keeps every byte; the columns read out of it take only what both databases, a page and a paper can carry: texts without
control characters and not longer than their place, instants and positions that can exist.
"""

import re
from datetime import UTC, datetime
from decimal import Decimal
from math import asin, cos, isfinite, radians, sin, sqrt
from typing import Any
from uuid import UUID

from server.inspections.schemas import Position
from server.photo_store import SHA256

NAME_LENGTH = 100
CODE_LENGTH = 40
TEXT_LENGTH = 4000
MOST_DAYS = 3650
_UNPRINTABLE = {code: None for code in range(0x20) if code not in (0x09, 0x0A)} | {0x7F: None}
_YEARS = range(1970, 2200)
_INSTANT_LENGTH = 40
_EARTH_METRES = 6_371_000
_FACT = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,12})?")


class Fix:
    """A position that can exist, in degrees and metres; all None when there is none."""

    __slots__ = ("accuracy_m", "latitude", "longitude")

    def __init__(self, position: Position | None) -> None:
        self.latitude: float | None = None
        self.longitude: float | None = None
        self.accuracy_m: float | None = None
        if position is None or position.latitude is None or position.longitude is None:
            return
        latitude, longitude, accuracy = position.latitude, position.longitude, position.accuracy_m
        # 0, 0 lies in the sea off Africa: phones write it when they have no fix.
        if -90 <= latitude <= 90 and -180 <= longitude <= 180 and (latitude, longitude) != (0, 0):
            self.latitude, self.longitude = latitude, longitude
            self.accuracy_m = accuracy if accuracy is not None and isfinite(accuracy) and 0 <= accuracy < 1e7 else None

    def metres_to(self, latitude: float, longitude: float) -> float:
        """The distance to a place on the sphere. Raises ValueError without a fix."""
        if self.latitude is None or self.longitude is None:
            raise ValueError("there is no fix")
        here, there = radians(self.latitude), radians(latitude)
        half = sin((there - here) / 2) ** 2 + cos(here) * cos(there) * sin(radians(longitude - self.longitude) / 2) ** 2
        return 2 * _EARTH_METRES * asin(min(1.0, sqrt(half)))


def clean(text: str, length: int = TEXT_LENGTH) -> str:
    """The text without control characters and outer spaces, cut to `length` characters with an ellipsis."""
    if not text.isprintable():
        text = text.translate(_UNPRINTABLE)
    text = text.strip()
    return text if len(text) <= length else text[: length - 1] + "…"


def read_instant(text: str) -> datetime | None:
    """An RFC 3339 instant in UTC; None for anything else, for one without its zone, and for years no record can have."""
    if not text or len(text) > _INSTANT_LENGTH:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    if instant.tzinfo is None or instant.year not in _YEARS:
        return None
    return instant.astimezone(UTC)


def read_id(text: str) -> UUID | None:
    """A UUID, or None."""
    try:
        return UUID(text) if len(text) in (32, 36) else None
    except ValueError:
        return None


def read_digest(text: str) -> str | None:
    """A sha256 in lower-case hex, or None."""
    digest = text.strip().lower()
    return digest if SHA256.fullmatch(digest) else None


def read_days(days: int | None) -> int | None:
    """A number of days within ten years, or None."""
    return days if days is not None and 0 <= days <= MOST_DAYS else None


def fact_text(value: Any) -> str:
    """An answer to a criterion's question as it is stored: a word, or a number exactly as written."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        text = f"{Decimal(repr(value)):f}" if abs(value) < 1e12 else ""
        return text if _FACT.fullmatch(text) else f"{float(value):g}" if abs(value) < 1e300 else ""
    return clean(value, CODE_LENGTH) if isinstance(value, str) else ""
