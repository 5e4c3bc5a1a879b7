"""The command line, as an administrator uses it: real data folders, real exit statuses."""

import json
import threading
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select, update

from server.accounts.service import sign_in
from server.commands import do_timed_work, main
from server.db import Database
from server.deployment import read_epoch
from server.ids import new_id
from server.models.accounts import Account
from server.models.documents import Document, Inspection
from server.models.events import Event
from server.models.hazards import Hazard
from server.models.parks import Park
from server.models.photos import Photo, PhotoUse
from server.photo_store import FolderPhotoStore
from server.reconcile import GapKind, find_gaps
from tests.cast import World
from tests.server.office import Office

PASSWORD = "correct horse 园安"
BEGIN = ["--park", "示范园区（虚构）", "--office", "示范园区安全办", "--prefix", "示经开安办", "--fictional"]


@pytest.fixture(autouse=True)
def _quiet_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PARKSAFE_DATA_FOLDER", "PARKSAFE_DATABASE_URL", "PARKSAFE_TODAY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def installation(tmp_path: Path) -> Path:
    """A data folder with a park and an administrator."""
    (tmp_path / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    data = tmp_path / "data"
    admin = ["--username", "admin", "--name", "吴管", "--password-file", str(tmp_path / "password")]
    assert main(["create-admin", "--data", str(data), *BEGIN, *admin]) == 0
    return data


def opened(data: Path) -> Database:
    """The installation's database."""
    return Database(f"sqlite:///{data / 'parksafe.sqlite3'}")


def test_the_first_administrator_brings_the_park_and_can_sign_in(installation: Path) -> None:
    database = opened(installation)
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(Park)) == 1
        assert connection.execute(select(Park.name, Park.fictional)).one() == ("示范园区（虚构）", True)
    from server.clock import Clock
    from server.unit_of_work import begin_work

    with begin_work(database, Clock(), write=True) as work:
        assert sign_in(work, "admin", PASSWORD, "127.0.0.1", max_attempts=5).role == "admin"
    database.close()


def test_a_second_administrator_joins_the_only_park_and_must_name_one_of_two(
    installation: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def admin(name: str, *more: str) -> int:
        who = ["--username", name, "--name", name, "--password-file", str(tmp_path / "password")]
        return main(["create-admin", "--data", str(installation), *who, *more])

    assert admin("second") == 0
    assert main(["create-park", "--data", str(installation), "--park", "邻园", "--office", "邻园安全办", "--prefix", "邻经开安办"]) == 0
    assert admin("third") == 1
    assert admin("third", "--park", "没有的园区") == 1
    assert "没有名为" in capsys.readouterr().err
    assert admin("third", "--park", "邻园") == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["create-park", "--park", "甲"],
        ["create-park", "--park", "甲", "--office", "乙", "--prefix", "〔2026〕"],
        ["create-admin", *BEGIN, "--username", "admin", "--name", "吴管"],
    ],
)
def test_what_is_missing_is_said_and_nothing_is_begun(tmp_path: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*arguments, "--data", str(tmp_path / "data")]) == 1
    assert capsys.readouterr().err.strip()
    assert main(["migrate", "--data", str(tmp_path / "data")]) == 0
    database = opened(tmp_path / "data")
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(Park)) == 0
        assert connection.scalar(select(func.count()).select_from(Account)) == 0
    database.close()


def test_a_weak_password_leaves_no_half_made_park(tmp_path: Path) -> None:
    (tmp_path / "weak").write_text("short", encoding="utf-8")
    admin = ["--username", "admin", "--name", "吴管", "--password-file", str(tmp_path / "weak")]
    assert main(["create-admin", "--data", str(tmp_path / "data"), *BEGIN, *admin]) == 1
    database = opened(tmp_path / "data")
    with database.read() as connection:
        assert connection.scalar(select(func.count()).select_from(Park)) == 0
    database.close()


def test_a_wrong_setting_stops_with_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PARKSAFE_PHOTO_MAX_MB", "many")
    assert main(["migrate", "--data", str(tmp_path)]) == 1
    assert "PARKSAFE_PHOTO_MAX_MB" in capsys.readouterr().err


