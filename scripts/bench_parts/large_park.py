"""A large park for measuring: enterprises with their risk registers.

The same park every time, nothing in it real.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from rules.bands import Colour
from rules.terms import Role
from server.clock import Clock
from server.db import Database
from server.events.chain import start_chain
from server.identity import Actor
from server.ids import new_id
from server.models import Account, Enterprise, Park
from server.models.risk import HazardSource, RiskAssessment, RiskPoint, RiskUnit
from server.unit_of_work import Work, begin_work

DAY = date(2026, 11, 20)
POINTS = 30
_SCORES = {Colour.RED: ("3", "6", "40", 720), Colour.ORANGE: ("1", "6", "40", 240), Colour.YELLOW: ("3", "6", "7", 126)}
_LOW = ("1", "6", "7", 42)


def fill_registers(database: Database, enterprises: int) -> tuple[Actor, list[UUID]]:
    """A park whose registers were assessed a year ago and, a third of the sources, once more this autumn."""
    park_id, account_id, now = new_id(), new_id(), datetime(2025, 6, 1, 1, 0, tzinfo=UTC)
    ids = [new_id() for _ in range(enterprises)]
    with begin_work(database, Clock(lambda: now), write=True) as work:
        session = work.session
        session.add(
            Park(id=park_id, name="压测园区（虚构）", office_name="压测安全办", document_prefix="压测", fictional=True, created_at=now)
        )
        session.flush()
        start_chain(work.connection, park_id)
        session.add(
            Account(id=account_id, park_id=park_id, username="bench", password_hash="", name="王检", role=Role.OFFICE, created_at=now)
        )
        session.flush()
        actor = Actor(id=account_id, park_id=park_id, name="王检", role=Role.OFFICE)
        work.act_as(actor)
        named = {"park_id": park_id, "sectors": [], "risks": [], "industry_code": "3074", "created_at": now, "updated_at": now}
        rows = [
            {"id": id, "name": f"压测企业{number:03d}（虚构）", "credit_code": f"{number:018d}", **named} for number, id in enumerate(ids)
        ]
        work.connection.execute(insert(Enterprise), rows)
        for number, enterprise_id in enumerate(ids):
            _register(work, park_id, enterprise_id, number)
    return actor, ids


def _register(work: Work, park_id: UUID, enterprise_id: UUID, number: int) -> None:
    own = {"park_id": park_id, "enterprise_id": enterprise_id}
    unit_id = new_id()
    work.connection.execute(insert(RiskUnit).values(id=unit_id, ordinal=1, name="烧成车间", created_at=work.now, **own))
    points, sources, assessments = [], [], []
    for place in range(POINTS):
        point_id, source_id = new_id(), new_id()
        points.append(
            {
                "id": point_id, "unit_id": unit_id, "ordinal": place, "name": f"{place}号辊道窑燃气系统", "kind": "facility",
                "created_on": date(2025, 6, 1), "created_at": work.now, "version": 1, **own,
            }
        )  # fmt: skip
        colours = _colours(number, place)
        results = [_assessment(own, point_id, source_id, sequence, colour) for sequence, colour in enumerate(colours, start=1)]
        assessments += results
        last = results[-1]
        sources.append(
            {
                "id": source_id, "point_id": point_id, "ordinal": 1, "name": "燃气压力异常，熄火后燃气积聚", "accidents": ["火灾"],
                "item_codes": [], "assessment_id": last["id"], "method": "lec", "scheme": "colour4_ge", "version": 1,
                "score_text": last["score_text"], "score": last["score"], "risk_number": last["risk_number"],
                "assessed_on": last["assessed_on"], "confirmed_on": date(2025, 6, 1) if place % 9 else None,
                "created_on": date(2025, 6, 1), "person": "张三", **own,
            }
        )  # fmt: skip
    work.connection.execute(insert(RiskPoint), points)
    work.connection.execute(insert(HazardSource), sources)
    work.connection.execute(insert(RiskAssessment), assessments)


def _colours(number: int, place: int) -> list[Colour]:
    """What a source was assessed to be, first and last: one red point in every fourth enterprise, one orange in most."""
    if place == 0:
        now = Colour.RED if number % 4 == 0 else Colour.ORANGE
    elif place == 1:
        now = Colour.ORANGE
    else:
        now = Colour.YELLOW if place % 3 else Colour.BLUE
    return [now] if (number + place) % 3 else [Colour.YELLOW, now]


def _assessment(own: dict[str, Any], point_id: UUID, source_id: UUID, sequence: int, colour: Colour) -> dict[str, Any]:
    likelihood, exposure, consequence, score = _SCORES.get(colour, _LOW)
    on = date(2025, 6, 1) if sequence == 1 else date(2026, 10, 20)
    return {
        "id": new_id(), "point_id": point_id, "source_id": source_id, "sequence": sequence, "assessed_on": on,
        "assessed_at": datetime(on.year, on.month, on.day, tzinfo=UTC) + timedelta(hours=2), "assessed_by_name": "王检",
        "method": "lec", "scheme": "colour4_ge",
        "chosen": {"likelihood": likelihood, "exposure": exposure, "consequence": consequence}, "direct": [], "score": score,
        "score_text": f"D={score}", "level": colour.risk.number, "label": colour.risk.label, "risk_number": colour.risk.number,
        "trail": [f"D = {likelihood} × {exposure} × {consequence} = {score}"], "basis": [], "unverified": [], "edition": "bench", **own,
    }  # fmt: skip
