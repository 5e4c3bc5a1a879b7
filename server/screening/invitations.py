"""Use cases of an applicant who describes its own project: invite, look, keep what is typed, submit, and the park accepts or declines.

The link carries a token of 256 random bits of which only the sha256 is kept; it opens one project's form until it expires, is revoked or
was used. What comes in is kept as stated and becomes a description only when somebody of the park accepts it; no ruling is shown there.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select

from rules.admission_workflow import OPEN_STATES
from rules.terms import ProjectState, Role
from server.accounts.secrets import new_token, token_hash
from server.canonical import canonical_bytes, sha256_hex
from server.errors import FieldError, InvalidInput, NotFound, StateConflict
from server.identity import Actor
from server.ids import new_id
from server.models.projects import Project, ProjectDescription, ProjectInvitation
from server.screening.access import demand_writer, readable_invitations
from server.screening.describing import LARGEST_DESCRIPTION, get_project, lock_project, read_facts, submit_description
from server.screening.mistakes import mistakes_in
from server.screening.paths import with_rows
from server.screening.schemas import Facts, Origin
from server.unit_of_work import Work

LONGEST_DAYS = 60


def invite(work: Work, project_id: UUID, sent_to: str, days: int) -> tuple[ProjectInvitation, str]:
    """Make a link for the applicant; the token is told this once. Raises `NotAllowed`, `NotFound`, `InvalidInput`, `StateConflict`."""
    demand_writer(work.actor)
    project = lock_project(work, project_id)
    if ProjectState(project.state) not in OPEN_STATES:
        raise StateConflict("项目已经决定或撤回，不能再请申报单位填写。", reason="state", state=project.state)
    errors = [] if sent_to.strip() else [FieldError("sent_to", "请写明发给谁，例如 湘瓷 李经理")]
    if not 1 <= days <= LONGEST_DAYS:
        errors.append(FieldError("days", f"有效天数应在 1 和 {LONGEST_DAYS} 之间"))
    if errors:
        raise InvalidInput(errors)
    token = new_token()
    invitation = ProjectInvitation(
        id=new_id(),
        park_id=project.park_id,
        project_id=project.id,
        token_hash=token_hash(token),
        sent_to=sent_to.strip()[:80],
        expires_at=work.now + timedelta(days=days),
        created_at=work.now,
        created_by=work.actor.id,
        created_by_name=work.actor.name,
        fields={},
    )
    work.session.add(invitation)
    work.session.flush()
    work.record("project", project.id, "project:applicant_invited", name=invitation.sent_to)
    return invitation, token


def revoke_invitation(work: Work, project_id: UUID, invitation_id: UUID) -> None:
    """The link opens nothing any more. Raises `NotAllowed`, `NotFound`."""
    demand_writer(work.actor)
    invitation = get_invitation(work, project_id, invitation_id)
    if invitation.revoked_at is None:
        invitation.revoked_at = work.now
        work.session.flush()
        work.record("project", project_id, "project:invitation_revoked", name=invitation.sent_to)


def get_invitation(work: Work, project_id: UUID, invitation_id: UUID) -> ProjectInvitation:
    """An invitation of a project the actor may see. Raises `NotFound`."""
    query = readable_invitations(work.actor).where(ProjectInvitation.id == invitation_id, ProjectInvitation.project_id == project_id)
    found = work.session.scalar(query)
    if found is None:
        raise NotFound("这份邀请")
    return found


def list_invitations(work: Work, project_id: UUID) -> list[ProjectInvitation]:
    """The invitations of a project, newest first."""
    query = readable_invitations(work.actor).where(ProjectInvitation.project_id == project_id)
    return list(work.session.scalars(query.order_by(ProjectInvitation.created_at.desc())))


def open_invitation(work: Work, token: str, *, is_held: bool = False) -> tuple[ProjectInvitation, Project]:
    """What a link opens, for whoever holds it; the work acts from now on as the applicant. Raises `NotFound`, whatever is wrong with it."""
    query = select(ProjectInvitation).where(ProjectInvitation.token_hash == token_hash(token))
    invitation = work.session.scalar(query.with_for_update() if is_held else query)
    if invitation is None or invitation.revoked_at is not None or invitation.expires_at <= work.now:
        raise NotFound("这个申报链接（可能已过期、被撤回或抄错），请向园区要新的链接")
    project = work.session.get_one(Project, invitation.project_id)
    work.act_as(Actor(id=None, park_id=invitation.park_id, name=f"申报单位（{invitation.sent_to}）", role=Role.SYSTEM))
    return invitation, project


def keep_typed(work: Work, invitation: ProjectInvitation, fields: Mapping[str, Any]) -> None:
    """Keep what the applicant is typing. Raises `StateConflict` after it was submitted, `InvalidInput` out of all size."""
    demand_unsubmitted(invitation)
    if len(canonical_bytes(fields)) > LARGEST_DESCRIPTION:
        raise InvalidInput([FieldError("fields", "内容太多，存不下；请把长文件作为附件上传")])
    invitation.fields = dict(fields)
    work.session.flush()


def submit_invited(work: Work, invitation: ProjectInvitation, facts: Facts, who: str) -> None:
    """The applicant stands for what it stated. Raises `StateConflict`, `InvalidInput`."""
    demand_unsubmitted(invitation)
    facts = with_rows(facts)
    mistakes = mistakes_in(facts, read_facts(facts))
    if not who.strip():
        mistakes.append(FieldError("submitted_by", "请写明填报人姓名"))
    if mistakes:
        raise InvalidInput(mistakes)
    body = canonical_bytes(facts)
    invitation.facts, invitation.sha256 = body, sha256_hex(body)
    invitation.submitted_at, invitation.submitted_by_name = work.now, who.strip()[:40]
    work.session.flush()
    name, sha256 = invitation.submitted_by_name, invitation.sha256
    work.record("project", invitation.project_id, "project:applicant_submitted", name=name, sha256=sha256)


def stated_by(invitation: ProjectInvitation) -> dict[str, Any]:
    """The facts the applicant submitted; empty before."""
    facts: dict[str, Any] = msgspec.json.decode(invitation.facts) if invitation.facts is not None else {}
    return facts


def accept_submission(work: Work, project_id: UUID, invitation_id: UUID) -> ProjectDescription:
    """What the applicant stated becomes a revision, told as the applicant's. Raises as `submit_description`, and `StateConflict`."""
    demand_writer(work.actor)
    invitation = _undecided(work, project_id, invitation_id)
    reason = f"{invitation.sent_to} {invitation.submitted_by_name} 填报，{work.actor.name} 核收"
    description = submit_description(work, project_id, stated_by(invitation), origin=Origin.APPLICANT, reason=reason)
    invitation.description_id = description.id
    _decide(work, invitation)
    work.record("project", project_id, "project:submission_accepted", revision=description.revision, sha256=invitation.sha256)
    return description


