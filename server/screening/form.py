"""How does the one page that describes a project become facts, and facts that page again?

What is typed is a flat set of texts, rows numbered; a draft keeps it as it is, readable or not. Facts are what `rules.project_reading`
takes. What a row or the description holds besides the page's own fields, because a question asked for it, is carried along.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from rules.project_reading import read_project
from rules.project_values import is_blank
from rules.requests import RequestError
from rules.restriction_data import Flag
from rules.restriction_terms import BuildType, Role, Scope
from rules.stated import LABELS
from server.screening.mistakes import MOST_ROWS, STATES

Typed = dict[str, str]
"""The page's fields by name. A row's field is `products-0-name`, a yes/no question `flag-<id>`."""


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """A field of the page: how it is called, what it offers to choose, and what to write into it."""

    key: str
    label: str
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    kind: str = "text"
    """text, number, choice, area."""


def _choice(key: str, label: str, values: Sequence[str], hint: str = "") -> Column:
    return Column(key=key, label=label, kind="choice", options=tuple((one, one) for one in values), hint=hint)


CAPACITY_UNITS = (
    "吨/年", "万吨/年", "平方米/年", "万平方米/年", "立方米/年", "万立方米/年", "件/年", "万件/年", "台/年", "万台/年", "套/年", "万套/年",
    "标砖/年", "万标砖/年", "重量箱/年", "万重量箱/年", "千伏安/年", "万千伏安/年", "千伏安时/年", "万千伏安时/年", "米/年", "万米/年",
    "卷/年", "标张/年", "万标张/年", "吨/日", "平方米/日",
)  # fmt: skip
EQUIPMENT_UNITS = (
    "吨", "立方米", "吨/小时", "蒸吨/小时", "兆瓦", "千瓦", "千伏安", "平方米", "毫米", "米", "千牛", "升", "兆帕", "千安", "门",
)  # fmt: skip
_EXISTING = Column(key="existing", label="是否既有", kind="choice", options=(("是", "既有，不属本项目"),), hint="扩建只比较新增线")
ROWS: dict[str, tuple[Column, ...]] = {
    "products": (
        Column(key="name", label="产品名称", hint="一行一种"),
        Column(key="spec", label="规格、型号", hint="直径、电压、冲水量、等级"),
        Column(key="capacity", label="产能", kind="number"),
        _choice("unit", "单位", CAPACITY_UNITS),
        _choice("scope", "口径", [one.label for one in (Scope.LINE, Scope.PLANT, Scope.SHIFT)]),
        Column(key="lines", label="生产线条数", kind="number"),
        Column(key="shifts", label="班次", kind="number"),
        _EXISTING,
    ),
    "equipment": (
        Column(key="name", label="设备名称", hint="窑炉写窑型"),
        Column(key="model", label="型号"),
        Column(key="capacity", label="容量、规格数值", kind="number"),
        _choice("unit", "单位", EQUIPMENT_UNITS),
        Column(key="count", label="数量（台套）", kind="number"),
        Column(key="fuel", label="燃料", hint="这台设备烧什么"),
        Column(key="year", label="出厂年份"),
        _EXISTING,
    ),
    "materials": (
        Column(key="name", label="物料名称"),
        Column(key="cas", label="CAS 号", hint="可按名称查"),
        _choice("role", "角色", [one.label for one in Role]),
        _choice("state", "状态", STATES),
        Column(key="concentration", label="质量浓度 %", kind="number"),
        Column(key="annual_t", label="年用量 吨", kind="number"),
        Column(key="max_storage_t", label="最大存量 吨", kind="number", hint="设计最大存量，不是年用量"),
        Column(key="storage", label="储存方式", hint="储罐、桶装、气瓶"),
        Column(key="components", label="组分", kind="area", hint="混合物一行一种：名称 CAS 含量%"),
    ),
}
ROW_TITLES = {"products": "产品", "equipment": "设备", "materials": "物料"}
YES_NO = (("yes", "是"), ("no", "否"), ("unknown", "不清楚"))
_ANSWERS: dict[str, bool | None] = {"yes": True, "no": False, "unknown": None}
BUILD_TYPES = tuple((one.label, one.label) for one in BuildType)
PLACE_QUESTIONS = (
    ("in_park", "项目是否在经开区四至范围内？"),
    ("in_chemical_park", "是否位于已认定的化工园区内？"),
    ("in_compliant_park", "是否在合规园区（依法设立的产业园区）内？"),
)
DISTANCES = (
    ("dist_xiangjiang_main_m", "距湘江干流岸线"),
    ("dist_lujiang_m", "距渌江岸线"),
    ("dist_other_tributary_m", "距其他支流岸线"),
    ("nearest_residence_m", "距最近居民、学校等敏感建筑"),
)
PROJECT_FIGURES = (
    ("energy_to_benchmark", "单位产品能耗/标杆值"),
    ("energy_to_baseline", "单位产品能耗/基准值"),
)
_TOP_WORDS = (
    ("build_type", "建设性质"), ("adds_capacity", "是否新增产能"), ("industry_codes", "行业代码"), ("products", "产品"),
    ("processes", "工艺"), ("equipment", "设备"), ("fuels", "燃料"), ("materials", "物料"), ("max_staff_per_building", "单体最大作业人数"),
    ("investment_wan", "投资额"),
)  # fmt: skip
_WANTED = frozenset({"capacity", "unit", "scope", "lines", "fuel", "cas", "role", "state", "concentration", "annual_t", "max_storage_t"})
"""Columns an entry may wait for."""
_LISTS = ("processes", "fuels")
_TEXTS = ("name", "build_type", "investment_wan", "max_staff_per_building")
_PLACE = ("area", *(key for key, _ in PLACE_QUESTIONS), *(key for key, _ in DISTANCES))
_ROW_FIELD = re.compile(r"(products|equipment|materials)-(\d{1,3})-([a-z_]+)")
_WHERE_ROW = re.compile(r"(products|equipment|materials)\[(\d+)\](?:\.(\w+))?")
_SHARE = re.compile(r"(?<![0-9])([0-9]+(?:\.[0-9]+)?(?:\s*[~～-]\s*[0-9]+(?:\.[0-9]+)?)?)\s*[%％]")
_BASE = re.compile(r"[0-9]{1,4}")
_CAS = re.compile(r"\b\d{2,7}-\d{2}-\d\b")


def split_codes(text: str) -> list[str]:
    """What stands in the field of industry codes, one by one: codes, and names whose code is still looked for."""
    return [one for one in re.split(r"[\s、，,;；]+", text) if one]


def rows_of(typed: Mapping[str, str], name: str) -> list[dict[str, str]]:
    """The rows of a kind somebody wrote anything into, in order; `base` tells which row of the last revision one continues."""
    rows: dict[int, dict[str, str]] = {}
    for key, value in typed.items():
        found = _ROW_FIELD.fullmatch(key)
        if found and found[1] == name and value.strip():
            rows.setdefault(int(found[2]), {})[found[3]] = value.strip()
    return [row for _, row in sorted(rows.items()) if row.keys() - {"base"}]


def renumbered(typed: Mapping[str, str]) -> Typed:
    """The same page without empty rows, so that a row's number is its number in the facts."""
    fields = {key: value for key, value in typed.items() if not _ROW_FIELD.fullmatch(key) and value.strip()}
    for name in ROWS:
        for number, row in enumerate(rows_of(typed, name)[:MOST_ROWS]):
            fields |= {f"{name}-{number}-{key}": value for key, value in row.items()}
    return fields


