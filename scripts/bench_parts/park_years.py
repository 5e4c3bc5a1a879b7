"""What years of work leave in a large park: people, the plan of the year with its visits, inspections, hazards and orders.

The latest year is half done: its plan is in force, most of its visits are made, some hazards are open and some late. Earlier years are
closed. The same rows every time.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import insert

from rules.terms import HazardLevel, HazardState, OrderState, Role, TargetKind
from scripts.bench_parts.large_park import DAY
from server.accounts.secrets import token_hash
from server.accounts.service import actor_of, start_session
from server.clock import clock_on
from server.db import Database
from server.identity import Actor
from server.ids import new_id
from server.models import Account, Device, InspectionTarget
from server.models.base import Base
from server.models.documents import Document, Inspection, InspectionTask, TaskAssignee
from server.models.hazards import Hazard
from server.models.orders import RectificationOrder
from server.models.plan import FrequencyPolicy, InspectionPlan, PlanVisit
from server.planning.schemas import PlanState, VisitOrigin
from server.tasks.schemas import TaskState
from server.unit_of_work import Work, begin_work

INSPECTORS = 10
VISITS_A_YEAR = 12
_SIGNED_IN = (Role.OFFICE, Role.LEADER, Role.INSPECTOR, Role.ENTERPRISE)
_OPEN_SHARE = 0.2
_ROWS_AT_ONCE = 5000


class People(msgspec.Struct, frozen=True):
    """Who asks: a browser's token for each role, and the token of an inspector's phone."""

    sessions: dict[Role, str]
    phone: str


class _Year(msgspec.Struct, frozen=True):
    """Whose rows are written: the office's actor, the inspectors, the enterprises."""

    office: Actor
    inspectors: list[UUID]
    enterprises: list[UUID]


def fill_years(database: Database, office: Actor, enterprises: list[UUID], *, hazards: int, years: int) -> People:
    """Write `years` years that end today, with `hazards` hazards a year. Returns who may ask."""
    chance = random.Random(20261120)  # noqa: S311 - the same park every time, nothing secret
    with begin_work(database, clock_on(DAY), write=True) as work:
        work.act_as(office)
        accounts, phone = _people(work, enterprises[0])
        year = _Year(office, [one.id for one in accounts if one.role == Role.INSPECTOR], enterprises)
        _write(work, InspectionTarget, _targets(year))
        for number in range(DAY.year - years + 1, DAY.year + 1):
            inspections = _visits(work, chance, year, number)
            _hazards(work, chance, year, number, hazards, inspections)
        by_role = {one.role: one for one in reversed(accounts)}
        return People({role: start_session(work, actor_of(by_role[role]), 24) for role in _SIGNED_IN}, phone)


def _people(work: Work, enterprise_id: UUID) -> tuple[list[Account], str]:
    roles = (Role.OFFICE, Role.LEADER, Role.ENTERPRISE, *[Role.INSPECTOR] * INSPECTORS)
    accounts = [
        Account(
            id=new_id(),
            park_id=work.park_id,
            username=f"bench-{number}",
            password_hash="",  # fits no password
            name=f"{role.label}{number}",
            role=role,
            enterprise_id=enterprise_id if role is Role.ENTERPRISE else None,
            created_at=work.now,
        )
        for number, role in enumerate(roles)
    ]
    work.session.add_all(accounts)
    work.session.flush()
    phone = "bench-phone"
    held = {"name": "压测手机", "platform": "", "token_hash": token_hash(phone), "enrolled_at": work.now}
    work.connection.execute(insert(Device).values(id=new_id(), park_id=work.park_id, account_id=accounts[-1].id, **held))
    return accounts, phone


def _write(work: Work, model: type[Base], rows: Iterator[dict[str, Any]]) -> None:
    waiting = list(rows)
    for start in range(0, len(waiting), _ROWS_AT_ONCE):
        work.connection.execute(insert(model), waiting[start : start + _ROWS_AT_ONCE])


