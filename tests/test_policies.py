"""Does every route declare who may use it, and does every route keep everybody else out?

Generated from the application's own routes: every route and method is called by nobody, by every role, by enterprise B, and by every role
of another park, with the real ids of what park A and enterprise A own. A route whose path names something `ids` does not know fails here,
so a new one must join.
"""

import ast
import inspect
import io
import itertools
import textwrap
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlencode
from uuid import UUID

import msgspec
import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.testing import TestClient
from pypdf import PdfReader
from sqlalchemy import insert, select

from rules.terms import EnterprisePosition, Role
from server.accounts.secrets import token_hash
from server.accounts.service import start_session
from server.app import create_app
from server.identity import EVERYONE, Policy
from server.ids import new_id
from server.models import Account, Device
from server.models.events import Event
from tests.cast import World
from tests.databases import SqliteFactory
from tests.full_life import FullLife, live_fully

FONTS = Path(__file__).resolve().parents[1] / ".fonts"
WRITES = {"POST", "PUT", "PATCH", "DELETE"}

WORKS_IN_MEMORY = {"/mobile/v1/schema": "renders the contract from memory", "/static/": "Litestar's own files, read on a thread"}
"""Routes that are neither on a thread nor coroutines that go to one, by the start of their path, each with its reason."""
STREAMS = {"put_photo": "takes the body block by block and writes each on a thread"}
"""Coroutine handlers that do more than read a form and go to a thread, each with its reason."""
TOUCHES = {"open_work", "begin_work", "database", "photo_store", "read", "write", "execute", "commit", "sleep"}
"""What a coroutine must not call by itself: it would hold up everybody."""
TAKES_ANYONES_DATA = {"/hazards/new", "/mobile/v1/photos/{sha256}"}
"""Where a stranger may hand something in under an id or digest of their own; what they hand in stays theirs."""
SHOWS_TO_ANYBODY = {"/check/{code}"}
"""The page behind a paper's QR code tells whoever holds the paper that it is genuine; its code cannot be guessed."""


class Door(msgspec.Struct, frozen=True):
    """One route with one method."""

    path: str
    method: str
    handler: Any

    @property
    def policy(self) -> Policy:
        """Who may."""
        policy = self.handler.opt["policy"]
        assert isinstance(policy, Policy)
        return policy

    @property
    def parameters(self) -> list[str]:
        """The names its path contains."""
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]

    @property
    def is_phones(self) -> bool:
        """Whether phones come in here."""
        return self.path.startswith("/mobile/")


