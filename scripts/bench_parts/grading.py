"""Measure grading: the park's report over 300 enterprises of 30 risk points, its memory as the park grows, and the pages of grades.

Each size is measured in a process of its own, so that the peak is its own. Bars: the report in 10 s; nine times the enterprises may not
need much more memory, what grows is the report itself.
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from reports.fonts import load_fonts
from reports.paper import Imprint
from reports.park_counts import park_paper_of
from reports.park_grading import TEMPLATE_VERSION, draw_park_report
from rules.bands import Colour
from rules.rulebook import load_rulebook
from rules.terms import Role
from server.clock import Clock, clock_on
from server.db import Database
from server.events.chain import start_chain
from server.grading.park_facts import gather_park
from server.grading.service import get_grade, grade_park, monthly_trend, read_register
from server.identity import Actor
from server.ids import new_id
from server.migrations import migrate
from server.models import Account, Enterprise, Park
from server.models.risk import HazardSource, RiskAssessment, RiskPoint, RiskUnit
from server.unit_of_work import Work, begin_work

DAY = date(2026, 11, 20)
SINCE = date(2026, 9, 30)
SECONDS_BAR = 10.0
POINTS = 30
SIZES = (100, 300, 900)
ROUNDS = 5
COLUMNS = ("report s", "gathering s", "PDF MB", "peak MB", "grown MB", "grades ms", "trend ms", "register ms", "one grade ms")
FONTS = Path(__file__).resolve().parents[2] / ".fonts"
_SCORES = {Colour.RED: ("3", "6", "40", 720), Colour.ORANGE: ("1", "6", "40", 240), Colour.YELLOW: ("3", "6", "7", 126)}
_LOW = ("1", "6", "7", 42)


def main() -> int:
    """Measure every size; print a table."""
    parser = argparse.ArgumentParser(prog="scripts/bench_parts/grading", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--one", type=int, default=0, help="measure one park of so many enterprises and print JSON")
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(measure(arguments.one)))
        return 0
    load_fonts(FONTS)
    found = [_in_a_process_of_its_own(size) for size in SIZES]
    print(f"| enterprises × {POINTS} points | {' | '.join(COLUMNS)} |")
    print(f"| ---: |{' ---: |' * len(COLUMNS)}")
    for one in found:
        print(f"| {one['enterprises']} | " + " | ".join(f"{one[column]:.{1 if one[column] < 10 else 0}f}" for column in COLUMNS) + " |")
    report = next(one["report s"] for one in found if one["enterprises"] == 300)
    print(f"park of 300 × {POINTS}: report in {report:.1f} s (bar: {SECONDS_BAR:g})")
    return 0 if report <= SECONDS_BAR else 1


def _in_a_process_of_its_own(size: int) -> dict[str, float]:
    command = [sys.executable, "-m", "scripts.bench_parts.grading", "--one", str(size)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def measure(enterprises: int) -> dict[str, float]:
    """One park: seconds of its report, memory it needed on top of what stood before, medians of what pages ask for."""
    rulebook = load_rulebook()
    fonts = load_fonts(FONTS)
    with tempfile.TemporaryDirectory(prefix="parksafe-grading-") as folder:
        database = Database(f"sqlite:///{Path(folder) / 'grading.sqlite3'}")
        migrate(database)
        actor, ids = _fill(database, enterprises)
        before = _peak()
        with begin_work(database, clock_on(DAY), write=False) as work:
            work.act_as(actor)
            started = time.perf_counter()
            facts = gather_park(work, rulebook, since=SINCE, frequencies=None)
            gathered = time.perf_counter() - started
            pdf = draw_park_report(park_paper_of(facts, _imprint(work.now)), fonts, lambda _: None)
            seconds = time.perf_counter() - started
        peak = _peak()

        def timed(ask: Callable[[Work], Any]) -> float:
            return _median(database, actor, ask)

        values = (
            seconds,
            gathered,
            len(pdf) / 1e6,
            peak,
            peak - before,
            timed(lambda work: grade_park(work, rulebook)),
            timed(monthly_trend),
            timed(lambda work: read_register(work, rulebook, ids[0])),
            timed(lambda work: get_grade(work, ids[0])),
        )
        found = {"enterprises": enterprises, **dict(zip(COLUMNS, values, strict=True))}
        database.close()
    return found


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _median(database: Database, actor: Actor, ask: Callable[[Work], Any]) -> float:
    """The median of a few rounds in milliseconds."""
    seconds = []
    for _ in range(ROUNDS):
        with begin_work(database, clock_on(DAY), write=False) as work:
            work.act_as(actor)
            started = time.perf_counter()
            ask(work)
            seconds.append(time.perf_counter() - started)
    return statistics.median(seconds) * 1000


def _imprint(now: datetime) -> Imprint:
    return Imprint(
        office_name="压测安全办", park_name="压测园区（虚构）", template_version=TEMPLATE_VERSION, printed_at=now, is_fictional=True
    )


def _fill(database: Database, enterprises: int) -> tuple[Actor, list[UUID]]:
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


if __name__ == "__main__":
    sys.exit(main())