def facts_of_form(typed: Mapping[str, str], base: Mapping[str, Any], flags: Sequence[Flag]) -> dict[str, Any]:
    """The facts a page states. `base` is the revision it was opened on."""
    own = {*ROWS, *_LISTS, *_TEXTS, "industry_codes", "adds_capacity", "location", "figures", "flags", "stated"}
    facts: dict[str, Any] = {key: value for key, value in base.items() if key not in own}
    facts |= {key: typed[key].strip() for key in _TEXTS if typed.get(key, "").strip()}
    codes = split_codes(typed.get("industry_codes", ""))
    if codes:
        facts["industry_codes"] = codes
    if typed.get("adds_capacity") in _ANSWERS:
        facts["adds_capacity"] = _ANSWERS[typed["adds_capacity"]]
    for name in _LISTS:
        split = _split(typed.get(name, ""), name)
        if split:
            facts[name] = split
    for name, columns in ROWS.items():
        rows = [_row_of(name, columns, row, base.get(name)) for row in rows_of(typed, name)]
        if rows:
            facts[name] = rows
    place = {key: value for key, value in _mapping(base.get("location")).items() if key not in _PLACE}
    for key in _PLACE:
        value = typed.get(key, "").strip()
        if value:
            place[key] = _ANSWERS[value] if key.startswith("in_") and value in _ANSWERS else value
    figures = {key: value for key, value in _mapping(base.get("figures")).items() if key not in dict(PROJECT_FIGURES)}
    figures |= {key: None if typed[key] == "不清楚" else typed[key].strip() for key, _ in PROJECT_FIGURES if typed.get(key, "").strip()}
    known = {flag.name for flag in flags}
    answers = {key: value for key, value in _mapping(base.get("flags")).items() if key not in known}
    answers |= {flag.name: _ANSWERS[typed[f"flag-{flag.id}"]] for flag in flags if typed.get(f"flag-{flag.id}") in _ANSWERS}
    stated = {key: text for key in LABELS if (text := typed.get(f"stated-{key}", "").strip())}
    for key, held in (("location", place), ("figures", figures), ("flags", answers), ("stated", stated)):
        if held:
            facts[key] = held
    return facts


