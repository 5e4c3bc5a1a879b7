"""Which colour has this enterprise, why, what would change it, and how did it come to be so?

The enterprise reads the same page about itself, and about nobody else.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get
from litestar.params import FromPath

from rules.bands import Colour
from rules.dynamic_grade import DynamicRule, load_dynamic_rules
from rules.terms import GradeCause, Role
from server.enterprises.service import get_enterprise
from server.entrance import open_work, services_of
from server.grading.derivation import EnterpriseGrade, PointGrade, Reason, Situation, derive_grade
from server.grading.grades import get_situation
from server.grading.history import MOST_DERIVED, list_history
from server.grading.outlook import Outlook, Prospect, becomes_better, becomes_worse, read_outlook
from server.grading.overrides import list_overrides
from server.identity import STAFF, pages_for
from server.listing import page_of
from server.models.risk import GradeOverride
from server.pages.query import asked, asked_page, read_day, read_id
from server.pages.risk_enterprises import COLOURS
from server.pages.view import show
from server.unit_of_work import Work

_WORST_SHOWN = 8
_MOST_LINKS = 4
_SIZE = 20
_HAZARD_CAUSES = (GradeCause.HAZARD_OPEN, GradeCause.HAZARD_OVERDUE)


class ReasonLine(msgspec.Struct, frozen=True, kw_only=True):
    """A reason with the rule it stands on, and where what it rests on can be read: words and addresses."""

    reason: Reason
    rule: DynamicRule | None
    links: tuple[tuple[str, str], ...]


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """Something that would make the colour better, where it is done, and what would come of it; None when nobody can say."""

    words: str
    address: str
    then: EnterpriseGrade | None


class EnterpriseRiskPages(Controller):
    """For the staff, and for the enterprise about itself."""

    path = "/enterprises/{enterprise_id:uuid}/risk"
    opt = pages_for(*STAFF, Role.ENTERPRISE)

    @get("/", sync_to_thread=True)
    def show_grade(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[str]:
        """The grade of today with everything behind it, or of a past day."""
        with open_work(request) as work:
            day = read_day(asked(request, "day"))
            if day is not None and day < work.today:
                return _past_page(request, work, enterprise_id, day)
            return _grade_page(request, work, enterprise_id)

    @get("/points", sync_to_thread=True)
    def list_points(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[str]:
        """The risk points with their colours of the day, one colour or all."""
        with open_work(request) as work:
            enterprise = get_enterprise(work, enterprise_id)
            grade = derive_grade(get_situation(work, enterprise_id))
            colour = asked(request, "colour")
            colour = colour if colour in dict(COLOURS) else ""
            found = [one for one in sorted_points(grade.points) if not colour or one.colour is dict(COLOURS)[colour]]
            return show(
                request,
                work,
                "enterprise_risk_points.html",
                enterprise=enterprise,
                grade=grade,
                page=page_of(found, asked_page(request), _SIZE),
                colours=[(key, one, grade.counts[one]) for key, one in COLOURS],
                chosen=colour,
            )

    @get("/history", sync_to_thread=True)
    def list_past(self, request: Request[Any, Any, Any], enterprise_id: FromPath[UUID]) -> Response[str]:
        """Everything that moved the grade, newest first."""
        with open_work(request) as work:
            enterprise = get_enterprise(work, enterprise_id)
            history = list_history(work, services_of(request).rulebook, enterprise_id)
            page = page_of(history, asked_page(request), _SIZE)
            # Earlier days stand in the hazards' own record: the page says so where that is the case.
            is_cut = len({one.day for one in history if not one.is_kept}) >= MOST_DERIVED
            return show(request, work, "enterprise_risk_history.html", enterprise=enterprise, page=page, is_cut=is_cut, most=MOST_DERIVED)


def sorted_points(points: Sequence[PointGrade]) -> list[PointGrade]:
    """The points as they count on the day, the most dangerous first; what is not assessed comes last."""
    return sorted(points, key=lambda one: one.colour.risk.number if one.colour is not None else len(Colour) + 1)


def _grade_page(request: Request[Any, Any, Any], work: Work, enterprise_id: UUID) -> Response[str]:
    enterprise = get_enterprise(work, enterprise_id)
    chosen = {one for text in request.query_params.getall("closed", []) if (one := read_id(text)) is not None}
    outlook = read_outlook(work, enterprise_id, chosen)
    grade = outlook.grade
    overrides = list_overrides(work, enterprise_id)
    return show(
        request,
        work,
        "enterprise_risk.html",
        enterprise=enterprise,
        grade=grade,
        outlook=outlook,
        prospects=[(one, _then(grade, one.if_closed), _then(grade, one.if_missed)) for one in outlook.prospects],
        advice=advice_for(outlook, work.actor.role, enterprise_id),
        reasons=_reason_lines(outlook.situation, grade, overrides, work.actor.role),
        worst=[one for one in sorted_points(grade.points) if one.colour is not None][:_WORST_SHOWN],
        colours=[(key, colour, grade.counts[colour]) for key, colour in COLOURS],
        overrides=overrides,
        edition=services_of(request).rulebook.edition,
        is_office=work.actor.role is Role.OFFICE,
        may_place=work.actor.role in {Role.OFFICE, Role.INSPECTOR},
        may_keep=work.actor.role in {Role.OFFICE, Role.INSPECTOR},
    )


def _past_page(request: Request[Any, Any, Any], work: Work, enterprise_id: UUID, day: date) -> Response[str]:
    enterprise = get_enterprise(work, enterprise_id)
    situation = get_situation(work, enterprise_id, day=day)
    grade = derive_grade(situation)
    return show(
        request,
        work,
        "enterprise_risk_day.html",
        enterprise=enterprise,
        grade=grade,
        day=day,
        reasons=_reason_lines(situation, grade, list_overrides(work, enterprise_id), work.actor.role),
        worst=[one for one in sorted_points(grade.points) if one.colour is not None][:_WORST_SHOWN],
    )


def _then(grade: EnterpriseGrade, then: EnterpriseGrade | None) -> EnterpriseGrade | None:
    """What would come of it, when it is another colour."""
    return then if becomes_better(grade, then) or becomes_worse(grade, then) else None


def _reason_lines(situation: Situation, grade: EnterpriseGrade, overrides: Sequence[GradeOverride], role: Role) -> list[ReasonLine]:
    rules = {rule.id: rule for rule in load_dynamic_rules().rules}
    known = {one.id for one in overrides}
    return [
        ReasonLine(reason=reason, rule=rules.get(reason.rule_id), links=tuple(_links(situation, grade, reason, known, role)))
        for reason in grade.reasons
    ]


def _links(situation: Situation, grade: EnterpriseGrade, reason: Reason, overrides: set[UUID], role: Role) -> list[tuple[str, str]]:
    names = {point.id: point.name for point in grade.points}
    hazards = {one.id: one for one in situation.hazards}
    accidents = {one.id: one for one in situation.accidents}
    links = []
    for one in reason.subject_ids[:_MOST_LINKS]:
        if one in names:
            links.append((names[one], f"/risk-points/{one}"))
        elif one in hazards and hazards[one].is_named:
            links.append((hazards[one].number, f"/hazards/{one}"))
        elif one in accidents:
            links.append((accidents[one].title, f"/accidents/{one}"))
        elif one in overrides:
            links.append(("调整的经过", f"/risk/overrides/{one}"))
    if len(reason.subject_ids) > _MOST_LINKS and reason.subject_ids[0] in names:
        links.append((f"全部 {len(reason.subject_ids)} 个", f"points?colour={reason.colour.value}"))
    if reason.point_id in names and reason.cause in _HAZARD_CAUSES:
        links.append((f"风险点：{names[reason.point_id]}", f"/risk-points/{reason.point_id}"))
    return links


def advice_for(outlook: Outlook, role: Role, enterprise_id: UUID) -> list[Advice]:
    """What makes the colour better, or is asked for; the surest first."""
    grade = outlook.grade
    advice = [
        Advice(words=f"{_done_words(one)}并销号", address=_address_of(one), then=one.if_closed)
        for one in outlook.prospects
        if becomes_better(grade, one.if_closed)
    ]
    if not advice and becomes_better(grade, outlook.if_all_closed):
        advice.append(
            Advice(
                words="把没有闭环的隐患全部整改并销号", address=f"/hazards?queue=open{_of(role, enterprise_id)}", then=outlook.if_all_closed
            )
        )
    untold = sum(not one.is_named for one in outlook.situation.hazards)
    if untold:
        advice.append(Advice(words=f"有 {untold} 项隐患安全办正在办理，文书下达后请按要求整改", address="", then=None))
    if becomes_better(grade, outlook.if_accidents_closed):
        advice.append(
            Advice(
                words="事故查清原因、落实防范措施后结案", address=f"/accidents?enterprise={enterprise_id}", then=outlook.if_accidents_closed
            )
        )
    register = f"/enterprises/{enterprise_id}/register"
    if not grade.points:
        advice.append(Advice(words="建立风险清单并评价，才能知道等级", address=register, then=None))
    if grade.unconfirmed:
        advice.append(Advice(words=f"到现场确认 {grade.unconfirmed} 个危险源，建议值以现场评价为准", address=register, then=None))
    for title in grade.reviews:
        advice.append(Advice(words=f"“{title}”成立，请重新评价并登记复评", address=register, then=None))
    if grade.assessed in (Colour.RED, Colour.ORANGE):
        words = "最高风险的风险点落实措施，经一人验证、另一人批准后重新评价，清单等级才会下降"
        advice.append(Advice(words=words, address=f"/enterprises/{enterprise_id}/risk/points?colour={grade.assessed.value}", then=None))
    return advice


def _of(role: Role, enterprise_id: UUID) -> str:
    return "" if role is Role.ENTERPRISE else f"&enterprise={enterprise_id}"


def _done_words(one: Prospect) -> str:
    if one.document_number:
        return f"{one.document_number} 的 {len(one.hazards)} 项隐患整改到位"
    return f"隐患 {one.hazards[0].number} 整改到位"


def _address_of(one: Prospect) -> str:
    return f"/orders/{one.order_id}" if one.order_id is not None else f"/hazards/{one.hazards[0].id}"
