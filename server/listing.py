"""How does a list come page by page, and how is it searched?

Every list starts from a readable select of its subject, is narrowed by filters, and leaves here as one `Page`: two queries whatever the
number of rows. Search words are matched literally: `%` and `_` mean themselves.
"""

from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar

import msgspec
from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

T = TypeVar("T")
U = TypeVar("U")

DEFAULT_SIZE = 20
LARGEST_SIZE = 200
_LONGEST_SEARCH = 80
_MOST_WORDS = 6
_ESCAPE = "\\"


class Page(msgspec.Struct, Generic[T], frozen=True):
    """One page of a list. `total` counts the whole list, `page` starts at 1."""

    items: list[T]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def has_previous(self) -> bool:
        """Whether there is a page before this one."""
        return self.page > 1

    @property
    def has_next(self) -> bool:
        """Whether there is a page after this one."""
        return self.page < self.pages

    @property
    def first(self) -> int:
        """The number of the first item in the whole list; 0 when there is none."""
        return (self.page - 1) * self.size + 1 if self.items else 0

    @property
    def last(self) -> int:
        """The number of the last item in the whole list; 0 when there is none."""
        return (self.page - 1) * self.size + len(self.items)

    def map(self, change: Callable[[T], U]) -> "Page[U]":
        """The same page with every item changed."""
        return Page([change(item) for item in self.items], self.total, self.page, self.size)


def paginate(session: Session, query: Select[Any], page: int, size: int = DEFAULT_SIZE) -> Page[Any]:
    """One page of a select: its rows, or its entities when it selects one. A page beyond the end gives the last one."""
    size = min(max(1, size), LARGEST_SIZE)
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    page = min(max(1, page), max(1, -(-total // size)))
    rows = session.execute(query.limit(size).offset((page - 1) * size)).all()
    only_one = len(query.column_descriptions) == 1
    return Page([row[0] if only_one else row for row in rows], total, page, size)


def page_of(rows: Sequence[T], page: int, size: int = DEFAULT_SIZE) -> Page[T]:
    """One page of rows that are all in memory. A page beyond the end gives the last one."""
    page = min(max(1, page), max(1, -(-len(rows) // size)))
    return Page(list(rows[(page - 1) * size : page * size]), len(rows), page, size)


def like_pattern(text: str) -> str:
    """A LIKE pattern that finds `text` anywhere, taken literally; to be used with `escape="\\\\"`."""
    for sign in (_ESCAPE, "%", "_"):
        text = text.replace(sign, _ESCAPE + sign)
    return f"%{text}%"


def matches(search: str, *columns: InstrumentedAttribute[Any] | ColumnElement[Any]) -> ColumnElement[bool] | None:
    """Every word of the search stands in one of the columns, letter case aside. None when nothing is searched for."""
    words = search.strip()[:_LONGEST_SEARCH].split()[:_MOST_WORDS]
    if not words:
        return None
    return and_(*(or_(*(column.ilike(like_pattern(word), escape=_ESCAPE) for column in columns)) for word in words))


def narrow(query: Select[Any], conditions: Sequence[ColumnElement[bool] | None]) -> Select[Any]:
    """The select with every condition that is there."""
    return query.where(*(one for one in conditions if one is not None))
