"""How do the quantities people write become comparable numbers?

Notices write 万平方米/年, 万件, 重量箱, t/d, kVAh or 蒸吨; the catalogue compares in one unit. A unit is a dimension with a factor, and
perhaps a period. A conversion shows every step, because an opinion is reviewed; what cannot be converted is refused, never guessed.
"""

import re
from decimal import Decimal
from functools import lru_cache

import msgspec

from rules.requests import plain

DAYS_PER_YEAR = Decimal(365)
"""日 to 年, as the catalogue's notes count it."""

_WAN = Decimal(10000)
_MULTIPLES = {
    "百万": Decimal(1_000_000),
    "千万": Decimal(10_000_000),
    "万": _WAN,
    "亿": Decimal(100_000_000),
    "千": Decimal(1000),
    "百": Decimal(100),
}

# dimension: {spelling: factor to the dimension's first unit}
_UNITS: dict[str, dict[str, str]] = {
    "mass": {
        "吨": "1", "t": "1", "公吨": "1", "千吨": "1000", "kt": "1000", "千克": "0.001", "公斤": "0.001", "kg": "0.001", "克": "0.000001",
        "g": "0.000001", "重量箱": "0.05", "重箱": "0.05", "mt": "1", "ton": "1", "tons": "1", "tonne": "1", "tonnes": "1",
    },
    "area": {"平方米": "1", "㎡": "1", "m2": "1", "平米": "1", "平方": "1", "m^2": "1", "sqm": "1", "平方厘米": "0.0001", "cm2": "0.0001"},
    "volume": {"立方米": "1", "m3": "1", "立方": "1", "方": "1", "m^3": "1", "nm3": "1", "标立方米": "1"},
    "length": {
        "米": "1", "m": "1", "毫米": "0.001", "mm": "0.001", "厘米": "0.01", "cm": "0.01", "千米": "1000", "公里": "1000", "km": "1000",
        "英寸": "0.0254", "寸": "0.0254", "微米": "0.000001", "μm": "0.000001",
    },
    "pieces": {"件": "1", "套": "1", "只": "1", "个": "1", "台": "1", "支": "1", "片": "1", "pcs": "1", "pc": "1",
        "piece": "1", "pieces": "1", "件(套)": "1", "套(件)": "1", "set": "1", "sets": "1"},
    "standard_brick": {"标砖": "1", "块标砖": "1", "标块": "1", "块": "1", "匹": "1"},
    "roll": {"卷": "1"},
    "hide": {"标张": "1", "张": "1"},
    "battery_energy": {"千伏安时": "1", "kvah": "1", "伏安时": "0.001", "mvah": "1000", "gvah": "1000000",
        "kwh": "1", "千瓦时": "1", "mwh": "1000", "gwh": "1000000"},
    "apparent_power": {"千伏安": "1", "kva": "1", "兆伏安": "1000", "mva": "1000", "伏安": "0.001"},
    "voltage": {"千伏": "1", "kv": "1", "伏": "0.001", "v": "0.001"},
    "current": {"ka": "1", "千安": "1", "a": "0.001", "安": "0.001"},
    "pressure": {"兆帕": "1", "mpa": "1", "千帕": "0.001", "kpa": "0.001", "公斤力/平方厘米": "0.0980665", "bar": "0.1"},
    "force": {"千牛": "1", "kn": "1", "吨力": "10", "兆牛": "1000", "mn": "1000"},
    "steam_rate": {"蒸吨/小时": "1", "蒸吨": "1", "吨蒸汽/小时": "1"},
    "mass_per_hour": {"吨/小时": "1", "t/h": "1", "吨/时": "1", "kg/h": "0.001"},
    "thermal_power": {"兆瓦": "1", "mw": "1", "千瓦": "0.001", "kw": "0.001"},
    "flush": {"升/次": "1", "l/次": "1", "升": "1", "l": "1"},
    "percent": {"%": "1", "‰": "0.1", "ppm": "0.0001", "mg/kg": "0.0001"},
    "grade": {"级": "1"},
    "doors": {"门": "1"},
    "people": {"人": "1", "名": "1"},
    "ratio": {"倍": "1", "无量纲": "1", "": "1"},
}  # fmt: skip
_PERIODS = {
    "年": ("year", 1), "a": ("year", 1), "y": ("year", 1), "yr": ("year", 1), "year": ("year", 1), "annum": ("year", 1), "日": ("day", 1),
    "天": ("day", 1), "d": ("day", 1), "day": ("day", 1), "月": ("month", 1), "month": ("month", 1), "班": ("shift", 1),
    "shift": ("shift", 1),
}  # fmt: skip
_SPELLINGS = {spelling: (dimension, Decimal(factor)) for dimension, units in _UNITS.items() for spelling, factor in units.items()}
# A boiler's 吨 or t/h is a steam rate, a press's 吨 a force: what a word means depends on what is asked for.
_READ_AS: dict[tuple[str, str], tuple[Decimal, str]] = {
    ("mass_per_hour", "steam_rate"): (Decimal(1), "锅炉 1吨/小时=1蒸吨/小时"),
    ("mass", "steam_rate"): (Decimal(1), "锅炉“吨”按蒸吨/小时"),
    ("mass", "force"): (Decimal(10), "压力机 1吨=10千牛"),
    ("mass", "mass_per_hour"): (Decimal(1), "熔炉“吨”按吨/小时"),
    ("pieces", "standard_brick"): (Decimal(1), "1块按1标砖"),
}
_HOT_WATER_MW_PER_STEAM_TONNE = Decimal("0.7")


