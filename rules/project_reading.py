"""How does a request become the description of a project?

Reading is lenient in form (one string for a list, one object for rows, 是 for true, 150万 for a number) and strict in content: what cannot
be read is refused with a code and a Chinese sentence, and fields nobody reads are named in `not_used`. Single values are read by
`project_values.py`; what the description then says to an entry is `restriction_facts.py`'s question.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from difflib import get_close_matches
from typing import Any, TypeVar

import msgspec

from rules.project import Amount, Equipment, Location, Material, Product, Project
from rules.project_values import (
    is_blank,
    only,
    read_amount,
    read_build_type,
    read_capacity_words,
    read_cas,
    read_industry_codes,
    read_measure,
    read_money_wan,
    read_people,
    read_percent,
    read_role,
    read_scope,
    read_state,
    read_word,
    read_yes_no,
    written_percent,
)
from rules.requests import RequestError, read_count, read_number, read_text
from rules.restriction_terms import Figure, Holder, Scope
from rules.stated import check_stated

T = TypeVar("T")

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
        "stated",
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
_CAPACITY_FLAGS = frozenset({"新增产能", "是否新增产能", "adds_capacity"})
_QUANTITY_BEHIND = re.compile(
    r"^(?P<name>.*?[^0-9.,，:：\s])[\s:：]*(?P<number>[0-9][0-9,]*(?:\.[0-9]+)?)\s*(?P<unit>万吨|吨|t|kg|公斤|千克)(?P<period>/年|/a|每年)?$",
    re.IGNORECASE,
)
# Begins where the digits begin and takes no more than a count can have: looked for from every digit on, a long row of them takes minutes.
_A_COUNT = "((?<![0-9])[0-9]{1,6}|[一二两三四五六七八九十])"
_LINES = re.compile(rf"{_A_COUNT}\s*(?:条|线|套)")
_LINES_IN_NAME = re.compile(rf"{_A_COUNT}条(?:自动)?(?:生产)?线")
_LINES_OF_PROJECT = re.compile(rf"{_A_COUNT}条[^0-9条,，;；。、]{{0,24}}线")
_CHINESE_COUNT = {sign: number for number, sign in enumerate("一二三四五六七八九十", 1)} | {"两": 2}
_STANDS_ALREADY = re.compile(r"[(（](?:现有|既有|原有|已建)[^)）]*[)）]|^(?:现有|既有|原有|已建)")
_IS_CHANGED = re.compile("依托|利用|改造|扩建|改建|技改|提升|升级|新增|改为")
_SEPARATORS = re.compile(r"[、,，;；\n→⇒]|->|--|—+|=>")
# A waste-water step named as a pair is one process; splitting it would leave a bare 硝化 behind.
_NITRIFICATION = re.compile(r"硝化[\s、,，/→\-—和与及]*反硝化|反硝化[\s、,，/→\-—和与及]*硝化")
_OUTSIDE = re.compile(r"(?:园区?|经开区|开发区|四至)(?:范围)?(?:以|之)?外")
_INSIDE = re.compile(r"(?:园区|经开区|开发区|四至)(?:范围)?(?:以|之)?内")


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
    check_stated(get("stated"))
    reader = _Reader(unused)
    name = read_word(get("name"), "name")
    flags = _flags(get("flags"))
    adds_capacity = read_yes_no(get("adds_capacity"), "adds_capacity")
    for flag in _CAPACITY_FLAGS & flags.keys():
        answer = flags.pop(flag)
        adds_capacity = answer if adds_capacity is None else adds_capacity
    if adds_capacity is None:
        adds_capacity = read_capacity_words(read_word(get("build_type"), "build_type"), name)
    return Project(
        name=name,
        build_type=read_build_type(get("build_type")),
        adds_capacity=adds_capacity,
        industry_codes=read_industry_codes(get("industry_codes")),
        products=_with_lines(reader.items(get("products"), "products", reader.product), name),
        processes=tuple(_names(get("processes"), "processes")),
        equipment=reader.items(get("equipment"), "equipment", reader.equipment),
        fuels=tuple(_names(get("fuels"), "fuels")),
        materials=reader.items(get("materials"), "materials", reader.material),
        flags=flags,
        location=reader.location(get("location")),
        max_staff_per_building=read_people(get("max_staff_per_building"), "max_staff_per_building"),
        investment_wan=read_money_wan(get("investment_wan"), "investment_wan"),
        figures=_project_figures(get("figures")),
        not_used=tuple(unused),
    )


class _Reader:
    """Reads the repeated rows, remembering the keys nobody reads."""

    def __init__(self, unused: list[str]) -> None:
        self.unused = unused

    def items(self, value: object, field: str, read: Callable[[Mapping[str, Any], str], T]) -> tuple[T, ...]:
        """Rows of a list; a text stands for a row with only a name, one row may stand alone. A text that says nothing is no row."""
        if is_blank(value):
            return ()
        rows = value if isinstance(value, list | tuple) else _split(value) if isinstance(value, str) else [value]
        read_rows = []
        for number, row in enumerate(rows):
            where = f"{field}[{number}]"
            if isinstance(row, str):
                if is_blank(row):
                    continue
                read_rows.append(read({"name": read_text(row, where)}, where))
            elif isinstance(row, Mapping):
                read_rows.append(read(row, where))
            else:
                raise RequestError("not_a_row", f"{where} 应为文字或对象，收到的是 {row!r}")
        return tuple(read_rows)

    def product(self, row: Mapping[str, Any], where: str) -> Product:
        """One row of `products`."""
        written = read_text(row.get("name"), f"{where}.name")
        name = _named(row, written, where)
        scope_text = read_word(row.get("scope"), f"{where}.scope")
        lines = row.get("lines")
        if is_blank(lines):
            found = _LINES.search(scope_text) or _LINES_IN_NAME.search(name)
            lines = None if found is None else _count(found[1])
        shifts = row.get("shifts")
        existing = row.get("existing_capacity")
        unit = read_word(row.get("unit"), f"{where}.unit")
        return Product(
            name=name,
            capacity=read_amount(row.get("capacity"), unit, f"{where}.capacity"),
            scope=read_scope(scope_text),
            lines=None if lines is None else read_count(lines, f"{where}.lines") or None,
            shifts=None if is_blank(shifts) else read_count(shifts, f"{where}.shifts") or None,
            existing_capacity=None if is_blank(existing) else read_number(existing, f"{where}.existing_capacity", at_least=Decimal(0)),
            is_existing=_is_existing(row, where, written, scope_text),
            role=read_role(row.get("role"), f"{where}.role"),
            cas=read_cas(row.get("cas"), f"{where}.cas"),
            concentration=read_percent(row.get("concentration"), f"{where}.concentration"),
            figures=self._figures(row, _PRODUCT_FIELDS, where, Holder.PRODUCT),
        )

    def equipment(self, row: Mapping[str, Any], where: str) -> Equipment:
        """One row of `equipment`."""
        written = read_text(row.get("name"), f"{where}.name")
        if len(row) == 1:
            return Equipment(name=written, is_existing=_stands_already(written))
        return Equipment(
            name=_named(row, written, where),
            capacity=read_amount(row.get("capacity"), read_word(row.get("unit"), f"{where}.unit"), f"{where}.capacity"),
            fuel=read_word(row.get("fuel"), f"{where}.fuel"),
            is_existing=_is_existing(row, where, written),
            figures=self._figures(row, _EQUIPMENT_FIELDS, where, Holder.EQUIPMENT),
        )

    def material(self, row: Mapping[str, Any], where: str) -> Material:
        """One row of `materials`; its components are rows of the same form."""
        name = row.get("name") or row.get("cas")
        text = read_text(name, f"{where}.name")
        if len(row) == 1:
            return _material_of_text(text, where)
        self._report(row, _MATERIAL_FIELDS, where)
        concentration = read_percent(row.get("concentration"), f"{where}.concentration")
        return Material(
            name=text,
            cas=read_cas(row.get("cas"), f"{where}.cas"),
            annual_t=self._measure(row.get("annual_t"), f"{where}.annual_t", "吨/年", is_upper=True),
            max_storage_t=self._measure(row.get("max_storage_t"), f"{where}.max_storage_t", "吨", is_upper=True),
            state=read_state(row.get("state"), f"{where}.state"),
            role=read_role(row.get("role"), f"{where}.role"),
            concentration=written_percent(text) if concentration is None else concentration,
            storage=read_word(row.get("storage"), f"{where}.storage"),
            components=self.items(row.get("components"), f"{where}.components", self.material),
        )

    def location(self, value: object) -> Location:
        """The place; a text is a part of the park or 园区外. What the area's words say fills in what is not answered."""
        value = only(value)
        if value is None:
            return Location()
        if isinstance(value, str):
            value = {"area": value}
        if not isinstance(value, Mapping):
            raise RequestError("not_a_row", f"location 应为对象，收到的是 {value!r}")
        distances = {}
        for key, distance in value.items():
            field = str(key)
            wanted = "米" if field.endswith("_m") else "千米" if field.endswith("_km") else ""
            if not wanted:
                continue
            read = self._measure(distance, f"location.{field}", wanted, is_upper=False)
            if read is not None:
                distances[field.removesuffix("_km") + "_m" if wanted == "千米" else field] = read * (1000 if wanted == "千米" else 1)
        self._report(value, _LOCATION_FIELDS, "location")
        area = read_word(value.get("area"), "location.area")
        in_park = read_yes_no(value.get("in_park"), "location.in_park")
        in_chemical_park = read_yes_no(value.get("in_chemical_park"), "location.in_chemical_park")
        in_compliant_park = read_yes_no(value.get("in_compliant_park"), "location.in_compliant_park")
        is_chemical = "化工园" in area
        is_outside = _OUTSIDE.search(area) is not None
        if in_chemical_park is None and is_chemical:
            in_chemical_park = not (is_outside or any(word in area for word in ("非化工园", "不在", "非认定")))
        if in_compliant_park is None and "合规园区外" in area:
            in_compliant_park = False
        if in_park is None and not is_chemical:
            in_park = False if is_outside else True if _INSIDE.search(area) or area in ("在园", "是") else None
            in_park = False if area in ("否", "外") else in_park
        return Location(
            in_park=in_park,
            in_chemical_park=in_chemical_park,
            in_compliant_park=in_compliant_park,
            area=area,
            distances_m=distances,
        )

    def _measure(self, value: object, field: str, wanted: str, *, is_upper: bool) -> Decimal | None:
        """A quantity in a field's own unit; one whose unit cannot be converted is reported and stays not known."""
        read = read_measure(value, field, wanted, is_upper=is_upper)
        if read is None and not is_blank(value):
            self.unused.append(f"{field}：“{value}”换算不成{wanted}")
        return read

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
            amount = None if figure is None else read_amount(value, "", f"{where}.{key}")
            if figure is None:
                self.unused.append(f"{where}.figures.{key}")
            elif amount is not None:
                read[figure] = amount
        self._report(row, known | _FIGURES.keys(), where)
        return read

    def _report(self, row: Mapping[str, Any], known: frozenset[str], where: str) -> None:
        if row.keys() <= known:
            return
        is_place = where == "location"
        self.unused.extend(f"{where}.{key}" for key in row if key not in known and not (is_place and str(key).endswith(("_m", "_km"))))


