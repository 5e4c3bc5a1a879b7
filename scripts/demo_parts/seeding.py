"""Is the fictional park there already, and if not, how is it made?

Everything goes into one transaction, and the day the story ends is written with it, so the park is there whole or not at all. What already
holds somebody's own park is never touched.
"""

import shutil
import tempfile
import threading
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from uuid import UUID

import msgspec
from faker import Faker
from sqlalchemy import func, insert, select, text

from rules.rulebook import load_rulebook
from scripts.demo_parts.catalogue_life import CatalogueLife
from scripts.demo_parts.chance import chance_of
from scripts.demo_parts.founding import found_park, found_second_park
from scripts.demo_parts.life import Life
from scripts.demo_parts.pictures import open_studio
from scripts.demo_parts.plan_life import PlanLife
from scripts.demo_parts.plotting import MONTHS_OF_LIFE, Plotter
from scripts.demo_parts.project_life import ProjectLife
from scripts.demo_parts.risk_life import RiskLife
from scripts.demo_parts.risk_moves import RiskMoves
from scripts.demo_parts.risk_plotting import RiskPlotter
from scripts.demo_parts.stage import MovingClock, Stage
from server.clock import CHINA
from server.db import Database
from server.deployment import read_epoch
from server.ids import ids_from, new_id
from server.impact.service import compare_projects
from server.migrations import migrate
from server.models import Base, Deployment, Park
from server.photo_store import FolderPhotoStore
from server.photos.service import check_unread_photos
from server.settings import Settings

MARKER = "demo_ends_on"
"""Under this name the database keeps the day the story ends: that it is a demonstration, and that it is whole."""
SEED = 20261122

Report = Callable[[str, int, int], None]
"""Gets what is being done, how much of it is done, and how much there is in all."""


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """How much life there is. `processes` draw pictures; None means one per core, 0 none but this."""

    enterprises: int = 60
    visits: int = 166
    second_visits: int = 4
    self_checks: int = 10
    tasks: int = 14
    processes: int | None = None


class NotOurs(Exception):
    """The database or folder holds something that is not this demonstration; the text says so in Chinese."""


def find_end(database: Database) -> date | None:
    """The day the story in this database ends; None for an empty database. Raises `NotOurs` for anybody's own park."""
    migrate(database)
    with database.read() as connection:
        found = connection.scalar(select(Deployment.value).where(Deployment.name == MARKER))
        parks = connection.scalar(select(func.count()).select_from(Park)) or 0
    if found is None and parks:
        raise NotOurs("这个数据库里已有园区资料，不是演示数据，不会改动。请用 --data 换一个文件夹，或用 --database 换一个空库。")
    return None if found is None else date.fromisoformat(found)


def remove_demonstration(database: Database, settings: Settings) -> None:
    """Take the demonstration away, database and photos. Raises `NotOurs` when it is not one."""
    find_end(database)
    with database.write() as connection:
        Base.metadata.drop_all(connection)
        connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
    shutil.rmtree(settings.photo_folder, ignore_errors=True)


def seed(database: Database, settings: Settings, ends_on: date, size: Size, report: Report) -> str:
    """Make the park and let it live until `ends_on`; returns the token of the first inspector's phone. All of it is there, or nothing."""
    random, faker = chance_of(SEED), Faker("zh_CN")
    faker.seed_instance(SEED)
    starts_on = ends_on - MONTHS_OF_LIFE - timedelta(days=7)
    clock = MovingClock(datetime.combine(starts_on, time(9, 0), CHINA))

    def make_id(at: datetime) -> UUID:
        clock.instant = at
        return new_id()

    settings.data_folder.mkdir(parents=True, exist_ok=True)
    with database.write() as connection:
        # A demonstration made anew is another life of the database: its epoch is never the same.
        epoch = read_epoch(connection)
    with (
        tempfile.TemporaryDirectory(prefix=".drawing-", dir=settings.data_folder) as folder,
        open_studio(Path(folder), size.processes) as studio,
        ids_from(chance_of(SEED), clock.now),
        database.write() as connection,
    ):
        store = FolderPhotoStore(settings.photo_folder)
        stage = Stage(connection, clock, load_rulebook(), store, studio, epoch)
        report("建立园区、企业和账号", 0, 1)
        first = found_park(stage, random, faker, size.enterprises)
        second = found_second_park(stage, random, faker)
        report("建立园区、企业和账号", 1, 1)
        plot = Plotter(first, stage.rulebook, random, ends_on, make_id).plot(
            size.visits, self_check_count=size.self_checks, task_count=size.tasks, with_majors=True
        )
        other = Plotter(second, stage.rulebook, random, ends_on, make_id).plot(
            size.second_visits, self_check_count=0, task_count=0, with_majors=False
        )
        risks = RiskPlotter(first, stage.rulebook, faker, starts_on, ends_on)
        registers = RiskLife(stage, first, risks.plans())
        planning = PlanLife(stage, first, ends_on)
        more = (
            *registers.steps(plot),
            *RiskMoves(stage, first, risks).steps(),
            *planning.steps(),
            *CatalogueLife(stage, store, ends_on).steps(),
            *ProjectLife(stage, starts_on, ends_on).steps(),
        )
        Life(stage, first, plot, more, planning.task_at).live(
            lambda done, total: report("过六个月的日子：检查、整改、复查、销号", done, total)
        )
        neighbours = RiskLife(stage, second, RiskPlotter(second, stage.rulebook, faker, starts_on, ends_on).plans()[:1])
        Life(stage, second, other, neighbours.steps(other)).live(lambda done, total: report("邻县园区", done, total))
        connection.execute(insert(Deployment).values(name=MARKER, value=ends_on.isoformat()))
        report("保存", 0, 1)
    report("保存", 1, 1)
    return stage.phone_tokens[first.inspectors[0]]


def check_pictures(database: Database, settings: Settings) -> None:
    """Look at every photo nobody has decoded yet, as the timed work does."""
    store = FolderPhotoStore(settings.photo_folder)
    while check_unread_photos(database, store):
        pass


def compare_catalogues(database: Database, ends_on: date) -> None:
    """Lay the projects beside the catalogue on the story's last evening, as the timed work does: what must be looked at is there."""
    evening = datetime.combine(ends_on - timedelta(days=1), time(22, 0), CHINA)
    compare_projects(database, MovingClock(evening), threading.Event())
