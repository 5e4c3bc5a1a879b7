"""How is one value of a project's description read: a quantity, a yes, a role, a kind of construction?

Notices and forms write the same thing in many ways: 年产150万平方米, 约2.5km, 12t/a, √, technical upgrade. A value that is left out or
answered 不详 stays not known, so that the screening asks; one that cannot be read is refused with a code and a Chinese sentence. A bound
such as ≤10 is taken only where taking it cannot hide a hit. Which fields there are is `project_reading.py`'s question.
"""

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from rules.project import Amount
from rules.requests import RequestError, read_count, read_number
from rules.restriction_terms import BuildType, Role, Scope
from rules.units import convert, parse_unit

_BUILD_TYPES = (
    ("改扩建", BuildType.EXPANSION), ("扩建", BuildType.EXPANSION), ("扩产", BuildType.EXPANSION), ("迁建", BuildType.RELOCATION),
    ("搬迁", BuildType.RELOCATION), ("技改", BuildType.TECHNICAL_UPGRADE), ("技术改造", BuildType.TECHNICAL_UPGRADE),
    ("升级改造", BuildType.TECHNICAL_UPGRADE), ("改建", BuildType.ALTERATION), ("改造", BuildType.ALTERATION), ("新建", BuildType.NEW),
    ("重建", BuildType.NEW),
    ("expan", BuildType.EXPANSION), ("relocat", BuildType.RELOCATION), ("tech", BuildType.TECHNICAL_UPGRADE),
    ("upgrad", BuildType.TECHNICAL_UPGRADE), ("retrofit", BuildType.TECHNICAL_UPGRADE), ("alter", BuildType.ALTERATION),
    ("renovat", BuildType.ALTERATION), ("modif", BuildType.ALTERATION), ("reconstruct", BuildType.ALTERATION), ("new", BuildType.NEW),
)  # fmt: skip
_MORE_CAPACITY = re.compile(r"(?<!不)(?<!未)(?:扩能|增产|提产|扩大产能|新增产能|增加产能|增能)")
_NO_MORE_CAPACITY = re.compile(r"(?:不|未|无)(?:新增|增加|扩大)产能|产能不变")
_SCOPES = (
    ("单班", Scope.SHIFT), ("每班", Scope.SHIFT), ("单线", Scope.LINE), ("每线", Scope.LINE), ("每条", Scope.LINE), ("单条", Scope.LINE),
    ("合计", Scope.PLANT), ("总", Scope.PLANT),
    ("生产线", Scope.LINE), ("单系列", Scope.LINE), ("装置", Scope.LINE), ("单套", Scope.LINE), ("起始规模", Scope.LINE),
    ("全厂", Scope.PLANT), ("同一厂区", Scope.PLANT), ("厂区", Scope.PLANT),
    ("项目", Scope.PLANT), ("全部", Scope.PLANT), ("total", Scope.PLANT), ("line", Scope.LINE), ("plant", Scope.PLANT),
    ("shift", Scope.SHIFT), ("factory", Scope.PLANT), ("site", Scope.PLANT), ("project", Scope.PLANT),
    ("单台", Scope.UNIT), ("unit", Scope.UNIT),
)  # fmt: skip
_ROLES = (
    ("副产", Role.BY_PRODUCT), ("by-product", Role.BY_PRODUCT), ("byproduct", Role.BY_PRODUCT), ("by_product", Role.BY_PRODUCT),
    ("产品", Role.PRODUCT), ("产出", Role.PRODUCT), ("助剂", Role.ADDITIVE), ("溶剂", Role.ADDITIVE),
    ("原", Role.RAW_MATERIAL), ("辅料", Role.RAW_MATERIAL), ("辅助", Role.RAW_MATERIAL), ("燃料", Role.RAW_MATERIAL),
    ("使用", Role.RAW_MATERIAL), ("product", Role.PRODUCT), ("output", Role.PRODUCT), ("raw", Role.RAW_MATERIAL),
    ("fuel", Role.RAW_MATERIAL), ("input", Role.RAW_MATERIAL), ("additive", Role.ADDITIVE), ("solvent", Role.ADDITIVE),
    ("auxiliary", Role.RAW_MATERIAL),
)  # fmt: skip
_STATES = (
    ("液化", "液化气体"), ("liquefied", "液化气体"), ("低沸点", "低沸点液体"), ("水溶液", "溶液"), ("solution", "溶液"),
    ("gas", "气体"), ("powder", "粉末"), ("dust", "粉末"), ("liquid", "液体"), ("solid", "固体"),
)  # fmt: skip
_EXACT_STATES = {
    "气": "气体", "气态": "气体", "压缩气体": "气体", "液": "液体", "液态": "液体", "固": "固体", "固态": "固体", "粉": "粉末",
    "粉状": "粉末", "粉体": "粉末", "粉料": "粉末", "粉态": "粉末", "粉尘": "粉末", "水溶液": "溶液",
}  # fmt: skip
_YES = frozenset(
    {
        "是", "有", "yes", "true", "y", "1", "园区内", "经开区内", "在园", "园内", "是的", "属于", "涉及", "存在", "含", "√", "✓", "✔",
        "对", "位于", "在",
    }
)  # fmt: skip
_NO = frozenset(
    {
        "否", "无", "不", "没有", "no", "false", "n", "0", "园区外", "经开区外", "园外", "不是", "不属于", "不涉及", "未涉及", "不存在",
        "不含", "×", "✗", "✘", "x", "不位于", "不在", "不适用", "n/a", "na",
    }
)  # fmt: skip
_UNKNOWN = frozenset(
    {
        "", "不清楚", "未知", "不详", "unknown", "待定", "null", "none", "不确定", "待核", "待核实", "待确认", "待补充", "未填", "未提供",
        "不明", "无法确定", "-", "--", "—", "/", "n/a", "na", "?", "未说明", "未注明", "暂无",
    }
)  # fmt: skip
_NOTHING = Decimal(0)
_AMOUNT = re.compile(
    r"^(?:(?P<per>年产量|年产|年生产|年加工|年处理|日产量|日产|日生产|月产量|月产|班产|每年|每日|每天|每月|每班)|设计|产能|规模|能力|共计|共|总计|合计|达到?|"
    r"约|不低于|不少于|不超过|不大于|超过|近|[:≤≥<>～~=])*"
    r"(?P<number>[0-9][0-9,]*(?:\.[0-9]+)?)(?P<unit>.*)$",
    re.DOTALL,
)
_PERIOD_OF = {"年": "年", "日": "日", "天": "日", "月": "月", "班": "班"}
_ABOUT = "约|大约|近|共|共计|:"
_AT_MOST = "不超过|不大于|至多|最多|≤|<|<="
_AT_LEAST = "不低于|不少于|不小于|大于|超过|≥|>|>="
_UPPER_MEASURE = re.compile(rf"^(?:{_ABOUT}|{_AT_MOST})*([0-9][0-9,]*(?:\.[0-9]+)?)(.*)$", re.DOTALL)
_LOWER_MEASURE = re.compile(rf"^(?:{_ABOUT}|{_AT_LEAST})*([0-9][0-9,]*(?:\.[0-9]+)?)(.*)$", re.DOTALL)
_CODE_LIST_NAME = re.compile(r"GB\s*/?\s*T?\s*4754(?:\s*[-—－]\s*\d{4})?", re.IGNORECASE)
_CODE = re.compile(r"(?<!\d)\d{2,4}(?!\d)")
_CAS = re.compile(r"\d{2,7}-\d{2}-\d(?!\d)")
_PERCENT = re.compile(r"((?<![0-9])[0-9]+(?:\.[0-9]+)?)\s*[%％]")


