"""How do the parks of the demonstration come to be: ground, enterprises, people, phones?

Through the same use cases an administrator and an office use. What it hands on is what inspectors find when they arrive: targets.
"""

from random import Random
from uuid import UUID

import msgspec
from faker import Faker

from rules.terms import EnterprisePosition, Role, TargetKind
from scripts.demo_parts.enterprises import EnterprisePlan, list_enterprises
from scripts.demo_parts.park import PARK, SECOND_PARK, TARGETS, ZONES, TargetPlan, outline_of, spot_in
from scripts.demo_parts.people import PASSWORD, POSITIONS, PRINTED_ENTERPRISES, SECOND_STAFF, STAFF, StaffPlan
from scripts.demo_parts.stage import Stage
from server.accounts.schemas import AccountForm
from server.accounts.service import create_account, enrol_device
from server.enterprises.schemas import EnterpriseForm, TargetForm
from server.enterprises.service import create_enterprise, create_target
from server.models.accounts import Account
from server.parks.schemas import GridForm, ZoneForm
from server.parks.service import create_grid, create_park, create_zone, system_actor


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Something that can be inspected, as the story needs it. `safety` and `principal` are login names; empty when nobody can answer."""

    id: UUID
    kind: TargetKind
    name: str
    short_name: str
    industry_code: str
    latitude: float
    longitude: float
    contact: str
    contact_title: str
    safety: str = ""
    principal: str = ""


class Ground(msgspec.Struct, frozen=True, kw_only=True):
    """A park that stands ready: its targets, and the login names of office, leader and inspectors."""

    park_id: UUID
    targets: tuple[Target, ...]
    office: str
    leader: str
    inspectors: tuple[str, ...]
    names: dict[str, str]
    """Login name → name of everybody on the staff."""


def found_park(stage: Stage, random: Random, faker: Faker, enterprise_count: int) -> Ground:
    """The park itself."""
    with stage.work(None) as work:
        park = create_park(work, PARK)
    names = _open_staff_accounts(stage, park.id, STAFF)
    zones: list[UUID] = []
    grids: list[UUID] = []
    for zone in ZONES:
        with stage.work("admin") as work:
            made = create_zone(work, ZoneForm(name=zone.name, outline=outline_of(zone, random)))
            zones.append(made.id)
            grids += [
                create_grid(
                    work, GridForm(name=name, zone_id=made.id, officer_name=officer, officer_phone=f"1000000{31 + len(grids) + place:04d}")
                ).id
                for place, (name, officer) in enumerate(zone.grids)
            ]
    targets: list[Target] = []
    for plan in list_enterprises(random, faker, enterprise_count):
        target = _settle_enterprise(stage, plan, zones[plan.zone], grids[plan.grid])
        targets.append(target)
        _open_enterprise_accounts(stage, park.id, plan, target)
    settled = len(targets)
    # A small park for a test has fewer enterprises; sites of those that are not there are left out.
    here = [plan for plan in TARGETS if plan.owner is None or plan.owner < settled]
    targets += [_set_up_target(stage, plan, targets, zones[plan.zone], random) for plan in here]
    return Ground(
        park_id=park.id,
        targets=tuple(targets),
        office="office",
        leader="leader",
        inspectors=tuple(one.username for one in STAFF if one.role is Role.INSPECTOR),
        names=names,
    )


def found_second_park(stage: Stage, random: Random, faker: Faker) -> Ground:
    """A small park beside it, of which nobody in the first may know."""
    with stage.work(None) as work:
        park = create_park(work, SECOND_PARK)
    names = _open_staff_accounts(stage, park.id, SECOND_STAFF)
    targets: list[Target] = []
    for plan in list_enterprises(random, faker, 3):
        other = msgspec.structs.replace(
            plan, name=f"邻县{plan.name}", short_name=f"邻县{plan.short_name}", address="邻县工业园（虚构）一路1号"
        )
        targets.append(_settle_enterprise(stage, other, None, None, office="office-b", suffix="-b"))
        if plan.place == 0:
            _open_account(stage, park.id, "enterprise-b", other.safety_officer, Role.ENTERPRISE, targets[0].id)
    return Ground(park_id=park.id, targets=tuple(targets), office="office-b", leader="", inspectors=("inspector-b",), names=names)


def _open_staff_accounts(stage: Stage, park_id: UUID, staff: tuple[StaffPlan, ...]) -> dict[str, str]:
    for one in staff:
        with stage.work(system_actor(park_id)) as work:
            form = AccountForm(
                username=one.username, password=PASSWORD, name=one.name, role=one.role, phone=one.phone, certificate_no=one.certificate_no
            )
            account = create_account(work, form)
        stage.admit(account)
        if one.role is Role.INSPECTOR:
            _enrol_phone(stage, account)
    return {one.username: one.name for one in staff}


def _enrol_phone(stage: Stage, account: Account) -> None:
    with stage.work(account.username) as work:
        enrolled = enrol_device(work, account, name=f"{account.name}的手机", platform="Android 15（虚构）")
    stage.admit(account, enrolled.device_id)
    stage.phone_tokens[account.username] = enrolled.token


def _settle_enterprise(
    stage: Stage, plan: EnterprisePlan, zone_id: UUID | None, grid_id: UUID | None, office: str = "office", suffix: str = ""
) -> Target:
    with stage.work(office) as work:
        enterprise = create_enterprise(
            work,
            EnterpriseForm(
                name=plan.name,
                short_name=plan.short_name,
                credit_code=plan.credit_code,
                industry_code=plan.industry_code,
                risks=tuple(plan.risks),
                zone_id=zone_id,
                grid_id=grid_id,
                address=plan.address,
                staff_count=plan.staff_count,
                legal_representative=plan.legal_representative,
                principal_officer=plan.principal,
                principal_phone=plan.principal_phone,
                safety_officer=plan.safety_officer,
                safety_phone=plan.safety_phone,
                latitude=plan.latitude,
                longitude=plan.longitude,
            ),
        )
    answers = plan.place == 0 or not suffix
    return Target(
        id=enterprise.id,
        kind=TargetKind.ENTERPRISE,
        name=plan.name,
        short_name=plan.short_name,
        industry_code=plan.industry_code,
        latitude=plan.latitude,
        longitude=plan.longitude,
        contact=plan.safety_officer,
        contact_title="安全员",
        safety=POSITIONS[EnterprisePosition.SAFETY_OFFICER](plan.place) + suffix if answers else "",
        principal=POSITIONS[EnterprisePosition.PRINCIPAL_OFFICER](plan.place) if plan.place < PRINTED_ENTERPRISES and not suffix else "",
    )


def _open_enterprise_accounts(stage: Stage, park_id: UUID, plan: EnterprisePlan, target: Target) -> None:
    _open_account(stage, park_id, target.safety, plan.safety_officer, Role.ENTERPRISE, target.id)
    if target.principal:
        position = EnterprisePosition.PRINCIPAL_OFFICER
        _open_account(stage, park_id, target.principal, plan.principal, Role.ENTERPRISE, target.id, position)


def _open_account(
    stage: Stage,
    park_id: UUID,
    username: str,
    name: str,
    role: Role,
    enterprise_id: UUID,
    position: EnterprisePosition = EnterprisePosition.SAFETY_OFFICER,
) -> None:
    form = AccountForm(username=username, password=PASSWORD, name=name, role=role, position=position, enterprise_id=enterprise_id)
    with stage.work(system_actor(park_id)) as work:
        stage.admit(create_account(work, form))


def _set_up_target(stage: Stage, plan: TargetPlan, enterprises: list[Target], zone_id: UUID, random: Random) -> Target:
    owner = None if plan.owner is None else enterprises[plan.owner]
    latitude, longitude = (owner.latitude, owner.longitude) if owner else spot_in(ZONES[plan.zone], random)
    with stage.work("office") as work:
        made = create_target(
            work,
            TargetForm(
                kind=plan.kind,
                name=plan.name,
                enterprise_id=owner.id if owner else None,
                steward=plan.steward,
                steward_phone="10000000061" if plan.steward else "",
                zone_id=zone_id,
                latitude=latitude,
                longitude=longitude,
                details=plan.details,
            ),
        )
    return Target(
        id=made.id,
        kind=plan.kind,
        name=plan.name,
        short_name=owner.short_name if owner else plan.name,
        industry_code=owner.industry_code if owner else "",
        latitude=latitude,
        longitude=longitude,
        contact=owner.contact if owner else plan.steward.removesuffix("（虚构）"),
        contact_title="安全员" if owner else "管护单位",
        safety=owner.safety if owner else "",
        principal=owner.principal if owner else "",
    )
