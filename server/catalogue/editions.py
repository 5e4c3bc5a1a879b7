"""Use cases of editions: draft one, hand it to another person, approve it; an approved one is never edited after.

Drafting and reviewing are two people's work, approving is the leader's. With the approval the content is frozen and the printed catalogue
issued. When an edition binds is a function of its dates and of the next one: nobody has to switch it on.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec
from sqlalchemy import func

from rules.catalogue_editions import EditionFile, diff_catalogues
from rules.terms import DocumentKind
from server.canonical import canonical_bytes, sha256_hex
from server.catalogue.access import (
    APPROVERS,
    DRAFTERS,
    demand_approver,
    demand_drafter,
    demand_reader,
    readable_catalogue_papers,
    readable_changes,
    readable_editions,
)
from server.catalogue.building import active_changes, edition_file, lay_over_law
from server.catalogue.overlay import EditionSpan, edition_spans, fingerprint_on, laid_over, park_catalogue, standing_confirmations
from server.catalogue.printing import TEMPLATE_VERSION, catalogue_sheet
from server.catalogue.schemas import (
    ApprovalForm,
    ChangeKind,
    Comparison,
    EditionDossier,
    EditionForm,
    EditionRow,
    EditionState,
    ParkCatalogue,
    Standing,
)
from server.catalogue.views import view_changes
from server.errors import FieldError, InvalidInput, NotFound, SecondPersonNeeded, StateConflict
from server.ids import new_id
from server.models.catalogue import CatalogueChange, CatalogueEdition
from server.models.orders import IssuedPaper
from server.numbering import take_number
from server.papers import freeze_paper
from server.steps import demand_version
from server.unit_of_work import Work

LONGEST_TEXT = 500


def get_edition(work: Work, edition_id: UUID) -> CatalogueEdition:
    """An edition the actor may see. Raises `NotFound`."""
    edition = work.session.scalar(readable_editions(work.actor).where(CatalogueEdition.id == edition_id))
    if edition is None:
        raise NotFound("这个目录版本")
    return edition


def list_editions(work: Work) -> tuple[EditionRow, ...]:
    """Every edition of the park, newest first. Three queries. Raises `NotAllowed`."""
    demand_reader(work.actor)
    spans = {one.id: one for one in edition_spans(work)}
    count = func.count().label("changes")
    grouped = (
        readable_changes(work.actor)
        .with_only_columns(CatalogueChange.edition_id, CatalogueChange.kind, count)
        .where(CatalogueChange.removed_at.is_(None))
        .group_by(CatalogueChange.edition_id, CatalogueChange.kind)
    )
    counts: dict[UUID, dict[ChangeKind, int]] = {}
    for edition_id, kind, changes in work.session.execute(grouped):
        counts.setdefault(edition_id, {})[ChangeKind(kind)] = changes
    rows = work.session.scalars(readable_editions(work.actor).order_by(CatalogueEdition.drafted_at.desc(), CatalogueEdition.id.desc()))
    return tuple(
        EditionRow(
            edition=one,
            standing=standing_of(one, spans.get(one.id), work.today),
            counts={kind: counts.get(one.id, {}).get(kind, 0) for kind in ChangeKind},
            ends_before=spans[one.id].ends_before if one.id in spans else None,
        )
        for one in rows
    )


def standing_of(edition: CatalogueEdition, span: EditionSpan | None, day: date) -> Standing:
    """What an edition is on a day."""
    if span is None:
        return {
            EditionState.DRAFT: Standing.DRAFT,
            EditionState.REVIEWED: Standing.REVIEWED,
            EditionState.DISCARDED: Standing.DISCARDED,
        }[EditionState(edition.state)]
    if day < span.starts_on:
        return Standing.UPCOMING
    if span.binds_on(day):
        return Standing.IN_FORCE
    return Standing.SUPERSEDED if span.is_succeeded else Standing.EXPIRED


def get_edition_dossier(work: Work, edition_id: UUID) -> EditionDossier:
    """Everything an edition's page shows. Raises `NotFound`."""
    edition = get_edition(work, edition_id)
    changes = active_changes(work, edition_id)
    query = readable_changes(work.actor).where(CatalogueChange.edition_id == edition_id, CatalogueChange.removed_at.is_not(None))
    removed = work.session.scalars(query.order_by(CatalogueChange.removed_at, CatalogueChange.id)).all()
    span = next((one for one in edition_spans(work) if one.id == edition_id), None)
    problem, overtaken = "", tuple[str, ...]()
    if edition.state in (EditionState.DRAFT, EditionState.REVIEWED):
        try:
            lay_over_law(edition_file(work, edition, changes, adopted=True))
        except InvalidInput as refusal:
            problem = refusal.detail
    elif span is not None:
        _, overtaken = laid_over(_file_of(work, edition), {})
    authors = _authors(edition, changes)
    is_drafter, state = work.actor.role in DRAFTERS, edition.state
    return EditionDossier(
        edition=edition,
        standing=standing_of(edition, span, work.today),
        ends_before=None if span is None else span.ends_before,
        changes=view_changes(changes),
        removed=view_changes(removed),
        based_on=None if edition.based_on_id is None else get_edition(work, edition.based_on_id),
        authors=tuple(authors.values()),
        paper_id=_paper_id(work, edition_id),
        problem=problem,
        overtaken=overtaken,
        may_edit=is_drafter and state == EditionState.DRAFT,
        may_review=is_drafter and state == EditionState.DRAFT and work.actor.id not in authors and bool(changes) and not problem,
        may_approve=work.actor.role in APPROVERS and state == EditionState.REVIEWED,
    )