class Caller(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who tries: with a browser session and a phone of their own, both real, whatever their role."""

    name: str
    role: Role | None
    session: str = ""
    device: str = ""


class Site(msgspec.Struct, frozen=True):
    """The application on a world in which everything exists."""

    world: World
    life: FullLife
    app: Litestar
    client: Any
    callers: dict[str, Caller]
    csrf: str

    def call(self, door: Door, address: str, caller: Caller, form: dict[str, Any] | None = None, *, csrf: bool = True) -> Any:
        """One request as that caller would make it."""
        self.client.cookies.clear()
        cookies = [f"parksafe_csrf={self.csrf}"] + ([f"parksafe_session={caller.session}"] if caller.session else [])
        headers = {"accept": "text/html", "cookie": "; ".join(cookies)} | ({"x-csrftoken": self.csrf} if csrf else {})
        if door.is_phones:
            headers = {"accept": "application/json"} | ({"authorization": f"Bearer {caller.device}"} if caller.device else {})
        content: dict[str, Any] = {}
        if door.method == "POST":
            content = {"json": {"username": "nobody", "password": "nothing"}} if door.is_phones else {"data": form or {}}
        elif door.method in WRITES:
            content = {"content": b'{"answers": [], "findings": [{"description": "x"}], "hazard_id": "x", "result": "pass"}'}
        return self.client.request(door.method, address, headers=headers, follow_redirects=False, **content)

    def events(self) -> list[tuple[str, UUID | None, UUID]]:
        """What was done in park A: the action, by whom, on what."""
        with self.world.database.read() as connection:
            query = select(Event.action, Event.actor_id, Event.subject_id).where(Event.park_id == self.world.park_id)
            return [(row.action, row.actor_id, row.subject_id) for row in connection.execute(query.order_by(Event.sequence))]


def doors_of(app: Litestar) -> list[Door]:
    """Every route and method of the application."""
    return [
        Door(route.path_format, method, handler)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in sorted(handler.http_methods)
        if method != "OPTIONS"
    ]


def ids(life: FullLife, world: World) -> dict[str, list[str]]:
    """What stands for each name in a path: everything park A and enterprise A have of it."""
    return {
        "account_id": [str(life.account_id), str(world.accounts["enterprise"].id)],
        "aside_id": [str(life.aside_id)],
        "code": ["GEN", *life.verification_codes[:2]],
        "criterion_id": ["GM-10-3-2"],
        "device_id": [str(life.device_id)],
        "enterprise_id": [str(world.enterprise_id)],
        "file_path": ["parksafe.css"],
        "grid_id": [str(life.grid_id)],
        "hazard_id": [str(one) for one in life.hazards.values()],
        "inspection_id": [str(life.inspection_id)],
        "order_id": [str(one) for one in life.orders.values()],
        "paper_id": [str(one) for one in life.papers],
        "path": ["openapi.json", "swagger"],
        "re_inspection_id": [str(life.inspection_id)],
        "sha256": list(life.photos),
        "size": ["thumb", "view"],
        "step": ["void", "close", "reopen", "treat", "tell"],
        "target_id": [str(life.site_id), str(world.enterprise_id)],
        "task_id": [str(life.task_id)],
        "zone_id": [str(life.zone_id)],
    }


NOBODYS = {"code", "criterion_id", "file_path", "path", "size", "step"}
"""Names in a path that stand for nothing a park owns."""


def addresses(door: Door, site: Site, *, most: int | None = None) -> list[str]:
    """The addresses of a door with real ids; lists also with filters that name what enterprise A owns."""
    known = ids(site.life, site.world)
    combined = itertools.product(*(known[name] for name in door.parameters))
    made = [door.path.format(**dict(zip(door.parameters, values, strict=True))) for values in combined]
    if not door.parameters and door.method == "GET":
        life, world = site.life, site.world
        narrowed = {
            "enterprise": world.enterprise_id,
            "target": world.enterprise_id,
            "inspection": life.inspection_id,
            "order": life.orders["served"],
            "zone": life.zone_id,
            "hazard": life.hazards["found"],
            "id": life.inspection_id,
            "after": f"{world.services.epoch}.0",
        }
        made += [f"{door.path}?{urlencode({key: str(value) for key, value in narrowed.items()})}"]
        made += [f"{door.path}?{urlencode({key: str(value), 'q': ''})}" for key, value in narrowed.items() if key != "enterprise"][:3]
        made += [f"{door.path}?q={quote('隐患')}", f"{door.path}?q=YH-2026", f"{door.path}?q={quote('湘')}", f"{door.path}?q=JC-"]
    return made[:most]


def form_of(site: Site) -> dict[str, Any]:
    """A form that says something plausible in every field any form has, about enterprise A."""
    life, world = site.life, site.world
    today = world.clock.today().isoformat()
    hazard = str(life.hazards["confirmed"])
    return {
        "id": str(new_id()),
        "name": "甲",
        "reason": "试一试",
        "outcome": "已核对",
        "target": str(world.enterprise_id),
        "target_id": str(world.enterprise_id),
        "enterprise_id": str(world.enterprise_id),
        "hazard": [hazard],
        f"due_on-{hazard}": "2026-12-01",
        "source": "transfer",
        "title": "甲",
        "description": "甲处有一处隐患",
        "location": "甲",
        "found_on": today,
        "item_code": "FIRE-004",
        "level": "general_hazard",
        "requirement": "清理",
        "measure": "清理",
        "responsible_person": "甲",
        "funds_yuan": "1",
        "finished_on": today,
        "notice_way": "shift_meeting",
        "noticed_on": today,
        "result": "pass",
        "inspectors": "王检 赵检",
        "reinspected_at": f"{today}T09:00",
        "expert_opinion": "甲",
        "way": "direct",
        "received_by": "甲",
        "served_on": today,
        "due_on": today,
        "planned_on": today,
        "checklists": ["GEN"],
        "assignees": [str(world.accounts["inspector"].id)],
        "left_on": today,
        "kind": "site",
        "acceptance_document": "甲",
        "conclusion": "甲",
        "office_name": "甲",
        "document_prefix": "甲",
        "permission_mode": "A",
        "zone_id": str(life.zone_id),
        "photos_kept": life.photos[0],
        "rows": "x",
        "username": "nobody",
        "password": "nothing",
    }


def words_of(answer: Any) -> str:
    """Everything an answer says, out of its compressed files too."""
    data: bytes = answer.content
    said = [unquote(f"{name}: {value}") for name, value in answer.headers.items() if name != "location"]
    if data.startswith(b"%PDF"):
        said += [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
    elif data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            said += [book.read(name).decode() for name in book.namelist() if name.endswith(".xml")]
    elif "image/" not in answer.headers.get("content-type", ""):
        said.append(data.decode(errors="replace"))
    return "\n".join(said)


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


@contextmanager
def site_on(address: str, folder: Path) -> Iterator[Site]:
    """The whole site on a fresh database."""
    world = World(address, folder)
    world.settings = msgspec.structs.replace(world.settings, font_folder=FONTS)
    life = live_fully(world)
    accounts = _everybody(world)
    app = create_app(world.settings, world.clock)
    with TestClient(app, raise_server_exceptions=False) as client:
        client.get("/login", headers={"accept": "text/html"})
        csrf = client.cookies["parksafe_csrf"]
        callers = {name: _enrolled(world, name, account) for name, account in accounts.items()}
        yield Site(world, life, app, client, callers | {"nobody": Caller(name="nobody", role=None)}, csrf)
    world.close()


def _everybody(world: World) -> dict[str, Account]:
    """The cast, the principal of enterprise B, and somebody of every role in the other park."""
    home = {name: one for name, one in world.accounts.items() if not name.startswith("foreign")}
    strangers: dict[str, tuple[Role, UUID, UUID | None]] = {
        f"foreign_{role.value}": (role, world.other_park_id, None) for role in sorted(EVERYONE)
    }
    strangers["foreign_enterprise"] = (Role.ENTERPRISE, world.other_park_id, world.foreign_enterprise_id)
    strangers["outsider_principal"] = (Role.ENTERPRISE, world.park_id, world.other_enterprise_id)
    with world.work_as("admin") as work:
        for name, (role, park_id, enterprise_id) in strangers.items():
            account = Account(
                id=new_id(),
                park_id=park_id,
                username=f"x-{name}",
                password_hash="",
                name="外人",
                role=role,
                position=EnterprisePosition.PRINCIPAL_OFFICER if enterprise_id else None,
                enterprise_id=enterprise_id,
                created_at=work.now,
            )
            work.session.add(account)
            home[name] = account
        work.session.flush()
    return home


def _enrolled(world: World, name: str, account: Account) -> Caller:
    token = f"policy-{name}-{new_id().hex}"
    with world.work_as("admin") as work:
        session = start_session(work, account, 12)
        device = {"id": new_id(), "park_id": account.park_id, "account_id": account.id, "name": "手机", "platform": "test"}
        work.connection.execute(insert(Device).values(**device, token_hash=token_hash(token), enrolled_at=work.now))
    return Caller(name=name, role=Role(account.role), session=session, device=token)


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
            for caller in _insiders(site, door):
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
