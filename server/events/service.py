"""Use cases of the trail of events: read it, and prove that nobody touched it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Select, or_, select

from server.clock import CHINA
from server.events.access import READERS, readable_events
from server.events.chain import BrokenLink, find_broken_link
from server.events.labels import Fact, action_label, facts_in_words, subject_label
from server.events.story import StoryEntry as StoryEntry
from server.events.story import find_latest as find_latest
from server.events.story import read_story as read_story
from server.listing import Page, matches, narrow, paginate
from server.models.accounts import Account, Device
from server.models.catalogue import CatalogueEdition, ClauseRecord
from server.models.documents import Inspection
from server.models.enterprises import Enterprise, InspectionTarget
from server.models.events import Event
from server.models.hazards import Hazard
from server.models.layout import LayoutObject
from server.models.orders import IssuedPaper, RectificationOrder
from server.models.parks import Grid, Park, Zone
from server.models.projects import Project
from server.models.risk import Accident, ChemicalUnit, HazardSource, RiskPoint, RiskUnit
from server.steps import demand_role
from server.unit_of_work import Work


class EventQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which events to list, newest first. `subject` is a number or name (隐患编号, 文号, 企业 ...), `action` one action or `kind:`."""

    subject: str = ""
    subject_id: UUID | None = None
    person: str = ""
    action: str = ""
    since: date | None = None
    until: date | None = None
    page: int = 1
    size: int = 30


class EventRow(msgspec.Struct, frozen=True, kw_only=True):
    """An event as it is read. `address` leads to what it happened to, empty when there is no page for it."""

    sequence: int
    at: datetime
    action: str
    action_label: str
    actor_name: str
    device_name: str
    subject_kind: str
    subject_label: str
    subject_id: UUID
    subject_name: str
    address: str
    facts: tuple[Fact, ...]
    hash: str
    previous_hash: str


class _Named(msgspec.Struct, frozen=True):
    """Where a kind of subject keeps the name people know it by, and where its page is."""

    id: Any
    park_id: Any
    names: tuple[Any, ...]
    address: str = ""


_NAMED: dict[str, _Named] = {
    "accident": _Named(Accident.id, Accident.park_id, (Accident.title,)),
    "account": _Named(Account.id, Account.park_id, (Account.name, Account.username)),
    "chemical_unit": _Named(ChemicalUnit.id, ChemicalUnit.park_id, (ChemicalUnit.name,), "/chemical-units/{}"),
    "catalogue_edition": _Named(
        CatalogueEdition.id,
        CatalogueEdition.park_id,
        (CatalogueEdition.title, CatalogueEdition.document_number),
        "/catalogue/editions/{}",
    ),
    "clause_record": _Named(ClauseRecord.id, ClauseRecord.park_id, (ClauseRecord.entry_id, ClauseRecord.document), "/catalogue/desk/{}"),
    "device": _Named(Device.id, Device.park_id, (Device.name,)),
    "enterprise": _Named(Enterprise.id, Enterprise.park_id, (Enterprise.name, Enterprise.credit_code), "/enterprises/{}"),
    "grid": _Named(Grid.id, Grid.park_id, (Grid.name,)),
    "hazard": _Named(Hazard.id, Hazard.park_id, (Hazard.number, Hazard.title), "/hazards/{}"),
    "hazard_source": _Named(HazardSource.id, HazardSource.park_id, (HazardSource.name,), "/risk-sources/{}"),
    "inspection": _Named(Inspection.id, Inspection.park_id, (Inspection.number, Inspection.target_name), "/inspections/{}"),
    "inspection_target": _Named(InspectionTarget.id, InspectionTarget.park_id, (InspectionTarget.name,), "/targets/{}"),
    "layout_object": _Named(LayoutObject.id, LayoutObject.park_id, (LayoutObject.name,), "/layout/objects/{}"),
    "paper": _Named(IssuedPaper.id, IssuedPaper.park_id, (IssuedPaper.document_number,)),
    "park": _Named(Park.id, Park.id, (Park.name,)),
    "project": _Named(Project.id, Project.park_id, (Project.number, Project.name), "/projects/{}"),
    "rectification_order": _Named(RectificationOrder.id, RectificationOrder.park_id, (RectificationOrder.document_number,), "/orders/{}"),
    "risk_point": _Named(RiskPoint.id, RiskPoint.park_id, (RiskPoint.name,), "/risk-points/{}"),
    "risk_unit": _Named(RiskUnit.id, RiskUnit.park_id, (RiskUnit.name,)),
    "zone": _Named(Zone.id, Zone.park_id, (Zone.name,)),
}
_ADDRESSES = {"catalogue_impact": "/catalogue/impact/{}", "inspection_task": "/tasks/{}", "set_aside_document": "/set-aside/{}"}


