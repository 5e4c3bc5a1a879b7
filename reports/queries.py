"""Rows for the reports: how many hazards of each enterprise are in which state, and which hazards stand behind a number?

Everything starts from the readable select of its subject, so nobody counts or lists what they may not see. Hazards found at something
without an enterprise (a public facility, an unassigned place) stand under what was inspected, so that a report's total is the park's.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, Date, Select, and_, cast, func, null, select, union_all
from sqlalchemy.orm import Session

from reports.closure import TEMPLATE_VERSION, ClosureReport, ClosureRow
from reports.figures import COUNT_FIELDS, ClosureCounts, HazardRow, overdue_days
from reports.ledger import LedgerRow
from reports.measures import (
    HAZARD_COUNTS,
    LOOK_COUNTS,
    Measure,
    closing_days,
    days_overdue,
    is_counted,
    is_general,
    is_look_awaited,
    is_major,
    is_overdue,
)
from reports.paper import CitedClause, Imprint
from reports.parameters import ClosureAsked, ClosureSort, Scope, closure_words
from rules.rulebook import Rulebook
from rules.terms import ClosureKind, HazardLevel, HazardSource, HazardState, ReinspectionResult, Role, TargetKind
from server.enterprises.access import readable_enterprises, readable_targets
from server.hazards.access import readable_hazards
from server.hazards.filters import listed_hazards
from server.hazards.schemas import HazardQuery
from server.identity import Actor
from server.inspections.access import readable_inspections
from server.listing import Page, paginate
from server.models.accounts import Account
from server.models.documents import Inspection
from server.models.enterprises import Enterprise, InspectionTarget
from server.models.hazards import Hazard, RectificationReply, Reinspection
from server.models.orders import RectificationOrder
from server.models.parks import Park, Zone
from server.rectification.access import readable_orders
from server.unit_of_work import Work

GROUP: ColumnElement[Any] = func.coalesce(Hazard.enterprise_id, Hazard.target_id)
"""Under whom a hazard is counted: the enterprise that answers for it, else what was inspected, else nobody (NULL)."""


def in_scope(actor: Actor, scope: Scope) -> Select[Hazard]:
    """The set S of the scope."""
    query = readable_hazards(actor).where(is_counted(), Hazard.found_on.between(scope.found_from, scope.found_until))
    if scope.zone_id is not None:
        in_zone = select(InspectionTarget.id).where(InspectionTarget.park_id == actor.park_id, InspectionTarget.zone_id == scope.zone_id)
        query = query.where(Hazard.target_id.in_(in_zone))
    if scope.level:
        query = query.where(is_major(scope.as_of) if scope.level == HazardLevel.MAJOR else is_general(scope.as_of))
    return query


def _with_looks(columns: Sequence[Any], actor: Actor, scope: Scope) -> Select[Any]:
    """The same hazards, once for each re-inspection that took effect, with the reply it answered.

    The re-inspections come first and look their hazard up (an outer join keeps that order on SQLite): from a million hazards this takes a
    quarter of the time of the other way round.
    """
    conditions = in_scope(actor, scope).whereclause
    in_set = Hazard.id == Reinspection.hazard_id if conditions is None else and_(Hazard.id == Reinspection.hazard_id, conditions)
    return (
        select(*columns)
        .select_from(Reinspection)
        .outerjoin(Hazard, in_set)
        .outerjoin(RectificationReply, RectificationReply.id == Reinspection.reply_id)
        .where(Reinspection.park_id == actor.park_id, Reinspection.applied.is_(True), Hazard.id.is_not(None))
    )


def count_closure(session: Session, actor: Actor, scope: Scope) -> dict[UUID | None, ClosureCounts]:
    """The counts by enterprise (see `GROUP`). Two queries: once over the hazards, once over their re-inspections."""
    as_of = scope.as_of
    sums: dict[UUID | None, dict[str, int]] = {}
    days: dict[UUID | None, Counter[int]] = {}
    group, taken = GROUP.label("group_id"), closing_days(as_of).label("taken")
    over_hazards = (
        in_scope(actor, scope)
        .with_only_columns(
            group,
            taken,
            func.sum(days_overdue(as_of)),
            func.count().filter(is_look_awaited(as_of)),
            *(func.count().filter(one.of_hazard(as_of)) for one in HAZARD_COUNTS if one.of_hazard),
        )
        .group_by(group, taken)
    )
    for group_id, closed_after, late, waiting, *amounts in session.execute(over_hazards):
        sum_of = sums.setdefault(group_id, dict.fromkeys(COUNT_FIELDS, 0))
        for name, amount in zip(_HAZARD_FIELDS, (late or 0, waiting, *amounts), strict=True):
            sum_of[name] += amount
        if closed_after is not None:
            days.setdefault(group_id, Counter())[closed_after] += amounts[0]
    looks = (func.count().filter(one.of_look(as_of)) for one in LOOK_COUNTS if one.of_look)
    over_looks = _with_looks((group, *looks), actor, scope).group_by(group)
    for group_id, *amounts in session.execute(over_looks):
        for one, amount in zip(LOOK_COUNTS, amounts, strict=True):
            sums[group_id][one.key] += amount
    return {
        group_id: ClosureCounts(**sum_of, closing_days=tuple(sorted(days.get(group_id, Counter()).items())))
        for group_id, sum_of in sums.items()
    }


_HAZARD_FIELDS = ("overdue_days", "reinspections_owed", *(one.key for one in HAZARD_COUNTS))

NOBODY = "none"
"""Names the group of hazards whose inspection target is not known yet."""
_NOBODY_NAME = "检查对象待认定"
_ALL_DAYS = (date.min, date.max)


_SORT_KEYS: dict[str, Callable[[ClosureRow], Any]] = {
    ClosureSort.OVERDUE: lambda row: (-row.counts.overdue, -row.counts.open, -row.counts.found, row.enterprise_name),
    ClosureSort.FOUND: lambda row: (-row.counts.found, row.enterprise_name),
    ClosureSort.OPEN: lambda row: (-row.counts.open, -row.counts.found, row.enterprise_name),
    ClosureSort.NAME: lambda row: row.enterprise_name,
}


def read_closure_rows(session: Session, actor: Actor, scope: Scope, sort: str = ClosureSort.OVERDUE) -> tuple[ClosureRow, ...]:
    """The rows of the closure report: every enterprise (or other party, see `GROUP`) with a hazard in the scope."""
    counts = count_closure(session, actor, scope)
    parties = _name_parties(session, actor, [one for one in counts if one is not None])
    rows = [
        ClosureRow(
            enterprise_name=_NOBODY_NAME if group_id is None else parties[group_id][0],
            zone_name="" if group_id is None else parties[group_id][1],
            key=NOBODY if group_id is None else str(group_id),
            counts=one,
        )
        for group_id, one in counts.items()
    ]
    return tuple(sorted(rows, key=_SORT_KEYS.get(sort, _SORT_KEYS[ClosureSort.OVERDUE])))


def _name_parties(session: Session, actor: Actor, ids: Collection[UUID]) -> dict[UUID, tuple[str, str]]:
    """Name and zone of each party the actor may see; a public facility with who keeps it. An enterprise is a target of its own id."""
    query = (
        readable_targets(actor)
        .outerjoin(Zone, Zone.id == InspectionTarget.zone_id)
        .where(InspectionTarget.id.in_(ids))
        .with_only_columns(
            InspectionTarget.id,
            InspectionTarget.kind,
            InspectionTarget.name,
            InspectionTarget.steward,
            Zone.name.label("zone"),
            maintain_column_froms=True,
        )
    )
    return {row.id: (_party_name(row.kind, row.name, row.steward), row.zone or "") for row in session.execute(query)}


def _party_name(kind: str, name: str, steward: str) -> str:
    return f"{name}（管护：{steward}）" if steward and kind != TargetKind.ENTERPRISE else name


def count_overdue_ever(session: Session, actor: Actor, scope: Scope) -> int:
    """The overdue hazards of the scope, whenever they were found: what the home page counts, at the end of `as_of`."""
    ever = msgspec.structs.replace(scope, found_from=_ALL_DAYS[0], found_until=_ALL_DAYS[1])
    query = in_scope(actor, ever).where(is_overdue(scope.as_of)).with_only_columns(func.count())
    return session.scalar(query) or 0


def imprint_of(work: Work, template_version: str, *, document_number: str = "", is_draft: bool = False) -> Imprint:
    """The imprint of what is printed now and was never issued."""
    park = work.session.get_one(Park, work.park_id)
    return Imprint(
        office_name=park.office_name,
        park_name=park.name,
        template_version=template_version,
        printed_at=work.now,
        printed_by=work.actor.name,
        document_number=document_number,
        is_fictional=park.fictional,
        is_draft=is_draft,
    )


def read_closure_report(work: Work, asked: ClosureAsked) -> ClosureReport:
    """The closure report: one value for the page, the paper and the sheet."""
    scope = asked.scope
    zone_name = work.session.scalar(select(Zone.name).where(Zone.park_id == work.park_id, Zone.id == scope.zone_id)) or ""
    return ClosureReport(
        imprint=imprint_of(work, TEMPLATE_VERSION),
        found_from=scope.found_from,
        found_until=scope.found_until,
        as_of=scope.as_of,
        filters=closure_words(scope, zone_name),
        rows=read_closure_rows(work.session, work.actor, scope, asked.sort),
    )


class BehindRow(msgspec.Struct, frozen=True, kw_only=True):
    """One entry of the list behind a number: a hazard, or one of its re-inspections when those are counted.

    `look_due_on` is absent while a re-inspection is still awaited; `days_late` counts to the accepted reply or to the report's day.
    """

    hazard_id: UUID
    number: str
    title: str
    location: str
    party_name: str
    state: str
    level: str | None
    found_on: date
    due_on: date | None
    accepted_on: date | None
    closed_on: date | None
    days_late: int
    look_due_on: date | None
    look_held_on: date | None


_SHOWN: tuple[Any, ...] = (
    Hazard.id,
    Hazard.number,
    Hazard.title,
    Hazard.location,
    Hazard.state,
    Hazard.level,
    Hazard.found_on,
    Hazard.due_on,
    Hazard.accepted_on,
    Hazard.closed_on,
    GROUP.label("group_id"),
)
_NO_LOOK = (cast(null(), Date).label("look_due_on"), cast(null(), Date).label("look_held_on"))
_LOOK = (Reinspection.due_on.label("look_due_on"), Reinspection.reinspected_on.label("look_held_on"))


def list_behind(
    session: Session, actor: Actor, scope: Scope, measure: Measure, party: str = "", page: int = 1, size: int = 50
) -> Page[BehindRow]:
    """One page of what a number counts. `party` is the key of a row of the report, or empty for all of them."""
    parts: list[Select[Any]] = []
    if measure.of_hazard is not None:
        of_hazard = in_scope(actor, scope).where(measure.of_hazard(scope.as_of))
        parts.append(of_hazard.with_only_columns(*(*_SHOWN, *_NO_LOOK)))
    if measure.of_look is not None:
        parts.append(_with_looks((*_SHOWN, *_LOOK), actor, scope).where(measure.of_look(scope.as_of)))
    if party:
        group_id = None if party == NOBODY else UUID(party)
        is_party: ColumnElement[bool] = GROUP.is_(None) if group_id is None else GROUP.in_([group_id])
        parts = [one.where(is_party) for one in parts]
    counted = parts[0].subquery() if len(parts) == 1 else union_all(*parts).subquery()
    query = (
        select(counted, InspectionTarget.kind, InspectionTarget.name.label("party"), InspectionTarget.steward)
        .outerjoin(InspectionTarget, InspectionTarget.id == counted.c.group_id)
        .order_by(counted.c.due_on.is_(None), counted.c.due_on, counted.c.number, counted.c.look_held_on)
    )
    return paginate(session, query, page, size).map(lambda row: _behind(row, scope.as_of))


def _behind(row: Any, as_of: date) -> BehindRow:
    late = HazardRow(found_on=row.found_on, due_on=row.due_on, accepted_reply_on=row.accepted_on)
    return BehindRow(
        hazard_id=row.id,
        number=row.number,
        title=row.title,
        location=row.location,
        party_name=_NOBODY_NAME if row.party is None else _party_name(row.kind, row.party, row.steward),
        state=row.state,
        level=row.level,
        found_on=row.found_on,
        due_on=row.due_on,
        accepted_on=row.accepted_on,
        closed_on=row.closed_on,
        days_late=overdue_days(late, as_of),
        look_due_on=row.look_due_on,
        look_held_on=row.look_held_on,
    )


def find_party_name(session: Session, actor: Actor, party: str) -> str:
    """What a row of the report is called, by its key; empty when the actor may see none of that key."""
    if party == NOBODY:
        return _NOBODY_NAME
    names = _name_parties(session, actor, [UUID(party)])
    return next(iter(names.values()), ("", ""))[0]


LEDGER_CHUNK = 500
"""How many hazards of a ledger are in memory at a time."""


def stream_ledger(session: Session, actor: Actor, query: HazardQuery, today: date, rulebook: Rulebook) -> Iterator[LedgerRow]:
    """The ledger's rows, in the order of the list they were asked from: two more queries for every 500 rows, flat in memory."""
    rows = (
        listed_hazards(actor, query, today)
        .outerjoin(Zone, Zone.id == InspectionTarget.zone_id)
        .with_only_columns(
            *(getattr(Hazard, name) for name in _LEDGER_FIELDS),
            InspectionTarget.name.label("target_name"),
            InspectionTarget.kind.label("target_kind"),
            InspectionTarget.steward,
            Enterprise.name.label("enterprise_name"),
            RectificationOrder.document_number,
            Zone.name.label("zone_name"),
            maintain_column_froms=True,
        )
    )
    for chunk in session.execute(rows.execution_options(yield_per=LEDGER_CHUNK)).partitions():
        ids = [row.id for row in chunk]
        replies, looks = _latest_replies(session, ids), _latest_looks(session, ids)
        for row in chunk:
            yield _ledger_row(row, replies.get(row.id), looks.get(row.id), rulebook, today)


