"""What does an inspection document say?

A pure reading of the document, the rulebook and the time of arrival: counts, findings ready to become hazards, photos with their places,
and the marks that need no look at the record. It is made before the transaction begins, so nobody waits for the write turn meanwhile.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

import msgspec

from rules.checklists import ChecklistItem, Checklists, template_code_of
from rules.rulebook import Rulebook
from rules.terms import AnswerResult
from server.hazards.opening import NewFinding, unknown_facts
from server.inspections.clocks import Times, read_times
from server.inspections.field_values import (
    CODE_LENGTH,
    NAME_LENGTH,
    Fix,
    clean,
    fact_text,
    read_days,
    read_digest,
    read_id,
    read_instant,
)
from server.inspections.marks import CLOCK_TOLERANCE_SECONDS, Mark
from server.inspections.schemas import FindingWritten, InspectionDocument, ItemAnswer, PhotoNamed, Position, ReinspectionDocument, Signature

CAMERA, GALLERY = "camera", "gallery"
_RESULTS = {one.value for one in AnswerResult}
_MOST_FACTS = 200
_MOST_INSPECTORS = 50


class PhotoPlaced(msgspec.Struct, frozen=True, kw_only=True):
    """A photo and its place in the record. `finding_id` None means the inspection itself."""

    sha256: str
    finding_id: UUID | None
    role: str
    ordinal: int
    caption: str = ""
    source: str = ""
    taken_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
    accuracy_m: float | None = None


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What both kinds of document have: when, where, who, photos, and what is odd."""

    times: Times
    position: Fix
    inspectors: list[str]
    photos: list[PhotoPlaced]
    marks: set[Mark]


class InspectionReading(Reading, frozen=True, kw_only=True):
    """What an inspection document says."""

    target_id: UUID | None
    target_name: str
    task_id: UUID | None
    names_task: bool
    checklists: list[dict[str, str]]
    answered: int
    passed: int
    failed: int
    not_applicable: int
    findings: list[NewFinding]


def read_reinspection(document: ReinspectionDocument, received_at: datetime, sent_device_at: datetime | None) -> Reading:
    """What a re-inspection document says besides its result."""
    times = read_times(started="", finished=document.at, clock=document.clock, sent_device_at=sent_device_at, received_at=received_at)
    marks = set(times.marks)
    album = _Album(marks, times)
    album.add(document.photos, None, "after")
    album.add_signatures(document.signatures)
    position = _position(document.position, marks)
    return Reading(times=times, position=position, inspectors=_inspectors(document.inspectors, marks), photos=album.photos, marks=marks)


def read_inspection(
    document_id: UUID,
    document: InspectionDocument,
    rulebook: Rulebook,
    received_at: datetime,
    sent_device_at: datetime | None = None,
) -> InspectionReading:
    """What an inspection document says."""
    times = read_times(
        started=document.started_at,
        finished=document.finished_at,
        clock=document.clock,
        sent_device_at=sent_device_at,
        received_at=received_at,
    )
    marks = set(times.marks)
    editions = _editions(document, rulebook, times.day, marks)
    items = _Items(rulebook, editions, times.day)
    results = _results(document.answers, items, marks)
    _look_for_gaps(rulebook, editions, results, marks)
    album = _Album(marks, times)
    album.add(document.photos, None, "scene")
    findings = _findings(document_id, document, items, album, marks)
    album.add_signatures(document.signatures)
    _look_at_signatures(document.signatures, marks)
    if not results and not findings:
        marks.add(Mark.NOTHING_CHECKED)
    counts = list(results.values())
    target = document.target
    return InspectionReading(
        times=times,
        position=_position(document.position, marks),
        inspectors=_inspectors(document.inspectors, marks),
        photos=album.photos,
        marks=marks,
        target_id=None if target is None else read_id(target.id),
        target_name="" if target is None else clean(target.name, NAME_LENGTH),
        task_id=read_id(document.task_id),
        names_task=bool(document.task_id),
        checklists=[{"code": clean(one.code, CODE_LENGTH), "edition": clean(one.edition, CODE_LENGTH)} for one in document.checklists],
        answered=len(counts),
        passed=counts.count(AnswerResult.PASS),
        failed=counts.count(AnswerResult.FAIL),
        not_applicable=counts.count(AnswerResult.NOT_APPLICABLE),
        findings=findings,
    )


