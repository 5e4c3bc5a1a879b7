"""the risk register, its grades, and what moves them

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

import server.models.base

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Expand."""
    op.create_table(
        "risk_register",
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("reviewed_on", sa.Date(), nullable=True),
        sa.Column("reviewed_by_name", sa.String(), nullable=False),
        sa.Column("change_on", sa.Date(), nullable=True),
        sa.Column("change_note", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_risk_register_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_risk_register_park_id_park")),
        sa.PrimaryKeyConstraint("enterprise_id", name=op.f("pk_risk_register")),
    )
    op.create_index(op.f("ix_risk_register_park_id"), "risk_register", ["park_id"], unique=False)
    op.create_table(
        "risk_unit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("created_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_risk_unit_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_risk_unit_park_id_park")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_unit")),
    )
    op.create_index("ix_risk_unit_enterprise", "risk_unit", ["enterprise_id", "ordinal"], unique=False)
    op.create_table(
        "dynamic_policy",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.String(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("set_on", sa.Date(), nullable=False),
        sa.Column("set_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=True),
        sa.Column("set_by_name", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_dynamic_policy_park_id_park")),
        sa.ForeignKeyConstraint(["set_by"], ["account.id"], name=op.f("fk_dynamic_policy_set_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dynamic_policy")),
    )
    op.create_index("ix_dynamic_policy_park", "dynamic_policy", ["park_id", "set_at"], unique=False)
    op.create_table(
        "risk_grade",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("graded_on", sa.Date(), nullable=False),
        sa.Column("graded_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("graded_by", sa.Uuid(), nullable=True),
        sa.Column("graded_by_name", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("cause_text", sa.String(), nullable=False),
        sa.Column("base_number", sa.Integer(), nullable=True),
        sa.Column("risk_number", sa.Integer(), nullable=True),
        sa.Column("headline", sa.String(), nullable=False),
        sa.Column("trail", sa.JSON(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_risk_grade_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["graded_by"], ["account.id"], name=op.f("fk_risk_grade_graded_by_account")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_risk_grade_park_id_park")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_grade")),
    )
    op.create_index("ix_risk_grade_enterprise", "risk_grade", ["enterprise_id", "graded_at"], unique=False)
    op.create_index(op.f("ix_risk_grade_park_id"), "risk_grade", ["park_id"], unique=False)
    op.create_table(
        "risk_point",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("location", sa.String(), nullable=False),
        sa.Column("starter", sa.String(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("created_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("retired_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_risk_point_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_risk_point_park_id_park")),
        sa.ForeignKeyConstraint(["unit_id"], ["risk_unit.id"], name=op.f("fk_risk_point_unit_id_risk_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_point")),
    )
    op.create_index("ix_risk_point_enterprise", "risk_point", ["enterprise_id", "retired_on"], unique=False)
    op.create_index("ix_risk_point_park", "risk_point", ["park_id", "retired_on"], unique=False)
    op.create_index(op.f("ix_risk_point_unit_id"), "risk_point", ["unit_id"], unique=False)
    op.create_table(
        "accident",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=True),
        sa.Column("occurred_on", sa.Date(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("accident_class", sa.String(), nullable=False),
        sa.Column("accident_edition", sa.String(), nullable=False),
        sa.Column("deaths", sa.Integer(), nullable=False),
        sa.Column("serious_injuries", sa.Integer(), nullable=False),
        sa.Column("loss_wan", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("trail", sa.JSON(), nullable=False),
        sa.Column("questions", sa.JSON(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("recorded_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=True),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("closed_reason", sa.String(), nullable=False),
        sa.Column("closed_by_name", sa.String(), nullable=False),
        sa.Column("void_on", sa.Date(), nullable=True),
        sa.Column("void_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_accident_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_accident_park_id_park")),
        sa.ForeignKeyConstraint(["point_id"], ["risk_point.id"], name=op.f("fk_accident_point_id_risk_point")),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name=op.f("fk_accident_recorded_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accident")),
    )
    op.create_index("ix_accident_enterprise", "accident", ["enterprise_id", "occurred_on"], unique=False)
    op.create_index("ix_accident_park", "accident", ["park_id", "occurred_on"], unique=False)
    op.create_table(
        "chemical_unit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("residents", sa.Integer(), nullable=True),
        sa.Column("point_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_chemical_unit_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_chemical_unit_park_id_park")),
        sa.ForeignKeyConstraint(["point_id"], ["risk_point.id"], name=op.f("fk_chemical_unit_point_id_risk_point")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chemical_unit")),
    )
    op.create_index("ix_chemical_unit_enterprise", "chemical_unit", ["enterprise_id", "retired_on"], unique=False)
    op.create_index(op.f("ix_chemical_unit_park_id"), "chemical_unit", ["park_id"], unique=False)
    op.create_table(
        "grade_override",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("from_number", sa.Integer(), nullable=True),
        sa.Column("to_number", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("requested_on", sa.Date(), nullable=False),
        sa.Column("requested_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("requested_by", sa.Uuid(), nullable=False),
        sa.Column("requested_by_name", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=True),
        sa.Column("decided_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_by_name", sa.String(), nullable=False),
        sa.Column("decided_reason", sa.String(), nullable=False),
        sa.Column("end_requested_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("end_requested_by", sa.Uuid(), nullable=True),
        sa.Column("end_requested_by_name", sa.String(), nullable=False),
        sa.Column("end_reason", sa.String(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ended_at", server.models.base.Instant(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Uuid(), nullable=True),
        sa.Column("ended_by_name", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_grade_override_decided_by_account")),
        sa.ForeignKeyConstraint(["end_requested_by"], ["account.id"], name=op.f("fk_grade_override_end_requested_by_account")),
        sa.ForeignKeyConstraint(["ended_by"], ["account.id"], name=op.f("fk_grade_override_ended_by_account")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_grade_override_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_grade_override_park_id_park")),
        sa.ForeignKeyConstraint(["point_id"], ["risk_point.id"], name=op.f("fk_grade_override_point_id_risk_point")),
        sa.ForeignKeyConstraint(["requested_by"], ["account.id"], name=op.f("fk_grade_override_requested_by_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grade_override")),
    )
    op.create_index("ix_grade_override_enterprise", "grade_override", ["enterprise_id"], unique=False)
    op.create_index("ix_grade_override_park", "grade_override", ["park_id", "state"], unique=False)
    op.create_table(
        "hazard_source",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("consequence", sa.String(), nullable=False),
        sa.Column("accidents", sa.JSON(), nullable=False),
        sa.Column("accident_edition", sa.String(), nullable=False),
        sa.Column("item_codes", sa.JSON(), nullable=False),
        sa.Column("layer", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=True),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("score_text", sa.String(), nullable=False),
        sa.Column("score", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("risk_number", sa.Integer(), nullable=True),
        sa.Column("assessed_on", sa.Date(), nullable=True),
        sa.Column("starter", sa.String(), nullable=False),
        sa.Column("confirmed_on", sa.Date(), nullable=True),
        sa.Column("confirmed_by_name", sa.String(), nullable=False),
        sa.Column("created_on", sa.Date(), nullable=False),
        sa.Column("retired_on", sa.Date(), nullable=True),
        sa.Column("retired_reason", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_hazard_source_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_hazard_source_park_id_park")),
        sa.ForeignKeyConstraint(["point_id"], ["risk_point.id"], name=op.f("fk_hazard_source_point_id_risk_point")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazard_source")),
    )
    op.create_index("ix_hazard_source_enterprise", "hazard_source", ["enterprise_id", "retired_on"], unique=False)
    op.create_index("ix_hazard_source_park", "hazard_source", ["park_id", "retired_on", "risk_number"], unique=False)
    op.create_index(op.f("ix_hazard_source_point_id"), "hazard_source", ["point_id"], unique=False)
    op.create_table(
        "chemical",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("unit_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("cas", sa.String(), nullable=False),
        sa.Column("physical_state", sa.String(), nullable=False),
        sa.Column("concentration", sa.String(), nullable=False),
        sa.Column("quantity_t", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("categories", sa.JSON(), nullable=False),
        sa.Column("threshold_t", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("threshold_source", sa.String(), nullable=False),
        sa.Column("beta", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_chemical_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_chemical_park_id_park")),
        sa.ForeignKeyConstraint(["unit_id"], ["chemical_unit.id"], name=op.f("fk_chemical_unit_id_chemical_unit")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chemical")),
    )
    op.create_index(op.f("ix_chemical_enterprise_id"), "chemical", ["enterprise_id"], unique=False)
    op.create_index(op.f("ix_chemical_unit_id"), "chemical", ["unit_id"], unique=False)
    op.create_table(
        "control_measure",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("ordinal", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("layer", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_control_measure_park_id_park")),
        sa.ForeignKeyConstraint(["source_id"], ["hazard_source.id"], name=op.f("fk_control_measure_source_id_hazard_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_control_measure")),
    )
    op.create_index(op.f("ix_control_measure_source_id"), "control_measure", ["source_id"], unique=False)
    op.create_table(
        "risk_assessment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("assessed_on", sa.Date(), nullable=False),
        sa.Column("assessed_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("assessed_by", sa.Uuid(), nullable=True),
        sa.Column("assessed_by_name", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("scheme", sa.String(), nullable=False),
        sa.Column("variant", sa.String(), nullable=False),
        sa.Column("chosen", sa.JSON(), nullable=False),
        sa.Column("direct", sa.JSON(), nullable=False),
        sa.Column("score", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("score_text", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("label", sa.String(), nullable=False),
        sa.Column("risk_number", sa.Integer(), nullable=True),
        sa.Column("trail", sa.JSON(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("unverified", sa.JSON(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("is_starter", sa.Boolean(), nullable=False),
        sa.Column("verified_on", sa.Date(), nullable=True),
        sa.Column("verified_by", sa.String(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["assessed_by"], ["account.id"], name=op.f("fk_risk_assessment_assessed_by_account")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_risk_assessment_enterprise_id_enterprise")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_risk_assessment_park_id_park")),
        sa.ForeignKeyConstraint(["point_id"], ["risk_point.id"], name=op.f("fk_risk_assessment_point_id_risk_point")),
        sa.ForeignKeyConstraint(["source_id"], ["hazard_source.id"], name=op.f("fk_risk_assessment_source_id_hazard_source")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_assessment")),
        sa.UniqueConstraint("source_id", "sequence", name=op.f("uq_risk_assessment_source_id_sequence")),
    )
    op.create_index(op.f("ix_risk_assessment_enterprise_id"), "risk_assessment", ["enterprise_id"], unique=False)
    op.create_index("ix_risk_assessment_park", "risk_assessment", ["park_id", "assessed_on"], unique=False)
    op.create_table(
        "hazard_risk_point",
        sa.Column("hazard_id", sa.Uuid(), nullable=False),
        sa.Column("park_id", sa.Uuid(), nullable=False),
        sa.Column("point_id", sa.Uuid(), nullable=False),
        sa.Column("linked_at", server.models.base.Instant(timezone=True), nullable=False),
        sa.Column("linked_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["hazard_id"], ["hazard.id"], name=op.f("fk_hazard_risk_point_hazard_id_hazard")),
        sa.ForeignKeyConstraint(["linked_by"], ["account.id"], name=op.f("fk_hazard_risk_point_linked_by_account")),
        sa.ForeignKeyConstraint(["park_id"], ["park.id"], name=op.f("fk_hazard_risk_point_park_id_park")),
        sa.ForeignKeyConstraint(["point_id"], ["risk_point.id"], name=op.f("fk_hazard_risk_point_point_id_risk_point")),
        sa.PrimaryKeyConstraint("hazard_id", name=op.f("pk_hazard_risk_point")),
    )
    op.create_index(op.f("ix_hazard_risk_point_point_id"), "hazard_risk_point", ["point_id"], unique=False)


def downgrade() -> None:
    """Contract."""
    op.drop_table("hazard_risk_point")
    op.drop_table("risk_assessment")
    op.drop_table("control_measure")
    op.drop_table("chemical")
    op.drop_table("hazard_source")
    op.drop_table("grade_override")
    op.drop_table("chemical_unit")
    op.drop_table("accident")
    op.drop_table("risk_point")
    op.drop_table("risk_grade")
    op.drop_table("dynamic_policy")
    op.drop_table("risk_unit")
    op.drop_table("risk_register")
