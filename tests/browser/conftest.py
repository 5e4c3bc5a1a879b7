"""A browser without a window and a park to open in it, made once for every test that looks through people's eyes.

Skipped where there is no Chromium.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from tests.cast import PASSWORD, World
from tests.databases import SqliteFactory
from tests.full_life import FullLife, live_fully
from tests.mobile_api.live import serving

DESK, PHONE = (1440, 900), (390, 844)


def _chromium() -> str:
    """Where a Chromium is: of the system, or the one Playwright fetched. Empty where there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    with sync_playwright() as playwright:
        fetched = playwright.chromium.executable_path
    return fetched if Path(fetched).exists() else ""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A browser without a window."""
    chromium = _chromium()
    if not chromium:
        pytest.skip("no Chromium here: install it, or run `playwright install chromium`")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def park(sqlite_factory: SqliteFactory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, World, FullLife]]:
    """A park with one of everything, served; its address first."""
    database = sqlite_factory.make()
    world = World(database, tmp_path_factory.mktemp("park") / "data")
    life = live_fully(world)
    with serving(world) as address:
        yield address, world, life
    world.close()
    sqlite_factory.drop(database)


Open = Callable[..., Page]


def _is_complaint(message: ConsoleMessage) -> bool:
    """What no page may cause; a form answered with its mistakes is answered with 400, as it should be."""
    return message.type == "error" and "status of 400" not in message.text


@pytest.fixture
def sign_in(browser: Browser, park: tuple[str, World, FullLife]) -> Iterator[Open]:
    """Sign somebody in at a width; what the console complains about meanwhile is an error at the end."""
    contexts: list[Any] = []
    complaints: list[str] = []

    def open_as(who: str, size: tuple[int, int]) -> Page:
        context = browser.new_context(
            base_url=park[0], viewport={"width": size[0], "height": size[1]}, locale="zh-CN", timezone_id="Asia/Shanghai"
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(f"{page.url}: {message.text}") if _is_complaint(message) else None)
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        page.goto("/login")
        page.fill("[name=username]", who)
        page.fill("[name=password]", PASSWORD)
        page.press("[name=password]", "Enter")
        page.wait_for_url("**/")
        return page

    yield open_as
    for context in contexts:
        context.close()
    assert complaints == []