class _Items:
    """Checklist items as they read in the editions a document names, otherwise as in force on its day."""

    def __init__(self, rulebook: Rulebook, editions: dict[str, str], day: date) -> None:
        self._rulebook = rulebook
        self._editions = editions
        self._day = day
        self._named = [_codes_of(rulebook.checklists, code, edition) for code, edition in editions.items()]

    def has(self, code: str) -> bool:
        """Whether there is such an item."""
        return any(code in codes for codes in self._named) or self.find(code)[0] is not None

    def find(self, code: str) -> tuple[ChecklistItem | None, str]:
        """The item and the edition it was read in."""
        template = template_code_of(code)
        edition = self._editions.get(template)
        if edition is not None:
            item = self._rulebook.checklists.find_item(code, edition)
            if item is not None:
                return item, edition
        in_force = self._rulebook.at(self._day).checklists
        item = in_force.find_item(code)
        found = in_force.find_template(template)
        return item, (edition or "") if item is None or found is None else found.edition


def _editions(document: InspectionDocument, rulebook: Rulebook, day: date, marks: set[Mark]) -> dict[str, str]:
    """The known editions the document names, by template."""
    editions: dict[str, str] = {}
    for one in document.checklists:
        template = rulebook.checklists.find_template(one.code, one.edition)
        if template is None:
            marks.add(Mark.UNKNOWN_EDITION)
            continue
        if not template.is_in_force(day):
            marks.add(Mark.OLD_EDITION)
        editions[one.code] = one.edition
    return editions


def _results(answers: Iterable[ItemAnswer], items: _Items, marks: set[Mark]) -> dict[str, str]:
    """The result by item. Of several answers to one item a fail counts; an answer without an item counts by itself."""
    results: dict[str, str] = {}
    for place, answer in enumerate(answers):
        if answer.result not in _RESULTS:
            marks.add(Mark.UNKNOWN_RESULT)
            continue
        if answer.item in results:
            marks.add(Mark.DUPLICATE_ANSWER)
            if results[answer.item] == AnswerResult.FAIL:
                continue
        if not items.has(answer.item):
            marks.add(Mark.UNKNOWN_ITEM)
        results[answer.item or f"#{place}"] = answer.result
    return results


@lru_cache(maxsize=256)
def _codes_of(checklists: Checklists, code: str, edition: str) -> frozenset[str]:
    template = checklists.find_template(code, edition)
    return frozenset() if template is None else frozenset(item.code for item in template.items)


def _look_for_gaps(rulebook: Rulebook, editions: dict[str, str], results: dict[str, str], marks: set[Mark]) -> None:
    answered = results.keys()
    if any(not _codes_of(rulebook.checklists, code, edition) <= answered for code, edition in editions.items()):
        marks.add(Mark.UNANSWERED_REQUIRED)


class _Album:
    """Collects the photos a document names, in order, each with its place."""

    def __init__(self, marks: set[Mark], times: Times) -> None:
        self.photos: list[PhotoPlaced] = []
        self._marks = marks
        self._times = times

    def add(self, named: Iterable[PhotoNamed], finding_id: UUID | None, role: str) -> set[str]:
        """Add photos in one role; returns the digests that can be used."""
        digests = set()
        for ordinal, photo in enumerate(named, start=1):
            digest = read_digest(photo.sha256)
            if digest is None:
                self._marks.add(Mark.UNKNOWN_PHOTO)
                continue
            digests.add(digest)
            taken_at = read_instant(photo.taken_at)
            if photo.source == GALLERY:
                self._marks.add(Mark.GALLERY_PHOTO)
            if taken_at is not None and self._is_outside(taken_at):
                self._marks.add(Mark.PHOTO_TIME_OFF)
            fix = Fix(photo.position)
            self.photos.append(
                PhotoPlaced(
                    sha256=digest,
                    finding_id=finding_id,
                    role=role,
                    ordinal=ordinal,
                    caption=clean(photo.caption, 500),
                    source=photo.source if photo.source in (CAMERA, GALLERY) else "",
                    taken_at=taken_at,
                    latitude=fix.latitude,
                    longitude=fix.longitude,
                    accuracy_m=fix.accuracy_m,
                )
            )
        return digests

    def add_signatures(self, signatures: Iterable[Signature]) -> None:
        """Add the pictures of signatures."""
        self.add((PhotoNamed(sha256=one.sha256, caption=one.name) for one in signatures if one.sha256), None, "signature")

    def _is_outside(self, taken_at: datetime) -> bool:
        times = self._times
        if not times.is_believed or times.started_at is None or times.finished_at is None:
            return False
        early = (times.started_at - taken_at).total_seconds()
        late = (taken_at - times.finished_at).total_seconds()
        return max(early, late) > CLOCK_TOLERANCE_SECONDS