class Unit(msgspec.Struct, frozen=True):
    """A unit: its dimension, the factor to the dimension's first unit, and the period it is counted per (`""` for none)."""

    dimension: str
    factor: Decimal
    period: str


class Converted(msgspec.Struct, frozen=True):
    """A figure in the unit asked for, with the steps that led there. `needs_review` marks a conversion a person must confirm."""

    value: Decimal
    steps: tuple[str, ...] = ()
    needs_review: bool = False


@lru_cache(maxsize=4096)
def parse_unit(text: str) -> Unit | None:
    """Read a unit as people write it, or None. `万平方米/年` is ten thousand square metres per year."""
    written = text.strip().lower().replace("每", "/").replace("／", "/").replace("·", "").replace(" ", "")
    written = written.replace("（", "(").replace("）", ")")
    written = written.replace("²", "2").replace("³", "3").replace("㎡", "m2").replace("㎥", "m3").replace("/(", "/").replace("//", "/")
    written = written if "(" in written else written.rstrip(")")
    written = written.replace("per", "/") if "per" in written else written
    whole = _spelled(written)
    if whole is not None:
        return Unit(*whole, "")
    head, _, tail = written.rpartition("/")
    if tail in _PERIODS and (head or written.startswith("/")):
        base = _spelled(head)
        return None if base is None else Unit(*base, _PERIODS[tail][0])
    return None


def is_known_unit(text: str) -> bool:
    """Whether a unit of the catalogue can be converted to."""
    return parse_unit(text) is not None


def convert(value: Decimal, given: str, wanted: str) -> Converted | None:
    """`value` in `given` expressed in `wanted`, or None when that cannot be done without a fact nobody stated.

    A figure without a period is read as annual where the catalogue counts per year. Days are made years by 365; years are not made days,
    because operating days differ.
    """
    have, want = parse_unit(given), parse_unit(wanted)
    if have is None or want is None:
        return None
    factor, steps, needs_review = have.factor / want.factor, [], False
    if have.dimension != want.dimension:
        if have.dimension == "thermal_power" and want.dimension == "steam_rate":
            factor = have.factor / _HOT_WATER_MW_PER_STEAM_TONNE
            steps.append("热水锅炉 0.7兆瓦折 1蒸吨/小时，须人工复核")
            needs_review = True
        elif (have.dimension, want.dimension) in _READ_AS:
            extra, reason = _READ_AS[have.dimension, want.dimension]
            factor *= extra
            steps.append(reason)
        else:
            return None
    if have.period != want.period:
        if have.period == "day" and want.period == "year":
            factor *= DAYS_PER_YEAR
            steps.append("1年按365日")
        elif have.period == "month" and want.period == "year":
            factor *= 12
            steps.append("1年按12月")
        elif not (have.period == "" and want.period == "year") and not (have.period == "shift" and want.period in {"", "year"}):
            return None
    result = value * factor
    if factor != 1 or given != wanted:
        steps.insert(0, f"{plain(value)}{given}={plain(result)}{wanted}")
    return Converted(result, tuple(steps), needs_review)


_NUMBER = r"(\d++(?:\.\d+)?)"
_WORDS = "|".join(sorted((re.escape(one) for one in _SPELLINGS if one), key=len, reverse=True))
# A number begins where digits begin, or right behind m2 and m3; beginning anywhere would make a long run of digits quadratic.
_IN_TEXT = re.compile(
    rf"(?:(?<!\d)|(?<=\D\d)){_NUMBER}((?:百万|千万|万|亿|千|百)?(?:{_WORDS})(?:/(?:年|日|天|a|d|h|小时|时))?)(?![a-z])", re.IGNORECASE
)


def figures_in_text(text: str, wanted: str) -> list[Converted]:
    """The figures written in a text that can be read in the unit `wanted`: `10t/h燃煤锅炉` holds one of 10 蒸吨/小时."""
    want = parse_unit(wanted)
    found = []
    for number, unit in _IN_TEXT.findall(text):
        converted = convert(Decimal(number), unit, wanted)
        if converted is not None and want is not None:
            found.append(converted)
    return found


@lru_cache(maxsize=4096)
def _spelled(text: str) -> tuple[str, Decimal] | None:
    """Dimension and factor of a unit without a period, with a Chinese multiple before it."""
    if text in _SPELLINGS:
        return _SPELLINGS[text]
    for word, factor in _MULTIPLES.items():
        if text.startswith(word) and text[len(word) :] in _SPELLINGS and text != word:
            dimension, base = _SPELLINGS[text[len(word) :]]
            return dimension, base * factor
    return None