_LEDGER_FIELDS = (
    "id", "number", "source", "item_code", "checklist_edition", "description", "location", "basis", "requirement", "found_on", "state",
    "level", "criterion_id", "criterion_clause", "original_due_on", "due_on", "accepted_on", "closed_on", "closure_kind", "repeat",
)  # fmt: skip
_LEVEL_LABELS = {HazardLevel.GENERAL: "一般", HazardLevel.MAJOR: "重大"}


def _latest_replies(session: Session, hazard_ids: Collection[UUID]) -> Mapping[UUID, Any]:
    query = select(RectificationReply.hazard_id, RectificationReply.measure, RectificationReply.responsible_person)
    query = query.where(RectificationReply.hazard_id.in_(hazard_ids)).order_by(RectificationReply.replied_at, RectificationReply.id)
    return {row.hazard_id: row for row in session.execute(query)}


def _latest_looks(session: Session, hazard_ids: Collection[UUID]) -> Mapping[UUID, Any]:
    query = select(Reinspection.hazard_id, Reinspection.reinspected_on, Reinspection.result)
    query = query.where(Reinspection.hazard_id.in_(hazard_ids), Reinspection.applied.is_(True))
    return {row.hazard_id: row for row in session.execute(query.order_by(Reinspection.reinspected_at, Reinspection.id))}


