"""Where should an inspector look first?

The colour of every enterprise of today with the reasons and its worst risk points, for a phone that may be offline. A grade moves by many
things, and by a day passing without any: so no event says which one changed. The rows carry a mark of their content instead; who shows
the mark they hold gets the rows when they say something else.
"""

from uuid import UUID

import msgspec

from server.canonical import sha256_hex
from server.grading.service import GradeHead, list_heads
from server.unit_of_work import Work

_MARK_LENGTH = 32


class PointSaid(msgspec.Struct, frozen=True, kw_only=True):
    """A risk point to look at: its colour of the day (red, orange, yellow, blue) and the result it was assessed with, e.g. D=240."""

    id: UUID
    name: str
    colour: str
    said: str


class GradeSaid(msgspec.Struct, frozen=True, kw_only=True):
    """The grade of an enterprise today. `colour` and `letter` are empty while nothing is assessed, which does not mean low risk.

    `headline` is every reason in words; `moved_by` what besides the register moves it: hazard, overdue, accident, raised, lowered.
    """

    enterprise_id: UUID
    colour: str
    letter: str
    headline: str
    moved_by: tuple[str, ...]
    worst_points: tuple[PointSaid, ...]


def read_grades(work: Work) -> tuple[list[GradeSaid], str]:
    """The grades of the park's enterprises by name, and the mark of what they say. Ten queries."""
    rows = [_said(one) for one in list_heads(work)]
    return rows, sha256_hex(msgspec.json.encode(rows))[:_MARK_LENGTH]


def _said(one: GradeHead) -> GradeSaid:
    return GradeSaid(
        enterprise_id=one.id,
        colour=one.colour.value if one.colour is not None else "",
        letter=one.colour.risk.colour if one.colour is not None else "",
        headline=one.headline,
        moved_by=tuple(by.value for by in one.moved_by),
        worst_points=tuple(
            PointSaid(id=point.id, name=point.name, colour=point.colour.value, said=point.said)
            for point in one.worst_points
            if point.colour is not None
        ),
    )
