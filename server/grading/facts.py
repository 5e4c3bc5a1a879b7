"""What is known on a day about everything a grade depends on?

Gathers the rows for one enterprise or a whole park with a constant number of queries and hands them to `derivation.py` as plain values.
What the registers say is `register_points.py`'s.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from rules.terms import EnterpriseRisk, Role
from server.enterprises.access import readable_enterprises
from server.grading.derivation import Situation, months_between
from server.grading.moves import COLOURS as COLOURS
from server.grading.moves import end_of, read_moves
from server.grading.register_points import Scope, Totals, read_deciding_points, read_points
from server.identity import Actor
from server.models.enterprises import Enterprise
from server.models.parks import Zone
from server.models.risk import RiskRegister

AT_A_TIME = 40
"""How many enterprises are gathered together where a whole park is gone through."""
_RISKS = frozenset(one.value for one in EnterpriseRisk)


class EnterpriseFacts(msgspec.Struct, frozen=True, kw_only=True):
    """An enterprise in the park on the day, where it lies, and its situation.

    With `totals` the situation holds only the risk points that can decide the colour, and they tell how many there are.
    """

    id: UUID
    name: str
    zone_id: UUID | None
    zone_name: str
    latitude: float | None
    longitude: float | None
    situation: Situation
    totals: Totals | None = None


def stream_facts(session: Session, actor: Actor, day: date, today: date) -> Iterator[EnterpriseFacts]:
    """What `gather_facts` gives of a park, a few enterprises at a time: it needs the memory of those few, however large the park."""
    ids = [row.id for row in _enterprises(session, actor, day, None)]
    for start in range(0, len(ids), AT_A_TIME):
        yield from gather_facts(session, actor, day, today, among=ids[start : start + AT_A_TIME])


def gather_facts(
    session: Session,
    actor: Actor,
    day: date,
    today: date,
    enterprise_id: UUID | None = None,
    *,
    among: Collection[UUID] | None = None,
    for_everybody: bool = False,
    is_brief: bool = False,
) -> list[EnterpriseFacts]:
    """The enterprises the actor may see that were in the park on the day, by name, each with its situation. Eight queries.

    `today` is the present day: what came after it is unknown, and what stands now needs no look into the past. With an `enterprise_id`
    that one alone, also when it has left; `among` asks for some of those present. `for_everybody` names no hazard its enterprise has not
    been told of: for what is written down and read by both. `is_brief`, for today alone, reads only the points that can decide.
    """
    asked = among if enterprise_id is None else [enterprise_id]
    enterprises = _enterprises(session, actor, day, enterprise_id, among)
    scope = Scope(session, actor.park_id, day, today, asked)
    moves = read_moves(session, actor.park_id, day, day, today, asked)
    points, totals = read_deciding_points(scope, moves.point_ids) if is_brief else (read_points(scope), None)
    hazards = moves.hazards_on(day, names_all=actor.role is not Role.ENTERPRISE and not for_everybody)
    accidents, overrides, switches = moves.accidents_on(day), moves.overrides_on(day), moves.switches_on(day)
    registers = _registers(scope)
    found = []
    for row in enterprises:
        own, oldest = points.get(row.id, ((), None))
        register = registers.get(row.id)
        reviewed_on = register.reviewed_on if register is not None else None
        since = reviewed_on if reviewed_on is not None and reviewed_on <= day else oldest
        change_on = register.change_on if register is not None else None
        situation = Situation(
            day=day,
            points=own,
            hazards=hazards.get(row.id, ()),
            accidents=accidents.get(row.id, ()),
            overrides=overrides.get(row.id, ()),
            switches=switches,
            risks=risks_of(row.risks),
            months_since_review=None if since is None else months_between(since, day),
            has_change=change_on is not None and change_on <= day and (reviewed_on is None or reviewed_on < change_on),
        )
        found.append(
            EnterpriseFacts(
                id=row.id,
                name=row.name,
                zone_id=row.zone_id,
                zone_name=row.zone_name or "",
                latitude=row.latitude,
                longitude=row.longitude,
                situation=situation,
                totals=None if totals is None else totals.get(row.id, Totals()),
            )
        )
    return found


def risks_of(stored: Iterable[str]) -> frozenset[EnterpriseRisk]:
    """The standing risks of an enterprise this release knows."""
    return frozenset(EnterpriseRisk(one) for one in stored if one in _RISKS)


def _enterprises(session: Session, actor: Actor, day: date, enterprise_id: UUID | None, among: Collection[UUID] | None = None) -> list[Any]:
    columns = (Enterprise.id, Enterprise.name, Enterprise.zone_id, Zone.name.label("zone_name"), Enterprise.risks)
    query = (
        readable_enterprises(actor)
        .with_only_columns(*columns, Enterprise.latitude, Enterprise.longitude)
        .outerjoin(Zone, Zone.id == Enterprise.zone_id)
        .order_by(Enterprise.name, Enterprise.id)
    )
    if enterprise_id is not None:
        return list(session.execute(query.where(Enterprise.id == enterprise_id)))
    if among is not None:
        query = query.where(Enterprise.id.in_(among))
    present = (or_(Enterprise.left_on.is_(None), Enterprise.left_on > day), Enterprise.created_at < end_of(day))
    return list(session.execute(query.where(*present)))


def _registers(scope: Scope) -> Mapping[UUID, RiskRegister]:
    return {one.enterprise_id: one for one in scope.session.scalars(select(RiskRegister).where(*scope.of(RiskRegister)))}
