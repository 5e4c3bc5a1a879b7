"""How does a file of law become values we can trust?

Every file under `data/` is TOML, read once, converted into frozen structs that forbid unknown keys. A mistake stops the program at
start-up with the file, the key and the reason, because a ruling made from half-read law is worse than none.
Numbers with a fraction are `Decimal`; dates are TOML dates; an absent value is left out of the file.
"""

import tomllib
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

_files_read: set[str] = set()


class RuleDataError(Exception):
    """A file of law cannot be used. Carries `file`, `key` and `reason`; its text names all three."""

    def __init__(self, file: str, key: str, reason: str) -> None:
        super().__init__(f"rules/data/{file}: {key}: {reason}")
        self.file = file
        self.key = key
        self.reason = reason


def data_folder() -> Traversable:
    """The packaged law."""
    return resources.files("rules") / "data"


def list_tables(folder: str) -> list[str]:
    """Names of the TOML files in a folder below `data/`, in a stable order, as `folder/name.toml`."""
    return sorted(f"{folder}/{entry.name}" for entry in (data_folder() / folder).iterdir() if entry.name.endswith(".toml"))


def read_table(file: str, kind: type[T]) -> T:
    """Read `data/<file>` as `kind`. Raises `RuleDataError` for unreadable TOML, unknown or missing keys and wrong types."""
    path = data_folder()
    for part in file.split("/"):
        path = path / part
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise RuleDataError(file, "(file)", f"cannot be read: {error}") from error
    finally:
        _files_read.add(file)
    return parse_table(file, text, kind)


def files_read() -> frozenset[str]:
    """The tables this process has read so far: a file that lies where nobody reads it is a mistake of its own."""
    return frozenset(_files_read)


def parse_table(file: str, text: str, kind: type[T]) -> T:
    """Read TOML `text`, named `file` in errors, as `kind`."""
    try:
        raw: dict[str, Any] = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        raise RuleDataError(file, "(toml)", str(error)) from error
    try:
        return msgspec.convert(raw, kind, strict=True)
    except msgspec.ValidationError as error:
        reason, _, where = str(error).partition(" - at `")
        raise RuleDataError(file, where.rstrip("`") or "$", reason) from error


def refuse_duplicates(file: str, what: str, ids: Iterable[str]) -> None:
    """Raise `RuleDataError` when an id stands twice."""
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise RuleDataError(file, f"{what} {one}", "this id stands twice; ids are never used again")
        seen.add(one)


def refuse_overlaps(file: str, key: str, spans: Iterable[tuple[date, date | None]]) -> None:
    """Raise `RuleDataError` when two spans [from, until) of one key share a day; `None` is an open end."""
    previous: tuple[date, date | None] | None = None
    for span in sorted(spans, key=lambda one: one[0]):
        start, end = span
        if end is not None and end <= start:
            raise RuleDataError(file, key, f"ends on {end}, not after it begins on {start}")
        if previous is not None and (previous[1] is None or previous[1] > start):
            raise RuleDataError(file, key, f"two values in force on {start}")
        previous = span