def draft_edition(work: Work, form: EditionForm) -> CatalogueEdition:
    """Begin an edition, empty or with the changes of an earlier one. Raises `NotAllowed`, `NotFound`, `InvalidInput`."""
    demand_drafter(work.actor)
    errors = []
    if not form.title.strip():
        errors.append(FieldError("title", "请填写目录名称"))
    elif len(form.title.strip()) > 100:
        errors.append(FieldError("title", "目录名称不超过 100 个字"))
    if form.planned_from < work.today:
        errors.append(FieldError("planned_from", "拟施行日不能早于今天：目录不溯及既往"))
    if errors:
        raise InvalidInput(errors)
    base = None if form.based_on_id is None else get_edition(work, form.based_on_id)
    edition = CatalogueEdition(
        id=new_id(),
        park_id=work.park_id,
        name=f"{work.today.year}-{take_number(work.connection, work.park_id, 'catalogue_edition', work.today.year)}",
        title=form.title.strip(),
        state=EditionState.DRAFT,
        note=form.note.strip(),
        planned_from=form.planned_from,
        based_on_id=None if base is None else base.id,
        drafted_by=work.actor.id,
        drafted_by_name=work.actor.name,
        drafted_at=work.now,
    )
    work.session.add(edition)
    work.session.flush()
    if base is not None:
        _take_over(work, edition, base)
    work.record("catalogue_edition", edition.id, "catalogue_edition:drafted", title=edition.title, planned_on=edition.planned_from)
    return edition


def _take_over(work: Work, edition: CatalogueEdition, base: CatalogueEdition) -> None:
    for one in active_changes(work, base.id):
        work.session.add(
            CatalogueChange(
                id=new_id(),
                park_id=work.park_id,
                edition_id=edition.id,
                kind=one.kind,
                entry_id=one.entry_id,
                content=one.content,
                reason=one.reason,
                origin=f"承接《{base.title}》{base.document_number}",
                made_by=work.actor.id,
                made_by_name=work.actor.name,
                made_at=work.now,
            )
        )
    work.session.flush()


def discard_edition(work: Work, edition_id: UUID, reason: str) -> CatalogueEdition:
    """Give a draft up; it stays readable. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`."""
    demand_drafter(work.actor)
    edition = lock_edition(work, edition_id, (EditionState.DRAFT, EditionState.REVIEWED))
    edition.sent_back_reason = _stated(reason, "reason", "请写明作废的原因")
    edition.state = EditionState.DISCARDED
    work.session.flush()
    work.record("catalogue_edition", edition.id, "catalogue_edition:discarded", reason=edition.sent_back_reason)
    return edition


def review_edition(work: Work, edition_id: UUID, note: str, *, seen_version: int | None = None) -> CatalogueEdition:
    """Another person has gone through a draft. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`, `SecondPersonNeeded`."""
    demand_drafter(work.actor)
    edition = lock_edition(work, edition_id, (EditionState.DRAFT,))
    demand_version(edition, seen_version, "这个目录版本")
    changes = active_changes(work, edition_id)
    if not changes:
        raise StateConflict("草案里还没有任何条目，不能复核。", reason="empty")
    authors = _authors(edition, changes)
    if work.actor.id in authors:
        raise SecondPersonNeeded("目录草案", work.actor.name)
    lay_over_law(edition_file(work, edition, changes, adopted=True))
    edition.state = EditionState.REVIEWED
    edition.review_note = _stated(note, "note", "请写明复核意见")
    edition.reviewed_by, edition.reviewed_by_name, edition.reviewed_at = work.actor.id, work.actor.name, work.now
    work.session.flush()
    work.record("catalogue_edition", edition.id, "catalogue_edition:reviewed", note=edition.review_note)
    return edition


