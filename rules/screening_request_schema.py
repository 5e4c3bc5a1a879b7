"""What may a screening request say?

For `python -m rules schema screen`. Reading is lenient in form: one text or one object may stand for a list, 是 for true, 150万 or 20公斤
for a number with its unit. What is not stated, or answered 不详, stays not known; fields nobody reads and quantities whose unit cannot be
converted come back in `not_used`. How a request is read is `project_reading.py`'s.
"""

from datetime import date

import msgspec

Number = int | float | str
YesNo = bool | int | str


class ProductRow(msgspec.Struct, kw_only=True):
    """A product: `capacity` in `unit` per `scope` (单线, 全厂, 单班 …). `lines`: how many such lines; `existing`: not part of the project.
    `role`: 产品, 副产, 原料 … Further figures by their Chinese or English name, in the row or under `figures`.
    """

    name: str
    capacity: Number | None = None
    unit: str | None = None
    scope: str | None = None
    spec: str | None = None
    model: str | None = None
    lines: Number | None = None
    shifts: Number | None = None
    existing_capacity: Number | None = None
    existing: YesNo | None = None
    role: str | None = None
    cas: str | None = None
    concentration: Number | None = None
    figures: dict[str, Number | dict[str, Number]] | None = None


class EquipmentRow(msgspec.Struct, kw_only=True):
    """A machine or furnace; the model belongs to the name or to `model`. `existing`: stands there already."""

    name: str
    capacity: Number | None = None
    unit: str | None = None
    model: str | None = None
    spec: str | None = None
    count: Number | None = None
    fuel: str | None = None
    year: Number | None = None
    existing: YesNo | None = None
    figures: dict[str, Number | dict[str, Number]] | None = None


class MaterialRow(msgspec.Struct, kw_only=True):
    """A substance or mixture used, made or stored; tonnes. `state`: 液化气体, 溶液, 粉末 …; `role`: 原料, 产品, 助剂 …; `concentration` in
    percent by mass. `components` of a mixture are rows of the same form.
    """

    name: str | None = None
    cas: str | None = None
    annual_t: Number | None = None
    max_storage_t: Number | None = None
    state: str | None = None
    role: str | None = None
    concentration: Number | None = None
    storage: str | None = None
    components: list["MaterialRow | str"] | None = None


class LocationRow(msgspec.Struct, kw_only=True):
    """Where the project stands; distances in metres. Other distances the catalogue asks for are fields whose names end in `_m`."""

    in_park: YesNo | None = None
    in_chemical_park: YesNo | None = None
    in_compliant_park: YesNo | None = None
    area: str | None = None
    dist_xiangjiang_main_m: Number | None = None
    dist_lujiang_m: Number | None = None
    nearest_residence_m: Number | None = None


class ScreenRequest(msgspec.Struct, kw_only=True):
    """A project that wants to come in, screened against the catalogue of the day `on`.

    `build_type`: 新建, 扩建, 迁建, 改建, 技改; `adds_capacity`: whether an alteration adds capacity. `flags`: the yes/no questions of the
    application form by name, null for *not known*. `stated` are further statements, kept and printed, that decide
    nothing. `edition` lays a park edition over the catalogue; `near_misses` asks for entries that
    failed by one condition.
    """

    on: date
    id: str | int | None = None
    name: str | None = None
    build_type: str | None = None
    adds_capacity: YesNo | None = None
    industry_codes: list[str | int] | str | int | None = None
    products: list[ProductRow | str] | ProductRow | str | None = None
    processes: list[str] | str | None = None
    equipment: list[EquipmentRow | str] | EquipmentRow | str | None = None
    fuels: list[str] | str | None = None
    materials: list[MaterialRow | str] | MaterialRow | str | None = None
    flags: dict[str, YesNo | None] | list[str] | str | None = None
    location: LocationRow | str | None = None
    max_staff_per_building: Number | None = None
    investment_wan: Number | None = None
    figures: dict[str, Number | None] | None = None
    stated: dict[str, str] | None = None
    edition: str | None = None
    near_misses: bool = False