def _findings(document_id: UUID, document: InspectionDocument, items: _Items, album: _Album, marks: set[Mark]) -> list[NewFinding]:
    """The findings as written, then one for every failed item that none describes."""
    taken: set[UUID] = set()
    described: set[str] = set()
    by_id = {one.id: one for one in document.findings if one.id}
    findings = []
    for place, written in enumerate(document.findings):
        finding_id = read_id(written.id)
        if finding_id is None or finding_id in taken or finding_id == document_id:
            marks.add(Mark.DUPLICATE_FINDING_ID)
            finding_id = uuid5(document_id, f"finding:{place}")
        taken.add(finding_id)
        described.add(written.item)
        findings.append(_finding(finding_id, written, items, album, marks))
    for code, answers in _failed_items(document.answers).items():
        if code in described or any(one.finding_id in by_id for one in answers):
            continue
        marks.add(Mark.FAIL_WITHOUT_FINDING)
        note = next((one.note for one in answers if one.note), "")
        stand_in = FindingWritten(item=answers[0].item, description=note)
        findings.append(_finding(uuid5(document_id, f"item:{code}"), stand_in, items, album, marks))
    return findings


def _failed_items(answers: Iterable[ItemAnswer]) -> dict[str, list[ItemAnswer]]:
    """The answers that failed, by item; those without an item by their place."""
    failed: dict[str, list[ItemAnswer]] = {}
    for place, answer in enumerate(answers):
        if answer.result == AnswerResult.FAIL:
            failed.setdefault(answer.item or f"#{place}", []).append(answer)
    return failed


def _finding(finding_id: UUID, written: FindingWritten, items: _Items, album: _Album, marks: set[Mark]) -> NewFinding:
    item, edition = items.find(written.item) if written.item else (None, "")
    if written.item and item is None:
        marks.add(Mark.UNKNOWN_ITEM)
    description = clean(written.description)
    if not description:
        marks.add(Mark.NO_DESCRIPTION)
    before = album.add(written.photos, finding_id, "before")
    after = set() if written.on_the_spot is None else album.add(written.on_the_spot.photos, finding_id, "after")
    if item is not None and item.photo_required and not before:
        marks.add(Mark.MISSING_FAIL_PHOTO)
    facts = _facts(written.facts)
    if unknown_facts(facts):
        marks.add(Mark.UNKNOWN_FACT)
    return NewFinding(
        id=finding_id,
        item=item,
        item_code=clean(written.item, CODE_LENGTH),
        checklist_edition=edition,
        description=description,
        location=clean(written.location, 200),
        facts=facts,
        suggested_days=read_days(written.suggested_days),
        was_put_right=written.on_the_spot is not None,
        measure="" if written.on_the_spot is None else clean(written.on_the_spot.measure),
        before=frozenset(before),
        after=frozenset(after),
    )


def _facts(given: dict[str, Any]) -> dict[str, str]:
    facts = {}
    for name in list(given)[:_MOST_FACTS]:
        text = fact_text(given[name])
        if text:
            facts[clean(name, NAME_LENGTH)] = text
    return facts


def _look_at_signatures(signatures: Iterable[Signature], marks: set[Mark]) -> None:
    signed = {one.party for one in signatures if one.sha256}
    refused = {one.party for one in signatures if one.refused}
    if "enterprise" in refused:
        marks.add(Mark.SIGNATURE_REFUSED)
    if not {"inspector", "enterprise"} <= signed | refused:
        marks.add(Mark.NO_SIGNATURE)


def _inspectors(names: Iterable[str], marks: set[Mark]) -> list[str]:
    kept = list(dict.fromkeys(name for name in (clean(one, NAME_LENGTH) for one in names) if name))[:_MOST_INSPECTORS]
    if not kept:
        marks.add(Mark.NO_INSPECTOR)
    elif len(kept) == 1:
        marks.add(Mark.SINGLE_INSPECTOR)
    return kept


def _position(position: Position | None, marks: set[Mark]) -> Fix:
    fix = Fix(position)
    if fix.latitude is None:
        marks.add(Mark.NO_POSITION)
    return fix
