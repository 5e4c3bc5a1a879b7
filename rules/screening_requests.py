"""How is a screening asked for, and answered, as JSON?

`answer_screen` and `answer_catalogue_diff` turn a request of the rulings door into plain dictionaries: labels in Chinese, numbers
already in words, dates as text. They read nothing but the request and the catalogue; bad input is a `RequestError` with a code.
"""

from collections.abc import Mapping
from typing import Any

from rules.catalogue_editions import CatalogueDiff, diff_catalogues, park_edition
from rules.project_reading import read_project
from rules.requests import RequestError, read_day, read_text, require
from rules.restriction import Catalogue, Hit, NearMiss, Screening, screen
from rules.restriction_data import Entry
from rules.restriction_grounds import MatchedWord
from rules.restriction_terms import DateStatus

_DIFF_FIELDS = frozenset({"id", "from", "to", "on", "edition", "edition_from", "edition_to"})


def answer_screen(request: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """Screen the project of a request. Raises `RequestError` for what cannot be read."""
    on = read_day(require(request, "on"))
    near = request.get("near_misses") is True
    edition = request.get("edition")
    if edition is not None:
        catalogue = park_edition(read_text(edition, "edition"), catalogue)
    project = read_project(request)
    answer = screening_fields(screen(project, on, catalogue, near_misses=near))
    answer["id"] = request.get("id")
    if project.not_used:
        answer["not_used"] = list(project.not_used)
    unknown = [name for name in project.flags if catalogue.index.flag_named(name) is None]
    if unknown:
        answer["not_used"] = [*answer.get("not_used", ()), *(f"flags.{name}" for name in unknown)]
    return answer


def screening_fields(result: Screening) -> dict[str, Any]:
    """A screening as JSON fields."""
    answer: dict[str, Any] = {
        "on": result.on.isoformat(),
        "edition": result.edition,
        "outcome": result.outcome.label,
        "outcome_confirmed": result.outcome_confirmed.label,
        "hits": [hit_fields(hit) for hit in result.hits],
        "questions": [
            {
                "question": one.question.text,
                "whom": one.question.whom,
                "field": one.question.field,
                "entries": list(one.entry_ids),
                "blocking": one.is_blocking,
            }
            for one in result.questions
        ],
        "assumptions": [f"“{name}”没有填，申报中没有线索，按否处理" for name in result.assumptions],
        "layout": list(result.layout),
    }
    if result.near_misses is not None:
        answer["near_misses"] = [_near_miss_fields(one) for one in result.near_misses]
    return answer


def hit_fields(hit: Hit) -> dict[str, Any]:
    """A hit with everything a reviewer and an administrative review need."""
    entry = hit.entry
    fields = entry_fields(entry)
    fields["effect"] = hit.effect.label
    fields["effect_confirmed"] = hit.effect_confirmed.label
    fields["status"] = "待补正" if hit.is_open else "命中"
    fields["matched"] = [_matched_fields(one) for one in hit.matched]
    fields["arithmetic"] = list(hit.arithmetic)
    fields["exceptions"] = list(hit.considered)
    if hit.derived_from:
        fields["derived_from"] = list(hit.derived_from)
    if hit.waiver is not None:
        fields["waiver"] = {"reason": hit.waiver.reason, "approver": hit.waiver.approver}
    return fields


def entry_fields(entry: Entry) -> dict[str, Any]:
    """What identifies an entry and what it is worth."""
    fields: dict[str, Any] = {
        "id": entry.id,
        "kind": entry.kind.label,
        "layer": entry.layer.label,
        "title": entry.title,
        "doc_no": entry.doc_no,
        "clause": entry.clause,
        "subject": entry.subject,
        "condition": entry.condition,
        "effective_from": entry.effective_from.isoformat(),
        "verified": entry.verified,
        "confidence": entry.confidence.label,
        "source": entry.source,
    }
    if entry.repealed_on is not None:
        fields["repealed_on"] = entry.repealed_on.isoformat()
    if entry.date_status is not DateStatus.GIVEN:
        fields["date_status"] = entry.date_status.label
    if entry.corroborated_2019:
        fields["corroborated_2019"] = True
    if entry.note:
        fields["note"] = entry.note
    return fields


def answer_catalogue_diff(request: Mapping[str, Any], catalogue: Catalogue) -> dict[str, Any]:
    """What changed in the catalogue between two days or two editions. Raises `RequestError`."""
    for field in request:
        if field not in _DIFF_FIELDS:
            raise RequestError("unknown_field", f"diff 不认识字段 {field}；可用的字段：{'、'.join(sorted(_DIFF_FIELDS))}")
    common = request.get("on")
    first_day = read_day(request.get("from", common) if request.get("from", common) is not None else require(request, "from"), "from")
    second_day = read_day(request.get("to", common) if request.get("to", common) is not None else require(request, "to"), "to")
    named = request.get("edition")
    first, second = request.get("edition_from", named), request.get("edition_to", named)
    before = catalogue if first is None else park_edition(read_text(first, "edition_from"), catalogue)
    after = catalogue if second is None else park_edition(read_text(second, "edition_to"), catalogue)
    answer = diff_fields(diff_catalogues(before, first_day, after, second_day))
    answer["id"] = request.get("id")
    return answer


def diff_fields(diff: CatalogueDiff) -> dict[str, Any]:
    """A difference as JSON fields."""
    return {
        "from": {"on": diff.from_day.isoformat(), "edition": diff.from_edition},
        "to": {"on": diff.to_day.isoformat(), "edition": diff.to_edition},
        "added": [{**entry_fields(one), "touches": list(touched)} for one, touched in diff.added],
        "removed": [{**entry_fields(one), "touches": list(touched)} for one, touched in diff.removed],
        "changed": [
            {"id": one.after.id, "subject": one.after.subject, "changes": list(one.changes), "touches": list(one.touches)}
            for one in diff.changed
        ],
        "waived": [{"id": one.entry_id, "reason": one.reason, "approver": one.approver} for one in diff.waived],
        "undated": list(diff.undated),
    }


def _matched_fields(one: MatchedWord) -> dict[str, str]:
    fields = {"field": one.field, "text": one.text, "word": one.word}
    if one.note:
        fields["note"] = one.note
    return fields


def _near_miss_fields(one: NearMiss) -> dict[str, Any]:
    return {
        "id": one.entry.id,
        "subject": one.entry.subject,
        "clause": one.entry.clause,
        "failed": one.failed,
        "matched": [_matched_fields(mark) for mark in one.matched],
    }
