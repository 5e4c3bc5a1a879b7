"""What moved grades over some days: hazards, accidents, what people overruled, and the park's policies?

Read once for a span of days, then told for each day of it, so that one day and a year of month ends rest on the same words.
"""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from rules.bands import Colour, colour_of_number
from rules.dynamic_grade import load_dynamic_rules
from rules.terms import HazardLevel, HazardState, OverrideKind, OverrideState
from rules.terms import HazardSource as HazardOrigin
from server.clock import CHINA
from server.grading.derivation import AccidentFacts, HazardFacts, OverrideFacts
from server.hazards.access import SHOWN_TO_ENTERPRISE
from server.models.hazards import Hazard
from server.models.risk import Accident, DynamicPolicy, GradeOverride, HazardRiskPoint

COLOURS: dict[int | None, Colour | None] = {None: None, **{colour.risk.number: colour for colour in Colour}}
_OPEN_STATES = tuple(state for state in HazardState if state not in (HazardState.CLOSED, HazardState.VOID))
_HELD = (OverrideState.IN_FORCE, OverrideState.ENDED)


class Moves(msgspec.Struct, frozen=True):
    """The rows that move grades on some day of a span."""

    hazards: Sequence[Any]
    accidents: Sequence[Accident]
    overrides: Sequence[GradeOverride]
    policies: Sequence[DynamicPolicy]

    def hazards_on(self, day: date, *, names_all: bool = True) -> dict[UUID, list[HazardFacts]]:
        """The graded hazards not closed on the day that may raise, by enterprise: major ones, and general ones past their deadline.

        One that was put right after its deadline counts until it is closed.
        """
        found: dict[UUID, list[HazardFacts]] = {}
        end = end_of(day)
        for row in self.hazards:
            if row.confirmed_at >= end or (row.closed_on is not None and row.closed_on <= day):
                continue
            is_major = row.level == HazardLevel.MAJOR
            late = 0 if row.due_on is None else max(0, (min(day, row.accepted_on or day) - row.due_on).days)
            if row.enterprise_id is not None and (is_major or late):
                named = names_all or row.state in SHOWN_TO_ENTERPRISE or row.source == HazardOrigin.SELF_CHECK
                found.setdefault(row.enterprise_id, []).append(
                    HazardFacts(row.id, row.number, is_major, row.criterion_id, late, row.point_id, named)
                )
        return found

    def accidents_on(self, day: date) -> dict[UUID, list[AccidentFacts]]:
        """The accidents that count on the day, by enterprise."""
        found: dict[UUID, list[AccidentFacts]] = {}
        for one in self.accidents:
            if one.occurred_on <= day and (one.void_on is None or one.void_on > day):
                found.setdefault(one.enterprise_id, []).append(
                    AccidentFacts(
                        id=one.id,
                        title=one.title,
                        occurred_on=one.occurred_on,
                        deaths=one.deaths,
                        serious_injuries=one.serious_injuries,
                        level=one.level,
                        is_open=one.closed_on is None or one.closed_on > day,
                    )
                )
        return found

    def overrides_on(self, day: date) -> dict[UUID, list[OverrideFacts]]:
        """What people overruled and holds on the day, by enterprise: from the day it was decided until the day it ended."""
        found: dict[UUID, list[OverrideFacts]] = {}
        for one in self.overrides:
            if one.decided_on is not None and one.decided_on <= day and (one.ended_on is None or one.ended_on > day):
                found.setdefault(one.enterprise_id, []).append(
                    OverrideFacts(
                        id=one.id,
                        kind=OverrideKind(one.kind),
                        colour=colour_of_number(one.to_number),
                        from_colour=COLOURS[one.from_number],
                        point_id=one.point_id,
                        reason=one.reason,
                        by="、".join(dict.fromkeys((one.requested_by_name, one.decided_by_name))),
                        since=one.decided_on,
                    )
                )
        return found

    def switches_on(self, day: date) -> dict[str, bool]:
        """The park's policies on the day, by rule; one not named follows its default. Rules a later edition dropped are left out."""
        known = {rule.id for rule in load_dynamic_rules().rules}
        return {row.rule_id: row.is_on for row in self.policies if row.set_on <= day and row.rule_id in known}

    @property
    def point_ids(self) -> set[UUID]:
        """The risk points something was placed at."""
        return {row.point_id for row in (*self.hazards, *self.overrides) if row.point_id is not None}


def read_moves(session: Session, park_id: UUID, first: date, last: date, today: date, enterprises: Collection[UUID] | None = None) -> Moves:
    """The rows that move grades on the days from `first` to `last`, both included; of these enterprises or of the park. Four queries."""

    def of(model: Any) -> list[ColumnElement[bool]]:
        own = [model.park_id == park_id]
        return own if enterprises is None else [*own, model.enterprise_id.in_(enterprises)]

    is_open = Hazard.state.in_(_OPEN_STATES)
    was_open = or_(is_open, and_(Hazard.state == HazardState.CLOSED, Hazard.closed_on > first))
    is_late = Hazard.accepted_on > Hazard.due_on
    hazards = (
        select(
            Hazard.id, Hazard.enterprise_id, Hazard.number, Hazard.level, Hazard.criterion_id, Hazard.due_on, Hazard.accepted_on,
            Hazard.closed_on, Hazard.confirmed_at, Hazard.state, Hazard.source, HazardRiskPoint.point_id,
        )
        .outerjoin(HazardRiskPoint, HazardRiskPoint.hazard_id == Hazard.id)
        .where(
            *of(Hazard),
            is_open if first >= today else was_open,
            Hazard.confirmed_at < end_of(last),
            # A general one put right in time never raised anything, and most are.
            or_(Hazard.level == HazardLevel.MAJOR, and_(Hazard.due_on < last, or_(Hazard.accepted_on.is_(None), is_late))),
        )
        .order_by(Hazard.number, Hazard.id)
    )  # fmt: skip
    accidents = select(Accident).where(*of(Accident), Accident.occurred_on <= last)
    overrides = select(GradeOverride).where(
        *of(GradeOverride), GradeOverride.state.in_(_HELD), or_(GradeOverride.ended_on.is_(None), GradeOverride.ended_on > first)
    )
    return Moves(
        hazards=session.execute(hazards).all(),
        accidents=session.scalars(accidents.order_by(Accident.occurred_on, Accident.id)).all(),
        overrides=session.scalars(overrides.order_by(GradeOverride.requested_at, GradeOverride.id)).all(),
        policies=read_policies(session, park_id),
    )


def read_policies(session: Session, park_id: UUID) -> Sequence[DynamicPolicy]:
    """Every switching of the park, in the order it was done."""
    query = select(DynamicPolicy).where(DynamicPolicy.park_id == park_id)
    return session.scalars(query.order_by(DynamicPolicy.set_at, DynamicPolicy.id)).all()


def end_of(day: date) -> datetime:
    """The instant a day in the park ends."""
    return datetime(day.year, day.month, day.day, tzinfo=CHINA) + timedelta(days=1)
