"""What is kept: one file per aggregate. Importing this package registers every table."""

from server.models.accounts import Account, Device, EnrolmentCode, LoginAttempt, LoginSession
from server.models.admission import AdmissionCondition, AdmissionDecision, DepartmentOpinion, HitReview, ProjectCheck
from server.models.base import Base
from server.models.catalogue import CatalogueChange, CatalogueEdition, CatalogueImpact, ClauseRecord, ProjectImpact
from server.models.documents import Document, Inspection, InspectionTask, SetAsideDocument, TaskAssignee
from server.models.enterprises import Enterprise, InspectionTarget
from server.models.events import Deployment, Event, EventHead
from server.models.hazards import Hazard, NumberCounter, RectificationReply, Reinspection
from server.models.layout import LayoutObject
from server.models.orders import IssuedPaper, PaperReceipt, PaperWithdrawal, RectificationOrder
from server.models.parks import Grid, Park, Zone
from server.models.photos import Photo, PhotoUse
from server.models.plan import (
    FrequencyPolicy,
    InspectionPlan,
    PlanInspector,
    PlanManner,
    PlanPause,
    PlanRevision,
    PlanVisit,
    TriggeredInspection,
)
from server.models.projects import (
    Project,
    ProjectAssumption,
    ProjectAttachment,
    ProjectDescription,
    ProjectDraft,
    ProjectInvitation,
    ProjectScreening,
)
from server.models.risk import (
    Accident,
    Chemical,
    ChemicalUnit,
    ControlMeasure,
    DynamicPolicy,
    GradeOverride,
    HazardRiskPoint,
    HazardSource,
    RiskAssessment,
    RiskGrade,
    RiskPoint,
    RiskRegister,
    RiskUnit,
)

__all__ = [
    "Accident",
    "Account",
    "AdmissionCondition",
    "AdmissionDecision",
    "Base",
    "CatalogueChange",
    "CatalogueEdition",
    "CatalogueImpact",
    "Chemical",
    "ChemicalUnit",
    "ClauseRecord",
    "ControlMeasure",
    "DepartmentOpinion",
    "Deployment",
    "Device",
    "Document",
    "DynamicPolicy",
    "EnrolmentCode",
    "Enterprise",
    "Event",
    "EventHead",
    "FrequencyPolicy",
    "GradeOverride",
    "Grid",
    "Hazard",
    "HazardRiskPoint",
    "HazardSource",
    "HitReview",
    "Inspection",
    "InspectionPlan",
    "InspectionTarget",
    "InspectionTask",
    "IssuedPaper",
    "LayoutObject",
    "LoginAttempt",
    "LoginSession",
    "NumberCounter",
    "PaperReceipt",
    "PaperWithdrawal",
    "Park",
    "Photo",
    "PhotoUse",
    "PlanInspector",
    "PlanManner",
    "PlanPause",
    "PlanRevision",
    "PlanVisit",
    "Project",
    "ProjectAssumption",
    "ProjectAttachment",
    "ProjectCheck",
    "ProjectDescription",
    "ProjectDraft",
    "ProjectImpact",
    "ProjectInvitation",
    "ProjectScreening",
    "RectificationOrder",
    "RectificationReply",
    "Reinspection",
    "RiskAssessment",
    "RiskGrade",
    "RiskPoint",
    "RiskRegister",
    "RiskUnit",
    "SetAsideDocument",
    "TaskAssignee",
    "TriggeredInspection",
    "Zone",
]
