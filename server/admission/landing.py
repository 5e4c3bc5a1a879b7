"""How does an admitted project become an enterprise of the park, with its conditions and its chemicals carried over?

The enterprise is registered with what the project stated; the chemicals with a largest storage become one unit of its inventory, to be
confirmed on site; conditions stay with the project and are shown with the enterprise. A first inspection is proposed, a person plans it.
"""

from decimal import Decimal
from uuid import UUID

from rules.admission_workflow import ADMITTED_STATES
from rules.project import Material
from rules.rulebook import Rulebook
from rules.terms import ProjectState, Role
from server.admission.schemas import LandingForm
from server.enterprises.schemas import EnterpriseForm
from server.enterprises.service import create_enterprise, get_enterprise
from server.errors import FieldError, InvalidInput, StateConflict
from server.grading.schemas import ChemicalForm, ChemicalUnitForm
from server.grading.service import save_chemical_unit
from server.models.enterprises import Enterprise
from server.models.projects import Project
from server.screening.service import facts_of, latest_description, lock_project, read_facts
from server.steps import demand_role
from server.unit_of_work import Work

UNIT_NAME = "项目申报物料（待现场核对）"


def land_project(work: Work, rulebook: Rulebook, project_id: UUID, form: LandingForm) -> Enterprise:
    """Register the enterprise of an admitted project, or name the one it belongs to, and carry its inventory over.

    Raises `NotAllowed`, `NotFound`, `StateConflict`, `InvalidInput`, `AlreadyExists`.
    """
    demand_role(work.actor, {Role.OFFICE}, "登记落地企业")
    project = lock_project(work, project_id)
    if ProjectState(project.state) not in ADMITTED_STATES:
        raise StateConflict("只有准入或附条件准入的项目才能登记为企业。", reason="state", state=project.state)
    if project.enterprise_id is not None:
        return get_enterprise(work, project.enterprise_id)
    enterprise = (
        get_enterprise(work, form.enterprise_id) if form.enterprise_id is not None else create_enterprise(work, _form(project, form))
    )
    project.enterprise_id = enterprise.id
    project.updated_at = work.now
    work.session.flush()
    carried = _carry_chemicals(work, rulebook, project, enterprise)
    work.record("project", project.id, "project:landed", enterprise_id=enterprise.id, name=enterprise.name, chemicals=carried)
    return enterprise


def _form(project: Project, form: LandingForm) -> EnterpriseForm:
    name = form.name.strip() or project.applicant_name
    if not name:
        raise InvalidInput([FieldError("name", "请填写企业名称")])
    return EnterpriseForm(
        name=name,
        credit_code=form.credit_code.strip() or project.applicant_code,
        industry_code=project.industry_codes[0] if project.industry_codes else "",
        zone_id=project.zone_id,
        address=project.address,
        principal_officer=form.principal_officer,
        principal_phone=form.principal_phone,
        safety_officer=form.safety_officer,
        safety_phone=form.safety_phone,
        latitude=project.latitude,
        longitude=project.longitude,
        # Said with the project and shown on its map; when it lies far outside the park, the enterprise's page says so.
        is_far_confirmed=True,
    )


def _carry_chemicals(work: Work, rulebook: Rulebook, project: Project, enterprise: Enterprise) -> int:
    """Put the stored materials the standard's table knows into one unit; others stay with the project. Returns how many."""
    description = latest_description(work, project.id)
    if description is None:
        return 0
    wanted = [form for one in read_facts(facts_of(description)).materials if (form := _chemical(one)) is not None]
    while wanted:
        try:
            save_chemical_unit(work, rulebook, enterprise.id, ChemicalUnitForm(name=UNIT_NAME, chemicals=tuple(wanted)))
        except InvalidInput as refusal:
            # What the standard's tables do not take keeps nothing else from being carried; it stays readable with the project.
            wrong = {int(error.field.split(".")[1]) for error in refusal.errors if error.field.startswith("chemicals.")}
            if not wrong:
                return 0
            wanted = [one for place, one in enumerate(wanted) if place not in wrong]
        else:
            return len(wanted)
    return 0


def _chemical(one: Material) -> ChemicalForm | None:
    if one.max_storage_t is None or one.max_storage_t <= Decimal(0):
        return None
    return ChemicalForm(name=one.name, cas=one.cas, quantity_t=one.max_storage_t)
