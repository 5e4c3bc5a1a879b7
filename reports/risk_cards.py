"""What must whoever works here know? The 岗位安全风险告知卡, one for each risk point or for each post, to be put up at the place.

A card says place, colour (with letter and pattern, so that a printer without colours will do), accidents by their names in GB 6441, causes,
measures, emergency, telephone numbers and who answers. A card that needs more than its page goes on to the next with its head again.
"""

import io
from collections.abc import Iterable, Iterator

import msgspec
from reportlab.lib.units import mm

from reports.colour_marks import PATTERN_WORDS, draw_mark, letter, words
from reports.fonts import FontRole, FontSet
from reports.grading_values import all_sources
from reports.layout import HEAD_FILL, SMALL_GREY, PageFlow, PageFrame, TextStyle
from reports.paper import Imprint, PhotoSource, printed_date, require_template
from reports.risk_notice import EMERGENCY_NUMBERS, safety_contact
from reports.tables import Cell, draw_row, row_height
from rules.bands import Colour, worst_colour
from rules.terms import ControlMeasureKind, DocumentKind, Term
from server.grading.paper_schemas import PointLine, PointsFacts, SourceLine

TEMPLATE_VERSION = "risk_cards/1"
TITLE = DocumentKind.RISK_CARDS.label


class CardSize(Term):
    """The paper a card is printed on."""

    A5 = "a5", "A5"
    A4 = "a4", "A4"


class CardsBy(Term):
    """What a card is made for."""

    POINT = "point", "按风险点"
    POST = "post", "按责任岗位"


