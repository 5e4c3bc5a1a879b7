"""The hands of admission: a project described, screened, checked by two and reviewed, one call each."""

from typing import Any
from uuid import UUID

from rules.terms import ProjectState
from server.admission.schemas import OpinionForm
from server.admission.service import get_procedure, open_review, record_check, record_opinion, review_hit
from server.screening.schemas import NewProject
from server.screening.service import (
    complete_project,
    confirm_assumptions,
    create_project,
    get_project,
    get_project_dossier,
    run_screening,
    submit_description,
)
from tests.cast import CREDIT_CODES, World

POTTERY: dict[str, Any] = {
    "name": "年产2000万件日用陶瓷（虚构）",
    "build_type": "新建",
    "industry_codes": ["3074"],
    "products": [{"name": "日用陶瓷", "capacity": "2000", "unit": "万件/年", "scope": "全厂"}],
    "processes": ["注浆成型", "施釉", "烧成"],
    "equipment": [{"name": "辊道窑", "fuel": "天然气"}],
    "fuels": ["天然气"],
    "materials": [{"name": "高岭土"}, {"name": "釉料", "state": "固体"}],
    "flags": {},
    "location": {"in_park": True, "in_chemical_park": False, "in_compliant_park": True},
}


class Screener:
    """The steps of the procedure, one call each."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rulebook = world.services.rulebook

    def screened(self, facts: dict[str, Any] | None = None) -> UUID:
        """A project screened with every question answered that can be, and every assumption confirmed."""
        with self.world.work_as("screener") as work:
            project = create_project(
                work, NewProject(name="日用陶瓷（虚构）", applicant_name="新窑陶瓷（虚构）", applicant_code=CREDIT_CODES[0])
            )
            submit_description(work, project.id, facts or POTTERY)
            complete_project(work, project.id)
            run_screening(work, self.rulebook, project.id)
            dossier = get_project_dossier(work, self.rulebook, project.id)
            if dossier.open_assumptions:
                confirm_assumptions(work, project.id, [one.flag for one in dossier.open_assumptions])
            return project.id

    def assess(self, project_id: UUID, *, against: bool = False) -> None:
        """Every hit that needs a person is assessed in writing."""
        with self.world.work_as("office") as work:
            for hit in get_procedure(work, self.rulebook, project_id).to_review:
                review_hit(work, project_id, hit["id"], stands_against=against, reason="已核对证据，按条文例外处理")

    def checked(self, facts: dict[str, Any] | None = None) -> UUID:
        """Checked by the screener and the office."""
        project_id = self.screened(facts)
        for who in ("screener", "office"):
            with self.world.work_as(who) as work:
                record_check(work, self.rulebook, project_id)
        return project_id

    def reviewed(self, facts: dict[str, Any] | None = None) -> UUID:
        """Two departments asked, both agreed."""
        project_id = self.checked(facts)
        self.assess(project_id)
        with self.world.work_as("office") as work:
            open_review(work, self.rulebook, project_id, ["ecology", "emergency"])
            for department in ("ecology", "emergency"):
                record_opinion(work, project_id, OpinionForm(department=department, view="agree", text="同意", person="张科"))
        return project_id

    def state(self, project_id: UUID) -> ProjectState:
        with self.world.work_as("auditor", write=False) as work:
            return ProjectState(get_project(work, project_id).state)
