"""Use cases of screening: run one, say whether it still stands, and read what it said.

A screening is kept whole: its answer with every entry's words, the revision it is of, the catalogue by edition and fingerprint. It decides
nothing by itself; where the project stands changes only by the steps of `rules.admission_workflow`.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import func, select

from rules.admission_reviews import triage
from rules.admission_workflow import ADMITTED_STATES
from rules.edition_day import edition_basis
from rules.project import Project as ProjectFacts
from rules.restriction import Screening, screen
from rules.restriction_data import Flag
from rules.rulebook import Rulebook
from rules.screening_requests import screening_fields
from rules.terms import ProjectAction, ProjectState, ScreeningOccasion
from server.canonical import canonical_bytes, sha256_hex
from server.catalogue.schemas import ParkCatalogue
from server.catalogue.service import confirmation_words
from server.errors import StateConflict
from server.ids import new_id
from server.models.projects import Project, ProjectScreening
from server.screening.access import demand_writer
from server.screening.catalogues import CataloguePair, edition_day_of, pair_for
from server.screening.comparing import differences_of
from server.screening.describing import facts_of, latest_description, lock_project, read_facts
from server.screening.moves import take_step
from server.screening.schemas import KeptAssumption, KeptEdition, KeptReview, KeptScreening, LaterChange
from server.unit_of_work import Work

_CLOSED = frozenset({ProjectState.WITHDRAWN, ProjectState.DECIDED_REFUSED, ProjectState.DECIDED_RETURNED})
_BEHIND_SCREENING = (ProjectState.CHECKED, ProjectState.JOINT_REVIEW)


def judge(facts: ProjectFacts, used: CataloguePair) -> tuple[Screening, KeptScreening]:
    """What the ruling catalogue says to these facts, and the same as it is kept, with what the catalogue of today says otherwise.

    Whatever either of them must ask is asked, and whatever either takes as *no* must be confirmed. Changes nothing.
    """
    result = screen(facts, used.chosen.day, used.ruling.catalogue, near_misses=True)
    latest = result if used.is_same else screen(facts, used.today, used.latest.catalogue)
    said, today = _told(result, used.ruling), _told(latest, used.latest)
    fields = said | {"questions": _every_question(said["questions"], today["questions"])}
    flags = used.latest.catalogue.index.flags | used.ruling.catalogue.index.flags
    kept = KeptScreening(
        screening=fields,
        reviews=tuple(
            KeptReview(
                id=one.review.id,
                label=one.review.label,
                what=one.review.what,
                who=one.review.who,
                answer=one.answer,
                reasons=one.reasons,
                asks=one.asks,
                citation=one.citation,
                verified=one.review.basis.verified,
            )
            # The statutory reviews lie ahead: they follow the law of today.
            for one in triage(latest)
        ),
        assumptions=tuple(_assumption(flags[name].flag) for name in dict.fromkeys((*result.assumptions, *latest.assumptions))),
        not_used=facts.not_used,
        edition=_edition(used, latest, said["hits"], today["hits"]),
    )
    return result, kept


def _told(result: Screening, catalogue: ParkCatalogue) -> dict[str, Any]:
    """A screening as fields; each hit says who compared its entry with the official text, when and on what source, if somebody did."""
    fields = screening_fields(result)
    words = confirmation_words(catalogue, [hit["id"] for hit in fields["hits"]])
    return fields | {"hits": [hit | {"confirmation": words.get(hit["id"]) or _by_the_data(hit)} for hit in fields["hits"]]}


def _by_the_data(hit: Mapping[str, Any]) -> str:
    """What the catalogue's own data say of an entry nobody of the park compared."""
    return f"已核，来源：{hit['source']}" if hit["verified"] else ""


