"""What inspectors saw put right on the spot: shown side by side, doubted where it must be, found in order or taken back by the office."""

import hashlib
import importlib
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import select

from server.ids import new_id
from server.models import Event, Hazard
from tests.cast import World
from tests.doors import Browser, Phone, running, visible_text
from tests.mobile_api.filings import failed, file, iso
from tests.pictures import jpeg
from tests.server.pages.lives import landed

LIST = "/hazards/on-the-spot"


def put_right(
    world: World, phone: Phone, *, named: str = "before after", sent: str = "before after", broken: str = "", **changes: Any
) -> str:
    """File a check that put one hazard right: the sides whose photos it names, those that arrive, and the one that does not open."""
    bodies = {side: jpeg(seed=new_id().int % 9999) for side in ("before", "after")}
    bodies |= {broken: b"\xff\xd8 broken" + new_id().bytes} if broken else {}
    photos = {side: [{"sha256": hashlib.sha256(body).hexdigest()}] if side in named else [] for side, body in bodies.items()}
    finding = {"photos": photos["before"], "on_the_spot": {"measure": "清走纸箱，划线", "photos": photos["after"]}}
    document = failed(world, finding=finding, **changes)
    assert file(phone, document).status_code == 201
    for side in sent.split():
        assert phone.put(f"photos/{photos[side][0]['sha256']}", content=bodies[side]).status_code == 201
    return str(document["findings"][0]["id"])


def put_right_as(world: World, phone: Phone, finding_id: str) -> str:
    """The same, with a finding named in this way; the receipt's hazard."""
    bodies = [jpeg(seed=new_id().int % 9999) for _ in range(2)]
    before, after = ([{"sha256": hashlib.sha256(body).hexdigest()}] for body in bodies)
    finding = {"id": finding_id, "photos": before, "on_the_spot": {"measure": "清走纸箱，划线", "photos": after}}
    answer = file(phone, failed(world, finding=finding))
    assert answer.status_code == 201
    return str(answer.json()["hazards"][0]["id"])


def counts(browser: Browser) -> dict[str, int]:
    """What each tab says it holds."""
    found = re.findall(r'href="/hazards/on-the-spot\?list=(\w+)"[^>]*>[^<]*<span class="num[^"]*">(\d+)<', browser.get(LIST).text)
    return {name: int(count) for name, count in found}


def listed(browser: Browser, name: str) -> set[str]:
    """The hazards of one tab."""
    return set(re.findall(r'<h2><a href="/hazards/([0-9a-f-]{36})"', browser.get(f"{LIST}?list={name}").text))


def hazard_row(world: World, hazard: str) -> Any:
    """A hazard as it is kept."""
    with world.database.read() as connection:
        return connection.execute(select(Hazard.__table__).where(Hazard.id == UUID(hazard))).one()


def state_of(world: World, hazard: str) -> tuple[Any, ...]:
    """Where a hazard stands."""
    row = hazard_row(world, hazard)
    return row.state, row.level, row.closure_kind, row.due_on, row.closed_on


def test_each_is_in_one_list_with_what_is_doubtful_about_it(world: World) -> None:
    with running(world) as app:
        phone, office = Phone(app, world), Browser(app, "office")
        assert counts(office) == {"doubtful": 0, "sound": 0, "not_closed": 0, "checked": 0, "ordinary": 0}
        assert "没有要核对的" in office.get(LIST).text
        sound = put_right(world, phone)
        # The page opens on what there is to look at, not on an empty list before it.
        assert f'href="/hazards/{sound}"' in office.get(LIST).text
        late = put_right(world, phone, sent="before")
        dark = put_right(world, phone, broken="after")
        wild = iso(world.clock.now() + timedelta(days=400))
        odd = put_right(world, phone, clock={"device_at": wild}, started_at=wild, finished_at=wild)
        open_ = put_right(world, phone, sent="before", named="before")
        assert listed(office, "doubtful") == {late, dark, odd}
        assert listed(office, "sound") == {sound}
        assert listed(office, "not_closed") == {open_}
        assert counts(office) == {"doubtful": 3, "sound": 1, "not_closed": 1, "checked": 0, "ordinary": 0}
        words = visible_text(office.get(LIST).text)
        assert "3 项凭据不足" in words
        assert "整改后照片还没收到" in words
        assert "整改后照片打不开" in words
        assert "手机时间不可信" in words
        assert "清走纸箱，划线" in words
        assert f'href="/hazards/{open_}/confirm"' in office.get(f"{LIST}?list=not_closed").text
        assert "3 项当场整改凭据不足" in visible_text(office.get("/").text)
        sides = office.get(f"{LIST}?list=sound").text
        assert sides.index("整改前") < sides.index("整改后")
        assert len(set(re.findall(r'src="/photos/([0-9a-f]{64})/thumb"', sides))) == 2


