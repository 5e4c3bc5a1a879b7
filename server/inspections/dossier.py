"""What does the page of one inspection show?

Everything is made from the kept document, the editions it was answered in, and what has arrived or been decided since. What the office
makes of a document (its marks, the answers to its questions, who sent it) is for staff; an enterprise sees what was recorded about it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from sqlalchemy import and_, select

from rules.checklists import template_code_of
from rules.rulebook import Rulebook
from rules.terms import Answer, AnswerResult, InspectionState, Role
from server.hazards.access import readable_hazards
from server.hazards.opening import NewFinding
from server.identity import STAFF
from server.inspections.decoding import read_kept
from server.inspections.field_values import clean, read_digest, read_instant
from server.inspections.marks import Mark, derived_marks, in_order, label_of
from server.inspections.reading import InspectionReading, PhotoPlaced, read_inspection
from server.inspections.reading_room import NOTE_LENGTH, get_inspection, state_of
from server.inspections.schemas import InspectionDocument
from server.models.accounts import Account, Device
from server.models.documents import Document, Inspection, InspectionTask
from server.models.enterprises import Enterprise, InspectionTarget
from server.models.events import Event
from server.models.hazards import Hazard
from server.photos.service import PhotoState, find_states
from server.unit_of_work import Work


class AnswerView(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one item, in the words of the edition it was answered in."""

    item_code: str
    text: str
    basis: str
    result: str
    """A value of `AnswerResult`, or the phone's own word when it is none."""
    note: str
    verified: bool


class SectionView(msgspec.Struct, frozen=True, kw_only=True):
    """The answers of one section of a checklist, failed ones first."""

    checklist: str
    checklist_code: str
    edition: str
    title: str
    answers: tuple[AnswerView, ...]

    @property
    def failed(self) -> int:
        """How many failed."""
        return sum(one.result == AnswerResult.FAIL for one in self.answers)


class PhotoShown(msgspec.Struct, frozen=True, kw_only=True):
    """A photo named in the document, and what has become of it."""

    sha256: str
    role: str
    caption: str
    source: str
    taken_at: datetime | None
    latitude: float | None
    longitude: float | None
    accuracy_m: float | None
    stored: bool
    readable: bool | None
    problem: str


class FactShown(msgspec.Struct, frozen=True):
    """A fact that was asked for and answered on the spot."""

    ask: str
    answer: str


class FindingView(msgspec.Struct, frozen=True, kw_only=True):
    """One thing found, with its photos and, when the actor may know of it, the hazard it became."""

    place: int
    item_code: str
    item_text: str
    description: str
    location: str
    measure: str
    suggested_days: int | None
    facts: tuple[FactShown, ...]
    before: tuple[PhotoShown, ...]
    after: tuple[PhotoShown, ...]
    hazard: Hazard | None


class SignatureView(msgspec.Struct, frozen=True, kw_only=True):
    """A signature as it was given or refused."""

    party: str
    name: str
    refused: bool
    refusal_note: str
    witness: str
    photo: PhotoShown | None


class TimeView(msgspec.Struct, frozen=True):
    """One of the clocks that were running: which, what it said, and what that is worth."""

    name: str
    at: datetime | None
    raw: str
    hint: str


class MarkView(msgspec.Struct, frozen=True):
    """A mark in words, and what it means for whoever uses the record."""

    code: str
    label: str
    meaning: str