def _with_lines(products: tuple[Product, ...], project_name: str) -> tuple[Product, ...]:
    """The only product of a project with the number of lines that the project's name gives it."""
    found = {_count(one) for one in _LINES_OF_PROJECT.findall(project_name)}
    if len(products) != 1 or len(found) != 1 or products[0].lines is not None or products[0].scope is Scope.LINE:
        return products
    return (msgspec.structs.replace(products[0], lines=found.pop()),)


def _count(written: str) -> int:
    return _CHINESE_COUNT.get(written) or int(written)


def _named(row: Mapping[str, Any], name: str, where: str) -> str:
    """A row's name with its model and specification, which entries look for too."""
    for extra in ("spec", "model"):
        if not is_blank(row.get(extra)):
            name += f"（{read_word(row[extra], f'{where}.{extra}')}）"
    return name


def _material_of_text(text: str, where: str) -> Material:
    """A material in one text. A yearly quantity behind the name is read; one that does not say per year may be either and is left open."""
    found = _QUANTITY_BEHIND.match(text)
    name = text if found is None else found["name"]
    annual = None
    if found is not None and found["period"]:
        annual = read_measure(f"{found['number']}{found['unit']}/年", f"{where}.annual_t", "吨/年", is_upper=True)
    return Material(name=name, cas=read_cas(text, where), annual_t=annual, concentration=written_percent(name))


