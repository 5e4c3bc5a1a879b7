"""What would another catalogue say otherwise to the same project?

Entries that are met on one side only, or weigh otherwise, told in words; the whole of what the other side says of them is kept beside.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from server.screening.schemas import Difference


def differences_of(before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]) -> Iterable[Difference]:
    """The entries that are met on one side only, or weigh otherwise, in the order of the new answer."""
    for entry_id in [*after, *(one for one in before if one not in after)]:
        old, new = before.get(entry_id), after.get(entry_id)
        was, now = _weight(old), _weight(new)
        if was != now:
            yield Difference(entry_id, str((new or old or {})["subject"]), was, now)


def _weight(hit: Mapping[str, Any] | None) -> str:
    if hit is None:
        return ""
    effect, confirmed = hit["effect"], hit["effect_confirmed"]
    said = effect if effect == confirmed else f"{confirmed}（字面{effect}）"
    return f"{said}，{hit['status']}" if hit["status"] != "命中" else str(said)
