"""What does a paper say, given what was frozen or read? From facts to the value structs the drawings take.

Photos are numbered in the order in which the paper names them; one photo named twice keeps its number. Nothing is looked up here.
"""

from collections.abc import Iterable, Mapping
from typing import Protocol

from reports.inspection_record import ChecklistSummary, InspectionRecord, RecordFinding, RecordInspector
from reports.paper import CitedClause, Imprint, Instant, PaperPhoto
from reports.rectification_notice import NoticeItem, RectificationNotice
from reports.reinspection_opinion import OpinionItem, ReinspectionOpinion
from rules.terms import AnswerResult, HazardLevel, ReinspectionResult
from server.inspections.dossier import FindingView, InspectionDossier
from server.rectification.schemas import OpinionFacts, OpinionItemFacts, OrderFacts, OrderItemFacts

GALLERY = "gallery"
_LEVELS = {HazardLevel.GENERAL: "一般", HazardLevel.MAJOR: "重大"}
_OUTCOMES = {ReinspectionResult.PASS: "已整改", ReinspectionResult.FAIL: "不合格"}
_CODE_GROUP = 5
_NO_PLACE = "—"


class NamedPhoto(Protocol):
    """A photo as facts name it."""

    @property
    def sha256(self) -> str: ...
    @property
    def caption(self) -> str: ...
    @property
    def taken_at(self) -> Instant | None: ...
    @property
    def source(self) -> str: ...


class _Numbered:
    """Gives photos their numbers on one paper."""

    def __init__(self) -> None:
        self._photos: dict[str, PaperPhoto] = {}

    def add(self, named: Iterable[NamedPhoto], what: str) -> tuple[int, ...]:
        """Number these photos; `what` is the caption of those that have none."""
        return tuple(self._number(one, what) for one in named)

    @property
    def photos(self) -> tuple[PaperPhoto, ...]:
        """All of them, by number."""
        return tuple(self._photos.values())

    def _number(self, photo: NamedPhoto, what: str) -> int:
        if photo.sha256 not in self._photos:
            self._photos[photo.sha256] = PaperPhoto(
                number=len(self._photos) + 1,
                sha256=photo.sha256,
                caption=photo.caption or what,
                taken_at=photo.taken_at,
                marks=("相册导入",) if photo.source == GALLERY else (),
            )
        return self._photos[photo.sha256].number


def spoken_code(code: str) -> str:
    """A verification code in groups that can be read out and typed."""
    return "-".join(code[start : start + _CODE_GROUP] for start in range(0, len(code), _CODE_GROUP))


def notice_of(facts: OrderFacts, imprint: Imprint) -> RectificationNotice:
    """The rectification notice of an order's facts."""
    numbered = _Numbered()
    items = tuple(_notice_item(one, numbered) for one in facts.items)
    return RectificationNotice(
        imprint=imprint,
        enterprise_name=facts.enterprise_name or facts.target_name,
        inspected_on=facts.inspected_on,
        inspected_place=facts.inspected_place,
        inspectors=facts.inspectors,
        items=items,
        contact_name=facts.contact_name,
        contact_phone=facts.office_phone or "（未登记）",
        interim_measures=facts.note,
        issued_on=facts.issued_on,
        photos=numbered.photos,
    )


def _notice_item(item: OrderItemFacts, numbered: _Numbered) -> NoticeItem:
    return NoticeItem(
        number=item.ordinal,
        place=item.place or "—",
        description=item.description or item.title,
        level_label=_LEVELS[HazardLevel(item.level)],
        requirement=item.requirement or "按所列依据整改到位。",
        due_on=item.due_on,
        clauses=tuple(CitedClause(citation=one.citation, is_verified=one.verified) for one in item.basis),
        photos=numbered.add(item.photos, f"第{item.ordinal}项　{item.place or item.title}"),
    )


def opinion_of(facts: OpinionFacts, imprint: Imprint) -> ReinspectionOpinion:
    """The re-inspection opinion of its facts. Photos stand before beside after, item by item."""
    numbered = _Numbered()
    items = tuple(_opinion_item(one, numbered) for one in facts.items)
    return ReinspectionOpinion(
        imprint=imprint,
        enterprise_name=facts.enterprise_name or facts.target_name,
        notice_number=facts.order_number,
        notice_issued_on=facts.order_issued_on,
        inspectors=facts.inspectors,
        items=items,
        passed=facts.passed,
        failed=facts.failed,
        conclusion=facts.conclusion,
        contact_name=facts.contact_name,
        contact_phone=facts.office_phone or "（未登记）",
        issued_on=facts.issued_on,
        photos=numbered.photos,
    )


