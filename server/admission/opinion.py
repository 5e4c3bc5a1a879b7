"""What does a 项目安全准入筛查意见书 say? Gathered when the decision is made, and frozen."""

from rules.admission_reviews import Reach, load_departments, load_promises
from rules.admission_workflow import AdmissionStep
from rules.industries import industry_words
from rules.restriction_terms import BuildType, Outcome
from rules.terms import ConditionMilestone, DepartmentView
from server.admission.described import describe_facts
from server.admission.evidence import checks_of, hit_reviews_of, opinions_of
from server.admission.schemas import OpinionFacts, ScreeningPair
from server.clock import day_of
from server.layout.service import measure_layout, tell_layout
from server.models.admission import AdmissionCondition, AdmissionDecision
from server.models.parks import Zone
from server.models.projects import Project, ProjectAssumption, ProjectDescription
from server.parks.service import get_park
from server.screening.access import readable_assumptions
from server.screening.service import arithmetic_words, facts_of, hits_of
from server.unit_of_work import Work


def gather_opinion(
    work: Work,
    project: Project,
    pair: ScreeningPair,
    decision: AdmissionDecision,
    step: AdmissionStep,
    conditions: tuple[AdmissionCondition, ...],
) -> OpinionFacts:
    """The facts of the paper. Nothing in them is looked up again when it is printed in ten years."""
    park = get_park(work)
    description = work.session.get_one(ProjectDescription, pair.screening.description_id)
    zone = work.session.get(Zone, project.zone_id) if project.zone_id is not None else None
    assumed = readable_assumptions(work.actor).where(ProjectAssumption.description_id == description.id)
    labels = {one.key: one.label for one in load_departments()}
    opinions = opinions_of(work, pair.screening)
    source = "，".join(part for part in (project.source_title, project.source_url, _day(project.source_day)) if part)
    return OpinionFacts(
        office_name=park.office_name,
        park_name=park.name,
        fictional=park.fictional,
        issued_by_name=work.actor.name,
        document_number=decision.document_number,
        decided_on=decision.decided_on,
        decision=step.to_state.label,
        reason=decision.reason,
        meeting=decision.meeting,
        valid_until=decision.valid_until,
        project_number=project.number,
        project_name=project.name,
        applicant_name=project.applicant_name,
        applicant_code=project.applicant_code,
        build_type=BuildType(project.build_type).label if project.build_type else "未填",
        industry_codes=tuple(map(industry_words, project.industry_codes)),
        zone_name=zone.name if zone is not None else "",
        address=project.address,
        received_on=project.received_on,
        source=source,
        description=describe_facts(facts_of(description)),
        revision=description.revision,
        screened_on=pair.screening.screened_on,
        screening_sequence=pair.screening.sequence,
        outcome=Outcome(pair.screening.outcome).label,
        outcome_confirmed=Outcome(pair.screening.outcome_confirmed).label,
        catalogue_edition=pair.screening.catalogue_edition,
        catalogue_sha256=pair.screening.catalogue_sha256,
        rulebook_edition=pair.screening.rulebook_edition,
        hits=tuple(dict(hit) | {"arithmetic": [arithmetic_words(line) for line in hit["arithmetic"]]} for hit in hits_of(pair.kept)),
        assumptions=tuple(
            (one.flag, f"{one.confirmed_by_name} {_day(day_of(one.confirmed_at))}确认")
            for one in work.session.scalars(assumed.order_by(ProjectAssumption.flag))
        ),
        hit_reviews=tuple(
            (
                one.entry_id,
                f"{'不予准入' if one.stands_against else '不影响准入'}：{one.reason}",
                f"{one.reviewed_by_name} {_day(day_of(one.reviewed_at))}",
            )
            for one in hit_reviews_of(work, pair.screening).values()
        ),
        checkers=tuple(f"{one.checked_by_name} {_day(day_of(one.checked_at))}" for one in checks_of(work, pair.screening)),
        departments=tuple(
            (
                labels.get(one.department, one.department),
                _view(one.view),
                _words_of(one.text, one.person),
            )
            for one in opinions.values()
        ),
        reviews=pair.kept.reviews,
        conditions=tuple((one.text, one.responsible, _when(one), "、".join(one.entry_ids)) for one in conditions),
        unconditioned=tuple(decision.unconditioned_ids),
        unconditioned_reason=decision.unconditioned_reason,
        edition=pair.kept.edition,
        layout=tell_layout(measure_layout(work, project.id), work.today),
        never_promised=tuple(one.label for one in load_promises() if one.reach is Reach.NEVER),
        citations=step.citations,
    )


def _view(view: str) -> str:
    return DepartmentView(view).label if view else "未回复"


def _words_of(text: str, person: str) -> str:
    return f"{text or '无具体意见'}（{person}）" if person else text or "无具体意见"


def _when(condition: AdmissionCondition) -> str:
    if condition.due_on is not None:
        return f"{_day(condition.due_on)}前"
    return ConditionMilestone(condition.milestone).label


def _day(day: object) -> str:
    return f"{day:%Y-%m-%d}" if day is not None else ""