def test_the_office_finds_it_in_order_by_its_photos_or_says_how_else_it_knows(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        phone, office = Phone(app, sqlite_world), Browser(app, "office")
        sound, late = put_right(sqlite_world, phone), put_right(sqlite_world, phone, sent="")
        landed(office.submit(f"/hazards/{sound}/check-on-the-spot", {"note": ""}))
        refused = office.submit(f"/hazards/{late}/check-on-the-spot", {"note": " "})
        assert refused.status_code == 400
        assert "说明怎样核实的" in refused.text
        landed(office.submit(f"/hazards/{late}/check-on-the-spot", {"note": "次日到现场看过"}))
        assert listed(office, "checked") == {sound, late}
        assert state_of(sqlite_world, late)[:3] == ("closed", "general_hazard", "on_the_spot")
        page = office.get(f"/hazards/{late}").text
        assert "核对当场整改，无误" in page
        assert "次日到现场看过" in page
        assert f"/hazards/{late}/check-on-the-spot" not in page
        checked_at = hazard_row(sqlite_world, late).spot_checked_at
        sqlite_world.clock.advance(hours=1)
        again = office.submit(f"/hazards/{late}/check-on-the-spot", {"note": "又看了一次"})
        assert again.status_code == 409
        assert hazard_row(sqlite_world, late).spot_checked_at == checked_at


def test_what_is_taken_back_is_graded_and_ordered_like_any_other(world: World) -> None:
    with running(world) as app:
        phone, office = Phone(app, world), Browser(app, "office")
        late = put_right(world, phone, sent="before")
        assert office.submit(f"/hazards/{late}/take-back", {"reason": ""}).status_code == 400
        assert state_of(world, late)[0] == "closed"
        landed(office.submit(f"/hazards/{late}/take-back", {"reason": "整改后照片一直没收到"}))
        assert state_of(world, late) == ("found", None, None, None, None)
        assert listed(office, "not_closed") == {late}
        page = office.get(f"/hazards/{late}").text
        assert "整改后照片一直没收到" in page
        assert f"/hazards/{late}/confirm" in page
        landed(office.submit(f"/hazards/{late}/confirm", {"level": "general_hazard", "reason": "核实", "requirement": "清理"}))
        assert listed(office, "ordinary") == {late}
        assert office.submit(f"/hazards/{late}/take-back", {"reason": "再来"}).status_code in {403, 409}
    with world.database.read() as connection:
        actions = list(connection.scalars(select(Event.action).where(Event.subject_id == UUID(late)).order_by(Event.sequence)))
    assert actions == ["hazard:registered", "hazard:closed_on_the_spot", "hazard:taken_back", "hazard:confirmed"]


@pytest.mark.parametrize("step", ["check-on-the-spot", "take-back"])
def test_nobody_but_the_office_decides_and_nobody_outside_sees(sqlite_world: World, step: str) -> None:
    with running(sqlite_world) as app:
        hazard = put_right(sqlite_world, Phone(app, sqlite_world))
        for who in ("leader", "enterprise", "inspector", "outsider", "foreign_office"):
            answer = Browser(app, who).submit(f"/hazards/{hazard}/{step}", {"note": "好", "reason": "不好"})
            assert answer.status_code in {403, 404}, who
        for who, status in (("inspector", 200), ("leader", 200), ("enterprise", 403), ("outsider", 403), ("screener", 403)):
            assert Browser(app, who).get(LIST).status_code == status, who
        assert hazard not in Browser(app, "foreign_office").get(f"{LIST}?list=sound").text
        assert state_of(sqlite_world, hazard)[0] == "closed"


def test_what_was_put_right_before_this_release_is_read_from_its_document(world: World) -> None:
    with running(world) as app:
        phone = Phone(app, world)
        said, silent = put_right(world, phone), str(failed(world)["findings"][0]["id"])
        file(phone, failed(world, finding={"id": silent}))
        # Findings without an id of their own, and one whose id another record has.
        names = ("", "不是编号", said)
        odd = [put_right_as(world, phone, name) for name in names]
    release = importlib.import_module("server.migrations.versions.0010_on_the_spot")
    with world.database.engine.connect() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            release.downgrade()
            release.upgrade()
        connection.commit()
    with world.database.read() as connection:
        measures = {str(row.id): row.spot_measure for row in connection.execute(select(Hazard.id, Hazard.spot_measure))}
    assert measures.pop(said) == "清走纸箱，划线"
    assert measures.pop(silent) is None
    assert len(measures) == len(odd) == len(names)
    assert sorted(measures.values()) == ["", "清走纸箱，划线", "清走纸箱，划线"], "of the one whose id was taken it is known that, not how"