def _is_existing(row: Mapping[str, Any], where: str, *texts: str) -> bool:
    """Whether a row is a line or machine that stands already: as stated, or as its own words say."""
    stated = read_yes_no(row.get("existing", row.get("is_existing")), f"{where}.existing")
    return any(map(_stands_already, texts)) if stated is None else stated


def _stands_already(text: str) -> bool:
    if "有" not in text and "已建" not in text:
        return False
    return _STANDS_ALREADY.search(text) is not None and _IS_CHANGED.search(text) is None


def _names(value: object, field: str) -> list[str]:
    """A list of texts; one text is split at its separators, an object gives its name. What says nothing (不详, —) is none of them."""
    if is_blank(value):
        return []
    if isinstance(value, str):
        return [one for one in _split(value) if not is_blank(one)]
    if not isinstance(value, list | tuple):
        value = [value]
    names = []
    for number, one in enumerate(value):
        if isinstance(one, Mapping):
            detail = " ".join(str(one[key]) for key in ("type", "detail") if one.get(key))
            one = f"{one.get('name', '')}{detail}"
        name = read_text(one, f"{field}[{number}]")
        if not is_blank(name):
            names.append(name)
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


def _flags(value: object) -> dict[str, bool | None]:
    if value is None:
        return {}
    if isinstance(value, str | list | tuple):
        return {read_text(name, "flags"): True for name in (_split(value) if isinstance(value, str) else value)}
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
        figures[figure] = None if is_blank(number) else read_number(number, f"figures.{key}", at_least=Decimal(0))
    return figures
