"""A sheet of projects is tried row by row, then registered, described and screened; handed in twice it registers nothing twice."""

import io
import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any

import pytest
import xlsxwriter
from litestar import Litestar
from openpyxl import load_workbook

from server.screening.intake import COLUMNS, MOST_PROJECTS
from server.screening.schemas import Origin, ProjectQuery
from server.screening.service import facts_of, get_project_dossier, list_projects
from tests.cast import World
from tests.doors import Browser, running, visible_text
from tests.server.office import RULEBOOK

TILES = {
    "项目名称": "外墙砖扩建（虚构）",
    "建设性质": "扩建",
    "行业代码": "3071",
    "产品": "陶瓷外墙砖 150万平方米/年 单线",
    "工艺": "成型、烧成",
    "设备": "辊道窑；喷雾干燥塔",
    "燃料": "天然气",
    "物料": "高岭土 42000吨/年；盐酸 7647-01-0 31% 60吨/年",
    "是否在园区四至内": "是",
    "其他申报内容": "劳动定员：80 人，三班; 火灾危险性类别: 丁类",
    "答“否”的是非题": "甲乙类",
}
BARE = {"项目名称": "新材料（虚构）", "产品": "功能粉体"}


@pytest.fixture
def app(sqlite_world: World) -> Iterator[Litestar]:
    with running(sqlite_world) as app:
        yield app


def sheet(rows: Sequence[dict[str, str]]) -> bytes:
    """An uploaded sheet with these rows."""
    buffer = io.BytesIO()
    headings = [one.heading for one in COLUMNS]
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet("项目")
        page.write_row(0, 0, headings)
        for line, row in enumerate(rows, start=1):
            page.write_row(line, 0, [row.get(heading, "") for heading in headings])
    return buffer.getvalue()


def upload(browser: Browser, rows: Sequence[dict[str, str]]) -> Any:
    """Hand the sheet in to be looked at."""
    return browser.submit("/projects/import", {}, files={"sheet": ("projects.xlsx", sheet(rows), "application/octet-stream")})


def packed(html: str) -> str:
    """The rows a looked-at page carries."""
    found = re.search(r'name="rows" value="([^"]+)"', html)
    assert found is not None, visible_text(html)
    return unescape(found[1])


def test_a_sheet_is_tried_then_registered_described_and_screened_once(sqlite_world: World, app: Litestar) -> None:
    world, screener = sqlite_world, Browser(app, "screener")
    page = upload(screener, [TILES, BARE])
    assert page.status_code == 200
    words = visible_text(page.text)
    assert "2 个项目可以登记" in words
    assert "人工研判" in words
    assert "个问题待答" in words
    with world.work_as("screener", write=False) as work:
        assert list_projects(work, ProjectQuery()).total == 0
    assert screener.submit("/projects/import/confirm", {"rows": packed(page.text)}).headers["location"] == "/projects?imported=2"
    with world.work_as("screener", write=False) as work:
        found = {row.project.name: row.project.id for row in list_projects(work, ProjectQuery()).items}
        dossier = get_project_dossier(work, RULEBOOK, found[TILES["项目名称"]])
    assert dossier.description is not None
    assert dossier.description.origin == Origin.IMPORT_SHEET
    assert dossier.project.state == "screened"
    assert dossier.is_current
    facts = facts_of(dossier.description)
    assert facts["products"] == [{"name": "陶瓷外墙砖", "capacity": "150万平方米/年", "scope": "单线"}]
    assert facts["materials"][0] == {"name": "高岭土", "annual_t": "42000吨/年"}
    assert facts["materials"][1] == {"name": "盐酸", "cas": "7647-01-0", "concentration": "31%", "annual_t": "60吨/年"}
    assert facts["flags"] == {"甲乙类": False}
    assert facts["stated"] == {"headcount": "80 人，三班", "fire_class": "丁类"}
    # The form shows what the sheet brought, and the same sheet registers nothing twice.
    assert "150万平方米/年" in screener.get(f"/projects/{dossier.project.id}/form").text
    again = upload(screener, [TILES, BARE])
    assert "没有可以登记的项目，2 行有问题" in visible_text(again.text)
    assert "XM-2026-0001" in again.text


WRONG = (
    ("片区", "没有的片区", "没有名为“没有的片区”的片区"),
    ("公示日期", "上月", "不是日期"),
    ("行业代码", "9999", "GB/T 4754"),
    ("产品", "陶瓷外墙砖 150万平方米/年 全厂；", None),
    ("物料", "盐酸 7647-01-1", "校验位"),
    ("物料", "盐酸 60吨", "年用量写成"),
    ("答“是”的是非题", "没有这一题", "没有“没有这一题”这道是非题"),
    ("答“是”的是非题", "甲乙类", "同时答了是和否"),
    ("统一社会信用代码", "123", "统一社会信用代码"),
    ("投资额万元", "很多", "投资额万元"),
    ("其他申报内容", "食堂：一间", "请写成 名称：内容"),
    ("其他申报内容", "劳动定员：" + "八" * 301, "不超过 300 字"),
    ("项目名称", "陶" * 300, "不超过 200 个字"),
)


def test_each_mistake_is_named_with_its_line_and_column_and_taken_away_as_a_sheet(app: Litestar) -> None:
    office = Browser(app, "office")
    rows = [TILES | {"项目名称": f"项目{place}（虚构）"} | {heading: text} for place, (heading, text, _) in enumerate(WRONG)]
    page = upload(office, [*rows, TILES, TILES])
    words = visible_text(page.text)
    for line, (heading, _, said) in enumerate(WRONG, start=2):
        if said is not None:
            found = re.search(rf">{line}</td><td>([^<]*)</td><td class=\"wide\">([^<]*)", page.text)
            assert found is not None, (line, words)
            # A contradiction stands in two columns; either may be named.
            assert heading[-3:] == unescape(found[1])[-3:], (line, found.groups())
            assert said in unescape(found[2]), (line, found.groups())
    assert "同名项目已经登记（本表第" in words
    report = office.submit("/projects/import/errors", {"rows": packed(page.text)})
    listed = list(load_workbook(io.BytesIO(report.content)).active.iter_rows(values_only=True))
    assert len(listed) == 1 + sum(said is not None for _, _, said in WRONG) + 1


def test_what_is_no_sheet_or_too_long_is_refused_and_others_keep_out(app: Litestar) -> None:
    screener = Browser(app, "screener")
    template = load_workbook(io.BytesIO(screener.get("/projects/import/template").content))
    assert template.sheetnames == ["项目", "填写说明"]
    assert screener.submit("/projects/import", {}, files={"sheet": ("x.xlsx", b"no sheet", "x")}).status_code == 400
    too_many = [{"项目名称": f"项目{place}"} for place in range(MOST_PROJECTS + 1)]
    refused = upload(screener, too_many)
    assert refused.status_code == 400
    assert f"一次最多 {MOST_PROJECTS} 个项目" in refused.text
    assert screener.submit("/projects/import/confirm", {"rows": "x"}).status_code == 400
    for who in ("leader", "auditor", "inspector", "enterprise"):
        assert Browser(app, who).get("/projects/import").status_code == 403
