"""Which projects and conditions wait for somebody, and where are they listed? One count for the list's first line and people's homes.

Every number is the length of the list it opens. Who does the step stands in `rules.admission_workflow`: screeners and the office check and
confirm, the office asks departments, the leader decides.
"""

import msgspec

from rules.terms import ProjectState, Role
from server.admission.service import count_conditions
from server.screening.schemas import ProjectQuery
from server.screening.service import count_projects, list_projects
from server.unit_of_work import Work


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """Something that waits: how many, of what, and the list."""

    count: int
    what: str
    address: str

    @property
    def words(self) -> str:
        """As a first line says it."""
        return f"{self.count} {self.what}"


def project_todo(work: Work) -> list[Waiting]:
    """What waits for the viewer's hand, the most urgent first; who only reads sees what waits for anybody. Nothing that is empty."""
    role, counts, conditions = work.actor.role, count_projects(work), count_conditions(work)
    ready = list_projects(work, ProjectQuery(state=ProjectState.JOINT_REVIEW, is_ready=True, size=1)).total
    whom = "您" if role is Role.LEADER else "分管领导"
    to_check, to_review = (f"/projects?state={one}" for one in (ProjectState.SCREENED, ProjectState.CHECKED))
    things = [
        (conditions["overdue"], "项准入条件已逾期", "/projects/conditions?tab=overdue", True),
        (ready, f"个项目会审意见已齐，等{whom}决定", "/projects?ready=yes", role is not Role.SCREENER),
        (conditions["reported"], "项条件已报待核实", "/projects/conditions?tab=reported", role is not Role.LEADER),
        (counts[ProjectState.CHECKED], "个项目待提交会审", to_review, role not in {Role.LEADER, Role.SCREENER}),
        (counts[ProjectState.SCREENED], "个项目待双人复核", to_check, role is not Role.LEADER),
    ]
    return [Waiting(count=count, what=what, address=address) for count, what, address, is_shown in things if count and is_shown]
