"""Measure counting: the closure report over a million hazards against SQL written by hand for the same figures, on SQLite.

Both go over the same file, alternating, and must agree on every number. Prints medians and the ratio; the bar is 2.
"""

import argparse
import random
import sqlite3
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from reports.figures import COUNT_FIELDS, ClosureCounts
from reports.parameters import Scope
from reports.queries import count_closure
from rules.terms import Role
from server.clock import Clock
from server.db import Database
from server.events.chain import start_chain
from server.identity import Actor
from server.ids import new_id
from server.migrations import migrate
from server.models import Account, Enterprise, InspectionTarget, Park
from server.unit_of_work import begin_work

BAR = 2.0
FIRST, LAST = date(2026, 1, 1), date(2026, 11, 21)
ENTERPRISES = 300

BY_HAND = """
SELECT h.enterprise_id, count(*), sum(h.level = 'major_hazard'), sum(h.accepted_on <= :day), sum(h.closed_on <= :day),
  sum(h.due_on <= :day), sum(h.due_on <= :day AND h.closed_on <= :day), sum(h.due_on <= :day AND h.accepted_on <= h.due_on),
  sum(h.original_due_on <= :day), sum(h.original_due_on <= :day AND h.accepted_on <= h.original_due_on),
  sum(h.due_on <= :day AND (h.accepted_on IS NULL OR h.accepted_on > :day)),
  sum(CASE WHEN h.due_on < min(coalesce(h.accepted_on, :day), :day)
      THEN julianday(min(coalesce(h.accepted_on, :day), :day)) - julianday(h.due_on) END),
  sum(h.repeat), sum(h.level = 'major_hazard' AND h.closed_on <= :day)
FROM hazard h WHERE h.park_id = :park AND h.state <> 'void' AND h.found_on BETWEEN :first AND :last GROUP BY h.enterprise_id
"""
DAYS_BY_HAND = """
SELECT enterprise_id, julianday(closed_on) - julianday(found_on) AS days, count(*) FROM hazard
WHERE park_id = :park AND state <> 'void' AND found_on BETWEEN :first AND :last AND closed_on <= :day GROUP BY 1, 2
"""
LOOKS_BY_HAND = """
WITH look AS (
  SELECT h.enterprise_id AS enterprise_id, r.result AS result, r.reinspected_on AS held_on, r.due_on AS due_on,
    row_number() OVER (PARTITION BY r.hazard_id ORDER BY r.reinspected_at, r.id) AS place,
    (p.replied_on <= :day OR (r.round = 1 AND h.due_on <= :day)) AND r.due_on IS NOT NULL AS owed
  FROM re_inspection r JOIN hazard h ON h.id = r.hazard_id LEFT JOIN rectification_reply p ON p.id = r.reply_id
  WHERE r.applied AND h.park_id = :park AND h.state <> 'void' AND h.found_on BETWEEN :first AND :last
)
SELECT enterprise_id, sum(place = 1 AND held_on <= :day), sum(place = 1 AND held_on <= :day AND result = 'pass'), sum(owed),
  sum(owed AND held_on <= due_on AND held_on <= :day) FROM look GROUP BY enterprise_id
"""
AWAITED_BY_HAND = """
SELECT enterprise_id, count(*) FROM hazard
WHERE park_id = :park AND state <> 'void' AND found_on BETWEEN :first AND :last
  AND ((state = 'submitted' AND (last_reply_on <= :day OR (failed_rounds = 0 AND due_on <= :day)))
    OR (state = 'rectifying' AND failed_rounds = 0 AND due_on <= :day)) GROUP BY 1
"""
HAND_FIELDS = (
    "found", "major", "accepted", "closed", "due", "closed_among_due", "on_time", "due_originally", "on_time_originally", "overdue",
    "overdue_days", "repeated", "major_delisted",
)  # fmt: skip


