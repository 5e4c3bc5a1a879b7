"""How is a paper drawn that was issued?

From what was frozen when it was issued and from nothing else: one entry for each kind says which facts were frozen, which value they make
and which drawing that value has. It is dated by its issue, so the same paper gives the same bytes for ever.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from reports import (
    catalogue,
    grading_report,
    park_grading,
    rectification_notice,
    reinspection_opinion,
    risk_cards,
    risk_notice,
    risk_register,
)
from reports.fonts import FontSet
from reports.grading_values import grading_paper_of, points_paper_of
from reports.paper import Imprint, PhotoSource
from reports.park_counts import park_paper_of
from reports.screening_opinion import TITLE as SCREENING_TITLE
from reports.screening_opinion import draw_screening_opinion, opinion_paper_of
from reports.sending import AnyRequest, Draw
from reports.values import notice_of, opinion_of, spoken_code
from rules.terms import DocumentKind
from server.admission.schemas import OpinionFacts as ScreeningFacts
from server.catalogue.schemas import CatalogueFacts
from server.entrance import services_of
from server.errors import StateConflict
from server.grading.paper_schemas import GradingFacts, PointsFacts
from server.grading.park_schemas import ParkFacts
from server.models.orders import IssuedPaper
from server.papers import is_intact, read_value
from server.rectification.schemas import OpinionFacts, OrderFacts


class Drawing(msgspec.Struct, frozen=True):
    """How papers of one kind are drawn: from which frozen facts, through which value, by which drawing.

    The facts tell `office_name`, `park_name`, `fictional` and `issued_by_name`.
    """

    title: str
    facts: type[msgspec.Struct]
    value: Callable[[Any, Imprint], Any]
    draw: Callable[[Any, FontSet, PhotoSource], bytes]


DRAWINGS: dict[str, Drawing] = {
    DocumentKind.RECTIFICATION_NOTICE: Drawing(
        rectification_notice.PAPER_TITLE, OrderFacts, notice_of, rectification_notice.draw_rectification_notice
    ),
    DocumentKind.REINSPECTION_OPINION: Drawing(
        reinspection_opinion.PAPER_TITLE, OpinionFacts, opinion_of, reinspection_opinion.draw_reinspection_opinion
    ),
    DocumentKind.GRADING_REPORT: Drawing(grading_report.TITLE, GradingFacts, grading_paper_of, grading_report.draw_grading_report),
    DocumentKind.PARK_GRADING_REPORT: Drawing(park_grading.TITLE, ParkFacts, park_paper_of, park_grading.draw_park_report),
    DocumentKind.RISK_REGISTER: Drawing(risk_register.TITLE, PointsFacts, points_paper_of, risk_register.draw_risk_register),
    DocumentKind.RISK_NOTICE: Drawing(risk_notice.TITLE, PointsFacts, points_paper_of, risk_notice.draw_risk_notice),
    DocumentKind.SCREENING_OPINION: Drawing(SCREENING_TITLE, ScreeningFacts, opinion_paper_of, draw_screening_opinion),
    DocumentKind.RISK_CARDS: Drawing(risk_cards.TITLE, PointsFacts, risk_cards.risk_cards_of, risk_cards.draw_risk_cards),
    DocumentKind.CATALOGUE_EDITION: Drawing(catalogue.TITLE, CatalogueFacts, catalogue.catalogue_paper_of, catalogue.draw_issued_catalogue),
}


def drawing_of(kind: str) -> Drawing:
    """How this kind is drawn. Raises `StateConflict` for one of which only numbers and scans are kept."""
    drawing = DRAWINGS.get(kind)
    if drawing is None:
        raise StateConflict(f"{DocumentKind(kind).label}目前只登记文号和扫描件，不能在这里打印。", reason="no_drawing")
    return drawing


def issued_drawing(request: AnyRequest, paper: IssuedPaper) -> tuple[str, Draw]:
    """Name and drawing of an issued paper. Raises `StateConflict` when what was frozen is no longer what was issued."""
    if not is_intact(paper):
        raise StateConflict("这份文书的存档与签发时的校验值不符，不能打印。请管理员用备份核对。", reason="not_intact")
    drawing = drawing_of(paper.kind)
    facts: Any = read_value(paper, drawing.facts)
    address = services_of(request).settings.public_address.rstrip("/")
    imprint = Imprint(
        office_name=facts.office_name,
        park_name=facts.park_name,
        template_version=paper.template_version,
        printed_at=paper.issued_at,
        printed_by=facts.issued_by_name,
        document_number=paper.document_number,
        is_fictional=facts.fictional,
        is_withdrawn=paper.withdrawn_at is not None,
        verification_url=f"{address}/check/{paper.verification_code}",
        verification_code=spoken_code(paper.verification_code),
    )
    return f"{drawing.title}_{paper.document_number}", partial(drawing.draw, drawing.value(facts, imprint))