def _ledger_row(row: Any, reply: Any, look: Any, rulebook: Rulebook, today: date) -> LedgerRow:
    on_the_spot = row.closure_kind == ClosureKind.ON_THE_SPOT
    late = HazardRow(found_on=row.found_on, due_on=row.due_on, accepted_reply_on=row.accepted_on)
    party = row.enterprise_name or (_party_name(row.target_kind, row.target_name, row.steward) if row.target_name else _NOBODY_NAME)
    return LedgerRow(
        hazard_number=row.number,
        found_on=row.found_on,
        enterprise_name=party,
        zone_name=row.zone_name or "",
        source_label=HazardSource(row.source).label,
        place=row.location if row.target_name in (None, row.enterprise_name) else f"{row.target_name} {row.location}".strip(),
        description=row.description,
        clauses=_clauses(row, rulebook),
        level_label=_LEVEL_LABELS[HazardLevel(row.level)] if row.level else "待定",
        state_label=HazardState(row.state).label,
        requirement=row.requirement,
        responsible_person=reply.responsible_person if reply else "",
        document_number=row.document_number or "",
        original_due_on=row.original_due_on,
        due_on=row.due_on,
        accepted_reply_on=row.accepted_on,
        measures=reply.measure if reply else "当场整改" if on_the_spot else "",
        reinspected_on=look.reinspected_on if look else None,
        outcome_label=ReinspectionResult(look.result).label if look else "",
        closed_on=row.closed_on,
        overdue_days=0 if row.state == HazardState.VOID else overdue_days(late, today),
        is_repeat=row.repeat,
    )


