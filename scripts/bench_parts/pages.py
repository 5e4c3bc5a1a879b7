"""Measure pages: what people open every day, in a park of 300 enterprises with 9,000 risk points and 3,600 visits a year.

Once after one year with 5,000 hazards, once after four years with 20,000. Every page is asked for through the whole application, once to
warm it and then a few times. The bar is 300 ms of computing for the median, and 100 ms for the home of an inspector: on an idle machine the
time a page takes is what it computes, on a busy one only the computing can be compared.
"""

import argparse
import logging
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
from litestar.testing import TestClient

from rules.terms import Role
from scripts.bench_parts.large_park import DAY, fill_registers
from scripts.bench_parts.park_years import People, fill_years
from server.app import create_standing_app
from server.clock import clock_on
from server.db import Database
from server.logs import configure_logs
from server.migrations import migrate
from server.settings import Settings

ENTERPRISES = 300
HAZARDS_A_YEAR = 5000
SPANS = (1, 4)
ROUNDS = 5
BAR_MS = 300.0
HOME_BAR_MS = 100.0
FONTS = Path(__file__).resolve().parents[2] / ".fonts"


class Asked(msgspec.Struct, frozen=True):
    """One page: what it is, who asks, and where. `{enterprise}` stands for an enterprise's id."""

    words: str
    role: Role
    address: str
    is_phones: bool = False


PAGES = (
    Asked("home of an inspector", Role.INSPECTOR, "/"),
    Asked("home of the office", Role.OFFICE, "/"),
    Asked("home of the leader", Role.LEADER, "/"),
    Asked("home of an enterprise", Role.ENTERPRISE, "/"),
    Asked("plan", Role.OFFICE, "/plan"),
    Asked("visits of the plan", Role.OFFICE, "/plan/visits"),
    Asked("own open visits of the month", Role.INSPECTOR, "/plan/visits?mine=yes&state=open&month=11"),
    Asked("enterprises of the plan", Role.OFFICE, "/plan/enterprises"),
    Asked("tasks", Role.INSPECTOR, "/tasks"),
    Asked("hazards", Role.OFFICE, "/hazards"),
    Asked("hazards overdue", Role.OFFICE, "/hazards?queue=overdue"),
    Asked("hazards, searched", Role.OFFICE, "/hazards?q=压测企业007"),
    Asked("hazards, last page", Role.OFFICE, "/hazards?page=9999"),
    Asked("hazards of an enterprise", Role.ENTERPRISE, "/hazards"),
    Asked("inspections", Role.OFFICE, "/inspections"),
    Asked("inspections, searched", Role.OFFICE, "/inspections?q=压测企业007"),
    Asked("orders", Role.OFFICE, "/orders"),
    Asked("orders, searched", Role.OFFICE, "/orders?q=压测企业007"),
    Asked("enterprises", Role.OFFICE, "/enterprises"),
    Asked("an enterprise", Role.OFFICE, "/enterprises/{enterprise}"),
    Asked("map and grades of the park", Role.OFFICE, "/risk"),
    Asked("graded enterprises", Role.OFFICE, "/risk/enterprises"),
    Asked("register of an enterprise", Role.OFFICE, "/enterprises/{enterprise}/register"),
    Asked("grade of an enterprise", Role.OFFICE, "/enterprises/{enterprise}/risk"),
    Asked("closure report", Role.OFFICE, "/reports/closure"),
    Asked("search", Role.OFFICE, "/search?q=压测企业007"),
    Asked("events", Role.OFFICE, "/events"),
    Asked("bundle of an inspector's phone", Role.INSPECTOR, "/mobile/v1/bundle", is_phones=True),
)


def main() -> int:
    """Fill a park, ask for every page, print a table for each span of years."""
    parser = argparse.ArgumentParser(prog="scripts/bench_parts/pages", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--years", type=int, nargs="*", default=SPANS)
    parser.add_argument("--only", default="", help="only the pages whose address contains this")
    parser.add_argument("--keep", type=Path, help="a folder that keeps the filled park for the next run")
    arguments = parser.parse_args()
    slow: list[str] = []
    for years in arguments.years:
        with _filled(arguments.keep, years) as (client, people, enterprise_id):
            print(f"{ENTERPRISES} enterprises, {years * HAZARDS_A_YEAR:,} hazards, {years} year(s)")
            print("| page | median ms | spread ms | computing ms | kB |\n| --- | ---: | ---: | ---: | ---: |")
            for one in PAGES:
                if arguments.only in one.address:
                    slow += _measure(client, people, one, enterprise_id, arguments.rounds)
    for words in slow:
        print(f"over the bar: {words}")
    return 1 if slow else 0


@contextmanager
def _filled(keep: Path | None, years: int) -> Iterator[tuple[Any, People, UUID]]:
    """The application over a park of so many years."""
    with tempfile.TemporaryDirectory(prefix="parksafe-pages-") as temporary:
        folder = Path(temporary) if keep is None else keep / f"{years}"
        folder.mkdir(parents=True, exist_ok=True)
        settings = Settings(data_folder=folder, font_folder=FONTS, secret="s" * 40, public_address="http://testserver.local")
        note = folder / "people.json"
        if not note.exists():
            database = Database(settings.database_address)
            migrate(database)
            office, ids = fill_registers(database, ENTERPRISES)
            people = fill_years(database, office, ids, hazards=HAZARDS_A_YEAR, years=years)
            database.close()
            note.write_bytes(msgspec.json.encode((people, ids[0])))
        people, enterprise_id = msgspec.json.decode(note.read_bytes(), type=tuple[People, UUID])
        app = create_standing_app(settings, clock_on(DAY))
        configure_logs(logging.WARNING)
        with TestClient(app, base_url="http://testserver.local") as client:
            yield client, people, enterprise_id


def _measure(client: Any, people: People, asked: Asked, enterprise_id: UUID, rounds: int) -> list[str]:
    """Ask a few times and print the row. Returns what is wrong with it."""
    headers = {"accept": "text/html", "cookie": f"parksafe_session={people.sessions[asked.role]}"}
    if asked.is_phones:
        headers = {"accept": "application/json", "authorization": f"Bearer {people.phone}"}
    address = asked.address.format(enterprise=enterprise_id)
    wall, computing = [], []
    size = 0
    for _ in range(rounds + 1):
        started, computed = time.perf_counter(), time.process_time()
        answer = client.get(address, headers=headers, follow_redirects=False)
        wall.append((time.perf_counter() - started) * 1000)
        computing.append((time.process_time() - computed) * 1000)
        size = len(answer.content)
        if answer.status_code != 200:
            return [f"{asked.words}: answers {answer.status_code} {answer.headers.get('location', '')}"]
    del wall[0], computing[0]
    median, computed = statistics.median(wall), statistics.median(computing)
    bar = HOME_BAR_MS if asked is PAGES[0] else BAR_MS
    print(f"| {asked.words} | {median:.0f} | {min(wall):.0f}–{max(wall):.0f} | {computed:.0f} | {size / 1000:.0f} |", flush=True)
    return [f"{asked.words}: {computed:.0f} ms of computing (bar: {bar:g})"] if computed > bar else []


if __name__ == "__main__":
    sys.exit(main())
