"""How far must a project stand from what it could harm, and does a measured distance suffice?

Distances stand in `data/layout/distances.toml`, each with its clause. Three-valued: a rule whose number depends on what nobody stated
(class of the building, amount, height of a pole) asks for it; a distance within the accuracy of its measuring decides nothing. A distance
that suffices for a rule suffices whether or not the rule applies. What is not verified, and what the rule itself leaves to people (渌江),
never refuses alone. Measuring is not done here.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from functools import cache

import msgspec

from rules.loading import RuleDataError, read_table, refuse_duplicates
from rules.project import Project
from rules.references import LegalBasis
from rules.requests import plain
from rules.restriction_terms import BuildType
from rules.terms import Answer, Term
from rules.three_valued import answer_of

_FILE = "layout/distances.toml"
APPLICANT = "申报单位"
SURVEYOR = "申报单位、有资质的测绘单位"


class LayoutKind(Term):
    """What a project is measured to. `field` is the screening's own name for that distance, empty where it has none."""

    SCHOOL = "school", "学校、幼儿园"
    RESIDENCE = "residence", "居民区、村庄"
    HOSPITAL = "hospital", "医院"
    ELDERLY_HOME = "elderly_home", "养老机构"
    PUBLIC_BUILDING = "public_building", "重要公共建筑"
    OPEN_FLAME = "open_flame", "明火或散发火花地点"
    XIANGJIANG = "xiangjiang", "湘江干流岸线"
    LUJIANG = "lujiang", "渌江岸线"
    TRIBUTARY = "tributary", "其他支流岸线"
    RAILWAY = "railway", "铁路"
    OVERHEAD_LINE = "overhead_line", "架空电力线"
    PIPELINE = "pipeline", "油气管线"
    FIREWORKS_STORE = "fireworks_store", "烟花爆竹库"
    HAZARDOUS_UNIT = "hazardous_unit", "既有危险单元"
    LABOUR_INTENSIVE = "labour_intensive", "劳动密集型建筑"

    @property
    def field(self) -> str:
        """The field of the screening's `location` this distance answers."""
        return _FIELDS.get(self, "")


_FIELDS = {
    LayoutKind.SCHOOL: "nearest_school_m",
    LayoutKind.RESIDENCE: "nearest_residence_m",
    LayoutKind.HOSPITAL: "nearest_hospital_m",
    LayoutKind.ELDERLY_HOME: "nearest_elderly_home_m",
    LayoutKind.PUBLIC_BUILDING: "nearest_public_building_m",
    LayoutKind.XIANGJIANG: "dist_xiangjiang_main_m",
    LayoutKind.LUJIANG: "dist_lujiang_m",
    LayoutKind.TRIBUTARY: "dist_other_tributary_m",
}


class Fit(Term):
    """Whether a measured distance suffices."""

    MEETS = "meets", "符合"
    BELOW = "below", "不足"
    UNKNOWN = "unknown", "还不能判定"
    NOT_APPLICABLE = "not_applicable", "不适用"


class DistanceRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A distance to keep from some kinds of things.

    Without `metres` the number depends on what `ask` asks for, to be asked of `whom`. It applies where the project's flag `flag` is yes,
    its industry begins with one of `industries` and its build type is among `build_types`; what is left out does not narrow. `also` is a
    condition no fact of the application tells. `review_only`: the text leaves room that people must fill.
    """

    id: str
    title: str
    kinds: tuple[LayoutKind, ...]
    basis: LegalBasis
    metres: Decimal | None = None
    ask: str = ""
    whom: str = ""
    flag: str = ""
    industries: tuple[str, ...] = ()
    build_types: tuple[BuildType, ...] = ()
    also: str = ""
    review_only: bool = False
    note: str = ""

    @property
    def refuses_alone(self) -> bool:
        """Whether falling short could stand as a reason by itself: only of a verified text that leaves nothing to people."""
        return self.basis.verified and not self.review_only


class _Distances(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    rules: tuple[DistanceRule, ...]


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What a rule says of one measured distance: why, and what is to be asked before it can be said."""

    rule: DistanceRule
    fit: Fit
    why: str
    ask: str = ""
    whom: str = ""
    """Whom to ask it of."""