def _clauses(row: Any, rulebook: Rulebook) -> tuple[CitedClause, ...]:
    """The criterion a person confirmed, then the basis of the checklist item. What nobody compared with the text says so."""
    law = rulebook.major_hazards
    clauses = []
    if row.criterion_id:
        verified = row.criterion_id in law.ids and law.criterion(row.criterion_id).clause.verified
        clauses.append(CitedClause(citation=row.criterion_clause, is_verified=verified))
    item = rulebook.checklists.find_item(row.item_code, row.checklist_edition) if row.item_code else None
    known = set(item.basis) if item is not None and item.verified else set()
    return (*clauses, *(CitedClause(citation=one, is_verified=one in known) for one in row.basis))


def name_filters(session: Session, actor: Actor, query: HazardQuery) -> dict[UUID, str]:
    """The names of what a list's filters point to, of those the actor may see."""
    names: dict[UUID, str] = {}
    pointers: tuple[tuple[UUID | None, Select[Any], Any, Any], ...] = (
        (query.enterprise_id, readable_enterprises(actor), Enterprise.id, Enterprise.name),
        (query.target_id, readable_targets(actor), InspectionTarget.id, InspectionTarget.name),
        (query.inspection_id, readable_inspections(actor), Inspection.id, Inspection.number),
        (query.order_id, readable_orders(actor), RectificationOrder.id, func.coalesce(RectificationOrder.document_number, "草稿")),
        (query.zone_id, select(Zone).where(Zone.park_id == actor.park_id), Zone.id, Zone.name),
    )
    for pointed_to, readable, key, name in pointers:
        if pointed_to is not None:
            found = session.scalar(readable.where(key == pointed_to).with_only_columns(name))
            if found is not None:
                names[pointed_to] = found
    return names


def find_certificates(session: Session, actor: Actor, names: Collection[str]) -> dict[str, str]:
    """The certificates of inspectors by name, of the park's accounts; a name two accounts bear has none."""
    query = select(Account.name, func.min(Account.certificate_no)).where(Account.park_id == actor.park_id, Account.name.in_(names))
    query = query.where(Account.role.in_((Role.INSPECTOR, Role.OFFICE, Role.LEADER))).group_by(Account.name).having(func.count() == 1)
    return {row[0]: row[1] for row in session.execute(query) if row[1]}