class RiskCards(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The cards as printed."""

    imprint: Imprint
    facts: PointsFacts
    size: str = CardSize.A5.value
    by: str = CardsBy.POINT.value


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """One card: what it is for, where, its colour, and the sources it speaks of with their points."""

    title: str
    place: str
    colour: str
    sources: tuple[tuple[PointLine, SourceLine], ...]


_SCALES = {CardSize.A5: 1.0, CardSize.A4: 1.4}
_GROWTHS = (1.5, 1.35, 1.2, 1.1, 1.0)
"""How much larger than its least size the text of a card is set: as large as its page allows, to be read from where one stands."""
_NOTHING = "未登记"


def risk_cards_of(facts: PointsFacts, imprint: Imprint) -> RiskCards:
    """The cards of their facts, as they are issued: one for each risk point, on A5."""
    return RiskCards(imprint=imprint, facts=facts)


def list_cards(paper: RiskCards) -> tuple[Card, ...]:
    """The cards in the register's order."""
    return tuple(_by_post(paper.facts.points) if paper.by == CardsBy.POST else _by_point(paper.facts.points))


def _by_point(points: Iterable[PointLine]) -> Iterator[Card]:
    for point in points:
        place = "　".join(part for part in (point.unit, point.location, point.kind) if part)
        yield Card(title=point.name, place=place, colour=point.colour, sources=tuple((point, one) for one in point.sources))


def _by_post(points: Iterable[PointLine]) -> Iterator[Card]:
    """Sources with one department and person stand together; the worst of their points' colours is the card's."""
    posts: dict[tuple[str, str], list[tuple[PointLine, SourceLine]]] = {}
    for point, source in all_sources(points):
        posts.setdefault((source.department, source.person), []).append((point, source))
    for (department, person), found in posts.items():
        colours = [Colour(point.colour) for point, _ in found if point.colour]
        yield Card(
            title="　".join(part for part in (department, person) if part) or "未写明责任岗位",
            place=f"负责{len({point.number for point, _ in found})}个风险点、{len(found)}个危险源",
            colour=worst_colour(colours).value if colours else "",
            sources=tuple(found),
        )


def draw_risk_cards(paper: RiskCards, fonts: FontSet, photos: PhotoSource) -> bytes:
    """The cards as one PDF, each on a page of its own."""
    require_template(paper.imprint, TEMPLATE_VERSION)
    scale = _SCALES[CardSize(paper.size)]
    frame = PageFrame(
        width=210 * mm * scale, height=148.5 * mm * scale, top=15 * mm * scale, right=9 * mm * scale, bottom=13 * mm, left=9 * mm * scale
    )
    output = io.BytesIO()
    flow = PageFlow(output, frame, fonts, paper.imprint, TITLE)
    for card in list_cards(paper):
        if not flow.is_page_fresh:
            flow.new_page()
        _DrawnCard(flow, paper.facts, card, scale).draw()
    if flow.is_page_fresh and flow.pages == 1:
        flow.paragraph("还没有登记风险点，没有可以打印的告知卡。", SMALL_GREY)
    flow.finish()
    return output.getvalue()


class _DrawnCard:
    """One card being drawn; its head comes again on every page it needs."""

    def __init__(self, flow: PageFlow, facts: PointsFacts, card: Card, scale: float) -> None:
        self.flow = flow
        self.facts = facts
        self.card = card
        self.scale = scale
        self._pages = 0
        self._growth = 1.0

    def draw(self) -> None:
        self.draw_head()
        rows = tuple(self._rows())
        foot = 12 * self.scale
        for growth in _GROWTHS:
            self._growth = growth
            if sum(row_height(self.flow, self._cells(label, text)) for label, text in rows) + foot <= self.flow.room:
                break
        for label, text in rows:
            draw_row(self.flow, self._cells(label, text), repeat_head=self)
        unconfirmed = sum(one.confirmed_on is None for _, one in self.card.sources)
        doubts = f"　其中{unconfirmed}个危险源待现场确认" if unconfirmed else ""
        printed = f"{printed_date(self.facts.day)}　规则版本 {self.facts.edition}{doubts}　图案：{PATTERN_WORDS}"
        self.flow.paragraph(printed, self._style(6.5, FontRole.DENSE))

    def draw_head(self) -> None:
        """The mark, what the card is for, where, and the grade in words."""
        self._pages += 1
        flow, scale, card = self.flow, self.scale, self.card
        name, place, grade = self._style(17, FontRole.HEADING), self._style(9), self._style(13, FontRole.HEADING)
        left = flow.frame.left + 78 * scale
        width = flow.frame.width - flow.frame.right - left - 120 * scale
        lines = flow.lines(card.title + ("（续）" if self._pages > 1 else ""), name, width)
        places = flow.lines(f"{self.facts.about.name}　{card.place}", place, width)
        height = max(56 * scale, len(lines) * name.leading + len(places) * place.leading + 6 * scale)
        top, bottom = flow.y, flow.y - height
        draw_mark(flow, flow.frame.left, bottom, 68 * scale, height, card.colour)
        y = top
        for line in lines:
            y -= name.leading
            flow.draw_line(line, left, y + 5 * scale, name, width)
        for line in places:
            y -= place.leading
            flow.draw_line(line, left, y + 3 * scale, place, width)
        right = flow.frame.width - flow.frame.right - 116 * scale
        flow.draw_text(TITLE, right, top - 16 * scale, self._style(9, FontRole.HEADING), width=116 * scale)
        flow.draw_text(words(card.colour), right, top - 38 * scale, grade, width=116 * scale)
        flow.y = bottom
        flow.skip(5 * scale)

    def _rows(self) -> Iterator[tuple[str, str]]:
        sources = [one for _, one in self.card.sources]
        named = len({point.number for point, _ in self.card.sources}) > 1
        yield "危险源（原因）", "\n".join(self._cause(point, one, with_point=named) for point, one in self.card.sources) or _NOTHING
        yield "可能的事故", self._accidents(sources)
        for kind in ControlMeasureKind:
            yield kind.label, "；".join(dict.fromkeys(text for one in sources for text in one.measures_of(kind))) or _NOTHING
        answers = dict.fromkeys("　".join(part for part in (one.layer, one.department, one.person) if part) for one in sources)
        yield "谁负责", "；".join(one for one in answers if one) or "未写明"
        office = f"{self.facts.office_name} {self.facts.office_phone or '（电话未登记）'}"
        yield "报警和联系", f"{EMERGENCY_NUMBERS}　安全员 {safety_contact(self.facts.about)}　{office}"

    def _accidents(self, sources: list[SourceLine]) -> str:
        """The classes by the names of their edition of GB 6441."""
        named: dict[str, dict[str, None]] = {}
        for one in sources:
            named.setdefault(one.accident_edition, {}).update(dict.fromkeys(one.accidents))
        said = ("、".join(names) + (f"（{edition}）" if edition else "") for edition, names in named.items() if names)
        return "；".join(said) or _NOTHING

    def _cause(self, point: PointLine, source: SourceLine, *, with_point: bool) -> str:
        where = f"〔{letter(point.colour)}〕{point.name}：" if with_point else ""
        return f"{where}{source.name}" + (f"，可致{source.consequence}" if source.consequence else "")

    def _cells(self, label: str, text: str) -> list[Cell]:
        width = self.flow.frame.body_width
        label_width = 84 * self.scale * self._growth
        label_style = self._style(9 * self._growth, FontRole.HEADING, align="centre")
        is_emergency = label in (ControlMeasureKind.EMERGENCY.label, "报警和联系")
        value_style = self._style(9.5 * self._growth, FontRole.HEADING if is_emergency else FontRole.BODY)
        padding = 2.4 * self.scale * self._growth
        return [
            Cell(label, label_width, label_style, HEAD_FILL, padding=padding),
            Cell(text, width - label_width, value_style, None, padding=padding),
        ]

    def _style(self, size: float, role: FontRole = FontRole.BODY, *, align: str = "left") -> TextStyle:
        """A text of so many points on A5."""
        return TextStyle(
            role=role, size=size * self.scale, leading=size * 1.4 * self.scale, align="centre" if align == "centre" else "left"
        )
