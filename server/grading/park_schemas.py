"""What does the grading report of the park say? The values an issued one is frozen from.

Counts of enterprises are not kept: they are counted from `enterprises`. Of risk points the blue and yellow ones are too many to name, so
each enterprise keeps how many it has of each colour; the red and orange ones are named, as many as those numbers say.
"""

from datetime import date
from typing import Any

import msgspec

from server.grading.paper_schemas import OverrideLine, PaperFacts
from server.struct_types import prepare_decoding


class ParkRow(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise: its colour on the day and at the end of the day the report compares with (None where it was not here yet), its
    points of the day by colour, and how often it was inspected this year.
    """

    number: int
    name: str
    zone: str
    industry: str
    colour: str
    assessed: str
    before: str | None
    points: dict[str, int]
    unconfirmed: int
    headline: str
    headline_before: str
    inspections: int
    inspected_on: date | None
    longitude: float | None = None
    latitude: float | None = None


class ZoneLine(msgspec.Struct, frozen=True, kw_only=True):
    """A zone on the map: its colour and its outline as GeoJSON, absent while nobody drew it."""

    name: str
    colour: str
    outline: dict[str, Any] | None


class ParkPoint(msgspec.Struct, frozen=True, kw_only=True):
    """A red or orange risk point: as assessed, as it stands, and why. `enterprise` is the number of its row."""

    enterprise: int
    name: str
    assessed: str
    colour: str
    said: str
    reasons: tuple[str, ...]


class TrendLine(msgspec.Struct, frozen=True, kw_only=True):
    """How many enterprises had each colour at the end of a month."""

    day: date
    counts: dict[str, int]


class SchemeUse(msgspec.Struct, frozen=True, kw_only=True):
    """A scheme and how many hazard sources are graded by it."""

    method: str
    title: str
    scheme: str
    citation: str
    verified: bool
    sources: int


class FrequencyLine(msgspec.Struct, frozen=True, kw_only=True):
    """How often the park decided to inspect enterprises of a colour, in words."""

    colour: str
    words: str


class Frequencies(msgspec.Struct, frozen=True, kw_only=True):
    """The frequency in force: by whom it was decided, from which day, and what it says of each colour."""

    decided_by: str
    decision_number: str
    effective_from: date
    lines: tuple[FrequencyLine, ...]
    basis: tuple[str, ...] = ()


class ParkFacts(PaperFacts, frozen=True, kw_only=True):
    """The grading report of the park on `day`, compared with the end of `since`."""

    since: date
    colour: str
    trail: tuple[str, ...]
    enterprises: tuple[ParkRow, ...]
    """The worst first, then by name: numbered as on the map."""
    zones: tuple[ZoneLine, ...]
    points: tuple[ParkPoint, ...]
    overrides: tuple[tuple[str, OverrideLine], ...]
    trend: tuple[TrendLine, ...]
    schemes: tuple[SchemeUse, ...]
    frequencies: Frequencies | None
    unverified: tuple[str, ...]


prepare_decoding(ParkFacts)
