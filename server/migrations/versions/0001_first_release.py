"""first release

Revision: 0001, after
"""

import sqlalchemy as sa
from alembic import op

import server.models.base

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand."""
    op.create_table(
        "deployment",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_deployment")),
    )
    op.create_table(
        "login_attempt",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("at", server.models.base.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
    )
    op.create_index("ix_login_attempt_who", "login_attempt", ["username", "address", "at"], unique=False)
    op.create_table(
        "park",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("office_name", sa.String(), nullable=False),
        sa.Column("document_prefix", sa.String(), nullable=False),
        sa.Column("permission_mode", sa.String(), nullable=False),
        sa.Column("office_phone", sa.String(), nullable=False),
        sa.Column("fictional", sa.Boolean(), nullable=False),
        sa.Column("created_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_park")),
    )
    op.create_table(
        "event",
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("actor_name", sa.String(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_event_park_id_park")),
        sa.PrimaryKeyConstraint("park_id", "sequence", name=op.f("pk_event")),
    )
    op.create_index("ix_event_subject", "event", ["park_id", "subject_kind", "subject_id", "sequence"], unique=False)
    op.create_table(
        "event_head",
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_event_head_park_id_park")),
        sa.PrimaryKeyConstraint("park_id", name=op.f("pk_event_head")),
    )
    op.create_table(
        "number_counter",
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("value", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_number_counter_park_id_park")),
        sa.PrimaryKeyConstraint("park_id", "kind", "year", name=op.f("pk_number_counter")),
    )
    op.create_table(
        "zone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("outline", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_zone_park_id_park")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zone")),
        sa.UniqueConstraint("park_id", "name", name=op.f("uq_zone_park_id_name")),
    )
    op.create_index(op.f("ix_zone_park_id"), "zone", ["park_id"], unique=False)
    op.create_table(
        "grid",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("officer_name", sa.String(), nullable=False),
        sa.Column("officer_phone", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_grid_park_id_park")),
        sa.ForeignKeyConstraint(["zone_id"], ["zone.id"], name=op.f("fk_grid_zone_id_zone")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grid")),
        sa.UniqueConstraint("park_id", "name", name=op.f("uq_grid_park_id_name")),
    )
    op.create_index(op.f("ix_grid_park_id"), "grid", ["park_id"], unique=False)
    op.create_table(
        "enterprise",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("short_name", sa.String(), nullable=False),
        sa.Column("credit_code", sa.String(), nullable=False),
        sa.Column("industry_code", sa.String(), nullable=False),
        sa.Column("sectors", sa.JSON(), nullable=False),
        sa.Column("risks", sa.JSON(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("grid_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("staff_count", sa.Integer(), nullable=True),
        sa.Column("legal_representative", sa.String(), nullable=False),
        sa.Column("principal_officer", sa.String(), nullable=False),
        sa.Column("principal_phone", sa.String(), nullable=False),
        sa.Column("safety_officer", sa.String(), nullable=False),
        sa.Column("safety_phone", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.Column("created_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("updated_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("fk_enterprise_grid_id_grid")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_enterprise_park_id_park")),
        sa.ForeignKeyConstraint(["zone_id"], ["zone.id"], name=op.f("fk_enterprise_zone_id_zone")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enterprise")),
        sa.UniqueConstraint("park_id", "credit_code", name=op.f("uq_enterprise_park_id_credit_code")),
    )
    op.create_index(op.f("ix_enterprise_grid_id"), "enterprise", ["grid_id"], unique=False)
    op.create_index("ix_enterprise_park_name", "enterprise", ["park_id", "name"], unique=False)
    op.create_index(op.f("ix_enterprise_zone_id"), "enterprise", ["zone_id"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("position", sa.String(), nullable=True),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("certificate_no", sa.String(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("created_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_account_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_account_park_id_park")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
    )
    op.create_index(op.f("ix_account_enterprise_id"), "account", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_account_park_id"), "account", ["park_id"], unique=False)
    op.create_table(
        "inspection_target",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("steward", sa.String(), nullable=False),
        sa.Column("steward_phone", sa.String(), nullable=False),
        sa.Column("zone_id", sa.Uuid(), nullable=True),
        sa.Column("grid_id", sa.Uuid(), nullable=True),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_inspection_target_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["grid_id"], ["grid.id"], name=op.f("fk_inspection_target_grid_id_grid")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_inspection_target_park_id_park")),
        sa.ForeignKeyConstraint(["zone_id"], ["zone.id"], name=op.f("fk_inspection_target_zone_id_zone")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_target")),
    )
    op.create_index(op.f("ix_inspection_target_enterprise_id"), "inspection_target", ["enterprise_id"], unique=False)
    op.create_index("ix_inspection_target_park_kind", "inspection_target", ["park_id", "kind", "name"], unique=False)
    op.create_table(
        "device",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("platform", sa.String(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("enrolled_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("last_seen_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("revoked_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_device_account_id_account")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_device_park_id_park")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_device")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_device_token_hash")),
    )
    op.create_index(op.f("ix_device_account_id"), "device", ["account_id"], unique=False)
    op.create_index(op.f("ix_device_park_id"), "device", ["park_id"], unique=False)
    op.create_table(
        "enrolment_code",
        sa.Column("code_hash", sa.String(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("used_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_enrolment_code_account_id_account")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_enrolment_code_park_id_park")),
        sa.PrimaryKeyConstraint("code_hash", name=op.f("pk_enrolment_code")),
    )
    op.create_index(op.f("ix_enrolment_code_account_id"), "enrolment_code", ["account_id"], unique=False)
    op.create_table(
        "inspection_task",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("checklists", sa.JSON(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("cancel_reason", sa.String(), nullable=False),
        sa.Column("created_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_inspection_task_created_by_account")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_inspection_task_park_id_park")),
        sa.ForeignKeyConstraint(["target_id"], ["inspection_target.id"], name=op.f("fk_inspection_task_target_id_inspection_target")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection_task")),
    )
    op.create_index("ix_inspection_task_park_due", "inspection_task", ["park_id", "state", "due_on"], unique=False)
    op.create_index(op.f("ix_inspection_task_target_id"), "inspection_task", ["target_id"], unique=False)
    op.create_table(
        "issued_paper",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("document_number", sa.String(), nullable=False),
        sa.Column("template_version", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("verification_code", sa.String(), nullable=False),
        sa.Column("issued_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("issued_by", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_issued_paper_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["issued_by"], ["account.id"], name=op.f("fk_issued_paper_issued_by_account")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_issued_paper_park_id_park")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_paper")),
        sa.UniqueConstraint("verification_code", name=op.f("uq_issued_paper_verification_code")),
    )
    op.create_index("ix_issued_paper_subject", "issued_paper", ["park_id", "subject_id"], unique=False)
    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("created_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("expires_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_login_session_account_id_account")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_session")),
    )
    op.create_index(op.f("ix_login_session_account_id"), "login_session", ["account_id"], unique=False)
    op.create_index(op.f("ix_login_session_expires_at"), "login_session", ["expires_at"], unique=False)
    op.create_table(
        "rectification_order",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("document_number", sa.String(), nullable=True),
        sa.Column("number_year", sa.Integer(), nullable=True),
        sa.Column("number_sequence", sa.Integer(), nullable=True),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("drafted_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("reviewed_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("issued_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("issued_on", sa.Date(), nullable=True),
        sa.Column("issued_by", sa.Uuid(), nullable=True),
        sa.Column("served_on", sa.Date(), nullable=True),
        sa.Column("served_way", sa.String(), nullable=False),
        sa.Column("received_by", sa.String(), nullable=False),
        sa.Column("served_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("served_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(), nullable=False),
        sa.Column("archived_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["drafted_by"], ["account.id"], name=op.f("fk_rectification_order_drafted_by_account")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_rectification_order_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["issued_by"], ["account.id"], name=op.f("fk_rectification_order_issued_by_account")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_rectification_order_park_id_park")),
        sa.ForeignKeyConstraint(["reviewed_by"], ["account.id"], name=op.f("fk_rectification_order_reviewed_by_account")),
        sa.ForeignKeyConstraint(["served_by"], ["account.id"], name=op.f("fk_rectification_order_served_by_account")),
        sa.ForeignKeyConstraint(["target_id"], ["inspection_target.id"], name=op.f("fk_rectification_order_target_id_inspection_target")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_order")),
        sa.UniqueConstraint(
            "park_id",
            "kind",
            "number_year",
            "number_sequence",
            name=op.f("uq_rectification_order_park_id_kind_number_year_number_sequence"),
        ),
    )
    op.create_index(op.f("ix_rectification_order_enterprise_id"), "rectification_order", ["enterprise_id"], unique=False)
    op.create_index("ix_rectification_order_park_state", "rectification_order", ["park_id", "state"], unique=False)
    op.create_index(op.f("ix_rectification_order_target_id"), "rectification_order", ["target_id"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_document_account_id_account")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_document_device_id_device")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_document_park_id_park")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
    )
    op.create_index(op.f("ix_document_account_id"), "document", ["account_id"], unique=False)
    op.create_index("ix_document_park_received", "document", ["park_id", "received_at"], unique=False)
    op.create_table(
        "photo",
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("readable", sa.Boolean(), nullable=True),
        sa.Column("problem", sa.String(), nullable=False),
        sa.Column("taken_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("camera", sa.String(), nullable=False),
        sa.Column("received_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_photo_account_id_account")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_photo_device_id_device")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_photo_park_id_park")),
        sa.PrimaryKeyConstraint("park_id", "sha256", name=op.f("pk_photo")),
    )
    op.create_table(
        "set_aside_document",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("detail", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("received_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("looked_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("looked_at_by", sa.Uuid(), nullable=True),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_set_aside_document_account_id_account")),
        sa.ForeignKeyConstraint(["device_id"], ["device.id"], name=op.f("fk_set_aside_document_device_id_device")),
        sa.ForeignKeyConstraint(["looked_at_by"], ["account.id"], name=op.f("fk_set_aside_document_looked_at_by_account")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_set_aside_document_park_id_park")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_set_aside_document")),
        sa.UniqueConstraint("park_id", "document_id", "sha256", name=op.f("uq_set_aside_document_park_id_document_id_sha256")),
    )
    op.create_index(op.f("ix_set_aside_document_document_id"), "set_aside_document", ["document_id"], unique=False)
    op.create_table(
        "task_assignee",
        sa.Column("task_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_task_assignee_account_id_account")),
        sa.ForeignKeyConstraint(["task_id"], ["inspection_task.id"], name=op.f("fk_task_assignee_task_id_inspection_task")),
        sa.PrimaryKeyConstraint("task_id", "account_id", name=op.f("pk_task_assignee")),
    )
    op.create_index(op.f("ix_task_assignee_account_id"), "task_assignee", ["account_id"], unique=False)
    op.create_table(
        "inspection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=True),
        sa.Column("target_name", sa.String(), nullable=False),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("inspectors", sa.JSON(), nullable=False),
        sa.Column("checklists", sa.JSON(), nullable=False),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("started_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("finished_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("received_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("not_applicable", sa.Integer(), nullable=False),
        sa.Column("photo_count", sa.Integer(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.Column("archived_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_inspection_account_id_account")),
        sa.ForeignKeyConstraint(["id"], ["document.id"], name=op.f("fk_inspection_id_document")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_inspection_park_id_park")),
        sa.ForeignKeyConstraint(["target_id"], ["inspection_target.id"], name=op.f("fk_inspection_target_id_inspection_target")),
        sa.ForeignKeyConstraint(["task_id"], ["inspection_task.id"], name=op.f("fk_inspection_task_id_inspection_task")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
    )
    op.create_index(op.f("ix_inspection_account_id"), "inspection", ["account_id"], unique=False)
    op.create_index("ix_inspection_park_day", "inspection", ["park_id", "inspected_on"], unique=False)
    op.create_index("ix_inspection_target_day", "inspection", ["target_id", "inspected_on"], unique=False)
    op.create_index(op.f("ix_inspection_task_id"), "inspection", ["task_id"], unique=False)
    op.create_table(
        "photo_use",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("caption", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("taken_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("accuracy_m", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_photo_use_document_id_document")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_photo_use_park_id_park")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_photo_use")),
    )
    op.create_index(op.f("ix_photo_use_document_id"), "photo_use", ["document_id"], unique=False)
    op.create_index("ix_photo_use_photo", "photo_use", ["park_id", "sha256"], unique=False)
    op.create_index("ix_photo_use_subject", "photo_use", ["subject_id", "role", "ordinal"], unique=False)
    op.create_table(
        "hazard",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("target_id", sa.Uuid(), nullable=True),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("inspection_id", sa.Uuid(), nullable=True),
        sa.Column("item_code", sa.String(), nullable=False),
        sa.Column("checklist_edition", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("requirement", sa.String(), nullable=False),
        sa.Column("found_on", sa.Date(), nullable=False),
        sa.Column("found_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("found_by", sa.Uuid(), nullable=False),
        sa.Column("found_by_name", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=True),
        sa.Column("suggested_level", sa.String(), nullable=True),
        sa.Column("suggested_days", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("judgements", sa.JSON(), nullable=False),
        sa.Column("criterion_id", sa.String(), nullable=False),
        sa.Column("criterion_clause", sa.String(), nullable=False),
        sa.Column("confirmed_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_reason", sa.String(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("order_ordinal", sa.Integer(), nullable=True),
        sa.Column("proposed_due_on", sa.Date(), nullable=True),
        sa.Column("original_due_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("failed_rounds", sa.Integer(), nullable=False),
        sa.Column("first_reply_on", sa.Date(), nullable=True),
        sa.Column("last_reply_on", sa.Date(), nullable=True),
        sa.Column("accepted_on", sa.Date(), nullable=True),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closure_kind", sa.String(), nullable=True),
        sa.Column("closed_by", sa.Uuid(), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=False),
        sa.Column("repeat", sa.Boolean(), nullable=False),
        sa.Column("previous_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["closed_by"], ["account.id"], name=op.f("fk_hazard_closed_by_account")),
        sa.ForeignKeyConstraint(["confirmed_by"], ["account.id"], name=op.f("fk_hazard_confirmed_by_account")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_hazard_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["found_by"], ["account.id"], name=op.f("fk_hazard_found_by_account")),
        sa.ForeignKeyConstraint(["inspection_id"], ["inspection.id"], name=op.f("fk_hazard_inspection_id_inspection")),
        sa.ForeignKeyConstraint(["order_id"], ["rectification_order.id"], name=op.f("fk_hazard_order_id_rectification_order")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_hazard_park_id_park")),
        sa.ForeignKeyConstraint(["previous_id"], ["hazard.id"], name=op.f("fk_hazard_previous_id_hazard")),
        sa.ForeignKeyConstraint(["target_id"], ["inspection_target.id"], name=op.f("fk_hazard_target_id_inspection_target")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazard")),
        sa.UniqueConstraint("park_id", "number", name=op.f("uq_hazard_park_id_number")),
    )
    op.create_index("ix_hazard_enterprise_state", "hazard", ["enterprise_id", "state"], unique=False)
    op.create_index(op.f("ix_hazard_inspection_id"), "hazard", ["inspection_id"], unique=False)
    op.create_index(op.f("ix_hazard_order_id"), "hazard", ["order_id"], unique=False)
    op.create_index("ix_hazard_park_found", "hazard", ["park_id", "found_on"], unique=False)
    op.create_index("ix_hazard_park_state_due", "hazard", ["park_id", "state", "due_on"], unique=False)
    op.create_index("ix_hazard_repeat", "hazard", ["park_id", "target_id", "item_code", "closed_on"], unique=False)
    op.create_table(
        "rectification_reply",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("hazard_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("account_name", sa.String(), nullable=False),
        sa.Column("replied_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("replied_on", sa.Date(), nullable=False),
        sa.Column("is_late", sa.Boolean(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("responsible_person", sa.String(), nullable=False),
        sa.Column("funds_yuan", sa.Numeric(precision=14, scale=2), nullable=False),
        sa.Column("finished_on", sa.Date(), nullable=False),
        sa.Column("notice_way", sa.String(), nullable=False),
        sa.Column("noticed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_rectification_reply_account_id_account")),
        sa.ForeignKeyConstraint(["hazard_id"], ["hazard.id"], name=op.f("fk_rectification_reply_hazard_id_hazard")),
        sa.ForeignKeyConstraint(["order_id"], ["rectification_order.id"], name=op.f("fk_rectification_reply_order_id_rectification_order")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_rectification_reply_park_id_park")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectification_reply")),
    )
    op.create_index(op.f("ix_rectification_reply_hazard_id"), "rectification_reply", ["hazard_id"], unique=False)
    op.create_table(
        "re_inspection",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("hazard_id", sa.Uuid(), nullable=False),
        sa.Column("reply_id", sa.Uuid(), nullable=True),
        sa.Column("document_id", sa.Uuid(), nullable=True),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("inspectors", sa.JSON(), nullable=False),
        sa.Column("reinspected_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("reinspected_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("result", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_re_inspection_account_id_account")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_re_inspection_document_id_document")),
        sa.ForeignKeyConstraint(["hazard_id"], ["hazard.id"], name=op.f("fk_re_inspection_hazard_id_hazard")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_re_inspection_park_id_park")),
        sa.ForeignKeyConstraint(["reply_id"], ["rectification_reply.id"], name=op.f("fk_re_inspection_reply_id_rectification_reply")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_re_inspection")),
    )
    op.create_index(op.f("ix_re_inspection_document_id"), "re_inspection", ["document_id"], unique=False)
    op.create_index(op.f("ix_re_inspection_hazard_id"), "re_inspection", ["hazard_id"], unique=False)


def downgrade() -> None:
    """Contract."""
    op.drop_index(op.f("ix_re_inspection_hazard_id"), table_name="re_inspection")
    op.drop_index(op.f("ix_re_inspection_document_id"), table_name="re_inspection")
    op.drop_table("re_inspection")
    op.drop_index(op.f("ix_rectification_reply_hazard_id"), table_name="rectification_reply")
    op.drop_table("rectification_reply")
    op.drop_index("ix_hazard_repeat", table_name="hazard")
    op.drop_index("ix_hazard_park_state_due", table_name="hazard")
    op.drop_index("ix_hazard_park_found", table_name="hazard")
    op.drop_index(op.f("ix_hazard_order_id"), table_name="hazard")
    op.drop_index(op.f("ix_hazard_inspection_id"), table_name="hazard")
    op.drop_index("ix_hazard_enterprise_state", table_name="hazard")
    op.drop_table("hazard")
    op.drop_index("ix_photo_use_subject", table_name="photo_use")
    op.drop_index("ix_photo_use_photo", table_name="photo_use")
    op.drop_index(op.f("ix_photo_use_document_id"), table_name="photo_use")
    op.drop_table("photo_use")
    op.drop_index(op.f("ix_inspection_task_id"), table_name="inspection")
    op.drop_index("ix_inspection_target_day", table_name="inspection")
    op.drop_index("ix_inspection_park_day", table_name="inspection")
    op.drop_index(op.f("ix_inspection_account_id"), table_name="inspection")
    op.drop_table("inspection")
    op.drop_index(op.f("ix_task_assignee_account_id"), table_name="task_assignee")
    op.drop_table("task_assignee")
    op.drop_index(op.f("ix_set_aside_document_document_id"), table_name="set_aside_document")
    op.drop_table("set_aside_document")
    op.drop_table("photo")
    op.drop_index("ix_document_park_received", table_name="document")
    op.drop_index(op.f("ix_document_account_id"), table_name="document")
    op.drop_table("document")
    op.drop_index(op.f("ix_rectification_order_target_id"), table_name="rectification_order")
    op.drop_index("ix_rectification_order_park_state", table_name="rectification_order")
    op.drop_index(op.f("ix_rectification_order_enterprise_id"), table_name="rectification_order")
    op.drop_table("rectification_order")
    op.drop_index(op.f("ix_login_session_expires_at"), table_name="login_session")
    op.drop_index(op.f("ix_login_session_account_id"), table_name="login_session")
    op.drop_table("login_session")
    op.drop_index("ix_issued_paper_subject", table_name="issued_paper")
    op.drop_table("issued_paper")
    op.drop_index(op.f("ix_inspection_task_target_id"), table_name="inspection_task")
    op.drop_index("ix_inspection_task_park_due", table_name="inspection_task")
    op.drop_table("inspection_task")
    op.drop_index(op.f("ix_enrolment_code_account_id"), table_name="enrolment_code")
    op.drop_table("enrolment_code")
    op.drop_index(op.f("ix_device_park_id"), table_name="device")
    op.drop_index(op.f("ix_device_account_id"), table_name="device")
    op.drop_table("device")
    op.drop_index("ix_inspection_target_park_kind", table_name="inspection_target")
    op.drop_index(op.f("ix_inspection_target_enterprise_id"), table_name="inspection_target")
    op.drop_table("inspection_target")
    op.drop_index(op.f("ix_account_park_id"), table_name="account")
    op.drop_index(op.f("ix_account_enterprise_id"), table_name="account")
    op.drop_table("account")
    op.drop_index(op.f("ix_enterprise_zone_id"), table_name="enterprise")
    op.drop_index("ix_enterprise_park_name", table_name="enterprise")
    op.drop_index(op.f("ix_enterprise_grid_id"), table_name="enterprise")
    op.drop_table("enterprise")
    op.drop_index(op.f("ix_grid_park_id"), table_name="grid")
    op.drop_table("grid")
    op.drop_index(op.f("ix_zone_park_id"), table_name="zone")
    op.drop_table("zone")
    op.drop_table("number_counter")
    op.drop_table("event_head")
    op.drop_index("ix_event_subject", table_name="event")
    op.drop_table("event")
    op.drop_table("park")
    op.drop_index("ix_login_attempt_who", table_name="login_attempt")
    op.drop_table("login_attempt")
    op.drop_table("deployment")
