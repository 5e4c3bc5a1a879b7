"""How is an answer put into a project's facts?

A question names its place as the rules do, e.g. `materials[2].concentration` or `flags.可燃粉尘`. Rows may have been written as plain text;
they are made objects first, so that an answer has a place to go.
"""

import re
from collections.abc import Mapping
from typing import Any

ROWS = ("products", "equipment", "materials")
_STEP = re.compile(r"([^.\[\]]+)|\[(\d+)\]")


def with_rows(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The same facts with every row of products, equipment and materials as an object."""
    changed = dict(facts)
    for name in ROWS:
        rows = changed.get(name)
        if isinstance(rows, list):
            changed[name] = [dict(row) if isinstance(row, Mapping) else {"name": row} for row in rows]
    return changed


def with_answer(facts: Mapping[str, Any], path: str, value: Any) -> dict[str, Any]:
    """The facts with one value put at its place. Raises `LookupError` for a place that is not there."""
    steps = [int(found.group(2)) if found.group(2) else found.group(1) for found in _STEP.finditer(path)]
    if not steps or not isinstance(steps[0], str):
        raise LookupError(path)
    changed: dict[str, Any] = _put(with_rows(facts), steps, value, path)
    return changed


def _put(place: Any, steps: list[str | int], value: Any, path: str) -> Any:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if isinstance(step, int):
        if not isinstance(place, list) or step >= len(place):
            raise LookupError(path)
        return [_put(one, rest, value, path) if at == step else one for at, one in enumerate(place)]
    held = {} if place is None else place
    if isinstance(held, Mapping):
        return {**held, step: _put(held.get(step), rest, value, path)}
    raise LookupError(path)


def differences(before: Mapping[str, Any], after: Mapping[str, Any], where: str = "") -> list[str]:
    """The places at which two descriptions differ."""
    found: list[str] = []
    for name in sorted({*before, *after}, key=str):
        old, new = before.get(name), after.get(name)
        place = f"{where}.{name}" if where else str(name)
        if old == new:
            continue
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            found += differences(old, new, place)
        elif isinstance(old, list) and isinstance(new, list):
            found += differences(dict(_numbered(old)), dict(_numbered(new)), place)
        else:
            found.append(place)
    return found


def _numbered(rows: list[Any]) -> list[tuple[str, Any]]:
    return [(f"[{at}]", row) for at, row in enumerate(rows)]
