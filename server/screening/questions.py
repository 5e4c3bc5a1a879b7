"""How can a question of a screening be answered where it is asked, and what do its answers mean?

A question names its place as the rules do. From the place follows what is asked for: a yes or no, a number, a capacity with unit and basis,
a choice, words, the components of a mixture; where rows are missing altogether, the page that describes the project is the answer.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from rules.restriction_terms import Figure, Holder, Role, Scope
from rules.stated import LABELS
from server.screening.form import (
    BUILD_TYPES,
    CAPACITY_UNITS,
    DISTANCES,
    PLACE_QUESTIONS,
    PROJECT_FIGURES,
    ROW_TITLES,
    ROWS,
    YES_NO,
    read_components,
)
from server.screening.mistakes import STATES

PREFIX = "answer:"
"""What the name of an answering field begins with; the place in the facts follows."""
_ROW = re.compile(r"(products|equipment|materials|processes)\[(\d+)\](?:\.(\w+))?")
_PLACE = re.compile(r"(?:products|equipment|materials|processes|fuels)(?:\[\d+\](?:\.\w+)?)?(?= )")
_ANSWERS: dict[str, bool | None] = {"yes": True, "no": False, "unknown": None}
_FIGURE_PLACES = {
    "distance_main_or_tributary": ("dist_xiangjiang_main_m", "dist_lujiang_m", "dist_other_tributary_m"),
    "distance_hunan_main_rivers": ("dist_xiangjiang_main_m",),
    "distance_yangtze_main": ("dist_yangtze_main_m",),
    "distance_important_tributary": ("dist_important_tributary_m",),
    "distance_sensitive_building": ("nearest_residence_m",),
}


class AnswerField(msgspec.Struct, frozen=True, kw_only=True):
    """One field to answer in: `kind` is yes_no, choice, number, text or area; `place` where the answer goes."""

    place: str
    kind: str
    label: str = ""
    options: tuple[tuple[str, str], ...] = ()
    value: str = ""

    @property
    def name(self) -> str:
        """The field's name in the form."""
        return PREFIX + self.place


class Ask(msgspec.Struct, frozen=True, kw_only=True):
    """A question with the fields that answer it; without any, it is answered on the page of the description, at `anchor`."""

    text: str
    whom: str
    entries: tuple[str, ...]
    is_blocking: bool
    fields: tuple[AnswerField, ...]
    anchor: str


def asks_of(questions: Sequence[Mapping[str, Any]], facts: Mapping[str, Any]) -> list[Ask]:
    """The questions of a kept screening, each with how it can be answered; those the outcome waits for come first."""
    asks = [
        Ask(
            text=one["question"],
            whom=one["whom"],
            entries=tuple(one["entries"]),
            is_blocking=one["blocking"],
            fields=_fields(one["field"], one["question"], facts),
            anchor=_anchor(one["field"], one["question"]),
        )
        for one in questions
    ]
    return sorted(asks, key=lambda ask: not ask.is_blocking)


def answers_in(form: Mapping[str, str], asks: Sequence[Ask]) -> dict[str, Any]:
    """What was answered, by place in the facts; fields left empty answer nothing, and places nobody asked about are passed over."""
    offered = {field.name: field for ask in asks for field in ask.fields}
    answers: dict[str, Any] = {}
    for name, value in form.items():
        field = offered.get(name)
        if field is None or not value.strip() or value.strip() == field.value:
            continue
        if field.kind == "yes_no":
            if value in _ANSWERS:
                answers[field.place] = _ANSWERS[value]
        elif field.kind == "area":
            answers[field.place] = read_components(value)
        else:
            answers[field.place] = value.strip()
    return answers


def place_words(place: str, facts: Mapping[str, Any] | None = None) -> str:
    """A place in the facts in words: `products.[0].capacity` is 产品第 1 行 产能."""
    found = re.match(r"(products|equipment|materials|processes|fuels)\.?(?:\[(\d+)\])?\.?(.*)", place)
    if found:
        title = {**ROW_TITLES, "processes": "工艺", "fuels": "燃料"}[found[1]]
        words = f"{title}第 {int(found[2]) + 1} 行" if found[2] else title
        columns = {column.key: column.label for column in ROWS.get(found[1], ())}
        tail = found[3].split(".")[-1] if found[3] else ""
        label = columns.get(tail) or next((one.label for one in Figure if tail == one.value), tail)
        rows = (facts or {}).get(found[1])
        if found[2] and isinstance(rows, list) and int(found[2]) < len(rows) and isinstance(rows[int(found[2])], Mapping):
            words += f"“{rows[int(found[2])].get('name', '')}”"
        return f"{words} {label}".strip()
    if place.startswith("flags."):
        return f"“{place.removeprefix('flags.')}”"
    return _WORDS.get(place.split(".")[-1], place)


def arithmetic_words(line: str) -> str:
    """A line of arithmetic with the places of its figures in words."""
    return _PLACE.sub(lambda found: place_words(found[0]), line)