def _targets(year: _Year) -> Iterator[dict[str, Any]]:
    for number, enterprise_id in enumerate(year.enterprises):
        yield {
            "id": enterprise_id, "park_id": year.office.park_id, "kind": TargetKind.ENTERPRISE, "name": f"压测企业{number:03d}（虚构）",
            "enterprise_id": enterprise_id, "details": {}, "active": True, "created_at": _noon(date(2025, 6, 1)),
        }  # fmt: skip


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def _visits(work: Work, chance: random.Random, year: _Year, number: int) -> list[dict[str, Any]]:
    """The plan of one year, in force; its visits up to today as tasks, nine in ten of them made. Returns the inspections."""
    plan_id, policy_id, first = new_id(), new_id(), date(number, 1, 1)
    of_park = {"park_id": year.office.park_id}
    work.connection.execute(
        insert(FrequencyPolicy).values(
            id=policy_id, effective_from=first, bounds={"red": {"floor": "12"}, "orange": {"floor": "12"}}, adopted={},
            decided_by="园区安委会", decision_number="压测1号", adopted_at=_noon(first), adopted_by_name="压测", **of_park,
        )
    )  # fmt: skip
    work.connection.execute(
        insert(InspectionPlan).values(
            id=plan_id, year=number, state=PlanState.IN_FORCE, revision=1, starts_on=first, policy_id=policy_id, unplaced=[],
            last_number=len(year.enterprises) * VISITS_A_YEAR, note="", arranged_at=_noon(first), arranged_by_name="压测", **of_park,
        )
    )  # fmt: skip
    visits, tasks, assignees, documents = [], [], [], []
    inspections: list[dict[str, Any]] = []
    for place in range(len(year.enterprises) * VISITS_A_YEAR):
        enterprise = place % len(year.enterprises)
        month = place // len(year.enterprises) + 1
        on = date(number, month, 1 + enterprise % 28)
        lead, second = year.inspectors[enterprise % INSPECTORS], year.inspectors[(enterprise + 1) % INSPECTORS]
        is_released, is_made = (number, month) <= (DAY.year, DAY.month), on < DAY and chance.random() < 0.9
        task_id = new_id() if is_released else None
        visits.append(
            {
                "id": new_id(), "plan_id": plan_id, "number": place + 1, "enterprise_id": year.enterprises[enterprise], "colour": "orange",
                "planned_on": on, "first_planned_on": on, "lead_id": lead, "second_id": second, "is_fixed": False,
                "asked_at": _noon(first), "origin": VisitOrigin.GENERATED, "why": "橙：每年至少 12 次", "task_id": task_id,
                "dropped_on": None, "version": 1, **of_park,
            }
        )  # fmt: skip
        if task_id is None:
            continue
        tasks.append(
            {
                "id": task_id, "target_id": year.enterprises[enterprise], "checklists": ["GEN"], "planned_on": on,
                "due_on": on + timedelta(days=7), "state": TaskState.DONE if is_made else TaskState.PLANNED, "created_at": _noon(first),
                "created_by": year.office.id, **of_park,
            }
        )  # fmt: skip
        assignees += [{"task_id": task_id, "account_id": one} for one in (lead, second)]
        if is_made:
            document_id = new_id()
            body = b"{}"
            documents.append(
                {
                    "id": document_id, "kind": "inspection", "sha256": document_id.hex, "body": body, "account_id": lead,
                    "device_id": None, "received_at": _noon(on), **of_park,
                }
            )  # fmt: skip
            inspections.append(
                {
                    "id": document_id, "number": f"JC-{number}-{len(inspections) + 1:04d}", "target_id": year.enterprises[enterprise],
                    "target_name": f"压测企业{enterprise:03d}（虚构）", "task_id": task_id, "account_id": lead, "inspectors": ["王检"],
                    "checklists": [{"code": "GEN", "edition": "1"}], "inspected_on": on, "received_at": _noon(on), "answered": 30,
                    "passed": 28, "failed": 2, "not_applicable": 0, "photo_count": 2, "marks": [], **of_park,
                }
            )  # fmt: skip
    for model, rows in (
        (InspectionTask, tasks), (TaskAssignee, assignees), (PlanVisit, visits), (Document, documents), (Inspection, inspections),
    ):  # fmt: skip
        _write(work, model, iter(rows))
    return inspections


