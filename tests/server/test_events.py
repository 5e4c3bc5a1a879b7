"""The chain of events: whole when nothing was touched, and naming the first broken link when something was."""

import pytest
from sqlalchemy import text

from server.events.chain import find_broken_link
from tests.cast import World


def _write_some(world: World) -> None:
    for number in range(5):
        with world.work_as("office") as work:
            work.record("park", world.park_id, "park:noted", number=number, words="隐患")


def test_an_untouched_chain_holds(world: World) -> None:
    _write_some(world)
    with world.database.read() as connection:
        assert find_broken_link(connection, world.park_id) is None
        assert find_broken_link(connection, world.other_park_id) is None


def test_a_changed_actor_is_found(world: World) -> None:
    _write_some(world)
    with world.database.write() as connection:
        connection.execute(text("UPDATE event SET actor_name = '别人' WHERE sequence = 3"))
    with world.database.read() as connection:
        broken = find_broken_link(connection, world.park_id)
    assert broken is not None
    assert broken.sequence == 3
    assert "actor_name" in broken.reason


def test_a_removed_event_is_found(world: World) -> None:
    _write_some(world)
    with world.database.write() as connection:
        connection.execute(text("DELETE FROM event WHERE sequence = 4"))
    with world.database.read() as connection:
        broken = find_broken_link(connection, world.park_id)
    assert broken is not None
    assert broken.sequence == 4


def test_removing_the_last_event_is_found(world: World) -> None:
    _write_some(world)
    with world.database.write() as connection:
        connection.execute(text("DELETE FROM event WHERE sequence = 5"))
    with world.database.read() as connection:
        broken = find_broken_link(connection, world.park_id)
    assert broken is not None
    assert "链头" in broken.reason


def test_a_failed_use_case_leaves_no_event(world: World) -> None:
    def go_wrong() -> None:
        with world.work_as("office") as work:
            work.record("park", world.park_id, "park:noted")
            raise RuntimeError("went wrong")

    with pytest.raises(RuntimeError, match="went wrong"):
        go_wrong()
    with world.database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM event")).scalar() == 0