def form_of_facts(facts: Mapping[str, Any], flags: Sequence[Flag]) -> Typed:
    """The page as it would have been typed."""
    typed: Typed = {key: _text(facts.get(key)) for key in _TEXTS}
    codes = facts.get("industry_codes")
    typed["industry_codes"] = "、".join(map(str, codes)) if isinstance(codes, list) else _text(codes)
    if "adds_capacity" in facts:
        typed["adds_capacity"] = _answer_word(facts["adds_capacity"])
    for name in _LISTS:
        held = facts.get(name)
        typed[name] = "\n".join(map(_text, held)) if isinstance(held, list) else _text(held)
    for name, columns in ROWS.items():
        for number, row in enumerate(facts.get(name) or ()):
            held = _mapping(row) if isinstance(row, Mapping) else {"name": row}
            typed[f"{name}-{number}-base"] = str(number)
            for column in columns:
                value = held.get(column.key)
                typed[f"{name}-{number}-{column.key}"] = _components_text(value) if column.key == "components" else _chosen(column, value)
    place = facts.get("location")
    for key, value in (_mapping(place) if not isinstance(place, str) else {"area": place}).items():
        if key in _PLACE:
            typed[key] = _answer_word(value) if key.startswith("in_") else _text(value)
    for key, value in _mapping(facts.get("figures")).items():
        typed[key] = "不清楚" if value is None else _text(value)
    typed |= {f"stated-{key}": _text(value) for key, value in _mapping(facts.get("stated")).items()}
    answers = _mapping(facts.get("flags"))
    typed |= {f"flag-{flag.id}": _answer_word(answers[flag.name]) for flag in flags if flag.name in answers}
    return {key: value for key, value in typed.items() if value}