def list_events(work: Work, query: EventQuery) -> Page[EventRow]:
    """One page of the trail the actor may read, newest first. The number of queries does not depend on the number of events."""
    conditions = [
        _is_about(work, query.subject),
        None if query.subject_id is None else Event.subject_id == query.subject_id,
        matches(query.person, Event.actor_name),
        _is_action(query.action),
        None if query.since is None else Event.at >= _start_of(query.since),
        None if query.until is None else Event.at < _start_of(query.until) + timedelta(days=1),
    ]
    found = paginate(work.session, narrow(readable_events(work.actor), conditions).order_by(Event.sequence.desc()), query.page, query.size)
    names = _names_of(work, found.items)
    devices = _device_names(work, found.items)
    return found.map(lambda event: _row(event, names, devices))


def check_chain(work: Work) -> tuple[int, BrokenLink | None]:
    """Walk the park's whole trail: how many links it has, and the first broken one. Raises `NotAllowed`."""
    demand_role(work.actor, READERS, "核对留痕")
    broken = find_broken_link(work.connection, work.park_id)
    last = work.session.scalar(select(Event.sequence).where(Event.park_id == work.park_id).order_by(Event.sequence.desc()).limit(1))
    return last or 0, broken


def _is_about(work: Work, words: str) -> ColumnElement[bool] | None:
    if not words.strip():
        return None
    kinds = []
    for named in _NAMED.values():
        condition = matches(words, *named.names)
        if condition is not None:
            kinds.append(Event.subject_id.in_(select(named.id).where(named.park_id == work.park_id, condition)))
    return or_(*kinds)


def _is_action(action: str) -> ColumnElement[bool] | None:
    if not action:
        return None
    return Event.action.startswith(action, autoescape=True) if action.endswith(":") else Event.action == action


def _start_of(day: date) -> datetime:
    # At either end of the calendar a day in the park has no midnight in UTC; nothing happened then.
    return datetime.combine(min(max(day, date(2, 1, 1)), date(9998, 12, 31)), time.min, CHINA)


def _names_of(work: Work, events: Iterable[Event]) -> Mapping[UUID, str]:
    wanted: dict[str, set[UUID]] = {}
    for event in events:
        wanted.setdefault(event.subject_kind, set()).add(event.subject_id)
    names: dict[UUID, str] = {}
    for kind, ids in wanted.items():
        named = _NAMED.get(kind)
        if named is not None:
            query: Select[Any] = select(named.id, named.names[0]).where(named.park_id == work.park_id, named.id.in_(ids))
            names |= {row[0]: row[1] or "" for row in work.session.execute(query)}
    return names


def _device_names(work: Work, events: Iterable[Event]) -> Mapping[UUID, str]:
    ids = {event.device_id for event in events if event.device_id is not None}
    if not ids:
        return {}
    rows = work.session.execute(select(Device.id, Device.name).where(Device.park_id == work.park_id, Device.id.in_(ids)))
    return {row.id: row.name for row in rows}


def _row(event: Event, names: Mapping[UUID, str], devices: Mapping[UUID, str]) -> EventRow:
    named = _NAMED.get(event.subject_kind)
    pattern = named.address if named is not None else _ADDRESSES.get(event.subject_kind, "")
    return EventRow(
        sequence=event.sequence,
        at=event.at,
        action=event.action,
        action_label=action_label(event.action),
        actor_name=event.actor_name,
        device_name=devices.get(event.device_id, "") if event.device_id is not None else "",
        subject_kind=event.subject_kind,
        subject_label=subject_label(event.subject_kind),
        subject_id=event.subject_id,
        subject_name=names.get(event.subject_id, ""),
        address=pattern.format(event.subject_id) if pattern else "",
        facts=facts_in_words(msgspec.json.decode(event.content)["facts"]),
        hash=event.hash,
        previous_hash=event.previous_hash,
    )
