"""The list of projects as a spreadsheet says exactly what the page says, and nothing in it ever runs."""

import io
import re
from typing import Any

from openpyxl import load_workbook

from rules.terms import ProjectState
from server.screening.schemas import NewProject
from server.screening.service import create_project
from tests.admission_hands import POTTERY, Screener
from tests.cast import World
from tests.doors import Browser, running, visible_text


def rows_of(browser: Browser, asked: str = "") -> list[list[Any]]:
    answer = browser.get(f"/projects/projects.xlsx{asked}")
    assert answer.status_code == 200
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def test_the_sheet_has_the_rows_and_counts_of_the_page_whatever_is_asked(world: World) -> None:
    hands = Screener(world)
    hands.reviewed()
    hands.screened(POTTERY | {"fuels": ["煤制气"], "name": "煤气窑（虚构）"})
    with world.work_as("screener") as work:
        for number in range(25):
            create_project(work, NewProject(name=f"线索{number}（虚构）", applicant_name="湘瓷（虚构）"))
    with running(world) as app:
        screener = Browser(app, "screener")
        for asked in (
            "",
            "?state=clue&sort=number",
            "?q=煤气窑",
            "?outcome=review&sort=outcome",
            "?q=没有这个",
            "?state=decided",
            "?ready=yes",
        ):
            cells = rows_of(screener, asked)
            numbers = [row[0] for row in cells if re.fullmatch(r"XM-\d{4}-\d+|XM\S+", str(row[0]))]
            page, listed = 1, []
            while True:
                html = screener.get(f"/projects{asked}{'&' if asked else '?'}page={page}").text
                listed += re.findall(r'<td class="nowrap num"><a href="/projects/[^"]+">([^<]+)</a>', html)
                if 'rel="next"' not in html:
                    break
                page += 1
            assert numbers == listed, asked
            assert cells[-1][:2] == ["合计", f"{len(listed)} 个项目"]
            tabs = re.findall(r'<a href="[^"]*"[^>]*>([^<]+) <span class="num">(\d+)</span></a>', html)
            assert tabs
            assert cells[2][0] == "；".join(f"{words} {count}" for words, count in tabs)
        assert 'href="/projects/projects.xlsx?' in screener.get("/projects").text
        assert "会审意见已齐" in str(rows_of(screener, "?ready=yes"))
        gas = next(row for row in rows_of(screener) if row[1] == "煤气窑（虚构）")
        assert gas[7] in visible_text(screener.get("/projects?q=煤气窑").text)


def test_what_somebody_typed_is_never_a_formula(sqlite_world: World) -> None:
    names = ["=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(A1)"]
    with sqlite_world.work_as("screener") as work:
        for name in names:
            create_project(work, NewProject(name=name, applicant_name=name, source_title=name))
    with running(sqlite_world) as app:
        content = Browser(app, "auditor").get("/projects/projects.xlsx").content
        sheet = load_workbook(io.BytesIO(content)).worksheets[0]
        found = [cell for row in sheet.iter_rows() for cell in row if cell.value in names]
        assert len(found) == len(names) * 3
        assert {cell.data_type for cell in found} == {"s"}
        assert {cell.quotePrefix for cell in found} == {True}


def test_who_may_take_the_list_away_takes_their_own_parks(sqlite_world: World) -> None:
    Screener(sqlite_world).screened()
    with running(sqlite_world) as app:
        assert len(rows_of(Browser(app, "leader"), f"?state={ProjectState.SCREENED}")) == 6
        assert rows_of(Browser(app, "foreign_office"))[-1][1] == "0 个项目"
        for who in ("inspector", "enterprise", "outsider", "admin"):
            assert Browser(app, who).get("/projects/projects.xlsx").status_code == 403
        assert rows_of(Browser(app, "office"), "?zone=x&from=y&state=z&outcome=%3D")[-1][1] == "1 个项目"