def _fields(place: str, question: str, facts: Mapping[str, Any]) -> tuple[AnswerField, ...]:
    if place.startswith(("flags.", "location.in_")) or place == "adds_capacity":
        return (AnswerField(place=place, kind="yes_no", options=YES_NO),)
    if place == "build_type":
        return (AnswerField(place=place, kind="choice", options=BUILD_TYPES),)
    if place == "industry_codes":
        return (AnswerField(place=place, kind="text", label="四位代码"),)
    bare = place.removeprefix("figures.").removeprefix("location.")
    if bare in _FIGURE_PLACES or bare.startswith("dist_") or bare == "nearest_residence_m":
        places = _FIGURE_PLACES.get(bare, (bare,))
        return tuple(AnswerField(place=f"location.{one}", kind="number", label=f"{_WORDS.get(one, one)}（米）") for one in places)
    if bare in dict(PROJECT_FIGURES) or bare in {"installation_s", "installation_r"}:
        return (AnswerField(place=f"figures.{bare}", kind="number", label=_WORDS.get(bare, bare)),)
    if bare in {"staff_per_building", "max_staff_per_building"}:
        return (AnswerField(place="max_staff_per_building", kind="number", label="人"),)
    if place == "materials" and "R 值" in question:
        return (AnswerField(place="figures.installation_r", kind="number", label="R 值"),)
    row = _ROW.fullmatch(place)
    return _row_fields(row[1], int(row[2]), row[3] or "", question, facts) if row else ()


def _row_fields(name: str, number: int, key: str, question: str, facts: Mapping[str, Any]) -> tuple[AnswerField, ...]:
    rows = facts.get(name)
    if name == "processes" or not isinstance(rows, list) or number >= len(rows):
        return ()
    where = f"{name}[{number}]"
    if key == "state":
        return (AnswerField(place=f"{where}.state", kind="choice", options=tuple((one, one) for one in STATES)),)
    if key == "role":
        return (AnswerField(place=f"{where}.role", kind="choice", options=tuple((one.label, one.label) for one in Role)),)
    if name == "materials" and "组分" in question:
        return (AnswerField(place=f"{where}.components", kind="area", label="一行一种：名称 CAS 含量%"),)
    if name == "materials":
        return _material_fields(where, question)
    if "产能" in question and name == "products":
        return (
            AnswerField(place=f"{where}.capacity", kind="number", label="产能"),
            AnswerField(place=f"{where}.unit", kind="choice", label="单位", options=tuple((one, one) for one in CAPACITY_UNITS)),
            AnswerField(
                place=f"{where}.scope",
                kind="choice",
                label="口径",
                options=tuple((one.label, one.label) for one in (Scope.LINE, Scope.PLANT, Scope.SHIFT)),
            ),
            AnswerField(place=f"{where}.lines", kind="number", label="条数"),
        )
    if "并列了几种" in question:
        return ()
    holder = Holder.PRODUCT if name == "products" else Holder.EQUIPMENT
    for figure in Figure:
        if figure.holder is holder and f"”的{figure.label}是多少" in question:
            return (AnswerField(place=f"{where}.figures.{figure.value}", kind="text", label=f"{figure.label}，连同单位"),)
    row = rows[number]
    held = str(row.get("name", "") if isinstance(row, Mapping) else row)
    return (AnswerField(place=f"{where}.name", kind="text", label="写明后的名称", value=held),)


def _material_fields(where: str, question: str) -> tuple[AnswerField, ...]:
    wanted = (
        ("状态", "state", tuple((one, one) for one in STATES)),
        ("用途", "role", tuple((one.label, one.label) for one in Role)),
        ("浓度", "concentration", ()),
        ("存量", "max_storage_t", ()),
        ("使用量", "annual_t", ()),
    )
    labels = {column.key: column.label for column in ROWS["materials"]}
    return tuple(
        AnswerField(place=f"{where}.{key}", kind="choice" if options else "number", label=labels[key], options=options)
        for word, key, options in wanted
        if word in question
    )


def _anchor(place: str, question: str) -> str:
    """Where on the page of the description the answer belongs."""
    row = _ROW.match(place)
    if row and row[1] != "processes":
        return f"{row[1]}-{row[2]}-name"
    if place in {*ROW_TITLES, "processes", "fuels"}:
        return place
    return next((name for name, title in {**ROW_TITLES, "processes": "工艺"}.items() if question.startswith(f"{title}没有填")), "main")


_WORDS = {
    **LABELS,
    "stated": "其他申报内容",
    **dict(PLACE_QUESTIONS),
    **dict(DISTANCES),
    **dict(PROJECT_FIGURES),
    "dist_yangtze_main_m": "距长江干流岸线",
    "dist_important_tributary_m": "距重要支流岸线",
    "installation_s": "重大危险源 S",
    "installation_r": "重大危险源 R",
    "name": "项目名称",
    "build_type": "建设性质",
    "adds_capacity": "是否新增产能",
    "industry_codes": "行业代码",
    "investment_wan": "投资额",
    "max_staff_per_building": "单体最大作业人数",
    "area": "片区、地址",
    "location": "区位",
    "figures": "能耗",
    "flags": "是非题",
}
