"""Which words does the safety office use, and how is each stored and shown?

Every enumeration of the field stands here once. The stored value is English snake_case and never changes; `label` is the Chinese
word people read. What may be done with a value is decided elsewhere: states and actions by `workflow.py`, sectors by
`supervision_sectors.py`, document kinds by `permission.py`.
"""

from enum import StrEnum
from typing import Self


class Term(StrEnum):
    """A word of the field: a stored value with its Chinese `label`. `Role("office")` looks a stored value up."""

    label: str

    # The defaults serve that look-up only: type checkers see this signature there too. Every member states its label.
    def __new__(cls, value: str, label: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        return member


class Answer(Term):
    """A three-valued answer. `UNKNOWN` is an answer too: it asks for the missing fact and never counts as `NO`."""

    YES = "yes", "是"
    NO = "no", "否"
    UNKNOWN = "unknown", "不清楚"


class Role(Term):
    """What an account is there for. `SYSTEM` acts by the calendar and never logs in."""

    OFFICE = "office", "安全办"
    LEADER = "leader", "分管领导"
    INSPECTOR = "inspector", "检查员"
    ENTERPRISE = "enterprise", "企业"
    SCREENER = "screener", "项目筛查员"
    LIAISON = "liaison", "警企联络员"
    AUDITOR = "auditor", "审计"
    ADMIN = "admin", "管理员"
    SYSTEM = "system", "系统"


class EnterprisePosition(Term):
    """In which position a person of an enterprise answers for its safety."""

    PRINCIPAL_OFFICER = "principal_officer", "主要负责人"
    SAFETY_OFFICER = "safety_officer", "安全员"


class TargetKind(Term):
    """What can be inspected."""

    ENTERPRISE = "enterprise", "企业"
    SITE = "site", "生产经营场所"
    PUBLIC_FACILITY = "public_facility", "公共设施"
    CONSTRUCTION_SITE = "construction_site", "在建工地"


class InspectionState(Term):
    """Where the record of one inspection stands."""

    RECORDED = "recorded", "已提交"
    SIGNED = "signed", "已签字"
    ARCHIVED = "archived", "已归档"


class AnswerResult(Term):
    """What the inspector found for one checklist item."""

    PASS = "pass", "合格"
    FAIL = "fail", "不合格"
    NOT_APPLICABLE = "not_applicable", "不涉及"


class InspectionMethod(Term):
    """How a checklist item is checked."""

    ON_SITE = "on_site", "查现场"
    DOCUMENTS = "documents", "查资料"
    INTERVIEW = "interview", "询问"
    MEASUREMENT = "measurement", "检测"


class ReinspectionResult(Term):
    """What a re-inspection found for one hazard."""

    PASS = "pass", "复查合格"
    FAIL = "fail", "复查不合格"


class HazardLevel(Term):
    """How grave a hazard (隐患) is. 重大事故隐患 is not 重大危险源, which is a `major_hazard_installation`."""

    GENERAL = "general_hazard", "一般隐患"
    MAJOR = "major_hazard", "重大事故隐患"


class HazardSource(Term):
    """Who or what brought the hazard to light."""

    SELF_CHECK = "self_check", "企业自查"
    PARK_INSPECTION = "park_inspection", "园区检查"
    EXPERT = "expert", "专家检查"
    GRID = "grid", "网格巡查"
    TRANSFER = "transfer", "部门移交"
    REPORT = "report", "举报"
    VIDEO = "video", "视频巡检"


class HazardState(Term):
    """Where a hazard stands in its life. Overdue and referred are facts beside the state, not states."""

    FOUND = "found", "待定级"
    CONFIRMED = "confirmed", "已定级"
    ORDERED = "ordered", "已下达"
    RECTIFYING = "rectifying", "整改中"
    SUBMITTED = "submitted", "待复查"
    VERIFIED = "verified", "复查合格"
    CLOSED = "closed", "已销号"
    VOID = "void", "已作废"


class HazardAction(Term):
    """What can be done to a hazard."""

    REGISTER = "register", "登记"
    CLOSE_ON_THE_SPOT = "close_on_the_spot", "当场整改"
    CONFIRM = "confirm", "确认定级"
    VOID = "void", "作废"
    INCLUDE_IN_ORDER = "include_in_order", "并入文书"
    TREAT_BY_ITSELF = "treat_by_itself", "自查自改"
    WITHDRAW_FROM_ORDER = "withdraw_from_order", "随文书撤回"
    SERVE = "serve", "送达"
    REPLY = "reply", "提交整改"
    PASS_REINSPECTION = "pass_reinspection", "复查合格"
    FAIL_REINSPECTION = "fail_reinspection", "复查不合格"
    CLOSE = "close", "销号"
    REOPEN = "reopen", "重开"
    CHECK_ON_THE_SPOT = "check_on_the_spot", "核对当场整改"
    TAKE_BACK = "take_back", "退回定级"


class OrderState(Term):
    """Where a rectification order stands. How far its hazards have come is derived: `workflow.order_progress`."""

    DRAFT = "draft", "草稿"
    REVIEWED = "reviewed", "已核"
    ISSUED = "issued", "已签发"
    SERVED = "served", "已送达"
    ARCHIVED = "archived", "已归档"
    WITHDRAWN = "withdrawn", "已撤销"


class OrderAction(Term):
    """What can be done to a rectification order."""

    DRAFT = "draft", "起草"
    REVIEW = "review", "核对"
    ISSUE = "issue", "签发"
    SERVE = "serve", "送达"
    ARCHIVE = "archive", "归档"
    WITHDRAW = "withdraw", "撤销"


class OrderProgress(Term):
    """How far the hazards of one order have come, taken together."""

    EMPTY = "empty", "无隐患"
    OUTSTANDING = "outstanding", "整改中"
    PARTIALLY_DONE = "partially_done", "部分完成"
    ALL_VERIFIED = "all_verified", "全部合格"
    ALL_CLOSED = "all_closed", "全部销号"


class ClosureKind(Term):
    """On which evidence a hazard was closed."""

    RE_INSPECTED = "re_inspected", "复查销号"
    ON_THE_SPOT = "on_the_spot", "当场整改销号"


class NoticeWay(Term):
    """How an enterprise told its employees about a hazard and its treatment (安全生产法 第四十一条)."""

    WORKERS_ASSEMBLY = "workers_assembly", "职工大会"
    WORKERS_CONGRESS = "workers_congress", "职工代表大会"
    NOTICE_BOARD = "notice_board", "信息公示栏"
    SHIFT_MEETING = "shift_meeting", "班前会"


class LimitUnit(Term):
    """In what a limit is counted. `TIMES` and `MULTIPLE` are counts, not spans of time."""

    CALENDAR_DAY = "calendar_day", "日"
    WORKING_DAY = "working_day", "个工作日"
    MONTH = "month", "个月"
    HOUR = "hour", "小时"
    TIMES = "times", "次"
    MULTIPLE = "multiple", "倍"


class PermissionMode(Term):
    """On which footing the park acts (workflow §2)."""

    NOT_ENTRUSTED = "a", "未委托（园区自行检查）"
    ENTRUSTED = "b", "书面委托执法"
    JOINT = "c", "联合检查"


class DocumentKind(Term):
    """Which kind of document is issued. Letters, modes and signers are data: `permission.py`."""

    INSPECTION_RECORD = "inspection_record", "安全检查记录表"
    RECTIFICATION_NOTICE = "rectification_notice", "隐患整改通知书"
    REINSPECTION_OPINION = "reinspection_opinion", "整改复核意见"
    EXTENSION_REPLY = "extension_reply", "延期回复"
    MAJOR_HAZARD_REPORT = "major_hazard_report", "重大隐患报告"
    REFERRAL = "referral", "移送函"
    SUPERVISION = "supervision", "督办函"
    INTERVIEW_RECORD = "interview_record", "约谈记录"
    GRADING_REPORT = "grading_report", "企业安全风险分级报告"
    PARK_GRADING_REPORT = "park_grading_report", "园区安全风险分级报告"
    RISK_REGISTER = "risk_register", "风险分级管控清单"
    RISK_NOTICE = "risk_notice", "企业安全风险告知书"
    RISK_CARDS = "risk_cards", "岗位安全风险告知卡"
    CATALOGUE_EDITION = "catalogue_edition", "禁限控目录"
    SCREENING_OPINION = "screening_opinion", "项目安全准入筛查意见书"
    ENFORCEMENT_INSPECTION_PLAN = "enforcement_inspection_plan", "现场检查方案"
    ENFORCEMENT_INSPECTION_RECORD = "enforcement_inspection_record", "现场检查记录"
    ON_SITE_MEASURES_DECISION = "on_site_measures_decision", "现场处理措施决定书"
    RECTIFICATION_ORDER = "rectification_order", "责令限期整改指令书"
    ENFORCEMENT_REINSPECTION_OPINION = "enforcement_reinspection_opinion", "整改复查意见书"


class RiskLevel(Term):
    """The four-colour safety risk level. `number` 1 is the most dangerous; `colour` is the Chinese colour word."""

    number: int
    colour: str

    def __new__(cls, value: str, label: str = "", number: int = 0, colour: str = "") -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.number = number
        member.colour = colour
        return member

    MAJOR = "major", "重大风险", 1, "红"
    SERIOUS = "serious", "较大风险", 2, "橙"
    MODERATE = "moderate", "一般风险", 3, "黄"
    LOW = "low", "低风险", 4, "蓝"


class RiskPointKind(Term):
    """What a risk point is: a thing, a work, or a place."""

    FACILITY = "facility", "设备设施"
    ACTIVITY = "activity", "作业活动"
    PLACE = "place", "场所部位"


class ControlMeasureKind(Term):
    """The five kinds of control measures, in the order they are to be preferred. Labels are those of `data/grading/control.toml`."""

    ENGINEERING = "engineering", "工程技术措施"
    MANAGEMENT = "management", "管理措施"
    TRAINING = "training", "培训教育措施"
    PROTECTION = "protection", "个体防护措施"
    EMERGENCY = "emergency", "应急处置措施"


class ControlLevel(Term):
    """The layer that answers for a risk, from the top down; the first answers for red, the last for blue (`data/grading/control.toml`)."""

    COMPANY = "company", "公司(厂)级"
    DEPARTMENT = "department", "公司职能部门级"
    WORKSHOP = "workshop", "车间(部室)级"
    POST = "post", "班组、岗位级"


class OverrideKind(Term):
    """In which direction people overrule a derived grade."""

    RAISE = "raise", "上调"
    LOWER = "lower", "下调"


class OverrideState(Term):
    """Where a manual override stands. While somebody asks for its end it is still in force."""

    REQUESTED = "requested", "待第二人确认"
    IN_FORCE = "in_force", "生效"
    REFUSED = "refused", "未予确认"
    ENDED = "ended", "已结束"


class GradeCause(Term):
    """What happened when a grade was written down, or why a colour stands."""

    ASSESSED = "assessed", "风险评价"
    CONFIRMED = "confirmed", "现场确认"
    RETIRED = "retired", "停用风险点或危险源"
    COPIED = "copied", "采用行业参考清单"
    IMPORTED = "imported", "表格导入"
    HAZARD_OPEN = "hazard_open", "隐患未销号"
    HAZARD_OVERDUE = "hazard_overdue", "隐患逾期"
    HAZARD_CLOSED = "hazard_closed", "隐患销号"
    HAZARD_LINKED = "hazard_linked", "隐患关联风险点"
    ACCIDENT = "accident", "事故"
    ACCIDENT_CLOSED = "accident_closed", "事故结案"
    OVERRIDE = "override", "人工调整"
    OVERRIDE_ENDED = "override_ended", "人工调整结束"
    POLICY = "policy", "动态升级规则"
    TIME_PASSED = "time_passed", "期限届满"


class EnterpriseRisk(Term):
    """A fact about an enterprise that decides which supervision rules reach it, whatever its industry."""

    DUST_EXPLOSION = "dust_explosion", "粉尘涉爆（有可燃性粉尘）"
    AMMONIA_REFRIGERATION = "ammonia_refrigeration", "使用液氨制冷"
    CONFINED_SPACE = "confined_space", "有有限空间作业"
    METAL_SMELTING = "metal_smelting", "有《金属冶炼目录》所列工序"
    UNDER_CONSTRUCTION = "under_construction", "有在建房屋市政工程"
    GAS_OPERATOR = "gas_operator", "是城镇燃气经营者"
    HAZARDOUS_CHEMICALS = "hazardous_chemicals", "生产或储存经营危险化学品"
    FIREWORKS_RETAIL = "fireworks_retail", "烟花爆竹零售"


class SupervisionSector(Term):
    """The supervision tag that chooses which major-hazard criteria apply. Labels are the tags of the standards' data.

    A tag with a slash belongs to the sub-sector only; an enterprise of the sub-sector carries the broad tag as well.
    """

    METALLURGY = "metallurgy", "冶金"
    NON_FERROUS = "non_ferrous", "有色"
    BUILDING_MATERIALS = "building_materials", "建材"
    BUILDING_MATERIALS_CEMENT = "building_materials_cement", "建材/水泥"
    MACHINERY = "machinery", "机械"
    LIGHT_INDUSTRY = "light_industry", "轻工"
    LIGHT_INDUSTRY_DAILY_CERAMICS = "light_industry_daily_ceramics", "轻工/日用陶瓷"
    LIGHT_INDUSTRY_OTHER_CERAMICS = "light_industry_other_ceramics", "轻工/其他陶瓷"
    LIGHT_INDUSTRY_DAILY_GLASS = "light_industry_daily_glass", "轻工/日用玻璃"
    LIGHT_INDUSTRY_PAPER = "light_industry_paper", "轻工/造纸"
    LIGHT_INDUSTRY_FOOD = "light_industry_food", "轻工/食品制造"
    TEXTILES = "textiles", "纺织"
    TOBACCO = "tobacco", "烟草"
    COMMERCE = "commerce", "商贸"
    CHEMICALS = "chemicals", "化工"
    PHARMACEUTICALS = "pharmaceuticals", "医药"
    HAZARDOUS_CHEMICALS = "hazardous_chemicals", "危险化学品"
    FIREWORKS = "fireworks", "烟花爆竹"
    FIREWORKS_RETAIL = "fireworks_retail", "烟花爆竹/零售"
    CONSTRUCTION = "construction", "建筑施工"
    GAS_SUPPLY = "gas_supply", "城镇燃气经营"
    METAL_SMELTING = "metal_smelting", "金属冶炼"
    COMBUSTIBLE_DUST = "combustible_dust", "粉尘涉爆"
    AMMONIA_REFRIGERATION = "ammonia_refrigeration", "液氨制冷"
    CONFINED_SPACE = "confined_space", "有限空间"
    INDUSTRY_AND_TRADE = "industry_and_trade", "工贸通用"
    FIRE_SAFETY = "fire_safety", "消防通用"
    SPECIAL_EQUIPMENT = "special_equipment", "特种设备/通用"
    SPECIAL_EQUIPMENT_BOILER = "special_equipment_boiler", "特种设备/锅炉"
    SPECIAL_EQUIPMENT_PRESSURE_VESSEL = "special_equipment_pressure_vessel", "特种设备/压力容器"
    SPECIAL_EQUIPMENT_PRESSURE_PIPING = "special_equipment_pressure_piping", "特种设备/压力管道"
    SPECIAL_EQUIPMENT_LIFT = "special_equipment_lift", "特种设备/电梯"
    SPECIAL_EQUIPMENT_CRANE = "special_equipment_crane", "特种设备/起重机械"
    SPECIAL_EQUIPMENT_PLANT_VEHICLE = "special_equipment_plant_vehicle", "特种设备/场内机动车辆"
    SPECIAL_EQUIPMENT_ROPEWAY = "special_equipment_ropeway", "特种设备/客运索道"
    SPECIAL_EQUIPMENT_AMUSEMENT_RIDE = "special_equipment_amusement_ride", "特种设备/大型游乐设施"
    SPECIAL_EQUIPMENT_FILLING = "special_equipment_filling", "特种设备/充装"


class ProjectState(Term):
    """Where a project that wants to come in stands. What leads from one to the next is `admission_workflow.py`."""

    CLUE = "clue", "线索"
    COMPLETE = "complete", "材料齐全"
    SCREENED = "screened", "已筛查"
    CHECKED = "checked", "已复核"
    JOINT_REVIEW = "joint_review", "会审中"
    DECIDED_ADMITTED = "decided_admitted", "准入"
    DECIDED_CONDITIONAL = "decided_conditional", "附条件准入"
    DECIDED_RETURNED = "decided_returned", "退回"
    DECIDED_REFUSED = "decided_refused", "否决"
    WITHDRAWN = "withdrawn", "已撤回"


class ProjectAction(Term):
    """What can be done to a project on its way to a decision."""

    COMPLETE = "complete", "确认材料齐全"
    SCREEN = "screen", "目录筛查"
    CHECK = "check", "双人复核"
    OPEN_REVIEW = "open_review", "提交会审"
    ADMIT = "admit", "准入"
    ADMIT_WITH_CONDITIONS = "admit_with_conditions", "附条件准入"
    RETURN = "return", "退回"
    REFUSE = "refuse", "否决"
    SEND_BACK = "send_back", "退回补正"
    RESUBMIT = "resubmit", "重新申报"
    REOPEN = "reopen", "重新审查"
    WITHDRAW = "withdraw", "撤回"


class DepartmentView(Term):
    """What a department said in the joint review."""

    AGREE = "agree", "同意"
    AGREE_WITH_CONDITIONS = "agree_with_conditions", "附条件同意"
    DISAGREE = "disagree", "不同意"
    NO_REPLY = "no_reply", "未回复"


class ConditionMilestone(Term):
    """By when a condition of an admission must be met: a day, or a step of the project that has its own day."""

    DAY = "day", "指定日期"
    BEFORE_CONSTRUCTION = "before_construction", "开工前"
    BEFORE_TRIAL = "before_trial", "试产前"
    BEFORE_OPERATION = "before_operation", "投产前"
    CONTINUOUS = "continuous", "长期保持"


class ConditionState(Term):
    """Where a condition of an admission stands. Overdue is derived."""

    OPEN = "open", "未落实"
    REPORTED = "reported", "已报待核"
    FULFILLED = "fulfilled", "已落实"
    DROPPED = "dropped", "已取消"


class ScreeningOccasion(Term):
    """Why a project was screened."""

    INTAKE = "intake", "申报"
    ANSWERS = "answers", "补正"
    CHANGE = "change", "情况变更"
    BEFORE_CONSTRUCTION = "before_construction", "开工前复核"
    BEFORE_TRIAL = "before_trial", "试产前复核"
    EDITION = "edition", "目录换版"
