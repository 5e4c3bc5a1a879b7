"""How is an event said in Chinese?

One table of actions, one of the subjects they happen to, one of the facts they carry. An event whose words a later release forgot is
still shown, under its plain name: the trail hides nothing.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from rules.terms import (
    ClosureKind,
    ControlLevel,
    DocumentKind,
    EnterpriseRisk,
    GradeCause,
    HazardLevel,
    HazardSource,
    HazardState,
    NoticeWay,
    PermissionMode,
    ReinspectionResult,
    RiskLevel,
    RiskPointKind,
    Role,
    ScreeningOccasion,
    SupervisionSector,
    TargetKind,
    Term,
)
from server.catalogue.schemas import ChangeKind, Finding
from server.clock import CHINA
from server.impact.schemas import Decision, Purpose
from server.inspections.documents import DocumentType, SetAsideReason
from server.inspections.marks import label_of
from server.layout.schemas import Crs
from server.screening.schemas import Origin

SUBJECT_LABELS: dict[str, str] = {
    "accident": "事故",
    "account": "账号",
    "catalogue_edition": "禁限控目录版本",
    "catalogue_impact": "目录变化比对",
    "chemical_unit": "化学品单元",
    "clause_record": "条文核对",
    "device": "手机",
    "document": "提交的原件",
    "enterprise": "企业",
    "frequency_policy": "检查频次",
    "grade_override": "风险等级人工调整",
    "grid": "网格",
    "hazard": "隐患",
    "hazard_source": "危险源",
    "inspection": "检查记录",
    "inspection_plan": "年度检查计划",
    "inspection_target": "检查对象",
    "inspection_task": "检查任务",
    "layout_object": "布局要素",
    "paper": "文书",
    "park": "园区",
    "photo": "照片",
    "project": "准入项目",
    "re_inspection": "复查",
    "rectification_order": "整改文书",
    "risk_point": "风险点",
    "risk_unit": "风险单元",
    "set_aside_document": "另存的记录",
    "zone": "片区",
}

ACTION_LABELS: dict[str, str] = {
    "accident:closed": "事故结案",
    "accident:corrected": "更正事故",
    "accident:recorded": "登记事故",
    "accident:voided": "作废误登的事故",
    "account:closed": "停用账号",
    "account:created": "新开账号",
    "account:enrolment_code_issued": "发一次性登记码",
    "account:password_changed": "改密码",
    "account:reopened": "恢复账号",
    "account:signed_in": "登录网页",
    "account:signed_out": "退出网页",
    "catalogue_edition:approved": "批准目录版本",
    "catalogue_edition:change_removed": "移出目录改动",
    "catalogue_edition:changed": "改动目录草案",
    "catalogue_edition:discarded": "作废目录草案",
    "catalogue_edition:drafted": "起草目录版本",
    "catalogue_edition:reviewed": "复核目录草案",
    "catalogue_edition:sent_back": "退回目录草案",
    "catalogue_impact:begun": "开始比对目录变化",
    "catalogue_impact:finished": "比对完目录变化",
    "catalogue_impact:overtaken": "目录又变，停止比对",
    "chemical_unit:retired": "停用化学品单元",
    "chemical_unit:saved": "登记化学品",
    "clause_record:claimed": "认领待核条文",
    "clause_record:confirmed": "复核条文与原文",
    "clause_record:entered": "录入条文原文",
    "clause_record:released": "放回待核条文",
    "clause_record:returned": "退回条文核对",
    "clause_record:scanned": "上传条文扫描件",
    "clause_record:withdrawn": "撤回条文核对",
    "device:enrolled": "登记手机",
    "device:revoked": "收回手机凭证",
    "document:set_aside": "另存未能入册的记录",
    "dynamic_policy:set": "切换动态升级规则",
    "enterprise:changed": "修改企业信息",
    "enterprise:created": "登记企业",
    "enterprise:imported": "表格导入企业",
    "enterprise:left": "企业迁出",
    "enterprise:returned": "企业恢复在园",
    "frequency_policy:adopted": "采用检查频次",
    "grade_override:confirmed": "确认下调风险等级",
    "grade_override:end_rejected": "不同意结束上调",
    "grade_override:end_requested": "申请结束上调",
    "grade_override:ended": "结束人工调整",
    "grade_override:raised": "人工上调风险等级",
    "grade_override:refused": "不同意下调风险等级",
    "grade_override:requested": "申请下调风险等级",
    "grid:changed": "修改网格",
    "grid:created": "新增网格",
    "grid:removed": "删除网格",
    "hazard:checked_on_the_spot": "核对当场整改",
    "hazard:closed": "销号",
    "hazard:closed_on_the_spot": "当场整改并销号",
    "hazard:confirmed": "确认定级",
    "hazard:described": "补充登记内容",
    "hazard:drafted": "列入文书草稿",
    "hazard:employees_told": "登记职工通报",
    "hazard:facts_saved": "补充判定事实",
    "hazard:found": "现场发现",
    "hazard:ordered": "下达整改",
    "hazard:placed": "关联风险点",
    "hazard:re_inspected": "复查",
    "hazard:registered": "登记隐患",
    "hazard:removed_from_draft": "移出文书草稿",
    "hazard:reopened": "重开",
    "hazard:replied": "提交整改",
    "hazard:served": "随文书送达",
    "hazard:taken_back": "当场整改退回定级",
    "hazard:target_assigned": "认定检查对象",
    "hazard:treated_by_itself": "自查自改",
    "hazard:voided": "作废",
    "hazard:withdrawn_from_order": "随文书撤回",
    "hazard_source:added": "新增危险源",
    "hazard_source:assessed": "评价危险源",
    "hazard_source:changed": "修改危险源",
    "hazard_source:confirmed": "现场确认危险源",
    "hazard_source:retired": "停用危险源",
    "inspection:archived": "检查记录归档",
    "inspection:filed": "收到检查记录",
    "inspection:marked_triggered": "标为触发式检查",
    "inspection:target_assigned": "认定检查对象",
    "inspection:unmarked_triggered": "取消触发式标记",
    "inspection_plan:added": "增加计划检查",
    "inspection_plan:approved": "批准年度检查计划",
    "inspection_plan:dropped": "取消计划检查",
    "inspection_plan:generated": "生成年度检查计划",
    "inspection_plan:imported": "表格调整检查计划",
    "inspection_plan:moved": "计划检查改期或换人",
    "inspection_plan:proposed": "按等级变化增加检查",
    "inspection_plan:rearranged": "重新编排检查计划",
    "inspection_plan:released": "下达检查任务",
    "inspection_plan:returned": "退回检查计划",
    "inspection_plan:reviewed": "核对检查计划",
    "inspection_plan:tasks_withdrawn": "收回已完成的任务",
    "inspection_target:changed": "修改检查对象",
    "inspection_target:created": "登记检查对象",
    "inspection_task:cancelled": "取消检查任务",
    "inspection_task:changed": "修改检查任务",
    "inspection_task:done": "检查任务完成",
    "inspection_task:planned": "安排检查",
    "paper:issued": "出具文书",
    "paper:signed_for": "签收文书",
    "paper:withdrawn": "撤销文书",
    "layout_object:added": "登记布局要素",
    "layout_object:retired": "停用布局要素",
    "park:changed": "修改园区设置",
    "park:created": "设立园区",
    "park:restored": "从备份恢复",
    "photo:stored": "保存照片",
    "plan_pause:added": "设定不安排检查的日子",
    "plan_pause:removed": "取消不安排检查的日子",
    "plan_staffing:changed": "设置检查人力",
    "project:admitted": "决定准入",
    "project:admitted_with_conditions": "决定附条件准入",
    "project:assumptions_confirmed": "确认按否处理各项",
    "project:changed": "修改项目登记",
    "project:catalogue_change_seen": "处理目录变化",
    "project:checked": "双人复核完成",
    "project:checked_by_one": "一人复核",
    "project:condition_confirmed": "核实条件",
    "project:condition_dropped": "取消条件",
    "project:condition_reported": "报送条件落实",
    "project:condition_sent_back": "条件退回",
    "project:completed": "确认材料齐全",
    "project:distances_accepted": "采纳测距",
    "project:described": "提交项目情况",
    "project:hit_reviewed": "记录研判意见",
    "project:landed": "项目落地为企业",
    "project:opinion_recorded": "记录会审意见",
    "project:imported": "表格导入项目",
    "project:refused": "决定否决",
    "project:registered": "登记项目",
    "project:reopened": "重新审查",
    "project:resubmitted": "重新申报",
    "project:returned": "决定退回",
    "project:review_opened": "提交会审",
    "project:screened": "目录筛查",
    "project:screening_accepted": "筛查完成",
    "project:site_drawn": "标定场址",
    "project:sent_back": "退回补正",
    "project:applicant_invited": "请申报单位填报",
    "project:applicant_submitted": "申报单位提交",
    "project:file_attached": "上传附件",
    "project:invitation_revoked": "撤回申报链接",
    "project:submission_accepted": "核收申报单位填报",
    "project:submission_declined": "退回申报单位填报",
    "project:withdrawn": "撤回项目",
    "re_inspection:filed": "收到复查记录",
    "rectification_order:archived": "文书归档",
    "rectification_order:drafted": "起草文书",
    "rectification_order:issued": "签发文书",
    "rectification_order:opinion_issued": "出具复核意见",
    "rectification_order:redrafted": "修改文书草稿",
    "rectification_order:reviewed": "核对文书",
    "rectification_order:served": "文书送达",
    "rectification_order:withdrawn": "撤销文书",
    "risk_point:changed": "修改风险点",
    "risk_point:retired": "停用风险点",
    "risk_register:added": "登记风险点",
    "risk_register:change_noted": "登记变更",
    "risk_register:reordered": "调整清单顺序",
    "risk_register:reviewed": "完成全面复评",
    "risk_unit:renamed": "风险单元改名",
    "set_aside_document:looked_at": "核对另存的记录",
    "zone:changed": "修改片区",
    "zone:created": "新增片区",
    "zone:removed": "删除片区",
}

FACT_LABELS: dict[str, str] = {
    "about": "说明",
    "acceptance_document": "验收文书",
    "accepted_on": "认可日期",
    "accident_class": "事故类别",
    "accident_edition": "事故分类标准",
    "accidents": "事故类型",
    "account_id": "账号编号",
    "accuracy_m": "误差（米）",
    "active": "在用",
    "address": "地址",
    "among": "所在单元或风险点",
    "answers": "回答",
    "applied": "是否生效",
    "approved_by": "批准人",
    "assessment": "评估材料",
    "assignees": "检查人员",
    "basis": "依据",
    "bounds": "频次",
    "catalogue": "目录版本",
    "catalogue_day": "用哪天的目录",
    "catalogue_sha256": "目录校验值",
    "cause": "由来",
    "change": "改动",
    "changed": "改动",
    "changes": "改动",
    "checklists": "检查表",
    "changed_entries": "命中变化的项目",
    "changed_outcomes": "结论变化的项目",
    "chemicals": "化学品",
    "clause": "条款",
    "closed_on": "销号日期",
    "closure_kind": "销号方式",
    "consequence": "后果",
    "credit_code": "信用代码",
    "criterion_id": "判定标准",
    "crs": "坐标系",
    "deaths": "死亡人数",
    "decided_by": "决定机关",
    "decision_number": "决定文号",
    "decision": "处理",
    "department": "部门",
    "departments": "会审部门",
    "description": "描述",
    "details": "其他",
    "document": "原文",
    "distances": "距离",
    "document_number": "文号",
    "document_prefix": "机关代字",
    "document_sha256": "原件校验值",
    "downgraded": "低于系统提示",
    "doubtful": "照片或时间存疑",
    "due_on": "期限",
    "edition": "规则版本",
    "effective_on": "起用日期",
    "employees_told": "已通报职工",
    "enterprise_id": "企业编号",
    "entries": "命中条目",
    "entry": "目录条目",
    "epoch": "纪元",
    "failed": "不合格",
    "far": "坐标经确认",
    "fairness_review": "公平竞争审查",
    "fictional": "虚构",
    "file_rows": "表格行数",
    "finding": "与原文",
    "finished_on": "完成日期",
    "first_on": "从",
    "flags": "是非题",
    "found_on": "发现日期",
    "funds_yuan": "资金（元）",
    "geometry": "几何",
    "grid_id": "网格编号",
    "grids": "熟悉的网格",
    "hazard_id": "隐患编号",
    "hazards": "隐患",
    "industry_code": "行业代码",
    "in_force_on": "施行日",
    "inspection_id": "检查记录编号",
    "inspectors": "检查人员",
    "installation": "重大危险源判定",
    "item_code": "检查项",
    "item_codes": "检查项",
    "items": "各项",
    "kind": "种类",
    "label": "等级",
    "last_on": "到",
    "late_days": "迟交天数",
    "latitude": "纬度",
    "layer": "管控层级",
    "layout_kind": "种类",
    "left_on": "迁出日期",
    "legal_representative": "法定代表人",
    "level": "级别",
    "location": "部位",
    "longitude": "经度",
    "loss_wan": "直接经济损失（万元）",
    "marks": "标记",
    "measure": "整改措施",
    "measures": "管控措施",
    "meeting": "会议",
    "month": "月份",
    "monthly_capacity": "每人每月次数",
    "name": "名称",
    "note": "说明",
    "notice_way": "通报方式",
    "noticed_on": "通报日期",
    "number": "编号",
    "occasion": "筛查缘由",
    "occurred_on": "事故日期",
    "office_name": "安全办名称",
    "office_phone": "安全办电话",
    "officer_name": "网格员",
    "officer_phone": "网格员电话",
    "order_id": "文书编号",
    "origin": "谁填报",
    "outcome": "处理结果",
    "outcome_confirmed": "按已核条目的结论",
    "outline": "边界",
    "page": "页",
    "paper_id": "文书编号",
    "passed": "合格",
    "people_per_visit": "每次人数",
    "people": "人员",
    "permission_mode": "权限模式",
    "person": "责任人",
    "photos": "照片",
    "planned_on": "计划日期",
    "point_id": "风险点编号",
    "points": "风险点",
    "previous_id": "上次隐患编号",
    "principal_officer": "主要负责人",
    "principal_phone": "主要负责人电话",
    "reason": "原因",
    "received_by": "签收人",
    "reinspected_on": "复查日期",
    "reinspection_id": "复查编号",
    "reply_id": "回复编号",
    "requirement": "整改要求",
    "residents": "厂界外 500 m 常住人口",
    "responsible_person": "责任人",
    "result": "结果",
    "revision": "第几版",
    "risk": "风险等级",
    "risk_before": "原等级",
    "risk_point": "风险点",
    "risks": "风险",
    "role": "角色",
    "round": "轮次",
    "projects": "项目数",
    "purpose": "用途",
    "rows": "行数",
    "rows_moved": "移动",
    "rule": "规则",
    "safety_officer": "安全员",
    "safety_phone": "安全员电话",
    "scan_sha256": "扫描件校验值",
    "score": "评价结果",
    "screening": "第几次筛查",
    "sectors": "监管行业",
    "sequence": "第几次",
    "serious_injuries": "重伤人数",
    "served_on": "送达日期",
    "sha256": "校验值",
    "short_name": "简称",
    "site_outline": "场址边界",
    "size": "字节数",
    "source": "来源",
    "sources": "危险源数",
    "staff_count": "职工人数",
    "starter": "行业参考清单",
    "starts_on": "起排日期",
    "state": "状态",
    "steward": "管护单位",
    "steward_phone": "管护电话",
    "subject_id": "所属编号",
    "suggested_level": "系统提示级别",
    "surveyed_on": "测绘日期",
    "taken": "登记家数",
    "target_id": "检查对象编号",
    "target_name": "检查对象",
    "title": "标题",
    "unconditioned": "不附条件的条目",
    "unconditioned_reason": "不附条件的理由",
    "unit_id": "单元编号",
    "unplaced": "排不下的",
    "username": "登录名",
    "valid_until_on": "有效期至",
    "verified_by": "验证人",
    "verified_on": "复查合格日期",
    "visits": "检查次数",
    "way": "方式",
    "way_label": "送达方式",
    "why": "说明",
    "year": "年度",
    "zone_id": "片区编号",
}

_TERMS: dict[str, tuple[type[Term], ...]] = {
    "cause": (GradeCause,),
    "crs": (Crs,),
    "change": (ChangeKind,),
    "closure_kind": (ClosureKind,),
    "decision": (Decision,),
    "finding": (Finding,),
    "kind": (DocumentKind, TargetKind, DocumentType, RiskPointKind),
    "layer": (ControlLevel,),
    "level": (HazardLevel,),
    "notice_way": (NoticeWay,),
    "occasion": (ScreeningOccasion,),
    "origin": (Origin,),
    "permission_mode": (PermissionMode,),
    "purpose": (Purpose,),
    "reason": (SetAsideReason,),
    "result": (ReinspectionResult,),
    "risk": (RiskLevel,),
    "risk_before": (RiskLevel,),
    "risks": (EnterpriseRisk,),
    "role": (Role,),
    "sectors": (SupervisionSector,),
    "source": (HazardSource,),
    "state": (HazardState,),
    "suggested_level": (HazardLevel,),
}
_SHAPES = {"Point": "一个点", "LineString": "一条线", "MultiLineString": "几条线", "Polygon": "一圈边界", "MultiPolygon": "几圈边界"}
"""A shape on the ground is said by its kind; its hundred coordinates say nothing to a reader."""
_LONGEST = 300
_REFERENCE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")


class Fact(msgspec.Struct, frozen=True):
    """One fact of an event as shown: its name and its value in words. A reference names a row or a file; it says nothing to a reader."""

    name: str
    value: str
    is_reference: bool = False


def action_label(action: str) -> str:
    """The action in Chinese; its plain name when this release has no words for it."""
    return ACTION_LABELS.get(action, action)


def subject_label(kind: str) -> str:
    """What it happened to, in Chinese; its plain name when this release has no words for it."""
    return SUBJECT_LABELS.get(kind, kind)


def facts_in_words(facts: Mapping[str, Any]) -> tuple[Fact, ...]:
    """Every fact that says something, in the order of their names as stored; changes are told one by one."""
    said: list[Fact] = []
    for name, value in facts.items():
        if name == "changes" and isinstance(value, dict):
            said.extend(Fact(f"{fact_label(key)}改为", fact_value(key, one)) for key, one in value.items())
        elif value not in (None, "", [], {}):
            said.append(Fact(fact_label(name), fact_value(name, value), _is_reference(value)))
    return tuple(said)


def fact_label(name: str) -> str:
    """A fact's name in Chinese; its plain name when this release has no words for it."""
    return FACT_LABELS.get(name, name)


