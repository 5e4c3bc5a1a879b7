"""How are a project's distances told on paper? From the rows its page shows, as plain facts that can be frozen."""

from datetime import date

from rules.layout import Fit, Judged
from rules.requests import plain
from server.layout.schemas import LayoutFacts, LayoutView, Measured, ToldDistance, ToldRule

NO_RULE_ASK = "这一类的距离要求没有收录：有没有规定，是多少米？"
NO_RULE_WHOM = "行业主管部门、自然资源部门"


def tell_layout(view: LayoutView, day: date) -> LayoutFacts:
    """What was measured on a day, as it is printed."""
    return LayoutFacts(
        measured_on=day,
        site=view.site.words if view.site is not None else "",
        rows=tuple(_distance(one) for one in view.rows),
        missing=tuple(kind.label for kind in view.missing),
    )


def _distance(row: Measured) -> ToldDistance:
    surveyed = f"，{row.surveyed_on.isoformat()}" if row.surveyed_on is not None else ""
    return ToldDistance(
        number=row.number,
        to=row.name,
        kind=row.kind.label,
        metres=str(row.metres),
        accuracy=f"{row.accuracy_m:.1f}",
        how=row.how,
        source=f"{row.source}{surveyed}",
        rules=tuple(_rule(one) for one in row.judged if one.fit is not Fit.NOT_APPLICABLE) or (() if row.judged else (_NO_RULE,)),
        not_applicable=tuple(f"{one.rule.title}（{one.why}）" for one in row.judged if one.fit is Fit.NOT_APPLICABLE),
    )


def _rule(one: Judged) -> ToldRule:
    rule = one.rule
    for_people = one.fit is Fit.BELOW and not rule.refuses_alone
    return ToldRule(
        fit=f"{one.fit.label}（须人工研判）" if for_people else one.fit.label,
        title=rule.title,
        minimum="" if rule.metres is None else plain(rule.metres),
        citation=rule.basis.citation,
        verified=rule.basis.verified,
        why=one.why,
        ask=one.ask,
        whom=one.whom,
        note=rule.note,
    )


_NO_RULE = ToldRule(
    fit=Fit.UNKNOWN.label,
    title="没有收录规定",
    minimum="",
    citation="—",
    verified=True,
    why="没有可以比较的数值",
    ask=NO_RULE_ASK,
    whom=NO_RULE_WHOM,
)
