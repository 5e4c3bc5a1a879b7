"""What is known about a project that wants to come in?

The description a screener types from a notice, in one exact form: what is not stated stays `None`, so that nobody mistakes silence for a
*no*. Reading is lenient in form (one string for a list, 是 for true, 150万 for a number) and strict in content: what cannot be read is
refused with a code and a Chinese sentence, and fields nobody reads are named in `not_used`.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from rules.requests import RequestError, read_count, read_number, read_text
from rules.restriction_terms import BuildType, Figure, Holder, Role, Scope

T = TypeVar("T")


class Amount(msgspec.Struct, frozen=True):
    """A number with the unit it was written in."""

    value: Decimal
    unit: str = ""


class Product(msgspec.Struct, frozen=True, kw_only=True):
    """A product or product line. `is_existing` lines are not judged when a plant is expanded."""

    name: str
    capacity: Amount | None = None
    scope: Scope | None = None
    lines: int | None = None
    shifts: int | None = None
    existing_capacity: Decimal | None = None
    is_existing: bool = False
    role: Role | None = None
    cas: str = ""
    concentration: Decimal | None = None
    figures: dict[Figure, Amount] = {}


class Equipment(msgspec.Struct, frozen=True, kw_only=True):
    """A machine or furnace with its model in the name; `fuel` when it is stated for this machine."""

    name: str
    capacity: Amount | None = None
    fuel: str = ""
    is_existing: bool = False
    figures: dict[Figure, Amount] = {}


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """A substance or mixture used, made or stored. Quantities in tonnes, `concentration` in percent by mass."""

    name: str
    cas: str = ""
    annual_t: Decimal | None = None
    max_storage_t: Decimal | None = None
    state: str = ""
    role: Role | None = None
    concentration: Decimal | None = None
    storage: str = ""
    components: tuple["Material", ...] = ()


class Location(msgspec.Struct, frozen=True, kw_only=True):
    """Where the project stands; distances in metres by the request's field name."""

    in_park: bool | None = None
    in_chemical_park: bool | None = None
    in_compliant_park: bool | None = None
    area: str = ""
    distances_m: dict[str, Decimal] = {}


