"""How fast does a phone get its receipt, compared with a floor that does only the durable writes?

Servers take turns (product, floor, framework), several rounds, each on a fresh folder; the table shows medians. Ratios are what counts:
rates depend on the machine, ratios hardly. `cpu ms` is the server's processor time per filing, which waiting for others does not lengthen.
"""

import argparse
import contextlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.bench_parts.clients import Tally, file_inspections, stream_large_photos

ROOT = Path(__file__).parent.parent.parent
CLIENTS = 8
LARGE = 40_000_000


@dataclass
class Running:
    """A server under measurement."""

    port: int
    process: subprocess.Popen[bytes]
    token: str
    target_id: str
    items: list[str]
    edition: tuple[str, str]

    def peak_memory_mb(self) -> float:
        """The most memory the process ever held."""
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1000
        return 0.0

    def processor_seconds(self) -> float:
        """The processor time the process used so far, all its threads together."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass
class Run:
    """What one run of one kind showed."""

    tally: Tally
    peak_mb: float
    processor_ms: float
    """The server's processor time per filing: steady where rates are not, on a machine others use too."""


@contextlib.contextmanager
def serving(kind: str, database: str = "") -> Iterator[Running]:
    """Start a server of a kind (product, floor, nothing) on a fresh folder."""
    folder = Path(tempfile.mkdtemp(prefix=f"parksafe-bench-{kind}-"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    if kind == "product":
        seeded = json.loads(
            subprocess.run(
                [sys.executable, "-m", "scripts.bench_parts.seed", str(folder), database], cwd=ROOT, check=True, capture_output=True
            ).stdout
        )
        environment |= {"PARKSAFE_DATA_FOLDER": str(folder)} | ({"PARKSAFE_DATABASE_URL": database} if database else {})
        application = ["server.app:create_standing_app", "--factory"]
    else:
        seeded = {"token": "x", "target_id": "x", "items": [f"GEN-{n:03}" for n in range(1, 31)], "edition": ["GEN", "x"]}
        environment |= {"FLOOR_FOLDER": str(folder), "FLOOR": "nothing" if kind == "nothing" else ""}
        application = ["scripts.bench_parts.floor_app:app"]
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "uvicorn", *application, "--port", str(port), "--no-access-log", "--log-level", "warning"],
            cwd=ROOT, env=environment, stdout=log, stderr=log,
        )  # fmt: skip
    try:
        _wait_until_up(port, process, folder / "server.log")
        yield Running(port, process, seeded["token"], seeded["target_id"], seeded["items"], (seeded["edition"][0], seeded["edition"][1]))
    finally:
        process.terminate()
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_up(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise SystemExit(f"the server did not start:\n{log.read_text()[-3000:]}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise SystemExit("the server did not start in 30 seconds")


def measure(kind: str, count: int, photos: int, database: str = "") -> Run:
    """One run: a warm-up, then the filings."""
    with serving(kind, database) as server:
        arguments = (server.port, server.token, server.target_id, server.items, server.edition)
        file_inspections(*arguments, clients=CLIENTS, count=80, photos=min(photos, 1))
        before = server.processor_seconds()
        tally = file_inspections(*arguments, clients=CLIENTS, count=count, photos=photos)
        used = server.processor_seconds() - before
        if tally.failures:
            raise SystemExit(f"{kind}: {len(tally.failures)} answers were no receipts, e.g. {tally.failures[0]}")
        return Run(tally, server.peak_memory_mb(), used / count * 1000)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--count", type=int, default=2000, help="filings without photos per run")
    parser.add_argument("--count-with-photos", type=int, default=400)
    parser.add_argument("--database", default="", help="measure the product on this database instead of SQLite")
    options = parser.parse_args()
    for photos, count in ((0, options.count), (2, options.count_with_photos)):
        title = f"30 answers, {photos} photos of 300 kB, {CLIENTS} phones, {count} filings, median of {options.rounds} alternating runs"
        print(f"\n{title}\n{'':12}{'filings/s':>11}{'p50 ms':>9}{'p99 ms':>9}{'peak MB':>9}{'cpu ms':>9}{'of floor':>10}")
        runs: dict[str, list[Run]] = {"product": [], "floor": [], "nothing": []}
        for _ in range(options.rounds):
            for kind, results in runs.items():
                results.append(measure(kind, count, photos, options.database if kind == "product" else ""))
        rates = {kind: statistics.median(run.tally.rate for run in results) for kind, results in runs.items()}
        for kind, results in runs.items():
            p50 = statistics.median(run.tally.percentile(0.50) for run in results)
            p99 = statistics.median(run.tally.percentile(0.99) for run in results)
            peak = statistics.median(run.peak_mb for run in results)
            used = statistics.median(run.processor_ms for run in results)
            share = rates[kind] / rates["floor"]
            print(f"{kind:12}{rates[kind]:>11.0f}{p50:>9.1f}{p99:>9.1f}{peak:>9.0f}{used:>9.2f}{share:>9.0%}")
    with serving("product", options.database) as server:
        before = server.peak_memory_mb()
        tally = stream_large_photos(server.port, server.token, clients=CLIENTS, size=LARGE)
        after = server.peak_memory_mb()
    if tally.failures:
        raise SystemExit(tally.failures[0])
    print(f"\n{CLIENTS} photos of {LARGE // 1_000_000} MB at once: {tally.seconds:.1f} s, peak memory {before:.0f} -> {after:.0f} MB")


if __name__ == "__main__":
    main()