def _opinion_item(item: OpinionItemFacts, numbered: _Numbered) -> OpinionItem:
    return OpinionItem(
        number=item.ordinal,
        description=item.description,
        due_on=item.due_on,
        reinspected_on=item.reinspected_on,
        outcome_label=_OUTCOMES[ReinspectionResult(item.result)],
        measures=item.measures,
        reason=item.reason,
        photos_before=numbered.add(item.before, f"第{item.ordinal}项　整改前"),
        photos_after=numbered.add(item.after, f"第{item.ordinal}项　整改后"),
    )


def record_of(dossier: InspectionDossier, imprint: Imprint, certificates: Mapping[str, str]) -> InspectionRecord:
    """The inspection record of a filed document. `certificates` are the inspectors' by name, where known."""
    numbered = _Numbered()
    clauses = _clauses_by_item(dossier)
    findings = tuple(_record_finding(one, clauses.get(one.item_code, ()), numbered) for one in dossier.findings)
    numbered.add(dossier.scene, "现场")
    enterprise, inspection = dossier.enterprise, dossier.inspection
    target = dossier.target
    party = dossier.document.company_representative
    at_site = target is not None and enterprise is not None and target.id != enterprise.id
    places = dict.fromkeys([*([target.name] if at_site and target is not None else []), *(one.place for one in findings)])
    return InspectionRecord(
        imprint=imprint,
        enterprise_name=enterprise.name if enterprise is not None else inspection.target_name,
        address=(enterprise.address if enterprise is not None else target.address if target is not None else "") or "—",
        principal_officer=enterprise.principal_officer if enterprise is not None else target.steward if target is not None else "",
        principal_position="主要负责人" if enterprise is not None and enterprise.principal_officer else "",
        principal_phone=enterprise.principal_phone if enterprise is not None else target.steward_phone if target is not None else "",
        credit_code=enterprise.credit_code if enterprise is not None else "",
        places="、".join(place for place in places if place != _NO_PLACE) or inspection.target_name,
        started_at=inspection.started_at,
        ended_at=inspection.finished_at,
        inspectors=tuple(RecordInspector(name=name, certificate=certificates.get(name, "")) for name in inspection.inspectors),
        companions=" ".join(part for part in (party.name, party.title, party.phone) if part) if party is not None else "",
        checklists=_summaries(dossier),
        findings=findings,
        remarks=tuple(one.label for one in dossier.marks),
        signature_refusal=_refusal(dossier),
        photos=numbered.photos,
    )


def _record_finding(finding: FindingView, clauses: tuple[CitedClause, ...], numbered: _Numbered) -> RecordFinding:
    what = f"第{finding.place}项　{finding.location}".rstrip()
    return RecordFinding(
        number=finding.place,
        place=finding.location or _NO_PLACE,
        fact=finding.description or finding.item_text,
        clauses=clauses,
        rectified_on_the_spot=finding.measure,
        photos=(*numbered.add(finding.before, what), *numbered.add(finding.after, f"{what}　整改后")),
    )


def _clauses_by_item(dossier: InspectionDossier) -> dict[str, tuple[CitedClause, ...]]:
    return {
        answer.item_code: tuple(CitedClause(citation=one, is_verified=answer.verified) for one in answer.basis.split("；") if one)
        for section in dossier.sections
        for answer in section.answers
    }


def _summaries(dossier: InspectionDossier) -> tuple[ChecklistSummary, ...]:
    """How each checklist's items were answered."""
    results: dict[tuple[str, str], list[str]] = {}
    for section in dossier.sections:
        results.setdefault((section.checklist, section.edition), []).extend(one.result for one in section.answers)
    return tuple(
        ChecklistSummary(
            title=title,
            edition=edition,
            passed=given.count(AnswerResult.PASS),
            failed=given.count(AnswerResult.FAIL),
            not_applicable=given.count(AnswerResult.NOT_APPLICABLE),
        )
        for (title, edition), given in results.items()
    )


def _refusal(dossier: InspectionDossier) -> str:
    """How the enterprise refused to sign, and before which witness; empty when it did not."""
    for one in dossier.signatures:
        if one.refused:
            witness = f"（见证人：{one.witness}）" if one.witness else ""
            return f"{one.name}拒绝签字：{one.refusal_note or '未写明情况'}{witness}"
    return ""
