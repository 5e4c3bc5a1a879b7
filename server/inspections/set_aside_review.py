"""Which documents were kept aside, how do they differ from the record, and what did the office make of them?

Nothing kept aside is ever thrown away or made the record afterwards: the office compares, says what came of it, and the words stay beside
the bytes.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from rules.terms import AnswerResult, ReinspectionResult, Role, TargetKind, Term
from server.errors import FieldError, InvalidInput, NotFound, StateConflict
from server.inspections.access import readable_set_aside
from server.listing import Page, narrow, paginate
from server.models.accounts import Account, Device
from server.models.documents import Document, Inspection, SetAsideDocument
from server.steps import demand_role
from server.unit_of_work import Work

REVIEWERS = frozenset({Role.OFFICE})
MOST_DIFFERENCES = 300
OUTCOME_LENGTH = 500
_RAW_SHOWN = 4000
_FIELD_WORDS = {
    "accuracy_m": "误差（米）",
    "answers": "逐项结果",
    "app": "应用",
    "at": "时间",
    "caption": "说明",
    "checklists": "检查表",
    "clock": "时钟",
    "code": "编号",
    "company_representative": "企业陪同",
    "description": "描述",
    "device_at": "手机时间",
    "edition": "版次",
    "expert_opinion": "专家意见",
    "facts": "判定事实",
    "finding_id": "问题编号",
    "findings": "发现的问题",
    "finished_at": "结束时间",
    "gps_at": "卫星时间",
    "hazard_id": "隐患编号",
    "inspectors": "检查人员",
    "item": "检查项",
    "kind": "种类",
    "latitude": "纬度",
    "location": "部位",
    "longitude": "经度",
    "measure": "措施",
    "monotonic_ms": "开机毫秒数",
    "name": "名称",
    "note": "备注",
    "on_the_spot": "当场整改",
    "party": "签字方",
    "phone": "电话",
    "photos": "照片",
    "platform": "平台",
    "position": "位置",
    "reason": "原因",
    "refusal_note": "拒签情况",
    "refused": "拒签",
    "result": "结果",
    "sha256": "照片校验值",
    "signatures": "签字",
    "source": "来源",
    "started_at": "开始时间",
    "suggested_days": "建议天数",
    "taken_at": "拍摄时间",
    "target": "检查对象",
    "task_id": "任务编号",
    "title": "职务",
    "version": "版本",
    "witness": "见证人",
}
"""The fields of the phones' documents as people call them."""
_TERMS: dict[str, tuple[type[Term], ...]] = {"result": (AnswerResult, ReinspectionResult), "kind": (TargetKind,)}
_NAMING_FIELDS = ("item", "id", "code", "sha256", "party")


class Looked(Term):
    """Whether somebody has dealt with a document kept aside."""

    WAITING = "waiting", "待核对"
    DONE = "done", "已核对"


class SetAsideQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which documents to list, newest first. `looked` is a value of `Looked`, `reason` one of `SetAsideReason`."""

    looked: str = ""
    reason: str = ""
    account_id: UUID | None = None
    device_id: UUID | None = None
    is_without_device: bool = False
    since: datetime | None = None
    page: int = 1
    size: int = 20


class SetAsideRow(msgspec.Struct, frozen=True, kw_only=True):
    """A document kept aside, in a list."""

    id: UUID
    document_id: UUID
    kind: str
    reason: str
    detail: str
    received_at: datetime
    sender: str
    device: str
    looked_at: datetime | None
    outcome: str


class Difference(msgspec.Struct, frozen=True):
    """One place where two documents differ; None where it does not exist on that side."""

    path: str
    recorded: str | None
    sent: str | None


class SetAsideDossier(msgspec.Struct, frozen=True, kw_only=True):
    """A document kept aside beside the one that holds its id, when there is one."""

    aside: SetAsideDocument
    sender: str
    device: str
    looked_at_by: str
    recorded: Document | None
    recorded_sender: str
    inspection: Inspection | None
    differences: tuple[Difference, ...]
    is_cut: bool
    """True when there are more differences than are shown."""
    same_in: int
    """How many places are the same in both."""
    raw: str
    """The beginning of the bytes as text, for what cannot be compared."""


def list_set_aside(work: Work, query: SetAsideQuery) -> Page[SetAsideRow]:
    """One page of the documents kept aside. Two queries."""
    rows = (
        readable_set_aside(work.actor)
        .add_columns(Account.name, Device.name)
        .join(Account, Account.id == SetAsideDocument.account_id)
        .outerjoin(Device, Device.id == SetAsideDocument.device_id)
    )
    looked = {Looked.WAITING: SetAsideDocument.looked_at.is_(None), Looked.DONE: SetAsideDocument.looked_at.is_not(None)}
    conditions = [
        looked[Looked(query.looked)] if query.looked else None,
        SetAsideDocument.reason == query.reason if query.reason else None,
        SetAsideDocument.account_id == query.account_id if query.account_id else None,
        SetAsideDocument.device_id == query.device_id if query.device_id else None,
        SetAsideDocument.device_id.is_(None) if query.is_without_device else None,
        SetAsideDocument.received_at > query.since if query.since else None,
    ]
    ordered = narrow(rows, conditions).order_by(SetAsideDocument.received_at.desc(), SetAsideDocument.id)
    return paginate(work.session, ordered, query.page, query.size).map(_row)


def _row(found: Any) -> SetAsideRow:
    aside, sender, device = found
    return SetAsideRow(
        id=aside.id,
        document_id=aside.document_id,
        kind=aside.kind,
        reason=aside.reason,
        detail=aside.detail,
        received_at=aside.received_at,
        sender=sender,
        device=device or "",
        looked_at=aside.looked_at,
        outcome=aside.outcome,
    )


def get_set_aside(work: Work, aside_id: UUID) -> SetAsideDocument:
    """A document kept aside that the actor may see. Raises `NotFound`."""
    aside = work.session.scalar(readable_set_aside(work.actor).where(SetAsideDocument.id == aside_id))
    if aside is None:
        raise NotFound("这份另存的记录")
    return aside


def get_set_aside_dossier(work: Work, aside_id: UUID) -> SetAsideDossier:
    """A document kept aside, and how it differs from the record. Raises `NotFound`."""
    aside = get_set_aside(work, aside_id)
    recorded = work.session.scalar(select(Document).where(Document.id == aside.document_id, Document.park_id == work.park_id))
    people = {aside.account_id, aside.looked_at_by, recorded.account_id if recorded is not None else None} - {None}
    names = {row.id: row.name for row in work.session.execute(select(Account.id, Account.name).where(Account.id.in_(people)))}
    device = work.session.get(Device, aside.device_id) if aside.device_id is not None else None
    differences, same_in = _compare(recorded.body, aside.body) if recorded is not None else ([], 0)
    return SetAsideDossier(
        aside=aside,
        sender=names.get(aside.account_id, ""),
        device=device.name if device is not None else "",
        looked_at_by=names.get(aside.looked_at_by, "") if aside.looked_at_by is not None else "",
        recorded=recorded,
        recorded_sender=names.get(recorded.account_id, "") if recorded is not None else "",
        inspection=work.session.get(Inspection, recorded.id) if recorded is not None else None,
        differences=tuple(differences[:MOST_DIFFERENCES]),
        is_cut=len(differences) > MOST_DIFFERENCES,
        same_in=same_in,
        raw=aside.body[:_RAW_SHOWN].decode("utf-8", errors="replace"),
    )


def mark_looked_at(work: Work, aside_id: UUID, outcome: str) -> SetAsideDocument:
    """Say what came of a document kept aside. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`."""
    demand_role(work.actor, REVIEWERS, "核对另存的记录")
    aside = get_set_aside(work, aside_id)
    if aside.looked_at is not None:
        raise StateConflict("这份记录已经核对过。", reason="looked_at")
    outcome = outcome.strip()
    if not outcome:
        raise InvalidInput([FieldError("outcome", "请写明核对结果，例如：与检查员核实，以先到的一份为准")])
    if len(outcome) > OUTCOME_LENGTH:
        raise InvalidInput([FieldError("outcome", f"核对结果请不超过 {OUTCOME_LENGTH} 字")])
    aside.looked_at, aside.looked_at_by, aside.outcome = work.now, work.actor.id, outcome
    work.session.flush()
    work.record("set_aside_document", aside.id, "set_aside_document:looked_at", outcome=outcome, sha256=aside.sha256)
    return aside


def _compare(recorded: bytes, sent: bytes) -> tuple[list[Difference], int]:
    """Where two documents differ, by path, and in how many places they agree. Bytes that are no JSON differ as a whole: no list."""
    try:
        found = list(_walk(msgspec.json.decode(recorded), msgspec.json.decode(sent), "", ""))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return [], 0
    differences = [one for one in found if one is not None]
    return differences, len(found) - len(differences)


def _walk(left: Any, right: Any, path: str, key: str) -> Iterator[Difference | None]:
    """One entry for every place: what differs, or None where both say the same. What only one side has is told whole, in one line."""
    if isinstance(left, dict) and isinstance(right, dict) and (left or right):
        yield from _walk_entries(left, right, lambda name: f"{path} · {_said(name)}" if path else _said(name), key="")
    elif isinstance(left, list) and isinstance(right, list) and (left or right):
        # Entries that carry a name of their own are told by it, so a new one shifts no other.
        entries, others = (dict(zip(_names(one), one, strict=True)) for one in (left, right))
        yield from _walk_entries(entries, others, lambda name: f"{path} [{name}]", key=key)
    else:
        yield None if left == right else Difference(path, _words(left, key), _words(right, key))


def _walk_entries(left: dict[str, Any], right: dict[str, Any], path_of: Callable[[str], str], *, key: str) -> Iterator[Difference | None]:
    for name in [*left, *(name for name in right if name not in left)]:
        path, inner = path_of(name), key or name
        if name not in right:
            yield Difference(path, _words(left[name], inner), None)
        elif name not in left:
            yield Difference(path, None, _words(right[name], inner))
        else:
            yield from _walk(left[name], right[name], path, inner)


def _said(field: str) -> str:
    """A field's name in Chinese; its plain name when it is none of ours."""
    return _FIELD_WORDS.get(field, field)


def _names(values: list[Any]) -> list[str]:
    for field in _NAMING_FIELDS:
        names = [str(one[field]) for one in values if isinstance(one, dict) and isinstance(one.get(field), str) and one[field]]
        if len(names) == len(values) == len(set(names)):
            return names
    return [str(place) for place in range(1, len(values) + 1)]


def _words(value: Any, key: str = "") -> str:
    if value is True or value is False:
        return "是" if value else "否"
    if value is None or value in ("", [], {}):
        return "（空）"
    if isinstance(value, dict):
        return "；".join(f"{_said(name)} {_words(one, name)}" for name, one in value.items())
    if isinstance(value, list):
        return "、".join(_words(one, key) for one in value)
    text = str(value)
    kinds = _TERMS.get(key, ())
    return next((kind(text).label for kind in kinds if text in {one.value for one in kind}), text)
