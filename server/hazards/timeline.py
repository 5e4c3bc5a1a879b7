"""What happened to a hazard, in the words of the office?

Made from the hazard's events alone, oldest first. An action this release does not know is told by its plain name rather than left out. An
enterprise is not told what the office considered before it said anything.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from rules.terms import ClosureKind, HazardLevel, HazardSource, NoticeWay, ReinspectionResult, Role, Term
from server.hazards.schemas import TimelineEntry
from server.identity import Actor
from server.models.events import Event
from server.models.hazards import Hazard

Facts = Mapping[str, Any]
Words = Callable[[Facts], tuple[str, str]]

INTERNAL = frozenset({"hazard:facts_saved", "hazard:drafted", "hazard:removed_from_draft", "hazard:target_assigned"})
"""Steps only staff are told of."""


def read_timeline(session: Session, actor: Actor, hazard: Hazard) -> tuple[TimelineEntry, ...]:
    """The hazard's story as the actor may hear it. The caller has made sure that the hazard itself may be seen."""
    query = (
        select(Event.at, Event.actor_name, Event.action, Event.content)
        .where(Event.park_id == actor.park_id, Event.subject_kind == "hazard", Event.subject_id == hazard.id)
        .order_by(Event.sequence)
    )
    rows = session.execute(query).all()
    hidden = INTERNAL if actor.role is Role.ENTERPRISE else frozenset()
    return tuple(_entry(row.at, row.actor_name, row.action, row.content, hazard) for row in rows if row.action not in hidden)


def _entry(at: datetime, actor_name: str, action: str, content: bytes, hazard: Hazard) -> TimelineEntry:
    facts: Facts = {"source": hazard.source, **msgspec.json.decode(content)["facts"]}
    text, detail = _WORDS.get(action, _unknown(action))(facts)
    return TimelineEntry(
        at=at,
        actor_name=actor_name,
        action=action,
        text=text,
        detail=detail,
        reply_id=_id(facts.get("reply_id")),
        reinspection_id=_id(facts.get("reinspection_id")),
    )


def _id(value: Any) -> UUID | None:
    return UUID(value) if isinstance(value, str) else None


def _unknown(action: str) -> Words:
    return lambda facts: (f"办理了“{action.partition(':')[2] or action}”", "")


def _label(kind: type[Term], value: Any, otherwise: str = "") -> str:
    try:
        return kind(value).label
    except ValueError:
        return otherwise


def _day(value: Any) -> str:
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        return "（日期不详）"
    return f"{day.year}年{day.month}月{day.day}日"


def _joined(parts: Iterable[str]) -> str:
    return "；".join(part for part in parts if part)


def _count(value: Any) -> int:
    """How many there are: a number as such, or the length of a list."""
    return value if isinstance(value, int) else len(value or ())


def _found(facts: Facts) -> tuple[str, str]:
    again = "（重复隐患）" if facts.get("previous_id") else ""
    return f"{_label(HazardSource, facts.get('source'), '现场')}发现{again}", str(facts.get("number") or "")


def _confirmed(facts: Facts) -> tuple[str, str]:
    level = _label(HazardLevel, facts.get("level"))
    clause = str(facts.get("clause") or "")
    lower = "（低于系统提示的重大）" if facts.get("downgraded") else ""
    return f"定级为{level}{lower}", _joined((clause, str(facts.get("reason") or "")))


def _ordered(facts: Facts) -> tuple[str, str]:
    return f"签发 {facts.get('document_number', '')}，请于 {_day(facts.get('due_on'))}前整改", str(facts.get("requirement") or "")


def _served(facts: Facts) -> tuple[str, str]:
    number = facts.get("document_number", "")
    return f"{number} 送达，{facts.get('received_by', '')}签收（{_day(facts.get('served_on'))}）", str(facts.get("way_label") or "")


def _replied(facts: Facts) -> tuple[str, str]:
    late = facts.get("late_days") or 0
    photos = _count(facts.get("photos"))
    text = "提交整改" + (f"（迟 {late} 天）" if late else "") + (f"，整改后照片 {photos} 张" if photos else "")
    return text, str(facts.get("measure") or "")


def _reinspected(facts: Facts) -> tuple[str, str]:
    result = _label(ReinspectionResult, facts.get("result"))
    if not facts.get("applied", True):
        return f"{result}（未生效）", _joined((*facts.get("why", ()), str(facts.get("reason") or "")))
    return result, str(facts.get("reason") or "")


def _closed(facts: Facts) -> tuple[str, str]:
    kind = _label(ClosureKind, facts.get("closure_kind"), "销号")
    return kind, f"依据 {facts['acceptance_document']}" if facts.get("acceptance_document") else ""


def _with_reason(text: str) -> Words:
    return lambda facts: (text, str(facts.get("reason") or ""))


def _told(facts: Facts) -> tuple[str, str]:
    return f"已向职工通报：{_label(NoticeWay, facts.get('notice_way'))}（{_day(facts.get('noticed_on'))}）", ""


def _facts_saved(facts: Facts) -> tuple[str, str]:
    return f"补充判定事实 {len(facts.get('answers') or {})} 项", ""


def _started_by_itself(facts: Facts) -> tuple[str, str]:
    return f"企业自查自改，{_day(facts.get('due_on'))}前完成", ""


def _placed(facts: Facts) -> tuple[str, str]:
    where = str(facts.get("risk_point") or "")
    return (f"关联风险点“{where}”" if where else "取消关联风险点，按企业整体计"), ""


_WORDS: dict[str, Words] = {
    "hazard:registered": _found,
    "hazard:facts_saved": _facts_saved,
    "hazard:confirmed": _confirmed,
    "hazard:voided": _with_reason("作废"),
    "hazard:target_assigned": lambda facts: (f"认定检查对象为 {facts.get('target_name', '')}", ""),
    "hazard:placed": _placed,
    "hazard:drafted": lambda facts: ("列入整改文书草稿", ""),
    "hazard:removed_from_draft": lambda facts: ("从整改文书草稿中移出", ""),
    "hazard:ordered": _ordered,
    "hazard:served": _served,
    "hazard:withdrawn_from_order": _with_reason("文书撤销，退回待下达"),
    "hazard:treated_by_itself": _started_by_itself,
    "hazard:replied": _replied,
    "hazard:employees_told": _told,
    "hazard:re_inspected": _reinspected,
    "hazard:closed": _closed,
    "hazard:closed_on_the_spot": lambda facts: ("当场整改并销号", str(facts.get("measure") or "")),
    "hazard:checked_on_the_spot": lambda facts: ("核对当场整改，无误", str(facts.get("note") or "")),
    "hazard:taken_back": _with_reason("当场整改凭据不足，退回定级"),
    "hazard:described": lambda facts: ("补充登记内容", str(facts.get("title") or "")),
    "hazard:reopened": _with_reason("发现虚假整改，重开"),
}
