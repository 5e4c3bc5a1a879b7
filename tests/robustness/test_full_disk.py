"""No room, or no database: nothing is acknowledged that is not kept, the answer says what is wrong, and afterwards everything goes on."""

import contextlib
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select

from server.models.documents import Document
from server.models.photos import Photo
from tests.cast import World
from tests.databases import PostgresFactory, SqliteFactory
from tests.robustness.field import Filing, Ledger, make_filings
from tests.robustness.keeping import find_losses
from tests.robustness.live import serving
from tests.robustness.test_storms import Answer, Field

SMALL_DISK = 24_000_000


def filings(world: World, count: int, seed: int) -> list[Filing]:
    """Checks with photos."""
    random = Random(seed)  # noqa: S311 - the same filings in every run
    return [one for one in make_filings(world, count * 4, random) if one.photos][:count]


def split(some: list[Filing], first: int) -> tuple[list[Filing], list[Filing]]:
    """The first few and the others."""
    return some[:first], some[first:]


def send_all(field: Field, filing: Filing, ledger: Ledger) -> list[Answer]:
    """Everything of one filing, its promises written down."""
    answers = []
    for sha256, data in filing.photos.items():
        answers.append(field.send("PUT", f"photos/{sha256}", data))
        if answers[-1].status in {200, 201}:
            ledger.photo(sha256, data)
    answers.append(field.file(filing))
    if answers[-1].status in {200, 201}:
        ledger.document(filing, answers[-1].said)
    return answers


def kinds(answers: list[Answer]) -> set[tuple[int, str]]:
    """What was said, other than receipts."""
    return {(one.status, one.said["type"]) for one in answers if one.status not in {200, 201}}


def held(world: World) -> tuple[int, int]:
    """How many documents and photos are recorded."""
    with world.database.read() as connection:
        documents = connection.scalar(select(func.count()).select_from(Document)) or 0
        return documents, connection.scalar(select(func.count()).select_from(Photo)) or 0


@contextlib.contextmanager
def no_file_may_grow(pid: int, limit: int) -> Iterator[None]:
    """Every write beyond `limit` bytes of a file fails for that process, as on a file system that takes no more."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux can limit a running process")
def test_when_no_file_may_grow_nothing_is_acknowledged_that_is_not_kept(sqlite_world: World, tmp_path: Path) -> None:
    ledger = Ledger()
    early, *late = filings(sqlite_world, 6, 1)
    with serving(sqlite_world, tmp_path) as server:
        field = Field(sqlite_world, server)
        assert kinds(send_all(field, early, ledger)) == set()
        before = held(sqlite_world)
        with no_file_may_grow(server.pid, 1000):
            for filing in late:
                assert kinds(send_all(field, filing, ledger)) == {(507, "/problems/storage-full")}
            assert field.send("GET", "bundle").status == 200
        assert held(sqlite_world) == before
        for filing in late:
            assert kinds(send_all(field, filing, ledger)) == set()
        assert field.unexpected() == []
    assert find_losses(sqlite_world, ledger) == []


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of a few megabytes."""
    folder = Path(tempfile.mkdtemp(prefix="parksafe-disk-"))
    mounted = sys.platform == "linux" and os.geteuid() == 0 and _mount(folder)
    try:
        if not mounted:
            pytest.skip("this user may not mount a small file system; the test with a file size limit stands in")
        yield folder
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
        shutil.rmtree(folder, ignore_errors=True)


def _mount(folder: Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "parksafe-test", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def test_on_a_full_disk_nothing_is_acknowledged_that_is_not_kept(sqlite_factory: SqliteFactory, small_disk: Path, tmp_path: Path) -> None:
    template = sqlite_factory.make()
    database = small_disk / "parksafe.sqlite3"
    shutil.copyfile(template.removeprefix("sqlite:///"), database)
    world = World(f"sqlite:///{database}", small_disk / "data")
    ledger = Ledger()
    try:
        with serving(world, tmp_path) as server:
            field = Field(world, server)
            early, late = split(filings(world, 40, 2), 4)
            for filing in early:
                assert kinds(send_all(field, filing, ledger)) == set()
            ballast = small_disk / "ballast"
            _fill(ballast)
            # Several at once, because writers share a commit: when it fails, nobody of them may have been told otherwise.
            with ThreadPoolExecutor(6) as phones:
                answers = list(phones.map(lambda filing: send_all(field, filing, ledger), late))
            refused = set().union(*(kinds(one) for one in answers))
            waiting = [filing for filing, one in zip(late, answers, strict=True) if kinds(one)]
            assert refused == {(507, "/problems/storage-full")}
            assert len(waiting) > 10
            assert health(field)["photo_store"] == "unavailable" or health(field)["room"] == "short"
            ballast.unlink()
            for filing in waiting:
                assert kinds(send_all(field, filing, ledger)) == set()
            assert field.unexpected() == []
        assert find_losses(world, ledger) == []
    finally:
        world.close()
        sqlite_factory.drop(template)


def _fill(ballast: Path) -> None:
    """Take what room there is, but a few pages."""
    free = shutil.disk_usage(ballast.parent).free
    with contextlib.suppress(OSError):
        ballast.write_bytes(bytes(max(0, free - 40_000)))


def health(field: Field) -> dict[str, Any]:
    """What the service says of itself."""
    answer = field.send("GET", "/health")
    said: dict[str, Any] = json.loads(answer.body)
    return said


def test_while_postgresql_is_stopped_phones_are_asked_to_wait_and_afterwards_all_is_well(
    postgresql_factory: PostgresFactory, tmp_path: Path
) -> None:
    address = postgresql_factory.make()
    world = World(address, tmp_path / "data")
    ledger = Ledger()
    try:
        with serving(world, tmp_path) as server:
            field = Field(world, server)
            first, second, third = filings(world, 3, 3)
            assert kinds(send_all(field, first, ledger)) == set()
            postgresql_factory.stop()
            try:
                for _ in range(3):
                    assert kinds(send_all(field, second, ledger)) == {(503, "/problems/database-unavailable")}
                assert field.send("GET", "bundle").status == 503
                assert health(field)["database"] == "unavailable"
                assert field.send("GET", "bundle").retry_after
            finally:
                postgresql_factory.start()
            for filing in (first, second, third):
                assert kinds(send_all(field, filing, ledger)) == set()
            assert health(field)["database"] == "ok"
            assert field.unexpected() == []
        assert find_losses(world, ledger) == []
    finally:
        world.close()
        postgresql_factory.drop(address)