def fact_value(name: str, value: Any) -> str:
    """A fact's value in words, cut to what a table can show."""
    text = _in_words(name, value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}……"


def _is_reference(value: Any) -> bool:
    """Whether a value is an id or a digest, or a list of them."""
    if isinstance(value, list):
        return bool(value) and all(_is_reference(one) for one in value)
    return isinstance(value, str) and _REFERENCE.fullmatch(value) is not None


def _in_words(name: str, value: Any) -> str:
    if value is None or value == "":
        return "（空）"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(_in_words(name, one) for one in value) or "（空）"
    if isinstance(value, dict) and "coordinates" in value:
        return _SHAPES.get(str(value.get("type")), "图形")
    if isinstance(value, dict):
        return "；".join(f"{fact_label(key)} {_in_words(key, one)}" for key, one in value.items() if not _is_reference(one))
    text = label_of(str(value)) if name == "marks" else str(value)
    for kind in _TERMS.get(name, ()):
        if text in {one.value for one in kind}:
            return kind(text).label
    if name.endswith("_on"):
        return _day(text)
    return _moment(text) if name.endswith("_at") else text


def _day(text: str) -> str:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return text
    return f"{day.year}年{day.month}月{day.day}日"


def _moment(text: str) -> str:
    try:
        return f"{datetime.fromisoformat(text).astimezone(CHINA):%Y-%m-%d %H:%M:%S}"
    except ValueError:
        return text
