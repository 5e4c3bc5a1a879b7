"""What does every paper say about itself, and in which words are dates and clauses printed?

A paper is a value struct and a drawing of it. The values here are shared by all of them: frozen, made of plain facts only, so that an
issued paper can be stored as JSON and drawn again later, byte for byte the same. Nothing here knows of rows or sessions.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from typing import Annotated, BinaryIO

import msgspec

# Shanghai has kept UTC+8 without summer time since 1991; papers need no time zone database.
LOCAL_TIME = timezone(timedelta(hours=8))

Instant = Annotated[datetime, msgspec.Meta(tz=True)]

UNVERIFIED_CLAUSE = "（条文待核）"
FICTIONAL_NOTICE = "虚构数据，仅供演示"
DRAFT_NOTICE = "草稿"
WITHDRAWN_NOTICE = "已撤回"

PhotoSource = Callable[[str], bytes | BinaryIO | None]
"""Gives a photo by its sha256: its bytes, an open binary file (closed after reading), or None when it is not at hand."""


class Imprint(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who printed this paper, when, from which template, and how it is verified.

    `document_number` is empty until the paper is issued. `template_version` names the drawing; a stored paper is drawn again with the
    version it was issued with. `verification_url` goes into a QR code, `verification_code` beside it. A paper printed after it was
    withdrawn says so across every page.
    """

    office_name: str
    park_name: str
    template_version: str
    printed_at: Instant
    printed_by: str = ""
    document_number: str = ""
    is_fictional: bool = False
    is_draft: bool = False
    is_withdrawn: bool = False
    verification_url: str = ""
    verification_code: str = ""


class CitedClause(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A clause as printed; one that nobody has compared with the official text says so beside it."""

    citation: str
    is_verified: bool

    @property
    def printed(self) -> str:
        """The citation, marked when unverified."""
        return self.citation if self.is_verified else self.citation + UNVERIFIED_CLAUSE


class PaperPhoto(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A photo as printed: its number on this paper, what it shows, when it was taken; `marks` are honest remarks such as 相册导入."""

    number: int
    sha256: str
    caption: str
    taken_at: Instant | None = None
    marks: tuple[str, ...] = ()


class UnknownTemplateError(Exception):
    """The paper was issued with a template this program does not have."""

    def __init__(self, wanted: str, known: str) -> None:
        super().__init__(f"template {wanted} is not the one drawn here ({known})")


def require_template(imprint: Imprint, known: str) -> None:
    """Raise `UnknownTemplateError` unless the paper wants the template drawn here: an issued paper must not change its looks."""
    if imprint.template_version != known:
        raise UnknownTemplateError(imprint.template_version, known)


def printed_date(day: date | None, missing: str = "—") -> str:
    """`2026年11月22日`, or `missing`."""
    return missing if day is None else f"{day.year}年{day.month}月{day.day}日"


def short_date(day: date | None, missing: str = "—") -> str:
    """`2026-11-22` for tables, or `missing`."""
    return missing if day is None else day.isoformat()


def printed_minute(instant: datetime | None, missing: str = "—") -> str:
    """`2026年11月22日14时05分` in local time, or `missing`."""
    if instant is None:
        return missing
    local = instant.astimezone(LOCAL_TIME)
    return f"{printed_date(local.date())}{local.hour}时{local.minute:02d}分"


def short_minute(instant: datetime | None, missing: str = "—") -> str:
    """`2026-11-22 14:05` in local time for tables and captions, or `missing`."""
    return missing if instant is None else instant.astimezone(LOCAL_TIME).strftime("%Y-%m-%d %H:%M")


def printed_clauses(clauses: tuple[CitedClause, ...], missing: str = "—") -> str:
    """All clauses, one after the other."""
    return "；".join(clause.printed for clause in clauses) or missing


def photo_numbers(numbers: tuple[int, ...], missing: str = "—") -> str:
    """`1、2`, or `missing`."""
    return "、".join(str(number) for number in numbers) or missing
