"""projects at the door: what they state, what each screening said, how they are decided

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

import server.models.base

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand."""
    op.create_table(
        "project",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("applicant_name", sa.String(), nullable=False),
        sa.Column("applicant_code", sa.String(), nullable=False),
        sa.Column("contact_name", sa.String(), nullable=False),
        sa.Column("contact_phone", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("build_type", sa.String(), nullable=False),
        sa.Column("industry_codes", sa.JSON(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("site_outline", sa.JSON(), nullable=True),
        sa.Column("received_on", sa.Date(), nullable=False),
        sa.Column("source_title", sa.String(), nullable=False),
        sa.Column("source_url", sa.String(), nullable=False),
        sa.Column("source_day", sa.Date(), nullable=True),
        sa.Column("description_id", sa.Uuid(), nullable=True),
        sa.Column("screening_id", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("outcome_confirmed", sa.String(), nullable=False),
        sa.Column("screened_on", sa.Date(), nullable=True),
        sa.Column("construction_on", sa.Date(), nullable=True),
        sa.Column("trial_on", sa.Date(), nullable=True),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_by_name", sa.String(), nullable=False),
        sa.Column("updated_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_project_created_by_account")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_project_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_project_park_id_park")),
        sa.ForeignKeyConstraint(["zone_id"], ["zone.id"], name=op.f("fk_project_zone_id_zone")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project")),
        sa.UniqueConstraint("park_id", "number", name=op.f("uq_project_park_id_number")),
    )
    op.create_index(op.f("ix_project_enterprise_id"), "project", ["enterprise_id"], unique=False)
    op.create_index("ix_project_park_received", "project", ["park_id", "received_on"], unique=False)
    op.create_index("ix_project_park_state", "project", ["park_id", "state"], unique=False)
    op.create_index(op.f("ix_project_zone_id"), "project", ["zone_id"], unique=False)
    op.create_table(
        "project_description",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("made_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=True),
        sa.Column("made_by_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["made_by"], ["account.id"], name=op.f("fk_project_description_made_by_account")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_project_description_park_id_park")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_description_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_description")),
        sa.UniqueConstraint("project_id", "revision", name=op.f("uq_project_description_project_id_revision")),
    )
    op.create_index(op.f("ix_project_description_park_id"), "project_description", ["park_id"], unique=False)
    op.create_table(
        "project_draft",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("saved_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("saved_by", sa.Uuid(), nullable=True),
        sa.Column("saved_by_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_project_draft_park_id_park")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_draft_project_id_project")),
        sa.ForeignKeyConstraint(["saved_by"], ["account.id"], name=op.f("fk_project_draft_saved_by_account")),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_project_draft")),
    )
    op.create_index(op.f("ix_project_draft_park_id"), "project_draft", ["park_id"], unique=False)
    op.create_table(
        "project_assumption",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("description_id", sa.Uuid(), nullable=False),
        sa.Column("flag", sa.String(), nullable=False),
        sa.Column("confirmed_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_by_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"], name=op.f("fk_project_assumption_confirmed_by_account")),
        sa.ForeignKeyConstraint(
            ["description_id"], ["project_description.id"], name=op.f("fk_project_assumption_description_id_project_description")
        ),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_project_assumption_park_id_park")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_assumption_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_assumption")),
        sa.UniqueConstraint("description_id", "flag", name=op.f("uq_project_assumption_description_id_flag")),
    )
    op.create_index(op.f("ix_project_assumption_park_id"), "project_assumption", ["park_id"], unique=False)
    op.create_index(op.f("ix_project_assumption_project_id"), "project_assumption", ["project_id"], unique=False)
    op.create_table(
        "project_invitation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("sent_to", sa.String(), nullable=False),
        sa.Column("expires_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("revoked_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("created_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_by_name", sa.String(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("submitted_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("submitted_by_name", sa.String(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("decided_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by_name", sa.String(), nullable=False),
        sa.Column("description_id", sa.Uuid(), nullable=True),
        sa.Column("declined_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_project_invitation_created_by_account")),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_project_invitation_decided_by_account")),
        sa.ForeignKeyConstraint(
            ["description_id"], ["project_description.id"], name=op.f("fk_project_invitation_description_id_project_description")
        ),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_project_invitation_park_id_park")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_invitation_project_id_project")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_invitation")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_project_invitation_token_hash")),
    )
    op.create_index(op.f("ix_project_invitation_park_id"), "project_invitation", ["park_id"], unique=False)
    op.create_index(op.f("ix_project_invitation_project_id"), "project_invitation", ["project_id"], unique=False)
    op.create_table(
        "project_screening",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("description_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("screened_on", sa.Date(), nullable=False),
        sa.Column("screened_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("screened_by", sa.Uuid(), nullable=True),
        sa.Column("screened_by_name", sa.String(), nullable=False),
        sa.Column("catalogue_edition", sa.String(), nullable=False),
        sa.Column("catalogue_sha256", sa.String(), nullable=False),
        sa.Column("rulebook_edition", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("outcome_confirmed", sa.String(), nullable=False),
        sa.Column("blocking_questions", sa.Integer(), nullable=False),
        sa.Column("entry_ids", sa.JSON(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["description_id"], ["project_description.id"], name=op.f("fk_project_screening_description_id_project_description")
        ),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_project_screening_park_id_park")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_screening_project_id_project")),
        sa.ForeignKeyConstraint(["screened_by"], ["account.id"], name=op.f("fk_project_screening_screened_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_screening")),
        sa.UniqueConstraint("project_id", "sequence", name=op.f("uq_project_screening_project_id_sequence")),
    )
    op.create_index("ix_project_screening_park", "project_screening", ["park_id", "screened_on"], unique=False)
    op.create_table(
        "admission_decision",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("meeting", sa.String(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("decided_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=False),
        sa.Column("decided_by_name", sa.String(), nullable=False),
        sa.Column("document_number", sa.String(), nullable=False),
        sa.Column("paper_id", sa.Uuid(), nullable=True),
        sa.Column("reopened_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_admission_decision_decided_by_account")),
        sa.ForeignKeyConstraint(["paper_id"], ["issued_paper.id"], name=op.f("fk_admission_decision_paper_id_issued_paper")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_admission_decision_park_id_park")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_admission_decision_project_id_project")),
        sa.ForeignKeyConstraint(
            ["screening_id"], ["project_screening.id"], name=op.f("fk_admission_decision_screening_id_project_screening")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admission_decision")),
    )
    op.create_index("ix_admission_decision_park", "admission_decision", ["park_id", "decided_on"], unique=False)
    op.create_index(op.f("ix_admission_decision_project_id"), "admission_decision", ["project_id"], unique=False)
    op.create_table(
        "department_opinion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("view", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("said_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_by_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_department_opinion_park_id_park")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_department_opinion_project_id_project")),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name=op.f("fk_department_opinion_recorded_by_account")),
        sa.ForeignKeyConstraint(
            ["screening_id"], ["project_screening.id"], name=op.f("fk_department_opinion_screening_id_project_screening")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department_opinion")),
    )
    op.create_index(op.f("ix_department_opinion_park_id"), "department_opinion", ["park_id"], unique=False)
    op.create_index(op.f("ix_department_opinion_project_id"), "department_opinion", ["project_id"], unique=False)
    op.create_index("ix_department_opinion_screening", "department_opinion", ["screening_id", "department", "recorded_at"], unique=False)
    op.create_table(
        "hit_review",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.String(), nullable=False),
        sa.Column("stands_against", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("reviewed_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("reviewed_by", sa.Uuid(), nullable=False),
        sa.Column("reviewed_by_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_hit_review_park_id_park")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_hit_review_project_id_project")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["account.id"], name=op.f("fk_hit_review_reviewed_by_account")),
        sa.ForeignKeyConstraint(["screening_id"], ["project_screening.id"], name=op.f("fk_hit_review_screening_id_project_screening")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hit_review")),
    )
    op.create_index(op.f("ix_hit_review_park_id"), "hit_review", ["park_id"], unique=False)
    op.create_index(op.f("ix_hit_review_project_id"), "hit_review", ["project_id"], unique=False)
    op.create_index("ix_hit_review_screening", "hit_review", ["screening_id", "entry_id", "reviewed_at"], unique=False)
    op.create_table(
        "project_attachment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("invitation_id", sa.Uuid(), nullable=True),
        sa.Column("uploaded_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("uploaded_by", sa.Uuid(), nullable=True),
        sa.Column("uploaded_by_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["project_invitation.id"], name=op.f("fk_project_attachment_invitation_id_project_invitation")
        ),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_project_attachment_park_id_park")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_attachment_project_id_project")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["account.id"], name=op.f("fk_project_attachment_uploaded_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_attachment")),
    )
    op.create_index(op.f("ix_project_attachment_park_id"), "project_attachment", ["park_id"], unique=False)
    op.create_index(op.f("ix_project_attachment_project_id"), "project_attachment", ["project_id"], unique=False)
    op.create_index(op.f("ix_project_attachment_subject_id"), "project_attachment", ["subject_id"], unique=False)
    op.create_table(
        "project_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("checked_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=False),
        sa.Column("checked_by_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["checked_by"], ["account.id"], name=op.f("fk_project_check_checked_by_account")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_project_check_park_id_park")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_project_check_project_id_project")),
        sa.ForeignKeyConstraint(["screening_id"], ["project_screening.id"], name=op.f("fk_project_check_screening_id_project_screening")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_project_check")),
        sa.UniqueConstraint("screening_id", "checked_by", name=op.f("uq_project_check_screening_id_checked_by")),
    )
    op.create_index(op.f("ix_project_check_park_id"), "project_check", ["park_id"], unique=False)
    op.create_index(op.f("ix_project_check_project_id"), "project_check", ["project_id"], unique=False)
    op.create_table(
        "admission_condition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("entry_ids", sa.JSON(), nullable=False),
        sa.Column("responsible", sa.String(), nullable=False),
        sa.Column("milestone", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("rescreens", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("reported_on", sa.Date(), nullable=True),
        sa.Column("reported_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("reported_by", sa.Uuid(), nullable=True),
        sa.Column("reported_by_name", sa.String(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("confirmed_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_by_name", sa.String(), nullable=False),
        sa.Column("sent_back_reason", sa.String(), nullable=False),
        sa.Column("dropped_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"], name=op.f("fk_admission_condition_confirmed_by_account")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["admission_decision.id"], name=op.f("fk_admission_condition_decision_id_admission_decision")
        ),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_admission_condition_park_id_park")),
        sa.ForeignKeyConstraint(["project_id"], ["project.id"], name=op.f("fk_admission_condition_project_id_project")),
        sa.ForeignKeyConstraint(["reported_by"], ["account.id"], name=op.f("fk_admission_condition_reported_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admission_condition")),
    )
    op.create_index(op.f("ix_admission_condition_decision_id"), "admission_condition", ["decision_id"], unique=False)
    op.create_index("ix_admission_condition_park", "admission_condition", ["park_id", "state", "due_on"], unique=False)
    op.create_index(op.f("ix_admission_condition_project_id"), "admission_condition", ["project_id"], unique=False)


def downgrade() -> None:
    """Contract."""

    op.drop_table("admission_condition")
    op.drop_table("project_check")
    op.drop_table("project_attachment")
    op.drop_table("hit_review")
    op.drop_table("department_opinion")
    op.drop_table("admission_decision")
    op.drop_table("project_screening")
    op.drop_table("project_invitation")
    op.drop_table("project_assumption")
    op.drop_table("project_draft")
    op.drop_table("project_description")
    op.drop_table("project")
