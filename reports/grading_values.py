"""What do the papers of grading count? Value structs of frozen facts with an imprint, and every count made from the lists they print.

No count is stored: a total is the length of its list, whichever paper prints it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from reports.colour_marks import ORDER, letter
from reports.paper import Imprint
from server.grading.paper_schemas import GradingFacts, PointLine, PointsFacts, SourceLine


class GradingPaper(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The grading report of an enterprise as printed."""

    imprint: Imprint
    facts: GradingFacts


class PointsPaper(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Register, notice or cards as printed."""

    imprint: Imprint
    facts: PointsFacts


def grading_paper_of(facts: GradingFacts, imprint: Imprint) -> GradingPaper:
    """The report of its facts."""
    return GradingPaper(imprint=imprint, facts=facts)


def points_paper_of(facts: PointsFacts, imprint: Imprint) -> PointsPaper:
    """The paper of its facts."""
    return PointsPaper(imprint=imprint, facts=facts)


class CountRow(msgspec.Struct, frozen=True):
    """How many of each list have one colour; `colour` is None for the total."""

    colour: str | None
    counts: tuple[int, ...]

    @property
    def title(self) -> str:
        """What the row is called."""
        return "合计" if self.colour is None else letter(self.colour)


def count_colours(*lists: Iterable[str]) -> tuple[CountRow, ...]:
    """One row for each colour and one for what is not assessed, then the total of each list."""
    counted = [Counter(one) for one in lists]
    rows = tuple(CountRow(colour, tuple(one[colour] for one in counted)) for colour in ORDER)
    return (*rows, CountRow(None, tuple(one.total() for one in counted)))


def distribution(points: Sequence[PointLine]) -> tuple[CountRow, ...]:
    """Points as the register assesses them, points as they stand on the day, and hazard sources, by colour."""
    return count_colours(
        (one.assessed for one in points), (one.colour for one in points), (one.colour for point in points for one in point.sources)
    )


def all_sources(points: Iterable[PointLine]) -> Iterator[tuple[PointLine, SourceLine]]:
    """Every hazard source with its point, in the register's order."""
    return ((point, one) for point in points for one in point.sources)


def unconfirmed(points: Iterable[PointLine]) -> list[tuple[PointLine, SourceLine]]:
    """The sources nobody confirmed on site."""
    return [(point, one) for point, one in all_sources(points) if one.confirmed_on is None]


def not_assessed(points: Iterable[PointLine]) -> list[tuple[PointLine, SourceLine]]:
    """The sources nobody assessed."""
    return [(point, one) for point, one in all_sources(points) if not one.colour]


def with_gaps(points: Iterable[PointLine]) -> list[tuple[PointLine, SourceLine]]:
    """The sources whose control lacks something."""
    return [(point, one) for point, one in all_sources(points) if one.gaps]


def number_of(point: PointLine, source: SourceLine) -> str:
    """How a source is pointed at from elsewhere on the paper: 3.2 is the second source of the third point."""
    return f"{point.number}.{point.sources.index(source) + 1}"


def moved(facts: GradingFacts) -> list[PointLine]:
    """The points whose colour of the day is not their register's."""
    return [one for one in facts.points if one.assessed != one.colour]
