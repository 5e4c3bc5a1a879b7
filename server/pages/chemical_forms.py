"""How is a unit of chemicals typed into a form, and what does the form mean?

A row is one chemical, named as people say it; an entry of GB 18218 chosen from those offered takes the name's place. What was typed comes
back as it was.
"""

import re
from decimal import Decimal
from typing import Any

import msgspec

from server.errors import FieldError, InvalidInput
from server.grading.schemas import ChemicalForm, ChemicalUnitForm, ChemicalUnitView
from server.pages.query import read_amount, read_id, read_number, read_row_count
from server.pages.view import form_text

FIRST_ROWS, MORE_ROWS, MOST_ROWS = 3, 5, 300
ROW_TEXTS = ("name", "cas", "physical_state", "concentration", "quantity_t", "threshold_t", "threshold_source", "beta", "purpose")
_NUMBERS = {"quantity_t": "数量", "threshold_t": "临界量", "beta": "β"}
_FIELDS = ("name", "residents", "point_id", "version", "do")
_TONNES = re.compile(r"\s*(?:t|吨)$", re.IGNORECASE)
_LEAST_CATEGORIES = 2


class ChemicalRow(msgspec.Struct, frozen=True):
    """A chemical as typed."""

    texts: dict[str, str]
    categories: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written into it."""
        return not (any(self.texts.values()) or any(self.categories))

    @property
    def slots(self) -> tuple[str, ...]:
        """The categories with room for another."""
        filled = tuple(one for one in self.categories if one)
        return (*filled, *[""] * max(1, _LEAST_CATEGORIES - len(filled)))


class TypedUnit(msgspec.Struct, frozen=True, kw_only=True):
    """The form as typed."""

    values: dict[str, str]
    rows: tuple[ChemicalRow, ...]


def empty_rows(count: int) -> tuple[ChemicalRow, ...]:
    """Rows to write into."""
    return tuple(ChemicalRow(dict.fromkeys(ROW_TEXTS, "")) for _ in range(count))


def empty_unit() -> TypedUnit:
    """A form nobody has written into."""
    return TypedUnit(values=dict.fromkeys(_FIELDS, ""), rows=empty_rows(FIRST_ROWS))


def read_unit(form: Any) -> TypedUnit:
    """What was typed, an entry chosen from those offered in the place of the name."""
    count = read_row_count(form_text(form, "count"), FIRST_ROWS, MOST_ROWS)
    rows = []
    for place in range(count):
        texts = {name: form_text(form, f"{name}-{place}") for name in ROW_TEXTS}
        texts["name"] = form_text(form, f"pick-{place}") or texts["name"]
        categories = [form_text(form, name) for name in form if name.startswith(f"category-{place}-")]
        rows.append(ChemicalRow(texts, tuple(dict.fromkeys(one for one in categories if one))))
    return TypedUnit(values={name: form_text(form, name) for name in _FIELDS}, rows=tuple(rows))


def typed_of(view: ChemicalUnitView) -> TypedUnit:
    """What is kept of a unit, to be changed."""
    unit = view.unit
    values = {"name": unit.name, "residents": unit.residents, "point_id": unit.point_id, "version": unit.version, "do": ""}
    rows = tuple(
        ChemicalRow({name: _said(getattr(one, name)) for name in ROW_TEXTS}, tuple(one.categories)) for one in view.chemicals
    )  # fmt: skip
    more = empty_rows(1 if len(rows) < MOST_ROWS else 0)
    return TypedUnit(values={name: _said(value) for name, value in values.items()}, rows=(*rows, *more))


def _said(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)


def form_of(typed: TypedUnit) -> tuple[ChemicalUnitForm, dict[str, str]]:
    """The form as a use case takes it, and which field of the page each field of a chemical is.

    Raises `InvalidInput` for numbers that are none.
    """
    errors: list[FieldError] = []
    chemicals: list[ChemicalForm] = []
    fields: dict[str, str] = {}
    values = typed.values
    if values["residents"] and read_number(values["residents"]) is None:
        errors.append(FieldError("residents", "常住人口请填整数，不清楚的留空"))
    for place, row in enumerate(typed.rows):
        if row.is_empty:
            continue
        numbers = {name: read_amount(_TONNES.sub("", row.texts[name])) for name in _NUMBERS}
        errors += [
            FieldError(f"{name}-{place}", f"第 {place + 1} 种：{words}请填数字")
            for name, words in _NUMBERS.items()
            if row.texts[name] and numbers[name] is None
        ]
        prefix = f"chemicals.{len(chemicals)}"
        fields |= {f"{prefix}.{name}": f"{name}-{place}" for name in ROW_TEXTS} | {f"{prefix}.categories": f"category-{place}-0"}
        said: dict[str, Any] = {name: row.texts[name] for name in ROW_TEXTS} | numbers
        chemicals.append(ChemicalForm(**said, categories=row.categories))
    if errors:
        raise InvalidInput(errors)
    form = ChemicalUnitForm(
        name=values["name"],
        residents=read_number(values["residents"]),
        point_id=read_id(values["point_id"]),
        chemicals=tuple(chemicals),
        seen_version=read_number(values["version"]),
    )
    return form, fields