class InspectionDossier(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the page of an inspection shows, read with a constant number of queries."""

    inspection: Inspection
    document: InspectionDocument
    state: InspectionState
    target: InspectionTarget | None
    enterprise: Enterprise | None
    task: InspectionTask | None
    sha256: str
    sent_by: str
    device: str
    times: tuple[TimeView, ...]
    marks: tuple[MarkView, ...]
    sections: tuple[SectionView, ...]
    findings: tuple[FindingView, ...]
    other_hazards: tuple[Hazard, ...]
    """Hazards of this inspection that could not be tied to a finding of the document."""
    scene: tuple[PhotoShown, ...]
    signatures: tuple[SignatureView, ...]
    photos: tuple[PhotoState, ...]
    archive_note: str
    may_assign: bool
    may_archive: bool

    @property
    def photos_missing(self) -> int:
        """Photos the document names that have not arrived."""
        return sum(photo.state != "stored" for photo in self.photos)

    @property
    def photos_unreadable(self) -> int:
        """Photos that arrived and cannot be seen."""
        return sum(photo.readable is False for photo in self.photos)


MARK_MEANINGS: dict[str, str] = {
    Mark.CLOCK_WILD: "检查日期按卫星定位时间或收到日期记；引用时间前请与检查员核对。",
    Mark.CLOCK_OFF: "时间先后以服务器收到时间为准，可提醒检查员校准手机。",
    Mark.LATE_ARRIVAL: "多半是现场没有信号，内容不受影响。",
    Mark.NO_POSITION: "不能据此证明到过现场，请看照片和签字。",
    Mark.FAR_POSITION: "请核对检查对象是否选对，或坐标是否登记错。",
    Mark.UNKNOWN_TARGET: "请在下面认定检查对象，隐患会一起归到名下。",
    Mark.UNKNOWN_TASK: "记录照收，但不算完成任务。",
    Mark.OLD_EDITION: "按当时所用版次显示；新版增加的检查项没有查。",
    Mark.UNKNOWN_EDITION: "检查项按现行版显示，请核对手机上的检查表。",
    Mark.UNKNOWN_ITEM: "找不到原文的检查项只显示编号。",
    Mark.UNREADABLE_FIELD: "读不懂的内容没有丢，原文可下载。",
    Mark.UNANSWERED_REQUIRED: "漏答不等于合格。",
    Mark.FAIL_WITHOUT_FINDING: "已按不合格项自动立了一条隐患，请补充描述。",
    Mark.MISSING_FAIL_PHOTO: "照片是证据，请安排补拍。",
    Mark.GALLERY_PHOTO: "不能证明是检查时拍的，重大隐患销号时不采用。",
    Mark.PHOTO_REUSED: "请核对是否真的在这次检查中拍摄。",
    Mark.MISSING_PHOTO: "手机联网后会继续发；久未收到请联系检查员，手机里的原图先不要删。",
    Mark.UNREADABLE_PHOTO: "原图已存，可下载；请检查员另发一张看得清的。",
    Mark.SINGLE_INSPECTOR: "检查应有两人以上参加。",
    Mark.NO_SIGNATURE: "归档前请补签或注明情况。",
    Mark.SIGNATURE_REFUSED: "拒签情况和见证人见签字栏。",
}
"""What the office should make of a mark; a mark that explains itself has none."""


def get_dossier(work: Work, rulebook: Rulebook, inspection_id: UUID) -> InspectionDossier:
    """Everything the page of an inspection shows. Raises `NotFound`."""
    inspection = get_inspection(work, inspection_id)
    kept = work.session.get_one(Document, inspection.id)
    document, _ = read_kept(kept.body, InspectionDocument)
    reading = read_inspection(inspection.id, document, rulebook, inspection.received_at)
    states = find_states(work.connection, work.park_id, {photo.sha256 for photo in reading.photos})
    hazards = list(work.session.scalars(readable_hazards(work.actor).where(Hazard.inspection_id == inspection.id).order_by(Hazard.number)))
    target = work.session.get(InspectionTarget, inspection.target_id) if inspection.target_id else None
    is_staff = work.actor.role in STAFF
    album = _Album(reading.photos, states)
    of_finding = _hazards_of(reading.findings, hazards)
    used = {hazard.id for hazard in of_finding.values()}
    marks = {*inspection.marks, *derived_marks(states.values())}
    sender, device = _sender(work, kept)
    is_office = work.actor.role is Role.OFFICE
    return InspectionDossier(
        inspection=inspection,
        document=document,
        state=state_of(inspection),
        target=target,
        enterprise=work.session.get(Enterprise, target.enterprise_id) if target is not None and target.enterprise_id else None,
        task=work.session.get(InspectionTask, inspection.task_id) if is_staff and inspection.task_id else None,
        sha256=kept.sha256,
        sent_by=sender,
        device=device,
        times=_times(document, inspection),
        marks=_marks(inspection, marks) if is_staff else (),
        sections=_sections(document, reading, rulebook),
        findings=tuple(
            _finding_view(place, finding, of_finding.get(finding.id), album, rulebook, is_staff=is_staff)
            for place, finding in enumerate(reading.findings, start=1)
        ),
        other_hazards=tuple(hazard for hazard in hazards if hazard.id not in used),
        scene=album.photos(None, "scene") if is_staff else (),
        signatures=_signatures(document, album, with_pictures=is_staff),
        photos=tuple(sorted(states.values(), key=lambda state: state.sha256)),
        archive_note=_archive_note(work, inspection),
        may_assign=is_office and inspection.target_id is None,
        may_archive=is_office and inspection.archived_at is None,
    )


def _marks(inspection: Inspection, codes: Iterable[str]) -> tuple[MarkView, ...]:
    settled = {Mark.UNKNOWN_TARGET.value: "安全办已认定检查对象。"} if inspection.target_id is not None else {}
    return tuple(MarkView(code, label_of(code), settled.get(code) or MARK_MEANINGS.get(code, "")) for code in in_order(codes))


class _Album:
    """The photos a document names, with what has become of them."""

    def __init__(self, placed: Iterable[PhotoPlaced], states: Mapping[str, PhotoState]) -> None:
        self._placed = list(placed)
        self._states = states

    def photos(self, finding_id: UUID | None, role: str) -> tuple[PhotoShown, ...]:
        """The photos of one place, in order."""
        return tuple(self._shown(one) for one in self._placed if one.finding_id == finding_id and one.role == role)

    def signature(self, sha256: str) -> PhotoShown | None:
        """The picture of a signature."""
        return next((self._shown(one) for one in self._placed if one.role == "signature" and one.sha256 == sha256), None)

    def _shown(self, photo: PhotoPlaced) -> PhotoShown:
        state = self._states[photo.sha256]
        return PhotoShown(
            sha256=photo.sha256,
            role=photo.role,
            caption=photo.caption,
            source=photo.source,
            taken_at=photo.taken_at,
            latitude=photo.latitude,
            longitude=photo.longitude,
            accuracy_m=photo.accuracy_m,
            stored=state.state == "stored",
            readable=state.readable,
            problem=state.problem,
        )


def _hazards_of(findings: Sequence[NewFinding], hazards: Sequence[Hazard]) -> dict[UUID, Hazard]:
    """The hazard of each finding: the one of its id, otherwise (its id was taken by another) the next unclaimed one of the same item."""
    by_id = {hazard.id: hazard for hazard in hazards}
    found = {finding.id: by_id[finding.id] for finding in findings if finding.id in by_id}
    rest = [hazard for hazard in hazards if hazard.id not in found]
    for finding in findings:
        if finding.id in found:
            continue
        match = next((one for one in rest if one.item_code == finding.item_code and one.location == finding.location), None)
        if match is not None:
            found[finding.id] = match
            rest.remove(match)
    return found


def _finding_view(
    place: int, finding: NewFinding, hazard: Hazard | None, album: _Album, rulebook: Rulebook, *, is_staff: bool
) -> FindingView:
    # An enterprise sees the photos of a finding together with the hazard it became, not before.
    may_look = is_staff or hazard is not None
    return FindingView(
        place=place,
        item_code=finding.item_code,
        item_text=finding.item.text if finding.item is not None else "",
        description=finding.description,
        location=finding.location,
        measure=finding.measure,
        suggested_days=finding.suggested_days if is_staff else None,
        facts=_facts(finding.facts, rulebook) if is_staff else (),
        before=album.photos(finding.id, "before") if may_look else (),
        after=album.photos(finding.id, "after") if may_look else (),
        hazard=hazard,
    )


def _facts(facts: Mapping[str, str], rulebook: Rulebook) -> tuple[FactShown, ...]:
    law = rulebook.major_hazards.facts
    known = {one.value for one in Answer}
    shown = []
    for name, value in facts.items():
        fact = law.get(name)
        answer = Answer(value).label if value in known else f"{value}{fact.unit if fact is not None else ''}"
        shown.append(FactShown(fact.ask if fact is not None else name, answer))
    return tuple(shown)


def _sections(document: InspectionDocument, reading: InspectionReading, rulebook: Rulebook) -> tuple[SectionView, ...]:
    """Every answer of the document, grouped by the checklist's sections; sections with failures first, and within them the failures."""
    editions = {one["code"]: one["edition"] for one in reading.checklists}
    in_force = rulebook.at(reading.times.day).checklists
    grouped: dict[tuple[str, str], list[AnswerView]] = {}
    for answer in document.answers:
        code = template_code_of(answer.item)
        edition = editions.get(code, "")
        item = rulebook.checklists.find_item(answer.item, edition) or in_force.find_item(answer.item)
        view = AnswerView(
            item_code=clean(answer.item, 40),
            text=item.text if item is not None else "",
            basis="；".join(item.basis) if item is not None else "",
            result=answer.result,
            note=clean(answer.note, NOTE_LENGTH),
            verified=item.verified if item is not None else False,
        )
        grouped.setdefault((code, item.section if item is not None else "检查表里没有的检查项"), []).append(view)
    sections = []
    for (code, title), answers in grouped.items():
        template = rulebook.checklists.find_template(code, editions.get(code, "")) or in_force.find_template(code)
        sections.append(
            SectionView(
                checklist=template.name if template is not None else code,
                checklist_code=template.code if template is not None else "",
                edition=template.edition if template is not None else "",
                title=title,
                answers=tuple(sorted(answers, key=lambda one: one.result != AnswerResult.FAIL)),
            )
        )
    return tuple(sorted(sections, key=lambda one: one.failed == 0))


def _signatures(document: InspectionDocument, album: _Album, *, with_pictures: bool) -> tuple[SignatureView, ...]:
    return tuple(
        SignatureView(
            party=one.party,
            name=clean(one.name, 100),
            refused=one.refused,
            refusal_note=clean(one.refusal_note, NOTE_LENGTH),
            witness=clean(one.witness, 100),
            photo=album.signature(read_digest(one.sha256) or "") if with_pictures else None,
        )
        for one in document.signatures
    )


def _times(document: InspectionDocument, inspection: Inspection) -> tuple[TimeView, ...]:
    clock = document.clock
    named = [
        ("开始", document.started_at, "手机时间"),
        ("结束", document.finished_at, "手机时间"),
        ("交卷时手机", clock.device_at if clock is not None else "", "手机时间"),
        ("卫星定位", clock.gps_at if clock is not None else "", "与手机时间同时读取"),
        ("定位取得", document.position.at if document.position is not None else "", "手机时间"),
    ]
    views = [TimeView(name, read_instant(raw), clean(raw, 60), hint) for name, raw, hint in named if raw]
    return (*views, TimeView("服务器收到", inspection.received_at, "", "以此为准"))


def _sender(work: Work, kept: Document) -> tuple[str, str]:
    query = (
        select(Account.name, Device.name.label("device"))
        .select_from(Account)
        .outerjoin(Device, and_(Device.id == kept.device_id, Device.park_id == Account.park_id))
        .where(Account.id == kept.account_id)
    )
    row = work.session.execute(query).one()
    return row.name, row.device or ""


def _archive_note(work: Work, inspection: Inspection) -> str:
    if inspection.archived_at is None:
        return ""
    content = work.session.scalar(
        select(Event.content)
        .where(
            Event.park_id == work.park_id,
            Event.subject_kind == "inspection",
            Event.subject_id == inspection.id,
            Event.action == "inspection:archived",
        )
        .order_by(Event.sequence.desc())
        .limit(1)
    )
    return "" if content is None else str(msgspec.json.decode(content)["facts"].get("note", ""))