def decline_submission(work: Work, project_id: UUID, invitation_id: UUID, reason: str) -> None:
    """What the applicant stated is not taken; it stays readable. A new link may be sent. Raises `InvalidInput`, `StateConflict`."""
    demand_writer(work.actor)
    invitation = _undecided(work, project_id, invitation_id)
    if not reason.strip():
        raise InvalidInput([FieldError("reason", "请写明退回的理由，申报单位能看到")])
    invitation.declined_reason = reason.strip()
    _decide(work, invitation)
    work.record("project", project_id, "project:submission_declined", reason=reason.strip())


def _undecided(work: Work, project_id: UUID, invitation_id: UUID) -> ProjectInvitation:
    get_project(work, project_id)
    invitation = get_invitation(work, project_id, invitation_id)
    if invitation.submitted_at is None or invitation.decided_at is not None:
        raise StateConflict("申报单位还没有提交，或者已经办过了。", reason="not_submitted")
    return invitation


def _decide(work: Work, invitation: ProjectInvitation) -> None:
    invitation.decided_at, invitation.decided_by, invitation.decided_by_name = work.now, work.actor.id, work.actor.name
    work.session.flush()


def demand_unsubmitted(invitation: ProjectInvitation) -> None:
    """Raises `StateConflict` once the applicant submitted."""
    if invitation.submitted_at is not None:
        raise StateConflict("您已经提交，不能再改；要改请联系园区，由园区发新的链接。", reason="submitted")
