"""Use cases of dynamic raising: which rules the park has switched on, and at which risk point a hazard lies."""

from uuid import UUID

from rules.dynamic_grade import load_dynamic_rules
from rules.rulebook import Rulebook
from rules.terms import GradeCause
from server.errors import FieldError, InvalidInput, NotFound, StateConflict
from server.grading.access import demand_office, demand_writer, readable_points, readable_sources
from server.grading.grades import list_grades, note_grade
from server.grading.moves import read_policies
from server.grading.reading import get_point
from server.grading.row_order import REGISTER_ORDER
from server.grading.schemas import PolicyView, SuggestedPoint
from server.hazards.service import get_hazard
from server.identity import STAFF
from server.ids import new_id
from server.models.risk import DynamicPolicy, HazardRiskPoint, HazardSource, RiskPoint, RiskUnit
from server.steps import demand_role
from server.unit_of_work import Work


def list_policies(work: Work) -> tuple[PolicyView, ...]:
    """Every rule of dynamic raising in force today, whether it is on in this park, and who last switched it. Raises `NotAllowed`."""
    demand_role(work.actor, STAFF, "查看动态升级规则")
    last = {row.rule_id: row for row in read_policies(work.session, work.park_id)}
    views = []
    for rule in load_dynamic_rules().rules:
        if not rule.basis.is_in_force(work.today):
            continue
        set_by = last.get(rule.id)
        views.append(
            PolicyView(
                rule_id=rule.id,
                title=rule.title,
                effect_text=rule.effect_text,
                applies_to=rule.applies_to,
                origin=rule.origin,
                verified=rule.basis.verified,
                is_park_own=rule.is_park_own,
                is_on=set_by.is_on if set_by is not None else rule.is_on_by_default,
                is_on_by_default=rule.is_on_by_default,
                set_on=set_by.set_on if set_by is not None else None,
                set_by_name=set_by.set_by_name if set_by is not None else "",
                reason=set_by.reason if set_by is not None else "",
            )
        )
    return tuple(views)


def list_switchings(work: Work) -> list[tuple[str, DynamicPolicy]]:
    """Every switching of the park with the title of its rule, newest first. Raises `NotAllowed`."""
    demand_role(work.actor, STAFF, "查看动态升级规则")
    titles = {rule.id: rule.title for rule in load_dynamic_rules().rules}
    return [(titles.get(row.rule_id, row.rule_id), row) for row in reversed(read_policies(work.session, work.park_id))]


def set_policy(work: Work, rulebook: Rulebook, rule_id: str, *, is_on: bool, reason: str) -> DynamicPolicy | None:
    """Switch a rule on or off from today; None when it already was so. Grades that move are written down.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`.
    """
    demand_office(work.actor, "动态升级规则")
    rule = next((one for one in load_dynamic_rules().rules if one.id == rule_id), None)
    if rule is None:
        raise NotFound("这条动态升级规则")
    if not reason.strip():
        raise InvalidInput([FieldError("reason", "请写明理由，如会议决定")])
    last = next((row for row in reversed(read_policies(work.session, work.park_id)) if row.rule_id == rule_id), None)
    if (last.is_on if last is not None else rule.is_on_by_default) == is_on:
        return None
    before = {one.id: one.grade.headline for one in list_grades(work, is_brief=True)}
    policy = DynamicPolicy(
        id=new_id(),
        park_id=work.park_id,
        rule_id=rule_id,
        is_on=is_on,
        reason=reason.strip(),
        set_on=work.today,
        set_at=work.now,
        set_by=work.actor.id,
        set_by_name=work.actor.name,
    )
    work.session.add(policy)
    work.session.flush()
    work.record("park", work.park_id, "dynamic_policy:set", rule=rule.title, active=is_on, reason=policy.reason)
    text = f"{'启用' if is_on else '停用'}规则“{rule.title}”：{policy.reason}"
    for one in list_grades(work, is_brief=True):
        if one.grade.headline != before.get(one.id):
            note_grade(work, rulebook, one.id, GradeCause.POLICY, text)
    return policy


def suggest_points(work: Work, hazard_id: UUID) -> tuple[SuggestedPoint, ...]:
    """The risk points whose sources are looked at by the checklist item the hazard failed. Raises `NotFound`, `NotAllowed`."""
    demand_role(work.actor, STAFF, "关联风险点")
    hazard = get_hazard(work, hazard_id)
    if not hazard.item_code or hazard.enterprise_id is None:
        return ()
    query = (
        readable_sources(work.actor)
        .add_columns(RiskPoint.name)
        .join(RiskPoint, RiskPoint.id == HazardSource.point_id)
        .join(RiskUnit, RiskUnit.id == RiskPoint.unit_id)
        .where(HazardSource.enterprise_id == hazard.enterprise_id, HazardSource.retired_on.is_(None))
        .order_by(*REGISTER_ORDER)
    )
    return tuple(
        SuggestedPoint(point_id=source.point_id, point_name=name, source_name=source.name)
        for source, name in work.session.execute(query)
        if hazard.item_code in source.item_codes
    )


def find_place(work: Work, hazard_id: UUID) -> RiskPoint | None:
    """The risk point a hazard was placed at, when the actor may see both."""
    link = work.session.get(HazardRiskPoint, hazard_id)
    return None if link is None else work.session.scalar(readable_points(work.actor).where(RiskPoint.id == link.point_id))


def place_hazard(work: Work, rulebook: Rulebook, hazard_id: UUID, point_id: UUID | None) -> None:
    """Say at which risk point of its enterprise a hazard lies; None takes it back, and it counts against the enterprise as a whole.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`.
    """
    demand_writer(work.actor)
    hazard = get_hazard(work, hazard_id)
    if hazard.enterprise_id is None:
        raise StateConflict("这条隐患不属于企业，没有风险点可以关联。", reason="no_enterprise")
    point = get_point(work, point_id) if point_id is not None else None
    if point is not None and (point.enterprise_id != hazard.enterprise_id or point.retired_on is not None):
        raise InvalidInput([FieldError("point_id", "请选择这家企业在用的风险点")])
    link = work.session.get(HazardRiskPoint, hazard_id)
    if (link.point_id if link is not None else None) == point_id:
        return
    if point is None and link is not None:
        work.session.delete(link)
    elif point is not None and link is not None:
        link.point_id, link.linked_at, link.linked_by = point.id, work.now, work.actor.id
    elif point is not None:
        work.session.add(
            HazardRiskPoint(hazard_id=hazard_id, park_id=work.park_id, point_id=point.id, linked_at=work.now, linked_by=work.actor.id)
        )
    work.session.flush()
    where = point.name if point is not None else ""
    work.record("hazard", hazard_id, "hazard:placed", point_id=point_id, risk_point=where)
    text = f"隐患 {hazard.number} 关联风险点“{where}”" if point is not None else f"隐患 {hazard.number} 取消关联风险点"
    note_grade(work, rulebook, hazard.enterprise_id, GradeCause.HAZARD_LINKED, text)