def _every_question(ruling: list[dict[str, Any]], latest: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The questions of both, each once; blocking when it blocks either."""
    asked: dict[tuple[str, str], dict[str, Any]] = {}
    for one in (*ruling, *latest):
        key = (one["field"], one["question"])
        known = asked.get(key)
        asked[key] = one if known is None else known | {"blocking": known["blocking"] or one["blocking"]}
    return list(asked.values())


def _edition(
    used: CataloguePair, latest: Screening, ruling: Sequence[Mapping[str, Any]], today: Sequence[Mapping[str, Any]]
) -> KeptEdition:
    after = {str(hit["id"]): hit for hit in today}
    changes = differences_of({str(hit["id"]): hit for hit in ruling}, after)
    basis = edition_basis()
    return KeptEdition(
        day=used.chosen.day,
        ground=used.chosen.ground,
        why=used.chosen.why,
        edition=used.ruling.edition,
        citation=basis.citation,
        verified=basis.verified,
        today=used.today,
        today_edition=used.latest.edition,
        today_outcome=latest.outcome,
        today_outcome_confirmed=latest.outcome_confirmed,
        later=tuple(LaterChange(difference=one, hit=_plain(after.get(one.entry_id))) for one in changes),
    )


def _plain(hit: Mapping[str, Any] | None) -> dict[str, Any] | None:
    return None if hit is None else dict(hit)


def _assumption(flag: Flag) -> KeptAssumption:
    return KeptAssumption(flag=flag.name, question=flag.question, whom=flag.whom)


def run_screening(
    work: Work, rulebook: Rulebook, project_id: UUID, *, occasion: ScreeningOccasion = ScreeningOccasion.INTAKE, reason: str = ""
) -> ProjectScreening:
    """Screen the latest description against the catalogue of the day `rules.edition_day` chooses, and keep what was said.

    A project whose papers are complete is then 已筛查; one already checked goes back there, because its checks were of another screening.
    An admitted one stays admitted, and the difference is for a person to decide. Raises `NotAllowed`, `NotFound`, `StateConflict`,
    `StepNotYours`.
    """
    demand_writer(work.actor)
    project = lock_project(work, project_id)
    state = ProjectState(project.state)
    if state in _CLOSED:
        raise StateConflict(f"项目“{state.label}”，不再筛查；请先重新申报。", reason="state", state=state.value)
    screening = record_screening(work, rulebook, project, occasion=occasion, reason=reason)
    if state in ADMITTED_STATES:
        return screening
    if state in _BEHIND_SCREENING:
        take_step(work, project, ProjectAction.SEND_BACK, {"reason"}, reason="重新筛查，须重新复核")
        state = ProjectState(project.state)
    if state is ProjectState.COMPLETE:
        take_step(work, project, ProjectAction.SCREEN, {"description_submitted", "screening_current"}, screening=screening.sequence)
    return screening


def record_screening(
    work: Work, rulebook: Rulebook, project: Project, *, occasion: ScreeningOccasion, reason: str = ""
) -> ProjectScreening:
    """Screen and keep; the project's state stays. The caller holds the project. Raises `StateConflict` without a description."""
    description = latest_description(work, project.id)
    if description is None:
        raise StateConflict("还没有提交项目情况，不能筛查；请先填写并提交。", reason="no_description", state=project.state)
    used = pair_for(work, edition_day_of(work, project))
    result, kept = judge(read_facts(facts_of(description)), used)
    body = canonical_bytes(kept)
    count = work.session.scalar(select(func.max(ProjectScreening.sequence)).where(ProjectScreening.project_id == project.id)) or 0
    screening = ProjectScreening(
        id=new_id(),
        park_id=project.park_id,
        project_id=project.id,
        description_id=description.id,
        sequence=count + 1,
        occasion=occasion,
        reason=reason.strip(),
        screened_on=work.today,
        screened_at=work.now,
        screened_by=work.actor.id,
        screened_by_name=work.actor.name,
        catalogue_edition=used.ruling.edition,
        catalogue_sha256=used.ruling.fingerprint,
        today_sha256=used.latest.fingerprint,
        rulebook_edition=rulebook.edition,
        outcome=result.outcome,
        outcome_confirmed=result.outcome_confirmed,
        blocking_questions=sum(one["blocking"] for one in kept.screening["questions"]),
        entry_ids=[one.entry.id for one in result.hits],
        answer=body,
        sha256=sha256_hex(body),
    )
    work.session.add(screening)
    project.screening_id = screening.id
    project.outcome, project.outcome_confirmed = screening.outcome, screening.outcome_confirmed
    project.screened_on, project.updated_at = work.today, work.now
    work.session.flush()
    work.record(
        "project",
        project.id,
        "project:screened",
        sequence=screening.sequence,
        occasion=occasion.value,
        outcome=result.outcome.label,
        outcome_confirmed=result.outcome_confirmed.label,
        entries=screening.entry_ids,
        catalogue=used.ruling.edition,
        catalogue_sha256=used.ruling.fingerprint,
        catalogue_day=used.chosen.why,
        sha256=screening.sha256,
    )
    return screening


def read_kept(screening: ProjectScreening) -> KeptScreening:
    """What a screening said."""
    return msgspec.json.decode(screening.answer, type=KeptScreening)


def current_screening(work: Work, project: Project) -> ProjectScreening | None:
    """The project's latest screening, None before the first."""
    return work.session.get(ProjectScreening, project.screening_id) if project.screening_id is not None else None


def is_screening_current(work: Work, project: Project) -> bool:
    """Whether the latest screening is of the latest description, by the catalogue that rules over it, laid beside that of today.

    What an admission was decided on stays by the catalogue of its application; of an admitted project only today's may have moved.
    """
    screening = current_screening(work, project)
    if screening is None or screening.description_id != project.description_id:
        return False
    used = pair_for(work, edition_day_of(work, project))
    rules_still = ProjectState(project.state) in ADMITTED_STATES or screening.catalogue_sha256 == used.ruling.fingerprint
    return rules_still and screening.today_sha256 == used.latest.fingerprint


def hits_of(kept: KeptScreening) -> list[Mapping[str, Any]]:
    """The hits of a kept screening, strictest first."""
    hits: list[Mapping[str, Any]] = kept.screening["hits"]
    return hits
