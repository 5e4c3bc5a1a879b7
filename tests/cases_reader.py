"""Reads the situations in `tests/cases/*.toml`, which a lawyer can review without reading code.

A situation has a sentence as its `name`, a `day` where the day matters, what is `given`, what is `expected` and the `clause` it rests on.
"""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec

_FOLDER = Path(__file__).parent / "cases"


class Situation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One situation and what the rules must answer."""

    name: str
    clause: str
    given: dict[str, Any]
    expected: dict[str, Any]
    day: date | None = None

    def __str__(self) -> str:
        return self.name

    def on(self) -> date:
        """The day of the situation. Raises ValueError when it names none."""
        if self.day is None:
            raise ValueError(f"{self.name}: names no day")
        return self.day


class _CaseFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    situation: tuple[Situation, ...]


def read_cases(name: str) -> tuple[Situation, ...]:
    """The situations of `cases/<name>.toml`. Raises ValueError when there are none or two share a name."""
    raw = tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"), parse_float=Decimal)
    situations = msgspec.convert(raw, _CaseFile).situation
    names = [one.name for one in situations]
    if not names or len(set(names)) != len(names):
        raise ValueError(f"cases/{name}.toml: needs situations with names of their own")
    return situations