@cache
def load_distances() -> tuple[DistanceRule, ...]:
    """Every rule, checked. Raises `RuleDataError`."""
    rules = read_table(_FILE, _Distances).rules
    refuse_duplicates(_FILE, "rule", (one.id for one in rules))
    for one in rules:
        if not one.kinds:
            raise RuleDataError(_FILE, one.id, "a distance is kept from something: name at least one kind")
        if one.metres is None and not (one.ask and one.whom):
            raise RuleDataError(_FILE, one.id, "without metres the rule must say what to ask, and of whom")
        if one.metres is not None and one.metres <= 0:
            raise RuleDataError(_FILE, one.id, "metres must be above 0")
    return rules


def rules_for(kind: LayoutKind, on: date) -> tuple[DistanceRule, ...]:
    """The rules on the distance to that kind of thing on a day."""
    return tuple(one for one in load_distances() if kind in one.kinds and one.basis.is_in_force(on))


def judge_distance(kind: LayoutKind, metres: Decimal, accuracy_m: Decimal, project: Project | None, *, on: date) -> tuple[Judged, ...]:
    """What every rule says of a distance measured to `accuracy_m`. A project nobody described answers nothing."""
    return tuple(_judge(rule, metres, accuracy_m, project) for rule in rules_for(kind, on))


def _judge(rule: DistanceRule, metres: Decimal, accuracy_m: Decimal, project: Project | None) -> Judged:
    answer, question = _applies(rule, project)
    if answer is Answer.NO:
        return Judged(rule=rule, fit=Fit.NOT_APPLICABLE, why=question)
    if rule.metres is None:
        ask, whom = "；".join(one for one in (rule.ask, question) if one), f"{APPLICANT}；{rule.whom}" if question else rule.whom
        return Judged(rule=rule, fit=Fit.UNKNOWN, why="没有收录这一条的数值，要求的距离随情况而定", ask=ask, whom=whom)
    if metres - accuracy_m >= rule.metres:
        return Judged(rule=rule, fit=Fit.MEETS, why=f"量得 {plain(metres)} 米（±{plain(accuracy_m)}），不小于 {plain(rule.metres)} 米")
    if metres + accuracy_m >= rule.metres:
        why = f"量得 {plain(metres)} 米，与 {plain(rule.metres)} 米之差在测量误差 ±{plain(accuracy_m)} 米以内"
        return Judged(rule=rule, fit=Fit.UNKNOWN, why=why, ask="请实地测量，或提供有资质单位的测绘成果", whom=SURVEYOR)
    short = f"量得 {plain(metres)} 米，小于 {plain(rule.metres)} 米"
    if answer is Answer.UNKNOWN:
        return Judged(rule=rule, fit=Fit.UNKNOWN, why=f"{short}；是否适用还不清楚", ask=question, whom=APPLICANT)
    return Judged(rule=rule, fit=Fit.BELOW, why=short)


def _applies(rule: DistanceRule, project: Project | None) -> tuple[Answer, str]:
    """Whether a rule applies to the project; with *no* the reason, with *not known* the question."""
    questions = []
    for answer, is_not, question in _conditions(rule, project):
        if answer is Answer.NO:
            return Answer.NO, is_not
        if answer is Answer.UNKNOWN:
            questions.append(question)
    return (Answer.UNKNOWN, "；".join(questions)) if questions else (Answer.YES, "")


def _conditions(rule: DistanceRule, project: Project | None) -> Sequence[tuple[Answer, str, str]]:
    """Each condition: its answer, the words for *no*, the question for *not known*."""
    found = []
    if rule.flag:
        stated = project.flags.get(rule.flag) if project is not None else None
        found.append((answer_of(stated), f"项目没有“{rule.flag}”", f"项目是不是“{rule.flag}”？"))
    if rule.industries:
        codes = project.industry_codes if project is not None else ()
        is_in = any(code.startswith(rule.industries) for code in codes) if codes else None
        found.append((answer_of(is_in), "行业不在该条范围内", "项目的国民经济行业代码（四位）是多少？"))
    if rule.build_types:
        build_type = project.build_type if project is not None else None
        is_of = build_type in rule.build_types if build_type is not None else None
        found.append((answer_of(is_of), "建设性质不在该条范围内", "项目是新建、扩建、改建还是迁建？"))
    if rule.also:
        found.append((Answer.UNKNOWN, "", rule.also))
    return found
