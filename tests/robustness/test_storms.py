"""Many phones at once, lines that break, tokens that end, a database that came back from a backup: nothing is lost, doubled or mixed up."""

import contextlib
import hashlib
import http.client
import json
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import msgspec
import pytest
from sqlalchemy import func, select

from server.accounts.service import close_account, reopen_account, revoke_device
from server.commands import main as parksafe
from server.ids import new_id
from server.models.documents import Document, Inspection, SetAsideDocument
from server.models.hazards import Hazard
from server.models.photos import Photo
from tests.cast import PASSWORD, World
from tests.databases import KINDS, PostgresFactory, SqliteFactory
from tests.robustness.field import Filing, make_filings, send_partly
from tests.robustness.live import LiveServer, serving

ROUNDS = 8
AT_ONCE = 16


class Answer(msgspec.Struct, frozen=True):
    """What came back."""

    status: int
    body: bytes
    retry_after: str = ""

    @property
    def said(self) -> Any:
        """The body, read."""
        return json.loads(self.body)


class Field(msgspec.Struct, frozen=True):
    """A world, its live server, and phones that speak to it."""

    world: World
    server: LiveServer

    def send(self, method: str, path: str, body: bytes | None = None, *, who: str = "inspector", token: str = "") -> Answer:
        """One request on a line of its own; `path` below `/mobile/v1/`, or a whole one."""
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)) as line:
            headers = {"Authorization": f"Bearer {token or self.world.device_tokens[who]}", "Content-Type": "application/json"}
            line.request(method, path if path.startswith("/") else f"/mobile/v1/{path}", body, headers)
            answer = line.getresponse()
            return Answer(answer.status, answer.read(), answer.headers.get("retry-after", ""))

    def file(self, filing: Filing, *, who: str = "inspector", token: str = "") -> Answer:
        """Send a document."""
        return self.send("PUT", f"inspections/{filing.id}", filing.body, who=who, token=token)

    def at_once(self, *sends: Callable[[], Answer]) -> list[Answer]:
        """All of these in the same instant, as nearly as threads can."""
        start = threading.Barrier(len(sends))
        answers: list[Answer | None] = [None] * len(sends)

        def run(place: int, send: Callable[[], Answer]) -> None:
            start.wait()
            answers[place] = send()

        threads = [threading.Thread(target=run, args=(place, send)) for place, send in enumerate(sends)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
        assert None not in answers, "a phone got no answer at all"
        return [one for one in answers if one is not None]

    def count(self, column: Any, *conditions: Any) -> int:
        """How many rows there are."""
        with self.world.database.read() as connection:
            return connection.scalar(select(func.count(column)).where(*conditions)) or 0

    def unexpected(self) -> list[str]:
        """What the server logged as mistakes of ours."""
        return [line for line in self.server.log.read_text().splitlines() if '"event":"unexpected"' in line or "Traceback" in line]


@pytest.fixture(scope="module", params=KINDS)
def field(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Field]:
    """A live server on each kind of database."""
    factory: SqliteFactory | PostgresFactory = request.getfixturevalue(f"{request.param}_factory")
    address, folder = factory.make(), tmp_path_factory.mktemp("field")
    world = World(address, folder / "data")
    with serving(world, folder) as server:
        yield Field(world, server)
    world.close()
    factory.drop(address)


@pytest.fixture
def restorable(sqlite_world: World, tmp_path: Path) -> Iterator[Field]:
    """A live server whose database is one file."""
    with serving(sqlite_world, tmp_path) as server:
        yield Field(sqlite_world, server)


def filings(world: World, count: int, seed: int) -> list[Filing]:
    """Checks with findings and photos."""
    random = Random(seed)  # noqa: S311 - the same filings in every run
    return [one for one in make_filings(world, count * 6, random) if one.photos and json.loads(one.body)["findings"]][:count]


def test_the_same_document_from_many_phones_at_once_is_recorded_once_and_everybody_gets_the_same_receipt(field: Field) -> None:
    for filing in filings(field.world, ROUNDS, 1):
        people = ("inspector", "second_inspector", "office")
        answers = field.at_once(*((lambda who=people[place % 3]: field.file(filing, who=who)) for place in range(AT_ONCE)))  # noqa: B023
        assert sorted(one.status for one in answers) == [200] * (AT_ONCE - 1) + [201]
        assert len({one.body for one in answers}) == 1
        assert answers[0].said["document_sha256"] == filing.sha256
        assert field.count(Inspection.id, Inspection.id == filing.id) == 1
        assert field.count(Hazard.id, Hazard.inspection_id == filing.id) == len(json.loads(filing.body)["findings"])
        assert field.count(SetAsideDocument.id, SetAsideDocument.document_id == filing.id) == 0


def test_different_documents_under_one_id_at_once_leave_one_recorded_and_the_others_kept_aside(field: Field) -> None:
    for filing in filings(field.world, ROUNDS, 2):
        variants = [filing.body] + [json.dumps(json.loads(filing.body) | {"note": f"另一份{place}"}).encode() for place in range(3)]
        same_id = [Filing(filing.id, body, {}) for body in variants]
        answers = field.at_once(*((lambda one=same_id[place % 4]: field.file(one)) for place in range(AT_ONCE)))
        kept = [one for one in answers if one.status in {200, 201}]
        refused = [one for one in answers if one.status not in {200, 201}]
        assert (len(kept), len(refused)) == (AT_ONCE // 4, AT_ONCE - AT_ONCE // 4)
        assert len({one.body for one in kept}) == 1
        assert {(one.status, one.said["type"]) for one in refused} == {(409, "/problems/document-conflict")}
        assert field.count(Inspection.id, Inspection.id == filing.id) == 1
        assert field.count(SetAsideDocument.id, SetAsideDocument.document_id == filing.id) == 3
        (recorded,) = [one for one in same_id if one.sha256 == kept[0].said["document_sha256"]]
        with field.world.database.read() as connection:
            aside = set(connection.scalars(select(SetAsideDocument.sha256).where(SetAsideDocument.document_id == filing.id)))
            assert connection.scalar(select(Document.sha256).where(Document.id == filing.id)) == recorded.sha256
        assert aside == {one.sha256 for one in same_id} - {recorded.sha256}


def test_one_photo_from_many_phones_at_once_is_stored_once_and_whole(field: Field) -> None:
    for filing in filings(field.world, ROUNDS, 3):
        sha256, data = next(iter(filing.photos.items()))
        people = ("inspector", "second_inspector", "office")
        answers = field.at_once(
            *((lambda who=people[place % 3]: field.send("PUT", f"photos/{sha256}", data, who=who)) for place in range(AT_ONCE))  # noqa: B023
        )
        assert sorted(one.status for one in answers) == [200] * (AT_ONCE - 1) + [201]
        assert len({one.body for one in answers}) == 1
        with field.world.services.photo_store.open(sha256) as file:
            assert file.read() == data
        assert field.count(Photo.sha256, Photo.sha256 == sha256) == 1


def test_documents_and_their_photos_at_once_end_in_a_complete_receipt(field: Field) -> None:
    for filing in filings(field.world, ROUNDS, 4):
        photos = [(lambda name=name, data=data: field.send("PUT", f"photos/{name}", data)) for name, data in filing.photos.items()]
        answers = field.at_once(lambda: field.file(filing), *photos, lambda: field.file(filing), *photos)  # noqa: B023
        assert {one.status for one in answers} <= {200, 201}
        last = field.file(filing).said
        assert last["complete"]
        assert {one["state"] for one in last["photos"]} == {"stored"}
        assert {one["sha256"] for one in last["photos"]} == set(filing.photos)


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_a_photo_cut_off_on_the_way_leaves_nothing_and_is_taken_when_it_is_sent_again(field: Field, share: float) -> None:
    (filing,) = filings(field.world, 1, 50 + int(share * 100))
    sha256, data = next(iter(filing.photos.items()))
    header = {"Authorization": f"Bearer {field.world.device_tokens['inspector']}"}
    send_partly(field.server.port, f"/mobile/v1/photos/{sha256}", data, header, share)
    incoming = field.world.settings.photo_folder / "incoming"
    until(lambda: not list(incoming.iterdir()))
    assert field.send("HEAD", f"photos/{sha256}").status == 404
    assert not field.world.services.photo_store.has(sha256)
    assert field.send("PUT", f"photos/{sha256}", data).status == 201
    assert field.send("HEAD", f"photos/{sha256}").status == 200


@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_a_document_cut_off_on_the_way_leaves_nothing_and_is_taken_when_it_is_sent_again(field: Field, share: float) -> None:
    (filing,) = filings(field.world, 1, 60 + int(share * 100))
    header = {"Authorization": f"Bearer {field.world.device_tokens['inspector']}", "Content-Type": "application/json"}
    send_partly(field.server.port, f"/mobile/v1/inspections/{filing.id}", filing.body, header, share)
    time.sleep(0.1)
    assert field.send("GET", f"receipts?id={filing.id}").said["unknown"] == [str(filing.id)]
    assert field.count(SetAsideDocument.id, SetAsideDocument.document_id == filing.id) == 0
    assert field.file(filing).status == 201


def test_lines_that_break_are_no_mistakes_of_ours(field: Field) -> None:
    (filing,) = filings(field.world, 1, 70)
    header = {"Authorization": f"Bearer {field.world.device_tokens['inspector']}", "Content-Type": "application/json"}
    sha256, data = next(iter(filing.photos.items()))
    for share in (0.0, 0.5, 0.99):
        send_partly(field.server.port, f"/mobile/v1/inspections/{filing.id}", filing.body, header, share)
        send_partly(field.server.port, f"/mobile/v1/photos/{sha256}", data, header, share)
    time.sleep(0.2)
    assert field.file(filing).status == 201
    assert field.unexpected() == []


def test_a_token_taken_back_in_mid_queue_pauses_the_queue_and_loses_nothing(field: Field) -> None:
    first, second, third = filings(field.world, 3, 80)
    enrolled = enrol(field)
    receipt = field.file(first, token=enrolled["token"])
    assert receipt.status == 201
    with field.world.work_as("admin") as work:
        revoke_device(work, UUID(enrolled["device_id"]))
    refused = field.file(second, token=enrolled["token"])
    assert (refused.status, refused.said["type"]) == (401, "/problems/not-signed-in")
    sha256, data = next(iter(second.photos.items()))
    assert field.send("PUT", f"photos/{sha256}", data, token=enrolled["token"]).status == 401
    assert field.count(Document.id, Document.id == second.id) == 0
    assert not field.world.services.photo_store.has(sha256)
    again = enrol(field)
    assert field.file(second, token=again["token"]).status == 201
    assert field.send("PUT", f"photos/{sha256}", data, token=again["token"]).status == 201
    repeated = field.file(first, token=again["token"])
    assert (repeated.status, repeated.body) == (200, receipt.body)
    with field.world.work_as("admin") as work:
        close_account(work, field.world.accounts["second_inspector"].id, reason="试")
    assert field.file(third, token=again["token"]).status == 401
    with field.world.work_as("admin") as work:
        reopen_account(work, field.world.accounts["second_inspector"].id)
    assert field.file(third, token=enrol(field)["token"]).status == 201


def test_after_a_restore_phones_are_told_so_and_what_they_offer_again_is_taken(restorable: Field, tmp_path: Path) -> None:
    field, world = restorable, restorable.world
    before, after = filings(world, 2, 90)
    for filing in (before, after):
        if filing is after:
            backup(world, tmp_path / "backup.sqlite3")
        for sha256, data in filing.photos.items():
            assert field.send("PUT", f"photos/{sha256}", data).status == 201
        assert field.file(filing).status == 201
    first = field.file(before).said
    cursor = field.send("GET", "bundle").said["cursor"]
    restore(field, tmp_path / "backup.sqlite3")
    bundle = field.send("GET", "bundle").said
    assert bundle["epoch"] != first["epoch"]
    changes = field.send("GET", f"changes?after={cursor}").said
    assert (changes["reset"], changes["epoch"]) == (True, bundle["epoch"])
    held = field.send("GET", f"receipts?id={before.id}&id={after.id}").said
    assert ([one["id"] for one in held["receipts"]], held["unknown"]) == ([str(before.id)], [str(after.id)])
    again = field.file(before)
    assert again.status == 200
    # The photos were decoded meanwhile, which receipts tell; the record is the same.
    assert again.said | {"epoch": "", "photos": []} == first | {"epoch": "", "photos": []}
    assert again.said["epoch"] == bundle["epoch"]
    assert field.file(after).status == 201
    for sha256, data in after.photos.items():
        assert field.send("PUT", f"photos/{sha256}", data).status == 201
    assert field.file(after).said["complete"]
    assert parksafe(["verify", "--data", str(world.settings.data_folder), "--database", world.settings.database_url]) == 0
    assert parksafe(["reconcile", "--data", str(world.settings.data_folder), "--database", world.settings.database_url]) == 0


def enrol(field: Field) -> dict[str, Any]:
    """A phone of 赵检, enrolled with his password."""
    body = {"username": "second_inspector", "password": PASSWORD, "device": {"name": f"手机{new_id().hex[-4:]}"}}
    answer = field.send("POST", "enrolments", json.dumps(body).encode(), token="none")
    assert answer.status == 201, answer.body
    enrolled: dict[str, Any] = answer.said
    return enrolled


def backup(world: World, to: Path) -> None:
    """A copy of the database as it stands, made while it is in use."""
    with (
        contextlib.closing(sqlite3.connect(world.settings.database_url.removeprefix("sqlite:///"))) as source,
        contextlib.closing(sqlite3.connect(to)) as copy,
    ):
        source.backup(copy)


def restore(field: Field, copy: Path) -> None:
    """What an administrator does: stop, put the copy back, say `parksafe restored`, start."""
    field.server.kill()
    field.world.database.close()
    database = Path(field.world.settings.database_url.removeprefix("sqlite:///"))
    for suffix in ("-wal", "-shm"):
        Path(f"{database}{suffix}").unlink(missing_ok=True)
    shutil.copyfile(copy, database)
    assert parksafe(["restored", "--data", str(field.world.settings.data_folder), "--database", field.world.settings.database_url]) == 0
    field.server.start()


def until(is_so: Callable[[], bool], seconds: float = 10) -> None:
    """Wait for something the server does after a line broke."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.01)


def test_photo_names_are_what_they_hold(field: Field) -> None:
    for path in (field.world.settings.photo_folder / "originals").rglob("*"):
        if path.is_file():
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
