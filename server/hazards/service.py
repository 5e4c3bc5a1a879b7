"""Use cases of hazards: list, look, register, grade, void."""

from collections.abc import Mapping
from uuid import UUID

from rules.rulebook import Rulebook
from server.hazards.schemas import ConfirmForm, GradingAdvice, HazardDossier, HazardQuery, HazardRow, HomeFigures, RegisterForm
from server.listing import Page
from server.models.documents import Inspection
from server.models.hazards import Hazard
from server.unit_of_work import Work


def get_hazard(work: Work, hazard_id: UUID) -> Hazard:
    """A hazard the actor may see. Raises `NotFound`."""
    raise NotImplementedError


def list_hazards(work: Work, query: HazardQuery) -> Page[HazardRow]:
    """One page of the hazards the actor may see."""
    raise NotImplementedError


def home_figures(work: Work) -> HomeFigures:
    """The numbers of the home page, for staff and enterprise alike."""
    raise NotImplementedError


def get_dossier(work: Work, rulebook: Rulebook, hazard_id: UUID) -> HazardDossier:
    """Everything a hazard's page shows. Raises `NotFound`."""
    raise NotImplementedError


def register_hazard(work: Work, rulebook: Rulebook, form: RegisterForm) -> Hazard:
    """Register a hazard without a phone. Raises `StepNotYours`, `NotFound`, `InvalidInput`, `AlreadyExists`."""
    raise NotImplementedError


def advise_grading(work: Work, rulebook: Rulebook, hazard_id: UUID) -> GradingAdvice:
    """What the rules say about a hazard not yet graded, and what they still ask. Raises `NotFound`."""
    raise NotImplementedError


def save_facts(work: Work, rulebook: Rulebook, hazard_id: UUID, answers: Mapping[str, str], *, version: int | None = None) -> Hazard:
    """Keep answers (yes, no, unknown, a number; empty takes one back). Raises `NotAllowed`, `InvalidInput`, `StateConflict`, `ChangedMeanwhile`."""
    raise NotImplementedError


def confirm_hazard(work: Work, rulebook: Rulebook, hazard_id: UUID, form: ConfirmForm) -> Hazard:
    """A person grades the hazard. Raises `InvalidInput`, `StateConflict`, `StepNotYours`, `EvidenceMissing`, `ChangedMeanwhile`."""
    raise NotImplementedError


def void_hazard(work: Work, hazard_id: UUID, reason: str, *, version: int | None = None) -> Hazard:
    """Void a finding that is none; it stays readable. Raises `StateConflict`, `StepNotYours`, `EvidenceMissing`, `ChangedMeanwhile`."""
    raise NotImplementedError


def assign_target(work: Work, inspection_id: UUID, target_id: UUID) -> Inspection:
    """Say which target an inspection of an unknown one was about; its hazards follow. Raises `NotAllowed`, `NotFound`, `StateConflict`."""
    raise NotImplementedError
