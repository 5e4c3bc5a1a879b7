"""By when shall a hazard be rectified, if nobody names another day?

The checklist item's suggestion first, the park's default otherwise; a major hazard without a suggestion follows its treatment plan, and a
person must name the day. Limits count from the day of service, which for a draft is taken to be today.
"""

from datetime import date

from rules.deadlines import Due, Limit
from rules.rulebook import Rulebook
from rules.terms import HazardLevel
from server.models.hazards import Hazard
from server.rectification.schemas import ProposedDeadline

LONGEST_DAYS = 1830
"""A deadline more than five years away is a typing slip."""


def propose_deadline(rulebook: Rulebook, hazard: Hazard, today: date) -> ProposedDeadline:
    """The deadline the rules propose, and why."""
    deadlines = rulebook.at(today).deadlines
    if hazard.suggested_days is None and hazard.level == HazardLevel.MAJOR:
        major: Limit = deadlines.get("rectification.major")
        return ProposedDeadline(hazard_id=hazard.id, due=None, days=None, why=f"{major.label}：{major.note}，请写明期限")
    due: Due = deadlines.rectification_due_on(today, rulebook.calendar, hazard.suggested_days)
    days = (due.due_on - today).days
    if hazard.suggested_days is None:
        why = f"{deadlines.get('rectification.general').label}，{due.citation}"
    else:
        why = f"检查项 {hazard.item_code} 建议 {days} 日" if days else f"检查项 {hazard.item_code} 建议立即整改"
    customary = deadlines.get_value("rectification.customary_max")
    if days > customary:
        why += f"；超过惯常上限 {customary} 日"
    return ProposedDeadline(hazard_id=hazard.id, due=due, days=days, why=why)
