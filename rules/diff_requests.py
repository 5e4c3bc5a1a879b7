"""What changed in the law between two days, or between two editions of the catalogue?

The JSON door `diff`: of the 禁限控 catalogue what came, went, changed and was waived, with the kinds of projects it touches; of every other
part of the rulebook what comes into force, what ends, and what takes the place of what. The catalogue's part is answered by
`screening_requests.py`; the rest is compared here over the list of `law_listing.py`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from rules.explain_requests import entry_answer
from rules.law_entries import LawEntry, LawKind
from rules.law_listing import list_entries
from rules.requests import RequestError, read_day, read_list, read_text, refuse_unknown_fields, require
from rules.rulebook import Rulebook
from rules.screening_requests import answer_catalogue_diff

Answer = dict[str, Any]
_Key = tuple[LawKind, str]

_CATALOGUE = "catalogue"
_LAW = "law"
_CATALOGUE_KINDS = frozenset({LawKind.CATALOGUE_ENTRY, LawKind.PARK_EDITION})


class DiffRequest(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Two days. `on` stands for both when only editions are compared; `edition`, `edition_from`, `edition_to` name park editions of the
    catalogue. `parts` is `catalogue`, `law` (everything else) or both; both without it. `note` is not read.
    """

    id: str | int | None = None
    from_: date | None = msgspec.field(name="from", default=None)
    to: date | None = None
    on: date | None = None
    edition: str | None = None
    edition_from: str | None = None
    edition_to: str | None = None
    parts: list[str] | str | None = None
    note: str | None = None


def answer_diff(request: Mapping[str, Any], rulebook: Rulebook) -> Answer:
    """What differs between the two sides. Raises `RequestError` for what cannot be compared."""
    refuse_unknown_fields(request, [field.encode_name for field in msgspec.structs.fields(DiffRequest)], "diff ")
    parts = [read_text(one, "parts") for one in read_list(request.get("parts"), "parts")] or [_CATALOGUE, _LAW]
    for one in parts:
        if one not in (_CATALOGUE, _LAW):
            raise RequestError("unknown_part", f"parts 应为 {_CATALOGUE}（禁限控目录）或 {_LAW}（其余规则），收到的是“{one}”")
    answer: Answer = {"id": request.get("id")}
    if _CATALOGUE in parts:
        own = {name: value for name, value in request.items() if name not in ("parts", "note") and value is not None}
        answer.update(answer_catalogue_diff(own, rulebook.catalogue))
    if _LAW in parts:
        answer["law"] = _law_diff(rulebook, _day(request, "from"), _day(request, "to"))
    return answer


def _day(request: Mapping[str, Any], field: str) -> date:
    value = request.get(field)
    common = request.get("on")
    return read_day(require(request, field) if value is None and common is None else common if value is None else value, field)


def _law_diff(rulebook: Rulebook, first: date, second: date) -> Answer:
    before, after = _in_force(rulebook, first), _in_force(rulebook, second)
    replaced = [(before[key], after[key]) for key in after if key in before and before[key] != after[key]]
    return {
        "from": first.isoformat(),
        "to": second.isoformat(),
        "comes_into_force": [entry_answer(one) for key, one in after.items() if key not in before],
        "ends": [entry_answer(one) for key, one in before.items() if key not in after],
        "replaced": [
            {
                "kind": new.kind.value,
                "kind_label": new.kind.label,
                "id": new.id,
                "name": new.name,
                "before": entry_answer(old),
                "after": entry_answer(new),
            }
            for old, new in replaced
        ],
    }


def _in_force(rulebook: Rulebook, on: date) -> dict[_Key, LawEntry]:
    """The dated entries of everything but the catalogue that hold on a day, by kind and id."""
    return {
        (one.kind, one.id): one
        for one in list_entries(rulebook)
        if one.is_dated and one.kind not in _CATALOGUE_KINDS and one.is_in_force(on)
    }