def send_back_edition(work: Work, edition_id: UUID, reason: str) -> CatalogueEdition:
    """Back to the drafters, by the leader or whoever drafts, with the reason. Raises as `discard_edition`."""
    if work.actor.role not in APPROVERS:
        demand_drafter(work.actor)
    edition = lock_edition(work, edition_id, (EditionState.REVIEWED,))
    edition.sent_back_reason = _stated(reason, "reason", "请写明退回的原因")
    edition.state = EditionState.DRAFT
    edition.reviewed_by, edition.reviewed_by_name, edition.reviewed_at, edition.review_note = None, "", None, ""
    work.session.flush()
    work.record("catalogue_edition", edition.id, "catalogue_edition:sent_back", reason=edition.sent_back_reason)
    return edition


def approve_edition(work: Work, edition_id: UUID, form: ApprovalForm) -> CatalogueEdition:
    """The leader approves: number, day, validity, fairness review; content and paper are frozen.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`, `ChangedMeanwhile`.
    """
    demand_approver(work.actor)
    edition = lock_edition(work, edition_id, (EditionState.REVIEWED,))
    demand_version(edition, form.seen_version, "这个目录版本")
    _refuse_bad_approval(work, form)
    edition.document_number = form.document_number.strip()
    edition.approver = form.approver.strip()
    edition.fairness_review = form.fairness_review.strip()
    edition.effective_from, edition.valid_until = form.effective_from, form.valid_until
    file = edition_file(work, edition, active_changes(work, edition_id), adopted=True)
    lay_over_law(file)
    edition.content = canonical_bytes(file)
    edition.sha256 = sha256_hex(edition.content)
    edition.state = EditionState.APPROVED
    edition.approved_by, edition.approved_by_name = work.actor.id, work.actor.name
    edition.approved_at, edition.approved_on = work.now, work.today
    work.session.flush()
    freeze_paper(
        work,
        kind=DocumentKind.CATALOGUE_EDITION,
        subject_kind="catalogue_edition",
        subject_id=edition.id,
        enterprise_id=None,
        document_number=edition.document_number,
        template_version=TEMPLATE_VERSION,
        value=catalogue_sheet(work, park_catalogue(work, form.effective_from), form.effective_from, edition),
    )
    work.record(
        "catalogue_edition",
        edition.id,
        "catalogue_edition:approved",
        document_number=edition.document_number,
        in_force_on=edition.effective_from,
        valid_until_on=edition.valid_until,
        fairness_review=edition.fairness_review,
        sha256=edition.sha256,
    )
    return edition


def _refuse_bad_approval(work: Work, form: ApprovalForm) -> None:
    errors = []
    for field, text, words in (
        ("document_number", form.document_number, "请填写文号"),
        ("approver", form.approver, "请填写批准机关，例如管委会"),
        ("fairness_review", form.fairness_review, "请写明公平竞争审查：由谁、何时、什么结论"),
    ):
        if not text.strip():
            errors.append(FieldError(field, words))
        elif len(text.strip()) > LONGEST_TEXT:
            errors.append(FieldError(field, f"不超过 {LONGEST_TEXT} 个字"))
    spans = edition_spans(work)
    if form.effective_from < work.today:
        errors.append(FieldError("effective_from", "施行日不能早于批准当天：目录不溯及既往"))
    elif spans and form.effective_from <= spans[-1].starts_on:
        errors.append(FieldError("effective_from", f"施行日应晚于上一版《{spans[-1].title}》的施行日 {spans[-1].starts_on.isoformat()}"))
    if form.valid_until < form.effective_from:
        errors.append(FieldError("valid_until", "有效期截止日不能早于施行日"))
    if any(one.document_number == form.document_number.strip() for one in spans):
        errors.append(FieldError("document_number", "这个文号已用于另一版目录"))
    if errors:
        raise InvalidInput(errors)


