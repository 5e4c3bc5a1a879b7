"""Use cases of the register of accidents: record one, correct it, close its case, void a mistaken entry.

The rules grade it by deaths, serious injuries and loss; while a number is unknown the grade is the least it can be and says so.
"""

from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import and_, select

from rules.accidents import find_accident_class, grade_accident
from rules.requests import RequestError
from rules.rulebook import Rulebook
from rules.terms import GradeCause, Term
from server.enterprises.service import get_enterprise
from server.errors import FieldError, InvalidInput, NotFound, StateConflict
from server.grading.access import demand_office, readable_accidents
from server.grading.grades import note_grade
from server.grading.reading import get_point
from server.grading.schemas import AccidentForm
from server.ids import new_id
from server.listing import Page, matches, narrow, paginate
from server.models.enterprises import Enterprise
from server.models.risk import Accident
from server.steps import demand_version
from server.unit_of_work import Work

LONGEST_TITLE = 200
LONGEST_TEXT = 4000
_WHAT = "事故登记"


class AccidentState(Term):
    """Where the case of an accident stands."""

    OPEN = "open", "未结案"
    CLOSED = "closed", "已结案"
    VOID = "void", "已作废"


class AccidentQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which accidents to list. `state` is a value of `AccidentState`; an empty text asks for nothing."""

    search: str = ""
    enterprise_id: UUID | None = None
    state: str = ""
    page: int = 1
    size: int = 20


def list_accidents(work: Work, enterprise_id: UUID | None = None) -> list[Accident]:
    """The accidents the actor may see, newest first, void ones included."""
    query = readable_accidents(work.actor)
    if enterprise_id is not None:
        query = query.where(Accident.enterprise_id == enterprise_id)
    return list(work.session.scalars(query.order_by(Accident.occurred_on.desc(), Accident.id.desc())))


def find_accidents(work: Work, query: AccidentQuery) -> tuple[Page[Accident], dict[UUID, str]]:
    """One page of the accidents the actor may see, newest first, and the names of their enterprises. Void ones count where asked for."""
    state = {
        AccidentState.OPEN.value: and_(Accident.void_on.is_(None), Accident.closed_on.is_(None)),
        AccidentState.CLOSED.value: and_(Accident.void_on.is_(None), Accident.closed_on.is_not(None)),
        AccidentState.VOID.value: Accident.void_on.is_not(None),
    }.get(query.state)
    conditions = [
        matches(query.search, Accident.title, Accident.description),
        Accident.enterprise_id == query.enterprise_id if query.enterprise_id is not None else None,
        state,
    ]
    ordered = narrow(readable_accidents(work.actor), conditions).order_by(Accident.occurred_on.desc(), Accident.id.desc())
    page = paginate(work.session, ordered, query.page, query.size)
    named = select(Enterprise.id, Enterprise.name).where(Enterprise.id.in_({one.enterprise_id for one in page.items}))
    return page, {row.id: row.name for row in work.session.execute(named)}


def get_accident(work: Work, accident_id: UUID) -> Accident:
    """An accident the actor may see. Raises `NotFound`."""
    accident = work.session.scalar(readable_accidents(work.actor).where(Accident.id == accident_id))
    if accident is None:
        raise NotFound("这起事故")
    return accident


def record_accident(work: Work, rulebook: Rulebook, form: AccidentForm) -> Accident:
    """Record an accident; its enterprise's grade follows at once. Raises `NotAllowed`, `NotFound`, `InvalidInput`."""
    demand_office(work.actor, _WHAT)
    get_enterprise(work, form.enterprise_id)
    values = _checked(work, rulebook, form)
    accident = Accident(
        id=new_id(),
        park_id=work.park_id,
        enterprise_id=form.enterprise_id,
        recorded_at=work.now,
        recorded_by=work.actor.id,
        **values,
    )
    work.session.add(accident)
    work.session.flush()
    work.record("accident", accident.id, "accident:recorded", enterprise_id=form.enterprise_id, **_told(values))
    note_grade(work, rulebook, form.enterprise_id, GradeCause.ACCIDENT, f"{accident.occurred_on} {accident.title}（{accident.label}）")
    return accident


def correct_accident(work: Work, rulebook: Rulebook, accident_id: UUID, form: AccidentForm) -> Accident:
    """Correct what is known of an accident, as when somebody died later; every change stays in the trail.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`, `ChangedMeanwhile`.
    """
    demand_office(work.actor, _WHAT)
    accident = _lock(work, accident_id, form.seen_version)
    if form.enterprise_id != accident.enterprise_id:
        raise InvalidInput([FieldError("enterprise_id", "事故不能改到另一家企业，登记错了请作废后重新登记")])
    values = _checked(work, rulebook, form)
    changes = {name: value for name, value in values.items() if getattr(accident, name) != value}
    for name, value in changes.items():
        setattr(accident, name, value)
    work.session.flush()
    told = _told(changes)
    if told:
        work.record("accident", accident.id, "accident:corrected", changes=told)
        note_grade(work, rulebook, accident.enterprise_id, GradeCause.ACCIDENT, f"更正事故“{accident.title}”（{accident.label}）")
    return accident


