"""The list of projects as a spreadsheet: the same rows in the same order as on the page, all pages of it, under the counts of its tabs."""

import io
from typing import Any

from litestar import Controller, Request, Response, get

from reports.spreadsheets import Sheet, SheetColumn, Value
from rules.restriction_terms import BuildType, Outcome
from rules.terms import ProjectState
from server.entrance import open_work
from server.identity import pages_for
from server.models.parks import Zone
from server.pages.enterprises import sheet_answer
from server.pages.projects import asked_state, project_query, tab_counts
from server.parks.service import get_park
from server.screening.access import READERS
from server.screening.schemas import ProjectQuery, ProjectRow, ProjectSort
from server.screening.service import stream_projects
from server.unit_of_work import Work

COLUMNS = (
    SheetColumn("编号", 14),
    SheetColumn("项目", 34),
    SheetColumn("申报单位", 26),
    SheetColumn("统一社会信用代码", 22),
    SheetColumn("片区", 12),
    SheetColumn("建设性质", 10, "centred"),
    SheetColumn("行业代码", 12),
    SheetColumn("结论", 12, "centred"),
    SheetColumn("按目录字面", 12, "centred"),
    SheetColumn("待答问题", 9, "number"),
    SheetColumn("状态", 12, "centred"),
    SheetColumn("草稿", 8, "centred"),
    SheetColumn("收件日期", 12, "date"),
    SheetColumn("最近筛查", 12, "date"),
    SheetColumn("来源", 34),
)


class ProjectSheetPages(Controller):
    """For whoever may see projects."""

    opt = pages_for(*READERS)

    @get("/projects/projects.xlsx", sync_to_thread=True)
    def export(self, request: Request[Any, Any, Any]) -> Response[bytes]:
        """The list as it is filtered on the page."""
        file = io.BytesIO()
        with open_work(request) as work:
            park = get_park(work)
            query = project_query(request, asked_state(request))
            sheet = Sheet(file, "项目准入", COLUMNS, created_at=work.now, author=park.office_name)
            sheet.title(f"{park.name}项目准入名单" + ("（虚构数据，仅供演示）" if park.fictional else ""))
            sheet.note(f"{work.today.isoformat()} 导出，筛选：{filter_words(work, query)}。结论按已核条目；字面结论不同的另列。")
            sheet.note("；".join(f"{words} {count}" for _, words, count in tab_counts(work, query)), lines=2)
            sheet.head()
            total = 0
            for row in stream_projects(work, query):
                sheet.row(cells_of(row))
                total += 1
            sheet.row(["合计", f"{total} 个项目", *([None] * (len(COLUMNS) - 2))], is_total=True)
            sheet.finish()
            name = f"projects-{work.today.isoformat()}.xlsx"
        return sheet_answer(file.getvalue(), name)


def cells_of(row: ProjectRow) -> list[Value]:
    """A project's cells, in the order of `COLUMNS`."""
    one = row.project
    return [
        one.number,
        one.name,
        one.applicant_name,
        one.applicant_code,
        row.zone_name,
        BuildType(one.build_type).label if one.build_type else None,
        "、".join(one.industry_codes),
        Outcome(one.outcome_confirmed).label if one.outcome_confirmed else "未筛查",
        Outcome(one.outcome).label if one.outcome != one.outcome_confirmed else None,
        (row.blocking_questions if row.is_open else 0) or None,
        ProjectState(one.state).label,
        "有" if row.is_drafted else None,
        one.received_on,
        one.screened_on,
        one.source_title,
    ]


def filter_words(work: Work, query: ProjectQuery) -> str:
    """How the list is narrowed, in words."""
    zone = work.session.get(Zone, query.zone_id) if query.zone_id is not None else None
    said = [
        f"查找“{query.search}”" if query.search else "",
        f"状态 {'、'.join(ProjectState(one).label for one in query.states)}" if query.states else "",
        f"结论 {Outcome(query.outcome).label}" if query.outcome else "",
        f"片区 {zone.name}" if zone is not None and zone.park_id == work.park_id else "",
        f"命中 {query.entry}" if query.entry else "",
        "有草稿" if query.is_drafted else "",
        "等着补正答复" if query.is_waiting else "",
        "会审意见已齐" if query.is_ready else "",
        f"收件从 {query.received_from}" if query.received_from else "",
        f"收件到 {query.received_to}" if query.received_to else "",
        f"按{ProjectSort(query.sort).label}排列" if query.sort else "",
    ]
    return "，".join(one for one in said if one) or "无"
