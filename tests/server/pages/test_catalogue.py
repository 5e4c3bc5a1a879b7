"""Reading, changing and confirming the catalogue in browsers."""

import re
import time
from datetime import date
from typing import Any

from rules.restriction import load_catalogue
from rules.restriction_terms import Layer
from server.models.catalogue import ProjectImpact
from tests.cast import World
from tests.catalogue_hands import make_impact, park_entry, seen
from tests.doors import Browser, running, visible_text
from tests.pictures import jpeg
from tests.server.pages.lives import counting, id_in, landed, totals

TILES = "CIR-2024-X-9-3"


def fields_of(form: Any, **changes: Any) -> dict[str, Any]:
    """A form's struct as a browser sends it."""
    values: dict[str, Any] = {}
    for name in form.__struct_fields__:
        value = getattr(form, name)
        if value is True:
            values[name] = "yes"
        elif value not in (None, False, ()):
            values[name] = value.isoformat() if isinstance(value, date) else value
    return values | changes


def drafted(browser: Browser, title: str = "示范园区禁限控目录（2026年版）") -> str:
    """A draft with one entry of the park's own; returns its id."""
    edition = id_in(landed(browser.submit("/catalogue/editions/new", {"title": title, "planned_from": "2026-12-01"})))
    landed(browser.submit(f"/catalogue/editions/{edition}/entries/new", fields_of(park_entry())))
    return edition


def approval() -> dict[str, str]:
    """What the leader types."""
    return {
        "document_number": "示管发〔2026〕9号",
        "approver": "示范园区管委会（虚构）",
        "effective_from": "2026-12-01",
        "valid_until": "2028-11-30",
        "fairness_review": "市场监管局审查，未发现问题（虚构）",
    }


def test_an_edition_goes_from_draft_to_force_through_three_people(world: World) -> None:
    with running(world) as app:
        screener, office, leader = Browser(app, "screener"), Browser(app, "office"), Browser(app, "leader")
        assert "还没有自己的目录版本" in screener.get("/catalogue/editions").text
        edition = drafted(screener)
        landed(screener.submit(f"/catalogue/editions/{edition}/entries/LLP-11/tighten", {"reason": "集中供气已通（虚构）"}))
        waiver = {"reason": "过渡期（虚构）", "approver": "管委会主任"}
        landed(screener.submit(f"/catalogue/editions/{edition}/entries/{TILES}/waive", waiver))
        page = visible_text(screener.get(f"/catalogue/editions/{edition}").text)
        assert "按建议采纳，内容不变" in page
        assert "国家条目不能免除，转人工研判" in page
        assert "复核要由另一位同事办" in page
        again = screener.submit(f"/catalogue/editions/{edition}/review", {"note": "自己核"})
        assert again.status_code == 400
        assert "不能由同一人复核" in again.text
        draft_pdf = screener.get(f"/catalogue/editions/{edition}/catalogue.pdf")
        assert draft_pdf.headers["content-type"] == "application/pdf"
        landed(office.submit(f"/catalogue/editions/{edition}/review", {"note": "逐条核过"}))
        assert "批准" in visible_text(leader.get(f"/catalogue/editions/{edition}").text)
        refused = leader.submit(f"/catalogue/editions/{edition}/approve", approval() | {"valid_until": "以后", "approver": "甲机关"})
        assert refused.status_code == 400
        assert 'value="甲机关"' in refused.text
        landed(leader.submit(f"/catalogue/editions/{edition}/approve", approval()))
        listed = visible_text(Browser(app, "admin").get("/catalogue/editions").text)
        assert "示管发〔2026〕9号" in listed
        assert "已批准，未到施行日" in listed
        assert "没有条目与“PARK-2026-1”对得上" in screener.get("/catalogue?q=PARK-2026-1").text
        assert "溶剂型花纸印刷" in screener.get("/catalogue?day=2026-12-01&state=adopted").text
        compared = visible_text(screener.get("/catalogue/editions/compare?from_day=2026-11-30&to_day=2026-12-01").text)
        assert "新增 2" in compared
        assert "不适用决定 1" in compared
        assert screener.submit(f"/catalogue/editions/{edition}/discard", {"reason": "x"}).status_code == 400
        assert screener.get(f"/catalogue/editions/{edition}/entries/new").status_code == 409