class Project(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a screening may read. `None` means not stated; a flag that is present and `None` was answered 不清楚."""

    name: str = ""
    build_type: BuildType | None = None
    adds_capacity: bool | None = None
    industry_codes: tuple[str, ...] = ()
    products: tuple[Product, ...] = ()
    processes: tuple[str, ...] = ()
    equipment: tuple[Equipment, ...] = ()
    fuels: tuple[str, ...] = ()
    materials: tuple[Material, ...] = ()
    flags: dict[str, bool | None] = {}
    location: Location = Location()
    max_staff_per_building: int | None = None
    investment_wan: Decimal | None = None
    figures: dict[Figure, Decimal | None] = {}
    not_used: tuple[str, ...] = ()


_BUILD_TYPES = (
    ("改扩建", BuildType.EXPANSION), ("扩建", BuildType.EXPANSION), ("扩产", BuildType.EXPANSION), ("迁建", BuildType.RELOCATION),
    ("搬迁", BuildType.RELOCATION), ("技改", BuildType.TECHNICAL_UPGRADE), ("技术改造", BuildType.TECHNICAL_UPGRADE),
    ("改建", BuildType.ALTERATION), ("改造", BuildType.ALTERATION), ("新建", BuildType.NEW), ("重建", BuildType.NEW),
)  # fmt: skip
_SCOPES = (
    ("单班", Scope.SHIFT), ("每班", Scope.SHIFT), ("单线", Scope.LINE), ("每线", Scope.LINE), ("每条", Scope.LINE), ("单条", Scope.LINE),
    ("生产线", Scope.LINE), ("单系列", Scope.LINE), ("装置", Scope.LINE), ("单套", Scope.LINE), ("起始规模", Scope.LINE),
    ("全厂", Scope.PLANT), ("同一厂区", Scope.PLANT), ("厂区", Scope.PLANT), ("合计", Scope.PLANT), ("总", Scope.PLANT),
    ("项目", Scope.PLANT), ("全部", Scope.PLANT), ("line", Scope.LINE), ("plant", Scope.PLANT), ("shift", Scope.SHIFT),
    ("total", Scope.PLANT),
    ("单台", Scope.UNIT), ("unit", Scope.UNIT),
)  # fmt: skip
_ROLES = (
    ("副产", Role.BY_PRODUCT), ("产品", Role.PRODUCT), ("产出", Role.PRODUCT), ("助剂", Role.ADDITIVE), ("溶剂", Role.ADDITIVE),
    ("原", Role.RAW_MATERIAL), ("辅料", Role.RAW_MATERIAL), ("燃料", Role.RAW_MATERIAL), ("使用", Role.RAW_MATERIAL),
    ("product", Role.PRODUCT), ("raw", Role.RAW_MATERIAL), ("additive", Role.ADDITIVE), ("auxiliary", Role.RAW_MATERIAL),
)  # fmt: skip
_YES = frozenset({"是", "有", "yes", "true", "y", "1", "园区内", "经开区内", "在园", "园内"})
_NO = frozenset({"否", "无", "不", "没有", "no", "false", "n", "0", "园区外", "经开区外", "园外"})
_UNKNOWN = frozenset({"", "不清楚", "未知", "不详", "unknown", "待定", "null", "none"})
_FIGURES = {key: figure for figure in Figure for key in (figure.value, figure.label)}
_FIGURES_OF = {
    # 直径 is a figure of products and of machines: a row takes its own.
    holder: _FIGURES | {key: one for one in Figure if one.holder is holder for key in (one.value, one.label)}
    for holder in Holder
}
_TOP_FIELDS = frozenset(
    {
        "id", "on", "name", "build_type", "industry_codes", "products", "processes", "equipment", "fuels", "materials", "flags", "location",
        "max_staff_per_building", "investment_wan", "figures", "adds_capacity", "near_misses", "edition",
    }
)  # fmt: skip
_PRODUCT_FIELDS = frozenset(
    {
        "name", "spec", "model", "capacity", "unit", "scope", "lines", "shifts", "existing_capacity", "existing", "is_existing", "role",
        "cas", "concentration", "figures",
    }
)  # fmt: skip
_EQUIPMENT_FIELDS = frozenset(
    {"name", "model", "spec", "capacity", "unit", "count", "quantity", "fuel", "existing", "is_existing", "figures", "scope", "year"}
)
_MATERIAL_FIELDS = frozenset({"name", "cas", "annual_t", "max_storage_t", "state", "role", "concentration", "storage", "components"})
_LOCATION_FIELDS = frozenset({"in_park", "in_chemical_park", "in_compliant_park", "area", "lon", "lat", "longitude", "latitude"})
_LEADING_AMOUNT = re.compile(r"^[约≤≥<>～~不低于超过近]*([0-9][0-9,]*(?:\.[0-9]+)?)(.*)$", re.DOTALL)
_LINES = re.compile(r"(\d+)\s*(?:条|线|套)")
_LINES_IN_NAME = re.compile(r"([0-9]+|[一二两三四五六七八九十])条(?:自动)?(?:生产)?线")
_CHINESE_COUNT = {sign: number for number, sign in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_SEPARATORS = re.compile(r"[、,，;；\n→⇒]|->|--|—+|=>")
# A waste-water step named as a pair is one process; splitting it would leave a bare 硝化 behind.
_NITRIFICATION = re.compile(r"硝化\s*[、,，/→\-—和与及]*\s*反硝化|反硝化\s*[、,，/→\-—和与及]*\s*硝化")
_UNIT_BEFORE_WORD = re.compile(r"(m[³²32]|[㎥㎡])(?=[A-Za-z])")
_PERCENT = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*[%％]")


@lru_cache(maxsize=8192)
def text_form(text: str) -> str:
    """The form in which a project's words and the catalogue's words are compared: half-width, upper case, without spaces.

    In 30m³LNG储罐 the unit is parted from the word after it, so that neither hides the other.
    """
    return "".join(unicodedata.normalize("NFKC", _UNIT_BEFORE_WORD.sub(r"\1_", text)).upper().split())


def read_project(request: Mapping[str, Any]) -> Project:
    """Read the facts of a screening request. Raises `RequestError` for what cannot be read."""
    unused: list[str] = []
    for field in request:
        if field not in _TOP_FIELDS:
            near = get_close_matches(str(field), _TOP_FIELDS, n=1, cutoff=0.75)
            if near:
                raise RequestError("unknown_field", f"不认识字段 {field}，是否指 {near[0]}？")
            unused.append(str(field))
    get = request.get
    reader = _Reader(unused)
    return Project(
        name=_text(get("name"), "name"),
        build_type=_build_type(get("build_type")),
        adds_capacity=read_yes_no(get("adds_capacity"), "adds_capacity"),
        industry_codes=_industry_codes(get("industry_codes")),
        products=reader.items(get("products"), "products", reader.product),
        processes=tuple(_names(get("processes"), "processes")),
        equipment=reader.items(get("equipment"), "equipment", reader.equipment),
        fuels=tuple(_names(get("fuels"), "fuels")),
        materials=reader.items(get("materials"), "materials", reader.material),
        flags=_flags(get("flags")),
        location=reader.location(get("location")),
        max_staff_per_building=None if (staff := get("max_staff_per_building")) is None else read_count(staff, "max_staff_per_building"),
        investment_wan=None if (money := get("investment_wan")) is None else read_number(money, "investment_wan", at_least=Decimal(0)),
        figures=_project_figures(get("figures")),
        not_used=tuple(unused),
    )


def read_yes_no(value: object, field: str) -> bool | None:
    """A yes/no answer; `None` when it is absent or answered 不清楚."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    if isinstance(value, str):
        word = value.strip().lower()
        if word in _YES:
            return True
        if word in _NO:
            return False
        if word in _UNKNOWN:
            return None
    raise RequestError("not_yes_or_no", f"{field} 应为 是 / 否 / 不清楚（true / false / null），收到的是 {value!r}")


def read_amount(value: object, unit: str, field: str) -> Amount:
    """A quantity: a number, or a text such as `150万` whose tail belongs to the unit."""
    if isinstance(value, str):
        found = _LEADING_AMOUNT.match(unicodedata.normalize("NFKC", value).strip())
        if found is None:
            raise RequestError("not_a_number", f"{field} 应为数字，收到的是“{value}”")
        return Amount(read_number(found[1], field, at_least=Decimal(0)), found[2].strip() + unit)
    return Amount(read_number(value, field, at_least=Decimal(0)), unit)


class _Reader:
    """Reads the repeated rows, remembering the keys nobody reads."""

    def __init__(self, unused: list[str]) -> None:
        self.unused = unused

    def items(self, value: object, field: str, read: Callable[[Mapping[str, Any], str], T]) -> tuple[T, ...]:
        """Rows of a list; a text stands for a row with only a name, one row may stand alone."""
        if value is None or value == "":
            return ()
        rows = value if isinstance(value, list | tuple) else _split(value) if isinstance(value, str) else [value]
        read_rows = []
        for number, row in enumerate(rows):
            where = f"{field}[{number}]"
            if isinstance(row, str):
                read_rows.append(read({"name": read_text(row, where)}, where))
            elif isinstance(row, Mapping):
                read_rows.append(read(row, where))
            else:
                raise RequestError("not_a_row", f"{where} 应为文字或对象，收到的是 {row!r}")
        return tuple(read_rows)

    def product(self, row: Mapping[str, Any], where: str) -> Product:
        """One row of `products`."""
        name = read_text(row.get("name"), f"{where}.name")
        for extra in ("spec", "model"):
            if row.get(extra):
                name += f"（{_text(row[extra], f'{where}.{extra}')}）"
        scope_text = _text(row.get("scope"), f"{where}.scope")
        lines = row.get("lines")
        count = _LINES.search(scope_text)
        if lines is None and count:
            lines = int(count[1])
        named = _LINES_IN_NAME.search(name)
        if lines is None and named:
            lines = _CHINESE_COUNT.get(named[1]) or int(named[1])
        shifts = row.get("shifts")
        capacity = row.get("capacity")
        existing = row.get("existing_capacity")
        unit = _text(row.get("unit"), f"{where}.unit")
        if capacity is None and not unit and not row.keys() - {"name"}:
            return Product(name=name)
        return Product(
            name=name,
            capacity=None if capacity is None else read_amount(capacity, unit, f"{where}.capacity"),
            scope=read_scope(scope_text),
            lines=None if lines is None else read_count(lines, f"{where}.lines") or None,
            shifts=None if shifts is None else read_count(shifts, f"{where}.shifts") or None,
            existing_capacity=None if existing is None else read_number(existing, f"{where}.existing_capacity", at_least=Decimal(0)),
            is_existing=bool(read_yes_no(row.get("existing", row.get("is_existing")), f"{where}.existing")),
            role=_role(row.get("role"), f"{where}.role"),
            cas=_text(row.get("cas"), f"{where}.cas"),
            concentration=_percent(row.get("concentration"), f"{where}.concentration"),
            figures=self._figures(row, _PRODUCT_FIELDS, where, Holder.PRODUCT),
        )

    def equipment(self, row: Mapping[str, Any], where: str) -> Equipment:
        """One row of `equipment`."""
        name = read_text(row.get("name"), f"{where}.name")
        if len(row) == 1:
            return Equipment(name=name)
        for extra in ("model", "spec"):
            if row.get(extra):
                name += f"（{_text(row[extra], f'{where}.{extra}')}）"
        capacity = row.get("capacity")
        return Equipment(
            name=name,
            capacity=None if capacity is None else read_amount(capacity, _text(row.get("unit"), f"{where}.unit"), f"{where}.capacity"),
            fuel=_text(row.get("fuel"), f"{where}.fuel"),
            is_existing=bool(read_yes_no(row.get("existing", row.get("is_existing")), f"{where}.existing")),
            figures=self._figures(row, _EQUIPMENT_FIELDS, where, Holder.EQUIPMENT),
        )

    def material(self, row: Mapping[str, Any], where: str) -> Material:
        """One row of `materials`; its components are rows of the same form."""
        name = row.get("name") or row.get("cas")
        text = read_text(name, f"{where}.name")
        if len(row) == 1:
            return Material(name=text, concentration=_written_percent(text))
        self._report(row, _MATERIAL_FIELDS, where)
        annual, stored = row.get("annual_t"), row.get("max_storage_t")
        concentration = _percent(row.get("concentration"), f"{where}.concentration")
        return Material(
            name=text,
            cas=_text(row.get("cas"), f"{where}.cas"),
            annual_t=None if annual is None else read_number(annual, f"{where}.annual_t", at_least=Decimal(0)),
            max_storage_t=None if stored is None else read_number(stored, f"{where}.max_storage_t", at_least=Decimal(0)),
            state=_text(row.get("state"), f"{where}.state"),
            role=_role(row.get("role"), f"{where}.role"),
            concentration=_written_percent(text) if concentration is None else concentration,
            storage=_text(row.get("storage"), f"{where}.storage"),
            components=self.items(row.get("components"), f"{where}.components", self.material),
        )

    def location(self, value: object) -> Location:
        """The place; a text is a part of the park or 园区外."""
        if value is None:
            return Location()
        if isinstance(value, str):
            word = value.strip()
            return Location(in_park=True if word in _YES else False if word in _NO else None, area=word)
        if not isinstance(value, Mapping):
            raise RequestError("not_a_row", f"location 应为对象，收到的是 {value!r}")
        distances = {}
        for key, distance in value.items():
            if str(key).endswith("_m") and distance is not None:
                distances[str(key)] = read_number(distance, f"location.{key}", at_least=Decimal(0))
        self._report(value, _LOCATION_FIELDS, "location")
        return Location(
            in_park=read_yes_no(value.get("in_park"), "location.in_park"),
            in_chemical_park=read_yes_no(value.get("in_chemical_park"), "location.in_chemical_park"),
            in_compliant_park=read_yes_no(value.get("in_compliant_park"), "location.in_compliant_park"),
            area=_text(value.get("area"), "location.area"),
            distances_m=distances,
        )

    def _figures(self, row: Mapping[str, Any], known: frozenset[str], where: str, holder: Holder) -> dict[Figure, Amount]:
        """Further figures, under `figures` or directly in the row, by their Chinese or English name."""
        given = row.get("figures")
        if given is None and row.keys() <= known:
            return {}
        if given is not None and not isinstance(given, Mapping):
            raise RequestError("not_a_row", f"{where}.figures 应为对象")
        read: dict[Figure, Amount] = {}
        for key, value in {**{k: v for k, v in row.items() if k in _FIGURES and k not in known}, **(given or {})}.items():
            figure = _FIGURES_OF[holder].get(str(key))
            if figure is None:
                self.unused.append(f"{where}.figures.{key}")
            elif isinstance(value, Mapping):
                read[figure] = read_amount(value.get("value"), _text(value.get("unit"), f"{where}.{key}.unit"), f"{where}.{key}")
            elif value is not None:
                read[figure] = read_amount(value, "", f"{where}.{key}")
        self._report(row, known | _FIGURES.keys(), where)
        return read

    def _report(self, row: Mapping[str, Any], known: frozenset[str], where: str) -> None:
        if row.keys() <= known:
            return
        self.unused.extend(f"{where}.{key}" for key in row if key not in known and not (where == "location" and str(key).endswith("_m")))


def read_scope(text: str) -> Scope | None:
    """Per what a capacity is counted, from the words used; None when they do not say."""
    if text:
        for word, scope in _SCOPES:
            if word in text:
                return scope
    return None


def _text(value: object, field: str) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value)
    raise RequestError("not_a_text", f"{field} 应为文字，收到的是 {value!r}")


