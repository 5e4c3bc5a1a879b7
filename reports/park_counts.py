"""What does the grading report of the park count? Every number made from the lists it prints, each by one function.

Enterprises are counted by colour, together and by zone and industry; risk points by the numbers each enterprise keeps; who moved since the
day compared with; how often each colour was inspected.
"""

from collections.abc import Callable, Iterable, Sequence

import msgspec

from reports.colour_marks import ORDER
from reports.grading_values import CountRow, count_colours
from reports.paper import Imprint
from rules.bands import Colour
from server.grading.park_schemas import ParkFacts, ParkRow

NO_ZONE = "未划片区"
NO_INDUSTRY = "行业代码未登记"
_NAMED = (Colour.RED.value, Colour.ORANGE.value)


class ParkPaper(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The grading report of the park as printed."""

    imprint: Imprint
    facts: ParkFacts


def park_paper_of(facts: ParkFacts, imprint: Imprint) -> ParkPaper:
    """The report of its facts."""
    return ParkPaper(imprint=imprint, facts=facts)


class GroupRow(msgspec.Struct, frozen=True):
    """A zone or an industry: how many enterprises of each colour, in the order of `ORDER`, and together."""

    name: str
    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """Its enterprises."""
        return sum(self.counts)


def group(rows: Sequence[ParkRow], key: Callable[[ParkRow], str], otherwise: str) -> tuple[GroupRow, ...]:
    """The enterprises by what `key` says, by name; those it says nothing of come last. The sum of all is the park's."""
    found: dict[str, list[ParkRow]] = {}
    for one in rows:
        found.setdefault(key(one), []).append(one)
    names = sorted(found, key=lambda name: (not name, name))
    return tuple(_counted(name or otherwise, found[name]) for name in names)


def _counted(name: str, rows: Iterable[ParkRow]) -> GroupRow:
    *counted, _ = count_colours(one.colour for one in rows)
    return GroupRow(name, tuple(row.counts[0] for row in counted))


def together(rows: Sequence[ParkRow]) -> GroupRow:
    """The whole park."""
    return _counted("合计", rows)


def by_zone(facts: ParkFacts) -> tuple[GroupRow, ...]:
    """The enterprises by zone."""
    return group(facts.enterprises, lambda one: one.zone, NO_ZONE)


def by_industry(facts: ParkFacts) -> tuple[GroupRow, ...]:
    """The enterprises by industry."""
    return group(facts.enterprises, lambda one: one.industry, NO_INDUSTRY)


def points_of(row: ParkRow) -> tuple[int, ...]:
    """How many risk points of each colour an enterprise has, in the order of `ORDER`."""
    return tuple(row.points.get(colour, 0) for colour in ORDER)


def all_points(rows: Iterable[ParkRow]) -> tuple[int, ...]:
    """How many risk points of each colour the park has."""
    return tuple(map(sum, zip(*(points_of(one) for one in rows), strict=True))) or (0,) * len(ORDER)


def park_distribution(facts: ParkFacts) -> tuple[CountRow, ...]:
    """Enterprises and risk points by colour, then together."""
    enterprises, points = together(facts.enterprises), all_points(facts.enterprises)
    rows = tuple(CountRow(colour, (enterprises.counts[place], points[place])) for place, colour in enumerate(ORDER))
    return (*rows, CountRow(None, (enterprises.total, sum(points))))


def dangerous(facts: ParkFacts) -> tuple[ParkRow, ...]:
    """The red and the orange enterprises, red first."""
    return tuple(one for colour in _NAMED for one in facts.enterprises if one.colour == colour)


def without_register(facts: ParkFacts) -> tuple[ParkRow, ...]:
    """The enterprises that have no risk point."""
    return tuple(one for one in facts.enterprises if not sum(one.points.values()))


class Moved(msgspec.Struct, frozen=True):
    """An enterprise whose colour is not what it was: `direction` is 升高, 降低, 新评价 or 不再有评价."""

    row: ParkRow
    direction: str


def movers(facts: ParkFacts) -> tuple[Moved, ...]:
    """Who moved since the day compared with, those that rose first."""
    found = [Moved(one, _direction(one)) for one in facts.enterprises if one.before is not None and one.before != one.colour]
    return tuple(sorted(found, key=lambda moved: (DIRECTIONS.index(moved.direction), moved.row.number)))


DIRECTIONS = ("升高", "降低", "新评价", "不再有评价")


def _direction(row: ParkRow) -> str:
    if not row.before:
        return "新评价"
    if not row.colour:
        return "不再有评价"
    return "升高" if Colour(row.colour).risk.number < Colour(row.before).risk.number else "降低"


def arrived(facts: ParkFacts) -> tuple[ParkRow, ...]:
    """The enterprises that were not here on the day compared with."""
    return tuple(one for one in facts.enterprises if one.before is None)


class VisitRow(msgspec.Struct, frozen=True):
    """How enterprises of a colour were inspected this year: how many there are, were visited at all, and inspections together."""

    colour: str | None
    enterprises: int
    visited: int
    inspections: int


def visits(facts: ParkFacts) -> tuple[VisitRow, ...]:
    """By colour, then together."""
    rows = tuple(_visits(colour, [one for one in facts.enterprises if one.colour == colour]) for colour in ORDER)
    return (*rows, _visits(None, facts.enterprises))


def _visits(colour: str | None, rows: Sequence[ParkRow]) -> VisitRow:
    return VisitRow(colour, len(rows), sum(one.inspections > 0 for one in rows), sum(one.inspections for one in rows))