def test_what_the_rules_object_to_stands_at_its_field_and_what_was_typed_is_kept(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        screener = Browser(app, "screener")
        edition = drafted(screener)
        bad = fields_of(park_entry(subject="另一条", industries="陶瓷", substances="7664-41-8"), fuels=["煤"])
        answer = screener.submit(f"/catalogue/editions/{edition}/entries/new", bad)
        assert answer.status_code == 400
        assert "应为 GB/T 4754 代码" in answer.text
        assert 'value="另一条"' in answer.text
        softer = {"effect_new": "review", "reason": "想放宽"}
        answer = screener.submit(f"/catalogue/editions/{edition}/entries/{TILES}/tighten", softer)
        assert answer.status_code == 400
        assert "比原条“不予准入”宽" in answer.text
        assert "想放宽" in answer.text
        assert "没有编号“没有”的条目" in screener.get(f"/catalogue/editions/{edition}/find?entry=没有&step=waive").text
        assert "不适用：" in screener.get(f"/catalogue/editions/{edition}/find?entry={TILES}&step=waive").text
        copied = screener.get(f"/catalogue/editions/{edition}/entries/new?like={TILES}").text
        assert "小规模建筑陶瓷" in copied
        change = re.search(r"changes/([0-9a-f-]{36})/remove", screener.get(f"/catalogue/editions/{edition}").text)
        assert change is not None
        landed(screener.submit(f"/catalogue/editions/{edition}/changes/{change.group(1)}/remove", {}))
        assert "移出过的 1 处" in screener.get(f"/catalogue/editions/{edition}").text


def test_two_officers_confirm_a_clause_and_everybody_sees_who_when_and_on_what(world: World) -> None:
    with running(world) as app:
        screener, office = Browser(app, "screener"), Browser(app, "office")
        record = id_in(landed(screener.submit("/catalogue/desk/claim", {"entry_id": TILES})))
        typed = fields_of(seen(world.clock.today()))
        scan = [("scan", ("第12页.jpg", jpeg(seed=5, width=320, height=240), "image/jpeg"))]
        back = screener.submit(f"/catalogue/desk/{record}/enter", typed | {"wording": "", "version": "1"}, files=scan)
        assert back.status_code == 400
        assert "第12页.jpg" in back.text, "a scan once sent need not be chosen again"
        version = re.search(r'name="version" value="(\d+)"', back.text)
        assert version is not None
        landed(screener.submit(f"/catalogue/desk/{record}/enter", typed | {"version": version.group(1)}))
        assert "等另一位同事复核" in visible_text(screener.get(f"/catalogue/desk/{record}").text)
        assert "复核属实" not in screener.get(f"/catalogue/desk/{record}").text
        picture = office.get(f"/catalogue/desk/{record}/scan")
        assert picture.headers["content-type"] == "image/jpeg"
        assert picture.content == scan[0][1][1]
        unticked = office.submit(f"/catalogue/desk/{record}/confirm", {"note": "看过"})
        assert unticked.status_code == 400
        assert "请先对照" in unticked.text
        landed(office.submit(f"/catalogue/desk/{record}/confirm", {"note": "看过", "compared": "yes"}))
        words = "已核：《虚构演示文件》（虚构令第1号）第12页限制类九第3项，孙筛 2026-11-20 录入，周办 2026-11-20 复核"
        entry = visible_text(Browser(app, "inspector").get(f"/catalogue/entries/{TILES}").text)
        assert words in entry
        assert "本园区已核对" in entry
        assert words in office.get("/catalogue/entries/" + TILES).text
        landed(office.submit(f"/catalogue/desk/{record}/withdraw", {"reason": "扫描件不全"}))
        assert "扫描件不全" in office.get(f"/catalogue/entries/{TILES}").text
        assert "条文待核" in office.get(f"/catalogue/entries/{TILES}").text


def test_a_scan_that_is_no_picture_is_refused_and_what_was_typed_is_kept(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        screener = Browser(app, "screener")
        record = id_in(landed(screener.submit("/catalogue/desk/claim", {"entry_id": TILES})))
        typed = fields_of(seen(sqlite_world.clock.today()))
        page = [("scan", ("x.html", b"<script>alert(1)</script>", "image/png"))]
        answer = screener.submit(f"/catalogue/desk/{record}/enter", typed, files=page)
        assert answer.status_code == 400
        assert "扫描件应为 PDF" in answer.text
        assert "甲园所见原文" in answer.text
        assert screener.get(f"/catalogue/desk/{record}/scan").status_code == 404
        landed(screener.submit(f"/catalogue/desk/{record}/release", {}))
        assert screener.submit("/catalogue/desk/claim", {"entry_id": "LLP-1"}).status_code == 404


def test_the_numbers_of_the_catalogue_are_its_lists(sqlite_world: World) -> None:
    entries = load_catalogue().entries
    with running(sqlite_world) as app:
        inspector = Browser(app, "inspector")
        page = inspector.get("/catalogue").text
        assert f"{len(entries)} 条" in page
        for option in ("state=unverified", "layer=provincial", "kind=encouraged", "effect=phase_out"):
            name, value = option.split("=")
            offered = re.search(rf'<option value="{value}">[^（<]*（(\d+)）', page.split(f'id="{name}"')[1])
            assert offered is not None
            assert totals(inspector.get(f"/catalogue?{option}").text.replace("<h2>", "").replace("</h2>", "</span>")) == int(
                offered.group(1)
            )
        proposals = sum(1 for one in entries if one.layer is Layer.PARK_PROPOSAL)
        assert f"共 {proposals} 条" in inspector.get("/catalogue?layer=park_proposal&page=2").text or proposals > 20
        desk = Browser(app, "auditor").get("/catalogue/desk").text
        waiting = sum(1 for one in entries if not one.verified and one.layer is not Layer.PARK_PROPOSAL)
        assert f'待核 <span class="num">{waiting}</span>' in desk
        assert f"{waiting} 条待核" in Browser(app, "office").get("/catalogue").text
        assert "认领" not in desk.split("<table")[1]


def test_a_draft_is_tried_out_and_a_change_is_decided_in_the_browser(sqlite_world: World) -> None:
    impact, line = make_impact(sqlite_world)
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        edition = drafted(office)
        preview = id_in(landed(office.submit("/catalogue/impact/preview", {"edition_id": edition})))
        tried = visible_text(office.get(f"/catalogue/impact/{preview}").text)
        assert "试算" in tried
        assert "已完成" in tried
        listed = visible_text(office.get("/catalogue/impact").text)
        assert "试算" in listed
        page = office.get(f"/catalogue/impact/{impact}?change=all").text
        assert "甲园待比对项目" in page
        with sqlite_world.work_as("office") as work:
            row = work.session.get_one(ProjectImpact, line)
            row.change = "outcome"
        refused = office.submit(f"/catalogue/impact/{impact}/lines/{line}", {"decision": "keep", "note": ""})
        assert refused.status_code == 400
        assert "维持原结论要写明理由" in refused.text
        landed(office.submit(f"/catalogue/impact/{impact}/lines/{line}", {"decision": "discuss", "note": "上会"}))
        assert "提交会商" in office.get(f"/catalogue/impact/{impact}?change=all").text
        assert "nothing" in landed(office.submit("/catalogue/impact/start", {}))
        assert Browser(app, "foreign_office").get(f"/catalogue/impact/{impact}").status_code == 404
        assert Browser(app, "inspector").get("/catalogue/impact").status_code == 403


def test_a_search_says_why_and_an_empty_one_says_what_to_do(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        screener = Browser(app, "screener")
        found = visible_text(screener.get("/catalogue?q=建筑陶瓷").text)
        assert "筛查用词“建筑陶瓷”" in found
        assert "换个词再找" in screener.get("/catalogue?q=不存在的东西").text
        assert screener.get("/catalogue?q=%00%F0&industry=xx&state=nonsense&page=99999&day=never").status_code == 200
        assert screener.get("/catalogue/entries/nothing").status_code == 404


def test_pages_take_few_queries_and_little_time(sqlite_world: World) -> None:
    with running(sqlite_world) as app:
        office = Browser(app, "office")
        office.get("/catalogue?q=玻璃")
        for address in ("/catalogue", "/catalogue?q=玻璃 窑炉", "/catalogue/desk", f"/catalogue/entries/{TILES}"):
            with counting(app) as sent:
                started = time.perf_counter()
                assert office.get(address).status_code == 200
                taken = time.perf_counter() - started
            assert taken < 1.5, f"{address} took {taken:.2f} s"
            assert len(sent) < 16, address
