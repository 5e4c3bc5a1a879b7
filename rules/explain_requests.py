"""What is this entry, where does it come from, and how is it corrected?

The JSON door `explain`: the id or name of anything the rulebook holds gives its words, citation, dates, source, whether somebody compared
it with the official text, the file and line it stands in, and what to do about a mistake. The entries themselves are listed by
`law_listing.py`.
"""

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

import msgspec

from rules.grading_requests import basis_answer
from rules.law_entries import LawEntry
from rules.law_lookup import find_place, known_names, look_up
from rules.requests import RequestError, normal_form, read_day, read_text, refuse_unknown_fields, require
from rules.rulebook import Rulebook

Answer = dict[str, Any]

_MOST_HINTS = 5


class ExplainRequest(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Anything the rulebook holds, by id (GM-10-8-4, CERA-001, CIR-2024-X-0-1, reinspection.within, lec_colour4_ge), CAS number, document
    number or Chinese name. `on` asks whether it holds on that day. `note` is not read.
    """

    what: str
    id: str | int | None = None
    on: date | None = None
    note: str | None = None


def answer_explain(request: Mapping[str, Any], rulebook: Rulebook) -> Answer:
    """What is known of an entry. Raises `RequestError` for a name nothing has."""
    refuse_unknown_fields(request, [field.name for field in msgspec.structs.fields(ExplainRequest)], "explain ")
    what = read_text(require(request, "what"), "what")
    on = None if request.get("on") is None else read_day(request["on"])
    found = look_up(rulebook, what)
    if not found:
        raise RequestError("unknown_entry", f"规则库里没有“{what}”{_hint(what, rulebook)}")
    return {
        "id": request.get("id"),
        "what": what,
        "edition": rulebook.edition,
        "entries": [_entry_answer(one, rulebook, on) for one in found],
    }


def entry_answer(entry: LawEntry) -> Answer:
    """An entry as JSON fields, without its place."""
    return {
        "kind": entry.kind.value,
        "kind_label": entry.kind.label,
        "id": entry.id,
        "name": entry.name,
        "text": entry.text,
        "citation": entry.citation,
        "effective_from": None if entry.effective_from is None else entry.effective_from.isoformat(),
        "repealed_on": None if entry.repealed_on is None else entry.repealed_on.isoformat(),
        "verified": entry.verified,
        "source": entry.source,
        "note": entry.note,
    }


def _entry_answer(entry: LawEntry, rulebook: Rulebook, on: date | None) -> Answer:
    place = find_place(entry, rulebook)
    answer = entry_answer(entry)
    if on is not None:
        answer["in_force"] = entry.is_in_force(on)
    return {
        **answer,
        "basis": basis_answer(entry.basis),
        "details": entry.details,
        "file": None if place is None else f"rules/data/{place.file}",
        "line": None if place is None else place.line,
        "how_to_correct": _how_to_correct(entry, None if place is None else f"rules/data/{place.file} 第 {place.line} 行"),
    }


def _how_to_correct(entry: LawEntry, place: str | None) -> str:
    where = f"打开 {place}，" if place is not None else ""
    if entry.effective_from is None:
        dated = "直接改错字和漏项；"
    else:
        dated = "只是录错的，直接改；法条本身变了的，旧条写 repealed_on（不再适用的第一天），另起一条写新的 effective_from；"
    checked = "" if entry.verified is not False else "对照正本核对过的，改 source 并把 verified 改为 true；"
    return f"{where}{dated}{checked}改完运行 scripts/catalogue check。各文件夹的写法见 rules/data/README.md"


def _hint(what: str, rulebook: Rulebook) -> str:
    wanted = normal_form(what)
    names = known_names(rulebook)
    near = [*get_close_matches(wanted, names, n=_MOST_HINTS), *(name for name in names if len(wanted) > 1 and wanted in name)]
    shown = []
    for name in dict.fromkeys(near[:_MOST_HINTS]):
        entry = look_up(rulebook, name)[0]
        shown.append(f"{entry.id} {entry.name}".strip())
    return f"；相近的：{'、'.join(dict.fromkeys(shown))}" if shown else ""