def test_verify_names_the_first_broken_link(installation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--data", str(installation)]) == 0
    database = opened(installation)
    with database.write() as connection:
        content = connection.scalar(select(Event.content).where(Event.sequence == 2))
        assert content is not None
        connection.execute(update(Event).where(Event.sequence == 2).values(content=content.replace(b"admin", b"adm1n")))
    capsys.readouterr()
    assert main(["verify", "--data", str(installation)]) == 1
    assert "第 2 条断开" in capsys.readouterr().out
    with database.write() as connection:
        connection.execute(delete(Event).where(Event.sequence == 1))
    assert main(["verify", "--data", str(installation)]) == 1
    assert "第 1 条断开" in capsys.readouterr().out
    database.close()


def test_after_a_restore_a_new_epoch_begins_and_stands_in_the_chain(installation: Path) -> None:
    database = opened(installation)
    with database.read() as connection:
        before = read_epoch(connection)
    assert main(["restored", "--data", str(installation)]) == 0
    with database.read() as connection:
        after = read_epoch(connection)
        newest = connection.execute(select(Event.action, Event.content).order_by(Event.sequence.desc()).limit(1)).one()
    assert after != before
    assert (newest.action, json.loads(newest.content)["facts"]) == ("park:restored", {"epoch": after})
    assert main(["verify", "--data", str(installation)]) == 0
    database.close()


def test_timed_work_checks_photos_once_and_sweeps_what_was_left_behind(world: World) -> None:
    office = Office(world)
    for _ in range(3):
        office.photo()
    with world.database.write() as connection:
        connection.execute(update(Photo).values(readable=None))
    left = world.services.photo_store.begin()
    left.write(b"half a photo")
    folder = world.settings.photo_folder / "incoming"
    (stale,) = folder.iterdir()
    import os

    os.utime(stale, (1, 1))
    newer = world.services.photo_store.begin()
    assert do_timed_work(world.services, threading.Event()) == (1, 3)
    assert do_timed_work(world.services, threading.Event()) == (0, 0)
    newer.discard()
    left.discard()
    with world.database.read() as connection:
        assert set(connection.scalars(select(Photo.readable))) == {True}


def test_work_once_from_the_command_line(installation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["work", "--once", "--data", str(installation)]) == 0
    assert "检查照片 0 张" in capsys.readouterr().out


def test_reconcile_finds_nothing_in_a_life_lived_through_the_services(world: World) -> None:
    office = Office(world)
    office.closed()
    with world.database.read() as connection:
        assert list(find_gaps(connection, world.park_id, world.services.photo_store)) == []


def test_reconcile_names_each_kind_of_gap(world: World) -> None:
    office = Office(world)
    lost = office.photo()
    hazard_id = office.find(item="FIRE-004")
    store = world.services.photo_store
    assert isinstance(store, FolderPhotoStore)
    store.path(lost.sha256).unlink()
    whole, unread, inspector = new_id(), new_id(), world.accounts["inspector"].id
    body = {
        "answers": [
            {"item": "FIRE-004", "result": "fail"},
            {"item": "FIRE-005", "result": "fail", "finding_id": str(new_id())},
            {"item": "FIRE-006", "result": "pass"},
        ],
        "findings": [{"id": str(hazard_id)}, {"id": str(new_id())}],
    }
    with world.work_as("inspector") as work:
        for id in (whole, unread):
            work.connection.execute(
                insert(Document).values(
                    id=id, park_id=world.park_id, kind="inspection", sha256="0" * 64, body=json.dumps(body).encode(),
                    account_id=inspector, received_at=work.now,
                )
            )  # fmt: skip
        work.connection.execute(
            insert(Inspection).values(
                id=whole, park_id=world.park_id, number="JC-2026-0001", target_name="甲", account_id=inspector, inspectors=["王检"],
                checklists=[], inspected_on=work.today, received_at=work.now, answered=3, passed=1, failed=2, not_applicable=0,
                photo_count=0, marks=[],
            )
        )  # fmt: skip
        work.connection.execute(update(Hazard).where(Hazard.id == hazard_id).values(inspection_id=whole))
        work.connection.execute(
            insert(PhotoUse).values(
                id=new_id(), park_id=world.park_id, sha256="f" * 64, subject_kind="hazard", subject_id=hazard_id, role="before", ordinal=1
            )
        )
    with world.database.read() as connection:
        gaps = list(find_gaps(connection, world.park_id, world.services.photo_store))
    assert [(gap.kind, gap.subject_id, gap.what) for gap in gaps] == [
        (GapKind.PHOTO_NOT_RECEIVED, hazard_id, "f" * 64),
        (GapKind.ORIGINAL_MISSING, world.park_id, lost.sha256),
        (GapKind.DOCUMENT_NOT_READ, unread, "inspection"),
        (GapKind.HAZARD_MISSING, whole, "JC-2026-0001 FIRE-005"),
        (GapKind.HAZARD_MISSING, whole, "JC-2026-0001 少 1 项"),
    ]


def test_reconcile_answers_one_when_something_is_missing(installation: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reconcile", "--data", str(installation)]) == 0
    database = opened(installation)
    with database.write() as connection:
        park_id = connection.scalar(select(Park.id))
        connection.execute(
            insert(PhotoUse).values(
                id=new_id(), park_id=park_id, sha256="f" * 64, subject_kind="hazard", subject_id=new_id(), role="before", ordinal=1
            )
        )
    database.close()
    assert main(["reconcile", "--data", str(installation)]) == 1
    assert "照片还没有收到" in capsys.readouterr().out
