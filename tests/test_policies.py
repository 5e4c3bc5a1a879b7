"""Does every route declare who may use it, and does every route keep everybody else out?

Generated from the application's own routes: every route and method is called by nobody, by every role, by enterprise B, and by every role
of another park, with the real ids of what park A and enterprise A own. A route whose path names something `ids` does not know fails here,
so a new one must join.
"""

import ast
import inspect
import io
import textwrap
import zipfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest
from litestar.handlers import HTTPRouteHandler
from pypdf import PdfReader
from sqlalchemy import select

from server.identity import EVERYONE, Policy
from server.models import Account
from tests.databases import SqliteFactory
from tests.site import OF_THE_LAW, WRITES, Caller, Door, Site, addresses, doors_of, form_of, ids, site_on

WORKS_IN_MEMORY = {"/mobile/v1/schema": "renders the contract from memory", "/static/": "Litestar's own files, read on a thread"}
"""Routes that are neither on a thread nor coroutines that go to one, by the start of their path, each with its reason."""
STREAMS = {"put_photo": "takes the body block by block and writes each on a thread"}
"""Coroutine handlers that do more than read a form and go to a thread, each with its reason."""
TOUCHES = {"open_work", "begin_work", "database", "photo_store", "read", "write", "execute", "commit", "sleep"}
"""What a coroutine must not call by itself: it would hold up everybody."""
SHOWS_TO_ANYBODY = {"/check/{code}"}
"""The page behind a paper's QR code tells whoever holds the paper that it is genuine; its code cannot be guessed."""
NOBODYS = {"code", "criterion_id", "entry_id", "file_path", "override_step", "path", "rule_id", "size", "starter", "step"}
"""Names in a path that stand for nothing a park owns."""


LONG = OF_THE_LAW | {"/catalogue/editions/{edition_id}/catalogue.pdf", "/catalogue/editions/{edition_id}/catalogue.xlsx"}
"""Files of fifty pages, the same for everybody who may have them: opened by the office alone, and refused to all others as any route."""


def words_of(answer: Any) -> str:
    """Everything an answer says, out of its compressed files too."""
    data: bytes = answer.content
    said = [unquote(f"{name}: {value}") for name, value in answer.headers.items() if name != "location"]
    if data.startswith(b"%PDF"):
        said += _pages_of(data)
    elif data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            said += [book.read(name).decode() for name in book.namelist() if name.endswith(".xml")]
    elif "image/" not in answer.headers.get("content-type", ""):
        said.append(data.decode(errors="replace"))
    return "\n".join(said)


@lru_cache(maxsize=200)
def _pages_of(data: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]


def given_away(answer: Any, secrets: dict[str, str], asked: str) -> list[str]:
    """The secrets an answer tells, other than what was asked with."""
    words, asked = words_of(answer), unquote(asked)
    return [what for what, secret in secrets.items() if secret in words and secret not in asked]


def is_turned_away(answer: Any, door: Door, caller: Caller) -> bool:
    """Whether the caller was told to sign in, or that this is not for them."""
    if door.policy.door == "device":
        return bool(answer.status_code == (403 if caller.device else 401))
    if caller.role is None:
        return bool(answer.status_code == 303 and answer.headers["location"].startswith("/login"))
    return bool(answer.status_code == 403)


