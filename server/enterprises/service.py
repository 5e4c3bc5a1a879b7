"""Use cases of enterprises and other inspection targets."""

from datetime import date
from uuid import UUID

from rules.rulebook import Rulebook
from server.enterprises.schemas import EnterpriseForm, EnterpriseQuery, EnterpriseRow, Sectors, TargetForm, TargetQuery
from server.listing import Page
from server.models.enterprises import Enterprise, InspectionTarget
from server.unit_of_work import Work


def get_enterprise(work: Work, enterprise_id: UUID) -> Enterprise:
    """An enterprise the actor may see. Raises `NotFound`."""
    raise NotImplementedError


def list_enterprises(work: Work, query: EnterpriseQuery) -> Page[EnterpriseRow]:
    """One page of the enterprises the actor may see."""
    raise NotImplementedError


def create_enterprise(work: Work, rulebook: Rulebook, form: EnterpriseForm) -> Enterprise:
    """Add an enterprise and its inspection target of the same id. Raises `NotAllowed`, `InvalidInput`, `AlreadyExists`."""
    raise NotImplementedError


def update_enterprise(work: Work, rulebook: Rulebook, enterprise_id: UUID, form: EnterpriseForm) -> Enterprise:
    """Change an enterprise. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `AlreadyExists`, `ChangedMeanwhile`."""
    raise NotImplementedError


def mark_left(work: Work, enterprise_id: UUID, left_on: date, reason: str) -> Enterprise:
    """Write down that an enterprise left the park; its records stay. Raises `NotAllowed`, `NotFound`, `InvalidInput`."""
    raise NotImplementedError


def mark_returned(work: Work, enterprise_id: UUID, reason: str) -> Enterprise:
    """Write down that an enterprise is in the park after all."""
    raise NotImplementedError


def sectors_of(rulebook: Rulebook, enterprise: Enterprise | None, on: date) -> Sectors:
    """The supervision sectors of an enterprise on a day: confirmed by the office, otherwise derived; and what must still be asked."""
    raise NotImplementedError


def get_target(work: Work, target_id: UUID) -> InspectionTarget:
    """An inspection target the actor may see. Raises `NotFound`."""
    raise NotImplementedError


def list_targets(work: Work, query: TargetQuery) -> Page[InspectionTarget]:
    """One page of the inspection targets the actor may see."""
    raise NotImplementedError


def create_target(work: Work, form: TargetForm) -> InspectionTarget:
    """Add a site, public facility or construction site. Raises `NotAllowed`, `InvalidInput`."""
    raise NotImplementedError


def update_target(work: Work, target_id: UUID, form: TargetForm) -> InspectionTarget:
    """Change a site, public facility or construction site. Raises `NotAllowed`, `NotFound`, `InvalidInput`."""
    raise NotImplementedError