def edition_catalogue(work: Work, edition_id: UUID) -> ParkCatalogue:
    """The law with this edition over it as if adopted, whatever its state, with today's confirmations.

    Raises `NotFound`, and `InvalidInput` for a draft that cannot be compiled.
    """
    edition = get_edition(work, edition_id)
    file = _file_of(work, edition)
    day = max(work.today, edition.effective_from or edition.planned_from)
    notes = standing_confirmations(work, day, work.today)
    if edition.state != EditionState.APPROVED:
        lay_over_law(file)
    catalogue, overtaken = laid_over(file, notes)
    return ParkCatalogue(
        catalogue=catalogue,
        edition_id=edition.id,
        edition_name=edition.name,
        fingerprint=fingerprint_on(catalogue, day),
        confirmations=notes,
        overtaken=overtaken,
    )


def _file_of(work: Work, edition: CatalogueEdition) -> EditionFile:
    """An edition as the rules read it: as frozen when it was approved, else as it stands."""
    if edition.content is not None:
        return msgspec.json.decode(edition.content, type=EditionFile)
    return edition_file(work, edition, active_changes(work, edition.id), adopted=True)


def compare_days(work: Work, from_day: date, to_day: date) -> Comparison:
    """What differs between what bound in the park on one day and on another. Raises `NotAllowed`."""
    demand_reader(work.actor)
    before, after = park_catalogue(work, from_day), park_catalogue(work, to_day)
    return Comparison(diff=diff_catalogues(before.catalogue, from_day, after.catalogue, to_day), before=before, after=after)


def compare_editions(work: Work, from_id: UUID | None, to_id: UUID) -> Comparison:
    """What differs between two editions, each on its own first day; without `from_id` between the day before and the edition.

    Raises `NotFound`, `InvalidInput` for a draft that cannot be compiled.
    """
    to_edition = get_edition(work, to_id)
    to_day = to_edition.effective_from or to_edition.planned_from
    after = edition_catalogue(work, to_id)
    if from_id is None:
        from_day, before = to_day, _before(work, to_edition, to_day)
    else:
        from_edition = get_edition(work, from_id)
        from_day = from_edition.effective_from or from_edition.planned_from
        before = edition_catalogue(work, from_id)
    # Compared on one day, so that only what the editions say differs, and not what the law did in between.
    day = max(from_day, to_day)
    return Comparison(diff=diff_catalogues(before.catalogue, day, after.catalogue, day), before=before, after=after)


def _before(work: Work, edition: CatalogueEdition, day: date) -> ParkCatalogue:
    """What would bind on an edition's first day without it."""
    earlier = [one for one in edition_spans(work) if one.id != edition.id and one.starts_on <= day]
    if not earlier:
        notes = standing_confirmations(work, max(work.today, day), work.today)
        catalogue, _ = laid_over(None, notes)
        return ParkCatalogue(
            catalogue=catalogue, edition_id=None, edition_name="", fingerprint=fingerprint_on(catalogue, day), confirmations=notes
        )
    return edition_catalogue(work, earlier[-1].id)


def lock_edition(work: Work, edition_id: UUID, states: Sequence[EditionState]) -> CatalogueEdition:
    """An edition in one of these states, kept from changing under us. Raises `NotFound`, `StateConflict`."""
    query = readable_editions(work.actor).where(CatalogueEdition.id == edition_id).with_for_update(of=CatalogueEdition)
    edition = work.session.scalar(query.execution_options(populate_existing=True))
    if edition is None:
        raise NotFound("这个目录版本")
    if edition.state not in states:
        state = EditionState(edition.state)
        more = "批准后的版本不再改动，要改请另起新版。" if state is EditionState.APPROVED else "请刷新页面看最新情况。"
        raise StateConflict(f"这个版本{state.label}，不能这样办。{more}", reason="state", state=state.value)
    return edition


def find_catalogue_paper(work: Work, edition_id: UUID) -> IssuedPaper | None:
    """The printed catalogue of an edition as issued."""
    return work.session.scalar(readable_catalogue_papers(work.actor).where(IssuedPaper.subject_id == edition_id))


def _paper_id(work: Work, edition_id: UUID) -> UUID | None:
    return work.session.scalar(
        readable_catalogue_papers(work.actor).with_only_columns(IssuedPaper.id).where(IssuedPaper.subject_id == edition_id)
    )


def _authors(edition: CatalogueEdition, changes: Sequence[CatalogueChange]) -> dict[UUID, str]:
    return {edition.drafted_by: edition.drafted_by_name} | {one.made_by: one.made_by_name for one in changes}


def _stated(text: str, field: str, words: str) -> str:
    text = text.strip()
    if not text:
        raise InvalidInput([FieldError(field, words)])
    if len(text) > LONGEST_TEXT:
        raise InvalidInput([FieldError(field, f"不超过 {LONGEST_TEXT} 个字")])
    return text
