"""The whole site with everything in it, and everybody at its doors: for tests that try every route as everyone.

A route whose path names something `ids` does not know cannot be tried; a test fails on it, so a new one must join here.
"""

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode
from uuid import UUID

import msgspec
from litestar import Litestar
from litestar.routes import HTTPRoute
from litestar.testing import TestClient
from sqlalchemy import insert, select

from rules.terms import EnterprisePosition, Role
from server.accounts.secrets import token_hash
from server.accounts.service import actor_of, start_session
from server.app import create_app
from server.identity import EVERYONE, Policy
from server.ids import new_id
from server.models import Account, Device
from server.models.events import Event
from tests.cast import World
from tests.databases import share_compiled
from tests.full_life import FullLife, live_fully

FONTS = Path(__file__).resolve().parents[1] / ".fonts"
WRITES = {"POST", "PUT", "PATCH", "DELETE"}


OF_THE_LAW = {"/catalogue/catalogue.pdf", "/catalogue/catalogue.xlsx"}
"""Lists of the law with a park's own entries: no filter of theirs names anything of an enterprise, and each takes seconds to read."""


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
        "accident_id": [str(life.moves["accident"])],
        "account_id": [str(life.account_id), str(world.accounts["enterprise"].id)],
        "aside_id": [str(life.aside_id)],
        "chemical_unit_id": [str(life.register["chemicals"])],
        "change_id": [str(life.change_id)],
        "code": ["GEN", *life.verification_codes[:2]],
        "condition_id": [str(life.condition_id)],
        "criterion_id": ["GM-10-3-2"],
        "device_id": [str(life.device_id)],
        "edition_id": [str(one) for one in life.editions.values()],
        "enterprise_id": [str(world.enterprise_id)],
        "entry_id": ["CIR-2024-X-9-3", "PARK-2026-1"],
        "file_path": ["parksafe.css"],
        "grid_id": [str(life.grid_id)],
        "hazard_id": [str(one) for one in life.hazards.values()],
        "impact_id": [str(life.impact_id)],
        "inspection_id": [str(life.inspection_id)],
        "override_id": [str(life.moves["override"])],
        "override_step": ["confirm", "refuse", "withdraw", "end", "ask-end", "confirm-end", "reject-end"],
        "line_id": [str(life.line_id)],
        "object_id": [str(life.layout_object_id)],
        "order_id": [str(one) for one in life.orders.values()],
        "paper_id": [str(one) for one in life.papers],
        "pause_id": [str(life.pause_id)],
        "plan_id": [str(life.plan_id)],
        "path": ["openapi.json", "swagger"],
        "point_id": [str(life.register["point"])],
        "record_id": [str(one) for one in life.records.values()],
        "project_id": [str(life.admission.project_id)],
        "token": [life.admission.token],
        "invitation_id": [str(life.admission.invitation_id)],
        "attachment_id": [str(life.admission.attachment_id)],
        "re_inspection_id": [str(life.inspection_id)],
        "rule_id": ["open_major_hazard"],
        "sequence": ["1"],
        "sha256": list(life.photos),
        "size": ["thumb", "view"],
        "source_id": [str(life.register["source"])],
        "starter": ["ceramics"],
        "step": ["void", "close", "reopen", "treat", "tell", "check-on-the-spot", "take-back", "check", "decide", "report"],
        "target_id": [str(life.site_id), str(world.enterprise_id)],
        "task_id": [str(life.task_id)],
        "unit_id": [str(life.register["unit"])],
        "visit_id": [str(one) for one in life.visit_ids],
        "zone_id": [str(life.zone_id)],
    }


def addresses(door: Door, site: Site, *, most: int | None = None) -> list[str]:
    """The addresses of a door with real ids; lists also with filters that name what enterprise A owns."""
    known = ids(site.life, site.world)
    combined = itertools.product(*(known[name] for name in door.parameters))
    made = [door.path.format(**dict(zip(door.parameters, values, strict=True))) for values in combined]
    if door.path in OF_THE_LAW:
        made += [f"{door.path}?q={quote('甲园')}"]
    elif not door.parameters and door.method == "GET":
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
        "year": str(world.clock.today().year),
        "starts_on": today,
        "month": str(world.clock.today().month),
        "people": [str(world.accounts["inspector"].id)],
        "people_per_visit": "2",
        "monthly_capacity": "20",
        "drop_reason": "试一试",
        "plan_id": str(life.plan_id),
        "enterprise": str(world.enterprise_id),
        "trigger": "report",
        "trigger_note": "甲",
        "effective_from": today,
        "decided_by": "甲",
        "decision_number": "甲",
        "floor-red": "1",
        "photos_kept": life.photos[0],
        "rows": "x",
        "unit": "甲",
        "colour": "red",
        "point_id": str(life.register["point"]),
        "occurred_on": today,
        "deaths": "0",
        "serious_injuries": "0",
        "point-0": "甲",
        "source-0": "甲处起火",
        "change": "试一试",
        "review": "试一试",
        "points": ["CERA-R01"],
        "scheme": "lec:colour4_ge:",
        "chosen-likelihood": "3",
        "chosen-exposure": "6",
        "chosen-consequence": "7",
        "name-0": "氨",
        "quantity_t-0": "1",
        "do": "save",
        "products-0-name": "甲",
        "flags": ["没有这一题"],
        "username": "nobody",
        "password": "nothing",
    }


@contextmanager
def site_on(address: str, folder: Path) -> Iterator[Site]:
    """The whole site on a fresh database."""
    world = World(address, folder)
    world.settings = msgspec.structs.replace(world.settings, font_folder=FONTS)
    life = live_fully(world)
    accounts = _everybody(world)
    app = create_app(world.settings, world.clock)
    share_compiled(app.state["services"].database)
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
        session = start_session(work, actor_of(account), 12)
        device = {"id": new_id(), "park_id": account.park_id, "account_id": account.id, "name": "手机", "platform": "test"}
        work.connection.execute(insert(Device).values(**device, token_hash=token_hash(token), enrolled_at=work.now))
    return Caller(name=name, role=Role(account.role), session=session, device=token)
