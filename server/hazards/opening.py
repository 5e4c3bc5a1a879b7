"""How does a finding become a hazard?

It gets a number, what its checklist item says about basis and time, and what the criteria linked to the item suggest about its level from
the facts given; a person confirms later. What was put right on the spot, with photos before and after, and is not suspected to be a major
hazard, is closed at once (16号令第三条: 能够立即整改排除). The same thing at the same place within the days of `hazard.repeat_within`
after an earlier closure is marked as a repeat. What happens to an open hazard is the other services' business.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import bindparam, select
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from rules.checklists import ChecklistItem
from rules.deadlines import UnknownLimitError
from rules.major_hazard import FindingAdvice, load_major_hazards
from rules.rulebook import Rulebook
from rules.terms import Answer, ClosureKind, HazardAction, HazardLevel, HazardSource, HazardState, Role, SupervisionSector
from rules.workflow import Subject, Transition, find_transition, missing_evidence
from server.enterprises.service import sectors_of
from server.hazards.grading import read_facts, suggested_level
from server.hazards.schemas import KeptJudgement
from server.ids import new_id
from server.models.base import table_of
from server.models.enterprises import Enterprise
from server.models.hazards import Hazard
from server.numbering import take_numbers, year_number
from server.prepared import Prepared, insert_on
from server.unit_of_work import Work

HAZARD_PREFIX = "YH"
_TITLE_LENGTH = 40
_hazard = table_of(Hazard)
_insert_hazard = Prepared(lambda database: insert_on(_hazard, database).on_conflict_do_nothing(), writes=_hazard.c.keys())
_AS_OPENED = {column.key: column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None for column in _hazard.c}
_closed_columns = (_hazard.c.id, _hazard.c.item_code, _hazard.c.location, _hazard.c.closed_on)
_closed_before = Prepared(
    lambda _: select(*_closed_columns).where(
        _hazard.c.park_id == bindparam("park"),
        _hazard.c.target_id == bindparam("target"),
        _hazard.c.state == HazardState.CLOSED.value,
        _hazard.c.closed_on >= bindparam("since"),
        _hazard.c.closed_on <= bindparam("until"),
    ),
    returns=_closed_columns,
)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where findings were made: the inspection target as registered and who answers for it, or nothing when it is not registered."""

    target_id: UUID | None = None
    enterprise_id: UUID | None = None


class NewFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A finding ready to become a hazard. Texts are clean and short enough to be stored and printed."""

    id: UUID
    item: ChecklistItem | None
    item_code: str
    checklist_edition: str
    description: str
    location: str
    facts: Mapping[str, str]
    """Every answer to the criteria's questions, as given."""
    suggested_days: int | None
    was_put_right: bool = False
    """Whether it was rectified before the inspectors left; `measure` says how."""
    measure: str = ""
    before: frozenset[str] = frozenset()
    after: frozenset[str] = frozenset()
    """Photos by sha256; what also shows the hazard, or was used elsewhere before, proves no rectification."""


class FoundBy(msgspec.Struct, frozen=True, kw_only=True):
    """When, on which occasion and from which source findings came to light."""

    found_on: date
    found_at: datetime
    inspection_id: UUID | None = None
    source: HazardSource = HazardSource.PARK_INSPECTION


class OpenedHazard(msgspec.Struct, frozen=True):
    """A hazard as it was opened. `id` differs from the finding's when that was taken."""

    id: UUID
    finding_id: UUID
    number: str
    state: HazardState


