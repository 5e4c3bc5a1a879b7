"""What goes in and out of measuring distances."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec

from rules.layout import Fit, Judged, LayoutKind
from server.coordinates import Crs as Crs


class ObjectsForm(msgspec.Struct, frozen=True, kw_only=True):
    """Things to be kept: the features of a GeoJSON, all of one kind and from one source. `name` names a feature that carries no name."""

    kind: str
    name: str
    geojson: str
    source: str
    surveyed_on: date | None
    accuracy_m: Decimal | None
    crs: str = Crs.WGS84


class SiteForm(msgspec.Struct, frozen=True, kw_only=True):
    """Where a project's site lies: its outline as GeoJSON, or one point."""

    geojson: str = ""
    longitude: str = ""
    latitude: str = ""
    crs: str = Crs.WGS84


class ObjectQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which objects to list."""

    search: str = ""
    kind: str = ""
    is_retired: bool = False
    page: int = 1
    size: int = 50


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """Where the project stands: its outline, else the point registered. `words` says which, and how exact."""

    geometry: dict[str, Any]
    accuracy_m: Decimal
    words: str


class Measured(msgspec.Struct, frozen=True, kw_only=True):
    """The distance from a site to one thing, and what the rules say of it. `ends` are the nearest places, in degrees, site first."""

    number: int
    object_id: UUID | None
    """Absent for what is known from the enterprises' registers."""
    kind: LayoutKind
    name: str
    geometry: dict[str, Any]
    source: str
    surveyed_on: date | None
    metres: Decimal
    accuracy_m: Decimal
    how: str
    ends: tuple[tuple[float, float], tuple[float, float]]
    judged: tuple[Judged, ...]

    @property
    def cautious_m(self) -> Decimal:
        """The least it can be: measured less the accuracy, in whole metres."""
        return max(Decimal(0), (self.metres - self.accuracy_m).to_integral_value(rounding="ROUND_FLOOR"))

    @property
    def fit(self) -> Fit:
        """The gravest of what the rules say; without an applicable rule nothing is wanting."""
        said = {one.fit for one in self.judged}
        return next((one for one in (Fit.BELOW, Fit.UNKNOWN, Fit.MEETS) if one in said), Fit.NOT_APPLICABLE)


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A distance the screening asks for, as measured: the nearest of its kind. `stated` is what the description says now, or empty."""

    field: str
    kind: LayoutKind
    value: Decimal
    nearest: Measured
    stated: str


class OpenQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule must be told before any distance it is about can be judged: asked once, for all the rows it concerns."""

    judged: Judged
    rows: tuple[int, ...]


class LayoutView(msgspec.Struct, frozen=True, kw_only=True):
    """Everything measured for a project; no rows while nobody said where it stands. `missing` are kinds nothing is kept of."""

    site: Site | None
    rows: tuple[Measured, ...]
    offers: tuple[Offer, ...]
    missing: tuple[LayoutKind, ...]

    @property
    def questions(self) -> tuple[OpenQuestion, ...]:
        """The questions of all rows, each once: what was measured is part of the reason, so only rows with the same reason share one."""
        asked: dict[tuple[str, str, str], tuple[Judged, list[int]]] = {}
        for row in self.rows:
            for one in row.judged:
                if one.fit is Fit.UNKNOWN and one.ask:
                    asked.setdefault((one.rule.id, one.why, one.ask), (one, []))[1].append(row.number)
        return tuple(OpenQuestion(judged=one, rows=tuple(rows)) for one, rows in asked.values())


class ToldRule(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule says of a distance, as it is printed. `ask` is what must be asked before it can be said, `whom` of whom."""

    fit: str
    title: str
    minimum: str
    citation: str
    verified: bool
    why: str
    ask: str = ""
    whom: str = ""
    note: str = ""


class ToldDistance(msgspec.Struct, frozen=True, kw_only=True):
    """A measured distance as it is printed. `not_applicable` are the rules known that do not apply, each with its reason."""

    number: int
    to: str
    kind: str
    metres: str
    accuracy: str
    how: str
    source: str
    rules: tuple[ToldRule, ...]
    not_applicable: tuple[str, ...] = ()


class LayoutFacts(msgspec.Struct, frozen=True, kw_only=True):
    """The layout part of a paper: from where, every distance, the kinds nothing is kept of. `site` is empty while nobody said where."""

    measured_on: date
    site: str
    rows: tuple[ToldDistance, ...]
    missing: tuple[str, ...]
