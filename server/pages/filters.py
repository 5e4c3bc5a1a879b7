"""How are values said in Chinese on a page? One filter each, registered with the template engine."""

import re
from datetime import date, datetime
from decimal import Decimal

from jinja2 import Environment

from rules import terms
from rules.bands import Colour, colour_of_number
from rules.deadlines import deadline_in_words
from rules.industries import industry_words
from rules.requests import plain
from rules.supervision_sectors import normalise_industry_code
from server.clock import CHINA
from server.coordinates import Crs, as_typed, both_ways
from server.pages.project_words import marked, outcome_label, plain_value, row_word
from server.screening.questions import arithmetic_words, place_words

WEEKDAYS = "一二三四五六日"


def long_day(day: date | None) -> str:
    """2026年11月22日."""
    return "—" if day is None else f"{day.year}年{day.month}月{day.day}日"


def long_day_with_weekday(day: date) -> str:
    """2026年11月22日 星期日."""
    return f"{long_day(day)} 星期{WEEKDAYS[day.weekday()]}"


def short_day(day: date | None) -> str:
    """11-22, for tables."""
    return "—" if day is None else f"{day:%m-%d}"


def iso_day(day: date | None) -> str:
    """2026-11-22, for date fields."""
    return "" if day is None else day.isoformat()


def moment(instant: datetime | None) -> str:
    """11-22 09:41, in the park's zone."""
    return "—" if instant is None else f"{instant.astimezone(CHINA):%m-%d %H:%M}"


def long_moment(instant: datetime | None) -> str:
    """2026-11-22 09:41:05, in the park's zone."""
    return "—" if instant is None else f"{instant.astimezone(CHINA):%Y-%m-%d %H:%M:%S}"


def yuan(amount: Decimal | None) -> str:
    """1,200.00 元."""
    return "—" if amount is None else f"{amount:,.2f} 元"


def size_of(bytes_: int) -> str:
    """1.2 MB, 40 kB, 512 字节: never rounded down to nothing."""
    if bytes_ < 1000:
        return f"{bytes_} 字节"
    return f"{bytes_ / 1000:.0f} kB" if bytes_ < 999_500 else f"{bytes_ / 1_000_000:.1f}".removesuffix(".0") + " MB"


def label(value: str | None, kind: str) -> str:
    """The Chinese label of a stored value; `kind` names the enumeration in `rules.terms`."""
    if not value:
        return "—"
    return str(getattr(terms, kind)(value).label)


def colour_of(number: int | None) -> Colour | None:
    """The colour of a stored number, 1 red to 4 blue."""
    return None if number is None else colour_of_number(number)


def industries_typed(text: str) -> list[str]:
    """Each industry code in a field with its name or its mark; what is no code yet says nothing."""
    codes = (normalise_industry_code(one) for one in re.split(r"[\s、，,;；]+", text))
    return [industry_words(code) for code in dict.fromkeys(codes) if code is not None]


def install(environment: Environment) -> None:
    """Register every filter."""
    for one in (
        industries_typed,
        industry_words,
        long_day,
        long_day_with_weekday,
        short_day,
        iso_day,
        moment,
        long_moment,
        yuan,
        size_of,
        label,
        arithmetic_words,
        marked,
        outcome_label,
        place_words,
        plain,
        plain_value,
        row_word,
    ):
        environment.filters[one.__name__] = one
    environment.globals["deadline_in_words"] = deadline_in_words
    environment.globals["colour_of"] = colour_of
    environment.globals["both_ways"] = both_ways
    environment.globals["as_typed"] = as_typed
    environment.globals["crs_options"] = [(one.value, one.label) for one in Crs]
