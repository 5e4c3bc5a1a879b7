"""Which reports and papers can be had, by whom, with which choices, in which forms?

The page 统计报表 is drawn from this list, and the downloads carry the same audiences, so an entry is offered to exactly those who may have
it. `page` and `files` are names of routes.
"""

from uuid import UUID

import msgspec

from rules.terms import Role
from server.identity import STAFF

_READERS = STAFF | {Role.ENTERPRISE}


class FileForm(msgspec.Struct, frozen=True):
    """A form in which a report can be taken away: what it is called, and the name of its route."""

    label: str
    route: str


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One entry. `parameters` are the names its address takes; an entry without them is made for one thing at a time, `found_at` a page."""

    key: str
    title: str
    answers: str
    """The question it answers, in the words of the office."""
    audience: frozenset[Role]
    parameters: tuple[str, ...] = ()
    page: str = ""
    files: tuple[FileForm, ...] = ()
    found_at: str = ""
    found_words: str = ""
    found_at_own: str = ""
    """Where an enterprise finds its own, when that is another page; `{enterprise_id}` stands for it."""

    def found_by(self, enterprise_id: UUID | None) -> str:
        """The page the reader finds it at."""
        return self.found_at_own.format(enterprise_id=enterprise_id) if enterprise_id and self.found_at_own else self.found_at


REPORTS: dict[str, Report] = {
    one.key: one
    for one in (
        Report(
            key="closure",
            title="企业整改闭环统计表",
            answers="每家企业发现了多少隐患，整改、销号、逾期各多少。每个数字都能点开看明细。",
            audience=_READERS,
            parameters=("from", "to", "as_of", "zone", "level"),
            page="closure_report",
            files=(FileForm("PDF", "closure_pdf"), FileForm("XLSX", "closure_xlsx")),
        ),
        Report(
            key="ledger",
            title="隐患排查治理台账",
            answers="一条隐患一行：部位、依据、要求、期限、措施、复查和销号。可按隐患列表的任何筛选导出。",
            audience=_READERS,
            parameters=("from", "to", "zone", "level", "state"),
            files=(FileForm("PDF", "hazard_ledger_pdf"), FileForm("XLSX", "hazard_ledger_xlsx")),
        ),
        Report(
            key="plan",
            title="年度监督检查计划",
            answers="今年每家企业查几次、哪天查、谁去，查了多少。页面、PDF 和 XLSX 数字相同；企业看不到。",
            audience=STAFF,
            parameters=("year",),
            page="plan_overview",
            files=(FileForm("PDF", "plan_pdf"), FileForm("XLSX", "plan_xlsx")),
        ),
        Report(
            key="inspection_record",
            title="现场检查记录",
            answers="一次检查的全部内容：谁、什么时候、查了什么、发现什么，附照片和签字栏。",
            audience=_READERS,
            files=(FileForm("PDF", "inspection_pdf"),),
            found_at="/inspections",
            found_words="在检查记录里打印",
        ),
        Report(
            key="screening_opinion",
            title="项目安全准入筛查意见书",
            answers="准入、附条件、退回或否决，连同命中条目、原文、计算、会审意见和条件；签发后冻结，带核验二维码。",
            audience=frozenset({Role.SCREENER, Role.OFFICE, Role.LEADER, Role.AUDITOR}),
            files=(FileForm("PDF", "paper_pdf"),),
            found_at="/projects",
            found_words="在项目的办理页打印",
        ),
        Report(
            key="rectification_notice",
            title="隐患整改通知书",
            answers="签发后按签发时的内容打印，带核验二维码；签发前打印的是草稿。",
            audience=_READERS,
            files=(FileForm("PDF", "order_pdf"),),
            found_at="/orders",
            found_words="在整改文书里打印",
        ),
        Report(
            key="reinspection_opinion",
            title="整改复核意见",
            answers="对一份通知书逐项写明复查结果，附整改前后照片。",
            audience=_READERS,
            files=(FileForm("PDF", "opinion_pdf"),),
            found_at="/orders",
            found_words="在整改文书里打印",
        ),
        Report(
            key="grading_report",
            title="企业安全风险分级报告",
            answers="一家企业的等级和理由：每个颜色怎么得来，取值、算式、分级端点、隐患升级、人工调整、待核之处，第一页是结论。",
            audience=_READERS,
            files=(FileForm("PDF", "grading_report_pdf"),),
            found_at="/enterprises",
            found_words="在企业的风险文书里打印、签发",
            found_at_own="/enterprises/{enterprise_id}/risk/papers",
        ),
        Report(
            key="park_grading_report",
            title="园区安全风险分级报告",
            answers="全园按颜色、片区、行业，红橙企业和理由，变动、人工调整、检查频次、没有清单的企业，每个合计都等于名单。",
            audience=STAFF,
            files=(FileForm("PDF", "park_report_pdf"),),
            found_at="/risk/papers",
            found_words="在园区风险文书里打印、签发",
        ),
        Report(
            key="risk_register",
            title="风险分级管控清单",
            answers="一个危险源一行：单元、风险点、评价、等级、五类措施、管控层级和责任人。",
            audience=_READERS,
            files=(FileForm("PDF", "risk_register_pdf"), FileForm("XLSX", "risk_register_xlsx")),
            found_at="/enterprises",
            found_words="在企业的风险文书里打印",
            found_at_own="/enterprises/{enterprise_id}/risk/papers",
        ),
        Report(
            key="risk_notice",
            title="企业安全风险告知书",
            answers="园区告知企业：风险点、等级、可能事故、措施、应急和电话，附签收回执。",
            audience=_READERS,
            files=(FileForm("PDF", "risk_notice_pdf"),),
            found_at="/enterprises",
            found_words="在企业的风险文书里签发、签收",
            found_at_own="/enterprises/{enterprise_id}/risk/papers",
        ),
        Report(
            key="risk_cards",
            title="岗位安全风险告知卡",
            answers="每个风险点或每个责任岗位一张，A5 或 A4，黑白打印也分得清颜色。",
            audience=_READERS,
            files=(FileForm("PDF", "risk_cards_pdf"),),
            found_at="/enterprises",
            found_words="在企业的风险文书里打印",
            found_at_own="/enterprises/{enterprise_id}/risk/papers",
        ),
        Report(
            key="catalogue",
            title="禁限控目录",
            answers="一条一行：品名、别名、CAS、条件、依据、例外、期限，标明哪些条文待核、哪些只是建议。批准的版本按批准时的内容打印。",
            audience=_READERS - {Role.ENTERPRISE} | {Role.SCREENER, Role.ADMIN},
            files=(FileForm("PDF", "catalogue_pdf"), FileForm("XLSX", "catalogue_xlsx")),
            found_at="/catalogue",
            found_words="在禁限控目录里打印",
        ),
    )
}


def audience_of(key: str) -> tuple[Role, ...]:
    """Who may have a report, in the order of `Role`."""
    return tuple(role for role in Role if role in REPORTS[key].audience)