def blanks_of(facts: Mapping[str, Any], flags: Sequence[Flag]) -> list[str]:
    """The fields of the page that say nothing, in words: no entry is thereby known not to apply, so a reader is told."""
    place, figures, answers = (_mapping(facts.get(key)) for key in ("location", "figures", "flags"))
    named = {
        **{words: facts.get(key) for key, words in _TOP_WORDS},
        **{words: place.get(key) for key, words in (("area", "地址、片区名称"), *PLACE_QUESTIONS, *DISTANCES)},
        **{words: figures.get(key, figures.get(words)) for key, words in PROJECT_FIGURES},
    }
    blanks = [words for words, held in named.items() if _says_nothing(held)]
    for name, columns in ROWS.items():
        for number, row in enumerate(facts.get(name) or ()):
            held = _mapping(row) if isinstance(row, Mapping) else {"name": row}
            left = [column.label for column in columns if column.key in _WANTED and _says_nothing(held.get(column.key))]
            blanks += [f"{ROW_TITLES[name]}第 {number + 1} 行 {label}" for label in left]
    return blanks + [f"“{flag.name}”" for flag in flags if answers.get(flag.name) is None]


def _says_nothing(held: object) -> bool:
    """Whether a field is empty, or filled in with words that say nothing."""
    return all(map(_says_nothing, held)) if isinstance(held, list | tuple) else is_blank(held) or held == {}


def field_of_form(where: str, flags: Sequence[Flag]) -> str:
    """Which field of the page a place in the facts is, so that a mistake is shown where it was typed."""
    row = _WHERE_ROW.match(where)
    if row:
        return f"{row[1]}-{row[2]}-{row[3] if row[3] else 'name'}"
    head, _, rest = where.partition(".")
    if head == "stated":
        return f"stated-{rest}"
    if head == "flags":
        return next((f"flag-{flag.id}" for flag in flags if flag.name == rest), "flags")
    return rest if head in {"location", "figures"} and rest else re.sub(r"\[.*", "", head)


def read_components(text: str) -> list[dict[str, str]]:
    """The components of a mixture, one a line or parted by semicolons: name, CAS number and share in any order."""
    parts = []
    for line in re.split(r"[\n;；]+", text):
        rest = line.strip()
        if not rest:
            continue
        part: dict[str, str] = {}
        cas, share = _CAS.search(rest), _SHARE.search(rest)
        if cas:
            part["cas"] = cas[0]
        if share:
            part["concentration"] = share[1]
        name = _SHARE.sub(" ", rest.replace(cas[0], " ") if cas else rest).strip(" ,，、:：()（）\t")
        parts.append({"name": name or part.get("cas", rest), **part})
    return parts


def _components_text(held: Any) -> str:
    if not isinstance(held, list):
        return _text(held)
    lines = []
    for one in held:
        row = one if isinstance(one, Mapping) else {"name": one}
        share = _text(row.get("concentration"))
        lines.append(" ".join(part for part in (_text(row.get("name")), _text(row.get("cas")), f"{share}%" if share else "") if part))
    return "\n".join(lines)


def _row_of(name: str, columns: Sequence[Column], row: Mapping[str, str], base: Any) -> dict[str, Any]:
    keys = {column.key for column in columns}
    number = int(row["base"]) if _BASE.fullmatch(row.get("base", "")) else -1
    before = base[number] if isinstance(base, list) and 0 <= number < len(base) else {}
    facts = {key: value for key, value in _mapping(before).items() if key not in keys and key != "is_existing"}
    facts |= {key: value for key, value in row.items() if key in keys}
    if "components" in row:
        facts["components"] = read_components(row["components"])
    return {"name": "", **facts} if name != "materials" else facts


def _split(text: str, name: str) -> list[str]:
    """A list as the rules would part it; what they cannot read comes back whole and is refused with its field."""
    if not text.strip():
        return []
    try:
        return list(getattr(read_project({name: text}), name))
    except RequestError:
        return [text]


def _chosen(column: Column, value: Any) -> str:
    if column.key == "existing":
        return "是" if value in (True, "是", "true", "yes", 1) else ""
    return _text(value)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _answer_word(value: Any) -> str:
    if isinstance(value, str):
        return {"是": "yes", "否": "no"}.get(value, "unknown")
    return "unknown" if value is None else "yes" if value else "no"


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