def _names(value: object, field: str) -> list[str]:
    """A list of texts; one text is split at its separators, an object gives its name."""
    if value is None or value == "":
        return []
    if isinstance(value, str):
        return _split(value)
    if not isinstance(value, list | tuple):
        value = [value]
    names = []
    for number, one in enumerate(value):
        if isinstance(one, Mapping):
            detail = " ".join(str(one[key]) for key in ("type", "detail") if one.get(key))
            one = f"{one.get('name', '')}{detail}"
        names.append(read_text(one, f"{field}[{number}]"))
    return names


def _split(text: str) -> list[str]:
    """Split one string at 、 and the like, but not inside brackets."""
    text = _NITRIFICATION.sub("硝化反硝化", text)
    parts, depth, start = [], 0, 0
    for found in re.finditer(rf"[(（]|[)）]|{_SEPARATORS.pattern}", text):
        sign = found[0]
        if sign in "(（":
            depth += 1
        elif sign in ")）":
            depth = max(0, depth - 1)
        elif depth == 0:
            parts.append(text[start : found.start()])
            start = found.end()
    parts.append(text[start:])
    return [part.strip() for part in parts if part.strip()]


def _build_type(value: object) -> BuildType | None:
    text = _text(value, "build_type")
    if text in _UNKNOWN:
        return None
    for word, build_type in _BUILD_TYPES:
        if word in text:
            return build_type
    try:
        return BuildType(text.lower())
    except ValueError:
        raise RequestError("unknown_build_type", f"build_type 应为 新建 / 扩建 / 迁建 / 改建 / 技改，收到的是“{text}”") from None


