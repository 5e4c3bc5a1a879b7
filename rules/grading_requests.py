"""How is a grading request answered?

The JSON door `grade`: a decoded object in, a plain object out, with score, level, Chinese label, colour, every step, every citation and
what is unverified; or a `RequestError` whose Chinese sentence says what to change. A field nobody reads is refused, so that a mistyped
name never silently drops a fact. The grading itself is done by the modules named in the imports.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec

from rules.accidents import grade_accident
from rules.bands import Colour
from rules.direct_judgement import DirectFact, DirectFinding, apply_direct, judge_directly
from rules.grade import Grade
from rules.grading import METHOD_FACTORS, grade_matrix, grade_scored, inherit
from rules.grading_data import GradingBook, ScoredMethod, load_grading_book
from rules.grading_request_schema import (
    AccidentRequest,
    GradeRequest,
    InheritRequest,
    InstallationRequest,
    InventoryEntry,
    LecRequest,
    LsRequest,
    MatrixRequest,
    MesRequest,
    NamedAdjustment,
    NamedDirect,
    ScoreRequest,
)
from rules.major_hazard_installation import InventoryItem, ItemResult, grade_installation
from rules.major_hazard_installation_data import InstallationBook, load_installation_book
from rules.park_grade import find_sheet, grade_by_sheet
from rules.references import LegalBasis
from rules.requests import (
    RequestError,
    normal_form,
    plain,
    read_count,
    read_day,
    read_list,
    read_number,
    read_text,
    refuse_unknown_fields,
    require,
)
from rules.risk_control import responsible_layers
from rules.substance_lookup import Chemical

Request = Mapping[str, Any]
Answer = dict[str, Any]

# A request without a day is judged by the editions nobody has repealed; the answer says so.
_NO_DAY = date.max
_SYMBOL = re.compile(r"(?<![a-z0-9.])[jw][0-9]+(?:\.[0-9]+)?(?![a-z0-9.])")


class GradingRulebook(msgspec.Struct, frozen=True):
    """The part of the rulebook that grading rests on."""

    grading: GradingBook
    installation: InstallationBook


def load_grading_rulebook() -> GradingRulebook:
    """Read and check the grading part. Raises `RuleDataError` naming file and key."""
    return GradingRulebook(load_grading_book(), load_installation_book())


def answer_grade(request: Mapping[str, Any] | GradeRequest, book: GradingRulebook) -> Answer:
    """The answer to one grading request. Raises `RequestError` for a request that cannot be judged."""
    if isinstance(request, GradeRequest):
        request = msgspec.to_builtins(request)
    if not isinstance(request, Mapping):
        raise RequestError("not_an_object", "每个请求应为一个 JSON 对象")
    method = normal_form(read_text(require(request, "method"), "method"))
    if method not in _METHODS:
        raise RequestError("unknown_method", f"没有名为“{request['method']}”的方法；可用：{'、'.join(_METHODS)}")
    schema, answer_method = _METHODS[method]
    refuse_unknown_fields(request, ["method", *_fields(schema)], f"方法 {method} ")
    has_day = request.get("on") is not None
    answer = answer_method(request, book, read_day(request["on"]) if has_day else _NO_DAY)
    if not has_day:
        answer["trail"] = ["请求未写日期（on），按规则库中未废止的版本", *answer["trail"]]
    return {"id": request.get("id"), "method": method, **answer}


def _answer_scored(request: Request, book: GradingRulebook, on: date) -> Answer:
    method = ScoredMethod(normal_form(request["method"]))
    grade = grade_scored(
        book.grading,
        method,
        {factor: request.get(factor) for factor in METHOD_FACTORS[method]},
        on=on,
        scheme=_optional_text(request, "scheme"),
        variant=_optional_text(request, "variant"),
        strict=_is_strict(request),
    )
    return _with_direct(request, book, grade, on)


def _answer_matrix(request: Request, book: GradingRulebook, on: date) -> Answer:
    matrix = read_text(require(request, "matrix"), "matrix")
    grade = grade_matrix(book.grading, matrix, require(request, "severity"), require(request, "likelihood"), on=on)
    return _with_direct(request, book, grade, on)


def _answer_installation(request: Request, book: GradingRulebook, on: date) -> Answer:
    items = [_inventory_item(one, number) for number, one in enumerate(read_list(require(request, "items"), "items"), start=1)]
    persons = request.get("exposed_persons")
    if isinstance(persons, str):
        persons = normal_form(persons).removesuffix("人")
    grade = grade_installation(book.installation, items, None if persons is None else read_count(persons, "exposed_persons"), on=on)
    known = sum((one.ratio for one in grade.items if one.ratio is not None), Fraction(0))
    return {
        "scheme": "GB 18218-2018",
        "score": grade.r_text,
        "s": grade.s_text,
        "s_at_least": plain(known) if grade.s is None else None,
        "r": grade.r_text,
        "alpha": None if grade.alpha is None else plain(grade.alpha),
        "constitutes": grade.constitutes,
        "level": grade.level,
        "label": grade.label,
        "colour": None,
        "items": [_item_answer(one) for one in grade.items],
        "questions": list(grade.questions),
        "trail": list(grade.trail),
        "basis": basis_answer(grade.basis),
        "unverified": list(grade.unverified),
    }


def _answer_accident(request: Request, book: GradingRulebook, on: date) -> Answer:
    deaths, injuries, loss = (request.get(name) for name in ("deaths", "serious_injuries", "loss_wan"))
    grade = grade_accident(
        None if deaths is None else read_count(deaths, "deaths"),
        None if injuries is None else read_count(injuries, "serious_injuries"),
        None if loss is None else read_number(loss, "loss_wan", at_least=Decimal(0)),
        on=on,
    )
    return {
        "scheme": "order_493",
        "score": None,
        "level": grade.level,
        "label": grade.label,
        "colour": None,
        "questions": list(grade.questions),
        "trail": list(grade.trail),
        "basis": basis_answer(grade.basis),
        "unverified": list(grade.unverified),
    }


def _answer_score(request: Request, book: GradingRulebook, on: date) -> Answer:
    sheet = find_sheet(read_text(require(request, "scheme"), "scheme"), on)
    base = read_number(require(request, "base"), "base")
    adjustments = [_name_of(one, "adjustments", NamedAdjustment) for one in read_list(request.get("adjustments"), "adjustments")]
    veto = request.get("veto")
    named = [] if isinstance(veto, bool) else read_list(veto, "veto")
    vetoes = [_name_of(one, "veto", NamedDirect) for one in [*named, *read_list(request.get("direct"), "direct")]]
    graded = grade_by_sheet(sheet, base, adjustments, vetoes, on=on, is_vetoed=veto is True)
    return {**_grade_answer(graded.result), "grade": graded.grade, "worst_grade": graded.worst_grade}


def _answer_inherit(request: Request, book: GradingRulebook, on: date) -> Answer:
    given = require(request, "colours")
    named = (
        given.items() if isinstance(given, Mapping) else ((f"第{n}项", one) for n, one in enumerate(read_list(given, "colours"), start=1))
    )
    parts = {str(name): _colour(one) for name, one in named}
    if not parts:
        raise RequestError("missing_field", "colours 至少要有一项；没有评级的风险点就没有颜色")
    found = inherit("整体", parts)
    principle = next(one for one in book.grading.control.principles if "最高等级" in one.text)
    return {
        "scheme": "max_inherit",
        "score": None,
        "level": found.colour.risk.number,
        "label": found.colour.risk.label,
        "colour": found.colour.value,
        "questions": [],
        "trail": list(found.trail),
        "basis": basis_answer([book.grading.control.basis]),
        "unverified": [] if principle.verified else [f"{principle.text}（来源：{principle.source}）"],
    }


_METHODS: dict[str, tuple[type[GradeRequest], Callable[[Request, GradingRulebook, date], Answer]]] = {
    "lec": (LecRequest, _answer_scored),
    "ls": (LsRequest, _answer_scored),
    "mes": (MesRequest, _answer_scored),
    "matrix": (MatrixRequest, _answer_matrix),
    "gb18218": (InstallationRequest, _answer_installation),
    "accident": (AccidentRequest, _answer_accident),
    "score": (ScoreRequest, _answer_score),
    "inherit": (InheritRequest, _answer_inherit),
}


def basis_answer(basis: Iterable[LegalBasis]) -> list[Answer]:
    """Citations as plain objects, each with the sentence that is printed."""
    return [{"citation": one.citation, **msgspec.to_builtins(one)} for one in dict.fromkeys(basis)]


def _with_direct(request: Request, book: GradingRulebook, grade: Grade, on: date) -> Answer:
    facts = [_direct_fact(one) for one in read_list(request.get("direct"), "direct")]
    findings = judge_directly(book.grading, facts, on=on)
    final = apply_direct(book.grading, grade, findings)
    layers = responsible_layers(book.grading.control, final.colour) if final.colour is not None else ()
    return {
        **_grade_answer(final),
        "scored": {"level": grade.level, "label": grade.label, "colour": grade.colour.value if grade.colour else None},
        "direct": [_finding_answer(one) for one in findings],
        "responsible_layers": [layer.layer for layer in layers],
    }


def _grade_answer(grade: Grade) -> Answer:
    return {
        "scheme": grade.scheme,
        "score": None if grade.score is None else plain(grade.score),
        "level": grade.level,
        "label": grade.label,
        "colour": None if grade.colour is None else grade.colour.value,
        "risk": None if grade.risk is None else grade.risk.label,
        "questions": [],
        "trail": list(grade.trail),
        "basis": basis_answer(grade.basis),
        "unverified": list(grade.unverified),
    }


def _finding_answer(finding: DirectFinding) -> Answer:
    item = finding.cited.item
    return {
        "id": item.id,
        "text": item.text,
        "scope": item.scope.value,
        "result": item.result.value,
        "applied": finding.is_applied,
        "citation": finding.cited.basis.citation,
        "verified": item.verified,
    }


def _item_answer(item: ItemResult) -> Answer:
    return {
        "name": item.called,
        "table1_no": item.substance_no,
        "threshold_t": None if item.threshold_t is None else plain(item.threshold_t),
        "ratio": None if item.ratio is None else plain(item.ratio),
        "beta": None if item.beta is None else plain(item.beta),
    }


def _inventory_item(value: object, number: int) -> InventoryItem:
    if not isinstance(value, Mapping):
        raise RequestError("not_an_object", f"items 第{number}项应为一个对象")
    refuse_unknown_fields(value, _fields(InventoryEntry), f"items 第{number}项")
    name, cas = _optional_text(value, "name"), _optional_text(value, "cas")
    categories = _categories(value.get("category"))
    if name and not categories and _SYMBOL.fullmatch(normal_form(name)):
        name, categories = None, _categories(name)
    threshold, beta = value.get("threshold_t"), value.get("beta")
    if not name and not cas and not categories and threshold is None:
        raise RequestError("missing_field", f"items 第{number}项要有 name、cas 或 category")
    quantity = value.get("quantity_t")
    return InventoryItem(
        chemical=Chemical(name=name, cas=cas, state=_optional_text(value, "state"), concentration=value.get("concentration")),
        quantity_t=None if quantity is None else _read_tonnes(quantity, f"items 第{number}项 quantity_t"),
        categories=categories,
        threshold_t=None if threshold is None else _read_tonnes(threshold, f"items 第{number}项 threshold_t"),
        threshold_source=_optional_text(value, "threshold_source") or "",
        beta=None if beta is None else read_number(beta, f"items 第{number}项 beta", at_least=Decimal(0)),
    )


def _read_tonnes(value: object, field: str) -> Decimal:
    """A quantity in tonnes; a written 吨 or t is understood, any other unit is refused as no number."""
    if isinstance(value, str):
        value = normal_form(value).removesuffix("吨").removesuffix("t")
    return read_number(value, field, at_least=Decimal(0))


def _categories(value: object) -> tuple[str, ...]:
    """Category symbols; a text may list several, as “W5.3、J5”, and words beside them. A text without a symbol is the category's name."""
    found: list[str] = []
    for one in read_list(value, "category"):
        text = read_text(one, "category")
        found += _SYMBOL.findall(normal_form(text)) or [text]
    return tuple(dict.fromkeys(found))