def close_accident(work: Work, rulebook: Rulebook, accident_id: UUID, reason: str) -> Accident:
    """Close the case: cause found, measures in place, risks assessed anew.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`.
    """
    demand_office(work.actor, _WHAT)
    accident = _lock(work, accident_id, None)
    if accident.closed_on is not None:
        raise StateConflict("这起事故已经结案。", reason="closed")
    if not reason.strip():
        raise InvalidInput([FieldError("reason", "请写明结案依据：调查结论、防范措施落实和复评情况")])
    accident.closed_on, accident.closed_reason, accident.closed_by_name = work.today, reason.strip(), work.actor.name
    work.session.flush()
    work.record("accident", accident.id, "accident:closed", closed_on=accident.closed_on, reason=accident.closed_reason)
    note_grade(work, rulebook, accident.enterprise_id, GradeCause.ACCIDENT_CLOSED, f"事故“{accident.title}”结案：{accident.closed_reason}")
    return accident


def void_accident(work: Work, rulebook: Rulebook, accident_id: UUID, reason: str) -> Accident:
    """A mistaken entry counts for nothing from today; it stays readable.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`.
    """
    demand_office(work.actor, _WHAT)
    accident = _lock(work, accident_id, None)
    if not reason.strip():
        raise InvalidInput([FieldError("reason", "请写明作废原因，如登记错了企业")])
    accident.void_on, accident.void_reason = work.today, reason.strip()
    work.session.flush()
    work.record("accident", accident.id, "accident:voided", reason=accident.void_reason)
    note_grade(work, rulebook, accident.enterprise_id, GradeCause.ACCIDENT, f"作废误登的事故“{accident.title}”：{accident.void_reason}")
    return accident


def _checked(work: Work, rulebook: Rulebook, form: AccidentForm) -> dict[str, Any]:
    errors = []
    if not form.title.strip() or len(form.title) > LONGEST_TITLE:
        errors.append(FieldError("title", f"请写明事故名称，不超过 {LONGEST_TITLE} 个字"))
    if len(form.description) > LONGEST_TEXT:
        errors.append(FieldError("description", f"不能超过 {LONGEST_TEXT} 个字"))
    if form.occurred_on > work.today:
        errors.append(FieldError("occurred_on", "事故日期不能晚于今天"))
    for field, number, words in (("deaths", form.deaths, "死亡人数"), ("serious_injuries", form.serious_injuries, "重伤人数")):
        if number is None or number < 0:
            errors.append(FieldError(field, f"请填写{words}，没有的填 0"))
    if form.loss_wan is not None and form.loss_wan < 0:
        errors.append(FieldError("loss_wan", "直接经济损失不能小于 0，未核定的留空"))
    edition = ""
    try:
        edition = find_accident_class(form.accident_class, form.occurred_on).edition if form.accident_class else ""
    except RequestError as error:
        errors.append(FieldError("accident_class", error.detail))
    if form.point_id is not None and get_point(work, form.point_id).enterprise_id != form.enterprise_id:
        errors.append(FieldError("point_id", "请选择这家企业的风险点"))
    if errors:
        raise InvalidInput(errors)
    try:
        grade = grade_accident(form.deaths, form.serious_injuries, form.loss_wan, on=form.occurred_on)
    except RequestError as error:
        raise InvalidInput([FieldError("occurred_on", error.detail)]) from error
    return {
        "point_id": form.point_id,
        "occurred_on": form.occurred_on,
        "title": form.title.strip(),
        "description": form.description.strip(),
        "accident_class": form.accident_class,
        "accident_edition": edition,
        "deaths": form.deaths,
        "serious_injuries": form.serious_injuries,
        "loss_wan": form.loss_wan,
        "level": grade.level,
        "label": grade.label,
        "trail": list(grade.trail),
        "questions": list(grade.questions),
        "edition": rulebook.edition,
    }


def _told(values: dict[str, Any]) -> dict[str, Any]:
    """What goes into the trail: the facts, and the grade in words."""
    names = ("occurred_on", "title", "description", "accident_class", "deaths", "serious_injuries", "loss_wan", "label", "point_id")
    return {name: values[name] for name in names if name in values}


def _lock(work: Work, accident_id: UUID, version: int | None) -> Accident:
    query = readable_accidents(work.actor).where(Accident.id == accident_id).with_for_update(of=Accident)
    accident = work.session.scalar(query.execution_options(populate_existing=True))
    if accident is None:
        raise NotFound("这起事故")
    demand_version(accident, version, "这起事故")
    if accident.void_on is not None:
        raise StateConflict("这条登记已经作废。", reason="void")
    return accident