@pytest.fixture(scope="module")
def site(sqlite_factory: SqliteFactory, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site for callers who must not change anything in it."""
    address = sqlite_factory.make()
    with site_on(address, tmp_path_factory.mktemp("site") / "data") as site:
        yield site
    sqlite_factory.drop(address)


@pytest.fixture
def busy_site(sqlite_factory: SqliteFactory, tmp_path: Path) -> Iterator[Site]:
    """A site for callers who may."""
    address = sqlite_factory.make()
    with site_on(address, tmp_path / "data") as site:
        yield site
    sqlite_factory.drop(address)


def test_every_route_declares_who_may_use_it(site: Site) -> None:
    without = [f"{door.method} {door.path}" for door in doors_of(site.app) if not isinstance(door.handler.opt.get("policy"), Policy)]
    assert without == []


def test_every_name_in_a_path_is_known_here(site: Site) -> None:
    known = ids(site.life, site.world)
    unknown = {name: door.path for door in doors_of(site.app) for name in door.parameters if name not in known}
    assert unknown == {}


def test_no_handler_holds_up_the_event_loop(site: Site) -> None:
    wrong = [f"{door.method} {door.path}: {reason}" for door in doors_of(site.app) if (reason := why_it_blocks(door))]
    assert wrong == []


def why_it_blocks(door: Door) -> str:
    """Why a handler may hold up everybody; empty when it does not."""
    handler: HTTPRouteHandler = door.handler
    if handler.sync_to_thread or any(door.path.startswith(start) for start in WORKS_IN_MEMORY):
        return ""
    function = inspect.unwrap(handler.fn)
    if not inspect.iscoroutinefunction(function):
        return "neither on a thread nor a coroutine"
    if function.__name__ in STREAMS:
        return ""
    called = calls_of(function)
    if called & TOUCHES:
        return f"calls {sorted(called & TOUCHES)} in a coroutine"
    return "" if "sync_to_thread" in called else "a coroutine that never goes to a thread"


def calls_of(function: Any) -> set[str]:
    """The names a coroutine calls, and those that the coroutines beside it call which it awaits."""
    called = {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function))))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }
    beside = [function.__globals__.get(name) for name in called if name != "sync_to_thread"]
    return called.union(*(calls_of(one) for one in beside if inspect.iscoroutinefunction(one)))


def test_whoever_the_policy_does_not_name_is_turned_away_and_changes_nothing(site: Site) -> None:
    before, wrong = site.events(), []
    form = form_of(site)
    for door in doors_of(site.app):
        if door.policy.door == "public":
            continue
        (address,) = addresses(door, site, most=1)
        for caller in site.callers.values():
            if caller.role in door.policy.roles:
                continue
            for sent in (form, {}) if door.method == "POST" else (None,):
                answer = site.call(door, address, caller, sent)
                if not is_turned_away(answer, door, caller) or given_away(answer, dict(site.life.secrets), address):
                    wrong.append(f"{door.method} {address} as {caller.name}: {answer.status_code} {answer.headers.get('location', '')}")
    assert wrong == []
    assert site.events() == before


STRANGERS = ["outsider", "outsider_principal", *(f"foreign_{role.value}" for role in sorted(EVERYONE))]


@pytest.mark.parametrize("who", STRANGERS)
def test_strangers_reach_nothing_of_enterprise_a(site: Site, who: str) -> None:
    caller = site.callers[who]
    secrets = dict(site.life.secrets) | ({} if who.startswith("outsider") else dict(site.life.park_secrets))
    before, wrong = site.events(), []
    form = form_of(site)
    for door in doors_of(site.app):
        if caller.role not in door.policy.roles or door.path in {"/logout"}:
            continue
        for address in addresses(door, site, most=None if door.method == "GET" else 4):
            answer = site.call(door, address, caller, form)
            if answer.status_code >= 500:
                wrong.append(f"{door.method} {address}: {answer.status_code}")
            elif set(door.parameters) - NOBODYS and answer.status_code not in _refusals(door):
                wrong.append(f"{door.method} {address}: {answer.status_code}, although it is not theirs")
            wrong += [f"{door.method} {address} tells {what}" for what in given_away(answer, secrets, address)]
    assert wrong == []
    assert [one for one in site.events()[len(before) :] if one[1] != _id_of(site, who)] == []
    assert {action for action, _, _ in site.events()[len(before) :]} <= {"document:set_aside"}


def _refusals(door: Door) -> set[int]:
    # A phone that puts something under a taken id is told of the conflict or the damage, never of what is there.
    return {400, 404, 409} if door.method == "PUT" else {403, 404}


def _id_of(site: Site, who: str) -> UUID | None:
    with site.world.database.read() as connection:
        return connection.scalar(select(Account.id).where(Account.username.in_([who, f"x-{who}"])))


def test_a_public_page_tells_nobody_anything_of_enterprise_a(site: Site) -> None:
    nobody, wrong = site.callers["nobody"], []
    for door in doors_of(site.app):
        if door.policy.door != "public" or door.path in SHOWS_TO_ANYBODY:
            continue
        for address in addresses(door, site):
            answer = site.call(door, address, nobody, form_of(site))
            if answer.status_code >= 500:
                wrong.append(f"{door.method} {address}: {answer.status_code}")
            wrong += [f"{door.method} {address} tells {what}" for what in given_away(answer, dict(site.life.secrets), address)]
    assert wrong == []


def test_a_form_without_its_pages_token_is_refused_to_everybody(site: Site) -> None:
    before, wrong = site.events(), []
    for door in doors_of(site.app):
        if door.method != "POST" or door.is_phones:
            continue
        (address,) = addresses(door, site, most=1)
        for name in ("office", "admin", "enterprise", "nobody"):
            answer = site.call(door, address, site.callers[name], form_of(site), csrf=False)
            if answer.status_code != 403:
                wrong.append(f"{door.method} {address} as {name}: {answer.status_code}")
    assert wrong == []
    assert site.events() == before


def test_those_who_may_meet_no_error_of_ours_and_see_what_is_kept_from_others(busy_site: Site) -> None:
    site = busy_site
    seen: set[str] = set()
    wrong = []
    secrets = dict(site.life.secrets) | dict(site.life.park_secrets)
    # Reading first, then forms that say nothing, then forms that change things; leaving comes last.
    rounds: list[tuple[bool, dict[str, Any] | None]] = [(False, None), (True, {}), (True, form_of(site))]
    for is_write, form in rounds:
        for door in doors_of(site.app):
            if (door.method in WRITES) is not is_write or door.path == "/logout":
                continue
            for caller in _insiders(site, door)[: 1 if door.path in LONG else None]:
                for address in addresses(door, site, most=2 if is_write or caller.name != "office" else None):
                    answer = site.call(door, address, caller, form)
                    if answer.status_code >= 500:
                        wrong.append(f"{door.method} {address} as {caller.name}: {answer.status_code} {answer.text[-300:]}")
                    elif not is_write:
                        seen.update(given_away(answer, secrets, address))
    assert wrong == []
    # What nobody may see would be no secret: everything the strangers were kept from is there for those who may.
    assert set(secrets) - seen == set()


def _insiders(site: Site, door: Door) -> list[Caller]:
    people = ("office", "leader", "inspector", "enterprise", "auditor", "admin", "screener", "liaison")
    return [site.callers[name] for name in people if site.callers[name].role in door.policy.roles]
