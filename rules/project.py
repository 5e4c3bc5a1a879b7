"""What is known about a project that wants to come in?

The description a screener types from a notice, in one exact form: what is not stated stays `None`, so that nobody mistakes silence for a
*no*. How a request becomes such a description is `project_reading.py`'s question.
"""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

import msgspec

from rules.restriction_terms import BuildType, Figure, Role, Scope


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


_UNIT_BEFORE_WORD = re.compile(r"(m[³²32]|[㎥㎡])(?=[A-Za-z])")


@lru_cache(maxsize=8192)
def text_form(text: str) -> str:
    """The form in which a project's words and the catalogue's words are compared: half-width, upper case, without spaces.

    In 30m³LNG储罐 the unit is parted from the word after it, so that neither hides the other. 黏 is written 粘, as the catalogue writes it.
    """
    return "".join(unicodedata.normalize("NFKC", _UNIT_BEFORE_WORD.sub(r"\1_", text)).upper().split()).replace("黏", "粘")