def main() -> int:
    """Build the table, measure, compare."""
    parser = argparse.ArgumentParser(prog="scripts/bench_parts/figures", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--hazards", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="parksafe-figures-") as folder:
        path = Path(folder) / "figures.sqlite3"
        database = Database(f"sqlite:///{path}")
        migrate(database)
        actor = _people(database)
        started = time.perf_counter()
        looks = _fill(path, actor, arguments.hazards)
        print(f"{arguments.hazards:,} hazards and {looks:,} re-inspections written in {time.perf_counter() - started:.0f} s")
        hand, hand_hazards, ours = [], [], []
        for _ in range(arguments.rounds):
            expected, seconds = _timed(lambda: _count_by_hand(path, actor))
            hand.append(seconds)
            hand_hazards.append(_timed(lambda: _read_hazards_by_hand(path, actor))[1])
            found, seconds = _timed(lambda: _count_ours(database, actor))
            ours.append(seconds)
            if found != expected:
                print("the counts differ")
                return 1
        database.close()
    ratio = statistics.median(ours) / statistics.median(hand)
    print("| closure by enterprise | median s | spread s |\n| --- | ---: | ---: |")
    for name, seconds_of in (
        ("SQL by hand", hand),
        ("SQL by hand, without re-inspections", hand_hazards),
        ("reports.queries", ours),
    ):
        print(f"| {name} | {statistics.median(seconds_of):.2f} | {min(seconds_of):.2f}–{max(seconds_of):.2f} |")
    against_less = statistics.median(ours) / statistics.median(hand_hazards)
    print(f"ratio {ratio:.2f} (bar: {BAR:g}), every number equal; {against_less:.2f} against SQL that leaves the re-inspections out")
    return 0 if ratio <= BAR else 1


def _timed(count: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    counts = count()
    return counts, time.perf_counter() - started


def _count_ours(database: Database, actor: Actor) -> dict[UUID | None, ClosureCounts]:
    with database.read() as connection, Session(connection) as session:
        return count_closure(session, actor, Scope(found_from=FIRST, found_until=LAST, as_of=LAST))


def _read_hazards_by_hand(path: Path, actor: Actor) -> int:
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA cache_size=-32000")
    rows = sum(len(connection.execute(query, _values(actor)).fetchall()) for query in (BY_HAND, DAYS_BY_HAND))
    connection.close()
    return rows


def _values(actor: Actor) -> dict[str, str]:
    return {"park": actor.park_id.hex, "first": FIRST.isoformat(), "last": LAST.isoformat(), "day": LAST.isoformat()}


def _count_by_hand(path: Path, actor: Actor) -> dict[UUID, ClosureCounts]:
    values = _values(actor)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA cache_size=-32000")
    sums: dict[str, dict[str, int]] = {}
    for row in connection.execute(BY_HAND, values):
        sums[row[0]] = dict(zip(HAND_FIELDS, (int(one or 0) for one in row[1:]), strict=True))
        sums[row[0]]["general"] = sums[row[0]]["found"] - sums[row[0]]["major"]
    for row in connection.execute(LOOKS_BY_HAND, values):
        names = ("reinspected", "passed_first_time", "reinspections_owed", "reinspections_timely")
        sums[row[0]] |= dict(zip(names, (int(one or 0) for one in row[1:]), strict=True))
    for enterprise, awaited in connection.execute(AWAITED_BY_HAND, values):
        sums[enterprise]["reinspections_owed"] = sums[enterprise].get("reinspections_owed", 0) + awaited
    days: dict[str, Counter[int]] = {}
    for enterprise, taken, amount in connection.execute(DAYS_BY_HAND, values):
        days.setdefault(enterprise, Counter())[int(taken)] += amount
    connection.close()
    return {
        UUID(key): ClosureCounts(
            **{name: one.get(name, 0) for name in COUNT_FIELDS}, closing_days=tuple(sorted(days.get(key, Counter()).items()))
        )
        for key, one in sums.items()
    }


def _people(database: Database) -> Actor:
    park_id, account_id = new_id(), new_id()
    with begin_work(database, Clock(), write=True) as work:
        now = work.now
        work.session.add(
            Park(id=park_id, name="压测园区（虚构）", office_name="压测安全办", document_prefix="压", fictional=True, created_at=now)
        )
        work.session.flush()
        start_chain(work.connection, park_id)
        work.session.add(
            Account(id=account_id, park_id=park_id, username="bench", password_hash="", name="周办", role=Role.OFFICE, created_at=now)
        )
        work.session.flush()
        for number in range(ENTERPRISES):
            enterprise = Enterprise(
                id=new_id(), park_id=park_id, name=f"第{number}家（虚构）", credit_code=f"{number:018d}", sectors=[], risks=[],
                created_at=now, updated_at=now,
            )  # fmt: skip
            work.session.add(enterprise)
            work.session.flush()
            work.session.add(
                InspectionTarget(
                    id=enterprise.id,
                    park_id=park_id,
                    kind="enterprise",
                    name=enterprise.name,
                    enterprise_id=enterprise.id,
                    details={},
                    created_at=now,
                )
            )
    return Actor(id=account_id, park_id=park_id, name="周办", role=Role.OFFICE)


def _fill(path: Path, actor: Actor, amount: int) -> int:
    """Write hazards, replies and re-inspections as the services leave them; returns how many re-inspections."""
    chance = random.Random(20261122)  # noqa: S311 - the same table every time, nothing secret
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous=OFF")
    enterprises = [row[0] for row in connection.execute("SELECT id FROM enterprise ORDER BY name")]
    at = datetime(2026, 11, 21, 1, 0, tzinfo=UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    hazards: list[dict[str, Any]] = []
    replies: list[dict[str, Any]] = []
    looks: list[dict[str, Any]] = []
    written = 0
    for number in range(amount):
        hazard, reply, look = _life(chance, number, actor, enterprises, at)
        hazards.append(hazard)
        if reply:
            replies.append(reply)
        if look:
            looks.append(look)
        if len(hazards) == 20_000 or number == amount - 1:
            for table, rows in (("hazard", hazards), ("rectification_reply", replies), ("re_inspection", looks)):
                if rows:
                    names = list(rows[0])
                    statement = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})"  # noqa: S608
                    connection.executemany(statement, rows)
            written += len(looks)
            hazards, replies, looks = [], [], []
    connection.commit()
    connection.execute("ANALYZE")
    connection.commit()
    connection.close()
    return written


def _life(
    chance: random.Random, number: int, actor: Actor, enterprises: list[str], at: str
) -> tuple[dict[str, Any], dict[str, Any] | None, dict[str, Any] | None]:
    found = FIRST + timedelta(days=chance.randrange((LAST - FIRST).days))
    original = found + timedelta(days=15)
    due = original + timedelta(days=7 if chance.random() < 0.1 else 0)
    reply = found + timedelta(days=chance.randrange(3, 25)) if chance.random() < 0.9 else None
    look = reply + timedelta(days=chance.randrange(1, 14)) if reply and chance.random() < 0.9 else None
    passed = look is not None and chance.random() < 0.85
    closed = look + timedelta(days=chance.randrange(3)) if look and passed else None
    state = "void" if chance.random() < 0.02 else "closed" if closed else "submitted" if reply and not look else "rectifying"
    owed_from = min(reply, due) if reply else due
    hazard_id, reply_id = new_id().hex, new_id().hex
    hazard = {
        "id": hazard_id, "park_id": actor.park_id.hex, "number": f"YH-2026-{number:07d}", "source": "park_inspection",
        "target_id": (enterprise := chance.choice(enterprises)), "enterprise_id": enterprise, "item_code": "FIRE-004",
        "checklist_edition": "", "title": "疏散通道堆放纸箱", "description": "包装车间疏散通道堆放纸箱，宽度不足1.1米。" * 2,
        "location": "包装车间", "basis": "[]", "requirement": "清理并保持畅通", "found_on": found.isoformat(), "found_at": at,
        "found_by": actor.id.hex if actor.id else "", "found_by_name": actor.name, "state": state,
        "level": "major_hazard" if chance.random() < 0.05 else "general_hazard", "facts": "{}", "judgements": "[]",
        "criterion_id": "", "criterion_clause": "", "confirmed_reason": "", "original_due_on": original.isoformat(),
        "due_on": due.isoformat(), "failed_rounds": int(look is not None and not passed),
        "first_reply_on": reply and reply.isoformat(), "last_reply_on": reply and reply.isoformat(),
        "accepted_on": reply.isoformat() if reply and passed else None, "verified_on": closed and closed.isoformat(),
        "closed_on": closed and closed.isoformat(), "void_reason": "", "repeat": chance.random() < 0.05, "version": 1,
    }  # fmt: skip
    answered = reply and {
        "id": reply_id, "park_id": actor.park_id.hex, "hazard_id": hazard_id, "account_id": hazard["found_by"], "account_name": "李企",
        "replied_at": at, "replied_on": reply.isoformat(), "is_late": reply > due, "round": 1, "measure": "已清理",
        "responsible_person": "李企", "funds_yuan": 0, "finished_on": reply.isoformat(), "notice_way": "",
    }  # fmt: skip
    looked = look and {
        "id": new_id().hex, "park_id": actor.park_id.hex, "hazard_id": hazard_id, "reply_id": reply_id, "account_id": hazard["found_by"],
        "inspectors": "[]", "reinspected_at": f"{look.isoformat()} 01:00:00.000000", "reinspected_on": look.isoformat(),
        "due_on": (owed_from + timedelta(days=10)).isoformat(), "result": "pass" if passed else "fail", "reason": "", "round": 1,
        "applied": True, "marks": "[]",
    }  # fmt: skip
    return hazard, answered or None, looked or None


if __name__ == "__main__":
    raise SystemExit(main())
