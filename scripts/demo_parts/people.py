"""Who can sign in to the demonstration: one account per role, four inspectors, and the enterprises' people."""

import msgspec

from rules.terms import EnterprisePosition, Role

PASSWORD = "parksafe-demo"  # noqa: S105 - printed at every start; the demonstration listens on this machine only
"""The password of every account of the demonstration."""
PRINTED_ENTERPRISES = 6
"""How many enterprises have a principal's account too, and are named at the start."""


class StaffPlan(msgspec.Struct, frozen=True, kw_only=True):
    """An account of the park's own staff."""

    username: str
    name: str
    role: Role
    phone: str
    certificate_no: str = ""


STAFF = (
    StaffPlan(username="admin", name="吴管理", role=Role.ADMIN, phone="10000000001"),
    StaffPlan(username="office", name="周安办", role=Role.OFFICE, phone="10000000002", certificate_no="示园工作证第002号"),
    StaffPlan(username="leader", name="刘主任", role=Role.LEADER, phone="10000000003"),
    StaffPlan(username="inspector", name="王检", role=Role.INSPECTOR, phone="10000000004", certificate_no="示园工作证第011号"),
    StaffPlan(username="inspector2", name="赵查", role=Role.INSPECTOR, phone="10000000005", certificate_no="示园工作证第012号"),
    StaffPlan(username="inspector3", name="钱巡", role=Role.INSPECTOR, phone="10000000006", certificate_no="示园工作证第013号"),
    StaffPlan(username="inspector4", name="孙访", role=Role.INSPECTOR, phone="10000000007", certificate_no="示园工作证第014号"),
    StaffPlan(username="screener", name="冯筛查", role=Role.SCREENER, phone="10000000008"),
    StaffPlan(username="liaison", name="郑联络", role=Role.LIAISON, phone="10000000009"),
    StaffPlan(username="auditor", name="何审计", role=Role.AUDITOR, phone="10000000010"),
)
SECOND_STAFF = (
    StaffPlan(username="office-b", name="邻安办", role=Role.OFFICE, phone="10000000021"),
    StaffPlan(username="inspector-b", name="邻检", role=Role.INSPECTOR, phone="10000000022"),
)


def safety_username(place: int) -> str:
    """The login name of an enterprise's safety officer; the first one is simply `enterprise`."""
    return "enterprise" if place == 0 else f"enterprise{place + 1}"


def principal_username(place: int) -> str:
    """The login name of an enterprise's principal officer; the first one is simply `principal`."""
    return "principal" if place == 0 else f"principal{place + 1}"


POSITIONS = {EnterprisePosition.SAFETY_OFFICER: safety_username, EnterprisePosition.PRINCIPAL_OFFICER: principal_username}
