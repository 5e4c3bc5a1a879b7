"""What does this address, or this form, ask for?

Addresses are typed, shortened and shared: what cannot be read counts as not asked, so a list always opens. Fields of a form are read the
same way; whether a missing one matters is for the use case to say.
"""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from litestar import Request

from rules.terms import Term
from server.clock import CHINA
from server.errors import MalformedRequest


def asked(request: Request[Any, Any, Any], name: str) -> str:
    """A query parameter, trimmed and without control characters, which no database would find; empty when absent."""
    value = request.query_params.get(name)
    return "".join(sign for sign in value if sign.isprintable()).strip() if isinstance(value, str) else ""


def asked_term(request: Request[Any, Any, Any], name: str, kind: type[Term]) -> str:
    """A query parameter that is a value of an enumeration; empty otherwise."""
    value = asked(request, name)
    return value if value in {one.value for one in kind} else ""


def asked_page(request: Request[Any, Any, Any]) -> int:
    """Which page of the list is asked for, from 1."""
    value = asked(request, "page")
    return max(1, int(value)) if value.isascii() and value.isdigit() and len(value) < 7 else 1


def read_day(text: str) -> date | None:
    """A day written 2026-11-22, 2026/11/22 or 20261122, or None."""
    try:
        return date.fromisoformat(text.strip().replace("/", "-"))
    except ValueError:
        return None


def read_moment(text: str) -> datetime | None:
    """A moment in the park written 2026-11-22T09:41, or None."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=CHINA)


def read_id(text: str) -> UUID | None:
    """An id, or None."""
    try:
        return UUID(text.strip())
    except ValueError:
        return None


def read_number(text: str) -> int | None:
    """A whole number, or None."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def read_row_count(text: str, first: int, most: int) -> int:
    """How many rows a form says it has, `first` when it does not say. Raises `MalformedRequest` for more than it may: none is left out."""
    count = read_number(text) or first
    if count > most:
        raise MalformedRequest(f"一次最多填 {most} 行，请分几次保存")
    return count


def read_amount(text: str) -> Decimal | None:
    """An amount of money; signs people add (，, 元 and ￥) do not matter. None when it is none."""
    plain = text.strip().translate(str.maketrans("", "", ",，元￥¥ "))
    try:
        amount = Decimal(plain)
    except InvalidOperation:
        return None
    return amount if amount.is_finite() else None
