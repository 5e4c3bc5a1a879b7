"""Measure grading: the park's report over 300 enterprises of 30 risk points, its memory as the park grows, and the pages of grades.

Each size is filled in one process and measured three times in others, so that every peak is its own. Bars: the report in 10 s, and beyond
300 enterprises no more than 5 kB of memory for each further one, the finished report included. Below that SQLite's page cache, whose size
is fixed, is still filling.
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
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from reports.fonts import load_fonts
from reports.paper import Imprint
from reports.park_counts import park_paper_of
from reports.park_grading import TEMPLATE_VERSION, draw_park_report
from rules.rulebook import load_rulebook
from rules.terms import Role
from scripts.bench_parts.large_park import DAY, POINTS, fill_registers
from server.canonical import canonical_bytes
from server.clock import clock_on
from server.db import Database
from server.grading.park_facts import gather_park
from server.grading.service import get_grade, grade_park, monthly_trend, read_register
from server.identity import Actor
from server.migrations import migrate
from server.unit_of_work import Work, begin_work

SINCE = date(2026, 9, 30)
SECONDS_BAR = 10.0
KILOBYTES_BAR = 5.0
SIZES = (100, 300, 900)
RUNS = 3
ROUNDS = 5
COLUMNS = (
    "report s", "gathering s", "PDF MB", "frozen MB", "peak MB", "grown MB", "grades ms", "trend ms", "register ms", "one grade ms",
)  # fmt: skip
FONTS = Path(__file__).resolve().parents[2] / ".fonts"


def main() -> int:
    """Measure every size; print a table."""
    parser = argparse.ArgumentParser(prog="scripts/bench_parts/grading", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--fill", type=int, default=0, help="only fill a park of so many enterprises in the folder of --measure")
    parser.add_argument("--measure", type=Path, help="measure the park of this folder and print JSON")
    arguments = parser.parse_args()
    if arguments.measure is not None:
        print(json.dumps(fill(arguments.measure, arguments.fill) if arguments.fill else measure(arguments.measure)))
        return 0
    load_fonts(FONTS)
    found = {size: _medians(size) for size in SIZES}
    print(f"| enterprises × {POINTS} points | {' | '.join(COLUMNS)} |")
    print(f"| ---: |{' ---: |' * len(COLUMNS)}")
    for size, one in found.items():
        print(f"| {size} | " + " | ".join(f"{one[column]:.{1 if one[column] < 10 else 0}f}" for column in COLUMNS) + " |")
    report = found[300]["report s"]
    print(f"park of 300 × {POINTS}: report in {report:.1f} s (bar: {SECONDS_BAR:g})")
    grown = (found[900]["grown MB"] - found[300]["grown MB"]) * 1000 / (900 - 300)
    print(f"each enterprise beyond 300: {grown:.1f} kB of memory (bar: {KILOBYTES_BAR:g})")
    return 0 if report <= SECONDS_BAR and grown <= KILOBYTES_BAR else 1


def _medians(size: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="parksafe-grading-") as folder:
        _in_a_process_of_its_own("--measure", folder, "--fill", str(size))
        runs = [_in_a_process_of_its_own("--measure", folder) for _ in range(RUNS)]
    return {column: statistics.median(one[column] for one in runs) for column in COLUMNS}


def _in_a_process_of_its_own(*arguments: str) -> dict[str, float]:
    command = [sys.executable, "-m", "scripts.bench_parts.grading", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def fill(folder: Path, enterprises: int) -> dict[str, str]:
    """Write the park and who asks for it."""
    database = _database(folder)
    migrate(database)
    actor, ids = fill_registers(database, enterprises)
    database.close()
    asking = {"actor": str(actor.id), "park": str(actor.park_id), "enterprise": str(ids[0])}
    (folder / "asking.json").write_text(json.dumps(asking))
    return asking


def _database(folder: Path) -> Database:
    return Database(f"sqlite:///{folder / 'grading.sqlite3'}")


def measure(folder: Path) -> dict[str, float]:
    """One park: seconds of its report, memory it needed on top of what stood before, medians of what pages ask for."""
    asking = {name: UUID(one) for name, one in json.loads((folder / "asking.json").read_text()).items()}
    actor = Actor(id=asking["actor"], park_id=asking["park"], name="王检", role=Role.OFFICE)
    rulebook = load_rulebook()
    fonts = load_fonts(FONTS)
    database = _database(folder)
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
        len(canonical_bytes(facts)) / 1e6,
        peak,
        peak - before,
        timed(lambda work: grade_park(work, rulebook)),
        timed(monthly_trend),
        timed(lambda work: read_register(work, rulebook, asking["enterprise"])),
        timed(lambda work: get_grade(work, asking["enterprise"])),
    )
    database.close()
    return dict(zip(COLUMNS, values, strict=True))


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


if __name__ == "__main__":
    sys.exit(main())
