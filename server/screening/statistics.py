"""How many projects came, what became of them, by outcome, clause, zone and month?

One function counts the rows an actor may see, received in a span of days; page and sheet show the same counts, and each is the length of
the list of projects narrowed the same way.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from uuid import UUID

import msgspec

from rules.restriction_terms import Outcome
from rules.terms import ProjectState
from server.models.parks import Zone
from server.models.projects import Project, ProjectScreening
from server.screening.access import readable_projects
from server.unit_of_work import Work

NOT_SCREENED = ""
OUTCOMES: tuple[str, ...] = (*(one.value for one in Outcome), NOT_SCREENED)


class CountRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line: what it counts, the projects in it by outcome in the order of `OUTCOMES`, and how the list is narrowed to it."""

    label: str
    counts: tuple[int, ...]
    narrow: dict[str, str]

    @property
    def total(self) -> int:
        """All projects of the line."""
        return sum(self.counts)


class ClauseRow(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the catalogue and how many projects' latest screening it hit."""

    entry_id: str
    count: int


class AdmissionFigures(msgspec.Struct, frozen=True, kw_only=True):
    """The figures of a span of days, both days included."""

    first: date
    last: date
    whole: CountRow
    by_state: tuple[CountRow, ...]
    by_zone: tuple[CountRow, ...]
    by_month: tuple[CountRow, ...]
    by_clause: tuple[ClauseRow, ...]


def count_admissions(work: Work, first: date, last: date) -> AdmissionFigures:
    """The figures of the projects received from `first` to `last`. Two queries."""
    query = (
        readable_projects(work.actor)
        .with_only_columns(Project.state, Project.outcome_confirmed, Project.zone_id, Project.received_on, ProjectScreening.entry_ids)
        .outerjoin(ProjectScreening, ProjectScreening.id == Project.screening_id)
        .where(Project.received_on >= first, Project.received_on <= last)
    )
    rows = list(work.session.execute(query))
    zones: dict[UUID | None, str] = {zone.id: zone.name for zone in work.session.query(Zone).where(Zone.park_id == work.park_id)}
    clauses = Counter(entry for row in rows for entry in dict.fromkeys(row.entry_ids or ()))
    months = sorted({row.received_on.replace(day=1) for row in rows}, reverse=True)
    return AdmissionFigures(
        first=first,
        last=last,
        whole=_line("合计", rows, {}),
        by_state=tuple(
            _line(state.label, (row for row in rows if row.state == state), {"state": state.value})
            for state in ProjectState
            if any(row.state == state for row in rows)
        ),
        by_zone=tuple(
            _line(
                zones.get(zone_id, "未划片区"),
                (row for row in rows if row.zone_id == zone_id),
                {"zone": str(zone_id)} if zone_id else {"zone": ""},
            )
            for zone_id in sorted({row.zone_id for row in rows}, key=lambda one: (one is None, zones.get(one, "")))
        ),
        by_month=tuple(
            _line(
                f"{month.year}年{month.month}月",
                (row for row in rows if row.received_on.replace(day=1) == month),
                {"from": max(first, month).isoformat(), "to": min(last, _end_of(month)).isoformat()},
            )
            for month in months
        ),
        by_clause=tuple(
            ClauseRow(entry_id=entry, count=count) for entry, count in sorted(clauses.items(), key=lambda one: (-one[1], one[0]))
        ),
    )


def _line(label: str, rows: Iterable[object], narrow: dict[str, str]) -> CountRow:
    found = Counter(str(getattr(row, "outcome_confirmed", "")) for row in rows)
    return CountRow(label=label, counts=tuple(found.get(one, 0) for one in OUTCOMES), narrow=narrow)


def _end_of(month: date) -> date:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)
