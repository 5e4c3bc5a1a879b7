"""Every number of the admission figures equals the list it opens, on the page and in the sheet."""

import io
import re

from openpyxl import load_workbook

from rules.terms import ProjectAction
from server.admission.schemas import DecisionForm
from server.admission.service import decide
from tests.admission_hands import POTTERY, Screener
from tests.cast import World
from tests.doors import Browser, running


def test_every_number_is_the_length_of_its_list_and_the_sheet_says_the_same(world: World) -> None:
    hands = Screener(world)
    admitted = hands.reviewed()
    with world.work_as("leader") as work:
        decide(work, hands.rulebook, admitted, DecisionForm(action=ProjectAction.ADMIT, reason="同意"))
    hands.screened(POTTERY | {"fuels": ["煤制气"]})
    with running(world) as app:
        office = Browser(app, "office")
        page = office.get("/projects/statistics").text
        links = set(re.findall(r'<a href="(/projects\?[^"]+)">(\d+)</a>', page))
        assert len(links) > 5
        for address, number in links:
            listed = office.get(address.replace("&amp;", "&")).text
            assert re.search(rf"共 (?:<[^>]+>)?{number}(?:</[^>]+>)? 条", listed) or f"· {number} 条" in listed, (address, number)
        sheet = load_workbook(io.BytesIO(office.get("/projects/statistics/sheet.xlsx").content)).active
        assert sheet is not None
        cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
        whole = next(row for row in cells if row[0] == "全部")
        assert whole[-1] == 2
        for group in ("状态", "片区", "收件月份"):
            assert sum(row[-1] for row in cells if row[0] == group) == 2


def test_nobody_else_counts_projects_and_an_empty_span_says_so(sqlite_world: World) -> None:
    Screener(sqlite_world).screened()
    with running(sqlite_world) as app:
        assert "没有收到项目" in Browser(app, "screener").get("/projects/statistics?from=2020-01-01&to=2020-12-31").text
        assert Browser(app, "inspector").get("/projects/statistics").status_code == 403
        assert "收件 0 个" not in Browser(app, "screener").get("/projects/statistics?from=x&to=").text
