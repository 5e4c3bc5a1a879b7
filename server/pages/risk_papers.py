"""The papers of risk grading: what can be printed and issued about an enterprise, what was issued, taken back, signed for.

Issuing takes a number for good, so it is confirmed on a page of its own that says what will be frozen.
"""

from typing import Any
from uuid import UUID

import msgspec
from litestar import Controller, Request, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.params import FromPath
from sqlalchemy import select

from reports.colour_marks import words
from reports.risk_cards import CardsBy, CardSize
from rules.terms import DocumentKind, Role
from server.enterprises.service import get_enterprise
from server.entrance import open_work, services_of
from server.errors import InvalidInput, NotFound, WordingNotPermitted
from server.grading.paper_schemas import PaperFacts, PointsFacts
from server.grading.service import (
    get_grading_paper,
    issue_paper,
    list_grading_papers,
    preview_paper,
    sign_for_paper,
    withdraw_grading_paper,
)
from server.identity import STAFF, pages_for
from server.models.accounts import Account
from server.models.orders import IssuedPaper, PaperReceipt
from server.pages.links import optional_address
from server.pages.query import asked
from server.pages.view import errors_by_field, form_text, go_to, show
from server.unit_of_work import Work

AnyRequest = Request[Any, Any, Any]
_READERS = (*STAFF, Role.ENTERPRISE)
SIGNERS = (Role.OFFICE, Role.LEADER)


class Offer(msgspec.Struct, frozen=True):
    """A paper that can be had: its kind, what it is for, its files, and the routes they are found at."""

    kind: DocumentKind
    says: str
    files: tuple[tuple[str, str], ...]
    is_draft_until_issued: bool = False


OFFERS = (
    Offer(
        DocumentKind.GRADING_REPORT,
        "等级和理由，每个颜色怎么得来；第一页是结论，可以直接上会。",
        (("预览", "grading_report_pdf"),),
        is_draft_until_issued=True,
    ),
    Offer(
        DocumentKind.RISK_NOTICE,
        "发给企业：风险点、等级、可能事故、措施、应急、电话，企业签收。",
        (("预览", "risk_notice_pdf"),),
        is_draft_until_issued=True,
    ),
    Offer(
        DocumentKind.RISK_REGISTER,
        "一个危险源一行，与清单页面同样的行和数字。",
        (("打印 PDF", "risk_register_pdf"), ("下载 XLSX", "risk_register_xlsx")),
    ),
    Offer(DocumentKind.RISK_CARDS, "贴在岗位上：颜色、字母和图案，事故、措施、应急、电话、责任人。", (("打印 PDF", "risk_cards_pdf"),)),
)


class IssuedRow(msgspec.Struct, frozen=True, kw_only=True):
    """An issued paper on the page."""

    paper: IssuedPaper
    kind: str
    address: str
    signer: str
    receipt: PaperReceipt | None
    withdrawn_reason: str
    awaits_receipt: bool


class RiskPaperPages(Controller):
    """Papers about one enterprise."""

    path = "/enterprises/{enterprise_id:uuid}/risk/papers"
    opt = pages_for(*_READERS)

    @get("/", name="risk_papers", sync_to_thread=True)
    def list_papers(self, request: AnyRequest, enterprise_id: FromPath[UUID]) -> Response[str]:
        """What can be had and what was issued."""
        with open_work(request) as work:
            enterprise = get_enterprise(work, enterprise_id)
            issued = issued_rows(request, work, enterprise_id)
            return show(
                request,
                work,
                "risk_papers.html",
                enterprise=enterprise,
                offers=[_offer(request, one, enterprise_id, work.actor.role, issued) for one in OFFERS],
                issued=issued,
                awaiting=[one for one in issued if one.awaits_receipt],
                may_issue=work.actor.role in SIGNERS,
                sizes=[(one.value, one.label) for one in CardSize],
                made_for=[(one.value, one.label) for one in CardsBy],
            )

    @get("/issue", sync_to_thread=True, opt=pages_for(*SIGNERS))
    def ask_issue(self, request: AnyRequest, enterprise_id: FromPath[UUID]) -> Response[str]:
        """What will be frozen, before it is."""
        with open_work(request) as work:
            return _issue_form(request, work, enterprise_id, _kind(asked(request, "kind")), "", {})

    @post("/issue", status_code=200, opt=pages_for(*SIGNERS))
    async def take_issue(self, request: AnyRequest, enterprise_id: FromPath[UUID]) -> Response[Any]:
        """Take the number and freeze it."""
        form = await request.form()
        return await sync_to_thread(_issue, request, enterprise_id, form_text(form, "kind"), form_text(form, "note"))


class GradingPaperPages(Controller):
    """What can be done with one issued paper."""

    path = "/papers/{paper_id:uuid}"
    opt = pages_for(*SIGNERS)

    @get("/withdraw", sync_to_thread=True)
    def ask_withdraw(self, request: AnyRequest, paper_id: FromPath[UUID]) -> Response[str]:
        """Why it is taken back."""
        with open_work(request) as work:
            return _withdraw_form(request, work, paper_id, "", {})

    @post("/withdraw", status_code=200)
    async def take_withdraw(self, request: AnyRequest, paper_id: FromPath[UUID]) -> Response[Any]:
        """Take it back."""
        form = await request.form()
        return await sync_to_thread(_withdraw, request, paper_id, form_text(form, "reason"))

    @post("/sign", status_code=200, sync_to_thread=True, opt=pages_for(Role.ENTERPRISE))
    def take_sign(self, request: AnyRequest, paper_id: FromPath[UUID]) -> Response[Any]:
        """The enterprise signs for it."""
        with open_work(request, write=True) as work:
            paper = get_grading_paper(work, paper_id)
            sign_for_paper(work, paper_id)
            address = papers_address(paper)
        return go_to(f"{address}?done=signed")


