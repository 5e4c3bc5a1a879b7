"""What stands in each row of a risk register?

One function from the register as read to its rows: the paper, the cards, the notice, the grading report and the sheet are all made of
these, so that the same row says the same everywhere.
"""

from collections.abc import Iterable
from typing import Any

from rules.accidents import load_accident_classes
from rules.bands import Colour
from rules.grading_data import DirectScope
from rules.rulebook import Rulebook
from rules.terms import ControlLevel, RiskPointKind
from server.grading.derivation import PointGrade, Reason
from server.grading.paper_schemas import MeasureLine, PointLine, SourceLine
from server.grading.schemas import PointView, Register, SourceView

_LAYERS = {one.value: one.label for one in ControlLevel}


def register_lines(rulebook: Rulebook, register: Register, points: Iterable[PointGrade] | None = None) -> tuple[PointLine, ...]:
    """The rows of a register, point by point. `points` are the grades of the day to tell instead of the register's own."""
    graded = {one.id: one for one in (register.grade.points if points is None else points)}
    lines = []
    counted = 0
    for number, view in enumerate(register.points, start=1):
        grade = graded[view.point.id]
        sources = tuple(_source_line(rulebook, one, counted + place) for place, one in enumerate(view.sources, start=1))
        counted += len(sources)
        lines.append(
            PointLine(
                number=number,
                unit=view.unit.name,
                name=view.point.name,
                kind=RiskPointKind(view.point.kind).label,
                location=view.point.location,
                assessed=colour_value(grade.assessed),
                colour=colour_value(grade.colour),
                reasons=tuple(told(one) for one in grade.reasons),
                sources=sources,
            )
        )
    return tuple(lines)


def colour_value(colour: Colour | None) -> str:
    """A colour as facts keep it; empty for none."""
    return colour.value if colour is not None else ""


def told(reason: Reason) -> str:
    """A reason with its colour word and its origin."""
    return f"{reason.sentence}（{reason.origin}）" if reason.origin else reason.sentence


def point_name(view: PointView) -> str:
    """A point as it is spoken of beside others: 烧成车间·1号辊道窑."""
    return f"{view.unit.name}·{view.point.name}"


def _source_line(rulebook: Rulebook, view: SourceView, number: int) -> SourceLine:
    source, assessment = view.source, view.assessment
    kept: dict[str, Any] = {}
    if assessment is not None:
        kept = {
            "chosen": {factor: _spoken(value) for factor, value in assessment.chosen.items()},
            "level_label": assessment.label,
            "trail": tuple(assessment.trail),
            "direct": _direct(rulebook, assessment.direct),
            "assessed_by": assessment.assessed_by_name,
            "edition": assessment.edition,
            "unverified": tuple(assessment.unverified),
        }
    return SourceLine(
        id=str(source.id),
        number=number,
        name=source.name,
        consequence=source.consequence,
        accidents=tuple(source.accidents),
        accident_edition=_edition(source.accident_edition),
        method=source.method,
        scheme=source.scheme,
        score_text=source.score_text,
        colour=colour_value(view.colour),
        layer=_LAYERS.get(source.layer, ""),
        department=source.department,
        person=source.person,
        measures=tuple(MeasureLine(kind=one.kind, text=one.text, owner=one.owner) for one in view.measures),
        gaps=view.gaps,
        assessed_on=source.assessed_on,
        confirmed_on=source.confirmed_on,
        confirmed_by=source.confirmed_by_name,
        **kept,
    )


def _edition(named: str) -> str:
    """The number of an edition of GB 6441, as it stands on papers."""
    return next((one.basis.doc_no for one in load_accident_classes() if one.id == named), named)


def _spoken(value: Any) -> str:
    """A chosen value; of several dimensions each."""
    if isinstance(value, dict):
        return "；".join(f"{name} {one}" for name, one in value.items())
    return "；".join(str(one) for one in value) if isinstance(value, list) else str(value)


def _direct(rulebook: Rulebook, named: Iterable[Any]) -> tuple[str, ...]:
    """The direct judgements that hold, with their clauses."""
    wanted = [one["named"] for one in named]
    items = {item.id: (item, listed) for listed in rulebook.grading.grading.direct_lists for item in listed.items}
    found = [items[one] for one in wanted if one in items and items[one][0].scope is DirectScope.RISK]
    return tuple(f"{item.text}（{listed.title}，{item.clause}{'' if item.verified else '，条文待核'}）" for item, listed in found)