def _industry_codes(value: object) -> tuple[str, ...]:
    if value is None or value == "":
        return ()
    codes: list[str] = []
    for one in value if isinstance(value, list | tuple) else [value]:
        found = re.findall(r"(?<!\d)\d{2,4}(?!\d)", _text(one, "industry_codes"))
        if not found:
            raise RequestError("not_an_industry_code", f"industry_codes 应为 GB/T 4754 的 2–4 位代码，收到的是 {one!r}")
        codes += found
    return tuple(dict.fromkeys(codes))


def _flags(value: object) -> dict[str, bool | None]:
    if value is None:
        return {}
    if isinstance(value, str | list | tuple):
        return {read_text(name, "flags"): True for name in ([value] if isinstance(value, str) else value)}
    if not isinstance(value, Mapping):
        raise RequestError("not_a_row", f"flags 应为对象，收到的是 {value!r}")
    return {str(name): read_yes_no(answer, f"flags.{name}") for name, answer in value.items()}


def _project_figures(value: object) -> dict[Figure, Decimal | None]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise RequestError("not_a_row", f"figures 应为对象，收到的是 {value!r}")
    figures: dict[Figure, Decimal | None] = {}
    for key, number in value.items():
        figure = _FIGURES.get(str(key))
        if figure is None:
            raise RequestError("unknown_figure", f"figures 不认识 {key}")
        figures[figure] = None if number is None else read_number(number, f"figures.{key}", at_least=Decimal(0))
    return figures


def _role(value: object, field: str) -> Role | None:
    text = _text(value, field).lower()
    return next((role for word, role in _ROLES if word in text), None) if text else None


def _percent(value: object, field: str) -> Decimal | None:
    """A concentration in percent: 30, "30%" or "30".

    A number up to 1 written as a fraction stays what it says: 0.3 is 0.3 %. Guessing would change a judgement.
    """
    if value is None or value == "":
        return None
    if isinstance(value, str):
        value = value.replace("%", "").replace("％", "")
        if not re.search(r"\d", value):
            return None
        span = re.findall(r"[0-9]+(?:\.[0-9]+)?", value)
        return max(Decimal(one) for one in span)
    return read_number(value, field, at_least=Decimal(0), at_most=Decimal(100))


def _written_percent(name: str) -> Decimal | None:
    """A concentration written in a name, as in 双氧水（30%）; several leave it open."""
    found = _PERCENT.findall(name)
    return Decimal(found[0]) if len(found) == 1 else None
