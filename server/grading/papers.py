"""Use cases of the papers of grading: look at one before it is issued, issue it, take it back, sign for it.

Issuing takes the office's next number of this kind and year and freezes what the paper says; from then on it is drawn from that alone.
Asked twice about the same, it gives the same paper: nobody gets two numbers by pressing twice.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from sqlalchemy import Select, select
from sqlalchemy.orm import defer

from rules.rulebook import Rulebook
from rules.terms import DocumentKind, Role
from server.errors import FieldError, InvalidInput, NotFound, StateConflict, WordingNotPermitted
from server.grading.access import READERS
from server.grading.paper_facts import gather_grading, gather_points
from server.grading.paper_schemas import PAPER_EDITION, GradingFacts, PaperFacts, PointsFacts
from server.grading.park_facts import gather_park
from server.grading.park_schemas import Frequencies, ParkFacts
from server.identity import STAFF
from server.models.enterprises import Enterprise
from server.models.orders import IssuedPaper, PaperReceipt, PaperWithdrawal
from server.models.parks import Park
from server.numbering import take_number
from server.papers import freeze_paper, get_paper, read_value, withdraw_paper
from server.parks.service import get_park, permission_mode_of
from server.rectification.access import readable_papers
from server.steps import demand_role
from server.unit_of_work import Work

T = TypeVar("T", PaperReceipt, PaperWithdrawal)

LONGEST_NOTE = 500
LONGEST_REASON = 500
_OF_THE_ISSUE = ("document_number", "issued_on", "issued_by_name", "contact_name", "note", "edition", "day")
"""What differs between two papers that say the same."""


class GradingPaper(msgspec.Struct, frozen=True):
    """One kind of paper: what it is about, the struct its facts are frozen in, and how those of an enterprise are gathered."""

    kind: DocumentKind
    subject_kind: str
    facts: type[PaperFacts]
    gather: Callable[[Work, Rulebook, UUID], PaperFacts] | None = None
    is_signed_for: bool = False
    """A letter to the enterprise: it signs for it, and the office answers for every word of it."""


def _of_points(kind: DocumentKind) -> Callable[[Work, Rulebook, UUID], PaperFacts]:
    return lambda work, rulebook, enterprise_id: gather_points(work, rulebook, enterprise_id, kind)


PAPERS: dict[DocumentKind, GradingPaper] = {
    one.kind: one
    for one in (
        GradingPaper(DocumentKind.GRADING_REPORT, "enterprise", GradingFacts, gather_grading),
        GradingPaper(DocumentKind.RISK_REGISTER, "enterprise", PointsFacts, _of_points(DocumentKind.RISK_REGISTER)),
        GradingPaper(DocumentKind.RISK_NOTICE, "enterprise", PointsFacts, _of_points(DocumentKind.RISK_NOTICE), is_signed_for=True),
        GradingPaper(DocumentKind.RISK_CARDS, "enterprise", PointsFacts, _of_points(DocumentKind.RISK_CARDS)),
        GradingPaper(DocumentKind.PARK_GRADING_REPORT, "park", ParkFacts),
    )
}  # fmt: skip


class ListedPaper(msgspec.Struct, frozen=True, kw_only=True):
    """An issued paper with what was written down beside it later."""

    paper: IssuedPaper
    receipt: PaperReceipt | None
    withdrawal: PaperWithdrawal | None


def preview_paper(work: Work, rulebook: Rulebook, kind: DocumentKind, subject_id: UUID) -> PaperFacts:
    """What the paper would say if it were issued now. For staff. Raises `NotFound`, `NotAllowed`, `StateConflict`."""
    demand_role(work.actor, STAFF, f"预览{kind.label}")
    return _gather(work, rulebook, kind, subject_id)


def print_points(work: Work, rulebook: Rulebook, kind: DocumentKind, enterprise_id: UUID) -> PointsFacts:
    """Register, notice or cards as they stand, for whoever may see the register. Raises `NotFound`, `NotAllowed`."""
    demand_role(work.actor, READERS, "查看风险分级管控清单")
    return gather_points(work, rulebook, enterprise_id, kind)


def issue_paper(work: Work, rulebook: Rulebook, kind: DocumentKind, enterprise_id: UUID, note: str = "") -> IssuedPaper:
    """Take the number and freeze a paper about an enterprise.

    Raises `NotAllowed`, `NotFound`, `StateConflict`, `InvalidInput`, `WordingNotPermitted`.
    """
    return _issue(work, rulebook, kind, enterprise_id, note, lambda: _gather(work, rulebook, kind, enterprise_id))


def issue_park_report(
    work: Work, rulebook: Rulebook, *, since: date, frequencies: Frequencies | None = None, note: str = ""
) -> IssuedPaper:
    """Take the number and freeze the grading report of the park. Raises as `issue_paper` does."""
    kind = DocumentKind.PARK_GRADING_REPORT
    return _issue(work, rulebook, kind, work.park_id, note, lambda: gather_park(work, rulebook, since=since, frequencies=frequencies))


def _issue(
    work: Work, rulebook: Rulebook, kind: DocumentKind, subject_id: UUID, note: str, gather: Callable[[], PaperFacts]
) -> IssuedPaper:
    rule = rulebook.permission.documents[kind]
    demand_role(work.actor, rule.issued_by, f"签发{kind.label}")
    park = get_park(work)
    mode = permission_mode_of(park)
    if not rulebook.permission.may_issue(mode, kind):
        raise StateConflict(f"园区的权限模式不能签发{kind.label}。", reason="mode", state=mode.value)
    if len(note) > LONGEST_NOTE:
        raise InvalidInput([FieldError("note", f"附言不能超过 {LONGEST_NOTE} 个字")])
    facts = msgspec.structs.replace(gather(), note=note.strip())
    words = list(dict.fromkeys(hit.word for text in _office_texts(facts) for hit in rulebook.permission.check_wording(mode, text)))
    if words:
        raise WordingNotPermitted(words)
    _hold(work, kind, subject_id)
    standing = find_standing(work, kind, subject_id)
    if standing is not None and _says_the_same(facts, read_value(standing, PAPERS[kind].facts)):
        return standing
    sequence = take_number(work.connection, work.park_id, kind.value, work.today.year)
    number = rulebook.permission.format_document_number(park.document_prefix, kind, work.today.year, sequence)
    return freeze_paper(
        work,
        kind=kind,
        subject_kind=PAPERS[kind].subject_kind,
        subject_id=subject_id,
        enterprise_id=subject_id if PAPERS[kind].subject_kind == "enterprise" else None,
        document_number=number,
        template_version=f"{kind.value}/{PAPER_EDITION}",
        value=msgspec.structs.replace(facts, document_number=number, issued_on=work.today, issued_by_name=work.actor.name),
    )


def _gather(work: Work, rulebook: Rulebook, kind: DocumentKind, enterprise_id: UUID) -> PaperFacts:
    paper = PAPERS.get(kind)
    if paper is None or paper.gather is None:
        raise NotFound("这种企业风险分级文书")
    facts = paper.gather(work, rulebook, enterprise_id)
    if isinstance(facts, PointsFacts) and not facts.points:
        raise StateConflict("这家企业还没有登记风险点，先登记风险分级管控清单，再出具文书。", reason="no_register")
    return facts


def _office_texts(facts: PaperFacts) -> Iterator[str]:
    """What the office says in its own name: in a letter all of it, elsewhere what it adds; the register and the record are quoted."""
    yield facts.note
    if isinstance(facts, PointsFacts) and PAPERS[DocumentKind(facts.kind)].is_signed_for:
        for point in facts.points:
            yield f"{point.name}；{point.location}"
            for source in point.sources:
                yield source.name
                yield from (measure.text for measure in source.measures)


def _hold(work: Work, kind: DocumentKind, subject_id: UUID) -> None:
    """Let nobody else issue a paper about the same subject meanwhile."""
    model = Enterprise if PAPERS[kind].subject_kind == "enterprise" else Park
    work.session.execute(select(model.id).where(model.id == subject_id).with_for_update())


def _says_the_same(facts: PaperFacts, kept: PaperFacts) -> bool:
    """Whether a paper issued now would say what the standing one says, on the same day."""
    if facts.day != kept.day or facts.note != kept.note:
        return False
    same = {name: getattr(kept, name) for name in _OF_THE_ISSUE}
    return msgspec.structs.replace(facts, **same) == kept


def find_standing(work: Work, kind: DocumentKind, subject_id: UUID) -> IssuedPaper | None:
    """The latest paper of this kind about a subject that was not withdrawn and that the actor may see."""
    query = _issued_about(work, subject_id).where(IssuedPaper.kind == kind, IssuedPaper.withdrawn_at.is_(None))
    return work.session.scalar(query.limit(1))


def _issued_about(work: Work, subject_id: UUID) -> Select[IssuedPaper]:
    """The papers of grading about a subject that the actor may see, newest first."""
    query = readable_papers(work.actor).where(IssuedPaper.subject_id == subject_id, IssuedPaper.kind.in_(PAPERS))
    return query.order_by(IssuedPaper.issued_at.desc(), IssuedPaper.id.desc())


def withdraw_grading_paper(work: Work, rulebook: Rulebook, paper_id: UUID, reason: str) -> IssuedPaper:
    """Take a paper back: its number stays taken and it says so on every page from now on.

    Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`.
    """
    paper = get_grading_paper(work, paper_id)
    kind = DocumentKind(paper.kind)
    demand_role(work.actor, rulebook.permission.documents[kind].issued_by, f"撤回{kind.label}")
    if paper.withdrawn_at is not None:
        raise StateConflict("这份文书已经撤回过了。", reason="withdrawn")
    if not reason.strip() or len(reason) > LONGEST_REASON:
        raise InvalidInput([FieldError("reason", f"请写明撤回的理由，不超过 {LONGEST_REASON} 个字")])
    withdraw_paper(work, paper, reason.strip())
    return paper


def sign_for_paper(work: Work, paper_id: UUID) -> PaperReceipt:
    """The enterprise signs for a notice addressed to it; signing again changes nothing.

    Raises `NotAllowed`, `NotFound`, `StateConflict`.
    """
    demand_role(work.actor, (Role.ENTERPRISE,), "签收风险告知书")
    paper = get_grading_paper(work, paper_id)
    if not PAPERS[DocumentKind(paper.kind)].is_signed_for:
        raise StateConflict(f"{DocumentKind(paper.kind).label}不需要签收。", reason="not_signed_for")
    if paper.withdrawn_at is not None:
        raise StateConflict("这份告知书已经撤回，不用签收。", reason="withdrawn")
    receipt = work.session.get(PaperReceipt, paper.id)
    if receipt is None and work.actor.id is not None:
        receipt = PaperReceipt(
            paper_id=paper.id, park_id=work.park_id, received_at=work.now, received_by=work.actor.id, received_by_name=work.actor.name
        )
        work.session.add(receipt)
        work.session.flush()
        work.record("paper", paper.id, "paper:signed_for", document_number=paper.document_number)
    if receipt is None:
        raise NotFound("这份文书的签收人")
    return receipt


def get_grading_paper(work: Work, paper_id: UUID) -> IssuedPaper:
    """A paper of grading the actor may see. Raises `NotFound`."""
    paper = get_paper(work, paper_id)
    if paper.kind not in PAPERS:
        raise NotFound("这份风险分级文书")
    return paper


def list_grading_papers(work: Work, subject_id: UUID) -> list[ListedPaper]:
    """The papers of grading issued about a subject that the actor may see, newest first."""
    # The frozen values of years of reports are not needed to list them.
    papers = list(work.session.scalars(_issued_about(work, subject_id).options(defer(IssuedPaper.value))))
    ids = [one.id for one in papers]
    receipts, reasons = _beside(work, PaperReceipt, ids), _beside(work, PaperWithdrawal, ids)
    return [ListedPaper(paper=one, receipt=receipts.get(one.id), withdrawal=reasons.get(one.id)) for one in papers]


def _beside(work: Work, model: type[T], ids: Collection[UUID]) -> dict[UUID, T]:
    """What was written down beside these papers."""
    columns: Any = model
    query = select(model).where(columns.park_id == work.park_id, columns.paper_id.in_(ids))
    return {one.paper_id: one for one in work.session.scalars(query)}
