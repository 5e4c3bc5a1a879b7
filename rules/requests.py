"""How are the words and numbers of a request read?

A ruling starts from facts somebody typed: numbers as JSON numbers or strings, half- or full-width signs, brackets of every kind. Reading
them is the same everywhere: a number becomes an exact `Decimal`, a text is compared in one normal form, and whatever cannot be read is
refused with a code and a Chinese sentence. Which facts a ruling needs is the business of the module that makes it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from fractions import Fraction
from typing import Any

_LARGEST = Decimal("1e12")
_MOST_DECIMAL_PLACES = 12
_SHOWN_PLACES = 6
_NUMERAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[+-]?[0-9]+)?")
_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_SAME_SIGNS = str.maketrans(
    {
        "【": "(",
        "】": ")",
        "〔": "(",
        "〕": ")",
        "[": "(",
        "]": ")",
        "{": "(",
        "}": ")",
        "《": "(",
        "》": ")",
        "、": ",",
        ";": ",",
        "。": "",
        "≧": "≥",
        "≦": "≤",
        "⩾": "≥",
        "⩽": "≤",
        "–": "-",
        "—": "-",
        "−": "-",
        "‐": "-",
        "‑": "-",
        "〜": "~",
        "“": '"',
        "”": '"',
    }
)


class RequestError(Exception):
    """A request cannot be judged. `code` is stable English snake_case for programs, `detail` says in Chinese what to change."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def normal_form(text: str) -> str:
    """The form in which two texts are compared: full-width signs made half-width, brackets alike, spaces and letter case dropped."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_SAME_SIGNS)
    return re.sub(r"\s+", "", folded).replace(">=", "≥").replace("<=", "≤")


def read_number(value: object, field: str, *, at_least: Decimal | None = None, at_most: Decimal | None = None) -> Decimal:
    """A number of a request as an exact Decimal.

    Accepts an int, a float (read by its shortest decimal form, so 0.1 is one tenth), a Decimal or a numeric string. Raises `RequestError`
    for anything else, for a number beyond any real quantity, and for one outside [`at_least`, `at_most`].
    """
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        raise RequestError("not_a_number", f"{field} 应为数字，收到的是 {value!r}")
    written = _written(value) if isinstance(value, str) else str(value) if isinstance(value, float) else value
    if isinstance(value, str) and not _NUMERAL.fullmatch(str(written)):
        raise RequestError("not_a_number", f"{field} 应为数字，收到的是“{value}”")
    try:
        number = Decimal(written)
    except InvalidOperation as error:
        raise RequestError("out_of_range", f"{field} 不是可用的数值") from error
    if not number.is_finite() or number.copy_abs() > _LARGEST or _decimal_places(number) > _MOST_DECIMAL_PLACES:
        raise RequestError("out_of_range", f"{field} 不是可用的数值：须为绝对值不超过一万亿、小数不超过 {_MOST_DECIMAL_PLACES} 位的数")
    if at_least is not None and number < at_least:
        raise RequestError("out_of_range", f"{field} = {plain(number)} 不应小于 {plain(at_least)}")
    if at_most is not None and number > at_most:
        raise RequestError("out_of_range", f"{field} = {plain(number)} 不应大于 {plain(at_most)}")
    return number


def read_count(value: object, field: str) -> int:
    """A count of a request: a whole number, not negative."""
    number = read_number(value, field, at_least=Decimal(0))
    if number != number.to_integral_value():
        raise RequestError("not_a_whole_number", f"{field} = {plain(number)} 应为整数")
    return int(number)


def read_day(value: object, field: str = "on") -> date:
    """A day of a request: `YYYY-MM-DD`."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            pass
    raise RequestError("not_a_day", f"{field} 应为日期，写作 2026-05-01，收到的是 {value!r}")


def read_text(value: object, field: str) -> str:
    """A text of a request that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise RequestError("not_a_text", f"{field} 应为文字，收到的是 {value!r}")
    return value.strip()


def read_list(value: object, field: str) -> list[object]:
    """A list of a request; one text, number or object standing alone is a list of one, an absent value an empty list."""
    if value is None:
        return []
    if isinstance(value, list | tuple):
        return list(value)
    return [value]


def require(request: Mapping[str, Any], field: str) -> Any:
    """The value of a field that must be there and not be null."""
    value = request.get(field)
    if value is None:
        raise RequestError("missing_field", f"缺少 {field}")
    return value


def refuse_unknown_fields(request: Mapping[str, Any], known: Iterable[str], what: str) -> None:
    """Refuse a field nobody reads: a mistyped name must not silently drop a fact."""
    fields = sorted(known)
    for field in request:
        if field not in fields:
            near = get_close_matches(str(field), fields, n=1)
            hint = f"，是否指 {near[0]}？" if near else f"；可用的字段：{'、'.join(fields)}"
            raise RequestError("unknown_field", f"{what}不认识字段 {field}{hint}")


def plain(number: Decimal | Fraction) -> str:
    """A number as people write it: no exponent, no trailing zeros; a fraction without end is rounded to six decimal places."""
    if isinstance(number, Fraction):
        number = _decimal_of(number)
    if number == 0:
        return "0"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def plain_below(number: Fraction, bound: Fraction) -> str:
    """`plain`, but never rounded up to the bound the exact number has not reached."""
    shown = plain(number)
    if number < bound <= Fraction(shown):
        scale = 10**_SHOWN_PLACES
        shown = plain(Decimal(number.numerator * scale // number.denominator) / scale)
    return shown


def _written(text: str) -> str:
    """A numeric string in half-width; only commas between groups of three digits are dropped, for “1,5” may mean anything."""
    normal = normal_form(text)
    return normal.replace(",", "") if _THOUSANDS.fullmatch(normal) else normal


def _decimal_of(number: Fraction) -> Decimal:
    """The exact decimal when the fraction has one, otherwise the nearest with six decimal places."""
    rest = number.denominator
    places = 0
    for prime in (2, 5):
        count = 0
        while rest % prime == 0:
            rest //= prime
            count += 1
        places = max(places, count)
    places = places if rest == 1 else _SHOWN_PLACES
    scaled = number * 10**places
    return Decimal(round(scaled)).scaleb(-places)


def _decimal_places(number: Decimal) -> int:
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
