"""Which papers of risk grading can be taken away? Their doors.

Register, notice and cards are printed as they stand, for the office and for the enterprise itself; what was issued is drawn from what was
frozen, under its own address. A report nobody issued is the staff's preview and says 草稿 on every page.
"""

from datetime import date
from functools import partial
from uuid import UUID

from litestar import get
from litestar.params import FromPath
from litestar.response import Stream
from litestar.types import ControllerRouterHandler

from reports import risk_cards
from reports.issued import drawing_of, issued_drawing
from reports.paper import short_date
from reports.parameters import read_since, read_term
from reports.queries import imprint_of
from reports.registry import audience_of
from reports.sending import XLSX, AnyRequest, Draw, send_file, send_paper
from rules.terms import DocumentKind, Role
from server.enterprises.service import get_enterprise
from server.entrance import open_work, services_of
from server.errors import NotFound
from server.frequencies import adopted_frequencies
from server.grading.paper_schemas import PAPER_EDITION, PointsFacts
from server.grading.service import export_register, find_standing, gather_park, preview_paper, print_points
from server.identity import pages_for
from server.unit_of_work import Work

_RISK = "/enterprises/{enterprise_id:uuid}/risk"


@get(f"{_RISK}/report.pdf", name="grading_report_pdf", opt=pages_for(*audience_of("grading_report")), sync_to_thread=True)
def print_grading_report(request: AnyRequest, enterprise_id: FromPath[UUID]) -> Stream:
    """The grading report: for staff as it would be issued now, for the enterprise the one that stands."""
    return _preview_or_standing(request, DocumentKind.GRADING_REPORT, enterprise_id)


@get(f"{_RISK}/notice.pdf", name="risk_notice_pdf", opt=pages_for(*audience_of("risk_notice")), sync_to_thread=True)
def print_risk_notice(request: AnyRequest, enterprise_id: FromPath[UUID]) -> Stream:
    """The notice: for staff as it would be issued now, for the enterprise the one that stands."""
    return _preview_or_standing(request, DocumentKind.RISK_NOTICE, enterprise_id)


@get(f"{_RISK}/register.pdf", name="risk_register_pdf", opt=pages_for(*audience_of("risk_register")), sync_to_thread=True)
def print_risk_register(request: AnyRequest, enterprise_id: FromPath[UUID]) -> Stream:
    """The register as it stands."""
    kind = DocumentKind.RISK_REGISTER
    with open_work(request) as work:
        facts = print_points(work, services_of(request).rulebook, kind, enterprise_id)
        drawing = drawing_of(kind)
        draw = partial(drawing.draw, drawing.value(facts, imprint_of(work, template_of(kind))))
    return send_paper(request, _file_name(facts, kind), draw)


@get(f"{_RISK}/register.xlsx", name="risk_register_xlsx", opt=pages_for(*audience_of("risk_register")), sync_to_thread=True)
def take_risk_register(request: AnyRequest, enterprise_id: FromPath[UUID]) -> Stream:
    """The same rows as a sheet, in the form an import takes."""
    with open_work(request) as work:
        sheet = export_register(work, services_of(request).rulebook, enterprise_id)
        name = _named(DocumentKind.RISK_REGISTER, get_enterprise(work, enterprise_id).name, work.today)
    return send_file(lambda file: file.write(sheet), f"{name}.xlsx", XLSX)


@get(f"{_RISK}/cards.pdf", name="risk_cards_pdf", opt=pages_for(*audience_of("risk_cards")), sync_to_thread=True)
def print_risk_cards(request: AnyRequest, enterprise_id: FromPath[UUID]) -> Stream:
    """The cards as they stand, for each point or post, on A5 or A4."""
    kind = DocumentKind.RISK_CARDS
    with open_work(request) as work:
        facts = print_points(work, services_of(request).rulebook, kind, enterprise_id)
        cards = risk_cards.RiskCards(
            imprint=imprint_of(work, template_of(kind)),
            facts=facts,
            size=read_term(request.query_params, "size", risk_cards.CardSize) or risk_cards.CardSize.A5.value,
            by=read_term(request.query_params, "by", risk_cards.CardsBy) or risk_cards.CardsBy.POINT.value,
        )
    return send_paper(request, _file_name(facts, kind), partial(risk_cards.draw_risk_cards, cards))


@get("/risk/report.pdf", name="park_report_pdf", opt=pages_for(*audience_of("park_grading_report")), sync_to_thread=True)
def print_park_report(request: AnyRequest) -> Stream:
    """The grading report of the park as it would be issued now, compared with the end of the day asked for."""
    kind = DocumentKind.PARK_GRADING_REPORT
    with open_work(request) as work:
        since = read_since(request.query_params, work.today)
        facts = gather_park(work, services_of(request).rulebook, since=since, frequencies=adopted_frequencies(work))
        drawing = drawing_of(kind)
        draw = partial(drawing.draw, drawing.value(facts, imprint_of(work, template_of(kind), is_draft=True)))
    return send_paper(request, f"{drawing.title}（草稿）_{short_date(facts.day)}", draw)


RISK_DOWNLOADS: list[ControllerRouterHandler] = [
    print_grading_report,
    print_risk_notice,
    print_risk_register,
    take_risk_register,
    print_risk_cards,
    print_park_report,
]


def template_of(kind: DocumentKind) -> str:
    """The drawing papers of a kind are made for now."""
    return f"{kind.value}/{PAPER_EDITION}"


def _preview_or_standing(request: AnyRequest, kind: DocumentKind, enterprise_id: UUID) -> Stream:
    with open_work(request) as work:
        title, draw = _standing(request, work, kind, enterprise_id) if work.actor.role is Role.ENTERPRISE else _preview(
            request, work, kind, enterprise_id
        )  # fmt: skip
    return send_paper(request, title, draw)


def _standing(request: AnyRequest, work: Work, kind: DocumentKind, enterprise_id: UUID) -> tuple[str, Draw]:
    paper = find_standing(work, kind, enterprise_id)
    if paper is None:
        raise NotFound(f"这份{kind.label}，可能还没有签发")
    return issued_drawing(request, paper)


def _preview(request: AnyRequest, work: Work, kind: DocumentKind, enterprise_id: UUID) -> tuple[str, Draw]:
    facts = preview_paper(work, services_of(request).rulebook, kind, enterprise_id)
    drawing = drawing_of(kind)
    value = drawing.value(facts, imprint_of(work, template_of(kind), is_draft=True))
    return f"{drawing.title}（草稿）", partial(drawing.draw, value)


def _file_name(facts: PointsFacts, kind: DocumentKind) -> str:
    return _named(kind, facts.about.name, facts.day)


def _named(kind: DocumentKind, enterprise: str, day: date) -> str:
    return f"{kind.label}_{enterprise}_{short_date(day)}"