def open_hazards(
    work: Work,
    rulebook: Rulebook,
    place: Place,
    occasion: FoundBy,
    findings: Sequence[NewFinding],
    reused_photos: frozenset[str] = frozenset(),
) -> list[OpenedHazard]:
    """Open one hazard per finding, in order, each with its number and events. `reused_photos` are known from elsewhere."""
    if not findings:
        return []
    items = {finding.item_code for finding in findings if finding.item_code}
    year = occasion.found_on.year
    numbers = take_numbers(work.connection, work.park_id, "hazard", year, len(findings))
    repeated = find_repeated(work, rulebook, place.target_id, occasion.found_on, items)
    sectors = _sectors_of(work, rulebook, place, occasion.found_on, findings)
    opened = []
    for finding, number in zip(findings, numbers, strict=True):
        row = _row_of(work, rulebook, place, occasion, finding, sectors, reused_photos)
        row["number"] = year_number(HAZARD_PREFIX, year, number)
        row["previous_id"] = repeated.get((finding.item_code, same_place_key(finding.location)))
        row["repeat"] = row["previous_id"] is not None
        if not _insert_hazard.run(work.connection, row):
            # The phone's id is another record's already (an edited copy of an old document): the finding is kept under an id of ours.
            row["id"] = new_id()
            if not _insert_hazard.run(work.connection, row):
                raise RuntimeError("a hazard could not be inserted under a fresh id")
        opened.append(OpenedHazard(row["id"], finding.id, row["number"], HazardState(row["state"])))
        _record(work, row, finding)
    return opened


def find_repeated(
    work: Work, rulebook: Rulebook, target_id: UUID | None, found_on: date, items: Collection[str]
) -> dict[tuple[str, str], UUID]:
    """The last hazard closed within the days that make a repeat, by item and `same_place_key` of its location, at one target."""
    if target_id is None or not items:
        return {}
    try:
        days = rulebook.at(found_on).deadlines.get_value("hazard.repeat_within")
    except UnknownLimitError:
        # Found before the park had such a rule: the rule of today tells what a repeat is.
        days = rulebook.at(work.today).deadlines.get_value("hazard.repeat_within")
    since = found_on - timedelta(days=days)
    sought = {"park": work.park_id, "target": target_id, "since": since, "until": found_on}
    rows = sorted(_closed_before.fetch_all(work.connection, sought), key=lambda row: (row.closed_on, row.id))
    return {(row.item_code, same_place_key(row.location)): row.id for row in rows if row.item_code in items}


def unknown_facts(given: Mapping[str, str]) -> set[str]:
    """The answers the rules cannot use: to a question they do not know, or of the wrong kind."""
    return set(given) - set(read_facts(given))


def title_of(description: str, item: ChecklistItem | None) -> str:
    """What lists call the hazard: the first sentence of its description, or the item's text."""
    first = re.split(r"[。；;！!\n]", description.strip(), maxsplit=1)[0].strip() or description.strip()
    text = first or (item.text if item is not None else "") or "（未写描述）"
    return text if len(text) <= _TITLE_LENGTH else text[: _TITLE_LENGTH - 1] + "…"


