"""What is kept: one file per aggregate. Importing this package registers every table."""

from server.models.accounts import Account, Device, EnrolmentCode, LoginAttempt, LoginSession
from server.models.admission import AdmissionCondition, AdmissionDecision, DepartmentOpinion, HitReview, ProjectCheck
from server.models.base import Base
from server.models.documents import Document, Inspection, InspectionTask, SetAsideDocument, TaskAssignee
from server.models.enterprises import Enterprise, InspectionTarget
from server.models.events import Deployment, Event, EventHead
from server.models.hazards import Hazard, NumberCounter, RectificationReply, Reinspection
from server.models.orders import IssuedPaper, PaperReceipt, RectificationOrder
from server.models.parks import Grid, Park, Zone
from server.models.photos import Photo, PhotoUse
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
    "Chemical",
    "ChemicalUnit",
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
    "GradeOverride",
    "Grid",
    "Hazard",
    "HazardRiskPoint",
    "HazardSource",
    "HitReview",
    "Inspection",
    "InspectionTarget",
    "InspectionTask",
    "IssuedPaper",
    "LoginAttempt",
    "LoginSession",
    "NumberCounter",
    "PaperReceipt",
    "Park",
    "Photo",
    "PhotoUse",
    "Project",
    "ProjectAssumption",
    "ProjectAttachment",
    "ProjectCheck",
    "ProjectDescription",
    "ProjectDraft",
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
    "Zone",
]