def _direct_fact(value: object) -> DirectFact:
    persons = value.get("persons") if isinstance(value, Mapping) else None
    return DirectFact(_name_of(value, "direct", NamedDirect), None if persons is None else read_count(persons, "persons"))


def _name_of(value: object, field: str, schema: type[msgspec.Struct]) -> str:
    """A name given as a text, or as an object with `id` or `text`."""
    if isinstance(value, Mapping):
        refuse_unknown_fields(value, _fields(schema), f"{field} ")
        value = value.get("id") or require(value, "text")
    return read_text(value, field)


def _colour(value: object) -> Colour:
    wanted = normal_form(read_text(value, "colours"))
    for colour in Colour:
        if wanted in {colour.value, colour.risk.value, colour.risk.colour, colour.risk.colour + "色", colour.risk.label}:
            return colour
    raise RequestError("unknown_colour", f"“{value}”不是四色之一：red、orange、yellow、blue")


def _is_strict(request: Request) -> bool:
    mode, strict = request.get("mode"), request.get("strict")
    if mode is not None and mode not in ("strict", "lenient"):
        raise RequestError("unknown_mode", f"mode 应为 strict 或 lenient，收到的是 {mode!r}")
    if strict is not None and not isinstance(strict, bool):
        raise RequestError("unknown_mode", f"strict 应为 true 或 false，收到的是 {strict!r}")
    if mode is not None and strict is not None and (mode == "strict") != strict:
        raise RequestError("unknown_mode", "mode 与 strict 互相矛盾")
    return strict if strict is not None else mode != "lenient"


def _optional_text(request: Request, field: str) -> str | None:
    value = request.get(field)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    return read_text(value, field)


def _fields(schema: type[msgspec.Struct]) -> list[str]:
    return [field.name for field in msgspec.structs.fields(schema)]
