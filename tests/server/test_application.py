"""What every request costs, whatever it asks: one turn on a worker thread, no search of the rulebook for garbage, the right index."""

import asyncio
import gc
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
from litestar.testing import TestClient
from sqlalchemy import text

from server.app import create_standing_app
from server.ids import new_id
from tests.cast import World
from tests.doors import Browser, Phone, running
from tests.mobile_api.filings import check


def test_an_answer_takes_one_turn_on_a_worker_thread(sqlite_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    turns: list[str] = []
    submit: Callable[..., Future[Any]] = ThreadPoolExecutor.submit

    def counted(pool: ThreadPoolExecutor, task: Any, /, *args: Any, **kwargs: Any) -> Future[Any]:
        # The client has a pool of its own, without such a name.
        name = pool._thread_name_prefix or ""
        if name.startswith(("parksafe", "asyncio")):
            turns.append(name)
        return submit(pool, task, *args, **kwargs)

    with running(sqlite_world) as app:
        browser, phone = Browser(app, "office"), Phone(app, sqlite_world)
        document_id, document = new_id(), check(sqlite_world)
        monkeypatch.setattr(ThreadPoolExecutor, "submit", counted)
        requests: tuple[Callable[[], Any], ...] = (
            lambda: browser.get("/hazards"),
            lambda: phone.put(f"inspections/{document_id}", json=document),
            lambda: phone.get("bundle"),
        )
        for request in requests:
            answer = request()
            assert answer.status_code in {200, 201}
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert len(turns) == 1
            turns.clear()


def test_what_stays_as_long_as_the_server_is_not_searched_for_garbage(sqlite_world: World) -> None:
    assert gc.get_freeze_count() == 0
    try:
        app = create_standing_app(sqlite_world.settings)
        with TestClient(app) as client:
            assert client.get("/health").status_code == 200
        assert gc.get_freeze_count() > 100 * len(gc.get_objects())
    finally:
        gc.unfreeze()


def test_a_standing_server_stopped_as_soon_as_it_started_ends_without_a_complaint(sqlite_world: World) -> None:
    async def start_and_stop() -> None:
        async with app.lifespan():
            pass

    try:
        app = create_standing_app(sqlite_world.settings)
        # On a thread of its own: other tests leave a loop running on this one.
        with ThreadPoolExecutor(1) as thread:
            thread.submit(lambda: asyncio.run(start_and_stop())).result()
    finally:
        gc.unfreeze()


def test_a_standing_server_tells_sqlite_how_its_tables_are_filled(sqlite_world: World) -> None:
    try:
        with TestClient(create_standing_app(sqlite_world.settings)) as client:
            assert client.get("/health").status_code == 200
        # The round that began with the server was waited for when it stopped.
        with sqlite_world.database.read() as connection:
            known = set(connection.execute(text("SELECT tbl FROM sqlite_stat1")).scalars())
        assert {"enterprise", "account", "inspection_target"} <= known
    finally:
        gc.unfreeze()
