"""Every page controller, listed once."""

from litestar.types import ControllerRouterHandler

from server.pages.accidents import AccidentPages
from server.pages.accounts import AccountPages, DevicePages, MyPages
from server.pages.admission import AdmissionPages
from server.pages.admission_conditions import ConditionPages
from server.pages.apply import ApplyPages
from server.pages.catalogue import CataloguePages
from server.pages.catalogue_changes import ChangePages
from server.pages.catalogue_desk import DeskPages
from server.pages.catalogue_editions import EditionPages
from server.pages.catalogue_impact import ImpactPages
from server.pages.chemicals import ChemicalPages, ChemicalUnitPages
from server.pages.drafts import DraftPages
from server.pages.enterprise_import import EnterpriseImportPages
from server.pages.enterprise_risk import EnterpriseRiskPages
from server.pages.enterprises import EnterprisePages, EnterpriseSheet
from server.pages.events import EventPages
from server.pages.grading import GradingPages
from server.pages.hazard_place import HazardPlacePages
from server.pages.hazard_steps import HazardStepPages
from server.pages.hazards import HazardPages, RegisterPages
from server.pages.home import HomePages
from server.pages.inspections import InspectionPages
from server.pages.layout import LayoutObjectPages, ProjectLayoutPages
from server.pages.login import LoginPages
from server.pages.on_the_spot import OnTheSpotPages
from server.pages.orders import OrderPages, OrderStepPages
from server.pages.overrides import OverrideFormPages, OverridePages
from server.pages.park_papers import ParkPaperPages
from server.pages.photos import PhotoPages
from server.pages.plan import PlanPages
from server.pages.plan_import import PlanImportPages
from server.pages.plan_settings import PlanSettingsPages
from server.pages.plan_visits import PlanEnterprisePages, PlanVisitPages
from server.pages.policies import PolicyPages
from server.pages.project_files import ProjectFilePages
from server.pages.project_form import NewProjectPages, ProjectFormPages
from server.pages.project_import import ProjectImportPages
from server.pages.project_invitations import ProjectInvitationPages
from server.pages.project_sheet import ProjectSheetPages
from server.pages.project_statistics import ProjectStatisticsPages
from server.pages.projects import ProjectPages
from server.pages.reinspections import ReinspectionPages
from server.pages.replies import ReplyPages
from server.pages.reports import CheckPages, ReportPages
from server.pages.risk_assess import RiskAssessPages
from server.pages.risk_enterprises import RiskEnterprisePages
from server.pages.risk_map import RiskMapPages
from server.pages.risk_order import RiskOrderPages
from server.pages.risk_papers import GradingPaperPages, RiskPaperPages
from server.pages.risk_points import RiskPointPages
from server.pages.risk_register import RiskRegisterPages, RiskRegisterStepPages
from server.pages.risk_rows import RiskRowPages
from server.pages.risk_sheets import RiskImportPages, RiskSheetPages
from server.pages.risk_sources import NewRiskSourcePages, RiskSourcePages
from server.pages.risk_starters import RiskStarterPages
from server.pages.rules import RulePages
from server.pages.search import SearchPages
from server.pages.set_aside import SetAsidePages
from server.pages.settings import SettingsPages
from server.pages.targets import TargetPages
from server.pages.tasks import TaskPages
from server.pages.zone_outlines import ZoneOutlinePages

PAGES: list[ControllerRouterHandler] = [
    LoginPages,
    AccountPages,
    DevicePages,
    MyPages,
    PhotoPages,
    RulePages,
    CataloguePages,
    EditionPages,
    ChangePages,
    DeskPages,
    ImpactPages,
    HomePages,
    HazardPages,
    OnTheSpotPages,
    RegisterPages,
    GradingPages,
    RiskMapPages,
    HazardStepPages,
    ReplyPages,
    ReinspectionPages,
    OrderPages,
    DraftPages,
    OrderStepPages,
    SearchPages,
    EnterprisePages,
    EnterpriseImportPages,
    EnterpriseSheet,
    RiskRegisterPages,
    RiskRegisterStepPages,
    RiskOrderPages,
    RiskRowPages,
    RiskPointPages,
    NewRiskSourcePages,
    RiskSourcePages,
    RiskAssessPages,
    RiskStarterPages,
    RiskImportPages,
    ChemicalPages,
    ChemicalUnitPages,
    RiskSheetPages,
    EnterpriseRiskPages,
    RiskEnterprisePages,
    OverridePages,
    OverrideFormPages,
    PolicyPages,
    AccidentPages,
    HazardPlacePages,
    AdmissionPages,
    ConditionPages,
    ProjectStatisticsPages,
    ProjectPages,
    ProjectSheetPages,
    ProjectImportPages,
    NewProjectPages,
    ProjectFormPages,
    ProjectFilePages,
    ProjectInvitationPages,
    ApplyPages,
    TargetPages,
    InspectionPages,
    TaskPages,
    PlanPages,
    PlanVisitPages,
    PlanEnterprisePages,
    PlanSettingsPages,
    PlanImportPages,
    SetAsidePages,
    ZoneOutlinePages,
    LayoutObjectPages,
    ProjectLayoutPages,
    SettingsPages,
    EventPages,
    ReportPages,
    RiskPaperPages,
    ParkPaperPages,
    GradingPaperPages,
    CheckPages,
]