def _kind(text: str) -> DocumentKind:
    """A kind of paper that is issued here. Raises `NotFound`."""
    kind = next((one.kind for one in OFFERS if one.kind == text), None)
    if kind is None:
        raise NotFound("这种风险分级文书")
    return kind


def _offer(request: AnyRequest, offer: Offer, enterprise_id: UUID, role: Role, issued: list[IssuedRow]) -> dict[str, Any]:
    """An offer with its addresses; an enterprise is offered a report or notice once it was issued."""
    standing = next((one for one in issued if one.paper.kind == offer.kind and one.paper.withdrawn_at is None), None)
    files = [(label, optional_address(request, route, enterprise_id=enterprise_id)) for label, route in offer.files]
    if role is Role.ENTERPRISE and offer.is_draft_until_issued:
        files = [("打印", standing.address)] if standing is not None else []
    return {"kind": offer.kind, "says": offer.says, "files": [pair for pair in files if pair[1]], "standing": standing}


def issued_rows(request: AnyRequest, work: Work, subject_id: UUID) -> list[IssuedRow]:
    """The papers issued about a subject, newest first, with who signed."""
    found = list_grading_papers(work, subject_id)
    names = _signers(work, [one.paper for one in found])
    return [
        IssuedRow(
            paper=one.paper,
            kind=DocumentKind(one.paper.kind).label,
            address=optional_address(request, "paper_pdf", paper_id=one.paper.id) or "",
            signer=names.get(one.paper.issued_by, ""),
            receipt=one.receipt,
            withdrawn_reason=one.withdrawal.reason if one.withdrawal is not None else "",
            awaits_receipt=one.paper.kind == DocumentKind.RISK_NOTICE and one.receipt is None and one.paper.withdrawn_at is None,
        )
        for one in found
    ]


def _signers(work: Work, papers: list[IssuedPaper]) -> dict[UUID, str]:
    query = select(Account.id, Account.name).where(Account.park_id == work.park_id, Account.id.in_({one.issued_by for one in papers}))
    return {row.id: row.name for row in work.session.execute(query)}


def papers_address(paper: IssuedPaper) -> str:
    """The page a paper is listed on."""
    return f"/enterprises/{paper.enterprise_id}/risk/papers" if paper.enterprise_id is not None else "/risk/papers"


def _issue_form(
    request: AnyRequest, work: Work, enterprise_id: UUID, kind: DocumentKind, note: str, errors: dict[str, str]
) -> Response[str]:
    rulebook = services_of(request).rulebook
    facts = preview_paper(work, rulebook, kind, enterprise_id)
    return show(
        request,
        work,
        "risk_paper_issue.html",
        status=400 if errors else 200,
        subject=facts.about.name if isinstance(facts, PointsFacts) else facts.park_name,
        kind=kind,
        facts=facts,
        rule=rulebook.permission.documents[kind],
        counts=_counts(facts),
        colour_words=words(facts.colour) if isinstance(facts, PointsFacts) else "",
        standing=[one for one in issued_rows(request, work, enterprise_id) if one.paper.kind == kind and one.paper.withdrawn_at is None],
        action=f"/enterprises/{enterprise_id}/risk/papers/issue",
        back=f"/enterprises/{enterprise_id}/risk/papers",
        note=note,
        errors=errors,
    )


def _counts(facts: PaperFacts) -> list[tuple[str, int]]:
    """What the paper will hold, in numbers."""
    if not isinstance(facts, PointsFacts):
        return []
    sources = [one for point in facts.points for one in point.sources]
    return [
        ("风险点", len(facts.points)),
        ("危险源", len(sources)),
        ("待现场确认", sum(one.confirmed_on is None for one in sources)),
        ("尚未评价", sum(not one.colour for one in sources)),
    ]


def _issue(request: AnyRequest, enterprise_id: UUID, kind_text: str, note: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            issue_paper(work, services_of(request).rulebook, _kind(kind_text), enterprise_id, note)
    except (InvalidInput, WordingNotPermitted) as refusal:
        with open_work(request) as work:
            return _issue_form(request, work, enterprise_id, _kind(kind_text), note, note_errors(refusal))
    return go_to(f"/enterprises/{enterprise_id}/risk/papers?done=issued")


def note_errors(refusal: InvalidInput | WordingNotPermitted) -> dict[str, str]:
    """What is wrong with an issue, at its fields."""
    return errors_by_field(refusal) if isinstance(refusal, InvalidInput) else {"note": refusal.detail}


def _withdraw_form(request: AnyRequest, work: Work, paper_id: UUID, reason: str, errors: dict[str, str]) -> Response[str]:
    paper = get_grading_paper(work, paper_id)
    return show(
        request,
        work,
        "risk_paper_withdraw.html",
        status=400 if errors else 200,
        paper=paper,
        kind=DocumentKind(paper.kind).label,
        back=papers_address(paper),
        reason=reason,
        errors=errors,
    )


def _withdraw(request: AnyRequest, paper_id: UUID, reason: str) -> Response[Any]:
    try:
        with open_work(request, write=True) as work:
            paper = withdraw_grading_paper(work, services_of(request).rulebook, paper_id, reason)
            address = papers_address(paper)
    except InvalidInput as refusal:
        with open_work(request) as work:
            return _withdraw_form(request, work, paper_id, reason, errors_by_field(refusal))
    return go_to(f"{address}?done=withdrawn")
