"""Which evidence for the next step is there, and which hits need a person's written assessment?

A hit that would refuse by the letter of the catalogue, or asks for a person, is assessed in writing before anybody is admitted; one that
refuses on confirmed law cannot be assessed away: facts, an exception or the law itself would have to change, and that is a new screening.
So it is with what came after the application: the park's newer edition is assessed in writing, a law in force today that refuses stands.
"""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from rules.restriction_terms import Effect, Outcome
from rules.rulebook import Rulebook
from rules.terms import DepartmentView
from server.admission.access import readable_checks, readable_hit_reviews, readable_opinions
from server.admission.schemas import DecisionForm, ScreeningPair
from server.errors import StateConflict
from server.models.admission import DepartmentOpinion, HitReview, ProjectCheck
from server.models.projects import Project, ProjectAssumption, ProjectDescription, ProjectScreening
from server.screening.access import readable_assumptions
from server.screening.schemas import LaterChange
from server.screening.service import current_screening, hits_of, is_screening_current, read_kept
from server.unit_of_work import Work

_NEEDS_A_PERSON = {Effect.REFUSE.label, Effect.PHASE_OUT.label, Effect.REVIEW.label}
_STANDS_AGAINST = (Outcome.REFUSE, Outcome.PHASE_OUT)


def latest(work: Work, project: Project) -> ScreeningPair:
    """The project's latest screening. Raises `StateConflict` before the first."""
    screening = current_screening(work, project)
    if screening is None:
        raise StateConflict("还没有筛查，请先提交项目情况并筛查。", reason="not_screened", state=project.state)
    return ScreeningPair(screening, read_kept(screening))


def weighed_hits(pair: ScreeningPair) -> tuple[dict[str, Any], ...]:
    """Every hit that weighs: those of the ruling, then those the catalogue of today adds or makes weigh otherwise, marked `later`."""
    later = {one.difference.entry_id: one.hit for one in changes_of(pair) if one.hit is not None}
    ruling = [dict(hit) for hit in hits_of(pair.kept)]
    # One that needs a person already is assessed once; one that weighs the same is told once.
    known = {hit["id"] for hit in ruling if hit["effect"] in _NEEDS_A_PERSON or later.get(hit["id"], {}).get("effect") == hit["effect"]}
    return (*ruling, *(hit | {"later": True} for entry_id, hit in later.items() if entry_id not in known))


def changes_of(pair: ScreeningPair) -> tuple[LaterChange, ...]:
    """What the catalogue of the day of the screening says otherwise than the one that rules."""
    return pair.kept.edition.later if pair.kept.edition is not None else ()


def hits_to_review(pair: ScreeningPair) -> tuple[dict[str, Any], ...]:
    """The hits that need a person's written assessment; what only adds a basis to others does not."""
    return tuple(hit for hit in weighed_hits(pair) if hit["effect"] in _NEEDS_A_PERSON and "derived_from" not in hit)


def unconditioned_hits(pair: ScreeningPair, form: DecisionForm) -> tuple[str, ...]:
    """The entries that ask for a condition and get none by this form."""
    covered = {entry for one in form.conditions for entry in one.entry_ids}
    asking = dict.fromkeys(hit["id"] for hit in weighed_hits(pair) if hit["effect"] == Effect.CONDITIONAL.label)
    return tuple(entry for entry in asking if entry not in covered)


def checks_of(work: Work, screening: ProjectScreening) -> tuple[ProjectCheck, ...]:
    """Who checked a screening, in order."""
    query = readable_checks(work.actor).where(ProjectCheck.screening_id == screening.id)
    return tuple(work.session.scalars(query.order_by(ProjectCheck.checked_at, ProjectCheck.id)))


def hit_reviews_of(work: Work, screening: ProjectScreening) -> dict[str, HitReview]:
    """The latest written assessment of each entry."""
    query = readable_hit_reviews(work.actor).where(HitReview.screening_id == screening.id)
    return {one.entry_id: one for one in work.session.scalars(query.order_by(HitReview.reviewed_at, HitReview.id))}


def opinions_of(work: Work, screening: ProjectScreening) -> dict[str, DepartmentOpinion]:
    """The latest word of each department that was asked."""
    query = readable_opinions(work.actor).where(DepartmentOpinion.screening_id == screening.id)
    return {one.department: one for one in work.session.scalars(query.order_by(DepartmentOpinion.recorded_at, DepartmentOpinion.id))}


def open_assumptions(work: Work, pair: ScreeningPair) -> tuple[str, ...]:
    """What was taken as *no* and nobody has confirmed for this description."""
    query = readable_assumptions(work.actor).where(ProjectAssumption.description_id == pair.screening.description_id)
    done = {one.flag for one in work.session.scalars(query)}
    return tuple(one.flag for one in pair.kept.assumptions if one.flag not in done)


def are_two(checks: Collection[ProjectCheck], screening: ProjectScreening, described_by: UUID | None) -> bool:
    """Whether two different persons checked, one of whom at least neither described the project nor screened it."""
    people = {one.checked_by for one in checks}
    return len(people) >= 2 and bool(people - {screening.screened_by, described_by})


def evidence_for(work: Work, rulebook: Rulebook, project: Project, form: DecisionForm | None = None) -> set[str]:
    """The keys of the evidence that is there now."""
    given = {"description_submitted"} if project.description_id is not None else set()
    given |= {"industry_confirmed"} if project.industry_codes else set()
    given |= {"build_type_confirmed"} if project.build_type else set()
    if form is not None:
        given |= {"reason"} if form.reason.strip() else set()
        given |= {"conditions_dated"} if form.conditions else set()
        given |= {"validity_set"}
    screening = current_screening(work, project)
    if screening is None:
        return given
    pair = ScreeningPair(screening, read_kept(screening))
    described_by = work.session.get_one(ProjectDescription, screening.description_id).made_by
    reviews, opinions = hit_reviews_of(work, screening), opinions_of(work, screening)
    needed = {hit["id"] for hit in hits_to_review(pair)}
    against = any(one.stands_against for one in reviews.values())
    forbidden = screening.outcome_confirmed in _STANDS_AGAINST or any(one.is_law for one in changes_of(pair))
    facts: Mapping[str, bool] = {
        "screening_current": is_screening_current(work, project),
        "assumptions_confirmed": not open_assumptions(work, pair),
        "two_persons": are_two(checks_of(work, screening), screening, described_by),
        "departments_named": bool(opinions),
        "conditional_answered": form is not None and (bool(form.unconditioned_reason.strip()) or not unconditioned_hits(pair, form)),
        "opinions_recorded": bool(opinions) and all(one.view for one in opinions.values()),
        "no_blocking_question": screening.blocking_questions == 0,
        "review_reasoned": needed <= set(reviews) and not against,
        "nothing_against": not forbidden and needed <= set(reviews) and not against,
        "refusal_grounded": forbidden or against or any(one.view == DepartmentView.DISAGREE and one.text for one in opinions.values()),
    }
    return given | {key for key, holds in facts.items() if holds}