def _hazards(work: Work, chance: random.Random, year: _Year, number: int, amount: int, inspections: list[dict[str, Any]]) -> None:
    """What those inspections found, two to an order; of the last months some open."""
    hazards = []
    orders: list[dict[str, Any]] = []
    order: dict[str, Any] = {}
    for place in range(amount):
        seen = inspections[place * len(inspections) // amount]
        found: date = seen["inspected_on"]
        is_open = number == DAY.year and (DAY - found).days < 90 and chance.random() < _OPEN_SHARE * 2
        state = _state(chance) if is_open else HazardState.CLOSED
        has_order = state not in (HazardState.FOUND, HazardState.CONFIRMED)
        if has_order and (not order or order["target_id"] != seen["target_id"] or order["state"] != _order_state(state)):
            order = _order(year, seen, number, len(orders) + 1, state)
            orders.append(order)
        hazards.append(_hazard(chance, year, seen, f"YH-{number}-{place + 1:04d}", state, order["id"] if has_order else None))
    _write(work, RectificationOrder, iter(orders))
    _write(work, Hazard, iter(hazards))


def _state(chance: random.Random) -> HazardState:
    states = (HazardState.FOUND, HazardState.CONFIRMED, HazardState.RECTIFYING, HazardState.SUBMITTED, HazardState.VERIFIED)
    return chance.choices(states, (1, 1, 6, 2, 1))[0]


def _order_state(state: HazardState) -> OrderState:
    return OrderState.ARCHIVED if state is HazardState.CLOSED else OrderState.SERVED


def _order(year: _Year, seen: dict[str, Any], number: int, sequence: int, state: HazardState) -> dict[str, Any]:
    on: date = seen["inspected_on"]
    return {
        "id": new_id(), "park_id": year.office.park_id, "kind": "rectification_notice", "state": _order_state(state),
        "target_id": seen["target_id"], "enterprise_id": seen["target_id"], "document_number": f"压测〔{number}〕{sequence}号",
        "number_year": number, "number_sequence": sequence, "drafted_at": _noon(on), "drafted_by": year.office.id,
        "issued_at": _noon(on), "issued_on": on, "issued_by": year.office.id, "served_on": on, "served_at": _noon(on),
        "served_by": year.office.id, "version": 1,
    }  # fmt: skip


def _hazard(
    chance: random.Random, year: _Year, seen: dict[str, Any], number: str, state: HazardState, order: UUID | None
) -> dict[str, Any]:
    found: date = seen["inspected_on"]
    is_found = state is HazardState.FOUND
    due = found + timedelta(days=chance.choice((7, 15, 30)))
    replied = state in (HazardState.SUBMITTED, HazardState.VERIFIED, HazardState.CLOSED)
    accepted = state in (HazardState.VERIFIED, HazardState.CLOSED)
    day = min(found + timedelta(days=5), DAY)
    return {
        "id": new_id(), "park_id": year.office.park_id, "number": number, "source": "park_inspection", "target_id": seen["target_id"],
        "enterprise_id": seen["target_id"], "inspection_id": seen["id"], "item_code": "FIRE-004", "checklist_edition": "1",
        "title": "疏散通道堆放纸箱", "description": "包装车间疏散通道堆放纸箱，宽度不足1.1米。", "location": "包装车间", "basis": [],
        "requirement": "清理并保持畅通", "found_on": found, "found_at": _noon(found), "found_by": seen["account_id"],
        "found_by_name": "王检", "state": state, "facts": {}, "judgements": [],
        "level": None if is_found else HazardLevel.MAJOR if chance.random() < 0.04 else HazardLevel.GENERAL,
        "confirmed_at": None if is_found else _noon(found), "confirmed_by": None if is_found else year.office.id, "order_id": order,
        "order_ordinal": None if order is None else 1, "original_due_on": None if order is None else due,
        "due_on": None if order is None else due, "failed_rounds": 0, "first_reply_on": day if replied else None,
        "last_reply_on": day if replied else None, "accepted_on": day if accepted else None, "verified_on": day if accepted else None,
        "closed_on": day if state is HazardState.CLOSED else None, "closure_kind": None, "repeat": False, "version": 1,
    }  # fmt: skip
