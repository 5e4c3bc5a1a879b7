"""Parks, zones and grids through the services."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from rules.terms import PermissionMode, Role
from server.errors import AlreadyExists, InvalidInput, NotAllowed, NotFound, StateConflict
from server.events.chain import find_broken_link
from server.models.enterprises import Enterprise
from server.parks.schemas import GridForm, ParkForm, ZoneForm
from server.parks.service import (
    create_grid,
    create_park,
    create_zone,
    get_park,
    list_grids,
    list_zones,
    permission_mode_of,
    remove_grid,
    remove_zone,
    update_grid,
    update_park,
    update_zone,
)
from server.unit_of_work import Work, begin_work
from tests.cast import World

FORM = ParkForm(name="新园区（虚构）", office_name="新园区安全办", document_prefix="新经开安办", fictional=True)
SQUARE = {"type": "Polygon", "coordinates": [[[113.5, 27.6], [113.6, 27.6], [113.6, 27.7], [113.5, 27.6]]]}


def test_a_new_park_has_its_own_chain_and_is_announced_in_it(world: World) -> None:
    with begin_work(world.database, world.clock, write=True) as work:
        park = create_park(work, FORM)
        assert work.actor.role is Role.SYSTEM
    with world.database.read() as connection:
        assert find_broken_link(connection, park.id) is None


def test_two_parks_do_not_share_a_name(sqlite_world: World) -> None:
    with pytest.raises(AlreadyExists), begin_work(sqlite_world.database, sqlite_world.clock, write=True) as work:
        create_park(work, msgspec.structs.replace(FORM, name="示范园区（虚构）"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"office_name": ""}, "office_name"),
        ({"document_prefix": ""}, "document_prefix"),
        ({"document_prefix": "醴经开安办改〔2026〕"}, "document_prefix"),
        ({"permission_mode": "z"}, "permission_mode"),
    ],
)
def test_a_park_without_what_its_papers_need_is_refused(sqlite_world: World, change: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidInput) as refusal, begin_work(sqlite_world.database, sqlite_world.clock, write=True) as work:
        create_park(work, msgspec.structs.replace(FORM, **change))
    assert [error.field for error in refusal.value.errors] == [field]


def test_the_office_changes_its_settings_but_never_whether_the_park_is_real(sqlite_world: World) -> None:
    with sqlite_world.work_as("office") as work:
        update_park(work, msgspec.structs.replace(FORM, fictional=False, permission_mode=PermissionMode.JOINT))
    with sqlite_world.work_as("office", write=False) as work:
        park = get_park(work)
    assert (park.name, park.fictional, permission_mode_of(park)) == (FORM.name, True, PermissionMode.JOINT)


@pytest.mark.parametrize("who", ["leader", "inspector", "enterprise", "outsider", "auditor", "screener"])
def test_others_change_no_settings_zones_or_grids(sqlite_world: World, who: str) -> None:
    steps: tuple[Callable[[Work], object], ...] = (
        lambda work: update_park(work, FORM),
        lambda work: create_zone(work, ZoneForm(name="谷")),
        lambda work: create_grid(work, GridForm(name="一格")),
    )
    for step in steps:
        with pytest.raises(NotAllowed), sqlite_world.work_as(who) as work:
            step(work)


def test_zones_and_grids_are_kept_per_park_and_unseen_from_another(world: World) -> None:
    with world.work_as("office") as work:
        zone = create_zone(work, ZoneForm(name="陶瓷谷", outline=SQUARE))
        grid = create_grid(work, GridForm(name="一格", zone_id=zone.id, officer_name="格长"))
        with pytest.raises(AlreadyExists):
            create_zone(work, ZoneForm(name=" 陶瓷谷 "))
        update_zone(work, zone.id, ZoneForm(name="陶瓷谷", outline=None))
        update_grid(work, grid.id, GridForm(name="一格", officer_name="新格长"))
    with world.work_as("foreign_office") as work:
        assert (list_zones(work), list_grids(work)) == ([], [])
        steps: tuple[Callable[[], object], ...] = (
            lambda: update_zone(work, zone.id, ZoneForm(name="夺")),
            lambda: remove_zone(work, zone.id),
            lambda: update_grid(work, grid.id, GridForm(name="夺")),
            lambda: remove_grid(work, grid.id),
            lambda: create_grid(work, GridForm(name="一格", zone_id=zone.id)),
        )
        for step in steps:
            with pytest.raises(NotFound):
                step()
        create_zone(work, ZoneForm(name="陶瓷谷"))
    with world.work_as("office", write=False) as work:
        assert [(one.name, one.outline) for one in list_zones(work)] == [("陶瓷谷", None)]
        assert [one.officer_name for one in list_grids(work)] == ["新格长"]


def test_a_zone_or_grid_in_use_stays(sqlite_world: World) -> None:
    with sqlite_world.work_as("office") as work:
        zone, grid = create_zone(work, ZoneForm(name="谷")), create_grid(work, GridForm(name="一格"))
        enterprise = work.session.get_one(Enterprise, sqlite_world.enterprise_id)
        enterprise.zone_id, enterprise.grid_id = zone.id, grid.id
        work.session.flush()
        with pytest.raises(StateConflict, match="还有 1 个"):
            remove_zone(work, zone.id)
        with pytest.raises(StateConflict, match="还有 1 个"):
            remove_grid(work, grid.id)
        enterprise.zone_id = enterprise.grid_id = None
        work.session.flush()
        remove_zone(work, zone.id)
        remove_grid(work, grid.id)
        assert (list_zones(work), list_grids(work)) == ([], [])


@pytest.mark.parametrize(
    "outline",
    [
        {"type": "Point", "coordinates": [113.5, 27.6]},
        {"type": "Polygon", "coordinates": [[[113.5, 27.6], [113.6, 27.6], [113.5, 27.6]]]},
        {"type": "Polygon", "coordinates": [[[113.5, 27.6], [113.6, 27.6], [113.6, 27.7], [113.5, 27.7]]]},
        {"type": "Polygon", "coordinates": [[[1135, 27.6], [113.6, 27.6], [113.6, 27.7], [1135, 27.6]]]},
        {"type": "MultiPolygon", "coordinates": []},
        {"type": "Polygon", "coordinates": "everywhere"},
    ],
)
def test_an_outline_that_is_no_polygon_is_refused(sqlite_world: World, outline: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput, match="GeoJSON"), sqlite_world.work_as("office") as work:
        create_zone(work, ZoneForm(name="谷", outline=outline))