def is_blank(value: object) -> bool:
    """Whether a value says nothing: absent, empty, 不详 or a dash."""
    return value is None or (isinstance(value, str) and value.strip().lower() in _UNKNOWN)


def only(value: object) -> object:
    """The one value of a list of one."""
    return value[0] if isinstance(value, list | tuple) and len(value) == 1 else value


def read_word(value: object, field: str) -> str:
    """A text, or the empty one where nothing is said."""
    value = only(value)
    if is_blank(value):
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return str(value)
    raise RequestError("not_a_text", f"{field} 应为文字，收到的是 {value!r}")


def read_yes_no(value: object, field: str) -> bool | None:
    """A yes/no answer; `None` when it is absent or answered 不清楚."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and value in (0, 1):
        return bool(value)
    if isinstance(value, str):
        word = value.strip().lower().rstrip("。.")
        if word in _YES:
            return True
        if word in _NO:
            return False
        if word in _UNKNOWN:
            return None
    raise RequestError("not_yes_or_no", f"{field} 应为 是 / 否 / 不清楚（true / false / null），收到的是 {value!r}")


def read_amount(value: object, unit: str, field: str) -> Amount | None:
    """A quantity: a number, a text such as `150万` or `年产150万平方米` whose tail is the unit, or an object with value and unit."""
    value = only(value)
    if isinstance(value, Mapping):
        return read_amount(value.get("value"), read_word(value.get("unit"), f"{field}.unit") or unit, field)
    if is_blank(value):
        return None
    if isinstance(value, str):
        found = _AMOUNT.match(unicodedata.normalize("NFKC", value).strip())
        if found is None:
            raise RequestError("not_a_number", f"{field} 应为数字，收到的是“{value}”")
        tail = found["unit"].strip()
        unit = _joined_unit(tail, unit)
        period = _PERIOD_OF.get((found["per"] or "").replace("每", "")[:1])
        if period and unit and "/" not in unit:
            unit += f"/{period}"
        return Amount(read_number(found["number"], field, at_least=_NOTHING), unit)
    return Amount(read_number(value, field, at_least=_NOTHING), unit)


def _joined_unit(tail: str, unit: str) -> str:
    """The unit behind a number and the one stated beside it: `150万` in 平方米, `150万平方米` in 万平方米, `5000万件` per `a`."""
    if not tail or not unit or unit.startswith("/") or parse_unit(tail) is None:
        return tail + unit
    return tail if "/" in tail or "/" not in unit else f"{tail}/{unit.rpartition('/')[2]}"


def read_measure(value: object, field: str, wanted: str, *, is_upper: bool) -> Decimal | None:
    """A quantity in the unit the field is in, with or without that unit written: `12t/a`, `800 kg`, `约2.5km`.

    `is_upper` tells on which side a stated bound is the cautious reading: a store of ≤10 t is counted as 10, a distance of ≥800 m as 800.
    A bound on the other side is refused; with a unit that cannot be converted the quantity stays not known.
    """
    if value is None:
        return None
    value = only(value)
    if is_blank(value):
        return None
    if not isinstance(value, str):
        return read_number(value, field, at_least=_NOTHING)
    found = (_UPPER_MEASURE if is_upper else _LOWER_MEASURE).match("".join(unicodedata.normalize("NFKC", value).split()))
    if found is None:
        return read_number(value, field, at_least=_NOTHING)
    number = read_number(found[1], field, at_least=_NOTHING)
    if not found[2]:
        return number
    converted = convert(number, found[2], wanted)
    return None if converted is None else converted.value


def read_people(value: object, field: str) -> int | None:
    """A number of people: 60, `60人`."""
    value = only(value)
    if is_blank(value):
        return None
    if isinstance(value, str):
        value = re.sub(r"^(?:约|≤|不超过)|[人名]$", "", unicodedata.normalize("NFKC", value).strip())
    return read_count(value, field)


def read_money_wan(value: object, field: str) -> Decimal | None:
    """An amount of money in 万元: 5000, `5000万元`, `1.2亿元`."""
    value = only(value)
    if is_blank(value):
        return None
    if isinstance(value, str):
        found = re.fullmatch(r"约?([0-9][0-9,]*(?:\.[0-9]+)?)(亿|万)?元?(?:人民币)?", unicodedata.normalize("NFKC", value).strip())
        if found is not None and found[2]:
            return read_number(found[1], field, at_least=_NOTHING) * (10000 if found[2] == "亿" else 1)
    return read_number(value, field, at_least=_NOTHING)


def read_build_type(value: object) -> BuildType | None:
    """The kind of construction, in Chinese or English."""
    return _build_type_in(read_word(value, "build_type"))


@lru_cache(maxsize=256)
def _build_type_in(text: str) -> BuildType | None:
    if is_blank(text):
        return None
    lower = text.lower().replace("、", "").replace("/", "")
    for word, build_type in _BUILD_TYPES:
        if word in lower:
            return build_type
    raise RequestError("unknown_build_type", f"build_type 应为 新建 / 扩建 / 迁建 / 改建 / 技改，收到的是“{text}”")


def read_capacity_words(*texts: str) -> bool | None:
    """Whether words such as 技改扩能 or 不新增产能 say that capacity is added."""
    joined = "\n".join(texts)
    if _NO_MORE_CAPACITY.search(joined):
        return False
    return True if _MORE_CAPACITY.search(joined) else None


def read_industry_codes(value: object) -> tuple[str, ...]:
    """GB/T 4754 codes of two to four digits: `C3074`, `3074 日用陶瓷制品制造`, 3074, or an object with `code`.

    Of several codes in one text only the finest count: 30 beside 307 says nothing more, and 60 beside 307 is a number of another list.
    """
    if is_blank(value) or value == []:
        return ()
    codes: list[str] = []
    for one in value if isinstance(value, list | tuple) else [value]:
        if isinstance(one, Mapping):
            one = one.get("code")
        found = _CODE.findall(_CODE_LIST_NAME.sub(" ", read_word(one, "industry_codes")))
        if not found:
            raise RequestError("not_an_industry_code", f"industry_codes 应为 GB/T 4754 的 2–4 位代码，收到的是 {one!r}")
        longest = max(map(len, found))
        codes += [code for code in found if len(code) == longest]
    return tuple(dict.fromkeys(codes))


def read_scope(text: str) -> Scope | None:
    """Per what a capacity is counted, from the words used; None when they do not say."""
    if text:
        lower = text.lower()
        for word, scope in _SCOPES:
            if word in lower:
                return scope
    return None


def read_role(value: object, field: str) -> Role | None:
    """What a substance or product is in the project."""
    text = read_word(value, field)
    return _role_in(text.lower()) if text else None


@lru_cache(maxsize=1024)
def _role_in(text: str) -> Role | None:
    return next((role for word, role in _ROLES if word in text), None)


def read_state(value: object, field: str) -> str:
    """The state of a substance in the words the lists use."""
    text = read_word(value, field)
    return _state_in(text) if text else ""


@lru_cache(maxsize=1024)
def _state_in(text: str) -> str:
    if is_blank(text):
        return ""
    exact = _EXACT_STATES.get(text)
    if exact is not None:
        return exact
    lower = text.lower()
    return next((state for word, state in _STATES if word in lower), text)


def read_cas(value: object, field: str) -> str:
    """A CAS number among the signs people put around it; empty when there is none."""
    text = read_word(value, field)
    if not text or _CAS.fullmatch(text):
        return text
    text = unicodedata.normalize("NFKC", text).replace("—", "-").replace("–", "-").replace("−", "-")
    found = _CAS.search("".join(text.split()))
    return found[0] if found else ""


def read_percent(value: object, field: str) -> Decimal | None:
    """A concentration in percent: 30, "30%", "28~30%" (the larger end counts).

    A number up to 1 written as a fraction stays what it says: 0.3 is 0.3 %. Guessing would change a judgement.
    """
    if value is None:
        return None
    value = only(value)
    if is_blank(value):
        return None
    if isinstance(value, str):
        span = re.findall(r"[0-9]+(?:\.[0-9]+)?", unicodedata.normalize("NFKC", value))
        if not span:
            return None
        value = max(Decimal(one) for one in span)
    return read_number(value, field, at_least=_NOTHING, at_most=Decimal(100))


def written_percent(name: str) -> Decimal | None:
    """A concentration written in a name, as in 双氧水（30%）; several leave it open."""
    if "%" not in name and "％" not in name:
        return None
    found = _PERCENT.findall(name)
    return Decimal(found[0]) if len(found) == 1 else None