def same_place_key(location: str) -> str:
    """A location in the one spelling by which two are compared: width, case, spaces and punctuation do not matter."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", location)).casefold()


def _sectors_of(work: Work, rulebook: Rulebook, place: Place, on: date, findings: Sequence[NewFinding]) -> tuple[SupervisionSector, ...]:
    if not any(finding.item is not None and finding.item.major_ids for finding in findings):
        return ()
    enterprise = None if place.enterprise_id is None else work.session.get(Enterprise, place.enterprise_id)
    return tuple(SupervisionSector(one.sector) for one in sectors_of(rulebook, enterprise, on).sectors)


def _advise(finding: NewFinding, on: date, sectors: tuple[SupervisionSector, ...]) -> FindingAdvice | None:
    """What the criteria linked to the item suggest; None where no criterion is linked."""
    item = finding.item
    if item is None or not item.major_ids:
        return None
    return load_major_hazards().judge_finding(item.major_ids, on, sectors, read_facts(finding.facts), item.is_major_conditional)


def _find_closure(finding: NewFinding, advice: FindingAdvice | None, reused: frozenset[str]) -> Transition | None:
    """The step that closes this finding on the spot, or None. A missing fact never becomes a pass: unsettled criteria keep it open."""
    if not finding.was_put_right or (advice is not None and advice.suggest_major is not Answer.NO):
        return None
    # Whoever files a document from the field acts as its inspector, also when the account is the office's.
    step = find_transition(Subject.HAZARD, HazardState.FOUND, HazardAction.CLOSE_ON_THE_SPOT, Role.INSPECTOR, HazardLevel.GENERAL)
    photos = {"before_photo": finding.before, "after_photo": finding.after - finding.before - reused}
    given = {key for key, digests in photos.items() if digests}
    return step if step is not None and not missing_evidence(step, given) else None


def _row_of(
    work: Work,
    rulebook: Rulebook,
    place: Place,
    occasion: FoundBy,
    finding: NewFinding,
    sectors: tuple[SupervisionSector, ...],
    reused: frozenset[str],
) -> dict[str, Any]:
    item = finding.item
    advice = _advise(finding, occasion.found_on, sectors)
    level = None if advice is None else suggested_level(advice)
    closure = _find_closure(finding, advice, reused)
    row: dict[str, Any] = {
        **_AS_OPENED,
        "id": finding.id,
        "park_id": work.park_id,
        "source": occasion.source.value,
        "target_id": place.target_id,
        "enterprise_id": place.enterprise_id,
        "inspection_id": occasion.inspection_id,
        "item_code": finding.item_code,
        "checklist_edition": finding.checklist_edition,
        "title": title_of(finding.description, item),
        "description": finding.description or (item.text if item is not None else ""),
        "location": finding.location,
        "basis": list(item.basis) if item is not None else [],
        "found_on": occasion.found_on,
        "found_at": occasion.found_at,
        "found_by": work.actor.id,
        "found_by_name": work.actor.name,
        "state": (HazardState.FOUND if closure is None else closure.to_state).value,
        "level": None if closure is None else HazardLevel.GENERAL.value,
        "suggested_level": None if level is None else level.value,
        "suggested_days": _days(finding, item),
        "facts": dict(finding.facts),
        "judgements": _kept(rulebook, advice),
        "original_due_on": None,
        "due_on": None,
        "accepted_on": None,
        "verified_on": None,
        "closed_on": None,
        "closure_kind": None,
        "closed_by": None,
        "spot_measure": finding.measure if finding.was_put_right else None,
    }
    if closure is not None:
        day = occasion.found_on
        row |= {"original_due_on": day, "due_on": day, "accepted_on": day, "verified_on": day, "closed_on": day}
        row |= {"closure_kind": ClosureKind.ON_THE_SPOT.value, "closed_by": work.actor.id}
    return row


def _days(finding: NewFinding, item: ChecklistItem | None) -> int | None:
    if finding.suggested_days is not None:
        return finding.suggested_days
    return None if item is None else item.suggested_deadline_days


def _kept(rulebook: Rulebook, advice: FindingAdvice | None) -> list[Any]:
    """What the criteria said, with the rules' edition, in plain values that can be kept for ever."""
    judgements = () if advice is None else advice.judgements
    kept = (KeptJudgement(edition=rulebook.edition, judgement=msgspec.to_builtins(one)) for one in judgements)
    return [msgspec.to_builtins(one) for one in kept]


def _record(work: Work, row: dict[str, Any], finding: NewFinding) -> None:
    work.record(
        "hazard",
        row["id"],
        "hazard:registered",
        number=row["number"],
        source=row["source"],
        target_id=row["target_id"],
        title=row["title"],
        description=row["description"],
        location=row["location"],
        item_code=row["item_code"],
        found_on=row["found_on"],
        inspection_id=row["inspection_id"],
        suggested_level=row["suggested_level"],
        previous_id=row["previous_id"],
    )
    if row["state"] == HazardState.CLOSED.value:
        work.record("hazard", row["id"], "hazard:closed_on_the_spot", measure=finding.measure, closed_on=row["closed_on"])
